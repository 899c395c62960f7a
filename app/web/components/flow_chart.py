"""Pictures of how topics grew and which build on which, and the strongest of it in words; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litatlas.graph.flow import Crossing, Flow, most_above_size, surplus
from litatlas.graph.growth import Growth
from litatlas.graph.models import TaxonomyNode

from .chart import TOOLTIP, Chart, drawn, ink
from .colours import BRANCHES, OTHER_DARK, OTHER_LIGHT, text_on, towards
from .texts import counted, label, one_line

_TOLD = 3
_JOIN = "\t"  # no key has one
_ROW = 32  # px; two lines of a name, and what a finger can hit
_MUCH = 3.0  # standard deviations above what size would give, from which the colour is full


def growth_bars(growth: Growth, *, dark: bool, share: bool) -> Chart:
    """Papers per year, stacked by topic, or as shares of each year; the largest topics have a colour of their own.

    The keys are the years.
    """
    values = growth.shares() if share else growth.counts.tolist()
    own = set(_largest(growth))
    series = [
        (drawn(node.name, 40), values[n], BRANCHES[sorted(own).index(n)])
        for n, node in enumerate(growth.nodes)
        if n in own
    ]
    if rest := [values[n] for n in range(len(values)) if n not in own]:
        other = OTHER_DARK if dark else OTHER_LIGHT
        series.append(
            (counted(len(rest), "smaller topic"), [sum(of_year) for of_year in zip(*rest, strict=True)], other)
        )
    shade, years = ink(dark=dark), tuple(map(str, growth.years))
    axis: dict[str, Any] = {"axisLabel": {"color": shade}}
    percent = {"max": 1, "axisLabel": {"color": shade, "show": True}}
    spec = {
        "tooltip": {**TOOLTIP, "trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"type": "scroll", "bottom": 0, "textStyle": {"color": shade}, "pageTextStyle": {"color": shade}},
        "grid": {"left": 4, "right": 12, "top": 14, "bottom": 36, "containLabel": True},
        "xAxis": {"type": "category", "data": list(years), **axis},
        "yAxis": {"type": "value", **(percent if share else {"minInterval": 1, **axis})},
        "series": [
            {
                "name": name,
                "type": "bar",
                "stack": "all",
                "data": [round(value, 3) for value in of_years],
                "itemStyle": {"color": colour},
                "barCategoryGap": "18%",
            }
            for name, of_years, colour in series
        ],
        "animation": False,
    }
    kind = "Share of each year's papers" if share else "Papers per year"
    return Chart(spec, years, f"{kind}, by topic. {_growth_in_words(growth)}")


def _largest(growth: Growth) -> list[int]:
    """Places of the topics that get a colour: as many as there are colours."""
    sizes = growth.counts.sum(axis=1).tolist()
    return sorted(range(len(sizes)), key=lambda n: (-sizes[n], n))[: len(BRANCHES)]


def _growth_in_words(growth: Growth) -> str:
    totals = growth.counts.sum(axis=1).tolist()
    return ", ".join(f"{label(node.name, 60)} {total}" for node, total in zip(growth.nodes, totals, strict=True))


def flow_table(
    flow: Flow, first: int | None, last: int | None, *, dark: bool, by_size: bool, chosen: tuple[str, str] | None = None
) -> Chart:
    """Citations from the topics of the rows to those of the columns; what a topic cites of its own is grey.

    Rows and columns have numbers, so that the table can be read where the screen is narrow. The keys name both topics;
    see `crossing_of`.

    Args:
        by_size: colour by how far the count lies above what the sizes of the topics would give, not by the count.
        chosen: keys of the topics of a cell that is marked.
    """
    counts, expected = flow.table(first, last)
    size = len(flow.nodes)
    crossing = [int(counts[a, b]) for a in range(size) for b in range(size) if a != b]
    most = max(crossing, default=0)
    cells, keys = [], []
    for a, source in enumerate(flow.nodes):
        for b, target in enumerate(flow.nodes):
            count, likely = int(counts[a, b]), float(expected[a, b])
            strength = (
                min(max(surplus(count, likely) / _MUCH, 0.0), 1.0)
                if by_size
                else (count / most) ** 0.5
                if most
                else 0.0
            )
            cells.append(_cell(a, b, count, strength, own=a == b, dark=dark))
            cells[-1]["name"] = _cell_in_words(source, target, count, likely)
            if chosen == (source.key, target.key):
                cells[-1]["itemStyle"] |= {"borderColor": ink(dark=dark), "borderWidth": 3}
            keys.append(f"{source.key}{_JOIN}{target.key}")
    alt = "Citations between topics. " + "; ".join(map(_in_words, flow.crossings(first, last)[:_TOLD]))
    return Chart(_table_spec(flow.nodes, cells, dark=dark), tuple(keys), alt)


def _cell(a: int, b: int, count: int, strength: float, *, own: bool, dark: bool) -> dict[str, Any]:
    ground = "#262730" if dark else "#F3F4F6"
    grey = "#4A4C57" if dark else "#D4D6DB"
    colour = (grey if count else ground) if own else towards(ground, BRANCHES[0], strength)
    said = {"show": count > 0, "formatter": f"{count:,}", "color": text_on(colour)}
    return {"value": [b, a, count], "itemStyle": {"color": colour}, "label": said}


def _cell_in_words(source: TaxonomyNode, target: TaxonomyNode, count: int, expected: float) -> str:
    names = f"{drawn(source.name, 40)}\n→ {drawn(target.name, 40)}"
    own = "of its own" if source.key == target.key else f"expected from size alone: {expected:.1f}"
    return f"{names}\n{counted(count, 'citation')}, {own}"


def _table_spec(nodes: Sequence[TaxonomyNode], cells: list[dict[str, Any]], *, dark: bool) -> dict[str, Any]:
    shade, ground = ink(dark=dark), "#0E1117" if dark else "#FFFFFF"
    named = [f"{n}  {drawn(node.name, 40)}" for n, node in enumerate(nodes, start=1)]
    numbers = [str(n) for n in range(1, len(nodes) + 1)]
    bare = {"axisLine": {"show": False}, "axisTick": {"show": False}}
    within = {"color": shade, "width": 150, "overflow": "break", "interval": 0, "fontSize": 11, "lineHeight": 12}
    return {
        "tooltip": {**TOOLTIP, "formatter": "{b}"},
        "grid": {"left": 4, "right": 6, "top": 8, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "category", "data": numbers, "position": "top", "axisLabel": {**within, "width": 30}, **bare},
        "yAxis": {"type": "category", "data": named, "inverse": True, "axisLabel": within, **bare},
        "series": [
            {
                "type": "heatmap",
                "data": cells,
                "selectedMode": "single",
                "label": {"show": True, "fontSize": 12},
                "itemStyle": {"borderColor": ground, "borderWidth": 1},
            }
        ],
        "visualMap": {"show": False, "min": 0, "max": 1, "dimension": 2, "inRange": {"opacity": [1, 1]}},
        "media": [_narrow(numbers)],
        "animation": False,
    }


def _narrow(numbers: list[str]) -> dict[str, Any]:
    """Where the screen is narrow, the rows have their numbers alone, and smaller counts."""
    small = {"axisLabel": {"fontSize": 9}}
    bare = {
        "xAxis": small,
        "yAxis": {"data": numbers, "axisLabel": {"fontSize": 9, "width": 24}},
        "series": [{"label": {"fontSize": 9}}],
    }
    return {"query": {"maxWidth": 520}, "option": bare}


def names_in_words(flow: Flow) -> str:
    """The names of rows and columns with their numbers, in Markdown; for a narrow screen."""
    return "  \n".join(f"{n} {one_line(label(node.name, 60))}" for n, node in enumerate(flow.nodes, start=1))


def table_height(flow: Flow) -> int:
    """Pixels that the table needs."""
    return 40 + max(_ROW * len(flow.nodes), 90)


def crossing_of(key: str | None) -> tuple[str, str] | None:
    """The two topics that a key of `flow_table` names."""
    source, found, target = (key or "").partition(_JOIN)
    return (source, target) if found else None


def _in_words(crossing: Crossing) -> str:
    citations = counted(crossing.count, "citation")
    return f"{label(crossing.source.name, 60)} cites {label(crossing.target.name, 60)}: {citations}"


def strongest_in_words(crossings: Sequence[Crossing]) -> tuple[str, ...]:
    """What the table shows first of all, as sentences of Markdown."""
    told = [
        f"**{one_line(each.source.name)}** builds on **{one_line(each.target.name)}** with"
        f" {counted(each.count, 'citation')}{_compared(each)}."
        for each in crossings[:_TOLD]
    ]
    named = {(each.source.key, each.target.key) for each in crossings[:_TOLD]}
    further = [e for e in most_above_size(crossings)[:_TOLD] if (e.source.key, e.target.key) not in named]
    if further:
        each = further[0]
        told.append(
            f"Most beyond its size: **{one_line(each.source.name)}** on **{one_line(each.target.name)}**, with"
            f" {counted(each.count, 'citation')}{_compared(each)}."
        )
    return tuple(told)


def _compared(crossing: Crossing) -> str:
    if crossing.ratio is None:
        return ""
    return f", {crossing.ratio:.1f} times what size alone would give ({crossing.expected:.1f})"
