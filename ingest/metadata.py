"""Metadata files: one JSON record per line, of arXiv, OpenAlex, Semantic Scholar or of a plainer kind.

Parsing is pure and lazy; which fields each kind of line has stands in `metadata_shapes`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from litatlas.graph.models import Finding, Severity, Source, SourceKind

from .line_files import NumberedLine, digest_of, open_lines
from .metadata_shapes import LICENCES, record_of, shape_of
from .records import PaperRecord


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

    Args:
        licence: under which the file came; default that of arXiv's, OpenAlex's or Semantic Scholar's data where every
            line is one of theirs, which is found out by reading the file once more.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it cannot be read.
    """
    key = source_key or f"metadata:{path.name}"
    title, place = source_title or path.name, location or path.name
    digest = digest_of(path)
    licence = licence or licence_of(open_lines(path))
    return MetadataFile(Source(key, SourceKind.METADATA_FILE, title, place, licence=licence, digest=digest), path)


def licence_of(lines: Iterable[NumberedLine]) -> str | None:
    """The licence of the lines where all are of one service's kind; stops at the first that is not."""
    found: str | None = None
    for _, text in lines:
        if not text.strip():
            continue
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            return None
        licence = LICENCES.get(shape_of(fields)) if isinstance(fields, dict) else None
        if licence is None or found not in (None, licence):
            return None
        found = licence
    return found


def parse_metadata(lines: Iterable[NumberedLine]) -> Iterator[PaperRecord | Finding]:
    """Records in the order of the lines; blank lines are skipped, a line that is no record is a finding."""
    for number, text in lines:
        if text.strip():
            yield _parse_line(number, text)


def _parse_line(number: int, text: str) -> PaperRecord | Finding:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _unread(number, f"is not JSON ({type(error).__name__})")
    if not isinstance(fields, dict):
        return _unread(number, f"is not an object but {type(fields).__name__}")
    record = record_of(fields, number)
    return _unread(number, record) if isinstance(record, str) else record


def _unread(number: int, reason: str) -> Finding:
    message = f"The line is no metadata record: it {reason}"
    return Finding("record-not-understood", Severity.WARNING, number, message, "Left out; the other lines are read.")
