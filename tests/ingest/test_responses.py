from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import LibraryBusy, LibraryDamaged, LibraryTooNew, StorageError
from litatlas.ingest.responses import ResponseStore
from litatlas.ingest.services import Purpose, Request, SourceName
from litatlas.ingest.tasks import Task, TaskCounts, TaskStatus, Verdict

ARXIV, S2 = SourceName.ARXIV, SourceName.SEMANTIC_SCHOLAR
REQUEST = Request(ARXIV, Purpose.METADATA, "http://x/q", (("id", "1"),), asked=("arxiv:1", "arxiv:2"))
NOW = "2026-01-01T00:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResponseStore]:
    with ResponseStore(tmp_path / "library" / "responses.sqlite") as opened:
        yield opened


def test_what_is_put_is_found_and_survives_the_end(tmp_path: Path) -> None:
    body = bytes(range(256)) * 100
    headers = {"Content-Type": "text/html", "Set-Cookie": "session=1", "X-Api-Key": "k"}
    with ResponseStore(tmp_path / "r.sqlite") as store:
        put = store.put(REQUEST, 200, headers, body, NOW)
        assert store.find(REQUEST) == put
    with ResponseStore(tmp_path / "r.sqlite") as store:
        assert store.find(REQUEST) == put
    assert put.body == body
    assert put.asked == REQUEST.asked
    assert put.headers == (("content-type", "text/html"),)
    assert put.url == "http://x/q?id=1"


def test_the_newest_answer_that_is_one_is_found(store: ResponseStore) -> None:
    store.put(REQUEST, 200, {}, b"old", NOW)
    new = store.put(REQUEST, 200, {}, b"new", NOW)
    store.put(REQUEST, 503, {}, b"down", NOW)
    bad = store.put(REQUEST, 200, {}, b"<html>", NOW)
    store.reject(bad, "a web page")
    assert store.find(REQUEST) == new
    assert [each.body for each in store.usable(ARXIV, "metadata")] == [b"old", b"new"]
    assert list(store.usable(S2, "metadata")) == list(store.usable(ARXIV, "edges")) == []


def test_an_answer_is_unsettled_until_its_tasks_are_settled(store: ResponseStore) -> None:
    store.want(ARXIV, Purpose.METADATA, REQUEST.asked)
    answer = store.put(REQUEST, 200, {}, b"new", NOW)
    store.put(REQUEST, 503, {}, b"down", NOW)
    assert list(store.unsettled(ARXIV, Purpose.METADATA)) == [answer]
    store.settle(ARXIV, Purpose.METADATA, [Verdict("arxiv:1", TaskStatus.DONE)], answer)
    assert list(store.unsettled(ARXIV, Purpose.METADATA)) == []
    assert [task.status for task in store.tasks()] == [TaskStatus.DONE, TaskStatus.PENDING]
    assert store.tasks(status=TaskStatus.DONE)[0].response == answer.key


def test_tasks_are_wanted_once_and_keep_what_became_of_them(store: ResponseStore) -> None:
    store.want(S2, Purpose.EDGES, ["b", "a", "b"])
    store.settle(S2, Purpose.EDGES, [Verdict("a", TaskStatus.DONE, "3 of 4 references")])
    store.settle(S2, Purpose.EDGES, [Verdict("b", TaskStatus.PENDING, "busy")], next_try_at=NOW)
    store.settle(S2, Purpose.EDGES, [Verdict("b", TaskStatus.FAILED, "refused")], next_try_at="2026-02-02T00:00:00Z")
    store.want(S2, Purpose.EDGES, ["a", "b", "c"])
    assert store.tasks(S2, Purpose.EDGES) == (
        Task(S2, Purpose.EDGES, "a", TaskStatus.DONE, reason="3 of 4 references"),
        Task(S2, Purpose.EDGES, "b", TaskStatus.FAILED, 2, "2026-02-02T00:00:00Z", reason="refused"),
        Task(S2, Purpose.EDGES, "c", TaskStatus.PENDING),
    )
    assert store.counts() == (TaskCounts(S2, Purpose.EDGES, done=1, pending=1, missing=0, failed=1, noted=1),)


