"""All that is known of one paper, put together; and what came after it."""

from __future__ import annotations

from litatlas.graph.library import Library
from litatlas.graph.models import Paper
from litatlas.graph.related import related_to

from .citing import citations_of, references_of
from .details import PaperDetail, Place


def paper_detail(library: Library, paper: Paper) -> PaperDetail:
    """Its places, claims, conflicts, citations, and what stands near it."""
    nodes = {node.key: node for node in library.places(paper.key)}
    claims = library.claims(paper.key)
    references, cited_by = references_of(library, paper.key), citations_of(library, paper.key)
    responses = {claim.response for claim in claims} | {
        statement.response for edge in (*references, *cited_by) for statement in edge.statements
    }
    return PaperDetail(
        paper=paper,
        places=tuple(
            Place(nodes[placement.node], library.ancestors(nodes[placement.node]), placement)
            for placement in library.placements([paper.key])
        ),
        claims=claims,
        conflicts=library.conflicts(paper.key),
        sources={source.key: source for source in library.sources()},
        retrievals=library.retrievals({response for response in responses if response}),
        related=related_to(library, paper.key),
        references=references,
        cited_by=cited_by,
        cited=library.citation_counts.get(paper.key, 0),
    )
