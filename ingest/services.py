"""The services on the network: where each is, how often it may be asked, and what one asks of it. Frozen values.

Addresses and paces are those of the services' own terms: arXiv asks for at most one request every three seconds over
one connection (https://info.arxiv.org/help/api/tou.html); Semantic Scholar gives a key one request per second over all
endpoints (https://www.semanticscholar.org/product/api) and lets everybody else share one pool; OpenAlex allows many
(https://developers.openalex.org), and is asked for little.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr

from litatlas.graph.errors import ServiceRefused


class SourceName(StrEnum):
    """The services; values are those of `models.SourceKind`."""

    ARXIV = "arxiv"
    SEMANTIC_SCHOLAR = "semantic-scholar"
    OPENALEX = "openalex"


class Purpose(StrEnum):
    """What a request is for: each purpose of a source has its own tasks."""

    METADATA = "metadata"
    EDGES = "edges"
    REFERENCES = "references"
    MATCH = "match"
    TEXT = "text"


ANSWERS = frozenset({200, 404})
"""Statuses that are an answer: what was asked for, or that there is no such thing."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, complete but for the key and the User-Agent.

    Attributes:
        url: without query.
        parameters: the query's fields and values.
        body: of a POST; None makes it a GET.
        asked: keys of the tasks it is sent for; no part of the request's own key.
        answers: statuses that the caller reads as an answer; every other one is a failure.
    """

    source: SourceName
    purpose: Purpose
    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    asked: tuple[str, ...] = ()
    answers: frozenset[int] = ANSWERS

    @property
    def method(self) -> str:
        """GET, or POST where there is a body."""
        return "GET" if self.body is None else "POST"

    @property
    def address(self) -> str:
        """The address with its query, fields sorted."""
        return f"{self.url}?{urlencode(sorted(self.parameters))}" if self.parameters else self.url

    @property
    def key(self) -> str:
        """24 hex digits of sha256 over method, address and body: equal for equal requests."""
        text = f"{self.method}\n{self.address}\n".encode() + (self.body or b"")
        return hashlib.sha256(text).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class FetchEvent:
    """How far a source is, for people and programs.

    Attributes:
        done, total: tasks of this purpose that are settled, of all that are wanted.
        requests: sent to this source in this run.
        wait_seconds: until the next try, while waiting; None otherwise.
    """

    source: SourceName
    purpose: Purpose
    done: int
    total: int
    requests: int
    wait_seconds: float | None = None
    message: str = ""


Notify = Callable[[FetchEvent], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """When to try again, and when to give up for this run. Times in seconds.

    Attributes:
        tries: of one request whose answer is "later" or unusable.
        unreachable_tries: of one request that finds no connection; few, since a missing network does not mend itself.
        first_wait: upper end of the first random wait; doubled with every try, up to `longest_wait`.
        total_wait: over all tries of one request; a service that asks for more is left for a later run.
        deadline: for one answer to arrive completely.
        connect, read: until a connection stands, and between two pieces of an answer.
        largest_answer: bytes.
    """

    tries: int = 8
    unreachable_tries: int = 2
    first_wait: float = 2.0
    longest_wait: float = 60.0
    total_wait: float = 300.0
    deadline: float = 180.0
    connect: float = 5.0
    read: float = 60.0
    largest_answer: int = 200_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """One source as the transport needs it.

    Attributes:
        pace: seconds between the starts of two requests.
        address: of its interface; `site`: of its pages, where they are elsewhere.
        key_header, key: where a key is sent and what it is; the key goes nowhere else.
        mailto: a contact for the User-Agent.
    """

    source: SourceName
    title: str
    pace: float
    address: str
    site: str | None = None
    key_header: str | None = None
    key: SecretStr | None = None
    mailto: str | None = None
    patience: Patience = Patience()

    @property
    def hosts(self) -> frozenset[str]:
        """Its hosts, with ports; the only ones that get the key."""
        return frozenset(host_of(address) for address in (self.address, self.site) if address)

    @property
    def local(self) -> bool:
        """Whether it is on this machine."""
        return all(is_loopback(address) for address in (self.address, self.site) if address)

    @property
    def secret(self) -> dict[str, str]:
        """The header that carries the key, or nothing."""
        if not self.key or not self.key_header:
            return {}
        prefix = "Bearer " if self.key_header == "Authorization" else ""
        return {self.key_header: prefix + self.key.get_secret_value()}


@dataclass(frozen=True, slots=True)
class Services:
    """Where the services are, and what the user has for them; addresses are settings, so that tests can replace them.

    Attributes:
        arxiv_api: the query interface, `arxiv_site` the pages.
        mailto: a contact that is told to the services in the User-Agent.
        pace: seconds between requests instead of the terms' own; shorter ones hold for loopback addresses only.
    """

    arxiv_api: str = "https://export.arxiv.org/api/query"
    arxiv_site: str = "https://arxiv.org"
    semantic_scholar: str = "https://api.semanticscholar.org/graph/v1"
    openalex: str = "https://api.openalex.org"
    semantic_scholar_key: SecretStr | None = None
    openalex_key: SecretStr | None = None
    mailto: str | None = None
    pace: float | None = None
    patience: Patience = field(default=Patience())

    def service(self, source: SourceName) -> Service:
        """One of them.

        Raises:
            ServiceRefused: its key cannot be one.
        """
        if source is SourceName.ARXIV:
            made = Service(source, "arXiv", 3.0, self.arxiv_api, self.arxiv_site)
        elif source is SourceName.SEMANTIC_SCHOLAR:
            key = _checked(self.semantic_scholar_key, "Semantic Scholar")
            pace = 1.0 if key else 3.0
            address = self.semantic_scholar.rstrip("/")
            made = Service(source, "Semantic Scholar", pace, address, None, "x-api-key", key)
        else:
            key = _checked(self.openalex_key, "OpenAlex")
            made = Service(source, "OpenAlex", 0.5, self.openalex.rstrip("/"), None, "Authorization", key)
        return replace(made, pace=self._pace(made), mailto=self.mailto, patience=self.patience)

    def _pace(self, service: Service) -> float:
        if self.pace is None:
            return service.pace
        return self.pace if service.local else max(service.pace, self.pace)


def _checked(key: SecretStr | None, title: str) -> SecretStr | None:
    """A key that can stand in a header; the error does not repeat it."""
    text = key.get_secret_value().strip() if key else ""
    if not all("!" <= char <= "~" for char in text):
        raise ServiceRefused(f"The key for {title} holds characters that no key has", "Set it again, or unset it.")
    return SecretStr(text) if text else None


def host_of(address: str) -> str:
    """Host and port of an address, lower case; empty where it has none."""
    try:
        parts = urlsplit(address)
        return parts.netloc.rpartition("@")[2].lower() if parts.hostname else ""
    except ValueError:
        return ""


def is_loopback(address: str) -> bool:
    """Whether an address is this machine."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
