"""Where an entry's title is: a link's text, bold, quoted or italic text, or plain text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from .authors import is_author_list
from .links import leads_to_paper
from .markdown_inline import Span, SpanKind
from .phrases import stands_beside
from .plain_titles import Found, cut_plain, find_plain_title
from .title_text import (
    LONGEST_TITLE,
    beside_text,
    can_be_title,
    dates_or_names_venue,
    is_lead,
    text_of,
    tidy_title,
    without_number,
)
from .venues import names_known_venue

_QUOTED = re.compile(r"[\"“”„«《「]\s*(?P<text>[^\"“”„«»《》「」]{6,600}?)\s*[,.]?[\"“”»》」]")
_TAIL = re.compile(r"\s*[(（\[](?P<said>[^()（）\[\]]{2,120})[)）\]]$")
_VENUE_TAIL = re.compile(r",\s+(?P<said>[^,()\[\]]{4,60})$")
_MOST_TRIED = 12  # links, bold or quoted texts of one entry: its title is among the first
_FOLLOWS = re.compile(r"\s*(?:[.,;:)\]|–—-]|$|[\n\v]|\(|\[)")


def find_title(run: Sequence[Span]) -> Found | None:
    """The title among spans that no link to a resource divides; None where no text can be one."""
    return _linked_title(run) or _bold_title(run) or _quoted_title(run) or _italic_title(run) or find_plain_title(run)


def without_tail(found: Found) -> Found:
    """The title without a bracket at its end that only holds names, a venue or a date, and without ``, Venue 2023``."""
    before, title, after, apart = found
    if (match := _VENUE_TAIL.search(title)) and re.search(r"\d{4}", match["said"]) and names_known_venue(match["said"]):
        return before, tidy_title(title[: match.start()]), f"{match['said']}\n{after}", apart
    match = _TAIL.search(title)
    if match and match.start() and stands_beside(match["said"]):
        return before, tidy_title(title[: match.start()]), f"{match['said']}\n{after}", apart
    return found


def _linked_title(run: Sequence[Span]) -> Found | None:
    links = [index for index, span in enumerate(run) if span.kind is SpanKind.LINK]
    for index in links[:_MOST_TRIED]:
        span = run[index]
        title, before = tidy_title(span.text), text_of(run[:index])
        words = len(title.split())
        first = not any(map(str.isalnum, before)) or is_lead(before)
        sure = words >= 3 and leads_to_paper(span.url) and not dates_or_names_venue(title)
        if not (sure or can_be_title(title, is_set=True)) or (
            words < 3 and not first and not re.search(r"[\u4e00-\u9fff]{4}", title)
        ):
            continue
        after = beside_text(run[index + 1 :])
        if words < 4 and (joined := re.match(r"\s*[:：]\s+(?P<rest>\S.*)", after, re.S)):
            subtitle, rest, apart = cut_plain(joined["rest"])
            return before, tidy_title(f"{title}: {subtitle}"), rest, apart
        return before, title, after, True
    return None


def _bold_title(run: Sequence[Span]) -> Found | None:
    """The first bold text that can be a title; a bold name that a colon joins to what follows begins the title."""
    start = tried = 0
    while start < len(run) and tried < _MOST_TRIED:
        if not run[start].bold or run[start].kind is not SpanKind.TEXT:
            start += 1
            continue
        tried += 1
        end = start + 1
        while end < len(run) and run[end].bold:
            end += 1
        before, text, after = text_of(run[:start]), text_of(run[start:end]), beside_text(run[end:])
        title = tidy_title(text)
        bracketed = before.rstrip().endswith(("[", "【")) and after.lstrip().startswith(("]", "】"))
        long = len(title.split()) >= 3 or len(title) >= 25 or re.search(r"[\u4e00-\u9fff]{5}", title)
        bracketed = bracketed or text.count("]") > text.count("[")
        if can_be_title(title, is_set=True) and not bracketed and (long or _stands_alone(before, text, after)):
            return before, title, after, True
        start = end
    return None


def _stands_alone(before: str, text: str, after: str) -> bool:
    """Whether a short text is the title all the same: by what stands around it."""
    alone = not any(map(str.isalnum, before + after)) or _QUOTED.fullmatch(text.strip(" .,")) is not None
    return alone or _is_quoted(before, after) or _stands_first(before, after)


def _is_quoted(before: str, after: str) -> bool:
    return before.rstrip()[-1:] in tuple('"“„«') and re.match(r"\s*[.,]?[\"”“»]", after) is not None


def _stands_first(before: str, after: str) -> bool:
    """Whether nothing stands before, and only names, venues and dates behind."""
    said = bool(re.search(r"\d{4}|,", after)) and not after.lstrip().startswith((":", "："))
    return said and not any(map(str.isalnum, before)) and stands_beside(after)


def _quoted_title(run: Sequence[Span]) -> Found | None:
    text = text_of(run)
    for match in islice(_QUOTED.finditer(text[: 4 * LONGEST_TITLE]), _MOST_TRIED):
        before, title, after = text[: match.start()], tidy_title(match["text"]), text[match.end() :]
        set_apart = _FOLLOWS.match(after) or text[match.end() - 2] in ".,"
        leads = not any(map(str.isalnum, before)) or is_lead(before) or is_author_list(without_number(before))
        if set_apart and leads and len(title.split()) >= 2 and can_be_title(title, is_set=True):
            return before, title, after, True
    return None


def _italic_title(run: Sequence[Span]) -> Found | None:
    for index, span in enumerate(run):
        if span.kind is SpanKind.TEXT and span.italic:
            before, title = text_of(run[:index]), tidy_title(span.text)
            lead = without_number(before).strip(" ,.:;")
            if len(title.split()) >= 2 and is_author_list(lead) and can_be_title(title, is_set=True):
                return before, title, text_of(run[index + 1 :]), True
            first = not any(map(str.isalnum, before)) or stands_beside(before)
            if first and len(title.split()) >= 4 and can_be_title(title) and not is_author_list(title, lenient=True):
                return before, title, text_of(run[index + 1 :]), True
            return None
    return None
