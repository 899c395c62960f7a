"""Badges: little pictures whose address says something, as shields.io draws them. Pure; no picture is ever fetched.

The address of a static badge is ``…/badge/LABEL-MESSAGE-COLOUR``, with ``--`` for a hyphen and ``_`` for a blank
(https://shields.io/badges/static-badge).
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from .venues import looks_like_venue

_LONGEST = 1_000  # characters
_NO_TAG = re.compile(r"\d{4}|\b(paper|pdf|code|arxiv|github|project|page|demo|stars?|license)\b", re.I)
_GENERAL = frozenset("conference publish published venue paper journal accepted status pub year date conf".split())


def read_badge(url: str) -> tuple[str, ...]:
    """The texts of a static badge, colour left out; empty for any other picture."""
    if len(url) > _LONGEST:
        return ()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    path = unquote(parts.path)
    if "shields.io" not in (parts.hostname or "") or not path.startswith("/badge/"):
        return ()
    pieces = re.split(r"(?<!-)-(?!-)", path.removeprefix("/badge/").removesuffix(".svg"))
    texts = [re.sub(r"(?<!_)_(?!_)", " ", piece).replace("--", "-").replace("__", "_").strip() for piece in pieces]
    return tuple(text for text in (texts[:-1] or texts) if text)


def badge_venue(url: str) -> str | None:
    """The venue and year that a badge names, if it names one."""
    texts = read_badge(url)
    said = " ".join(text for text in texts if text.lower() not in _GENERAL)
    is_id = re.search(r"\d{4}\.\d{4,5}", said)
    return said if said and not is_id and len(said) <= 60 and looks_like_venue(said) else None


def badge_tag(url: str) -> str | None:
    """A badge that is neither a venue nor a count of anything: a word that sorts the paper."""
    texts = read_badge(url)
    said = texts[-1] if texts else ""
    sorts = said and not _NO_TAG.search(" ".join(texts))
    return said if sorts and not badge_venue(url) and any(map(str.isalpha, said)) else None
