"""Which papers may answer a question, and the values that each part of their rank stands on (see graph/ranking.py)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .alike import papers_like, papers_like_seeds
from .index import EntryKind, Vectors
from .library import Library
from .likeness import Seed
from .models import Paper
from .ranking import over_best
from .reading import Reading
from .sentence_vectors import SentenceVectors
from .words import match_authors, match_words, titles_with

_CANDIDATES = 400  # of each of words and meaning
_MOST_AUTHOR_WORDS = 4
# Below this cosine, all-MiniLM-L6-v2 pairs texts that have nothing to do with each other.
_LEAST_SIMILARITY = 0.2

Value = dict[str, float]
"""By key, in 0 .. 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is looked for.

    Attributes:
        reading: words and meaning of the question.
        vector: of its meaning, shape (dimension,); None where no model is used.
        among: the papers that pass the filters, None where all do.
        within: the nodes that pass, likewise.
    """

    reading: Reading
    vector: Vectors | None
    among: frozenset[str] | None
    within: frozenset[str] | None

    def passes(self, key: str) -> bool:
        """Whether a paper passes the filters."""
        return self.among is None or key in self.among

    @property
    def pool(self) -> Sequence[str] | None:
        """The papers that pass, in an order that is always the same."""
        return None if self.among is None else sorted(self.among)


def by_words(library: Library, wanted: Wanted) -> Value:
    """Papers with words of the question: BM25 over that of the best."""
    # A filter may leave only papers far down the list of matches, so with one the whole list is read.
    matches = match_words(library, wanted.reading.words, _CANDIDATES if wanted.among is None else -1)
    inside = [match for match in matches if wanted.passes(match.key)]
    return over_best((match.key, match.score) for match in inside[:_CANDIDATES])


def by_meaning(library: Library, wanted: Wanted) -> Value:
    """Papers near the question in meaning: cosine."""
    index = library.index
    if index is None or wanted.vector is None:
        return {}
    near = index.search(wanted.vector, _CANDIDATES, EntryKind.PAPER, wanted.pool)
    return {neighbour.key: neighbour.score for neighbour in near if neighbour.score >= _LEAST_SIMILARITY}


def similarities(library: Library, wanted: Wanted, keys: Sequence[str]) -> Value:
    """Cosine of the question and each of these papers that has a vector."""
    index = library.index
    if index is None or wanted.vector is None or not keys:
        return {}
    near = index.search(wanted.vector, len(keys), EntryKind.PAPER, keys)
    return {neighbour.key: neighbour.score for neighbour in near}


def node_similarities(library: Library, wanted: Wanted) -> Value:
    """Cosine of the question and each node within reach."""
    index = library.index
    if index is None or wanted.vector is None:
        return {}
    pool = None if wanted.within is None else sorted(wanted.within)
    near = index.search(wanted.vector, len(library.nodes), EntryKind.NODE, pool)
    return {neighbour.key: neighbour.score for neighbour in near}


def by_author(library: Library, wanted: Wanted, text: str) -> Value:
    """Papers of an author whom a short question names; a word that several titles have is no name by itself."""
    words = text.casefold().split()
    if not 0 < len(words) <= _MOST_AUTHOR_WORDS or not all(word.isalpha() for word in words):
        return {}
    if len(words) == 1 and titles_with(library, words[0], 2) > 1:
        return {}
    return {key: 1.0 for key in match_authors(library, words, _CANDIDATES) if wanted.passes(key)}


def by_likeness(
    library: Library,
    wanted: Wanted,
    like: Sequence[Paper],
    unlike: Sequence[Paper],
    pasted: Seed | None,
    sentences: SentenceVectors | None,
    limit: int,
) -> Value:
    """Likeness to papers less that to others, or to a pasted text; see graph/likeness.py."""
    if like:
        keys, against = [paper.key for paper in like], [paper.key for paper in unlike]
        found = papers_like(library, keys, against, limit=limit, sentences=sentences, among=wanted.pool)
    elif pasted is not None:
        found = papers_like_seeds(library, [pasted], limit=limit, sentences=sentences, among=wanted.pool)
    else:
        return {}
    return {near.paper.key: near.likeness.score for near in found if near.likeness}


def tied(library: Library, wanted: Wanted, like: Sequence[Paper]) -> Value:
    """Papers that cite one of these or are cited by one: the part of them they are tied to."""
    network, found = library.citation_network, dict[str, float]()
    for paper in like:
        if paper.key in network:
            for key in {*network.successors(paper.key), *network.predecessors(paper.key)}:
                if wanted.passes(key):
                    found[key] = found.get(key, 0.0) + 1 / len(like)
    return found


def cited(library: Library, candidates: Iterable[str]) -> Value:
    """How often each is cited here: logarithm, over that of the most cited paper."""
    counts = library.citation_counts
    most = math.log1p(max(counts.values(), default=1))
    return {key: math.log1p(counts[key]) / most for key in candidates if counts.get(key)}


def by_place(places: Mapping[str, Sequence[str]], near: Mapping[str, float], candidates: Iterable[str]) -> Value:
    """How near the nearest node of each paper is.

    Args:
        places: the nodes of each paper.
        near: cosines of nodes.
    """
    found = {}
    for key in candidates:
        values = [near[node] for node in places.get(key, ()) if node in near]
        if values:
            found[key] = max(values)
    return found
