"""Inline Markdown as a flat sequence of spans: text, links, HTML tags, images, line ends. Pure.

Emphasis marks are dropped from the text; what they say is kept with the span. An HTML link (``<a href>``) is a link.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from markdown_it.token import Token

from .markdown_blocks import VerbatimMarkdown


class SpanKind(StrEnum):
    """What a piece of inline text is."""

    TEXT = "text"
    LINK = "link"
    TAG = "tag"
    IMAGE = "image"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of inline text.

    Attributes:
        text: what a reader sees; of a tag its raw form (``<ins>``), of an image its alternative text, of a line's
            end a blank.
        url: of a link or image.
        bold, italic, code: how a text or link is set, wholly or in part.
        badge: of a link around an image, the image's address.
    """

    kind: SpanKind
    text: str
    url: str = ""
    bold: bool = False
    italic: bool = False
    code: bool = False
    badge: str = ""


_INLINE = VerbatimMarkdown()


def parse_inline(text: str, references: MutableMapping[str, Any] | None = None) -> tuple[Span, ...]:
    """Split inline Markdown into spans; adjoining texts of one style are one span.

    Args:
        references: link definitions of the document (``Document.references``).
    """
    tokens = _INLINE.parseInline(text, {} if references is None else references)
    children = tokens[0].children or [] if tokens else []
    return tuple(_join_texts(_spans(children)))


def plain_text(spans: Iterable[Span]) -> str:
    """What a reader sees of the spans, without tags and images."""
    return "".join(span.text for span in spans if span.kind in {SpanKind.TEXT, SpanKind.LINK, SpanKind.BREAK})


_EMPHASIS = {"strong_open": (1, 0), "strong_close": (-1, 0), "em_open": (0, 1), "em_close": (0, -1)}
_BOLD_TAG = re.compile(r"<(?P<end>/)?(b|strong)\s*>", re.I)
_ITALIC_TAG = re.compile(r"<(?P<end>/)?(i|em)\s*>", re.I)
_ANCHOR = re.compile(r"""<a\s[^<>]*?\bhref\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s"'>]+))[^<>]*>""", re.I)
_ANCHOR_END = re.compile(r"</a\s*>", re.I)
_IMG = re.compile(r"""<img\s[^<>]*?\bsrc\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s"'>]+))[^<>]*>""", re.I)


def _spans(tokens: Sequence[Token]) -> Iterator[Span]:
    """Spans in order; what stands inside a link is read by itself and becomes that link."""
    bold = italic = 0
    link: list[Span] | None = None
    url = ""
    for token in tokens:
        more_bold, more_italic = _emphasis(token)
        bold, italic = max(0, bold + more_bold), max(0, italic + more_italic)
        if opened := _link_address(token):
            if link is not None:
                yield _link(link, url)
            link, url = [], opened
        elif _closes_link(token):
            if link is not None:
                yield _link(link, url)
            link = None
        elif span := _span(token, bold=bold > 0, italic=italic > 0):
            if link is not None:
                link.append(span)
            else:
                yield span
    yield from link or ()


def _emphasis(token: Token) -> tuple[int, int]:
    if token.type != "html_inline":
        return _EMPHASIS.get(token.type, (0, 0))
    if match := _BOLD_TAG.fullmatch(token.content):
        return (-1 if match["end"] else 1), 0
    match = _ITALIC_TAG.fullmatch(token.content)
    return (0, 0) if match is None else (0, -1 if match["end"] else 1)


def _link_address(token: Token) -> str:
    """The address that a token opens a link to; one that leads nowhere is a blank."""
    if token.type == "link_open":
        return str(token.attrs.get("href", "")) or " "
    match = _ANCHOR.fullmatch(token.content) if token.type == "html_inline" else None
    return _value(match) or " " if match else ""


def _closes_link(token: Token) -> bool:
    return token.type == "link_close" or (
        token.type == "html_inline" and _ANCHOR_END.fullmatch(token.content) is not None
    )


def _value(match: re.Match[str]) -> str:
    return html.unescape(match["a"] or match["b"] or match["c"] or "")


def _link(inside: Sequence[Span], url: str) -> Span:
    images = [span for span in inside if span.kind is SpanKind.IMAGE]
    return Span(
        SpanKind.LINK,
        plain_text(inside),
        url.strip(),
        bold=any(span.bold for span in inside),
        italic=any(span.italic for span in inside),
        badge=images[0].url if images else "",
    )


def _span(token: Token, *, bold: bool, italic: bool) -> Span | None:
    if token.type == "image":
        return Span(SpanKind.IMAGE, token.content, str(token.attrs.get("src", "")))
    if token.type == "html_inline":
        if match := _IMG.fullmatch(token.content):
            return Span(SpanKind.IMAGE, "", _value(match))
        return Span(SpanKind.TAG, token.content)
    if token.type in {"softbreak", "hardbreak"}:
        return Span(SpanKind.BREAK, " ", bold=bold, italic=italic)
    if not token.content:
        return None
    return Span(SpanKind.TEXT, token.content, bold=bold, italic=italic, code=token.type == "code_inline")


def _join_texts(spans: Iterable[Span]) -> Iterator[Span]:
    """Adjoining texts of one style are one span."""
    held: Span | None = None
    for span in spans:
        if span.kind is SpanKind.TEXT and held and _style(held) == _style(span):
            held = replace(held, text=held.text + span.text)
            continue
        if held:
            yield held
        held = span if span.kind is SpanKind.TEXT else None
        if held is None:
            yield span
    if held:
        yield held


def _style(span: Span) -> tuple[bool, bool, bool]:
    return span.bold, span.italic, span.code
