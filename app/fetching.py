"""The use cases that ask the services: fetch what the library lacks, and say how far that is.

Facts are taken into the library while the fetching goes on, so that whatever stops it, what was answered is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import BUNDLED_MODEL, Encoder, load_encoder
from litatlas.graph.errors import InvalidFilter, LibraryBusy, LitAtlasError
from litatlas.graph.library import Library
from litatlas.graph.models import Counts
from litatlas.ingest.answers import apply_answers, read_answers
from litatlas.ingest.fetching import FetchReport, StepReport, Wanted, fetch
from litatlas.ingest.known_papers import KnownPapers
from litatlas.ingest.pacing import to_iso
from litatlas.ingest.responses import RESPONSES, ResponseStore
from litatlas.ingest.services import Notify, Patience, Purpose, Services, SourceName
from litatlas.ingest.tasks import Task, TaskCounts, TaskStatus
from litatlas.ingest.wanting import find_wanted, find_wanted_of_openalex, surveys_on_arxiv

from .building import usable_index
from .details import Overview
from .settings import Settings

_LONGEST_WAIT_FOR_LOCK = 60.0  # seconds; another command's commit takes less
_REST = 10.0  # a commit's own time, times this, passes before the next one, so that big libraries are not all commits
_SHORTEST_REST = 5.0  # seconds
_MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class FetchSummary:
    """What a fetch did, and how things stand after it.

    Attributes:
        steps: per source and purpose, in the order they were asked.
        lacking: what is still open, with the reason; offline, what the store does not hold.
        before, after: counts of the library.
    """

    library: str
    steps: tuple[StepReport, ...]
    lacking: tuple[Task, ...]
    stopped: bool
    offline: bool
    requests: int
    before: Counts
    after: Counts

    @property
    def complete(self) -> bool:
        """Whether everything wanted is known, or proven not to be there."""
        return not self.lacking and not self.stopped


@dataclass(slots=True)
class TakingIn:
    """Takes what the store holds into the library: at once when told, else when enough time has passed.

    Attributes:
        load: gives the encoder for a model's name; loaded with the first texts to embed.
    """

    settings: Settings
    store: ResponseStore
    load: Callable[[str], Encoder] = load_encoder
    _encoder: Encoder | None = field(default=None, init=False)
    _next: float = field(default=0.0, init=False)

    def now_and_then(self) -> None:
        """Take in, unless the last time is too recent."""
        if time.monotonic() >= self._next:
            self.now()

    def now(self) -> None:
        """Take in everything that the store holds; one commit.

        Raises:
            LibraryBusy: another command has been writing for a minute.
        """
        began = time.monotonic()
        _patiently(self._commit)
        took = time.monotonic() - began
        self._next = time.monotonic() + max(_SHORTEST_REST, _REST * took)

    def _commit(self) -> None:
        with (
            Library.edit(self.settings.library, create=False) as draft,
            Library(self.settings.library) as library,  # what the draft is a copy of, as nobody else can write now
        ):
            found = read_answers(self.store, surveys_on_arxiv(library))
            if not found:
                return
            known = KnownPapers(draft)
            for answers in found:
                apply_answers(draft, answers, known)
            if library.manifest.model:
                update_index(draft, self._model(library), usable_index(library), lambda _done, _total: None)

    def _model(self, library: Library) -> Encoder:
        if self._encoder is None:
            self._encoder = self.load(self.settings.model or library.manifest.model_name or BUNDLED_MODEL)
        return self._encoder


def services_of(settings: Settings) -> Services:
    """Where the services are and which keys there are, as the settings say."""
    return Services(
        arxiv_api=settings.arxiv_api,
        arxiv_site=settings.arxiv_site,
        semantic_scholar=settings.semantic_scholar,
        openalex=settings.openalex,
        semantic_scholar_key=settings.semantic_scholar_key,
        openalex_key=settings.openalex_key,
        mailto=settings.mailto,
        pace=settings.pace,
        patience=Patience(total_wait=settings.longest_wait),
    )


def store_path(settings: Settings) -> Path:
    """Where the library's response store is."""
    return settings.library / RESPONSES


