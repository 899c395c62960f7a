"""The neighbourhood of a paper as a picture needs it: vertices with places on a plane, and the edges among them.

Citations, nearness in meaning and taxonomy places are steps alike, so two papers at one node are two hops apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx

from .alike import nearest_papers
from .errors import InvalidFilter
from .layout import Layout, Point, force_layout, year_layout
from .library import Library
from .models import Paper, TaxonomyNode
from .network import neighbours_within, node_vertex, paper_vertex

MAX_HOPS = 3
MAX_VERTICES = 300
_SIMILAR = 6
_LEAST_SIMILARITY = 0.45
_PAPERS_OF_NODE = 60
_MOST_LOOKED_UP = 60  # papers whose neighbours in meaning are looked up; each look is a pass over all vectors


class Tie(StrEnum):
    """How two vertices of a neighbourhood are joined."""

    CITES = "cites"
    SIMILAR = "similar"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Vertex:
    """A paper or a taxonomy node in a neighbourhood.

    Attributes:
        id: see `network.paper_vertex` and `network.node_vertex`.
        record: the paper or node itself.
        hops: steps from the seed.
        branch: top branch it belongs to, if any.
        cited: papers of the library that cite it; for a node, papers at or below it.
        point: in the unit square; y grows downwards.
    """

    id: str
    record: Paper | TaxonomyNode
    hops: int
    branch: TaxonomyNode | None
    cited: int
    point: Point


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of a neighbourhood; weight is the cosine similarity for `Tie.SIMILAR`, else 1."""

    start: str
    end: str
    tie: Tie
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A bounded neighbourhood.

    Attributes:
        left_out: how many more vertices were in reach when the limit was met.
        years: the span of the time axis, if the layout has one.
    """

    seed: str
    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    left_out: int
    years: tuple[int, int] | None

    def edges_at_seed(self) -> dict[str, list[Edge]]:
        """Vertex id -> the edges that join it to the seed, of those that have any."""
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            if self.seed in (edge.start, edge.end):
                found.setdefault(edge.end if edge.start == self.seed else edge.start, []).append(edge)
        return found


def surroundings(
    library: Library,
    seed: Paper,
    *,
    hops: int = 1,
    limit: int = 60,
    ties: Collection[Tie] = tuple(Tie),
    layout: Layout = Layout.YEAR,
) -> Surroundings:
    """What lies within `hops` of a paper, at most `limit` vertices, laid out.

    Raises:
        InvalidFilter: hops or limit are out of range.
    """
    if not 1 <= hops <= MAX_HOPS or not 1 <= limit <= MAX_VERTICES:
        raise InvalidFilter(
            f"A neighbourhood of {hops} hops and {limit} vertices cannot be drawn.",
            f"Ask for 1 to {MAX_HOPS} hops and at most {MAX_VERTICES} vertices.",
        )
    reach = _Reach(library, frozenset(ties))
    start = paper_vertex(seed.key)
    found = neighbours_within(reach.explore(seed, hops, limit), [start], hops, limit)
    members = {reached.key: reached.hops for reached in found.members}
    edges = reach.edges_among(members)
    records = {vertex: reach.records[vertex] for vertex in members}
    years = {vertex: record.year for vertex, record in records.items() if isinstance(record, Paper)}
    if layout is Layout.YEAR:
        points = year_layout(members, years, {v: _order(library, r) for v, r in records.items()}, start)
    else:
        points = force_layout(members, [(edge.start, edge.end) for edge in edges])
    known_years = [year for year in years.values() if year]
    return Surroundings(
        seed=start,
        vertices=tuple(_vertex(library, v, records[v], hop, points[v]) for v, hop in members.items()),
        edges=edges,
        left_out=len(found.left_out),
        years=(min(known_years), max(known_years)) if known_years and layout is Layout.YEAR else None,
    )


class _Reach:
    """The ties of the library as far as an exploration has looked."""

    def __init__(self, library: Library, ties: frozenset[Tie]) -> None:
        self._library = library
        self._ties = ties
        self._graph: nx.DiGraph[str] = nx.DiGraph()
        self._looked_up = 0
        self._edges: dict[tuple[str, str, Tie], float] = {}
        self.records: dict[str, Paper | TaxonomyNode] = {}

    def explore(self, seed: Paper, hops: int, limit: int) -> nx.DiGraph[str]:
        """All ties of the vertices nearer than `hops`, as far out as `limit` vertices do not fill what is nearer."""
        ring = [paper_vertex(seed.key)]
        self.records[ring[0]] = seed
        for _ in range(hops):
            reached: dict[str, None] = {}
            for vertex in ring:
                for start, end, tie, weight in self._ties_of(self.records[vertex]):
                    self._graph.add_edge(start, end)
                    self._edges.setdefault((start, end, tie), weight)
                    reached |= dict.fromkeys((start, end))
            ring = [vertex for vertex in reached if vertex not in self.records]
            self._load(ring)
            if len(self.records) > limit:
                break
        return self._graph

    def edges_among(self, members: Collection[str]) -> tuple[Edge, ...]:
        """Ties found between members, and every citation between them."""
        edges = {key: weight for key, weight in self._edges.items() if key[0] in members and key[1] in members}
        if Tie.CITES in self._ties:
            papers = {v: r.key for v, r in self.records.items() if v in members and isinstance(r, Paper)}
            inside = self._library.citation_network.subgraph(papers.values())
            edges |= {(paper_vertex(a), paper_vertex(b), Tie.CITES): 1.0 for a, b in inside.edges}
        if Tie.PLACE in self._ties:
            papers = {v: r.key for v, r in self.records.items() if v in members and isinstance(r, Paper)}
            for placement in self._library.placements(list(papers.values())):
                start, end = paper_vertex(placement.paper), node_vertex(placement.node)
                if end in members:
                    edges[start, end, Tie.PLACE] = 1.0
        return tuple(Edge(*key, weight) for key, weight in sorted(edges.items()))

    def _load(self, vertices: list[str]) -> None:
        wanted = [v.removeprefix("paper:") for v in vertices if v.startswith("paper:") and v not in self.records]
        for paper in self._library.papers(wanted):
            self.records[paper_vertex(paper.key)] = paper
        for vertex in vertices:
            if vertex.startswith("node:") and vertex not in self.records:
                self.records[vertex] = self._library.node(vertex.removeprefix("node:"))

    def _ties_of(self, record: Paper | TaxonomyNode) -> Iterator[tuple[str, str, Tie, float]]:
        library = self._library
        if isinstance(record, TaxonomyNode):
            counts = library.citation_counts
            keys = sorted(library.paper_keys(under=record), key=lambda key: -counts.get(key, 0))[:_PAPERS_OF_NODE]
            for key in keys:
                yield paper_vertex(key), node_vertex(record.key), Tie.PLACE, 1.0
            return
        vertex = paper_vertex(record.key)
        if Tie.CITES in self._ties and record.key in library.citation_network:
            for cited in library.citation_network.successors(record.key):
                yield vertex, paper_vertex(cited), Tie.CITES, 1.0
            for citing in library.citation_network.predecessors(record.key):
                yield paper_vertex(citing), vertex, Tie.CITES, 1.0
        if Tie.SIMILAR in self._ties and self._looked_up < _MOST_LOOKED_UP:
            self._looked_up += 1
            for near in nearest_papers(library, record.key, _SIMILAR):
                if near.similarity >= _LEAST_SIMILARITY:
                    first, second = sorted((vertex, paper_vertex(near.paper.key)))
                    yield first, second, Tie.SIMILAR, near.similarity
        if Tie.PLACE in self._ties:
            for node in library.places(record.key):
                yield vertex, node_vertex(node.key), Tie.PLACE, 1.0


def _branch(library: Library, record: Paper | TaxonomyNode) -> TaxonomyNode | None:
    node = record if isinstance(record, TaxonomyNode) else next(iter(library.places(record.key)), None)
    return (*library.ancestors(node), node)[0] if node else None


def _order(library: Library, record: Paper | TaxonomyNode) -> tuple[str, int, str]:
    """Branch by branch in the survey's order, so that one colour is one block."""
    branch = _branch(library, record)
    label = record.name if isinstance(record, TaxonomyNode) else record.title
    return (branch.survey if branch else "", branch.position if branch else -1, label)


def _vertex(library: Library, vertex: str, record: Paper | TaxonomyNode, hops: int, point: Point) -> Vertex:
    if isinstance(record, TaxonomyNode):
        size = library.node_counts[record.key]
    else:
        size = library.citation_counts.get(record.key, 0)
    return Vertex(vertex, record, hops, _branch(library, record), size, point)
