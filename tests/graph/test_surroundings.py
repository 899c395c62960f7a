from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import InvalidFilter, UnknownNode, UnknownPaper
from litatlas.graph.layout import Layout, year_layout
from litatlas.graph.library import Library
from litatlas.graph.related import related_to
from litatlas.graph.search import Filters, Searcher
from litatlas.graph.selection import Around, Below, Matching, Whole, select
from litatlas.graph.surroundings import Tie, surroundings

from . import library_files


@pytest.fixture
def library(tmp_path: Path, encoder: Encoder) -> Library:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    return Library(tmp_path)


def test_neighbours_in_citation_meaning_and_place(library: Library) -> None:
    related = related_to(library, "gptq")
    assert {paper.key for paper in related.cited_by} == {"awq", "wanda"}
    assert related.references == ()
    assert [(other.paper.key, other.together) for other in related.co_cited] == [("awq", 1)]
    assert related.similar[0].paper.key == "awq"
    assert "gptq" not in {near.paper.key for near in related.similar}
    assert [(mates.node.name, [p.key for p in mates.papers]) for mates in related.place_mates] == [
        ("Quantization", ["awq", "wanda"])
    ]


def test_one_hop_of_citations(library: Library) -> None:
    around = surroundings(library, library.paper("gptq"), ties=[Tie.CITES])
    assert {vertex.id for vertex in around.vertices} == {"paper:gptq", "paper:awq", "paper:wanda"}
    assert {(edge.start, edge.end, edge.tie) for edge in around.edges} == {
        ("paper:awq", "paper:gptq", Tie.CITES),
        ("paper:wanda", "paper:gptq", Tie.CITES),
        ("paper:wanda", "paper:awq", Tie.CITES),  # between two neighbours
    }
    assert around.years == (2023, 2024)
    by_id = {vertex.id: vertex for vertex in around.vertices}
    assert by_id["paper:gptq"].hops == 0
    assert by_id["paper:gptq"].cited == 2
    assert by_id["paper:wanda"].point.x > by_id["paper:gptq"].point.x


def test_edges_at_the_seed_are_by_the_other_end(library: Library) -> None:
    around = surroundings(library, library.paper("awq"), ties=[Tie.CITES, Tie.PLACE])
    joined = around.edges_at_seed()
    assert {(edge.start, edge.end) for edge in joined["paper:gptq"]} == {("paper:awq", "paper:gptq")}
    assert {(edge.start, edge.end) for edge in joined["paper:wanda"]} == {("paper:wanda", "paper:awq")}
    assert {edge.tie for edge in joined["node:s/model/quantization"]} == {Tie.PLACE}
    assert around.seed not in joined


def test_papers_at_one_node_are_two_hops_apart(library: Library) -> None:
    note = library.paper("note")
    near = surroundings(library, note, hops=1, ties=[Tie.PLACE])
    assert {vertex.id for vertex in near.vertices} == {"paper:note", "node:s/cache"}
    far = surroundings(library, note, hops=2, ties=[Tie.PLACE])
    assert {vertex.id for vertex in far.vertices} == {"paper:note", "node:s/cache", "paper:h2o"}


@pytest.mark.parametrize("layout", Layout)
def test_positions_are_in_the_unit_square_and_the_same_each_time(library: Library, layout: Layout) -> None:
    first, second = (surroundings(library, library.paper("gptq"), hops=2, layout=layout) for _ in range(2))
    assert first == second
    for vertex in first.vertices:
        assert 0 <= vertex.point.x <= 1.3
        assert 0 <= vertex.point.y <= 1
    assert len({vertex.point for vertex in first.vertices}) == len(first.vertices)


def test_the_limit_is_kept_and_what_is_left_out_is_told(library: Library) -> None:
    around = surroundings(library, library.paper("gptq"), hops=2, limit=2)
    assert len(around.vertices) == 2
    assert around.left_out > 0
    inside = {vertex.id for vertex in around.vertices}
    assert all(edge.start in inside and edge.end in inside for edge in around.edges)


@pytest.mark.parametrize(("hops", "limit"), [(0, 10), (4, 10), (1, 0), (1, 10_000)])
def test_what_cannot_be_drawn_is_refused(library: Library, hops: int, limit: int) -> None:
    with pytest.raises(InvalidFilter):
        surroundings(library, library.paper("gptq"), hops=hops, limit=limit)


def test_selections_mean_parts_of_the_graph(library: Library, encoder: Encoder) -> None:
    searcher = Searcher(library, encoder)

    def keys(part: object) -> set[str]:
        return {paper.key for paper in select(library, part, lambda: searcher).papers}  # type: ignore[arg-type]

    assert len(keys(Whole())) == 5
    assert keys(Below("Model")) == {"gptq", "awq", "wanda"}
    assert keys(Matching("pruning", limit=1)) == {"wanda"}
    assert keys(Matching("quantization", Filters(under="Pruning"))) == {"wanda"}
    assert keys(Around("gptq", ties=(Tie.CITES,))) == {"gptq", "awq", "wanda"}
    with pytest.raises(UnknownNode):
        keys(Below("Nowhere"))
    with pytest.raises(UnknownPaper):
        keys(Around("nothing"))


def test_a_crowded_year_is_wider_and_no_two_stand_at_one_spot() -> None:
    years: dict[str, int | None] = {"c": None}
    years |= {f"a{n}": 2020 for n in range(3)}
    years |= {f"b{n:02}": 2021 for n in range(25)}
    order = {vertex: ("s", 0, vertex) for vertex in years}
    points = year_layout(years, years, order, "b24")
    assert len({(point.x, point.y) for point in points.values()}) == len(years)
    assert {points[f"a{n}"].x for n in range(3)} == {0.0}
    columns = sorted({points[vertex].x for vertex in years if vertex.startswith("b")})
    assert len(columns) == 3  # 25 papers in files of ten
    assert columns[-1] < points["c"].x == 1.0  # what has no year stands at the right
    assert points["b24"].y == pytest.approx(0.5)  # the middle, though it is the last by order
    assert points["a0"].y < points["a1"].y < points["a2"].y


def test_two_hops_are_not_looked_for_where_one_fills_the_picture(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def look(_: Library, key: str, __: int) -> tuple[()]:
        looked.append(key)
        return ()

    monkeypatch.setattr("litatlas.graph.surroundings.nearest_papers", look)
    around = surroundings(library, library.paper("gptq"), hops=2, limit=2)
    assert looked == ["gptq"]
    assert len(around.vertices) == 2
    assert around.left_out
    surroundings(library, library.paper("gptq"), hops=2, limit=20)
    assert set(looked) > {"gptq"}
