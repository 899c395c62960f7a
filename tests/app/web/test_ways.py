"""Ways from page to page: what they carry along, and what a wrong one offers instead."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from litatlas.app.web.components import reach
from litatlas.graph.selection import Around
from litatlas.graph.surroundings import Tie

from .conftest import OpenPage


def queries(test: AppTest, page: str) -> list[dict[str, str]]:
    """The parameters of every link to a page."""
    return [dict(parse_qsl(e.proto.query_string)) for e in test.get("page_link") if e.proto.page == page]


def captions(test: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*test.caption, *test.markdown]).replace("\\", "")


def test_a_neighbourhood_is_exported_as_it_is_drawn(open_page: OpenPage) -> None:
    graph = open_page("graph", paper="gptq", hops="2", ties="cites", limit="2")
    assert "2 papers, 0 topics" in captions(graph)
    (query,) = queries(graph, "export")
    export = open_page("export", **query)
    assert not export.exception
    assert "2 papers, 0 software" in captions(export)
    assert "Only at most 2 papers and topics, joined by citations" in captions(export)


def test_another_seed_keeps_the_controls(open_page: OpenPage) -> None:
    test = open_page("graph", paper="gptq", hops="2", ties="cites", limit="20", layout="force")
    test.query_params["chosen"] = "paper:awq"
    test.run()
    (query,) = [query for query in queries(test, "graph") if "paper" in query]
    assert query.pop("paper") == "awq"
    assert query == {"hops": "2", "ties": "cites", "limit": "20", "layout": "force"}


@pytest.mark.parametrize(
    "around", [Around("a"), Around("a", 2, 7, (Tie.CITES,)), Around("a b", 1, 300, (Tie.SIMILAR, Tie.PLACE))]
)
def test_a_reach_comes_back_from_its_address(monkeypatch: pytest.MonkeyPatch, around: Around) -> None:
    written = reach.to_address(around)
    monkeypatch.setattr("streamlit.query_params", written)
    assert reach.from_address(written["paper"], limit=3) == around


def test_a_new_question_begins_with_the_best_few(open_page: OpenPage) -> None:
    test = open_page("search", q="quantization", n="50", code="yes")
    test.text_input[0].set_value("pruning").run()
    assert {name: test.query_params[name] for name in test.query_params} == {"q": "pruning", "code": "yes"}


@pytest.mark.parametrize(("view", "parameter"), [("paper", "id"), ("graph", "paper")])
def test_a_paper_that_is_not_here_leads_to_those_that_may_be_meant(
    open_page: OpenPage, view: str, parameter: str
) -> None:
    test = open_page(view, **{parameter: "wanda the simple pruner"})
    assert not test.exception
    assert "No paper here" in str(test.error[0].value)
    assert {parameter: "wanda"} in queries(test, view)


def test_the_picker_opens_what_it_is_given(open_page: OpenPage) -> None:
    test = open_page("paper")
    test.text_input[0].set_value("simple pruner").run()
    assert {"id": "wanda"} in queries(test, "paper")
    test.text_input[0].set_value("2306.11695").run()
    assert not test.exception
    assert test.query_params["id"] == "wanda"
