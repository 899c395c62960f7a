"""The names in a library, for a shell that completes a word: read at once, without checksums and without the graph."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from .storage import READING, read_manifest

Named = tuple[str, str]
"""What to type, and what it is."""


def survey_names(directory: Path) -> list[Named]:
    """Keys of the surveys with their titles.

    Raises:
        LibraryError: there is no library, or its manifest cannot be read.
        sqlite3.Error: its database cannot be read.
    """
    return _rows(directory, "SELECT key, title FROM surveys ORDER BY rowid")


def node_names(directory: Path) -> list[Named]:
    """Names of taxonomy nodes with their keys, then keys with their paths; a name that several have is left out.

    Errors as in `survey_names`.
    """
    found = _rows(directory, "SELECT name, key FROM nodes ORDER BY survey, position")
    often = Counter(name for name, _ in found)
    return [each for each in found if often[each[0]] == 1] + [(key, name) for name, key in found]


def list_names(directory: Path, *, deleted: bool = False) -> list[Named]:
    """Names of the reading lists, or of those that can be restored, the one that changed last first.

    Raises:
        sqlite3.Error: there are none, or they cannot be read.
    """
    which = "NOT NULL" if deleted else "NULL"
    sql = f"SELECT name, 'reading list' FROM lists WHERE deleted IS {which} ORDER BY changed DESC"
    return _rows_of(directory / READING, sql)


def _rows(directory: Path, sql: str) -> list[Named]:
    return _rows_of(directory / read_manifest(directory).database.name, sql)


def _rows_of(path: Path, sql: str) -> list[Named]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        return [(str(first), str(second)) for first, second in database.execute(sql)]
