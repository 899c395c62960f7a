"""BibTeX and BibLaTeX: bytes that became text -> entries and groups. Pure.

bibtexparser parts the file into blocks and keeps going after a broken one; values are put together, and read, here.
Groups: JabRef's ``groups`` field with its tree (https://docs.jabref.org/finding-sorting-and-cleaning-entries/groups)
and Mendeley's ``mendeley-groups`` with paths.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping

import bibtexparser
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    ExplicitComment,
    ParsingFailedBlock,
    String,
)
from bibtexparser.model import Entry as Record

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding, Severity, WorkKind

from .entries import Bibliography, Entry
from .jabref import Groups, read_groups
from .latex_text import field_to_address, field_to_text
from .record_text import addresses_in, arxiv_ids_in, id_in, not_ids, ordered_ids, tidy_names, venue_named, year_of
from .source_text import clean_text

LONGEST_VALUE = 200_000  # characters; strings that name each other could grow without end

_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # what it warns of is in the findings

Fields = Mapping[str, str]


def parse_bibtex(text: str, name: str) -> Bibliography:
    """Read a BibTeX file; a broken block is a finding, the others are read.

    Raises:
        SourceUnreadable: the text throws the parser off its track altogether.
    """
    reader = _Reader()
    for block in _blocks(text, name):
        reader.take(block)
    return reader.bibliography()


def _blocks(text: str, name: str) -> Iterable[Block]:
    try:
        return list(bibtexparser.parse_string(text, parse_stack=[]).blocks)
    except Exception as error:  # its parser raises again whatever it did not foresee
        message = f"{name} cannot be read as BibTeX: {error or type(error).__name__}"
        raise SourceUnreadable(message, "Check the file with `bibtex` or JabRef, or export it again.") from error


class _Reader:
    """Takes the blocks of a file one after the other."""

    def __init__(self) -> None:
        self._strings: dict[str, str] = {}
        self._records: list[tuple[Record, Fields]] = []
        self._comments: list[ExplicitComment] = []
        self._findings: list[Finding] = []

    def take(self, block: Block) -> None:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock):
            self._report("duplicate-key", line, f"The key {block.key!r} is given twice", "Both entries are read.")
            self.take(block.ignore_error_block)
        elif isinstance(block, DuplicateFieldKeyBlock):
            names = ", ".join(sorted(block.duplicate_keys))
            self._report("field-twice", line, f"An entry has a field twice: {names}", "The first is taken.")
            self.take(block.ignore_error_block)
        elif isinstance(block, ParsingFailedBlock):
            reason = str(getattr(block.error, "abort_reason", None) or block.error)
            message = f"An entry is broken: {clean_text(reason)}"
            self._report("entry-not-understood", line, message, "Left out; the others are read.")
        elif isinstance(block, String):
            self._strings[block.key.lower()] = self._value(block.value, line)
        elif isinstance(block, ExplicitComment):
            self._comments.append(block)
        elif isinstance(block, Record):
            self._records.append((block, self._fields(block)))

    def bibliography(self) -> Bibliography:
        parents = {record.key: fields for record, fields in reversed(self._records)}
        groups, doubts = read_groups((each.comment, (each.start_line or 0) + 1) for each in self._comments)
        entries = []
        for record, own in self._records:
            fields = _inherit(own, parents)
            line = (record.start_line or 0) + 1
            if entry := _entry(record, fields, line, groups):
                entries.append(entry)
            else:
                self._report("entry-without-title", line, f"The entry {record.key!r} has no title", "Left out.")
        return Bibliography(tuple(entries), groups.concepts, (*self._findings, *doubts))

    def _fields(self, record: Record) -> Fields:
        fields: dict[str, str] = {}
        for field in record.fields:
            line = (field.start_line or 0) + 1
            fields.setdefault(field.key.lower(), self._value(str(field.value), line))
        return fields

    def _value(self, written: str, line: int) -> str:
        """A value without its enclosing marks: strings replaced, pieces joined."""
        value = ""
        for piece in _pieces(written):
            enclosed = piece[:1] in {"{", '"'}
            value += piece[1:-1] if enclosed else self._strings.get(piece.lower(), piece)
            if not (enclosed or piece.isdecimal() or piece.lower() in self._strings or piece.lower() in _MONTHS):
                self._report("string-undefined", line, f"The string {piece[:60]!r} is not defined", "Its name is kept.")
            if len(value) > LONGEST_VALUE:
                self._report("value-too-long", line, f"A value is longer than {LONGEST_VALUE:,} characters", "Cut.")
                return value[:LONGEST_VALUE]
        return value

    def _report(self, code: str, line: int, message: str, decision: str) -> None:
        self._findings.append(Finding(code, Severity.WARNING, line, message, decision))


def _pieces(written: str) -> list[str]:
    """The pieces that ``#`` joins: ``{…}``, ``"…"``, numbers and names of strings."""
    written = written.strip()
    if "#" not in written:
        return [written] if written else []
    pieces, depth, quoted, start = [], 0, False, 0
    for place, char in enumerate(written):
        if char == '"' and depth == 0:
            quoted = not quoted
        elif char == "{":
            depth += 1
        elif char == "}":
            depth = max(0, depth - 1)
        elif char == "#" and depth == 0 and not quoted:
            pieces.append(written[start:place].strip())
            start = place + 1
    return [piece for piece in (*pieces, written[start:].strip()) if piece]


