from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import AnswerUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.ingest.openalex import (
    doi_of,
    fetch_works,
    parse_works,
    read_edges,
    read_records,
)
from litatlas.ingest.openalex_works import abstract_from_index
from litatlas.ingest.responses import ResponseStore
from litatlas.ingest.services import SourceName
from litatlas.ingest.tasks import TaskStatus
from litatlas.ingest.transport import Transport

from ..loopback.clock import TestClock
from ..loopback.corpus import Work, make_corpus, sha_of
from ..loopback.server import LoopbackServer

CORPUS = (
    *make_corpus(130),
    Work(
        "2305.00009", "Published", "An abstract of six whole words.", doi="10.1234/pub", comment="retracted", year=2020
    ),
)
ALL = tuple(PaperId(IdScheme.ARXIV, work.arxiv) for work in CORPUS[:-1])
PUBLISHED = PaperId(IdScheme.DOI, "10.1234/pub")
ABSENT = PaperId(IdScheme.ARXIV, "2401.00001")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "responses.sqlite") as opened:
        yield opened


def test_works_come_by_doi_a_hundred_at_once(store: ResponseStore) -> None:
    asked = [*ALL, PUBLISHED, ABSENT, PaperId(IdScheme.S2, "a" * 40), PaperId(IdScheme.DOI, "10.1/a,b|c")]
    with LoopbackServer(CORPUS) as server:
        service = server.services().service(SourceName.OPENALEX)
        with Transport(service, store, clock=TestClock()) as transport:
            fetch_works(transport, store, asked)
            fetch_works(transport, store, asked)
            assert transport.requests == 2
        filters = [dict(request.query)["filter"] for request in server.requests]
    assert [len(each.split("|")) for each in filters] == [100, 32]
    records = {record.ids[0]: record for record in read_records(store)}
    assert set(records) == {*ALL, PUBLISHED}
    assert records[ALL[5]].abstract == CORPUS[5].abstract
    assert records[ALL[5]].ids[1] == PaperId(IdScheme.OPENALEX, CORPUS[5].openalex)
    assert dict(records[PUBLISHED].more) == {"published": "2020-05-01", "retracted": "yes", "citation_count": "7"}
    assert [task.key for task in store.tasks(status=TaskStatus.MISSING)] == [str(ABSENT)]
    edges = [edge for edge in read_edges(store) if edge.citing == ALL[1]]
    expected = [PaperId(IdScheme.OPENALEX, f"W{int(sha_of(each)[:7], 16)}") for each in CORPUS[1].references]
    assert [edge.cited for edge in edges] == expected


def test_a_list_that_says_there_are_more_proves_nothing_missing(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        server.overrides["/works"] = 200, "application/json", b'{"meta": {"count": 300}, "results": []}'
        service = server.services().service(SourceName.OPENALEX)
        with Transport(service, store, clock=TestClock()) as transport:
            fetch_works(transport, store, ALL[:8])
            assert transport.requests <= 16
    assert {task.status for task in store.tasks()} == {TaskStatus.FAILED}


@pytest.mark.parametrize(
    ("paper_id", "doi"),
    [
        (PaperId(IdScheme.ARXIV, "2312.07559"), "10.48550/arxiv.2312.07559"),
        (PaperId(IdScheme.DOI, "10.1/x"), "10.1/x"),
        (PaperId(IdScheme.DOI, "10.1/x|10.1/y"), None),
        (PaperId(IdScheme.DOI, "10.1/x,type:book"), None),
        (PaperId(IdScheme.S2, "ab"), None),
    ],
)
def test_papers_are_asked_for_by_doi(paper_id: PaperId, doi: str | None) -> None:
    assert doi_of(paper_id) == doi


@given(st.lists(st.text(alphabet="abcdeé", min_size=1), min_size=1, max_size=60))
def test_an_abstract_comes_back_from_its_index(words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert abstract_from_index(index) == " ".join(words)


@pytest.mark.parametrize("index", [None, {}, [], "text", {"a": None}, {"a": [-1, True, "x", 10**9]}, {"a": {"b": 1}}])
def test_what_is_no_index_gives_no_abstract(index: object) -> None:
    assert abstract_from_index(index) is None


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = [
    "id",
    "doi",
    "ids",
    "title",
    "authorships",
    "primary_location",
    "referenced_works",
    "abstract_inverted_index",
]


@given(st.lists(st.dictionaries(st.sampled_from(_FIELDS), _VALUES) | _VALUES, max_size=4))
def test_any_list_of_works_ends_in_records_or_errors(results: list[object]) -> None:
    works = parse_works(json.dumps({"meta": {"count": len(results)}, "results": results}).encode())
    assert len(works.records) + len(works.errors) == len(results)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_records_or_an_error(body: bytes) -> None:
    with suppress(AnswerUnreadable):
        parse_works(body)


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"results": []}', b'{"meta": {"count": 1}, "results": null}', b"<html>"]
)
def test_what_is_no_list_of_works_is_an_error(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        parse_works(body)
