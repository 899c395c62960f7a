"""A text as weighted terms: stemmed words and pairs of neighbours, with TF-IDF weights (Salton and Buckley, 1988)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

Terms = Mapping[str, int]
"""How often each term occurs in a text; a term of the title counts several times."""

_WORD = re.compile(r"[^\W_]{2,40}")
_TITLE_WEIGHT = 3
_MOST_CHARACTERS = 20_000  # of a text; what is longer is no abstract
_STOP_WORDS = frozenset(
    "a about after all also an and any are as at be been between both but by can could did do does for from had has"
    " have how i if in into is it its me more most my no not of on one or other our out over paper show so some such"
    " tell than that the their them there these they this those to under up us use used uses using was we were what"
    " when where which while who why will with without work works would you your".split()
)
# Longest first. Cutting too much is harmless, as every text is cut alike; what is left has at least three letters.
_ENDINGS = "ization isation ational ations ation izing ized edly ings ize ing ies ers ed es ly s".split()
_KEPT_OF_ENDING = {"ies": "y", "ers": "er", "ational": "ate"}


@dataclass(frozen=True, slots=True)
class TermText:
    """The terms of a text, and the word as it stands there for each stem."""

    terms: Terms
    words: Mapping[str, str]


def stem(word: str) -> str:
    """A word without its ending, in lower case: ``quantized`` and ``quantization`` are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + _KEPT_OF_ENDING.get(ending, "")
    return word


def read_terms(title: str, body: str = "") -> TermText:
    """The terms of a title, which count three times, and of what follows it."""
    counts: Counter[str] = Counter()
    words: dict[str, str] = {}
    for text, weight in ((title, _TITLE_WEIGHT), (body, 1)):
        stems = []
        for word in _WORD.findall(text[:_MOST_CHARACTERS].casefold()):
            stemmed = stem(word)
            if word not in _STOP_WORDS and stemmed not in _STOP_WORDS:
                stems.append(stemmed)
                words.setdefault(stemmed, word)
        for term in (*stems, *(f"{first} {second}" for first, second in pairwise(stems))):
            counts[term] += weight
    return TermText(counts, words)


class TermWeights:
    """The vocabulary of some texts: terms that occur in at least two of them, and how rare each is.

    Args:
        texts: what the vocabulary is of.
    """

    def __init__(self, texts: Sequence[Terms]) -> None:
        frequencies = Counter(term for terms in texts for term in terms)
        self.terms = sorted(term for term, count in frequencies.items() if count >= 2)
        self._column = {term: column for column, term in enumerate(self.terms)}
        rarity = [np.log((1 + len(texts)) / (1 + frequencies[term])) for term in self.terms]
        self._rarity = np.array(rarity, dtype=np.float64)

    def counts(self, texts: Sequence[Terms]) -> sparse.csr_array:
        """How often each term of the vocabulary occurs, shape (texts, terms)."""
        starts, columns, values = [0], [], []
        for terms in texts:
            found = sorted((self._column[term], count) for term, count in terms.items() if term in self._column)
            columns += [column for column, _ in found]
            values += [count for _, count in found]
            starts.append(len(columns))
        parts = (np.array(values, float), np.array(columns, np.int32), np.array(starts, np.int32))
        return sparse.csr_array(parts, shape=(len(texts), len(self.terms)))

    def unit_rows(self, texts: Sequence[Terms]) -> sparse.csr_array:
        """TF-IDF with logarithmic term frequency, rows of length 1 (or 0 where no term is known)."""
        weighted = self.counts(texts)
        weighted.data = (1 + np.log(weighted.data)) * self._rarity[weighted.indices]
        squares = sparse.csr_array((weighted.data**2, weighted.indices, weighted.indptr), shape=weighted.shape)
        lengths: npt.NDArray[np.float64] = np.sqrt(np.asarray(squares.sum(axis=1)).ravel())
        weighted.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(weighted.indptr))
        return weighted

    @property
    def is_single(self) -> npt.NDArray[np.bool_]:
        """Which terms are single words, shape (terms,)."""
        return np.array([" " not in term for term in self.terms], dtype=np.bool_)
