"""The picture of a neighbourhood: a pure function from what the service gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litatlas.graph.models import Paper, TaxonomyNode
from litatlas.graph.surroundings import Edge, Surroundings, Tie, Vertex

from .chart import TOOLTIP, Chart, drawn, ink
from .colours import OTHER_DARK, OTHER_LIGHT, branch_colours
from .texts import counted

_WIDTH, _HEIGHT = 1000, 840  # about the shape of the box, so that preserving the aspect wastes little of it
_LABELLED = 10  # of the nearest, and as many of the most cited
_FEW = 30  # vertices; so many have room for a label each
_OTHER = "other branches"
LEGEND = """\
- **◆** the paper in the middle, **●** papers, **■** topics of the taxonomy at the right
- **colour**: the top branch of the taxonomy; click one in the legend to hide or show it
- **size** grows with the papers here that cite it
- **grey arrow** to the cited paper; **green dashes** join papers near in meaning; **pink dots** lead to a topic
- **strong lines** are ties of the paper in the middle, faint ones those among the others
- **left to right** go the years; within a year, papers of one branch stand together
- point at one to see its neighbours alone; drag and scroll to move and zoom"""

_LINES: Mapping[Tie, dict[str, Any]] = {
    Tie.CITES: {"color": "#888888", "curveness": 0.12},
    Tie.SIMILAR: {"color": "#009E73", "type": "dashed", "curveness": 0.0},
    Tie.PLACE: {"color": "#CC79A7", "type": "dotted", "curveness": 0.0},
}


def neighbourhood_graph(around: Surroundings, branches: Sequence[TaxonomyNode], *, dark: bool) -> Chart:
    """A neighbourhood with the positions it was given; indices are those of its vertices.

    Size grows with citations, colour is the top branch, a square is a taxonomy node, the diamond is the seed. Ties of
    the seed are drawn strongly, all others faintly, the fainter the more there are.
    """
    shade, ground = ink(dark=dark), "rgba(24,23,21,0.7)" if dark else "rgba(255,255,255,0.75)"
    categories, number_of = _categories(around, branches, dark)
    shown = _labelled(around)
    label = {"color": shade, "backgroundColor": ground, "padding": [1, 2], "fontSize": 11}
    dots = [_dot(vertex, around.seed, vertex.id in shown, number_of, label, dark) for vertex in around.vertices]
    marks = _year_marks(around, len(categories) - 1, shade)
    position = {str(dot["id"]): number for number, dot in enumerate([*dots, *marks])}
    lines = [_line(edge, around.seed, position, len(around.edges), dark) for edge in around.edges]
    spec = {
        "tooltip": {**TOOLTIP, "formatter": "{b}"},
        "legend": {
            "data": [category["name"] for category in categories],
            "textStyle": {"color": shade, "width": 170, "overflow": "truncate"},
            "itemWidth": 12,
            "itemHeight": 12,
            "icon": "circle",
            "top": 0,
            "type": "scroll",
        },
        "series": [
            {
                "type": "graph",
                "layout": "none",
                "preserveAspect": True,
                "left": 16,
                "right": 110,
                "top": 62,
                "bottom": 16,
                "data": [*dots, *marks],
                "links": [*lines, *_year_lines(marks, position, dark)],
                "categories": categories,
                "roam": True,
                "scaleLimit": {"min": 0.5, "max": 8},
                "selectedMode": "single",
                "select": {"itemStyle": {"borderColor": "#D55E00", "borderWidth": 3}, "label": {"show": True}},
                "edgeSymbolSize": 6,
                "labelLayout": {"hideOverlap": True},
                "emphasis": {"focus": "adjacency", "label": {"show": True}, "lineStyle": {"opacity": 0.9, "width": 2}},
                "blur": {"itemStyle": {"opacity": 0.15}, "lineStyle": {"opacity": 0.03}, "label": {"opacity": 0.15}},
                "animation": False,
            }
        ],
    }
    alt = f"{len(around.vertices)} papers and topics with {counted(len(around.edges), 'tie')} among them"
    return Chart(spec, tuple(vertex.id for vertex in around.vertices), alt + "; the list below says the same")


def _categories(
    around: Surroundings, branches: Sequence[TaxonomyNode], dark: bool
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The branches that have a colour and are seen here, then the rest as one; and the number of each branch."""
    other = OTHER_DARK if dark else OTHER_LIGHT
    seen = {vertex.branch.key for vertex in around.vertices if vertex.branch}
    coloured = {key: c for key, c in branch_colours(branches, dark=dark).items() if key in seen and c != other}
    names = {node.key: node.name for node in branches}
    kinds = [{"name": drawn(names[key], 40), "itemStyle": {"color": colour}} for key, colour in coloured.items()]
    return [*kinds, {"name": _OTHER, "itemStyle": {"color": other}}], {key: n for n, key in enumerate(coloured)}


