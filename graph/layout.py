"""Where the vertices of a picture go: positions in the unit square, made once and deterministically."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx

_ROWS = 10  # papers in one file
_FILE = 0.4  # of the distance between two years, how far files of one year stand apart


class Layout(StrEnum):
    """The layouts a neighbourhood can be drawn in."""

    YEAR = "year"
    FORCE = "force"


@dataclass(frozen=True, slots=True)
class Point:
    """A position in the unit square; x grows to the right, y downwards."""

    x: float
    y: float


def year_layout(
    vertices: Collection[str],
    years: Mapping[str, int | None],
    order: Mapping[str, tuple[str, int, str]],
    middle: str | None = None,
) -> dict[str, Point]:
    """Papers by year from left to right; what has no year, taxonomy nodes for one, in a column at the right.

    A crowded year is wider: its papers stand in several files side by side, each a little lower than the one before,
    so that no two are at one height and labels have room.

    Args:
        years: of those vertices that are papers.
        order: what decides the order from top to bottom within a column.
        middle: the one that stands halfway down its column, whatever its order.
    """
    columns: dict[float, list[str]] = {}
    for vertex in sorted(vertices, key=lambda vertex: order[vertex]):
        columns.setdefault(years.get(vertex) or math.inf, []).append(vertex)
    points: dict[str, Point] = {}
    left = 0.0
    for column in sorted(columns):
        members = columns[column]
        if middle in members:
            members.remove(middle)
            members.insert(len(members) // 2, middle)
        files = math.ceil(len(members) / _ROWS)
        for place, vertex in enumerate(members):
            points[vertex] = Point(left + _FILE * (place % files), (place + 0.5) / len(members))
        left += 1 + _FILE * (files - 1)
    width = max((point.x for point in points.values()), default=0.0) or 1.0
    return {vertex: Point(point.x / width, point.y) for vertex, point in points.items()}


def force_layout(vertices: Collection[str], edges: Sequence[tuple[str, str]]) -> dict[str, Point]:
    """Fruchterman and Reingold's spring layout, always the same for the same input."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(vertices)
    graph.add_edges_from(edges)
    positions = nx.spring_layout(graph, seed=7, iterations=80, k=1.8 / max(1.0, len(graph)) ** 0.5)
    xs, ys = [float(p[0]) for p in positions.values()], [float(p[1]) for p in positions.values()]

    def unit(value: float, values: list[float]) -> float:
        span = max(values) - min(values)
        return (value - min(values)) / span if span else 0.5

    return {v: Point(unit(float(p[0]), xs), unit(float(p[1]), ys)) for v, p in positions.items()}
