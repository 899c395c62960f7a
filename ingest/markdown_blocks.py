"""Markdown as a flat sequence of blocks, each with the lines it stands on. Pure; knows nothing about papers.

Structure comes from markdown-it-py (CommonMark with pipe tables). Two departures, so that a list is read as its
writer meant it: indented text is never a code block, since lists are often indented by hand, and addresses stay as
they were written. HTML tables, lists and headings become the same blocks as those of Markdown (see html_blocks.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .html_blocks import HtmlRegion, find_regions, read_headings


class BlockKind(StrEnum):
    """What a block is in the document's structure."""

    HEADING = "heading"
    ITEM = "item"
    TABLE_HEADER = "table-header"
    TABLE_ROW = "table-row"
    PROSE = "prose"
    HTML = "html"
    CODE = "code"
    RULE = "rule"
    DEFINITION = "definition"
    SUMMARY = "summary"
    DETAILS_END = "details-end"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document.

    Attributes:
        line: first line, counted from 1; ``last_line`` is included.
        text: the inline Markdown, or the raw text of HTML and code; for a table row its cells joined by ``|``.
        level: of a heading 1 to 6, of an item its list nesting from 1, else 0.
        cells: the inline Markdown of a table row's cells.
        group: the same number for the items of one outermost list, or the rows of one table.
        inside: line of the list item that holds the block; 0 outside of lists.
    """

    kind: BlockKind
    line: int
    last_line: int
    text: str
    level: int = 0
    cells: tuple[str, ...] = ()
    group: int = 0
    inside: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document: its blocks in order, and its link reference definitions.

    Attributes:
        references: what markdown-it collected, to be handed on to the inline parser.
    """

    blocks: tuple[Block, ...]
    references: MutableMapping[str, Any] = field(default_factory=dict)


