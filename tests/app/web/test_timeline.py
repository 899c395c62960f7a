"""The page of how topics grew and which build on which, and its pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from litatlas.app import topics
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.app.web.components import colours, flow_chart
from litatlas.graph.encoder import Encoder
from litatlas.graph.flow import Crossing, flow_among
from litatlas.graph.growth import growth_of
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, TaxonomyNode
from litatlas.graph.placed_network import Rows

from ...graph import library_files
from ...graph.test_flow import WORKED, A, B, C
from .conftest import OpenPage
from .hostile import HOSTILE
from .hostile import write as write_hostile
from .test_pages import assert_sound, links, words


@pytest.fixture
def joined(library: Path) -> Path:
    """The small library, where the cache builds on models twice and models on it once."""
    with Library.edit(library) as draft:
        edges = [("h2o", "gptq"), ("h2o", "awq"), ("wanda", "h2o")]
        draft.put_citations(Citation(*edge, "edges", 20 + n) for n, edge in enumerate(edges))
    return library


def charts(test: AppTest) -> list[dict[str, object]]:
    """The options of the pictures."""
    return [json.loads(element.proto.spec) for element in test.get("echarts_chart")]


def test_growth_and_flow_are_told_in_words_and_pictures(open_page: OpenPage, joined: Path) -> None:
    test = open_page("timeline", joined)
    assert_sound(test)
    shown = words(test)
    assert "3 topics of A survey" in shown  # at the second level, where the cache has nothing below it
    assert "1 placement without a year cannot be shown" in shown
    assert "**Cache** builds on **Quantization** with 2 citations" in shown
    assert len(charts(test)) == 2
    assert test.dataframe[0].value["Topic"].tolist() == ["Quantization", "Pruning", "Cache"]
    table = test.dataframe[1].value
    assert table[["Topic", "builds on", "Citations"]].values.tolist() == [
        ["Pruning", "Quantization", 2],
        ["Cache", "Quantization", 2],
        ["Quantization", "Cache", 1],
        ["Pruning", "Cache", 1],
    ]


def test_a_level_is_restored_from_the_address(open_page: OpenPage, joined: Path) -> None:
    test = open_page("timeline", joined, depth="1", show="Share of each year", colour="Compared with size")
    assert_sound(test)
    assert "2 topics of A survey" in words(test)
    assert {"Share of each year", "Compared with size"} <= {control.value for control in test.button_group}
    assert "3 topics" in words(open_page("timeline", joined, depth="99"))


def test_a_cell_of_the_address_shows_its_citations(open_page: OpenPage, joined: Path) -> None:
    test = open_page("timeline", joined, depth="1", citing="s/cache", cited="s/model")
    assert_sound(test)
    shown = words(test)
    assert "Cache → Model" in shown
    assert "2 citations." in shown
    assert [query for page, query in links(test) if page == "paper"] == ["id=h2o", "id=awq", "id=gptq"]
    own = open_page("timeline", joined, depth="1", citing="s/model", cited="s/model")
    assert "3 citations of its own." in words(own)
    years = open_page("timeline", joined, citing="s/cache", cited="s/model", depth="1", **{"from": "2024"})
    assert "0 citations by papers of 2024." in words(years)


def test_below_a_topic_and_at_a_leaf(open_page: OpenPage, joined: Path) -> None:
    test = open_page("timeline", joined, node="Model")
    assert_sound(test)
    assert "2 topics of A survey" in words(test)
    assert ("timeline", "node=s%2Fmodel") in links(test)
    leaf = open_page("timeline", joined, node="s/cache")
    assert_sound(leaf)
    assert "Nothing is below this topic" in words(leaf)


def test_two_surveys_are_chosen_from(open_page: OpenPage, joined: Path) -> None:
    library_files.write_second_survey(joined)
    test = open_page("timeline", joined)
    assert test.selectbox[0].value == "s"  # whose papers cite one another most
    other = open_page("timeline", joined, survey="t")
    assert_sound(other)
    assert other.selectbox[0].value == "t"
    assert "1 topic of Another survey" in words(other)
    assert "**Quantization**" not in words(other)  # no crossing where there is one topic
    wrong = open_page("timeline", joined, survey="nosuch")
    assert_sound(wrong)
    assert "No survey here has the key “nosuch”" in words(wrong)
    unclear = open_page("timeline", joined, node="Quantization")
    assert ("timeline", "node=t%2Fquantization") in links(unclear)


@pytest.mark.parametrize(
    "parameters",
    [
        {"depth": "x", "from": "abc", "to": "-1"},
        {"from": "2024", "to": "2023"},
        {"citing": "nosuch", "cited": "s/model"},
        {"citing": "s/model"},
        {"node": "q" * 5000},
        {"show": "{b}", "colour": "<script>"},
    ],
)
def test_nonsense_in_the_address_breaks_nothing(open_page: OpenPage, joined: Path, parameters: dict[str, str]) -> None:
    test = open_page("timeline", joined, **parameters)
    assert_sound(test)
    assert test.title[0].value == "Timeline"


def test_a_library_without_citations_or_taxonomy_says_so(open_page: OpenPage, tmp_path: Path) -> None:
    library_files.write(tmp_path / "silent")
    with Library.edit(tmp_path / "silent") as draft:
        draft.withdraw_source("edges")
    silent = open_page("timeline", tmp_path / "silent")
    assert_sound(silent)
    assert "No paper of these topics cites another of them" in words(silent)
    with Library.edit(tmp_path / "empty"):
        pass
    empty = open_page("timeline", tmp_path / "empty")
    assert_sound(empty)
    assert "no taxonomy yet" in words(empty)


@pytest.mark.parametrize("number", [0, 2, 5])
def test_hostile_names_stay_text(open_page: OpenPage, tmp_path: Path, number: int) -> None:
    write_hostile(tmp_path / "hostile")
    pair = {"citing": f"s/n{max(number, 1)}", "cited": "s/n0"}
    for view, parameters in (
        ("timeline", pair),
        ("timeline", {"node": "s/n0", "citing": "s/n5", "cited": "s/n4"}),
        ("timeline", {"survey": HOSTILE[number]}),
        ("taxonomy", {"node": f"s/n{number}", "tab": "Neighbours", "view": "Table"}),
        ("taxonomy", {"node": f"s/n{number}", "tab": "Gaps"}),
        ("taxonomy", {"node": f"s/n{number}", "tab": "Timeline"}),
        ("taxonomy", {"node": f"s/n{number}", "tab": "People and venues"}),
    ):
        test = open_page(view, tmp_path / "hostile", **parameters)
        assert_sound(test)
        said = [str(e.value) for e in (*test.markdown, *test.caption, *test.subheader, *test.warning)]
        said += [element.proto.label for element in test.get("page_link")]
        for text in said:
            for raw in ("<script", "](javascript", "](https://evil", "$\\alpha", "`code", "**bold"):
                start = text.find(raw)
                assert start < 0 or text[start - 1] == "\\", (view, text)


# -- pictures -----------------------------------------------------------------------------------------------------


@pytest.fixture
def atlas(library: Path, encoder: Encoder) -> Atlas:
    return Atlas(Settings(library=library), lambda _: encoder)


@pytest.mark.parametrize("by_size", [False, True])
def test_a_table_of_flow_has_a_cell_and_a_key_for_each_pair(by_size: bool) -> None:
    flow = flow_among(WORKED, (A, B, C))
    chart = flow_chart.flow_table(flow, None, None, dark=False, by_size=by_size, chosen=("a", "b"))
    cells = chart.spec["series"][0]["data"]
    assert [cell["value"] for cell in cells][:3] == [[0, 0, 3], [1, 0, 2], [2, 0, 1]]
    assert [flow_chart.crossing_of(key) for key in chart.keys][1] == ("a", "b")
    assert [bool(cell["itemStyle"].get("borderWidth")) for cell in cells] == [n == 1 for n in range(9)]
    assert "expected from size alone: 1.5" in cells[1]["name"]
    assert chart.alt.startswith("Citations between topics. A cites B: 2 citations; B cites A: 2 citations")
    event = {"selection": {"selected": [{"data_type": "main", "data_indices": [1]}]}}
    assert flow_chart.crossing_of(chart.selected(event)) == ("a", "b")
    assert flow_chart.crossing_of(None) is None


def test_growth_has_colours_for_the_largest_and_grey_for_the_rest() -> None:
    many = [TaxonomyNode(f"k{n}", "s", f"K{n}", None, (f"K{n}",), n) for n in range(9)]
    under = {f"k{n}": [0] * (n > 1) + [1] + ([2] if n > 4 else []) for n in range(9)}
    growth = growth_of(type(WORKED)(WORKED.keys, WORKED.years, WORKED.citing, WORKED.cited, _rows(under)), many)
    chart = flow_chart.growth_bars(growth, dark=True, share=False)
    series = chart.spec["series"]
    assert [each["name"] for each in series] == ["K2", "K3", "K5", "K6", "K7", "K8", "3 smaller topics"]
    assert [each["itemStyle"]["color"] for each in series] == [*colours.BRANCHES, colours.OTHER_DARK]
    assert [sum(of_year) for of_year in zip(*(each["data"] for each in series), strict=True)] == [7, 9, 4]
    shares = flow_chart.growth_bars(growth, dark=False, share=True).spec["series"]
    for of_year in zip(*(each["data"] for each in shares), strict=True):
        assert sum(of_year) == pytest.approx(1.0, abs=0.01)


def _rows(under: dict[str, list[int]]) -> dict[str, Rows]:
    return {key: np.array(sorted(set(rows)), dtype=np.int64) for key, rows in under.items()}


def test_sentences_compare_with_size_where_that_says_something() -> None:
    sentences = flow_chart.strongest_in_words([Crossing(A, B, 12, 4.0), Crossing(B, A, 1, 0.0)])
    assert sentences == (
        "**A** builds on **B** with 12 citations, 3.0 times what size alone would give (4.0).",
        "**B** builds on **A** with 1 citation.",
    )
    rare = [Crossing(A, B, 90, 90), Crossing(A, C, 80, 80), Crossing(B, C, 70, 70), Crossing(C, A, 9, 3.0)]
    assert flow_chart.strongest_in_words(rare)[-1].startswith("Most beyond its size: **C** on **A**, with 9 citations")


def test_what_is_counted_is_kept_for_all_visitors(atlas: Atlas) -> None:
    node = atlas.library.node("s/model")
    assert topics.facts(atlas, node) is topics.facts(atlas, node)
    assert topics.network_of(atlas) is topics.network_of(atlas)
    assert topics.cut(atlas, atlas.library.surveys()[0], None, 1).nodes == atlas.library.children(None)
