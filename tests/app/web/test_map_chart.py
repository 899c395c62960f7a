from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from litatlas.app.web.components.map_chart import MOST_NAMED, Dots, Shown, clicked, drawn_area, map_chart, map_dots
from litatlas.graph.map_field import MapField, TopicLabel
from litatlas.graph.map_groups import Group, GroupBy, Grouping
from litatlas.graph.meaning_map import MeaningMap
from litatlas.graph.models import TaxonomyNode

from .hostile import HOSTILE

TITLES = ("First", "Second", "Third", "{b} of {c|x}")
NODE = TaxonomyNode("s/a", "s", "A", None, ("A",), 0, 1)


def field(titles: tuple[str, ...] = TITLES) -> MapField:
    count = len(titles)
    keys = tuple(f"p{number}" for number in range(count))
    turns = np.arange(count) * 2.4
    points = np.stack([90 * np.cos(turns), 60 * np.sin(turns)], axis=1).astype(np.float32)
    shown = MeaningMap(keys, keys, points, np.ones(count, np.bool_), "f", "m")
    numbers, none = np.arange(count), np.zeros(0, np.int64)
    return MapField(shown, titles, 2000 + numbers, numbers * 10, (NODE,), none, none, 0)


def grouping(count: int = len(TITLES), groups: int = 2) -> Grouping:
    named = tuple(Group(f"s/{number}", f"Branch {number}") for number in range(groups))
    return Grouping(named, np.arange(count) % (groups + 1) - 1, "not in this survey")


def draw(papers: MapField, groups: Grouping, shown: Shown | None = None, by: GroupBy = GroupBy.BRANCH) -> Any:
    labels = (TopicLabel(NODE, 3, 1.0, 2.0),)
    shown = shown or Shown()
    return map_chart(papers, groups, dots_of(papers, groups, shown, by), labels, shown, by, dark=False)


def dots_of(papers: MapField, groups: Grouping, shown: Shown | None = None, by: GroupBy = GroupBy.BRANCH) -> Dots:
    return map_dots(papers, groups, by, pale=bool(shown and shown.rows is not None), dark=False)


def test_each_group_has_a_colour_and_the_rest_is_grey() -> None:
    chart = draw(field(), grouping())
    dots = chart.spec["series"][:3]
    assert [each["name"] for each in dots] == ["not in this survey", "Branch 0", "Branch 1"]
    colours = [each["itemStyle"]["color"] for each in dots]
    assert len(set(colours)) == 3
    assert colours[1] == "#0072B2"
    assert chart.spec["legend"]["data"] == ["Branch 0", "Branch 1", "not in this survey"]
    assert [rows.tolist() for rows in dots_of(field(), grouping()).rows] == [[0, 3], [1], [2]]
    assert [item["name"] for item in dots[1]["data"]] == ["Second (2001)"]


def test_more_than_six_groups_share_grey_but_not_a_name() -> None:
    same = tuple(Group(f"s/{number}", "Same") for number in range(9))
    chart = draw(field(tuple("abcdefghi")), Grouping(same, np.arange(9), "none"))
    dots = chart.spec["series"][:9]
    assert len({each["name"] for each in dots}) == 9
    assert len({each["itemStyle"]["color"] for each in dots}) == 7


def test_size_grows_with_citations_and_years_with_shade() -> None:
    papers = field()
    chart = draw(papers, Grouping((Group("2000", "2000"),), np.zeros(4, np.int64), "x"), by=GroupBy.YEAR)
    sizes = [item["symbolSize"] for item in chart.spec["series"][0]["data"]]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
    spans = tuple(Group(str(year), str(year)) for year in range(4))
    shades = [
        s["itemStyle"]["color"]
        for s in draw(papers, Grouping(spans, np.arange(4), "x"), by=GroupBy.YEAR).spec["series"]
    ]
    light = [sum(int(shade[start : start + 2], 16) for start in (1, 3, 5)) for shade in shades[:4]]
    assert light == sorted(light, reverse=True)


def test_many_papers_are_drawn_as_one_without_titles() -> None:
    papers = field(("A title that must not be sent",) * (MOST_NAMED + 1))
    chart = draw(papers, grouping(MOST_NAMED + 1))
    assert all(each["large"] for each in chart.spec["series"][:3])
    assert "must not be sent" not in json.dumps(chart.spec)
    assert sum(len(each["data"]) for each in chart.spec["series"][:3]) == MOST_NAMED + 1


def test_what_is_asked_for_is_ringed_over_a_pale_rest() -> None:
    papers = field()
    chart = draw(papers, grouping(), Shown(np.array([1, 2]), 3, ((0.0, 0.0), (5.0, 0.0), (5.0, 5.0))))
    assert all(each["itemStyle"]["opacity"] < 0.5 for each in chart.spec["series"][:3])
    rings = [each for each in chart.spec["series"] if each.get("itemStyle", {}).get("borderWidth") == 1.8]
    points = [point for each in rings for point in each["data"]]
    assert points == [[round(float(v), 2) for v in papers.map.points[row]] for row in (1, 2)]
    assert any(each.get("symbol") == "diamond" for each in chart.spec["series"])
    outline = next(each for each in chart.spec["series"] if each["type"] == "line")
    assert outline["data"] == [[0.0, 0.0], [5.0, 0.0], [5.0, 5.0], [0.0, 0.0]]
    assert "2 papers of them highlighted" in chart.alt


def test_the_picture_is_also_told_in_words() -> None:
    alt = draw(field(), grouping()).alt
    assert "4 papers" in alt
    assert "Branch 0 1" in alt
    assert "Topics by name: A" in alt


def test_a_map_is_json_whatever_titles_hold() -> None:
    papers = field(HOSTILE)
    groups = Grouping(tuple(Group(text, text) for text in HOSTILE), np.arange(len(HOSTILE)), "none")
    spec = json.dumps(draw(papers, groups, Shown(np.arange(3), 0)).spec)
    assert "{b} {c|x}" not in spec  # as ECharts would read it
    assert "\\u202e" not in spec


def event(*, areas: list[Any] | None = None, selected: list[Any] | None = None) -> dict[str, Any]:
    return {"selection": {"areas": areas or [], "selected": selected or []}}


def picked(series: int, *indices: int) -> dict[str, Any]:
    return {"series_index": series, "data_type": "main", "data_indices": list(indices)}


def test_a_box_and_a_drawn_line_are_areas() -> None:
    box = event(areas=[{"brush_type": "rect", "coord_range": [[-1, 2], [3, 5]]}])
    assert drawn_area(box) == ((-1, 3), (2, 3), (2, 5), (-1, 5))
    line = event(areas=[{"brush_type": "polygon", "coord_range": [[0, 0], [9, 0], [9, 9]]}])
    assert drawn_area(line) == ((0, 0), (9, 0), (9, 9))
    assert drawn_area(event(areas=[{"brush_type": "polygon", "coord_range": [[0, 0], [9, 0]]}])) is None
    assert drawn_area(event()) is None
    assert drawn_area(None) is None


@pytest.mark.parametrize(
    ("selected", "row"),
    [
        ([picked(1, 0)], 1),
        ([picked(0, 1)], 3),
        ([picked(0, 0), picked(1, 0)], None),
        ([picked(0, 7)], None),
        ([picked(9, 0)], None),
        ([], None),
    ],
)
def test_a_click_means_the_paper_at_its_series_and_place(selected: list[Any], row: int | None) -> None:
    papers = field()
    assert clicked(dots_of(papers, grouping()), papers, event(selected=selected)) == row
