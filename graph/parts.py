"""A part of a library as a closed subgraph: records, and everything that joins them."""

from __future__ import annotations

from collections.abc import Sequence

from .library import Library
from .models import Placement, Subgraph, TaxonomyNode

WHOLE_TITLE = "LitAtlas library"


def part_of(library: Library, keys: Sequence[str], title: str, *, below: TaxonomyNode | None = None) -> Subgraph:
    """The papers with these keys and what joins them.

    Args:
        below: leave out placements outside this node; otherwise every place of the papers comes along.
    """
    papers = library.papers(keys)
    kept = {paper.key for paper in papers}
    inside = library.at_or_below(below) if below else None
    placements = [each for each in library.placements(list(kept)) if inside is None or each.node in inside]
    by_key = {node.key: node for node in library.nodes}
    node_keys = {placement.node for placement in placements} | (inside or frozenset())
    nodes = node_keys | {above.key for key in node_keys for above in library.ancestors(by_key[key])}
    surveys = tuple(survey for survey in library.surveys() if survey.key in {by_key[key].survey for key in nodes})
    citations = library.citations(kept)
    used = {each.source for each in placements} | {each.source for each in citations}
    used |= {each.source for each in surveys} | library.sources_about(sorted(kept))

    def order(placement: Placement) -> tuple[str, int, int, str]:
        node = by_key[placement.node]
        return node.survey, node.position, placement.position, placement.paper

    return Subgraph(
        title=title,
        papers=papers,
        nodes=tuple(node for node in library.nodes if node.key in nodes),
        surveys=surveys,
        sources=tuple(source for source in library.sources() if source.key in used),
        placements=tuple(sorted(placements, key=order)),
        citations=citations,
    )


def whole(library: Library) -> Subgraph:
    """Everything, nodes without papers included."""
    return Subgraph(
        title=WHOLE_TITLE,
        papers=tuple(library.iter_papers()),
        nodes=library.nodes,
        surveys=library.surveys(),
        sources=library.sources(),
        placements=library.placements(),
        citations=library.citations(),
    )
