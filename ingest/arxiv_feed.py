"""arXiv's Atom feed -> paper records. Pure.

The feed is read strictly first, since the `arxiv` package's parser mends what is broken: a feed that was cut inside an
author list would give a paper with half its authors. Each entry is then read by that parser by itself, so that one bad
entry costs one entry. Fields: https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from litatlas.graph.errors import AnswerUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding, Severity

from .json_answers import text
from .records import PaperRecord
from .withdrawal import find_withdrawal

if TYPE_CHECKING:
    from arxiv import Result

_ATOM = "{http://www.w3.org/2005/Atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_VERSION = re.compile(r"v(\d{1,4})$")
_ERROR_ID = re.compile(r"/api/errors#(?P<what>.{1,200})$", re.DOTALL)
_BAD_ID = "incorrect_id_format_for_"


@dataclass(frozen=True, slots=True)
class Feed:
    """One answer of arXiv's query interface.

    Attributes:
        records: one per paper, sorted by arXiv id.
        errors: entries that could not be read, and papers that were sent twice; line 0, since a feed has no lines.
        complete: whether every entry could be read, and there are as many as arXiv says; only then is a paper that was
            asked for and is not in it missing.
        malformed: the id that made arXiv refuse the request, as it names it.
    """

    records: tuple[PaperRecord, ...] = ()
    errors: tuple[Finding, ...] = ()
    complete: bool = True
    malformed: str | None = None


def parse_feed(body: bytes, response: str | None = None) -> Feed:
    """Read a feed, of status 200 or 400.

    Args:
        response: key of the stored response, for the records.

    Raises:
        AnswerUnreadable: it is not well-formed to its closing tag, or is no Atom feed.
    """
    newest: dict[PaperId, tuple[int, PaperRecord]] = {}
    errors: list[Finding] = []
    malformed, complete = None, True
    root = _strict(body)
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        name = (entry.findtext(f"{_ATOM}id") or "").strip()
        if refused := _ERROR_ID.search(name):
            malformed = refused["what"].removeprefix(_BAD_ID)
            errors.append(
                _finding("arxiv-error", f"arXiv says: {refused['what'][:100]}", "The id was not asked again.")
            )
            continue
        paper_id = PaperId.parse(name)
        record = _read_entry(entry, paper_id, response)
        if record is None or paper_id is None:
            complete = False
            errors.append(_finding("unread-entry", f"An entry of arXiv cannot be read: {name[:100]!r}", "Left out."))
            continue
        version = _version(name)
        if paper_id in newest:
            errors.append(_finding("entry-twice", f"arXiv sent {paper_id} twice", "The later version is used."))
        if paper_id not in newest or version > newest[paper_id][0]:
            newest[paper_id] = version, record
    records = tuple(newest[paper_id][1] for paper_id in sorted(newest))
    stated = (root.findtext(_TOTAL) or "").strip()
    complete = complete and (not stated.isdecimal() or (len(stated) < 10 and int(stated) <= len(entries)))
    return Feed(records, tuple(errors), complete, malformed)


def check_feed(body: bytes) -> None:
    """Raise `AnswerUnreadable` where a body is no feed, or is cut off."""
    _strict(body)


def _strict(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=False, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AnswerUnreadable(f"no complete Atom feed ({error})"[:200]) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise AnswerUnreadable("a feed with a document type, which no Atom feed has")
    if root.tag != f"{_ATOM}feed":
        raise AnswerUnreadable(f"no Atom feed but {str(root.tag)[:60]!r}")
    return root


def _read_entry(entry: etree._Element, paper_id: PaperId | None, response: str | None) -> PaperRecord | None:
    """One entry as the `arxiv` package reads it; None where it has no id, title or dates."""
    from arxiv import _feed  # noqa: PLC0415 - slow to load, and needed only here

    dated = entry.findtext(f"{_ATOM}published") and entry.findtext(f"{_ATOM}updated")
    if paper_id is None or paper_id.scheme is not IdScheme.ARXIV or not dated:
        return None
    alone = b'<feed xmlns="http://www.w3.org/2005/Atom">' + etree.tostring(entry, with_tail=False) + b"</feed>"
    try:
        results = _feed.parse(alone).results
        return _record(results[0], paper_id, response) if results else None
    except (ValueError, OverflowError):  # a date that is none
        return None


def _record(result: Result, paper_id: PaperId, response: str | None) -> PaperRecord | None:
    title, summary, version = text(result.title), text(result.summary), _version(result.entry_id)
    if not title:
        return None
    doi = PaperId.parse(f"doi:{result.doi.strip()}") if result.doi else None
    withdrawal = find_withdrawal(result.comment, result.summary, version or None)
    more = [
        ("published", result.published.date().isoformat()),
        ("version", str(version) if version else None),
        ("withdrawn", text(withdrawal)),
        ("comment", text(result.comment)),
        ("journal_ref", text(result.journal_ref)),
        *(("category", text(category)) for category in _categories(result)),
    ]
    # A withdrawn paper's summary is often the notice, which is not what the paper is about.
    notice = bool(find_withdrawal(None, result.summary, version or None))
    return PaperRecord(
        line=None,
        title=title,
        ids=(paper_id, doi) if doi and doi != paper_id else (paper_id,),
        abstract=None if notice else summary,
        authors=tuple(name for author in result.authors if (name := text(author.name))),
        year=result.published.year,
        more=tuple((field, value) for field, value in more if value),
        response=response,
    )


def _categories(result: Result) -> list[str]:
    """The primary category first, each once."""
    return list(dict.fromkeys([result.primary_category, *result.categories]))


def _version(name: str) -> int:
    found = _VERSION.search(name.strip())
    return int(found[1]) if found else 0


def _finding(code: str, message: str, decision: str) -> Finding:
    return Finding(code, Severity.WARNING, 0, message, decision)
