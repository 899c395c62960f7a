"""What stands at a topic, counted: years, venues, authors, and which papers are cited most."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .library import Library
from .models import TaxonomyNode
from .placed_network import PlacedNetwork, Rows

_MOST = 50
PAPERS_AT = "SELECT paper FROM placements JOIN node_closure USING (node) WHERE ancestor = ?"  # or below


@dataclass(frozen=True, slots=True)
class Cited:
    """A paper and how many papers cite it.

    Attributes:
        here: papers at or below the node that cite it.
        everywhere: papers of the library that cite it.
    """

    paper: str
    here: int
    everywhere: int


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """A node with what is at and below it, in numbers; lists are the first 50.

    Attributes:
        papers: how many.
        years: papers per year, oldest first.
        without_year: papers whose year is not known.
        venues, authors: by papers, most first; authors by the name as the library writes it.
        venue_count, author_count: how many different ones there are in all.
        cited_within: papers of the node by citations from papers of the node, most first; uncited ones left out.
        cited_everywhere: the same by citations from all papers of the library.
    """

    node: TaxonomyNode
    papers: int
    years: tuple[tuple[int, int], ...]
    without_year: int
    venues: tuple[tuple[str, int], ...]
    venue_count: int
    authors: tuple[tuple[str, int], ...]
    author_count: int
    cited_within: tuple[Cited, ...]
    cited_everywhere: tuple[Cited, ...]


def node_facts(library: Library, network: PlacedNetwork, node: TaxonomyNode) -> NodeFacts:
    """Count what is at and below a node."""
    found = library.query(f"SELECT year, venue, authors FROM papers WHERE key IN ({PAPERS_AT})", (node.key,))
    years = Counter(year for year, _, _ in found if year is not None)
    venues = Counter(venue for _, venue, _ in found if venue)
    authors = Counter(name for _, _, names in found for name in dict.fromkeys(json.loads(names)))
    cited = citations_to(network, node)
    rows = network.rows(node)
    return NodeFacts(
        node=node,
        papers=len(rows),
        years=tuple(sorted(years.items())),
        without_year=sum(year is None for year, _, _ in found),
        venues=_most(venues),
        venue_count=len(venues),
        authors=_most(authors),
        author_count=len(authors),
        cited_within=tuple(_cited(network, cited, rows, by=0)[:_MOST]),
        cited_everywhere=tuple(_cited(network, cited, rows, by=1)[:_MOST]),
    )


def _most(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST])


def citations_to(network: PlacedNetwork, node: TaxonomyNode) -> Rows:
    """Citations of every paper, shape (2, papers): from papers at or below the node, and from all."""
    from_here = network.members([node])[0][network.citing]
    size = len(network.keys)
    return np.stack([np.bincount(network.cited[from_here], minlength=size), np.bincount(network.cited, minlength=size)])


def _cited(network: PlacedNetwork, cited: Rows, rows: Rows, *, by: int) -> list[Cited]:
    """Papers by one of the two counts, most first, then by the other; those without any are left out."""
    some = rows[cited[by, rows] > 0]
    order = some[np.lexsort((some, -cited[1 - by, some], -cited[by, some]))]
    return [Cited(network.keys[row], int(cited[0, row]), int(cited[1, row])) for row in order]


class PaperOrder(StrEnum):
    """How the papers of a node are put in order; those without year are the oldest."""

    NEWEST = "newest"
    CITED = "cited"
    TITLE = "title"


def papers_at(
    library: Library, network: PlacedNetwork, node: TaxonomyNode, order: PaperOrder, limit: int
) -> tuple[tuple[str, int], ...]:
    """The first papers at or below a node in an order, each with how many papers cite it; see `PaperOrder`."""
    by = "title COLLATE NOCASE" if order is PaperOrder.TITLE else "year IS NULL, year DESC, title COLLATE NOCASE"
    most = -1 if order is PaperOrder.CITED else limit
    sql = f"SELECT key FROM papers WHERE key IN ({PAPERS_AT}) ORDER BY {by}, key LIMIT ?"
    rows = network.rows(node)
    counts = dict(zip((network.keys[row] for row in rows), network.citations_of(rows).tolist(), strict=True))
    found = [(key, counts.get(key, 0)) for (key,) in library.query(sql, (node.key, most))]
    if order is PaperOrder.CITED:
        found.sort(key=lambda pair: -pair[1])  # of equally many, the newest stay first
    return tuple(found[:limit])
