from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import AnswerUnreadable, ServiceBusy, ServiceError
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.ingest.arxiv import (
    fetch_metadata,
    fetch_survey_html,
    fetch_survey_source,
    fetch_texts,
    read_records,
    read_text,
)
from litatlas.ingest.arxiv_feed import parse_feed
from litatlas.ingest.asking import FAILURE_HOLDS
from litatlas.ingest.responses import ResponseStore
from litatlas.ingest.services import SourceName
from litatlas.ingest.tasks import TaskStatus
from litatlas.ingest.transport import Transport

from ..loopback.clock import TestClock
from ..loopback.corpus import Work, make_corpus
from ..loopback.faults import Fault, Oddity, Plan, Rule
from ..loopback.server import LoopbackServer

CORPUS = make_corpus(230)
HEAD = b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
PARTIAL = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
    b"<o:totalResults>2</o:totalResults></feed>"
)


def ids(works: Sequence[Work]) -> tuple[PaperId, ...]:
    found = [PaperId.parse(work.arxiv) for work in works]
    return tuple(paper_id for paper_id in found if paper_id)


ALL = ids(CORPUS)
ABSENT = PaperId(IdScheme.ARXIV, "2401.00001")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "responses.sqlite") as opened:
        yield opened


def run(server: LoopbackServer, store: ResponseStore, asked: Sequence[PaperId], **changes: object) -> int:
    """Fetch metadata; the number of requests."""
    with Transport(server.services(**changes).service(SourceName.ARXIV), store, clock=TestClock()) as transport:
        fetch_metadata(transport, store, asked)
        return transport.requests


def statuses(store: ResponseStore) -> dict[str, TaskStatus]:
    return {task.key: task.status for task in store.tasks()}


@pytest.mark.parametrize(
    "oddities", [set(), {Oddity.SHUFFLED}, {Oddity.DUPLICATES}, {Oddity.SHUFFLED, Oddity.DUPLICATES}]
)
def test_every_paper_comes_once_with_what_arxiv_says(store: ResponseStore, oddities: set[Oddity]) -> None:
    with LoopbackServer(CORPUS, Plan(oddities=frozenset(oddities))) as server:
        assert run(server, store, [*ALL, *ALL[:50]]) == 3
        assert run(server, store, ALL) == 0
    records = list(read_records(store))
    assert [record.ids for record in records] == [(paper_id,) for paper_id in ALL]
    for record, work in zip(records, CORPUS, strict=True):
        assert (record.title, record.abstract, record.authors) == (work.title, work.abstract, work.authors)
        assert record.year == work.year
        assert dict(record.more)["version"] == str(work.version)
        assert dict(record.more)["published"] == "2023-05-01"
        assert record.response
        assert store.tasks(status=TaskStatus.DONE)[0].response


