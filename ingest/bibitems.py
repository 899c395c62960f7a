"""Bibliography items as they are printed -> title, authors, year, venue and ids. Pure.

Styles put an item's parts in blocks (authors, title, where it appeared), in quotes, or only in sentences. Where none of
this tells a title, it is None: a wrong title would make a paper that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from litatlas.graph.identity import PaperId, paper_id_from_url

from .source_text import clean_text
from .survey_text import Reference
from .venues import PREPRINT, canonical_venue, find_years, is_known_venue

_LONGEST_TITLE = 400  # characters
_LONGEST_ITEM = 3_000

_ARXIV = re.compile(
    r"(?:arxiv(?:\.org)?\s?[:/]\s?(?:abs/|pdf/)?|\babs/)"
    r"(\d{4}\.\d{4,5}(?:v\d{1,2})?|[a-z-]{2,20}(?:\.[A-Z]{2})?/\d{7}(?:v\d{1,2})?)",
    re.I,
)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s,;\"<>{}]{1,200}")
_URL = re.compile(r"https?://[^\s<>\"{}]{1,500}", re.I)
_QUOTED = re.compile(r"(?:^|[,.:;)]\s?)(?:“([^“”]{8,600}?)[,.]?”|\"([^\"]{8,600})[,.]\")")
_YEAR_MARK = re.compile(r"\(?\b(?:19|20)\d\d[a-z]?\b\)?")
_AFTER_YEAR = re.compile(r"\((?:19[5-9]|20\d)\d[a-z]?\)[.,:]?\s|(?<=\.\s)(?:19[5-9]|20\d)\d[a-z]?\.\s")
_SENTENCE = re.compile(
    r"(?<!\b[^\W\d_])(?<!\bal)(?<!\bvs)(?<!\bvol)(?<!\bno)(?<!\bpp)\.[”\"]?\s+(?=[^\sa-z]|arXiv|(?<=\.\s)in\s)"
    r"|(?<=\bal)\.\s+|(?<=[?!])\s+(?=In:?\s|Proceedings|Proc\.|Advances|Journal|Transactions|arXiv|CoRR|(?:19|20)\d\d)"
)
_REVERSED_AUTHORS = re.compile(r"(?:[^\d.:,]{2,40},\s(?:[A-Z][\w-]?\.[\s-]?){1,4}(?:,\s|$|,?\set\sal\.$)){1,200}")
_PAGES = re.compile(r"\b(?:pages?|pp?)\b\.?\s?[\w:.]{1,12}\s?[-–]{0,2}\s?[\w:.]{0,12}", re.I)
_PLACE = re.compile(r"^(?:in\b:?|proc\b\.?)\s*", re.I)
_NAME = re.compile(r"[^\W\d_][\w.'’‐-]*(?:[ ~][\w.'’‐-]+){1,5}")
_PARTICLES = frozenset("van von de der den del della la le da di du dos das el al bin ibn ten ter zu y e".split())
_INITIALS = re.compile(r"(?:[^\W\d_][a-z]?\.[ -]?|[A-Z](?:[ -]|$)){1,5}")


@dataclass(frozen=True, slots=True)
class Printed:
    """An item of a bibliography as its form gives it.

    Attributes:
        blocks: its text; several where the form tells its parts apart.
        label: what the text cites it by, e.g. ``Zhou et al. (2022)``.
        links: addresses behind its text.
        title: where the form marks it.
    """

    key: str
    blocks: tuple[str, ...]
    line: int
    label: str = ""
    links: tuple[str, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] = ()


def read_printed(item: Printed) -> Reference:
    """Read a printed item."""
    blocks = [block[:_LONGEST_ITEM] for block in map(clean_text, item.blocks) if block]
    text = " ".join(blocks)[:_LONGEST_ITEM]
    ids = (*(paper_id for url in item.links if (paper_id := paper_id_from_url(url))), *find_ids(text))
    title = tidy_title(item.title) if item.title else find_title(blocks)
    rest = text.replace(title, " ", 1) if title else text
    year = _find_year(rest) or _find_year(item.label)
    authors = item.authors or read_authors(_before(text, title))
    return Reference(
        item.key, text, title, authors, year, find_venue(rest, blocks), tuple(dict.fromkeys(ids)), item.line
    )


def find_ids(text: str) -> Iterator[PaperId]:
    """Ids that stand in a text: arXiv ids that say so, DOIs, and addresses of papers."""
    for match in _ARXIV.finditer(text):
        if paper_id := PaperId.parse(f"arxiv:{match[1]}"):
            yield paper_id
    for match in _DOI.finditer(text):
        if paper_id := PaperId.parse(f"doi:{match[0].rstrip('.)]')}"):
            yield paper_id
    for match in _URL.finditer(text):
        if paper_id := paper_id_from_url(match[0].rstrip(".,;)]")):
            yield paper_id


def find_title(blocks: Sequence[str]) -> str | None:
    """The title among an item's blocks; None where it cannot be told."""
    if not blocks:
        return None
    text = " ".join(blocks)
    if quoted := _QUOTED.search(blocks[0]):
        return tidy_title(quoted[1] or quoted[2])
    if len(blocks) > 1:
        return tidy_title(blocks[1]) if not _is_only_year(blocks[1]) or len(blocks) == 2 else tidy_title(blocks[2])
    return _title_in_sentences(text)


