from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litatlas.graph import placed_papers
from litatlas.graph.embedding import update_index
from litatlas.graph.errors import InvalidFilter, UnknownNode, UnknownPaper
from litatlas.graph.evidence import NOT_PLACED, Evidence, SurveyEvidence
from litatlas.graph.library import Library
from litatlas.graph.placed_papers import Document, PlacedPapers, VectorStore
from litatlas.graph.placement import MAX_TEXT, Placer, Reading, read_document
from litatlas.graph.survey_placer import reading_of

from ..conftest import WordEncoder
from . import library_files, placement_library
from .placement_library import PER_NODE, STRAY, WORDS

QUANTIZATION, PRUNING, CACHE = WORDS
TEXT = "Rounding to few bits\nWe choose integer scales and a codebook. Outliers keep their precision."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    directory = tmp_path_factory.mktemp("placement")
    placement_library.write(directory)
    with Library.edit(directory) as draft:
        update_index(draft, WordEncoder(), None, lambda *_: None)
    return Library(directory)


@pytest.fixture(scope="module")
def placer(library: Library) -> Placer:
    return Placer(library, WordEncoder())


def in_survey(placer: Placer, text: str, survey: str = "s", limit: int = 5):
    (found,) = placer.place(text, survey, limit=limit).surveys
    return found


def test_a_text_goes_where_its_words_are(placer: Placer) -> None:
    found = in_survey(placer, TEXT)
    assert found.fits
    assert found.nodes[0].node.key == QUANTIZATION
    assert found.nodes[0].probability > 0.8
    assert found.nodes[0].papers == PER_NODE
    assert {near.paper.key.split("-")[0] for near in found.nodes[0].evidence.nearest} == {"quantization"}
    assert {"bits", "integer", "rounding"} & set(found.nodes[0].evidence.words)
    assert found.surest is not None
    assert found.why.startswith("Quantization, ")


def test_probabilities_are_of_nodes_that_hold_papers_and_sum_to_one(placer: Placer) -> None:
    found = in_survey(placer, TEXT, limit=50)
    assert {each.node.key for each in found.nodes} == set(WORDS)
    assert sum(each.probability for each in found.nodes) == pytest.approx(1.0)
    assert [each.probability for each in found.nodes] == sorted((e.probability for e in found.nodes), reverse=True)
    by_key = {each.node.key: each.probability for each in found.nodes}
    branches = {each.node.key: each.probability for each in found.branches}
    assert branches == pytest.approx({"s/model": by_key[QUANTIZATION] + by_key[PRUNING], "s/cache": by_key[CACHE]})


def test_shares_of_evidence_sum_to_one(placer: Placer) -> None:
    for each in in_survey(placer, TEXT).nodes[:1]:
        assert sum(each.evidence.shares.values()) == pytest.approx(1.0)
        assert list(each.evidence.shares.values()) == sorted(each.evidence.shares.values(), reverse=True)


def test_a_placed_paper_is_no_evidence_for_itself(placer: Placer) -> None:
    answer = placer.place("quantization-01", "s")
    assert answer.paper is not None
    (found,) = answer.surveys
    assert [node.key for node in found.placed] == [QUANTIZATION]
    for each in found.nodes:
        assert "quantization-01" not in {near.paper.key for near in each.evidence.nearest}
    assert [paper.key for paper in found.nodes[0].evidence.cited] == ["quantization-02"]
    assert [node.key for node in found.nodes[0].evidence.elsewhere] == ["t/bits"]


def test_leaving_a_paper_out_is_learning_without_it(library: Library) -> None:
    """The closed forms of every kind of evidence against the same evidence from a library that lacks the paper."""
    vectors = VectorStore(library, WordEncoder())
    placed = PlacedPapers(library, vectors, "s")
    for row in (0, 30, 71):
        kept = np.delete(np.arange(len(placed.at)), row)
        texts = placed.evidence.placed
        fewer = SurveyEvidence(_rows(texts, kept, kept), placed.at[kept], placed.evidence.names)
        as_new = fewer.describe(_rows(texts, np.array([row]), kept), np.array([NOT_PLACED]))[0]
        left_out = placed.evidence.describe(_rows(texts, np.array([row]), None), np.array([row]))[0]
        for number, kind in enumerate(Evidence):
            assert left_out[:, number] == pytest.approx(as_new[:, number], abs=1e-9), kind


