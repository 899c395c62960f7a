"""Companion lists: the Markdown file in which a survey's authors keep its papers, under its taxonomy.

`parse_paper_list` is pure: bytes to facts, each with its line. `read_paper_list` adds the few lines that open a file.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from litatlas.graph.errors import NoPapersFound, SourceUnreadable
from litatlas.graph.identity import IdScheme, PaperId, paper_id_from_url, slug, title_key
from litatlas.graph.models import Finding, Severity, Source, SourceKind, Survey, TaxonomyNode, WorkKind

from .contents import tidy_name
from .facts import ListCounts, SurveyFacts
from .markdown_blocks import Block, BlockKind, Document, parse_document
from .markdown_inline import SpanKind, parse_inline
from .outline import Outline, build_outline
from .resolve import PlacedRow, Resolution, resolve_rows
from .rows import LONGEST_ROW, Reading, Row, read_item, read_table_row
from .source_text import decode_text, read_source_bytes
from .venues import PREPRINT

_LAYOUT = re.compile(r"(\s|</?(div|p|br|center|hr|a|span|details|summary)\b[^<>]*>)*", re.I)
_OWN_LABELS = frozenset({"arxiv", "paper", "pdf", "openreview", "doi", "acl", "tmlr"})


def read_paper_list(
    path: Path,
    *,
    survey_key: str,
    title: str | None = None,
    source_title: str | None = None,
    location: str | None = None,
    revision: str | None = None,
    date: str | None = None,
    licence: str | None = None,
) -> SurveyFacts:
    """Read a companion list from a file.

    Args:
        survey_key: short name of the survey; first part of every node's key.
        title: of the survey, where the file's first heading does not say it.
        source_title: how to name the list to a person, e.g. its repository; default the file name.
        location: address of the list; default the file name.
        revision: commit or version the file is of.
        date: ISO date of that revision.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it is no text.
        NoPapersFound: it lists no paper.
    """
    source = Source(
        key=f"paper-list:{survey_key}",
        kind=SourceKind.PAPER_LIST,
        title=source_title or path.name,
        location=location or path.name,
        revision=revision,
        date=date,
        licence=licence,
    )
    return parse_paper_list(read_source_bytes(path), source, survey_key=survey_key, title=title, name=str(path))


def parse_paper_list(
    data: bytes, source: Source, *, survey_key: str, title: str | None = None, name: str = "the list"
) -> SurveyFacts:
    """Read a companion list from its bytes; arguments and errors as in `read_paper_list`."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", survey_key):
        advice = f"Use lower-case letters, digits and hyphens, e.g. {slug(survey_key)!r}."
        raise SourceUnreadable(f"{survey_key!r} cannot be a survey's key", advice)
    decoded = decode_text(data, name)
    document = parse_document(decoded.text)
    readings = {block.line: reading for block, reading in _read_blocks(document)}
    row_lines = sorted(line for line, (row, _) in readings.items() if row)
    outline = build_outline(document, row_lines, survey_key, title or survey_key)
    placed = [
        PlacedRow(row, node)
        for line, (row, _) in sorted(readings.items())
        if row and (node := outline.node_at(line)) is not None
    ]
    if not any(entry.row.kind is WorkKind.PAPER for entry in placed):
        raise _no_papers(name, document, placed)
    source = replace(source, digest=hashlib.sha256(data).hexdigest())
    survey_title = title or outline.title or survey_key
    survey = Survey(survey_key, survey_title, source.key, _own_ids(document, outline, survey_title))
    resolution = resolve_rows(placed, source.key)
    findings = [
        *decoded.findings,
        *outline.findings,
        *_row_findings(readings, outline),
        *_unread_blocks(document, outline),
        *resolution.findings,
    ]
    findings.sort(key=lambda finding: (finding.line, finding.code, finding.message))
    counts = _count(placed, outline.nodes, resolution, len(findings))
    return SurveyFacts(survey, source, outline.nodes, resolution.works, resolution.placements, tuple(findings), counts)


def _read_blocks(document: Document) -> Iterator[tuple[Block, Reading]]:
    """Every list entry and table row, read on its own."""
    headers: dict[int, tuple[str, ...]] = {}
    for block in document.blocks:
        if block.kind is BlockKind.ITEM:
            yield block, read_item(block, document.references)
        elif block.kind is BlockKind.TABLE_HEADER:
            headers[block.group] = tuple(tidy_name(cell) for cell in block.cells)
        elif block.kind is BlockKind.TABLE_ROW:
            yield block, read_table_row(block, headers.get(block.group, ()), document.references)


