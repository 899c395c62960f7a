"""Semantic Scholar: papers by batch, their references by batch, a survey's references with contexts, title matches.

Few large requests, since everybody without a key shares one pool and a key allows one request a second. Licence of the
data: https://www.semanticscholar.org/product/api/license; it stays on the user's machine and is attributed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from litatlas.graph.errors import AnswerUnreadable
from litatlas.graph.identity import IdScheme, Likeness, PaperId, compare_titles

from .asking import Commit, Judgement, ask_all, paper_id_of, task_keys
from .json_answers import mapping, read_json, text
from .records import EdgeRecord, PaperRecord
from .responses import ResponseStore, StoredResponse
from .semantic_scholar_answers import (
    ReferencePage,
    Slot,
    check_batch,
    check_matches,
    check_references,
    parse_edges,
    parse_matches,
    parse_papers,
    parse_references,
)
from .semantic_scholar_client import Question, finish, open_client
from .services import Purpose, SourceName
from .tasks import TaskStatus, Verdict
from .transport import Transport

T = TypeVar("T")

PAPERS_AT_ONCE = 500
EDGES_AT_ONCE = 100
REFERENCES_AT_ONCE = 1000
SOURCE = SourceName.SEMANTIC_SCHOLAR

# Flat fields only: nested lists count against a limit that is shared by the whole batch, and lose their abstracts.
PAPER_FIELDS = [
    *("paperId", "corpusId", "externalIds", "title", "abstract", "year", "publicationDate", "venue"),
    *("referenceCount", "citationCount", "influentialCitationCount", "tldr", "authors.name"),
]
EDGE_FIELDS = ["paperId", "externalIds", "referenceCount", "references.paperId", "references.externalIds"]
REFERENCE_FIELDS = ["contexts", "intents", "isInfluential", "externalIds", "title", "year", "authors.name"]
MATCH_FIELDS = ["externalIds", "corpusId", "title", "year", "venue", "authors.name"]

_PREFIXES = {
    IdScheme.ARXIV: "ARXIV:",
    IdScheme.DOI: "DOI:",
    IdScheme.ACL: "ACL:",
    IdScheme.S2: "",
    IdScheme.CORPUS: "CorpusId:",
}
_NONE_FOUND = "no valid paper ids"
_TOO_LARGE = "exceed maximum size"


@dataclass(frozen=True, slots=True)
class TitleQuery:
    """A paper looked for by its title, with what an answer must fit."""

    title: str
    year: int | None = None
    first_author: str | None = None

    @property
    def key(self) -> str:
        """Its task."""
        return "\t".join((" ".join(self.title.split()), str(self.year or ""), self.first_author or ""))

    @classmethod
    def from_key(cls, key: str) -> TitleQuery:
        """The query of a task."""
        title, year, author = [*key.split("\t"), "", ""][:3]
        return cls(title, int(year) if year.isdecimal() else None, author or None)


def name_for_service(paper_id: PaperId) -> str | None:
    """An id as Semantic Scholar writes it, e.g. ``ARXIV:2305.13245``; None for a scheme that it does not know."""
    prefix = _PREFIXES.get(paper_id.scheme)
    return None if prefix is None else prefix + paper_id.value


@dataclass(frozen=True, slots=True)
class _Batch:
    """Asking for many papers at once."""

    purpose: Purpose
    size: int
    fields: Sequence[str]
    read: Callable[[bytes, Sequence[PaperId]], tuple[Slot, ...]]
    source: SourceName = SOURCE

    def ask(self, transport: Transport, keys: tuple[str, ...]) -> StoredResponse:
        """One request for up to `size` papers."""
        check = partial(check_batch, asked=[paper_id_of(key) for key in keys])
        client, requester = open_client(transport, Question(self.purpose, keys, frozenset({200, 400}), check))
        finish(client.get_papers([name_for_service(paper_id_of(key)) for key in keys], list(self.fields)))
        return requester.responses[-1]

    def judge(self, response: StoredResponse) -> Judgement:
        """By position: done, missing where the answer has null, failed where the paper cannot be read."""
        asked = [paper_id_of(key) for key in response.asked]
        if response.status == 400:
            return _judge_refusal(response)
        return Judgement(tuple(map(_verdict, self.read(response.body, asked))))


_PAPERS = _Batch(Purpose.METADATA, PAPERS_AT_ONCE, PAPER_FIELDS, parse_papers)
_EDGES = _Batch(Purpose.EDGES, EDGES_AT_ONCE, EDGE_FIELDS, parse_edges)


def _verdict(slot: Slot) -> Verdict:
    if not slot.found:
        return Verdict(str(slot.asked), TaskStatus.MISSING, "Semantic Scholar answers null at its position")
    if slot.error:
        return Verdict(str(slot.asked), TaskStatus.FAILED, slot.error)
    return Verdict(str(slot.asked), TaskStatus.DONE, slot.note)


def _judge_refusal(response: StoredResponse) -> Judgement:
    """A refused batch: of ids none of which it knows, or one whose answer would be too large."""
    try:
        words = text(mapping(read_json(response.body)).get("error")) or ""
    except AnswerUnreadable:
        words = ""
    if _NONE_FOUND in words.lower():
        reason = "Semantic Scholar knows none of the ids it was asked with"
        return Judgement(tuple(Verdict(key, TaskStatus.MISSING, reason) for key in response.asked))
    if _TOO_LARGE in words.lower() and len(response.asked) > 1:
        return Judgement((), too_large=True)
    reason = f"Semantic Scholar answered 400: {words[:200]}"
    return Judgement(tuple(Verdict(key, TaskStatus.FAILED, reason) for key in response.asked))


def fetch_papers(
    transport: Transport, store: ResponseStore, ids: Sequence[PaperId], commit: Commit | None = None
) -> None:
    """Ask for ids, counts, abstracts and tldr of papers, `PAPERS_AT_ONCE` at a time.

    Args:
        ids: those of schemes that the service does not know are passed over.

    Raises:
        ServiceError: it gave no answer; what is left is pending.
    """
    ask_all(_PAPERS, transport, store, askable(ids), commit)


def fetch_edges(
    transport: Transport, store: ResponseStore, ids: Sequence[PaperId], commit: Commit | None = None
) -> None:
    """Ask for the reference lists of papers, `EDGES_AT_ONCE` at a time; arguments and errors as in `fetch_papers`."""
    ask_all(_EDGES, transport, store, askable(ids), commit)


def askable(ids: Sequence[PaperId]) -> tuple[str, ...]:
    """The tasks of those papers that the service can be asked for."""
    return task_keys([paper_id for paper_id in ids if name_for_service(paper_id) is not None])


@dataclass(frozen=True, slots=True)
class _References:
    """Asking for one paper's references with contexts, page by page."""

    source: SourceName = SOURCE
    purpose: Purpose = Purpose.REFERENCES
    size: int = 1

    def ask(self, transport: Transport, keys: tuple[str, ...]) -> StoredResponse:
        """All pages; the last one settles the task."""
        client, requester = open_client(
            transport, Question(self.purpose, keys, frozenset({200, 404}), check_references)
        )
        name = quote(name_for_service(paper_id_of(keys[0])) or "", safe=":/.()-_")
        finish(_follow(client.get_paper_references(name, REFERENCE_FIELDS, REFERENCES_AT_ONCE)))
        return requester.responses[-1]

    def judge(self, response: StoredResponse) -> Judgement:
        """Missing where there is no such paper; done with a note where the publisher holds the list back."""
        if response.status != 200:
            return _judge_all(response, TaskStatus.MISSING, "Semantic Scholar answers 404")
        page = parse_references(response.body, paper_id_of(response.asked[0]))
        if page.following is not None:
            return Judgement(())
        return _judge_all(response, TaskStatus.DONE, "references elided" if page.elided else None)


