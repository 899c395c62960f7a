"""The picture of the map of meaning: a pure function from what the service gives, and what a reader did in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from litatlas.graph.map_area import Polygon, simplified
from litatlas.graph.map_field import MapField, Rows, TopicLabel
from litatlas.graph.map_groups import GroupBy, Grouping
from litatlas.graph.models import TaxonomyNode

from .chart import TOOLTIP, drawn, ink
from .colours import BRANCHES, OTHER_DARK, OTHER_LIGHT, branch_colours, towards
from .texts import counted

MOST_NAMED = 5_000
"""Papers up to which each dot is a mark of its own, with a title and a size; more are drawn as one."""

_MARGIN = 1.04  # so that no dot is cut at the edge of the picture
_RINGED = 200  # rings; more would cover the map
_ABOVE, _TOP = 30, 5  # order of drawing: what is asked for over the dots, names over all


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What is told from the rest on the map.

    Attributes:
        rows: papers that are asked for, by an answer or a topic; None where nothing is, and all are alike.
        seed: one paper.
        area: what a reader has drawn.
    """

    rows: Rows | None = None
    seed: int | None = None
    area: Polygon | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MapChart:
    """A map as an ECharts option, and in words."""

    spec: dict[str, Any]
    alt: str


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """All papers of a map as series of dots, which many pictures share.

    Attributes:
        rows: for each series, the papers' rows in its order; a click reports a series and a place in it.
    """

    series: tuple[dict[str, Any], ...]
    rows: tuple[Rows, ...]


def map_dots(papers: MapField, grouping: Grouping, by: GroupBy, *, pale: bool, dark: bool) -> Dots:
    """Dots by group; up to 5,000 have titles, and sizes by citations.

    Args:
        pale: because other papers are to be seen before them.
    """
    colours, names = _colours(grouping, by, dark), _names(grouping)
    series, rows = [], []
    for number in [-1, *range(len(grouping.groups))]:
        members = np.flatnonzero(grouping.of == number)
        if len(members):
            faint = pale or number < 0
            series.append(_dots(papers, members, names[number], colours[number], faint=faint, dark=dark))
            rows.append(members)
    return Dots(tuple(series), tuple(rows))


def map_chart(
    papers: MapField,
    grouping: Grouping,
    dots: Dots,
    labels: Sequence[TopicLabel],
    shown: Shown,
    by: GroupBy,
    *,
    dark: bool,
) -> MapChart:
    """The dots, names of topics, and what is asked for."""
    colours = _colours(grouping, by, dark)
    series = [*dots.series, *_asked_for(papers, shown, colours, grouping, dark)]
    series += [_names_of_topics(labels, dark), *_outline(shown)]
    legend = sorted((each["name"] for each in dots.series), key=lambda name: bool(name == grouping.rest))
    shade = ink(dark=dark)
    reach = np.abs(papers.map.points).max(axis=0) * _MARGIN
    across, down = ({"type": "value", "min": -end, "max": end, "show": False} for end in reach.round(1).tolist())
    zoom = {"type": "inside", "filterMode": "none", "minSpan": 2}
    spec = {
        "tooltip": {**TOOLTIP, "formatter": "{b}", "show": len(papers) <= MOST_NAMED},
        "legend": {
            "data": legend,
            "textStyle": {"color": shade},
            "bottom": 0,
            "left": 0,
            "type": "scroll",
        },
        "grid": {"left": 4, "right": 4, "top": 36, "bottom": 32},
        "xAxis": across,
        "yAxis": down,
        "dataZoom": [{**zoom, "xAxisIndex": 0}, {**zoom, "yAxisIndex": 0}],
        "toolbox": _tools(shade),
        "brush": {
            "xAxisIndex": 0,
            "yAxisIndex": 0,
            "brushMode": "single",
            "transformable": False,
            "outOfBrush": {"colorAlpha": 1},
            "brushStyle": {"borderWidth": 1.5, "color": "rgba(128,128,128,0.15)", "borderColor": shade},
        },
        "series": series,
        "animation": False,
    }
    return MapChart(spec, _in_words(papers, grouping, labels, shown))


