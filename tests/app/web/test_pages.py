from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from litatlas.app.web.components.asking import CAN_BE_ASKED
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Placement, Source, SourceKind, Survey, TaxonomyNode
from litatlas.graph.reading_store import ReadingStore
from litatlas.ingest.edge_bundle import SOURCE_KEY as BUNDLED_EDGES

from ...graph import library_files
from .conftest import OpenPage


@pytest.fixture
def two_surveys(library: Path) -> Path:
    """The small library with a second survey, which has a topic of the same name."""
    path = ("Quantization",)
    with Library.edit(library) as draft:
        draft.put_survey(
            Survey("t", "Another survey", "list"),
            [TaxonomyNode("t/quantization", "t", "Quantization", None, path, 0, 1)],
        )
        draft.put_placements([Placement("gptq", "t/quantization", "list", 50, 50)])
    return library


def words(test: AppTest) -> str:
    """Everything a reader sees as text, without the marks that keep Markdown from reading it."""
    kinds = (test.title, test.subheader, test.markdown, test.caption, test.info, test.warning, test.error)
    texts = [str(element.value) for kind in kinds for element in kind if element.value != CAN_BE_ASKED]
    texts += [element.proto.label for element in test.get("page_link")]
    texts += [f"{metric.label} {metric.value}" for metric in test.metric]
    return "\n".join(texts).replace("\\", "")


def links(test: AppTest) -> list[tuple[str, str]]:
    """Page and query of every link to a page."""
    return [(element.proto.page, element.proto.query_string) for element in test.get("page_link")]


def answers(test: AppTest) -> list[str]:
    """Titles of the papers that answer, each the first link of its card."""
    shown = [element.proto.label for element in test.get("page_link") if element.proto.page == "paper"]
    return [label for label in shown if label.startswith("**")]


def assert_sound(test: AppTest) -> None:
    assert not test.exception, test.exception[0].message


# -- search -------------------------------------------------------------------------------------------------------


def test_without_a_question_the_library_is_introduced(open_page: OpenPage) -> None:
    test = open_page("start")
    assert_sound(test)
    shown = words(test)
    assert "Papers 5" in shown
    assert "A survey" in shown
    assert "Model" in shown
    assert "Papers and topics: A list, revision abc of 2025-01-02" in shown


def test_sources_are_named_in_words_and_lead_to_their_addresses(open_page: OpenPage, library: Path) -> None:
    with Library.edit(library) as draft:
        draft.put_source(
            Source("paper-list:x", SourceKind.PAPER_LIST, "x/y", "https://github.com/x/y", "ef0", None, "MIT")
        )
        draft.put_source(Source(BUNDLED_EDGES, SourceKind.EDGE_FILE, "citations.jsonl", "citations.jsonl"))
    shown = words(open_page("start"))
    assert "Papers and topics: [x/y](https://github.com/x/y), revision ef0 · MIT" in shown
    assert "Citations: reference edges from public files (citations.jsonl)" in shown
    assert "Citations: reference edges from the file (Edges)" in shown
    assert "Topics 4" in shown
    assert "nodes" not in shown.casefold(), "one word for one thing"


@pytest.mark.parametrize(
    ("view", "parameters", "title"),
    [
        ("start", {}, "LitAtlas"),
        ("search", {}, "LitAtlas"),
        ("reading", {}, "Reading lists · LitAtlas"),
        ("search", {"q": "cache"}, "cache · LitAtlas"),
        ("paper", {}, "Open a paper · LitAtlas"),
        ("paper", {"id": "nosuch"}, "Open a paper · LitAtlas"),
        ("graph", {}, "Neighbourhood · LitAtlas"),
        ("graph", {"paper": "nosuch"}, "Neighbourhood · LitAtlas"),
        ("taxonomy", {"node": "nosuch"}, "Taxonomy · LitAtlas"),
        ("export", {}, "Export · LitAtlas"),
    ],
)
def test_every_address_names_its_tab(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, view: str, parameters: dict[str, str], title: str
) -> None:
    named: list[str] = []
    monkeypatch.setattr(st, "set_page_config", lambda **config: named.append(config["page_title"]))
    assert_sound(open_page(view, **parameters))
    assert named[-1] == title


