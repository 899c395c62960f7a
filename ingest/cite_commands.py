r"""Which commands of a LaTeX text cite, and what they cite: natbib's, biblatex's, and aliases of its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_KNOWN = frozenset(
    "cite citep citet citealp citealt Citep Citet Citealp Citealt citeyear citeyearpar citeauthor citenum onlinecite "
    "shortcite shortciteA citeA citeN citeNP fullcite footfullcite parencite Parencite textcite Textcite autocite "
    "Autocite footcite footcitetext smartcite supercite citeurl citetitle cites parencites textcites autocites "
    "footcites supercites citepalias citetalias newcite bibentry".split()
)
_ARGUMENTS = r"(?:\s?[\[<][^\[\]<>{}]{0,300}[\]>]){0,2}\s?\{([^{}]{0,20000})\}"
_MORE = re.compile(_ARGUMENTS)
_NAME = r"\\([A-Za-z@]{1,40})"
_DEFINITION = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|DeclareRobustCommand|NewDocumentCommand|RenewDocumentCommand"
    rf"|g?def|edef|let)\*?\s?\{{?\s?{_NAME}\s?\}}?"
)
_PASSED_ON = re.compile(rf"{_NAME}\*?(?:\s?\[[^\[\]]{{0,100}}\]){{0,2}}\s?\{{[^{{}}]{{0,50}}#\d[^{{}}]{{0,50}}\}}")
_LET = re.compile(rf"\s?=?\s?{_NAME}")
_LONGEST_BODY = 300  # characters in which a definition must say that it cites
_MOST_ALIASES = 200


@dataclass(frozen=True)
class CiteCommands:
    """The commands that cite in one text.

    Attributes:
        names: without backslash.
    """

    names: frozenset[str] = _KNOWN

    @cached_property
    def _command(self) -> re.Pattern[str]:
        names = "|".join(sorted(map(re.escape, self.names), key=len, reverse=True))
        return re.compile(rf"\\\\|\\({names})\*?(?![A-Za-z@])")

    def find(self, text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Start, end and keys of each citation in the text, in order."""
        for match in self._command.finditer(text):
            if match[1]:
                keys, end = read_arguments(text, match.end(), several=match[1].endswith("cites"))
                yield match.start(), end, keys

    def keys_in(self, text: str) -> Iterator[str]:
        """Keys cited in the text, in order, repeats kept."""
        for _, _, keys in self.find(text):
            yield from keys

    def without(self, text: str) -> str:
        """The text with its citations taken out."""
        pieces, done = [], 0
        for start, end, _ in self.find(text):
            pieces.append(text[done:start])
            done = max(done, end)
        return " ".join((*pieces, text[done:]))


def read_arguments(text: str, start: int, *, several: bool = False) -> tuple[tuple[str, ...], int]:
    r"""Keys in the arguments of a command that ends at `start`, and the position after them.

    Args:
        several: whether further arguments follow, as after biblatex's ``\cites[1]{a}[2]{b}``.
    """
    keys: list[str] = []
    while match := _MORE.match(text, start):
        keys.extend(split_keys(match[1]))
        start = match.end()
        if not several:
            break
    return tuple(keys), start


def split_keys(argument: str) -> Iterator[str]:
    """``a, b`` -> a, b; a parameter of a macro and ``*`` are no keys."""
    for part in argument.split(","):
        key = " ".join(part.split())
        if key and key != "*" and "#" not in key and "\\" not in key:
            yield key


def find_cite_commands(source: str) -> CiteCommands:
    r"""The known commands and the source's own aliases: ``\newcommand{\ct}[1]{\citep{#1}}``, ``\let\ct\cite``."""
    names = set(_KNOWN)
    for definition in _DEFINITION.finditer(source):
        if len(names) - len(_KNOWN) >= _MOST_ALIASES:
            break
        body = source[definition.end() : definition.end() + _LONGEST_BODY].split("\n\n", 1)[0]
        passed = _LET.match(body) if definition[0].startswith("\\let") else _PASSED_ON.search(_own_body(body))
        if passed and passed[1] in names:
            names.add(definition[1])
    return CiteCommands(frozenset(names))


def _own_body(text: str) -> str:
    """The part of a text before the next definition."""
    following = _DEFINITION.search(text)
    return text[: following.start()] if following else text
