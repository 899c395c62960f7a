"""ECharts options for the pictures of the app: pure functions from what the service gives.

Option reference: https://echarts.apache.org/en/option.html. Streamlit takes no JavaScript, so labels are texts; the
tooltip is drawn as text too (`renderMode`), since as HTML it would trust what stands in a title.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litatlas.app.details import Branch
from litatlas.graph.models import Paper, TaxonomyNode
from litatlas.graph.surroundings import Surroundings, Tie, Vertex

from .colours import OTHER_DARK, OTHER_LIGHT, branch_colours, text_on, towards
from .texts import counted, label

_TOOLTIP = {"renderMode": "richText", "confine": True}
_TWIG = {"fontSize": 12, "width": 150, "overflow": "break", "lineHeight": 15}
# A line that is too wide for its tile ends in an ellipsis; broken, a narrow tile would hold a letter a line.
_IN_TILE = {"show": True, "fontSize": 13, "lineHeight": 17, "overflow": "truncate", "lineOverflow": "truncate"}
_LINE = 18  # letters
_BESIDE = {"position": "right"}
_BELOW = {"position": "bottom", "width": 150, "overflow": "break"}  # topics stand at the right edge
_LABELLED = 14
_LEAST = 0.015  # the share of a treemap below which a tile holds no word
_WIDTH, _HEIGHT = 1000, 640  # about the shape of the box, so that preserving the aspect wastes little of it


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture.

    Attributes:
        spec: the ECharts option.
        keys: what stands at each index that a selection reports.
        alt: the picture in words.
    """

    spec: dict[str, Any]
    keys: tuple[str, ...]
    alt: str

    def selected(self, event: Mapping[str, Any] | None) -> str | None:
        """The key that a selection event of this chart names, if it names one that is there."""
        groups: Sequence[Mapping[str, Any]] = event["selection"]["selected"] if event else ()
        for group in groups:
            if group["data_type"] == "edge":
                continue
            indices: Sequence[int] = group["data_indices"]
            known = [self.keys[index] for index in indices if 0 <= index < len(self.keys)]
            if known and known[0]:
                return known[0]
        return None


def drawn(text: str, most: int) -> str:
    """Text for a picture: ECharts reads ``{b}`` and ``{style|text}`` as its own, so no name follows a brace at once."""
    return label(text, most).replace("{", "{\N{WORD JOINER}")


def taxonomy_treemap(branches: Sequence[Branch], colours: Mapping[str, str], *, dark: bool, depth: int = 2) -> Chart:
    """Areas by number of papers, `depth` levels of them; indices count in pre-order, 0 is the unseen root.

    Tiles of the inner level that are too small for a word are one tile, which leads to the topic around them.
    """
    keys: list[str] = [""]
    least = _LEAST * sum(branch.papers for branch in branches)
    data = [_tile(branch, colours.get(branch.node.key, OTHER_LIGHT), dark, depth, least, keys) for branch in branches]
    spec = {
        "tooltip": {**_TOOLTIP, "formatter": "{b}"},
        "series": [
            {
                "type": "treemap",
                "data": data,
                "roam": False,
                "nodeClick": False,
                "breadcrumb": {"show": False},
                "selectedMode": "single",
                "left": 0,
                "right": 0,
                "top": 0,
                "bottom": 0,
                "label": _IN_TILE,
                "upperLabel": {"show": depth > 1, "height": 24, "fontSize": 13},
                "itemStyle": {"borderColor": "#1A1A1A" if dark else "#FFFFFF", "borderWidth": 1, "gapWidth": 2},
                "levels": [{"itemStyle": {"gapWidth": 3, "borderWidth": 0}, "upperLabel": {"show": False}}],
            }
        ],
    }
    return Chart(spec, tuple(keys), "Papers per topic: " + _in_words(branches))


def _tile(branch: Branch, colour: str, dark: bool, depth: int, least: float, keys: list[str]) -> dict[str, Any]:
    keys.append(branch.node.key)
    name = f"{drawn(branch.node.name, 60)} ({branch.papers})"
    large = [each for each in branch.narrower if each.papers >= least]
    small = [each for each in branch.narrower if each.papers < least]
    if len(small) < 2:
        large, small = list(branch.narrower), []
    shade = towards(colour, "#000000" if dark else "#FFFFFF", 0.25)
    style = {"color": colour, "borderColor": colour}
    tile: dict[str, Any] = {"name": name, "value": max(branch.papers, 1), "itemStyle": style}
    lines = textwrap.wrap(name, _LINE, break_long_words=False, break_on_hyphens=False)
    tile["label"] = {"color": text_on(colour), "show": branch.papers >= least, "formatter": "\n".join(lines)}
    tile["upperLabel"] = {"color": text_on(colour), "formatter": name}
    if depth > 1 and branch.narrower:
        tile["children"] = [_tile(child, shade, dark, depth - 1, least, keys) for child in large]
        if small:
            rest = Branch(replace(branch.node, name=f"{len(small)} smaller topics"), sum(e.papers for e in small), ())
            tile["children"].append(_tile(rest, shade, dark, 1, least, keys))
    return tile


