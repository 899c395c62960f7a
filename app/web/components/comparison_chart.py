"""Pictures of two surveys side by side: where the papers of both stand, and the years; pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litatlas.graph.comparison import Flow, Share
from litatlas.graph.models import TaxonomyNode

from .chart import TOOLTIP, Chart, drawn, ink
from .colours import BRANCHES, OTHER_DARK, OTHER_LIGHT, branch_colours
from .texts import label

_TWIN = "\N{WORD JOINER}"  # ECharts tells the ends of a band apart by name, and both surveys may use one name
_WIDE, _NARROW = 230, 118  # pixels for the names at either side
_GAP = 24
_MOST_BANDS = 60


def flow_picture(flows: Sequence[Flow], *, dark: bool) -> Chart:
    """Topics of one survey at the left, of the other at the right, and the papers of both as bands between them.

    At most 60 bands, the broadest. The indices of a selection count bands; the key of a band holds the keys of both
    topics, with a line break between them.
    """
    shown = _broadest(flows)
    left, right = _ends(shown, 0), _ends(shown, 1)
    ordered = sorted(left.values(), key=lambda node: -_papers_of(node, shown))
    colours = branch_colours(ordered, dark=dark)
    names = {node.key: name for node, name in _names((*left.values(), *right.values()))}
    grey = OTHER_DARK if dark else OTHER_LIGHT
    style = {"fontSize": 12, "lineHeight": 14, "color": ink(dark=dark), "width": _WIDE - 10, "overflow": "break"}
    ends = [
        {
            "name": names[node.key],
            "depth": depth,
            "itemStyle": {"color": colours.get(node.key, grey), "borderWidth": 0},
            "label": {"position": "right" if depth else "left"},
        }
        for depth, nodes in enumerate((left, right))
        for node in nodes.values()
    ]
    bands = [
        {
            "source": names[flow.first.key],
            "target": names[flow.second.key],
            "value": flow.papers,
            "lineStyle": {"color": colours[flow.first.key], "opacity": 0.45, "curveness": 0.5},
        }
        for flow in shown
    ]
    series = {
        "type": "sankey",
        "data": ends,
        "links": bands,
        "left": _WIDE,
        "right": _WIDE,
        "top": 10,
        "bottom": 10,
        "nodeWidth": 12,
        "nodeGap": _GAP,
        "draggable": False,
        "selectedMode": "single",
        "emphasis": {"focus": "adjacency"},
        "label": style,
        "animation": False,
    }
    words = "; ".join(f"{label(f.first.name, 60)} to {label(f.second.name, 60)}: {f.papers}" for f in shown)
    keys = tuple(f"{flow.first.key}\n{flow.second.key}" for flow in shown)
    narrow = {"left": _NARROW, "right": _NARROW, "label": {"width": _NARROW - 8, "fontSize": 11, "lineHeight": 12}}
    spec = {
        "baseOption": {"tooltip": TOOLTIP, "series": [series]},
        "media": [{"query": {"maxWidth": 700}, "option": {"series": [narrow]}}],
    }
    return Chart(spec, keys, f"Papers of both surveys. {words}")


def band_of(chart: Chart, event: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """The keys of the two topics whose band a selection event names, if it names one that is there."""
    groups: Sequence[Mapping[str, Any]] = event["selection"]["selected"] if event else ()
    for group in groups:
        indices = [index for index in group["data_indices"] if 0 <= index < len(chart.keys)]
        if group["data_type"] == "edge" and indices:
            first, _, second = chart.keys[indices[0]].partition("\n")
            return first, second
    return None


def height_of(flows: Sequence[Flow]) -> int:
    """Pixels for a picture in which the names on either side do not touch."""
    shown = _broadest(flows)
    return max(220, (_GAP + 20) * max(len(_ends(shown, 0)), len(_ends(shown, 1))))


def _broadest(flows: Sequence[Flow]) -> tuple[Flow, ...]:
    kept = sorted(flows, key=lambda flow: -flow.papers)[:_MOST_BANDS]
    return tuple(sorted(kept, key=lambda flow: (flow.first.position, flow.second.position)))


def _ends(flows: Sequence[Flow], side: int) -> dict[str, TaxonomyNode]:
    ends = sorted(((flow.first, flow.second)[side] for flow in flows), key=lambda node: node.position)
    return {node.key: node for node in ends}


def _papers_of(node: TaxonomyNode, flows: Sequence[Flow]) -> int:
    return sum(flow.papers for flow in flows if flow.first.key == node.key)


def _names(nodes: Sequence[TaxonomyNode]) -> list[tuple[TaxonomyNode, str]]:
    """A name for each end that no other end has."""
    taken: set[str] = set()
    named = []
    for node in nodes:
        name = drawn(node.name, 44) or "?"
        while name in taken:
            name += _TWIN
        taken.add(name)
        named.append((node, name))
    return named


def share_bars(shares: Sequence[Share], names: tuple[str, str], *, dark: bool, upright: bool) -> Chart:
    """Stacked bars of how many papers only the first, both, or only the second survey places.

    Args:
        names: of the two surveys.
        upright: bars stand, as for years; else they lie, with the first on top and room for long names.
    """
    first, second = (drawn(name, 30) for name in names)
    shade = {"axisLabel": {"color": ink(dark=dark)}}
    ordered = shares if upright else shares[::-1]
    parts = (
        (f"only {first}", [share.first_only for share in ordered], BRANCHES[0]),
        ("both", [share.both for share in ordered], BRANCHES[2]),
        (f"only {second}{_TWIN}", [share.second_only for share in ordered], BRANCHES[1]),
    )
    category = {"type": "category", "data": [drawn(share.name, 20) for share in ordered], **shade}
    value = {"type": "value", "minInterval": 1, **shade}
    spec = {
        "tooltip": {**TOOLTIP, "trigger": "axis"},
        "legend": {"top": 0, "type": "scroll", "textStyle": {"color": ink(dark=dark)}},
        "grid": {"left": 44 if upright else 120, "right": 12, "top": 36, "bottom": 28},
        "xAxis": category if upright else value,
        "yAxis": value if upright else category,
        "series": [
            {"type": "bar", "stack": "papers", "name": name, "data": values, "itemStyle": {"color": colour}}
            for name, values, colour in parts
        ],
    }
    told = "; ".join(f"{label(s.name, 40)}: {s.first_only}, {s.both} and {s.second_only}" for s in shares)
    alt = f"Papers only in {label(names[0], 60)}, in both, and only in {label(names[1], 60)}. {told}"
    return Chart(spec, tuple(share.name for share in ordered), alt)