def test_a_question_is_answered_with_reasons(open_page: OpenPage) -> None:
    test = open_page("search", q="simple pruning")
    assert_sound(test)
    shown = words(test)
    assert "**Wanda: simple pruning**" in shown
    assert re.search(r":blue-badge\[words \d\d% · simple, pruning\]", shown)
    assert "Pruning" in shown
    assert ("paper", "id=wanda") in links(test)
    assert ("taxonomy", "node=s%2Fmodel%2Fpruning") in links(test)


def test_asking_writes_the_address(open_page: OpenPage) -> None:
    test = open_page("search")
    test.text_input[0].set_value("quantization").run()
    assert test.query_params["q"] == "quantization"
    assert "GPTQ" in words(test)
    test.toggle[0].set_value(True).run()
    assert test.query_params["code"] == "yes"
    assert "AWQ" not in words(test)
    test.selectbox[0].set_value("s/cache").run()
    assert test.query_params["under"] == "s/cache"
    assert "Nothing here answers that" in words(test)


def test_filters_come_back_from_the_address(open_page: OpenPage) -> None:
    test = open_page("search", q="quantization", under="s/model/pruning", venue="ICLR", **{"from": "2024"})
    assert_sound(test)
    assert test.selectbox[0].value == "s/model/pruning"
    assert test.selectbox[1].value == "ICLR"
    assert test.slider[0].value == (2024, 2024)
    assert "Wanda" in words(test)
    assert "GPTQ" not in words(test)


def test_an_address_that_means_nothing_is_forgiven(open_page: OpenPage) -> None:
    test = open_page("search", q="quantization", under="nowhere", venue="x", n="many", to="-5", code="maybe")
    assert_sound(test)
    shown = words(test)
    assert "GPTQ" in shown
    assert (
        "No topic here is called “nowhere”. The address asks for papers at or below it; that is not applied." in shown
    )
    assert "The address asks for “x”; no venue here is called so. The filter is not applied." in shown
    assert "The address asks for “-5”, which is no span of years; papers here are of 2023 to 2024." in shown


@pytest.mark.parametrize(
    ("years", "told"),
    [
        ({"from": "2010", "to": "2012"}, True),
        ({"from": "2040"}, True),
        ({"from": "2010"}, False),
        ({"to": "2040"}, False),
        ({"from": "2010", "to": "2023"}, False),
        ({"from": "2024", "to": "2023"}, False),
    ],
)
def test_years_without_papers_are_not_taken_for_others(open_page: OpenPage, years: dict[str, str], told: bool) -> None:
    test = open_page("search", q="quantization", **years)
    assert_sound(test)
    assert ("papers here are of 2023 to 2024. The filter is not applied." in words(test)) is told
    if told:
        assert test.slider[0].value == (2023, 2024)


@pytest.mark.parametrize("view", ["search", "export"])
def test_a_name_that_several_topics_have_is_not_applied_and_can_be_chosen(
    open_page: OpenPage, two_surveys: Path, view: str
) -> None:
    test = open_page(view, two_surveys, q="quantization", under="Quantization", scope="search")
    assert_sound(test)
    shown = words(test)
    assert (
        "2 topics are called “Quantization”. The address asks for papers at or below it; that is not applied." in shown
    )
    assert "A survey › Model › Quantization" in shown
    assert "Another survey › Quantization" in shown
    chosen = [dict(parse_qsl(query)) for page, query in links(test) if page == view]
    assert {"q": "quantization", "under": "t/quantization", "scope": "search"} in chosen


