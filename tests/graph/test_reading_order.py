from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.index import EntryKind
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Paper
from litatlas.graph.reading_next import what_next
from litatlas.graph.reading_order import ReadingOrder, foundations_first, in_order

from . import library_files


def keys(papers: tuple[Paper, ...]) -> list[str]:
    return [paper.key for paper in papers]


def cites(*pairs: str) -> list[Citation]:
    """``ab`` is a citing b."""
    return [Citation(pair[0], pair[1], "edges") for pair in pairs]


def test_what_is_built_upon_comes_first_whatever_its_year() -> None:
    papers = [Paper("a", "A", year=2020), Paper("b", "B", year=2021), Paper("c", "C", year=2019), Paper("d", "D")]
    assert keys(foundations_first(papers, cites("ab", "cb"))) == ["b", "c", "a", "d"]
    assert keys(foundations_first(papers, [])) == ["c", "a", "b", "d"]


def test_a_circle_is_read_by_year_and_as_one() -> None:
    papers = [Paper(key, key, year=year) for key, year in (("a", 2022), ("b", 2021), ("c", 2020), ("d", 2023))]
    # a and b cite each other, c cites a, b cites d: d, then b and a, then c
    assert keys(foundations_first(papers, cites("ab", "ba", "ca", "bd", "bd"))) == ["d", "b", "a", "c"]


@given(
    edges=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24),
    years=st.lists(st.one_of(st.none(), st.integers(2018, 2021)), min_size=8, max_size=8),
)
def test_no_paper_comes_before_one_it_cites_outside_of_circles(
    edges: list[tuple[int, int]], years: list[int | None]
) -> None:
    papers = [Paper(str(number), "x", year=year) for number, year in enumerate(years)]
    citations = [Citation(str(citing), str(cited), "edges") for citing, cited in edges]
    place = {key: at for at, key in enumerate(keys(foundations_first(papers, citations)))}
    assert sorted(place) == sorted(paper.key for paper in papers)
    graph = nx.DiGraph(edges)
    for citing, cited in edges:
        if not nx.has_path(graph, cited, citing):
            assert place[str(cited)] < place[str(citing)]
    for circle in nx.strongly_connected_components(graph):
        places = sorted(place[str(number)] for number in circle)
        assert places == list(range(places[0], places[0] + len(places))), "a circle stands together"


def test_orders_of_a_library(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    library = Library(tmp_path)
    papers = library.papers(["wanda", "note", "awq", "gptq"])
    assert keys(in_order(library, papers, ReadingOrder.MINE)) == ["wanda", "note", "awq", "gptq"]
    assert keys(in_order(library, papers, ReadingOrder.OLDEST)) == ["awq", "gptq", "wanda", "note"]
    assert keys(in_order(library, papers, ReadingOrder.FOUNDATIONS)) == ["gptq", "awq", "wanda", "note"]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Five papers without vectors; wanda cites awq and gptq, awq cites gptq."""
    library_files.write(tmp_path)
    return Library(tmp_path)


def test_next_comes_what_several_cite_and_what_cites_several(library: Library) -> None:
    (first,) = what_next(library, ["awq", "wanda"])
    assert (first.paper.key, first.cited_by, first.cites, first.similarity) == ("gptq", 2, 0, None)
    (after,) = what_next(library, ["gptq", "awq", "gptq"])
    assert (after.paper.key, after.cited_by, after.cites) == ("wanda", 0, 2)
    assert {each.paper.key for each in what_next(library, ["awq"])} == {"gptq", "wanda"}, "one is enough for one"
    assert what_next(library, []) == ()
    assert what_next(library, ["gptq", "h2o"]) == (), "one of two says nothing of the whole"
    assert what_next(library, ["nowhere"]) == ()


def test_next_comes_what_is_near_the_middle(tmp_path: Path, encoder: Encoder) -> None:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    library = Library(tmp_path)
    assert library.index
    collected = ["gptq", "h2o"]
    keyed = ((key, library.index.vector(EntryKind.PAPER, key)) for key, *_ in library_files.PAPERS)
    vectors = {key: vector for key, vector in keyed if vector is not None}
    middle = np.mean([vectors[key] for key in collected], axis=0)
    middle /= np.linalg.norm(middle)
    cosines = {key: float(np.dot(middle, vector)) for key, vector in vectors.items() if key not in collected}
    near = sorted((key for key in cosines if cosines[key] >= 0.2), key=lambda key: -cosines[key])
    found = what_next(library, collected)
    assert near
    assert [each.paper.key for each in found] == near
    assert [each.similarity for each in found] == pytest.approx([cosines[key] for key in near], abs=1e-5)
