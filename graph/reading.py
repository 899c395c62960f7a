"""A question's text -> what is looked up: its words as the library spells them, and the text whose meaning is meant."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .abbreviations import long_forms
from .library import Library
from .spelling import Speller
from .words import papers_with

_MOST_WORDS = 25  # of a pasted text: its rarest words; more would match everything
_RARE = 3  # papers; an abbreviation that fewer have is looked up by its long form too

_STOP_WORDS = frozenset(
    "a about after all also an and any are as at be been between both but by can could did do does doesn don for from"
    " had has have how i if in into is isn it its me more most my needn no not of on one or other our out over paper"
    " papers s show so some such t tell than that the their them there these they this those to under up us use"
    " used uses using was we were what when where which while who why will with without work works would you"
    " your".split()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is looked up for a question.

    Attributes:
        words: to be matched, each once, with their weights: the rarer in the library, the more (inverse document
            frequency: the logarithm of 1 + papers / (1 + papers with the word)).
        text: what stands for the meaning: typos replaced, abbreviations followed by what they stand for.
        notes: what a reader should know of it, sentences.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    text: str
    notes: tuple[str, ...] = ()


def read_words(library: Library, speller: Speller, text: str) -> Reading:
    """Read the text of a question in the words of a library."""
    spelling = speller.read(query_words(text)) if not _all_stop_words(text) else None
    if spelling is None:
        return Reading((), (), text)
    meant = text
    for typed, read in spelling.corrected:
        meant = re.sub(rf"\b{re.escape(typed)}\b", read, meant, flags=re.IGNORECASE)
    stands_for = {
        word: forms for word in dict.fromkeys(re.findall(r"[\w-]+", text)) if (forms := long_forms(library, word))
    }
    rare = [form for word, forms in stands_for.items() if papers_with(library, word) < _RARE for form in forms]
    looked_up = list(dict.fromkeys([*spelling.words, *spelling.further, *rare]))
    weights = {word: _weight(library, word) for word in looked_up}
    if len(looked_up) > _MOST_WORDS:
        looked_up = sorted(looked_up, key=lambda word: -weights[word])[:_MOST_WORDS]
    if stands_for:
        meant += f" ({'; '.join(form for forms in stands_for.values() for form in forms)})"
    notes = [f"“{typed}” is read as “{read}”." for typed, read in spelling.corrected]
    notes += [f"“{word}” is also looked for as “{'” and “'.join(forms)}”." for word, forms in stands_for.items()]
    return Reading(tuple(looked_up), tuple(weights[word] for word in looked_up), meant, tuple(notes))


def query_words(query: str) -> tuple[str, ...]:
    """The words of a question that are worth matching, in lower case, each once; all of them if none is."""
    words = list(dict.fromkeys(re.findall(r"\w+", query.casefold())))
    return tuple(word for word in words if word not in _STOP_WORDS) or tuple(words)


def coverage(reading: Reading, having: Sequence[bool]) -> float:
    """How much of a question's words, by weight, a record has: from 0 to 1.

    Args:
        having: of each word, whether the record has it.
    """
    total = sum(reading.weights)
    return sum(weight for weight, has in zip(reading.weights, having, strict=True) if has) / total if total else 0.0


def _weight(library: Library, word: str) -> float:
    return math.log(1 + (library.counts.papers + library.counts.software) / (1 + papers_with(library, word)))


def _all_stop_words(text: str) -> bool:
    return all(word in _STOP_WORDS for word in re.findall(r"\w+", text.casefold()))
