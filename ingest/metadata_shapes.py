"""The kinds of line a metadata file can have: told by their keys, each validated by its model. Pure.

arXiv's snapshot: https://www.kaggle.com/datasets/Cornell-University/arxiv; a line of OpenAlex or Semantic Scholar is
read as their answers are, by `openalex_works` and `semantic_scholar_papers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from pydantic import AliasChoices, Field, ValidationError

from litatlas.graph.identity import IdScheme

from .json_answers import stated_id
from .openalex_works import read_work
from .record_fields import Fields, JsonRecord, RecordUnusable, Text, known_fields, reason_of, title_in
from .record_text import iso_date, ordered_ids, split_names, tidy_names, tidy_title, venue_named, year_of
from .records import PaperRecord
from .semantic_scholar_papers import read_paper
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


def record_of(fields: Fields, line: int | None) -> PaperRecord | str:
    """What one line says, or the reason why it is no record, said of it: ``has no title``."""
    shape = shape_of(fields)
    if shape is Shape.OPENALEX:
        return read_work(fields, line=line)
    if shape in {Shape.S2_API, Shape.S2_DATASET}:
        return read_paper(fields, line=line)
    return read_snapshot_line(fields, line)


# -- arXiv's snapshot, and plain field names -----------------------------------------------------------------------


class _Version(JsonRecord):
    version: Text = ""
    created: Text = ""


class _ArxivLine(JsonRecord):
    title: Text = ""
    arxiv_id: str | None = Field(None, validation_alias=AliasChoices("arxiv_id", "id", "arxiv"))
    doi: str | None = None
    published_title: Text | None = None
    abstract: Text | None = None
    authors: Text | list[Text] | None = None
    authors_parsed: list[list[Text]] | None = None
    truncated: bool | None = None
    source: Text | None = None
    year: Text | None = None
    venue: Text | None = None
    versions: list[_Version] = Field([])
    update_date: Text | None = None
    comments: Text | None = None
    journal_ref: Text | None = Field(None, validation_alias=AliasChoices("journal-ref", "journal_ref"))
    categories: Text | list[Text] | None = None


def read_snapshot_line(fields: Fields, line: int | None) -> PaperRecord | str:
    """A line of arXiv's snapshot or with plain field names; as in `record_of`."""
    try:
        return _arxiv_record(_ArxivLine.model_validate(fields), line)
    except ValidationError as error:
        return reason_of(error)
    except RecordUnusable as error:
        return str(error)


def _arxiv_record(read: _ArxivLine, line: int | None) -> PaperRecord:
    dois = (stated_id(doi, IdScheme.DOI) for doi in (read.doi or "").split())
    return PaperRecord(
        line=line,
        title=title_in(read.title),
        ids=ordered_ids((stated_id((read.arxiv_id or "").strip()), *dois)),
        published_title=tidy_title(read.published_title) or None,
        abstract=read.abstract or None,
        authors=_arxiv_authors(read),
        year=year_of(read.year or (read.versions[0].created if read.versions else "")),
        venue=venue_named(read.venue),
        truncated=bool(read.truncated),
        origin=read.source or None,
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
