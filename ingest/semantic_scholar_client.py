"""The `semanticscholar` package over our transport: its methods, paths and fields, our requests.

Left to itself it takes an outage for "not found", repeats some failures without end or pause, sends the key with some
requests only, and loses the positions of a batch. Here its requester hands every request to the transport, which stores
the answer; answers are then read from the store, by position.
"""

from __future__ import annotations

import json
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from litatlas.graph.errors import AnswerUnreadable

from .json_answers import mapping, read_json, whole
from .responses import StoredResponse
from .services import Purpose, Request, SourceName
from .transport import Check, Transport

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """What the next requests of a client are for.

    Attributes:
        answers: statuses that are an answer; others raise.
        check: of a body of status 200.
    """

    purpose: Purpose
    asked: tuple[str, ...]
    answers: frozenset[int]
    check: Check


class Requester:
    """In the place of the package's `ApiRequester`: every request goes through the transport.

    Attributes:
        responses: the stored answers, in the order of the requests.
    """

    timeout: float = 0.0
    retry: bool = False

    def __init__(self, transport: Transport, question: Question) -> None:
        self.responses: list[StoredResponse] = []
        self._transport = transport
        self._question = question

    async def get_data_async(
        self, url: str, parameters: str, _headers: object = None, payload: dict[str, object] | None = None
    ) -> object:
        """What the package needs of an answer, which is read from the store: errors as in `Transport.fetch`.

        Args:
            _headers: ignored; the transport alone knows the key.
        """
        fields = tuple(parse_qsl(parameters.lstrip("&"), keep_blank_values=True))
        body = None if payload is None else json.dumps(payload).encode()
        question = self._question
        request = Request(
            SourceName.SEMANTIC_SCHOLAR, question.purpose, url, fields, body, question.asked, question.answers
        )
        response = self._transport.fetch(request, _paged(question.check, dict(fields)))
        self.responses.append(response)
        return _skeleton(response) if body is None else []


def open_client(transport: Transport, question: Question) -> tuple[Any, Requester]:
    """An `AsyncSemanticScholar` whose requests go through a transport, and its requester."""
    from semanticscholar import AsyncSemanticScholar  # noqa: PLC0415 - slow to load, and needed only here

    class Client(AsyncSemanticScholar):  # type: ignore[misc]
        """The package's client without its logging set-up and its guess at what was not found."""

        BASE_PATH_GRAPH = ""
        debug = False

        def _get_not_found_ids(self, *_: object) -> list[str]:
            return []

    client = Client(api_url=transport.service.address, retry=False)
    client._requester = requester = Requester(transport, question)
    return client, requester


def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run one of the client's coroutines; since its requester never yields, this needs no event loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("the client waited for something else than its requester")


def _paged(check: Check, fields: dict[str, str]) -> Check:
    """A check that also holds a page to be the one that was asked for, so that following pages comes to an end."""
    asked = int(fields["offset"]) if fields.get("offset", "").isdecimal() else None

    def check_page(body: bytes) -> None:
        check(body)
        page = mapping(read_json(body))
        following = page.get("next")
        if asked is None:
            return
        if whole(page.get("offset", 0)) != asked or (following is not None and (whole(following) or 0) <= asked):
            raise AnswerUnreadable(f"another page than the one from {asked}")

    return check_page


def _skeleton(response: StoredResponse) -> object:
    """As much of a page as the package needs to go on to the next one; it would stumble over nulls in the rest."""
    if response.status != 200:
        return {"data": [{}]}
    page: dict[str, object] = {"data": [{}]}
    answer = mapping(read_json(response.body))
    return page | {name: answer[name] for name in ("offset", "next") if name in answer}
