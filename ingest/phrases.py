"""What stands beside a title, cut into phrases and sorted: venues, names, praise, affiliations, the rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from .authors import is_author_list
from .links import is_resource_label
from .source_text import clean_text
from .venues import LONGEST_VENUE, is_date, is_praise, looks_like_venue, names_known_venue

HARD_BREAK, SOFT_BREAK = "\n", "\v"
_CUTS = re.compile(
    r"[\n\v]+|[;|•·]\s*|\s[-–—]{1,2}\s|[()\[\]【】（）]"
    r"|(?<![\s.(\[（][A-Z])(?<!^[A-Z])(?<!\bal)(?<!\bet)(?<!\bvs)(?<!Proc)(?<!Trans)[.。]\s+|[.。]\s*(?=arxiv\b)|[.。](?=[\n\v]|$)"
)
_ET_AL = re.compile(r"\bet\.?\s*al\b\.?[,:]?", re.I)
_GROUP_BEFORE = re.compile(r"\((?P<group>[^()\n\v]{2,80})\)\s*et\.?\s*al\b\.?", re.I)
_GROUP_AFTER = re.compile(r"\bet\.?\s*al\b\.?\s*\((?P<group>[^()\n\v]{2,80})\)", re.I)
_SHORT_JOURNAL = re.compile(r"\b(IEEE|ACM)\(([A-Z][\w&-]{1,12})\)")
_LEAD_IN = re.compile(
    r"^(?:in|at|to appear in|published (?:in|at)|accepted (?:by|at|to)|appears? in|presented at|venue|conference"
    r"|journal|publication|published|date|year|会议|期刊|发表于?|年份|时间|日期)\b\s*[:：]?\s+",
    re.I,
)
_PUBLISHER = re.compile(r"\s*(?:IEEE|ACM)\b")
_INTRODUCED = re.compile(r"^intro(?:duction)?\s*[:：]\s*", re.I)
_VOLUME = re.compile(r"(?:\s+\(?\d{1,3}(?:\.\d{1,5})?\)?)+$")
_LABEL = re.compile(r"^(?:venue|conference|journal|published|date|year|会议|期刊|发表|年份|时间|日期)\s*[:：]\s*", re.I)
_MARKS = ' ,，.:;·|/&*_—–-\ufe0f"“”'


class Part(StrEnum):
    """What a phrase beside a title says."""

    VENUE = "venue"
    AUTHORS = "authors"
    PRAISE = "praise"
    AFFILIATION = "affiliation"
    TAG = "tag"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of text and what it says."""

    part: Part
    text: str


def split_phrases(text: str) -> list[str]:
    """Phrases between full stops, dashes, bars, brackets and line ends; initials and *et al.* do not end one."""
    text = _GROUP_BEFORE.sub(_named_group, _GROUP_AFTER.sub(_named_group, text))
    text = _ET_AL.sub("et al;", _SHORT_JOURNAL.sub(r"\1 \2", text))
    found = (clean_text(piece).strip(_MARKS) for piece in _CUTS.split(text) if not _is_label(piece))
    return [phrase for phrase in found if any(map(str.isalnum, phrase))]


def _is_label(piece: str) -> bool:
    """``Code:`` with nothing behind it: the label of a link."""
    return piece.rstrip().endswith((":", "：")) and is_resource_label(piece)


def _named_group(match: re.Match[str]) -> str:
    """A bracket beside *et al.* names a group, unless it is a venue or a date."""
    group = match["group"]
    return match[0] if looks_like_venue(group) else f" et al; @{group};"


def sort_phrases(texts: Iterable[str], *, names_first: bool = False) -> tuple[Phrase, ...]:
    """Each phrase with what it says.

    Args:
        names_first: whether a single name at the beginning is the author: after a title that is set apart.
    """
    found: list[Phrase] = []
    for index, text in enumerate(texts):
        found.extend(_sorted(text, names_first and index == 0))
    return tuple(found)


def is_understood(phrases: Sequence[Phrase]) -> bool:
    """Whether every phrase says something that is known to stand beside a title."""
    return bool(phrases) and all(phrase.part is not Part.OTHER for phrase in phrases)


def stands_beside(text: str, *, names_first: bool = False) -> bool:
    """Whether a text has phrases, and all of them say something that is known to stand beside a title.

    The same as `is_understood` of its sorted phrases, but it ends at the first that does not.
    """
    texts = split_phrases(text)
    sorted_texts = (_sorted(phrase, names_first and index == 0) for index, phrase in enumerate(texts))
    return bool(texts) and all(phrase.part is not Part.OTHER for found in sorted_texts for phrase in found)


@lru_cache(maxsize=4096)
def _sorted(text: str, lenient: bool) -> tuple[Phrase, ...]:
    return tuple(_sort(text, lenient=lenient))


def _sort(text: str, *, lenient: bool) -> Iterator[Phrase]:
    if introduced := _INTRODUCED.match(text):
        said = text[introduced.end() :]
        yield Phrase(*((Part.VENUE, said) if looks_like_venue(said) else (Part.OTHER, text)))
    elif text.startswith("@"):
        yield Phrase(Part.AFFILIATION, text.lstrip("@ "))
    elif re.fullmatch(r"#[\w-]+(\s+#[\w-]+)*", text):
        yield from (Phrase(Part.TAG, word.lstrip("#")) for word in text.split())
    elif is_praise(text):
        yield Phrase(Part.PRAISE, text)
    elif is_date(text) or names_known_venue(_without_volume(text)):
        yield Phrase(Part.VENUE, _without_volume(text))
    elif is_author_list(text, lenient=False):
        yield Phrase(Part.AUTHORS, text)
    elif parts := _names_then_venue(text):
        yield from parts
    elif (led := _LABEL.sub("", _LEAD_IN.sub("", text))) and looks_like_venue(led):
        yield Phrase(Part.VENUE, _without_volume(led))
    elif lenient and " " in text and is_author_list(text, lenient=True) and text[:1].isupper():
        yield Phrase(Part.AUTHORS, text)
    else:
        yield Phrase(Part.OTHER, text)


def _without_volume(venue: str) -> str:
    """``Neural Computation 18.7`` and ``ICML (3) 28`` without the numbers of the volume."""
    bare = _VOLUME.sub("", venue)
    return bare if any(map(str.isalpha, bare)) else venue


def _names_then_venue(text: str) -> tuple[Phrase, ...]:
    """``A. Name, B. Name, ICML 2023`` as names and venue; empty where it is neither."""
    commas = [match.start() for match in re.finditer(r"[,，]", text) if len(text) - match.start() < LONGEST_VENUE]
    for position in commas:
        names, venue = text[:position], text[position + 1 :].strip()
        led = _LEAD_IN.sub("", venue)
        if is_date(led) and _PUBLISHER.match(names):
            continue
        if not (looks_like_venue(led) and is_author_list(names, lenient=" " in names.strip())):
            continue
        if names_known_venue(led) or not is_author_list(led.split(",")[0], lenient=True):
            return Phrase(Part.AUTHORS, names), Phrase(Part.VENUE, led)
    return ()