def _row_findings(readings: dict[int, Reading], outline: Outline) -> Iterator[Finding]:
    for line, (_, findings) in readings.items():
        if outline.node_at(line) is not None and line not in outline.contents_lines:
            yield from findings


def _unread_blocks(document: Document, outline: Outline) -> Iterator[Finding]:
    """What stands inside the taxonomy and is neither heading, entry, table nor mere layout."""
    for block in document.blocks:
        if outline.node_at(block.line) is None or block.kind not in _UNREAD:
            continue
        if block.kind is BlockKind.HTML and _LAYOUT.fullmatch(block.text):
            continue
        what = "comment" if block.text.lstrip().startswith("<!--") else _UNREAD[block.kind]
        lines = f"line {block.line}" if block.line >= block.last_line else f"lines {block.line} to {block.last_line}"
        message = f"There is a {what} inside the taxonomy, {lines}"
        decision = "Left out: it is no list entry and no table row."
        yield Finding(f"{what.replace(' ', '-')}-not-read", Severity.NOTE, block.line, message, decision)


_UNREAD = {
    BlockKind.PROSE: "paragraph",
    BlockKind.HTML: "block of HTML",
    BlockKind.CODE: "block of code",
    BlockKind.DEFINITION: "link definition",
}


def _own_ids(document: Document, outline: Outline, title: str) -> tuple[PaperId, ...]:
    """The survey's own ids: before its taxonomy, the first of each kind among links that carry its title or say
    plainly ``arXiv``, ``OpenReview`` and the like."""
    ids: dict[IdScheme, PaperId] = {}
    labels = _OWN_LABELS | {title_key(title)}
    for block in _preamble(document, outline):
        for span in parse_inline(block.text, document.references):
            paper_id = paper_id_from_url(span.url) if span.kind is SpanKind.LINK else None
            if paper_id and title_key(span.text) in labels:
                ids.setdefault(paper_id.scheme, paper_id)
    return tuple(ids.values())


def _preamble(document: Document, outline: Outline) -> Iterator[Block]:
    for block in document.blocks:
        if outline.node_at(block.line) is not None:
            return
        if block.kind in {BlockKind.HEADING, BlockKind.PROSE} and len(block.text) <= LONGEST_ROW:
            yield block


def _count(
    placed: Sequence[PlacedRow], nodes: Sequence[TaxonomyNode], resolution: Resolution, findings: int
) -> ListCounts:
    entries = [entry for entry in placed if not entry.row.in_table]
    rows = [entry.row for entry in entries]
    broader = {node.parent for node in nodes}
    with_rows = {entry.node for entry in entries}
    kinds = Counter(work.kind for work in resolution.works)
    return ListCounts(
        list_rows=len(rows),
        titles=len({title_key(row.title) for row in rows}),
        table_rows=len(placed) - len(rows),
        nodes=len(nodes),
        leaves_with_rows=len(with_rows - broader),
        rows_per_branch=_count_per_branch(entries, nodes),
        arxiv_ids=len({paper_id for paper_id in _ids(rows) if paper_id.scheme is IdScheme.ARXIV}),
        rows_with_code=sum(row.has_code for row in rows),
        rows_only_arxiv=sum(row.reading.venue == PREPRINT for row in rows),
        rows_without_venue=sum(row.reading.venue is None for row in rows),
        papers=kinds[WorkKind.PAPER],
        software=kinds[WorkKind.SOFTWARE],
        placements=len(resolution.placements),
        findings=findings,
    )


def _ids(rows: Iterable[Row]) -> Iterator[PaperId]:
    for row in rows:
        yield from (read.paper_id for read in row.links if read.paper_id)


def _count_per_branch(entries: Iterable[PlacedRow], nodes: Sequence[TaxonomyNode]) -> tuple[tuple[str, int], ...]:
    branch_of = {node.key: node.path[0] for node in nodes}
    count = Counter(branch_of[entry.node] for entry in entries if entry.node is not None)
    return tuple((node.name, count[node.name]) for node in nodes if node.parent is None)


def _no_papers(name: str, document: Document, placed: Sequence[PlacedRow]) -> NoPapersFound:
    kinds = Counter(block.kind for block in document.blocks)
    if not kinds:
        return NoPapersFound(f"{name} is empty", "Check that it is the right file.")
    seen = (
        f"{kinds[BlockKind.HEADING]} headings, {kinds[BlockKind.ITEM]} list entries and "
        f"{kinds[BlockKind.TABLE_ROW]} table rows"
    )
    software = f"; {len(placed)} rows name software" if placed else ""
    return NoPapersFound(
        f"{name} lists no paper: it has {seen}, none of them with a title and a link to a paper{software}",
        "If the papers are in other files of the same repository, give one of those.",
    )