def drawn_area(event: Mapping[str, Any] | None) -> Polygon | None:
    """The area that a reader has drawn, with few corners; None where there is none."""
    for area in event["selection"]["areas"] if event else ():
        reach = area["coord_range"]
        if area["brush_type"] == "rect":
            (left, right), (low, high) = reach
            return ((left, low), (right, low), (right, high), (left, high))
        if area["brush_type"] == "polygon" and len(reach) >= 3:
            return simplified([(float(x), float(y)) for x, y in reach])
    return None


def clicked(dots: Dots, papers: MapField, event: Mapping[str, Any] | None) -> int | None:
    """The row of the one paper that was clicked."""
    if not event or len(papers) > MOST_NAMED:  # drawn as one, dots report what they do not mean
        return None
    found = [
        int(dots.rows[group["series_index"]][index])
        for group in event["selection"]["selected"]
        if 0 <= group["series_index"] < len(dots.rows)
        for index in group["data_indices"]
        if 0 <= index < len(dots.rows[group["series_index"]])
    ]
    return found[0] if len(found) == 1 else None


def _colours(grouping: Grouping, by: GroupBy, dark: bool) -> dict[int, str]:
    """A colour for each group by number, and for -1, none: one per branch, or shades of one from old to new."""
    other = towards(OTHER_DARK, "#000000", 0.4) if dark else towards(OTHER_LIGHT, "#FFFFFF", 0.5)
    if by is GroupBy.YEAR:
        old, new = ("#2E6A94", "#DDF0FF") if dark else ("#A3C9E6", "#08306B")
        steps = max(len(grouping.groups) - 1, 1)
        return {-1: other} | {n: towards(old, new, n / steps) for n in range(len(grouping.groups))}
    keys = [TaxonomyNode(group.key, "", group.name, None, (), n, None) for n, group in enumerate(grouping.groups)]
    return {-1: other} | dict(enumerate(branch_colours(keys, dark=dark).values()))


def _names(grouping: Grouping) -> dict[int, str]:
    """Names for the legend, which knows a series by its name: no two are the same."""
    names: dict[int, str] = {-1: grouping.rest}
    for number, group in enumerate(grouping.groups):
        name = drawn(group.name, 40) or "(no name)"
        names[number] = name if name not in names.values() else f"{name} ({number + 1})"
    return names


def _dots(papers: MapField, members: Rows, name: str, colour: str, *, faint: bool, dark: bool) -> dict[str, Any]:
    points = np.round(papers.map.points[members].astype(np.float64), 2).tolist()
    dots: dict[str, Any] = {
        "type": "scatter",
        "name": name,
        "itemStyle": {"color": colour, "opacity": 0.35 if faint else 0.8},
        "z": 2,
    }
    if len(papers) > MOST_NAMED:
        return {**dots, "data": points, "symbolSize": 3, "large": True, "largeThreshold": 0, "silent": True}
    sizes = np.round(5 + 1.6 * np.sqrt(papers.cited[members]), 1).clip(5, 22).tolist()
    dots["itemStyle"] |= {"borderColor": "#0E1117" if dark else "#FFFFFF", "borderWidth": 0.5}
    return {
        **dots,
        "data": [
            {"value": point, "symbolSize": size, "name": _title(papers, row)}
            for point, size, row in zip(points, sizes, members, strict=True)
        ],
        "selectedMode": "single",
        "select": {"itemStyle": {"borderColor": "#D55E00", "borderWidth": 3}},
        "emphasis": {"scale": 1.4},
    }


def _title(papers: MapField, row: int) -> str:
    year = f" ({papers.years[row]})" if papers.years[row] else ""
    return f"{drawn(papers.titles[row], 110)}{year}"


