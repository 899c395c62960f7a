"""What to read next: papers that a collection of papers leads to, each with the reasons.

Three rankings are fused: those that most of the collection cites, those that cite most of it, and those nearest to its
middle in meaning. A paper's score is the sum of 1 / (60 + rank) over the rankings that have it (reciprocal rank fusion:
Cormack, Clarke and Büttcher, SIGIR 2009).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .index import EntryKind
from .library import Library
from .models import Paper

_RANK_DAMPING = 60
_LOOKED_AT = 50  # of each ranking
_LEAST_NEAR = 0.2  # cosine; less says nothing
_BATCH = 500  # SQLite's default limit of bound parameters is 999 in old builds


@dataclass(frozen=True, slots=True)
class NextPaper:
    """A paper to read next.

    Attributes:
        cited_by: how many papers of the collection cite it.
        cites: how many of them it cites.
        similarity: cosine of its vector and the mean of theirs; None where it is not among the nearest.
    """

    paper: Paper
    cited_by: int
    cites: int
    similarity: float | None


def what_next(library: Library, keys: Sequence[str], limit: int = 8) -> tuple[NextPaper, ...]:
    """The papers to read after these, the best first; none where nothing is collected.

    An edge counts as a reason where the collection has two at least, or is a single paper.

    Raises:
        LibraryDamaged: the vectors cannot be read.
    """
    collected = set(keys)
    cited = _tied(library, keys, "cited", "citing")
    citing = _tied(library, keys, "citing", "cited")
    near = _nearest(library, keys, _LOOKED_AT)
    least = min(2, len(collected))
    rankings = [
        [key for key, count in ranked if count >= least]
        for ranked in (_ranked(library, cited), _ranked(library, citing))
    ]
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in (*rankings, list(near)):
        for rank, key in enumerate(ranking[:_LOOKED_AT], start=1):
            scores[key] += 1 / (_RANK_DAMPING + rank)
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
    return tuple(NextPaper(p, cited[p.key], citing[p.key], near.get(p.key)) for p in library.papers(best))


def _tied(
    library: Library, keys: Sequence[str], other: Literal["citing", "cited"], ours: Literal["citing", "cited"]
) -> Counter[str]:
    """How many of the papers are joined to each other paper by an edge of this direction."""
    found: Counter[str] = Counter()
    unique = sorted(set(keys))
    for start in range(0, len(unique), _BATCH):
        batch = unique[start : start + _BATCH]
        marks = ", ".join("?" * len(batch))
        sql = f"SELECT {other}, count(DISTINCT {ours}) FROM citations WHERE {ours} IN ({marks}) GROUP BY {other}"
        found.update(dict(library.query(sql, batch)))
    for key in unique:
        del found[key]
    return found


def _ranked(library: Library, counts: Counter[str]) -> list[tuple[str, int]]:
    """Most first; of equals the one that fewer papers of the library cite, which says more about this collection."""
    known = library.citation_counts
    return sorted(counts.items(), key=lambda pair: (-pair[1], known.get(pair[0], 0), pair[0]))


def _nearest(library: Library, keys: Sequence[str], limit: int) -> dict[str, float]:
    """The papers nearest to the mean of these, with the cosine, the nearest first."""
    index = library.index
    vectors = [vector for key in keys if index and (vector := index.vector(EntryKind.PAPER, key)) is not None]
    if not index or not vectors:
        return {}
    middle = np.mean(vectors, axis=0)
    length = float(np.linalg.norm(middle))
    if length < 1e-6:
        return {}
    found = index.search((middle / length).astype(np.float32), limit + len(keys), EntryKind.PAPER)
    outside = [each for each in found if each.key not in set(keys) and each.score >= _LEAST_NEAR]
    return {each.key: each.score for each in outside[:limit]}