def test_the_answers_are_exported_with_their_filters(open_page: OpenPage) -> None:
    parameters = {"q": "quantization", "under": "s/model", "from": "2023", "to": "2023", "venue": "ICLR", "code": "yes"}
    test = open_page("search", **parameters)
    assert_sound(test)
    query = next(query for page, query in links(test) if page == "export")
    export = open_page("export", **dict(parse_qsl(query)))
    assert_sound(export)
    assert "1 paper," in words(export)
    assert "Only 2023, at ICLR, with code, at or below Model" in words(export)


def test_more_answers_are_shown_when_asked_for(open_page: OpenPage) -> None:
    test = open_page("search", q="quantization pruning cache", n="1")
    assert len(answers(test)) == 1
    test.button[0].click().run()
    assert_sound(test)
    assert test.query_params["n"] == "11"
    assert len(answers(test)) > 1


def test_a_year_chosen_is_in_the_address_and_a_whole_span_is_not(open_page: OpenPage) -> None:
    test = open_page("search", q="quantization")
    test.slider[0].set_value((2024, 2024)).run()
    assert test.query_params["from"] == "2024"
    assert "to" not in test.query_params
    test.slider[0].set_value((2023, 2024)).run()
    assert "from" not in test.query_params


# -- taxonomy -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["Areas", "Rings", "Tree", "List", "Nonsense"])
@pytest.mark.parametrize("node", ["", "s/model", "Pruning", "s/cache"])
def test_every_node_is_shown_in_every_picture(open_page: OpenPage, node: str, view: str) -> None:
    test = open_page("taxonomy", node=node, view=view)
    assert_sound(test)
    assert test.title[0].value.replace("\\", "") == {"": "Taxonomy", "s/model": "Model", "s/cache": "Cache"}.get(
        node, node
    )


def test_a_node_shows_the_way_down_and_what_is_there(open_page: OpenPage) -> None:
    test = open_page("taxonomy", node="s/model")
    shown = words(test)
    assert "3 papers, 2 topics below" in shown
    assert "ICLR 2" in shown
    assert list(test.dataframe[0].value["title"]) == [
        "Wanda: simple pruning",
        "AWQ: activation aware quantization",
        "GPTQ: accurate quantization",
    ]
    assert list(test.dataframe[0].value["cited here"]) == [0, 1, 2]
    below = open_page("taxonomy", node="s/model/pruning")
    assert ("taxonomy", "node=s%2Fmodel") in links(below)


def test_the_picture_chosen_is_in_the_address(open_page: OpenPage) -> None:
    test = open_page("taxonomy", node="s/model", view="List")
    assert test.segmented_control[0].value == "List"
    assert ("taxonomy", "node=s%2Fmodel%2Fpruning") in links(test)
    test.segmented_control[0].set_value("Tree").run()
    assert_sound(test)
    assert test.query_params["view"] == "Tree"
    assert test.query_params["node"] == "s/model"


@pytest.mark.parametrize("view", ["Areas", "Rings", "Tree"])
def test_a_topic_chosen_in_the_picture_is_opened(open_page: OpenPage, view: str) -> None:
    test = open_page("taxonomy", view=view)
    index = {"Areas": 3, "Rings": 3, "Tree": 4}[view]  # pre-order: Model, Quantization, Pruning
    test.session_state[f"{view}-all"] = {"selection": {"selected": [{"data_type": "main", "data_indices": [index]}]}}
    test.run()
    assert_sound(test)
    assert test.title[0].value == "Pruning"
    assert test.query_params["node"] == "s/model/pruning"


def test_an_unknown_node_is_told_with_the_nearest(open_page: OpenPage) -> None:
    test = open_page("taxonomy", node="Quantisation")
    assert_sound(test)
    assert "No topic here is called “Quantisation”." in words(test)
    assert ("taxonomy", "node=s%2Fmodel%2Fquantization") in links(test)
    nonsense = open_page("taxonomy", node="qzzzx")
    assert "Perhaps" not in words(nonsense)
    assert_sound(open_page("taxonomy", node="q" * 100_000))


