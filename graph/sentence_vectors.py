"""The vectors of an abstract's sentences, made when they are first wanted and kept while they are used.

A library keeps one vector per paper; those of its sentences would be ten times as many, and only those of papers that
someone looks at are ever wanted.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from .encoder import Encoder
from .index import Vectors
from .models import Paper
from .sentences import split_sentences

_KEPT = 2048  # papers; of about 8 sentences and 384 numbers each, some 25 MB


@dataclass(frozen=True, slots=True, eq=False)
class Sentences:
    """The sentences of one text and their vectors, shape (len(texts), dimension), of length 1."""

    texts: tuple[str, ...]
    vectors: Vectors


class SentenceVectors:
    """Sentence vectors of abstracts by one encoder; those that were wanted last are kept. Safe among threads.

    Args:
        kept: papers whose vectors are kept.
    """

    def __init__(self, encoder: Encoder, kept: int = _KEPT) -> None:
        self._encoder = encoder
        self._kept = kept
        self._known: OrderedDict[str, tuple[str, Sentences]] = OrderedDict()
        self._lock = Lock()

    def known(self, papers: Sequence[Paper]) -> dict[str, Sentences]:
        """By key, of those papers whose sentences are at hand; encodes nothing."""
        with self._lock:
            found = {paper.key: self._known.get(paper.key) for paper in papers}
            for key in found.keys() & self._known.keys():
                self._known.move_to_end(key)
        abstracts = {paper.key: paper.abstract for paper in papers}
        return {key: kept[1] for key, kept in found.items() if kept is not None and kept[0] == abstracts[key]}

    def of(self, papers: Sequence[Paper]) -> dict[str, Sentences]:
        """By key, of those papers that have an abstract; encodes what is not at hand, all in one go."""
        known = self.known(papers)
        wanted = {paper.key: paper.abstract for paper in papers if paper.abstract and paper.key not in known}
        made = _encoded(wanted, self._encoder)
        with self._lock:
            for key, sentences in made.items():
                self._known[key] = (wanted[key], sentences)
                self._known.move_to_end(key)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return known | made


def _encoded(abstracts: Mapping[str, str], encoder: Encoder) -> dict[str, Sentences]:
    texts = {key: sentences for key, abstract in abstracts.items() if (sentences := split_sentences(abstract))}
    if not texts:
        return {}
    vectors = encoder.encode([sentence for sentences in texts.values() for sentence in sentences])
    made, start = {}, 0
    for key, sentences in texts.items():
        made[key] = Sentences(sentences, vectors[start : start + len(sentences)])
        start += len(sentences)
    return made
