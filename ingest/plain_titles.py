"""Titles of plain text: what stands before one, and where it ends. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .authors import is_author_list, is_name
from .markdown_inline import Span
from .phrases import HARD_BREAK, SOFT_BREAK, Part, is_understood, sort_phrases, split_phrases, stands_beside
from .title_text import LONGEST_TITLE, can_be_title, dates_or_names_venue, goes_on, text_of, tidy_title
from .venues import looks_like_venue

_CHECKBOX = re.compile(r"^\s*\[[ xX]\]\s+")
_NUMBER = re.compile(r"^\s*(?:\(\d{1,4}\)|\d{1,4}[.)、]|\[\d{1,4}\])\s+")
_GROUP = re.compile(
    r"^\s*(?:\[(?P<a>[^\[\]]{1,80})\]|\((?P<b>[^()]{1,80})\)|【(?P<c>[^【】]{1,80})】)\s*[:：,.\-–—]?\s*"
)
_LEAD = re.compile(r"^\s*(?P<lead>[^\s:：|,，][^:：|,，\n\v]{0,40}?)\s*[:：|,，\-–—]\s+(?=\S)")
_CUT = re.compile(r"[.。]\s+|(?<=[?!？！])\s+|\s[-–—|]{1,2}\s|\s?[(（【\[]|;\s|[\n\v]")
_MOST_CUTS = 24  # of a title: it ends at one of the first
_MOST_PIECES = 120  # names, title and venue between commas
_MOST_COMMAS = 12  # of a title

Found = tuple[str, str, str, bool]
"""Text before a title, the title, text after it, and whether it is set apart from that."""


def find_plain_title(run: Sequence[Span]) -> Found | None:
    """The title that spans begin with, however they are set, after dates, venues and the like."""
    if found := _before_italics(run):
        return found
    text = text_of(run)
    if not any(map(str.isalnum, text)):
        return None
    before, text = _split_lead(text)
    title, after, apart = cut_plain(text)
    return (before, title, after, apart) if can_be_title(title) else None


def _before_italics(run: Sequence[Span]) -> Found | None:
    """``Title *A. Name et al. Venue*``: italics end a plain title where they only say what stands beside one."""
    for index, span in enumerate(run):
        if not span.italic or not any(map(str.isalnum, span.text)):
            continue
        lead, tail = text_of(run[:index]), text_of(run[index:])
        if not any(map(str.isalnum, lead)) or len(tail) > 4 * LONGEST_TITLE:
            return None
        if not stands_beside(tail, names_first=True):
            return None
        before, text = _split_lead(lead)
        title, after, _ = cut_plain(text)
        return (before, title, f"{after}\n{tail}", True) if can_be_title(title) else None
    return None


def _split_lead(text: str) -> tuple[str, str]:
    """What stands before a plain title, and the rest: numbers, boxes, brackets, dates, venues."""
    lead: list[str] = []
    while True:
        if match := _CHECKBOX.match(text) or _NUMBER.match(text):
            text = text[match.end() :]
        elif (match := _GROUP.match(text)) and goes_on(text[match.end() :]):
            said = next(group for group in match.groups() if group is not None)
            if match["b"] and not stands_beside(said):
                return "\n".join(lead), text  # round brackets belong to the title
            lead.append(said)
            text = text[match.end() :]
        elif (match := _LEAD.match(text)) and dates_or_names_venue(match["lead"]):
            lead.append(match["lead"])
            text = text[match.end() :]
        else:
            return "\n".join(lead), text


def cut_plain(text: str) -> tuple[str, str, bool]:
    """A plain text as title, what follows it, and whether a line end set the title apart."""
    text = text.strip(" \n\v")
    if len(text) > 4 * LONGEST_TITLE:
        return tidy_title(text), "", False
    first, hard, later = text.partition(HARD_BREAK)
    if hard and any(map(str.isalnum, first)):
        title, after, _ = cut_plain(first)
        return title, f"{after}\n{later}", True
    if SOFT_BREAK in text:
        first, _, later = text.partition(SOFT_BREAK)
        if stands_beside(later, names_first=True) or is_name(later):
            title, after, _ = cut_plain(first)
            return title, f"{after}\n{later}", True
    return _cut_line(text.replace(SOFT_BREAK, " "))


def _cut_line(text: str) -> tuple[str, str, bool]:
    if parted := _names_title_venue(text):
        return parted
    for match in _cuts(text):
        left, right = text[: match.start()], text[match.start() :]
        if is_author_list(left) and goes_on(right):  # a citation that begins with its authors
            title, after, apart = _cut_line(right.lstrip(" .)"))
            return title, f"{left}\n{after}", apart
        if len(tidy_title(left)) > 1 and stands_beside(right, names_first=True):
            return tidy_title(left), right, False
    for position in [match.start() for match in re.finditer(r"[,，]\s", text)][:_MOST_COMMAS]:
        phrases = sort_phrases(split_phrases(text[position + 1 :]))
        venue = any(phrase.part is Part.VENUE for phrase in phrases) or "et al" in text
        if is_understood(phrases) and venue:
            return tidy_title(text[:position]), text[position + 1 :], False
    return *_cut_venue(text), False


def _names_title_venue(text: str) -> tuple[str, str, bool] | None:
    """``A. Name, B. Name, Title, Venue``: commas alone part it."""
    pieces = [piece for piece in re.split(r"\s*[,，]\s*", text.strip(" .[(")) if piece]
    if not 3 <= len(pieces) <= _MOST_PIECES:
        return None
    end = len(pieces)
    while end and looks_like_venue(pieces[end - 1]):
        end -= 1
    if end == len(pieces) - 1 and re.fullmatch(r"(?:19|20)\d\d", pieces[end]) and _may_be_venue(pieces[:end]):
        end -= 1
    first = 0
    while first < end and _is_person(pieces[first]):
        first += 1
    title = ", ".join(pieces[first:end])
    enough = first >= 2 or (first == 1 and len(title.split()) >= 4)
    if end == len(pieces) or not enough or len(title.split()) < 2:
        return None
    return tidy_title(title), "\n".join((", ".join(pieces[:first]), *pieces[end:])), False


def _may_be_venue(pieces: Sequence[str]) -> bool:
    """Whether the piece before a lone year is a venue by its place: behind names and a title, short, in capitals."""
    titled = len(pieces) >= 3 and _is_person(pieces[0]) and not all(map(_is_person, pieces[1:-1]))
    return titled and len(pieces[-1].split()) <= 4 and pieces[-1][:1].isupper()


def _is_person(piece: str) -> bool:
    piece = re.sub(r"^(?:and|&)\s+", "", piece)
    return (
        piece.strip(" .") == "et al"
        or is_name(piece)
        or re.fullmatch(r"(?:[A-Z]\.\s?)+[A-Z][\w'’-]+\.?", piece) is not None
    )


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
