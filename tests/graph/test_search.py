from __future__ import annotations

import math
from pathlib import Path

import pytest

from litatlas.graph.alike import papers_like, titled_sentences
from litatlas.graph.embedding import node_text, paper_text, update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import InvalidFilter, ModelError, UnknownNode, UnknownPaper
from litatlas.graph.library import Library
from litatlas.graph.models import Claim
from litatlas.graph.ranking import Part
from litatlas.graph.search import Filters, Searcher, query_words
from litatlas.graph.sentence_vectors import SentenceVectors
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


def test_a_score_is_the_weighted_sum_of_its_parts(searcher: Searcher, encoder: Encoder, library: Library) -> None:
    """Wanda alone has the word, so its words count in full; nobody cites it; the rest are cosines."""
    answer = searcher.search("simple pruning")
    first = answer.papers[0]
    assert first.paper.key == "wanda"
    assert answer.nodes[0].node.name == "Pruning"
    question = encoder.encode(["simple pruning"])[0]
    whole = encoder.encode([paper_text(first.paper.title, first.paper.abstract, first.paper.note)])[0]
    said = encoder.encode([first.paper.title, *split_sentences(first.paper.abstract or "")])
    place = encoder.encode([node_text(library.node("Pruning"))])[0]
    cited = math.log1p(library.citation_counts.get("wanda", 0)) / math.log1p(max(library.citation_counts.values()))
    parts = [1.0 * whole @ question, 0.4 * 1.0, 0.6 * (said @ question).max(), 0.3 * place @ question, 0.1 * cited]
    assert first.score == pytest.approx(sum(parts) / 2.4, abs=1e-5)
    assert list(first.reasons.shares.values()) == pytest.approx([part / sum(parts) for part in parts], abs=1e-5)
    for hit in answer.papers:
        assert sum(hit.reasons.shares.values()) == pytest.approx(1.0)
    assert [hit.score for hit in answer.papers] == sorted((hit.score for hit in answer.papers), reverse=True)


def test_without_a_model_words_and_citations_alone_count(library: Library) -> None:
    answer = Searcher(library, None).search("quantization")
    scores = {match.key: match.score for match in match_words(library, ["quantization"], 10)}
    for hit in answer.papers:
        words = 0.4 * scores[hit.paper.key] / max(scores.values())
        counts = library.citation_counts
        cited = 0.1 * math.log1p(counts.get(hit.paper.key, 0)) / math.log1p(max(counts.values()))
        assert hit.score == pytest.approx((words + cited) / 2.4)


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
    assert first.reasons.shares[Part.NAME] > 0.5
    assert sum(first.reasons.shares.values()) == pytest.approx(1.0)
    assert all(hit.reasons.shares.get(Part.NAME, 0.0) == 0 for hit in others)
    assert searcher.search(question, Filters(under="Cache")).papers == () or (
        searcher.search(question, Filters(under="Cache")).papers[0].paper.key != "awq"
    )


def test_filters_restrict_papers(searcher: Searcher) -> None:
    found = searcher.search("pruning quantization", Filters(under="Pruning")).papers
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


@pytest.mark.parametrize("query", ["", "  \n ", "x" * 6000])
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


def test_a_question_that_nothing_here_comes_near_is_told_so(searcher: Searcher, library: Library) -> None:
    for search in (searcher, Searcher(library, None)):
        answer = search.search("volcanic eruptions in Iceland")
        assert answer.hopeless
        assert (answer.papers, answer.nodes) == ((), ())
    assert not searcher.search("pruning").hopeless
    assert searcher.search("the").hopeless, "a word without a meaning asks for nothing"


def test_an_id_that_is_not_here_is_told(searcher: Searcher) -> None:
    answer = searcher.search("2401.99999")
    assert answer.hopeless
    assert "No paper here has arxiv:2401.99999" in answer.notes[0]


def test_papers_like_one_and_unlike_another(searcher: Searcher, library: Library, encoder: Encoder) -> None:
    answer = searcher.search("like:awq")
    assert [seed.key for seed in answer.seeds] == ["awq"]
    assert "awq" not in {hit.paper.key for hit in answer.papers}
    best = answer.papers[0]
    assert set(best.reasons.shares) == {Part.LIKENESS, Part.CITATIONS}
    sentences = SentenceVectors(encoder, titled_sentences)
    near = papers_like(library, ["awq"], ["wanda"], limit=30, sentences=sentences)
    likeness = {similar.paper.key: similar.likeness.score for similar in near if similar.likeness}
    away = searcher.search("like:awq unlike:wanda")
    assert "wanda" not in {hit.paper.key for hit in away.papers}
    assert away.papers
    for hit in away.papers:
        tied = hit.reasons.shares[Part.CITATIONS] * hit.score * 1.2
        assert hit.score * 1.2 - tied == pytest.approx(max(likeness.get(hit.paper.key, 0.0), 0.0), abs=1e-5)


