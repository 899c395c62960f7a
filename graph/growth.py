"""How topics grew: papers per year at or below each node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .models import TaxonomyNode
from .placed_network import NO_YEAR, PlacedNetwork, Rows


@dataclass(frozen=True, slots=True)
class Growth:
    """Papers per year at nodes; a paper at several of them counts at each.

    Attributes:
        years: every year from the first to the last.
        counts: shape (nodes, years).
        without_year: per node, papers whose year is not known.
        papers: distinct papers at any of the nodes, with a year or without.
    """

    nodes: tuple[TaxonomyNode, ...]
    years: tuple[int, ...]
    counts: Rows
    without_year: tuple[int, ...]
    papers: int

    def shares(self) -> list[list[float]]:
        """Of all placements of a year, those at each node, from 0 to 1; shape (nodes, years)."""
        of_year = np.maximum(self.counts.sum(axis=0), 1)
        shares: list[list[float]] = (self.counts / of_year).tolist()
        return shares


def growth_of(network: PlacedNetwork, nodes: Sequence[TaxonomyNode]) -> Growth:
    """How these nodes grew."""
    of_nodes = [network.years[network.rows(node)] for node in nodes]
    known = [years[years != NO_YEAR] for years in of_nodes]
    dated = np.concatenate(known) if known else np.empty(0, dtype=np.int64)
    first, last = (int(dated.min()), int(dated.max())) if len(dated) else (1, 0)
    counts = [np.bincount(years - first, minlength=last - first + 1)[: last - first + 1] for years in known]
    return Growth(
        nodes=tuple(nodes),
        years=tuple(range(first, last + 1)),
        counts=np.array(counts, dtype=np.int64).reshape(len(nodes), last - first + 1),
        without_year=tuple(int(np.count_nonzero(years == NO_YEAR)) for years in of_nodes),
        papers=int(np.count_nonzero(network.members(nodes).any(axis=0))),
    )
