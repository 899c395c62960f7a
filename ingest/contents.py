"""The contents list of a document: which list it is, and the tree it spells out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .markdown_blocks import Block, BlockKind, Document
from .markdown_inline import Span, SpanKind, parse_inline, plain_text
from .source_text import clean_text

_LONGEST_NAME = 500  # characters; no heading is longer, and inline parsing is not linear
_EMOJI_RANGES = ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF), (0xFE00, 0xFE0F), (0x200D, 0x200D), (0x20E3, 0x20E3))


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """One entry of a contents list.

    Attributes:
        parent: index of the broader entry in the same tuple, None at the top.
    """

    name: str
    line: int
    parent: int | None


def find_contents(document: Document) -> tuple[ContentsEntry, ...]:
    """The largest list whose entries are links into the document itself; empty where there is none."""
    groups: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.kind is BlockKind.ITEM:
            groups.setdefault(block.group, []).append(block)
    largest: list[Block] = []
    for items in groups.values():
        if len(items) > len(largest) and _is_contents(items):
            largest = items
    return _read_tree(largest)


def tidy_name(text: str) -> str:
    """The name of a section as a reader says it: inline marks and the emoji around it removed, blanks collapsed."""
    name = clean_text(plain_text(parse_inline(text[:_LONGEST_NAME])))
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
    spans = [span for span in parse_inline(item.text) if span.kind is SpanKind.LINK or span.text.strip()]
    return spans[0] if len(spans) == 1 and spans[0].url.startswith("#") else None


def _read_tree(items: Iterable[Block]) -> tuple[ContentsEntry, ...]:
    entries: list[ContentsEntry] = []
    open_entries: list[tuple[int, int]] = []  # list nesting and index, broadest first
    for item in items:
        while open_entries and open_entries[-1][0] >= item.level:
            open_entries.pop()
        parent = open_entries[-1][1] if open_entries else None
        open_entries.append((item.level, len(entries)))
        entries.append(ContentsEntry(tidy_name(item.text), item.line, parent))
    return tuple(entries)
