"""What stands near one paper: in meaning, in citations and in place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .index import EntryKind
from .library import Library
from .models import Paper, TaxonomyNode


@dataclass(frozen=True, slots=True)
class SimilarPaper:
    """A paper near in meaning, with the cosine similarity of both vectors."""

    paper: Paper
    similarity: float


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


def related_to(library: Library, key: str, limit: int = 10) -> Related:
    """What stands near the paper with this key; citations are those between papers of the library."""
    network = library.citation_network
    cites = sorted(network.successors(key)) if key in network else []
    cited_by = sorted(network.predecessors(key)) if key in network else []
    return Related(
        similar=similar_papers(library, key, limit),
        references=_newest(library.papers(cites), limit),
        cited_by=_newest(library.papers(cited_by), limit),
        co_cited=_co_cited(library, key, cited_by, limit),
        place_mates=tuple(_place_mates(library, node, key, limit) for node in library.places(key)),
    )


def similar_papers(library: Library, key: str, limit: int) -> tuple[SimilarPaper, ...]:
    """The papers nearest in meaning, without the paper itself; none where it has no vector."""
    index = library.index
    vector = index.vector(EntryKind.PAPER, key) if index else None
    if index is None or vector is None:
        return ()
    near = [n for n in index.search(vector, limit + 1, EntryKind.PAPER) if n.key != key][:limit]
    papers = {paper.key: paper for paper in library.papers([neighbour.key for neighbour in near])}
    return tuple(SimilarPaper(papers[n.key], n.score) for n in near if n.key in papers)


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
