"""Words of a question as this library spells them: typos, British forms, compounds written apart or together.

A word that occurs nowhere is replaced by the nearest word of titles and taxonomy nodes, within one edit for short words
and two for long ones (optimal string alignment: an edit adds, drops, changes or swaps letters). Words that English has
(the dictionary of pyspellchecker) stay as they are: that no title has them does not make them typos.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from .library import Library
from .words import occurs

_WORD = re.compile(r"\w+")
_SHORTEST = 4  # letters; shorter words are near too many others
_TWO_EDITS = 8  # letters from which two edits are forgiven
_MOST_UNKNOWN = 25  # words of one text that are compared with all others; more are no typos but another language
_BRITISH = re.compile(r"is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A question's words as they are looked up.

    Attributes:
        words: in order, each typo replaced.
        corrected: what was typed -> what it was taken for.
        further: other spellings of words that are right: ``optimization`` for ``optimisation``, ``smoothquant`` for
            ``smooth quant``.
    """

    words: tuple[str, ...]
    corrected: tuple[tuple[str, str], ...]
    further: tuple[str, ...]


class Speller:
    """The spelling of one library; its vocabulary is gathered when a word is first unknown."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def read(self, words: Sequence[str]) -> Spelling:
        """Look the words up, in lower case and in the order typed."""
        joined = tuple(a + b for a, b in itertools.pairwise(words) if self._is_compound(a, b))
        british = [_BRITISH.sub("iz", word) for word in words]
        american = {
            word: form
            for word, form in zip(words, british, strict=True)
            if form != word and occurs(self._library, form)
        }
        unknown = (word for word in words if word not in american and not _is_part(word, joined))
        meant = self._meant(itertools.islice(filter(self._is_unknown, unknown), _MOST_UNKNOWN))
        return Spelling(
            tuple(meant.get(word, word) for word in words),
            tuple(meant.items()),
            tuple(dict.fromkeys([*joined, *american.values()])),
        )

    def _is_compound(self, first: str, second: str) -> bool:
        return len(first) > 1 and len(second) > 1 and not second.isdigit() and first + second in self._vocabulary

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        """Words of titles and taxonomy nodes, with how often they occur."""
        counts: Counter[str] = Counter()
        for (title,) in self._library.query("SELECT title FROM papers"):
            counts.update(_WORD.findall(title.casefold()))
        for node in self._library.nodes:
            counts.update(_WORD.findall(node.name.casefold()))
        return dict(counts)

    @cached_property
    def _english(self) -> SpellChecker:
        return SpellChecker(language="en")

    def _is_unknown(self, word: str) -> bool:
        """Whether neither the library nor English has a word that is long enough to be a typo of another."""
        if len(word) < _SHORTEST or word.isdigit():
            return False
        return not occurs(self._library, word) and word not in self._english

    def _meant(self, words: Iterable[str]) -> dict[str, str]:
        """What each unknown word was meant to be, where anything is near."""
        return {word: near for word in words if (near := self._nearest(word))}

    def _nearest(self, word: str) -> str | None:
        edits = 1 if len(word) < _TWO_EDITS else 2
        choices = [known for known in self._vocabulary if known[0] == word[0] or len(word) >= _TWO_EDITS]
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=edits, limit=20)
        best = min(near, key=lambda found: (found[1], -self._vocabulary[found[0]], found[0]), default=None)
        return best[0] if best else None


def _is_part(word: str, joined: Sequence[str]) -> bool:
    return any(word in compound for compound in joined)
