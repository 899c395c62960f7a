"""What a reader can point at, in one expression for pages, commands, exports and agents.

Whole()                                    everything
Below("KV-Cache Optimization")             a node with everything below it
Matching("shrink the KV cache", Filters()) the answers to a question
Around("arxiv:2306.00978", hops=2)         a paper's neighbourhood
OnPath("arxiv:2306.00978", "gptq")         the papers by which one leads to another
Chosen(("arxiv:2306.00978",), "My papers") these papers
OnList("To read this week")                a reading list, as far as its papers are in the library
Area(((0, 0), (9, 0), (9, 9)))             the papers in a polygon on the map of meaning
InSurvey("efficient-llms")                 what one survey places, with its taxonomy
AllOf((Below("Pruning"), Not(...)))        what lies in all of several selections; AnyOf and Not likewise

graph/expression.py reads and writes each of them as text: ``under:Pruning and not survey:efficient-llms``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from .errors import InvalidFilter
from .library import Library
from .map_area import Polygon, inside
from .map_store import map_at_hand
from .models import Paper, Subgraph, Survey
from .parts import part_of, whole
from .paths import MAX_PATHS, connect
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
class OnPath:
    """The papers on the paths from one paper to another, as `Connection.papers` has them (see graph/paths.py).

    Attributes:
        start, end: papers by key, id or title.
        ties: what a path may go by.
        paths: at most so many, up to `MAX_PATHS`; the one by citations in one direction comes besides.
    """

    start: str
    end: str
    ties: tuple[Tie, ...] = tuple(Tie)
    paths: int = MAX_PATHS


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


@dataclass(frozen=True, slots=True)
class InSurvey:
    """What a survey places, by the survey's key, with all of its taxonomy and no other."""

    survey: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """The papers that lie in each of at least two selections."""

    parts: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The papers that lie in one or more of at least two selections."""

    parts: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The papers of the library that do not lie in a selection."""

    part: Selection


Leaf = Whole | Below | Matching | Around | OnPath | Chosen | OnList | Area | InSurvey
Selection = Leaf | AllOf | AnyOf | Not


def select(library: Library, selection: Selection, searcher: Callable[[], Searcher]) -> Subgraph:
    """The part of the graph that a selection means.

    Papers of one leaf keep its order (the best answers first, a list as its reader has it, a path from end to end);
    those of an algebra come newest first, with all their places.

    Args:
        searcher: called for a question alone, so that what asks none needs neither a model nor vectors.

    Raises:
        QueryError: it names a paper, node, survey or list that is not there, or a filter is out of range.
    """
    match selection:
        case Whole():
            return whole(library)
        case Below(reference):
            node = library.node(reference)
            return part_of(library, library.paper_keys(under=node), node.name, below=node)
        case InSurvey(key):
            return _survey_alone(library, _survey(library, key))
        case AllOf() | AnyOf() | Not():
            keys = keys_of(library, selection, searcher)
            ordered = [key for key in library.paper_keys() if key in keys]
            return part_of(library, ordered, title_of(library, selection))
        case _:
            return part_of(library, _leaf_keys(library, selection, searcher), title_of(library, selection))


def keys_of(library: Library, selection: Selection, searcher: Callable[[], Searcher]) -> frozenset[str]:
    """Keys of the papers that a selection means; arguments and errors as in `select`."""
    match selection:
        case AllOf(parts):
            return frozenset.intersection(*(keys_of(library, part, searcher) for part in parts))
        case AnyOf(parts):
            return frozenset().union(*(keys_of(library, part, searcher) for part in parts))
        case Not(part):
            return frozenset(library.paper_keys()) - keys_of(library, part, searcher)
        case _:
            return frozenset(_leaf_keys(library, selection, searcher))


def _leaf_keys(library: Library, leaf: Leaf, searcher: Callable[[], Searcher]) -> list[str]:
    match leaf:
        case Whole():
            return list(library.paper_keys())
        case Below(reference):
            return list(library.paper_keys(under=library.node(reference)))
        case InSurvey(key):
            return list(library.paper_keys(survey=_survey(library, key).key))
        case Matching(query, filters, limit):
            return [hit.paper.key for hit in searcher().search(query, filters, limit=limit).papers]
        case Around(reference, hops, limit, ties):
            around = surroundings(library, library.paper(reference), hops=hops, limit=limit, ties=ties)
            return [vertex.record.key for vertex in around.vertices if isinstance(vertex.record, Paper)]
        case OnPath(start, end, ties, paths):
            found = connect(library, library.paper(start), library.paper(end), ties=ties, limit=paths)
            return [paper.key for paper in found.papers]
        case Chosen(references):
            return list(dict.fromkeys(library.paper(reference).key for reference in references))
        case OnList(name):
            listed = ReadingStore(library.directory).read(name)
            return [paper.key for paper in papers_of(find_papers(library, listed.entries))]
        case Area(polygon):
            shown = map_at_hand(library)
            return [shown.keys[row] for row in np.flatnonzero(inside(shown.points, polygon))]


def title_of(library: Library, selection: Selection) -> str:
    """What the part of the graph is called; errors as in `select`."""
    match selection:
        case Whole():
            return "Everything"
        case Below(reference):
            return library.node(reference).name
        case InSurvey(key):
            return _survey(library, key).title
        case Matching(query):
            return f"Search: {' '.join(query.split())}"
        case Around(reference):
            return f"Around {library.paper(reference).title}"
        case OnPath(start, end):
            return f"From {library.paper(start).title} to {library.paper(end).title}"
        case Chosen(_, title) | Area(_, title):
            return title
        case OnList(name):
            return ReadingStore(library.directory).read(name).name
        case Not(part):
            return f"not {_title_within(library, part)}"
        case AllOf(parts):
            return " and ".join(_title_within(library, part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_title_within(library, part) for part in parts)


def _title_within(library: Library, part: Selection) -> str:
    title = title_of(library, part)
    return f"({title})" if isinstance(part, AllOf | AnyOf) else title


def _survey(library: Library, key: str) -> Survey:
    surveys = {survey.key: survey for survey in library.surveys()}
    if key not in surveys:
        known = f"Choose one of: {', '.join(surveys)}." if surveys else "The library has none yet."
        raise InvalidFilter(f"No survey here is {key!r}.", known)
    return surveys[key]


def _survey_alone(library: Library, survey: Survey) -> Subgraph:
    """A survey with its whole tree, its papers and what joins them, without the places that others give them."""
    part = part_of(library, library.paper_keys(survey=survey.key), survey.title)
    nodes = tuple(node for node in library.nodes if node.survey == survey.key)
    inside = {node.key for node in nodes}
    placements = tuple(placed for placed in part.placements if placed.node in inside)
    used = {survey.source, *(each.source for each in placements), *(each.source for each in part.citations)}
    used |= library.sources_about([paper.key for paper in part.papers])
    sources = tuple(source for source in library.sources() if source.key in used)
    return replace(part, nodes=nodes, surveys=(survey,), placements=placements, sources=sources)
