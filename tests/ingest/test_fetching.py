from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from litatlas.graph.errors import ServiceBusy, ServiceRefused, ServiceUnreachable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.ingest import arxiv, semantic_scholar
from litatlas.ingest.fetching import FetchReport, Wanted, fetch
from litatlas.ingest.responses import ResponseStore
from litatlas.ingest.semantic_scholar import TitleQuery
from litatlas.ingest.services import FetchEvent, Purpose, SourceName
from litatlas.ingest.tasks import TaskStatus

from ..conftest import ROOT
from ..loopback.clock import TestClock
from ..loopback.corpus import make_corpus
from ..loopback.faults import Fault, Oddity, Plan, Rule
from ..loopback.server import LoopbackServer

CORPUS = make_corpus(320)
ALL = tuple(PaperId(IdScheme.ARXIV, work.arxiv) for work in CORPUS)
ABSENT = PaperId(IdScheme.ARXIV, "2401.00001")
EVERYTHING = Wanted(
    arxiv=ALL,
    semantic_scholar=ALL,
    edges=ALL,
    surveys=ALL[-1:],
    texts=ALL[:1],
    openalex=ALL[:3],
    titles=(TitleQuery(CORPUS[4].title),),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "responses.sqlite") as opened:
        yield opened


def run(server: LoopbackServer, store: ResponseStore, wanted: Wanted = EVERYTHING, **options: object) -> FetchReport:
    return fetch(wanted, server.services(), store, clock=TestClock(), **options)  # type: ignore[arg-type]


