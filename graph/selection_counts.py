"""How much a selection would give, counted on arrays: reading tens of thousands of papers takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .below import count_below
from .library import Library
from .models import Counts, WorkKind
from .parts import WHOLE_TITLE, part_of
from .search import Searcher
from .selection import Below, InSurvey, Selection, Whole, keys_of, title_of

_FEW = 500  # papers, which are sooner read than all that is known of the others

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CountingTable:
    """All that is counted, as rows of papers and nodes; read-only.

    Attributes:
        rows: of papers, by key.
        software: shape (papers,); which are no papers.
        citing, cited: shape (citations,); rows of papers, each pair of different papers once.
        placed, places: shape (placements,); rows of papers and of nodes, once for each source.
        broader: for each node, the rows of itself and of the nodes above it.
        surveys: for each node, the key of its survey.
    """

    rows: dict[str, int]
    software: npt.NDArray[np.bool_]
    citing: Rows
    cited: Rows
    placed: Rows
    places: Rows
    broader: tuple[frozenset[int], ...]
    surveys: tuple[str, ...]

    def count(self, keys: Collection[str], survey: str | None = None) -> Counts:
        """What these papers and all that joins them are, or with the taxonomy of one survey alone."""
        inside = np.zeros(len(self.rows), np.bool_)
        inside[[self.rows[key] for key in keys if key in self.rows]] = True
        of_survey = np.array([survey in (None, each) for each in self.surveys], np.bool_)
        kept = inside[self.placed] & of_survey[self.places]
        software = int((inside & self.software).sum())
        return Counts(
            papers=int(inside.sum()) - software,
            software=software,
            nodes=int(of_survey.sum()) if survey else self._with_broader(np.unique(self.places[kept])),
            placements=int(kept.sum()),
            citations=int((inside[self.citing] & inside[self.cited]).sum()),
        )

    def _with_broader(self, nodes: Rows) -> int:
        return len(frozenset[int]().union(*(self.broader[node] for node in nodes)))


def counting_table(library: Library) -> CountingTable:
    """Read it from a library; a second for 50,000 papers and 400,000 citations."""
    papers = library.query("SELECT key, kind FROM papers ORDER BY key")
    rows = {key: row for row, (key, _) in enumerate(papers)}
    nodes = {node.key: row for row, node in enumerate(library.nodes)}
    edges = library.query("SELECT DISTINCT citing, cited FROM citations WHERE citing != cited")
    places = library.query("SELECT DISTINCT paper, node, source FROM placements")
    citing, cited = _pairs((rows[citing], rows[cited]) for citing, cited in edges if citing in rows and cited in rows)
    placed, at = _pairs((rows[paper], nodes[node]) for paper, node, _ in places if paper in rows)
    return CountingTable(
        rows=rows,
        software=np.array([kind != WorkKind.PAPER for _, kind in papers], np.bool_),
        citing=citing,
        cited=cited,
        placed=placed,
        places=at,
        broader=tuple(
            frozenset((nodes[node.key], *(nodes[above.key] for above in library.ancestors(node))))
            for node in library.nodes
        ),
        surveys=tuple(node.survey for node in library.nodes),
    )


def _pairs(pairs: Iterable[tuple[int, int]]) -> tuple[Rows, Rows]:
    found = np.array(list(pairs), np.int64).reshape(-1, 2)
    return found[:, 0].copy(), found[:, 1].copy()


def count_selected(
    library: Library,
    selection: Selection,
    searcher: Callable[[], Searcher],
    table: Callable[[], CountingTable],
) -> tuple[str, Counts]:
    """The title of what `select` would give, and how many papers, software, nodes, placements and citations it has.

    A citation that several sources state is one.

    Args:
        table: `counting_table` of the library, for what is not counted by the database; a caller may keep it.

    Raises:
        QueryError: as `select` does.
    """
    match selection:
        case Whole():
            return WHOLE_TITLE, library.counts
        case Below(reference):
            node = library.node(reference)
            return node.name, count_below(library, node)
        case InSurvey(survey):
            return title_of(library, selection), table().count(keys_of(library, selection, searcher), survey)
        case _:
            title, keys = title_of(library, selection), keys_of(library, selection, searcher)
            return title, _count_few(library, keys) if len(keys) <= _FEW else table().count(keys)


def _count_few(library: Library, keys: Collection[str]) -> Counts:
    part = part_of(library, tuple(keys), "")
    return Counts(
        papers=len(part.papers) - part.software,
        software=part.software,
        nodes=len(part.nodes),
        placements=len(part.placements),
        citations=len({(edge.citing, edge.cited) for edge in part.citations}),
    )
