"""How the parts of a rank make one score.

A part gives a record a value from 0 to 1: how much of the question's words it has (BM25 over the best one's), how near
its meaning is (cosine), how near the nearest thing it says is (title, note or sentence), how near the topics are that
it stands at, and how often it is cited here. The score is their weighted sum over the sum of all weights, so that it is
in 0 .. 1 too, and each part's share of it can be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Part(StrEnum):
    """Where a part of a score comes from."""

    NAME = "name"
    AUTHOR = "author"
    LIKENESS = "likeness"
    WORDS = "words"
    MEANING = "meaning"
    SENTENCE = "sentence"
    PLACE = "place"
    PAPERS = "papers"
    CITATIONS = "citations"


Values = Mapping[Part, Mapping[str, float]]
"""Of each part, the value of each record that has one, in 0 .. 1, by key."""

# Weights of papers and of nodes, tuned on the first half of benchmarks/questions by benchmarks/known_items.py, where a
# part that is left out costs as that benchmark prints. A name and an author come before everything else.
PAPER_WEIGHTS: dict[Part, float] = {
    Part.MEANING: 1.0,
    Part.WORDS: 0.4,
    Part.SENTENCE: 0.6,
    Part.PLACE: 0.3,
    Part.CITATIONS: 0.1,
}
NODE_WEIGHTS: dict[Part, float] = {Part.MEANING: 1.0, Part.WORDS: 0.1, Part.PAPERS: 0.4}
NAMED_WEIGHTS: dict[Part, float] = {Part.NAME: 4.0, Part.AUTHOR: 2.0}
# Of papers like others, and like a pasted text: benchmarks/csfcube.py measures likeness (graph/likeness.py).
SEED_WEIGHTS: dict[Part, float] = {Part.LIKENESS: 1.0, Part.CITATIONS: 0.2}
PASTED_WEIGHTS: dict[Part, float] = {Part.LIKENESS: 1.0}


def scores(values: Values, weights: Mapping[Part, float]) -> dict[str, float]:
    """The score of every record that has any value, by key; parts without a weight say nothing."""
    most = sum(weights.values())
    found: dict[str, float] = {}
    for part, weight in weights.items():
        for key, value in values.get(part, {}).items():
            found[key] = found.get(key, 0.0) + weight * max(value, 0.0) / most
    return found


def best_first(scored: Mapping[str, float]) -> list[str]:
    """Keys by score; equal scores in the order of keys, so that an answer is always the same."""
    return sorted(scored, key=lambda key: (-scored[key], key))


def shares(key: str, values: Values, weights: Mapping[Part, float]) -> dict[Part, float]:
    """What each part gave to a record's score; they sum to 1, or are all 0 where none gave anything."""
    given = {part: weight * max(values.get(part, {}).get(key, 0.0), 0.0) for part, weight in weights.items()}
    total = sum(given.values()) or 1.0
    return {part: value / total for part, value in given.items()}


def over_best(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Values over the largest of them; those that are not above 0 are left out."""
    found = {key: value for key, value in values if value > 0}
    most = max(found.values(), default=1.0)
    return {key: value / most for key, value in found.items()}
