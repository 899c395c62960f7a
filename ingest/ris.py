"""RIS, as EndNote, Scopus, Web of Science, Zotero and publishers write it: text -> entries. Pure.

rispy reads each record; where records begin and end, and so their lines, is found here, so that one without an end, or
with single blanks in its tags, is read too. Tags: https://en.wikipedia.org/wiki/RIS_(file_format)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import rispy

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding, Severity, WorkKind

from .entries import Bibliography, Entry
from .record_text import (
    addresses_in,
    arxiv_ids_in,
    given_first,
    id_in,
    not_ids,
    ordered_ids,
    tidy_names,
    tidy_title,
    venue_named,
    year_of,
)
from .source_text import clean_text

_TAG = re.compile(r"\s{0,4}(?P<tag>[A-Z][A-Z0-9])\s{0,2}-(?:\s(?P<value>.*))?$")

Tags = Mapping[str, object]


@dataclass(slots=True)
class _Record:
    line: int
    lines: list[str] = field(default_factory=list)
    ended: bool = False


def parse_ris(text: str) -> Bibliography:
    """Read a RIS file; a record that is none is a finding, the others are read."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    for record in _records(text, findings):
        if not record.ended:
            message = "The record has no ER line that ends it"
            findings.append(_finding("record-without-end", record.line, message, "It ends where the next begins."))
        entry = _entry(_read(record), record.line)
        if entry is None:
            findings.append(_finding("entry-without-title", record.line, "The record has no title", "Left out."))
        else:
            entries.append(entry)
    return Bibliography(tuple(entries), (), tuple(findings))


def _records(text: str, findings: list[Finding]) -> Iterator[_Record]:
    current: _Record | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        match = _TAG.match(line.rstrip("\r"))
        tag = match["tag"] if match else None
        if tag == "TY":
            if current:
                yield current
            current = _Record(number)
        elif current is None:
            if line.strip() and match:
                findings.append(_finding("text-not-understood", number, f"{tag} outside of a record", "Left out."))
            continue
        if tag == "ER":
            current.ended = True
            yield current
            current = None
        elif match:
            current.lines.append(f"{tag}  - {match['value'] or ''}")
        else:
            current.lines.append(line)
    if current:
        yield current


def _read(record: _Record) -> Tags:
    """The record's values by rispy's names; empty where it raises."""
    try:
        text = "\n".join((*record.lines, "ER  - "))
        parsed = rispy.loads(text, delimiter_tags_mapping={}, mapping=_MAPPING)
    except Exception:  # rispy foresees no continuation of a tag it does not know
        return {}
    return parsed[0] if parsed else {}


_MAPPING = {**rispy.TAG_KEY_MAPPING, "C3": "proceedings_title"}


def _entry(tags: Tags, line: int) -> Entry | None:
    def first(*names: str) -> str:
        return next((text for name in names for text in _texts(tags, name) if text), "")

    title = tidy_title(first("title", "primary_title", "translated_title"))
    if not any(map(str.isalnum, title)):
        return None
    urls = addresses_in(" ".join(_texts(tags, "urls")))
    names = [given_first(name) for tag in ("authors", "first_authors") for name in _texts(tags, tag)]
    container = ("alternate_title3", "journal_name", "secondary_title", "proceedings_title", "alternate_title1")
    return Entry(
        line=line,
        title=title,
        kind=WorkKind.SOFTWARE if first("type_of_reference") == "COMP" else WorkKind.PAPER,
        authors=tuple(dict.fromkeys(tidy_names(names))),
        year=year_of(first("year", "publication_year", "date")),
        venue=venue_named(*(first(name) for name in container)),
        ids=_ids(tags, urls),
        urls=urls,
        abstract=clean_text(first("abstract", "notes_abstract")) or None,
        keywords=tuple(dict.fromkeys(word for word in map(clean_text, _texts(tags, "keywords")) if word)),
        unread=not_ids(IdScheme.DOI, *_texts(tags, "doi")),
    )


def _ids(tags: Tags, urls: Iterable[str]) -> tuple[PaperId, ...]:
    mentions = " ".join(text for name in _MENTIONING for text in _texts(tags, name))
    dois = (id_in(IdScheme.DOI, doi) for doi in _texts(tags, "doi"))
    return ordered_ids((*dois, *arxiv_ids_in(mentions), *(PaperId.parse(url) for url in urls)))


_MENTIONING = ("journal_name", "secondary_title", "alternate_title3", "note", "notes", "accession_number", "number")


def _texts(tags: Tags, name: str) -> list[str]:
    value = tags.get(name)
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _finding(code: str, line: int, message: str, decision: str) -> Finding:
    return Finding(code, Severity.WARNING, line, message, decision)
