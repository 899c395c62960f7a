"""The graph's page: finding a paper while typing, and paths between two."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from litatlas.app.pathfinding import connection
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.app.web.components import path_chart
from litatlas.graph.encoder import Encoder

from .conftest import OpenPage
from .hostile import write
from .test_pages import assert_sound, links, words


@pytest.fixture
def atlas(library: Path, encoder: Encoder) -> Atlas:
    return Atlas(Settings(library=library), lambda _: encoder)


def test_a_path_is_told_hop_by_hop(open_page: OpenPage) -> None:
    test = open_page("graph", **{"from": "2306.11695", "to": "gptq"})
    assert_sound(test)
    shown = words(test)
    assert "2024 Wanda builds on 2023 GPTQ directly, by citations in one direction." in shown
    assert ":blue-badge[cites] :small[:gray[stated by: Edges, line 2 · " in shown
    assert "both at: Model > Quantization" in shown
    assert "**Path 2** :gray[2 hops, by citations in one direction]" in shown
    assert set(test.dataframe[0].value["title"]) == {
        "GPTQ: accurate quantization",
        "AWQ: activation aware quantization",
        "Wanda: simple pruning",
    }
    assert len(test.get("echarts_chart")) == 1
    assert ("graph", "from=gptq&to=wanda") in links(test)  # the other way round


def test_a_path_is_exported_as_it_is_shown(open_page: OpenPage) -> None:
    test = open_page("graph", **{"from": "wanda", "to": "2210.17323", "ties": "cites"})
    query = next(query for page, query in links(test) if page == "export")
    assert dict(parse_qsl(query)) == {"scope": "select", "select": "path:wanda(to=gptq, ties=cites)"}
    export = open_page("export", **dict(parse_qsl(query)))
    assert_sound(export)
    assert f"{len(test.dataframe[0].value)} papers, 0 software" in words(export)


def test_ties_that_may_not_be_used_are_not(open_page: OpenPage) -> None:
    test = open_page("graph", **{"from": "h2o", "to": "note"})
    test.pills[0].set_value(["cites"]).run()
    assert test.query_params["ties"] == "cites"
    assert_sound(test)
    assert "No path joins them." in words(test)
    assert {("graph", "paper=h2o"), ("graph", "paper=note")} <= set(links(test))


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ({"from": "gptq"}, "Name both papers"),
        ({"to": "?"}, "Name both papers"),
        ({"from": "gptq", "to": "gptq"}, "Name two different papers"),
        ({"from": "gptq", "to": "no such thing"}, "No paper here is “no such thing”"),
        ({"from": "gptq", "to": "awq", "ties": "nonsense"}, "2023 AWQ builds on 2023 GPTQ directly"),
    ],
)
def test_what_names_no_two_papers_is_told(open_page: OpenPage, ends: dict[str, str], told: str) -> None:
    test = open_page("graph", **ends)
    assert_sound(test)
    assert told in words(test)


def test_a_paper_is_found_by_words_while_one_types(open_page: OpenPage) -> None:
    test = open_page("graph", ties="cites", hops="2")
    test.text_input[0].set_value("simple prun").run()
    assert_sound(test)
    assert ("graph", "ties=cites&hops=2&paper=wanda") in links(test)
    assert "paper" not in test.query_params
    test.text_input[0].set_value("zzzz").run()
    assert "No paper here has words of “zzzz”." in words(test)


def test_the_other_end_is_found_while_one_types(open_page: OpenPage) -> None:
    test = open_page("graph", **{"from": "gptq"})
    test.text_input[1].set_value("simple").run()
    assert ("graph", "from=gptq&to=wanda") in links(test)
    test.text_input[1].set_value("2306.00978").run()
    assert_sound(test)
    assert (test.query_params["from"], test.query_params["to"]) == ("gptq", "awq")


def test_an_empty_library_says_how_to_begin(open_page: OpenPage, tmp_path: Path) -> None:
    from litatlas.graph.library import Library

    with Library.edit(tmp_path / "empty"):
        pass
    test = open_page("graph", tmp_path / "empty")
    assert_sound(test)
    assert "holds no papers yet" in words(test)


def test_hostile_records_are_joined_as_text(open_page: OpenPage, tmp_path: Path) -> None:
    write(tmp_path / "hostile")
    for ends in (("p1", "p2"), ("p5", "p6"), ("p3", "p8")):
        test = open_page("graph", tmp_path / "hostile", **dict(zip(("from", "to"), ends, strict=True)))
        assert_sound(test)
        assert "**Path 1**" in words(test)
        for element in (*test.markdown, *test.caption):
            assert "](javascript:" not in str(element.value)
            assert "<script>" not in str(element.value).replace("\\<", "")


def test_the_picture_has_every_hop_with_its_direction(atlas: Atlas) -> None:
    found = connection(atlas, "wanda", "gptq")
    chart = path_chart.paths_graph(found.ways, dark=True)
    json.dumps(chart.spec)
    assert chart.keys[:2] == ("wanda", "gptq")
    series = chart.spec["series"][0]
    assert [dot["id"] for dot in series["data"]] == list(chart.keys)
    drawn = {(chart.keys[line["source"]], chart.keys[line["target"]]): line["symbol"] for line in series["links"]}
    assert drawn == {
        (one, other): ["none", "arrow"] for one, other in (("wanda", "gptq"), ("wanda", "awq"), ("awq", "gptq"))
    }
    places = {dot["id"]: dot["value"][0] for dot in series["data"]}
    assert places["wanda"] < places["awq"] < places["gptq"]
    back = path_chart.paths_graph(connection(atlas, "gptq", "wanda").paths[:1], dark=False)
    assert [line["symbol"] for line in back.spec["series"][0]["links"]] == [["arrow", "none"]]
    assert "1 path between two papers, of 1 hop" in back.alt


def test_a_path_is_made_once(atlas: Atlas) -> None:
    assert connection(atlas, "wanda", "gptq") is connection(atlas, "2306.11695", "gptq")
