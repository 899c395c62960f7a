from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.alike import nearest_papers, papers_like, papers_like_seeds, portraits, text_seed, titled_sentences
from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.index import EntryKind
from litatlas.graph.library import Library
from litatlas.graph.likeness import Part, Seed, likeness
from litatlas.graph.related import similar_papers
from litatlas.graph.sentence_vectors import SentenceVectors

from ..conftest import WordEncoder
from . import library_files


@pytest.fixture
def library(tmp_path: Path, encoder: Encoder) -> Library:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    return Library(tmp_path)


def test_similar_papers_are_ranked_by_the_likeness_that_is_measured(library: Library, encoder: WordEncoder) -> None:
    sentences = SentenceVectors(encoder, titled_sentences)
    found = similar_papers(library, "gptq", 10, sentences)
    papers = [paper for paper in library.papers(sorted(library.paper_keys())) if paper.key != "gptq"]
    (seed,) = map(Seed, portraits(library, library.papers(["gptq"]), sentences))
    expected = dict(zip((p.key for p in papers), likeness(seed, portraits(library, papers, sentences)), strict=True))
    assert {near.paper.key for near in found} == expected.keys()
    assert {near.paper.key: near.likeness for near in found} == expected
    scores = [near.likeness.score for near in found if near.likeness]
    assert scores == sorted(scores, reverse=True)


def test_without_a_model_stored_vectors_and_words_say_it(library: Library, encoder: WordEncoder) -> None:
    encoder.encoded.clear()
    found = similar_papers(library, "gptq", 3)
    assert not encoder.encoded
    for near in found:
        assert near.likeness is not None
        assert set(near.likeness.parts) == {Part.WHOLE, Part.WORDS}
        assert near.similarity == pytest.approx(near.likeness.parts[Part.WHOLE])


def test_the_cheap_look_is_the_order_of_similarity(library: Library) -> None:
    index = library.index
    assert index is not None
    vector = index.vector(EntryKind.PAPER, "gptq")
    assert vector is not None
    nearest = [n.key for n in index.search(vector, 100, EntryKind.PAPER) if n.key != "gptq"]
    assert [near.paper.key for near in nearest_papers(library, "gptq", 3)] == nearest[:3]
    assert all(near.likeness is None for near in nearest_papers(library, "gptq", 3))


def test_what_was_named_is_no_answer(library: Library) -> None:
    found = {near.paper.key for near in papers_like(library, ["gptq", "h2o"], ["wanda"])}
    assert found
    assert not found & {"gptq", "h2o", "wanda"}
    assert {near.paper.key for near in papers_like(library, ["gptq"], among=["awq", "h2o"])} == {"awq", "h2o"}
    assert papers_like(library, ["gptq"], among=[]) == ()


def test_being_unlike_a_paper_lowers_what_is_like_it(library: Library) -> None:
    """Beside the paper that is least like the unwanted one, the one most like it loses."""

    def scores(unlike: list[str]) -> dict[str, float]:
        found = papers_like(library, ["h2o"], unlike)
        return {near.paper.key: near.likeness.score for near in found if near.likeness}

    to_awq = {near.paper.key: near.similarity for near in papers_like(library, ["awq"])}
    compared = scores([]).keys() & to_awq.keys() - {"awq", "h2o"}
    most, least = max(compared, key=to_awq.__getitem__), min(compared, key=to_awq.__getitem__)
    assert to_awq[most] > to_awq[least]
    before, after = scores([]), scores(["awq"])
    assert before[most] - after[most] > before[least] - after[least]


def test_a_pasted_text_finds_the_paper_it_is_of(library: Library, encoder: WordEncoder) -> None:
    paper = library.paper("gptq")
    assert paper.abstract
    seed = text_seed(paper.abstract, encoder, paper.title)
    first = papers_like_seeds(library, [seed], sentences=SentenceVectors(encoder, titled_sentences))[0]
    assert first.paper.key == "gptq"
    assert first.likeness is not None
    assert first.likeness.score == pytest.approx(1, abs=1e-4)
    assert first.sentences is not None
    assert first.sentences.seed == first.sentences.candidate


def test_a_library_without_vectors_has_no_similar_papers(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    library = Library(tmp_path)
    assert similar_papers(library, "gptq", 5) == nearest_papers(library, "gptq", 5) == ()


def test_sentence_vectors_are_made_once(library: Library, encoder: WordEncoder) -> None:
    vectors = SentenceVectors(encoder, titled_sentences, kept=1)
    paper = library.paper("gptq")
    assert vectors.known([paper]) == {}
    made = vectors.of([paper])["gptq"]
    assert made.texts == (paper.title, "Models are large.", "We quantize their weights in one shot.", "It is fast.")
    encoder.encoded.clear()
    assert vectors.of([paper])["gptq"] is made
    assert not encoder.encoded
    vectors.of([library.paper("wanda")])
    assert vectors.known([paper]) == {}, "only the last is kept"
