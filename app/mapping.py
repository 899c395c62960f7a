"""The use cases of the map: making it, in the background where somebody waits, and what lies where."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

import numpy as np

from litatlas.graph.errors import LibraryDamaged
from litatlas.graph.index import EntryKind
from litatlas.graph.library import Library
from litatlas.graph.map_area import Polygon, inside
from litatlas.graph.map_field import MapField, Rows, TopicLabel, TopicShare, map_field, topic_labels, topics_of
from litatlas.graph.map_groups import GroupBy, Grouping, by_branch, by_survey, by_year
from litatlas.graph.map_store import MapStore, map_at_hand
from litatlas.graph.meaning_map import MeaningMap, next_map, paper_vectors
from litatlas.graph.models import Paper
from litatlas.graph.words import having_all

from .service import Atlas

Progress = Callable[[int, int], None]
_Drawn = TypeVar("_Drawn")


def make_map(library: Library, progress: Progress = lambda *_: None) -> MeaningMap:
    """The map of a library's papers as like the one that was kept as can be; kept in its place.

    Raises:
        LibraryDamaged: the vectors cannot be read.
    """
    store, papers = MapStore(library.directory), paper_vectors(library)
    before = store.read()
    made = next_map(papers, before, progress)
    if before is None or not before.shows(papers):
        store.keep(made)
    return made


class MapInMaking:
    """A layout under way in a thread of its own, for one generation; whoever looks sees how far it is."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._began = monotonic()
        self.done, self.total = 0, 1
        self.failed = False
        self.finished = threading.Event()
        threading.Thread(target=self._make, name="lay out the map", daemon=True).start()

    @property
    def seconds_left(self) -> float | None:
        """About how long it takes still; None while that cannot be told."""
        return (self.total - self.done) * (monotonic() - self._began) / self.done if self.done else None

    def _make(self) -> None:
        try:
            self.map = make_map(self._library, self._tell)
        except LibraryDamaged:  # told by the page, which reads the same vectors
            self.failed = True
        finally:
            self.finished.set()

    def _tell(self, done: int, total: int) -> None:
        self.done, self.total = done, total


@dataclass(frozen=True, slots=True, eq=False)
class MapOnView:
    """What the page shows: the columns of a map, and the layout that is still being made, if one is."""

    field: MapField
    making: MapInMaking | None


def map_on_view(atlas: Atlas) -> MapOnView:
    """The map of the open generation; where it has none yet, a projection, while the layout is made behind it."""
    field = atlas.kept(("map", "at hand"), lambda library: map_field(library, map_at_hand(library)))
    if not field.map.quick or len(field) < 2:
        return MapOnView(field, None)
    making = atlas.kept(("map", "in making"), MapInMaking)
    if not making.finished.is_set():
        return MapOnView(field, making)
    if making.failed:
        return MapOnView(field, None)
    return MapOnView(atlas.kept(("map", "laid out"), lambda library: map_field(library, making.map)), None)


def grouping(atlas: Atlas, field: MapField, by: GroupBy, survey: str | None) -> Grouping:
    """The groups that have colours: spans of years, the branches of a survey, or whole surveys where none is chosen."""
    if by is GroupBy.YEAR:
        return by_year(field)
    surveys = atlas.overview().surveys
    if survey is None and len(surveys) > 1:
        return by_survey(field, surveys)
    return by_branch(field, survey or (surveys[0].key if surveys else ""))


def labels(field: MapField, survey: str | None) -> tuple[TopicLabel, ...]:
    """Names of topics on the map; see `topic_labels`."""
    return topic_labels(field, survey)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The papers that a reader asks the map for.

    Attributes:
        rows: in the order to list them.
        outside: those among the asked for that lie outside of the area, where there is one.
    """

    rows: Rows
    outside: int


def within(field: MapField, area: Polygon | None, keys: Sequence[str] | None) -> Found:
    """Papers in an area, or of those asked for, or of those asked for in the area.

    Those asked for keep their order; the papers of an area come with the most cited first.
    """
    asked = None if keys is None else field.rows_of(keys)
    if area is None:
        return Found(np.zeros(0, np.int64) if asked is None else asked, 0)
    there = inside(field.map.points, area)
    if asked is not None:
        return Found(asked[there[asked]], int((~there[asked]).sum()))
    rows = np.flatnonzero(there)
    return Found(rows[np.lexsort((rows, -field.years[rows], -field.cited[rows]))], 0)


def with_words(atlas: Atlas, field: MapField, rows: Rows, words: str) -> Rows:
    """Those of some papers that have all of these words somewhere, in the same order."""
    having = having_all(atlas.library, words.split())
    return np.array([row for row in rows if field.map.keys[row] in having], np.int64)


def topics(field: MapField, rows: Rows) -> tuple[TopicShare, ...]:
    """Which topics some papers are; see `topics_of`."""
    return topics_of(field, rows)


def papers_at(atlas: Atlas, field: MapField, rows: Rows) -> tuple[Paper, ...]:
    """The papers in these rows, in this order."""
    return atlas.library.papers(field.keys_of(rows))


def nearest(atlas: Atlas, key: str, limit: int) -> list[str]:
    """Keys of the papers nearest to one by the cosine of their vectors, best first; none where it has no vector."""
    index = atlas.library.index
    vector = index.vector(EntryKind.PAPER, key) if index else None
    if index is None or vector is None:
        return []
    return [found.key for found in index.search(vector, limit + 1, EntryKind.PAPER) if found.key != key][:limit]


def drawn_once(atlas: Atlas, asked: Hashable, field: MapField, draw: Callable[[], _Drawn]) -> _Drawn:
    """A part of the picture of a map, drawn once for all visitors; few, since those of a large library are large."""
    return atlas.kept(("map", "picture", field.map.frame, asked), lambda _: draw())
