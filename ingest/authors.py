"""Lists of names as lists of papers write them. Pure; knows shapes of names, no names."""

from __future__ import annotations

import re

from .source_text import clean_text

_AND = re.compile(r"\s*(?:,\s*)?(?:\band\b|&|与|和)\s*")
_SEPARATOR = re.compile(r"\s*[,;，；、·•]\s*")
_ET_AL = re.compile(r"[\s,]*(?:\b(?:et\.?\s*al\b|and others\b|etc\b)\.?|等人?$)", re.I)
_MARKS = re.compile(r"[*†‡§¶#♠♣♥♦✉]+|\^?\{?\d+(?:,\d+)*\}?(?=\s|,|;|$)|\\?\^\S{1,3}")
_NAME = re.compile(r"[^\W\d_][\w.'’ʼ`´\-‐‑­]*")
_INITIALS = re.compile(r"(?:[A-Z]\.[\s-]?)+|[A-Z]")
_SURNAME_OR_INITIALS = re.compile(r"(?:[A-Z]\.[\s-]?)+|[A-Z]|(?:\w+ )?[A-Z][\w'’-]+")
_GIVEN = re.compile(r"[A-Z][^\W\d_A-Z][\w'’-]*(?:\s[A-Z]\.?)*")
_INITIALED = re.compile(r"(?:[A-Z]\.[\s-]?)+[A-Z][\w'’-]+")
_INITIAL = re.compile(r"[A-Z]\.")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_NO_NAME = frozenset(
    "a about all an are as at based by can do does for from how in into is it its learning model models network "
    "networks of on or over paper the to toward towards using via we what when where which why with without you your "
    "large language neural deep efficient training inference data code github link blog video slides".split()
)
_LABEL = re.compile(r"^(?:by|authors?|written by|作者)\s*[:：]?\s+|^(?:authors?|作者)\s*[:：]\s*", re.I)
_LONGEST = 3_000  # characters; a hundred names fit


def is_author_list(text: str, *, lenient: bool = False) -> bool:
    """Whether a phrase is a list of names.

    Args:
        lenient: whether one name, or names in small letters, are enough: where the place of the phrase says so.
    """
    text = clean_text(text).strip(" .,;:()")
    if not text or len(text) > _LONGEST:
        return False
    labelled = _LABEL.sub("", text)
    if labelled != text:
        return bool(_pieces(labelled))
    shortened = _ET_AL.sub("", text)
    pieces = _pieces(shortened)
    if not pieces:
        return False
    if len(pieces) == 1 and _INITIALED.fullmatch(pieces[0]):
        return True
    if shortened != text:
        return all(_is_name(piece, lenient=True) for piece in pieces)
    if any(map(_INITIALS.fullmatch, pieces)) and all(map(_SURNAME_OR_INITIALS.fullmatch, pieces)):
        return True
    if not all(_is_name(piece, lenient=lenient) for piece in pieces):
        return bool(_last_name_last(text)) and all(_is_name(piece, lenient=True) for piece in pieces)
    if lenient:
        return True
    pieces = _first_turned(pieces, more=False)
    by_comma = len(pieces) >= 2 and sum(" " in piece for piece in pieces) * 2 >= len(pieces)
    return by_comma or bool(_last_name_last(text))


def is_name(text: str) -> bool:
    """Whether a phrase is the name of one person, judged by its shape: two to four words with capitals."""
    text = clean_text(text).strip(" .,;:()")
    return " " in text and _is_name(text, lenient=False)


def read_authors(text: str) -> tuple[tuple[str, ...], bool]:
    """The names of an author list in their order, and whether it says that there are more."""
    text = _LABEL.sub("", clean_text(text).strip(" .,;:()"))
    shortened = _ET_AL.sub("", text)
    more = shortened != text
    return tuple(_last_name_last(shortened) or _first_turned(_join_initials(_pieces(shortened)), more=more)), more


def _first_turned(names: list[str], *, more: bool) -> list[str]:
    """``LeCun, Yann, Yoshua Bengio`` as ``Yann LeCun``, ``Yoshua Bengio``: some styles turn the first name only."""
    turned = len(names) > 1 and " " not in names[0] and _GIVEN.fullmatch(names[1]) and not names[0].endswith(".")
    if not turned or not all(" " in name for name in names[2:]) or not (more or len(names) > 2):
        return names
    return [f"{names[1]} {names[0]}", *names[2:]]


def _last_name_last(text: str) -> list[str]:
    """BibTeX's ``Wu, Lei and Cui, Peng`` as ``Lei Wu``, ``Peng Cui``; empty where the text is written otherwise."""
    people = [_tidy(person) for person in re.split(r"\s+(?:and|&)\s+|\s*;\s*", text)]
    halves = [person.split(", ") for person in people]
    if not all(len(parts) == 2 for parts in halves) or (len(halves) == 1 and " " in halves[0][0]):
        return []
    if len(halves) == 1:
        return []
    return [f"{given}. {family}" if len(given) == 1 else f"{given} {family}" for family, given in halves]


def _join_initials(pieces: list[str]) -> list[str]:
    """``Byron``, ``A.`` as ``A. Byron``."""
    names: list[str] = []
    for piece in pieces:
        if names and _INITIALS.fullmatch(piece) and " " not in names[-1]:
            names[-1] = f"{piece} {names[-1]}"
        else:
            names.append(piece)
    return names


def _pieces(text: str) -> list[str]:
    found = (_tidy(piece) for part in _AND.split(text) for piece in _SEPARATOR.split(part))
    return [piece for piece in found if piece]


def _tidy(name: str) -> str:
    return " ".join(_MARKS.sub("", name).split()).strip(" .,;:()[]") if not name.endswith(".") else _initial(name)


def _initial(name: str) -> str:
    bare = " ".join(_MARKS.sub("", name).split())
    return bare if re.search(r"\b[A-Z]\.$", bare) else bare.strip(" .,;:()[]")


def _is_name(piece: str, *, lenient: bool) -> bool:
    if _CHINESE_NAME.fullmatch(piece):
        return True
    words = [word for word in re.split(r"\s+", re.sub(r"[()\"“”]", " ", piece)) if word]
    if not 1 <= len(words) <= 6 or not all(_NAME.fullmatch(word) for word in words):
        return False
    if any(word.lower().strip(".") in _NO_NAME and not _INITIAL.fullmatch(word) for word in words):
        return False
    return lenient or (words[-1][0].isupper() and words[0][0].isupper() and any(map(str.islower, piece)))
