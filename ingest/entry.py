"""One entry of a list, whatever its dialect: which text is the title, and what the text beside it says. Pure.

A title is found by how it is set, in this order: the text of a link, bold text, quoted text, italic text at the
beginning, else plain text up to a line end or to the first place after which only names, venues, dates and the like
follow. What stands before it may be a nickname, a date, a venue or its authors; a nickname in brackets, underlined or
bold is not part of the title, one that a colon joins to it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .authors import is_author_list, is_name, read_authors
from .badges import badge_tag, badge_venue
from .links import is_resource_label
from .markdown_inline import Span, SpanKind
from .phrases import HARD_BREAK, SOFT_BREAK, Part, Phrase, is_understood, sort_phrases, split_phrases
from .source_text import clean_text
from .venues import is_date, is_praise, looks_like_venue, names_known_venue

_HARD_TAG = re.compile(r"<\s*/?\s*(br|p|div)\b[^<>]*>", re.I)
_QUOTED = re.compile(r"[\"“”„«《「]\s*(?P<text>[^\"“”„«»《》「」]{6,600}?)\s*[,.]?[\"“”»》」]")
_EMOJI = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u2bff\u3030\U0001f000-\U0001faff\ufe0f\u200d\u20e3]+"
)
_SHORTCODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?!\w)")
_CHECKBOX = re.compile(r"^\s*\[[ xX]\]\s+")
_NUMBER = re.compile(r"^\s*(?:\(\d{1,4}\)|\d{1,4}[.)、]|\[\d{1,4}\])\s+")
_GROUP = re.compile(
    r"^\s*(?:\[(?P<a>[^\[\]]{1,80})\]|\((?P<b>[^()]{1,80})\)|【(?P<c>[^【】]{1,80})】)\s*[:：,.\-–—]?\s*"
)
_LEAD = re.compile(r"^\s*(?P<lead>[^\s:：|,，][^:：|,，\n\v]{0,40}?)\s*[:：|,，\-–—]\s+(?=\S)")
_CUT = re.compile(r"[.。]\s+|(?<=[?!？！])\s+|\s[-–—|]{1,2}\s|\s?[(（【\[]|;\s|[\n\v]")
_ADDRESS = re.compile(r"[(<\[]?https?://[^\s)>\]]+[)>\]]?")
_ARXIV = re.compile(r"\barxiv(?:\s+preprint)?\s*[:：]\s*\d{4}\.\d{4,5}(?:v\d+)?", re.I)
_MARKS = " ,，、;；:：|·*_–—-\ufe0f"
_TAIL = re.compile(r"\s*[(（\[](?P<said>[^()（）\[\]]{2,120})[)）\]]$")
_MOST_CUTS = 80
_LONGEST_TITLE = 1_000  # characters; nothing longer is taken apart
_FOLLOWS = re.compile(r"\s*(?:[.,;:)\]|–—-]|$|[\n\v]|\(|\[)")


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
        if found := _find_title(run):
            before, title, after, apart = _without_tail(found)
            leading, nickname = _sort_leading([before, *map(_text_of, runs[:index])])
            phrases = [
                *leading,
                *sort_phrases(split_phrases(after), names_first=apart),
                *(phrase for later in runs[index + 1 :] for phrase in sort_phrases(split_phrases(_text_of(later)))),
                *(Phrase(Part.VENUE, venue) for venue in (*linked, *venues)),
            ]
            return _assemble(title, phrases, tags, nickname)
    return Entry("", tags=tuple(tags), rest=tuple(text for run in runs if (text := clean_text(_text_of(run)))))


def tidy_title(text: str) -> str:
    """A title without emoji, quotation marks, separators and the full stop around it."""
    text = clean_text(_EMOJI.sub(" ", _SHORTCODE.sub(" ", text.replace("\u00ad", ""))))
    text = text.strip(_MARKS)
    if len(text) > 2 and text[0] in '"“”„«《「' and text[-1] in '"“”»》」' and not re.search(r"[\"“”]", text[1:-1]):
        text = text[1:-1].strip(_MARKS)
    text = re.sub(r"\s*(?:\(\W*\)|[\[(])\s*$", "", text).strip(_MARKS)
    text = re.sub(r"(?<=[^.])\.$", "", text) if not re.search(r"\b(?:[A-Z]|etc|al)\.$", text) else text
    return re.sub(r"^\W*\]\s*", "", text) if text.count("]") > text.count("[") else text


def _sort_leading(texts: Iterable[str]) -> tuple[list[Phrase], str]:
    """What stands before a title, and the nickname among it: a few words that are nothing else."""
    phrases: list[Phrase] = []
    nickname = ""
    for text in texts:
        for phrase in split_phrases(text):
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
    short = len(label.split()) <= 5 and not re.match(r"arxiv\s*[:：]", label, re.I)
    named = short and (names_known_venue(label) or (looks_like_venue(label) and bool(re.search(r"\d\d", label))))
    return span.kind is SpanKind.LINK and not span.badge and named and not is_resource_label(label)


def is_resource(spans: Sequence[Span], index: int) -> bool:
    """Whether a link names what it leads to, not what the entry is called.

    ``[[Anything](u)]`` and ``[[Anything]](u)`` do so whatever they say, ``[Paper](u)`` by its word, others by being a
    venue, a date, an address or nothing.
    """
    label = clean_text(_EMOJI.sub(" ", spans[index].text))
    before = spans[index - 1].text.rstrip() if index and spans[index - 1].kind is SpanKind.TEXT else ""
    after = spans[index + 1].text.lstrip() if index + 1 < len(spans) and spans[index + 1].kind is SpanKind.TEXT else ""
    bare = _bare(label)
    if is_resource_label(label) or (label.startswith("[") and label.endswith("]") and len(bare.split()) < 7):
        return True
    if before.endswith("[") and after.startswith("]"):
        return True
    if not any(map(str.isalnum, bare)) or re.match(r"(https?://|www\.|arxiv\s*:|doi\s*:)", bare, re.I):
        return True
    return looks_like_venue(bare) and len(bare.split()) < 7


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


def _text_of(spans: Iterable[Span]) -> str:
    """The text of spans, line ends as control characters, decorations left out."""
    return _EMOJI.sub(" ", _SHORTCODE.sub(" ", "".join(map(_visible, spans))))


def _visible(span: Span) -> str:
    if span.kind is SpanKind.TAG:
        return HARD_BREAK if _HARD_TAG.fullmatch(span.text) else " "
    if span.kind is SpanKind.BREAK:
        return SOFT_BREAK
    text = span.text.replace(HARD_BREAK, " ").replace(SOFT_BREAK, " ")
    return _ARXIV.sub("arXiv", _ADDRESS.sub(" ", text))


Found = tuple[str, str, str, bool]
"""Text before a title, the title, text after it, and whether it is set apart from that."""


def _find_title(run: Sequence[Span]) -> Found | None:
    return _linked_title(run) or _bold_title(run) or _quoted_title(run) or _italic_title(run) or _plain_title(run)


def _without_tail(found: Found) -> Found:
    """The title without a bracket at its end that only holds names, a venue or a date."""
    before, title, after, apart = found
    match = _TAIL.search(title)
    if match and match.start() and is_understood(sort_phrases(split_phrases(match["said"]))):
        return before, tidy_title(title[: match.start()]), f"{match['said']}\n{after}", apart
    return found


def _linked_title(run: Sequence[Span]) -> Found | None:
    for index, span in enumerate(run):
        if span.kind is not SpanKind.LINK:
            continue
        title, before = tidy_title(span.text), _text_of(run[:index])
        words = len(title.split())
        first = not any(map(str.isalnum, before)) or _is_lead(before)
        if not _can_be_title(title, is_set=True) or (
            words < 3 and not first and not re.search(r"[\u4e00-\u9fff]{4}", title)
        ):
            continue
        after = _text_of(run[index + 1 :])
        if words < 4 and (joined := re.match(r"\s*[:：]\s+(?P<rest>\S.*)", after, re.S)):
            subtitle, rest, apart = _cut_plain(joined["rest"])
            return before, tidy_title(f"{title}: {subtitle}"), rest, apart
        return before, title, after, True
    return None


def _is_lead(text: str) -> bool:
    """Whether what stands before a title is known to stand there: a venue, a date, names or a nickname."""
    return is_understood(sort_phrases(split_phrases(text), names_first=True)) or len(text.split()) <= 3


def _can_be_title(text: str, *, is_set: bool = False) -> bool:
    """Whether a text can be a title; one that is set as a title may look like two names."""
    if not any(map(str.isalpha, text)) or len(text) > _LONGEST_TITLE:
        return False
    return (is_set and len(text.split(",")) == 2 and "et al" not in text) or not _is_only_beside(text)


def _bold_title(run: Sequence[Span]) -> Found | None:
    """The first bold text that can be a title; a bold name that a colon joins to what follows begins the title."""
    start = 0
    while start < len(run):
        if not run[start].bold or run[start].kind is not SpanKind.TEXT:
            start += 1
            continue
        end = start + 1
        while end < len(run) and run[end].bold:
            end += 1
        before, text, after = _text_of(run[:start]), _text_of(run[start:end]), _text_of(run[end:])
        title = tidy_title(text)
        bracketed = before.rstrip().endswith(("[", "【")) and after.lstrip().startswith(("]", "】"))
        long = len(title.split()) >= 3 or len(title) >= 25 or re.search(r"[\u4e00-\u9fff]{5}", title)
        alone = not any(map(str.isalnum, before + after)) or _QUOTED.fullmatch(text.strip(" .,"))
        bracketed = bracketed or text.count("]") > text.count("[")
        if _can_be_title(title, is_set=True) and not bracketed and (long or alone):
            return before, title, after, True
        start = end
    return None


def _quoted_title(run: Sequence[Span]) -> Found | None:
    text = _text_of(run)
    for match in _QUOTED.finditer(text[: 4 * _LONGEST_TITLE]):
        before, title, after = text[: match.start()], tidy_title(match["text"]), text[match.end() :]
        set_apart = _FOLLOWS.match(after) or text[match.end() - 2] in ".,"
        leads = not any(map(str.isalnum, before)) or _is_lead(before) or is_author_list(before)
        if set_apart and leads and len(title.split()) >= 2 and _can_be_title(title, is_set=True):
            return before, title, after, True
    return None


def _italic_title(run: Sequence[Span]) -> Found | None:
    for index, span in enumerate(run):
        if span.kind is SpanKind.TEXT and span.italic:
            before, title = _text_of(run[:index]), tidy_title(span.text)
            first = not any(map(str.isalnum, before)) or is_understood(sort_phrases(split_phrases(before)))
            if first and len(title.split()) >= 4 and _can_be_title(title) and not is_author_list(title, lenient=True):
                return before, title, _text_of(run[index + 1 :]), True
            return None
    return None


def _plain_title(run: Sequence[Span]) -> Found | None:
    text = _text_of(run)
    if not any(map(str.isalnum, text)):
        return None
    before, text = _split_lead(text)
    title, after, apart = _cut_plain(text)
    return (before, title, after, apart) if _can_be_title(title) else None


def _is_only_beside(text: str) -> bool:
    """Whether a text is what stands beside titles, and no title: a date, a venue, names, praise."""
    if is_date(text) or is_praise(text) or is_author_list(text):
        return True
    return len(text.split()) < 7 and ":" not in text and names_known_venue(text)


def _split_lead(text: str) -> tuple[str, str]:
    """What stands before a plain title, and the rest: numbers, boxes, brackets, dates, venues."""
    lead: list[str] = []
    while True:
        if match := _CHECKBOX.match(text) or _NUMBER.match(text):
            text = text[match.end() :]
        elif (match := _GROUP.match(text)) and _goes_on(text[match.end() :]):
            said = next(group for group in match.groups() if group is not None)
            if match["b"] and not is_understood(sort_phrases(split_phrases(said))):
                return "\n".join(lead), text  # round brackets belong to the title
            lead.append(said)
            text = text[match.end() :]
        elif (match := _LEAD.match(text)) and _dates_or_names_venue(match["lead"]):
            lead.append(match["lead"])
            text = text[match.end() :]
        else:
            return "\n".join(lead), text


def _dates_or_names_venue(text: str) -> bool:
    return is_date(text) or names_known_venue(text)


def _goes_on(text: str) -> bool:
    return len(re.findall(r"\w{2,}", text[:200])) >= 2 or re.search(r"[\u4e00-\u9fff]{4}", text[:200]) is not None


def _cut_plain(text: str) -> tuple[str, str, bool]:
    """A plain text as title, what follows it, and whether a line end set the title apart."""
    text = text.strip(" \n\v")
    if len(text) > 4 * _LONGEST_TITLE:
        return tidy_title(text), "", False
    first, hard, later = text.partition(HARD_BREAK)
    if hard and any(map(str.isalnum, first)):
        title, after, _ = _cut_plain(first)
        return title, f"{after}\n{later}", True
    if SOFT_BREAK in text:
        first, _, later = text.partition(SOFT_BREAK)
        if is_understood(sort_phrases(split_phrases(later), names_first=True)) or is_name(later):
            title, after, _ = _cut_plain(first)
            return title, f"{after}\n{later}", True
    return _cut_line(text.replace(SOFT_BREAK, " "))


def _cut_line(text: str) -> tuple[str, str, bool]:
    for match in _cuts(text):
        left, right = text[: match.start()], text[match.start() :]
        if is_author_list(left) and _goes_on(right):  # a citation that begins with its authors
            title, after, apart = _cut_line(right.lstrip(" .)"))
            return title, f"{left}\n{after}", apart
        if len(tidy_title(left)) > 1 and is_understood(sort_phrases(split_phrases(right), names_first=True)):
            return tidy_title(left), right, False
    for position in [match.start() for match in re.finditer(r"[,，]\s", text)][:_MOST_CUTS]:
        phrases = sort_phrases(split_phrases(text[position + 1 :]))
        venue = any(phrase.part is Part.VENUE for phrase in phrases) or "et al" in text
        if is_understood(phrases) and venue:
            return tidy_title(text[:position]), text[position + 1 :], False
    return *_cut_venue(text), False


def _cuts(text: str) -> Iterator[re.Match[str]]:
    for number, match in enumerate(_CUT.finditer(text)):
        if number >= _MOST_CUTS:
            return
        before = text[max(0, match.start() - 8) : match.start()]
        initial = re.search(r"(?:^|[\s.(\[])(?:[A-Z]|al|vs|Dr|St)$", before)
        if initial and match[0].startswith(".") and not before.endswith("et al"):
            continue
        yield match


def _cut_venue(text: str) -> tuple[str, str]:
    """A venue with a year at the very end, with nothing but a blank before it."""
    words = text.split(" ")
    for size in (1, 2, 3):
        tail = " ".join(words[-size:])
        if len(words) > size + 1 and re.search(r"\d\d", tail) and _names_venue_and_year(tail):
            return tidy_title(" ".join(words[:-size])), tail
    return tidy_title(text), ""


def _names_venue_and_year(text: str) -> bool:
    phrases = sort_phrases([text])
    bare = re.sub(r"[\d'’]+", " ", text).strip()
    return is_understood(phrases) and bool(bare) and bare[:1].isupper() and looks_like_venue(bare)
