"""The use cases of the start page: what waits for a reader, what is new, and what they were reading."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from litatlas.graph.attention import Doubts, find_doubts, latest_sources, newest_papers
from litatlas.graph.errors import LitAtlasError
from litatlas.graph.models import Paper, Source
from litatlas.graph.reading_list import ListSummary, ReadingEntry, ReadingStatus

from .reading import store_of

if TYPE_CHECKING:
    from .service import Atlas

_LISTS = 3


@dataclass(frozen=True, slots=True)
class BegunList:
    """A reading list, and the first of its papers that is not read yet; None where all are."""

    summary: ListSummary
    next: ReadingEntry | None


def doubts_of(atlas: Atlas) -> Future[Doubts]:
    """What waits for a reader's decision; begun once per generation and found behind the pages, as it takes seconds."""
    return atlas.kept("doubts", lambda library: _begun(library.directory))


def _begun(directory: Path) -> Future[Doubts]:
    future: Future[Doubts] = Future()

    def find() -> None:
        try:
            future.set_result(find_doubts(directory))
        except LitAtlasError as error:
            future.set_exception(error)

    threading.Thread(target=find, name="find doubts", daemon=True).start()
    return future


def newest(atlas: Atlas, limit: int = 5) -> tuple[Paper, ...]:
    """The newest papers of the library; see `newest_papers`."""
    return atlas.kept(("newest", limit), lambda library: newest_papers(library, limit))


def came_last(atlas: Atlas, limit: int = 5) -> tuple[Source, ...]:
    """What came into the library last."""
    return latest_sources(atlas.library, limit)


def begun_lists(atlas: Atlas) -> tuple[BegunList, ...]:
    """The reading lists that changed last, with what comes next on each."""
    store = store_of(atlas)
    begun = []
    for summary in store.lists()[:_LISTS]:
        entries = store.read(summary.name).entries
        unread = (entry for entry in entries if entry.status is not ReadingStatus.READ)
        reading = (entry for entry in entries if entry.status is ReadingStatus.READING)
        begun.append(BegunList(summary, next(reading, None) or next(unread, None)))
    return tuple(begun)
