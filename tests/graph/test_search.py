from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import InvalidFilter, ModelError, UnknownNode
from litatlas.graph.library import Library
from litatlas.graph.search import Filters, Searcher, query_words
from litatlas.graph.sentences import split_sentences
from litatlas.graph.words import match_words

from . import library_files


@pytest.fixture
def library(tmp_path: Path, encoder: Encoder) -> Library:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    return Library(tmp_path)


@pytest.fixture
def searcher(library: Library, encoder: Encoder) -> Searcher:
    return Searcher(library, encoder)


def test_scores_are_the_reciprocal_ranks_worked_by_hand(searcher: Searcher) -> None:
    """Wanda alone has the word, is nearest in meaning, and stands at the node that answers best."""
    answer = searcher.search("simple pruning")
    first = answer.papers[0]
    assert first.paper.key == "wanda"
    assert answer.nodes[0].node.name == "Pruning"
    assert first.score == pytest.approx(1.0)
    assert first.reasons.shares == pytest.approx({"words": 0.4, "meaning": 0.4, "place": 0.2})
    for hit in answer.papers:
        assert sum(hit.reasons.shares.values()) == pytest.approx(1.0)
    assert [hit.score for hit in answer.papers] == sorted((hit.score for hit in answer.papers), reverse=True)


def test_a_lower_rank_counts_less_by_the_formula(library: Library) -> None:
    answer = Searcher(library, None).search("quantization")
    by_words = [match.key for match in match_words(library, ["quantization"], 10)]
    best = 2.5 / 61
    for hit in answer.papers:
        words = 1 / (60 + by_words.index(hit.paper.key) + 1)
        place_rank = next(
            (
                rank
                for rank, node in enumerate(answer.nodes, 1)
                if node.node.key == (hit.reasons.place or node.node).key
            ),
            None,
        )
        place = 0.5 / (60 + place_rank) if hit.reasons.place and place_rank else 0.0
        assert hit.score == pytest.approx((words + place) / best)


def test_reasons_are_true(searcher: Searcher, encoder: Encoder, library: Library) -> None:
    answer = searcher.search("quantize weights in one shot")
    hit = next(hit for hit in answer.papers if hit.paper.key == "gptq")
    assert set(hit.reasons.words) == {"quantization", "quantize", "weights", "shot"}
    assert hit.reasons.quote is not None
    assert hit.reasons.quote.text == "We quantize their weights in one shot."
    vectors = encoder.encode(
        ["quantize weights in one shot", "GPTQ: accurate quantization. " + (hit.paper.abstract or "")]
    )
    assert hit.reasons.similarity == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-5)
    assert [node.name for node in hit.places] == ["Quantization"]


@pytest.mark.parametrize("question", ["awq", "2306.00978", "arxiv:2306.00978v2", "AWQ: Activation-Aware Quantization"])
def test_a_paper_that_is_named_comes_first(searcher: Searcher, question: str) -> None:
    first, *others = searcher.search(question).papers
    assert first.paper.key == "awq"
    assert first.reasons.shares["name"] > 0.5
    assert sum(first.reasons.shares.values()) == pytest.approx(1.0)
    assert all("name" not in hit.reasons.shares or hit.reasons.shares["name"] == 0 for hit in others)
    assert searcher.search(question, Filters(under="Cache")).papers == () or (
        searcher.search(question, Filters(under="Cache")).papers[0].paper.key != "awq"
    )


def test_filters_restrict_papers(searcher: Searcher) -> None:
    found = searcher.search("quantization", Filters(under="Pruning")).papers
    assert [hit.paper.key for hit in found] == ["wanda"]
    assert {h.paper.key for h in searcher.search("quantization", Filters(year_to=2023)).papers} == {"gptq", "awq"}
    none = searcher.search("quantization", Filters(year_from=2025))
    assert (none.papers, none.nodes, none.notes) == ((), (), ("No paper here passes the filters.",))
    assert {h.paper.key for h in searcher.search("quantization", Filters(venue="iclr")).papers} == {"gptq", "wanda"}
    assert {h.paper.key for h in searcher.search("quantization", Filters(has_code=True)).papers} == {"gptq"}
    assert searcher.search("quantization", Filters(survey="s")).total >= 3


