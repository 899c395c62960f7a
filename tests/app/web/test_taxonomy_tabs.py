"""What stands at a topic, tab by tab."""

from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim

from .conftest import OpenPage
from .test_pages import assert_sound, links, words

TABS = ("Papers", "Timeline", "Most cited", "People and venues", "Neighbours", "Gaps")


@pytest.fixture
def joined(library: Path) -> Path:
    """The small library with authors, and citations from the cache to models and back."""
    with Library.edit(library) as draft:
        draft.put_claims("gptq", [Claim("gptq", "authors", 'Ada "The" A', "list", 60)])
        edges = [("h2o", "gptq"), ("h2o", "awq"), ("awq", "h2o"), ("wanda", "h2o")]
        draft.put_citations(Citation(*edge, "edges", 20 + n) for n, edge in enumerate(edges))
    return library


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("node", ["s/model", "s/cache", "s/model/pruning"])
def test_every_tab_is_restored_from_the_address(open_page: OpenPage, joined: Path, tab: str, node: str) -> None:
    test = open_page("taxonomy", joined, node=node, tab=tab)
    assert_sound(test)
    assert tab in [control.value for control in test.button_group]


def test_papers_come_in_the_order_of_the_address(open_page: OpenPage, joined: Path) -> None:
    newest = open_page("taxonomy", joined, node="s/model").dataframe[-1].value
    assert newest["year"].tolist() == [2024, 2023, 2023]
    cited = open_page("taxonomy", joined, node="s/model", sort="cited").dataframe[-1].value
    assert cited["cited here"].tolist() == [3, 2, 0]
    assert_sound(open_page("taxonomy", joined, node="s/model", sort="nonsense", tab="nonsense", by="nonsense"))


def test_the_most_cited_are_of_here_or_of_the_library(open_page: OpenPage, joined: Path) -> None:
    table = open_page("taxonomy", joined, node="s/model", tab="Most cited").dataframe[-1].value
    assert table[["from this topic", "from all papers"]].values.tolist() == [[2, 3], [1, 2]]
    nobody = open_page("taxonomy", joined, node="s/model/pruning", tab="Most cited")
    assert "No paper here is cited by another one" in words(nobody)
    cache = open_page("taxonomy", joined, node="s/cache", tab="Most cited", by="The whole library")
    assert cache.dataframe[-1].value["from all papers"].tolist() == [2]


def test_neighbours_lead_to_topics_and_to_the_citations(open_page: OpenPage, joined: Path) -> None:
    test = open_page("taxonomy", joined, node="s/cache", tab="Neighbours")
    assert "0 citations stay within this topic" in words(test)
    assert ("taxonomy", "node=s%2Fmodel") in links(test)
    way = "survey=s&depth=1&citing=s%2Fcache&cited=s%2Fmodel"
    assert ("timeline", way) in links(test)
    assert "2 citations, 1.0 times what size alone would give" in words(test)


def test_gaps_count_of_what_and_name_papers_that_are_missing(open_page: OpenPage, joined: Path) -> None:
    test = open_page("taxonomy", joined, node="s/model", tab="Gaps")
    told = {metric.label: metric.value for metric in test.metric}
    assert told["Papers without abstract"] == "2 of 3"
    assert told["Without link to code"] == "2 of 3"
    assert test.dataframe[-1].value["title"].tolist() == ["Heavy hitters keep the cache small"]
    assert "1 topic with fewer than 3 papers" in words(test)
    assert "Which papers might belong here, or not?" in [button.label for button in test.button]


def test_people_and_venues_lead_to_a_search(open_page: OpenPage, joined: Path) -> None:
    test = open_page("taxonomy", joined, node="s/model", tab="People and venues")
    who, where = (frame.value for frame in test.dataframe)
    assert who.values.tolist() == [['Ada "The" A', 1]]
    assert where.values.tolist() == [["ICLR", 2], ["arXiv", 1]]
    nobody = open_page("taxonomy", joined, node="s/cache", tab="People and venues")
    assert "No author of a paper here is known yet" in words(nobody)


def test_the_table_has_every_topic_below_with_its_years(open_page: OpenPage, joined: Path) -> None:
    table = open_page("taxonomy", joined, view="Table").dataframe[0].value
    assert [name.strip() for name in table["Topic"]] == ["Model", "Quantization", "Pruning", "Cache"]
    assert table["Papers"].tolist() == [3, 3, 1, 2]
    assert [list(years) for years in table["By year"]] == [[2, 1], [2, 1], [0, 1], [1, 0]]