def test_a_name_of_several_nodes_leads_to_each(open_page: OpenPage, two_surveys: Path) -> None:
    test = open_page("taxonomy", two_surveys, node="Quantization")
    assert_sound(test)
    assert "2 topics are called “Quantization”." in words(test)
    assert ("taxonomy", "node=s%2Fmodel%2Fquantization") in links(test)
    assert ("taxonomy", "node=t%2Fquantization") in links(test)


VENUES_OF_ALL, VENUES_OF_T = ["**Venues** ICLR 2, NeurIPS 1, arXiv 1"], ["**Venues** ICLR 1"]


def facts_of(test: AppTest) -> list[str]:
    return [element.value for element in test.markdown if element.value.startswith("**Venues**")]


def test_several_surveys_are_the_first_level(open_page: OpenPage, two_surveys: Path) -> None:
    home = open_page("start", two_surveys)
    assert_sound(home)
    assert {("taxonomy", "survey=s"), ("taxonomy", "survey=t")} <= set(links(home))
    assert ("taxonomy", "node=s%2Fmodel") not in links(home)
    for view in ("Areas", "Rings", "Tree", "List"):
        whole = open_page("taxonomy", two_surveys, view=view)
        assert_sound(whole)
        one = open_page("taxonomy", two_surveys, survey="t", view=view)
        assert (facts_of(one), facts_of(whole)) == (VENUES_OF_T, VENUES_OF_ALL)
        assert_sound(one)
        assert one.title[0].value == "Another survey"
    node = open_page("taxonomy", two_surveys, node="t/quantization")
    assert ("taxonomy", "survey=t") in links(node)
    paper = open_page("paper", two_surveys, id="gptq")
    assert_sound(paper)
    assert {("taxonomy", "survey=s"), ("taxonomy", "survey=t")} <= set(links(paper))
    assert ":small[› Quantization :gray[Another survey]]" in words(
        open_page("search", two_surveys, q="accurate quantization")
    )


def test_a_survey_that_is_not_here_is_told(open_page: OpenPage, two_surveys: Path) -> None:
    test = open_page("taxonomy", two_surveys, survey="nosuch")
    assert_sound(test)
    assert "No survey here has the key “nosuch”; all are shown." in words(test)


def test_a_survey_chosen_in_the_picture_is_opened(open_page: OpenPage, two_surveys: Path) -> None:
    test = open_page("taxonomy", two_surveys)
    index = 4  # pre-order: A survey, Model, Cache, Another survey
    test.session_state["Areas-all"] = {"selection": {"selected": [{"data_type": "main", "data_indices": [index]}]}}
    test.run()
    assert_sound(test)
    assert test.title[0].value == "Another survey"
    assert test.query_params == {"survey": "t"}


# -- paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", ["gptq", "arxiv:2210.17323", "https://arxiv.org/abs/2210.17323v2"])
def test_a_paper_shows_what_is_known_and_by_whom(open_page: OpenPage, reference: str) -> None:
    test = open_page("paper", id=reference)
    assert_sound(test)
    shown = words(test)
    assert "2023 · ICLR · cited by 2 papers here" in shown
    assert "We quantize their weights in one shot." in shown
    assert "Abstract from metadata.jsonl" in shown or "Abstract from Metadata" in shown
    assert "Cited by (2)" in [tab.label for tab in test.tabs]
    assert "eprint = {2210.17323}" in test.code[0].value
    facts = test.dataframe[-1].value
    title = facts[facts["Field"] == "title"].iloc[0]
    assert (title["Source"], title["Where"]) == ("A list", "line 10")
    assert "placed at" in set(facts["Field"])
    assert list(facts.columns[:4]) == ["Field", "Value", "Source", "Where"], "what a narrow screen shows first"
    code = facts[facts["Field"] == "link to code"].iloc[0]
    assert (code["Value"], code["Label"]) == ("https://github.com/x/gptq", "Code")
    assert not facts.map(lambda value: value is None).any().any()


