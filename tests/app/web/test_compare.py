"""The page that puts surveys side by side."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Placement, Source, SourceKind, Survey, TaxonomyNode

from ...graph import comparison_library as small
from . import hostile
from .conftest import OpenPage
from .test_pages import assert_sound, links, words


@pytest.fixture
def two(tmp_path: Path) -> Path:
    small.write(tmp_path / "two")
    return tmp_path / "two"


@pytest.fixture
def three(two: Path) -> Path:
    with Library.edit(two) as draft:
        draft.put_survey(
            Survey("u", "A Third", small.LIST_S.key), [TaxonomyNode("u/a", "u", "Anything", None, ("Anything",), 0)]
        )
        draft.put_placements([Placement("a1", "u/a", small.LIST_S.key, 1)])
    return two


def test_one_survey_teaches_how_to_bring_another(open_page: OpenPage) -> None:
    test = open_page("compare")
    assert_sound(test)
    shown = words(test)
    assert "This library holds one survey, “A survey”" in shown
    assert "litatlas ingest survey" in shown
    assert not test.selectbox


def test_no_survey_teaches_it_too(open_page: OpenPage, tmp_path: Path) -> None:
    with Library.edit(tmp_path / "empty"):
        pass
    test = open_page("compare", tmp_path / "empty")
    assert_sound(test)
    assert "This library holds no survey yet" in words(test)


def test_two_surveys_stand_side_by_side_at_once(open_page: OpenPage, two: Path) -> None:
    test = open_page("compare", two)
    assert_sound(test)
    shown = words(test)
    assert "Only in Small Models 3" in shown
    assert "In both 5" in shown
    assert "Only in Tiny Models 3" in shown
    assert "45% of the papers of either are in both" in shown
    assert "1 piece of software counted along" in shown
    assert [box.value for box in test.selectbox] == ["s", "t"]
    assert not test.multiselect, "there is no third"
    pairs = test.dataframe[0].value
    assert list(pairs.iloc[0])[:4] == ["Pruning", "Pruning", "clear", 2]
    assert "2 topics of Small Models without a counterpart" in [each.label.replace("\\", "") for each in test.expander]
    assert "Meaning was not compared" in shown
    (chart,) = test.get("echarts_chart")
    assert "Pruning to Quantize: 1" in chart.proto.alt


def test_an_address_restores_surveys_part_and_pair(open_page: OpenPage, two: Path) -> None:
    test = open_page("compare", two, a="t", b="s", left="t/quantize", right="s/compression/pruning")
    assert_sound(test)
    assert [box.value for box in test.selectbox] == ["t", "s"]
    shown = words(test)
    assert "Quantize and Pruning" in shown
    assert "Not held to correspond" in shown
    assert "1 paper at both topics. Of the first, 2 more stand elsewhere in Small Models and 1 nowhere" in shown
    assert ("taxonomy", "node=t%2Fquantize") in links(test)
    assert ("taxonomy", "node=s%2Fcompression%2Fpruning") in links(test)
    held = open_page("compare", two, left="s/compression/pruning", right="t/pruning")
    assert "Held to correspond, clear: names alike; 2 at both, of the 3 and 2 of these topics" in words(held)


@pytest.mark.parametrize(
    ("part", "count", "titles"),
    [
        ("both", 5, {"a1", "a2", "b1", "b2", "b3"}),
        ("first", 3, {"a3", "c1", "c2"}),
        ("second", 3, {"x1", "y1", "tool"}),
        ("nonsense", 5, {"a1", "a2", "b1", "b2", "b3"}),
    ],
)
def test_papers_are_listed_and_can_be_taken_away(
    open_page: OpenPage, two: Path, part: str, count: int, titles: set[str]
) -> None:
    test = open_page("compare", two, tab="papers", papers=part)
    assert_sound(test)
    assert set(test.dataframe[0].value["title"]) == {f"Paper {key} of models" for key in titles}
    (button,) = test.get("download_button")
    assert button.proto.label == f"Export these {count} papers"


def test_likely_omissions_with_how_many_cite_them(open_page: OpenPage, two: Path) -> None:
    test = open_page("compare", two, tab="omissions")
    assert_sound(test)
    assert "Only in Tiny Models, yet cited by papers of Small Models" in words(test)
    assert [frame.value.iloc[0, 0] for frame in test.dataframe] == ["Paper x1 of models", "Paper c1 of models"]
    assert [frame.value["Cited there"][0] for frame in test.dataframe] == [2, 2]


def test_without_citations_omissions_say_what_brings_them(open_page: OpenPage, tmp_path: Path) -> None:
    small.write(tmp_path / "bare", citations=False)
    test = open_page("compare", tmp_path / "bare", tab="omissions")
    assert_sound(test)
    assert "No citations are known here yet; `litatlas fetch` brings them." in words(test)


def test_disagreements_on_places_and_on_values(open_page: OpenPage, two: Path) -> None:
    test = open_page("compare", two, tab="differences")
    assert_sound(test)
    places, values = (list(frame.value.iloc[0]) for frame in test.dataframe)
    assert places == ["Paper b3 of models", "Pruning", "Quantize", "Quantization, Pruning"]
    assert values == ["Paper a1 of models", "year", "2023", "2024"]


def test_years_and_venues_as_numbers_too(open_page: OpenPage, two: Path) -> None:
    test = open_page("compare", two, tab="time")
    assert_sound(test)
    years, venues = (frame.value.to_numpy().tolist() for frame in test.dataframe)
    assert years == [["2019", 1, 0, 0], ["2022", 2, 4, 3], ["2023", 0, 1, 0]]
    assert venues == [["ICLR", 1, 1, 1]]


def test_of_three_surveys_a_matrix_and_the_first_two(open_page: OpenPage, three: Path) -> None:
    test = open_page("compare", three)
    assert_sound(test)
    assert test.dataframe[0].value.to_numpy().tolist() == [
        ["Small Models: A Survey", "8", "5 (45%)", "1 (12%)"],
        ["Tiny Models: A List", "5 (45%)", "8", "1 (12%)"],
        ["A Third", "1 (12%)", "1 (12%)", "1"],
    ]
    only_two = open_page("compare", three, a="u", b="t")
    assert "Only in A Third 0" in words(only_two)
    assert "Papers that each two have in common" not in words(only_two)


def test_choosing_another_survey_goes_to_the_address(open_page: OpenPage, three: Path) -> None:
    test = open_page("compare", three, a="s", b="t", left="s/misc", right="t/pruning", tab="time")
    test.selectbox[1].select("u").run()
    assert_sound(test)
    assert dict(test.query_params) == {"a": "s", "b": "u", "tab": "time"}
    assert "Only in A Third 0" in words(test)
    test.multiselect[0].select("t").run()
    assert test.query_params["c"] == "t"
    assert "Papers that each two have in common" in words(test)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"a": "zebra", "b": "t"}, "No survey here has the key “zebra”."),
        ({"a": "s", "b": "s"}, "Choose two different surveys."),
        ({"a": "s", "b": "t", "left": "t/pruning", "right": "s/misc"}, "These surveys have no such topics"),
        ({"tab": "zebra"}, "Topics that correspond"),
        ({"a": "", "c": ",,t,"}, "In both"),
    ],
)
def test_an_address_that_makes_no_sense_is_explained(
    open_page: OpenPage, two: Path, parameters: dict[str, str], said: str
) -> None:
    test = open_page("compare", two, **parameters)
    assert_sound(test)
    assert said in words(test)


def write_hostile(directory: Path) -> None:
    """The hostile library with a second survey of the same names, which shares some papers and topics."""
    hostile.write(directory)
    with Library.edit(directory) as draft:
        draft.put_source(Source("list2", SourceKind.PAPER_LIST, hostile.HOSTILE[1], hostile.HOSTILE[0]))
        nodes = [TaxonomyNode(f"z/n{n}", "z", text, None, (text,), n, n) for n, text in enumerate(hostile.HOSTILE)]
        draft.put_survey(Survey("z", hostile.HOSTILE[0], "list2"), nodes)
        places = [Placement(f"p{n}", f"z/n{n if n != 4 else 5}", "list2", n, n) for n in range(1, 8)]
        draft.put_placements(places)
        draft.put_citations([Citation("p3", "p8", "list2", 1)])


@pytest.mark.parametrize("tab", ["topics", "papers", "omissions", "differences", "time"])
def test_hostile_surveys_are_shown_as_text(open_page: OpenPage, tmp_path: Path, tab: str) -> None:
    write_hostile(tmp_path / "hostile")
    test = open_page("compare", tmp_path / "hostile", tab=tab, a="s", b="z", left="s/n5", right="z/n5", doubtful="yes")
    assert_sound(test)
    texts = [
        str(e.value) for kind in (test.markdown, test.caption, test.title, test.subheader, test.info) for e in kind
    ]
    texts += [each.label for each in (*test.metric, *test.expander)]
    texts += [element.proto.label for kind in ("page_link", "download_button") for element in test.get(kind)]
    for shown in texts:
        for raw in ("<script", "](javascript", "](https://evil", ":material", "$\\alpha", "`code", "**bold", ":red["):
            assert not re.search(r"(?<!\\)" + re.escape(raw), shown), shown
