"""Headings and paragraphs that are entries themselves, in lists that have no bullets for them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace
from typing import Any

from .entry import read_entry
from .found_entries import LONGEST_CONTINUATION, MOST_NAMING, Entries, is_beside
from .links import leads_to_paper
from .markdown_blocks import Block, BlockKind, Document
from .markdown_inline import Span, SpanKind, parse_inline
from .rows import LONGEST_ROW, Reading, read_item, unread
from .title_text import text_of

_ONLY_NUMBER = re.compile(r"\W*(?:\d[A-Z\d.-]*)?\W*")
_REMARK = re.compile(r"^\W{0,4}[^\W\d_]\w{2,14}(?: \w{1,12})?\s*[:：]\s")
_NUMBERED = re.compile(r"\s*\[\d{1,4}\]\s*[^\W\d_(\[]")
_USUAL = 4  # paragraphs that are entries: with fewer, one alone in its section is hardly one
_LONGEST_REMARK = 40  # words beside a title, names and venue
_MOST_BRACKETS = 50  # of a line that the next may go on


def read_headings(document: Document, entries: Entries) -> None:
    """Headings that are papers: links to one, or with nothing below but a paper's links and names; two at least."""
    found: dict[int, list[tuple[Block, Sequence[Block]]]] = {}
    blocks = document.blocks
    starts = [index for index, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=False):
        heading, below = blocks[start], [block for block in blocks[start + 1 : end] if block.kind is BlockKind.PROSE]
        if heading.level < 2 or len(heading.text) > LONGEST_CONTINUATION:
            continue
        spans = [span for span in parse_inline(heading.text, document.references) if span.text.strip()]
        if _is_linked_title(spans):
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


def _is_linked_title(spans: Sequence[Span]) -> bool:
    """Whether a heading is a link to a paper, with a number before it and a few words behind it at most."""
    links = [index for index, span in enumerate(spans) if span.kind is SpanKind.LINK]
    if len(links) != 1 or not leads_to_paper(spans[links[0]].url):
        return False
    before, after = text_of(spans[: links[0]]), text_of(spans[links[0] + 1 :])
    return _ONLY_NUMBER.fullmatch(before[:40]) is not None and len(after.split()) <= MOST_NAMING + 1


def _says_more(block: Block, document: Document) -> bool:
    return len(block.text) <= LONGEST_CONTINUATION and is_beside(
        parse_inline(block.text, document.references), is_item=False
    )


def _are_links_and_names(blocks: Sequence[Block], document: Document) -> bool:
    linked = any(_has_paper(block.text, document.references) for block in blocks if len(block.text) <= LONGEST_ROW)
    return linked and all(_says_more(block, document) for block in blocks)


def read_paragraphs(document: Document, entries: Entries) -> None:
    """Paragraphs that are entries, in sections that have at least two of them and neither bullets nor tables.

    In a list of such paragraphs one is enough.
    """
    found: list[tuple[list[Block], list[tuple[Block, Reading]]]] = []
    section: list[Block] = []
    for block in (*document.blocks, Block(BlockKind.HEADING, 0, 0, "")):
        if block.kind is not BlockKind.HEADING:
            section.append(block)
            continue
        listed = any(part.line in entries.readings for part in section)
        section = [part for part in section if part.line not in entries.read_lines]
        if not listed:
            found.append((section, [entry for part in section for entry in _paragraph_entries(part, document)]))
        section = []
    usual = sum(len(papers) for _, papers in found if len(papers) >= 2) >= _USUAL
    for section, papers in found:
        if len(papers) >= 2 or (usual and all(_is_set_apart(part, document) for part, _ in papers)):
            entries.readings.update({part.line: (part, reading) for part, reading in papers})
            if papers:
                entries.read_lines.update(part.line for part in section if part.kind is BlockKind.PROSE)


def _is_set_apart(block: Block, document: Document) -> bool:
    """Whether a paragraph begins with a link, bold text or a number in brackets, and not as a sentence does."""
    if _NUMBERED.match(block.text):
        return True
    for span in parse_inline(block.text, document.references):
        if any(map(str.isalnum, span.text)):
            return span.bold or span.kind is SpanKind.LINK
    return False


def _paragraph_entries(block: Block, document: Document) -> Iterator[tuple[Block, Reading]]:
    """A paragraph as one entry, or each of its lines as one where several lead to papers."""
    if block.kind is not BlockKind.PROSE or block.inside or len(block.text) > LONGEST_ROW:
        return
    lines = list(_titled_lines(block, document.references))
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


def _titled_lines(block: Block, references: MutableMapping[str, Any]) -> Iterator[Block]:
    """The lines of a paragraph, each with those after it that a link goes on in, or that have links and no title."""
    held: Block | None = None
    for number, text in enumerate(re.split(r"\n|<br\s*/?>\s*\n", block.text)):
        line = Block(BlockKind.ITEM, block.line + number, block.line + number, text.strip())
        if held is not None and (_is_open(held.text) or _only_links(line.text, references)):
            held = replace(held, last_line=line.line, text=f"{held.text}\n{line.text}")
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _is_open(text: str) -> bool:
    return text.count("[") > text.count("]") and text.count("[") < _MOST_BRACKETS


def _only_links(text: str, references: MutableMapping[str, Any]) -> bool:
    if len(text) > LONGEST_ROW or "[" not in text:
        return False
    spans = parse_inline(text, references)
    return any(span.kind is SpanKind.LINK for span in spans) and not read_entry(spans).title


def _has_paper(text: str, references: MutableMapping[str, Any]) -> bool:
    if len(text) > LONGEST_ROW:
        return False
    spans = parse_inline(text, references)
    return any(span.kind is SpanKind.LINK and leads_to_paper(span.url) for span in spans)


def _is_entry(block: Block, references: MutableMapping[str, Any]) -> bool:
    """Whether a paragraph is a title with what belongs to it, and no sentence with a link in it."""
    first, *further = block.text.split("\n")
    lines = (first, *(line for line in further if not _REMARK.match(line)))
    entry = read_entry(parse_inline("\n".join(lines), references))
    most = _LONGEST_REMARK if entry.venue and (entry.authors or entry.more_authors) else 8
    return bool(entry.title) and sum(len(text.split()) for text in entry.rest) <= most
