"""One polite, resumable way to a service: stored answers first, then one request at a time, tried again with patience.

What is tried again: 429, 5xx, answers that are cut, hang or are not what was promised. What is not: every other 4xx.
Every answer that arrives is stored before anything is read from it, without the key that was sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from litatlas.graph.errors import (
    AnswerUnreadable,
    LitAtlasError,
    NotStored,
    RequestRefused,
    ServiceBusy,
    ServiceError,
    ServiceRefused,
    ServiceUnreachable,
)

from .pacing import Clock, Pace, SystemClock, random_wait, read_retry_after, to_iso
from .responses import ResponseStore, StoredResponse
from .services import FetchEvent, Notify, Purpose, Request, Service
from .source_text import clean_text
from .wire import Answer, FailureKind, Wire, WireFailure

Check = Callable[[bytes], None]
"""Raises a `LitAtlasError` where a body of status 200 is not what was promised."""

SHORTEST_NOTED_WAIT = 1.0  # seconds; shorter waits are not told
SHORTEST_SECRET = 8  # characters


class _Passing(Exception):
    """A failure that may pass: try again, and raise `error` in the end."""

    def __init__(self, error: ServiceError, retry_after: float | None = None, unreachable: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.retry_after = retry_after
        self.unreachable = unreachable


class Transport:
    """The only way to one service; a context manager.

    Args:
        store: where answers are kept and found; None for a look that leaves nothing.
        offline: answer from the store only.
        clock: time and waiting; tests bring their own.
        notify: is told of progress and of waits.

    Attributes:
        requests: sent by this object, every try counted.
    """

    def __init__(
        self,
        service: Service,
        store: ResponseStore | None,
        *,
        offline: bool = False,
        clock: Clock | None = None,
        notify: Notify | None = None,
    ) -> None:
        self.service = service
        self.requests = 0
        self._store = store
        self._offline = offline
        self._clock = clock or SystemClock()
        self._notify = notify or _tell_nobody
        self._pace = Pace(service, store, self._clock)
        self._wire: Wire | None = None
        self._progress = (0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._wire:
            self._wire.close()
            self._wire = None

    @property
    def offline(self) -> bool:
        """Whether only stored answers are given."""
        return self._offline

    @property
    def time(self) -> float:
        """Seconds since 1970 by the transport's clock."""
        return self._clock.now()

    @property
    def next_try(self) -> float:
        """When the service may be asked again, in seconds since 1970."""
        return self._clock.now() + self._pace.seconds_left()

    def tell(self, purpose: Purpose, done: int, total: int, message: str = "") -> None:
        """Report progress; waits that follow carry the same numbers."""
        self._progress = (done, total)
        self._event(purpose, None, message)

    def fetch(self, request: Request, check: Check) -> StoredResponse:
        """The answer to a request: the stored one, else a new one.

        Args:
            check: what makes a body of status 200 usable.

        Returns:
            an answer whose status is one of `request.answers`.

        Raises:
            ServiceUnreachable: no connection.
            ServiceBusy: "later", failures and cut answers until patience ended, or a wait longer than it.
            ServiceRefused: it does not let us in (401, 403), or leads elsewhere.
        RequestRefused: another status, which asking again does not change.
            AnswerUnreadable: `check` held no answer to be usable, until patience ended.
            NotStored: offline, and there is no such answer in the store.
            FetchStopped: the clock was told to stop.
        """
        if stored := self._find(request, check):
            return stored
        if self._offline:
            raise NotStored(f"The store holds no answer of {self.service.title} for {request.address[:200]}", _ONLINE)
        return self._try_until_answered(request, check)

    def _find(self, request: Request, check: Check) -> StoredResponse | None:
        """A stored answer; one that a stopped run stored and did not come to check is checked now."""
        while self._store and (stored := self._store.find(request)):
            if not (reason := _unusable(stored, check)):
                return stored
            self._store.reject(stored, reason)
        return None

    def _try_until_answered(self, request: Request, check: Check) -> StoredResponse:
        began = self._clock.now()
        patience = self.service.patience

        def wait(state: RetryCallState) -> float:
            passing = _passing(state)
            return random_wait(state.attempt_number, patience) if passing.retry_after is None else passing.retry_after

        def stop(state: RetryCallState) -> bool:
            tries = patience.unreachable_tries if _passing(state).unreachable else patience.tries
            spent = self._clock.now() - began + state.upcoming_sleep
            return state.attempt_number >= tries or spent > patience.total_wait

        def tell(state: RetryCallState) -> None:
            self._event(request.purpose, state.upcoming_sleep, f"{_passing(state).error.message}; trying again")

        retrying = Retrying(
            wait=wait,
            stop=stop,
            before_sleep=tell,
            sleep=self._clock.sleep,
            retry=retry_if_exception_type(_Passing),
            reraise=True,
        )
        try:
            return retrying(self._attempt, request, check)
        except _Passing as passing:
            self._pace.wait_at_least(passing.retry_after or 0.0)
            raise passing.error from None

    def _attempt(self, request: Request, check: Check) -> StoredResponse:
        self._keep_distance(request)
        answer = self._exchange(request)
        response = self._keep(request, answer)
        if response.status == 200:
            if reason := _unusable(response, check):
                self._reject(response, reason)
                raise _Passing(AnswerUnreadable(f"{self.service.title} sent an answer that is none: {reason}", _AGAIN))
            return response
        if response.status in request.answers:
            return response
        raise self._failure(answer)

    def _keep_distance(self, request: Request) -> None:
        left = self._pace.seconds_left()
        if left > self.service.patience.total_wait:
            raise ServiceBusy(f"{self.service.title} asks to wait until {to_iso(self._clock.now() + left)}", _AGAIN)
        if left >= SHORTEST_NOTED_WAIT:
            self._event(request.purpose, left, "")
        self._clock.sleep(left)  # also for no time: a clock that was told to stop says so here
        self._pace.start()

    def _exchange(self, request: Request) -> Answer:
        self._wire = self._wire or Wire(self.service)
        self.requests += 1
        try:
            return self._wire.exchange(request)
        except WireFailure as failure:
            what, title = self._without_key(clean_text(failure.message)[:200]), self.service.title
            if failure.kind is FailureKind.FORBIDDEN:
                raise ServiceRefused(f"{title} sent {what}", "Check its address in the settings.") from None
            if failure.kind is FailureKind.UNREACHABLE:
                error = ServiceUnreachable(f"{title} cannot be reached: {what}", _NETWORK)
                raise _Passing(error, unreachable=True) from None
            raise _Passing(ServiceBusy(f"{title} broke off: {what}", _AGAIN)) from None

    def _keep(self, request: Request, answer: Answer) -> StoredResponse:
        """Store an answer as it came, but for a key that it repeats."""
        body = answer.body
        if self._secret:
            body = body.replace(self._secret.encode(), b"[key]")
        headers = {name: self._without_key(value) for name, value in answer.headers.items()}
        fetched_at = to_iso(self._clock.now())
        if self._store:
            return self._store.put(request, answer.status, headers, body, fetched_at)
        return StoredResponse(
            request.key,
            request.source,
            request.purpose,
            request.address,
            answer.status,
            body,
            fetched_at,
            request.asked,
            tuple(sorted(headers.items())),
        )

    def _reject(self, response: StoredResponse, reason: str) -> None:
        if self._store:
            self._store.reject(response, reason)

    def _failure(self, answer: Answer) -> Exception:
        """What an answer means that is none: a failure that may pass, or a refusal."""
        words = self._without_key(_words(answer.body))
        said = f"{self.service.title} answered {answer.status}{f': {words}' if words else ''}"
        if answer.status == 429 or answer.status >= 500 or answer.status < 300:
            retry_after = read_retry_after(answer.headers.get("retry-after"), self._clock.now())
            if retry_after is not None:
                self._pace.wait_at_least(retry_after)
            keyless = self.service.key_header and not self.service.key
            advice = f"{_AGAIN} A key of your own makes it faster." if keyless else _AGAIN
            return _Passing(ServiceBusy(said, advice), retry_after)
        if answer.status in {401, 403}:
            with_key = "Check the key, or unset it." if self.service.key else "It may refuse this network; try a key."
            return ServiceRefused(said, with_key)
        return RequestRefused(said, "Asking again changes nothing; please report it as a fault of LitAtlas.")

    @property
    def _secret(self) -> str:
        """The key, for leaving it out; one so short that it stands in every text is no secret."""
        key = self.service.key.get_secret_value() if self.service.key else ""
        return key if len(key) >= SHORTEST_SECRET else ""

    def _without_key(self, text: str) -> str:
        return text.replace(self._secret, "[key]") if self._secret else text

    def _event(self, purpose: Purpose, wait: float | None, message: str) -> None:
        done, total = self._progress
        self._notify(FetchEvent(self.service.source, purpose, done, total, self.requests, wait, message))


_AGAIN = "Run the same command again later; it continues where it stopped."
_NETWORK = "Check the connection, then run the same command again; --offline uses what is stored."
_ONLINE = "Run it once without --offline."


def _tell_nobody(event: FetchEvent) -> None:  # noqa: ARG001 - stands in for one who listens
    return None


def _passing(state: RetryCallState) -> _Passing:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, _Passing)
    return error


def _unusable(response: StoredResponse, check: Check) -> str | None:
    """Why a body is not what was promised, or None."""
    if response.status != 200:
        return None
    try:
        check(response.body)
    except LitAtlasError as error:
        return error.message
    return None


def _words(body: bytes) -> str:
    """What a service says about a failure, as one short line; nothing where it is a page or no text."""
    text = body[:2000].decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            found = json.loads(body[:20_000])
            text = str(found.get("error") or found.get("message") or "")
        except (ValueError, RecursionError, AttributeError):
            return ""
    return "" if text.startswith("<") else clean_text(text)[:200]
