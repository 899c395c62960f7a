"""The use cases of curation: what is doubtful about who is who, what was joined and why, and the reader's decisions."""

from __future__ import annotations

from dataclasses import dataclass

from litatlas.graph.editing import inspect
from litatlas.graph.errors import InvalidFilter
from litatlas.graph.identity import PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import SourceKind
from litatlas.graph.review import DoubtfulPair, JoinedPaper, find_doubtful, find_joined
from litatlas.graph.sameness import Reason, Verdict
from litatlas.graph.subjects import reasons_of, subject_of
from litatlas.ingest.answers import find_strays
from litatlas.ingest.responses import ResponseStore

from .fetching import store_path
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Stray:
    """An id that a list gives a paper, while the service that was asked knows another work by it.

    Attributes:
        title: of the work that the service knows.
        reason: which papers of the library have the id.
    """

    service: SourceKind
    ids: tuple[PaperId, ...]
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """What waits for a reader's decision."""

    pairs: tuple[DoubtfulPair, ...]
    strays: tuple[Stray, ...]


@dataclass(frozen=True, slots=True)
class MergeLog:
    """What was joined, and what a reader decided."""

    joined: tuple[JoinedPaper, ...]
    verdicts: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict that was written, and what it changed.

    Attributes:
        holds: whether the two are now as decided; an earlier verdict about other works may forbid it.
    """

    first: str
    second: str
    verdict: Verdict | None
    papers_before: int
    papers_after: int
    holds: bool = True


def review(settings: Settings) -> Review:
    """What is doubtful: papers that may be one, and ids that lead to another title than their paper's."""
    with Library(settings.library) as library:
        pairs = find_doubtful(library)
    return Review(pairs, _strays(settings))


def _strays(settings: Settings) -> tuple[Stray, ...]:
    if not store_path(settings).is_file():
        return ()
    with (
        ResponseStore(store_path(settings), read_only=True) as store,
        inspect(settings.library) as draft,
    ):
        return tuple(
            Stray(kind, record.ids, record.title, reason) for kind, record, reason in find_strays(draft, store)
        )


def merge_log(settings: Settings) -> MergeLog:
    """What was joined, by which rule and source; and the reader's verdicts."""
    with Library(settings.library) as library:
        verdicts = tuple(reason for reason in reasons_of(library) if reason.rule == "reader")
        return MergeLog(find_joined(library), verdicts)


def decide(settings: Settings, first: str, second: str, verdict: Verdict | None) -> Decision:
    """Write a reader's verdict on two works, or take it back.

    Args:
        first, second: keys of subjects as the log shows them, or papers by key, id or title.
        verdict: None takes back what was decided.

    Raises:
        UnknownPaper: one of them is not there.
        InvalidFilter: both are one work, or there is no verdict to take back.
    """
    with Library(settings.library) as library:
        before = library.counts.papers
        decided = {
            frozenset((reason.first, reason.second)) for reason in reasons_of(library) if reason.rule == "reader"
        }
        pair = (
            (first, second) if {first, second} in decided else (subject_of(library, first), subject_of(library, second))
        )
    if pair[0] == pair[1]:
        raise InvalidFilter(
            f"{first!r} and {second!r} are one work of one source.",
            "Name two works by their keys; `litatlas review log` shows the keys of works that were joined.",
        )
    with Library.edit(settings.library, create=False) as draft:
        if verdict is None and not {pair, pair[::-1]} & draft.verdicts().keys():
            raise InvalidFilter("Nothing was decided about these two.", "`litatlas review log` shows what was.")
        draft.put_verdict(*pair, verdict)
    with Library(settings.library) as library:
        together = library.find_key(pair[0]) == library.find_key(pair[1])
        holds = verdict is None or together is (verdict is Verdict.SAME)
        return Decision(*pair, verdict, before, library.counts.papers, holds)