def _inherit(fields: Fields, parents: Mapping[str, Fields]) -> Fields:
    """With what its ``crossref`` says of the volume it is in."""
    parent = parents.get(fields.get("crossref", "").strip())
    if parent is None or parent is fields:
        return fields
    volume = parent.get("booktitle") or parent.get("title", "")
    given = {"booktitle": volume, **{name: parent[name] for name in ("year", "date", "journal") if name in parent}}
    return {**given, **fields}


def _entry(record: Record, fields: Fields, line: int, groups: Groups) -> Entry | None:
    title = field_to_text(fields.get("title", ""))
    if not any(map(str.isalnum, title)):
        return None
    addresses = addresses_in(" ".join(field_to_address(fields.get(name, "")) for name in ("url", "howpublished")))
    keywords = tuple(_keywords(fields.get("keywords", "") or fields.get("keyword", "")))
    return Entry(
        line=line,
        title=title,
        kind=WorkKind.SOFTWARE if record.entry_type.lower() == "software" else WorkKind.PAPER,
        authors=tuple(names_in(fields.get("author", ""))),
        year=year_of(field_to_text(fields.get("year") or fields.get("date", ""))),
        venue=_venue(fields),
        ids=_ids(record.key, fields),
        urls=addresses,
        abstract=field_to_text(fields.get("abstract", "")) or None,
        keywords=keywords,
        collections=groups.of_entry(record.key, fields, keywords),
        unread=not_ids(IdScheme.DOI, field_to_address(fields.get("doi", ""))),
    )


def _venue(fields: Fields) -> str | None:
    names = (fields.get(name, "") for name in ("journal", "journaltitle", "booktitle", "eventtitle", "howpublished"))
    return venue_named(*(field_to_text(each) for each in names if "http" not in each))


def _ids(key: str, fields: Fields) -> tuple[PaperId, ...]:
    prefix = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").strip(" {}").lower()
    eprint = field_to_address(fields.get("eprint", "")) if prefix == "arxiv" else ""
    mentions = " ".join(fields.get(name, "") for name in ("journal", "volume", "howpublished", "note"))
    dblp = key[5:] if key.upper().startswith("DBLP:") else None
    return ordered_ids(
        (
            id_in(IdScheme.ARXIV, eprint),
            id_in(IdScheme.ARXIV, field_to_address(fields.get("arxivid", ""))),
            *arxiv_ids_in(mentions),
            id_in(IdScheme.DOI, field_to_address(fields.get("doi", ""))),
            *(PaperId.parse(url) for url in addresses_in(field_to_address(fields.get("url", "")))),
            id_in(IdScheme.DBLP, dblp),
        )
    )


def names_in(written: str) -> Iterator[str]:
    """The names in a field that ``and`` parts, given name first; ``others`` is none."""
    for name in split_multiple_persons_names(written[:LONGEST_VALUE]) if written.strip() else []:
        if name.strip().lower() != "others":
            yield from tidy_names([field_to_text(_given_first(name))])


def _given_first(name: str) -> str:
    if name.startswith("{") and name.endswith("}"):
        return name
    try:
        parts = parse_single_name_into_parts(name, strict=False)
    except Exception:  # a name it cannot part is taken as it is
        return name
    return " ".join((*parts.first, *parts.von, *parts.last, *parts.jr))


def _keywords(written: str) -> Iterator[str]:
    text = field_to_text(written)
    words = (clean_text(word) for word in text.split(";" if ";" in text else ","))
    yield from dict.fromkeys(word for word in words if word)
