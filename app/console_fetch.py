"""What fetching prints: progress for people or as JSON lines, what stands how per service, and what to do next."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from litatlas.graph.errors import ServiceUnreachable
from litatlas.graph.models import Counts
from litatlas.graph.network import plain_text
from litatlas.graph.telling import counted
from litatlas.ingest.fetching import StepReport
from litatlas.ingest.services import FetchEvent, Notify, Purpose, SourceName
from litatlas.ingest.tasks import Task, TaskCounts, TaskStatus
from litatlas.ingest.text_taxonomy import TaxonomyChoice

from .console import err, out, print_json_line, say, text
from .console_sources import print_findings
from .fetch_lines import ProgressLine
from .fetching import FetchSummary, Status
from .surveying import SurveyReport

_NAMES = {
    SourceName.ARXIV: "arXiv",
    SourceName.SEMANTIC_SCHOLAR: "Semantic Scholar",
    SourceName.OPENALEX: "OpenAlex",
}
_WHAT = {
    (SourceName.ARXIV, Purpose.METADATA): "abstracts and authors",
    (SourceName.ARXIV, Purpose.TEXT): "survey texts",
    (SourceName.SEMANTIC_SCHOLAR, Purpose.METADATA): "ids and counts",
    (SourceName.SEMANTIC_SCHOLAR, Purpose.EDGES): "reference lists",
    (SourceName.SEMANTIC_SCHOLAR, Purpose.REFERENCES): "survey references",
    (SourceName.SEMANTIC_SCHOLAR, Purpose.MATCH): "papers by title",
    (SourceName.OPENALEX, Purpose.METADATA): "second opinions",
}
_LONG_WAIT = 5.0  # seconds; a shorter one is no news
_MOST_EXAMPLES = 3


def describe(source: SourceName, purpose: Purpose) -> str:
    """A source and purpose in words: ``arXiv: abstracts and authors``."""
    return f"{_NAMES[source]}: {_WHAT.get((source, purpose), purpose.value)}"


@contextmanager
def fetch_progress(*, as_json: bool, behind: bool = False) -> Iterator[Notify]:
    """A callback for fetch events: JSON lines on standard output, a bar on a terminal, plain lines elsewhere.

    Args:
        behind: whether something else has the terminal; then nothing is told but the summary at the end.
    """
    if as_json:
        yield _print_event
    elif behind:
        yield lambda _event: None
    elif err.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=err) as progress:
            yield _Bars(progress)
    else:
        yield _Lines()


def _print_event(event: FetchEvent) -> None:
    print_json_line(ProgressLine.of(event))


class _Bars:
    """A bar per source and purpose, with what it is waiting for."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[tuple[SourceName, Purpose], Any] = {}

    def __call__(self, event: FetchEvent) -> None:
        key = event.source, event.purpose
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(describe(*key), total=event.total, note="")
        note = event.message
        if event.wait_seconds is not None and event.wait_seconds >= 1:
            note = f"{note}; next try in {math.ceil(event.wait_seconds)} s".lstrip("; ")
        self._progress.update(self._tasks[key], completed=event.done, total=event.total or None, note=plain_text(note))


class _Lines:
    """A line whenever something was settled, or something is waited for."""

    def __init__(self) -> None:
        self._last: dict[tuple[SourceName, Purpose], tuple[int, str]] = {}

    def __call__(self, event: FetchEvent) -> None:
        key = event.source, event.purpose
        waits = event.wait_seconds is not None and event.wait_seconds >= _LONG_WAIT
        if self._last.get(key) == (event.done, event.message) and not waits:
            return
        self._last[key] = event.done, event.message
        line = f"{describe(*key)}: {event.done:,} of {event.total:,}"
        if event.message:
            line += f"; {event.message}"
        if waits and event.wait_seconds is not None:
            at = time.strftime("%H:%M:%S", time.localtime(time.time() + event.wait_seconds))
            line += f"; next try in {math.ceil(event.wait_seconds)} s, at {at}"
        say(line)


def print_summary(summary: FetchSummary) -> None:
    """What a fetch brought, what is still open, and how to go on."""
    if summary.steps:
        print_counts([step.counts for step in summary.steps])
    _print_outages(summary.steps)
    gained = _gain(summary.before, summary.after)
    outages = [step.outage for step in summary.steps if step.requests]
    unreached = outages and all(isinstance(outage, ServiceUnreachable) for outage in outages)
    sent = f"{counted(summary.requests, 'try', 'tries')}, none reached a service." if unreached else None
    say(f"{sent or counted(summary.requests, 'request') + ' sent.'} {gained}")
    if summary.complete:
        say("Everything that was wanted is known, or proven not to be there.")
        return
    print_tasks(summary.lacking, "Still lacking")
    if summary.offline:
        say("Offline: nothing was sent. `litatlas fetch` without --offline asks for the rest.")
    else:
        without = summary.after.papers - summary.after.abstracts
        say(
            f"{counted(without, 'paper')} without an abstract. `litatlas fetch` goes on where this run ended; nothing"
            " that was answered is asked again."
        )