def fetch_missing(
    settings: Settings,
    notify: Notify,
    *,
    offline: bool = False,
    by_title: bool = False,
    refresh: int | None = None,
    stop: threading.Event | None = None,
    load: Callable[[str], Encoder] = load_encoder,
) -> FetchSummary:
    """Ask the services for what the library lacks, and take it in as it comes.

    First arXiv and Semantic Scholar, again where an answer brought an id by which another knows the paper; then
    OpenAlex for papers that still have no abstract.

    Args:
        offline: send nothing; use what was stored and list what is lacking.
        by_title: look papers without an id up by title, one request each.
        refresh: ask again what was answered more than so many days ago.

    Raises:
        InvalidFilter: `offline` and `refresh` together.
        LibraryMissing, LibraryBusy, LibraryDamaged, StorageError: the library is as it was after its last commit.
    """
    if offline and refresh is not None:
        raise InvalidFilter(
            "--refresh asks again, and --offline asks nobody.", "Leave one of them out; nothing was changed."
        )
    with Library(settings.library) as library:
        before = library.counts
    with ResponseStore(store_path(settings)) as store:
        if refresh is not None:
            store.reopen(to_iso((datetime.now(UTC) - timedelta(days=refresh)).timestamp()))
        taking_in = TakingIn(settings, store, load)
        taking_in.now()
        ask = partial(_round, settings, store, taking_in, notify, offline, stop)
        reports: list[FetchReport] = []
        for _ in range(_MOST_ROUNDS):
            with Library(settings.library) as library:
                wanted = find_wanted(library, _asked(store), by_title=by_title)
            if reports and (reports[-1].stopped or not _has_news(wanted, store)):
                break
            reports.append(ask(wanted))
        last = FetchReport(())
        if not reports[-1].stopped:
            with Library(settings.library) as library:
                wanted = find_wanted_of_openalex(library, _settled(store))
            last = ask(wanted)
    with Library(settings.library) as library:
        after = library.counts
    return FetchSummary(
        library=str(settings.library),
        steps=_joined_steps(reports, last),
        lacking=(*reports[-1].lacking, *last.lacking),
        stopped=reports[-1].stopped or last.stopped,
        offline=offline,
        requests=sum(report.requests for report in (*reports, last)),
        before=before,
        after=after,
    )


def _asked(store: ResponseStore) -> frozenset[str]:
    """The ids by which Semantic Scholar was asked for papers."""
    return frozenset(task.key for task in store.tasks(SourceName.SEMANTIC_SCHOLAR, Purpose.METADATA))


def _has_news(wanted: Wanted, store: ResponseStore) -> bool:
    """Whether something is wanted that was never asked: answers bring ids by which other services know a paper."""
    arxiv = {task.key for task in store.tasks(SourceName.ARXIV, Purpose.METADATA)}
    return not arxiv.issuperset(map(str, wanted.arxiv)) or not _asked(store).issuperset(
        map(str, wanted.semantic_scholar)
    )


def _joined_steps(reports: Sequence[FetchReport], last: FetchReport) -> tuple[StepReport, ...]:
    """Each step as it stood in the end, with the requests of all rounds."""
    joined: dict[tuple[SourceName, Purpose], StepReport] = {}
    for step in (step for report in (*reports, last) for step in report.steps):
        key = step.counts.source, step.counts.purpose
        requests = step.requests + (joined[key].requests if key in joined else 0)
        joined[key] = replace(step, requests=requests)
    return tuple(joined.values())


def _round(
    settings: Settings,
    store: ResponseStore,
    taking_in: TakingIn,
    notify: Notify,
    offline: bool,
    stop: threading.Event | None,
    wanted: Wanted,
) -> FetchReport:
    report = fetch(
        wanted,
        services_of(settings),
        store,
        notify=notify,
        offline=offline,
        commit=taking_in.now_and_then,
        stop=stop,
    )
    if report.requests:
        taking_in.now()
    return report


def _settled(store: ResponseStore) -> frozenset[str]:
    """Papers about which arXiv or Semantic Scholar has said what they have to say."""
    tasks = (
        *store.tasks(SourceName.ARXIV, Purpose.METADATA),
        *store.tasks(SourceName.SEMANTIC_SCHOLAR, Purpose.METADATA),
    )
    waiting = {task.key for task in tasks if task.status is TaskStatus.PENDING}
    return frozenset(task.key for task in tasks) - waiting


@dataclass(frozen=True, slots=True)
class Status:
    """What a library holds, and how what was asked of services stands.

    Attributes:
        fetched: counts per source and purpose.
        tasks: all that are not done: pending, failed with the reason, missing with the response that proves it.
        trouble: why the response store cannot be read, where it cannot.
    """

    overview: Overview
    fetched: tuple[TaskCounts, ...]
    tasks: tuple[Task, ...]
    trouble: str | None = None


def read_status(settings: Settings, overview: Overview) -> Status:
    """How things stand; nothing is asked of anybody. A response store that cannot be read is a trouble of its own."""
    if not store_path(settings).exists():
        return Status(overview, (), ())
    try:
        with ResponseStore(store_path(settings), read_only=True) as store:
            tasks = tuple(task for task in store.tasks() if task.status is not TaskStatus.DONE)
            return Status(overview, store.counts(), tasks)
    except LitAtlasError as error:
        return Status(overview, (), (), f"{error.message} {error.advice}".strip())


def _patiently(commit: Callable[[], None]) -> None:
    """Another command may be in the middle of its own commit."""
    deadline = time.monotonic() + _LONGEST_WAIT_FOR_LOCK
    while True:
        try:
            return commit()
        except LibraryBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
