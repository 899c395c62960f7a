"""One list entry or table row -> what it says: title, venue, year, links, facts. Pure.

The shapes that are understood: ``Title, <ins>Venue, Year</ins> [[Paper](u)] [[Code](u)]`` and its damaged variants,
a title that is itself the link, and a pipe-table row whose first cell names a thing and whose other cells say yes or
no about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from litatlas.graph.models import Finding, LinkKind, Severity, WorkKind

from .links import ReadLink, is_resource_label, read_links
from .markdown_blocks import Block
from .markdown_inline import Span, SpanKind, parse_inline, plain_text
from .source_text import clean_text
from .venues import PREPRINT, VenueReading, is_known_venue, read_venue

LONGEST_ROW = 20_000  # characters; anything longer is no list entry, and inline parsing is not linear

_OPENING = re.compile(r"<\s*(ins|u)\s*>", re.I)
_CLOSING = re.compile(r"<\s*/\s*(ins|u)\s*>", re.I)
_BROKEN_CLOSING = re.compile(r"[</]+\s*/?(ins|u)\s*>", re.I)
_TRAILING_YEAR = re.compile(r"(?P<title>.*\S)[\s,，.(]+(?P<venue>(?:19|20)\d\d)[\s)]*", re.S)
_TRAILING_VENUE = re.compile(
    r"(?P<title>.*\S)\s*[,，.(]\s*(?P<venue>(?P<name>[^,，.()]{2,40}?)[\s,，]+(?:19|20)\d\d)[\s)]*", re.S
)

_YES_OR_NO: Mapping[str, str] = {
    **dict.fromkeys(("✅", "✔", "✓", "☑", "yes", "true"), "yes"),
    **dict.fromkeys(("❌", "✗", "✘", "✖", "×", "no", "false"), "no"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list or table as it was understood.

    Attributes:
        line: the line its title stands on.
        features: names and values of a table's further columns.
        in_table: whether it is a table row.
        authors: names as they are said, where the entry gives them.
        details: further fields and values of the work, e.g. ``("abstract", "…")``; see `models.Claim`.
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

    @property
    def has_code(self) -> bool:
        """Whether a link leads to code."""
        return any(read.link.kind is LinkKind.CODE for read in self.links)


Reading = tuple[Row | None, tuple[Finding, ...]]


def read_item(block: Block, references: MutableMapping[str, Any] | None = None) -> Reading:
    """Read a list entry; None, with the reason as a finding, where it names no work."""
    if len(block.text) > LONGEST_ROW:
        return None, (_unread(block, "list entry", "it is too long to be one entry"),)
    spans = parse_inline(block.text, references)
    head, tail = _split_at_resources(spans)
    line = block.line
    title, venue_text, mends = _split_venue(head, line)
    links, link_findings = read_links(spans, line)
    if not any(map(str.isalnum, title)):
        return None, (_unread(block, "list entry", "it has no title"),)
    if not links and not venue_text:
        return None, (_unread(block, "list entry", "it has neither a link nor a venue"),)
    reading = read_venue(venue_text)
    rest = _rest_findings(tail, line)
    row = Row(line, title, WorkKind.PAPER, reading, links)
    return row, (*mends, *link_findings, *_venue_findings(reading, venue_text, line), *rest)


def read_table_row(block: Block, header: Sequence[str], references: MutableMapping[str, Any] | None = None) -> Reading:
    """Read a row of a pipe table: the first cell with text is the title; a row with code and no paper is software."""
    if len(block.text) > LONGEST_ROW or not block.cells:
        return None, (_unread(block, "table row", "it is empty or too long to be one entry"),)
    cells = [parse_inline(cell, references) for cell in block.cells]
    spans = [span for cell in cells for span in cell]
    head, _ = _split_at_resources(cells[0])
    title = _tidy_title(plain_text(head))
    links, findings = read_links(spans, block.line)
    if not any(map(str.isalnum, title)) or not links:
        return None, (*findings, _unread(block, "table row", "its first cell has no title, or it has no link"))
    features, unread = _features(header, cells, block.line)
    kinds = {read.link.kind for read in links}
    kind = WorkKind.PAPER if LinkKind.PAPER in kinds or LinkKind.CODE not in kinds else WorkKind.SOFTWARE
    return Row(block.line, title, kind, VenueReading(), links, features, in_table=True), (*findings, *unread)


def _split_at_resources(spans: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """What stands before the first link that names a resource, and the rest."""
    for index, span in enumerate(spans):
        if span.kind is SpanKind.LINK and _is_resource(spans, index):
            return list(spans[:index]), list(spans[index:])
    return list(spans), []


def _is_resource(spans: Sequence[Span], index: int) -> bool:
    """``[[Anything](u)]`` and ``[[Anything]](u)`` are resources whatever they say, ``[Paper](u)`` by its word."""
    label = spans[index].text
    before = spans[index - 1].text.rstrip() if index else ""
    return is_resource_label(label) or before.endswith("[") or (label.startswith("[") and label.endswith("]"))


def _split_venue(head: Sequence[Span], line: int) -> tuple[str, str, tuple[Finding, ...]]:
    """Title and venue text of an entry's head, with a finding for each mend."""
    opened = next(
        (i for i, span in enumerate(head) if span.kind is SpanKind.TAG and _OPENING.fullmatch(span.text)), None
    )
    text = _visible(head)
    if opened is None:
        return _split_unmarked(text, line)
    title, marked = _visible(head[:opened]), _visible(head[opened + 1 :])
    parts = re.split(r"\x02", marked, maxsplit=1)
    if len(parts) == 2:
        return _finish(title, parts[0], parts[1], line)
    venue, broken, after = _partition_broken(marked)
    found = broken or "nothing"
    mend = _unbalanced(line, f"The venue is opened with {head[opened].text} and closed with {found}")
    return _finish(title, venue, after, line, mend)


