"""One entry of a list, whatever its dialect: which text is the title, and what the text beside it says. Pure.

A title is found by how it is set, in this order: the text of a link, bold text, quoted text, italic text at the
beginning, else plain text up to a line end or to the first place after which only names, venues, dates and the like
follow. What stands before it may be a nickname, a date, a venue or its authors; a nickname in brackets, underlined or
bold is not part of the title, one that a colon joins to it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .authors import is_name, read_authors
from .badges import badge_tag, badge_venue
from .links import is_resource_label
from .markdown_inline import Span, SpanKind
from .phrases import Part, Phrase, sort_phrases, split_phrases
from .source_text import clean_text
from .title_text import EMOJI, text_of, without_number
from .titles import find_title, without_tail
from .venues import find_years, is_date, looks_like_venue, names_known_venue

_TITLED = re.compile(r"[^\W\d_][\w.]*[- ]?\d[\w.]* technical report", re.I)
_SAYS_PAPER = re.compile(r"(research |new )?(paper|title|article|preprint|论文|标题|文章)", re.I)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the text of an entry says.

    Attributes:
        title: empty where no text can be one.
        venue: venue and year as written, the best of several; empty where none is named.
        also: further venues.
        nickname: a short name that stands before the title, in brackets or set apart otherwise.
        more_authors: whether the names are said to be only the first.
        rest: texts that were not understood.
    """

    title: str
    venue: str = ""
    also: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    more_authors: bool = False
    tags: tuple[str, ...] = ()
    affiliation: str = ""
    nickname: str = ""
    rest: tuple[str, ...] = ()


def read_entry(spans: Sequence[Span]) -> Entry:
    """Read the spans of an entry: its own text, with line ends between the parts that continue it."""
    venues = [venue for span in spans if (badge := _badge(span)) and (venue := badge_venue(badge))]
    tags = [tag for span in spans if (badge := _badge(span)) and (tag := badge_tag(badge))]
    runs = _split_runs(spans)
    linked = [span.text for span in spans if _names_venue(span)]
    for index, run in enumerate(runs):
        if found := find_title(run):
            before, title, after, apart = without_tail(found)
            leading, nickname = _sort_leading([before, *map(text_of, runs[:index])])
            phrases = [
                *leading,
                *sort_phrases(split_phrases(after), names_first=apart),
                *(phrase for later in runs[index + 1 :] for phrase in sort_phrases(split_phrases(text_of(later)))),
                *(Phrase(Part.VENUE, venue) for venue in (*linked, *venues)),
            ]
            return _assemble(title, phrases, tags, nickname)
    return Entry("", tags=tuple(tags), rest=tuple(text for run in runs if (text := clean_text(text_of(run)))))


def _sort_leading(texts: Iterable[str]) -> tuple[list[Phrase], str]:
    """What stands before a title, and the nickname among it: a few words that are nothing else."""
    phrases: list[Phrase] = []
    nickname = ""
    for text in texts:
        for phrase in split_phrases(without_number(text)):
            if _SAYS_PAPER.fullmatch(phrase) or re.fullmatch(r"\d{1,3}", phrase):  # ``Paper: Title``
                continue
            lenient = is_name(phrase) and not nickname
            sorted_phrases = sort_phrases([phrase], names_first=lenient)
            if sorted_phrases[0].part is Part.OTHER and len(phrase.split()) <= 4 and not nickname:
                nickname = phrase
            else:
                phrases.extend(sorted_phrases)
    return phrases, nickname


def _assemble(title: str, phrases: Sequence[Phrase], tags: Sequence[str], nickname: str) -> Entry:
    venues = [phrase.text for phrase in phrases if phrase.part is Part.VENUE]
    named = [text for text in venues if not is_date(text)] or venues
    dated = [text for text in venues if is_date(text)]
    venue = named[0] if named else ""
    if venue and venue not in dated and dated and not re.search(r"\d\d", venue):
        venue = f"{venue} {dated[0]}"
    authors, more = _authors(phrase.text for phrase in phrases if phrase.part is Part.AUTHORS)
    return Entry(
        title,
        venue,
        tuple(text for text in named[1:] if text not in venue),
        authors,
        more,
        (*tags, *(phrase.text for phrase in phrases if phrase.part is Part.TAG)),
        ", ".join(phrase.text for phrase in phrases if phrase.part is Part.AFFILIATION),
        nickname,
        tuple(phrase.text for phrase in phrases if phrase.part is Part.OTHER),
    )


