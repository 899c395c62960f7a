from __future__ import annotations

import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from litatlas.graph.errors import (
    AnswerUnreadable,
    FetchStopped,
    NotStored,
    RequestRefused,
    ServiceBusy,
    ServiceError,
    ServiceRefused,
    ServiceUnreachable,
)
from litatlas.ingest.pacing import LONGEST_RETRY_AFTER, SystemClock, random_wait, read_retry_after
from litatlas.ingest.responses import ResponseStore
from litatlas.ingest.services import FetchEvent, Patience, Purpose, Request, Services, SourceName
from litatlas.ingest.transport import Transport

from ..loopback.clock import TestClock
from ..loopback.corpus import make_corpus
from ..loopback.faults import Fault, Rule
from ..loopback.server import LoopbackServer

KEY = "s2-key-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(make_corpus(3)) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "responses.sqlite") as opened:
        yield opened


def ask(server: LoopbackServer, path: str = "/html/2301.00001", **changes: object) -> Request:
    request = Request(SourceName.ARXIV, Purpose.TEXT, server.address + path)
    return replace(request, **changes)  # type: ignore[arg-type]


def accept(body: bytes) -> None:
    pass


def only_papers(body: bytes) -> None:
    if b"Paper" not in body or not body.endswith(b"</html>"):
        raise AnswerUnreadable("no paper")


def transport(
    server: LoopbackServer,
    store: ResponseStore | None,
    *,
    source: SourceName = SourceName.ARXIV,
    clock: TestClock | None = None,
    events: list[FetchEvent] | None = None,
    offline: bool = False,
    **changes: object,
) -> Transport:
    service = server.services(**changes).service(source)
    notify = events.append if events is not None else None
    return Transport(service, store, clock=clock or TestClock(), notify=notify, offline=offline)


def rejected(store: ResponseStore) -> list[tuple[int, str | None]]:
    return store._database.execute("SELECT status, rejected FROM responses ORDER BY number").fetchall()


def test_an_answer_is_stored_and_not_asked_for_again(server: LoopbackServer, store: ResponseStore) -> None:
    with transport(server, store) as way:
        first = way.fetch(ask(server), only_papers)
        again = way.fetch(ask(server), only_papers)
    assert first == again
    assert b"Paper 0" in first.body
    assert len(server.requests) == 1


def test_not_found_is_an_answer(server: LoopbackServer, store: ResponseStore) -> None:
    with transport(server, store) as way:
        assert way.fetch(ask(server, "/html/2309.99999"), only_papers).status == 404
        assert way.fetch(ask(server, "/html/2309.99999"), only_papers).status == 404
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 405, 410, 414, 451])
def test_a_refusal_of_a_request_is_not_tried_again(server: LoopbackServer, store: ResponseStore, status: int) -> None:
    server.plan.rules.append(Rule(Fault.REFUSE, status=status))
    with transport(server, store) as way, pytest.raises(RequestRefused, match=f"arXiv answered {status}: out of order"):
        way.fetch(ask(server), accept)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_of_us_is_not_tried_again(server: LoopbackServer, store: ResponseStore, status: int) -> None:
    server.plan.rules.append(Rule(Fault.REFUSE, status=status))
    with transport(server, store) as way, pytest.raises(ServiceRefused) as caught:
        way.fetch(ask(server), accept)
    assert not isinstance(caught.value, RequestRefused)
    assert len(server.requests) == 1


def test_400_is_an_answer_where_the_caller_says_so(server: LoopbackServer, store: ResponseStore) -> None:
    server.plan.rules.append(Rule(Fault.REFUSE, status=400))
    with transport(server, store) as way:
        response = way.fetch(ask(server, answers=frozenset({200, 400})), only_papers)
    assert response.status == 400
    assert store.find(ask(server)) is None, "to one who takes 200 and 404 only it is no answer"


