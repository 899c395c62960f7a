"""The leaves of an expression: their names, values and options, read into selections and printed from them.

``KIND:VALUE(OPTION=VALUE, …)``; graph/expression.py has the signs around them, and joins them by the algebra.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import InvalidFilter
from .filters import LAST_YEAR, Filters
from .map_area import read_area
from .paths import MAX_PATHS
from .search import MAX_LIMIT
from .selection import Area, Around, Below, Chosen, InSurvey, Leaf, Matching, OnList, OnPath, Whole
from .surroundings import MAX_HOPS, MAX_VERTICES, Tie

BARE = re.compile(r"[\w.:/+-]+")
"""A value that needs no quotes."""
_CHOSEN, _AREA = "Chosen papers", "An area of the map"  # as `Chosen` and `Area` are called

Options = Mapping[str, str]
_Read = TypeVar("_Read")


class Misread(ValueError):
    """A value that a leaf cannot be made of; the message says what was expected instead.

    Attributes:
        option: the option whose value it is; None: the value behind the colon.
    """

    def __init__(self, expected: str, option: str | None = None) -> None:
        super().__init__(expected if option is None else f"{expected} for {option}")
        self.option = option


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of leaf.

    Attributes:
        make: from values and options; raises `Misread` for a value, ValueError for the whole, which say what was
            expected.
        options: the names of those it has.
        many: whether it takes several values, or none.
    """

    make: Callable[[Sequence[str], Options], Leaf]
    options: frozenset[str] = frozenset()
    many: bool = False


def print_leaf(leaf: Leaf) -> str:
    """The one text of a leaf; what is not said is left out."""
    match leaf:
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
            return f"search:{_value(query)}{_print_options({'limit': _unless(limit, 50), **options})}"
        case Around(paper, hops, limit, ties):
            options = {"hops": _unless(hops, 1), "limit": _unless(limit, 60), "ties": _print_ties(ties)}
            return f"around:{_value(paper)}{_print_options(options)}"
        case OnPath(start, end, ties, paths):
            options = {"to": end, "ties": _print_ties(ties), "paths": _unless(paths, MAX_PATHS)}
            return f"path:{_value(start)}{_print_options(options)}"
        case Chosen(papers, title):
            named = {"title": _unless(title, _CHOSEN)}
            return f"papers:{','.join(map(_value, papers))}{_print_options(named, always=not papers)}"
        case Area(polygon, title):
            corners = ";".join(f"{x!r},{y!r}" for x, y in polygon)
            return f"area:{_value(corners)}{_print_options({'title': _unless(title, _AREA)})}"


def _value(text: str) -> str:
    return text if BARE.fullmatch(text) else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _print_options(options: Mapping[str, str | None], *, always: bool = False) -> str:
    """Those that are said, which is what is not None."""
    written = ", ".join(f"{name}={_value(value)}" for name, value in options.items() if value is not None)
    return f"({written})" if written or always else ""


def _unless(value: object, usual: object) -> str | None:
    return None if value == usual else str(value)


def _print_ties(ties: Sequence[Tie]) -> str | None:
    return None if tuple(ties) == tuple(Tie) else ",".join(ties)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


_FILTERS: Mapping[str, tuple[str, Callable[[Any], str | None], Callable[[str], Any]]] = {
    "under": ("under", _text, str),
    "survey": ("survey", _text, str),
    "from": ("year_from", _text, lambda text: _number(text, 0, LAST_YEAR)),
    "to": ("year_to", _text, lambda text: _number(text, 0, LAST_YEAR)),
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


def _read_option(options: Options, name: str, read: Callable[[str], _Read], usual: _Read) -> _Read:
    if name not in options:
        return usual
    try:
        return read(options[name])
    except ValueError as error:
        raise Misread(str(error), name) from None


def _number_option(options: Options, name: str, usual: int, most: int) -> int:
    return _read_option(options, name, lambda text: _number(text, 1, most), usual)


def _ties(options: Options) -> tuple[Tie, ...]:
    known = {tie.value: tie for tie in Tie}
    return _read_option(
        options, "ties", lambda text: tuple(_one_of(name.strip(), known) for name in text.split(",")), tuple(Tie)
    )


def _matching(values: Sequence[str], options: Options) -> Leaf:
    filters = {field: _read_option(options, name, read, None) for name, (field, _, read) in _FILTERS.items()}
    return Matching(values[0], Filters(**filters), _number_option(options, "limit", 50, MAX_LIMIT))


def _around(values: Sequence[str], options: Options) -> Leaf:
    hops, limit = _number_option(options, "hops", 1, MAX_HOPS), _number_option(options, "limit", 60, MAX_VERTICES)
    return Around(values[0], hops, limit, _ties(options))


def _on_path(values: Sequence[str], options: Options) -> Leaf:
    if "to" not in options:
        raise ValueError("a path with both of its ends, such as path:awq(to=gptq)")
    paths = _number_option(options, "paths", MAX_PATHS, MAX_PATHS)
    return OnPath(values[0], options["to"], _ties(options), paths)


def _chosen(values: Sequence[str], options: Options) -> Leaf:
    return Chosen(tuple(values), options.get("title", _CHOSEN))


def _area(values: Sequence[str], options: Options) -> Leaf:
    try:
        return Area(read_area(values[0]), options.get("title", _AREA))
    except InvalidFilter:
        raise Misread("an area “x,y;x,y;x,y” of the map, with three corners or more") from None


KINDS: Mapping[str, Kind] = {
    "survey": Kind(lambda values, _: InSurvey(values[0])),
    "under": Kind(lambda values, _: Below(values[0])),
    "search": Kind(_matching, frozenset({"limit", *_FILTERS})),
    "around": Kind(_around, frozenset({"hops", "limit", "ties"})),
    "path": Kind(_on_path, frozenset({"to", "ties", "paths"})),
    "list": Kind(lambda values, _: OnList(values[0])),
    "papers": Kind(_chosen, frozenset({"title"}), many=True),
    "area": Kind(_area, frozenset({"title"})),
}
"""By the name in front of the colon."""
