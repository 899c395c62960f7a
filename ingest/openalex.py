"""OpenAlex: a second opinion on abstracts, references and retractions, asked only for papers that are named. CC0.

It knows papers by DOI; arXiv's preprints by the DOIs that arXiv registers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from litatlas.graph.errors import AnswerUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding, Severity

from .asking import Commit, Judgement, ask_all, paper_id_of, task_keys
from .json_answers import items, mapping, read_json, whole
from .openalex_works import read_work, works_cited_by
from .records import EdgeRecord, PaperRecord
from .responses import ResponseStore, StoredResponse
from .services import Purpose, Request, SourceName
from .tasks import TaskStatus, Verdict
from .transport import Transport

BATCH = 100
"""DOIs in one filter, and works on one page."""

SOURCE = SourceName.OPENALEX
_FIELDS = (
    "id,doi,ids,title,publication_year,publication_date,is_retracted,authorships,primary_location,"
    "abstract_inverted_index,referenced_works,cited_by_count"
)


@dataclass(frozen=True, slots=True)
class Works:
    """One answer of the works filter.

    Attributes:
        records: in the order of the answer.
        edges: to the works that they reference, named by OpenAlex ids; many preprints have none.
        complete: whether every work that fits the filter is in the answer.
    """

    records: tuple[PaperRecord, ...]
    edges: tuple[EdgeRecord, ...] = ()
    errors: tuple[Finding, ...] = ()
    complete: bool = True


def doi_of(paper_id: PaperId) -> str | None:
    """The DOI by which OpenAlex may know a paper; None where there is none, or it cannot stand in a filter."""
    if paper_id.scheme is IdScheme.ARXIV:
        return f"10.48550/arxiv.{paper_id.value}"
    usable = paper_id.scheme is IdScheme.DOI and not set(paper_id.value) & set("|,")
    return paper_id.value if usable else None


def check_works(body: bytes) -> None:
    """Raise `AnswerUnreadable` where a body is no list of works."""
    answer = read_json(body)
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise AnswerUnreadable("no list of works")
    if whole(mapping(answer.get("meta")).get("count")) is None:
        raise AnswerUnreadable("a list of works that does not say how many there are")


def parse_works(body: bytes, response: str | None = None) -> Works:
    """Read a list of works.

    Raises:
        AnswerUnreadable: it is no such list.
    """
    check_works(body)
    answer = mapping(read_json(body))
    works = items(answer["results"])
    records: list[PaperRecord] = []
    edges: list[EdgeRecord] = []
    errors: list[Finding] = []
    for position, work in enumerate(works):
        record = read_work(work, response=response)
        if isinstance(record, str) or not record.ids:
            reason = record if isinstance(record, str) else "has no id"
            message = f"Work {position + 1} of an answer of OpenAlex {reason}"
            errors.append(Finding("unread-work", Severity.WARNING, 0, message, "Left out."))
            continue
        records.append(record)
        edges += _edges(work, record.ids[0], response)
    complete = (whole(mapping(answer.get("meta")).get("count")) or 0) <= len(works)
    return Works(tuple(records), tuple(edges), tuple(errors), complete)


def _edges(work: object, citing: PaperId, response: str | None) -> Iterator[EdgeRecord]:
    for cited in works_cited_by(work):
        yield EdgeRecord(citing, cited, None, evidence="reference list", response=response)


@dataclass(frozen=True, slots=True)
class _WorksStep:
    """Asking for works by DOI."""

    source: SourceName = SOURCE
    purpose: Purpose = Purpose.METADATA
    size: int = BATCH

    def ask(self, transport: Transport, keys: tuple[str, ...]) -> StoredResponse:
        """One request for up to `BATCH` DOIs."""
        dois = "|".join(doi_of(paper_id_of(key)) or "" for key in keys)
        parameters = (("filter", f"doi:{dois}"), ("per-page", str(BATCH)), ("select", _FIELDS))
        url = f"{transport.service.address}/works"
        return transport.fetch(
            Request(SOURCE, self.purpose, url, parameters, None, keys, frozenset({200})), check_works
        )

    def judge(self, response: StoredResponse) -> Judgement:
        """Done where a work has the id; missing where the list is complete and readable without it."""
        works = parse_works(response.body)
        answered = {str(paper_id) for record in works.records for paper_id in record.ids}
        done = [Verdict(key, TaskStatus.DONE) for key in response.asked if key in answered]
        if not works.complete:
            return Judgement(tuple(done), too_large=not done and len(response.asked) > 1)
        status, reason = TaskStatus.MISSING, "OpenAlex's complete answer leaves it out"
        if works.errors:
            status, reason = TaskStatus.FAILED, "a work in OpenAlex's answer cannot be read"
        rest = [Verdict(key, status, reason) for key in response.asked if key not in answered]
        return Judgement((*done, *rest))


def fetch_works(
    transport: Transport, store: ResponseStore, ids: Sequence[PaperId], commit: Commit | None = None
) -> None:
    """Ask for papers by DOI or arXiv id, `BATCH` at a time; those without are passed over.

    Raises:
        ServiceError: it gave no answer; what is left is pending.
    """
    ask_all(_WorksStep(), transport, store, askable(ids), commit)


def askable(ids: Sequence[PaperId]) -> tuple[str, ...]:
    """The tasks of those papers that OpenAlex can be asked for."""
    return task_keys([paper_id for paper_id in ids if doi_of(paper_id)])


def read_works(store: ResponseStore) -> Iterator[Works]:
    """Every stored answer, oldest first; what cannot be read is passed over, since it settled nothing."""
    for response in store.usable(SOURCE, Purpose.METADATA):
        try:
            yield parse_works(response.body, response.key)
        except AnswerUnreadable:
            continue


def read_records(store: ResponseStore) -> Iterator[PaperRecord]:
    """One record per work, the newest, in order of its first id."""
    newest = {record.ids[0]: record for works in read_works(store) for record in works.records}
    for paper_id in sorted(newest):
        yield newest[paper_id]


def read_edges(store: ResponseStore) -> Iterator[EdgeRecord]:
    """The works that each work references, by its newest answer, in order of the citing id."""
    newest: dict[PaperId, list[EdgeRecord]] = {}
    for works in read_works(store):
        lists: dict[PaperId, list[EdgeRecord]] = {record.ids[0]: [] for record in works.records}
        for edge in works.edges:
            if isinstance(edge.citing, PaperId):
                lists.setdefault(edge.citing, []).append(edge)
        newest |= lists
    for paper_id in sorted(newest):
        yield from newest[paper_id]