@pytest.mark.parametrize(
    "fault",
    [
        Rule(Fault.RATE_LIMIT, times=2),
        Rule(Fault.ERROR, times=2, status=500),
        Rule(Fault.ERROR, times=2, status=502),
        Rule(Fault.ERROR, times=2, status=503),
        Rule(Fault.ERROR, times=2, status=504),
        Rule(Fault.HTML, times=2),
        Rule(Fault.GARBAGE, times=2),
        Rule(Fault.CUT, times=2),
        Rule(Fault.CUT_MATCHING, times=2),
        Rule(Fault.HANG, times=1, seconds=20),
        Rule(Fault.DRIP, times=1, seconds=0.1),
        Rule(Fault.DRIP_HEADERS, times=1, seconds=0.1),
    ],
    ids=lambda rule: f"{rule.fault.value}-{rule.status}",
)
def test_what_may_pass_is_tried_again(server: LoopbackServer, store: ResponseStore, fault: Rule) -> None:
    server.plan.rules.append(fault)
    quick = replace(server.services().patience, deadline=0.4, read=0.3)
    failures = fault.times or 0
    with transport(server, store, patience=quick) as way:
        response = way.fetch(ask(server), only_papers)
        assert b"Paper 0" in response.body
        assert way.requests == failures + 1
        assert way.fetch(ask(server), only_papers) == response
        assert way.requests == failures + 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Rule(Fault.RATE_LIMIT), ServiceBusy),
        (Rule(Fault.ERROR, status=503), ServiceBusy),
        (Rule(Fault.CUT), ServiceBusy),
        (Rule(Fault.HTML), AnswerUnreadable),
        (Rule(Fault.CUT_MATCHING), AnswerUnreadable),
    ],
    ids=lambda value: getattr(value, "fault", value) if isinstance(value, Rule) else value.__name__,
)
def test_patience_ends(server: LoopbackServer, store: ResponseStore, fault: Rule, error: type[ServiceError]) -> None:
    server.plan.rules.append(fault)
    with transport(server, store) as way, pytest.raises(error) as caught:
        way.fetch(ask(server), only_papers)
    assert len(server.requests) == server.services().patience.tries
    assert caught.value.advice


def test_what_was_no_answer_is_kept_as_evidence_and_never_used(server: LoopbackServer, store: ResponseStore) -> None:
    server.plan.rules += [Rule(Fault.HTML, times=1), Rule(Fault.ERROR, times=1, status=503)]
    with transport(server, store) as way:
        way.fetch(ask(server), only_papers)
    assert rejected(store) == [(200, "no paper"), (503, None), (200, None)]
    assert [response.body[-7:] for response in store.usable(SourceName.ARXIV, Purpose.TEXT)] == [b"</html>"]


def test_an_answer_that_a_killed_run_did_not_check_is_checked_before_use(
    server: LoopbackServer, store: ResponseStore
) -> None:
    store.put(ask(server), 200, {}, b"<html>Just a moment</html>", "2026-01-01T00:00:00Z")
    with transport(server, store) as way:
        assert b"Paper 0" in way.fetch(ask(server), only_papers).body
    assert rejected(store) == [(200, "no paper"), (200, None)]


def test_retry_after_in_seconds_is_waited_for(server: LoopbackServer, store: ResponseStore) -> None:
    server.plan.rules.append(Rule(Fault.RATE_LIMIT, times=1, retry_after="17"))
    clock, events = TestClock(), list[FetchEvent]()
    with transport(server, store, clock=clock, events=events) as way:
        way.fetch(ask(server), accept)
    assert clock.waits == [17.0]
    assert [event.wait_seconds for event in events] == [17.0]
    assert "429" in events[0].message


def test_retry_after_as_a_date_is_waited_for(server: LoopbackServer, store: ResponseStore) -> None:
    clock = TestClock()
    server.plan.rules.append(
        Rule(Fault.ERROR, times=1, status=503, retry_after=formatdate(clock.now() + 9, usegmt=True))
    )
    with transport(server, store, clock=clock) as way:
        way.fetch(ask(server), accept)
    assert clock.waits == [9.0]


