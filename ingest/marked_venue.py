"""Entries that mark their venue with a tag: ``Title, <ins>Venue, Year</ins> [[Paper](u)]`` and its damaged variants.

Where the tag is opened, closed or broken, the mark decides what is title and what is venue; each mend is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from litatlas.graph.models import Finding, Severity

from .authors import is_author_list
from .links import is_resource_label
from .markdown_inline import Span, SpanKind
from .source_text import clean_text
from .venues import is_known_venue

_OPENING = re.compile(r"<\s*(ins|u)\s*>", re.I)
_CLOSING = re.compile(r"<\s*/\s*(ins|u)\s*>", re.I)
_BROKEN_CLOSING = re.compile(r"[</]+\s*/?(ins|u)\s*>", re.I)
_TRAILING_YEAR = re.compile(r"(?P<title>.*\S)[\s,，.(]+(?P<venue>(?:19|20)\d\d)[\s)]*", re.S)
_TRAILING_VENUE = re.compile(
    r"(?P<title>.*\S)\s*[,，.(]\s*(?P<venue>(?P<name>[^,，.()]{2,40}?)[\s,，]+(?:19|20)\d\d)[\s)]*", re.S
)


def marks_venue(spans: Sequence[Span]) -> bool:
    """Whether an entry's head has a venue's tag, with a title before it and no list of names in it."""
    head, _ = split_at_resources(spans)
    tags = [i for i, span in enumerate(head) if span.kind is SpanKind.TAG and _is_mark(span.text)]
    if not tags or any(span.bold or (span.kind is SpanKind.LINK and len(span.text.split()) > 2) for span in head):
        return False
    title = _visible(head[: tags[0]])
    inside = _visible(head[tags[0] + 1 : tags[1]] if len(tags) > 1 else head[tags[0] + 1 :])
    return any(map(str.isalnum, title)) and not is_author_list(inside)


def _is_mark(tag: str) -> bool:
    return _OPENING.fullmatch(tag) is not None or _CLOSING.fullmatch(tag) is not None


def left_over(text: str, line: int) -> Finding:
    """The finding for text that is neither title, venue nor label."""
    shown = text if len(text) <= 40 else text[:39] + "…"
    return Finding("text-not-understood", Severity.NOTE, line, f"Text beside the links: {shown!r}", "Left out.")


def rest_findings(tail: Iterable[Span], line: int) -> tuple[Finding, ...]:
    """A finding for each text between the links at the end of an entry."""
    texts = (clean_text(span.text).strip(" ,，.;:|/[]()\u00a0") for span in tail if span.kind is SpanKind.TEXT)
    return tuple(left_over(text, line) for text in texts if text)


def _unbalanced(line: int, message: str) -> Finding:
    return Finding("unbalanced-markup", Severity.WARNING, line, message, "The venue ends where the broken mark stands.")


def split_at_resources(spans: Sequence[Span]) -> tuple[list[Span], list[Span]]:
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


def split_venue(head: Sequence[Span], line: int) -> tuple[str, str, tuple[Finding, ...]]:
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
        findings.append(left_over(leftover, line))
    return tidy_marked_title(title), clean_text(venue.replace("\x02", " ")), tuple(findings)


def tidy_marked_title(text: str) -> str:
    """Blanks collapsed (no-break spaces too), separators and empty brackets around the title removed."""
    text = clean_text(text.replace("\x02", " "))
    text = re.sub(r"[\[(]\s*$", "", text)
    return text.strip(" ,，、;|")
