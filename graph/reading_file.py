"""The file that reading lists are in: made whole or not at all, opened for one transaction, its failures explained."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .errors import LibraryBusy, LibraryDamaged, LibraryMissing, LibraryTooNew, StorageError
from .reading_rows import READING_FORMAT, TABLES
from .storage import READING

_PATIENCE = 5.0  # seconds to wait for another process that writes


@contextmanager
def reading_lists(directory: Path) -> Iterator[sqlite3.Connection | None]:
    """The database to read, or None where no list was ever made.

    Raises:
        LibraryDamaged, LibraryTooNew, LibraryBusy, StorageError: see `litatlas.graph.reading_store.ReadingStore`.
    """
    path = directory / READING
    if not path.exists():
        yield None
        return
    with _explained(path), closing(_open(path, "ro")) as database:
        yield database


@contextmanager
def changing_lists(directory: Path) -> Iterator[sqlite3.Connection]:
    """The database in one transaction, which an error takes back; made where there was none.

    Raises:
        LibraryMissing: there is no such directory.
        LibraryDamaged, LibraryTooNew, LibraryBusy, StorageError: see `litatlas.graph.reading_store.ReadingStore`.
    """
    path = directory / READING
    with _explained(path):
        if not path.exists():
            _begin(path)
        with closing(_open(path, "rw")) as database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("BEGIN IMMEDIATE")
            with database:
                yield database


def _open(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode={mode}"
    database = sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None)
    try:
        _check_format(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _check_format(database: sqlite3.Connection, path: Path) -> None:
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > READING_FORMAT:
        raise LibraryTooNew(
            f"{path} has format {version}; this release reads up to {READING_FORMAT}.", "Upgrade LitAtlas."
        )
    if version < 1:
        raise sqlite3.DatabaseError("it holds no reading lists")


def _begin(path: Path) -> None:
    """Make the file under another name first: no process must ever see one without tables."""
    if not path.parent.is_dir():
        raise LibraryMissing(f"There is no library in {path.parent}.", "Make one with `litatlas build`.")
    handle, name = tempfile.mkstemp(prefix=".reading-", suffix=".part", dir=path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        with closing(sqlite3.connect(draft)) as database:
            database.executescript(TABLES)
        draft.chmod(0o644)
        _publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise LibraryBusy("Another process is writing the reading lists.", "Try again in a moment.") from error
        raise StorageError(
            f"The reading lists in {path} cannot be used: {error}.", "Check free space and permissions."
        ) from error
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(
            f"The reading lists in {path} cannot be read ({error}).",
            f"Restore {READING} from a copy of the library, or move it elsewhere to begin without lists."
            " Nothing else in the library depends on it.",
        ) from error
    except OSError as error:
        raise StorageError(
            f"The reading lists in {path} cannot be written: {error.strerror or error}.",
            "Check free space and permissions.",
        ) from error


def _publish(draft: Path, path: Path) -> None:
    """Give a finished file its name, unless another process was first."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            draft.replace(path)