def taxonomy_tree(branches: Sequence[Branch], colours: Mapping[str, str], *, dark: bool, title: str) -> Chart:
    """Two levels of the hierarchy from left to right; indices count in pre-order, 0 is the unseen root."""
    keys: list[str] = ["", ""]
    ink = "#FAFAFA" if dark else "#262730"
    data = {
        "name": drawn(title, 24),
        "children": [_twig(branch, colours.get(branch.node.key, OTHER_LIGHT), keys, 2) for branch in branches],
        "itemStyle": {"color": OTHER_DARK if dark else OTHER_LIGHT},
    }
    spec = {
        "tooltip": {**_TOOLTIP, "formatter": "{b}"},
        "series": [
            {
                "type": "tree",
                "data": [data],
                "left": "14%",
                "right": "44%",
                "top": 12,
                "bottom": 12,
                "symbolSize": 9,
                "selectedMode": "single",
                "expandAndCollapse": False,
                "initialTreeDepth": -1,
                "label": {"position": "bottom", "align": "center", "color": ink, **_TWIG},
                "leaves": {"label": {"position": "right", "align": "left", "width": 140}},
                "lineStyle": {"color": "#888888", "width": 1},
                "animation": False,
            }
        ],
    }
    return Chart(spec, tuple(keys), "The taxonomy as a tree: " + _in_words(branches))


def _twig(branch: Branch, colour: str, keys: list[str], depth: int) -> dict[str, Any]:
    keys.append(branch.node.key)
    narrower = branch.narrower if depth > 1 else ()
    return {
        "name": f"{drawn(branch.node.name, 44)} ({branch.papers})",
        "itemStyle": {"color": colour, "borderColor": colour},
        "children": [_twig(child, colour, keys, depth - 1) for child in narrower],
    }


def _in_words(branches: Iterable[Branch]) -> str:
    return ", ".join(f"{label(branch.node.name, 60)} {branch.papers}" for branch in branches)


def years_bars(years: Sequence[tuple[int, int]], *, dark: bool) -> Chart:
    """Papers per year; years between the first and the last without papers are shown as none."""
    counts = dict(years)
    span = range(years[0][0], years[-1][0] + 1) if years else range(0)
    ink = "#FAFAFA" if dark else "#262730"
    spec = {
        "tooltip": {**_TOOLTIP, "formatter": "{b}: {c}"},
        "grid": {"left": 34, "right": 8, "top": 12, "bottom": 24},
        "xAxis": {"type": "category", "data": [str(year) for year in span], "axisLabel": {"color": ink}},
        "yAxis": {"type": "value", "minInterval": 1, "axisLabel": {"color": ink}},
        "series": [{"type": "bar", "data": [counts.get(year, 0) for year in span], "itemStyle": {"color": "#0072B2"}}],
    }
    words = ", ".join(f"{year}: {count}" for year, count in years)
    return Chart(spec, tuple(str(year) for year in span), f"Papers per year. {words}")


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
    ink = "#FAFAFA" if dark else "#262730"
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
        "tooltip": {**_TOOLTIP, "formatter": "{b}"},
        "legend": {
            "data": [category["name"] for category in categories if _used(category, categories, nodes)],
            "textStyle": {"color": ink},
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
                "data": [*nodes, *_year_marks(around, len(order), ink)],
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


def _year_marks(around: Surroundings, category: int, ink: str) -> list[dict[str, Any]]:
    """The years above their columns, as vertices without a symbol; a graph has no axis of its own."""
    if around.years is None:
        return []
    columns: dict[int, float] = {}
    for vertex in around.vertices:
        if isinstance(vertex.record, Paper) and vertex.record.year:
            columns[vertex.record.year] = min(vertex.point.x, columns.get(vertex.record.year, 9.0))
    style = {"show": True, "formatter": "{b}", "position": "inside", "color": ink, "fontWeight": "bold", "fontSize": 13}
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
            "color": "#FAFAFA" if dark else "#262730",
            "fontSize": 11,
            "fontWeight": "bold" if vertex.id == seed else "normal",
        },
    }


def _used(category: dict[str, Any], categories: list[dict[str, Any]], nodes: list[dict[str, Any]]) -> bool:
    number = categories.index(category)
    return any(node["category"] == number for node in nodes)
