"""Long work behind the app: jobs on the disk beside the library, so that they outlive the page that asked for them.

jobs/<id>/job.json      what is to be done, and how far it is; replaced as a whole
jobs/<id>/process       the number of the process that was started for it
jobs/<id>/files/        what was uploaded, until it has been taken in
jobs/<id>/report.jsonl  what the parser found doubtful, a finding a line with the text of its line
jobs/<id>/log.txt       what the working process said on its standard error

Each job is worked on by a process of its own (app/working.py); one lock lets them work one after another. A job whose
process is gone was interrupted; it can be taken up again, and does only what is left.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from litatlas.graph.errors import InvalidFilter, StorageError
from litatlas.graph.models import Finding

from .fetch_state import is_alive
from .saving import write_file
from .settings import Settings

JOBS = "jobs"
_STATE, _PROCESS, _FILES, _REPORT, _LOG = "job.json", "process", "files", "report.jsonl", "log.txt"
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
_NOT_IN_A_NAME = re.compile(r"[^\w.\- ]+")
_LARGEST = 1_000_000  # bytes of a state file
_MOST_KEPT = 12  # jobs that ended
_PATIENCE = 10.0  # seconds that a cancelled process has to end by itself
_STALE = 3600.0  # seconds without a sign of life, after which the number belongs to another process


class JobKind(StrEnum):
    """What a job takes in; those of files are called as the commands under ``litatlas ingest``."""

    LIST = "list"
    BIBLIOGRAPHY = "bibliography"
    TAXONOMY = "taxonomy"
    NODE_LINK = "node-link"
    METADATA = "metadata"
    CITATIONS = "citations"
    NOTES = "notes"
    SURVEY = "survey"
    BUNDLED = "bundled"
    FETCH = "fetch"


class Phase(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    LACKING = "lacking"  # taken in, and a service did not answer: it can be taken up again
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def active(self) -> bool:
        """Whether it is still going on."""
        return self in {Phase.QUEUED, Phase.RUNNING}

    @property
    def can_resume(self) -> bool:
        """Whether taking it up again can bring more."""
        return self in {Phase.FAILED, Phase.CANCELLED, Phase.INTERRUPTED, Phase.LACKING}


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for.

    Attributes:
        name: the file's name, the arXiv id or the bundled survey's key, as it is shown.
        survey, title: short name and title of the survey that a list, bibliography or taxonomy becomes.
        fetch: whether abstracts and citations are fetched afterwards.
    """

    kind: JobKind
    name: str
    survey: str | None = None
    title: str | None = None
    fetch: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A request with how far it is.

    Attributes:
        process: that works on it; 0 before there is one.
        created, changed: seconds since 1970.
        stage: what is being done; `done` of `total`, which is 0 where that is not known.
        lines: what was done, a sentence each.
        error, advice: why it ended without being done, and what to do.
    """

    id: str
    request: Request
    phase: Phase
    created: float
    changed: float
    process: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    lines: tuple[str, ...] = ()
    error: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A finding of the parser with the text of its line, cut; empty where there is none."""

    finding: Finding
    text: str = ""


_JOB = TypeAdapter(Job)
_LINE = TypeAdapter(ReportLine)
Start = Callable[[Settings, str, Path], int]


def start_process(settings: Settings, job: str, log: Path) -> int:
    """Start the process that works on a job, apart from this one; returns its number."""
    command = [sys.executable, "-m", "litatlas.app.cli", "work", job, "--library", str(settings.library.resolve())]
    command += ["--model", settings.model] if settings.model else []
    with log.open("ab") as errors:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        ).pid


