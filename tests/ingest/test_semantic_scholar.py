from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from litatlas.graph.errors import AnswerUnreadable, ServiceBusy, ServiceError, ServiceRefused
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.ingest import semantic_scholar
from litatlas.ingest.responses import ResponseStore
from litatlas.ingest.semantic_scholar import (
    TitleQuery,
    fetch_edges,
    fetch_matches,
    fetch_papers,
    fetch_references,
    name_for_service,
    read_edges,
    read_records,
    read_references,
)
from litatlas.ingest.semantic_scholar_answers import parse_edges, parse_matches, parse_papers, parse_references
from litatlas.ingest.semantic_scholar_client import Question, finish, open_client
from litatlas.ingest.services import Purpose, SourceName
from litatlas.ingest.tasks import TaskStatus
from litatlas.ingest.transport import Transport

from ..loopback.clock import TestClock
from ..loopback.corpus import OUTSIDE, Work, make_corpus, sha_of
from ..loopback.faults import Fault, Oddity, Plan, Rule
from ..loopback.server import LoopbackServer

CORPUS = make_corpus(120)
ALL = tuple(PaperId(IdScheme.ARXIV, work.arxiv) for work in CORPUS)
ABSENT = PaperId(IdScheme.ARXIV, "2401.00001")
LORA = PaperId(IdScheme.ARXIV, "2106.09685")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "responses.sqlite") as opened:
        yield opened


def way(server: LoopbackServer, store: ResponseStore, **changes: object) -> Transport:
    return Transport(server.services(**changes).service(SourceName.SEMANTIC_SCHOLAR), store, clock=TestClock())


def odd(*oddities: Oddity) -> Plan:
    return Plan(oddities=frozenset(oddities))


def statuses(store: ResponseStore) -> dict[str, TaskStatus]:
    return {task.key: task.status for task in store.tasks()}


@pytest.mark.parametrize(
    ("paper_id", "name"),
    [
        (PaperId(IdScheme.ARXIV, "2305.13245"), "ARXIV:2305.13245"),
        (PaperId(IdScheme.DOI, "10.1/x"), "DOI:10.1/x"),
        (PaperId(IdScheme.ACL, "2023.acl-long.1"), "ACL:2023.acl-long.1"),
        (PaperId(IdScheme.S2, "ab" * 20), "ab" * 20),
        (PaperId(IdScheme.CORPUS, "42"), "CorpusId:42"),
        (PaperId(IdScheme.OPENREVIEW, "abc"), None),
        (PaperId(IdScheme.OPENALEX, "W1"), None),
    ],
)
def test_ids_are_written_as_the_service_writes_them(paper_id: PaperId, name: str | None) -> None:
    assert name_for_service(paper_id) == name


