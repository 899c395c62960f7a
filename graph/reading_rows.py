"""Reading lists as rows: what the store does inside of one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from .errors import InvalidListName, UnknownList
from .network import plain_text
from .reading_list import MOST_IN_NAME, ReadingEntry, ReadingStatus

READING_FORMAT = 1
_DELETED_KEPT = 20  # lists
REMOVED_KEPT = 500  # entries of a list
_STEM = MOST_IN_NAME - 6  # characters, with room for a number
TABLES = f"""
CREATE TABLE lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, name_key TEXT NOT NULL,
    changed TEXT NOT NULL, deleted TEXT
);
CREATE UNIQUE INDEX names ON lists (name_key) WHERE deleted IS NULL;
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, list INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    paper TEXT NOT NULL, title TEXT NOT NULL, ids TEXT NOT NULL, note TEXT NOT NULL, status TEXT NOT NULL
    CHECK (status IN ('to read', 'reading', 'read')),
    position INTEGER NOT NULL, added TEXT NOT NULL, removed TEXT, UNIQUE (list, paper)
);
PRAGMA user_version = {READING_FORMAT};
"""


def now() -> str:
    """The present moment, so exact that what was deleted last is known."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def name_key(name: str) -> str:
    """By what names are compared."""
    return " ".join(plain_text(name).split()).casefold()


def unknown_list(name: str, names: Sequence[str]) -> UnknownList:
    """The error that there is no list of this name; its advice has those there are."""
    shown = ", ".join(f"“{each}”" for each in names[:10])
    return UnknownList(
        f"There is no reading list “{name[:200]}”.",
        f"There are: {shown}." if shown else "`litatlas list show` shows those there are.",
    )


def find_list(database: sqlite3.Connection, name: str) -> tuple[int, str] | None:
    """Number and name of a list; None where there is none."""
    sql = "SELECT id, name FROM lists WHERE name_key = ? AND deleted IS NULL"
    row = database.execute(sql, (name_key(name),)).fetchone()
    return (int(row[0]), str(row[1])) if row else None


def need_list(database: sqlite3.Connection, name: str) -> tuple[int, str]:
    """The same of a list that must be there.

    Raises:
        UnknownList: it is not.
    """
    if found := find_list(database, name):
        return found
    names = database.execute("SELECT name FROM lists WHERE deleted IS NULL ORDER BY changed DESC").fetchall()
    raise unknown_list(name, [each for (each,) in names])


def refuse_taken(database: sqlite3.Connection, name: str, but: int | None = None) -> None:
    """Raise InvalidListName where another list than `but` has this name."""
    if (found := find_list(database, name)) and found[0] != but:
        raise InvalidListName(f"There is a reading list “{found[1]}” already.", "Choose another name, or merge them.")


def free_name(database: sqlite3.Connection, name: str) -> str:
    """The name, with a number behind it where it is taken."""
    free, number = name, 1
    while find_list(database, free):
        number += 1
        free = f"{name[:_STEM]} ({number})"
    return free


def create_list(database: sqlite3.Connection, name: str) -> int:
    """Begin a list; its number."""
    sql = "INSERT INTO lists (name, name_key, changed) VALUES (?, ?, ?)"
    return int(database.execute(sql, (name, name_key(name), now())).lastrowid or 0)


def delete_list(database: sqlite3.Connection, number: int) -> None:
    """Take a list away; those that were deleted last can be restored."""
    database.execute("UPDATE lists SET deleted = ? WHERE id = ?", (now(), number))
    sql = (
        "DELETE FROM lists WHERE id IN (SELECT id FROM lists WHERE deleted IS NOT NULL"
        " ORDER BY deleted DESC, id DESC LIMIT -1 OFFSET ?)"
    )
    database.execute(sql, (_DELETED_KEPT,))


def touch_list(database: sqlite3.Connection, number: int) -> None:
    """Say that a list has changed."""
    database.execute("UPDATE lists SET changed = ? WHERE id = ?", (now(), number))


def entries_of(database: sqlite3.Connection, number: int) -> tuple[ReadingEntry, ...]:
    """What is on a list, in order."""
    sql = (
        "SELECT paper, title, ids, note, status, added FROM entries WHERE list = ? AND removed IS NULL"
        " ORDER BY position, id"
    )
    return tuple(
        ReadingEntry(paper, title, tuple(ids.split("\n")) if ids else (), note, ReadingStatus(status), added)
        for paper, title, ids, note, status, added in database.execute(sql, (number,))
    )


def take_over(database: sqlite3.Connection, entries: Iterable[ReadingEntry], number: int) -> tuple[int, int]:
    """Put entries at a list's end; how many are new there, and how many were there already."""
    present = {entry.paper: entry for entry in entries_of(database, number)}
    sql = "SELECT coalesce(max(position), -1) + 1 FROM entries WHERE list = ?"
    position, new, known = int(database.execute(sql, (number,)).fetchone()[0]), 0, 0
    for entry in entries:
        if entry.paper in present:
            known += 1
            note = joined(present[entry.paper].note, entry.note)
            database.execute("UPDATE entries SET note = ? WHERE list = ? AND paper = ?", (note, number, entry.paper))
            continue
        _insert(database, entry, number, position + new)
        present[entry.paper] = entry
        new += 1
    touch_list(database, number)
    return new, known


def _insert(database: sqlite3.Connection, entry: ReadingEntry, number: int, position: int) -> None:
    sql = (
        "INSERT INTO entries (list, paper, title, ids, note, status, position, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (list, paper) DO UPDATE SET removed = NULL, position = excluded.position, title = excluded.title,"
        " ids = excluded.ids, note = CASE excluded.note WHEN '' THEN note ELSE excluded.note END"
    )
    ids = "\n".join(entry.ids)
    values = (number, entry.paper, entry.title, ids, entry.note, entry.status.value, position, entry.added)
    database.execute(sql, values)


def arrange(database: sqlite3.Connection, number: int, order: Sequence[str]) -> None:
    """Give the entries these places; removed ones stay behind the one that stood before them."""
    sql = "SELECT paper, removed FROM entries WHERE list = ? ORDER BY position, id"
    behind: dict[str | None, list[str]] = {}
    before: str | None = None
    for paper, removed in database.execute(sql, (number,)):
        if removed is None:
            before = paper
        else:
            behind.setdefault(before, []).append(paper)
    places = [*behind.get(None, ()), *(each for paper in order for each in (paper, *behind.get(paper, ())))]
    sql = "UPDATE entries SET position = ? WHERE list = ? AND paper = ?"
    database.executemany(sql, [(place, number, paper) for place, paper in enumerate(places)])
    touch_list(database, number)


def joined(first: str, second: str) -> str:
    """Two notes as one; what both say stands once."""
    if not second or second in first:
        return first
    return second if not first or first in second else f"{first}\n\n{second}"
