"""Pictures of a taxonomy: areas, rings or a tree, and its papers by year; pure functions of what the service gives."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from litatlas.app.details import Branch

from .chart import TOOLTIP, Chart, drawn, ink
from .colours import OTHER_DARK, OTHER_LIGHT, text_on, towards
from .texts import label

_TWIG = {"fontSize": 12, "width": 150, "overflow": "break", "lineHeight": 15}
# A line that is too wide for its tile ends in an ellipsis; broken, a narrow tile would hold a letter a line.
_IN_TILE = {"show": True, "fontSize": 13, "lineHeight": 17, "overflow": "truncate", "lineOverflow": "truncate"}
_IN_SECTOR = {
    "rotate": "radial",
    "minAngle": 9,  # degrees, which a line of text needs
    "fontSize": 11,
    "lineHeight": 13,
    "overflow": "truncate",
    "ellipsis": "…",
    "textBorderWidth": 0,
}
_LINE = 18  # letters
_LEAST = 0.015  # the share of a treemap below which a tile holds no word


def taxonomy_treemap(branches: Sequence[Branch], colours: Mapping[str, str], *, dark: bool, depth: int = 2) -> Chart:
    """Areas by number of papers, `depth` levels of them; indices count in pre-order, 0 is the unseen root.

    Tiles of the inner level that are too small for a word are one tile, which leads to the topic around them.
    """
    keys: list[str] = [""]
    least = _LEAST * sum(branch.papers for branch in branches)
    data = [_tile(branch, colours.get(branch.node.key, OTHER_LIGHT), dark, depth, least, keys) for branch in branches]
    spec = {
        "tooltip": {**TOOLTIP, "formatter": "{b}"},
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


def taxonomy_rings(branches: Sequence[Branch], colours: Mapping[str, str], *, dark: bool) -> Chart:
    """Rings by number of papers, one for each of three levels; indices count in pre-order, 0 is the unseen root.

    The outermost ring has no names, which a pointer brings; the others have them where a sector is wide enough.
    """
    keys: list[str] = [""]
    data = [_sector(branch, colours.get(branch.node.key, OTHER_LIGHT), dark, 3, keys) for branch in branches]
    spec = {
        "tooltip": {**TOOLTIP, "formatter": "{b}"},
        "series": [
            {
                "type": "sunburst",
                "data": data,
                "nodeClick": False,
                "selectedMode": "single",
                "sort": None,
                "levels": [
                    {},
                    {"r0": "10%", "r": "42%", "label": {"width": 78}},
                    {"r0": "42%", "r": "78%", "label": {"width": 88}},
                    {"r0": "78%", "r": "98%", "label": {"show": False}},
                ],
                "emphasis": {"focus": "ancestor"},
                "label": _IN_SECTOR,
                "itemStyle": {"borderColor": "#0E1117" if dark else "#FFFFFF", "borderWidth": 1},
            }
        ],
    }
    return Chart(spec, tuple(keys), "Papers per topic, in rings: " + _in_words(branches))


def _sector(branch: Branch, colour: str, dark: bool, depth: int, keys: list[str]) -> dict[str, Any]:
    keys.append(branch.node.key)
    shade = towards(colour, "#000000" if dark else "#FFFFFF", 0.25)
    name = drawn(branch.node.name, 60)
    lines = textwrap.wrap(name, 15, max_lines=2, placeholder=" …", break_on_hyphens=False)
    return {
        "name": f"{name} ({branch.papers})",
        "value": max(branch.papers, 1),
        "itemStyle": {"color": colour},
        "label": {"color": text_on(colour), "formatter": "\n".join(lines)},
        "children": [_sector(child, shade, dark, depth - 1, keys) for child in branch.narrower if depth > 1],
    }


def taxonomy_tree(branches: Sequence[Branch], colours: Mapping[str, str], *, dark: bool, title: str) -> Chart:
    """Two levels of the hierarchy from left to right; indices count in pre-order, 0 is the unseen root."""
    keys: list[str] = ["", ""]
    shade = ink(dark=dark)
    data = {
        "name": drawn(title, 24),
        "children": [_twig(branch, colours.get(branch.node.key, OTHER_LIGHT), keys, 2) for branch in branches],
        "itemStyle": {"color": OTHER_DARK if dark else OTHER_LIGHT},
    }
    spec = {
        "tooltip": {**TOOLTIP, "formatter": "{b}"},
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
                "label": {"position": "bottom", "align": "center", "color": shade, **_TWIG},
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
    shade = ink(dark=dark)
    spec = {
        "tooltip": {**TOOLTIP, "formatter": "{b}: {c}"},
        "grid": {"left": 34, "right": 8, "top": 12, "bottom": 24},
        "xAxis": {"type": "category", "data": [str(year) for year in span], "axisLabel": {"color": shade}},
        "yAxis": {"type": "value", "minInterval": 1, "axisLabel": {"color": shade}},
        "series": [{"type": "bar", "data": [counts.get(year, 0) for year in span], "itemStyle": {"color": "#0072B2"}}],
    }
    words = ", ".join(f"{year}: {count}" for year, count in years)
    return Chart(spec, tuple(str(year) for year in span), f"Papers per year. {words}")
