from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from litatlas.app.details import Branch
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.app.web.components import colours, graph_chart, taxonomy_charts
from litatlas.graph.encoder import Encoder
from litatlas.graph.models import Paper
from litatlas.graph.surroundings import Tie


@pytest.fixture
def atlas(library: Path, encoder: Encoder) -> Atlas:
    return Atlas(Settings(library=library), lambda _: encoder)


def names_in_preorder(data: list[dict[str, Any]]) -> list[str]:
    return [name for item in data for name in [item["name"], *names_in_preorder(item.get("children", []))]]


def event(*indices: int, data_type: str = "main") -> dict[str, Any]:
    return {"selection": {"selected": [{"data_type": data_type, "data_indices": list(indices)}], "areas": []}}


def test_a_treemap_counts_its_tiles_in_preorder(atlas: Atlas) -> None:
    branches = atlas.taxonomy()
    chart = taxonomy_charts.taxonomy_treemap(branches, {}, dark=False)
    assert chart.keys == ("", "s/model", "s/model/quantization", "s/model/pruning", "s/cache")
    names = names_in_preorder(chart.spec["series"][0]["data"])
    assert names == ["Model (3)", "Quantization (3)", "Pruning (1)", "Cache (2)"]
    assert chart.selected(event(2)) == "s/model/quantization"
    assert chart.alt == "Papers per topic: Model 3, Cache 2"


def test_rings_are_three_levels_in_preorder(atlas: Atlas) -> None:
    top = atlas.taxonomy()[0]
    deep = replace(top, narrower=(replace(top.narrower[0], narrower=(replace(top, papers=2),)),))
    chart = taxonomy_charts.taxonomy_rings([deep, top], {}, dark=True)
    names = names_in_preorder(chart.spec["series"][0]["data"])
    assert names == ["Model (3)", "Quantization (3)", "Model (2)", "Model (3)", "Quantization (3)", "Pruning (1)"]
    assert len(chart.keys) == len(names) + 1
    assert chart.selected(event(2)) == "s/model/quantization"
    assert chart.alt == "Papers per topic, in rings: Model 3, Model 3"


def test_tiles_too_small_for_a_word_are_one_that_leads_to_what_is_around_them(atlas: Atlas) -> None:
    """Of 1000 papers a tile needs 15: two have fewer, and are drawn as one of their sum."""
    top = atlas.taxonomy()[0]
    leaves = [replace(top.narrower[0], papers=papers) for papers in (980, 14, 6)]
    chart = taxonomy_charts.taxonomy_treemap([replace(top, papers=1000, narrower=tuple(leaves))], {}, dark=False)
    (tile,) = chart.spec["series"][0]["data"]
    assert [(child["name"], child["value"]) for child in tile["children"]] == [
        ("Quantization (980)", 980),
        ("2 smaller topics (20)", 20),
    ]
    assert chart.keys == ("", "s/model", "s/model/quantization", "s/model")


def test_a_tree_has_a_root_of_its_own(atlas: Atlas) -> None:
    chart = taxonomy_charts.taxonomy_tree(atlas.taxonomy(), {}, dark=True, title="All topics")
    names = names_in_preorder(chart.spec["series"][0]["data"])
    assert names[0] == "All topics"
    assert len(chart.keys) == len(names) + 1  # the root that ECharts puts above
    assert chart.selected(event(1)) is None
    assert chart.selected(event(2)) == "s/model"


@pytest.mark.parametrize("selection", [event(), event(99), event(-1), event(0), event(1, data_type="edge"), None])
def test_a_selection_of_nothing_that_is_there_is_none(atlas: Atlas, selection: Any) -> None:
    assert taxonomy_charts.taxonomy_treemap(atlas.taxonomy(), {}, dark=False).selected(selection) is None


def test_years_without_papers_are_shown_as_none() -> None:
    chart = taxonomy_charts.years_bars([(2019, 2), (2022, 1)], dark=False)
    assert chart.spec["xAxis"]["data"] == ["2019", "2020", "2021", "2022"]
    assert chart.spec["series"][0]["data"] == [2, 0, 0, 1]
    assert taxonomy_charts.years_bars([], dark=False).spec["series"][0]["data"] == []


def test_a_neighbourhood_keeps_vertices_and_indices_together(atlas: Atlas) -> None:
    around = atlas.neighbourhood("gptq", ties=(Tie.CITES, Tie.PLACE))
    branches = [branch.node for branch in atlas.taxonomy()]
    chart = graph_chart.neighbourhood_graph(around, branches, dark=False)
    series = chart.spec["series"][0]
    assert [node["id"] for node in series["data"][: len(chart.keys)]] == list(chart.keys)
    assert [node["name"] for node in series["data"][len(chart.keys) :]] == [
        "2023",
        "2023",
        "2024",
        "2024",
    ]  # the years' marks
    assert chart.selected(event(0, data_type="node")) == around.seed
    assert chart.selected(event(0, data_type="edge")) is None
    assert chart.selected(event(len(chart.keys), data_type="node")) is None
    cites = next(edge for edge in around.edges if edge.tie is Tie.CITES)
    link = next(link for link in series["links"] if link["symbol"] == ["none", "arrow"])
    assert chart.keys[link["source"]] == cites.start
    assert chart.keys[link["target"]] == cites.end
    symbols = {node["id"]: node["symbol"] for node in series["data"][: len(chart.keys)]}
    assert symbols["paper:gptq"] == "diamond"
    assert symbols["node:s/model/quantization"] == "roundRect"


