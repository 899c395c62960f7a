"""What was found to be an entry of a document, and what only stands beside one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from litatlas.graph.models import Finding

from .authors import is_author_list
from .links import is_resource_label
from .markdown_blocks import Block
from .markdown_inline import Span, SpanKind
from .phrases import is_understood, sort_phrases, split_phrases
from .rows import Reading

MOST_NAMING = 4  # words of a bullet that names a group or a method, with the title in a narrower one
LONGEST_CONTINUATION = 3_000  # characters


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


def is_beside(spans: Sequence[Span], *, is_item: bool) -> bool:
    """Whether spans hold only what stands beside a title: names, venues, links that name a resource."""
    links = [span for span in spans if span.kind is SpanKind.LINK]
    named = [index for index, span in enumerate(spans) if span.kind is SpanKind.LINK and span.text.strip()]
    if not all(is_resource_label(spans[index].text) or _is_bracketed(spans, index) for index in named):
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
    return is_understood(sort_phrases(phrases)) and len(text) < LONGEST_CONTINUATION


def _is_bracketed(spans: Sequence[Span], index: int) -> bool:
    """``[[Anything](u)]`` and ``[[Anything]](u)``."""
    label = spans[index].text.strip()
    before = spans[index - 1].text.rstrip() if index else ""
    return (label.startswith("[") and label.endswith("]")) or before.endswith("[")
