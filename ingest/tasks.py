"""What was asked for and what became of it: one task per source, purpose and paper, in the response store's file.

A task is settled only by a stored answer or by a refusal; an outage leaves it pending, with the reason of the last try.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .services import Purpose, SourceName


class TaskStatus(StrEnum):
    """What became of a task."""

    PENDING = "pending"
    DONE = "done"
    MISSING = "missing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing wanted of a source.

    Attributes:
        key: what is wanted, as a rule ``str(PaperId)``.
        tries: requests sent for it that did not settle it.
        next_try_at: ISO time before which it is not asked again; None: at the next run.
        response: key of the stored answer that settled it; for a missing one, the proof.
        reason: why it is missing, failed or still pending, or what its answer lacks.
    """

    source: SourceName
    purpose: Purpose
    key: str
    status: TaskStatus
    tries: int = 0
    next_try_at: str | None = None
    response: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer says about one task."""

    key: str
    status: TaskStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How many tasks of one source and purpose stand how; `noted` counts the done ones whose answer lacks something."""

    source: SourceName
    purpose: Purpose
    done: int = 0
    pending: int = 0
    missing: int = 0
    failed: int = 0
    noted: int = 0

    @property
    def total(self) -> int:
        """All that are wanted."""
        return self.done + self.pending + self.missing + self.failed


TASK_SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    source TEXT NOT NULL, purpose TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'pending',
    tries INTEGER NOT NULL DEFAULT 0, next_try_at TEXT, response TEXT, reason TEXT,
    PRIMARY KEY (source, purpose, key)
) WITHOUT ROWID;
"""

_COLUMNS = "source, purpose, key, status, tries, next_try_at, response, reason"


def add_tasks(database: sqlite3.Connection, source: SourceName, purpose: Purpose, keys: Iterable[str]) -> None:
    """Make tasks that are new pending; others stay as they are."""
    rows = [(source.value, purpose.value, key) for key in dict.fromkeys(keys)]
    database.executemany("INSERT OR IGNORE INTO tasks (source, purpose, key) VALUES (?, ?, ?)", rows)


def read_tasks(
    database: sqlite3.Connection, source: SourceName | None, purpose: Purpose | None, status: TaskStatus | None
) -> tuple[Task, ...]:
    """Tasks by source, purpose and key, restricted to what is given."""
    wanted = {"source": source, "purpose": purpose, "status": status}
    given = {column: value.value for column, value in wanted.items() if value is not None}
    where = " AND ".join(f"{column} = ?" for column in given) or "1"
    rows = database.execute(
        f"SELECT {_COLUMNS} FROM tasks WHERE {where} ORDER BY source, purpose, key", tuple(given.values())
    )
    return tuple(_task(row) for row in rows)


def _task(row: Sequence[Any]) -> Task:
    source, purpose, key, status, tries, next_try_at, response, reason = row
    return Task(
        SourceName(source),
        Purpose(purpose),
        key,
        TaskStatus(status),
        tries,
        next_try_at,
        response,
        reason,
    )


def settle_tasks(
    database: sqlite3.Connection,
    source: SourceName,
    purpose: Purpose,
    verdicts: Iterable[Verdict],
    response: str | None,
    next_try_at: str | None,
) -> None:
    """Write verdicts; a pending or failed one counts as a try. A task that is done is not undone by a later answer."""
    rows = [
        (
            verdict.status.value,
            verdict.status in {TaskStatus.PENDING, TaskStatus.FAILED},
            next_try_at if verdict.status in {TaskStatus.PENDING, TaskStatus.FAILED} else None,
            response,
            verdict.reason,
            source.value,
            purpose.value,
            verdict.key,
            verdict.status.value,
        )
        for verdict in verdicts
    ]
    database.executemany(
        "UPDATE tasks SET status = ?, tries = tries + ?, next_try_at = ?, response = ?, reason = ?"
        " WHERE source = ? AND purpose = ? AND key = ? AND (status <> 'done' OR ? = 'done')",
        rows,
    )


def count_tasks(database: sqlite3.Connection) -> tuple[TaskCounts, ...]:
    """Counts of every source and purpose that has tasks."""
    rows = database.execute(
        "SELECT source, purpose, sum(status = 'done'), sum(status = 'pending'), sum(status = 'missing'),"
        " sum(status = 'failed'), sum(status = 'done' AND reason IS NOT NULL)"
        " FROM tasks GROUP BY source, purpose ORDER BY source, purpose"
    )
    return tuple(TaskCounts(SourceName(row[0]), Purpose(row[1]), *map(int, row[2:])) for row in rows)
