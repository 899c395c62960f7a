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
    **{
        name.lower().replace("-", "").replace(" ", ""): name
        for name in (
            "AAMAS",
            "ACCV",
            "AISTATS",
            "ASPDAC",
            "ATC",
            "BMVC",
            "CACM",
            "CCS",
            "CHI",
            "CICC",
            "CIKM",
            "COLM",
            "COLT",
            "CoLLAs",
            "CoNLL",
            "CoRL",
            "DAC",
            "DATE",
            "ECAI",
            "ECIR",
            "ECML",
            "EuroSys",
            "FAccT",
            "FAST",
            "FPGA",
            "HPCA",
            "ICASSP",
            "ICCAD",
            "ICDE",
            "ICDM",
            "ICLR",
            "ICMR",
            "ICPR",
            "ICRA",
            "ICS",
            "ICSE",
            "IJCNN",
            "IJCV",
            "INLG",
            "IROS",
            "ISSCC",
            "JAIR",
            "LREC",
            "LREC-COLING",
            "MICCAI",
            "MICRO",
            "MIDL",
            "MobiCom",
            "MobiSys",
            "Nature",
            "PACT",
            "PAKDD",
            "PLDI",
            "PMLR",
            "PNAS",
            "POPL",
            "PPoPP",
            "PVLDB",
            "RecSys",
            "RSS",
            "S&P",
            "SC",
            "SDM",
            "SemEval",
            "SIGCOMM",
            "SIGGRAPH",
            "SIGIR",
            "SIGMOD",
            "SoCC",
            "STOC",
            "TACO",
            "TIP",
            "TKDE",
            "TMI",
            "TNNLS",
            "TOIS",
            "TPAMI",
            "UIST",
            "USENIX",
            "USENIX ATC",
            "USENIX Security",
            "VLDB",
            "VLSI",
            "WACV",
            "WSDM",
        )
    },
    "acmmm": "ACM MM",
    "thewebconf": "WWW",
    "preprint": "Preprint",
}

_SHORT_YEAR = re.compile(r"(?<=[A-Za-z)\]])\s?['’‘´`](?P<year>\d\d)(?!\d)")
_GLUED_YEAR = re.compile(r"(?<![\w-])(?P<name>[A-Za-z]{2,12}?)-?(?P<year>\d\d)(?![\w.-])")
_PRAISE = re.compile(
    r"(?:\b(?:best|outstanding|honou?rable|distinguished)[\s-]+(?:\w+[\s-]+){0,2}?"
    r"(?:awards?|papers?|mentions?|demos?)\b(?:\s+awards?)?"
    r"|\boutstanding\b|\b(?:oral|spotlight|highlight|poster|award|runner-up|in submission|under review|to appear"
    r"|accepted(?: (?:to|by|at))?)\b)",
    re.I,
)
_SPOKEN = re.compile(
    r"\b(?:proceedings|proc|workshops?|conference|conf|journal|transactions|trans|letters|symposium|press|preprint"
    r"|findings|magazine|lecture notes|book|thesis|technical report|tech report|in press|arxiv|biorxiv|ssrn"
    r"|openreview|acm|ieee|springer|elsevier|usenix)\b",
    re.I,
)
_PROCEEDINGS = re.compile(r"^(?:in\s+)?proc(?:eedings|\.)?\s+of\s+(?:the\s+)?(?=\S)", re.I)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"(?:(?:19|20)\d\d\s*[-./年]\s*\d{{1,2}}(?:\s*[-./月]\s*\d{{1,2}})?[月日]?|(?:19|20)\d\d年?"
    rf"|(?:\d{{1,2}}[\s.]+)?{_MONTH}[\s,]*(?:\d{{1,2}}(?:st|nd|rd|th)?[\s,]+)?(?:19|20)\d\d"
    rf"|\d{{1,2}}[/.]\d{{1,2}}[/.](?:19|20)\d\d|\d{{1,2}}[/.](?:19|20)\d\d)",
    re.I,
)
_WORDS = frozenset("date fast nature micro pact chi tip core sc ics rss sdm preprint".split())  # venues that are words
LONGEST_VENUE = 160  # characters
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
    text = _spell_years(" ".join(text.split())).strip(" ,，.;()[]")
    years = _YEAR.findall(text)
    text = _PROCEEDINGS.sub("", text)
    bare = _without_praise(_DATE.sub(" ", text) if _DATE.search(text) else text)
    parts = [_balanced(part.strip(" ,.:[]-–")) for part in _SEPARATORS.split(_YEAR.sub(" ", bare))]
    named = [(canonical_venue(part), " ".join(part.split())) for part in parts if any(map(str.isalpha, part))]
    named.sort(key=lambda pair: pair[0] == PREPRINT)
    year = int(years[0]) if years else None
    if not named:
        return VenueReading(None, year)
    venue, written = named[0]
    return VenueReading(venue, year, written if written != venue else None, tuple(other for other, _ in named[1:]))


