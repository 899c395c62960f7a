"""An endpoint that speaks OpenAI's chat protocol, on this machine, and misbehaves as it is told to.

with ChatServer(says("It is quantized in one shot [1].")) as server:
    fetch_written(server.writer(), "how?", papers)
    assert server.requests[0].asked["question"] == "how?"
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from pydantic import SecretStr

from litatlas.ingest.services import Patience
from litatlas.ingest.writer import Writer, writer_at

from .serving import Serving

QUICK = Patience(
    tries=3,
    first_wait=0.01,
    longest_wait=0.02,
    total_wait=20.0,
    deadline=1.0,
    connect=1.0,
    read=1.0,
    largest_answer=100_000,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; header names in lower case."""

    path: str
    headers: dict[str, str]
    fields: dict[str, Any]

    @property
    def asked(self) -> dict[str, Any]:
        """The user's message: the question with its evidence."""
        content: dict[str, Any] = json.loads(self.fields["messages"][1]["content"])
        return content


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent: a status, headers and a body, of which `sent` bytes arrive; `hang` waits before any of it."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    sent: int | None = None
    hang: bool = False


Behaviour = Callable[[int, Asked], Reply]
"""The reply to the n-th request, counted from 0."""


def completion(content: object, finish: str = "stop") -> bytes:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


def stream(content: str, *, ended: bool = True) -> bytes:
    """The same in pieces, as server-sent events."""
    pieces = [content[start : start + 7] for start in range(0, len(content), 7)]
    events = [json.dumps({"choices": [{"delta": {"content": piece}, "finish_reason": None}]}) for piece in pieces]
    events = [json.dumps({"choices": [{"delta": {"role": "assistant"}}]}), *events]
    if ended:
        events += [json.dumps({"choices": [], "usage": {"total_tokens": 9}}), "[DONE]"]
    return b": ping\n\n" + "".join(f"data: {event}\n\n" for event in events).encode()


def says(content: object, finish: str = "stop") -> Behaviour:
    return always(Reply(body=completion(content, finish)))


def always(reply: Reply) -> Behaviour:
    return lambda _number, _asked: reply


def first(failing: Reply, then: Behaviour, times: int = 1) -> Behaviour:
    """The first requests fail, later ones are answered."""
    return lambda number, asked: failing if number < times else then(number, asked)


class ChatServer(Serving):
    """The endpoint as a context manager; `requests` has what it was asked."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.requests: list[Asked] = []
        super().__init__(_handler(self, behaviour))

    @property
    def url(self) -> str:
        return f"{self.address}/v1"

    def writer(self, key: str | None = None) -> Writer:
        return writer_at(self.url, "stand-in", SecretStr(key) if key else None, patience=QUICK)


def _handler(server: ChatServer, behaviour: Behaviour) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.path, headers, json.loads(body))
            server.requests.append(asked)
            reply = behaviour(len(server.requests) - 1, asked)
            if reply.hang:
                server.closing.wait(10.0)
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: reply.sent])
            if reply.sent is not None:
                self.close_connection = True

    return Handler
