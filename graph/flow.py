"""Which topics build on which: citations between the papers of some nodes, by the year of the citing paper.

A citation flows from node A to node B where the citing paper stands at or below A, and the cited one at or below B but
not at A; where it stands at A too, A builds on its own. A paper at several nodes counts at each.

How many to expect from size alone: had each citation that leaves A gone to any paper of the nodes that is outside A
and no younger than the citing one, all alike. The ratio of what is there to what is expected is the probabilistic
affinity of N. J. van Eck and L. Waltman, "How to normalize cooccurrence data?", JASIST 60(8), 2009, with that
expectation in the place of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .models import TaxonomyNode
from .placed_network import NO_YEAR, Members, PlacedNetwork, Rows

LEAST_TOLD = 5  # citations; a ratio of fewer is a matter of chance


@dataclass(frozen=True, slots=True)
class Crossing:
    """Citations from one node's papers to another's.

    Attributes:
        expected: how many there would be from size alone; 0 where no paper could have been cited.
    """

    source: TaxonomyNode
    target: TaxonomyNode
    count: int
    expected: float

    @property
    def ratio(self) -> float | None:
        """Times as many as expected; None where nothing could be expected."""
        return self.count / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class Flow:
    """Citations among nodes; arrays are read-only.

    Attributes:
        years: of citing papers, ascending; `NO_YEAR` comes first where some have none.
        counts: shape (years, nodes, nodes), from row to column; on the diagonal, what a node cites of its own.
        expected: the same shape; 0 on the diagonal.
    """

    nodes: tuple[TaxonomyNode, ...]
    years: tuple[int, ...]
    counts: Rows
    expected: npt.NDArray[np.float64]

    def _of_years(self, first: int | None, last: int | None) -> list[int]:
        """Places of the years of a span; papers without a year belong to none but the whole."""
        if first is None and last is None:
            return list(range(len(self.years)))
        return [n for n, year in enumerate(self.years) if year and (first or 0) <= year <= (last or year)]

    def table(self, first: int | None = None, last: int | None = None) -> tuple[Rows, npt.NDArray[np.float64]]:
        """Counts and expected counts of a span of citing years, each of shape (nodes, nodes)."""
        chosen = self._of_years(first, last)
        return self.counts[chosen].sum(axis=0), self.expected[chosen].sum(axis=0)

    def crossings(self, first: int | None = None, last: int | None = None) -> tuple[Crossing, ...]:
        """Every pair of different nodes with citations in these years, most first."""
        counts, expected = self.table(first, last)
        found = [
            Crossing(self.nodes[a], self.nodes[b], int(counts[a, b]), float(expected[a, b]))
            for a, b in np.argwhere(counts).tolist()
            if a != b
        ]
        return tuple(sorted(found, key=lambda each: (-each.count, each.source.position, each.target.position)))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nodes that one builds on, and those that build on it, most citations first."""

    builds_on: tuple[Crossing, ...]
    built_on_by: tuple[Crossing, ...]
    own: int


def flow_among(network: PlacedNetwork, nodes: Sequence[TaxonomyNode]) -> Flow:
    """Who builds on whom among these nodes, in all years."""
    members = network.members(nodes)
    citing_years = network.years[network.citing]
    any_node: Members = np.asarray(members.any(axis=0))
    years = np.unique(citing_years[any_node[network.citing]])
    counts = np.zeros((len(years), len(nodes), len(nodes)), dtype=np.int64)
    for row in range(len(nodes)):
        own = members[row][network.citing]
        counts[:, row] = _reached(network, members, row, np.flatnonzero(own), years)
    expected = _expected(network, members, counts, years)
    for array in (counts, expected):
        array.flags.writeable = False
    return Flow(tuple(nodes), tuple(years.tolist()), counts, expected)


def _reached(network: PlacedNetwork, members: Members, row: int, edges: Rows, years: Rows) -> Rows:
    """Citations of one node's papers by year and cited node, shape (years, nodes)."""
    cited = network.cited[edges]
    reached = members[:, cited] & ~members[row, cited]
    reached[row] = members[row, cited]
    return _by_year(reached, network.years[network.citing[edges]], years)