def _rows(texts, rows, linked):
    from dataclasses import replace

    return replace(
        texts,
        vectors=texts.vectors[rows],
        terms=texts.terms[rows],
        words=texts.words[rows],
        links=texts.links[rows] if linked is None else texts.links[rows][:, linked],
        elsewhere=texts.elsewhere[rows],
    )


def test_a_paper_without_an_abstract_is_not_read_with_its_places(tmp_path: Path) -> None:
    """They would give the answer away; an index made with another text of the paper is not believed."""
    placement_library.write(tmp_path, abstracts=False)
    encoder = WordEncoder()
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    of_papers = [text for text in encoder.encoded if text.startswith(("Study", "Bits and"))]
    assert len(of_papers) > PER_NODE
    assert not any(">" in text or "Quantization" in text for text in of_papers)
    asked = WordEncoder()
    placed = PlacedPapers(Library(tmp_path), VectorStore(Library(tmp_path), asked), "s")
    _ = placed.evidence
    assert not any(text.startswith(("Study", "Bits and")) for text in asked.encoded), "the index has their vectors"
    first = placed.documents[0]
    assert placed.evidence.placed.vectors[0] == pytest.approx(WordEncoder().encode([first.title])[0])


def test_a_library_without_abstracts_places_too_and_says_what_limits_it(tmp_path: Path) -> None:
    placement_library.write(tmp_path, abstracts=False)
    placer = Placer(Library(tmp_path), WordEncoder())
    found = in_survey(placer, f"{TEXT}\n{TEXT}\n{TEXT}")
    assert found.nodes[0].node.key == QUANTIZATION
    assert any("titles" in note for note in found.notes)


def test_a_title_alone_is_placed_with_less_confidence(placer: Placer) -> None:
    answer = placer.place("Integer rounding of a codebook", "s")
    assert answer.reading is Reading.TITLE
    assert any("title" in note for note in answer.surveys[0].notes)


def test_a_sentence_beside_a_title_is_no_abstract() -> None:
    short, long = Document("Title", "One sentence of six words."), Document("Title", "word " * 30)
    assert (reading_of(short), reading_of(long)) == (Reading.TITLE, Reading.ABSTRACT)
    assert reading_of(Document("Title", "A note.", "key-of-a-paper")) is Reading.ABSTRACT


def test_what_has_nothing_in_common_fits_nowhere(placer: Placer) -> None:
    found = in_survey(placer, "Dwarf galaxies\nThe spectra of remote stars are compared with simulations of dust.")
    assert not found.fits
    assert found.why.startswith("None of these fits")


def test_the_order_of_the_papers_does_not_matter(tmp_path: Path) -> None:
    answers = []
    for backwards in (False, True):
        directory = tmp_path / str(backwards)
        placement_library.write(directory, backwards=backwards)
        found = in_survey(Placer(Library(directory), WordEncoder()), TEXT, limit=50)
        answers.append([(each.node.key, round(each.probability, 9)) for each in found.nodes])
    assert answers[0] == answers[1]


def test_a_stray_is_found_and_nothing_that_stands_well(placer: Placer) -> None:
    strays = placer.misplaced("s")
    assert [stray.paper.key for stray in strays] == [STRAY]
    assert [node.key for node in strays[0].placed] == [CACHE]
    assert strays[0].proposed.node.key == QUANTIZATION
    assert strays[0].own < 0.05
    assert strays[0].proposed.probability >= 0.5


def test_cross_listings_are_further_nodes_of_papers_that_stand_well(placer: Placer) -> None:
    proposals = placer.cross_listings("s", limit=1000)
    chances = [each.proposed.probability for each in proposals]
    assert chances == sorted(chances, reverse=True)
    for each in proposals:
        assert each.paper.key != STRAY
        assert each.proposed.node not in each.placed
    assert len(placer.cross_listings("s", limit=1)) == min(1, len(proposals))


def test_all_surveys_are_asked_unless_one_is_named(placer: Placer) -> None:
    assert {each.survey for each in placer.place(TEXT).surveys} == {"s", "t"}


def test_a_small_survey_says_that_it_is_small(placer: Placer) -> None:
    found = in_survey(placer, TEXT, "t")
    assert [each.node.key for each in found.nodes] == ["t/bits"]
    assert any("too few" in note for note in found.notes)


