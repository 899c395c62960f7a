"""arXiv, Semantic Scholar and OpenAlex on this machine, with the faults of a plan, and a record of every request.

    with LoopbackServer(make_corpus(30)) as server:
        fetch(wanted, server.services(), store)
        assert len(server.requests) == 3

As a process: ``python -m tests.loopback --papers 30 --log requests.jsonl`` prints its address.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litatlas.ingest.services import Patience, Services

from .answers import Answers
from .corpus import Work
from .faults import Fault, Plan, Rule
from .serving import Serving

_NOTING = 0.5  # seconds; a client may have its answer before the server has written down that it gave it


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as it came.

    Attributes:
        headers: names in lower case.
        status: of the answer; 0 where the fault sent none.
        began: seconds of a clock that only runs forward.
        answered: whether the whole answer of status 200, 400 or 404 was sent.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes
    headers: dict[str, str]
    status: int
    began: float
    answered: bool

    @property
    def identity(self) -> tuple[str, str, tuple[tuple[str, str], ...], bytes]:
        """Equal for equal requests."""
        return self.method, self.path, tuple(sorted(self.query)), self.body


class LoopbackServer(Serving):
    """The services as a context manager.

    Args:
        overrides: path -> (status, content type, body): recorded bodies served as they are.
        log: a file that gets a line of JSON per request, for a server in another process.
    """

    def __init__(
        self,
        corpus: Sequence[Work],
        plan: Plan | None = None,
        *,
        no_html: frozenset[str] = frozenset(),
        overrides: dict[str, tuple[int, str, bytes]] | None = None,
        log: Path | None = None,
        port: int = 0,
    ) -> None:
        self.plan = plan or Plan()
        self._recorded: list[Recorded] = []
        self._under_way = 0
        self.overrides = overrides or {}
        self.lock = threading.Lock()
        self.answers = Answers(corpus, self.plan.oddities, no_html)
        self._log = log
        super().__init__(_handler(self), port)

    def services(self, **changes: Any) -> Services:
        """The settings that lead here: no pause between requests, short waits, short timeouts."""
        quick = Patience(
            tries=4, first_wait=0.02, longest_wait=0.05, total_wait=20.0, deadline=2.0, connect=1.0, read=1.0
        )
        services = Services(
            arxiv_api=f"{self.address}/api/query",
            arxiv_site=self.address,
            semantic_scholar=f"{self.address}/graph/v1",
            openalex=self.address,
            pace=0.0,
            patience=quick,
        )
        return replace(services, **changes)

    @property
    def requests(self) -> list[Recorded]:
        """Every request so far, in order of their ends; waits a moment for those whose answers are being noted."""
        deadline = time.monotonic() + _NOTING
        while self._under_way and time.monotonic() < deadline:
            time.sleep(0.002)
        with self.lock:
            return list(self._recorded)

    def begin(self) -> None:
        """Note that a request has come."""
        with self.lock:
            self._under_way += 1

    def end(self) -> None:
        """Note that a request was dealt with."""
        with self.lock:
            self._under_way -= 1

    def count(self, path: str) -> int:
        """How many requests had this in their path."""
        return sum(path in request.path for request in self.requests)

    def record(self, request: Recorded) -> None:
        with self.lock:
            self._recorded.append(request)
            if self._log:
                line = {"path": request.path, "identity": repr(request.identity), "status": request.status}
                with self._log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps({**line, "answered": request.answered}) + "\n")


def _handler(server: LoopbackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _serve(self, body: bytes) -> None:
            began = time.monotonic()
            parts = urlsplit(self.path)
            query = tuple(parse_qsl(parts.query, keep_blank_values=True))
            with server.lock:
                rule = server.plan.next_fault(parts.path)
            answer = server.overrides.get(parts.path) or server.answers.answer(parts.path, dict(query), body)
            status, answered = 0, False
            server.begin()
            try:
                status, answered = self._reply(rule, *answer)
            finally:
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.record(Recorded(self.command, parts.path, query, body, headers, status, began, answered))
                server.end()

        def _reply(self, rule: Rule | None, status: int, kind: str, body: bytes) -> tuple[int, bool]:
            if rule is None:
                self._send(status, kind, body)
                return status, status in {200, 400, 404}
            return self._misbehave(rule, status, kind, body), False

        def _misbehave(self, rule: Rule, status: int, kind: str, body: bytes) -> int:
            self.close_connection = True
            match rule.fault:
                case Fault.RATE_LIMIT:
                    return self._send(429, "application/json", b'{"message": "Too Many Requests", "code": "429"}', rule)
                case Fault.ERROR | Fault.REFUSE:
                    return self._send(rule.status, "application/json", b'{"message": "out of order"}', rule)
                case Fault.REDIRECT:
                    return self._send(rule.status, kind, b"", rule)
                case Fault.HTML:
                    return self._send(200, "text/html", b"<!DOCTYPE html><html><body>Just a moment</body></html>")
                case Fault.GARBAGE:
                    return self._send(200, kind, bytes(range(256)))
                case Fault.CUT_MATCHING:
                    return self._send(200, kind, body[: len(body) // 2])
                case Fault.CUT:
                    self._head(200, kind, len(body))
                    self.wfile.write(body[: len(body) // 2])
                    return 0
                case Fault.HANG:
                    server.closing.wait(rule.seconds)
                    return 0
                case Fault.DRIP:
                    self._head(200, kind, len(body))
                    return self._drip(body, rule.seconds)
                case Fault.DRIP_HEADERS:
                    return self._drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000, rule.seconds)
                case Fault.ENDLESS:
                    return self._pour(kind)
                case Fault.BOMB:
                    return self._send(200, kind, gzip.compress(bytes(50_000_000)), rule)

        def _drip(self, body: bytes, seconds: float) -> int:
            for byte in body:
                if server.closing.wait(seconds):
                    break
                self.wfile.write(bytes([byte]))
            return 0

        def _pour(self, kind: str) -> int:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            while not server.closing.is_set():
                self.wfile.write(b" " * 65_536)
            return 0

        def _head(self, status: int, kind: str, length: int, rule: Rule | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(length))
            if rule and rule.retry_after is not None:
                self.send_header("Retry-After", rule.retry_after)
            if rule and rule.fault is Fault.BOMB:
                self.send_header("Content-Encoding", "gzip")
            if self.close_connection:
                self.send_header("Connection", "close")
            if rule and rule.location:
                self.send_header("Location", rule.location)
            self.end_headers()

        def _send(self, status: int, kind: str, body: bytes, rule: Rule | None = None) -> int:
            self._head(status, kind, len(body), rule)
            self.wfile.write(body)
            return status

        def finish(self) -> None:
            with contextlib.suppress(OSError):
                super().finish()
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    return Handler