def test_every_option_is_plain_json_and_tooltips_are_text(atlas: Atlas) -> None:
    branches: tuple[Branch, ...] = atlas.taxonomy()
    around = atlas.neighbourhood("gptq")
    for chart in (
        taxonomy_charts.taxonomy_treemap(branches, {}, dark=True),
        taxonomy_charts.taxonomy_rings(branches, {}, dark=True),
        taxonomy_charts.taxonomy_tree(branches, {}, dark=False, title="x"),
        taxonomy_charts.years_bars([(2020, 1)], dark=True),
        graph_chart.neighbourhood_graph(around, [branch.node for branch in branches], dark=True),
    ):
        json.dumps(chart.spec)
        assert chart.spec["tooltip"]["renderMode"] == "richText"
        assert chart.alt


@pytest.mark.parametrize(
    ("colour", "text"), [("#FFFFFF", "#000000"), ("#000000", "#FFFFFF"), ("#E69F00", "#000000"), ("#0072B2", "#FFFFFF")]
)
def test_text_reads_on_its_ground(colour: str, text: str) -> None:
    assert colours.text_on(colour) == text


def test_colours_mix_by_share() -> None:
    assert colours.towards("#000000", "#FFFFFF", 0.5) == "#808080"
    assert colours.towards("#0072B2", "#FFFFFF", 0.0) == "#0072B2"


def test_branches_beyond_the_set_share_grey(atlas: Atlas) -> None:
    node = atlas.taxonomy()[0].node
    nodes = [replace(node, key=f"n{number}") for number in range(9)]
    shades = list(colours.branch_colours(nodes, dark=False).values())
    assert len(set(shades[:6])) == 6
    assert set(shades[6:]) == {colours.OTHER_LIGHT}


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_the_published_one() -> None:
    """Worked by hand: grey 119 is 0.1845 bright, so 1.05 / 0.2345; pure red 0.2126, so 1.05 / 0.2626."""
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast("#FF0000", "#FFFFFF") == pytest.approx(3.998, abs=0.001)


@pytest.mark.parametrize("dark", [False, True])
def test_every_tile_is_readable(atlas: Atlas, dark: bool) -> None:
    """Also with seven branches, and with the shades of a topic's own page."""
    end = "#000000" if dark else "#FFFFFF"
    grounds = [*colours.BRANCHES, colours.OTHER_LIGHT, colours.OTHER_DARK]
    grounds += [colours.towards(colour, end, 0.12 + 0.09 * n) for colour in grounds for n in range(5)]
    branch = atlas.taxonomy()[0]
    for ground in grounds:
        shades = {branch.node.key: ground}
        tiles = taxonomy_charts.taxonomy_treemap([branch], shades, dark=dark).spec["series"][0]["data"]
        for tile in [*tiles, *tiles[0]["children"]]:
            assert contrast(tile["itemStyle"]["color"], tile["label"]["color"]) >= 4.5
            assert contrast(tile["itemStyle"]["color"], tile["upperLabel"]["color"]) >= 4.5


def test_a_long_name_stands_on_lines_that_end_at_words(atlas: Atlas) -> None:
    branch = atlas.taxonomy()[0]
    long = replace(branch, node=replace(branch.node, name="Weight-Activation Co-Quantization of Transformers"))
    (tile,) = taxonomy_charts.taxonomy_treemap([long], {}, dark=False).spec["series"][0]["data"]
    lines = tile["label"]["formatter"].split("\n")
    assert lines == ["Weight-Activation", "Co-Quantization of", f"Transformers ({branch.papers})"]
    assert tile["upperLabel"]["formatter"] == " ".join(lines), "a heading has one line"


@pytest.mark.parametrize("colour", ["#757575", "#767676", "#777777", "#FF0000", "#0000FF", "#00FF00", "#D55E00"])
def test_text_takes_the_better_of_black_and_white(colour: str) -> None:
    better = max("#000000", "#FFFFFF", key=lambda ink: contrast(colour, ink))
    assert colours.text_on(colour) == better


@pytest.mark.parametrize("dark", [False, True])
def test_names_in_a_picture_are_not_read_as_templates(atlas: Atlas, dark: bool) -> None:
    """ECharts puts values in place of {c} and styles in place of {style|text}."""
    branch = atlas.taxonomy()[0]
    tricky = replace(branch, node=replace(branch.node, name="{b} {c|x} {@value} \\{d}"))
    around = atlas.neighbourhood("gptq")
    vertex = around.vertices[0]
    assert isinstance(vertex.record, Paper)
    titled = replace(vertex.record, title="{a}: {b|c} and more")
    around = replace(around, vertices=(replace(vertex, record=titled), *around.vertices[1:]))
    drawings = (
        taxonomy_charts.taxonomy_treemap([tricky], {}, dark=dark),
        taxonomy_charts.taxonomy_rings([tricky], {}, dark=dark),
        taxonomy_charts.taxonomy_tree([tricky], {}, dark=dark, title="{b}"),
        graph_chart.neighbourhood_graph(around, [tricky.node], dark=dark),
    )
    for drawing in drawings:
        found = re.findall(r"\{\w", json.dumps([series_names(series) for series in drawing.spec["series"]]))
        assert found == []


def series_names(item: Any) -> list[str]:
    """Names and labels of every part of a series."""
    if isinstance(item, list):
        return [name for part in item for name in series_names(part)]
    if not isinstance(item, dict):
        return []
    label = item.get("label", {})
    own = [item.get("name", ""), label.get("formatter", "").replace("{b}", "")]  # {b} alone is ours: the name
    return own + [name for part in (item.get("data"), item.get("children")) for name in series_names(part)]


def test_one_year_and_no_topic_are_drawn_too(atlas: Atlas) -> None:
    assert taxonomy_charts.years_bars([(2023, 5)], dark=True).spec["xAxis"]["data"] == ["2023"]
    empty = taxonomy_charts.taxonomy_treemap([], {}, dark=False)
    assert (empty.keys, empty.selected(event(1))) == (("",), None)
