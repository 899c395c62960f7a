"""Reading lists: papers that a reader collected, in an order, with notes; and where they are in a library today.

An entry remembers the title and the ids of its paper, so that it has a name and is found again when the paper was
joined with another, got another key, or left the library.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .errors import InvalidListName
from .library import Library
from .models import Paper
from .network import plain_text

MOST_IN_NAME = 80  # characters


class ReadingStatus(StrEnum):
    """How far the reader is with a paper."""

    TO_READ = "to read"
    READING = "reading"
    READ = "read"


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """A paper on a list.

    Attributes:
        paper: its key when it was added, by which the list knows it.
        title, ids: as they were then.
        added: ISO time.
    """

    paper: str
    title: str
    ids: tuple[str, ...]
    note: str
    status: ReadingStatus
    added: str


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A list with its entries in the reader's order."""

    name: str
    entries: tuple[ReadingEntry, ...]


@dataclass(frozen=True, slots=True)
class ListSummary:
    """A list without its entries: how many there are, how many of them were read, and when it last changed (ISO)."""

    name: str
    papers: int
    read: int
    changed: str


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """An entry with its paper as it is in the library today; None where it is not there any more."""

    entry: ReadingEntry
    paper: Paper | None

    @property
    def title(self) -> str:
        """As the library has it today, else as it was when the paper was added."""
        return self.paper.title if self.paper else self.entry.title


def list_name(name: str) -> str:
    """A list's name as it is kept: one line, blanks collapsed.

    Raises:
        InvalidListName: nothing is left of it, or it is longer than `MOST_IN_NAME`.
    """
    cleaned = " ".join(plain_text(name).split())
    if not cleaned:
        raise InvalidListName("A reading list needs a name.", "Give it one, such as “To read this week”.")
    if len(cleaned) > MOST_IN_NAME:
        raise InvalidListName(
            f"The name of a reading list has at most {MOST_IN_NAME} characters; this one has {len(cleaned):,}.",
            "Shorten it.",
        )
    return cleaned


def find_papers(library: Library, entries: Iterable[ReadingEntry]) -> tuple[ListedPaper, ...]:
    """Each entry with its paper: the one of its key, else of one of its ids, else of its title."""
    entries = tuple(entries)
    keys = {entry.paper: entry.paper for entry in entries}
    papers = {paper.key: paper for paper in library.papers(keys)}
    moved = {entry.paper: _find_moved(library, entry) for entry in entries if entry.paper not in papers}
    papers |= {paper.key: paper for paper in library.papers([key for key in moved.values() if key])}
    keys |= {old: new or "" for old, new in moved.items()}
    return tuple(ListedPaper(entry, papers.get(keys[entry.paper])) for entry in entries)


def _find_moved(library: Library, entry: ReadingEntry) -> str | None:
    found = (library.find_key(reference) for reference in (entry.paper, *entry.ids, entry.title) if reference)
    return next((key for key in found if key), None)


def papers_of(listed: Sequence[ListedPaper]) -> tuple[Paper, ...]:
    """The papers that are in the library, each once, in the list's order."""
    return tuple({each.paper.key: each.paper for each in listed if each.paper}.values())
