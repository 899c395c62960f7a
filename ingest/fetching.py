"""One run over all services: source by source, each as far as it goes, with a report of what stands how.

An outage of one source stops only what is left of that source; its tasks are pending and the next run goes on there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from litatlas.graph.errors import FetchStopped, LitAtlasError, NotStored, ServiceError
from litatlas.graph.identity import PaperId

from . import arxiv, openalex, semantic_scholar
from .asking import Commit
from .pacing import Clock, SystemClock, to_iso
from .responses import ResponseStore
from .semantic_scholar import TitleQuery
from .services import Notify, Purpose, Services, SourceName
from .tasks import Task, TaskCounts, TaskStatus
from .transport import Transport


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a library wants to know, from whom.

    Attributes:
        arxiv: metadata; `semantic_scholar`: ids, counts, tldr; `edges`: reference lists (Semantic Scholar).
        surveys: references with contexts and intents (Semantic Scholar), one request each.
        texts: the HTML, else the source, of papers (arXiv), one or two requests each.
        openalex: a second opinion; only what is named here is asked.
        titles: papers without an id, looked up by title (Semantic Scholar), one request each.
    """

    arxiv: tuple[PaperId, ...] = ()
    semantic_scholar: tuple[PaperId, ...] = ()
    edges: tuple[PaperId, ...] = ()
    surveys: tuple[PaperId, ...] = ()
    texts: tuple[PaperId, ...] = ()
    openalex: tuple[PaperId, ...] = ()
    titles: tuple[TitleQuery, ...] = ()


@dataclass(frozen=True, slots=True)
class StepReport:
    """What became of one purpose of one source.

    Attributes:
        counts: of all its tasks, also of earlier runs.
        requests: sent in this run, every try counted.
        outage: why the source stopped answering; None where it did not.
        next_try: ISO time from which it may be asked again after an outage.
    """

    counts: TaskCounts
    requests: int = 0
    outage: LitAtlasError | None = None
    next_try: str | None = None


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a run did, in the order of its steps.

    Attributes:
        lacking: tasks that are still open; offline, what the store does not hold.
        stopped: whether the run was asked to stop before its end.
    """

    steps: tuple[StepReport, ...]
    lacking: tuple[Task, ...] = ()
    stopped: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything wanted is known, or proven not to be there."""
        return not self.lacking and not self.stopped

    @property
    def requests(self) -> int:
        """Sent in this run, to all sources."""
        return sum(step.requests for step in self.steps)


@dataclass(frozen=True, slots=True)
class _Work:
    """One step of a run: what is asked of whom, and for which tasks."""

    source: SourceName
    purpose: Purpose
    keys: tuple[str, ...]
    fetch: Callable[[Transport], None]


def fetch(
    wanted: Wanted,
    services: Services,
    store: ResponseStore,
    *,
    notify: Notify | None = None,
    offline: bool = False,
    commit: Commit | None = None,
    clock: Clock | None = None,
    stop: threading.Event | None = None,
) -> FetchReport:
    """Ask every service for what is wanted and not yet known.

    Args:
        offline: send nothing; settle what stored answers settle, and report the rest as lacking.
        commit: called after each answer, so that the caller can take new facts into a library.
        clock: time and waiting; tests bring their own.
        stop: when set, waits end at once and the run ends with what it has.

    Raises:
        LibraryError, StorageError: the store cannot be written.
        ServiceRefused: a key in `services` cannot be one.
        KeyboardInterrupt: as it comes; nothing that was answered is lost.
    """
    clock = clock or SystemClock(stop)
    work = _work(wanted, store, commit)
    known = {source: services.service(source) for source in SourceName}
    for step in work:
        store.want(step.source, step.purpose, step.keys)
    reports: list[StepReport] = []
    for source in SourceName:
        steps = [step for step in work if step.source is source]
        if not steps:
            continue
        with Transport(known[source], store, offline=offline, clock=clock, notify=notify) as transport:
            done, stopped = _run_source(steps, transport, store, stop)
        reports += done
        if stopped:
            return FetchReport(tuple(reports), _lacking(work, store), stopped=True)
    return FetchReport(tuple(reports), _lacking(work, store))


