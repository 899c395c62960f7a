"""What a notebook may write where a paper, a topic, a tie or a part of the graph is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import index

from rapidfuzz import fuzz, process

from .alike import SimilarPaper
from .errors import InvalidFilter, InvalidSelection, LitAtlasError, UnknownPaper
from .expression import parse_selection
from .hits import PaperHit, SearchAnswer
from .identity import reads_as_id, title_key
from .library import Library
from .models import Paper, Survey, TaxonomyNode
from .selection import Below, Chosen, InSurvey, Selection
from .surroundings import Tie

AnyPaper = str | Paper | PaperHit | SimilarPaper
"""A key, id, title or method's name, or a record that has a paper."""
AnyPart = str | Selection | TaxonomyNode | Survey | SearchAnswer | Iterable[AnyPaper]
"""A part of the graph that is not cut out yet."""

_PAPER_NAMED = "Name a paper by a key, an id, a title or a method's name, or pass a record that has one."
_PART_NAMED = "Pass an expression such as 'under:Pruning', a topic, a survey, an answer, papers, or what `select` gave."
_LEAST_LIKENESS = 75.0  # of 100; names that share no spelling stay below
_NAMED = 3
_MOST_COMPARED = 300  # characters of a reference that may be anything


@contextmanager
def advising() -> Iterator[None]:
    """A traceback shows an error's message alone; this has it show the advice below, which names what was meant."""
    try:
        yield
    except LitAtlasError as error:
        if error.advice and error.advice not in getattr(error, "__notes__", ()):
            error.add_note(error.advice)
        raise


def find_paper(library: Library, reference: AnyPaper) -> Paper:
    """The paper that is meant.

    Raises:
        UnknownPaper: none; the advice has the nearest titles, by words or by spelling, or what names a paper.
    """
    if not isinstance(reference, str):
        return library.paper(_reference(reference))
    try:
        return library.paper(reference)
    except UnknownPaper as error:
        if not reads_as_id(reference) and not error.advice.startswith("Did you mean"):
            near = "; ".join(map(repr, _spelt_alike(library, reference)))
            advice = f"Did you mean {near}?" if near else "Look for it with `Library.search`."
            raise UnknownPaper(error.message, advice) from None
        raise


def _spelt_alike(library: Library, reference: str) -> list[str]:
    """Titles whose beginning, up to a colon, is spelt nearly so: the way methods are named."""
    wanted = title_key(reference[:_MOST_COMPARED])
    titles = [title for (title,) in library.query("SELECT title FROM papers ORDER BY key")]
    names = [title_key(title.split(":", 1)[0]) for title in titles]
    near = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=_LEAST_LIKENESS, limit=_NAMED)
    return [titles[number] for _, _, number in near] if wanted else []


def read_whole(name: str, value: int, least: int, most: int) -> int:
    """A whole number within bounds, both inclusive; one of NumPy will do.

    Raises:
        InvalidFilter: it is none, or lies outside; the advice has the bounds.
    """
    try:
        found = None if isinstance(value, bool) else index(value)
    except TypeError:
        found = None
    if found is None or not least <= found <= most:
        raise InvalidFilter(f"{name} cannot be {value!r}.", f"Give a whole number from {least} to {most}.")
    return found


def read_ties(names: Iterable[str]) -> tuple[Tie, ...]:
    """The ties of these names, each once.

    Raises:
        InvalidFilter: there is no such tie.
    """
    wanted = [names] if isinstance(names, str) else list(names)
    if unknown := [name for name in wanted if name not in set(Tie)]:
        raise InvalidFilter(f"No tie is called {unknown[0]!r}.", f"Choose among: {', '.join(Tie)}.")
    return tuple(tie for tie in Tie if tie in wanted)


def read_part(part: AnyPart) -> Selection:
    """The selection that is meant: by its text, by a topic, a survey, an answer, or papers.

    Raises:
        InvalidSelection: the text cannot be read, and the message says at which character; or it is nothing that
            means a part.
        UnknownPaper: one of several papers is nothing that names a paper.
    """
    match part:
        case str():
            return parse_selection(part)
        case TaxonomyNode():
            return Below(part.key)
        case Survey():
            return InSurvey(part.key)
        case SearchAnswer():
            return Chosen(tuple(hit.paper.key for hit in part.papers), f"Search: {part.query}")
        case Iterable():
            return Chosen(tuple(map(_reference, part)))
        case _ if isinstance(part, Selection):
            return part
        case _:
            raise InvalidSelection(f"{part!r} means no part of the graph.", _PART_NAMED)


def _reference(paper: AnyPaper) -> str:
    if isinstance(paper, str):
        return paper
    if isinstance(paper, Paper):
        return paper.key
    if isinstance(paper, PaperHit | SimilarPaper):
        return paper.paper.key
    raise UnknownPaper(f"{paper!r} names no paper.", _PAPER_NAMED)
