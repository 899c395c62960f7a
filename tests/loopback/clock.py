"""A clock that tests set: waiting takes no time and is remembered."""

from __future__ import annotations


class TestClock:
    """Time that passes only by waiting.

    Attributes:
        waits: seconds of every wait that was longer than nothing, in order.
    """

    __test__ = False

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.waits: list[float] = []
        self._now = now

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.waits.append(seconds)
            self._now += seconds
