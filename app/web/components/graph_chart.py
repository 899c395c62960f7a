"""The picture of a neighbourhood: a pure function from what the service gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litatlas.graph.models import Paper, TaxonomyNode
from litatlas.graph.surroundings import Surroundings, Tie, Vertex

from .chart import TOOLTIP, Chart, drawn, ink
from .colours import OTHER_DARK, OTHER_LIGHT, branch_colours
from .texts import counted

_BESIDE = {"position": "right"}
_BELOW = {"position": "bottom", "width": 150, "overflow": "break"}  # topics stand at the right edge
_LABELLED = 14
_WIDTH, _HEIGHT = 1000, 640  # about the shape of the box, so that preserving the aspect wastes little of it

_LINES: Mapping[Tie, dict[str, Any]] = {
    Tie.CITES: {"color": "#888888", "width": 1.2, "opacity": 0.65, "curveness": 0.15},
    Tie.SIMILAR: {"color": "#009E73", "width": 1.4, "opacity": 0.8, "type": "dashed", "curveness": 0.0},
    Tie.PLACE: {"color": "#CC79A7", "width": 1.4, "opacity": 0.8, "type": "dotted", "curveness": 0.0},
}


def neighbourhood_graph(around: Surroundings, branches: Sequence[TaxonomyNode], *, dark: bool) -> Chart:
    """A neighbourhood with the positions it was given; indices are those of its vertices.

    Size grows with citations, colour is the top branch, a square is a taxonomy node, the diamond is the seed.
    """
    colours = branch_colours(branches, dark=dark)
    shade = ink(dark=dark)
    shown = _labelled(around)
    names = {node.key: drawn(node.name, 40) for node in branches}
    categories = [{"name": names[key], "itemStyle": {"color": colour}} for key, colour in colours.items()]
    order = list(colours)
    other = OTHER_DARK if dark else OTHER_LIGHT
    categories.append({"name": "no branch", "itemStyle": {"color": other}})
    nodes = [
        _dot(vertex, around.seed, shown, order.index(vertex.branch.key) if vertex.branch else len(order), dark)
        for vertex in around.vertices
    ]
    position = {vertex.id: number for number, vertex in enumerate(around.vertices)}
    links = [
        {
            "source": position[edge.start],
            "target": position[edge.end],
            "lineStyle": _LINES[edge.tie],
            "symbol": ["none", "arrow"] if edge.tie is Tie.CITES else ["none", "none"],
        }
        for edge in around.edges
    ]
    spec = {
        "tooltip": {**TOOLTIP, "formatter": "{b}"},
        "legend": {
            "data": [category["name"] for category in categories if _used(category, categories, nodes)],
            "textStyle": {"color": shade},
            "top": 0,
            "type": "scroll",
        },
        "series": [
            {
                "type": "graph",
                "layout": "none",
                "preserveAspect": True,
                "left": 40,
                "right": 90,
                "top": 50,
                "bottom": 30,
                "data": [*nodes, *_year_marks(around, len(order), shade)],
                "links": links,
                "categories": categories,
                "roam": True,
                "selectedMode": "single",
                "select": {"itemStyle": {"borderColor": "#D55E00", "borderWidth": 3}},
                "edgeSymbolSize": 6,
                "labelLayout": {"hideOverlap": True},
                "emphasis": {"focus": "adjacency", "label": {"show": True}},
                "animation": False,
            }
        ],
    }
    alt = f"{len(around.vertices)} papers and topics with {counted(len(around.edges), 'tie')} among them"
    return Chart(spec, tuple(vertex.id for vertex in around.vertices), alt + "; the list below says the same")


def _year_marks(around: Surroundings, category: int, shade: str) -> list[dict[str, Any]]:
    """The years above their columns, as vertices without a symbol; a graph has no axis of its own."""
    if around.years is None:
        return []
    columns: dict[int, float] = {}
    for vertex in around.vertices:
        if isinstance(vertex.record, Paper) and vertex.record.year:
            columns[vertex.record.year] = min(vertex.point.x, columns.get(vertex.record.year, 9.0))
    style = {
        "show": True,
        "formatter": "{b}",
        "position": "inside",
        "color": shade,
        "fontWeight": "bold",
        "fontSize": 13,
    }
    return [
        {
            "id": f"year-{year}",
            "name": str(year),
            "x": round(x * _WIDTH, 1),
            "y": -40,
            "category": category,
            "symbolSize": 0.1,
            "label": style,
            "tooltip": {"show": False},
        }
        for year, x in sorted(columns.items())
    ]


def _labelled(around: Surroundings) -> frozenset[str]:
    """The seed, the taxonomy nodes next to it, and the most cited papers."""
    nodes = [v.id for v in around.vertices if isinstance(v.record, TaxonomyNode) and v.hops <= 1]
    papers = sorted((v for v in around.vertices if isinstance(v.record, Paper)), key=lambda v: -v.cited)
    return frozenset([around.seed, *nodes, *[v.id for v in papers[: _LABELLED - len(nodes)]]])


def _dot(vertex: Vertex, seed: str, shown: frozenset[str], category: int, dark: bool) -> dict[str, Any]:
    record = vertex.record
    is_paper = isinstance(record, Paper)
    name = drawn(record.title if isinstance(record, Paper) else record.name, 90)
    short = drawn(record.short_label if isinstance(record, Paper) else record.name, 34)
    symbol = "diamond" if vertex.id == seed else "circle" if is_paper else "roundRect"
    size = 26 if vertex.id == seed else min(9 + 3 * vertex.cited**0.6, 30) if is_paper else 14
    return {
        "id": vertex.id,
        "name": name,
        "x": round(vertex.point.x * _WIDTH, 1),
        "y": round(vertex.point.y * _HEIGHT, 1),
        "category": category,
        "symbol": symbol,
        "symbolSize": round(size, 1),
        "itemStyle": {"borderColor": "#FFFFFF" if dark else "#1A1A1A", "borderWidth": 2 if vertex.id == seed else 0.5},
        "label": {
            "show": vertex.id in shown,
            "formatter": short,
            **(_BESIDE if is_paper else _BELOW),
            "color": ink(dark=dark),
            "fontSize": 11,
            "fontWeight": "bold" if vertex.id == seed else "normal",
        },
    }


def _used(category: dict[str, Any], categories: list[dict[str, Any]], nodes: list[dict[str, Any]]) -> bool:
    number = categories.index(category)
    return any(node["category"] == number for node in nodes)
