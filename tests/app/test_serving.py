from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


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
        server.terminate()
        server.wait(20)
        assert not listens(port), "the server outlived the command"
    finally:
        server.kill()