def test_a_pasted_text_finds_papers_like_it(searcher: Searcher, library: Library) -> None:
    abstract = library.paper("gptq").abstract or ""
    answer = searcher.search(f"{abstract} " * (1 + 40 // len(abstract.split())))
    assert answer.question.pasted
    assert answer.papers[0].paper.key == "gptq"
    assert answer.papers[0].reasons.shares == {Part.LIKENESS: pytest.approx(1.0)}


def test_papers_to_be_like_must_be_here(searcher: Searcher) -> None:
    with pytest.raises(UnknownPaper):
        searcher.search("like:2401.99999")


def test_filters_in_words_are_filters(searcher: Searcher) -> None:
    in_words = searcher.search("quantization year:..2023")
    assert {hit.paper.key for hit in in_words.papers} == {"gptq", "awq"}
    assert in_words.question.filters == Filters(year_to=2023)
    assert searcher.search("quantization venue:iclr", Filters(venue="arXiv")).question.filters.venue == "iclr"


def test_filters_alone_list_what_passes_them_the_most_cited_first(searcher: Searcher, library: Library) -> None:
    answer = searcher.search("year:2023")
    assert {hit.paper.key for hit in answer.papers} == set(library.paper_keys(year_from=2023, year_to=2023))
    cited = [library.citation_counts.get(hit.paper.key, 0) for hit in answer.papers]
    assert cited == sorted(cited, reverse=True)
    assert max(cited) > min(cited)


def test_under_a_filter_the_nearest_is_shown_with_a_warning(searcher: Searcher) -> None:
    vague = "pruning volcanic eruptions glaciers Iceland lava magma ash"
    assert searcher.search(vague).hopeless
    answer = searcher.search(vague, Filters(under="Pruning"))
    assert [hit.paper.key for hit in answer.papers] == ["wanda"]
    assert "Nothing that passes the filters" in answer.notes[-1]


def test_an_author_is_found_by_name(library: Library, encoder: Encoder) -> None:
    with Library.edit(library.directory) as draft:
        draft.put_claims("wanda", [Claim("wanda", "authors", "Ada Example; Bo Other", library.sources()[0].key, 9)])
        update_index(draft, encoder, None, lambda *_: None)
    searcher = Searcher(Library(library.directory), encoder)
    first = searcher.search("ada example").papers[0]
    assert first.paper.key == "wanda"
    assert first.reasons.shares[Part.AUTHOR] > 0.4
    assert [hit.paper.key for hit in searcher.search("pruning quantization author:example").papers] == ["wanda"]
    for nobody in ("author:nobody pruning", "author:!!!", 'author:"pruning'):
        with pytest.raises(InvalidFilter, match="No author here"):
            searcher.search(nobody)


def test_a_topic_is_no_author(library: Library, encoder: Encoder) -> None:
    """Somebody of this name is among the authors, and two titles have the word."""
    with Library.edit(library.directory) as draft:
        draft.put_claims("h2o", [Claim("h2o", "authors", "Kyaw Quantization", library.sources()[0].key, 9)])
        update_index(draft, encoder, None, lambda *_: None)
    searcher = Searcher(Library(library.directory), encoder)
    assert all(Part.AUTHOR not in hit.reasons.shares for hit in searcher.search("quantization").papers)
    assert searcher.search("kyaw quantization").papers[0].paper.key == "h2o"


def test_a_typo_is_read_as_what_is_here(searcher: Searcher) -> None:
    answer = searcher.search("quantizatoin")
    assert answer.papers[0].paper.key in {"gptq", "awq"}
    assert answer.notes == ("“quantizatoin” is read as “quantization”.",)


def test_nodes_are_found_by_the_papers_at_them(searcher: Searcher) -> None:
    """The node's own name has no word of the question; its paper has."""
    answer = searcher.search("wanda simple approach")
    node = answer.nodes[0]
    assert node.node.name == "Pruning"
    assert node.reasons.votes >= 1
    assert node.reasons.shares[Part.PAPERS] > 0


def test_a_paper_named_in_two_ways_is_one_to_be_like(searcher: Searcher) -> None:
    once, twice = searcher.search("like:gptq"), searcher.search("like:gptq like:2210.17323v2 like:gptq")
    assert [seed.key for seed in twice.seeds] == ["gptq"]
    assert [(hit.paper, hit.score) for hit in twice.papers] == [(hit.paper, hit.score) for hit in once.papers]


def test_ties_to_the_papers_asked_for_are_counted(searcher: Searcher) -> None:
    """Wanda cites both, AWQ one of them."""
    of_both = {hit.paper.key: hit.reasons.tied_to for hit in searcher.search("like:gptq like:awq").papers}
    assert of_both["wanda"] == 2
    of_one = {hit.paper.key: hit.reasons.tied_to for hit in searcher.search("like:gptq like:h2o").papers}
    assert (of_one["awq"], of_one["wanda"]) == (1, 1)
    assert all(hit.reasons.tied_to == 0 for hit in searcher.search("quantization").papers)


def test_a_title_that_is_nearer_than_every_sentence_is_told(searcher: Searcher) -> None:
    titled, quoted = searcher.search("accurate quantization"), searcher.search("quantize weights in one shot")
    assert next(hit for hit in titled.papers if hit.paper.key == "gptq").reasons.by_title
    assert not next(hit for hit in quoted.papers if hit.paper.key == "gptq").reasons.by_title


def test_filters_alone_ask_no_model(searcher: Searcher, encoder: Encoder) -> None:
    encoder.encoded.clear()  # type: ignore[attr-defined]
    assert searcher.search("year:2023").papers
    assert encoder.encoded == []  # type: ignore[attr-defined]


def test_a_library_of_software_alone_says_that_nothing_is_near(tmp_path: Path, encoder: Encoder) -> None:
    with Library.edit(tmp_path) as draft:
        draft.put_source(library_files.LIST)
        draft.put_claims(
            "vllm", [Claim("vllm", "title", "vLLM", "list", 1), Claim("vllm", "kind", "software", "list", 1)]
        )
        update_index(draft, encoder, None, lambda *_: None)
    searcher = Searcher(Library(tmp_path), encoder)
    assert [hit.paper.key for hit in searcher.search("vllm").papers] == ["vllm"]
    assert searcher.search("pruning").hopeless
