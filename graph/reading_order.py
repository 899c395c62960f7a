"""In which order papers are read: the reader's, by year, or what is built upon before what builds on it.

"Foundations first" is a topological order of the citations among the papers, from the cited to the citing. Papers that
cite each other in a circle, which preprints do, are one vertex of it: the condensation into strongly connected parts
(R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1972) has no circles. Where the citations
leave a choice, the older paper comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import networkx as nx

from .library import Library
from .models import Citation, Paper
from .network import citation_graph

_UNKNOWN = 9999  # after every year


class ReadingOrder(StrEnum):
    """How a list is sorted."""

    MINE = "mine"
    OLDEST = "oldest"
    FOUNDATIONS = "foundations"


def in_order(library: Library, papers: Sequence[Paper], order: ReadingOrder) -> tuple[Paper, ...]:
    """The papers in an order; ties keep the order they came in."""
    match order:
        case ReadingOrder.MINE:
            return tuple(papers)
        case ReadingOrder.OLDEST:
            return tuple(sorted(papers, key=_year))
        case ReadingOrder.FOUNDATIONS:
            return foundations_first(papers, library.citations([paper.key for paper in papers]))


def foundations_first(papers: Sequence[Paper], citations: Iterable[Citation]) -> tuple[Paper, ...]:
    """The papers such that none comes before one it cites, unless they cite each other in a circle."""
    place = {paper.key: number for number, paper in enumerate(papers)}
    years = {paper.key: _year(paper) for paper in papers}
    graph = citation_graph(edge for edge in citations if edge.citing in place and edge.cited in place)
    graph.add_nodes_from(place)
    circles = nx.condensation(graph.reverse(copy=False))
    members = {
        vertex: sorted(keys, key=lambda key: (years[key], place[key])) for vertex, keys in circles.nodes(data="members")
    }
    firsts = {vertex: (years[keys[0]], place[keys[0]]) for vertex, keys in members.items()}
    by_key = {paper.key: paper for paper in papers}
    ordered = nx.lexicographical_topological_sort(circles, key=firsts.__getitem__)
    return tuple(by_key[key] for vertex in ordered for key in members[vertex])


def _year(paper: Paper) -> int:
    return paper.year or _UNKNOWN
