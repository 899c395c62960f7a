from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.encoder import Encoder, SentenceEncoder, load_encoder
from litatlas.graph.grounded_answer import AnswerPaper, GroundedAnswer, Wording, WrittenAnswer
from litatlas.graph.index import Vectors
from litatlas.graph.models import Paper
from litatlas.graph.support import check_written, content_stems, contradicts, numbers_in

SHRINK = "ShrinkKV stores the cache in 4 bits and needs no retraining, which lowers memory by 2.6x."
DRAFT = "A small draft model proposes several tokens, and the large model checks all of them at once."
ANSWER = GroundedAnswer(
    "how is the cache made smaller?",
    Wording.QUOTES,
    (),
    (
        AnswerPaper(1, Paper("a", "ShrinkKV: a smaller cache"), None, (SHRINK,)),
        AnswerPaper(2, Paper("b", "Drafting ahead"), None, (DRAFT,)),
    ),
)


class _Alike:
    """An encoder to which all texts mean the same, so that everything else decides."""

    name = fingerprint = "alike"

    def encode(self, texts: object, progress: object = None) -> Vectors:
        assert isinstance(texts, list)
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))


def written(text: str, encoder: Encoder | None = None) -> WrittenAnswer:
    return check_written(text, ANSWER, encoder or _Alike(), "a model", "127.0.0.1:1")


@pytest.mark.parametrize(
    "text",
    [
        "ShrinkKV stores the cache in 4 bits [1].",
        "ShrinkKV stores the cache in four bits [1].",
        "It lowers the memory of the cache by 2.6x without retraining [1].",
        "The cache doesn't need retraining [1].",
        "A draft model proposes tokens that the large model checks [2].",
    ],
)
def test_what_a_cited_paper_says_is_kept(text: str) -> None:
    said = written(text)
    assert [each.text for each in said.sentences] == [text.replace(" [1]", "").replace(" [2]", "")]
    assert said.left_out == ()
    assert said.refused == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ShrinkKV stores the cache in 4 bits.", "no paper is cited for it"),
        ("ShrinkKV stores the cache in 4 bits [7].", "it cites a paper that was not given"),
        ("ShrinkKV stores the cache in 4 bits [0].", "it cites a paper that was not given"),
        ("ShrinkKV stores the cache in 2 bits [1].", "no paper that it cites has the number 2"),
        ("ShrinkKV stores the cache in three bits [1].", "no paper that it cites has the number 3"),
        ("ShrinkKV lowers the memory of the cache by 26x [1].", "no paper that it cites has the number 26"),
        ("ShrinkKV stores the cache in 4 bits [2].", "no paper that it cites has the number 4"),
        ("OtherKV stores the cache and needs no retraining [1].", "no paper that it cites names 'otherkv'"),
        ("ShrinkKV stores the cache with GPTQ [1].", "no paper that it cites names 'gptq'"),
        ("ShrinkKV needs retraining of the cache [1].", "a paper that it cites says the contrary"),
        ("ShrinkKV doesn't lower the memory of the cache [1].", "a paper that it cites says the contrary"),
        ("Weather stations report wind and rain every day [1].", "no paper that it cites says this"),
        ("ShrinkKV " + "stores the cache and " * 40 + "[1].", "it is too long for a sentence"),
    ],
)
def test_what_no_cited_paper_says_is_left_out_and_told(text: str, reason: str) -> None:
    said = written(f"{text} A draft model proposes several tokens [2].")
    assert [each.numbers for each in said.sentences] == [(2,)]
    assert [each.reason for each in said.left_out] == [reason]
    assert said.refused == ""


def test_an_answer_of_which_nothing_is_supported_is_refused() -> None:
    said = written("Sure, I can help! The moon is made of cheese [1]. As an assistant, I say so [2].")
    assert said.sentences == ()
    assert len(said.left_out) == 3
    assert said.refused == "No paper here supports a sentence of it."


def test_a_writer_that_finds_no_answer_is_taken_at_its_word() -> None:
    said = written("NO ANSWER")
    assert (said.sentences, said.left_out) == ((), ())
    assert "no answer" in said.refused


def test_marks_of_papers_that_were_not_given_are_dropped_beside_one_that_was() -> None:
    (sentence,) = written("ShrinkKV stores the cache in 4 bits [1][9].").sentences
    assert sentence.numbers == (1,)
    assert "9" not in sentence.text


def test_a_mark_of_a_paper_that_says_something_else_is_dropped(encoder: Encoder) -> None:
    """The test encoder puts texts together that share words."""
    (sentence,) = written(SHRINK[:-1] + " [1][2].", encoder).sentences
    assert sentence.numbers == (1,)
    assert sentence.similarity == pytest.approx(1.0, abs=0.05)


@pytest.fixture(scope="module")
def bundled() -> SentenceEncoder:
    return load_encoder()


@pytest.mark.parametrize(
    "text",
    [
        "ShrinkKV keeps the cache in 4 bits, with no retraining [1].",
        "Storing the cache in four bits takes 2.6x less memory [1].",
        "Tokens are proposed by a small draft model and checked by the large model [2].",
    ],
)
def test_paraphrases_are_supported_by_the_bundled_model(text: str, bundled: SentenceEncoder) -> None:
    assert len(written(text, bundled).sentences) == 1


@pytest.mark.parametrize(
    "text",
    [
        "ShrinkKV drops old tokens from the cache by a learned policy [1].",
        "The cache of a model grows with its context [1].",
        "The draft model is trained by distillation from the large model [2].",
        "ShrinkKV keeps the cache in 4 bits, with no retraining [2].",
        "Models write text token by token [2].",
    ],
)
def test_other_things_said_of_the_same_subject_are_not(text: str, bundled: SentenceEncoder) -> None:
    assert written(text, bundled).sentences == ()


@pytest.mark.parametrize(
    ("sentence", "said", "contrary"),
    [
        ("The model is quantized without retraining.", "We quantize without retraining the model.", False),
        ("It takes training.", "It works without any additional training.", True),
        ("It takes no training.", "It is a training-free method.", False),
        ("It takes training.", "It is a training-free method.", True),
        ("It is lossy.", "It is not lossy, though others are lossy.", False),
        ("It can't be pruned.", "It is pruned.", True),
        ("It avoids pruning.", "It needs no pruning.", False),
    ],
)
def test_denials_worked_by_hand(sentence: str, said: str, contrary: bool) -> None:
    assert contradicts(sentence, said) is contrary


def test_numbers_and_stems_worked_by_hand() -> None:
    assert numbers_in("From 1,000 to 2.6x in four steps at W8A8") == {"1000", "2.6", "4", "8"}
    assert numbers_in("two or three", of_ours=True) == {"3"}
    assert content_stems("Quantizing, quantized, quantization") == {"quant"}
    assert content_stems("the caches, the cache and caching") == {"cach"}


@given(st.text(alphabet="ShrinkKV 4.bits[12]retraining no\n", max_size=200))
def test_whatever_is_written_every_sentence_shown_has_a_given_paper(text: str) -> None:
    said = written(text)
    for sentence in said.sentences:
        assert sentence.numbers
        assert set(sentence.numbers) <= {1, 2}
    assert bool(said.sentences) != bool(said.refused)