def test_a_done_task_is_not_undone(store: ResponseStore) -> None:
    store.want(S2, Purpose.EDGES, ["a"])
    store.settle(S2, Purpose.EDGES, [Verdict("a", TaskStatus.DONE)])
    store.settle(S2, Purpose.EDGES, [Verdict("a", TaskStatus.MISSING, "null")])
    assert store.tasks()[0].status is TaskStatus.DONE


def test_a_verdict_on_a_task_that_nobody_wants_changes_nothing(store: ResponseStore) -> None:
    store.settle(S2, Purpose.EDGES, [Verdict("a", TaskStatus.DONE)])
    assert store.tasks() == ()


def test_one_process_writes_and_others_may_read(store: ResponseStore) -> None:
    store.want(S2, Purpose.EDGES, ["a"])
    with pytest.raises(LibraryBusy):
        ResponseStore(store.path)
    with ResponseStore(store.path, read_only=True) as reader:
        assert reader.counts() == store.counts()
        store.want(S2, Purpose.EDGES, ["b"])
        assert len(reader.tasks()) == 2
        with pytest.raises(StorageError):
            reader.want(S2, Purpose.EDGES, ["c"])


def test_a_store_that_failed_to_open_gives_its_lock_back(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    path.write_bytes(b"not a database, but long enough to look like one" * 100)
    for _ in range(2):
        with pytest.raises(LibraryDamaged):
            ResponseStore(path)
    path.unlink()
    ResponseStore(path).close()


def test_damage_inside_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    with ResponseStore(path) as store:
        store.put(REQUEST, 200, {}, b"body", NOW)
        store._database.execute("UPDATE responses SET body = x'00'")
        with pytest.raises(LibraryDamaged, match=r"r\.sqlite is damaged"):
            store.find(REQUEST)


def test_a_later_release_and_a_missing_file_are_said_so(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    with pytest.raises(StorageError):
        ResponseStore(path, read_only=True)
    with ResponseStore(path) as store:
        store._database.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryTooNew):
        ResponseStore(path)


def test_a_directory_in_the_way_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        ResponseStore(tmp_path / "file" / "r.sqlite")
    (tmp_path / "r.sqlite").mkdir()
    with pytest.raises(StorageError):
        ResponseStore(tmp_path / "r.sqlite")


def test_what_was_put_before_a_kill_is_there(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from litatlas.ingest.responses import ResponseStore\n"
        "from litatlas.ingest.services import Purpose, Request, SourceName\n"
        "store = ResponseStore(Path(sys.argv[1]))\n"
        "request = Request(SourceName.ARXIV, Purpose.METADATA, 'http://x/q', (('id', '1'),), asked=('arxiv:1',))\n"
        "store.put(request, 200, {}, b'body', '2026-01-01T00:00:00Z')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "r.sqlite"
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == -9
    with ResponseStore(path) as store:
        found = store.find(REQUEST)
        assert found
        assert found.body == b"body"


@given(status=st.integers(100, 599), body=st.binary(max_size=2000))
def test_any_answer_can_be_stored(tmp_path_factory: pytest.TempPathFactory, status: int, body: bytes) -> None:
    with ResponseStore(tmp_path_factory.mktemp("store") / "r.sqlite") as store:
        put = store.put(REQUEST, status, {}, body, NOW)
        found = store.find(REQUEST)
        assert found == (put if status in {200, 404} else None)


def test_another_database_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "responses.sqlite"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE tasks (what TEXT)")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    for read_only in (True, False):
        with pytest.raises(LibraryDamaged, match="is no response store"):
            ResponseStore(path, read_only=read_only)
    assert path.read_bytes() == before


def test_a_store_that_was_made_and_never_written_to_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "responses.sqlite"
    path.touch()
    with ResponseStore(path, read_only=True) as store:
        assert (store.counts(), store.tasks()) == ((), ())
    with ResponseStore(path) as store:
        store.want(SourceName.ARXIV, Purpose.METADATA, ["arxiv:2301.00001"])
    with ResponseStore(path, read_only=True) as store:
        assert len(store.tasks()) == 1
