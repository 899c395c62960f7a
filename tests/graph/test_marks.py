from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.marks import LONGEST_ANSWER, MOST_SENTENCES, MarkedSentence, read_marked, says_no_answer


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is small [1].", [("It is small.", (1,))]),
        ("It is small. [1] It is fast. [2][3]", [("It is small.", (1,)), ("It is fast.", (2, 3))]),
        ("It is small.[1] It is fast.[2]", [("It is small.", (1,)), ("It is fast.", (2,))]),
        ("- It is **small** [1, 2]\n- It is fast [1; 3].", [("It is small", (1, 2)), ("It is fast.", (1, 3))]),
        ("1. It is small【4】.", [("It is small.", (4,))]),
        ("Both shrink it [1-3], and fast [5].", [("Both shrink it, and fast.", (1, 2, 3, 5))]),
        ("It is small, e.g. at 4 bits [1].", [("It is small, e.g. at 4 bits.", (1,))]),
        ("It is small [1][1].", [("It is small.", (1,))]),
        ("A range without sense [9-1].", [("A range without sense.", ())]),
        ("A long range [1-900].", [("A long range.", (1, 900))]),
        ("See [citation needed].", [("See [citation needed].", ())]),
        ("[1]\n\n…\n[2]", []),
    ],
)
def test_marks_belong_to_their_sentences(text: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read_marked(text) == tuple(MarkedSentence(*each) for each in sentences)


@pytest.mark.parametrize("text", ["NO ANSWER", " no answer.\n", '"NO ANSWER"', "**No answer**"])
def test_a_writer_may_say_that_there_is_no_answer(text: str) -> None:
    assert says_no_answer(text)
    assert not says_no_answer(f"{text}, but it is small [1].")


@given(st.text(alphabet="[]【】0123456789,;-– .!?\n*`#aZ", max_size=400))
def test_no_mark_is_made_up_and_none_stays_behind(text: str) -> None:
    for sentence in read_marked(text):
        assert len(set(sentence.numbers)) == len(sentence.numbers)
        assert any(char.isalpha() for char in sentence.text)
        assert "\n" not in sentence.text


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 100_000,
        "[1" * 50_000,
        "[1]" * 40_000,
        ". [1" * 30_000,
        "[1,2;" * 20_000,
        "e.g. A " * 20_000,
        ".\"')" * 9_000,
    ],
)
def test_hostile_text_is_read_no_further_than_an_answer_goes(hostile: str) -> None:
    assert len(read_marked(hostile)) <= MOST_SENTENCES
    assert sum(len(sentence.text) for sentence in read_marked(hostile)) <= LONGEST_ANSWER
