"""What stands near one paper: papers like it, in citations and in place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .alike import SimilarPaper, papers_like
from .library import Library
from .models import Paper, TaxonomyNode
from .sentence_vectors import SentenceVectors


@dataclass(frozen=True, slots=True)
class CoCited:
    """A paper cited together with another, with the number of papers that cite both."""

    paper: Paper
    together: int


@dataclass(frozen=True, slots=True)
class PlaceMates:
    """A node the paper is placed at, and the other papers there, most cited first."""

    node: TaxonomyNode
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Everything near one paper, each list best first and at most `limit` long."""

    similar: tuple[SimilarPaper, ...]
    references: tuple[Paper, ...]
    cited_by: tuple[Paper, ...]
    co_cited: tuple[CoCited, ...]
    place_mates: tuple[PlaceMates, ...]


def related_to(library: Library, key: str, limit: int = 10, sentences: SentenceVectors | None = None) -> Related:
    """What stands near the paper with this key; citations are those between papers of the library.

    Args:
        sentences: compare papers by titles and sentences too; None asks no model.
    """
    network = library.citation_network
    cites = sorted(network.successors(key)) if key in network else []
    cited_by = sorted(network.predecessors(key)) if key in network else []
    return Related(
        similar=similar_papers(library, key, limit, sentences),
        references=_newest(library.papers(cites), limit),
        cited_by=_newest(library.papers(cited_by), limit),
        co_cited=_co_cited(library, key, cited_by, limit),
        place_mates=tuple(_place_mates(library, node, key, limit) for node in library.places(key)),
    )


def similar_papers(
    library: Library, key: str, limit: int, sentences: SentenceVectors | None = None
) -> tuple[SimilarPaper, ...]:
    """The papers most like one, each with what it shares with it; none where it has no vector. See `papers_like`."""
    return papers_like(library, [key], limit=limit, sentences=sentences)


def _newest(papers: tuple[Paper, ...], limit: int) -> tuple[Paper, ...]:
    return tuple(sorted(papers, key=lambda paper: (-(paper.year or 0), paper.title)))[:limit]


def _co_cited(library: Library, key: str, cited_by: list[str], limit: int) -> tuple[CoCited, ...]:
    """Co-citation (Small, 1973): how many papers cite both."""
    together = Counter(
        cited for citing in cited_by for cited in library.citation_network.successors(citing) if cited != key
    )
    best = sorted(together, key=lambda other: (-together[other], other))[:limit]
    return tuple(CoCited(paper, together[paper.key]) for paper in library.papers(best))


def _place_mates(library: Library, node: TaxonomyNode, key: str, limit: int) -> PlaceMates:
    counts = library.citation_counts
    others = [other for other in library.paper_keys(under=node) if other != key]
    best = sorted(others, key=lambda other: -counts.get(other, 0))[:limit]
    return PlaceMates(node, library.papers(best))