def _authors(texts: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    names: list[str] = []
    more = False
    for text in texts:
        found, and_more = read_authors(text)
        names += [name for name in found if name not in names]
        more = more or and_more
    return tuple(names), more


def _badge(span: Span) -> str:
    return span.url if span.kind is SpanKind.IMAGE else span.badge


def _bare(label: str) -> str:
    return label.strip("[]() \u00a0")


def _names_venue(span: Span) -> bool:
    """Whether a link's text is a venue, as in ``[NeurIPS 2023](u)``."""
    label = _bare(span.text)
    short = len(label.split()) <= 5 and not re.match(r"(?:arxiv\s*[:：]|https?://|www\.)", label, re.I)
    named = short and (names_known_venue(label) or (looks_like_venue(label) and bool(re.search(r"\d\d", label))))
    return (
        span.kind is SpanKind.LINK
        and not span.badge
        and named
        and not _is_titled(label)
        and (not is_resource_label(label) or bool(find_years(label)))
    )


def is_resource(spans: Sequence[Span], index: int) -> bool:
    """Whether a link names what it leads to, not what the entry is called.

    ``[[Anything](u)]`` and ``[[Anything]](u)`` do so whatever they say, ``[Paper](u)`` by its word, others by being a
    venue, a date, an address or nothing.
    """
    label = clean_text(EMOJI.sub(" ", spans[index].text))
    before = spans[index - 1].text.rstrip() if index and spans[index - 1].kind is SpanKind.TEXT else ""
    after = spans[index + 1].text.lstrip() if index + 1 < len(spans) and spans[index + 1].kind is SpanKind.TEXT else ""
    bare = _bare(label)
    if is_resource_label(label) or (label.startswith("[") and label.endswith("]") and len(bare.split()) < 7):
        return True
    if before.endswith("[") and after.startswith("]"):
        return True
    if not any(map(str.isalnum, bare)) or re.match(r"(https?://|www\.|arxiv\s*:|doi\s*:)", bare, re.I):
        return True
    return looks_like_venue(bare) and len(bare.split()) < 7 and not _is_titled(bare)


def _is_titled(label: str) -> bool:
    """Whether a link's text that looks like a venue is a title: ``A-2 Technical Report``, ``Three or More. 2020``."""
    title, stop, date = label.rpartition(". ")
    if stop and is_date(date.strip(" .")):
        return len(title.split()) >= 3 and "." not in title and not looks_like_venue(title)
    return _TITLED.fullmatch(label) is not None and not names_known_venue(label)


def _split_runs(spans: Sequence[Span]) -> list[list[Span]]:
    """What stands between the links that name resources; badges and pictures are taken out."""
    runs: list[list[Span]] = [[]]
    for index, span in enumerate(spans):
        if span.kind is SpanKind.IMAGE or (span.badge and not span.text.strip()):
            continue
        if span.kind is SpanKind.LINK and is_resource(spans, index):
            runs.append([])
        else:
            runs[-1].append(span)
    return [_bracket_code(run) for run in runs]


def _bracket_code(run: list[Span]) -> list[Span]:
    """A run that begins with words set as code, which are a tag or a venue: they are put in brackets."""
    first = next((index for index, span in enumerate(run) if any(map(str.isalnum, span.text))), None)
    if first is None or not run[first].code or len(run[first].text.split()) > 5 or first + 1 == len(run):
        return run
    tag = replace(run[first], text=f"[{run[first].text.strip(' []')}] ", code=False)
    return [*run[:first], tag, *run[first + 1 :]]
