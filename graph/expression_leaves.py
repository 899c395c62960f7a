"""The leaves of an expression: their names, values and options, read into selections and printed from them.

``KIND:VALUE(OPTION=VALUE, …)``; graph/expression.py has the signs around them, and joins them by the algebra.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import InvalidFilter
from .filters import Filters
from .map_area import read_area
from .paths import MAX_PATHS
from .selection import Area, Around, Below, Chosen, InSurvey, Leaf, Matching, OnList, OnPath, Whole
from .surroundings import MAX_HOPS, MAX_VERTICES, Tie

BARE = re.compile(r"[\w.:/+-]+")
"""A value that needs no quotes."""
_MOST_ANSWERS = 1000
_CHOSEN, _AREA = "Chosen papers", "An area of the map"  # as `Chosen` and `Area` are called

Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of leaf.

    Attributes:
        make: from values and options; raises ValueError, which says what was expected.
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
            options = {"ties": _print_ties(ties), "paths": _unless(paths, MAX_PATHS)}
            return f"path:{_value(start)}{_print_options(options, to=end)}"
        case Chosen(papers, title):
            named = {"title": _unless(title, _CHOSEN)}
            return f"papers:{','.join(map(_value, papers))}{_print_options(named, always=not papers)}"
        case Area(polygon, title):
            corners = ";".join(f"{x!r},{y!r}" for x, y in polygon)
            return f"area:{_value(corners)}{_print_options({'title': _unless(title, _AREA)})}"


def _value(text: str) -> str:
    return text if BARE.fullmatch(text) else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _print_options(options: Options, *, always: bool = False, to: str | None = None) -> str:
    demanded = [] if to is None else [f"to={_value(to)}"]
    written = ", ".join([*demanded, *(f"{name}={_value(value)}" for name, value in options.items() if value)])
    return f"({written})" if written or always else ""


def _unless(value: object, usual: object) -> str:
    return "" if value == usual else str(value)


def _print_ties(ties: Sequence[Tie]) -> str:
    return "" if tuple(ties) == tuple(Tie) else ",".join(ties)


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


def _ties(options: Options) -> tuple[Tie, ...]:
    known = {tie.value: tie for tie in Tie}
    return (
        tuple(_one_of(name.strip(), known) for name in options["ties"].split(",")) if "ties" in options else tuple(Tie)
    )


def _matching(values: Sequence[str], options: Options) -> Leaf:
    filters = {field: read(options[name]) for name, (field, _, read) in _FILTERS.items() if name in options}
    return Matching(values[0], Filters(**filters), _number(options.get("limit", "50"), 1, _MOST_ANSWERS))


def _around(values: Sequence[str], options: Options) -> Leaf:
    hops, limit = _number(options.get("hops", "1"), 1, MAX_HOPS), _number(options.get("limit", "60"), 1, MAX_VERTICES)
    return Around(values[0], hops, limit, _ties(options))


def _on_path(values: Sequence[str], options: Options) -> Leaf:
    if "to" not in options:
        raise ValueError("a path with both of its ends, such as path:awq(to=gptq)")
    return OnPath(values[0], options["to"], _ties(options), _number(options.get("paths", str(MAX_PATHS)), 1, MAX_PATHS))


def _chosen(values: Sequence[str], options: Options) -> Leaf:
    return Chosen(tuple(values), options.get("title", _CHOSEN))


def _area(values: Sequence[str], options: Options) -> Leaf:
    try:
        return Area(read_area(values[0]), options.get("title", _AREA))
    except InvalidFilter:
        raise ValueError("an area “x,y;x,y;x,y” of the map") from None


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
