"""What a notebook may write where a paper, a topic, a tie or a part of the graph is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rapidfuzz import fuzz, process

from .alike import SimilarPaper
from .errors import InvalidFilter, LitAtlasError, UnknownPaper
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
        UnknownPaper: none; the advice has the nearest titles, by words or by spelling.
    """
    if not isinstance(reference, str):
        return library.paper(reference.key if isinstance(reference, Paper) else reference.paper.key)
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
        InvalidSelection: the text cannot be read; the message says at which character.
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
        case _:
            return part


def _reference(paper: AnyPaper) -> str:
    if isinstance(paper, str):
        return paper
    return paper.key if isinstance(paper, Paper) else paper.paper.key