def test_a_whole_run_costs_what_was_promised_and_a_second_one_nothing(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        report = run(server, store)
        assert report.complete
        assert report.requests == len(server.requests)
        assert server.count("/api/query") == math.ceil(len(ALL) / 100)
        assert server.count("/paper/batch") == math.ceil(len(ALL) / 500) + math.ceil(len(ALL) / 100)
        assert len(server.requests) == 4 + 1 + (1 + 4 + 1 + 1) + 1
        again = run(server, store)
    assert again.requests == 0
    assert again.complete
    assert [step.counts for step in again.steps] == [step.counts for step in report.steps]
    assert all(step.counts.done == step.counts.total for step in report.steps)


@pytest.mark.parametrize(
    ("path", "source", "sound"),
    [
        ("/api/query", SourceName.ARXIV, "semantic-scholar openalex"),
        ("/graph/v1", SourceName.SEMANTIC_SCHOLAR, "arxiv openalex"),
        ("/works", SourceName.OPENALEX, "arxiv semantic-scholar"),
    ],
)
def test_an_outage_of_one_source_does_not_stop_the_others(
    store: ResponseStore, path: str, source: SourceName, sound: str
) -> None:
    with LoopbackServer(CORPUS, Plan([Rule(Fault.ERROR, path=path, status=503)])) as server:
        report = run(server, store)
        for step in report.steps:
            if step.counts.source.value in sound.split():
                assert step.outage is None
                assert step.counts.pending == 0
            else:
                assert isinstance(step.outage, ServiceBusy)
                assert step.next_try
                assert step.counts.done == step.counts.missing == 0
        assert not report.complete
        assert {task.source for task in report.lacking} == {source}
        assert server.count(path) == 4, "after an outage a source is left alone"
        server.plan.rules.clear()
        assert run(server, store).complete


def test_a_source_without_connection_is_reported_by_itself(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        services = server.services(semantic_scholar="http://127.0.0.1:9/graph/v1")
        report = fetch(EVERYTHING, services, store, clock=TestClock())
    outages = {step.counts.source for step in report.steps if isinstance(step.outage, ServiceUnreachable)}
    assert outages == {SourceName.SEMANTIC_SCHOLAR}


def test_offline_asks_nothing_and_lists_what_is_lacking(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        run(server, store, Wanted(arxiv=ALL[:100]))
        before = len(server.requests)
        report = run(server, store, Wanted(arxiv=ALL[:102], edges=ALL[:1]), offline=True)
        assert len(server.requests) == before
    assert [(task.source, task.purpose, task.key) for task in report.lacking] == [
        (SourceName.ARXIV, Purpose.METADATA, str(ALL[100])),
        (SourceName.ARXIV, Purpose.METADATA, str(ALL[101])),
        (SourceName.SEMANTIC_SCHOLAR, Purpose.EDGES, str(ALL[0])),
    ]
    assert all(step.outage is None for step in report.steps)
    assert {task.tries for task in report.lacking} == {0}


def test_every_answer_is_committed_before_the_next_request(store: ResponseStore) -> None:
    with LoopbackServer(CORPUS) as server:
        seen: list[tuple[int, int]] = []

        def commit() -> None:
            seen.append((len(server.requests), len(list(arxiv.read_records(store)))))

        run(server, store, Wanted(arxiv=ALL), commit=commit)
    assert seen == [(1, 100), (2, 200), (3, 300), (4, 320)]


def test_progress_tells_how_many_of_how_many_and_that_a_key_is_missing(store: ResponseStore) -> None:
    events: list[FetchEvent] = []
    with LoopbackServer(CORPUS) as server:
        run(server, store, Wanted(arxiv=ALL, semantic_scholar=ALL[:3]), notify=events.append)
        first = len(events)
        run(server, store, Wanted(arxiv=ALL, semantic_scholar=ALL[:3]), notify=events.append)
    numbers = [(event.done, event.total, event.requests) for event in events if event.source is SourceName.ARXIV]
    assert numbers[:5] == [(0, 320, 0), (100, 320, 1), (200, 320, 2), (300, 320, 3), (320, 320, 4)]
    said = [event.message for event in events[:first] if event.message]
    assert len(said) == 1
    assert "Semantic Scholar without a key" in said[0]
    assert not any(event.message for event in events[first:]), "nothing is slow about asking nothing"


def test_a_stop_ends_the_run_with_what_it_has(store: ResponseStore) -> None:
    stop = threading.Event()
    with LoopbackServer(CORPUS) as server:
        report = fetch(Wanted(arxiv=ALL, edges=ALL), server.services(), store, commit=stop.set, stop=stop)
        assert report.stopped
        assert not report.complete
        assert len(server.requests) == 1
        stop.clear()
        assert run(server, store, Wanted(arxiv=ALL, edges=ALL)).complete
        assert max(Counter(request.identity for request in server.requests).values()) == 1


def test_ctrl_c_passes_and_loses_nothing_that_was_answered(store: ResponseStore) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with LoopbackServer(CORPUS) as server:
        with pytest.raises(KeyboardInterrupt):
            run(server, store, commit=interrupt)
        assert run(server, store).complete
        assert max(Counter(request.identity for request in server.requests).values()) == 1


def test_a_key_that_cannot_be_one_is_said_before_anything_is_asked(store: ResponseStore) -> None:
    from pydantic import SecretStr

    with LoopbackServer(CORPUS) as server:
        with pytest.raises(ServiceRefused):
            fetch(EVERYTHING, server.services(openalex_key=SecretStr("a b")), store, clock=TestClock())
        assert server.requests == []


_RULES = st.builds(
    Rule,
    fault=st.sampled_from([Fault.RATE_LIMIT, Fault.ERROR, Fault.CUT, Fault.CUT_MATCHING, Fault.HTML, Fault.REFUSE]),
    path=st.sampled_from(["/api", "/graph", "/works", "/"]),
    times=st.integers(1, 6),
    status=st.sampled_from([400, 401, 403, 404, 409, 500, 502, 503]),
    retry_after=st.sampled_from([None, "0", "2", "700", "never"]),
    skip=st.integers(0, 3),
)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rules=st.lists(_RULES, max_size=4),
    oddities=st.frozensets(st.sampled_from(list(Oddity)), max_size=2),
    positions=st.lists(st.integers(0, 40), min_size=1, max_size=25),
    absent=st.integers(0, 3),
)
def test_any_list_comes_back_complete_or_honestly_open(
    tmp_path_factory: pytest.TempPathFactory,
    rules: list[Rule],
    oddities: frozenset[Oddity],
    positions: list[int],
    absent: int,
) -> None:
    known = {ALL[position] for position in positions if position < 30}
    unknown = {PaperId(IdScheme.ARXIV, f"2402.{number:05d}") for number in range(1, absent + 1)}
    unknown |= {ALL[position] for position in positions if position >= 30}
    ids = (*known, *unknown)
    wanted = Wanted(arxiv=ids, semantic_scholar=ids, edges=ids, openalex=ids)
    clock = TestClock()
    with (
        LoopbackServer(CORPUS[:30], Plan(rules, oddities)) as server,
        ResponseStore(tmp_path_factory.mktemp("any") / "r.sqlite") as store,
    ):
        for last in (False, False, False, True):
            if last:
                rules.clear()
            report = fetch(wanted, server.services(), store, clock=clock)
            assert sum(step.counts.total for step in report.steps) == 4 * len(ids)
            _assert_honest(store, known, unknown)
            clock.sleep(100_000)
        records = {record.ids[0] for record in arxiv.read_records(store)}
        done = {task.key for task in store.tasks(SourceName.ARXIV, status=TaskStatus.DONE)}
        assert {str(paper_id) for paper_id in records} == done
        assert {record.title for record in semantic_scholar.read_records(store)} <= {work.title for work in CORPUS[:30]}
        if not oddities & {Oddity.PARTIAL, Oddity.WRONG_LENGTH, Oddity.WRONG_PAPERS}:
            assert report.complete, "the faults have passed"
            assert records == known


def _assert_honest(store: ResponseStore, known: set[PaperId], unknown: set[PaperId]) -> None:
    """Nothing is done that does not exist, nothing missing that does, and what is open says why if it was tried."""
    for task in store.tasks():
        if task.status is TaskStatus.DONE:
            assert task.key in {str(paper_id) for paper_id in known}
            assert task.response
        if task.status is TaskStatus.MISSING:
            assert task.key in {str(paper_id) for paper_id in unknown}
            assert task.response
        if task.tries and task.status is not TaskStatus.DONE:
            assert task.reason


RUNNER = """
import sys
from pathlib import Path
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.ingest.fetching import Wanted, fetch
from litatlas.ingest.responses import ResponseStore
from litatlas.ingest.services import Services

address, path, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
ids = tuple(PaperId(IdScheme.ARXIV, f"2301.{number:05d}") for number in range(1, count + 1))
services = Services(address + "/api/query", address, address + "/graph/v1", address, pace=0.0)
wanted = Wanted(arxiv=ids, semantic_scholar=ids, edges=ids, surveys=ids[-3:], texts=ids[:10], openalex=ids)
with ResponseStore(path) as store:
    print("begun", flush=True)
    sys.exit(0 if fetch(wanted, services, store).complete else 3)
"""


def test_a_run_that_is_killed_at_any_moment_repeats_no_answered_request(tmp_path: Path) -> None:
    path = tmp_path / "responses.sqlite"
    chance = random.Random(20260417)
    kills, code = 0, None
    with LoopbackServer(CORPUS, Plan(oddities=frozenset({Oddity.SHUFFLED}))) as server:
        command = [sys.executable, "-c", RUNNER, server.address, str(path), str(len(CORPUS))]
        while code != 0:
            process = subprocess.Popen(command, stdout=subprocess.PIPE)
            assert process.stdout
            assert process.stdout.readline() == b"begun\n"
            try:
                code = process.wait(timeout=chance.uniform(0.0, 0.4) if kills < 12 else 120)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                kills += 1
            process.stdout.close()
        with ResponseStore(path) as store:
            stored = Counter(
                row[0]
                for row in store._database.execute("SELECT url || asked FROM responses WHERE status IN (200, 404)")
            )
            assert {task.status for task in store.tasks()} == {TaskStatus.DONE}
        assert max(stored.values()) == 1, "no answer is stored twice"
        asked = Counter(request.identity for request in server.requests)
        lost = sum(count - 1 for count in asked.values())
        assert lost <= kills, "only a request that was under way when the run was killed is sent again"
        assert kills >= 3


def test_the_server_runs_as_a_process_too(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    command = [sys.executable, "-m", "tests.loopback", "--papers", "5", "--log", str(log), "--fault", "error:/api:1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        done = subprocess.run([sys.executable, "-c", RUNNER, address, str(tmp_path / "r.sqlite"), "5"], check=False)
        process.terminate()
    assert done.returncode == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines[0]["status"] == 500
    assert len(lines) == 2 + 5 + 1 + 1 + 3 + 1
