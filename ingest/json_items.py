"""JSON documents whose lists are read item by item, each with the line it begins on. Pure.

Python's parser tells no lines, so the outermost brackets are walked here and everything in them is left to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from litatlas.graph.errors import SourceUnreadable

OUTERMOST = ""
"""Name under which a document that is itself a list is found."""

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Item:
    """A value and the line it begins on, counted from 1."""

    line: int
    value: object


def read_items(text: str, name: str) -> Mapping[str, tuple[Item, ...]]:
    """The items of a document by the name of their list; a member that is no list is one item.

    Raises:
        SourceUnreadable: it is not JSON, nested too deeply, or neither a list nor an object.
    """
    walk = _Walk(text)
    try:
        members: dict[str, list[Item]] = {}
        for member, item in walk.document():
            members.setdefault(member, []).extend([item] if item else [])
        return {member: tuple(items) for member, items in members.items()}
    except (ValueError, RecursionError) as error:
        cause = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise SourceUnreadable(
            f"{name}, line {walk.line} is not JSON: {cause}", "Check that the file is whole, or export it again."
        ) from error


class _Walk:
    """A place in the text that only moves forward, and its line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._counted = 0
        self._line = 1

    @property
    def line(self) -> int:
        self._line += self._text.count("\n", self._counted, self._place)
        self._counted = self._place
        return self._line

    def document(self) -> Iterator[tuple[str, Item | None]]:
        """Member and item; a list without items is its member and None."""
        opened = self._peek()
        if opened == "[":
            yield OUTERMOST, None
            yield from ((OUTERMOST, item) for item in self._list())
        elif opened == "{":
            yield from self._object()
        else:
            raise self._wrong("Neither a list nor an object")
        if self._peek():
            raise self._wrong("More after the end")

    def _object(self) -> Iterator[tuple[str, Item | None]]:
        self._take("{")
        while self._peek() != "}":
            member = self._value().value
            self._take(":")
            if self._peek() == "[":
                yield str(member), None
                yield from ((str(member), item) for item in self._list())
            else:
                yield str(member), self._value()
            self._next("}")
        self._take("}")

    def _list(self) -> Iterator[Item]:
        self._take("[")
        while self._peek() != "]":
            yield self._value()
            self._next("]")
        self._take("]")

    def _next(self, closing: str) -> None:
        if self._peek() != closing:
            self._take(",")

    def _value(self) -> Item:
        self._peek()
        line = self.line
        value, self._place = _DECODER.raw_decode(self._text, self._place)
        return Item(line, value)

    def _peek(self) -> str:
        match = _BLANK.match(self._text, self._place)
        self._place = match.end() if match else self._place
        return self._text[self._place : self._place + 1]

    def _take(self, expected: str) -> None:
        if self._peek() != expected:
            raise self._wrong(f"Expecting {expected!r}")
        self._place += 1

    def _wrong(self, message: str) -> json.JSONDecodeError:
        return json.JSONDecodeError(message, self._text[self._place : self._place + 1], 0)
