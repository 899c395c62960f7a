"""CSL-JSON: the items of a list, or of an object's ``items`` or ``references`` -> entries. Pure.

Schema: https://github.com/citation-style-language/schema, csl-data.json. Ids and years come as numbers or texts, dates
as parts or raw, names in parts or literal.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding, Severity, WorkKind

from .entries import Bibliography, Entry
from .json_items import Item
from .record_text import (
    addresses_in,
    arxiv_ids_in,
    id_in,
    not_ids,
    ordered_ids,
    tidy_names,
    tidy_title,
    venue_named,
    year_of,
)
from .source_text import clean_text
from .taxonomy_tree import Concept


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)


class _Name(_Model):
    family: str = ""
    given: str = ""
    literal: str = ""
    suffix: str = ""
    particle: str = Field("", alias="non-dropping-particle")
    dropping: str = Field("", alias="dropping-particle")


class _Date(_Model):
    parts: list[list[str | int | None]] = Field([], alias="date-parts")
    literal: str = ""
    raw: str = ""


class _CslItem(_Model):
    type: str = ""
    title: str = ""
    author: list[_Name | str] | str = []
    issued: _Date | str | None = None
    container: str = Field("", alias="container-title")
    event: str = Field("", validation_alias=AliasChoices("event-title", "event"))
    doi: str = Field("", alias="DOI")
    url: str = Field("", alias="URL")
    number: str = ""
    note: str = ""
    publisher: str = ""
    abstract: str = ""
    keyword: str | list[str] = ""
    collections: str | list[str] = Field([], validation_alias=AliasChoices("collections", "collection"))


def parse_csl(items: Iterable[Item]) -> Bibliography:
    """Read CSL items; one that is none is a finding. Names under ``collection`` or ``collections`` are collections."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    collections: dict[str, Concept] = {}
    for item in items:
        entry = _read(item)
        if isinstance(entry, Finding):
            findings.append(entry)
            continue
        entries.append(entry)
        for name in entry.collections:
            collections.setdefault(name, Concept(name, name, None, item.line))
    return Bibliography(tuple(entries), tuple(collections.values()), tuple(findings))


def _read(item: Item) -> Entry | Finding:
    value = item.value
    if isinstance(value, dict):
        value = {name: each for name, each in value.items() if each is not None}
    try:
        read = _CslItem.model_validate(value)
    except ValidationError as error:
        return not_understood(item.line, error)
    title = tidy_title(read.title)
    if not any(map(str.isalnum, title)):
        return Finding("entry-without-title", Severity.WARNING, item.line, "The item has no title", "Left out.")
    urls = addresses_in(read.url)
    return Entry(
        line=item.line,
        title=title,
        kind=WorkKind.SOFTWARE if read.type == "software" else WorkKind.PAPER,
        authors=tidy_names(map(_name, [read.author] if isinstance(read.author, str) else read.author)),
        year=_year(read.issued),
        venue=venue_named(read.container, read.event, read.publisher if "arxiv" in read.publisher.lower() else None),
        ids=_ids(read, urls),
        urls=urls,
        abstract=clean_text(read.abstract) or None,
        keywords=_words(read.keyword),
        collections=_words(read.collections),
        unread=not_ids(IdScheme.DOI, read.doi),
    )


def not_understood(line: int, error: ValidationError) -> Finding:
    """A finding for an item that is not of the form it should have."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    message = f"An item is not understood: {place}: {first['msg']}" if place else f"An item is none: {first['msg']}"
    return Finding("entry-not-understood", Severity.WARNING, line, message, "Left out; the others are read.")


def _name(name: _Name | str) -> str:
    if isinstance(name, str):
        return name
    return name.literal or " ".join((name.given, name.dropping, name.particle, name.family, name.suffix))


def _year(issued: _Date | str | None) -> int | None:
    if isinstance(issued, _Date):
        part = str(issued.parts[0][0]) if issued.parts and issued.parts[0] else ""
        return year_of(part) or year_of(issued.literal) or year_of(issued.raw)
    return year_of(issued)


def _ids(read: _CslItem, urls: Iterable[str]) -> tuple[PaperId, ...]:
    mentions = arxiv_ids_in(f"{read.number} {read.note[:2_000]} {read.container}")
    return ordered_ids((id_in(IdScheme.DOI, read.doi), *mentions, *(PaperId.parse(url) for url in urls)))


def _words(written: str | list[str]) -> tuple[str, ...]:
    if isinstance(written, str):
        written = written.split(";" if ";" in written else ",")
    return tuple(dict.fromkeys(word for word in map(clean_text, written) if word))
