from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from litatlas.app import keeping
from litatlas.app.keeping import Shelf


class Clock:
    """Seconds that pass only when they are told to."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(keeping, "time", made)
    return made


def test_many_who_ask_at_once_wait_for_one_making() -> None:
    shelf, made, begun, answers = Shelf(), list[int](), threading.Event(), list[int]()
    go_on = threading.Event()

    def make() -> int:
        made.append(1)
        begun.set()
        assert go_on.wait(20)
        return 7

    threads = [threading.Thread(target=lambda: answers.append(shelf.get("a", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    assert shelf.get("b", lambda: 8) == 8  # others need not wait
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert (made, answers) == ([1], [7] * 8)


def test_what_failed_is_tried_again_and_nothing_is_a_value_too() -> None:
    shelf = Shelf()
    with pytest.raises(ZeroDivisionError):
        shelf.get("a", lambda: 1 // 0)
    made: list[int] = []

    def nothing() -> None:
        made.append(1)

    shelf.get("a", nothing)
    shelf.get("a", nothing)
    assert made == [1]


def test_quick_ones_push_out_the_oldest_quick_one_and_no_dear_one(clock: Clock) -> None:
    shelf = Shelf(most=3)
    made: list[str] = []

    def making(name: str, seconds: float = 0.0) -> Callable[[], str]:
        def make() -> str:
            clock.now += seconds
            made.append(name)
            return name

        return make

    shelf.get("map", making("map", 2.0))
    for name in ("a", "b", "c", "a", "d"):
        shelf.get(name, making(name))
    assert made == ["map", "a", "b", "c", "d"]
    shelf.get("map", making("map"))
    shelf.get("a", making("a"))
    assert made == ["map", "a", "b", "c", "d"]
    shelf.get("b", making("b"))  # the one that was not asked for since
    assert made == ["map", "a", "b", "c", "d", "b"]
