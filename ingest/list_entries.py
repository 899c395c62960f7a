"""The entries of a document: bullets with what continues them, table rows, and paragraphs that are entries. Pure.

A bullet is continued by the paragraphs and narrower bullets inside it that say nothing but its authors, venue or links,
and by a paragraph of names that follows it. A bullet without a link whose narrower bullets are entries is their topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litatlas.graph.models import Finding, Severity

from .authors import is_author_list
from .entry import read_entry
from .links import is_resource_label, leads_to_paper
from .markdown_blocks import Block, BlockKind, Document
from .markdown_inline import Span, SpanKind, parse_inline, plain_text
from .phrases import is_understood, sort_phrases, split_phrases
from .rows import LONGEST_ROW, Reading, read_item, unread
from .tables import Table, group_name, plan_tables, read_row

_DETAIL = re.compile(
    r"^\W{0,6}(authors?|by|venue|conference|journal|published|year|date|paper|pdf|arxiv|links?|url|code|github|project"
    r"|作者|会议|期刊|发表|时间|论文|代码|链接)\W{0,4}[:：]",
    re.I,
)
_LONGEST_CONTINUATION = 3_000  # characters


@dataclass(slots=True)
class Entries:
    """What was read.

    Attributes:
        readings: each entry's block by line, and what it says.
        read_lines: first lines of further blocks that were read as part of an entry.
        topics: bullets that name what their narrower bullets are about, by line.
        groups: table rows that are headings for the rows below them, with their names, by line.
        findings: about whole tables.
    """

    readings: dict[int, tuple[Block, Reading]] = field(default_factory=dict)
    read_lines: set[int] = field(default_factory=set)
    topics: dict[int, Block] = field(default_factory=dict)
    groups: dict[int, tuple[Block, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_entries(document: Document) -> Entries:
    """Read every block of a document that may be an entry."""
    entries = Entries()
    _read_tables(document, entries)
    _read_items(document, entries)
    _read_headings(document, entries)
    _read_paragraphs(document, entries)
    return entries


def _read_tables(document: Document, entries: Entries) -> None:
    tables = plan_tables(document.blocks)
    things: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.kind is BlockKind.TABLE_HEADER:
            entries.read_lines.add(block.line)
        if block.kind is not BlockKind.TABLE_ROW:
            continue
        table = tables[block.group]
        if table.of_things:
            things.setdefault(block.group, []).append(block)
        elif name := group_name(block, table):
            entries.groups[block.line] = (block, name)
        else:
            entries.readings[block.line] = (block, read_row(block, table, document.references))
    for group, rows in things.items():
        entries.findings.append(_table_of_things(tables[group], rows))
        entries.read_lines.update(row.line for row in rows)


def _table_of_things(table: Table, rows: Sequence[Block]) -> Finding:
    what = table.headers[table.title or 0]
    linked = sum(any(map(leads_to_paper, re.findall(r"\]\(<?(https?://[^\s<>()]+)", row.text))) for row in rows)
    also = f"; {linked} of them link to a paper, whose title is not given" if linked else ""
    return Finding(
        "not-a-list-of-papers",
        Severity.WARNING,
        rows[0].line,
        f"A table of {len(rows)} rows is about things of the kind {what[:40]!r}, not papers{also}",
        "Its rows are not read as papers.",
        tuple(row.line for row in rows[1:]),
    )


def _read_items(document: Document, entries: Entries) -> None:
    inside: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.inside:
            inside.setdefault(block.inside, []).append(block)
    following = _names_after(document)
    for block in document.blocks:
        if block.kind is not BlockKind.ITEM or block.line in entries.read_lines:
            continue
        more = [*_continuing(block, inside.get(block.line, ()), document), *following.get(block.line, ())]
        entries.read_lines.update(part.line for part in more)
        reading = read_item(block, document.references, [part.text for part in more])
        entries.readings[block.line] = (block, reading)
    _find_topics(entries, inside)


def _continuing(item: Block, inside: Sequence[Block], document: Document) -> Iterator[Block]:
    """The blocks inside an item that say something about its work, and nothing else."""
    linked = _has_link(item.text, document)
    for block in inside:
        if block.kind not in {BlockKind.PROSE, BlockKind.ITEM} or len(block.text) > _LONGEST_CONTINUATION:
            continue
        spans = parse_inline(block.text, document.references)
        is_item = block.kind is BlockKind.ITEM
        labelled = is_item and _DETAIL.match(plain_text(spans))
        leads = not is_item and not linked and _has_link(block.text, document)
        if labelled or leads or _is_beside(spans, is_item=is_item):
            yield block


def _is_beside(spans: Sequence[Span], *, is_item: bool) -> bool:
    """Whether spans hold only what stands beside a title: names, venues, links that name a resource."""
    links = [span for span in spans if span.kind is SpanKind.LINK]
    if not all(is_resource_label(span.text) or not span.text.strip() for span in links):
        return False
    text = "".join(span.text for span in spans if span.kind in {SpanKind.TEXT, SpanKind.BREAK})
    phrases = split_phrases(text)
    if not phrases:
        return bool(links)
    if links and is_item:
        return False  # a narrower bullet with text and links is an entry of its own
    set_italic = all(span.italic for span in spans if span.kind is SpanKind.TEXT and any(map(str.isalnum, span.text)))
    if set_italic and is_author_list(text, lenient=True):
        return True
    return is_understood(sort_phrases(phrases)) and len(text) < _LONGEST_CONTINUATION


def _has_link(text: str, document: Document) -> bool:
    if len(text) > LONGEST_ROW:
        return False
    spans = parse_inline(text, document.references)
    return any(span.kind is SpanKind.LINK and "://" in span.url for span in spans)


def _names_after(document: Document) -> dict[int, list[Block]]:
    """Paragraphs of names that follow a bullet without being inside it, by the bullet's line."""
    found: dict[int, list[Block]] = {}
    last: Block | None = None
    for block in document.blocks:
        if block.kind is BlockKind.ITEM:
            last = block
        elif block.kind is BlockKind.PROSE and not block.inside and last is not None:
            if len(block.text) <= _LONGEST_CONTINUATION and _is_names(parse_inline(block.text)):
                found.setdefault(last.line, []).append(block)
            last = None
        elif not block.inside:
            last = None
    return found


