"""What answers are restricted to: which papers pass, and which taxonomy nodes lie within."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import InvalidFilter
from .library import Library

LAST_YEAR = 9999
"""The latest year that may be asked for; the first is 0."""
_VENUES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Filters:
    """What answers are restricted to; every field given must hold.

    Attributes:
        under: key or name of a taxonomy node; papers at it or below.
        survey: key of a survey.
        year_from, year_to: inclusive.
        venue: name of a venue, without regard to case.
        has_code: with (True) or without (False) a link to code.
        author: words of an author's name; all must occur among a paper's authors.
    """

    under: str | None = None
    survey: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    venue: str | None = None
    has_code: bool | None = None
    author: str | None = None


def papers_passing(library: Library, filters: Filters) -> frozenset[str] | None:
    """Keys of the papers that pass, or None where nothing is asked for.

    Raises:
        InvalidFilter: the years are the wrong way round, or there is no such survey, venue or author.
        UnknownNode: `filters.under` names no node.
    """
    if filters == Filters():
        return None
    _check(library, filters)
    return frozenset(
        library.paper_keys(
            under=library.node(filters.under) if filters.under else None,
            survey=filters.survey,
            year_from=filters.year_from,
            year_to=filters.year_to,
            venue=filters.venue,
            has_code=filters.has_code,
            author=filters.author,
        )
    )


def nodes_within(library: Library, filters: Filters) -> frozenset[str] | None:
    """Keys of the nodes at or below the node and in the survey that are asked for, or None where neither is.

    Raises:
        UnknownNode: `filters.under` names no node.
    """
    if not filters.under and not filters.survey:
        return None
    found = library.at_or_below(library.node(filters.under)) if filters.under else None
    if filters.survey is None:
        return found
    inside = frozenset(node.key for node in library.nodes if node.survey == filters.survey)
    return inside if found is None else inside & found


def _check(library: Library, filters: Filters) -> None:
    if filters.year_from and filters.year_to and filters.year_from > filters.year_to:
        raise InvalidFilter(f"No year is from {filters.year_from} to {filters.year_to}.", "Swap the two years.")
    if filters.survey and filters.survey not in {survey.key for survey in library.surveys()}:
        known = ", ".join(survey.key for survey in library.surveys())
        raise InvalidFilter(f"No survey here is named {filters.survey!r}.", f"Known surveys: {known}.")
    if filters.venue:
        _check_venue(library, filters.venue)
    if filters.author and not library.paper_keys(author=filters.author):
        raise InvalidFilter(
            f"No author here is called {filters.author!r}.",
            "Give a last name alone. Lists name no authors; `litatlas fetch` brings them, or a metadata file.",
        )


def _check_venue(library: Library, wanted: str) -> None:
    venues = [venue for venue, _ in library.venues()]
    if wanted.casefold() in map(str.casefold, venues):
        return
    advice = f"Most papers here are from: {', '.join(venues[:_VENUES_NAMED])}." if venues else "None has a venue."
    raise InvalidFilter(f"No venue here is called {wanted!r}.", advice)
