"""Where the vertices of a picture go: positions in the unit square, made once and deterministically."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx


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
    vertices: Collection[str], years: Mapping[str, int | None], order: Mapping[str, tuple[int, str]]
) -> dict[str, Point]:
    """Papers by year from left to right; what has no year, taxonomy nodes for one, in a column at the right.

    Args:
        years: of those vertices that are papers.
        order: what decides the order from top to bottom within a column.
    """
    known = sorted({year for year in years.values() if year})
    columns: dict[str, int] = {
        vertex: known.index(year) if (year := years.get(vertex)) else len(known) for vertex in vertices
    }
    last = max(columns.values(), default=0) or 1
    points: dict[str, Point] = {}
    for column in set(columns.values()):
        members = sorted((v for v in vertices if columns[v] == column), key=lambda v: order[v])
        # Every second one is moved aside a little, so that labels of crowded years stay apart.
        for place, vertex in enumerate(members):
            aside = 0.3 / (last + 1) * (place % 2) if len(members) > 6 else 0.0
            points[vertex] = Point(column / last + aside, (place + 0.5) / len(members))
    return points


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
