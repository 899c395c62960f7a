"""All papers, who cites whom and who stands under which topic, as arrays: what is counted over a whole field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .library import Library
from .models import TaxonomyNode

Rows: TypeAlias = npt.NDArray[np.int64]
Members: TypeAlias = npt.NDArray[np.bool_]

NO_YEAR = 0  # in arrays of years; no paper is of the year 0, which the calendar does not have


@dataclass(frozen=True, slots=True)
class PlacedNetwork:
    """Papers as rows of arrays; read-only.

    Attributes:
        keys: of the papers, by key.
        years: shape (papers,); `NO_YEAR` where none is known.
        citing, cited: shape (citations,); rows of the papers at both ends, each pair of different papers once,
            however many sources state it.
        under: by node key, the rows of the papers at or below it, ascending, each once.
    """

    keys: tuple[str, ...]
    years: Rows
    citing: Rows
    cited: Rows
    under: dict[str, Rows]

    def members(self, nodes: Sequence[TaxonomyNode]) -> Members:
        """Shape (nodes, papers): whether a paper stands at or below a node."""
        found = np.zeros((len(nodes), len(self.keys)), dtype=np.bool_)
        for row, node in enumerate(nodes):
            found[row, self.rows(node)] = True
        return found

    def rows(self, node: TaxonomyNode) -> Rows:
        """Rows of the papers at or below a node; none for a node that is not here."""
        return self.under.get(node.key, np.empty(0, dtype=np.int64))

    def citations_of(self, rows: Rows) -> Rows:
        """How many papers of the library cite each of these."""
        counts = np.bincount(self.cited, minlength=len(self.keys))
        return counts[rows]


def placed_network(library: Library) -> PlacedNetwork:
    """Read it from a library; a second for 50,000 papers and 400,000 citations."""
    papers = library.query("SELECT key, coalesce(year, ?) FROM papers ORDER BY key", (NO_YEAR,))
    row_of = {key: row for row, (key, _) in enumerate(papers)}
    ends = _citations(library, row_of)
    return PlacedNetwork(
        keys=tuple(row_of),
        years=np.array([year for _, year in papers], dtype=np.int64),
        citing=ends[0],
        cited=ends[1],
        under=_under(library, row_of),
    )


def _citations(library: Library, row_of: dict[str, int]) -> Rows:
    """Rows of citing and cited papers, each pair once, in order; shape (2, citations)."""
    stated = library.query("SELECT citing, cited FROM citations WHERE citing != cited")
    pairs = [(row_of[citing], row_of[cited]) for citing, cited in stated if citing in row_of and cited in row_of]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    size = max(len(row_of), 1)
    return np.stack(np.divmod(np.unique(ends[:, 0] * size + ends[:, 1]), size))


def _under(library: Library, row_of: dict[str, int]) -> dict[str, Rows]:
    """Rows of the papers at each node, and below it: from the last node up, as each stands after its parent."""
    at: dict[str, list[int]] = {node.key: [] for node in library.nodes}
    for node, paper in library.query("SELECT DISTINCT node, paper FROM placements"):
        if paper in row_of:
            at[node].append(row_of[paper])
    parts = {node: [np.array(rows, dtype=np.int64)] for node, rows in at.items()}
    under: dict[str, Rows] = {}
    for each in reversed(library.nodes):
        under[each.key] = np.unique(np.concatenate(parts[each.key]))
        if each.parent in parts:
            parts[each.parent].append(under[each.key])
    return under


def level(nodes: Sequence[TaxonomyNode], depth: int, top: TaxonomyNode | None = None) -> tuple[TaxonomyNode, ...]:
    """One cut through a tree: the nodes of a depth, and those above it that have none below them.

    Args:
        nodes: of one survey, in its order.
        depth: 1 for the top branches; counted from the top of the tree, not from `top`.
        top: only what is below this node.
    """
    parents = {node.parent for node in nodes}
    return tuple(
        node
        for node in (below(nodes, top) if top else nodes)
        if node.depth == depth or (node.depth < depth and node.key not in parents)
    )


def below(nodes: Sequence[TaxonomyNode], top: TaxonomyNode) -> tuple[TaxonomyNode, ...]:
    """The nodes below one, in the survey's order, which names a node before what is below it."""
    inside = {top.key}
    for node in nodes:
        if node.parent in inside:
            inside.add(node.key)
    return tuple(node for node in nodes if node.key in inside and node.key != top.key)
