from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.app.fetch_state import (
    FETCH_STATE,
    FetchPhase,
    announce_fetch,
    attending,
    forget_fetch,
    read_fetch_state,
)
from litatlas.app.settings import Settings

ENDED = f'{{"phase": "lacking", "process": {os.getpid()}, "changed": 5.0, "lacking": 7, "reasons": ["out of order"]}}'


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return Settings(library=tmp_path)


def put(here: Settings, text: str) -> None:
    (here.library / FETCH_STATE).write_text(text, encoding="utf-8")


def test_a_fetch_that_was_announced_is_read_until_it_is_forgotten(here: Settings) -> None:
    assert read_fetch_state(here) is None
    announce_fetch(here, os.getpid())
    state = read_fetch_state(here)
    assert state is not None
    assert (state.phase, state.process, state.progress) == (FetchPhase.RUNNING, os.getpid(), ())
    forget_fetch(here)
    assert read_fetch_state(here) is None
    forget_fetch(here)  # and again, as there is nothing


def test_how_a_fetch_ended_is_read_however_old(here: Settings) -> None:
    put(here, ENDED)
    state = read_fetch_state(here)
    assert state is not None
    assert (state.phase, state.lacking, state.reasons) == (FetchPhase.LACKING, 7, ("out of order",))


def test_a_fetch_that_says_nothing_for_long_is_none(here: Settings) -> None:
    put(here, f'{{"phase": "running", "process": {os.getpid()}, "changed": {time.time() - 119}}}')
    assert read_fetch_state(here) is not None
    put(here, f'{{"phase": "running", "process": {os.getpid()}, "changed": {time.time() - 121}}}')
    assert read_fetch_state(here) is None


@pytest.mark.skipif(os.name == "nt", reason="processes are waited for on POSIX alone")
def test_a_fetch_whose_process_ended_is_none_though_nobody_waited_for_it(here: Settings) -> None:
    """The served app is the parent of its fetch, and Streamlit waits for no children."""
    ended = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    announce_fetch(here, ended.pid)
    assert read_fetch_state(here) is not None
    assert ended.stdin is not None
    ended.stdin.close()
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)  # it is over, and still there for whoever asks by signal
    assert read_fetch_state(here) is None
    ended.wait()


@pytest.mark.parametrize("process", [0, -1, 10**30, 2**31 - 1])
def test_a_process_that_cannot_be_is_none(here: Settings, process: int) -> None:
    put(here, f'{{"phase": "running", "process": {process}, "changed": {time.time()}}}')
    assert read_fetch_state(here) is None


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"phase": "running"}', "[" * 100_000, '"\ud800"'])
def test_a_file_that_is_no_state_is_none(here: Settings, text: str) -> None:
    (here.library / FETCH_STATE).write_bytes(text.encode("utf-8", "surrogatepass"))
    assert read_fetch_state(here) is None


@given(data=st.binary())
@settings(max_examples=50)
def test_any_bytes_are_a_state_or_none(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    here = Settings(library=tmp_path_factory.getbasetemp())
    for written in (data, ENDED.encode()[: len(data)] + data, ENDED.replace("7", repr(data)).encode()):
        (here.library / FETCH_STATE).write_bytes(written)
        read_fetch_state(here)
    forget_fetch(here)


def test_a_directory_in_its_place_is_none(here: Settings) -> None:
    (here.library / FETCH_STATE).mkdir()
    assert read_fetch_state(here) is None
    forget_fetch(here)


@pytest.mark.skipif(os.name == "nt", reason="signals are a POSIX matter")
def test_a_fetch_that_hangs_is_broken_off_when_its_app_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """First it is asked to stop; a signal, which the command takes as a second request, ends what does not."""
    from litatlas.app import fetch_state

    monkeypatch.setattr(fetch_state, "_GRACE", 0.05)
    broken = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: broken.set())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    try:
        stop = threading.Event()
        with attending(ended.pid, stop):
            assert broken.wait(20)
        assert stop.is_set()
    finally:
        signal.signal(signal.SIGTERM, before)
