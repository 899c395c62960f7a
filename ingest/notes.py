"""Notes on papers: one sentence each, by who keeps them; those that ship with a survey, and a reader's own.

A line is ``{"ids": ["arxiv:2306.00978"], "title": "AWQ: …", "note": "Protects the …"}``; ids or title may be left out.
Parsing is pure. A note is a claim about a paper that others name: it says nothing of titles or ids itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationError, model_validator

from litatlas.graph.identity import PaperId
from litatlas.graph.models import Finding, Severity, Source, SourceKind
from litatlas.graph.sentences import split_sentences

from .bundle_schema import Id, Record
from .line_files import NumberedLine, digest_of, open_lines
from .record_fields import Text, reason_of

SHORTEST, LONGEST = 10, 350  # characters; a sentence of 15 to 35 words has between 80 and 300
_FEWEST_WORDS = 3
_LONGEST_REASON = 200  # characters; a reason may quote what it is about


def _one_sentence(text: str) -> str:
    if not SHORTEST <= len(text) <= LONGEST:
        raise ValueError(f"has {len(text):,} characters; a note has {SHORTEST} to {LONGEST}")
    if len(text.split()) < _FEWEST_WORDS:
        raise ValueError("is no sentence")
    if (count := len(split_sentences(text))) != 1:
        raise ValueError(f"holds {count} sentences; a note is one")
    return text


class NoteLine(Record):
    """A line of a file of notes, as it stands in notes.jsonl too."""

    ids: tuple[Id, ...] = ()
    title: Text = ""
    note: Annotated[Text, AfterValidator(_one_sentence)]

    @model_validator(mode="after")
    def _names_a_paper(self) -> NoteLine:
        if not self.ids and not any(map(str.isalnum, self.title)):
            raise ValueError("names no paper: it has neither an id nor a title")
        return self

    @classmethod
    def of(cls, note: Note) -> NoteLine:
        """The line for a note."""
        return cls(ids=note.ids, title=note.title, note=note.text)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about the paper that has one of these ids, or else this title.

    Attributes:
        line: counted from 1.
    """

    line: int
    text: str
    ids: tuple[PaperId, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """A file of notes.

    Attributes:
        made: how the notes came about, for those that ship.
    """

    source: Source
    notes: tuple[Note, ...]
    findings: tuple[Finding, ...] = ()
    made: str = ""


def read_notes(path: Path, *, source_title: str | None = None, licence: str | None = None) -> Notes:
    """A reader's own notes, JSON lines, plain or compressed.

    Args:
        source_title: who speaks, to be shown with each note; default the file's name.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it cannot be read, or holds no lines.
    """
    key, title = f"reader-notes:{path.name}", source_title or path.name
    source = Source(key, SourceKind.READER, title, path.name, licence=licence, digest=digest_of(path))
    parsed = parse_notes(open_lines(path))
    return Notes(
        source,
        tuple(each for each in parsed if isinstance(each, Note)),
        tuple(each for each in parsed if isinstance(each, Finding)),
    )


def parse_notes(lines: Iterable[NumberedLine]) -> tuple[Note | Finding, ...]:
    """Notes and faults in the order of the lines; blank lines are skipped."""
    return tuple(parse_note(number, text) for number, text in lines if text.strip())


def parse_note(number: int, text: str) -> Note | Finding:
    """The note in one line of JSON, or what is wrong with the line."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _unread(number, f"is not JSON ({type(error).__name__})")
    if not isinstance(fields, dict):
        return _unread(number, f"is not an object but {type(fields).__name__}")
    try:
        read = NoteLine.model_validate(fields)
    except ValidationError as error:
        return _unread(number, reason_of(error))
    return Note(number, read.note, read.ids, read.title)


def _unread(number: int, reason: str) -> Finding:
    message = f"The line is no note: it {reason.replace('Value error, ', '')[:_LONGEST_REASON]}"
    return Finding("note-not-understood", Severity.WARNING, number, message, "Left out; the other lines are read.")
