"""Texts that may be titles: what a reader sees of spans, a title made tidy, and what can be none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .authors import is_author_list
from .markdown_inline import Span, SpanKind
from .phrases import HARD_BREAK, SOFT_BREAK, stands_beside
from .source_text import clean_text
from .venues import is_date, is_praise, names_known_venue

_HARD_TAG = re.compile(r"<\s*/?\s*(br|p|div)\b[^<>]*>", re.I)
EMOJI = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u2bff\u3030\U0001f000-\U0001faff\ufe0f\u200d\u20e3]+"
)
_SHORTCODE = re.compile(r"(?<![\w:])(?::[a-z][a-z0-9_+-]{1,40}:)+(?!\w)")
_ADDRESS = re.compile(r"[(<\[]?https?://[^\s)>\]]+[)>\]]?")
_ARXIV = re.compile(r"\b(?:arxiv\s+preprint\s+)?arxiv(?:\s+preprint)?\s*[:：]\s*\d{4}\.\d{4,5}(?:v\d+)?", re.I)
_MARKS = " ,，、;；:：|·*_–—-\ufe0f"
_ORDINAL = re.compile(r"^\d{1,3}(?:-[A-Z])?[.)]\s+(?=[^\W\d_])")
_MARKED = re.compile(r"^\([*†‡#+!]{1,3}\)\s*(?=\w)")
_REFERENCE = re.compile(r"^\s*[\[(【]\d{1,4}[\])】]\s*[.:：]?")
LONGEST_TITLE = 1_000  # characters; nothing longer is taken apart


def tidy_title(text: str) -> str:
    """A title without emoji, quotation marks, separators and the full stop around it."""
    text = clean_text(EMOJI.sub(" ", _SHORTCODE.sub(" ", text.replace("\u00ad", ""))))
    text = _ORDINAL.sub("", _MARKED.sub("", text.strip(_MARKS)))
    if len(text) > 2 and text[0] in '"“”„«《「' and text[-1] in '"“”»》」' and not re.search(r"[\"“”]", text[1:-1]):
        text = text[1:-1].strip(_MARKS)
    text = re.sub(r"\s*(?:\(\W*\)|[\[(])\s*$", "", text).strip(_MARKS)
    text = re.sub(r"(?<=[^.])\.$", "", text) if not re.search(r"\b(?:[A-Z]|etc|al)\.$", text) else text
    text = text.rstrip()
    return re.sub(r"^\W*\]\s*", "", text) if text.count("]") > text.count("[") else text


def text_of(spans: Iterable[Span]) -> str:
    """The text of spans, line ends as control characters, decorations left out."""
    return EMOJI.sub(" ", _SHORTCODE.sub(" ", "".join(map(_visible, spans))))


def _visible(span: Span) -> str:
    if span.kind is SpanKind.TAG:
        return HARD_BREAK if _HARD_TAG.fullmatch(span.text) else " "
    if span.kind is SpanKind.BREAK:
        return SOFT_BREAK
    text = span.text.replace(HARD_BREAK, " ").replace(SOFT_BREAK, " ")
    return _ARXIV.sub("arXiv", _ADDRESS.sub(" ", text))


def without_number(text: str) -> str:
    """A text without the number of a reference in front: ``[12]``, ``(12)``."""
    return _REFERENCE.sub("", text)


def beside_text(spans: Sequence[Span]) -> str:
    """The text beside a title: words set in italics are a phrase of their own, as names before a venue are."""
    pieces: list[str] = []
    for index, span in enumerate(spans):
        apart = span.italic and len(span.text.split()) >= 3 and index + 1 < len(spans)
        pieces.append(text_of([span]) + ("; " if apart and not spans[index + 1].italic else ""))
    return "".join(pieces)


def is_lead(text: str) -> bool:
    """Whether what stands before a title is known to stand there: a venue, a date, names or a nickname."""
    text = without_number(text)
    return stands_beside(text, names_first=True) or len(text.split()) <= 3


def can_be_title(text: str, *, is_set: bool = False) -> bool:
    """Whether a text can be a title; one that is set as a title may look like two names."""
    if not any(map(str.isalpha, text)) or len(text) > LONGEST_TITLE:
        return False
    return (is_set and len(text.split(",")) == 2 and "et al" not in text) or not _is_only_beside(text)


def _is_only_beside(text: str) -> bool:
    """Whether a text is what stands beside titles, and no title: a date, a venue, names, praise."""
    if is_date(text) or is_praise(text) or is_author_list(text):
        return True
    return len(text.split()) < 7 and ":" not in text and names_known_venue(text)


def dates_or_names_venue(text: str) -> bool:
    """Whether a text is a date, or begins with a known venue."""
    return is_date(text) or names_known_venue(text)


def goes_on(text: str) -> bool:
    """Whether a text has words enough for a title."""
    return len(re.findall(r"\w{2,}", text[:200])) >= 2 or re.search(r"[\u4e00-\u9fff]{4}", text[:200]) is not None