def _is_names(spans: Sequence[Span]) -> bool:
    if any(span.kind is SpanKind.LINK or span.bold for span in spans):
        return False
    italic = all(span.italic for span in spans if span.kind is SpanKind.TEXT and any(map(str.isalnum, span.text)))
    return is_author_list(plain_text(spans), lenient=italic)


def _find_topics(entries: Entries, inside: Mapping[int, Sequence[Block]]) -> None:
    for line, (block, (row, _)) in list(entries.readings.items()):
        below = [child for child in inside.get(line, ()) if child.kind is BlockKind.ITEM]
        if row is None and block.kind is BlockKind.ITEM and block.text.strip() and any(_is_read(entries, below)):
            entries.topics[line] = block
            del entries.readings[line]


def _is_read(entries: Entries, items: Sequence[Block]) -> Iterator[bool]:
    for item in items:
        found = entries.readings.get(item.line)
        yield item.line in entries.topics or (found is not None and found[1][0] is not None)


def _read_headings(document: Document, entries: Entries) -> None:
    """Headings that are papers: links to one, or with nothing below but a paper's links and names; two at least."""
    found: dict[int, list[tuple[Block, Sequence[Block]]]] = {}
    blocks = document.blocks
    starts = [index for index, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=False):
        heading, below = blocks[start], [block for block in blocks[start + 1 : end] if block.kind is BlockKind.PROSE]
        if heading.level < 2 or len(heading.text) > _LONGEST_CONTINUATION:
            continue
        spans = [span for span in parse_inline(heading.text, document.references) if span.text.strip()]
        if len(spans) == 1 and spans[0].kind is SpanKind.LINK and leads_to_paper(spans[0].url):
            found.setdefault(heading.level, []).append(
                (heading, [part for part in below if _says_more(part, document)])
            )
        elif len(below) == end - start - 1 and _are_links_and_names(below, document):
            found.setdefault(heading.level, []).append((heading, below))
    for headings in found.values():
        for heading, further in headings if len(headings) > 1 else ():
            reading = read_item(heading, document.references, [part.text for part in further])
            entries.readings[heading.line] = (heading, reading)
            entries.read_lines.update(part.line for part in further)


def _says_more(block: Block, document: Document) -> bool:
    return len(block.text) <= _LONGEST_CONTINUATION and _is_beside(
        parse_inline(block.text, document.references), is_item=False
    )


def _are_links_and_names(blocks: Sequence[Block], document: Document) -> bool:
    linked = any(_has_paper(block.text, document.references) for block in blocks if len(block.text) <= LONGEST_ROW)
    return linked and all(_says_more(block, document) for block in blocks)


def _read_paragraphs(document: Document, entries: Entries) -> None:
    """Paragraphs that are entries, in sections that have at least two of them and neither bullets nor tables."""
    section: list[Block] = []
    for block in (*document.blocks, Block(BlockKind.HEADING, 0, 0, "")):
        if block.kind is not BlockKind.HEADING:
            section.append(block)
            continue
        listed = any(part.line in entries.readings for part in section)
        section = [part for part in section if part.line not in entries.read_lines]
        found = [] if listed else [entry for part in section for entry in _paragraph_entries(part, document)]
        if len(found) >= 2:
            entries.readings.update({part.line: (part, reading) for part, reading in found})
            entries.read_lines.update(part.line for part in section if part.kind is BlockKind.PROSE)
        section = []


def _paragraph_entries(block: Block, document: Document) -> Iterator[tuple[Block, Reading]]:
    """A paragraph as one entry, or each of its lines as one where several lead to papers."""
    if block.kind is not BlockKind.PROSE or block.inside or len(block.text) > LONGEST_ROW:
        return
    lines = [
        Block(BlockKind.ITEM, block.line + number, block.line + number, text.strip())
        for number, text in enumerate(re.split(r"\n|<br\s*/?>\s*\n", block.text))
    ]
    linked = [_has_paper(line.text, document.references) for line in lines]
    if sum(linked) > 1:
        for line, has_paper in zip(lines, linked, strict=True):
            if has_paper:
                yield line, read_item(line, document.references)
            elif any(map(str.isalnum, line.text)):
                yield line, (None, (unread(line, "line of a paragraph", "it leads to no paper"),))
    elif any(linked) and _is_entry(block, document.references):
        whole = Block(BlockKind.ITEM, block.line, block.last_line, block.text)
        yield whole, read_item(whole, document.references)


def _has_paper(text: str, references: MutableMapping[str, Any]) -> bool:
    if len(text) > LONGEST_ROW:
        return False
    spans = parse_inline(text, references)
    return any(span.kind is SpanKind.LINK and leads_to_paper(span.url) for span in spans)


def _is_entry(block: Block, references: MutableMapping[str, Any]) -> bool:
    """Whether a paragraph is a title with what belongs to it, and no sentence with a link in it."""
    entry = read_entry(parse_inline(block.text, references))
    return bool(entry.title) and sum(len(text.split()) for text in entry.rest) <= 8