def _by_year(marks: Members, of: Rows, years: Rows) -> Rows:
    """How many marks of each row belong to each year: marks of shape (rows, n), years `of` them; (years, rows)."""
    counted = np.zeros((len(years), len(marks)), dtype=np.int64)
    for place, year in enumerate(years):
        counted[place] = np.count_nonzero(marks[:, of == year], axis=1)
    return counted


def _expected(network: PlacedNetwork, members: Members, counts: Rows, years: Rows) -> npt.NDArray[np.float64]:
    """What leaves each node in each year, shared among the papers outside it by how many of them each node has."""
    any_node: Members = np.asarray(members.any(axis=0))
    expected = np.zeros(counts.shape, dtype=np.float64)
    for row in range(len(members)):
        outside = any_node & ~members[row]
        at_hand = _no_younger(members[:, outside], network.years[outside], years)
        among = _no_younger(any_node[None, outside], network.years[outside], years)
        leaving = _leaving(network, outside, members[row], years)
        expected[:, row] = leaving[:, None] * at_hand / np.maximum(among, 1)
    return expected


def _no_younger(marks: Members, of: Rows, years: Rows) -> Rows:
    """How many marks of each row are of a year or an earlier one; those without year are at hand in every year."""
    counted = np.zeros((len(years), len(marks)), dtype=np.int64)
    for place, year in enumerate(years):
        counted[place] = np.count_nonzero(marks[:, of <= year] if year != NO_YEAR else marks, axis=1)
    return counted


def _leaving(network: PlacedNetwork, outside: Members, own: Members, years: Rows) -> Rows:
    """Citations by year from a node's papers to papers of the nodes outside it, each once; shape (years,)."""
    leaves = own[network.citing] & outside[network.cited]
    return _by_year(leaves[None, :], network.years[network.citing], years)[:, 0]


def neighbours_of(flow: Flow, node: TaxonomyNode) -> Neighbours:
    """What a node of a flow builds on and what builds on it, in all years."""
    crossings = flow.crossings()
    here = [each.key for each in flow.nodes].index(node.key)
    return Neighbours(
        builds_on=tuple(each for each in crossings if each.source.key == node.key),
        built_on_by=tuple(each for each in crossings if each.target.key == node.key),
        own=int(flow.counts[:, here, here].sum()),
    )


def citations_between(
    network: PlacedNetwork,
    source: TaxonomyNode,
    target: TaxonomyNode,
    first: int | None = None,
    last: int | None = None,
) -> tuple[tuple[str, str], ...]:
    """The citations of one crossing as keys of citing and cited papers, the latest citing first.

    Args:
        source, target: the same node for what it cites of its own.
        first, last: years of the citing paper.
    """
    members = network.members((source, target))
    reached = members[1] & ~members[0] if source.key != target.key else members[0]
    years = network.years[network.citing]
    wanted = members[0][network.citing] & reached[network.cited]
    if first is not None or last is not None:
        wanted &= (years != NO_YEAR) & (years >= (first or 0)) & (years <= (last or years.max(initial=0)))
    edges = np.flatnonzero(wanted)
    edges = edges[np.argsort(-years[edges], kind="stable")]
    return tuple((network.keys[network.citing[edge]], network.keys[network.cited[edge]]) for edge in edges)


def surplus(count: int, expected: float) -> float:
    """How far a count lies above the expected one, in standard deviations of a chance count of that mean.

    Pearson's residual; an expectation below 1 counts as 1, so that single citations do not stand out.
    """
    return float((count - expected) / max(expected, 1.0) ** 0.5)


def most_above_size(crossings: Sequence[Crossing]) -> tuple[Crossing, ...]:
    """Those of at least `LEAST_TOLD` citations that have more than their size would give, the highest ratio first."""
    told = [(each.ratio, each) for each in crossings if each.count >= LEAST_TOLD and each.ratio is not None]
    return tuple(each for ratio, each in sorted(told, key=lambda pair: -(pair[0] or 0)) if (ratio or 0) > 1)
