"""The papers of a map in a few groups, each of which can have a colour: by branch, by survey, by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .map_field import MapField, Rows
from .models import Survey

_MOST_SPANS = 6  # shades that can be told apart
_NO_YEAR = "year unknown"


class GroupBy(StrEnum):
    """What a colour stands for."""

    BRANCH = "branch"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Group:
    """Papers of one colour, as a legend names them."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups, and of which each paper is: a number in `groups`, or -1 for none; shape (n,).

    Attributes:
        rest: what is said of the papers of none.
    """

    groups: tuple[Group, ...]
    of: Rows
    rest: str


def by_branch(field: MapField, survey: str) -> Grouping:
    """The top branches of a survey; a paper of several is counted to the first."""
    tops = [n for n, node in enumerate(field.nodes) if node.parent is None and node.survey == survey]
    groups = tuple(Group(field.nodes[number].key, field.nodes[number].name) for number in tops)
    place = np.full(len(field.nodes), -1, np.int64)
    place[tops] = np.arange(len(tops))
    return Grouping(groups, _first(field, place), "not in this survey")


def by_survey(field: MapField, surveys: Sequence[Survey]) -> Grouping:
    """Whole surveys; a paper of several is counted to the first."""
    number_of = {survey.key: number for number, survey in enumerate(surveys)}
    place = np.array([number_of.get(node.survey, -1) for node in field.nodes], np.int64)
    return Grouping(tuple(Group(survey.key, survey.title) for survey in surveys), _first(field, place), "in no survey")


def _first(field: MapField, place: Rows) -> Rows:
    """The least place that each paper has by its nodes, or -1."""
    none = len(place) + 1
    found = np.full(len(field), none, np.int64)
    places = place[field.node_at]
    np.minimum.at(found, field.paper_at[places >= 0], places[places >= 0])
    return np.where(found == none, -1, found)


def by_year(field: MapField) -> Grouping:
    """Spans of years with about equally many papers, the oldest first; papers without a year are in none."""
    years = field.years[field.years > 0]
    if not len(years):
        return Grouping((), np.full(len(field), -1, np.int64), _NO_YEAR)
    cuts = np.unique(np.quantile(years, np.arange(_MOST_SPANS) / _MOST_SPANS, method="inverted_cdf"))
    ends = [*(cuts[1:] - 1), years.max()]
    names = [str(first) if first == last else f"{first}–{last}" for first, last in zip(cuts, ends, strict=True)]
    groups = tuple(Group(str(first), name) for first, name in zip(cuts, names, strict=True))
    span = np.searchsorted(cuts, field.years, side="right") - 1
    return Grouping(groups, np.where(field.years > 0, span, -1), _NO_YEAR)
