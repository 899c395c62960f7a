from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from litatlas.app.service import Atlas, Branch
from litatlas.app.settings import Settings
from litatlas.app.web.components import charts, colours
from litatlas.graph.encoder import Encoder
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
    chart = charts.taxonomy_treemap(branches, {}, dark=False)
    assert chart.keys == ("", "s/model", "s/model/quantization", "s/model/pruning", "s/cache")
    names = names_in_preorder(chart.spec["series"][0]["data"])
    assert names == ["Model (3)", "Quantization (3)", "Pruning (1)", "Cache (2)"]
    assert chart.selected(event(2)) == "s/model/quantization"
    assert chart.alt == "Papers per topic: Model 3, Cache 2"


def test_a_tree_has_a_root_of_its_own(atlas: Atlas) -> None:
    chart = charts.taxonomy_tree(atlas.taxonomy(), {}, dark=True, title="All topics")
    names = names_in_preorder(chart.spec["series"][0]["data"])
    assert names[0] == "All topics"
    assert len(chart.keys) == len(names) + 1  # the root that ECharts puts above
    assert chart.selected(event(1)) is None
    assert chart.selected(event(2)) == "s/model"


@pytest.mark.parametrize("selection", [event(), event(99), event(-1), event(0), event(1, data_type="edge"), None])
def test_a_selection_of_nothing_that_is_there_is_none(atlas: Atlas, selection: Any) -> None:
    assert charts.taxonomy_treemap(atlas.taxonomy(), {}, dark=False).selected(selection) is None


def test_years_without_papers_are_shown_as_none() -> None:
    chart = charts.years_bars([(2019, 2), (2022, 1)], dark=False)
    assert chart.spec["xAxis"]["data"] == ["2019", "2020", "2021", "2022"]
    assert chart.spec["series"][0]["data"] == [2, 0, 0, 1]
    assert charts.years_bars([], dark=False).spec["series"][0]["data"] == []


def test_a_neighbourhood_keeps_vertices_and_indices_together(atlas: Atlas) -> None:
    around = atlas.neighbourhood("gptq", ties=(Tie.CITES, Tie.PLACE))
    branches = [branch.node for branch in atlas.taxonomy()]
    chart = charts.neighbourhood_graph(around, branches, dark=False)
    series = chart.spec["series"][0]
    assert [node["id"] for node in series["data"][: len(chart.keys)]] == list(chart.keys)
    assert [node["name"] for node in series["data"][len(chart.keys) :]] == ["2023", "2024"]  # the years' marks
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
        charts.taxonomy_treemap(branches, {}, dark=True),
        charts.taxonomy_tree(branches, {}, dark=False, title="x"),
        charts.years_bars([(2020, 1)], dark=True),
        charts.neighbourhood_graph(around, [branch.node for branch in branches], dark=True),
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
