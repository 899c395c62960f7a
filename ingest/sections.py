"""Where the sections of a list begin and end: its headings, and all that serves as one. Pure.

Beside headings, a section is opened by a bold line above a list or table, by the summary of a folding section unless it
only says *more*, by a bullet that names the topic of narrower bullets, and by a table row that names a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from litatlas.graph.identity import title_key

from .contents import tidy_name
from .found_entries import Entries
from .markdown_blocks import Block, BlockKind, Document
from .markdown_inline import SpanKind, parse_inline, plain_text
from .venues import is_date

_FOLD, _BOLD, _TOPIC, _GROUP = 10, 20, 30, 60  # levels below every heading's, so that headings end these
_MORE = re.compile(
    r"\W*((click|see|show|view|tap|read|load)\b.*|more|expand|collapse|details?|unfold|fold|full list|all|list|papers?"
    r"|展开.*|点击.*|更多.*|详情|查看.*)?\W*",
    re.I,
)
_LONGEST_NAME = 120  # characters


@dataclass(frozen=True, slots=True)
class SectionMark:
    """The beginning of a section, or the end of those of its level and below.

    Attributes:
        level: 1 to 6 of a heading; more for what only serves as one.
        text: inline Markdown; empty at an end.
    """

    line: int
    level: int
    text: str
    is_end: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading proper."""
        return self.level <= 6 and not self.is_end


def find_sections(document: Document, entries: Entries) -> tuple[SectionMark, ...]:
    """The marks of a document in the order of their lines."""
    marks = [*_headings(document, entries), *_folds(document)]
    marks += [*_topics(document, entries), *_table_groups(document, entries)]
    return tuple(sorted(marks, key=lambda mark: (mark.line, not mark.is_end, mark.level)))


def is_section_line(block: Block, following: Block | None) -> bool:
    """Whether a paragraph is a bold line that stands above a list or table as its heading."""
    if block.kind is not BlockKind.PROSE or block.inside or len(block.text) > _LONGEST_NAME or following is None:
        return False
    if following.kind not in {BlockKind.ITEM, BlockKind.TABLE_HEADER, BlockKind.SUMMARY}:
        return False
    spans = [span for span in parse_inline(block.text) if span.text.strip(" :：")]
    said = [span for span in spans if span.kind in {SpanKind.TEXT, SpanKind.LINK}]
    named = any(map(str.isalnum, plain_text(said)))
    return named and all(span.bold or not any(map(str.isalnum, span.text)) for span in said)


def _headings(document: Document, entries: Entries) -> Iterator[SectionMark]:
    blocks = document.blocks
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            if block.line not in entries.readings:
                yield SectionMark(block.line, block.level, block.text)
        elif block.line in entries.readings:
            continue
        elif is_section_line(block, blocks[index + 1] if index + 1 < len(blocks) else None):
            yield SectionMark(block.line, _BOLD, block.text.strip().rstrip(":："))


def _folds(document: Document) -> Iterator[SectionMark]:
    open_folds: list[bool] = []
    heading = ""
    for block in document.blocks:
        heading = title_key(block.text) if block.kind is BlockKind.HEADING else heading
        if block.kind is BlockKind.SUMMARY:
            named = len(block.text) <= _LONGEST_NAME and not _MORE.fullmatch(tidy_name(block.text))
            named = named and title_key(block.text) != heading
            open_folds.append(named)
            if named:
                yield SectionMark(block.line, min(_FOLD + len(open_folds), _BOLD - 1), block.text)
        elif block.kind is BlockKind.DETAILS_END and open_folds and open_folds.pop():
            yield SectionMark(block.line, min(_FOLD + len(open_folds) + 1, _BOLD - 1), "", is_end=True)


def _topics(document: Document, entries: Entries) -> Iterator[SectionMark]:
    """A topic ends with the next bullet of its level or above, and with its list."""
    open_levels: list[int] = []
    group = 0
    for block in document.blocks:
        outside = not block.inside and block.kind is not BlockKind.ITEM
        if open_levels and (outside or (block.kind is BlockKind.ITEM and block.group != group)):
            yield SectionMark(block.line, _TOPIC + min(open_levels), "", is_end=True)
            open_levels = []
        if block.kind is not BlockKind.ITEM:
            continue
        level = min(block.level, _GROUP - _TOPIC - 1)
        ended = [held for held in open_levels if held >= level]
        if ended:
            yield SectionMark(block.line, _TOPIC + min(ended), "", is_end=True)
            open_levels = [held for held in open_levels if held < level]
        if block.line in entries.topics and not is_date(tidy_name(block.text)):
            group = block.group
            open_levels.append(level)
            yield SectionMark(block.line, _TOPIC + level, block.text.strip().rstrip(":："))


def _table_groups(document: Document, entries: Entries) -> Iterator[SectionMark]:
    group = 0
    for block in document.blocks:
        in_table = block.kind in {BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER} and block.group == group
        if group and not in_table:
            yield SectionMark(block.line, _GROUP, "", is_end=True)
            group = 0
        if block.line in entries.groups and block.kind is BlockKind.TABLE_ROW:
            group = block.group
            yield SectionMark(block.line, _GROUP, entries.groups[block.line][1])
