"""The response store: every answer of a service as it came, in one SQLite file, and the tasks they settle.

An answer is stored before it is read, so that a run that is stopped anywhere repeats no request, and so that what was
read can be read again without the network. One process writes at a time; others may read meanwhile. The file holds no
key: keys travel in a header, and only a few response headers are kept.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from litatlas.graph.errors import LibraryBusy, LibraryDamaged, LibraryTooNew, StorageError
from litatlas.graph.models import Retrieval

from .services import Purpose, Request, SourceName
from .tasks import (
    TASK_SCHEMA,
    Task,
    TaskCounts,
    TaskStatus,
    Verdict,
    add_tasks,
    count_tasks,
    read_tasks,
    settle_tasks,
)

RESPONSES = "responses.sqlite"
STORE_FORMAT = 1
_APPLICATION = 0x4C697441  # "LitA", by which SQLite's header tells a response store from other databases
_MARKS = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {STORE_FORMAT};"
KEPT_HEADERS = frozenset({"content-type", "content-encoding", "date", "last-modified", "location", "retry-after"})

_SCHEMA = """
CREATE TABLE IF NOT EXISTS responses (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, source TEXT NOT NULL, purpose TEXT NOT NULL, url TEXT NOT NULL,
    asked TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL, fetched_at TEXT NOT NULL,
    rejected TEXT, settled INTEGER NOT NULL DEFAULT 0, spent INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS responses_by_key ON responses (key);
CREATE INDEX IF NOT EXISTS responses_by_purpose ON responses (source, purpose);
CREATE TABLE IF NOT EXISTS paces (source TEXT PRIMARY KEY, next_at REAL NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = "number, key, source, purpose, url, asked, status, headers, body, fetched_at"


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """One answer as it came.

    Attributes:
        key: of the request it answers; see `Request.key`.
        url: with its query, without any key.
        asked: keys of the tasks that the request was sent for.
        fetched_at: ISO time.
        number: its place in the store, rising with time; 0 for one that is not in a store.
    """

    key: str
    source: SourceName
    purpose: Purpose
    url: str
    status: int
    body: bytes
    fetched_at: str
    asked: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    number: int = 0


class ResponseStore:
    """One file of answers and tasks; a context manager.

    Args:
        path: the file, as a rule `RESPONSES` in the library's directory; made with its directory if writing.
        read_only: open beside a writer; what changes the store raises `StorageError` then.

    Raises:
        LibraryBusy: another process writes to it.
        LibraryDamaged: the file is no response store, or is damaged.
        LibraryTooNew: a later release made it.
        StorageError: it cannot be opened or written.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._lock = None if read_only else self._acquire()
        try:
            with self._guarded():
                self._database = self._open(read_only)
        except BaseException:
            self._release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file and its lock back."""
        self._database.close()
        self._release()

    def find(self, request: Request) -> StoredResponse | None:
        """The newest answer to an equal request, of a status that is an answer to it, neither rejected nor spent."""
        statuses = ", ".join(map(str, sorted(request.answers)))
        with self._guarded():
            row = self._database.execute(
                f"SELECT {_COLUMNS} FROM responses WHERE key = ? AND rejected IS NULL AND spent = 0"
                f" AND status IN ({statuses}) ORDER BY number DESC LIMIT 1",
                (request.key,),
            ).fetchone()
            return _response(row) if row else None

    def put(
        self, request: Request, status: int, headers: Mapping[str, str], body: bytes, fetched_at: str
    ) -> StoredResponse:
        """Store an answer, whatever its status, before anything is read from it."""
        kept = {name.lower(): value for name, value in headers.items() if name.lower() in KEPT_HEADERS}
        row = (
            request.key,
            request.source.value,
            request.purpose.value,
            request.address,
            json.dumps(request.asked),
            status,
            json.dumps(kept, sort_keys=True),
            zlib.compress(body),
            fetched_at,
            status not in request.answers,  # what is no answer settles nothing
        )
        with self._guarded():
            cursor = self._database.execute(
                "INSERT INTO responses (key, source, purpose, url, asked, status, headers, body, fetched_at, settled)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return StoredResponse(
            request.key,
            request.source,
            request.purpose,
            request.address,
            status,
            body,
            fetched_at,
            request.asked,
            tuple(sorted(kept.items())),
            cursor.lastrowid or 0,
        )

    def reject(self, response: StoredResponse, reason: str) -> None:
        """Keep an answer as evidence of what came, and never use it."""
        with self._guarded():
            self._database.execute("UPDATE responses SET rejected = ? WHERE number = ?", (reason, response.number))

    def usable(self, source: SourceName, purpose: str) -> Iterator[StoredResponse]:
        """Answers of status 200 that are not rejected, oldest first, one in memory at a time."""
        yield from self._select(
            "source = ? AND purpose = ? AND status = 200 AND rejected IS NULL", (source.value, str(purpose))
        )

    def retrievals(self, source: SourceName) -> Iterator[Retrieval]:
        """Where and when each usable answer of a source was given; of answers to equal requests the newest."""
        with self._guarded():
            rows = self._database.execute(
                "SELECT key, url, max(fetched_at) FROM responses WHERE source = ? AND status = 200"
                " AND rejected IS NULL GROUP BY key ORDER BY key",
                (source.value,),
            ).fetchall()
        yield from (Retrieval(key, source.value, url, fetched_at) for key, url, fetched_at in rows)

    def unsettled(self, source: SourceName, purpose: Purpose) -> Iterator[StoredResponse]:
        """Answers that a stopped run stored without settling their tasks, oldest first; they may be unusable."""
        yield from self._select(
            "source = ? AND purpose = ? AND rejected IS NULL AND settled = 0",
            (source.value, purpose.value),
        )

    def want(self, source: SourceName, purpose: Purpose, keys: Iterable[str]) -> None:
        """Add tasks; those that are there stay as they are."""
        with self._guarded(), self._transaction():
            add_tasks(self._database, source, purpose, keys)

    def tasks(
        self, source: SourceName | None = None, purpose: Purpose | None = None, status: TaskStatus | None = None
    ) -> tuple[Task, ...]:
        """Tasks by source, purpose and key."""
        with self._guarded():
            return read_tasks(self._database, source, purpose, status)

    def reopen(self, before: str) -> int:
        """Have everything asked again that was settled by an answer older than this ISO time; what it said stays until
        a newer answer says otherwise.

        Returns:
            how many tasks are pending again.
        """
        with self._guarded(), self._transaction():
            old = "SELECT key FROM responses WHERE fetched_at < ? AND spent = 0"
            reopened = self._database.execute(
                "UPDATE tasks SET status = 'pending', next_try_at = NULL, reason = 'to be asked again'"
                f" WHERE status IN ('done', 'missing', 'failed') AND response IN ({old})",
                (before,),
            ).rowcount
            self._database.execute("UPDATE responses SET spent = 1 WHERE fetched_at < ?", (before,))
            return reopened

    def settle(
        self,
        source: SourceName,
        purpose: Purpose,
        verdicts: Sequence[Verdict],
        response: StoredResponse | None = None,
        next_try_at: str | None = None,
    ) -> None:
        """Write what became of tasks, and that this response has been taken account of, in one step.

        A response that failed a task is spent: its facts stay, but the next try asks the service again.
        """
        with self._guarded(), self._transaction():
            key = response.key if response else None
            settle_tasks(self._database, source, purpose, verdicts, key, next_try_at)
            if response:
                spent = any(verdict.status is TaskStatus.FAILED for verdict in verdicts)
                self._database.execute(
                    "UPDATE responses SET settled = 1, spent = spent OR ? WHERE number = ?", (spent, response.number)
                )

    def counts(self) -> tuple[TaskCounts, ...]:
        """How many tasks stand how, by source and purpose."""
        with self._guarded():
            return count_tasks(self._database)

    def next_request_at(self, source: SourceName) -> float:
        """Time, in seconds since 1970, before which this source is not to be asked; 0 where it never was."""
        with self._guarded():
            row = self._database.execute("SELECT next_at FROM paces WHERE source = ?", (source.value,)).fetchone()
            return float(row[0]) if row else 0.0

    def set_next_request_at(self, source: SourceName, moment: float) -> None:
        """Keep the distance to the next request over the end of this process."""
        with self._guarded():
            self._database.execute("INSERT OR REPLACE INTO paces VALUES (?, ?)", (source.value, moment))

    def _select(self, where: str, values: tuple[str, ...]) -> Iterator[StoredResponse]:
        with self._guarded():
            numbers = self._database.execute(f"SELECT number FROM responses WHERE {where} ORDER BY number", values)
            for (number,) in numbers.fetchall():
                row = self._database.execute(f"SELECT {_COLUMNS} FROM responses WHERE number = ?", (number,)).fetchone()
                yield _response(row)

    def _acquire(self) -> FileLock:
        lock = FileLock(self.path.with_name(self.path.name + ".lock"))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise LibraryBusy(
                f"Another process is fetching into {self.path.parent}", "Wait until it has ended, then try again."
            ) from error
        except OSError as error:
            raise _not_writable(self.path, error) from error
        return lock

    def _release(self) -> None:
        if self._lock:
            self._lock.release()

    def _open(self, read_only: bool) -> sqlite3.Connection:
        database = self._connect("ro" if read_only else "rwc")
        try:
            if not _is_empty(database) and _pragma(database, "application_id") != _APPLICATION:
                raise LibraryDamaged(
                    f"{self.path} is no response store", "Move it away; the next `litatlas fetch` makes a new one."
                )
            if _pragma(database, "user_version") > STORE_FORMAT:
                raise LibraryTooNew(f"{self.path} was written by a later release", "Install the newest LitAtlas.")
            if read_only and _is_empty(database):  # made and never written to
                database.close()
                database = sqlite3.connect(":memory:", isolation_level=None)
            if not read_only:
                database.execute("PRAGMA journal_mode = WAL")
            if _is_empty(database) or not read_only:
                database.executescript(f"BEGIN;{_SCHEMA}{TASK_SCHEMA}{_MARKS}COMMIT;")
        except BaseException:
            database.close()
            raise
        return database

    def _connect(self, mode: str) -> sqlite3.Connection:
        address = f"{self.path.resolve().as_uri()}?mode={mode}"
        database = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
        try:
            _is_empty(database)
        except sqlite3.OperationalError:
            database.close()
            if mode != "ro" or self.path.with_name(self.path.name + "-wal").exists():
                raise
            # In a directory that may not be written, SQLite cannot make the files that it reads a WAL database with.
            database = sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
        return database

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Say what SQLite and zlib report in the words of our errors."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise _not_writable(self.path, error) from error
        except (sqlite3.DatabaseError, zlib.error, ValueError) as error:
            raise LibraryDamaged(
                f"The response store {self.path} is damaged: {error}",
                "Move the file away; the next run fetches again what it held.",
            ) from error


def _is_empty(database: sqlite3.Connection) -> bool:
    return not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _pragma(database: sqlite3.Connection, name: str) -> int:
    return int(database.execute(f"PRAGMA {name}").fetchone()[0])


def _not_writable(path: Path, error: Exception) -> StorageError:
    return StorageError(
        f"The response store {path} cannot be read or written: {error}", "Check the disk's space and the permissions."
    )


def _response(row: Sequence[Any]) -> StoredResponse:
    number, key, source, purpose, url, asked, status, headers, body, fetched_at = row
    return StoredResponse(
        key,
        SourceName(source),
        Purpose(purpose),
        url,
        status,
        zlib.decompress(body),
        fetched_at,
        tuple(json.loads(asked)),
        tuple(sorted(json.loads(headers).items())),
        number,
    )
