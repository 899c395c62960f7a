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
from typing import Self

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
    places = _Places.of(members)
    edge, source = places.each(network.citing)
    years, at = np.unique(network.years[network.citing[edge]], return_inverse=True)
    which, target = places.each(network.cited[edge])
    counted = (source[which] == target) | ~members[source[which], network.cited[edge[which]]]
    shape = (len(years), len(nodes), len(nodes))
    counts = _count(shape, at[which][counted], source[which][counted], target[counted])
    anywhere: Members = np.asarray(members.any(axis=0))
    leaves = anywhere[network.cited[edge]] & ~members[source, network.cited[edge]]
    leaving = _count(shape[:2], at[leaves], source[leaves])
    expected = leaving[:, :, None] * _chances(network, members, places, years)
    for array in (counts, expected):
        array.flags.writeable = False
    return Flow(tuple(nodes), tuple(years.tolist()), counts, expected)


@dataclass(frozen=True, slots=True)
class _Places:
    """At which nodes each paper stands: those of paper p are `nodes[starts[p] : starts[p] + counts[p]]`."""

    starts: Rows
    counts: Rows
    nodes: Rows

    @classmethod
    def of(cls, members: Members) -> Self:
        """From shape (nodes, papers)."""
        counts = np.count_nonzero(members, axis=0)
        return cls(np.cumsum(counts) - counts, counts, np.nonzero(members.T)[1])

    def each(self, papers: Rows) -> tuple[Rows, Rows]:
        """Every place of these papers: which of `papers`, and the node."""
        counts = self.counts[papers]
        which = np.repeat(np.arange(len(papers)), counts)
        nth = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return which, self.nodes[self.starts[papers][which] + nth]


def _count(shape: tuple[int, ...], *places: Rows) -> Rows:
    """How often each place of an array of this shape is named."""
    if 0 in shape:
        return np.zeros(shape, dtype=np.int64)
    return np.bincount(np.ravel_multi_index(places, shape), minlength=int(np.prod(shape))).reshape(shape)


def _chances(network: PlacedNetwork, members: Members, places: _Places, years: Rows) -> npt.NDArray[np.float64]:
    """For each year and node, the share that every other node has of the papers outside it that were there by then.

    A paper at several of the others counts for each. Papers without year were always there, and to a citing paper
    without year all were.
    """
    rows = np.flatnonzero(members.any(axis=0))
    which, first = places.each(rows)
    pair, second = places.each(rows[which])
    since = np.searchsorted(years, network.years[rows])  # the first citing year in which a paper was there
    size = (len(years) + 1, len(members), len(members))
    both = _count(size, since[which][pair], first[pair], second)  # papers at two nodes, or at one taken twice
    every = np.bincount(since, minlength=len(years) + 1)
    there = np.cumsum(both, axis=0)[:-1].astype(np.float64)
    total = np.cumsum(every)[:-1].astype(np.float64)
    if len(years) and years[0] == NO_YEAR:
        there[0], total[0] = both.sum(axis=0), every.sum()
    own = np.diagonal(there, axis1=1, axis2=2)
    outside = total[:, None] - own
    return np.asarray((own[:, None, :] - there) / np.maximum(outside, 1)[:, :, None])


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