def _year_marks(around: Surroundings, category: int, shade: str) -> list[dict[str, Any]]:
    """The years above and below their columns, as vertices without a symbol; a graph has no axis of its own."""
    if around.years is None:
        return []
    columns: dict[int, float] = {}
    for vertex in around.vertices:
        if isinstance(vertex.record, Paper) and vertex.record.year:
            columns[vertex.record.year] = min(vertex.point.x, columns.get(vertex.record.year, 9.0))
    return [
        {
            "id": f"year-{year}-{end}",
            "name": str(year),
            "x": round(x * _WIDTH, 1),
            "y": y,
            "category": category,
            "symbolSize": 0.1,
            "label": {
                "show": end == "top",
                "formatter": "{b}",
                "position": "inside",
                "color": shade,
                "fontWeight": "bold",
                "fontSize": 13,
            },
            "tooltip": {"show": False},
        }
        for year, x in sorted(columns.items())
        for end, y in (("top", -34), ("bottom", _HEIGHT))
    ]


def _year_lines(marks: Sequence[dict[str, Any]], position: Mapping[str, int], dark: bool) -> list[dict[str, Any]]:
    """A pale line down each year."""
    style = {"color": "#FFFFFF" if dark else "#000000", "opacity": 0.08, "width": 1, "curveness": 0}
    return [
        {
            "source": position[top["id"]],
            "target": position[bottom["id"]],
            "lineStyle": style,
            "symbol": ["none", "none"],
            "tooltip": {"show": False},
            "silent": True,
        }
        for top, bottom in zip(marks[::2], marks[1::2], strict=True)
    ]


def _labelled(around: Surroundings) -> frozenset[str]:
    """The seed, its topics, its most cited neighbours, the most cited of all; everything where it is little."""
    if len(around.vertices) <= _FEW:
        return frozenset(vertex.id for vertex in around.vertices)
    nodes = [v.id for v in around.vertices if isinstance(v.record, TaxonomyNode) and v.hops <= 1]
    cited = sorted((v for v in around.vertices if isinstance(v.record, Paper)), key=lambda v: -v.cited)
    nearest = sorted(cited, key=lambda v: v.hops)
    return frozenset([around.seed, *nodes, *(v.id for v in (*nearest[:_LABELLED], *cited[:_LABELLED]))])


def _line(edge: Edge, seed: str, position: Mapping[str, int], edges: int, dark: bool) -> dict[str, Any]:
    own = seed in (edge.start, edge.end)
    faint = max(0.08, min(0.35, 30 / max(edges, 1))) * (1.6 if dark else 1.0)
    return {
        "source": position[edge.start],
        "target": position[edge.end],
        "lineStyle": {**_LINES[edge.tie], "width": 1.6 if own else 0.9, "opacity": 0.85 if own else faint},
        "symbol": ["none", "arrow"] if edge.tie is Tie.CITES else ["none", "none"],
        "symbolSize": 7 if own else 4,
        "tooltip": {"show": False},
    }


def _dot(
    vertex: Vertex, seed: str, labelled: bool, number_of: Mapping[str, int], label: Mapping[str, Any], dark: bool
) -> dict[str, Any]:
    record, is_seed = vertex.record, vertex.id == seed
    is_paper = isinstance(record, Paper)
    size = 26 if is_seed else min(9 + 3 * vertex.cited**0.6, 30) if is_paper else 14
    side = {"position": "right", "distance": 3} if is_paper else _BELOW
    return {
        "id": vertex.id,
        "name": _full_name(record),
        "x": round(vertex.point.x * _WIDTH, 1),
        "y": round(vertex.point.y * _HEIGHT, 1),
        "category": number_of.get(vertex.branch.key, len(number_of)) if vertex.branch else len(number_of),
        "symbol": "diamond" if is_seed else "circle" if is_paper else "roundRect",
        "symbolSize": round(size, 1),
        "itemStyle": {"borderColor": "#FFFFFF" if dark else "#1A1A1A", "borderWidth": 2 if is_seed else 0.5},
        "label": {
            "show": labelled,
            "formatter": drawn(record.short_label if isinstance(record, Paper) else record.name, 34),
            **label,
            **side,
            "fontWeight": "bold" if is_seed else "normal",
        },
    }


_BELOW = {
    "position": "bottom",
    "width": 150,
    "overflow": "break",
    "backgroundColor": "transparent",
}  # topics stand at the right edge


def _full_name(record: Paper | TaxonomyNode) -> str:
    """Author, year and title of a paper, for who points at it."""
    if isinstance(record, TaxonomyNode):
        return drawn(record.name, 90)
    first = record.authors[0] if record.authors else ""
    who = f"{first} et al." if len(record.authors) > 1 else first
    return drawn(" · ".join(filter(None, (who, str(record.year or ""), record.title))), 130)
