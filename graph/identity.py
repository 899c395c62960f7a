"""Which paper is meant: ids in one spelling, titles as keys, and the rule for "the same work". Pure functions.

The id rules follow the sources' own documentation: an arXiv id is stored without version, the arXiv DOI
``10.48550/arXiv.X`` is the arXiv id X, DOIs are case-insensitive, and OpenReview, ACL Anthology, Semantic Scholar
and OpenAlex ids are taken from their landing-page addresses.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from rapidfuzz import fuzz


class IdScheme(StrEnum):
    """The id schemes a paper can have aliases in."""

    ARXIV = "arxiv"
    DOI = "doi"
    ACL = "acl"
    OPENREVIEW = "openreview"
    S2 = "s2"
    OPENALEX = "openalex"
    CORPUS = "corpusid"
    DBLP = "dblp"


ID_LABELS = {
    IdScheme.ARXIV: "arXiv",
    IdScheme.DOI: "DOI",
    IdScheme.ACL: "ACL Anthology",
    IdScheme.OPENREVIEW: "OpenReview",
    IdScheme.S2: "Semantic Scholar",
    IdScheme.OPENALEX: "OpenAlex",
    IdScheme.CORPUS: "S2 Corpus",
    IdScheme.DBLP: "DBLP",
}
"""What a link is called that stands for an id."""

_LANDING_PAGE = {
    IdScheme.ARXIV: "https://arxiv.org/abs/{}",
    IdScheme.DOI: "https://doi.org/{}",
    IdScheme.ACL: "https://aclanthology.org/{}/",
    IdScheme.OPENREVIEW: "https://openreview.net/forum?id={}",
    IdScheme.S2: "https://www.semanticscholar.org/paper/{}",
    IdScheme.OPENALEX: "https://openalex.org/{}",
    IdScheme.CORPUS: "https://api.semanticscholar.org/CorpusID:{}",
    IdScheme.DBLP: "https://dblp.org/rec/{}",
}

# Four digits after the point up to 1412, five from 1501 on: https://info.arxiv.org/help/arxiv_identifier.html
_ARXIV_NEW = re.compile(
    r"(?P<id>(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.\d{4}|(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5})(?:v\d*)?"
)
_ARXIV_OLD = re.compile(r"(?P<archive>[a-z][a-z-]+)(?:\.[A-Z]{2})?/(?P<number>\d{7})(?:v\d+)?")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(?P<id>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class PaperId:
    """An id in a scheme, normalised: ``arxiv:2305.13245`` whatever way it was written."""

    scheme: IdScheme
    value: str

    def __str__(self) -> str:
        return f"{self.scheme.value}:{self.value}"

    @property
    def url(self) -> str:
        """The landing page of this id."""
        return _LANDING_PAGE[self.scheme].format(self.value)

    @classmethod
    def parse(cls, text: str) -> PaperId | None:
        """Read an id as people write it: ``arXiv:2305.13245v2``, ``doi:10.1/x``, a bare id, or an address."""
        text = text.strip()
        if re.match(r"https?://", text, re.IGNORECASE):
            return paper_id_from_url(text)
        prefix, colon, rest = text.partition(":")
        scheme = prefix.strip().lower()
        if colon and scheme in set(IdScheme):
            return _normalise(IdScheme(scheme), rest.strip())
        return _normalise(IdScheme.ARXIV, text) or _normalise(IdScheme.DOI, text)


def reads_as_id(text: str) -> bool:
    """Whether a text is meant as an id or an address, well formed or not: ``arxiv:2306.0097``, ``10.1/x``."""
    scheme, colon, rest = text.strip().partition(":")
    if colon and rest[:1].strip() and scheme.lower() in {*IdScheme, "http", "https"}:
        return True
    return re.fullmatch(r"\d{4}\.\d{3,6}(v\d+)?|10\.\d+/\S+", text.strip()) is not None


def _normalise(scheme: IdScheme, value: str) -> PaperId | None:
    if scheme is IdScheme.ARXIV:
        return _arxiv_id(value)
    if scheme is IdScheme.DOI:
        return _doi(value)
    value = value.strip("/ ")
    shape = r"\w+(/[\w.-]+)+" if scheme is IdScheme.DBLP else r"\d+" if scheme is IdScheme.CORPUS else r"[\w.-]+"
    return PaperId(scheme, value) if re.fullmatch(shape, value) else None


def _arxiv_id(value: str) -> PaperId | None:
    value = re.sub(r"\.pdf$", "", value.strip("/ "), flags=re.IGNORECASE)
    value = re.sub(r"V(\d+)$", r"v\1", value)
    if match := _ARXIV_NEW.fullmatch(value):
        return PaperId(IdScheme.ARXIV, match["id"])
    if match := _ARXIV_OLD.fullmatch(value):
        return PaperId(IdScheme.ARXIV, f"{match['archive']}/{match['number']}")
    return None


def _doi(value: str) -> PaperId | None:
    if match := _ARXIV_DOI.fullmatch(value):
        return _arxiv_id(match["id"])
    if match := _DOI.fullmatch(value):
        return PaperId(IdScheme.DOI, match[0].rstrip(".,;").lower())
    return None


def paper_id_from_url(url: str) -> PaperId | None:
    """The id that an address names, or None where it names no known scheme's paper.

    Accepts abstract, PDF, HTML and DOI-resolver addresses; never follows them.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError:  # an address with a broken host is a link without an id
        return None
    path = unquote(parts.path)
    if host == "arxiv.org" or host.endswith(".arxiv.org"):
        return _arxiv_id(re.sub(r"^/(abs|pdf|html|src|e-print|format)/", "", path))
    if host == "huggingface.co" and path.startswith("/papers/"):  # its paper pages are named by arXiv id
        return _arxiv_id(path.removeprefix("/papers/"))
    if host in {"doi.org", "dx.doi.org"}:
        return _doi(path.lstrip("/"))
    if host == "openreview.net":
        forum = parse_qs(parts.query).get("id", [])
        return _normalise(IdScheme.OPENREVIEW, forum[0]) if forum else None
    if host == "aclanthology.org":
        return _normalise(IdScheme.ACL, re.sub(r"(\.pdf|/)$", "", path.lstrip("/")))
    if host == "semanticscholar.org" and (sha := re.search(r"\b[0-9a-f]{40}\b", path)):
        return PaperId(IdScheme.S2, sha[0])
    if host == "openalex.org" and (work := re.fullmatch(r"/(?:works/)?(W\d+)", path, re.IGNORECASE)):
        return PaperId(IdScheme.OPENALEX, work[1].upper())
    if host == "dl.acm.org" and (doi := _DOI.search(path)):
        return _doi(doi[0])
    return None


