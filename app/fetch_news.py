"""What a page says of the fetch behind the app, and of what services were asked for. Pure: values in, words out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from litatlas.graph.models import Counts
from litatlas.ingest.answers import SERVICE_SOURCES
from litatlas.ingest.tasks import Task, TaskStatus

from .console_fetch import describe
from .fetch_state import FetchPhase, FetchState, SourceProgress

FETCH_COMMAND = "litatlas fetch"
_OUT_OF_REACH = " cannot be reached"  # as a `ServiceUnreachable` says it after the service's name
_MOST_REASONS = 6


class NewsKind(StrEnum):
    """How a fetch stands, as a reader needs to know it."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    LACKING = "lacking"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """How far one purpose of one source is.

    Attributes:
        share: settled of wanted, from 0 to 1.
        message: what the source is told to do or does, in words that may be others'.
    """

    text: str
    share: float
    message: str


@dataclass(frozen=True, slots=True)
class FetchNews:
    """What a page says of a fetch.

    Attributes:
        key: equal for equal news, so that a reader who put it away is not told again.
        headline: one sentence of ours.
        progress: per source and purpose, in the order they were asked.
        reasons: why something is lacking or failed, in words that may be others'.
        command: what gets the rest; None where nothing is lacking.
    """

    kind: NewsKind
    key: str
    headline: str
    progress: tuple[ProgressLine, ...] = ()
    reasons: tuple[str, ...] = ()
    command: str | None = None

    @property
    def goes_on(self) -> bool:
        """Whether there will be more news."""
        return self.kind in {NewsKind.RUNNING, NewsKind.WAITING}


@dataclass(frozen=True, slots=True)
class OpenTasks:
    """Tasks of one service that stand alike for the same reason, of which there is one line to say."""

    text: str
    status: TaskStatus
    reason: str


def fetch_news(state: FetchState, counts: Counts | None, now: float) -> FetchNews:
    """The news of a fetch.

    Args:
        counts: of the library; None where those that the page shows are known to be old.
        now: seconds since 1970.
    """
    progress = tuple(map(_progress_line, state.progress))
    missing = missing_words(counts) if counts else ""
    match state.phase:
        case FetchPhase.RUNNING:
            return _running(state, progress, now)
        case FetchPhase.DONE:
            done = "Everything that was missing has been fetched, or is proven not to be there."
            return FetchNews(NewsKind.DONE, _key(state), " ".join(filter(None, (done, missing))))
        case FetchPhase.LACKING:
            headline = " ".join(filter(None, (_lacking_words(state), _search_words(counts))))
            told = tuple(reason for reason in state.reasons if not _unreached(reason))
            return FetchNews(NewsKind.LACKING, _key(state), headline, (), told, FETCH_COMMAND)
        case FetchPhase.FAILED:
            headline = " ".join(filter(None, ("Fetching ended early.", missing)))
            return FetchNews(NewsKind.FAILED, _key(state), headline, (), state.reasons, FETCH_COMMAND)


def missing_words(counts: Counts) -> str:
    """What the library lacks: ``354 papers have no abstract.``; empty where it lacks none."""
    missing = counts.papers - counts.abstracts
    if missing <= 0:
        return ""
    return f"{missing:,} papers have no abstract." if missing > 1 else "1 paper has no abstract."


def gain_words(before: Counts, after: Counts) -> str:
    """What came in between two looks: ``312 new abstracts, 1,024 new citations``; empty where nothing did."""
    gained = {"abstract": after.abstracts - before.abstracts, "citation": after.citations - before.citations}
    gained["paper"] = after.papers - before.papers
    return ", ".join(f"{count:,} new {noun}{'' if count == 1 else 's'}" for noun, count in gained.items() if count > 0)


def open_tasks(tasks: Iterable[Task]) -> tuple[OpenTasks, ...]:
    """What is pending or failed and why, most first; what would be too long a list is counted in its last line."""
    alike = Counter(
        (task.source, task.purpose, task.status, task.reason or "")
        for task in tasks
        if task.status in {TaskStatus.PENDING, TaskStatus.FAILED}
    )
    lines = [
        OpenTasks(f"{count:,} of {describe(source, purpose)} {status.value}", status, reason)
        for (source, purpose, status, reason), count in alike.most_common()
    ]
    if len(lines) > _MOST_REASONS:
        more = len(lines) - _MOST_REASONS
        rest = OpenTasks(f"and {more:,} more kinds; `litatlas status` names them", TaskStatus.PENDING, "")
        return (*lines[:_MOST_REASONS], rest)
    return tuple(lines)


def _key(state: FetchState) -> str:
    return f"{state.process}-{state.phase.value}" + ("" if state.phase is FetchPhase.RUNNING else f"-{state.changed}")


def _running(state: FetchState, progress: tuple[ProgressLine, ...], now: float) -> FetchNews:
    seconds = state.next_try - now if state.next_try is not None else 0.0
    if math.isfinite(seconds) and seconds >= 1:
        headline = f"Fetching what is missing; next try in {math.ceil(seconds):,} s."
        return FetchNews(NewsKind.WAITING, _key(state), headline, progress)
    headline = "Fetching what is missing." if progress else "Fetching what is missing: about to ask the services."
    return FetchNews(NewsKind.RUNNING, _key(state), headline, progress)


def _progress_line(progress: SourceProgress) -> ProgressLine:
    done, total = max(progress.done, 0), max(progress.total, 0)
    share = min(done, total) / total if total else 0.0
    text = f"{describe(progress.source, progress.purpose)} {done:,} of {total:,}"
    return ProgressLine(text, share, progress.message)


def _lacking_words(state: FetchState) -> str:
    """Why a fetch did not get everything, as far as one sentence can say it."""
    if unreached := [name for name in map(_unreached, state.reasons) if name]:
        return f"{_joined(unreached)} could not be reached (no network?)."
    return "Not everything could be fetched." if state.lacking else "Fetching was stopped before its end."


def _unreached(reason: str) -> str:
    """The service that a reason says to be out of reach; empty where it says something else."""
    names = (source.title for source in SERVICE_SOURCES.values())
    return next((name for name in names if reason.startswith(name + _OUT_OF_REACH)), "")


def _joined(names: Iterable[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``; each once."""
    *first, last = dict.fromkeys(names)
    return f"{', '.join(first)} and {last}" if first else last


def _search_words(counts: Counts | None) -> str:
    """What the lack means for a reader."""
    if counts and counts.papers and not counts.abstracts:
        return "Search works on titles."
    return missing_words(counts) if counts else ""
