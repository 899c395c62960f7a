"""The cheapest walk between two papers over citations, nearness in meaning and topics; bounded, and the same each time.

Dijkstra's search (1959) from both ends at once (Pohl, 1971). What a tie costs makes citations preferred:

* a citation costs 1, and a tenth of the mean of log10 of both papers' citations more: a paper that everybody cites
  says little of two that cite it;
* nearness costs 1.5 + (1 - cosine similarity);
* from a paper to a topic, and from there to another paper, costs 1 + log10(papers there) / 4 each: a small topic says
  more.

Nearness is looked up for the first papers that are met, from one side of each pair, so a walk over it is a good one and
not always the cheapest; without it, it is the cheapest.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

import networkx as nx

from .alike import nearest_papers
from .library import Library
from .surroundings import Tie

LEAST_SIMILARITY = 0.45
_NEAR = 6  # neighbours in meaning per paper
_MOST_LOOKED_UP = 20  # papers whose neighbours in meaning are looked up; each look is a pass over all vectors
_LEAST_COST_OF_NEARNESS = 1.5
_MOST_SETTLED = 4000  # papers and topics that one search goes through before it gives up


@dataclass(frozen=True, slots=True)
class Walk:
    """Papers (``paper:KEY``) and topics (``node:KEY``) from one end to the other, and the tie of each step."""

    vertices: tuple[str, ...]
    ties: tuple[Tie, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class _Edge:
    other: str
    cost: float
    tie: Tie


class Ties:
    """The ties of papers and topics with their costs, each looked up once.

    Attributes:
        gave_up: whether a search over them ended before it had been through all that was in reach.
    """

    def __init__(self, library: Library, ties: Collection[Tie]) -> None:
        self._library = library
        self._ties = frozenset(ties)
        self._known: dict[str, tuple[_Edge, ...]] = {}
        self._near: dict[str, tuple[_Edge, ...]] = {}
        self._extra: dict[str, float] = {}
        self.gave_up = False

    def of(self, vertex: str) -> tuple[_Edge, ...]:
        """The citations and places of a paper, or the papers of a topic."""
        if vertex not in self._known:
            kind, _, key = vertex.partition(":")
            self._known[vertex] = tuple(self._of_paper(key) if kind == "paper" else self._of_node(key))
        return self._known[vertex]

    def near(self, vertex: str) -> tuple[_Edge, ...]:
        """The papers near a paper in meaning; none for those met after the first few."""
        if vertex not in self._near:
            kind, _, key = vertex.partition(":")
            if kind != "paper" or Tie.SIMILAR not in self._ties or len(self._near) >= _MOST_LOOKED_UP:
                return ()
            self._near[vertex] = tuple(
                _Edge(f"paper:{near.paper.key}", _LEAST_COST_OF_NEARNESS + 1 - near.similarity, Tie.SIMILAR)
                for near in nearest_papers(self._library, key, _NEAR)
                if near.similarity >= LEAST_SIMILARITY
            )
        return self._near[vertex]

    def citation_cost(self, one: str, other: str) -> float:
        """What a citation between two papers costs, by their keys."""
        return 1 + self._extra_of(one) + self._extra_of(other)

    def _extra_of(self, key: str) -> float:
        if key not in self._extra:
            self._extra[key] = math.log10(self._library.citation_network.degree[key]) / 20
        return self._extra[key]

    def _of_paper(self, key: str) -> Iterator[_Edge]:
        if Tie.CITES in self._ties and key in (network := self._library.citation_network):
            for other in (*network.successors(key), *network.predecessors(key)):
                yield _Edge(f"paper:{other}", self.citation_cost(key, other), Tie.CITES)
        if Tie.PLACE in self._ties:
            for (node,) in self._library.query("SELECT DISTINCT node FROM placements WHERE paper = ?", (key,)):
                yield _Edge(f"node:{node}", self._half(node), Tie.PLACE)

    def _of_node(self, key: str) -> Iterator[_Edge]:
        half = self._half(key)
        for (paper,) in self._library.query("SELECT DISTINCT paper FROM placements WHERE node = ?", (key,)):
            yield _Edge(f"paper:{paper}", half, Tie.PLACE)

    def _half(self, node: str) -> float:
        return 1 + math.log10(max(1, self._library.node_counts[node])) / 4


def cheapest_walk(
    ties: Ties, start: str, end: str, *, without: Collection[str] = (), direct: bool = True
) -> Walk | None:
    """The cheapest walk between the vertices of two papers, or None where none was found.

    Args:
        without: papers and topics that it may not pass.
        direct: whether it may be a single step.
    """
    return _Search(ties, start, end, frozenset(without), direct).run()


class _Search:
    """From both ends; the one that has come less far takes the next step."""

    def __init__(self, ties: Ties, start: str, end: str, without: frozenset[str], direct: bool) -> None:
        self._ties = ties
        self._without = without
        self._forbidden = frozenset() if direct else frozenset((start, end))
        self._sides = (_Side(start), _Side(end))
        self._best = math.inf
        self._meeting = ""

    def run(self) -> Walk | None:
        for _ in range(_MOST_SETTLED):
            nearer, other = sorted(self._sides, key=lambda side: side.frontier)
            if nearer.frontier + other.frontier >= self._best or math.isinf(other.frontier):
                return self._walk()
            self._settle(nearer, other)
        self._ties.gave_up = True
        return self._walk()

    def _settle(self, side: _Side, other: _Side) -> None:
        cost, vertex = heappop(side.heap)
        side.settled.add(vertex)
        nearness = self._ties.near(vertex) if cost + _LEAST_COST_OF_NEARNESS < self._best else ()
        for edge in (*self._ties.of(vertex), *nearness):
            through = cost + edge.cost
            if edge.other in self._without or through >= self._best or {vertex, edge.other} == self._forbidden:
                continue
            if through < side.costs.get(edge.other, math.inf):
                side.costs[edge.other] = through
                side.came_from[edge.other] = (vertex, edge.tie)
                heappush(side.heap, (through, edge.other))
            if (whole := side.costs[edge.other] + other.costs.get(edge.other, math.inf)) < self._best:
                self._best, self._meeting = whole, edge.other

    def _walk(self) -> Walk | None:
        if math.isinf(self._best):
            return None
        (before, first), (after, last) = (side.way_to(self._meeting) for side in self._sides)
        return Walk((*reversed(before), self._meeting, *after), (*reversed(first), *last), self._best)


class _Side:
    """How far the search from one end has come."""

    def __init__(self, start: str) -> None:
        self.costs = {start: 0.0}
        self.came_from: dict[str, tuple[str, Tie]] = {}
        self.heap = [(0.0, start)]
        self.settled: set[str] = set()

    @property
    def frontier(self) -> float:
        """The cost of what would be settled next; infinite where nothing is left."""
        while self.heap and self.heap[0][1] in self.settled:
            heappop(self.heap)
        return self.heap[0][0] if self.heap else math.inf

    def way_to(self, vertex: str) -> tuple[list[str], list[Tie]]:
        """The vertices from before this one back to the end, and the ties between them."""
        vertices, ties = [], []
        while vertex in self.came_from:
            vertex, tie = self.came_from[vertex]
            vertices.append(vertex)
            ties.append(tie)
        return vertices, ties


def walk_of_citations(ties: Ties, network: nx.DiGraph[str], start: str, end: str) -> Walk | None:
    """The walk of fewest citations in one direction, from either of two papers (keys) to the other; None if none."""
    found = [keys for keys in (_directed(network, start, end), _directed(network, end, start)[::-1]) if len(keys)]
    if not found:
        return None
    keys = min(found, key=len)
    cost = sum(ties.citation_cost(one, other) for one, other in pairwise(keys))
    return Walk(tuple(f"paper:{key}" for key in keys), (Tie.CITES,) * (len(keys) - 1), cost)


def _directed(network: nx.DiGraph[str], start: str, end: str) -> list[str]:
    if start not in network or end not in network:
        return []
    try:
        return list(nx.bidirectional_shortest_path(network, start, end))
    except nx.NetworkXNoPath:
        return []