def is_web_address(text: str) -> bool:
    """Whether a link may lead there: http or https, and a host (https://www.rfc-editor.org/rfc/rfc3986#section-3)."""
    return re.match(r"https?://[^\s/?#]", text, re.IGNORECASE) is not None


def title_key(title: str) -> str:
    """Letters and digits only, without accents or case: equal keys are the same words written differently."""
    decomposed = unicodedata.normalize("NFKD", title).casefold()
    return "".join(char for char in decomposed if char.isalnum())


def slug(text: str, limit: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens, cut at a word; ``x`` where nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", ascii_text)
    result = ""
    for word in words:
        if result and len(result) + 1 + len(word) > limit:
            break
        result = f"{result}-{word}" if result else word[:limit]
    return result or "x"


def paper_key(title: str, salt: str = "") -> str:
    """A readable, stable key for a paper: the first words of its title and six hex digits of its title key."""
    digest = hashlib.sha256(f"{title_key(title)}{salt}".encode()).hexdigest()[:6]
    return f"{slug(title, limit=40)}-{digest}"


class Likeness(StrEnum):
    """How two titled records compare."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    DIFFERENT = "different"


def compare_titles(
    first: str,
    second: str,
    *,
    years: tuple[int | None, int | None] = (None, None),
    first_authors: tuple[str | None, str | None] = (None, None),
) -> Likeness:
    """Whether two titles name one work, by title alone: ids decide before this is asked.

    Equal title keys within two years are the same work. Nearly equal keys (ratio of at least 95) need the same
    words before the colon and the same first author's surname as well, since one letter separates QLoRA from LoRA.
    Between 80 and 95, or 95 without that support, it is doubtful and left to a person.
    """
    key_a, key_b = title_key(first), title_key(second)
    if not key_a or not key_b:
        return Likeness.DIFFERENT
    close_years = None in years or abs((years[0] or 0) - (years[1] or 0)) <= 2
    if key_a == key_b:
        return Likeness.SAME if close_years else Likeness.DOUBTFUL
    ratio = fuzz.ratio(key_a, key_b)
    if ratio < 80:
        return Likeness.DIFFERENT
    same_lead = title_key(first.split(":", 1)[0]) == title_key(second.split(":", 1)[0])
    same_author = None not in first_authors and surname(first_authors[0]) == surname(first_authors[1])
    if ratio >= 95 and same_lead and same_author and close_years:
        return Likeness.SAME
    return Likeness.DOUBTFUL


def surname(author: str | None) -> str:
    """The key of an author's surname, given as ``First Last`` or ``Last, First``."""
    author = author or ""
    return title_key(author.split(",", 1)[0] if "," in author else (author.split() or [""])[-1])
