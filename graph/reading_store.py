"""Reading lists on the disk: one SQLite file beside the library's generations, which no new generation touches.

Each change is one transaction on what it names alone, so that several visitors and commands may edit the same list.
What is removed stays in the file for a while and can be put back. A file that cannot be read is an error, never the
same as no lists.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import InvalidListName
from .models import Paper
from .network import plain_text
from .reading_file import changing_lists, reading_lists
from .reading_list import ListSummary, ReadingEntry, ReadingList, ReadingStatus, list_name
from .reading_rows import (
    REMOVED_KEPT,
    arrange,
    create_list,
    delete_list,
    entries_of,
    find_list,
    free_name,
    joined,
    name_key,
    need_list,
    now,
    refuse_taken,
    take_over,
    touch_list,
    unknown_list,
)

MOST_IN_NOTE = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding papers: the list's name as it is kept, how many are new there, and how many were there."""

    name: str
    new: int
    known: int


class ReadingStore:
    """The reading lists of a library; names are compared without regard to case. Safe among threads and processes.

    Every method raises:
        LibraryDamaged, LibraryTooNew: the file cannot be understood.
        LibraryBusy: another process writes, and did not finish in five seconds.
        StorageError: the disk is full or not writable.

    Args:
        directory: the library's.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    # -- reading ------------------------------------------------------------------------------------------------------

    def lists(self) -> tuple[ListSummary, ...]:
        """All lists, the one that changed last first."""
        sql = (
            "SELECT name, count(entries.id), total(status = 'read'), changed FROM lists LEFT JOIN entries"
            " ON list = lists.id AND removed IS NULL WHERE deleted IS NULL GROUP BY lists.id"
            " ORDER BY changed DESC, lists.id DESC"
        )
        with reading_lists(self._directory) as database:
            rows = database.execute(sql).fetchall() if database else []
        return tuple(ListSummary(name, papers, int(read), changed) for name, papers, read, changed in rows)

    def read(self, name: str) -> ReadingList:
        """A list with its entries.

        Raises:
            UnknownList: there is none of this name.
        """
        with reading_lists(self._directory) as database:
            if database is None:
                raise unknown_list(name, ())
            number, kept = need_list(database, name)
            return ReadingList(kept, entries_of(database, number))

    # -- lists --------------------------------------------------------------------------------------------------------

    def create(self, name: str) -> str:
        """Begin a list; returns its name as it is kept.

        Raises:
            InvalidListName: blank, too long, or there is one of this name.
        """
        name = list_name(name)
        with changing_lists(self._directory) as database:
            refuse_taken(database, name)
            create_list(database, name)
        return name

    def rename(self, name: str, new: str) -> str:
        """Give a list another name; returns it as it is kept.

        Raises:
            UnknownList, InvalidListName: see `read` and `create`.
        """
        new = list_name(new)
        with changing_lists(self._directory) as database:
            number, _ = need_list(database, name)
            refuse_taken(database, new, number)
            database.execute("UPDATE lists SET name = ?, name_key = ? WHERE id = ?", (new, name_key(new), number))
            touch_list(database, number)
        return new

    def delete(self, name: str) -> None:
        """Take a list away; `restore` brings it back. The 20 that were deleted last are kept.

        Raises:
            UnknownList: there is none of this name.
        """
        with changing_lists(self._directory) as database:
            delete_list(database, need_list(database, name)[0])

    def restore(self, name: str) -> str:
        """Bring back the list of this name that was deleted last; returns its name, new where the old one is taken.

        Raises:
            UnknownList: none of this name was deleted.
        """
        with changing_lists(self._directory) as database:
            sql = "SELECT id, name FROM lists WHERE name_key = ? AND deleted IS NOT NULL ORDER BY deleted DESC, id DESC"
            row = database.execute(sql, (name_key(name),)).fetchone()
            if row is None:
                raise unknown_list(name, ())
            free = free_name(database, row[1])
            sql = "UPDATE lists SET deleted = NULL, name = ?, name_key = ? WHERE id = ?"
            database.execute(sql, (free, name_key(free), row[0]))
            return free

    def merge(self, name: str, into: str) -> Added:
        """Put what one list holds at the end of another, notes of papers on both joined, and delete the first.

        Raises:
            UnknownList: one of them is not there.
            InvalidListName: both are the same.
        """
        with changing_lists(self._directory) as database:
            (source, _), (target, kept) = need_list(database, name), need_list(database, into)
            if source == target:
                raise InvalidListName("A list cannot be merged into itself.", "Name another list.")
            added = take_over(database, entries_of(database, source), target)
            delete_list(database, source)
            return Added(kept, *added)

    # -- entries ------------------------------------------------------------------------------------------------------

    def add(self, name: str, papers: Iterable[Paper]) -> Added:
        """Put papers at the end of a list, which is begun where there is none; a paper that was removed has its note.

        Raises:
            InvalidListName: blank or too long.
        """
        name = list_name(name)
        when = now()
        fresh = [
            ReadingEntry(p.key, plain_text(p.title), tuple(map(str, p.ids)), "", ReadingStatus.TO_READ, when)
            for p in papers
        ]
        with changing_lists(self._directory) as database:
            found = find_list(database, name)
            number, kept = found or (create_list(database, name), name)
            return Added(kept, *take_over(database, fresh, number))

    def remove(self, name: str, papers: Collection[str]) -> int:
        """Take entries from a list; `put_back` brings them back. Returns how many were there.

        Raises:
            UnknownList: there is none of this name.
        """
        with changing_lists(self._directory) as database:
            number, _ = need_list(database, name)
            sql = "UPDATE entries SET removed = ? WHERE list = ? AND paper = ? AND removed IS NULL"
            when = now()
            count = sum(database.execute(sql, (when, number, paper)).rowcount for paper in papers)
            sql = (
                "DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE list = ? AND removed IS NOT NULL"
                " ORDER BY removed DESC, id DESC LIMIT -1 OFFSET ?)"
            )
            database.execute(sql, (number, REMOVED_KEPT))
            touch_list(database, number)
            return count

    def put_back(self, name: str, papers: Collection[str]) -> int:
        """Bring back entries that were removed, each where it was. Returns how many came back.

        Raises:
            UnknownList: there is none of this name.
        """
        with changing_lists(self._directory) as database:
            number, _ = need_list(database, name)
            sql = "UPDATE entries SET removed = NULL WHERE list = ? AND paper = ? AND removed IS NOT NULL"
            count = sum(database.execute(sql, (number, paper)).rowcount for paper in papers)
            touch_list(database, number)
            return count

    def move(self, name: str, paper: str, by: int) -> None:
        """Move an entry so many places down, or up where `by` is negative; at an end it stays there.

        Raises:
            UnknownList: there is none of this name. An entry that is not there is passed over.
        """
        with changing_lists(self._directory) as database:
            number, _ = need_list(database, name)
            order = [entry.paper for entry in entries_of(database, number)]
            if paper in order:
                place = order.index(paper)
                order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
                arrange(database, number, order)

    def arrange(self, name: str, order: Sequence[str]) -> None:
        """Put these entries first, in this order; those it does not name follow in the order they had.

        Raises:
            UnknownList: there is none of this name.
        """
        with changing_lists(self._directory) as database:
            number, _ = need_list(database, name)
            present = [entry.paper for entry in entries_of(database, number)]
            first = [paper for paper in dict.fromkeys(order) if paper in set(present)]
            arrange(database, number, [*first, *(paper for paper in present if paper not in set(first))])

    def annotate(self, name: str, paper: str, note: str, seen: str) -> str:
        """Replace the note of an entry; returns the note as it is kept.

        Args:
            seen: the note that the writer had before them. Where somebody else has changed it since, both are kept.

        Raises:
            UnknownList: there is none of this name. An entry that is not there is passed over.
        """
        note = plain_text(note).strip()[:MOST_IN_NOTE]
        with changing_lists(self._directory) as database:
            number, _ = need_list(database, name)
            stands = {entry.paper: entry.note for entry in entries_of(database, number)}
            if paper not in stands:
                return note
            if stands[paper] not in {seen, note}:
                note = joined(stands[paper], note)
            database.execute("UPDATE entries SET note = ? WHERE list = ? AND paper = ?", (note, number, paper))
            touch_list(database, number)
            return note

    def mark(self, name: str, paper: str, status: ReadingStatus) -> None:
        """Say how far the reader is with a paper.

        Raises:
            UnknownList: there is none of this name. An entry that is not there is passed over.
        """
        with changing_lists(self._directory) as database:
            number, _ = need_list(database, name)
            sql = "UPDATE entries SET status = ? WHERE list = ? AND paper = ?"
            database.execute(sql, (status.value, number, paper))
            touch_list(database, number)
