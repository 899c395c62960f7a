"""The vectors of an abstract's sentences, made when they are first wanted and kept while they are used.

A library keeps one vector per paper; those of its sentences would be ten times as many, and only those of papers that
someone looks at are ever wanted. A store keeps them for the next process (sentence_store.py).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from .encoder import Encoder
from .index import Vectors, text_hash
from .models import Paper
from .sentence_store import SentenceStore

_KEPT = 2048  # papers; of about 8 sentences and 384 numbers each, some 25 MB


@dataclass(frozen=True, slots=True, eq=False)
class Sentences:
    """The sentences of one text and their vectors, shape (len(texts), dimension), of length 1."""

    texts: tuple[str, ...]
    vectors: Vectors


class SentenceVectors:
    """Sentence vectors of papers by one encoder; those that were wanted last are kept. Safe among threads.

    Args:
        texts: what counts as a paper's sentences.
        store: where vectors are kept beyond this process.
        dimension: of the vectors in the store.
        kept: papers whose vectors are kept.
    """

    def __init__(
        self,
        encoder: Encoder,
        texts: Callable[[Paper], tuple[str, ...]],
        *,
        store: SentenceStore | None = None,
        dimension: int = 0,
        kept: int = _KEPT,
    ) -> None:
        self._encoder = encoder
        self._texts = texts
        self._store = store
        self._dimension = dimension
        self._kept = kept
        self._known: OrderedDict[str, Sentences] = OrderedDict()
        self._lock = Lock()

    def known(self, papers: Sequence[Paper]) -> dict[str, Sentences]:
        """By key, of those papers whose sentences are at hand; encodes nothing."""
        with self._lock:
            found = {paper.key: self._known[paper.key] for paper in papers if paper.key in self._known}
            for key in found:
                self._known.move_to_end(key)
        return found

    def of(self, papers: Sequence[Paper]) -> dict[str, Sentences]:
        """By key, of those papers that have sentences; encodes what is not at hand, all in one go."""
        known = self.known(papers)
        made = self._encoded({paper.key: self._texts(paper) for paper in papers if paper.key not in known})
        with self._lock:
            for key, sentences in made.items():
                self._known[key] = sentences
                self._known.move_to_end(key)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return known | made

    def store(self, papers: Sequence[Paper]) -> bool:
        """Put the vectors of their sentences into the store, not into memory; whether the store has all of them now."""
        if self._store is None:
            return False
        by_digest = {text_hash(text): text for paper in papers for text in self._texts(paper)}
        known = self._store.read(list(by_digest), self._dimension)
        missing = {digest: text for digest, text in by_digest.items() if digest not in known}
        return not missing or self._store.keep(self._made(missing))

    def _encoded(self, texts: Mapping[str, tuple[str, ...]]) -> dict[str, Sentences]:
        texts = {key: sentences for key, sentences in texts.items() if sentences}
        if not texts:
            return {}
        vectors = self._vectors([sentence for sentences in texts.values() for sentence in sentences])
        made, start = {}, 0
        for key, sentences in texts.items():
            made[key] = Sentences(sentences, vectors[start : start + len(sentences)])
            start += len(sentences)
        return made

    def _vectors(self, sentences: Sequence[str]) -> Vectors:
        """From the store where it has them; shape (len(sentences), dimension)."""
        if self._store is None:
            return self._encoder.encode(sentences)
        by_digest = {text_hash(sentence): sentence for sentence in sentences}
        known = self._store.read(list(by_digest), self._dimension)
        if missing := {digest: text for digest, text in by_digest.items() if digest not in known}:
            made = self._made(missing)
            self._store.keep(made)
            known |= made
        return np.stack([known[text_hash(sentence)] for sentence in sentences])

    def _made(self, by_digest: Mapping[str, str]) -> dict[str, Vectors]:
        return dict(zip(by_digest, self._encoder.encode(list(by_digest.values())), strict=True))