def test_a_wait_longer_than_patience_is_left_to_a_later_run(server: LoopbackServer, store: ResponseStore) -> None:
    server.plan.rules.append(Rule(Fault.RATE_LIMIT, times=1, retry_after="600"))
    clock = TestClock()
    with transport(server, store, clock=clock) as way, pytest.raises(ServiceBusy):
        way.fetch(ask(server), accept)
    with transport(server, store, clock=clock) as way, pytest.raises(ServiceBusy, match="asks to wait until 2027-"):
        way.fetch(ask(server), accept)
    assert len(server.requests) == 1
    assert clock.waits == []
    clock.sleep(601)
    with transport(server, store, clock=clock) as way:
        assert way.fetch(ask(server), accept).status == 200


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("1e9", LONGEST_RETRY_AFTER),
        ("nan", None),
        ("inf", None),
        ("Thu, 01 Jan 1970 00:00:30 GMT", 20.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_and_bounded(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, now=10.0) == seconds


@given(st.text())
def test_any_retry_after_is_a_wait_within_bounds_or_none(value: str) -> None:
    seconds = read_retry_after(value, now=10.0)
    assert seconds is None or 0 <= seconds <= LONGEST_RETRY_AFTER


@given(st.integers(1, 10_000))
def test_random_waits_grow_within_their_limit(attempt: int) -> None:
    patience = Patience()
    limit = min(patience.longest_wait, patience.first_wait * 2 ** min(attempt - 1, 20))
    assert 0 <= random_wait(attempt, patience) <= limit


def test_requests_keep_their_distance_also_over_a_restart(server: LoopbackServer, tmp_path: Path) -> None:
    clock = TestClock()
    for number in range(3):
        with (
            ResponseStore(tmp_path / "responses.sqlite") as store,
            transport(server, store, clock=clock, pace=3.0) as way,
        ):
            way.fetch(ask(server, f"/html/2301.0000{number}"), accept)
    assert clock.waits == [3.0, 3.0]


def test_a_clock_that_was_set_back_does_not_make_us_wait(server: LoopbackServer, store: ResponseStore) -> None:
    clock = TestClock()
    store.set_next_request_at(SourceName.ARXIV, clock.now() + 1e7)
    with transport(server, store, clock=clock, pace=3.0) as way:
        way.fetch(ask(server), accept)
    assert clock.waits == []


def test_the_pace_of_a_real_service_cannot_be_shortened() -> None:
    assert Services(pace=0.0).service(SourceName.ARXIV).pace == 3.0
    assert Services(pace=0.0).service(SourceName.SEMANTIC_SCHOLAR).pace == 3.0
    assert Services(pace=10.0).service(SourceName.ARXIV).pace == 10.0
    half = Services(pace=0.0, arxiv_api="http://127.0.0.1:1/api/query")
    assert half.service(SourceName.ARXIV).pace == 3.0, "the site is still the real one"
    local = replace(half, arxiv_site="http://localhost:1")
    assert local.service(SourceName.ARXIV).pace == 0.0


def test_a_key_makes_semantic_scholar_quicker() -> None:
    assert Services(semantic_scholar_key=SecretStr(KEY)).service(SourceName.SEMANTIC_SCHOLAR).pace == 1.0
    assert Services(semantic_scholar_key=SecretStr("  ")).service(SourceName.SEMANTIC_SCHOLAR).pace == 3.0


def test_no_connection_fails_after_few_tries(server: LoopbackServer, store: ResponseStore) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    request = Request(SourceName.ARXIV, Purpose.TEXT, f"http://127.0.0.1:{port}/html/1")
    with transport(server, store) as way, pytest.raises(ServiceUnreachable, match="arXiv cannot be reached"):
        way.fetch(request, accept)
    assert way.requests == server.services().patience.unreachable_tries


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/x", "http://", "http://[::1/x", "file:///etc/passwd", "http://127.0.0.1:99999/"]
)
def test_an_address_that_is_none_is_an_error_of_ours(server: LoopbackServer, store: ResponseStore, url: str) -> None:
    with transport(server, store) as way, pytest.raises(ServiceError):
        way.fetch(Request(SourceName.ARXIV, Purpose.TEXT, url), accept)


@pytest.mark.parametrize("fault", [Fault.ENDLESS, Fault.BOMB])
def test_an_answer_without_end_is_cut_and_not_asked_again(
    server: LoopbackServer, store: ResponseStore, fault: Fault
) -> None:
    server.plan.rules.append(Rule(fault))
    small = replace(server.services().patience, largest_answer=300_000)
    with (
        transport(server, store, patience=small) as way,
        pytest.raises(ServiceRefused, match="more than 300,000 bytes"),
    ):
        way.fetch(ask(server), accept)
    assert way.requests == 1


def test_a_redirect_on_the_same_host_is_followed(server: LoopbackServer, store: ResponseStore) -> None:
    server.plan.rules.append(Rule(Fault.REDIRECT, times=1, status=301, location="/html/2301.00002"))
    with transport(server, store) as way:
        assert b"Paper 1" in way.fetch(ask(server), only_papers).body
    assert [request.path for request in server.requests] == ["/html/2301.00001", "/html/2301.00002"]


@pytest.mark.parametrize(
    "location", ["http://169.254.169.254/latest", "http://localhost:1/x", "file:///etc/passwd", "http://[", "", "//x"]
)
def test_a_redirect_to_elsewhere_is_not_followed(server: LoopbackServer, store: ResponseStore, location: str) -> None:
    server.plan.rules.append(Rule(Fault.REDIRECT, status=302, location=location))
    with transport(server, store) as way, pytest.raises(ServiceRefused, match="redirect"):
        way.fetch(ask(server), accept)


def test_a_redirect_in_a_circle_ends(server: LoopbackServer, store: ResponseStore) -> None:
    server.plan.rules.append(Rule(Fault.REDIRECT, status=302, location="/html/2301.00001"))
    with transport(server, store) as way, pytest.raises(ServiceRefused, match="redirects"):
        way.fetch(ask(server), accept)
    assert len(server.requests) == 4


