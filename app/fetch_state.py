"""How far a fetch behind the served app is: one small file beside the library, written by the fetch, read by pages.

fetch.json   state (running, done, lacking, failed), what it is doing, per source how many of how many, what is lacking
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from litatlas.graph.errors import LitAtlasError
from litatlas.ingest.services import FetchEvent, Notify, Purpose, SourceName

from .fetching import FetchSummary
from .saving import write_file
from .settings import Settings

FETCH_STATE = "fetch.json"
_STALE = 120.0  # seconds without a sign of life; the longest wait between two is half of it
_LARGEST = 1_000_000  # bytes of the file
_ATTEND_EVERY = 0.5  # seconds
_GRACE = 20.0  # seconds to end between two steps, before what is being waited for is broken off


class FetchPhase(StrEnum):
    """Where a fetch stands."""

    RUNNING = "running"
    DONE = "done"
    LACKING = "lacking"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceProgress:
    """How far one purpose of one source is."""

    source: SourceName
    purpose: Purpose
    done: int
    total: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class FetchState:
    """What a page says about the fetch behind it.

    Attributes:
        process: its process number.
        changed: seconds since 1970.
        next_try: seconds since 1970 of the next request, while one is waited for.
        reasons: why something is lacking or failed, each once.
    """

    phase: FetchPhase
    process: int
    changed: float
    progress: tuple[SourceProgress, ...] = ()
    next_try: float | None = None
    lacking: int = 0
    reasons: tuple[str, ...] = ()


_ADAPTER = TypeAdapter(FetchState)


def read_fetch_state(settings: Settings) -> FetchState | None:
    """The state of the last fetch behind the app; None where there was none, or where it died without a word."""
    try:
        with (settings.library / FETCH_STATE).open("rb") as file:
            state = _ADAPTER.validate_json(file.read(_LARGEST))
    except (OSError, ValidationError):
        return None
    if state.phase is FetchPhase.RUNNING and (time.time() - state.changed > _STALE or not is_alive(state.process)):
        return None
    return state


def announce_fetch(settings: Settings, process: int) -> None:
    """Say that a fetch was started, before it says anything itself.

    Raises:
        StorageError: the library's directory cannot be written.
    """
    state = FetchState(FetchPhase.RUNNING, process, time.time())
    write_file(settings.library / FETCH_STATE, _ADAPTER.dump_json(state))


def forget_fetch(settings: Settings) -> None:
    """Remove what a fetch behind an earlier app said last; where it cannot be removed, it is shown once more."""
    with suppress(OSError):
        (settings.library / FETCH_STATE).unlink()


@dataclass(slots=True)
class FetchReporter:
    """Hands events on, and writes the state file where a page may be looking."""

    path: Path | None
    tell: Notify
    _progress: dict[tuple[SourceName, Purpose], SourceProgress] = field(default_factory=dict)
    _written: float = 0.0

    def notify(self, event: FetchEvent) -> None:
        """Take a fetch event."""
        self.tell(event)
        key = event.source, event.purpose
        self._progress[key] = SourceProgress(event.source, event.purpose, event.done, event.total, event.message)
        wait = event.wait_seconds
        if wait is not None or time.time() - self._written > 1:
            self._write(FetchPhase.RUNNING, next_try=time.time() + wait if wait else None)

    def finish(self, summary: FetchSummary) -> None:
        """Say how the run ended."""
        phase = FetchPhase.DONE if summary.complete else FetchPhase.LACKING
        outages = (str(step.outage) for step in summary.steps if step.outage)
        self._write(phase, lacking=len(summary.lacking), reasons=tuple(dict.fromkeys(outages)))

    def fail(self, error: LitAtlasError) -> None:
        """Say that the run ended in an error."""
        self._write(FetchPhase.FAILED, reasons=(f"{error.message} {error.advice}".strip(),))

    def _write(
        self,
        phase: FetchPhase,
        next_try: float | None = None,
        lacking: int = 0,
        reasons: tuple[str, ...] = (),
    ) -> None:
        if self.path is None:
            return
        self._written = time.time()
        state = FetchState(
            phase, os.getpid(), self._written, tuple(self._progress.values()), next_try, lacking, reasons
        )
        write_file(self.path, _ADAPTER.dump_json(state))


@contextmanager
def reporting(settings: Settings, notify: Notify, *, attended: bool) -> Iterator[FetchReporter]:
    """A reporter for one run; `attended` by a page it also writes the state file."""
    reporter = FetchReporter(settings.library / FETCH_STATE if attended else None, notify)
    try:
        yield reporter
    except LitAtlasError as error:
        reporter.fail(error)
        raise


@contextmanager
def attending(process: int | None, stop: threading.Event) -> Iterator[None]:
    """While inside, set `stop` as soon as this process has ended, so that a fetch does not outlive its app."""
    over = threading.Event()
    if process is not None:
        threading.Thread(target=_watch, args=(process, stop, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _watch(process: int, stop: threading.Event, over: threading.Event) -> None:
    while not over.wait(_ATTEND_EVERY):
        if not is_alive(process):
            stop.set()
            if not over.wait(_GRACE):  # it may hang in a request; a second signal ends it, see `stop_on_signal`
                os.kill(os.getpid(), signal.SIGTERM)
            return


def is_alive(process: int) -> bool:
    """Whether a process of this number is there."""
    if process <= 0:  # would mean a group of processes
        return False
    if hasattr(os, "waitpid") and hasattr(os, "WNOHANG"):
        with suppress(
            ChildProcessError, OverflowError
        ):  # one of our own that has ended is there until it is waited for
            if os.waitpid(process, os.WNOHANG)[0]:
                return False
    with suppress(PermissionError):  # it is there, and somebody else's
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True
