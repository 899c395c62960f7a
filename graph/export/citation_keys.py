"""Citation keys one can remember: ``hu2022lora``, unique within a bibliography. Pure."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator, Mapping, Sequence

from litatlas.graph.identity import slug
from litatlas.graph.models import Paper

_SMALL_WORDS = frozenset(
    "a an and are as at by can do does for from how in is it of on or the to towards via what when why with".split()
)


def build_citation_keys(papers: Sequence[Paper]) -> Mapping[str, str]:
    """Paper key -> citation key: first author's surname, year, first telling word of the title.

    Lower-case ASCII letters and digits throughout. Without authors it is word and year; without a Latin letter in the
    title either, the paper's own key. Papers that would share a key get ``a``, ``b``, ``c`` after it in the order of
    their paper keys, whatever order they stand in here.
    """
    groups: dict[str, list[str]] = {}
    for paper in papers:
        groups.setdefault(_base_key(paper), []).append(paper.key)
    keys = {members[0]: base for base, members in groups.items() if len(members) == 1}
    taken = set(groups)
    for base, members in groups.items():
        if len(members) > 1:
            free = (candidate for suffix in _suffixes() if (candidate := base + suffix) not in taken)
            keys |= dict(zip(sorted(members), free, strict=False))
            taken |= {keys[member] for member in members}
    return keys


def _base_key(paper: Paper) -> str:
    surname = _surname(paper.authors[0]) if paper.authors else ""
    word = _telling_word(paper.title)
    parts = (surname, str(paper.year or ""), word) if surname else (word, str(paper.year or ""))
    return "".join(parts) if surname or word else "".join(_words(paper.key)) or "untitled"


def _telling_word(title: str) -> str:
    words = _words(title)
    telling = (word for word in words if word not in _SMALL_WORDS and len(word) > 1 and not word.isdigit())
    return next(telling, words[0] if words else "")


def _surname(author: str) -> str:
    last = author.split(",", 1)[0] if "," in author else (author.split() or [""])[-1]
    return "".join(_words(last))


def _words(text: str) -> list[str]:
    return [] if (words := slug(text)) == "x" else words.split("-")


def _suffixes() -> Iterator[str]:
    for length in itertools.count(1):
        yield from map("".join, itertools.product(string.ascii_lowercase, repeat=length))
