"""Asking a service for many things in few requests: what is open is sent in batches, and each answer settles its tasks.

The order of steps makes a run that is stopped anywhere repeat nothing: an answer is stored (by the transport), then its
tasks are settled in one step; an answer that was stored and not settled is settled first by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from litatlas.graph.errors import AnswerUnreadable, FetchStopped, NotStored, RequestRefused, ServiceError
from litatlas.graph.identity import IdScheme, PaperId

from .pacing import to_iso
from .responses import ResponseStore, StoredResponse
from .services import Purpose, SourceName
from .tasks import TaskStatus, Verdict
from .transport import Transport

FAILURE_HOLDS = 86_400.0  # seconds until something that a service refused or sent unreadable is asked again
MOST_REPAIRS = 3  # batches of one run that are asked again without a part that the service did not take

Commit = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer says about the tasks it was asked for; tasks it says nothing of are asked again.

    Attributes:
        too_large: the service wants fewer at once.
    """

    verdicts: tuple[Verdict, ...]
    too_large: bool = False


class Step(Protocol):
    """One kind of question to one service, in batches."""

    @property
    def source(self) -> SourceName:
        """The service."""
        ...

    @property
    def purpose(self) -> Purpose:
        """What is asked of it."""
        ...

    @property
    def size(self) -> int:
        """Most tasks in one request."""
        ...

    def ask(self, transport: Transport, keys: tuple[str, ...]) -> StoredResponse:
        """Send one request for these tasks; errors as in `Transport.fetch`."""
        ...

    def judge(self, response: StoredResponse) -> Judgement:
        """Read what an answer says of `response.asked`. Pure; raises `AnswerUnreadable`."""
        ...


def ask_all(
    step: Step, transport: Transport, store: ResponseStore, keys: Iterable[str], commit: Commit | None = None
) -> None:
    """Settle all tasks that can be settled.

    Args:
        keys: of the tasks; those that are settled cost nothing.
        commit: called after each answer.

    Raises:
        ServiceError: the service gave no answer; what is open is pending, with the reason where it was asked.
        LibraryError, StorageError: the store cannot be written.
    """
    wanted = tuple(sorted(set(keys)))
    store.want(step.source, step.purpose, wanted)
    for response in tuple(store.unsettled(step.source, step.purpose)):
        try:
            _settle(step, transport, store, response)
        except AnswerUnreadable as error:  # stored by a run that was stopped before it looked
            store.reject(response, error.message)
    _Round(step, transport, store, wanted, commit or (lambda: None)).run()


class _Round:
    """One pass over the open tasks of a step."""

    def __init__(
        self, step: Step, transport: Transport, store: ResponseStore, wanted: tuple[str, ...], commit: Commit
    ) -> None:
        self._step = step
        self._transport = transport
        self._store = store
        self._wanted = frozenset(wanted)
        self._commit = commit
        self._size = step.size
        self._repairs = 0
        self._left = self._open()

    def run(self) -> None:
        """Ask batch after batch; the first outage ends the pass."""
        self._tell()
        while batch := self._left[: self._size]:
            try:
                response = self._step.ask(self._transport, batch)
            except RequestRefused as error:
                self._left = self._left[len(batch) :]
                self._refused(batch, error)
            except (FetchStopped, NotStored):
                raise
            except ServiceError as error:
                self._postpone(batch, error)
                raise
            else:
                self._left = (*self._take(batch, response), *self._left[len(batch) :])
                self._commit()
            self._tell()

    def _take(self, batch: tuple[str, ...], response: StoredResponse) -> tuple[str, ...]:
        """Settle what an answer settles; the tasks of the batch that are to be asked again."""
        judgement = _settle(self._step, self._transport, self._store, response)
        settled = {verdict.key for verdict in judgement.verdicts}
        left = tuple(key for key in batch if key not in settled)
        if judgement.too_large and len(batch) > 1:
            self._size = max(1, len(batch) // 2)
            return left
        self._repairs += bool(left)
        if left and (self._repairs > MOST_REPAIRS or len(left) == len(batch)):
            self._fail(left, "the service's answer says nothing about it", response)
            return ()
        return left

    def _refused(self, batch: tuple[str, ...], error: RequestRefused) -> None:
        """A refusal fails its batch; after a second one no more is asked."""
        self._repairs += 1
        self._fail(batch, error.message)
        if self._repairs > 1:
            raise error

    def _fail(self, keys: Iterable[str], reason: str, response: StoredResponse | None = None) -> None:
        verdicts = [Verdict(key, TaskStatus.FAILED, reason) for key in sorted(keys)]
        later = to_iso(self._transport.time + FAILURE_HOLDS)
        self._store.settle(self._step.source, self._step.purpose, verdicts, response, later)

    def _postpone(self, batch: tuple[str, ...], error: ServiceError) -> None:
        verdicts = [Verdict(key, TaskStatus.PENDING, error.message) for key in batch]
        self._store.settle(self._step.source, self._step.purpose, verdicts, None, to_iso(self._transport.next_try))

    def _open(self) -> tuple[str, ...]:
        """Wanted tasks that are pending, or failed long enough ago, in order."""
        now = to_iso(self._transport.time)
        tasks = self._store.tasks(self._step.source, self._step.purpose)
        return tuple(
            task.key
            for task in tasks
            if task.key in self._wanted
            and (
                task.status is TaskStatus.PENDING
                or (task.status is TaskStatus.FAILED and (task.next_try_at or "") <= now)
            )
        )

    def _tell(self) -> None:
        done = len(self._wanted) - len(self._left)
        self._transport.tell(self._step.purpose, done, len(self._wanted))


def _settle(step: Step, transport: Transport, store: ResponseStore, response: StoredResponse) -> Judgement:
    judgement = step.judge(response)
    later = to_iso(transport.time + FAILURE_HOLDS)
    store.settle(step.source, step.purpose, judgement.verdicts, response, later)
    return judgement


def task_keys(ids: Sequence[PaperId]) -> tuple[str, ...]:
    """The tasks of papers."""
    return tuple(str(paper_id) for paper_id in dict.fromkeys(ids))


def paper_id_of(key: str) -> PaperId:
    """The paper of a task that was made by `task_keys`."""
    scheme, _, value = key.partition(":")
    return PaperId(IdScheme(scheme), value)
