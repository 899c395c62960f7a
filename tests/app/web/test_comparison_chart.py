from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from litatlas.app.web.components import comparison_chart
from litatlas.app.web.components.colours import BRANCHES
from litatlas.graph.comparison import Flow, Share, compare
from litatlas.graph.library import Library

from ...graph import comparison_library as small
from .hostile import HOSTILE
from .test_charts import event


@pytest.fixture
def flows(tmp_path: Path) -> tuple[Flow, ...]:
    small.write(tmp_path / "library")
    with Library(tmp_path / "library") as library:
        return compare(library, small.SURVEY_S, small.SURVEY_T).flows


def series(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["baseOption"]["series"][0]
    return found


def test_bands_join_the_topics_of_both_surveys(flows: tuple[Flow, ...]) -> None:
    chart = comparison_chart.flow_picture(flows, dark=False)
    drawn = series(chart.spec)
    twin = "Pruning\N{WORD JOINER}"
    assert [end["name"] for end in drawn["data"]] == ["Quantization", "Pruning", "Quantize", twin]
    assert [end["depth"] for end in drawn["data"]] == [0, 0, 1, 1]
    bands = {(band["source"], band["target"]): band["value"] for band in drawn["links"]}
    assert bands == {("Quantization", "Quantize"): 2, ("Pruning", "Quantize"): 1, ("Pruning", twin): 2}
    assert drawn["data"][1]["itemStyle"]["color"] == BRANCHES[0], "three papers flow from it, from the other two"
    assert chart.alt == (
        "Papers of both surveys. Quantization to Quantize: 2; Pruning to Quantize: 1; Pruning to Pruning: 2"
    )


def test_a_band_that_is_clicked_names_its_two_topics(flows: tuple[Flow, ...]) -> None:
    chart = comparison_chart.flow_picture(flows, dark=True)
    places = [(band["source"], band["target"]) for band in series(chart.spec)["links"]]
    clicked = places.index(("Pruning", "Quantize"))
    found = comparison_chart.band_of(chart, event(clicked, data_type="edge"))
    assert found == ("s/compression/pruning", "t/quantize")
    assert comparison_chart.band_of(chart, event(0, data_type="node")) is None
    assert comparison_chart.band_of(chart, event(99, data_type="edge")) is None
    assert comparison_chart.band_of(chart, None) is None


def test_only_the_broadest_bands_are_drawn(flows: tuple[Flow, ...]) -> None:
    many = [
        replace(flows[0], first=replace(flows[0].first, key=f"s/{n}", name=f"Topic {n}", position=n), papers=n + 1)
        for n in range(70)
    ]
    drawn = series(comparison_chart.flow_picture(many, dark=False).spec)
    assert sorted(band["value"] for band in drawn["links"]) == list(range(11, 71))
    assert comparison_chart.height_of(many) == 60 * 44
    assert comparison_chart.height_of(flows) == 220


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_topics_are_text_and_differ(flows: tuple[Flow, ...], text: str) -> None:
    named = [replace(f, first=replace(f.first, name=text), second=replace(f.second, name=text)) for f in flows]
    chart = comparison_chart.flow_picture(named, dark=False)
    ends = [end["name"] for end in series(chart.spec)["data"]]
    assert len(set(ends)) == 4
    for name in ends:
        assert "{b}" not in name
        assert "{c|" not in name
        assert len(name.replace("\N{WORD JOINER}", "")) <= 44
    json.dumps(chart.spec)


@pytest.mark.parametrize("upright", [True, False])
def test_shares_are_stacked_by_who_places_them(upright: bool) -> None:
    shares = (Share("2022", 2, 4, 3), Share("2023", 0, 1, 0))
    chart = comparison_chart.share_bars(shares, ("Same", "Same"), dark=False, upright=upright)
    values = [bar["data"] for bar in chart.spec["series"]]
    assert values == [[2, 0], [4, 1], [3, 0]] if upright else [[0, 2], [1, 4], [0, 3]]
    assert len({bar["name"] for bar in chart.spec["series"]}) == 3
    axis = chart.spec["xAxis" if upright else "yAxis"]
    assert axis["data"] == (["2022", "2023"] if upright else ["2023", "2022"])
    assert "2022: 2, 4 and 3" in chart.alt
