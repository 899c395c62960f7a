"""The picture of the paths between two papers: one lane each, from the first paper on the left to the second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litatlas.graph.models import Paper
from litatlas.graph.paths import Direction, Hop, Path
from litatlas.graph.surroundings import Tie

from .chart import TOOLTIP, Chart, drawn, ink
from .texts import counted

LANE = 110  # pixels
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")
_END = "#4D4D4D"

_LINES: Mapping[Tie, dict[str, Any]] = {
    Tie.CITES: {"type": "solid"},
    Tie.SIMILAR: {"type": "dashed"},
    Tie.PLACE: {"type": "dotted"},
}


def paths_graph(paths: Sequence[Path], *, dark: bool) -> Chart:
    """Papers from left to right by their place on the way, one lane per path; an arrow leads to the cited paper.

    Args:
        paths: between the same two papers; at least one.
    """
    shade, ground = ink(dark=dark), "rgba(24,23,21,0.7)" if dark else "rgba(255,255,255,0.75)"
    first, last = paths[0].papers[0], paths[0].papers[-1]
    middle = max(len(paths) - 1, 1) / 2
    papers = [first, last]
    dots = [_dot(first, 0, middle, _END, shade, ground), _dot(last, 1, middle, _END, shade, ground)]
    lines: list[dict[str, Any]] = []
    for lane, path in enumerate(paths):
        along = [0]
        for place, paper in enumerate(path.papers[1:-1], start=1):
            along.append(len(papers))
            papers.append(paper)
            dots.append(
                _dot(paper, place / len(path.hops), lane if len(paths) > 1 else middle, _COLOURS[lane], shade, ground)
            )
        along.append(1)
        bend = 0.0 if len(path.hops) > 1 or len(paths) == 1 else 0.25  # a direct line would lie under the lane between
        lines += [
            _line(hop, along[place], along[place + 1], _COLOURS[lane], bend, shade)
            for place, hop in enumerate(path.hops)
        ]
    spec = {
        "tooltip": {**TOOLTIP, "formatter": "{b}"},
        "grid": {"left": 62, "right": 62, "top": 24, "bottom": 44},
        "xAxis": {"type": "value", "show": False, "min": 0, "max": 1},
        "yAxis": {"type": "value", "show": False, "min": 0, "max": max(len(paths) - 1, 1), "inverse": True},
        "series": [
            {
                "type": "graph",
                "coordinateSystem": "cartesian2d",  # fills any box without drawing circles as ellipses
                "data": dots,
                "links": lines,
                "roam": False,
                "selectedMode": "single",
                "select": {"itemStyle": {"borderColor": "#D55E00", "borderWidth": 3}},
                "emphasis": {"focus": "adjacency", "label": {"show": True}},
                "animation": False,
            }
        ],
    }
    hops = ", ".join(counted(len(path.hops), "hop") for path in paths)
    alt = f"{counted(len(paths), 'path')} between two papers, of {hops}; the steps below say the same"
    return Chart(spec, tuple(paper.key for paper in papers), alt)


def _dot(paper: Paper, x: float, y: float, colour: str, shade: str, ground: str) -> dict[str, Any]:
    return {
        "id": paper.key,
        "name": drawn(paper.title, 120),
        "value": [round(x, 3), y],
        "symbol": "diamond" if colour == _END else "circle",
        "symbolSize": 24 if colour == _END else 18,
        "itemStyle": {"color": colour, "borderColor": shade, "borderWidth": 1},
        "label": {
            "show": True,
            "formatter": drawn(paper.short_label, 40),
            "position": "bottom",
            "color": shade,
            "backgroundColor": ground,
            "fontSize": 12,
            "lineHeight": 14,
            "width": 110,
            "overflow": "break",
            "fontWeight": "bold" if colour == _END else "normal",
        },
    }


def _line(hop: Hop, start: int, end: int, colour: str, bend: float, shade: str) -> dict[str, Any]:
    words = {Tie.CITES: "cites", Tie.SIMILAR: f"near {hop.similarity or 0:.2f}", Tie.PLACE: "same topic"}[hop.tie]
    symbols = {Direction.CITES: ["none", "arrow"], Direction.CITED_BY: ["arrow", "none"]}
    return {
        "source": start,
        "target": end,
        "lineStyle": {**_LINES[hop.tie], "color": colour, "width": 2.5, "opacity": 0.9, "curveness": bend},
        "symbol": symbols.get(hop.direction, ["none", "none"]),
        "symbolSize": 10,
        "label": {"show": True, "formatter": words, "color": shade, "fontSize": 11, "position": "middle"},
        "tooltip": {"show": False},
    }
