"""Words that texts share, weighed by how rare each is among the texts that are compared.

TF-IDF with logarithmic term frequency (Salton and Buckley, 1988). The rarity of a word is counted among the candidates
themselves and not in a whole library: they are all about one subject, and what tells them apart are the words that few
of them have, whatever the library holds besides. That asks for no list of words to leave out, either.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_WORD = re.compile(r"\w{2,40}")
_MOST_CHARACTERS = 20_000  # of a text; what is longer is no abstract

Weights = Mapping[str, float]
"""The stems of a text with their weights, a vector of length 1 (or empty)."""


def stem(word: str) -> str:
    """A word in lower case without its plural (the S-stemmer of Harman, 1991)."""
    word = word.casefold()
    if len(word) > 4 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def count_stems(text: str) -> Counter[str]:
    """How often each stem of two letters and more occurs."""
    return Counter(map(stem, _WORD.findall(text[:_MOST_CHARACTERS])))


class Rarity:
    """How rare each stem is among some texts.

    Args:
        texts: the stems of each.
    """

    def __init__(self, texts: Sequence[Iterable[str]]) -> None:
        self._texts = len(texts)
        self._with = Counter(word for text in texts for word in set(text))

    def of(self, word: str) -> float:
        """ln((1 + n) / (1 + texts with it)) + 1: 1 for a stem that all have, more the fewer have it."""
        return math.log((1 + self._texts) / (1 + self._with[word])) + 1

    def is_common(self, word: str) -> bool:
        """Whether more than half of the texts have it, where there are enough of them to say so."""
        return self._texts > 3 and 2 * self._with[word] > self._texts

    def weights(self, counts: Mapping[str, int]) -> Weights:
        """(1 + ln count) · rarity of each stem, scaled to length 1."""
        weights = {word: (1 + math.log(count)) * self.of(word) for word, count in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()} if length else {}


def cosine(first: Weights, second: Weights) -> float:
    """The cosine of two texts' weights, 0 .. 1."""
    return sum(weight * second.get(word, 0.0) for word, weight in first.items())


def rarest_shared(first: Weights, second: Weights, rarity: Rarity, limit: int) -> tuple[str, ...]:
    """The stems that add most to the cosine, without those that most texts have."""
    shared = {word: weight * second[word] for word, weight in first.items() if word in second}
    telling = [word for word in shared if not rarity.is_common(word) and not word.isdigit()]
    return tuple(sorted(telling, key=lambda word: (-shared[word], word))[:limit])
