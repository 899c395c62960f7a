"""Zotero's JSON and CSV: its web API's objects, Better BibTeX's JSON, and the table of its CSV export. Pure.

API: https://www.zotero.org/support/dev/web_api/v3/basics; Better BibTeX JSON keeps collections beside the items, with
the keys of their parents and the ids of their items. A CSV export knows no collections.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding, Severity, WorkKind

from .csl import not_understood
from .entries import Bibliography, Entry
from .json_items import Item
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
from .taxonomy_tree import Concept

NOT_WORKS = frozenset({"attachment", "note", "annotation"})

_AUTHORS = frozenset({"author", "programmer", "inventor", "presenter", "podcaster", "director", "contributor"})
_SOFTWARE = frozenset({"computerProgram", "software"})


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)


class _Creator(_Model):
    first: str = Field("", alias="firstName")
    last: str = Field("", alias="lastName")
    name: str = ""
    kind: str = Field("author", alias="creatorType")


class _Tag(_Model):
    tag: str = ""


class _ZoteroItem(_Model):
    key: str = ""
    id: str = Field("", alias="itemID")
    kind: str = Field("", alias="itemType")
    title: str = Field("", validation_alias=AliasChoices("title", "caseName", "subject", "nameOfAct"))
    creators: list[_Creator] = []
    date: str = ""
    doi: str = Field("", alias="DOI")
    url: str = ""
    publication: str = Field("", alias="publicationTitle")
    proceedings: str = Field("", alias="proceedingsTitle")
    conference: str = Field("", alias="conferenceName")
    book: str = Field("", alias="bookTitle")
    archive_id: str = Field("", alias="archiveID")
    repository: str = ""
    extra: str = ""
    abstract: str = Field("", alias="abstractNote")
    tags: list[_Tag | str] = []
    collections: list[str] = []
    deleted: bool = False


class _ZoteroCollection(_Model):
    key: str = ""
    name: str = ""
    parent: str | bool | None = Field(None, validation_alias=AliasChoices("parentCollection", "parent"))
    items: list[str] = []


def is_zotero(items: Sequence[Item]) -> bool:
    """Whether the items of a list are Zotero's: theirs have an ``itemType`` where CSL's have a ``type``."""
    fields = (_fields_of(item.value) for item in items[:50])
    return any("itemType" in each or "parentCollection" in each for each in fields)


def parse_zotero(items: Iterable[Item], collections: Iterable[Item]) -> Bibliography:
    """Read Zotero's items and collections, which may stand in one list; what is neither is a finding."""
    reader = _Reader()
    for item in (*collections, *items):
        reader.take(item)
    return reader.bibliography()


def _fields_of(value: object) -> Mapping[str, object]:
    """An item's own fields; the web API wraps them in ``data``."""
    if not isinstance(value, dict):
        return {}
    inner = value.get("data", value)
    return {name: each for name, each in inner.items() if each is not None} if isinstance(inner, dict) else {}


class _Reader:
    def __init__(self) -> None:
        self._items: list[tuple[int, _ZoteroItem]] = []
        self._collections: dict[str, Concept] = {}
        self._members: dict[str, list[str]] = {}  # item id -> collections, as Better BibTeX says it
        self._findings: list[Finding] = []
        self._left_out = 0

    def take(self, item: Item) -> None:
        fields = _fields_of(item.value)
        try:
            if "itemType" in fields:
                self._take_item(item.line, _ZoteroItem.model_validate(fields))
            elif "name" in fields and "key" in fields:
                self._take_collection(item.line, _ZoteroCollection.model_validate(fields))
            elif isinstance(item.value, dict) and not fields.get("name"):
                self._take_nested(item)
            else:
                self._report(item.line, "A value is neither an item nor a collection")
        except ValidationError as error:
            self._findings.append(not_understood(item.line, error))

    def _take_nested(self, item: Item) -> None:
        """Better BibTeX has its collections in one object, by key."""
        inner = item.value if isinstance(item.value, dict) else {}
        if not inner or not all(isinstance(each, dict) and "name" in each for each in inner.values()):
            self._report(item.line, "A value is neither an item nor a collection")
            return
        for key, each in inner.items():
            self.take(Item(item.line, {"key": key, **each}))

    def _take_item(self, line: int, item: _ZoteroItem) -> None:
        if item.kind in NOT_WORKS or item.deleted:
            self._left_out += 1
        else:
            self._items.append((line, item))

    def _take_collection(self, line: int, read: _ZoteroCollection) -> None:
        parent = read.parent if isinstance(read.parent, str) and read.parent else None
        self._collections.setdefault(read.key, Concept(read.key, clean_text(read.name), parent, line))
        for member in read.items:
            self._members.setdefault(member, []).append(read.key)

    def _report(self, line: int, message: str) -> None:
        self._findings.append(Finding("entry-not-understood", Severity.WARNING, line, message, "Left out."))

    def bibliography(self) -> Bibliography:
        entries = []
        for line, item in self._items:
            entry = _entry(line, item, self._members)
            if entry:
                entries.append(entry)
            else:
                self._findings.append(untitled(line))
        collections = dict(self._collections)
        for entry in entries:  # the web API gives items without their collections' names
            for key in entry.collections:
                if key not in collections:
                    collections[key] = Concept(key, key, None, entry.line)
                    self._findings.append(_unnamed(key, entry.line))
        if self._left_out:
            self._findings.append(not_works(self._left_out))
        return Bibliography(tuple(entries), tuple(collections.values()), tuple(self._findings))