def _gain(before: Counts, after: Counts) -> str:
    abstracts, citations = after.abstracts - before.abstracts, after.citations - before.citations
    return (
        f"The library has {after.abstracts:,} abstracts ({abstracts:+,}) and {after.citations:,} citations"
        f" ({citations:+,})."
    )


def _print_outages(steps: Sequence[StepReport]) -> None:
    """Why services stopped answering, each once."""
    outages = {str(step.outage): step.outage for step in steps if step.outage}
    for message, error in outages.items():
        err.folded(Text.assemble(("not answered: ", "yellow"), plain_text(message)))
        if error.advice:
            err.folded(text(f"  {error.advice}"), hang=2)


def print_counts(counts: Sequence[TaskCounts]) -> None:
    """A table of what is done, pending, missing with proof and failed, per source and purpose."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("asked for")
    for name in ("done", "pending", "missing", "failed"):
        table.add_column(name, justify="right")
    for row in counts:
        numbers = (row.done, row.pending, row.missing, row.failed)
        table.add_row(describe(row.source, row.purpose), *(f"{number:,}" if number else "·" for number in numbers))
    out.print(table)


def print_status(status: Status) -> None:
    """What services were asked for, how that stands, and why something failed or waits."""
    if status.trouble:
        say(f"note: {status.trouble}")
        return
    if not status.fetched:
        say("Nothing was asked of arXiv, Semantic Scholar or OpenAlex yet; `litatlas fetch` does.")
        return
    print_counts(status.fetched)
    print_tasks([task for task in status.tasks if task.status is TaskStatus.PENDING], "Pending")
    print_tasks([task for task in status.tasks if task.status is TaskStatus.FAILED], "Failed")
    missing = sum(task.status is TaskStatus.MISSING for task in status.tasks)
    if missing:
        say(f"{missing:,} are proven not to be there: --json names each with the answer that proves it.")


def print_tasks(tasks: Sequence[Task], heading: str) -> None:
    """Tasks by what they ask and why they stand so, each with a few examples."""
    if not tasks:
        return
    out.print(text(f"{heading}: {len(tasks):,}", "bold"))
    alike: dict[tuple[SourceName, Purpose, str], list[Task]] = {}
    for task in tasks:
        alike.setdefault((task.source, task.purpose, task.reason or ""), []).append(task)
    for (source, purpose, reason), found in alike.items():
        examples = ", ".join(task.key.split("\t", 1)[0] for task in found[:_MOST_EXAMPLES])
        more = ", …" if len(found) > _MOST_EXAMPLES else ""
        why = f"; {reason}" if reason else ""
        again = max((task.next_try_at or "" for task in found), default="")
        when = f"; not before {_local(again)}" if again else ""
        out.folded(text(f"  {len(found):,} of {describe(source, purpose)}{why}{when} ({examples}{more})", "dim"))


def _local(moment: str) -> str:
    """An ISO time as the clock on the wall shows it."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def print_survey_report(report: SurveyReport) -> None:
    """What a survey's own text and references brought."""
    out.print(text(report.survey.title, "bold"))
    if report.trouble and report.text is None:
        say(f"No taxonomy could be read: {report.trouble}")
    if report.references is not None:
        out.print(f"Semantic Scholar lists {counted(report.references, 'reference')} of it")
    if report.text:
        counts = report.text.facts.counts
        source = "a tree that it draws" if report.text.taxonomy is TaxonomyChoice.FIGURE else "its sections"
        what = f"{counts.papers:,} works, {counts.placements:,} placements at {counted(counts.nodes, 'node')}"
        out.folded(text(f"Its text: {what}, read from {source}"))
        print_findings(report.text.facts.findings, "--report FILE writes every one with its line and decision")
    if report.kept_taxonomy:
        more = "; its text adds who is cited in which section" if report.text else ""
        say(f"The taxonomy stays that of {report.kept_taxonomy}{more}.")
    if report.applied:
        applied = report.applied
        say(
            f"Library: {applied.added:,} added, {applied.matched:,} joined to what was known,"
            f" {applied.unchanged:,} as before."
        )
    _print_outages(report.fetched.steps)
    say("`litatlas fetch` asks for abstracts and citations of its papers; `litatlas build` embeds what is new.")