def test_a_papers_tab_comes_from_the_address_and_goes_there(open_page: OpenPage) -> None:
    test = open_page("paper", id="gptq", tab="after")
    assert_sound(test)
    assert test.session_state["tab-widget"] == "What came after"
    assert "2 papers that cite it, newest first" in words(test)
    assert ("graph", "from=gptq") in links(test)
    for wrong in ("nonsense", ""):
        again = open_page("paper", id="gptq", tab=wrong)
        assert_sound(again)
        assert again.session_state["tab-widget"].startswith("Most alike")


def test_a_paper_without_an_abstract_says_what_would_bring_it(open_page: OpenPage) -> None:
    assert "litatlas ingest metadata" in words(open_page("paper", id="awq"))


def test_an_unknown_paper_is_told(open_page: OpenPage) -> None:
    test = open_page("paper", id="nothing like it")
    assert_sound(test)
    assert "No paper here is “nothing like it”." in words(test)
    assert "`" not in words(test), "a page needs no terminal for this"
    assert any(page == "taxonomy" for page, _ in links(test))


def test_without_a_paper_one_can_be_named(open_page: OpenPage) -> None:
    test = open_page("paper")
    assert_sound(test)
    assert test.text_input[0].label == "Title, arXiv id, DOI or address"
    test.text_input[0].set_value("2306.00978").run()
    assert_sound(test)
    assert test.title[0].value == "AWQ\\: activation aware quantization"
    assert test.query_params["id"] == "awq"


def test_a_paper_that_is_not_here_can_be_named_again(open_page: OpenPage) -> None:
    test = open_page("paper")
    test.text_input[0].set_value("nothing like it").run()
    assert_sound(test)
    assert "No paper here is" in words(test)
    test.text_input[0].set_value("AWQ: activation aware quantization").run()
    assert test.query_params["id"] == "awq"


# -- graph --------------------------------------------------------------------------------------------------------


def test_a_neighbourhood_is_drawn_and_listed(open_page: OpenPage) -> None:
    test = open_page("graph", paper="gptq", ties="cites")
    assert_sound(test)
    assert "3 papers, 0 topics, 3 ties; 2023 to 2024" in words(test)
    assert set(test.dataframe[0].value["Title"]) == {
        "GPTQ: accurate quantization",
        "AWQ: activation aware quantization",
        "Wanda: simple pruning",
    }


def test_switches_write_the_address_and_come_back_from_it(open_page: OpenPage) -> None:
    test = open_page("graph", paper="gptq")
    test.segmented_control[0].set_value(2).run()
    assert test.query_params["hops"] == "2"
    test.segmented_control[1].set_value("force").run()
    assert test.query_params["layout"] == "force"
    test.pills[0].set_value(["cites"]).run()
    assert test.query_params["ties"] == "cites"
    test.select_slider[0].set_value(20).run()
    assert test.query_params["limit"] == "20"
    assert_sound(test)
    again = open_page("graph", **test.query_params)
    assert_sound(again)
    assert [each.value for each in again.segmented_control] == [2, "force"]
    assert again.select_slider[0].value == 20
    assert "3 papers, 0 topics" in words(again)


def test_a_paper_named_is_put_in_the_middle_each_time(open_page: OpenPage) -> None:
    test = open_page("graph")
    for _ in range(2):
        test.text_input[0].set_value("2306.00978").run()
        assert_sound(test)
        assert test.query_params["paper"] == "awq"
        test.switch_page("views/taxonomy.py").run()
        test.query_params.clear()
        test.switch_page("views/graph.py").run()
        assert "paper" not in test.query_params


def test_a_vertex_chosen_in_the_picture_is_told(open_page: OpenPage) -> None:
    test = open_page("graph", paper="gptq", ties="cites", chosen="paper:awq")
    assert_sound(test)
    shown = words(test)
    assert "cites GPTQ: accurate quantization" in shown
    assert "Put it in the middle" in shown
    assert ("graph", "from=gptq&to=awq") in links(test)