def _entry(line: int, item: _ZoteroItem, members: Mapping[str, Sequence[str]]) -> Entry | None:
    title = tidy_title(item.title)
    if not any(map(str.isalnum, title)):
        return None
    urls = addresses_in(item.url)
    tags = (clean_text(tag if isinstance(tag, str) else tag.tag) for tag in item.tags)
    names = (each.name or f"{each.first} {each.last}" for each in item.creators if each.kind in _AUTHORS)
    repository = item.repository if "arxiv" in item.repository.lower() else None
    placed = (*item.collections, *members.get(item.id, ()), *members.get(item.key, ()))
    return Entry(
        line=line,
        title=title,
        kind=WorkKind.SOFTWARE if item.kind in _SOFTWARE else WorkKind.PAPER,
        authors=tidy_names(names),
        year=year_of(item.date),
        venue=venue_named(item.publication, item.proceedings, item.conference, item.book, repository),
        ids=entry_ids(item.doi, f"{item.archive_id} {item.publication} {item.extra}", urls, item.extra),
        urls=urls,
        abstract=clean_text(item.abstract) or None,
        keywords=tuple(dict.fromkeys(tag for tag in tags if tag)),
        collections=tuple(dict.fromkeys(key for key in placed if key)),
        unread=not_ids(IdScheme.DOI, item.doi),
    )


def entry_ids(doi: str, mentions: str, urls: Iterable[str], extra: str = "") -> tuple[PaperId, ...]:
    """Ids of an item: its DOI, also one in ``extra`` as ``DOI: …``, arXiv ids it mentions, its addresses."""
    lines = (line.partition(":") for line in extra[:5_000].splitlines())
    dois = [doi, *(value for name, _, value in lines if name.strip().lower() == "doi")]
    found = (id_in(IdScheme.DOI, each) for each in dois)
    return ordered_ids((*found, *arxiv_ids_in(mentions), *(PaperId.parse(url) for url in urls)))


def untitled(line: int) -> Finding:
    """A finding for an item without a title."""
    return Finding("entry-without-title", Severity.WARNING, line, "The item has no title", "Left out.")


def not_works(count: int) -> Finding:
    """A finding for what Zotero keeps beside works."""
    message = f"{count} of the items are attachments, notes or deleted"
    return Finding("not-a-work", Severity.NOTE, 0, message, "Left out: they are no works.")


def _unnamed(key: str, line: int) -> Finding:
    message = f"The file does not say what collection {key!r} is called"
    return Finding("collection-without-name", Severity.WARNING, line, message, "Its key is its name.")


# -- CSV -----------------------------------------------------------------------------------------------------------


def parse_zotero_csv(text: str, name: str) -> Bibliography:
    """Read the table of Zotero's CSV export.

    Raises:
        SourceUnreadable: it is no CSV.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    left_out = 0
    try:
        for line, row in _rows(text):
            entry = _csv_entry(line, row)
            if row.get("Item Type", "") in NOT_WORKS:
                left_out += 1
            elif entry:
                entries.append(entry)
            else:
                findings.append(untitled(line))
    except csv.Error as error:
        raise SourceUnreadable(f"{name} is no CSV table: {error}", "Export it again from Zotero.") from error
    return Bibliography(tuple(entries), (), (*findings, *([not_works(left_out)] if left_out else [])))


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row with the line it begins on."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    _ = reader.fieldnames
    line = reader.line_num + 1
    for row in reader:
        yield line, {name: value for name, value in row.items() if name and isinstance(value, str)}
        line = reader.line_num + 1


def _csv_entry(line: int, row: Mapping[str, str]) -> Entry | None:
    title = tidy_title(row.get("Title"))
    if not any(map(str.isalnum, title)):
        return None
    urls = addresses_in(row.get("Url"))
    extra, venue = row.get("Extra", ""), row.get("Publication Title", "")
    tags = ";".join((row.get("Manual Tags", ""), row.get("Automatic Tags", ""))).split(";")
    return Entry(
        line=line,
        title=title,
        kind=WorkKind.SOFTWARE if row.get("Item Type") in _SOFTWARE else WorkKind.PAPER,
        authors=tidy_names(map(given_first, row.get("Author", "").split(";"))),
        year=year_of(row.get("Publication Year")) or year_of(row.get("Date")),
        venue=venue_named(venue, row.get("Conference Name")),
        ids=entry_ids(row.get("DOI", ""), f"{row.get('Archive Location', '')} {venue} {extra}", urls, extra),
        urls=urls,
        abstract=clean_text(row.get("Abstract Note", "")) or None,
        keywords=tuple(dict.fromkeys(tag for tag in map(clean_text, tags) if tag)),
        unread=not_ids(IdScheme.DOI, row.get("DOI")),
    )
