"""Selections as text, the same in the app, on the command line and in programs.

    under:"KV-Cache Optimization" and not survey:llm-inference
    search:"speculative decoding"(limit=30, from=2023, code=yes) or around:arxiv:2306.00978(hops=2)
    path:arxiv:2306.00978(to=gptq, ties="cites,place") and not under:Pruning
    list:"To read" and (papers:gptq,awq or area:"0,0;9,0;9,9")

``not`` binds closest, then ``and``, then ``or``. A value with anything but letters, digits and ``. : / + - _`` stands
in double quotes, where a backslash stands before ``"`` and ``\\``.
"""

from __future__ import annotations

import re
from typing import NoReturn

from .errors import InvalidSelection
from .expression_leaves import BARE, KINDS, Kind, Misread, Options, print_leaf
from .selection import AllOf, AnyOf, Not, Selection, Whole

MAX_LENGTH = 8000
"""Characters of an expression."""
MAX_DEPTH = 30
"""Parentheses and ``not`` within each other."""
MAX_LEAVES = 60

_BLANK = re.compile(r"\s*")
_NAME = re.compile(r"[a-z]+", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_LEAVES = ", ".join(("everything", *(f"{name}:" for name in KINDS)))


def parse_selection(text: str) -> Selection:
    """Read an expression.

    Raises:
        InvalidSelection: it cannot be read, is longer than `MAX_LENGTH`, deeper than `MAX_DEPTH`, or has more than 60
            leaves; the message names the character, counted from 1, and what was expected there.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidSelection(f"The selection has {len(text):,} characters.", f"Write at most {MAX_LENGTH:,}.")
    reader = _Reader(text)
    found = reader.any_of(0)
    if reader.rest():
        reader.refuse("“and”, “or” or the end")
    return found


def print_selection(selection: Selection) -> str:
    """The one text of a selection: `parse_selection` gives the selection back."""
    match selection:
        case Not(part):
            return f"not {_within(part, AllOf, AnyOf)}"
        case AllOf(parts):
            return " and ".join(_within(part, AllOf, AnyOf) for part in parts)
        case AnyOf(parts):
            return " or ".join(_within(part, AnyOf) for part in parts)
        case _:
            return print_leaf(selection)


def _within(part: Selection, *grouped: type) -> str:
    return f"({print_selection(part)})" if isinstance(part, grouped) else print_selection(part)


class _Reader:
    """A place in the text that moves on; each method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._leaves = text, 0, 0
        self._places: dict[str | None, tuple[int, int]] = {}
        """Where the values of the leaf at hand begin and end, by option; None: the value behind the colon."""

    def any_of(self, depth: int) -> Selection:
        parts = [self._all_of(depth)]
        while self._take_word("or"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self, depth: int) -> Selection:
        parts = [self._part(depth)]
        while self._take_word("and"):
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _part(self, depth: int) -> Selection:
        if depth > MAX_DEPTH:
            raise InvalidSelection(f"The selection is nested more than {MAX_DEPTH} deep.", "Write it in fewer steps.")
        if self._take_word("not"):
            return Not(self._part(depth + 1))
        if self._take("("):
            found = self.any_of(depth + 1)
            self._need(")")
            return found
        return self._leaf()

    def _leaf(self) -> Selection:
        self._leaves += 1
        if self._leaves > MAX_LEAVES:
            raise InvalidSelection(f"The selection has more than {MAX_LEAVES} parts.", "Write it in fewer parts.")
        if self._take_word("everything"):
            return Whole()
        self.rest()
        start = self._at
        found = _NAME.match(self._text, self._at)
        kind = KINDS.get(found[0].lower()) if found else None
        if found is None or kind is None or not self._text.startswith(":", found.end()):
            self.refuse(f"“not”, “(” or one of {_LEAVES}")
        self._at, self._places = found.end() + 1, {}
        values = self._values(kind)
        options = self._options(kind)
        try:
            return kind.make(values, options)
        except Misread as error:
            self._at, end = self._places[error.option]
            self.refuse(str(error), end)
        except ValueError as error:
            self._at = start
            self.refuse(str(error))

    def _values(self, kind: Kind) -> list[str]:
        if kind.many and self._text.startswith("(", self._at):
            return []
        values = [self._value()]
        while kind.many and self._take(","):
            values.append(self._value())
        return values

    def _options(self, kind: Kind) -> Options:
        options: dict[str, str] = {}
        if not kind.options or not self._text.startswith("(", self._at):
            return options
        self._at += 1
        while not self._take(")"):
            if options:
                self._need(",")
            self.rest()
            found = _NAME.match(self._text, self._at)
            if found is None or found[0].lower() not in kind.options or found[0].lower() in options:
                self.refuse(f"one of {', '.join(sorted(kind.options - options.keys()))}")
            self._at = found.end()
            self._need("=")
            options[found[0].lower()] = self._value(found[0].lower())
        return options

    def _value(self, option: str | None = None) -> str:
        self.rest()
        if quoted := _QUOTED.match(self._text, self._at):
            self._places[option] = quoted.span()
            self._at = quoted.end()
            return re.sub(r'\\(["\\])', r"\1", quoted[1])
        if self._text.startswith('"', self._at):
            self.refuse("a closing quote")
        bare = BARE.match(self._text, self._at)
        if bare is None:
            self.refuse("a value")
        self._places[option] = bare.span()
        self._at = bare.end()
        return bare[0]

    def _take(self, sign: str) -> bool:
        self.rest()
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _take_word(self, word: str) -> bool:
        self.rest()
        found = BARE.match(self._text, self._at)
        if found is None or found[0].lower() != word:
            return False
        self._at = found.end()
        return True

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            self.refuse(f"“{sign}”")

    def rest(self) -> bool:
        """Whether anything but blanks is left; stands at it then."""
        self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr] # matches anywhere
        return self._at < len(self._text)

    def refuse(self, expected: str, end: int | None = None) -> NoReturn:
        """Say what was expected here, and what stands there, up to `end` where that is known."""
        there = repr(self._text[self._at : end][:20]) if self._at < len(self._text) else "the end"
        raise InvalidSelection(
            f"The selection cannot be read at character {self._at + 1}: expected {expected}, found {there}.",
            'Write for example: under:"KV-Cache Optimization" and not survey:llm-inference',
            at=self._at + 1,
        )
