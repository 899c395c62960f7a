"""One list entry -> the row it stands for: title, venue, year, links, names. Pure.

Two readers share the work: entries that mark their venue with a tag (marked_venue.py), and all others (entry.py).
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from litatlas.graph.models import Finding, LinkKind, Severity, WorkKind

from .entry import Entry, read_entry
from .links import ReadLink, read_links
from .markdown_blocks import Block
from .markdown_inline import Span, SpanKind, parse_inline
from .marked_venue import left_over, marks_venue, rest_findings, split_at_resources, split_venue
from .venues import PREPRINT, VenueReading, read_venue

LONGEST_ROW = 20_000  # characters; anything longer is no list entry, and inline parsing is not linear


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list or table as it was understood.

    Attributes:
        line: the line its title stands on.
        features: names and values of a table's further columns.
        in_table: whether it is a table row.
        authors: names as they are said, where the entry gives them.
        details: further fields and values of the work, e.g. ``("abstract", "…")``; see `models.Claim`.
        tags: words that sort the work, where the list has them in its lines.
    """

    line: int
    title: str
    kind: WorkKind
    reading: VenueReading
    links: tuple[ReadLink, ...] = ()
    features: tuple[tuple[str, str], ...] = ()
    in_table: bool = False
    authors: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def has_code(self) -> bool:
        """Whether a link leads to code."""
        return any(read.link.kind is LinkKind.CODE for read in self.links)

    @property
    def has_paper(self) -> bool:
        """Whether a link leads to a paper, or is said to."""
        return any(read.link.kind is LinkKind.PAPER for read in self.links)


Reading = tuple[Row | None, tuple[Finding, ...]]

_FIELDS = frozenset({"source", "venue", "key", "note", "date", "year", "status", "published", "conference", "journal"})
_LINE_END = Span(SpanKind.TAG, "<br>")


def read_item(
    block: Block, references: MutableMapping[str, Any] | None = None, continued: Sequence[str] = ()
) -> Reading:
    """Read a list entry; None, with the reason as a finding, where it names no work.

    Args:
        references: link definitions of the document.
        continued: inline Markdown of the paragraphs and narrower bullets that belong to the entry.
    """
    if len(block.text) + sum(map(len, continued)) > LONGEST_ROW:
        return None, (unread(block, "list entry", "it is too long to be one entry"),)
    spans = list(parse_inline(block.text, references))
    for text in continued:
        spans += [_LINE_END, *parse_inline(text, references)]
    if not continued and marks_venue(spans):
        return _read_marked(block, spans)
    return _read_unmarked(block, spans)


def entry_details(entry: Entry) -> tuple[tuple[str, str], ...]:
    """What an entry says of a work beside its title, venue and authors."""
    first = entry.authors[0] if entry.more_authors and entry.authors else ""
    named = (("nickname", entry.nickname), ("affiliation", entry.affiliation), ("first_author", first))
    return tuple((name, value) for name, value in named if value)


def entry_authors(entry: Entry) -> tuple[str, ...]:
    """The authors, where the list of them is whole: the first of many is no author list."""
    return () if entry.more_authors else entry.authors


def _read_marked(block: Block, spans: Sequence[Span]) -> Reading:
    line = block.line
    head, tail = split_at_resources(spans)
    title, venue_text, mends = split_venue(head, line)
    links, link_findings = read_links(spans, line)
    if not any(map(str.isalnum, title)):
        return None, (unread(block, "list entry", "it has no title"),)
    reading = read_venue(venue_text)
    row = Row(line, title, WorkKind.PAPER, reading, links)
    return row, (*mends, *link_findings, *venue_findings(reading, venue_text, line), *rest_findings(tail, line))


def _read_unmarked(block: Block, spans: Sequence[Span]) -> Reading:
    line = block.line
    entry = read_entry(spans)
    links, link_findings = read_links(spans, line, entry.title if entry.venue or entry.authors else "")
    if not entry.title:
        return None, (*link_findings, unread(block, "list entry", "it has no title"))
    reading = read_entry_venue(entry)
    if not links and (reading.venue is None or reading.year is None or entry.title.lower() in _FIELDS):
        return None, (*link_findings, unread(block, "list entry", "it has neither a link nor a venue and year"))
    row = Row(
        line,
        entry.title,
        work_kind(links, reading),
        reading,
        links,
        authors=entry_authors(entry),
        details=entry_details(entry),
        tags=entry.tags,
    )
    rest = (left_over(text, line) for text in entry.rest)
    return row, (*link_findings, *venue_findings(reading, entry.venue, line), *rest)


def read_entry_venue(entry: Entry) -> VenueReading:
    """The venue and year of an entry; further venues beside the first are kept as such."""
    reading = read_venue(entry.venue)
    others = tuple(venue for text in entry.also if (venue := read_venue(text).venue) and venue != reading.venue)
    return VenueReading(reading.venue, reading.year, reading.respelled, tuple(dict.fromkeys((*reading.also, *others))))


def work_kind(links: Sequence[ReadLink], reading: VenueReading) -> WorkKind:
    """A work with code, and neither a paper nor a venue, is software."""
    kinds = {read.link.kind for read in links}
    published = LinkKind.PAPER in kinds or reading.venue is not None
    return WorkKind.SOFTWARE if LinkKind.CODE in kinds and not published else WorkKind.PAPER


def venue_findings(reading: VenueReading, written: str, line: int) -> tuple[Finding, ...]:
    """What was doubtful about an entry's venue and year."""
    findings = []
    if reading.respelled:
        message = f"The venue is written {reading.respelled!r}"
        decision = f"Read as {reading.venue!r}."
        findings.append(Finding("venue-respelled", Severity.NOTE, line, message, decision))
    if reading.also:
        message = f"Several venues are named: {written!r}"
        decision = f"{reading.venue!r} is taken; {PREPRINT} is never preferred to a published venue."
        findings.append(Finding("several-venues", Severity.WARNING, line, message, decision))
    if reading.venue is None:
        decision = "The entry is kept without a venue."
        findings.append(Finding("no-venue", Severity.WARNING, line, "No venue is given", decision))
    if reading.year is None:
        decision = "The entry is kept without a year."
        findings.append(Finding("no-year", Severity.WARNING, line, "No year is given", decision))
    return tuple(findings)


def unread(block: Block, what: str, reason: str) -> Finding:
    """The finding for an entry that was not read."""
    return Finding(
        "entry-not-understood", Severity.WARNING, block.line, f"A {what} was not read: {reason}", "Left out."
    )
