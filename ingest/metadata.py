"""Metadata files: one JSON record per line, of arXiv's snapshot or of a plainer kind. Parsing is pure and lazy.

Field names of the snapshot: https://www.kaggle.com/datasets/Cornell-University/arxiv
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding, Severity, Source, SourceKind

from .line_files import NumberedLine, digest_of, open_lines
from .records import PaperRecord
from .source_text import clean_text
from .venues import canonical_venue, find_years

_INLINE_TAG = re.compile(r"</?(?:ins|u|i|b|em|strong|sub|sup|span|scp|tt)\b[^<>]*>", re.I)
_AUTHOR_SEPARATORS = re.compile(r"\s*;\s*|\s*,\s+and\s+|\s+and\s+|\s*,\s+")


@dataclass(frozen=True, slots=True)
class MetadataFile:
    """A metadata file: where it is, and its records and findings, read anew each time they are asked for."""

    source: Source
    path: Path

    def records(self) -> Iterator[PaperRecord | Finding]:
        """Records in the order of the lines; a line that is none is a finding.

        Raises:
            SourceMissing: the file is gone.
            SourceUnreadable: its compression is damaged, or it holds no lines.
        """
        return parse_metadata(open_lines(self.path))


def read_metadata(
    path: Path,
    *,
    source_key: str | None = None,
    source_title: str | None = None,
    location: str | None = None,
    licence: str | None = None,
) -> MetadataFile:
    """Open a metadata file (``.jsonl``, ``.jsonl.gz``, ``.jsonl.xz``); the digest reads it once.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it cannot be read.
    """
    key = source_key or f"metadata:{path.name}"
    title, place = source_title or path.name, location or path.name
    source = Source(key, SourceKind.METADATA_FILE, title, place, licence=licence, digest=digest_of(path))
    return MetadataFile(source, path)


class _Version(BaseModel):
    """A version of an arXiv paper."""

    created: str = ""


class _MetadataLine(BaseModel):
    """One line, with the field names of the kinds of file that are understood."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    title: str
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
    versions: list[_Version] | None = None


def parse_metadata(lines: Iterable[NumberedLine]) -> Iterator[PaperRecord | Finding]:
    """Records in the order of the lines; blank lines are skipped, a line that is no record is a finding."""
    for number, text in lines:
        if text.strip():
            yield _parse_line(number, text)


def _parse_line(number: int, text: str) -> PaperRecord | Finding:
    try:
        read = _MetadataLine.model_validate(_without_empty(json.loads(text)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return _unread(number, f"{place}: {first['msg']}" if place else str(first["msg"]))
    except (ValueError, RecursionError) as error:
        return _unread(number, f"it is not JSON ({type(error).__name__})")
    title = _tidy_title(read.title)
    if not any(map(str.isalnum, title)):
        return _unread(number, "its title is empty")
    return PaperRecord(
        line=number,
        title=title,
        ids=_ids(read),
        published_title=_tidy_title(read.published_title) or None,
        abstract=_tidy(read.abstract) or None,
        authors=_authors(read),
        year=_year(read),
        venue=canonical_venue(_tidy(read.venue)) if read.venue else None,
        truncated=bool(read.truncated),
        origin=_tidy(read.source) or None,
    )


def _without_empty(parsed: object) -> object:
    return (
        {name: value for name, value in parsed.items() if value is not None} if isinstance(parsed, Mapping) else parsed
    )


def _ids(read: _MetadataLine) -> tuple[PaperId, ...]:
    arxiv = PaperId.parse(_tidy(read.arxiv_id))
    dois = (PaperId.parse(doi) for doi in _tidy(read.doi).split())
    found = [paper_id for paper_id in (arxiv, *dois) if paper_id]
    found.sort(key=lambda paper_id: (list(IdScheme).index(paper_id.scheme), paper_id.value))
    return tuple(dict.fromkeys(found))


def _authors(read: _MetadataLine) -> tuple[str, ...]:
    """Names as they are said, given name first."""
    names: Iterable[str]
    if read.authors_parsed:
        names = (
            " ".join(_tidy(part) for part in (*parts[1:2], *parts[:1], *parts[2:3])) for parts in read.authors_parsed
        )
    elif isinstance(read.authors, str):
        names = _AUTHOR_SEPARATORS.split(_tidy(read.authors))
    else:
        names = read.authors or ()
    return tuple(name for name in (_tidy(name.replace(";", " ")) for name in names) if name)


def _year(read: _MetadataLine) -> int | None:
    stated = read.year or (read.versions[0].created if read.versions else "")
    years = find_years(stated)
    return years[0] if years else None


def _tidy(text: str | None) -> str:
    return clean_text(text or "")


def _tidy_title(text: str | None) -> str:
    """Without the inline HTML that publishers' records carry."""
    return _tidy(_INLINE_TAG.sub("", text or ""))


def _unread(number: int, reason: str) -> Finding:
    message = f"The line is no metadata record: {reason}"
    return Finding("record-not-understood", Severity.WARNING, number, message, "Left out; the other lines are read.")
