"""The kinds of line a metadata file can have: told by their keys, each validated by its model. Pure.

arXiv's snapshot: https://www.kaggle.com/datasets/Cornell-University/arxiv; the services' lines: `metadata_services`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from pydantic import AliasChoices, Field

from litatlas.graph.identity import IdScheme, PaperId

from .metadata_services import Fields, Line, LineUnusable, known_fields, openalex_record, s2_record, title_in
from .record_text import id_in, iso_date, ordered_ids, split_names, tidy_names, tidy_title, venue_named, year_of
from .records import PaperRecord
from .source_text import clean_text
from .withdrawal import find_withdrawal


class Shape(StrEnum):
    """Whose line it is."""

    PLAIN = "plain"
    ARXIV = "arxiv"
    OPENALEX = "openalex"
    S2_API = "semantic-scholar-api"
    S2_DATASET = "semantic-scholar-dataset"


LICENCES: Mapping[Shape, str] = {
    Shape.ARXIV: "CC0-1.0",
    Shape.OPENALEX: "CC0-1.0",
    Shape.S2_API: "Semantic Scholar API License Agreement",
    Shape.S2_DATASET: "ODC-BY-1.0",
}


def shape_of(fields: Fields) -> Shape:
    """Whose line this is, by its keys."""
    if str(fields.get("id", "")).startswith("https://openalex.org/W"):
        return Shape.OPENALEX
    if "paperId" in fields or "externalIds" in fields or "corpusId" in fields:
        return Shape.S2_API
    if "corpusid" in fields:
        return Shape.S2_DATASET
    if "id" in fields and ("authors_parsed" in fields or "update_date" in fields or "versions" in fields):
        return Shape.ARXIV
    return Shape.PLAIN


def record_of(fields: Fields, line: int | None) -> PaperRecord:
    """What one line says.

    Raises:
        pydantic.ValidationError: a field is not of its type.
        LineUnusable: it names no paper, or says nothing about it.
    """
    return _READERS[shape_of(fields)]({name: value for name, value in fields.items() if value is not None}, line)


# -- arXiv's snapshot, and plain field names -----------------------------------------------------------------------


class _Version(Line):
    version: str = ""
    created: str = ""


class _ArxivLine(Line):
    title: str = ""
    arxiv_id: str | None = Field(None, validation_alias=AliasChoices("arxiv_id", "id", "arxiv"))
    doi: str | None = None
    published_title: str | None = None
    abstract: str | None = None
    authors: str | list[str] | None = None
    authors_parsed: list[list[str]] | None = None
    truncated: bool | None = None
    source: str | None = None
    year: str | None = None
    venue: str | None = None
    versions: list[_Version] = Field([])
    update_date: str | None = None
    comments: str | None = None
    journal_ref: str | None = Field(None, validation_alias=AliasChoices("journal-ref", "journal_ref"))
    categories: str | list[str] | None = None


def _arxiv_record(fields: Fields, line: int | None) -> PaperRecord:
    if "title" not in fields:
        raise LineUnusable("title: Field required")
    read = _ArxivLine.model_validate(fields)
    dois = (id_in(IdScheme.DOI, doi) for doi in clean_text(read.doi or "").split())
    return PaperRecord(
        line=line,
        title=title_in(read.title),
        ids=ordered_ids((PaperId.parse(clean_text(read.arxiv_id or "")), *dois)),
        published_title=tidy_title(read.published_title) or None,
        abstract=clean_text(read.abstract or "") or None,
        authors=_arxiv_authors(read),
        year=year_of(read.year or (read.versions[0].created if read.versions else "")),
        venue=venue_named(read.venue),
        truncated=bool(read.truncated),
        origin=clean_text(read.source or "") or None,
        more=tuple(_arxiv_more(read)),
    )


def _arxiv_authors(read: _ArxivLine) -> tuple[str, ...]:
    """Names as they are said, given name first."""
    if read.authors_parsed:
        return tidy_names(" ".join((*parts[1:2], *parts[:1], *parts[2:3])) for parts in read.authors_parsed)
    return split_names(read.authors) if isinstance(read.authors, str) else tidy_names(read.authors or ())


def _arxiv_more(read: _ArxivLine) -> Iterator[tuple[str, str]]:
    version = _version_number(read.versions)
    categories = read.categories.split() if isinstance(read.categories, str) else read.categories or []
    yield from known_fields(
        ("published", iso_date(read.versions[0].created) if read.versions else None),
        ("updated", iso_date(read.update_date)),
        ("version", str(version) if version else None),
        ("withdrawn", find_withdrawal(read.comments, read.abstract, version)),
        ("comment", read.comments),
        ("journal_ref", read.journal_ref),
        *(("category", name) for name in categories),
    )


def _version_number(versions: Sequence[_Version]) -> int | None:
    """Of the last version; where it bears no number, how many there are."""
    if not versions:
        return None
    number = versions[-1].version.strip().lower().removeprefix("v")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else len(versions)


_READERS: Mapping[Shape, Callable[[Fields, int | None], PaperRecord]] = {
    Shape.PLAIN: _arxiv_record,
    Shape.ARXIV: _arxiv_record,
    Shape.OPENALEX: openalex_record,
    Shape.S2_API: s2_record,
    Shape.S2_DATASET: s2_record,
}