def test_a_topic_chosen_in_the_picture_leads_to_its_page(open_page: OpenPage) -> None:
    test = open_page("graph", paper="gptq", chosen="node:s/model/quantization")
    assert_sound(test)
    assert "Open the topic" in words(test)


def test_what_is_not_in_the_picture_is_not_chosen(open_page: OpenPage) -> None:
    test = open_page("graph", paper="gptq", chosen="paper:nothing")
    assert_sound(test)
    assert ("graph", "from=gptq") in links(test)  # the middle itself stands there


@pytest.mark.parametrize(
    "parameters",
    [
        {"hops": "abc"},
        {"hops": "99"},
        {"limit": "-5"},
        {"ties": "nonsense"},
        {"layout": "round"},
        {"hops": "abc", "limit": "-5", "ties": "nonsense,cites", "layout": ""},
    ],
)
def test_parameters_out_of_range_are_forgiven(open_page: OpenPage, parameters: dict[str, str]) -> None:
    test = open_page("graph", paper="gptq", **parameters)
    assert_sound(test)
    assert "ties" in words(test)


def test_without_a_paper_the_most_cited_are_offered(open_page: OpenPage) -> None:
    test = open_page("graph")
    assert_sound(test)
    assert ("graph", "paper=gptq") in links(test)


def test_an_unknown_seed_is_told(open_page: OpenPage) -> None:
    test = open_page("graph", paper="nothing")
    assert_sound(test)
    assert test.error


# -- export -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ({}, "5 papers, 0 software, 4 topics, 6 placements, 3 citations"),
        ({"scope": "node", "node": "s/model/pruning"}, "1 paper, 0 software, 2 topics, 1 placement, 0 citations"),
        ({"scope": "search", "q": "pruning", "limit": "1"}, "1 paper"),
        ({"scope": "around", "paper": "gptq"}, "3 papers"),
        ({"scope": "nonsense", "format": "nonsense"}, "5 papers"),
        ({"scope": "select", "select": "under:Model and not papers:awq"}, "2 papers, 0 software, 3 topics"),
        ({"scope": "select", "select": 'not search:"pruning"(limit=1)', "format": "turtle"}, "4 papers"),
        *[
            ({"scope": "select", "select": expression}, shown)
            for expression, shown in (
                ("everything", "**LitAtlas library**: 5 papers"),
                ("survey:s", "5 papers, 0 software, 4 topics, 6 placements, 3 citations"),
                ("under:Cache", "**Cache**: 2 papers"),
                ("search:pruning(limit=1)", "**Search: pruning**: 1 paper,"),
                ("around:gptq(ties=cites)", "3 papers, 0 software"),
                (
                    "path:wanda(to=gptq, ties=cites, paths=1)",
                    "2 papers, 0 software, 3 topics",
                ),
                ('list:"To read"', "**To read**: 1 paper,"),
                ("papers:gptq,h2o(title=Two)", "**Two**: 2 papers"),
                ('area:"-200,-200;200,-200;200,200;-200,200"', "**An area of the map**: 5 papers"),
            )
        ],
    ],
)
def test_each_scope_says_what_it_holds(
    open_page: OpenPage, library: Path, parameters: dict[str, str], shown: str
) -> None:
    ReadingStore(library).add("To read", Library(library).papers(["awq"]))
    test = open_page("export", **parameters)
    assert_sound(test)
    assert shown in words(test)
    assert test.get("download_button")
    expression = test.code[0].value  # what every scope shows can be typed, and means the same
    again = open_page("export", scope="select", select=expression)
    assert again.code[0].value == expression
    assert shown in words(again)


