"""When the next request may go out: the distance a service asks for, its Retry-After, and random growing waits.

Full jitter (a random wait between nothing and a growing limit) spreads the tries of many clients best:
https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/. Retry-After: RFC 9110, section 10.2.3.
"""

from __future__ import annotations

import math
import random
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from litatlas.graph.errors import FetchStopped

from .responses import ResponseStore
from .services import Patience, Service

LONGEST_RETRY_AFTER = 3600.0
"""Seconds of a Retry-After that are believed; more is taken for a mistake."""


class Clock(Protocol):
    """Time as the transport needs it; tests bring their own."""

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; raises `FetchStopped` when the caller wants to stop."""
        ...


class SystemClock:
    """The machine's clock. A set `stop` event, like Ctrl-C, ends a wait at once."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait, or raise `FetchStopped`."""
        if self._stop.wait(max(0.0, seconds)):
            raise FetchStopped("Stopped as asked", "Run the same command again to continue.")


class Pace:
    """The distance between two requests to one source; kept in the store, so that a restart keeps it too."""

    def __init__(self, service: Service, store: ResponseStore | None, clock: Clock) -> None:
        self._service = service
        self._store = store
        self._clock = clock
        self._next_at = 0.0

    def seconds_left(self) -> float:
        """Until the next request may go out; 0 for now."""
        next_at = self._store.next_request_at(self._service.source) if self._store else self._next_at
        left = next_at - self._clock.now()
        # A clock that was set back would make us wait for years.
        return left if 0 < left <= max(LONGEST_RETRY_AFTER, self._service.pace) else 0.0

    def start(self) -> None:
        """A request goes out now."""
        self._set(self._clock.now() + self._service.pace)

    def wait_at_least(self, seconds: float) -> None:
        """The service asked for a longer distance."""
        if seconds > self.seconds_left():
            self._set(self._clock.now() + seconds)

    def _set(self, moment: float) -> None:
        self._next_at = moment
        if self._store:
            self._store.set_next_request_at(self._service.source, moment)


def random_wait(attempt: int, patience: Patience) -> float:
    """Seconds before the next try: at random up to `first_wait`, twice that, four times that … `longest_wait`.

    Args:
        attempt: tries made, from 1.
    """
    limit = min(patience.longest_wait, patience.first_wait * 2.0 ** min(attempt - 1, 30))
    return random.uniform(0.0, limit)


def read_retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, between 0 and `LONGEST_RETRY_AFTER`; None where it says nothing.

    Args:
        value: seconds, or an HTTP date.
        now: seconds since 1970.
    """
    if not value:
        return None
    seconds = _seconds(value.strip())
    if seconds is None:
        seconds = _until(value, now)
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _until(value: str, now: float) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def to_iso(moment: float) -> str:
    """A time as ISO text in UTC, to the second."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
