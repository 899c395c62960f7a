"""What came after a paper: the papers that cite it, by year, and how closely each goes with it."""

from __future__ import annotations

from dataclasses import dataclass

from .library import Library
from .models import Paper


@dataclass(frozen=True, slots=True)
class Successor:
    """A paper that cites another.

    Attributes:
        together: how many papers of the library cite both (co-citation; Small, 1973).
        cited: how many papers of the library cite it.
    """

    paper: Paper
    together: int
    cited: int


def came_after(library: Library, key: str, limit: int = 200) -> tuple[Successor, ...]:
    """The papers that cite the one with this key: newest first, within a year those most often cited together with it.

    Args:
        limit: at most so many, those most often cited together with it, then the most cited.
    """
    network = library.citation_network
    citing = set(network.predecessors(key)) if key in network else set()
    together = {other: sum(each in citing for each in network.predecessors(other)) for other in citing}
    cited = library.citation_counts
    best = sorted(citing, key=lambda other: (-together[other], -cited.get(other, 0), other))[:limit]
    found = [Successor(paper, together[paper.key], cited.get(paper.key, 0)) for paper in library.papers(best)]
    return tuple(sorted(found, key=lambda each: -(each.paper.year or 0)))
