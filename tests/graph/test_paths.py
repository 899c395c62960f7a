"""Paths between papers: hand-made ones, and any network of citations and topics compared with NetworkX."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph import path_search
from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import InvalidFilter
from litatlas.graph.index import EntryKind
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, Placement, Source, SourceKind, Survey, TaxonomyNode
from litatlas.graph.paths import Connection, Direction, connect
from litatlas.graph.paths import Path as PaperPath
from litatlas.graph.surroundings import Tie

from . import library_files

Joined = Callable[..., Connection]
CITED_AND_PLACED = (Tie.CITES, Tie.PLACE)


@pytest.fixture
def library(tmp_path: Path, encoder: Encoder) -> Library:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    return Library(tmp_path)


@pytest.fixture
def joined(library: Library) -> Joined:
    """Connect two papers of the small library by their keys."""
    return lambda one, other, **wanted: connect(library, library.paper(one), library.paper(other), **wanted)


def write(
    directory: Path, papers: int, cites: list[tuple[int, int]], places: list[tuple[int, int]], nodes: int = 3
) -> Library:
    """A library of numbered papers."""
    with Library.edit(directory) as draft:
        draft.put_source(Source("list", SourceKind.PAPER_LIST, "A list", "list.md"))
        taxonomy = [TaxonomyNode(f"s/{n}", "s", f"N{n}", None, (f"N{n}",), n, n) for n in range(nodes)]
        draft.put_survey(Survey("s", "A survey", "list"), taxonomy)
        for number in range(papers):
            draft.put_claims(f"p{number}", [Claim(f"p{number}", "title", f"Paper {number}", "list", number)])
        draft.put_citations(Citation(f"p{one}", f"p{other}", "list", 1) for one, other in cites if one != other)
        draft.put_placements(Placement(f"p{paper}", f"s/{node}", "list", 1, 1) for paper, node in places)
    return Library(directory)


def ways(connection: Connection) -> list[list[str]]:
    return [[paper.key for paper in path.papers] for path in connection.paths]


def test_a_citation_is_told_with_its_direction_and_source(joined: Joined) -> None:
    there, back = joined("awq", "gptq").paths[0], joined("gptq", "awq").paths[0]
    assert [hop.direction for hop in (*there.hops, *back.hops)] == [Direction.CITES, Direction.CITED_BY]
    for path in (there, back):
        (hop,) = path.hops
        assert hop.tie is Tie.CITES
        assert [(said.citing, said.cited, said.source, said.line) for said in hop.statements] == [
            ("awq", "gptq", "edges", 1)
        ]
        assert [node.key for node in hop.topics] == ["s/model/quantization"]  # told besides
        assert hop.similarity is not None
        assert path.along_time


def test_nearness_is_told_with_its_similarity_and_shared_words(
    joined: Joined, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert joined("awq", "gptq", ties=[Tie.SIMILAR]).paths == ()
    monkeypatch.setattr(path_search, "LEAST_SIMILARITY", 0.1)
    (path,) = joined("awq", "gptq", ties=[Tie.SIMILAR], limit=1).paths
    (hop,) = path.hops
    assert (hop.tie, hop.direction, hop.statements) == (Tie.SIMILAR, Direction.NEITHER, ())
    assert library.index is not None
    one, other = (library.index.vector(EntryKind.PAPER, key) for key in ("awq", "gptq"))
    assert one is not None
    assert other is not None
    assert hop.similarity == pytest.approx(float(one @ other))
    assert path.cost == pytest.approx(2.5 - float(one @ other), abs=1e-5)
    assert "quantization" in hop.words


def test_a_shared_topic_is_one_hop(joined: Joined) -> None:
    (path,) = joined("h2o", "note", ties=[Tie.PLACE]).paths
    assert [hop.tie for hop in path.hops] == [Tie.PLACE]
    assert [node.key for node in path.hops[0].topics] == ["s/cache"]
    assert path.cost == pytest.approx(2 + math.log10(2) / 2)  # two papers stand there
    assert not path.along_time


def test_alternatives_share_nothing_between_the_ends(joined: Joined) -> None:
    found = joined("wanda", "gptq", ties=CITED_AND_PLACED)
    assert ways(found) == [["wanda", "gptq"], ["wanda", "awq", "gptq"]]
    assert found.lineage is not None
    assert [paper.key for paper in found.lineage.papers] == ["wanda", "gptq"]


def test_without_citations_and_topics_in_common_there_is_no_path(joined: Joined) -> None:
    found = joined("gptq", "note", ties=CITED_AND_PLACED)
    assert found.paths == ()
    assert found.lineage is None
    assert found.complete


def test_what_cannot_be_asked_is_told(joined: Joined) -> None:
    for wanted in ({"ties": ()}, {"limit": 0}, {"limit": 4}):
        with pytest.raises(InvalidFilter):
            joined("gptq", "awq", **wanted)
    with pytest.raises(InvalidFilter, match="Both ends"):
        joined("gptq", "2210.17323")


def test_a_paper_that_everybody_cites_says_less(tmp_path: Path) -> None:
    """p0 and p1 both cite p2 and p3; seven others cite p2 alone."""
    cites = [(0, 2), (1, 2), (0, 3), (1, 3), *((other, 2) for other in range(4, 11))]
    library = write(tmp_path, 11, cites, [])
    found = connect(library, library.paper("p0"), library.paper("p1"))
    assert ways(found) == [["p0", "p3", "p1"], ["p0", "p2", "p1"]]
    assert found.paths[0].cost == pytest.approx(2 + 2 * math.log10(2 * 2) / 20)
    assert found.paths[1].cost == pytest.approx(2 + 2 * math.log10(2 * 9) / 20)
    assert [hop.direction for hop in found.paths[0].hops] == [Direction.CITES, Direction.CITED_BY]
    assert not found.paths[0].along_time


def test_one_builds_on_the_other_by_citations_in_one_direction(tmp_path: Path) -> None:
    """p0 and p3 both cite p4; p3 also builds on p0 by way of p1 and p2."""
    library = write(tmp_path, 5, [(3, 2), (2, 1), (1, 0), (0, 4), (3, 4)], [])
    found = connect(library, library.paper("p0"), library.paper("p3"))
    assert ways(found)[0] == ["p0", "p4", "p3"]
    lineage = found.lineage
    assert lineage is not None
    assert [paper.key for paper in lineage.papers] == ["p0", "p1", "p2", "p3"]
    assert {hop.direction for hop in lineage.hops} == {Direction.CITED_BY}
    assert lineage.along_time


def test_a_search_that_gives_up_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = write(tmp_path, 8, [(number, number + 1) for number in range(7)], [])
    ends = library.paper("p0"), library.paper("p7")
    assert connect(library, *ends).complete
    monkeypatch.setattr(path_search, "_MOST_SETTLED", 3)
    assert not connect(library, *ends).complete


pairs = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=16)
placed = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), max_size=8)


@settings(max_examples=40)
@given(cites=pairs, places=placed)
def test_any_network_gives_what_networkx_gives(cites: list[tuple[int, int]], places: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as directory, write(Path(directory) / "library", 9, cites, places) as library:
        graph = priced(cites, places)
        found = connect(library, library.paper("p0"), library.paper("p1"), ties=CITED_AND_PLACED)
        if nx.has_path(graph, "p0", "p1"):
            assert found.paths[0].cost == pytest.approx(nx.dijkstra_path_length(graph, "p0", "p1"))
        else:
            assert found.paths == ()
        for path in found.paths:
            assert (path.papers[0].key, path.papers[-1].key) == ("p0", "p1")
            check_hops(path, cites, places)
        between = [paper.key for path in found.paths for paper in path.papers[1:-1]]
        assert len(between) == len(set(between))
        assert list(found.paths) == sorted(found.paths, key=lambda path: path.cost)
        directed = nx.DiGraph([(f"p{one}", f"p{other}") for one, other in cites if one != other])
        directed.add_nodes_from(["p0", "p1"])
        assert (found.lineage is not None) == (nx.has_path(directed, "p0", "p1") or nx.has_path(directed, "p1", "p0"))


def priced(cites: list[tuple[int, int]], places: list[tuple[int, int]]) -> nx.Graph[str]:
    """What a tie costs, as the module says it, without its code."""
    edges = {(one, other) for one, other in cites if one != other}
    degree = {number: sum(number in edge for edge in edges) for number in range(9)}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(["p0", "p1"])
    for one, other in edges:
        cost = 1 + (math.log10(degree[one]) + math.log10(degree[other])) / 20
        graph.add_edge(f"p{one}", f"p{other}", weight=cost)
    for paper, node in set(places):
        there = len({each for each, where in places if where == node})
        graph.add_edge(f"p{paper}", f"n{node}", weight=1 + math.log10(there) / 4)
    return graph


def check_hops(path: PaperPath, cites: list[tuple[int, int]], places: list[tuple[int, int]]) -> None:
    """Each hop is there."""
    for hop in path.hops:
        one, other = int(hop.start.key[1:]), int(hop.end.key[1:])
        if hop.tie is Tie.PLACE:
            assert {node for paper, node in places if paper == one} & {n for paper, n in places if paper == other}
            assert hop.topics
        else:
            assert ((one, other) if hop.direction is Direction.CITES else (other, one)) in cites
            assert hop.statements