class VerbatimMarkdown(MarkdownIt):
    """A CommonMark parser with tables that leaves addresses as they were written."""

    def __init__(self) -> None:
        super().__init__("commonmark")
        self.enable("table").disable("code")

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (the name is markdown-it's)
        """Keep the address: percent-encoding would hide what the list's writer typed."""
        return url


_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_UNSPACED = re.compile(r"(#{2,6}|#)(?=(?(1)[^\s#]))(?=#*[A-Z0-9\[*\u4e00-\u9fff])(?!.*\s#\w)")
_BLOCKS = VerbatimMarkdown().disable("inline")


def split_lines(text: str) -> list[str]:
    """The lines of a text as the parser counts them: only CR and LF end one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def parse_document(text: str) -> Document:
    """Split Markdown text into blocks in order; every line with a letter or digit belongs to one."""
    environment: dict[str, Any] = {}
    lines = _space_headings(split_lines(text))
    regions = tuple(find_regions(lines))
    for region in regions:  # each is read as HTML, whatever blank lines it has
        lines[region.first_line - 1 : region.last_line] = [""] * (region.last_line - region.first_line + 1)
    walker = _Walker()
    for token in _BLOCKS.parse("\n".join(lines), environment):
        walker.take(token)
    found = [block for whole in walker.blocks for block in _split_html(whole)]
    found += [block for number, region in enumerate(regions, start=1) for block in _region_blocks(region, -number)]
    blocks = [*found, *_unclaimed_lines("\n".join(lines), walker.blocks)]
    return Document(tuple(sorted(blocks, key=lambda block: block.line)), environment)


def _space_headings(lines: list[str]) -> list[str]:
    """``##Heading`` as a heading: GitHub once showed it as one, and old lists are full of them."""
    fence = ""
    for number, line in enumerate(lines):
        if match := _FENCE.match(line):
            fence = "" if fence and match[1].startswith(fence) else fence or match[1]
        elif not fence and (match := _UNSPACED.match(line)):
            lines[number] = f"{match[1]} {line[match.end(1) :]}"
    return lines


def _region_blocks(region: HtmlRegion, group: int) -> Iterator[Block]:
    """The rows or bullets of an HTML table or list; their group is below zero, so that it is no Markdown list's."""
    for row in region.rows:
        kind = BlockKind.TABLE_HEADER if row.is_header else BlockKind.TABLE_ROW
        yield Block(kind, row.line, row.last_line, " | ".join(row.cells), cells=row.cells, group=group)
    for item in region.items:
        yield Block(BlockKind.ITEM, item.line, item.last_line, item.text, item.level, group=group)


def _split_html(block: Block) -> Iterator[Block]:
    """A block of HTML, and the headings and folding sections it marks."""
    if block.kind is not BlockKind.HTML:
        yield block
        return
    marks = [] if block.text.lstrip().startswith("<!--") else list(read_headings(block.text, block.line))
    for mark in marks:
        line = min(mark.line, block.last_line)
        if mark.level > 0 and mark.text:
            yield Block(BlockKind.HEADING, line, line, mark.text, mark.level)
        elif mark.level <= 0:
            yield Block(BlockKind.DETAILS_END if mark.level else BlockKind.SUMMARY, line, line, mark.text)
    if not marks or _holds_more(block.text):
        yield block


def _holds_more(text: str) -> bool:
    """Whether HTML holds text beside its headings and summaries."""
    rest = re.sub(r"<(h[1-6]|summary)\b.*?</\1\s*>", " ", text, flags=re.I | re.S)
    return any(map(str.isalnum, re.sub(r"<[^<>]*>", " ", rest))) or "<a" in rest or "<img" in rest


def _unclaimed_lines(text: str, found: Sequence[Block]) -> Iterator[Block]:
    """Lines that the parser used up without a token: link reference definitions."""
    claimed = {line for block in found for line in range(block.line, block.last_line + 1)}
    for number, line in enumerate(split_lines(text), start=1):
        if number not in claimed and any(char.isalnum() for char in line):
            yield Block(BlockKind.DEFINITION, number, number, line.strip())


_LEAVES = {
    "fence": BlockKind.CODE,
    "code_block": BlockKind.CODE,
    "html_block": BlockKind.HTML,
    "hr": BlockKind.RULE,
}


class _Walker:
    """Turns the parser's token stream into blocks, remembering which containers are open."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._list_depth = 0
        self._group = 0
        self._heading: tuple[int, int, int] | None = None
        self._item: int | None = None  # line of an item whose text has not come yet
        self._open_items: list[int] = []  # lines of the items that hold what comes next, outermost first
        self._row: tuple[int, int] | None = None
        self._cells: list[str] = []
        self._is_header = False

    def take(self, token: Token) -> None:
        lines = (token.map[0] + 1, token.map[1]) if token.map else (0, 0)
        if token.type in _LEAVES:
            self._flush_item()
            self.blocks.append(Block(_LEAVES[token.type], *lines, token.content, inside=self._holder()))
        elif token.type == "inline":
            self._take_text(token.content, lines)
        else:
            self._take_container(token, lines)

    def _take_text(self, text: str, lines: tuple[int, int]) -> None:
        if self._row is not None:
            self._cells.append(text)
        elif self._item is not None:
            self._item = None
            self._open_items[-1] = lines[0]
            self._add_item(*lines, text)
        elif self._heading is not None and not self._list_depth:
            level, first, last = self._heading
            self.blocks.append(Block(BlockKind.HEADING, first, last, text, level))
        else:
            self.blocks.append(Block(BlockKind.PROSE, *lines, text, inside=self._holder()))

    def _holder(self) -> int:
        return self._open_items[-1] if self._open_items else 0

    def _add_item(self, line: int, last_line: int, text: str) -> None:
        holder = self._open_items[-2] if len(self._open_items) > 1 else 0
        block = Block(BlockKind.ITEM, line, last_line, text, self._list_depth, group=self._group, inside=holder)
        self.blocks.append(block)

    def _take_container(self, token: Token, lines: tuple[int, int]) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._flush_item()
                self._group += self._list_depth == 0
                self._list_depth += 1
            case "bullet_list_close" | "ordered_list_close":
                self._list_depth -= 1
            case "list_item_open":
                self._item = lines[0]
                self._open_items.append(lines[0])
            case "list_item_close":
                self._flush_item()
                self._open_items.pop()
            case "heading_open":
                self._heading = (int(token.tag[1:]), *lines)
            case "heading_close":
                self._heading = None
            case "table_open":
                self._flush_item()
                self._group += 1
            case "tr_open":
                self._row, self._cells, self._is_header = lines, [], False
            case "th_open":
                self._is_header = True
            case "tr_close":
                self._finish_row()

    def _finish_row(self) -> None:
        cells, lines = tuple(self._cells), self._row or (0, 0)
        kind = BlockKind.TABLE_HEADER if self._is_header else BlockKind.TABLE_ROW
        self.blocks.append(Block(kind, *lines, " | ".join(cells), cells=cells, group=self._group))
        self._row = None

    def _flush_item(self) -> None:
        """An item that ends, or holds something else, before any text of its own."""
        if self._item is not None:
            self._add_item(self._item, self._item, "")
            self._item = None