def test_the_scope_and_format_chosen_are_in_the_address(open_page: OpenPage) -> None:
    test = open_page("export")
    test.segmented_control[0].set_value("node").run()
    test.selectbox[0].set_value("s/cache").run()
    test.radio[0].set_value("gexf").run()
    assert_sound(test)
    assert test.query_params == {"scope": "node", "node": "s/cache", "format": "gexf"}
    again = open_page("export", **test.query_params)
    assert "**Cache**: 2 papers" in words(again)
    assert again.radio[0].value == "gexf"


def test_what_is_exported_follows_the_library_and_the_scope(open_page: OpenPage, library: Path) -> None:
    test = open_page("export")
    assert "5 papers" in words(test)
    library_files.write(library, skip="note")
    test.radio[0].set_value("gexf").run()
    assert_sound(test)
    assert "4 papers" in words(test)
    test.segmented_control[0].set_value("node").run()
    test.selectbox[0].set_value("s/model/pruning").run()
    assert "1 paper," in words(test)
    test.selectbox[0].set_value("s/cache").run()
    assert "**Cache**: 1 paper," in words(test)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"scope": "node", "node": "Nowhere"}, "Nowhere"),
        ({"scope": "around", "paper": "nothing"}, "nothing"),
        ({"scope": "select", "select": "under:Model but"}, "at character 13: expected “and”, “or” or the end"),
        ({"scope": "select", "select": "under:Nowhere"}, "Nowhere"),
        ({"scope": "select", "select": "under:Modle"}, "Did you mean 'Model'?"),
        ({"scope": "select", "select": "survey:t"}, "Choose one of: s."),
        ({"scope": "select", "select": "path:gptq(to=nothing)"}, "nothing"),
        ({"scope": "select", "select": "path:gptq(to=gptq)"}, "Name two different papers"),
        ({"scope": "select", "select": "("}, "at character 2"),
    ],
)
def test_a_scope_that_is_not_here_is_told(open_page: OpenPage, parameters: dict[str, str], told: str) -> None:
    test = open_page("export", **parameters)
    assert_sound(test)
    assert told in words(test)
    assert "`" not in words(test)
    assert not test.get("download_button")
    assert [*test.selectbox, *test.text_input], "another can be chosen"


def test_an_expression_that_is_typed_is_in_the_address(open_page: OpenPage) -> None:
    test = open_page("export", scope="select")
    assert not test.get("download_button")
    test.text_input[0].set_value("list:x or under:Cache").run()
    assert_sound(test)
    assert "x" in test.error[0].value
    test.text_input[0].set_value("under:Cache and papers:h2o").run()
    assert_sound(test)
    assert test.query_params == {"scope": "select", "select": "under:Cache and papers:h2o"}
    assert "**Cache and Chosen papers**: 1 paper," in words(test)


def test_a_scope_without_a_choice_asks_for_it(open_page: OpenPage) -> None:
    test = open_page("export", scope="node")
    assert_sound(test)
    assert not test.get("download_button")
    assert test.selectbox[0].label == "Topic"


# -- what goes wrong ----------------------------------------------------------------------------------------------

VIEWS = ("search", "taxonomy", "paper", "graph", "export")


@pytest.mark.parametrize("view", VIEWS)
def test_a_missing_library_is_told(open_page: OpenPage, tmp_path: Path, view: str) -> None:
    test = open_page(view, tmp_path / "nothing")
    assert_sound(test)
    assert "There is no library" in words(test)
    assert "litatlas build" in words(test)


@pytest.mark.parametrize("view", VIEWS)
def test_a_damaged_library_is_told(open_page: OpenPage, library: Path, tmp_path: Path, view: str) -> None:
    shutil.copytree(library, tmp_path / "damaged")
    database = next((tmp_path / "damaged").glob("library-*.sqlite"))
    database.write_bytes(database.read_bytes()[:-10])
    test = open_page(view, tmp_path / "damaged")
    assert_sound(test)
    assert "is damaged" in words(test)


