from __future__ import annotations

import threading
from pathlib import Path

import pytest

from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import LibraryDamaged, ModelError, UnknownNode, UnknownPaper
from litatlas.graph.expression import parse_selection
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, WorkKind
from litatlas.graph.selection import Around, Below, Chosen, Matching, Selection, Whole

from ..graph import library_files


@pytest.fixture
def atlas(library: Path, encoder: Encoder) -> Atlas:
    return Atlas(Settings(library=library), lambda _: encoder)


def test_a_paper_comes_with_all_that_is_known_of_it(atlas: Atlas) -> None:
    detail = atlas.paper("arxiv:2210.17323")
    assert detail.paper.key == "gptq"
    assert [(place.node.name, [node.name for node in place.broader]) for place in detail.places] == [
        ("Quantization", ["Model"])
    ]
    assert {claim.source for claim in detail.claims} == {"list", "metadata"}
    assert {paper.key for paper in detail.related.cited_by} == {"awq", "wanda"}
    assert [(other.paper.key, other.together) for other in detail.related.co_cited] == [("awq", 1)]
    assert detail.cited == 2
    assert "gptq" not in [near.paper.key for near in detail.related.similar]
    with pytest.raises(UnknownPaper):
        atlas.paper("nothing")


def test_a_node_counts_each_paper_once(atlas: Atlas) -> None:
    detail = atlas.node("Model")
    assert detail.branch.papers == 3, "wanda stands at two nodes below"
    assert [branch.papers for branch in detail.branch.narrower] == [3, 1]
    assert [paper.key for paper in detail.papers] == ["wanda", "awq", "gptq"]
    assert detail.years == ((2023, 2), (2024, 1))
    assert detail.venues == (("ICLR", 2), ("arXiv", 1))
    with pytest.raises(UnknownNode):
        atlas.node("Modle")


def test_a_selection_is_the_part_it_says(atlas: Atlas) -> None:
    def keys(selection: Whole | Below | Matching | Around) -> set[str]:
        return {paper.key for paper in atlas.select(selection).papers}

    assert keys(Whole()) == {paper[0] for paper in library_files.PAPERS}
    assert keys(Below("s/cache")) == {"h2o", "note"}
    assert {paper.key for paper in atlas.select("not under:s/cache").papers} == {"gptq", "awq", "wanda"}
    assert keys(Matching("simple pruning", limit=1)) == {"wanda"}
    assert keys(Around("gptq")) >= {"gptq", "awq", "wanda"}


@pytest.mark.parametrize(
    "selection",
    [
        Whole(),
        Below("Model"),
        Below("Cache"),
        Around("gptq"),
        Matching("pruning", limit=2),
        *map(
            parse_selection,
            ("not under:Cache", "under:Model and not papers:awq", "under:Pruning or papers:note", "not everything"),
        ),
    ],
)
def test_a_preview_counts_what_is_selected(atlas: Atlas, selection: Selection) -> None:
    part, preview = atlas.select(selection), atlas.preview(selection)
    software = sum(paper.kind is WorkKind.SOFTWARE for paper in part.papers)
    assert preview.title == part.title
    assert (preview.papers, preview.software) == (len(part.papers) - software, software)
    assert (preview.nodes, preview.placements) == (len(part.nodes), len(part.placements))
    assert preview.citations == len({(edge.citing, edge.cited) for edge in part.citations})


def test_papers_that_may_be_meant_are_suggested_by_their_words(atlas: Atlas) -> None:
    assert [paper.key for paper in atlas.suggest("simple prunning of Wanda")] == ["wanda"]
    assert [paper.key for paper in atlas.suggest("activation aware", limit=1)] == ["awq"]
    assert atlas.suggest("") == atlas.suggest("  ") == atlas.suggest("zxqv") == ()
    assert len(atlas.suggest("quantization " * 500)) >= 2


def test_a_newer_generation_is_opened_when_asked(atlas: Atlas) -> None:
    assert not atlas.refresh()
    with Library.edit(atlas.settings.library) as draft:
        draft.put_claims("new", [Claim("new", "title", "A paper that has just come", "list", 99)])
    assert atlas.overview().counts.papers == 5, "what is open stays as it is"
    assert atlas.refresh()
    assert atlas.overview().counts.papers == 6
    answer = atlas.search("a paper that has just come")
    assert answer.papers[0].paper.key == "new"
    assert any("no vector" in note for note in answer.notes)


def test_the_model_is_loaded_once_and_only_for_questions(library: Path, encoder: Encoder) -> None:
    loaded: list[str] = []

    def load(name: str) -> Encoder:
        loaded.append(name)
        return encoder

    atlas = Atlas(Settings(library=library), load)
    atlas.paper("gptq"), atlas.node("Model"), atlas.taxonomy(), atlas.overview(), atlas.neighbourhood("gptq", hops=2)
    assert loaded == []
    threads = [threading.Thread(target=atlas.search, args=("pruning",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded == [encoder.name], "the model of the index, once for all threads"


def test_a_part_of_the_graph_needs_no_model_unless_it_asks_a_question(library: Path) -> None:
    def load(name: str) -> Encoder:
        raise ModelError("gone", "")

    atlas = Atlas(Settings(library=library), load)
    assert len(atlas.select(Whole()).papers) == 5
    assert len(atlas.select(Below("Cache")).papers) == 2
    assert atlas.select(Around("gptq")).papers
    with pytest.raises(ModelError):
        atlas.select(Matching("x"))


def test_another_model_than_that_of_the_index_is_told(library: Path, encoder: Encoder) -> None:
    class Other(type(encoder)):  # type: ignore[misc]
        fingerprint = "other@test"

    atlas = Atlas(Settings(library=library, model="other"), lambda _: Other())
    with pytest.raises(ModelError, match="words@test"):
        atlas.search("pruning")
    assert atlas.paper("gptq").related.similar, "what needs no question goes on working"


def test_a_damaged_index_stops_only_what_needs_it(library: Path, encoder: Encoder) -> None:
    index = next(library.glob("index-*.faiss"))
    index.write_bytes(index.read_bytes()[:-9])
    atlas = Atlas(Settings(library=library), lambda _: encoder)
    assert atlas.node("Model").branch.papers == 3
    assert atlas.overview().counts.papers == 5
    with pytest.raises(LibraryDamaged, match="index-"):
        atlas.search("pruning")


def test_papers_that_were_chosen_are_a_selection_whatever_they_are_called_by(atlas: Atlas) -> None:
    papers = atlas.library.papers(atlas.library.paper_keys())[:2]
    part = atlas.select(Chosen((papers[0].title, papers[1].key, papers[0].key), "Two of them"))
    assert part.title == "Two of them"
    assert {paper.key for paper in part.papers} == {paper.key for paper in papers}


def test_what_is_kept_is_made_once_per_generation_and_bounded(atlas: Atlas) -> None:
    made: list[int] = []

    def make(number: int) -> int:
        return atlas.kept(("number", number), lambda _: made.append(number) or number)  # type: ignore[func-returns-value]

    assert [make(0), make(0)] == [0, 0]
    assert made == [0]
    for number in range(1, 65):
        make(number)
    make(0)
    assert made == [*range(65), 0]