def _balanced(part: str) -> str:
    """A part without brackets that nothing closes or that hold all of it or nothing."""
    part = re.sub(r"\(\s*\)", " ", part).strip(" ,.:[]-–")
    if part.count("(") != part.count(")") or (part.startswith("(") and part.endswith(")")):
        part = re.sub(r"[()]", " ", part)
    return part.strip(" ,.:[]-–")


def canonical_venue(written: str) -> str:
    """A venue in its own spelling; a track after it (``NeurIPS Workshop``, ``ACL-Short``) stays."""
    written = " ".join(written.split())
    if spelled := _SPELLINGS.get(_key(written)):
        return spelled
    head, separator, track = _split_track(written)
    spelled = _SPELLINGS.get(_key(head), head)
    return f"{spelled}{separator}{track}" if separator else written


def is_known_venue(written: str) -> bool:
    """Whether the text names a venue of the table, with or without a track; ``Fast`` is a word, ``FAST`` a venue."""
    head, separator, track = _split_track(written.strip())
    if _key(written) in _SPELLINGS:
        return not (_key(written) in _WORDS and written.strip() not in _SPELLINGS.values())
    if not separator or _key(head) not in _SPELLINGS or len(track.split()) > 6:
        return False
    return sum(map(str.isupper, head)) >= 2 or (head in _SPELLINGS.values() and _key(head) not in _WORDS)


def looks_like_venue(text: str) -> bool:
    """Whether a phrase reads as a venue, a date or both: a known name, a word such as *Proceedings*, or a year."""
    if len(text) > 4 * LONGEST_VENUE:
        return False
    text = _spell_years(" ".join(text.split())).strip(" ,，.;:()[]【】")
    if not text or len(text) > LONGEST_VENUE:
        return False
    if is_date(text):
        return True
    bare = _without_praise(_YEAR.sub(" ", text)).strip(" ,，.;:()[]-–")
    if not bare or is_known_venue(bare):
        return True
    words = re.findall(r"[^\W\d_]+", bare)
    names = any(is_known_venue(word) for word in words if word.isupper() or word[1:] != word[1:].lower())
    if _YEAR.search(text):
        return len(words) <= 14
    return len(words) <= 10 and (names or bool(_SPOKEN.search(bare)))


def names_known_venue(text: str) -> bool:
    """Whether the text begins with a venue of the table, whatever year or praise is beside it."""
    if len(text) > 4 * LONGEST_VENUE:
        return False
    bare = _without_praise(_YEAR.sub(" ", _spell_years(text))).strip(" ,，.;:()[]【】-–")
    return is_known_venue(bare)


def is_date(text: str) -> bool:
    """Whether the text is a date or a year and nothing else: ``2023.05``, ``2023/10``, ``May 2023``."""
    return _DATE.fullmatch(text.strip(" ,.;()[]【】")) is not None


def is_praise(text: str) -> bool:
    """Whether the text says how a paper was received and nothing else: ``Oral``, ``Best Paper``."""
    return bool(_PRAISE.search(text)) and not any(map(str.isalnum, _PRAISE.sub(" ", text)))


def _spell_years(text: str) -> str:
    """``ICLR'24`` and ``EMNLP22`` as ``ICLR 2024`` and ``EMNLP 2022``."""
    text = _SHORT_YEAR.sub(lambda match: f" {_century(match['year'])}", text)
    return _GLUED_YEAR.sub(
        lambda match: f"{match['name']} {_century(match['year'])}" if _key(match["name"]) in _SPELLINGS else match[0],
        text,
    )


def _century(digits: str) -> str:
    return f"{'19' if digits >= '70' else '20'}{digits}"


def _without_praise(text: str) -> str:
    """The text without awards and kinds of presentation, the brackets and pictures around them."""
    if not _PRAISE.search(text):
        return text
    bare = re.sub(r"[()\[\]]", " ", _PRAISE.sub(" ", text))
    return " ".join(word for word in bare.split() if any(map(str.isalnum, word)) or word in {"&", "@"})


def find_years(text: str) -> tuple[int, ...]:
    """Every year from 1950 to 2099 that stands alone in the text."""
    return tuple(int(year) for year in _YEAR.findall(text))


def _split_track(written: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"(?P<head>[^\s-]+)(?P<separator>[\s-])(?P<track>.+)", written)
    return (match["head"], match["separator"], match["track"]) if match else (written, "", "")


def _key(written: str) -> str:
    return "".join(char for char in written.lower() if char.isalnum())
