"""One file of a list: its bytes -> its taxonomy and its rows, each with its line. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from litatlas.graph.errors import NoPapersFound, SourceUnreadable
from litatlas.graph.identity import IdScheme, PaperId, paper_id_from_url, slug, title_key
from litatlas.graph.models import Finding, Severity, TaxonomyNode, WorkKind

from .facts import ListCounts
from .file_kinds import Command, advice_for
from .found_entries import Entries
from .list_entries import read_entries
from .markdown_blocks import Block, BlockKind, Document, parse_document
from .markdown_inline import SpanKind, parse_inline
from .outline import Outline, build_outline
from .paper_rows import keep_papers, place_by_tag
from .resolve import PlacedRow, Resolution
from .rows import LONGEST_ROW, Reading, Row
from .sections import SectionMark, find_sections
from .source_text import decode_text
from .venues import PREPRINT

_LAYOUT = re.compile(r"(\s|</?(div|p|br|center|hr|a|span|details|summary)\b[^<>]*>)*", re.I)
_OWN_LABELS = frozenset({"arxiv", "paper", "pdf", "openreview", "doi", "acl", "tmlr"})


@dataclass(frozen=True, slots=True)
class Listing:
    """What one file of a list holds, before its rows are joined into works.

    Attributes:
        title: of the survey; its key where the file does not say it.
        heading: the file's own title, if it has one.
        ids: of the survey itself.
    """

    title: str
    heading: str | None
    ids: tuple[PaperId, ...]
    nodes: tuple[TaxonomyNode, ...]
    placed: tuple[PlacedRow, ...]
    findings: tuple[Finding, ...]


def read_listing(data: bytes, *, survey_key: str, title: str | None = None, name: str = "the list") -> Listing:
    """Read one file of a list; arguments and errors as in `read_paper_list`."""
    check_survey_key(survey_key)
    decoded = decode_text(data, name)
    document = parse_document(decoded.text)
    entries = read_entries(document)
    marks = find_sections(document, entries)
    readings, left_out = keep_papers(entries, marks)
    row_lines = sorted(line for line, (row, _) in readings.items() if row)
    outline = build_outline(document, marks, row_lines, survey_key, title or survey_key)
    placed: Sequence[PlacedRow] = [
        PlacedRow(row, node)
        for line, (row, _) in sorted(readings.items())
        if row and (node := outline.node_at(line)) is not None
    ]
    if not any(entry.row.kind is WorkKind.PAPER for entry in placed):
        raise _no_papers(name, decoded.text, document, placed, left_out + entries.findings)
    nodes = outline.nodes
    if sorted_by_tag := place_by_tag(placed, nodes, survey_key):
        placed, nodes = sorted_by_tag
    findings = [
        *decoded.findings,
        *outline.findings,
        *entries.findings,
        *left_out,
        *merge_usual(_row_findings(readings, outline), len(placed)),
        *_unread_blocks(document, outline, entries, marks),
    ]
    survey_title = title or outline.title or survey_key
    ids = _own_ids(document, outline, survey_title)
    return Listing(survey_title, outline.title, ids, nodes, tuple(placed), tuple(findings))


def check_survey_key(key: str) -> None:
    """Raises:
    SourceUnreadable: the key would break the keys of nodes.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key):
        advice = f"Use lower-case letters, digits and hyphens, e.g. {slug(key)!r}."
        raise SourceUnreadable(f"{key!r} cannot be a survey's key", advice)


def _row_findings(readings: dict[int, Reading], outline: Outline) -> Iterator[Finding]:
    for line, (_, findings) in readings.items():
        if outline.node_at(line) is not None and line not in outline.contents_lines:
            yield from findings


def merge_usual(findings: Iterable[Finding], rows: int) -> Iterator[Finding]:
    """What is missing from most rows is the list's way of writing: one finding for all of them."""
    found = list(findings)
    for code in ("no-venue", "no-year"):
        lines = sorted(finding.line for finding in found if finding.code == code)
        if len(lines) > max(4, rows // 4):
            found = [finding for finding in found if finding.code != code]
            what = code.removeprefix("no-")
            message = f"{len(lines)} of {rows} entries give no {what}"
            decision = f"They are kept without a {what}."
            yield Finding(f"{what}s-not-given", Severity.NOTE, lines[0], message, decision, tuple(lines[1:]))
    respelled = Counter(finding.message for finding in found if finding.code == "venue-respelled")
    for message, number in respelled.items():
        if number > 20:
            same = [finding for finding in found if finding.message == message]
            found = [finding for finding in found if finding.message != message]
            lines = sorted(finding.line for finding in same)
            yield replace(same[0], line=lines[0], other_lines=tuple(lines[1:]))
    yield from found


def _unread_blocks(
    document: Document, outline: Outline, entries: Entries, marks: Sequence[SectionMark]
) -> Iterator[Finding]:
    """What stands inside the taxonomy and is neither heading, entry, table nor mere layout."""
    used = entries.read_lines | entries.readings.keys() | {mark.line for mark in marks}
    for block in document.blocks:
        if outline.node_at(block.line) is None or block.kind not in _UNREAD or block.line in used:
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


def count_listing(
    placed: Sequence[PlacedRow], nodes: Sequence[TaxonomyNode], resolution: Resolution, findings: int
) -> ListCounts:
    """Count what was read."""
    entries = [entry for entry in placed if entry.row.kind is WorkKind.PAPER]
    rows = [entry.row for entry in entries]
    broader = {node.parent for node in nodes}
    with_rows = {entry.node for entry in entries}
    kinds = Counter(work.kind for work in resolution.works)
    return ListCounts(
        list_rows=len(rows),
        titles=len({title_key(row.title) for row in rows}),
        table_rows=sum(entry.row.in_table for entry in placed),
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


def _no_papers(
    name: str, text: str, document: Document, placed: Sequence[PlacedRow], left_out: Sequence[Finding]
) -> NoPapersFound:
    kinds = Counter(block.kind for block in document.blocks)
    if not kinds:
        return NoPapersFound(f"{name} is empty", "Check that it is the right file.")
    seen = (
        f"{kinds[BlockKind.HEADING]} headings, {kinds[BlockKind.ITEM]} list entries and "
        f"{kinds[BlockKind.TABLE_ROW]} table rows"
    )
    software = f"; {len(placed)} rows name software" if placed else ""
    reasons = [finding.message for finding in left_out if finding.code == "not-a-list-of-papers"]
    what = f". {reasons[0]} (line {left_out[0].line})" if reasons and not placed else ""
    return NoPapersFound(
        f"{name} lists no paper: it has {seen}, none of them with a title and a link to a paper{software}{what}",
        advice_for(
            text,
            Command.LIST,
            "If the papers are in other files of the same repository, give one of those, or the directory.",
        ),
    )
