"""The use cases of reading lists: what is on one, in which order, and what to read next."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from litatlas.graph.errors import LibraryDamaged
from litatlas.graph.models import Paper
from litatlas.graph.reading_list import ListedPaper, find_papers, papers_of
from litatlas.graph.reading_next import NextPaper, what_next
from litatlas.graph.reading_order import ReadingOrder, in_order
from litatlas.graph.reading_store import ReadingStore
from litatlas.graph.reading_text import reading_markdown

if TYPE_CHECKING:
    from .service import Atlas


@dataclass(frozen=True, slots=True)
class AddedByName:
    """What came of adding papers by what they are called: the list's name, how many are new, which are not here."""

    name: str
    new: int
    known: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """What came of removing papers by what they are called: how many were taken off, and which were not there."""

    name: str
    papers: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    """A list that was taken away, by the name it was called by."""

    name: str


@dataclass(frozen=True, slots=True)
class Restored:
    """A list that was brought back, by the name it has now."""

    name: str


def store_of(atlas: Atlas) -> ReadingStore:
    """The reading lists beside the library."""
    return ReadingStore(atlas.library.directory)


def read_list(atlas: Atlas, name: str, order: ReadingOrder = ReadingOrder.MINE) -> tuple[str, tuple[ListedPaper, ...]]:
    """A list's name as it is kept and its papers; in any order but the reader's, those not in the library come last.

    Raises:
        UnknownList: there is none of this name.
    """
    reading = store_of(atlas).read(name)
    listed = find_papers(atlas.library, reading.entries)
    if order is ReadingOrder.MINE:
        return reading.name, listed
    papers = papers_of(listed)
    keys = tuple(paper.key for paper in papers)
    ordered = atlas.kept(("reading order", order, keys), lambda library: in_order(library, papers, order))
    place = {paper.key: number for number, paper in enumerate(ordered)}
    return reading.name, tuple(sorted(listed, key=lambda each: place[each.paper.key] if each.paper else len(place)))


def next_to_read(atlas: Atlas, papers: Sequence[Paper]) -> tuple[NextPaper, ...]:
    """What these papers lead to; nothing where the library's vectors are damaged, which others tell."""
    keys = tuple(sorted({paper.key for paper in papers}))
    with suppress(LibraryDamaged):
        return atlas.kept(("reading next", keys), lambda library: what_next(library, keys))
    return ()


def why_next(suggested: NextPaper, collected: int) -> str:
    """The reasons in words: ``cited by 3 of these 5 papers · similarity 0.71``."""
    of = f"of these {collected:,} papers" if collected > 1 else "this paper"
    said = [
        f"cited by {_count(suggested.cited_by, collected)}{of}" if suggested.cited_by else "",
        f"cites {_count(suggested.cites, collected)}{of}" if suggested.cites else "",
        f"similarity {suggested.similarity:.2f}" if suggested.similarity is not None else "",
    ]
    return " · ".join(filter(None, said))


def _count(count: int, collected: int) -> str:
    return f"{count:,} " if collected > 1 else ""


def add_by_name(atlas: Atlas, name: str, references: Sequence[str]) -> AddedByName:
    """Add papers by key, id, address or title; those that are not here are named, the others added.

    Raises:
        InvalidListName: the list cannot be called so.
    """
    found = {reference: atlas.library.find_key(reference) for reference in references if reference.strip()}
    papers = atlas.library.papers(key for key in found.values() if key)
    added = store_of(atlas).add(name, papers)
    unknown = tuple(reference for reference, key in found.items() if key is None)
    return AddedByName(added.name, added.new, added.known, unknown)


def remove_by_name(atlas: Atlas, name: str, references: Sequence[str]) -> Removed:
    """Take papers off a list by key, id, address or title, as they are today or were when they were added.

    Raises:
        UnknownList: there is none of this name.
    """
    kept, listed = read_list(atlas, name)
    wanted = {reference: _entries_meant(atlas, reference, listed) for reference in references}
    count = store_of(atlas).remove(kept, {entry for entries in wanted.values() for entry in entries})
    return Removed(kept, count, tuple(reference for reference, entries in wanted.items() if not entries))


def _entries_meant(atlas: Atlas, reference: str, listed: Sequence[ListedPaper]) -> list[str]:
    key = atlas.library.find_key(reference)
    return [
        each.entry.paper
        for each in listed
        if reference in {each.entry.paper, each.entry.title, *each.entry.ids}
        or (key is not None and each.paper is not None and each.paper.key == key)
    ]


def list_markdown(atlas: Atlas, name: str, order: ReadingOrder = ReadingOrder.MINE) -> str:
    """A list with its notes as Markdown; see `litatlas.graph.reading_text`.

    Raises:
        UnknownList: there is none of this name.
    """
    return reading_markdown(*read_list(atlas, name, order))