def _title_in_sentences(text: str) -> str | None:
    """The title after authors and year, after authors and a colon, or after the sentence that names the authors."""
    after = _AFTER_YEAR.search(text)
    if after and _names_authors(text[: after.start()]):
        return tidy_title(_sentences(text[after.end() :])[0])
    before, colon, rest = text.partition(": ")
    if colon and _REVERSED_AUTHORS.fullmatch(before):
        return tidy_title(_sentences(rest)[0])
    sentences = _sentences(text)
    if len(sentences) > 2 and _names_authors(sentences[0]):
        return tidy_title(sentences[1])
    return tidy_title(sentences[1]) if len(sentences) == 2 and read_authors(sentences[0]) else None


def _names_authors(text: str) -> bool:
    """Whether a text names authors: people, or one group in a few words."""
    return bool(read_authors(text)) or ("," not in text and 0 < len(text.split()) <= 3)


def tidy_title(text: str) -> str | None:
    """A title without the marks around it; None where the text can be none."""
    title = clean_text(text).strip(' .,;“”"')
    letters = sum(map(str.isalpha, title))
    if letters < 3 or len(title) > _LONGEST_TITLE or title.lower().startswith(("http", "arxiv preprint", "doi:")):
        return None
    return title


def read_authors(text: str) -> tuple[str, ...]:
    """Names in a list of authors; none at all where any part of it is no name."""
    text = _YEAR_MARK.sub("", text[:2_000]).strip(' ,:;()[]“"')
    text = re.sub(r",?\s(?:et al|and others)\.?$", "", text)
    parts = [part.strip(" ,") for part in re.split(r",?\s(?:and|&)\s|[,;]\s", text) if part.strip(" .,")]
    parts = _join_initials([part if _INITIALS.fullmatch(part) else part.strip(" .") for part in parts])
    return tuple(parts) if parts and all(map(_is_name, parts)) else ()


def _is_name(text: str) -> bool:
    """Two to six words, all with a capital but particles."""
    words = text.split()
    capitals = all(word[0].isupper() or word in _PARTICLES for word in words)
    return len(text) <= 60 and capitals and bool(_NAME.fullmatch(text))


def _join_initials(parts: Sequence[str]) -> list[str]:
    """``Lee``, ``J. K.`` -> ``J. K. Lee``: names that a style turns round."""
    joined: list[str] = []
    for part in parts:
        if joined and _INITIALS.fullmatch(part) and not _INITIALS.fullmatch(joined[-1]):
            joined[-1] = f"{part} {joined[-1]}"
        else:
            joined.append(part)
    return joined


def find_venue(rest: str, blocks: Sequence[str]) -> str | None:
    """Where the work appeared, in its own spelling where that is known; `rest` is the item without its title."""
    for block in blocks[2:]:
        if place := _PLACE.match(block):
            venue = _YEAR_MARK.sub("", block[place.end() :].split(",", 1)[0]).strip(" .,;()")
            return canonical_venue(venue) if 2 <= len(venue) <= 150 else None
    for part in re.split(r"[,.;()]\s*", rest):
        named = _YEAR_MARK.sub("", _PLACE.sub("", part)).strip()
        if is_known_venue(named) and not canonical_venue(named).startswith(PREPRINT):
            return canonical_venue(named)
    return PREPRINT if re.search(r"\barxiv\b|\bcorr\b", rest, re.I) else None


def _find_year(text: str) -> int | None:
    """The year in brackets, else the last that stands in the text and is no part of an id, address or page range."""
    for pattern in (_URL, _ARXIV, _DOI, _PAGES):
        text = pattern.sub(" ", text)
    marked = re.search(r"\(((?:19[5-9]|20\d)\d)[a-z]?\)", text)
    years = find_years(re.sub(r"(?<=\d\d\d\d)[a-z]\b", "", text))
    return int(marked[1]) if marked else years[-1] if years else None


def _is_only_year(block: str) -> bool:
    return not _YEAR_MARK.sub("", block).strip(" .,()")


def _sentences(text: str) -> list[str]:
    """Sentences of an item; the full stop of an initial ends none."""
    sentences, start = [], 0
    for match in _SENTENCE.finditer(text):
        sentences.append(text[start : match.start()].strip())
        start = match.end()
    return [*sentences, text[start:].strip()]


def _before(text: str, title: str | None) -> str:
    return text.partition(title)[0] if title and title in text else ""
