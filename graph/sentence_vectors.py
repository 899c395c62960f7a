"""The vectors of an abstract's sentences, made when they are first wanted and kept while they are used.

A library keeps one vector per paper; those of its sentences would be ten times as many, and only those of papers that
someone looks at are ever wanted.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
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


def abstract_sentences(paper: Paper) -> tuple[str, ...]:
    """The sentences of a paper's abstract; none where it has none."""
    return split_sentences(paper.abstract) if paper.abstract else ()


class SentenceVectors:
    """Sentence vectors of papers by one encoder; those that were wanted last are kept. Safe among threads.

    Args:
        texts: what counts as a paper's sentences.
        kept: papers whose vectors are kept.
    """

    def __init__(
        self, encoder: Encoder, texts: Callable[[Paper], tuple[str, ...]] = abstract_sentences, kept: int = _KEPT
    ) -> None:
        self._encoder = encoder
        self._texts = texts
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

    def _encoded(self, texts: Mapping[str, tuple[str, ...]]) -> dict[str, Sentences]:
        texts = {key: sentences for key, sentences in texts.items() if sentences}
        if not texts:
            return {}
        vectors = self._encoder.encode([sentence for sentences in texts.values() for sentence in sentences])
        made, start = {}, 0
        for key, sentences in texts.items():
            made[key] = Sentences(sentences, vectors[start : start + len(sentences)])
            start += len(sentences)
        return made
