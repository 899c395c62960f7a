"""The use cases of an answer: composed of quoted sentences, and written out by an endpoint where the user wants it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from litatlas.graph.claims import rank_claims
from litatlas.graph.errors import ServiceError, WrongUsage
from litatlas.graph.filters import Filters
from litatlas.graph.grounded_answer import GroundedAnswer, Wording, WrittenAnswer, compose
from litatlas.graph.library import Library
from litatlas.graph.models import Paper, Source
from litatlas.graph.search import SearchAnswer
from litatlas.graph.support import check_written
from litatlas.ingest.pacing import Clock
from litatlas.ingest.writer import Writer, fetch_written, writer_at

from .settings import Settings

if TYPE_CHECKING:
    from .service import Atlas

_FIRST_READ = 10  # papers: those that a page shows, so that their sentences are at hand
_ENOUGH = 3  # sentences; where the first papers say less, further ones are read
_FOUND, _FURTHER = 40, 8  # so many of so many more that have an abstract or a note


def grounded_answer(
    atlas: Atlas, question: str, filters: Filters | None, found: SearchAnswer | None = None
) -> GroundedAnswer:
    """A short answer in sentences of the papers that `Atlas.search` finds; see `compose`.

    Args:
        found: the answer of the search, where it is at hand.
    """
    found = found or atlas.search(question, filters, limit=_FIRST_READ)
    composed = _compose(atlas, replace(found, papers=found.papers[:_FIRST_READ]))
    if len(composed.sentences) >= _ENOUGH or found.total <= _FIRST_READ or _named(found):
        return composed
    more = atlas.searcher.search(question, filters, limit=_FOUND, quotes=False)
    further = [hit for hit in more.papers[_FIRST_READ:] if hit.paper.abstract or hit.paper.note][:_FURTHER]
    return _compose(atlas, replace(more, papers=(*more.papers[:_FIRST_READ], *further)))


def _compose(atlas: Atlas, found: SearchAnswer) -> GroundedAnswer:
    """The answer from these papers; for a question that names a paper, from that one alone."""
    if not found.papers:  # nothing to be near to, so no model is waited for
        return compose(found, None, {}, lambda _: None)
    searcher = atlas.searcher
    named = _named(found)
    asked = found.papers[0].paper.title if named else found.query
    read = replace(found, papers=found.papers[:1]) if named else found
    quotable = [_with_note(hit.paper) for hit in read.papers]
    passages = searcher.sentences.of(quotable) if searcher.sentences and atlas.library.index else {}
    return compose(read, searcher.question_vector(asked), passages, lambda paper: _source_of(atlas.library, paper))


def _with_note(paper: Paper) -> Paper:
    """The paper with its note where its abstract would be, if it has none."""
    return paper if paper.abstract else replace(paper, abstract=paper.note)


def _named(found: SearchAnswer) -> bool:
    return bool(found.papers) and found.papers[0].reasons.shares.get("name", 0.0) > 0


def _source_of(library: Library, paper: Paper) -> Source | None:
    """The source of the abstract that is shown of a paper, or else of the note."""
    field = "abstract" if paper.abstract else "note"
    claims = [claim for claim in library.claims(paper.key) if claim.field == field]
    sources = {source.key: source for source in library.sources()}
    ranked = rank_claims(claims, {key: source.kind for key, source in sources.items()})
    return sources[ranked[0].source] if ranked else None


def writer_of(settings: Settings) -> Writer | None:
    """The endpoint that the user configured to write answers; None where there is none.

    Raises:
        WrongUsage: its address cannot be used, or its model has no name.
    """
    if not (settings.writer_url or "").strip():
        return None
    if not (settings.writer_model or "").strip():
        raise WrongUsage(
            "LITATLAS_WRITER_URL is set and LITATLAS_WRITER_MODEL is not.",
            "Name the model as the endpoint calls it, or unset LITATLAS_WRITER_URL.",
        )
    return writer_at(
        settings.writer_url or "",
        settings.writer_model or "",
        settings.writer_key,
        plain_http=settings.writer_plain_http,
    )


def needed_writer(settings: Settings) -> Writer:
    """The endpoint that is to write.

    Raises:
        WrongUsage: none is configured, or see `writer_of`.
    """
    writer = writer_of(settings)
    if writer is None:
        raise WrongUsage(
            "No endpoint is configured that could write an answer.",
            "Set LITATLAS_WRITER_URL and LITATLAS_WRITER_MODEL (docs/answers.md), or ask without --write.",
        )
    return writer


def written_answer(atlas: Atlas, answer: GroundedAnswer, writer: Writer, clock: Clock | None = None) -> GroundedAnswer:
    """The answer with what the endpoint wrote, checked; the question and the evidence are sent to the endpoint.

    Where no paper says anything, nothing is sent. Where the endpoint fails, the quotes stay as they are, and `written`
    has the reason.
    """
    if answer.wording is not Wording.QUOTES:
        why = "Nothing was sent, as no paper here has words to write from."
        return replace(answer, written=WrittenAnswer(writer.model, writer.host, (), refused=why))
    try:
        text = fetch_written(writer, answer.question, answer.papers, clock)
    except ServiceError as error:
        failed = WrittenAnswer(writer.model, writer.host, (), refused=error.message, advice=error.advice)
        return replace(answer, written=failed)
    return replace(answer, written=check_written(text, answer, atlas.encoder, writer.model, writer.host))