def test_requests_are_the_packages_own(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        run(server, store, ALL)
    sizes = [len(dict(request.query)["id_list"].split(",")) for request in server.requests]
    assert sizes == [100, 100, 30]
    for request, size in zip(server.requests, sizes, strict=True):
        assert request.path == "/api/query"
        assert dict(request.query)["max_results"] == str(size)
        assert "v" not in dict(request.query)["id_list"]


def test_a_paper_that_a_complete_feed_leaves_out_is_missing_with_proof(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        run(server, store, [*ALL[:3], ABSENT])
        assert run(server, store, [*ALL[:3], ABSENT]) == 0
    (missing,) = store.tasks(status=TaskStatus.MISSING)
    assert missing.key == str(ABSENT)
    assert missing.response
    assert "leaves it out" in (missing.reason or "")


def test_a_feed_with_fewer_entries_than_it_says_proves_nothing(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS, Plan(oddities=frozenset({Oddity.PARTIAL}))) as server:
        run(server, store, ALL[:10])
        assert run(server, store, ALL[:10]) == 0, "what failed is left alone for a day"
    assert list(statuses(store).values()).count(TaskStatus.DONE) == 9
    (failed,) = store.tasks(status=TaskStatus.FAILED)
    assert failed.next_try_at


def test_an_id_that_arxiv_calls_malformed_costs_one_more_request_and_no_other_paper(store: ResponseStore) -> None:
    error = (
        HEAD + b"<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_2301.00002</id>"
        b"<title>Error</title><summary>incorrect id format for 2301.00002</summary></entry></feed>"
    )
    with LoopbackServer(CORPUS) as server:
        server.overrides["/api/query"] = 400, "application/atom+xml", error
        with Transport(server.services().service(SourceName.ARXIV), store, clock=TestClock()) as transport:
            fetch_metadata(transport, store, ALL[:50], commit=server.overrides.clear)
            assert transport.requests == 2
    assert statuses(store)["arxiv:2301.00002"] is TaskStatus.MISSING
    assert list(statuses(store).values()).count(TaskStatus.DONE) == 49


def test_a_refusal_that_names_nothing_fails_its_batch_and_ends(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        server.overrides["/api/query"] = 400, "text/plain", b"no"
        assert run(server, store, ALL[:50]) == 1
        assert run(server, store, ALL[:50]) == 0
    assert set(statuses(store).values()) == {TaskStatus.FAILED}


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.CUT_MATCHING, Fault.HTML, Fault.ERROR, Fault.RATE_LIMIT])
def test_an_outage_leaves_papers_pending_and_the_next_run_goes_on(store: ResponseStore, fault: Fault) -> None:
    with LoopbackServer(CORPUS, Plan([Rule(fault, skip=1)])) as server:
        with pytest.raises(ServiceError):
            run(server, store, ALL)
        assert list(statuses(store).values()).count(TaskStatus.DONE) == 100
        assert list(statuses(store).values()).count(TaskStatus.PENDING) == 130
        assert store.tasks(status=TaskStatus.PENDING)[0].reason
        server.plan.rules.clear()
        assert run(server, store, ALL) == 2
    assert set(statuses(store).values()) == {TaskStatus.DONE}


def test_a_stored_answer_that_settled_nothing_is_settled_without_a_request(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        run(server, store, ALL[20:120])
        store._database.execute("UPDATE tasks SET status = 'pending'")
        store._database.execute("UPDATE responses SET settled = 0")
        # More is wanted now, so that no batch is equal to the one that was asked before.
        assert run(server, store, ALL[:120]) == 1
        assert [len(dict(request.query)["id_list"].split(",")) for request in server.requests] == [100, 20]


@pytest.mark.parametrize("answer", [(400, "text/plain", b"no"), (200, "application/atom+xml", PARTIAL)])
def test_what_failed_is_asked_again_after_a_day_and_not_taken_from_the_store(
    store: ResponseStore, answer: tuple[int, str, bytes]
) -> None:
    clock = TestClock()
    with LoopbackServer(CORPUS) as server:
        service = server.services().service(SourceName.ARXIV)
        for answers, requests in (({"/api/query": answer}, 1), ({}, 0)):
            server.overrides = dict(answers)
            with Transport(service, store, clock=clock) as transport:
                fetch_metadata(transport, store, ALL[:2])
                assert transport.requests == requests
        assert set(statuses(store).values()) == {TaskStatus.FAILED}
        clock.sleep(FAILURE_HOLDS + 1)
        with Transport(service, store, clock=clock) as transport:
            fetch_metadata(transport, store, ALL[:2])
            assert transport.requests == 1
    assert set(statuses(store).values()) == {TaskStatus.DONE}


def test_texts_are_the_page_else_the_source(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS, no_html=frozenset({ALL[1].value})) as server:
        with Transport(server.services().service(SourceName.ARXIV), store, clock=TestClock()) as transport:
            fetch_texts(transport, store, [ALL[0], ALL[1], ABSENT])
            fetch_texts(transport, store, [ALL[0], ALL[1], ABSENT])
            assert fetch_survey_html(transport, ALL[0]).body.startswith(b"<!DOCTYPE html>")
            assert fetch_survey_source(transport, ALL[1]).body.startswith(b"\x1f\x8b")
        assert len(server.requests) == 5
    page, source = read_text(store, ALL[0]), read_text(store, ALL[1])
    assert page
    assert page.body.startswith(b"<!DOCTYPE html>")
    assert source
    assert source.body.startswith(b"\x1f\x8b")
    assert read_text(store, ABSENT) is None
    assert statuses(store)[str(ABSENT)] is TaskStatus.MISSING


def test_an_old_style_id_keeps_its_archive(store: ResponseStore) -> None:
    old = Work("astro-ph/0601001", "An Old Paper", "Old.")
    with LoopbackServer([old]) as server:
        asked = ids([old])
        assert run(server, store, asked) == 1
        with Transport(server.services().service(SourceName.ARXIV), store, clock=TestClock()) as transport:
            assert fetch_survey_html(transport, asked[0]).status == 200
    (record,) = read_records(store)
    assert record.ids == asked


def test_a_withdrawn_paper_says_so_and_its_notice_is_no_abstract() -> None:
    feed = parse_feed(
        HEAD
        + b"<entry><id>http://arxiv.org/abs/2301.00001v2</id><title>T</title><updated>2023-01-02T00:00:00Z</updated>"
        b"<published>2023-01-01T00:00:00Z</published><summary>This paper has been withdrawn by the authors.</summary>"
        b"<arxiv:comment>This paper has been withdrawn</arxiv:comment></entry></feed>"
    )
    assert dict(feed.records[0].more)["withdrawn"] == "This paper has been withdrawn"
    assert feed.records[0].abstract is None


@pytest.mark.parametrize(
    "entry",
    [
        b"<entry/>",
        b"<entry><id>http://arxiv.org/abs/2301.00002v1</id><title>No dates</title></entry>",
        b"<entry><id>http://arxiv.org/abs/2301.00002v1</id><title>T</title><updated>soon</updated>"
        b"<published>later</published></entry>",
        b"<entry><id>http://arxiv.org/abs/2301.00002v1</id><title> </title><updated>2023-01-01T00:00:00Z</updated>"
        b"<published>2023-01-01T00:00:00Z</published></entry>",
        b"<entry><id>https://example.org/2301.00002</id><title>T</title><updated>2023-01-01T00:00:00Z</updated>"
        b"<published>2023-01-01T00:00:00Z</published></entry>",
    ],
)
def test_an_entry_that_cannot_be_read_costs_itself_and_is_reported(entry: bytes) -> None:
    good = (
        b"<entry><id>http://arxiv.org/abs/2301.00001v1</id><title>Good</title><updated>2023-01-01T00:00:00Z</updated>"
        b"<published>2023-01-01T00:00:00Z</published><summary>S</summary></entry>"
    )
    feed = parse_feed(HEAD + entry + good + b"</feed>")
    assert [record.title for record in feed.records] == ["Good"]
    assert [error.code for error in feed.errors] == ["unread-entry"]
    assert not feed.complete


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><body>Just a moment</body></html>",
        HEAD,
        HEAD + b"<entry><author><name>Half",
        b'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaa">]>' + HEAD + b"<title>&a;</title></feed>",
        b'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD + b"</feed>",
        b"<feed/>",
        b"Rate exceeded",
        HEAD + b"<a>" * 100_000,
    ],
)
def test_what_is_no_complete_feed_is_an_error(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        parse_feed(body)


@given(st.binary(max_size=3000))
def test_any_bytes_end_in_records_or_an_error(body: bytes) -> None:
    _parse(body)


_FEED = (
    HEAD
    + b"<entry><id>http://arxiv.org/abs/2301.00001v1</id><title>Good</title><updated>2023-01-01T00:00:00Z</updated>"
    b"<published>2023-01-01T00:00:00Z</published><summary>S</summary><author><name>A</name></author>"
    b'<category term="cs.LG"/><link href="x" title="pdf"/></entry></feed>'
)


@given(st.integers(0, len(_FEED)), st.integers(0, len(_FEED)), st.binary(max_size=30))
def test_any_damage_to_a_feed_ends_in_records_or_an_error(start: int, end: int, put: bytes) -> None:
    _parse(_FEED[:start] + put + _FEED[end:])


@given(st.integers(1, len(_FEED) - 1))
def test_a_feed_that_is_cut_anywhere_gives_nothing(cut: int) -> None:
    with pytest.raises(AnswerUnreadable):
        parse_feed(_FEED[:cut])


def _parse(body: bytes) -> None:
    with suppress(AnswerUnreadable):
        feed = parse_feed(body)
        assert all(record.title and record.ids for record in feed.records)


def test_a_rate_limited_run_says_busy(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS, Plan([Rule(Fault.RATE_LIMIT)])) as server, pytest.raises(ServiceBusy, match="429"):
        run(server, store, ALL[:1])