def test_a_damaged_index_leaves_the_taxonomy_readable(open_page: OpenPage, library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "damaged")
    index = next((tmp_path / "damaged").glob("index-*.faiss"))
    index.write_bytes(index.read_bytes()[:-10])
    assert "3 papers" in words(open_page("taxonomy", tmp_path / "damaged", node="s/model"))
    asked = open_page("search", tmp_path / "damaged", q="pruning")
    assert_sound(asked)
    assert "litatlas build" in words(asked)


def test_a_library_without_vectors_answers_by_words(open_page: OpenPage, tmp_path: Path) -> None:
    library_files.write(tmp_path / "plain")
    for view in VIEWS:
        test = open_page(view, tmp_path / "plain")
        assert_sound(test)
    assert "5 papers are not embedded yet" in words(open_page("search", tmp_path / "plain"))
    asked = open_page("search", tmp_path / "plain", q="quantization")
    assert_sound(asked)
    assert "GPTQ" in words(asked)
    assert "litatlas build" in words(asked)
    assert "No vector yet" in words(open_page("paper", tmp_path / "plain", id="gptq"))
    assert_sound(open_page("graph", tmp_path / "plain", paper="gptq"))


def test_an_empty_library_explains_itself(open_page: OpenPage, tmp_path: Path) -> None:
    with Library.edit(tmp_path / "empty") as draft:
        draft.put_source(library_files.LIST)
    for view in VIEWS:
        assert_sound(open_page(view, tmp_path / "empty"))
    for view in ("start", "taxonomy", "graph"):
        assert "litatlas ingest list" in words(open_page(view, tmp_path / "empty"))


def test_a_library_that_grew_is_followed(open_page: OpenPage, library: Path) -> None:
    test = open_page("start")
    library_files.write(library, skip="note")
    test.run()
    assert "Papers 4" in words(test)


# -- notes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def noted(library: Path) -> Path:
    """Notes on a paper without an abstract and on one that has one."""
    with Library.edit(library) as draft:
        draft.put_source(
            Source("notes:s", SourceKind.NOTES, "LitAtlas", "notes.jsonl", None, "2026-11-25", "Apache-2.0")
        )
        for key in ("h2o", "gptq"):
            draft.put_claims(key, [Claim(key, "note", f"Forgets *keys* of {key} nobody reads.", "notes:s", 1)])
    return library


def test_a_note_is_marked_as_ours(noted: Path, open_page: OpenPage) -> None:
    test = open_page("paper", id="h2o")
    assert_sound(test)
    assert "Forgets *keys* of h2o nobody reads." in words(test)
    assert "Note by LitAtlas, not the authors' words" in words(test)
    assert "Notes on papers, a sentence each: LitAtlas of 2026-11-25 · Apache-2.0" in words(open_page("start"))


def test_an_answer_shows_the_note_where_it_has_no_abstract(noted: Path, open_page: OpenPage) -> None:
    shown = words(open_page("search", q="nobody reads"))
    assert ":gray[:material/edit_note:] Forgets *keys* of h2o nobody reads. **[1]**" in shown, "quoted as it is"
    assert "Note by LitAtlas, not the paper's own words." in shown
    assert "Note by LitAtlas:] Forgets *keys* of h2o **nobody** **reads**." in shown, "and with the words asked for"
    assert "Forgets *keys* of gptq" not in shown


def test_an_expression_in_the_address_is_what_is_exported(open_page: OpenPage, library: Path) -> None:
    test = open_page("export", select="under:Quantization")
    assert_sound(test)
    assert "3 papers" in words(test)
    assert test.code[0].value == "under:Quantization"
    assert "5 papers" not in words(test)
    unread = open_page("export", select="(((")
    assert_sound(unread)
    assert "cannot be read" in words(unread)


def test_a_limit_that_is_no_step_is_shown_as_it_is(open_page: OpenPage, library: Path) -> None:
    test = open_page("graph", paper="gptq", limit="30")
    assert_sound(test)
    assert next(each for each in test.select_slider if each.label == "Show at most").value == 30
