"""Inline Markdown as a flat sequence of spans: text, links, HTML tags, images. Pure; emphasis marks are dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of inline text.

    Attributes:
        text: what a reader sees; of a tag its raw form (``<ins>``), of an image its alternative text.
        url: of a link or image.
    """

    kind: SpanKind
    text: str
    url: str = ""


_INLINE = VerbatimMarkdown()


def parse_inline(text: str, references: MutableMapping[str, Any] | None = None) -> tuple[Span, ...]:
    """Split inline Markdown into spans; adjoining texts are one span, line ends are blanks.

    Args:
        references: link definitions of the document (``Document.references``).
    """
    tokens = _INLINE.parseInline(text, {} if references is None else references)
    children = tokens[0].children or [] if tokens else []
    return tuple(_join_texts(_spans(children)))


def plain_text(spans: Iterable[Span]) -> str:
    """What a reader sees of the spans, without tags and images."""
    return "".join(span.text for span in spans if span.kind in {SpanKind.TEXT, SpanKind.LINK})


def _spans(tokens: Sequence[Token]) -> Iterator[Span]:
    link: list[Token] | None = None
    url = ""
    for token in tokens:
        if token.type == "link_open":
            link, url = [], str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            yield Span(SpanKind.LINK, plain_text(_spans(link or [])), url)
            link = None
        elif link is not None:
            link.append(token)
        elif span := _span(token):
            yield span


def _span(token: Token) -> Span | None:
    if token.type == "image":
        return Span(SpanKind.IMAGE, token.content, str(token.attrs.get("src", "")))
    if token.type == "html_inline":
        return Span(SpanKind.TAG, token.content)
    if token.type in {"softbreak", "hardbreak"}:
        return Span(SpanKind.TEXT, " ")
    return Span(SpanKind.TEXT, token.content) if token.content else None


def _join_texts(spans: Iterable[Span]) -> Iterator[Span]:
    held = ""
    for span in spans:
        if span.kind is SpanKind.TEXT:
            held += span.text
            continue
        if held:
            yield Span(SpanKind.TEXT, held)
            held = ""
        yield span
    if held:
        yield Span(SpanKind.TEXT, held)
