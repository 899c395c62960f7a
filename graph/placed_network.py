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

    def span(self) -> tuple[int, ...]:
        """Every year from the first to the last of any paper; empty where no year is known."""
        known = self.years[self.years != NO_YEAR]
        return tuple(range(int(known.min()), int(known.max()) + 1)) if len(known) else ()


def placed_network(library: Library) -> PlacedNetwork:
    """Read it from a library; some tenths of a second for 50,000 papers."""
    papers = library.query("SELECT key, coalesce(year, ?) FROM papers ORDER BY key", (NO_YEAR,))
    row_of = {key: row for row, (key, _) in enumerate(papers)}
    pairs = library.query("SELECT DISTINCT citing, cited FROM citations WHERE citing != cited ORDER BY citing, cited")
    ends = _as_rows(
        [(row_of[citing], row_of[cited]) for citing, cited in pairs if citing in row_of and cited in row_of]
    )
    under: dict[str, list[int]] = {node.key: [] for node in library.nodes}
    placed = "SELECT DISTINCT ancestor, paper FROM node_closure JOIN placements USING (node) ORDER BY ancestor, paper"
    for node, paper in library.query(placed):
        if paper in row_of:
            under[node].append(row_of[paper])
    return PlacedNetwork(
        keys=tuple(row_of),
        years=np.array([year for _, year in papers], dtype=np.int64),
        citing=ends[:, 0],
        cited=ends[:, 1],
        under={node: np.array(rows, dtype=np.int64) for node, rows in under.items()},
    )


def _as_rows(pairs: list[tuple[int, int]]) -> Rows:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


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