async def _follow(first_page: object) -> None:
    """Turn the pages of the package's result to the last one."""
    async for _ in await first_page:  # type: ignore[misc]
        pass


def _judge_all(response: StoredResponse, status: TaskStatus, reason: str | None) -> Judgement:
    return Judgement(tuple(Verdict(key, status, reason) for key in response.asked))


def fetch_references(
    transport: Transport, store: ResponseStore, surveys: Sequence[PaperId], commit: Commit | None = None
) -> None:
    """Ask for all that surveys cite, with contexts and intents: one request per survey and 1,000 references.

    Raises:
        ServiceError: it gave no answer; what is left is pending.
    """
    ask_all(_References(), transport, store, askable(surveys), commit)


@dataclass(frozen=True, slots=True)
class _Matches:
    """Asking for one paper by its title."""

    source: SourceName = SOURCE
    purpose: Purpose = Purpose.MATCH
    size: int = 1

    def ask(self, transport: Transport, keys: tuple[str, ...]) -> StoredResponse:
        """One request."""
        client, requester = open_client(transport, Question(self.purpose, keys, frozenset({200, 404}), check_matches))
        title = quote(TitleQuery.from_key(keys[0]).title, safe="")  # the package does not encode it
        finish(client.search_paper(title, fields=MATCH_FIELDS, match_title=True))
        return requester.responses[-1]

    def judge(self, response: StoredResponse) -> Judgement:
        """Done only where the answer is the paper that was looked for."""
        if response.status != 200:
            return _judge_all(response, TaskStatus.MISSING, "Semantic Scholar finds no such title")
        if _verified(response):
            return _judge_all(response, TaskStatus.DONE, None)
        return _judge_all(response, TaskStatus.MISSING, "Semantic Scholar's best match is another paper, or none")


