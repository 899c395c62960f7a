"""A question as it was typed -> what is asked for: words, filters in words, papers to be like or unlike.

    shrink the KV cache year:2023.. venue:ICLR code:yes under:"KV-Cache Optimization"
    author:Frantar one shot
    like:2306.00978 like:"SmoothQuant" unlike:2305.14314
    2306.00978 2211.10438 2210.17323

A name, a colon and a value without a blank between them is a filter or a seed; a value with blanks stands in double
quotes. Any other text with a colon is text. A question of nothing but two ids or more asks for papers like these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from .errors import InvalidFilter
from .filters import Filters
from .identity import PaperId
from .network import plain_text

MAX_QUESTION = 5000
"""Characters; an abstract with its title fits."""
_LONG = 40  # words; nobody types as many, so it is a pasted text


class _Name(StrEnum):
    """What can stand before the colon."""

    YEAR = "year"
    VENUE = "venue"
    CODE = "code"
    UNDER = "under"
    SURVEY = "survey"
    AUTHOR = "author"
    LIKE = "like"
    UNLIKE = "unlike"


FILTER_NAMES = frozenset(_Name)
_PART = re.compile(rf"(?<!\S)({'|'.join(_Name)}):(?:[\"“”]([^\"“”]*)[\"“”]|(\S+))", re.IGNORECASE)
_YEARS = re.compile(r"([0-9]{4})?(\.\.|-)?([0-9]{4})?")
_YES_NO = {"yes": True, "no": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes:
        text: what is left when filters and seeds are taken out, blanks collapsed; may be empty.
        filters: those in words.
        like, unlike: papers, as the reader names them.
        pasted: whether the text is so long that it must be an abstract or the like.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    pasted: bool = False


def read_question(text: str) -> Question:
    """Read a question.

    Raises:
        InvalidFilter: it asks for nothing, is too long, or a filter in words cannot be read or contradicts another.
    """
    whole = " ".join(plain_text(text).split())
    if not whole:
        raise InvalidFilter("The question is empty.", 'Ask in words, e.g. `litatlas search "shrink the KV cache"`.')
    if len(whole) > MAX_QUESTION:
        raise InvalidFilter(
            f"The question has {len(whole):,} characters; {MAX_QUESTION:,} is the limit.",
            "Shorten it; of a paper, its title and abstract are enough.",
        )
    filters, like, unlike = Filters(), [], []
    for name, quoted, bare in _PART.findall(whole):
        value = (quoted or bare).strip()
        match _Name(name.lower()):
            case _Name.LIKE:
                like.append(_named(name, value))
            case _Name.UNLIKE:
                unlike.append(_named(name, value))
            case other:
                filters = _joined(filters, _with(Filters(), other, _named(name, value)), other)
    rest = " ".join(_PART.sub(" ", whole).split())
    if ids := _only_ids(rest, at_least=1 if like or unlike else 2):
        like, rest = [*ids, *like], ""
    if unlike and not (like or rest):
        raise InvalidFilter("`unlike:` alone asks for nothing.", "Add words, or papers to be like: like:2306.00978.")
    return Question(rest, filters, tuple(like), tuple(unlike), len(rest.split()) >= _LONG)


def read_years(text: str) -> tuple[int | None, int | None]:
    """``2023``, ``2022..2024``, ``2023..`` or ``..2020`` as first and last year, None where open.

    Raises:
        InvalidFilter: it is none of these.
    """
    found = _YEARS.fullmatch(text.strip())
    first, dots, last = found.groups() if found else (None, None, None)
    if not (first or last) or (first and last and not dots):
        raise InvalidFilter(f"{text!r} is no year or range of years.", "Write 2023, 2022..2024, 2023.. or ..2020.")
    start, end = int(first) if first else None, int(last) if last else None
    return start, end if dots else start


def both(given: Filters, in_words: Filters) -> Filters:
    """Filters from options and from words as one; where both name the same thing, the words of the question hold."""
    if (in_words.year_from, in_words.year_to) != (None, None):  # a range of years is one thing
        given = replace(given, year_from=None, year_to=None)
    return replace(given, **_said(in_words))


def _said(filters: Filters) -> dict[str, Any]:
    return {name: value for name in Filters.__dataclass_fields__ if (value := getattr(filters, name)) is not None}


def _joined(filters: Filters, further: Filters, name: _Name) -> Filters:
    """Both filters as one.

    Raises:
        InvalidFilter: they say different things.
    """
    known, said = _said(filters), _said(further)
    if any(known.get(each, value) != value for each, value in said.items()):
        raise InvalidFilter(f"{name}: stands there twice with different values.", "Leave one of them out.")
    return replace(filters, **said)


def _with(filters: Filters, name: _Name, value: str) -> Filters:
    match name:
        case _Name.YEAR:
            first, last = read_years(value)
            return replace(filters, year_from=first, year_to=last)
        case _Name.CODE:
            if value.casefold() not in _YES_NO:
                raise InvalidFilter(f"code:{value} is neither yes nor no.", "Write code:yes or code:no.")
            return replace(filters, has_code=_YES_NO[value.casefold()])
        case _Name.VENUE:
            return replace(filters, venue=value)
        case _Name.UNDER:
            return replace(filters, under=value)
        case _Name.SURVEY:
            return replace(filters, survey=value)
        case _:
            return replace(filters, author=value)


def _named(name: str, value: str) -> str:
    if not value:
        raise InvalidFilter(f"{name}: has no value.", f'Write it without a blank, or in quotes: {name}:"…".')
    return value


def _only_ids(text: str, at_least: int) -> list[str]:
    """The ids of a text that consists of so many or more and nothing else."""
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    return parts if len(parts) >= at_least and all(PaperId.parse(part) for part in parts) else []
