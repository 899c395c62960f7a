"""Working on one job: what the process behind the app does, from the file to the vectors, and how it says so.

A job ends in a commit or leaves the library as it was. What it fetches is stored answer by answer and what it embeds is
journalled, so that a job which is taken up again does only what is left.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from os import getpid
from types import FrameType
from typing import TypeVar

from filelock import FileLock

from litatlas.graph.encoder import Encoder, load_encoder
from litatlas.graph.errors import FetchStopped, LibraryBusy, LitAtlasError, SourceMissing
from litatlas.ingest.pipeline import ApplyReport
from litatlas.ingest.services import FetchEvent

from .building import (
    build,
    ingest_citations,
    ingest_list,
    ingest_metadata,
    ingest_node_link,
    ingest_notes,
)
from .fetching import FetchSummary, fetch_missing
from .jobs import Job, JobKind, JobStore, Phase, ReportLine
from .settings import Settings
from .surveying import ingest_survey
from .uploads import SURVEYS, read_files

_OFTEN = 0.4  # seconds between two signs of life
_BUSY_FOR = 600.0  # seconds that another writer is waited for

_Result = TypeVar("_Result")


class Cancelled(BaseException):
    """Somebody asked the process to end; derived so that nothing takes it for an error."""


def work(settings: Settings, job_id: str, load: Callable[[str], Encoder] = load_encoder) -> Job:
    """Work on a job until it is done, has failed or is cancelled; how it ended stands in what is returned.

    Raises:
        SourceMissing: there is no such job.
    """
    store = JobStore(settings)
    job = store.read(job_id)
    if job is None:
        raise SourceMissing(
            f"There is no job {job_id!r} in {settings.library}.", "See the Add page for those there are."
        )
    worker = _Worker(store, replace(job, process=getpid()), load)
    try:
        with _on_cancel(worker):
            return worker.run()
    except Cancelled:
        return worker.end(Phase.CANCELLED)
    except FetchStopped:
        return worker.end(Phase.CANCELLED)
    except LitAtlasError as error:
        return worker.end(Phase.FAILED, error.message, error.advice)
    except Exception:
        worker.end(Phase.FAILED, "Something went wrong that should not have.", "log.txt in the job's folder has it.")
        raise


class _Worker:
    """One job with its progress; `stop` is set when it is to end between two requests."""

    def __init__(self, store: JobStore, job: Job, load: Callable[[str], Encoder]) -> None:
        self.stop = threading.Event()
        self.asks_services = False
        self._store, self._job, self._load = store, job, load
        self._written = 0.0

    def run(self) -> Job:
        self._tell("Waiting for other work to end")
        with FileLock(self._store.lock_path):
            self._job = replace(self._job, phase=Phase.RUNNING)
            self._tell("Reading")
            lacking = self._take_in()
            return self.end(Phase.LACKING if lacking else Phase.DONE)

    def end(self, phase: Phase, error: str = "", advice: str = "") -> Job:
        """Say how it ended; what was uploaded is dropped when it is not needed again."""
        for path in self._store.files(self._job.id):
            error = error.replace(str(path), path.name)
        if phase is Phase.DONE:
            self._store.drop_files(self._job.id)
        self._job = replace(self._job, phase=phase, error=error, advice=advice, stage="", changed=time.time())
        self._store.write(self._job)
        return self._job

    def _take_in(self) -> bool:
        settings, request = self._store.settings, self._job.request
        outage = False
        if request.kind is JobKind.SURVEY:
            outage = self._survey()
        elif request.kind not in {JobKind.BUNDLED, JobKind.FETCH}:
            self._file()
        if request.kind is not JobKind.FETCH:
            named = (request.name,) if request.kind is JobKind.BUNDLED else ()
            built = self._patiently(lambda: build(settings, self._tell, surveys=named, load=self._load))
            self._say(
                f"{built.counts.papers:,} papers are in the library; {built.embedding.made:,} texts were embedded."
            )
        if request.kind is JobKind.FETCH or request.fetch:
            outage = self._fetch() or outage
        return outage

    def _file(self) -> None:
        request, settings = self._job.request, self._store.settings
        paths = self._store.files(self._job.id)
        if not paths:
            raise SourceMissing("The uploaded file is not there any more.", "Upload it again.")
        if request.kind in SURVEYS:
            reading = read_files(paths, request.kind, survey=request.survey, title=request.title)
            self._store.write_report(self._job.id, reading.report)
            for facts in reading.surveys:
                self._tell("Adding papers")
                listed = self._patiently(lambda facts=facts: ingest_list(settings, facts))  # type: ignore[misc]
                self._applied(listed.applied)
            return
        if request.kind is JobKind.NODE_LINK:
            network = self._patiently(lambda: ingest_node_link(settings, paths[0]))
            for each in network.surveys:
                self._applied(each.applied)
            self._applied(network.citations)
            return
        takes = {
            JobKind.METADATA: ingest_metadata,
            JobKind.CITATIONS: ingest_citations,
            JobKind.NOTES: ingest_notes,
        }[request.kind]
        applied = self._patiently(lambda: takes(settings, paths[0]))
        self._store.write_report(self._job.id, tuple(ReportLine(finding) for finding in applied.findings))
        self._applied(applied)

    def _survey(self) -> bool:
        settings, request = self._store.settings, self._job.request
        with self._asking():
            report = ingest_survey(settings, request.name, self._event, key=request.survey, stop=self.stop)
        if report.text:
            lines = tuple(ReportLine(finding) for finding in report.text.facts.findings)
            self._store.write_report(self._job.id, lines)
        self._applied(report.applied)
        if report.trouble:
            self._say(report.trouble)
        return any(step.outage for step in report.fetched.steps)

    def _fetch(self) -> bool:
        with self._asking():
            summary = fetch_missing(self._store.settings, self._event, stop=self.stop, load=self._load)
        self._say(_gained(summary))
        for outage in dict.fromkeys(str(step.outage) for step in summary.steps if step.outage):
            self._say(outage)
        if summary.stopped:
            raise FetchStopped("Stopped.", "Take it up again to go on where it ended.")
        return not summary.complete

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """While services are asked, a wish to end is granted between two requests, with what was answered kept."""
        self.asks_services = True
        try:
            yield
        finally:
            self.asks_services = False

    def _applied(self, report: ApplyReport | None) -> None:
        if report is None:
            return
        unmatched = f", {report.unmatched_count:,} belong to no paper here" if report.unmatched_count else ""
        self._say(
            f"{report.records:,} records: {report.added:,} new, {report.matched:,} joined to what was known,"
            f" {report.unchanged:,} as before{unmatched}."
        )

    def _say(self, line: str) -> None:
        self._job = replace(self._job, lines=(*self._job.lines, line)[-50:])
        self._written = 0.0

    def _event(self, event: FetchEvent) -> None:
        waits = f"; it asks to wait {event.wait_seconds:.0f} s" if event.wait_seconds else ""
        self._tell(f"Asking {event.source.value} for {event.purpose.value}{waits}", event.done, event.total)

    def _tell(self, stage: str, done: int = 0, total: int = 0) -> None:
        now = time.time()
        if stage == self._job.stage and now - self._written < _OFTEN:
            return
        self._written = now
        self._job = replace(self._job, stage=stage, done=done, total=total, changed=now)
        self._store.write(self._job)

    def _patiently(self, action: Callable[[], _Result]) -> _Result:
        until = time.monotonic() + _BUSY_FOR
        while True:
            try:
                return action()
            except LibraryBusy:
                if time.monotonic() > until:
                    raise
                self._tell("Waiting for another program that writes to the library")
                time.sleep(0.5)


def _gained(summary: FetchSummary) -> str:
    abstracts = summary.after.abstracts - summary.before.abstracts
    citations = summary.after.citations - summary.before.citations
    return f"{summary.requests:,} requests brought {abstracts:,} abstracts and {citations:,} citations."


@contextmanager
def _on_cancel(worker: _Worker) -> Iterator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        if worker.asks_services and not worker.stop.is_set():
            worker.stop.set()
            return
        raise Cancelled

    if threading.current_thread() is not threading.main_thread():  # signals belong to that one
        yield
        return
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
