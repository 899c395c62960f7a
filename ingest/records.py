"""What any source may say: a record about one paper, and an edge between two. Frozen; every reader yields these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from litatlas.graph.claims import AUTHOR_SEPARATOR
from litatlas.graph.identity import PaperId

Reference = PaperId | str
"""How an edge names a work: by an id, or else by its title; a library's own export also by the paper's key."""


@dataclass(frozen=True, slots=True)
class EdgeRecord:
    """One statement that a work cites another.

    Attributes:
        citing, cited: an id, or a title where the file gives no id.
        line: of the edge file, counted from 1; None for a service or a survey's text.
        origin: what the file names as its own source for this edge.
        evidence: how that source shows it.
        contexts, intents, influential, sections, response: see `models.Citation`.
    """

    citing: Reference
    cited: Reference
    line: int | None
    origin: str | None = None
    evidence: str | None = None
    contexts: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    influential: bool | None = None
    sections: tuple[str, ...] = ()
    response: str | None = None


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """What one line of a file, or one item of a service's answer, says about one paper.

    Attributes:
        line: counted from 1; None for a service.
        title: empty where the source names the paper by its ids alone.
        ids: in the order in which they decide: arXiv, then DOI, then others.
        published_title: the title it was published under, where that differs.
        year: of the first version, or as stated.
        truncated: whether the abstract's end is missing.
        origin: what the file names as its own source for this record.
        more: further fields and values; see `models.Claim` for the fields.
        response: key of the stored response, for a service.
    """

    line: int | None
    title: str
    ids: tuple[PaperId, ...] = ()
    published_title: str | None = None
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    truncated: bool = False
    origin: str | None = None
    more: tuple[tuple[str, str], ...] = ()
    response: str | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles it goes by."""
        return tuple(dict.fromkeys(title for title in (self.title, self.published_title) if title))

    def claims(self) -> Iterator[tuple[str, str]]:
        """Field and value of each claim it makes."""
        if self.title:
            yield "title", self.title
        if self.published_title and self.published_title != self.title:
            yield "published_title", self.published_title
        if self.abstract:
            yield "abstract", self.abstract
        if self.abstract and self.truncated:
            yield "abstract_truncated", "yes"
        if self.authors:
            yield "authors", AUTHOR_SEPARATOR.join(self.authors)
        if self.year:
            yield "year", str(self.year)
        if self.venue:
            yield "venue", self.venue
        yield from ((f"id:{paper_id.scheme.value}", paper_id.value) for paper_id in self.ids)
        yield from self.more
