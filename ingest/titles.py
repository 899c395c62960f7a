"""Where an entry's title is: a link's text, bold, quoted or italic text, or plain text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, islice

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
_NESTED = re.compile(r'"(?P<text>[^"]{1,300}\s"\w[^"]{0,100}"[^"]{0,300})"')
_OPENS = re.compile(r"\s*(?:\([^()\n\"“]{1,200}\))?\s*(?P<colon>[:：])?\s*[\"“]\s*\w")
_BRACKETS = re.compile(r"\([^()]{0,200}\)")
_MOST_NAMING = 6  # words before a colon that name what a quoted title is about
_MOST_SENTENCES = 3  # behind a title, within what is set as one
_MOST_TRIED = 12  # links, bold or quoted texts of one entry: its title is among the first
_FOLLOWS = re.compile(r"\s*(?:[.,;:)\]|–—-]|$|[\n\v]|\(|\[)")


def find_title(run: Sequence[Span]) -> Found | None:
    """The title among spans that no link to a resource divides; None where no text can be one."""
    return _linked_title(run) or _bold_title(run) or _quoted_title(run) or _italic_title(run) or find_plain_title(run)


def without_tail(found: Found) -> Found:
    """The title without a bracket at its end that only holds names, a venue or a date, and without ``, Venue 2023``."""
    before, title, after, apart = _without_sentences(found)
    if (match := _VENUE_TAIL.search(title)) and re.search(r"\d{4}", match["said"]) and names_known_venue(match["said"]):
        return before, tidy_title(title[: match.start()]), f"{match['said']}\n{after}", apart
    match = _TAIL.search(title)
    if match and match.start() and stands_beside(match["said"]):
        return before, tidy_title(title[: match.start()]), f"{match['said']}\n{after}", apart
    return before, title, after, apart


def _without_sentences(found: Found) -> Found:
    """The title without sentences behind it that only say a venue with its year or a date, and without a last *in*."""
    before, title, after, apart = found
    for _ in range(_MOST_SENTENCES):
        rest, stop, said = title.rpartition(". ")
        if not stop or len(rest.split()) < 3 or not re.search(r"\d\d", said) or not stands_beside(said):
            break
        title, after = tidy_title(rest), f"{said}\n{after}"
    return before, re.sub(r",\s+in$", "", title, flags=re.I), after, apart


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
        bracketed = bracketed or text.count("]") > text.count("[") or _names_quoted(title, after)
        if can_be_title(title, is_set=True) and not bracketed and (long or _stands_alone(before, text, after)):
            return before, title, after, True
        start = end
    return None


def _names_quoted(text: str, after: str) -> bool:
    """Whether a bold text is the short name of the title that is quoted behind it."""
    opens = _OPENS.match(after)
    return opens is not None and len(text.split()) <= (_MOST_NAMING if opens["colon"] else 2)


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
    short = text[: 4 * LONGEST_TITLE]
    for match in islice(chain(_NESTED.finditer(short), _QUOTED.finditer(short)), _MOST_TRIED):
        before, title, after = text[: match.start()], tidy_title(match["text"]), text[match.end() :]
        set_apart = _FOLLOWS.match(after) or text[match.end() - 2] in ".,?!"
        leads = not any(map(str.isalnum, before)) or is_lead(before) or is_author_list(without_number(before))
        leads = leads or _leads_to_quoted(before)
        if set_apart and leads and len(title.split()) >= 2 and can_be_title(title, is_set=True):
            return before, title, after, True
    return None


def _leads_to_quoted(before: str) -> bool:
    """``A Name (of a kind): `` before a quoted title."""
    before = before.rstrip()
    return before.endswith((":", "：")) and len(_BRACKETS.sub(" ", before).split()) <= _MOST_NAMING


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