def test_offline_gives_what_is_stored_and_asks_nothing(server: LoopbackServer, store: ResponseStore) -> None:
    with transport(server, store) as way:
        response = way.fetch(ask(server), accept)
    with transport(server, store, offline=True) as way:
        assert way.fetch(ask(server), accept) == response
        with pytest.raises(NotStored, match=r"2301\.00002"):
            way.fetch(ask(server, "/html/2301.00002"), accept)
    assert len(server.requests) == 1


def test_a_stop_ends_a_wait_at_once(server: LoopbackServer, store: ResponseStore) -> None:
    server.plan.rules.append(Rule(Fault.RATE_LIMIT, retry_after="250"))
    stop = threading.Event()
    service = replace(server.services().service(SourceName.ARXIV), patience=Patience())
    waiting = Transport(service, store, clock=SystemClock(stop), notify=lambda event: stop.set())
    with waiting, pytest.raises(FetchStopped):
        waiting.fetch(ask(server), accept)
    assert len(server.requests) == 1


def test_the_user_agent_names_us_and_a_contact(server: LoopbackServer, store: ResponseStore) -> None:
    with transport(server, store, mailto="reader@example.org\r\nX-Evil: 1") as way:
        way.fetch(ask(server), accept)
    headers = server.requests[0].headers
    assert headers["user-agent"].startswith("litatlas/")
    assert "mailto:reader@example.org" in headers["user-agent"]
    assert "x-evil" not in headers


def test_the_key_goes_into_the_header_and_nowhere_else(
    server: LoopbackServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = b'{"message": "the key ' + KEY.encode() + b' is not valid"}'
    server.overrides["/graph/v1/echo"] = 403, "application/json", echo
    server.overrides["/graph/v1/echo-200"] = 200, "application/json", echo
    services = server.services(semantic_scholar_key=SecretStr(KEY), openalex_key=SecretStr(KEY))
    service = services.service(SourceName.SEMANTIC_SCHOLAR)
    assert service.secret == {"x-api-key": KEY}
    events: list[FetchEvent] = []
    path = tmp_path / "responses.sqlite"
    with (
        ResponseStore(path) as store,
        Transport(service, store, clock=TestClock(), notify=events.append) as way,
    ):
        stored = way.fetch(Request(service.source, Purpose.METADATA, f"{service.address}/echo-200"), accept)
        with pytest.raises(ServiceRefused) as caught:
            way.fetch(Request(service.source, Purpose.METADATA, f"{service.address}/echo"), accept)
    assert [request.headers.get("x-api-key") for request in server.requests] == [KEY, KEY]
    assert caplog.records, "the log is on"
    said = [
        caplog.text,
        repr(services),
        repr(service),
        repr(way),
        repr(stored),
        repr(events),
        str(server.requests[0].path),
    ]
    said += traceback.format_exception(caught.value)
    said += [repr(caught.value.args), caught.value.advice]
    for text in said:
        assert KEY not in text
    for file in tmp_path.iterdir():
        assert KEY.encode() not in file.read_bytes()


def test_the_key_of_openalex_goes_into_the_header(server: LoopbackServer, store: ResponseStore) -> None:
    services = server.services(openalex_key=SecretStr(KEY))
    with Transport(services.service(SourceName.OPENALEX), store, clock=TestClock()) as way:
        way.fetch(Request(SourceName.OPENALEX, Purpose.METADATA, f"{server.address}/works"), accept)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in str(server.requests[0].query)


@pytest.mark.parametrize("key", ["abc\r\nX-Evil: 1", "schlüssel-schlüssel", "a key with blanks"])
def test_a_key_that_cannot_be_one_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ServiceRefused) as caught:
        Services(semantic_scholar_key=SecretStr(key)).service(SourceName.SEMANTIC_SCHOLAR)
    assert key not in str(caught.value) + repr(caught.value)


def test_equal_requests_have_equal_keys_and_others_have_others() -> None:
    base = Request(SourceName.ARXIV, Purpose.METADATA, "http://x/q", (("b", "2"), ("a", "1")))
    assert base.key == replace(base, parameters=(("a", "1"), ("b", "2")), asked=("arxiv:1",)).key
    others = {
        replace(base, parameters=(("a", "1"), ("b", "3"))).key,
        replace(base, url="http://x/r").key,
        replace(base, body=b"{}").key,
        replace(base, body=b"[]").key,
        base.key,
    }
    assert len(others) == 5
