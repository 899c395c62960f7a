"""What is thin or missing at a topic, as far as the library itself can tell.

None of it is a judgement on the field: a survey places what its authors chose to, up to the time they wrote.

- missing: papers of the library that at least `LEAST_CITING` papers of the node cite and that stand neither at the node
  nor below it. Works that everybody cites are among them; the share of their citations that comes from here tells.
- quiet: nodes whose newest paper is older than the last two years in which the survey has papers.
- thin: nodes with fewer than `FEW` papers at or below them.
- unlinked: papers that neither cite nor are cited by any paper of the library.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .library import Library
from .models import TaxonomyNode
from .node_facts import PAPERS_AT, Cited, citations_to
from .placed_network import NO_YEAR, PlacedNetwork, below

LEAST_CITING = 2
FEW = 3
_RECENT = 2  # years


@dataclass(frozen=True, slots=True)
class QuietNode:
    """A node without recent papers, and the year of its newest."""

    node: TaxonomyNode
    newest: int


@dataclass(frozen=True, slots=True)
class ThinNode:
    """A node with few papers."""

    node: TaxonomyNode
    papers: int


@dataclass(frozen=True, slots=True)
class NodeGaps:
    """What is thin or missing at a node; see the module for each word.

    Attributes:
        missing: most citations from here first.
        recent: the first of the two years that count as recent; None where no paper of the survey has a year.
        without_abstract, without_code, without_year, unlinked: how many of the node's papers.
    """

    node: TaxonomyNode
    papers: int
    missing: tuple[Cited, ...]
    recent: int | None
    quiet: tuple[QuietNode, ...]
    thin: tuple[ThinNode, ...]
    without_abstract: int
    without_code: int
    without_year: int
    unlinked: int


def node_gaps(library: Library, network: PlacedNetwork, node: TaxonomyNode) -> NodeGaps:
    """Look for what is thin or missing at a node."""
    rows = network.rows(node)
    lacking = (
        "SELECT coalesce(sum(abstract IS NULL), 0), coalesce(sum(has_code = 0), 0), coalesce(sum(year IS NULL), 0)"
        f" FROM papers WHERE key IN ({PAPERS_AT})"
    )
    without_abstract, without_code, without_year = library.query(lacking, (node.key,))[0]
    linked = np.zeros(len(network.keys), dtype=np.bool_)
    linked[network.citing] = linked[network.cited] = True
    recent = _recent(library, network, node.survey)
    around = (node, *below(library.nodes, node))
    return NodeGaps(
        node=node,
        papers=len(rows),
        missing=_missing(network, node),
        recent=recent,
        quiet=_quiet(network, around, recent),
        thin=tuple(ThinNode(each, len(network.rows(each))) for each in around if len(network.rows(each)) < FEW),
        without_abstract=without_abstract,
        without_code=without_code,
        without_year=without_year,
        unlinked=int(np.count_nonzero(~linked[rows])),
    )


def _missing(network: PlacedNetwork, node: TaxonomyNode) -> tuple[Cited, ...]:
    here, everywhere = citations_to(network, node)
    elsewhere = np.flatnonzero((here >= LEAST_CITING) & ~network.members([node])[0])
    order = elsewhere[np.lexsort((elsewhere, everywhere[elsewhere], -here[elsewhere]))]
    return tuple(Cited(network.keys[row], int(here[row]), int(everywhere[row])) for row in order)


def _recent(library: Library, network: PlacedNetwork, survey: str) -> int | None:
    tops = [network.years[network.rows(top)] for top in library.children(None, survey)]
    newest = max((int(years.max(initial=NO_YEAR)) for years in tops), default=NO_YEAR)
    return newest - _RECENT + 1 if newest != NO_YEAR else None


def _quiet(network: PlacedNetwork, nodes: tuple[TaxonomyNode, ...], recent: int | None) -> tuple[QuietNode, ...]:
    if recent is None:
        return ()
    newest = {node.key: int(network.years[network.rows(node)].max(initial=NO_YEAR)) for node in nodes}
    return tuple(QuietNode(node, newest[node.key]) for node in nodes if NO_YEAR < newest[node.key] < recent)
