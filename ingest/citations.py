"""Edge files: who cites whom, by id, as JSON lines or as two columns. Parsing is pure and lazy."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from litatlas.graph.identity import PaperId, title_key
from litatlas.graph.models import Finding, Severity, Source, SourceKind

from .line_files import NumberedLine, digest_of, open_lines
from .records import EdgeRecord, Reference
from .source_text import clean_text

_COMMAS = re.compile(r"[,;]")


@dataclass(frozen=True, slots=True)
class EdgeFile:
    """The edges of one file."""

    source: Source
    edges: tuple[EdgeRecord, ...]
    findings: tuple[Finding, ...] = ()


class _EdgeLine(BaseModel):
    """One JSON line as edge files have it."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    citing: str
    cited: str
    source: str | None = None
    evidence: str | None = None


def read_edges(
    path: Path,
    *,
    source_key: str,
    source_title: str | None = None,
    location: str | None = None,
    licence: str | None = None,
) -> EdgeFile:
    """Read an edge file: JSON lines with ``citing`` and ``cited``, or TSV or CSV with two columns of ids.

    Compressed files (``.gz``, ``.xz``) are read as they are. A bare number that could be an arXiv id is one.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it is not text, or its compression is damaged.
    """
    source = Source(
        source_key,
        SourceKind.EDGE_FILE,
        source_title or path.name,
        location or path.name,
        licence=licence,
        digest=digest_of(path),
    )
    edges, findings = [], []
    for parsed in parse_edges(open_lines(path)):
        if isinstance(parsed, EdgeRecord):
            edges.append(parsed)
        else:
            findings.append(parsed)
    return EdgeFile(source, tuple(edges), tuple(findings))


def parse_edges(lines: Iterable[NumberedLine]) -> Iterator[EdgeRecord | Finding]:
    """Edges in the order of the lines; a line that is none is a finding, comments and a header are skipped."""
    for number, text in lines:
        stripped = text.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if stripped.startswith("{"):
            yield _parse_json(number, stripped)
        elif number > 1 or not _is_header(stripped):
            yield _parse_columns(number, stripped)


def edges_within(
    edges: Iterable[EdgeRecord], ids: Collection[PaperId], titles: Iterable[str] = ()
) -> tuple[EdgeRecord, ...]:
    """Edges whose both ends are among the ids and titles."""
    keys = {title_key(title) for title in titles}

    def known(end: Reference) -> bool:
        return end in ids if isinstance(end, PaperId) else title_key(end) in keys

    return tuple(edge for edge in edges if known(edge.citing) and known(edge.cited))


def parse_reference(text: str) -> Reference | None:
    """An id if it is one; else a title if it reads like one: several words, ten letters or more."""
    title = clean_text(text)
    if paper_id := PaperId.parse(title):
        return paper_id
    return title if " " in title and sum(map(str.isalpha, title)) >= 10 else None


def _parse_json(number: int, text: str) -> EdgeRecord | Finding:
    try:
        read = _EdgeLine.model_validate(json.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        return _unread(number, f"{first['loc'][0] if first['loc'] else 'the line'}: {first['msg']}")
    except (ValueError, RecursionError) as error:
        return _unread(number, f"it is not JSON ({type(error).__name__})")
    return _edge(number, read.citing, read.cited, read.source, read.evidence)


def _is_header(text: str) -> bool:
    return PaperId.parse(_split_columns(text)[0]) is None


def _split_columns(text: str) -> list[str]:
    """By tab where there is one, else by comma or semicolon, else by blank."""
    columns = text.split("\t") if "\t" in text else _COMMAS.split(text)
    columns = columns if len(columns) > 1 else text.split()
    return [column.strip().strip('"') for column in columns]


def _parse_columns(number: int, text: str) -> EdgeRecord | Finding:
    columns = _split_columns(text)
    if len(columns) < 2:
        return _unread(number, "it has fewer than two columns")
    return _edge(number, columns[0], columns[1], columns[2] if len(columns) > 2 else None, None)


def _edge(number: int, citing: str, cited: str, origin: str | None, evidence: str | None) -> EdgeRecord | Finding:
    ends = parse_reference(citing), parse_reference(cited)
    if ends[0] is None or ends[1] is None:
        unknown = citing if ends[0] is None else cited
        return _unread(number, f"{unknown[:60]!r} is neither an id nor a title")
    if ends[0] == ends[1]:
        return _unread(number, f"{ends[0]} would cite itself")
    return EdgeRecord(ends[0], ends[1], number, clean_text(origin or "") or None, clean_text(evidence or "") or None)


def _unread(number: int, reason: str) -> Finding:
    return Finding("edge-not-understood", Severity.WARNING, number, f"The line is no citation: {reason}", "Left out.")