@pytest.mark.parametrize("filters", [Filters(under="s/model/quantization"), Filters(survey="s"), Filters(survey="t")])
def test_filters_restrict_nodes_and_places(library: Library, encoder: Encoder, filters: Filters) -> None:
    library_files.write_second_survey(library.directory)
    with Library.edit(library.directory) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    answer = Searcher(Library(library.directory), encoder).search("quantization cache", filters)
    within = filters.under or f"{filters.survey}/"
    assert answer.papers
    assert all(hit.node.key.startswith(within) for hit in answer.nodes)
    assert "Quantization" in [hit.node.name for hit in answer.nodes]
    for hit in answer.papers:
        assert hit.places
        assert all(node.key.startswith(within) for node in hit.places)
        assert hit.reasons.place is None or hit.reasons.place.key.startswith(within)
    assert any(hit.reasons.place for hit in answer.papers)


def test_a_venue_that_is_not_here_is_told_with_those_that_are(searcher: Searcher) -> None:
    with pytest.raises(InvalidFilter) as error:
        searcher.search("quantization", Filters(venue="Nowhere"))
    assert error.value.message == "No venue here is called 'Nowhere'."
    assert error.value.advice == "Most papers here are from: ICLR, NeurIPS, arXiv."


@pytest.mark.parametrize("filters", [Filters(year_from=2024, year_to=2020), Filters(survey="other")])
def test_filters_that_mean_nothing_are_refused(searcher: Searcher, filters: Filters) -> None:
    with pytest.raises(InvalidFilter):
        searcher.search("x", filters)
    with pytest.raises(UnknownNode):
        searcher.search("x", Filters(under="Nowhere"))


@pytest.mark.parametrize("query", ["", "  \n ", "x" * 3000])
def test_no_question_and_too_long_ones_are_refused(searcher: Searcher, query: str) -> None:
    with pytest.raises(InvalidFilter) as error:
        searcher.search(query)
    assert error.value.advice


@pytest.mark.parametrize("query", ['"', "a AND", "(", "quantization*", "\x00", "🤖", "NOT x", "' OR 1=1", "\u202e"])
def test_any_question_is_answered(searcher: Searcher, query: str) -> None:
    searcher.search(query)


def test_limits_bound_what_comes_back(searcher: Searcher) -> None:
    answer = searcher.search("quantization pruning cache", limit=2, nodes=1)
    assert (len(answer.papers), len(answer.nodes)) == (2, 1)
    assert answer.total > 2


def test_without_vectors_words_answer_and_it_is_said(tmp_path: Path, encoder: Encoder) -> None:
    library_files.write(tmp_path)
    answer = Searcher(Library(tmp_path), encoder).search("pruning")
    assert answer.papers[0].paper.key == "wanda"
    assert answer.papers[0].reasons.similarity is None
    assert "litatlas build" in answer.notes[0]


def test_papers_without_a_vector_are_named(tmp_path: Path, library: Library, encoder: Encoder) -> None:
    library_files.write(library.directory, skip="note")
    library_files.write(library.directory)
    with Library.edit(library.directory) as draft:
        draft.put_claims("new", library_files.list_claims("new", "Quite new pruning", 2025, None, 99))
    answer = Searcher(Library(library.directory), encoder).search("pruning")
    assert answer.notes == ("1 paper has no vector yet and is found by words alone. Run `litatlas build`.",)
    assert "new" in {hit.paper.key for hit in answer.papers}


def test_another_model_is_refused(library: Library) -> None:
    class Other:
        name = fingerprint = "other"

        def encode(self, texts: object, progress: object = None) -> object:
            raise AssertionError

    with pytest.raises(ModelError, match="words@test"):
        Searcher(library, Other())  # type: ignore[arg-type]


def test_stop_words_are_left_out_unless_nothing_else_is_there() -> None:
    assert query_words("Which papers use the KV cache?") == ("kv", "cache")
    assert query_words("to be or not to be") == ("to", "be", "or", "not")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        ("We use e.g. Adam, cf. Fig. 3. It works.", ("We use e.g. Adam, cf. Fig. 3.", "It works.")),
        ("It gains 3.5 points. $x$ is small.", ("It gains 3.5 points.", "$x$ is small.")),
        ("", ()),
        ("no end", ("no end",)),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: tuple[str, ...]) -> None:
    assert split_sentences(text) == sentences
