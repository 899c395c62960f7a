"""The use case that takes in a survey by its arXiv id: its metadata, references, text, and the taxonomy in it.

A survey whose taxonomy the library holds already, from its companion list, keeps that one; its text then adds who is
cited in which section.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from litatlas.graph.errors import (
    FetchStopped,
    InvalidFilter,
    LibraryMissing,
    LitAtlasError,
    NoPapersFound,
    NotStored,
    ServiceRefused,
    SourceError,
    SourceMissing,
    SourceUnreadable,
)
from litatlas.graph.identity import IdScheme, PaperId, slug
from litatlas.graph.library import Library
from litatlas.graph.models import Source, SourceKind, Survey
from litatlas.ingest import arxiv, semantic_scholar
from litatlas.ingest.eprint import parse_eprint
from litatlas.ingest.fetching import FetchReport, Wanted, fetch
from litatlas.ingest.html import parse_html
from litatlas.ingest.pacing import SystemClock
from litatlas.ingest.pipeline import ApplyReport, apply_survey_citations, apply_survey_text
from litatlas.ingest.records import PaperRecord
from litatlas.ingest.responses import ResponseStore, StoredResponse
from litatlas.ingest.services import Notify, SourceName
from litatlas.ingest.survey_text import SurveyText
from litatlas.ingest.text_facts import TextFacts, to_facts
from litatlas.ingest.text_taxonomy import TaxonomyChoice
from litatlas.ingest.transport import Transport

from .fetching import TakingIn, services_of, store_path
from .settings import Settings

_ARXIV = SourceName.ARXIV
_ARXIV_LICENCE = "the authors'; facts only are kept"


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """What taking in a survey by its id did.

    Attributes:
        survey: as the library holds it now.
        fetched: what was asked, and what became of it.
        text: what its text yielded; None where arXiv has no text of it.
        applied: what changed in the library by that.
        kept_taxonomy: the source of the taxonomy that the library had before, which stays.
        references: how many works Semantic Scholar says it cites; None where it did not say.
        trouble: why there is no text, in a sentence.
    """

    survey: Survey
    fetched: FetchReport
    text: TextFacts | None = None
    applied: ApplyReport | None = None
    kept_taxonomy: str | None = None
    references: int | None = None
    trouble: str | None = None


def ingest_survey(
    settings: Settings,
    reference: str,
    notify: Notify,
    *,
    key: str | None = None,
    taxonomy: TaxonomyChoice = TaxonomyChoice.AUTO,
    offline: bool = False,
    stop: threading.Event | None = None,
) -> SurveyReport:
    """Take in a survey by its arXiv id; the library is made where there is none.

    Args:
        key: short name of the survey; default the one it has in the library, else one made from its title.
        offline: use stored answers only.

    Raises:
        InvalidFilter: it is no arXiv id.
        SourceMissing: arXiv proves that there is no such paper.
        ServiceError: arXiv did not answer; what was answered is kept, and the next run goes on there.
        NoPapersFound, SourceUnreadable: the text was read, and there is no taxonomy in it.
    """
    paper_id = _arxiv_id(reference)
    with ResponseStore(store_path(settings)) as store:
        wanted = Wanted(arxiv=(paper_id,), semantic_scholar=(paper_id,), surveys=(paper_id,), texts=(paper_id,))
        report = fetch(wanted, services_of(settings), store, notify=notify, offline=offline, stop=stop)
        if report.stopped:
            raise FetchStopped("Stopped.", "The same command goes on where this run ended.")
        record = _record(store, paper_id)
        known = _known_survey(settings.library, paper_id, key)
        text, trouble = _read_text(settings, store, paper_id, offline=offline, stop=stop)
        outage = next((step.outage for step in report.steps if step.outage and step.counts.source is _ARXIV), None)
        if text is None and outage:  # says nothing about the survey
            raise outage
        if record is None and text is None:
            raise _nothing_known(paper_id, report, offline=offline)
        title = record.title if record else (text.title if text else None) or str(paper_id)
        survey_key = key or (known.key if known else slug(title.split(":", 1)[0], limit=40))
        survey = Survey(survey_key, title, _source_key(survey_key), (paper_id,))
        keeps = known if known and known.key == survey_key and known.source != survey.source else None
        facts = applied = None
        if text is not None:
            facts = _facts(store, text, survey, paper_id, taxonomy)
            applied = _apply(settings, facts, keeps)
        elif known is None:
            advice = "If it has a companion list, read that with `litatlas ingest list`."
            raise NoPapersFound(trouble or f"There is no text of {paper_id}.", advice)
        TakingIn(settings, store).now()
        pages = list(semantic_scholar.read_references(store, paper_id))
    return SurveyReport(
        survey=keeps or survey,
        fetched=report,
        text=facts,
        applied=applied,
        kept_taxonomy=keeps.source if keeps else None,
        references=sum(len(page.edges) for page in pages) if pages else None,
        trouble=trouble,
    )


def _arxiv_id(reference: str) -> PaperId:
    paper_id = PaperId.parse(reference)
    if paper_id is None or paper_id.scheme is not IdScheme.ARXIV:
        raise InvalidFilter(f"{reference!r} is no arXiv id.", "Write it as 2312.03863, or as the address of its page.")
    return paper_id


def _record(store: ResponseStore, paper_id: PaperId) -> PaperRecord | None:
    return next((record for record in arxiv.read_records(store) if paper_id in record.ids), None)


def _known_survey(directory: Path, paper_id: PaperId, key: str | None) -> Survey | None:
    """The survey that the library has under this key, else under this id.

    Raises:
        InvalidFilter: what has this key is another survey.
    """
    try:
        with Library(directory) as library:
            surveys = library.surveys()
    except LibraryMissing:
        return None
    by_key = next((survey for survey in surveys if survey.key == key), None)
    others = {own for own in (by_key.ids if by_key else ()) if own.scheme is IdScheme.ARXIV} - {paper_id}
    if by_key and others and paper_id not in by_key.ids:
        raise InvalidFilter(
            f"The survey {key!r} is {', '.join(map(str, sorted(others)))} here, not {paper_id}.",
            "Give another short name with --survey.",
        )
    return by_key or (None if key else next((survey for survey in surveys if paper_id in survey.ids), None))


def _read_text(
    settings: Settings, store: ResponseStore, paper_id: PaperId, *, offline: bool, stop: threading.Event | None
) -> tuple[SurveyText | None, str | None]:
    """The text of the survey, or None and why; a page that cannot be read gives way to the source."""
    response = arxiv.read_text(store, paper_id)
    if response is None:
        return None, f"arXiv gave no text of {paper_id}."
    try:
        return _parse(response), None
    except SourceUnreadable as error:
        if "/html/" not in response.url:
            return None, f"{error.message}. {error.advice}"
        trouble = error.message
    service = services_of(settings).service(SourceName.ARXIV)
    with Transport(service, store, offline=offline, clock=SystemClock(stop)) as transport:
        source = arxiv.fetch_survey_source(transport, paper_id)
    try:
        return (_parse(source), None) if source.status == 200 else (None, trouble)
    except SourceError as error:
        return None, f"{trouble}; {error.message}"


def _parse(response: StoredResponse) -> SurveyText:
    return (parse_html if "/html/" in response.url else parse_eprint)(response.body, response.url)


def _facts(
    store: ResponseStore, text: SurveyText, survey: Survey, paper_id: PaperId, taxonomy: TaxonomyChoice
) -> TextFacts:
    response = arxiv.read_text(store, paper_id)
    source = Source(
        survey.source,
        SourceKind.SURVEY_TEXT,
        f"{survey.title} ({text.form.value})",
        paper_id.url,
        date=response.fetched_at[:10] if response else None,
        licence=_ARXIV_LICENCE,
    )
    known = [record for page in semantic_scholar.read_references(store, paper_id) for record in page.records]
    return to_facts(
        text,
        survey_key=survey.key,
        survey_ids=survey.ids,
        source=source,
        title=survey.title,
        known=known,
        taxonomy=taxonomy,
    )


def _apply(settings: Settings, facts: TextFacts, keeps: Survey | None) -> ApplyReport:
    apply = apply_survey_citations if keeps else apply_survey_text
    with Library.edit(settings.library) as draft:
        return apply(draft, facts.facts, facts.edges)


def _source_key(survey_key: str) -> str:
    return f"survey-text:{survey_key}"


def _nothing_known(paper_id: PaperId, report: FetchReport, *, offline: bool) -> LitAtlasError:
    if offline:
        return NotStored(f"Nothing is stored about {paper_id}.", "Run it without --offline.")
    refused = next((task for task in report.lacking if task.source is _ARXIV), None)
    if refused:
        return ServiceRefused(f"arXiv did not answer about {paper_id}: {refused.reason}.", "Try again later.")
    return SourceMissing(f"arXiv has no paper {paper_id.value}.", "Check the id.")
