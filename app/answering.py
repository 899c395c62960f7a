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
from litatlas.graph.ranking import Part
from litatlas.graph.search import SearchAnswer
from litatlas.graph.sentence_vectors import Sentences
from litatlas.graph.support import check_written
from litatlas.ingest.pacing import Clock
from litatlas.ingest.writer import Writer, fetch_written, writer_at

from .settings import Settings

if TYPE_CHECKING:
    from .service import Atlas

_READ = 30  # papers: those whose sentences a search compares, so that they are at hand


def grounded_answer(
    atlas: Atlas, question: str, filters: Filters | None, found: SearchAnswer | None = None
) -> GroundedAnswer:
    """A short answer in sentences of the papers that `Atlas.search` finds; see `compose`.

    Args:
        found: the answer of the search, where it is at hand.
    """
    if found is None or len(found.papers) < min(found.total, _READ):
        found = atlas.search(question, filters, limit=_READ)
    found = replace(found, papers=found.papers[:_READ])
    if not found.papers:  # nothing to be near to, so no model is waited for
        return compose(found, None, {}, lambda _: None)
    searcher, asked, pasted = atlas.searcher, _asked(atlas, found), found.question.pasted
    named = _named(found)
    read = replace(found, papers=found.papers[:1]) if named else found  # a paper that is named answers alone
    vector = searcher.question_vector(found.papers[0].paper.title if named else asked, pasted=pasted or named)
    said = searcher.said([hit.paper for hit in read.papers])
    passages = {hit.paper.key: _own_words(said[hit.paper.key]) for hit in read.papers if hit.paper.key in said}
    passages = {key: passage for key, passage in passages.items() if passage.texts}
    return compose(read, vector, passages, lambda paper: _source_of(atlas.library, paper))


def _asked(atlas: Atlas, found: SearchAnswer) -> str:
    """The question without its filters and seeds, misspelt words mended."""
    return atlas.searcher.read(found.question.text).text if found.question.text else ""


def _own_words(said: Sentences) -> Sentences:
    """Of what is said of a paper, all but its title: the abstract, or the note where it has none."""
    return Sentences(said.texts[1:], said.vectors[1:])


def _named(found: SearchAnswer) -> bool:
    return bool(found.papers) and found.papers[0].reasons.shares.get(Part.NAME, 0.0) > 0


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
