"""The papers of one survey and where they stand, as the sets that two surveys are compared by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .errors import UnknownNode
from .identity import PaperId
from .library import Library
from .models import Survey, TaxonomyNode, WorkKind

_OF_SURVEY = "SELECT paper FROM placements JOIN nodes ON nodes.key = node WHERE survey = ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper as far as a comparison counts it."""

    key: str
    year: int | None
    venue: str | None
    kind: WorkKind


@dataclass(frozen=True, slots=True)
class SurveyPapers:
    """What one survey places.

    Attributes:
        nodes: all its nodes, in its own order.
        papers: what it places, by key; newest first, then by title.
        places: the nodes at which each paper is placed, by paper.
        below: the papers at or below each node that has any, by node; in the survey's order.
        above: each node with its broader nodes, itself first, by node.
    """

    survey: Survey
    nodes: tuple[TaxonomyNode, ...]
    papers: Mapping[str, Entry]
    places: Mapping[str, tuple[str, ...]]
    below: Mapping[str, frozenset[str]]
    above: Mapping[str, tuple[str, ...]]

    def node(self, key: str) -> TaxonomyNode:
        """One of its nodes, by key.

        Raises:
            UnknownNode: it has none with this key.
        """
        for node in self.nodes:
            if node.key == key:
                return node
        raise UnknownNode(f"{self.survey.key} has no topic {key!r}.", "`litatlas show` lists the taxonomy.")

    def around(self, paper: str) -> frozenset[str]:
        """The nodes that a paper is placed at, and all above them."""
        return frozenset(above for node in self.places.get(paper, ()) for above in self.above[node])

    def level(self, most: int) -> int:
        """The deepest level, counted from 1, at which the taxonomy has at most so many nodes side by side."""
        deepest = max((node.depth for node in self.nodes), default=1)
        fits = [depth for depth in range(1, deepest + 1) if len(self.cut(depth)) <= most]
        return max(fits, default=1)

    def cut(self, depth: int) -> tuple[str, ...]:
        """The nodes of a level, and those above it at which papers stand or that nothing is below, by key."""
        parents = {node.parent for node in self.nodes}
        direct = {node for nodes in self.places.values() for node in nodes}
        return tuple(
            node.key
            for node in self.nodes
            if node.depth == depth or (node.depth < depth and (node.key not in parents or node.key in direct))
        )

    def at_level(self, paper: str, depth: int) -> frozenset[str]:
        """The nodes of `cut` that a paper stands at or below."""
        places = (self.above[node] for node in self.places.get(paper, ()))
        return frozenset(chain[max(len(chain) - depth, 0)] for chain in places)


def find_survey(library: Library, reference: str) -> Survey:
    """The survey meant by its key, one of its ids or its title, without regard to case.

    Raises:
        UnknownNode: there is none; the advice has the keys.
    """
    surveys, wanted = library.surveys(), reference.strip().casefold()
    paper_id = PaperId.parse(reference)
    for survey in surveys:
        if wanted in {survey.key.casefold(), survey.title.casefold()} or (paper_id and paper_id in survey.ids):
            return survey
    keys = ", ".join(survey.key for survey in surveys) or "none; `litatlas build` adds those that ship"
    raise UnknownNode(f"No survey here is {reference!r}.", f"There are: {keys}.")


def papers_of(library: Library, survey: Survey) -> SurveyPapers:
    """Read what a survey places; a survey of 50,000 papers takes about a second."""
    nodes = tuple(node for node in library.nodes if node.survey == survey.key)
    sql = "SELECT DISTINCT paper, node FROM placements JOIN nodes ON nodes.key = node WHERE survey = ?"
    placed: dict[str, list[str]] = {}
    for paper, node in library.query(f"{sql} ORDER BY nodes.position, paper", (survey.key,)):
        placed.setdefault(paper, []).append(node)
    above = _chains(nodes)
    return SurveyPapers(
        survey=survey,
        nodes=nodes,
        papers=_entries(library, survey.key),
        places={paper: tuple(found) for paper, found in placed.items()},
        below=_below(nodes, placed, above),
        above=above,
    )


def _entries(library: Library, survey: str) -> dict[str, Entry]:
    sql = f"SELECT key, year, venue, kind FROM papers WHERE key IN ({_OF_SURVEY})"
    found = library.query(f"{sql} ORDER BY year IS NULL, year DESC, title COLLATE NOCASE, key", (survey,))
    return {key: Entry(key, year, venue, WorkKind(kind)) for key, year, venue, kind in found}


def _chains(nodes: Sequence[TaxonomyNode]) -> dict[str, tuple[str, ...]]:
    chains: dict[str, tuple[str, ...]] = {}
    for node in nodes:  # in the survey's order a node comes after its broader one
        chains[node.key] = (node.key, *chains.get(node.parent or "", ()))
    return chains


def _below(
    nodes: Iterable[TaxonomyNode], placed: Mapping[str, Sequence[str]], above: Mapping[str, tuple[str, ...]]
) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for paper, places in placed.items():
        for key in {broader for node in places for broader in above[node]}:
            found.setdefault(key, set()).add(paper)
    return {node.key: frozenset(found[node.key]) for node in nodes if node.key in found}


def citations_among(library: Library, surveys: Sequence[Survey]) -> tuple[tuple[str, str], ...]:
    """Who cites whom, once each, among the papers that these surveys place."""
    placed = " UNION ".join([_OF_SURVEY] * len(surveys))
    keys = [survey.key for survey in surveys]
    sql = f"SELECT DISTINCT citing, cited FROM citations WHERE citing != cited AND citing IN ({placed})"
    return tuple((citing, cited) for citing, cited in library.query(f"{sql} AND cited IN ({placed})", (*keys, *keys)))
