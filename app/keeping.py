"""What is made from a generation of a library and kept for all who ask: once, few things, the dear ones longest."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock, RLock
from typing import TypeVar, cast

MOST_KEPT = 64
_DEAR = 0.2  # seconds to make

_Kept = TypeVar("_Kept")


class Shelf:
    """Values by name, each made once however many threads ask at the same time; safe among them.

    Of the values that were made quickly the `most` that were asked for last are kept, and as many of those that took
    long, so that a hundred questions do not push out the one map that took seconds.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = Lock()
        self._making: dict[Hashable, RLock] = {}
        self._quick: OrderedDict[Hashable, object] = OrderedDict()
        self._dear: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, name: Hashable, make: Callable[[], _Kept]) -> _Kept:
        """The value of this name, else what `make` gives; what `make` raises is raised, and nothing is kept."""
        with self._lock:
            if (found := self._found(name)) is not None:
                return cast(_Kept, found[0])
            making = self._making.setdefault(name, RLock())
        with making:  # of this name alone: who asks for others need not wait
            with self._lock:
                if (found := self._found(name)) is not None:
                    return cast(_Kept, found[0])
            try:
                return self._made(name, make)
            finally:
                with self._lock:
                    self._making.pop(name, None)

    def _found(self, name: Hashable) -> tuple[object] | None:
        for values in (self._quick, self._dear):
            if name in values:
                values.move_to_end(name)
                return (values[name],)
        return None

    def _made(self, name: Hashable, make: Callable[[], _Kept]) -> _Kept:
        began = time.perf_counter()
        made = make()
        values = self._dear if time.perf_counter() - began > _DEAR else self._quick
        with self._lock:
            values[name] = made
            while len(values) > self._most:
                values.popitem(last=False)
        return made
