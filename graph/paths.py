"""How one paper leads to another, explained hop by hop: by citations first, else by nearness in meaning and by topics.

The alternatives differ: no paper or topic between the ends stands in two of them. See graph/path_search.py for what a
tie costs, and how far is looked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from .alike import papers_like
from .errors import InvalidFilter
from .index import EntryKind
from .library import Library
from .models import Citation, Paper, TaxonomyNode
from .path_search import Ties, Walk, cheapest_walk, walk_of_citations
from .surroundings import Tie
from .telling import block

MAX_PATHS = 3
_COMPARED = 100  # papers, among which the words that two share are weighed
_WORDS = 5


class Direction(StrEnum):
    """Which way a hop goes along its tie."""

    CITES = "cites"
    CITED_BY = "cited by"
    NEITHER = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """From one paper to the next.

    Attributes:
        tie: what the path goes by.
        direction: whether `start` cites `end` or is cited by it, where the tie is a citation.
        statements: what each source says of the citation; empty for other ties.
        similarity: cosine of both papers' vectors, whatever the tie; None where one has none.
        words: rare words that both use, where the tie is nearness.
        topics: where both stand, whatever the tie; the smallest first.
    """

    start: Paper
    end: Paper
    tie: Tie
    direction: Direction
    statements: tuple[Citation, ...]
    similarity: float | None
    words: tuple[str, ...]
    topics: tuple[TaxonomyNode, ...]

    def __repr__(self) -> str:
        return f"-- {self.direction or self.tie} --> {self.end!r}"


@dataclass(frozen=True, slots=True)
class Path:
    """Hops from one paper to another; `cost` is the sum of what its ties cost, and less is better."""

    hops: tuple[Hop, ...]
    cost: float

    def __repr__(self) -> str:
        return block(f"<Path of cost {self.cost:.2f}> {self.hops[0].start!r}", *map(repr, self.hops))

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers on the way, both ends among them."""
        return (self.hops[0].start, *(hop.end for hop in self.hops))

    @property
    def along_time(self) -> bool:
        """Whether all its hops are citations in one direction: one end builds on the other."""
        directions = {hop.direction for hop in self.hops}
        return len(directions) == 1 and Direction.NEITHER not in directions


@dataclass(frozen=True, slots=True)
class Connection:
    """How two papers are joined.

    Attributes:
        paths: the best first, at most `MAX_PATHS`.
        lineage: the shortest path of citations in one direction, where one paper builds on the other; it may be one
            of `paths`.
        complete: whether all that was in reach was looked at; if not, there may be paths that were not found.
    """

    start: Paper
    end: Paper
    paths: tuple[Path, ...]
    lineage: Path | None
    complete: bool

    @property
    def ways(self) -> tuple[Path, ...]:
        """The paths, and after them the lineage where it is none of them."""
        known = {tuple(paper.key for paper in path.papers) for path in self.paths}
        lineage = self.lineage
        if lineage is None or tuple(paper.key for paper in lineage.papers) in known:
            return self.paths
        return (*self.paths, lineage)

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers on all ways, each once, in the order of the ways."""
        return tuple({paper.key: paper for way in self.ways for paper in way.papers}.values())

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.paths)) or f"<no path joins {self.start!r} and {self.end!r}>"


def connect(
    library: Library, start: Paper, end: Paper, *, ties: Collection[Tie] = tuple(Tie), limit: int = MAX_PATHS
) -> Connection:
    """The best paths between two papers.

    Args:
        ties: what a path may go by.
        limit: at most so many paths.

    Raises:
        InvalidFilter: both are the same paper, or no kind of tie or no path is asked for.
    """
    if start.key == end.key:
        raise InvalidFilter(f"Both ends of the path are {start.title!r}.", "Name two different papers.")
    if not ties or not 1 <= limit <= MAX_PATHS:
        raise InvalidFilter("No path is asked for.", f"Ask for 1 to {MAX_PATHS} paths over at least one kind of tie.")
    reach = Ties(library, ties)
    walks = tuple(_differing(library, reach, start, end, limit))
    network = library.citation_network
    lineage = walk_of_citations(reach, network, start.key, end.key) if Tie.CITES in ties else None
    paths = tuple(_path(library, walk) for walk in walks)
    return Connection(start, end, paths, _path(library, lineage) if lineage else None, not reach.gave_up)


def _differing(library: Library, reach: Ties, start: Paper, end: Paper, limit: int) -> Iterator[Walk]:
    ends = f"paper:{start.key}", f"paper:{end.key}"
    passed: set[str] = set()
    direct = True
    for _ in range(limit):
        walk = cheapest_walk(reach, *ends, without=passed, direct=direct)
        if walk is None:
            return
        yield walk
        passed.update(walk.vertices[1:-1])
        if not any(vertex.startswith("paper:") for vertex in walk.vertices[1:-1]):
            direct = False  # a hop is told with all that joins its papers, so no other path is without papers between
            passed.update(f"node:{node.key}" for node in _shared_topics(library, start.key, end.key))


def _path(library: Library, walk: Walk) -> Path:
    """The walk with its topics folded into hops from paper to paper."""
    places = [number for number, vertex in enumerate(walk.vertices) if vertex.startswith("paper:")]
    keys = [walk.vertices[place].removeprefix("paper:") for place in places]
    papers = {paper.key: paper for paper in library.papers(keys)}
    hops = (
        _hop(library, papers[one], papers[other], walk.ties[place])
        for one, other, place in zip(keys, keys[1:], places, strict=False)
    )
    return Path(tuple(hops), walk.cost)


def _hop(library: Library, start: Paper, end: Paper, tie: Tie) -> Hop:
    there = tuple(said for said in library.references(start.key) if said.cited == end.key)
    back = tuple(said for said in library.references(end.key) if said.cited == start.key)
    direction = Direction.NEITHER
    if tie is Tie.CITES:
        direction = Direction.CITES if there else Direction.CITED_BY
    return Hop(
        start,
        end,
        tie,
        direction,
        (there or back) if tie is Tie.CITES else (),
        _similarity(library, start.key, end.key),
        _shared_words(library, start.key, end.key) if tie is Tie.SIMILAR else (),
        _shared_topics(library, start.key, end.key),
    )


def _similarity(library: Library, one: str, other: str) -> float | None:
    if library.index is None:
        return None
    first, second = (library.index.vector(EntryKind.PAPER, key) for key in (one, other))
    return float(first @ second) if first is not None and second is not None else None


def _shared_words(library: Library, one: str, other: str) -> tuple[str, ...]:
    """The rarest among papers like the first, or like the second: the other is near one of them."""
    for seed, wanted in ((one, other), (other, one)):
        for near in papers_like(library, [seed], limit=_COMPARED):
            if near.paper.key == wanted and near.likeness:
                return near.likeness.words[:_WORDS]
    return ()


def _shared_topics(library: Library, one: str, other: str) -> tuple[TaxonomyNode, ...]:
    counts, there = library.node_counts, {node.key for node in library.places(other)}
    shared = [node for node in library.places(one) if node.key in there]
    return tuple(sorted(shared, key=lambda node: (counts[node.key], node.key)))