def test_only_the_papers_named_count_as_placed(library: Library) -> None:
    among = [key for key, _, _, node in placement_library.papers() if node != QUANTIZATION]
    found = in_survey(Placer(library, WordEncoder(), among), TEXT)
    assert {each.node.key for each in found.nodes} == {PRUNING, CACHE}


@pytest.mark.parametrize("among", [[], ["quantization-01"]])
def test_a_survey_without_other_papers_proposes_nothing(library: Library, among: list[str]) -> None:
    found = in_survey(Placer(library, WordEncoder(), among), "quantization-01")
    assert not found.fits
    assert found.nodes == ()
    assert found.why


def test_five_papers_are_enough_to_ask(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    placer = Placer(Library(tmp_path), WordEncoder())
    found = in_survey(placer, "accurate quantization of activation")
    assert found.nodes[0].node.name == "Quantization"
    assert placer.misplaced("s") == ()


def test_what_cannot_be_placed_is_explained(placer: Placer) -> None:
    with pytest.raises(InvalidFilter, match="no text"):
        placer.place(" \n — \n")
    with pytest.raises(InvalidFilter, match="limit"):
        placer.place("a" * (MAX_TEXT + 1))
    with pytest.raises(UnknownPaper):
        placer.place("arxiv:2401.99999")
    with pytest.raises(UnknownNode, match="No survey"):
        placer.place(TEXT, "nothing")


@pytest.mark.parametrize("text", ["\x00 bits", "\ud800 bits", "bits. " * 3000, "bits(" * 4000, "a" * MAX_TEXT])
def test_hostile_texts_are_placed_like_others(placer: Placer, text: str) -> None:
    assert len(in_survey(placer, text).nodes) == 3


def test_a_text_is_read_as_title_and_body() -> None:
    assert read_document("A title\n\nAn abstract.\nOf two lines.") == Document("A title", "An abstract. Of two lines.")
    assert read_document("One sentence. And another.") == Document("One sentence.", "And another.")
    assert read_document("A title alone") == Document("A title alone")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_is_placed_or_refused(placer: Placer, text: str) -> None:
    try:
        answer = placer.place(text, "s", limit=50)
    except (InvalidFilter, UnknownPaper):
        return
    chances = [each.probability for each in answer.surveys[0].nodes]
    assert all(0 <= chance <= 1 for chance in chances)
    assert sum(chances) <= 1 + 1e-9


@pytest.mark.realdata
def test_leave_one_out_on_the_bundled_survey_beats_nearest_neighbours(shared_data: Path, tmp_path: Path) -> None:
    """By words alone, so that no model is needed; the figures with it are in benchmarks/placement.py."""
    from litatlas.app.building import build, ingest_metadata
    from litatlas.app.settings import Settings

    class Silent(WordEncoder):
        def encode(self, texts, progress=None):
            return np.zeros((len(texts), 1), dtype=np.float32)

    chosen = Settings(library=tmp_path / "library")
    build(chosen, lambda *_: None, load=lambda _: Silent())
    ingest_metadata(chosen, shared_data / "abstracts.jsonl")
    survey = Placer(Library(chosen.library), Silent()).survey("efficient-llms")
    placed = survey.placed
    known = np.array([bool(document.body) for document in placed.documents])
    chances = survey.probabilities(placed.documents)
    alike = placed.evidence.similarities(placed.evidence.placed, np.arange(len(placed.at)))
    votes = np.stack([np.maximum(row[near], 0) @ placed.at[near] for row in alike for near in [np.argsort(-row)[:15]]])

    def first(ranked) -> float:
        return float(placed.at[np.arange(len(ranked)), ranked.argmax(axis=1)][known].mean())

    assert known.sum() > 380
    assert first(chances) > first(votes) + 0.03
    assert first(chances) > 0.64


def test_of_very_many_papers_a_sample_is_learned_from_in_which_every_node_has_its_part(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placed_papers, "MOST_PLACED", 30)
    placed = PlacedPapers(library, VectorStore(library, WordEncoder()), "s")
    assert len(placed.documents) == 30
    assert placed.at.sum(axis=0).tolist() == [10, 10, 10]
    found = in_survey(Placer(library, WordEncoder()), TEXT)
    assert found.nodes[0].node.key == QUANTIZATION
    assert [node.key for node in in_survey(Placer(library, WordEncoder()), "cache-03").placed] == [CACHE]
