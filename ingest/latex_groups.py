r"""Pieces of LaTeX: balanced groups and arguments. Bounded, so that no input is slow."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_GROUP = 20_000  # characters; a heading or a bibliography item is a hundredth of it

_BRACES = re.compile(r"\\.|[{}]", re.S)
_BRACKETS = re.compile(r"\\.|[{}\[\]]", re.S)


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two matching brackets, and the position after the closing one."""

    content: str
    end: int


def read_group(text: str, start: int, *, longest: int = LONGEST_GROUP) -> Group | None:
    """The group in braces that opens at `start`, blanks before it allowed; None where none opens or it never closes."""
    start = skip_blanks(text, start)
    if not text.startswith("{", start):
        return None
    depth = 0
    for token in _BRACES.finditer(text, start, min(len(text), start + longest)):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return Group(text[start + 1 : token.start()], token.end())
    return None


def read_option(text: str, start: int, *, longest: int = LONGEST_GROUP) -> Group | None:
    """The optional argument in brackets that opens at `start`; brackets inside braces do not close it."""
    start = skip_blanks(text, start)
    if not text.startswith("[", start):
        return None
    depth = braces = 0
    for token in _BRACKETS.finditer(text, start, min(len(text), start + longest)):
        braces += {"{": 1, "}": -1}.get(token[0], 0)
        depth += {"[": 1, "]": -1}.get(token[0], 0) if braces == 0 else 0
        if depth == 0:
            return Group(text[start + 1 : token.start()], token.end())
    return None


def skip_blanks(text: str, start: int, most: int = 200) -> int:
    """The first position from `start` that holds no blank; gives up after `most` characters."""
    end = min(len(text), start + most)
    while start < end and text[start].isspace():
        start += 1
    return start
