from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from litatlas.app import serving
from litatlas.app.fetch_state import FETCH_STATE, read_fetch_state
from litatlas.app.settings import Settings

from ..graph import library_files
from ..loopback.corpus import make_corpus
from ..loopback.faults import Fault, Plan, Rule
from ..loopback.server import LoopbackServer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def opens(port: int, host: str) -> bool:
    """Whether a page that was loaded under this name gets what the app shows."""
    url, protocol = f"ws://{host}:{port}/_stcore/stream", Subprotocol("streamlit")
    try:
        with connect(url, origin=Origin(f"http://{host}:{port}"), subprotocols=[protocol], sock=dial(port)):
            return True
    except InvalidStatus as refused:
        return refused.response.status_code != 403


def dial(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM is a POSIX matter")
def test_ending_the_command_ends_the_server(library: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "litatlas.app.cli", "app", "--library", str(library), "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not listens(port) and time.monotonic() < deadline:
            assert server.poll() is None, "the server ended"
            time.sleep(0.2)
        assert listens(port)
        assert opens(port, "localhost")
        assert opens(port, "127.0.0.1")
        assert not opens(port, "localhost.evil.example"), "a name of somebody else's reads what the app shows"
        server.terminate()
        server.wait(20)
        assert not listens(port), "the server outlived the command"
    finally:
        server.kill()


def wait_until(condition: Any, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(condition())


def is_running(process: int) -> bool:
    """Whether it runs; one that has ended and that nobody waits for does not."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return Path("/proc").is_dir() is False


def said(library: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((library / FETCH_STATE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM is a POSIX matter")
def test_ending_the_app_ends_its_fetch(tmp_path: Path) -> None:
    """The services ask it to wait for a minute each time, so that it would go on for long."""
    library_files.write(library := tmp_path / "library")  # without vectors, so that no model is asked for
    plan = Plan([Rule(Fault.RATE_LIMIT, retry_after="60")])
    port = free_port()
    command = [sys.executable, "-m", "litatlas.app.cli", "app", "--library", str(library), "--port", str(port)]
    with LoopbackServer(make_corpus(3), plan) as server:
        services = {
            "LITATLAS_ARXIV_API": f"{server.address}/api/query",
            "LITATLAS_ARXIV_SITE": server.address,
            "LITATLAS_SEMANTIC_SCHOLAR": f"{server.address}/graph/v1",
            "LITATLAS_OPENALEX": server.address,
            "LITATLAS_PACE": "0",
        }
        app = subprocess.Popen(
            [*command, "--fetch"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=os.environ | services
        )
        try:
            assert wait_until(lambda: said(library).get("next_try")), "it never waited"
            process = said(library)["process"]
            assert is_running(process)
            app.terminate()
            app.wait(20)
            assert wait_until(lambda: not is_running(process)), "the fetch outlived the app"
        finally:
            app.kill()
    assert said(library)["phase"] == "lacking", "it had time to say how far it came"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What `serve` starts: nothing runs, the commands are kept."""
    commands: list[list[str]] = []

    class Started:
        pid = os.getpid()
        returncode = 0

        def __init__(self, command: list[str], **_: Any) -> None:
            commands.append(command)

    monkeypatch.setattr(subprocess, "Popen", Started)
    monkeypatch.setattr(os, "execve", lambda _path, command, _environment: commands.append(command))
    monkeypatch.setattr(subprocess, "run", Started)
    return commands


def test_a_fetch_is_announced_before_it_says_anything_itself(library: Path, started: list[list[str]]) -> None:
    serving.serve(Settings(library=library, port=free_port(), fetch=True))
    fetch = started[0]
    assert fetch[fetch.index("fetch") :][:3] == ["fetch", "--attend", str(os.getpid())]
    settings = Settings(library=library)
    state = read_fetch_state(settings)
    assert state is not None
    assert (state.process, state.progress) == (os.getpid(), ())


def test_an_app_without_a_fetch_forgets_what_the_last_one_said(library: Path, started: list[list[str]]) -> None:
    (library / FETCH_STATE).write_text('{"phase": "done", "process": 1, "changed": 1.0}', encoding="utf-8")
    assert read_fetch_state(Settings(library=library)) is not None
    serving.serve(Settings(library=library, port=free_port()))
    assert not any("fetch" in command for command in started)
    assert read_fetch_state(Settings(library=library)) is None
