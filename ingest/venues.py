"""Venue and year as lists write them: one spelling per venue, years as numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PREPRINT = "arXiv"

# What lists write -> the venue's own spelling. Keys are lower-case letters and digits only.
_SPELLINGS: Mapping[str, str] = {
    "arxiv": PREPRINT,
    "arxivpreprint": PREPRINT,
    "axriv": PREPRINT,
    "corr": PREPRINT,
    "neurips": "NeurIPS",
    "neurlps": "NeurIPS",  # a lower-case L where a capital I belongs
    "nips": "NeurIPS",
    "neuips": "NeurIPS",
    "nuerips": "NeurIPS",
    "iclr": "ICLR",
    "icml": "ICML",
    "acl": "ACL",
    "emnlp": "EMNLP",
    "naacl": "NAACL",
    "naaclhlt": "NAACL",
    "eacl": "EACL",
    "aacl": "AACL",
    "tacl": "TACL",
    "coling": "COLING",
    "aaai": "AAAI",
    "ijcai": "IJCAI",
    "uai": "UAI",
    "cvpr": "CVPR",
    "iccv": "ICCV",
    "eccv": "ECCV",
    "kdd": "KDD",
    "www": "WWW",
    "jmlr": "JMLR",
    "tmlr": "TMLR",
    "mlsys": "MLSys",
    "osdi": "OSDI",
    "sosp": "SOSP",
    "nsdi": "NSDI",
    "asplos": "ASPLOS",
    "isca": "ISCA",
    "icassp": "ICASSP",
    "interspeech": "Interspeech",
}

_YEAR = re.compile(r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)")
_SEPARATORS = re.compile(r"\s*[,，、;；/|]\s*")


@dataclass(frozen=True, slots=True)
class VenueReading:
    """What a venue text says.

    Attributes:
        venue: in one spelling; None where none is named.
        year: None where none is given.
        respelled: the venue as written, where that differs from its own spelling.
        also: further venues named beside it (``arXiv`` beside a conference).
    """

    venue: str | None = None
    year: int | None = None
    respelled: str | None = None
    also: tuple[str, ...] = ()


def read_venue(text: str) -> VenueReading:
    """Read ``NeurIPS, 2023``, ``ICLR 2023``, ``Arxiv``, ``2024`` or ``arXiv, ICML``.

    Of several venues the published one is the venue, since ``arXiv`` only says where a preprint can be had.
    """
    text = " ".join(text.split()).strip(" ,，.;()[]")
    years = _YEAR.findall(text)
    parts = [part.strip(" ,.()[]") for part in _SEPARATORS.split(_YEAR.sub(" ", text))]
    named = [(canonical_venue(part), " ".join(part.split())) for part in parts if any(map(str.isalpha, part))]
    named.sort(key=lambda pair: pair[0] == PREPRINT)
    year = int(years[0]) if years else None
    if not named:
        return VenueReading(None, year)
    venue, written = named[0]
    return VenueReading(venue, year, written if written != venue else None, tuple(other for other, _ in named[1:]))


def canonical_venue(written: str) -> str:
    """A venue in its own spelling; a track after it (``NeurIPS Workshop``, ``ACL-Short``) stays."""
    written = " ".join(written.split())
    if spelled := _SPELLINGS.get(_key(written)):
        return spelled
    head, separator, track = _split_track(written)
    spelled = _SPELLINGS.get(_key(head), head)
    return f"{spelled}{separator}{track}" if separator else written


def is_known_venue(written: str) -> bool:
    """Whether the text names a venue of the table, with or without a track."""
    return _key(written) in _SPELLINGS or _key(_split_track(written)[0]) in _SPELLINGS


def find_years(text: str) -> tuple[int, ...]:
    """Every year from 1950 to 2099 that stands alone in the text."""
    return tuple(int(year) for year in _YEAR.findall(text))


def _split_track(written: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"(?P<head>[^\s-]+)(?P<separator>[\s-])(?P<track>.+)", written)
    return (match["head"], match["separator"], match["track"]) if match else (written, "", "")


def _key(written: str) -> str:
    return "".join(char for char in written.lower() if char.isalnum())