class JobStore:
    """The jobs of one library; as many processes as like may look at the same time.

    Args:
        start: starts the process that works on a job; returns its number.
    """

    def __init__(self, settings: Settings, start: Start = start_process) -> None:
        self.settings = settings
        self._root = settings.library / JOBS
        self._start = start

    def add(self, request: Request, files: Mapping[str, bytes] | None = None) -> Job:
        """Keep what was uploaded, and start working on it.

        Args:
            files: contents by the names they were uploaded under, which are made safe.

        Raises:
            StorageError: the library's directory cannot be written.
        """
        now = time.time()
        job = Job(f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", request, Phase.QUEUED, now, now)
        folder = self._root / job.id / _FILES
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StorageError(
                f"{self.settings.library} cannot be written: {error.strerror or error}.", "Check its permissions."
            ) from error
        for name, data in safe_names(files or {}).items():
            write_file(folder / name, data)
        self._forget_oldest()
        self.write(job)
        return self._work_on(job)

    def resume(self, job_id: str) -> Job:
        """Take a job up again that ended before it was done.

        Raises:
            InvalidFilter: there is none of that id, or it cannot be taken up again.
        """
        job = self.read(job_id)
        if job is None or not job.phase.can_resume:
            raise InvalidFilter("This job cannot be taken up again.", "Add it anew.")
        again = Job(job.id, job.request, Phase.QUEUED, job.created, time.time(), lines=job.lines)
        (self._root / job.id / _PROCESS).unlink(missing_ok=True)
        self.write(again)
        return self._work_on(again)

    def cancel(self, job_id: str) -> None:
        """Ask the process of a job to end, and end it where it does not; the library is as before or as after."""
        job = self.read(job_id)
        if job is None or not job.phase.active:
            return
        _end(job.process)
        now = self.read(job_id)
        if now is not None and now.phase in {Phase.QUEUED, Phase.RUNNING, Phase.INTERRUPTED}:
            self.write(replace(now, phase=Phase.CANCELLED, changed=time.time()))

    def read(self, job_id: str) -> Job | None:
        """The job of that id as it stands; None where there is none, or its file is damaged."""
        if not _ID.fullmatch(job_id):
            return None
        try:
            with (self._root / job_id / _STATE).open("rb") as file:
                job = _JOB.validate_json(file.read(_LARGEST))
        except (OSError, ValidationError):
            return None
        process = job.process or self._started(job_id)
        stale = time.time() - job.changed > _STALE
        if job.phase.active and process and (stale or not is_alive(process)):
            return replace(job, phase=Phase.INTERRUPTED, process=process)
        return replace(job, process=process)

    def _started(self, job_id: str) -> int:
        try:
            return int((self._root / job_id / _PROCESS).read_text())
        except (OSError, ValueError):
            return 0

    def all(self) -> tuple[Job, ...]:
        """Every job, the newest first."""
        try:
            names = sorted((path.name for path in self._root.iterdir() if _ID.fullmatch(path.name)), reverse=True)
        except OSError:
            return ()
        return tuple(job for name in names if (job := self.read(name)))

    def write(self, job: Job) -> None:
        """Put down how a job stands.

        Raises:
            StorageError: it cannot be written.
        """
        write_file(self._root / job.id / _STATE, _JOB.dump_json(job))

    def files(self, job_id: str) -> tuple[Path, ...]:
        """What was uploaded for a job, by name; empty once it has been taken in."""
        folder = self._root / job_id / _FILES
        return tuple(sorted(folder.iterdir())) if folder.is_dir() else ()

    def drop_files(self, job_id: str) -> None:
        """Remove what was uploaded, after it has been taken in."""
        shutil.rmtree(self._root / job_id / _FILES, ignore_errors=True)

    def write_report(self, job_id: str, lines: tuple[ReportLine, ...]) -> None:
        """Keep what the parser found doubtful.

        Raises:
            StorageError: it cannot be written.
        """
        write_file(self._root / job_id / _REPORT, b"".join(_LINE.dump_json(line) + b"\n" for line in lines))

    def report(self, job_id: str) -> tuple[ReportLine, ...]:
        """What the parser found doubtful; empty where nothing was, or nothing was parsed."""
        if not _ID.fullmatch(job_id):
            return ()
        try:
            written = (self._root / job_id / _REPORT).read_bytes()
            return tuple(_LINE.validate_json(line) for line in written.splitlines())
        except (OSError, ValidationError):
            return ()

    @property
    def lock_path(self) -> Path:
        """The lock that the process holds which is working."""
        return self._root / "working.lock"

    def _work_on(self, job: Job) -> Job:
        """Start its process; the state is that process's alone to write from now on."""
        try:
            process = self._start(self.settings, job.id, self._root / job.id / _LOG)
        except OSError as error:
            failed = replace(job, phase=Phase.FAILED, error=f"No process could be started: {error}.")
            self.write(failed)
            return failed
        write_file(self._root / job.id / _PROCESS, str(process).encode())
        return replace(job, process=process)

    def _forget_oldest(self) -> None:
        ended = [job for job in self.all() if not job.phase.active]
        for job in ended[_MOST_KEPT - 1 :]:
            shutil.rmtree(self._root / job.id, ignore_errors=True)


def safe_names(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Contents by names that lead nowhere: no separators, no leading dots, at most 100 characters, no two alike."""
    safe: dict[str, bytes] = {}
    for name, data in files.items():
        last = re.split(r"[/\\]", name)[-1]
        cleaned = _NOT_IN_A_NAME.sub("_", last).strip(" .")[-100:].lstrip(" .") or "file"
        taken = {each.lower() for each in safe}
        number = 2
        unique = cleaned
        while unique.lower() in taken:
            unique = f"{number}-{cleaned}"
            number += 1
        safe[unique] = data
    return safe


def _end(process: int) -> None:
    if not process or not is_alive(process):
        return
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, signal.SIGTERM)
    until = time.monotonic() + _PATIENCE
    while is_alive(process) and time.monotonic() < until:
        time.sleep(0.05)
    if is_alive(process):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))
