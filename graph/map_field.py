"""The papers of a map as columns: what a picture, a list and an area of it need, read once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .library import Library
from .meaning_map import MeaningMap
from .models import TaxonomyNode

Rows = npt.NDArray[np.int64]
"""Numbers of papers in the order of a map, shape (n,)."""

_LEAST_LABELLED = 2  # papers; one paper has a title of its own
_APART = 1.0  # of the map's units: topics with the same middle are most often the same papers


@dataclass(frozen=True, slots=True, eq=False)
class MapField:
    """A map with what is known of its papers; entry i of each column is about ``map.keys[i]``.

    Attributes:
        years: 0 where none is known.
        cited: how many papers of the library cite each.
        nodes: the library's taxonomy nodes.
        paper_at, node_at: pairs of a paper and a node that it stands at or below, each pair once; node_at counts in
            `nodes`.
        unmapped: papers of the library that have no vector, and so no place.
    """

    map: MeaningMap
    titles: tuple[str, ...]
    years: Rows
    cited: Rows
    nodes: tuple[TaxonomyNode, ...]
    paper_at: Rows
    node_at: Rows
    unmapped: int

    def __len__(self) -> int:
        return len(self.titles)

    def rows_of(self, keys: Sequence[str]) -> Rows:
        """The rows of papers, in this order; those that are not on the map are passed over."""
        wanted = set(keys)
        row_of = {key: row for row, key in enumerate(self.map.keys) if key in wanted}
        return np.array([row_of[key] for key in keys if key in row_of], np.int64)

    def keys_of(self, rows: Rows) -> list[str]:
        """The keys of the papers in these rows."""
        return [self.map.keys[row] for row in rows]


@dataclass(frozen=True, slots=True)
class TopicLabel:
    """A topic's name on the map: at the median of its papers, of which there are so many on the map."""

    node: TaxonomyNode
    papers: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TopicShare:
    """How many of some papers a topic has, and how many of all on the map."""

    node: TaxonomyNode
    within: int
    papers: int


def map_field(library: Library, shown: MeaningMap) -> MapField:
    """The columns of a map's papers."""
    row_of = {key: row for row, key in enumerate(shown.keys)}
    titles, years = [""] * len(shown.keys), np.zeros(len(shown.keys), np.int64)
    papers = library.query("SELECT key, title, year FROM papers")
    for key, title, year in papers:
        if (row := row_of.get(key)) is not None:
            titles[row], years[row] = title, year or 0
    cited = np.zeros(len(shown.keys), np.int64)
    for key, count in library.citation_counts.items():
        if (row := row_of.get(key)) is not None:
            cited[row] = count
    number_of = {node.key: number for number, node in enumerate(library.nodes)}
    pairs = library.query("SELECT DISTINCT paper, ancestor FROM placements JOIN node_closure USING (node)")
    placed = np.array(
        sorted((row_of[paper], number_of[node]) for paper, node in pairs if paper in row_of), np.int64
    ).reshape(-1, 2)
    unmapped = sum(key not in row_of for key, _, _ in papers)
    return MapField(shown, tuple(titles), years, cited, library.nodes, placed[:, 0], placed[:, 1], unmapped)


def topic_labels(field: MapField, survey: str | None = None, *, most: int = 80) -> tuple[TopicLabel, ...]:
    """Topics at the medians of their papers, those with most papers first.

    Args:
        survey: topics of this survey alone.
        most: how many at the most.
    """
    order = np.argsort(field.node_at, kind="stable")
    papers, counts = field.paper_at[order], np.bincount(field.node_at, minlength=len(field.nodes))
    starts = np.concatenate([[0], np.cumsum(counts)])
    labels: list[TopicLabel] = []
    for number in sorted(range(len(field.nodes)), key=lambda n: (-counts[n], n)):
        node = field.nodes[number]
        if counts[number] < _LEAST_LABELLED or len(labels) == most:
            break
        if survey is None or node.survey == survey:
            x, y = np.median(field.map.points[papers[starts[number] : starts[number + 1]]], axis=0)
            if not any(abs(x - other.x) < _APART and abs(y - other.y) < _APART for other in labels):
                labels.append(TopicLabel(node, int(counts[number]), float(x), float(y)))
    return tuple(labels)


def topics_of(field: MapField, rows: Rows, *, most: int = 5) -> tuple[TopicShare, ...]:
    """The topics that say best what these papers are: most of the papers, and little else.

    Ranked by the F-measure, the harmonic mean of the share of the papers that a topic has and the share of the topic
    that they are (van Rijsbergen, 1979).
    """
    chosen = np.zeros(len(field), np.bool_)
    chosen[rows] = True
    within = np.bincount(field.node_at[chosen[field.paper_at]], minlength=len(field.nodes))
    counts = np.bincount(field.node_at, minlength=len(field.nodes))
    fit = 2 * within / np.maximum(counts + len(rows), 1)
    best = sorted(np.flatnonzero(within), key=lambda number: (-fit[number], number))[:most]
    return tuple(TopicShare(field.nodes[n], int(within[n]), int(counts[n])) for n in best)
