"""What `litatlas fetch --json` and `litatlas ingest survey --json` print: one record a line, named by its `event`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from litatlas.graph.models import Counts, Finding, Survey
from litatlas.ingest.facts import ListCounts
from litatlas.ingest.fetching import StepReport
from litatlas.ingest.pipeline import ApplyReport
from litatlas.ingest.services import FetchEvent, Purpose, SourceName
from litatlas.ingest.tasks import Task
from litatlas.ingest.text_taxonomy import TaxonomyChoice

from .fetching import FetchSummary
from .surveying import SurveyReport


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """How far a source is: `litatlas.ingest.services.FetchEvent`."""

    event: Literal["progress"]
    source: SourceName
    purpose: Purpose
    done: int
    total: int
    requests: int
    wait_seconds: float | None
    message: str

    @classmethod
    def of(cls, event: FetchEvent) -> ProgressLine:
        """The line for an event."""
        return cls("progress", **asdict(event))


@dataclass(frozen=True, slots=True)
class StepLine:
    """How many tasks of one source and purpose stand how; `outage` says why the source stopped answering, if it did.

    `next_try` is the ISO time from which it may be asked again.
    """

    source: SourceName
    purpose: Purpose
    done: int
    pending: int
    missing: int
    failed: int
    noted: int
    requests: int
    outage: str | None
    next_try: str | None

    @classmethod
    def of(cls, step: StepReport) -> StepLine:
        """The line's part for a step."""
        outage = str(step.outage) if step.outage else None
        return cls(**asdict(step.counts), requests=step.requests, outage=outage, next_try=step.next_try)


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """The last line of a fetch: what was done, what is lacking, and the library before and after."""

    event: Literal["summary"]
    library: str
    complete: bool
    stopped: bool
    offline: bool
    requests: int
    steps: tuple[StepLine, ...]
    lacking: tuple[Task, ...]
    before: Counts
    after: Counts

    @classmethod
    def of(cls, summary: FetchSummary) -> SummaryLine:
        """The line for a summary."""
        return cls(
            "summary",
            summary.library,
            summary.complete,
            summary.stopped,
            summary.offline,
            summary.requests,
            tuple(map(StepLine.of, summary.steps)),
            summary.lacking,
            summary.before,
            summary.after,
        )


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """The last line of taking in a survey by its id; what is null was not there."""

    event: Literal["survey"]
    survey: Survey
    references: int | None
    taxonomy: TaxonomyChoice | None
    kept_taxonomy: str | None
    trouble: str | None
    counts: ListCounts | None
    findings: tuple[Finding, ...]
    applied: ApplyReport | None
    requests: int
    lacking: tuple[Task, ...]

    @classmethod
    def of(cls, report: SurveyReport) -> SurveyLine:
        """The line for a report."""
        text = report.text
        return cls(
            "survey",
            report.survey,
            report.references,
            text.taxonomy if text else None,
            report.kept_taxonomy,
            report.trouble,
            text.facts.counts if text else None,
            text.facts.findings if text else (),
            report.applied,
            report.fetched.requests,
            report.fetched.lacking,
        )