def _asked_for(
    papers: MapField, shown: Shown, colours: Mapping[int, str], grouping: Grouping, dark: bool
) -> list[dict[str, Any]]:
    """The papers that are asked for in full colour over the pale rest, ringed where they are few; the one as a pin."""
    found: list[dict[str, Any]] = []
    few = shown.rows is not None and len(shown.rows) <= _RINGED
    for number in np.unique(grouping.of[shown.rows]) if shown.rows is not None else ():
        assert shown.rows is not None
        members = shown.rows[grouping.of[shown.rows] == number]
        colour = colours[int(number)]
        found.append(
            {
                "type": "scatter",
                "data": np.round(papers.map.points[members].astype(np.float64), 2).tolist(),
                "symbolSize": 11 if few else 4,
                "itemStyle": {"color": colour, "borderColor": ink(dark=dark), "borderWidth": 1.8 if few else 0},
                "silent": True,
                "z": _ABOVE,
                **({} if few else {"large": True, "largeThreshold": 0}),
            }
        )
    if shown.seed is not None:
        x, y = papers.map.points[shown.seed].tolist()
        found.append(
            {
                "type": "scatter",
                "data": [{"value": [round(x, 2), round(y, 2)], "name": _title(papers, shown.seed)}],
                "symbol": "diamond",
                "symbolSize": 22,
                "itemStyle": {"color": BRANCHES[5], "borderColor": ink(dark=dark), "borderWidth": 2},
                "silent": True,
                "z": _ABOVE + 1,
            }
        )
    return found


def _names_of_topics(labels: Sequence[TopicLabel], dark: bool) -> dict[str, Any]:
    """Names without dots; where they would cover each other, the browser keeps those of the larger marks."""
    largest = max((label.papers for label in labels), default=1)
    style = {
        "show": True,
        "formatter": "{b}",
        "position": "inside",
        "color": ink(dark=dark),
        "backgroundColor": "rgba(14,17,23,0.6)" if dark else "rgba(255,255,255,0.7)",
        "padding": [1, 3],
        "borderRadius": 3,
        "lineHeight": 15,
        "fontWeight": "bold",
        "width": 150,
        "overflow": "break",
    }
    return {
        "type": "scatter",
        "data": [
            {
                "value": [round(each.x, 2), round(each.y, 2)],
                "name": drawn(each.node.name, 48),
                "symbolSize": round(2 + 8 * (each.papers / largest), 2),
                "label": {"fontSize": 11 + round(3 * (each.papers / largest) ** 0.5)},
            }
            for each in labels
        ],
        "itemStyle": {"color": "transparent"},
        "label": style,
        "labelLayout": {"hideOverlap": True},
        "silent": True,
        "z": _ABOVE + _TOP,
    }


def _outline(shown: Shown) -> list[dict[str, Any]]:
    if not shown.area:
        return []
    corners = [[round(x, 2), round(y, 2)] for x, y in (*shown.area, shown.area[0])]
    line = {"color": BRANCHES[5], "width": 2, "type": "dashed"}
    return [{"type": "line", "data": corners, "symbol": "none", "lineStyle": line, "silent": True, "z": _ABOVE + 2}]


def _tools(shade: str) -> dict[str, Any]:
    return {
        "right": 0,
        "top": 0,
        "itemSize": 18,
        "iconStyle": {"borderColor": shade},
        "feature": {
            "brush": {
                "type": ["polygon", "rect"],
                "title": {"polygon": "Draw an area", "rect": "Draw a box"},
            },
            "restore": {"title": "Show the whole map"},
        },
    }


def _in_words(papers: MapField, grouping: Grouping, labels: Sequence[TopicLabel], shown: Shown) -> str:
    counts = np.bincount(grouping.of[grouping.of >= 0], minlength=len(grouping.groups))
    groups = ", ".join(f"{drawn(group.name, 40)} {count}" for group, count in zip(grouping.groups, counts, strict=True))
    topics = ", ".join(drawn(label.node.name, 40) for label in labels[:8])
    asked = "" if shown.rows is None else f" {counted(len(shown.rows), 'paper')} of them highlighted."
    named = f" Topics by name: {topics}." if topics else ""
    return f"A map of {counted(len(papers), 'paper')}. Colours: {groups}.{named}{asked} The list below says the same."
