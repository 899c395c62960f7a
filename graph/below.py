"""How much is at and below a taxonomy node, counted by the database: a branch may hold a fifth of a large library."""

from __future__ import annotations

from .library import Library
from .models import Counts, TaxonomyNode

_PAPERS = (
    "WITH below AS MATERIALIZED (SELECT node FROM node_closure WHERE ancestor = ?),"
    " inside AS MATERIALIZED (SELECT DISTINCT paper FROM placements WHERE node IN below) "
)


def count_below(library: Library, node: TaxonomyNode) -> Counts:
    """What the selection of a node with everything below it holds, broader nodes included; other counts are 0."""
    sql = (
        f"{_PAPERS}SELECT (SELECT count(*) FROM papers WHERE key IN inside AND kind = 'paper'),"
        " (SELECT count(*) FROM papers WHERE key IN inside AND kind != 'paper'),"
        " (SELECT count(*) FROM below),"
        " (SELECT count(*) FROM (SELECT DISTINCT paper, node, source FROM placements WHERE node IN below)),"
        " (SELECT count(*) FROM (SELECT DISTINCT citing, cited FROM citations"
        " WHERE citing IN inside AND cited IN inside AND citing != cited))"
    )
    papers, software, nodes, placements, citations = library.query(sql, (node.key,))[0]
    return Counts(papers, software, nodes + len(library.ancestors(node)), 1, placements=placements, citations=citations)
