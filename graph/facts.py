"""What is said of one paper, and who says it: values and places, each with its source."""

from __future__ import annotations

from dataclasses import dataclass

from .claims import AUTHOR_SEPARATOR
from .library import Library
from .models import Paper, Retrieval, Source, Survey, TaxonomyNode
from .telling import one_line


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """One value of one field of a paper, by one source.

    Attributes:
        field, value: see `Claim`; a value is always text.
        source: who says so, with revision, date and licence where they are known.
        line: line of the source, counted from 1.
        retrieved: for a service, the response it was read from.
        shown: whether it is the value that `Paper` shows; None for fields of which a paper has several values, or none.
    """

    field: str
    value: str
    source: Source
    line: int | None
    retrieved: Retrieval | None
    shown: bool | None

    def __repr__(self) -> str:
        return f"<{self.field} = {one_line(self.value)}, {_said_by(self.source, self.line)}>"


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """A topic that a paper stands at, and who put it there, on which line."""

    node: TaxonomyNode
    survey: Survey
    source: Source
    line: int | None

    def __repr__(self) -> str:
        path = one_line(" > ".join(self.node.path), 120)
        return f"<{path}, {_said_by(self.source, self.line)}>"


def facts_of(library: Library, paper: Paper) -> tuple[Fact, ...]:
    """Every claim about a paper, by field."""
    sources = {source.key: source for source in library.sources()}
    claims = library.claims(paper.key)
    retrievals = library.retrievals({claim.response for claim in claims if claim.response})
    shown = _shown_values(paper)
    return tuple(
        Fact(
            claim.field,
            claim.value,
            sources[claim.source],
            claim.line,
            retrievals.get(claim.response or ""),
            claim.value == shown[claim.field] if claim.field in shown else None,
        )
        for claim in claims
    )


def places_of(library: Library, paper: Paper) -> tuple[Place, ...]:
    """Where surveys place a paper, in their order."""
    sources = {source.key: source for source in library.sources()}
    surveys = {survey.key: survey for survey in library.surveys()}
    placed = [(library.node(each.node), each) for each in library.placements([paper.key])]
    return tuple(Place(node, surveys[node.survey], sources[each.source], each.line) for node, each in placed)


def _shown_values(paper: Paper) -> dict[str, str | None]:
    """The fields of which a paper has one value, as claims spell them."""
    return {
        "title": paper.title,
        "year": str(paper.year),
        "venue": paper.venue,
        "authors": AUTHOR_SEPARATOR.join(paper.authors),
        "abstract": paper.abstract,
        "kind": paper.kind.value,
        "note": paper.note,
        "citation_count": str(paper.citation_count),
    }


def _said_by(source: Source, line: int | None) -> str:
    return f"by {one_line(source.title)}" + (f", line {line:,}" if line else "")