def _run_source(
    steps: Sequence[_Work], transport: Transport, store: ResponseStore, stop: threading.Event | None
) -> tuple[list[StepReport], bool]:
    """All steps of one source until an outage; whether the run was stopped."""
    reports: list[StepReport] = []
    outage: ServiceError | None = None
    if _lacking(steps, store):
        _say_how_slow(steps, transport)
    for step in steps:
        before = transport.requests
        if stop and stop.is_set():
            return reports, True
        if outage is None:
            try:
                step.fetch(transport)
            except FetchStopped:
                reports.append(_report(step, store, transport, before, None))
                return reports, True
            except NotStored:
                pass  # offline: what is lacking stands in the report, and other steps may lack nothing
            except ServiceError as error:
                outage = error
        reports.append(_report(step, store, transport, before, outage))
    return reports, False


def _say_how_slow(steps: Sequence[_Work], transport: Transport) -> None:
    service = transport.service
    if not service.key_header or service.key or transport.offline:
        return
    tasks = len(steps[0].keys)
    pace = f"one request every {service.pace:g} s, and " if service.pace else ""
    message = f"{service.title} without a key: {pace}it may ask to wait; a key of your own makes it faster"
    transport.tell(steps[0].purpose, 0, tasks, message)


def _report(
    step: _Work, store: ResponseStore, transport: Transport, before: int, outage: ServiceError | None
) -> StepReport:
    found = [each for each in store.counts() if each.source is step.source and each.purpose is step.purpose]
    counts = found[0] if found else TaskCounts(step.source, step.purpose)
    next_try = to_iso(transport.next_try) if outage else None
    return StepReport(counts, transport.requests - before, outage, next_try)


def _lacking(work: Sequence[_Work], store: ResponseStore) -> tuple[Task, ...]:
    keys = {(step.source, step.purpose): frozenset(step.keys) for step in work}
    open_tasks = (*store.tasks(status=TaskStatus.PENDING), *store.tasks(status=TaskStatus.FAILED))
    return tuple(task for task in open_tasks if task.key in keys.get((task.source, task.purpose), ()))


def _work(wanted: Wanted, store: ResponseStore, commit: Commit | None) -> list[_Work]:
    """The steps that have something to ask, cheapest knowledge first."""
    s2, own = SourceName.SEMANTIC_SCHOLAR, semantic_scholar
    titles = tuple(query.key for query in wanted.titles)
    steps = [
        _Work(
            SourceName.ARXIV,
            Purpose.METADATA,
            arxiv.askable(wanted.arxiv),
            lambda transport: arxiv.fetch_metadata(transport, store, wanted.arxiv, commit),
        ),
        _Work(
            SourceName.ARXIV,
            Purpose.TEXT,
            arxiv.askable(wanted.texts),
            lambda transport: arxiv.fetch_texts(transport, store, wanted.texts, commit),
        ),
        _Work(
            s2,
            Purpose.METADATA,
            own.askable(wanted.semantic_scholar),
            lambda transport: own.fetch_papers(transport, store, wanted.semantic_scholar, commit),
        ),
        _Work(
            s2,
            Purpose.EDGES,
            own.askable(wanted.edges),
            lambda transport: own.fetch_edges(transport, store, wanted.edges, commit),
        ),
        _Work(
            s2,
            Purpose.REFERENCES,
            own.askable(wanted.surveys),
            lambda transport: own.fetch_references(transport, store, wanted.surveys, commit),
        ),
        _Work(
            s2,
            Purpose.MATCH,
            titles,
            lambda transport: own.fetch_matches(transport, store, wanted.titles, commit),
        ),
        _Work(
            SourceName.OPENALEX,
            Purpose.METADATA,
            openalex.askable(wanted.openalex),
            lambda transport: openalex.fetch_works(transport, store, wanted.openalex, commit),
        ),
    ]
    return [step for step in steps if step.keys]
