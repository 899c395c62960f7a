"""How alike two papers are, in parts that can be shown: whole texts, what is asked for, titles, sentences, words.

Every part is a cosine, and the likeness of a paper is their plain mean. No weight was fitted: benchmarks/csfcube.py
compares the mean with each part, with subsets of them and with weights chosen on its development halves, which do no
better. What is measured there is this module's `likeness`, and so is what papers like a paper are ranked by.

- whole: the embeddings of both texts, title and abstract;
- focus: the embedding of the seed's title and the sentences that are asked for, against the candidate's whole text;
  where nothing special is asked for, the whole text is what is asked for, and counts twice;
- title: the embeddings of both titles;
- sentences: for each sentence that is asked for, the nearest of the candidate's (MaxSim; Khattab and Zaharia, SIGIR
  2020), among those of the same facet where sentences are labelled; the mean of these;
- words: TF-IDF among the candidates, of the seed's whole text and of what is asked for (`litatlas.graph.rarity`).

A part that either side has no vectors for is left out for that candidate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .index import Vectors
from .rarity import Rarity, cosine, count_stems, rarest_shared

_WORDS_SHOWN = 8
# How much being unlike a paper counts beside being like one; "feedback" of benchmarks/csfcube.py compares others.
_UNLIKE = 0.25


class Part(StrEnum):
    """A part of likeness."""

    WHOLE = "whole"
    FOCUS = "focus"
    TITLE = "title"
    SENTENCES = "sentences"
    WORDS = "words"


class Facet(StrEnum):
    """What a sentence of an abstract tells about; the facets of CSFCube."""

    BACKGROUND = "background"
    METHOD = "method"
    RESULT = "result"


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A text as likeness compares it; a paper, or what a reader pasted.

    Attributes:
        title: empty where there is none.
        sentences: of the abstract.
        whole, title_vector: shape (dimension,), length 1; None where not at hand.
        sentence_vectors: shape (len(sentences), dimension), rows of length 1; None where not at hand.
        facets: what each sentence tells about, None where nothing of these; empty where no sentence is labelled.
    """

    title: str
    sentences: tuple[str, ...] = ()
    whole: Vectors | None = None
    title_vector: Vectors | None = None
    sentence_vectors: Vectors | None = None
    facets: tuple[Facet | None, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Focus:
    """What of a seed is asked for.

    Attributes:
        sentences: places of these sentences in the seed, at least one.
        vector: of the title and these sentences, shape (dimension,), length 1; None where not at hand.
        facet: compare only with sentences of this facet, where a candidate's sentences are labelled.
    """

    sentences: tuple[int, ...]
    vector: Vectors | None = None
    facet: Facet | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Seed:
    """A text to find others like, as a whole or in what is asked for."""

    text: Portrait
    focus: Focus | None = None


@dataclass(frozen=True, slots=True)
class SentencePair:
    """The sentences of a seed and of a candidate that match best.

    Attributes:
        similarity: cosine of their vectors, or of their words' weights where either has no vectors.
        by: `Part.SENTENCES` or `Part.WORDS` accordingly.
    """

    seed: str
    candidate: str
    similarity: float
    by: Part


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a candidate is to a seed.

    Attributes:
        score: mean of the parts, whole counted twice where there is no focus; at most 1.
        parts: the cosine of each part that could be compared.
        words: stems that both have and few of the candidates, most telling first.
    """

    score: float
    parts: Mapping[Part, float]
    words: tuple[str, ...]

    @property
    def shares(self) -> Mapping[Part, float]:
        """What each part adds to the score, in parts of 1; a part below 0 adds nothing."""
        added = {part: _weight(part, self.parts) * max(0.0, value) for part, value in self.parts.items()}
        total = sum(added.values())
        return {part: value / total if total else 1 / len(added) for part, value in added.items()}


def likeness(seed: Seed, candidates: Sequence[Portrait], use: Iterable[Part] = Part) -> tuple[Likeness, ...]:
    """How alike each candidate is to the seed, in the order of the candidates.

    Args:
        use: leave out other parts; for measuring what each is worth.
    """
    return _Compared(candidates).likeness(seed, frozenset(use))


def likeness_to_all(
    like: Sequence[Seed], unlike: Sequence[Seed], candidates: Sequence[Portrait], unlike_weight: float = _UNLIKE
) -> tuple[Likeness, ...]:
    """How alike each candidate is to several seeds, and how unlike others: "more like these, not like those".

    Each part is its mean over the seeds, less its mean over those to be unlike times their weight (after Rocchio,
    1971). With one seed and nothing to be unlike, this is `likeness`.

    Raises:
        ValueError: there is no seed.
    """
    if not like:
        raise ValueError("likeness to nothing")
    compared = _Compared(candidates)
    wanted, unwanted = ([compared.likeness(seed, frozenset(Part)) for seed in seeds] for seeds in (like, unlike))
    return tuple(
        _joined([each[row] for each in wanted], [each[row] for each in unwanted], unlike_weight)
        for row in range(len(candidates))
    )


class _Compared:
    """Candidates with the weights of their words, which are the same for every seed."""

    def __init__(self, candidates: Sequence[Portrait]) -> None:
        self._candidates = candidates
        stems = [_stems(candidate) for candidate in candidates]
        self._rarity = Rarity(stems)
        self._words = [self._rarity.weights(counts) for counts in stems]

    def likeness(self, seed: Seed, use: frozenset[Part]) -> tuple[Likeness, ...]:
        whole, asked = (self._rarity.weights(counts) for counts in (_stems(seed.text), _stems_of_focus(seed)))
        likenesses = []
        for candidate, words in zip(self._candidates, self._words, strict=True):
            parts = _vector_parts(seed, candidate)
            parts[Part.WORDS] = (cosine(whole, words) + cosine(asked, words)) / 2
            kept = {part: value for part, value in parts.items() if part in use}
            telling = rarest_shared(asked, words, self._rarity, _WORDS_SHOWN)
            likenesses.append(Likeness(_score(kept), kept, telling))
        return tuple(likenesses)


def closest_sentences(seed: Seed, candidate: Portrait) -> SentencePair | None:
    """The sentence that is asked for and the candidate's that match best; None where either has no sentences."""
    asked = seed.focus.sentences if seed.focus else tuple(range(len(seed.text.sentences)))
    if not asked or not candidate.sentences:
        return None
    first, second = seed.text.sentence_vectors, candidate.sentence_vectors
    if first is not None and second is not None:
        similarities, by = first[list(asked)] @ second.T, Part.SENTENCES
    else:
        similarities, by = _similarities_of_words([seed.text.sentences[row] for row in asked], candidate.sentences)
    row, column = np.unravel_index(int(np.argmax(similarities)), similarities.shape)
    best = float(similarities[row, column])
    return SentencePair(seed.text.sentences[asked[row]], candidate.sentences[column], best, by) if best > 0 else None


def _similarities_of_words(first: Sequence[str], second: Sequence[str]) -> tuple[Vectors, Part]:
    counts = [count_stems(sentence) for sentence in (*first, *second)]
    rarity = Rarity(counts)
    weights = [rarity.weights(each) for each in counts]
    rows = [[cosine(one, other) for other in weights[len(first) :]] for one in weights[: len(first)]]
    return np.array(rows, dtype=np.float32), Part.WORDS


def _weight(part: Part, parts: Mapping[Part, float]) -> float:
    return 2.0 if part is Part.WHOLE and Part.FOCUS not in parts else 1.0


def _score(parts: Mapping[Part, float]) -> float:
    total = sum(_weight(part, parts) for part in parts)
    return sum(_weight(part, parts) * value for part, value in parts.items()) / total if total else 0.0


def _vector_parts(seed: Seed, candidate: Portrait) -> dict[Part, float]:
    text, focus = seed.text, seed.focus
    parts: dict[Part, float] = {}
    if text.whole is not None and candidate.whole is not None:
        parts[Part.WHOLE] = float(text.whole @ candidate.whole)
    if focus is not None and focus.vector is not None and candidate.whole is not None:
        parts[Part.FOCUS] = float(focus.vector @ candidate.whole)
    if text.title_vector is not None and candidate.title_vector is not None:
        parts[Part.TITLE] = float(text.title_vector @ candidate.title_vector)
    sentences = _sentence_match(seed, candidate)
    if sentences is not None:
        parts[Part.SENTENCES] = sentences
    return parts


def _sentence_match(seed: Seed, candidate: Portrait) -> float | None:
    asked, there = seed.text.sentence_vectors, candidate.sentence_vectors
    if asked is None or there is None or not len(asked) or not len(there):
        return None
    facet = None
    if seed.focus is not None:
        asked, facet = asked[list(seed.focus.sentences)], seed.focus.facet
    similarities = asked @ there.T
    if facet is None or not candidate.facets:
        return float(similarities.max(axis=1).mean())
    same = [row for row, label in enumerate(candidate.facets) if label is facet]
    # A candidate that tells nothing about the facet is as near as its sentences are on average, not as its nearest.
    return float(similarities[:, same].max(axis=1).mean() if same else similarities.mean())


def _stems(text: Portrait) -> Counter[str]:
    return count_stems(" ".join((text.title, *text.sentences)))


def _stems_of_focus(seed: Seed) -> Counter[str]:
    if seed.focus is None:
        return _stems(seed.text)
    return count_stems(" ".join((seed.text.title, *(seed.text.sentences[row] for row in seed.focus.sentences))))


def _joined(like: Sequence[Likeness], unlike: Sequence[Likeness], unlike_weight: float) -> Likeness:
    parts = {
        part: _mean(like, part) - (unlike_weight * _mean(unlike, part) if unlike else 0.0)
        for part in Part
        if any(part in each.parts for each in like)
    }
    words = dict.fromkeys(word for rank in range(_WORDS_SHOWN) for each in like for word in each.words[rank : rank + 1])
    return Likeness(_score(parts), parts, tuple(words)[:_WORDS_SHOWN])


def _mean(likenesses: Sequence[Likeness], part: Part) -> float:
    values = [each.parts[part] for each in likenesses if part in each.parts]
    return sum(values) / len(values) if values else 0.0