def _visible(spans: Iterable[Span]) -> str:
    """Text of the spans; a tag that closes the venue becomes one control character, other tags a blank."""
    out = []
    for span in spans:
        if span.kind is SpanKind.TAG:
            out.append("\x02" if _CLOSING.fullmatch(span.text) else " ")
        elif span.kind is not SpanKind.IMAGE:
            out.append(span.text.replace("\x02", " "))
    return "".join(out)


def _split_unmarked(text: str, line: int) -> tuple[str, str, tuple[Finding, ...]]:
    """An entry whose venue is not opened by a tag: closed by one, or written at the end of the text."""
    before, closing, after = text.partition("\x02")
    title, venue = _split_trailing_venue(before.rstrip(" [(\u00a0"))
    if not closing:
        return _finish(title, venue, "", line)
    mend = _unbalanced(line, "The venue is closed with a tag that nothing opens")
    return _finish(title, venue, after, line, mend)


def _split_trailing_venue(text: str) -> tuple[str, str]:
    match = _TRAILING_VENUE.fullmatch(text)
    if match and is_known_venue(match["name"].strip()):
        return match["title"], match["venue"]
    match = _TRAILING_YEAR.fullmatch(text)
    return (match["title"], match["venue"]) if match else (text, "")


def _partition_broken(marked: str) -> tuple[str, str, str]:
    match = _BROKEN_CLOSING.search(marked)
    return (marked[: match.start()], match[0], marked[match.end() :]) if match else (marked.rstrip(" ["), "", "")


def _finish(title: str, venue: str, after: str, line: int, *mends: Finding) -> tuple[str, str, tuple[Finding, ...]]:
    findings = list(mends)
    if "，" in title[-2:]:
        message = "The title ends with a full-width comma"
        findings.append(Finding("full-width-comma", Severity.NOTE, line, message, "Read as an ordinary comma."))
    leftover = clean_text(after.replace("\x02", " ")).strip(" ,，.;:[]()\u00a0")
    if leftover:
        findings.append(_left_over(leftover, line))
    return _tidy_title(title), clean_text(venue.replace("\x02", " ")), tuple(findings)


def _tidy_title(text: str) -> str:
    """Blanks collapsed (no-break spaces too), separators and empty brackets around the title removed."""
    text = clean_text(text.replace("\x02", " "))
    text = re.sub(r"[\[(]\s*$", "", text)
    return text.strip(" ,，、;|")


def _rest_findings(tail: Iterable[Span], line: int) -> tuple[Finding, ...]:
    texts = (clean_text(span.text).strip(" ,，.;:|/[]()\u00a0") for span in tail if span.kind is SpanKind.TEXT)
    return tuple(_left_over(text, line) for text in texts if text)


def _venue_findings(reading: VenueReading, written: str, line: int) -> tuple[Finding, ...]:
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


def _features(
    header: Sequence[str], cells: Sequence[Sequence[Span]], line: int
) -> tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]]:
    """Yes-or-no cells by the name of their column; other cells are findings."""
    features, findings = [], []
    for name, cell in zip(header[1:], cells[1:], strict=False):
        text = " ".join(plain_text(cell).replace("\ufe0f", "").split())
        if answer := _YES_OR_NO.get(text.lower()):
            features.append((name, answer))
        elif text:
            message = f"The cell under {name!r} is neither yes nor no"
            findings.append(Finding("cell-not-understood", Severity.WARNING, line, message, "The cell is left out."))
    return tuple(features), tuple(findings)


def _unread(block: Block, what: str, reason: str) -> Finding:
    return Finding(
        "entry-not-understood", Severity.WARNING, block.line, f"A {what} was not read: {reason}", "Left out."
    )


def _unbalanced(line: int, message: str) -> Finding:
    return Finding("unbalanced-markup", Severity.WARNING, line, message, "The venue ends where the broken mark stands.")


def _left_over(text: str, line: int) -> Finding:
    shown = text if len(text) <= 40 else text[:39] + "…"
    return Finding("text-not-understood", Severity.NOTE, line, f"Text beside the links: {shown!r}", "Left out.")
