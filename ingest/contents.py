"""The contents list of a document: which list or table it is, and the tree it spells out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .markdown_blocks import Block, BlockKind, Document
from .markdown_inline import Span, SpanKind, parse_inline, plain_text
from .source_text import clean_text

_LONGEST_NAME = 500  # characters; no heading is longer, and inline parsing is not linear
_WAY_BACK = re.compile(r"(?<=\S)\s*(?:\(\s*\[[^\[\]]{0,80}\]\(#[^()\s]*\)\s*\)|\[[^\[\]]{0,80}\]\(#[^()\s]*\))\s*$")
_NUMBER = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3})*)[.)]?\s+(?=\S)")
_EMOJI_RANGES = ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF), (0xFE00, 0xFE0F), (0x200D, 0x200D), (0x20E3, 0x20E3))


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """One entry of a contents list.

    Attributes:
        parent: index of the broader entry in the same tuple, None at the top.
        anchor: where in the document it leads.
    """

    name: str
    line: int
    parent: int | None
    anchor: str = ""


def find_contents(document: Document) -> tuple[ContentsEntry, ...]:
    """The largest list, or table, whose entries are links into the document itself; empty where there is none."""
    groups: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.kind is BlockKind.ITEM:
            groups.setdefault(block.group, []).append(block)
    largest: list[Block] = []
    for items in groups.values():
        if len(items) > len(largest) and _is_contents(items):
            largest = items
    in_table = _read_table(document)
    return _read_tree(largest) if len(largest) >= len(in_table) else in_table


def _read_table(document: Document) -> tuple[ContentsEntry, ...]:
    """The largest table that holds links into the document and no others; its numbers say how it nests."""
    groups: dict[int, list[tuple[int, Span]]] = {}
    foreign = set()
    for block in document.blocks:
        if block.kind in {BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER} and len(block.text) <= 20 * _LONGEST_NAME:
            links = [link for cell in block.cells for link in _links(cell)]
            groups.setdefault(block.group, []).extend((block.line, link) for link in links)
            if not all(link.url.startswith("#") for link in links):
                foreign.add(block.group)
    found = [links for group, links in groups.items() if group not in foreign and len(links) >= 3]
    return tuple(_nest_by_number(max(found, key=len))) if found else ()


def _links(cell: str) -> Iterator[Span]:
    return (span for span in parse_inline(cell) if span.kind is SpanKind.LINK)


def _nest_by_number(links: Sequence[tuple[int, Span]]) -> Iterator[ContentsEntry]:
    """``2.1 Basic Models`` stands below the last entry that is numbered ``2``."""
    numbered: dict[str, int] = {}
    for index, (line, link) in enumerate(links):
        name = tidy_name(link.text)
        match = _NUMBER.match(name)
        number = match["number"] if match else ""
        if match:
            numbered[number] = index
            name = name[match.end() :]
        yield ContentsEntry(name, line, numbered.get(number.rpartition(".")[0]), link.url)


def tidy_name(text: str) -> str:
    """The name of a section as a reader says it: inline marks and the emoji around it removed, blanks collapsed."""
    text = text[:_LONGEST_NAME]
    without_way_back = _WAY_BACK.sub("", text)
    text = without_way_back if any(map(str.isalnum, without_way_back)) else text
    name = clean_text(plain_text(parse_inline(text)))
    start, end = 0, len(name)
    while start < end and _is_decoration(name[start]):
        start += 1
    while end > start and _is_decoration(name[end - 1]):
        end -= 1
    return name[start:end] or name


def _is_decoration(char: str) -> bool:
    return char.isspace() or any(low <= ord(char) <= high for low, high in _EMOJI_RANGES)


def _is_contents(items: Sequence[Block]) -> bool:
    """At least three entries, nearly all of them one link to an anchor and nothing else."""
    inner = sum(_anchor_link(item) is not None for item in items)
    return inner >= 3 and inner >= 0.8 * len(items)


def _anchor_link(item: Block) -> Span | None:
    if len(item.text) > _LONGEST_NAME or "(#" not in item.text:
        return None
    spans = [
        span
        for span in parse_inline(item.text)
        if span.kind is SpanKind.LINK or (span.kind is SpanKind.TEXT and any(map(str.isalnum, span.text)))
    ]
    return spans[0] if len(spans) == 1 and spans[0].url.startswith("#") else None


def _read_tree(items: Iterable[Block]) -> tuple[ContentsEntry, ...]:
    entries: list[ContentsEntry] = []
    open_entries: list[tuple[int, int]] = []  # list nesting and index, broadest first
    for item in items:
        while open_entries and open_entries[-1][0] >= item.level:
            open_entries.pop()
        parent = open_entries[-1][1] if open_entries else None
        open_entries.append((item.level, len(entries)))
        link = _anchor_link(item)
        entries.append(ContentsEntry(tidy_name(item.text), item.line, parent, link.url if link else ""))
    return tuple(entries)
