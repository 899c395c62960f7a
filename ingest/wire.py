"""One exchange over HTTP: send a request, take the whole answer or say why not. No second try, no store.

A service may send anything: an answer without end, an answer a byte at a time, a redirect to elsewhere. Each exchange
has a deadline that closes its connection, and an answer a largest size.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urljoin, urlsplit

import httpx

from .services import Patience, host_of

MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FailureKind(StrEnum):
    """Why an exchange gave no answer."""

    UNREACHABLE = "unreachable"
    INTERRUPTED = "interrupted"
    FORBIDDEN = "forbidden"


class WireFailure(Exception):
    """An exchange that gave no answer; `kind` decides whether trying again makes sense."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of any status; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Peer(Protocol):
    """Who is spoken to: a `Service`, or whatever else answers over HTTP."""

    @property
    def patience(self) -> Patience:
        """How long it may take, and how much it may send."""
        ...

    @property
    def hosts(self) -> frozenset[str]:
        """Its hosts, with ports; the only ones that get the secret."""
        ...

    @property
    def local(self) -> bool:
        """Whether it is on this machine."""
        ...

    @property
    def secret(self) -> dict[str, str]:
        """The header that carries the key, or nothing."""
        ...

    @property
    def mailto(self) -> str | None:
        """A contact for the User-Agent."""
        ...


class Sent(Protocol):
    """What is sent: a `Request`, or whatever else is one."""

    @property
    def method(self) -> str:
        """GET or POST."""
        ...

    @property
    def address(self) -> str:
        """With its query."""
        ...

    @property
    def body(self) -> bytes | None:
        """JSON of a POST."""
        ...


class Wire:
    """A connection to one service; a context manager."""

    def __init__(self, service: Peer) -> None:
        self._service = service
        self._stream: Any = None
        patience = service.patience
        self._client = httpx.Client(
            timeout=httpx.Timeout(patience.read, connect=patience.connect),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            headers={"User-Agent": user_agent(service.mailto), "Accept-Encoding": "gzip"},
            trust_env=not service.local,  # the machine's proxies and certificates, but for its own addresses
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def exchange(self, request: Sent) -> Answer:
        """Send a request and take the whole answer, over at most `MOST_REDIRECTS` redirects.

        Raises:
            WireFailure: no connection, an answer cut short, too slow or too large, or a redirect that is not followed.
        """
        address = request.address
        with self._deadline() as expired, _said_as_failures(expired):
            for _ in range(MOST_REDIRECTS + 1):
                answer = self._send(request, address)
                if answer.status not in _REDIRECTS:
                    return answer
                address = _next_address(request, address, answer)
        raise WireFailure(FailureKind.FORBIDDEN, f"more than {MOST_REDIRECTS} redirects")

    def _send(self, request: Sent, address: str) -> Answer:
        headers = self._service.secret if host_of(address) in self._service.hosts else {}
        if request.body is not None:
            headers = {**headers, "Content-Type": "application/json"}
        with self._client.stream(
            request.method, address, content=request.body, headers=headers, extensions={"trace": self._note_stream}
        ) as response:
            return Answer(response.status_code, dict(response.headers), self._read(response))

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._service.patience.largest_answer:
                raise WireFailure(
                    FailureKind.FORBIDDEN, f"an answer of more than {self._service.patience.largest_answer:,} bytes"
                )
        return bytes(body)

    def _note_stream(self, event: str, info: dict[str, Any]) -> None:
        """Remember the connection, so that the deadline can close it."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._stream = info["return_value"]

    @contextmanager
    def _deadline(self) -> Iterator[threading.Event]:
        """Close the connection when time is up: a reader waits for the next byte only, and each may come in time."""
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            connection = self._stream.get_extra_info("socket") if self._stream else None
            if connection is not None:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self._service.patience.deadline, expire)
        timer.daemon = True
        timer.start()
        try:
            yield expired
        finally:
            timer.cancel()


def user_agent(mailto: str | None) -> str:
    """Who asks: name, version and, where the user gave one, how to reach them."""
    try:
        release = version("litatlas")
    except PackageNotFoundError:
        release = "0"
    contact = "".join(char for char in mailto or "" if char.isascii() and char.isprintable() and char not in "()")
    return f"litatlas/{release} (literature knowledge graph{f'; mailto:{contact}' if contact else ''})"


@contextmanager
def _said_as_failures(expired: threading.Event) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.ProxyError) as error:
        raise WireFailure(FailureKind.UNREACHABLE, str(error) or "no connection in time") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        if expired.is_set():
            seconds = time.monotonic() - began
            raise WireFailure(FailureKind.INTERRUPTED, f"no complete answer within {seconds:.0f} s") from error
        said = "no answer in time" if isinstance(error, httpx.TimeoutException) else str(error)
        raise WireFailure(FailureKind.INTERRUPTED, said or type(error).__name__) from error


def _next_address(request: Sent, address: str, answer: Answer) -> str:
    """Where a redirect leads, if one may go there: the same host, or from arXiv to arXiv, by http or https."""
    try:
        target = urljoin(address, answer.headers.get("location", ""))
        host, parts = host_of(target), urlsplit(target)
    except ValueError:
        raise WireFailure(FailureKind.FORBIDDEN, "a redirect to a broken address") from None
    same = host == host_of(address) or (_is_arxiv(host) and _is_arxiv(host_of(address)))
    safe = parts.scheme == "https" or (parts.scheme == "http" and urlsplit(address).scheme == "http")
    repeatable = request.body is None or answer.status in {307, 308}
    if not (same and safe and repeatable):
        raise WireFailure(FailureKind.FORBIDDEN, f"a redirect to {host or 'nowhere'}, which is not followed")
    return target


def _is_arxiv(host: str) -> bool:
    return host == "arxiv.org" or host.endswith(".arxiv.org")
