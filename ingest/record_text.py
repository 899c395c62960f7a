"""Titles, names, venues, dates and addresses as bibliographic records write them, in one form. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

from litatlas.graph.identity import IdScheme, PaperId

from .source_text import clean_text
from .venues import PREPRINT, canonical_venue, find_years

_INLINE_TAG = re.compile(r"</?(?:ins|u|i|b|em|strong|sub|sup|span|scp|tt)\b[^<>]*>", re.I)
_AUTHOR_SEPARATORS = re.compile(r"\s*;\s*|\s*,\s+and\s+|\s+and\s+|\s*,\s+")
_SUFFIX = re.compile(r"[JS]r\.?|[IVX]+", re.I)
_ISO_DATE = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?!\d)")
_ARXIV_MENTION = re.compile(
    r"\b(?:arxiv\s{0,3}:\s{0,3}|abs/)(\d{4}\.\d{4,5}|[a-z][a-z-]{1,20}(?:\.[A-Z]{2})?/\d{7})", re.I
)
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,2000}+(?![^\s<>\"{}|\\^`])", re.I)  # longer is no address


def tidy_title(text: str | None) -> str:
    """A title without the inline HTML that publishers' records carry."""
    return clean_text(_INLINE_TAG.sub("", text or ""))


def tidy_names(names: Iterable[str | None]) -> tuple[str, ...]:
    """Names in one spelling of blanks, empty ones left out; a semicolon, which parts names, becomes a blank."""
    return tuple(name for name in (clean_text((name or "").replace(";", " ")) for name in names) if name)


def split_names(text: str) -> tuple[str, ...]:
    """The names in one text, ``A. One, B. Two and C. Three`` or with semicolons between them."""
    return tidy_names(_AUTHOR_SEPARATORS.split(clean_text(text)))


def given_first(name: str) -> str:
    """``One, A.`` as ``A. One``, ``One, A., Jr.`` and ``One, Jr., A.`` as ``A. One Jr.``; other names as they are."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2:
        return f"{parts[1]} {parts[0]}".strip()
    if len(parts) != 3:
        return name
    given, suffix = parts[1:] if not _SUFFIX.fullmatch(parts[1]) else parts[:0:-1]
    return f"{given} {parts[0]} {suffix}".strip()


def venue_named(*names: str | None) -> str | None:
    """The first venue that is named, in its own spelling; every name of arXiv is ``arXiv``."""
    written = next((text for text in (clean_text(name or "") for name in names) if any(map(str.isalpha, text))), None)
    if written is None:
        return None
    return PREPRINT if re.match(r"arxiv\b|corr\b", written, re.I) else canonical_venue(written)


def year_of(text: str | None) -> int | None:
    """The first year from 1950 to 2099 in a text."""
    return next(iter(find_years(text or "")), None)


def iso_date(text: str | None) -> str | None:
    """``2023-05-22`` of an ISO date, a date with a time, or an e-mail's date (``Mon, 22 May 2023 …``); else None."""
    if match := _ISO_DATE.match((text or "").strip()):
        return "-".join(part.zfill(2) for part in match.groups() if part)
    try:
        return parsedate_to_datetime(text or "").date().isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def arxiv_ids_in(text: str | None) -> tuple[PaperId, ...]:
    """The arXiv ids that a text mentions as ``arXiv:2305.13245`` or, as DBLP does, ``abs/2305.13245``."""
    found = (PaperId.parse(f"arxiv:{match}") for match in _ARXIV_MENTION.findall((text or "")[:5_000]))
    return tuple(dict.fromkeys(paper_id for paper_id in found if paper_id))


def addresses_in(text: str | None) -> tuple[str, ...]:
    """The web addresses in a text, each once."""
    return tuple(dict.fromkeys(address.rstrip(".,;)") for address in _ADDRESS.findall(text or "")))


def ordered_ids(ids: Iterable[PaperId | None]) -> tuple[PaperId, ...]:
    """Ids in the order in which they decide: arXiv, then DOI, then others; of one scheme as given, each once."""
    order = list(IdScheme)
    found = dict.fromkeys(paper_id for paper_id in ids if paper_id)
    return tuple(sorted(found, key=lambda paper_id: order.index(paper_id.scheme)))


def id_in(scheme: IdScheme, value: str | int | None) -> PaperId | None:
    """An id of a known scheme as records write it, ``10.1/x``, ``doi:10.1/x`` or as an address; None where it is none.

    A DOI of arXiv's is the arXiv id.
    """
    text = clean_text(str(value)) if value not in (None, "") else ""
    if not text:
        return None
    found = PaperId.parse(text) if re.match(r"https?:", text, re.I) else PaperId.parse(_prefixed(scheme, text))
    expected = {scheme, IdScheme.ARXIV} if scheme is IdScheme.DOI else {scheme}
    return found if found and found.scheme in expected else None


def not_ids(scheme: IdScheme, *values: str | None) -> tuple[str, ...]:
    """Those of the values that are given and are no ids of the scheme."""
    given = (clean_text(value or "") for value in values)
    return tuple(value for value in given if value and id_in(scheme, value) is None)


def _prefixed(scheme: IdScheme, text: str) -> str:
    return text if text.lower().startswith(f"{scheme.value}:") else f"{scheme.value}:{text}"
