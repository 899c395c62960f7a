"""Where what is known about a paper came from: source, line or response, licence; and what the services ask to be said.

For commands and pages alike; values in, words out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from litatlas.graph.attribution import SERVICE_CREDITS
from litatlas.graph.claims import rank_claims
from litatlas.graph.identity import IdScheme
from litatlas.graph.models import Citation, Claim, Paper, Retrieval, Source, SourceKind
from litatlas.ingest.answers import SERVICE_SOURCES

from .details import PaperDetail

_PAGES = {
    SourceKind.ARXIV: IdScheme.ARXIV,
    SourceKind.SEMANTIC_SCHOLAR: IdScheme.S2,
    SourceKind.OPENALEX: IdScheme.OPENALEX,
}

_FIELDS = {
    "id:arxiv": "arXiv id",
    "id:doi": "DOI",
    "id:acl": "ACL Anthology id",
    "id:openreview": "OpenReview id",
    "id:s2": "Semantic Scholar id",
    "id:openalex": "OpenAlex id",
    "id:corpusid": "Semantic Scholar corpus id",
    "id:dblp": "DBLP key",
    "link:paper": "link to the paper",
    "link:code": "link to code",
    "link:other": "other link",
    "tldr": "summary in a sentence",
    "kind": "kind of work",
    "journal_ref": "journal reference",
}


class Agreement(StrEnum):
    """How a claim stands in a disagreement of sources."""

    NONE = ""
    SHOWN = "shown"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Attribution:
    """What is said of a service whose data are shown.

    Attributes:
        text: the sentence; `name` stands in it and leads to `url`.
    """

    kind: SourceKind
    text: str
    name: str
    url: str


def field_name(field: str) -> str:
    """The field of a claim in a reader's words: ``arXiv id`` for ``id:arxiv``; a table's own column keeps its name."""
    kind, _, name = field.partition(":")
    return _FIELDS.get(field) or (f"{kind}: {name}" if name else kind.replace("_", " "))


def address_and_label(claim: Claim) -> tuple[str, str]:
    """A claim's value, and apart from it the words that a list gives a link; empty where it gives none."""
    if not claim.field.startswith("link:"):
        return claim.value, ""
    address, _, words = claim.value.partition(" ")
    return address, words


def provenance(said: Claim | Citation, detail: PaperDetail) -> str:
    """Where a value or an edge came from: source and line, or source and the day of the response."""
    parts = [detail.sources[said.source].title]
    if said.line:
        parts.append(f"line {said.line}")
    if said.origin:
        parts.append(f"from {said.origin}")
    if response := response_named(said, detail.retrievals):
        parts.append(f"response {response}")
    return ", ".join(parts)


def response_named(said: Claim | Citation, retrievals: Mapping[str, Retrieval]) -> str:
    """The response that something was read from, ``1a2b3c4d of 2026-11-25``; empty where it was read from a file."""
    if not said.response:
        return ""
    retrieval = retrievals.get(said.response)
    return said.response[:8] + (f" of {retrieval.retrieved[:10]}" if retrieval else "")


def agreement(claim: Claim, detail: PaperDetail) -> Agreement:
    """Whether sources disagree on a claim's field, and whether the claim is the one that is shown."""
    shown = next((conflict.shown for conflict in detail.conflicts if conflict.field == claim.field), None)
    if shown is None:
        return Agreement.NONE
    return Agreement.SHOWN if claim.value == shown.value else Agreement.DIFFERS


def source_of(field: str, detail: PaperDetail) -> Source | None:
    """The source of the value that is shown for a field; None where nobody says anything of it."""
    claims = [claim for claim in detail.claims if claim.field == field]
    kinds = {key: source.kind for key, source in detail.sources.items()}
    return detail.sources[rank_claims(claims, kinds)[0].source] if claims else None


def note_line(paper: Paper, detail: PaperDetail) -> str:
    """Whose the note on a paper is, ``Note by LitAtlas, not the authors' words``; empty where there is none."""
    source = source_of("note", detail) if paper.note else None
    return f"Note by {source.title}, not the authors' words" if source else ""


def page_at(kind: SourceKind, paper: Paper) -> str | None:
    """The address of a service's own page about a paper; None where it is no service or its id is not known."""
    scheme = _PAGES.get(kind)
    return next((paper_id.url for paper_id in paper.ids if paper_id.scheme is scheme), None)


def attributions(kinds: Iterable[SourceKind]) -> tuple[Attribution, ...]:
    """What the services among these sources ask to be said where their data are shown, each once."""
    wanted = set(kinds)
    return tuple(
        Attribution(kind, text.replace(f" ({source.location})", ""), source.title, source.location)
        for kind, text in SERVICE_CREDITS.items()
        if kind in wanted and (source := SERVICE_SOURCES[kind])
    )


def kinds_shown(detail: PaperDetail) -> frozenset[SourceKind]:
    """What sort of sources the claims and citations of a paper came from."""
    said = {claim.source for claim in detail.claims}
    edges = (statement for edge in (*detail.references, *detail.cited_by) for statement in edge.statements)
    return frozenset(
        detail.sources[key].kind for key in said | {edge.source for edge in edges} if key in detail.sources
    )
