"""What a reader can point at, in one expression for pages, commands, exports and agents.

Whole()                                    everything
Below("KV-Cache Optimization")             a node with everything below it
Matching("shrink the KV cache", Filters()) the answers to a question
Around("arxiv:2306.00978", hops=2)         a paper's neighbourhood
Chosen(("arxiv:2306.00978",), "My papers") these papers
OnList("To read this week")                a reading list, as far as its papers are in the library
Area(((0, 0), (9, 0), (9, 9)))             the papers in a polygon on the map of meaning
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .library import Library
from .map_area import Polygon, inside
from .map_store import map_at_hand
from .models import Paper, Subgraph
from .reading_list import find_papers, papers_of
from .reading_store import ReadingStore
from .search import Filters, Searcher
from .surroundings import Tie, surroundings


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything in the library."""


@dataclass(frozen=True, slots=True)
class Below:
    """A taxonomy node, by key or name, with everything below it."""

    node: str


@dataclass(frozen=True, slots=True)
class Matching:
    """The best answers to a question."""

    query: str
    filters: Filters = field(default_factory=Filters)
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Around:
    """What lies within some hops of a paper (see graph/surroundings.py)."""

    paper: str
    hops: int = 1
    limit: int = 60
    ties: tuple[Tie, ...] = tuple(Tie)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Papers that somebody picked, by key, id or title, under a title of theirs."""

    papers: tuple[str, ...]
    title: str = "Chosen papers"


@dataclass(frozen=True, slots=True)
class OnList:
    """The papers of a reading list, by its name, in its order."""

    name: str


@dataclass(frozen=True, slots=True)
class Area:
    """The papers within a polygon on the map of meaning (see graph/map_area.py)."""

    polygon: Polygon
    title: str = "An area of the map"


Selection = Whole | Below | Matching | Around | Chosen | OnList | Area


def select(library: Library, selection: Selection, searcher: Callable[[], Searcher]) -> Subgraph:
    """The part of the graph that a selection means.

    Args:
        searcher: called for a question alone, so that what asks none needs neither a model nor vectors.

    Raises:
        QueryError: it names a paper, node or list that is not there, or a filter is out of range.
    """
    match selection:
        case Whole():
            return library.whole()
        case Below(reference):
            node = library.node(reference)
            return library.subgraph(library.paper_keys(under=node), node.name, below=node)
        case Matching(query, filters, limit):
            answer = searcher().search(query, filters, limit=limit)
            return library.subgraph([hit.paper.key for hit in answer.papers], f"Search: {answer.query}")
        case Around(reference, hops, limit, ties):
            paper = library.paper(reference)
            around = surroundings(library, paper, hops=hops, limit=limit, ties=ties)
            records = [vertex.record for vertex in around.vertices]
            keys = [record.key for record in records if isinstance(record, Paper)]
            return library.subgraph(keys, f"Around {paper.title}")
        case Chosen(references, title):
            chosen = dict.fromkeys(library.paper(reference).key for reference in references)
            return library.subgraph(list(chosen), title)
        case OnList(name):
            listed = ReadingStore(library.directory).read(name)
            papers = papers_of(find_papers(library, listed.entries))
            return library.subgraph([paper.key for paper in papers], listed.name)
        case Area(polygon, title):
            shown = map_at_hand(library)
            return library.subgraph([shown.keys[row] for row in np.flatnonzero(inside(shown.points, polygon))], title)