def fetch_matches(
    transport: Transport, store: ResponseStore, queries: Sequence[TitleQuery], commit: Commit | None = None
) -> None:
    """Look papers up by title, one request each; errors as in `fetch_papers`."""
    ask_all(_Matches(), transport, store, [query.key for query in queries if query.title.strip()], commit)


def _verified(response: StoredResponse) -> PaperRecord | None:
    """The match, if title, year and first author fit what was asked; the service's own idea of a match is loose."""
    query = TitleQuery.from_key(response.asked[0])
    for record in parse_matches(response.body, response.key)[:1]:
        authors = (query.first_author, record.authors[0] if record.authors else None)
        likeness = compare_titles(query.title, record.title, years=(query.year, record.year), first_authors=authors)
        if likeness is Likeness.SAME:
            return record
    return None


def read_records(store: ResponseStore) -> Iterator[PaperRecord]:
    """One record per id that was asked, the newest, then the verified title matches; in order of what was asked."""
    newest: dict[str, PaperRecord] = {}
    for slot in _slots(store, _PAPERS, parse_papers):
        if slot.record:
            newest[str(slot.asked)] = slot.record
    for response in store.usable(SOURCE, Purpose.MATCH):
        if record := _tolerant(partial(_verified, response)):
            newest[f"title:{response.asked[0]}"] = record
    for key in sorted(newest):
        yield newest[key]


def read_edges(store: ResponseStore) -> Iterator[EdgeRecord]:
    """The reference lists of papers, the newest answer for each, in order of the citing id."""
    newest: dict[PaperId, tuple[EdgeRecord, ...]] = {}
    for slot in _slots(store, _EDGES, parse_edges):
        if slot.found and not slot.error:
            newest[slot.asked] = slot.edges
    for paper_id in sorted(newest):
        yield from newest[paper_id]


def read_references(store: ResponseStore, survey: PaperId) -> Iterator[ReferencePage]:
    """The pages of one survey's references, each page once, its newest answer, in order."""
    newest: dict[str, StoredResponse] = {}
    for response in store.usable(SOURCE, Purpose.REFERENCES):
        if response.asked == (str(survey),):
            newest[response.key] = response
    for response in newest.values():
        if page := _tolerant(partial(parse_references, response.body, survey, response.key)):
            yield page


def _slots(
    store: ResponseStore, batch: _Batch, parse: Callable[[bytes, Sequence[PaperId], str], tuple[Slot, ...]]
) -> Iterator[Slot]:
    for response in store.usable(SOURCE, batch.purpose):
        asked = [paper_id_of(key) for key in response.asked]
        yield from _tolerant(partial(parse, response.body, asked, response.key)) or ()


def _tolerant(read: Callable[[], T]) -> T | None:
    """What a stored answer says; nothing where it cannot be read, since it has settled nothing either."""
    try:
        return read()
    except AnswerUnreadable:
        return None
