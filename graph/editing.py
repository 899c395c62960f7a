"""Opening a draft of a library: a private copy under the writer's lock, committed or thrown away at the end."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .draft import Draft
from .errors import LibraryBusy, LibraryMissing
from .migrations import migrate
from .schema import SCHEMA
from .storage import DRAFT_PREFIX, LOCK, Manifest, read_manifest, remove_leftovers, verify_files, writing


@contextmanager
def edit(directory: Path, *, create: bool = True) -> Iterator[Draft]:
    """A draft of the library in `directory`, committed when the block ends without an exception.

    Raises:
        LibraryMissing: there is none and `create` is False.
        LibraryBusy: another process is writing.
        LibraryDamaged, LibraryTooNew: what is there cannot be built upon.
        StorageError: the disk is full or not writable; the library is as it was.
    """
    try:
        base: Manifest | None = read_manifest(directory)
    except LibraryMissing:
        if not create:
            raise
        base = None
    with writing(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with _locked(directory):
            base = read_manifest(directory) if base else _manifest_if_any(directory)
            if base:
                verify_files(directory, base, [base.database])
            remove_leftovers(directory, base)
            try:
                with closing(_open_copy(directory, base)) as database:
                    draft = Draft(database, directory, base)
                    if base and migrate(database, base.format):
                        draft.forget_derived()
                    yield draft
                    draft.finish()
            finally:
                for path in directory.glob(f"{DRAFT_PREFIX}*"):
                    path.unlink(missing_ok=True)


@contextmanager
def inspect(directory: Path) -> Iterator[Draft]:
    """A draft that can only be read, for asking what an edit would decide; waits for no writer.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryTooNew: as `edit`.
    """
    base = read_manifest(directory)
    path = (directory / base.database.name).resolve()
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield Draft(database, directory, base)
    finally:
        database.close()


def _manifest_if_any(directory: Path) -> Manifest | None:
    try:
        return read_manifest(directory)
    except LibraryMissing:
        return None


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    lock = FileLock(directory / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LibraryBusy(
            f"Another process is writing to the library in {directory}.", "Wait until it has finished and try again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _open_copy(directory: Path, base: Manifest | None) -> sqlite3.Connection:
    path = directory / f"{DRAFT_PREFIX}library.sqlite"
    if base:
        shutil.copyfile(directory / base.database.name, path)
    database = sqlite3.connect(path, check_same_thread=False)
    # A draft is thrown away after a crash, so it needs no journal of its own on disk.
    database.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
    if not base:
        database.executescript(SCHEMA)
    return database
