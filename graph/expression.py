"""Selections as text, the same in the app, on the command line and in programs.

    under:"KV-Cache Optimization" and not survey:llm-inference
    search:"speculative decoding"(limit=30, from=2023, code=yes) or around:arxiv:2306.00978(hops=2)
    list:"To read" and (papers:gptq,awq or area:"0,0;9,0;9,9")

``not`` binds closest, then ``and``, then ``or``. A value with anything but letters, digits and ``. : / + - _`` stands
in double quotes, where a backslash stands before ``"`` and ``\\``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from .errors import InvalidFilter, InvalidSelection
from .filters import Filters
from .map_area import read_area
from .selection import AllOf, AnyOf, Area, Around, Below, Chosen, InSurvey, Matching, Not, OnList, Selection, Whole
from .surroundings import MAX_HOPS, MAX_VERTICES, Tie

MAX_LENGTH = 8000
"""Characters of an expression."""
MAX_DEPTH = 30
"""Parentheses and ``not`` within each other."""
MAX_LEAVES = 60
_MOST_ANSWERS = 1000
_AREA = "An area of the map"  # as `Area` calls it

_BLANK = re.compile(r"\s*")
_NAME = re.compile(r"[a-z]+", re.IGNORECASE)
_BARE = re.compile(r"[\w.:/+-]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_LEAVES = "everything, survey:, under:, search:, around:, list:, papers:, area:"

Options = Mapping[str, str]


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
        case Whole():
            return "everything"
        case InSurvey(key):
            return f"survey:{_value(key)}"
        case Below(node):
            return f"under:{_value(node)}"
        case OnList(name):
            return f"list:{_value(name)}"
        case Matching(query, filters, limit):
            options = {name: write(getattr(filters, field)) for name, (field, write, _) in _FILTERS.items()}
            return f"search:{_value(query)}{_print_options({'limit': '' if limit == 50 else str(limit), **options})}"
        case Around(paper, hops, limit, ties):
            named = "" if ties == tuple(Tie) else ",".join(ties)
            options = {"hops": "" if hops == 1 else str(hops), "limit": "" if limit == 60 else str(limit)}
            written = {name: value for name, value in options.items() if value}
            return f"around:{_value(paper)}{_print_options({**written, 'ties': named})}"
        case Chosen(papers, title):
            named = "" if title == "Chosen papers" else title
            return f"papers:{','.join(map(_value, papers))}{_print_options({'title': named}, always=not papers)}"
        case Area(polygon, title):
            corners = ";".join(f"{x!r},{y!r}" for x, y in polygon)
            return f"area:{_value(corners)}{_print_options({'title': '' if title == _AREA else title})}"
        case Not(part):
            return f"not {_within(part, AllOf, AnyOf)}"
        case AllOf(parts):
            return " and ".join(_within(part, AllOf, AnyOf) for part in parts)
        case AnyOf(parts):
            return " or ".join(_within(part, AnyOf) for part in parts)


def _within(part: Selection, *grouped: type) -> str:
    return f"({print_selection(part)})" if isinstance(part, grouped) else print_selection(part)


def _value(text: str) -> str:
    return text if _BARE.fullmatch(text) else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _print_options(options: Options, *, always: bool = False) -> str:
    written = ", ".join(f"{name}={_value(value)}" for name, value in options.items() if value)
    return f"({written})" if written or always else ""


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


_FILTERS: Mapping[str, tuple[str, Callable[[Any], str], Callable[[str], Any]]] = {
    "under": ("under", _text, str),
    "survey": ("survey", _text, str),
    "from": ("year_from", _text, lambda text: _number(text, 0, 9999)),
    "to": ("year_to", _text, lambda text: _number(text, 0, 9999)),
    "venue": ("venue", _text, str),
    "code": ("has_code", _yes_no, lambda text: _one_of(text, {"yes": True, "no": False})),
    "author": ("author", _text, str),
}


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise ValueError(f"a number from {least} to {most}")
    return int(text)


def _one_of(text: str, values: Mapping[str, Any]) -> Any:
    if text.lower() not in values:
        raise ValueError(" or ".join(values))
    return values[text.lower()]


def _matching(values: list[str], options: Options) -> Selection:
    filters = {field: read(options[name]) for name, (field, _, read) in _FILTERS.items() if name in options}
    return Matching(values[0], Filters(**filters), _number(options.get("limit", "50"), 1, _MOST_ANSWERS))


def _around(values: list[str], options: Options) -> Selection:
    known = {tie.value: tie for tie in Tie}
    ties = tuple(_one_of(name, known) for name in options["ties"].split(",")) if "ties" in options else tuple(Tie)
    hops, limit = _number(options.get("hops", "1"), 1, MAX_HOPS), _number(options.get("limit", "60"), 1, MAX_VERTICES)
    return Around(values[0], hops, limit, ties)


def _chosen(values: list[str], options: Options) -> Selection:
    return Chosen(tuple(values), options.get("title", "Chosen papers"))


def _area(values: list[str], options: Options) -> Selection:
    try:
        return Area(read_area(values[0]), options.get("title", _AREA))
    except InvalidFilter:
        raise ValueError("an area “x,y;x,y;x,y” of the map") from None


@dataclass(frozen=True, slots=True)
class _Kind:
    make: Callable[[list[str], Options], Selection]
    options: frozenset[str] = frozenset()
    many: bool = False


_KINDS: Mapping[str, _Kind] = {
    "survey": _Kind(lambda values, _: InSurvey(values[0])),
    "under": _Kind(lambda values, _: Below(values[0])),
    "list": _Kind(lambda values, _: OnList(values[0])),
    "search": _Kind(_matching, frozenset({"limit", *_FILTERS})),
    "around": _Kind(_around, frozenset({"hops", "limit", "ties"})),
    "area": _Kind(_area, frozenset({"title"})),
    "papers": _Kind(_chosen, frozenset({"title"}), many=True),
}


class _Reader:
    """A place in the text that moves on; each method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._leaves = text, 0, 0

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
        kind = _KINDS.get(found[0].lower()) if found else None
        if found is None or kind is None or not self._text.startswith(":", found.end()):
            self.refuse(f"“not”, “(” or one of {_LEAVES}")
        self._at = found.end() + 1
        values = self._values(kind)
        options = self._options(kind)
        try:
            return kind.make(values, options)
        except ValueError as error:
            self._at = start
            self.refuse(str(error))

    def _values(self, kind: _Kind) -> list[str]:
        if kind.many and self._text.startswith("(", self._at):
            return []
        values = [self._value()]
        while kind.many and self._take(","):
            values.append(self._value())
        return values

    def _options(self, kind: _Kind) -> Options:
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
            options[found[0].lower()] = self._value()
        return options

    def _value(self) -> str:
        self.rest()
        if quoted := _QUOTED.match(self._text, self._at):
            self._at = quoted.end()
            return re.sub(r'\\(["\\])', r"\1", quoted[1])
        if self._text.startswith('"', self._at):
            self.refuse("a closing quote")
        bare = _BARE.match(self._text, self._at)
        if bare is None:
            self.refuse("a value")
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
        found = _BARE.match(self._text, self._at)
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

    def refuse(self, expected: str) -> NoReturn:
        """Say what was expected here, and what stands there."""
        there = repr(self._text[self._at : self._at + 20]) if self._at < len(self._text) else "the end"
        raise InvalidSelection(
            f"The selection cannot be read at character {self._at + 1}: expected {expected}, found {there}.",
            'Write for example: under:"KV-Cache Optimization" and not survey:llm-inference',
        )