@pytest.mark.parametrize("oddities", [(), (Oddity.VERSIONED,), (Oddity.NULL_ABSTRACTS,)])
def test_papers_come_by_position_in_one_request(store: ResponseStore, oddities: tuple[Oddity, ...]) -> None:
    sha = PaperId(IdScheme.S2, CORPUS[7].sha)
    asked = [*ALL[:5], ABSENT, sha, PaperId(IdScheme.OPENREVIEW, "x")]
    with LoopbackServer(CORPUS, odd(*oddities)) as server, way(server, store) as transport:
        fetch_papers(transport, store, asked)
        fetch_papers(transport, store, asked)
        assert transport.requests == 1
        sent = json.loads(server.requests[0].body)
    assert sent == {
        "ids": ["ARXIV:2301.00001", *[f"ARXIV:2301.0000{n}" for n in range(2, 6)], "ARXIV:2401.00001", sha.value]
    }
    records = {record.ids[0]: record for record in read_records(store)}
    assert set(records) == {*ALL[:5], ALL[7]}
    for work in (*CORPUS[:5], CORPUS[7]):
        record = records[PaperId(IdScheme.ARXIV, work.arxiv)]
        assert record.title == work.title
        assert record.abstract == (None if Oddity.NULL_ABSTRACTS in oddities else work.abstract)
        assert record.ids[1:] == (PaperId(IdScheme.S2, work.sha), PaperId(IdScheme.CORPUS, str(work.corpus_id)))
        assert dict(record.more) == {
            "published": "2023-05-01",
            "citation_count": str(work.citations),
            "influential_citation_count": str(work.citations // 10),
            "reference_count": str(len(work.references)),
            "tldr": f"In short: {work.title}",
        }
        assert record.venue == "arXiv"
    (missing,) = store.tasks(status=TaskStatus.MISSING)
    assert missing.key == str(ABSENT)
    assert missing.response
    assert statuses(store)[str(sha)] is TaskStatus.DONE


def test_no_nested_list_is_asked_for_with_papers(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server, way(server, store) as transport:
        fetch_papers(transport, store, ALL[:2])
        fetch_edges(transport, store, ALL[:2])
        papers, edges = (dict(request.query)["fields"].split(",") for request in server.requests)
    assert {field.partition(".")[0] for field in papers if "." in field} == {"authors"}
    assert {field for field in edges if "." in field} == {"references.paperId", "references.externalIds"}


def test_a_batch_of_unknown_ids_is_missing_with_proof(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server, way(server, store) as transport:
        fetch_papers(transport, store, [ABSENT, PaperId(IdScheme.DOI, "10.1/none")])
        fetch_papers(transport, store, [ABSENT, PaperId(IdScheme.DOI, "10.1/none")])
        assert transport.requests == 1
    assert set(statuses(store).values()) == {TaskStatus.MISSING}
    assert all(task.response for task in store.tasks())


def test_a_batch_whose_answer_is_too_large_is_asked_in_halves(store: ResponseStore) -> None:
    body = b'{"error": "Response would exceed maximum size. Please use a smaller batch"}'
    with LoopbackServer(CORPUS) as server, way(server, store) as transport:
        server.overrides["/graph/v1/paper/batch"] = 400, "application/json", body
        commits: list[int] = []

        def relent() -> None:
            commits.append(1)
            if len(commits) == 2:
                server.overrides.clear()

        fetch_papers(transport, store, ALL, commit=relent)
        sizes = [len(json.loads(request.body)["ids"]) for request in server.requests]
    assert sizes == [120, 60, 30, 30, 30, 30]
    assert set(statuses(store).values()) == {TaskStatus.DONE}


@pytest.mark.parametrize("oddity", [Oddity.WRONG_PAPERS, Oddity.WRONG_LENGTH])
def test_no_paper_gets_the_answer_of_another(store: ResponseStore, oddity: Oddity) -> None:
    with LoopbackServer(CORPUS, odd(oddity)) as server, way(server, store) as transport:
        for fetch in (fetch_papers, fetch_edges):
            with pytest.raises(AnswerUnreadable, match="no position is certain"):
                fetch(transport, store, [*ALL[:5], ABSENT])
    assert list(read_records(store)) == []
    assert list(read_edges(store)) == []
    assert set(statuses(store).values()) == {TaskStatus.PENDING}


def test_two_ids_of_one_paper_are_no_sign_of_disorder() -> None:
    other = PaperId(IdScheme.ARXIV, OUTSIDE)
    answer = {"paperId": sha_of("x"), "title": "T", "externalIds": {"ArXiv": LORA.value}}
    first, second = parse_papers(json.dumps([answer, answer]).encode(), [LORA, other])
    assert first.record
    assert second.error


def test_edges_go_from_what_was_asked_to_the_best_id(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server, way(server, store) as transport:
        fetch_edges(transport, store, ALL)
        fetch_edges(transport, store, ALL)
        assert transport.requests == 2
    found = {(str(edge.citing), str(edge.cited)) for edge in read_edges(store)}
    assert found == {(f"arxiv:{work.arxiv}", f"arxiv:{cited}") for work in CORPUS for cited in work.references}
    assert all(edge.response and edge.line is None for edge in read_edges(store))
    assert store.counts()[0].noted == 0


@pytest.mark.parametrize(
    ("oddity", "note"), [(Oddity.PARTIAL, "4 of 5 references"), (Oddity.ELIDED, "references elided")]
)
def test_a_reference_list_that_lacks_something_is_done_with_a_note(
    store: ResponseStore, oddity: Oddity, note: str
) -> None:
    with LoopbackServer(CORPUS, odd(oddity)) as server, way(server, store) as transport:
        fetch_edges(transport, store, ALL[50:60])
    assert {task.reason for task in store.tasks(status=TaskStatus.DONE)} == {note}
    assert store.counts()[0].noted == 10


def test_the_references_of_a_survey_come_page_by_page_with_contexts(store: ResponseStore) -> None:
    cited = tuple(f"22{1 + n // 1000:02d}.{n % 1000:05d}" for n in range(2345))
    survey = Work("2312.03863", "A Survey", references=cited)
    asked = PaperId(IdScheme.ARXIV, survey.arxiv)
    with LoopbackServer([survey], Plan([Rule(Fault.ERROR, skip=1)])) as server, way(server, store) as transport:
        with pytest.raises(ServiceBusy):
            fetch_references(transport, store, [asked])
        server.plan.rules.clear()
        before = len(server.requests)
        fetch_references(transport, store, [asked])
        fetch_references(transport, store, [asked])
        assert len(server.requests) - before == 2, "the first page was stored before the outage"
    pages = list(read_references(store, asked))
    edges = [edge for page in pages for edge in page.edges]
    assert [edge.cited for edge in edges] == [PaperId(IdScheme.ARXIV, each) for each in cited]
    assert edges[3].contexts == (f"as was shown [{cited[3]}]",)
    assert edges[3].intents == ("background",)
    assert edges[3].influential is False
    assert pages[0].records[0].title == f"Outside work {cited[0]}"
    assert statuses(store) == {str(asked): TaskStatus.DONE}


def test_references_that_a_publisher_holds_back_are_elided_and_not_none(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS, odd(Oddity.ELIDED)) as server, way(server, store) as transport:
        fetch_references(transport, store, [ALL[9], ABSENT])
    assert [page.elided for page in read_references(store, ALL[9])] == [True]
    assert {task.key: (task.status, task.reason) for task in store.tasks()} == {
        str(ALL[9]): (TaskStatus.DONE, "references elided"),
        str(ABSENT): (TaskStatus.MISSING, "Semantic Scholar answers 404"),
    }


@pytest.mark.parametrize(
    "page",
    [
        {"offset": 0, "next": 0, "data": []},
        {"offset": 0, "next": -1000, "data": []},
        {"offset": 5, "next": 1000, "data": []},
        {"next": 1000, "data": [{}] * 3},
        {"data": 5},
        {"offset": "0", "data": []},
        [],
    ],
)
def test_pages_that_lead_in_a_circle_come_to_an_end(store: ResponseStore, page: object) -> None:
    with LoopbackServer(CORPUS) as server, way(server, store) as transport:
        path = f"/graph/v1/paper/ARXIV:{ALL[0].value}/references"
        server.overrides[path] = 200, "application/json", json.dumps(page).encode()
        with pytest.raises(AnswerUnreadable):
            fetch_references(transport, store, [ALL[0]])
        assert len(server.requests) <= 6
    assert statuses(store) == {str(ALL[0]): TaskStatus.PENDING}


def test_a_title_match_counts_only_where_it_is_the_paper(store: ResponseStore) -> None:
    title = CORPUS[3].title
    queries = [
        TitleQuery(title.upper(), 2024, "Lovelace, Ada"),
        TitleQuery(title, 1999),
        TitleQuery("Paper that nobody wrote & more=x", 2023),
        TitleQuery("Unheard", 2023),
    ]
    with LoopbackServer(CORPUS) as server, way(server, store) as transport:
        fetch_matches(transport, store, queries)
        fetch_matches(transport, store, queries)
        assert transport.requests == 4
        assert "Paper that nobody wrote & more=x" in [dict(request.query)["query"] for request in server.requests]
    (record,) = read_records(store)
    assert record.title == title
    found = statuses(store)
    assert found[queries[0].key] is TaskStatus.DONE
    assert [found[query.key] for query in queries[1:]] == [TaskStatus.MISSING] * 3


def test_an_outage_is_never_taken_for_a_missing_paper(store: ResponseStore) -> None:
    for status in (401, 403, 429, 500, 502, 503, 504):
        with (
            LoopbackServer(CORPUS, Plan([Rule(Fault.ERROR, status=status)])) as server,
            way(server, store) as transport,
        ):
            with pytest.raises(ServiceError):
                fetch_papers(transport, store, ALL[:3])
            assert len(server.requests) <= 4
        assert set(statuses(store).values()) == {TaskStatus.PENDING}


def test_a_wrong_key_leaves_everything_pending_for_the_right_one(store: ResponseStore) -> None:
    with (
        LoopbackServer(CORPUS, Plan([Rule(Fault.REFUSE, status=403, times=1)])) as server,
        way(server, store) as transport,
    ):
        with pytest.raises(ServiceRefused):
            fetch_papers(transport, store, ALL[:3])
        fetch_papers(transport, store, ALL[:3])
        assert transport.requests == 2
    assert set(statuses(store).values()) == {TaskStatus.DONE}


def test_the_package_sets_up_no_logging_and_warns_of_nothing(
    store: ResponseStore, caplog: pytest.LogCaptureFixture
) -> None:
    before = list(logging.getLogger().handlers)
    with LoopbackServer(CORPUS) as server, way(server, store) as transport:
        fetch_papers(transport, store, [ALL[0], ABSENT])
    assert logging.getLogger().handlers == before
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_key_is_sent_with_every_request_and_stands_nowhere(
    store: ResponseStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="semanticscholar")
    key = "s2-key-0123456789abcdef"
    with LoopbackServer(CORPUS) as server, way(server, store, semantic_scholar_key=SecretStr(key)) as transport:
        fetch_papers(transport, store, ALL[:2])
        fetch_edges(transport, store, ALL[:2])
        fetch_references(transport, store, ALL[:1])
        fetch_matches(transport, store, [TitleQuery(CORPUS[1].title)])
        assert [request.headers["x-api-key"] for request in server.requests] == [key] * 4
        assert not any(key in str(request.identity) for request in server.requests)
    assert caplog.records
    assert key not in caplog.text
    for file in store.path.parent.iterdir():
        assert key.encode() not in file.read_bytes()


def test_other_methods_of_the_package_go_the_same_way(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server, way(server, store) as transport:
        question = Question(Purpose.METADATA, (), frozenset({200, 404}), lambda body: None)
        client, requester = open_client(transport, question)
        finish(client.get_paper(f"ARXIV:{ALL[0].value}", fields=["title"]))
        assert json.loads(requester.responses[0].body)["title"] == CORPUS[0].title
        assert server.requests[0].path == f"/graph/v1/paper/ARXIV:{ALL[0].value}"


def test_unknown_intents_and_nameless_references_are_left_out_and_reported() -> None:
    items = [
        {
            "intents": ["background", "worship", 3],
            "contexts": ["a", None, "a"],
            "citedPaper": {"title": "Only a Title"},
        },
        {"citedPaper": None},
        {"citedPaper": {"paperId": None, "title": None}},
        "no item",
    ]
    page = parse_references(json.dumps({"offset": 0, "data": items}).encode(), LORA)
    (edge,) = page.edges
    assert (edge.cited, edge.intents, edge.contexts) == ("Only a Title", ("background",), ("a",))
    assert [error.code for error in page.errors] == ["reference-without-name"] * 3


def test_ids_of_another_paper_at_a_position_are_an_error_but_a_merged_sha_is_not() -> None:
    answer = {"paperId": sha_of("x"), "title": "T", "externalIds": {"ArXiv": OUTSIDE}}
    (wrong,) = parse_papers(json.dumps([answer]).encode(), [LORA])
    assert wrong.error == f"Semantic Scholar answered with arxiv:{OUTSIDE}"
    (merged,) = parse_papers(json.dumps([answer]).encode(), [PaperId(IdScheme.S2, sha_of("y"))])
    assert merged.record
    assert merged.record.ids == (
        PaperId(IdScheme.ARXIV, OUTSIDE),
        PaperId(IdScheme.S2, sha_of("y")),
        PaperId(IdScheme.S2, sha_of("x")),
    )


def test_an_id_with_characters_that_no_file_can_hold_is_none() -> None:
    answer = {"paperId": "\ud800", "title": "T\ud800", "externalIds": {"DOI": "10.1234/\ud800", "CorpusId": 5}}
    (slot,) = parse_papers(json.dumps([answer]).encode(), [LORA])
    assert slot.record
    assert slot.record.ids == (LORA, PaperId(IdScheme.CORPUS, "5"))
    assert slot.record.title == "T"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = [
    *("paperId", "corpusId", "externalIds", "title", "abstract", "year", "publicationDate", "venue", "tldr", "authors"),
    *("referenceCount", "citationCount", "references", "citedPaper", "contexts", "intents", "isInfluential"),
]
_PAPERS = st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=8)


@given(st.lists(st.none() | _PAPERS, min_size=2, max_size=2))
def test_any_batch_ends_in_records_or_errors(papers: list[object]) -> None:
    body = json.dumps(papers).encode()
    for slots in (parse_papers(body, [LORA, ALL[0]]), parse_edges(body, [LORA, ALL[0]])):
        assert [slot.found for slot in slots] == [paper is not None for paper in papers]
        for slot in slots:
            assert not (slot.record and slot.error)


@given(st.lists(_PAPERS | _VALUES, max_size=3))
def test_any_page_ends_in_edges_or_errors(data: list[object]) -> None:
    page = parse_references(json.dumps({"offset": 0, "data": data}).encode(), LORA)
    assert len(page.edges) + len(page.errors) == len(data)
    parse_matches(json.dumps({"data": data}).encode())


@given(st.binary(max_size=300))
@pytest.mark.parametrize("parse", ["papers", "edges", "references", "matches"])
def test_any_bytes_end_in_records_or_an_error(parse: str, body: bytes) -> None:
    readers = {
        "papers": lambda: parse_papers(body, [LORA]),
        "edges": lambda: parse_edges(body, [LORA]),
        "references": lambda: parse_references(body, LORA),
        "matches": lambda: parse_matches(body),
    }
    with suppress(AnswerUnreadable):
        readers[parse]()


@pytest.mark.parametrize(
    "body", [b"[" * 1_000_000, b'{"a":' * 200_000, b"[NaN]", b"\xff\xfe", b"[" + b"9" * 10_000 + b"]"]
)
def test_hostile_json_is_an_error(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        parse_papers(body, [LORA])


def test_a_query_survives_its_key() -> None:
    for query in (TitleQuery("A Title", 2023, "A. Author"), TitleQuery("T"), TitleQuery("T", None, "B")):
        assert TitleQuery.from_key(query.key) == query
    assert replace(TitleQuery("A\tB\n C"), title="A B C").key == TitleQuery("A\tB\n C").key


def test_the_batch_sizes_are_the_services_limits() -> None:
    assert (semantic_scholar.PAPERS_AT_ONCE, semantic_scholar.EDGES_AT_ONCE) == (500, 100)
