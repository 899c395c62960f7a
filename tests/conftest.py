"""What every test has: no network but loopback, and the real data where it is at hand."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

from litatlas.graph.index import Vectors

ROOT = Path(__file__).parent.parent
_SHARED = Path(os.environ.get("LITATLAS_SHARED", ROOT.parent / "shared"))


# The gate gives the same answer twice: the same examples, none of them timed, as that depends on the machine. To find
# new ones: pytest --hypothesis-profile=search
hypothesis.settings.register_profile("gate", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile("gate")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine, or a look-up of its name, fails the test that made it."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(host: object) -> None:
        if host not in {"127.0.0.1", "::1", "localhost", "", None}:
            pytest.fail(f"the test tried to reach {host!r}")

    def guarded(self: socket.socket, address: Any) -> None:
        check(address[0] if isinstance(address, tuple) else None)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        check(address[0] if isinstance(address, tuple) else None)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        check(host.decode() if isinstance(host, bytes) else host)
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


@pytest.fixture(autouse=True)
def _plain_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own settings do not reach a test."""
    for name in [name for name in os.environ if name.startswith("LITATLAS_") and name != "LITATLAS_SHARED"]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of real data; the test is skipped where it is absent."""
    data = _SHARED / "data"
    if not data.is_dir():
        pytest.skip(f"real data is not at hand ({data}); name its parent with LITATLAS_SHARED")
    return data


class WordEncoder:
    """A small encoder for tests: each word has a fixed direction, a text is the sum of its words.

    Texts that share words are near each other, and nothing has to be loaded.
    """

    name = "words"
    fingerprint = "words@test"
    dimension = 48

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.encoded += texts
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                seed = int.from_bytes(hashlib.sha256(word.strip(".,>").encode()).digest()[:4], "big")
                vectors[row] += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
            vectors[row] /= np.linalg.norm(vectors[row]) or 1.0
        if progress:
            progress(len(texts))
        return vectors


@pytest.fixture
def encoder() -> WordEncoder:
    """A fresh `WordEncoder`, which remembers what it was asked to encode."""
    return WordEncoder()


@pytest.fixture(scope="session")
def bundled_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the surveys that ship, with vectors of `WordEncoder`; read by many tests, changed by none."""
    from litatlas.app.building import build
    from litatlas.app.settings import Settings

    directory = tmp_path_factory.mktemp("bundled") / "litatlas-library"
    build(Settings(library=directory), lambda *_: None, load=lambda _: WordEncoder(), with_map=False)
    return directory
