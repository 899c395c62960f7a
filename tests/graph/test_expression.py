from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.errors import InvalidFilter, InvalidSelection, UnknownNode
from litatlas.graph.expression import MAX_DEPTH, MAX_LENGTH, parse_selection, print_selection
from litatlas.graph.filters import Filters
from litatlas.graph.library import Library
from litatlas.graph.search import Searcher
from litatlas.graph.selection import (
    AllOf,
    AnyOf,
    Area,
    Around,
    Below,
    Chosen,
    InSurvey,
    Matching,
    Not,
    OnList,
    OnPath,
    Selection,
    Whole,
    select,
)
from litatlas.graph.surroundings import Tie

from . import library_files

texts = st.text(max_size=12) | st.sampled_from(['"', "\\", 'a"b', "\\\\", "and", "not", "(", ")", ",", "=", "a b", ""])
filled = texts.filter(bool)
filters = st.builds(
    Filters,
    under=st.none() | filled,
    survey=st.none() | filled,
    year_from=st.none() | st.integers(0, 9999),
    year_to=st.none() | st.integers(0, 9999),
    venue=st.none() | filled,
    has_code=st.none() | st.booleans(),
    author=st.none() | filled,
)
ties = st.lists(st.sampled_from(Tie), min_size=1, max_size=3, unique=True).map(tuple)
corners = st.floats(-1000, 1000)
leaves: st.SearchStrategy[Selection] = st.one_of(
    st.just(Whole()),
    st.builds(InSurvey, texts),
    st.builds(Below, texts),
    st.builds(OnList, texts),
    st.builds(Matching, texts, filters, st.integers(1, 1000)),
    st.builds(Around, texts, st.integers(1, 3), st.integers(1, 300), ties),
    st.builds(OnPath, texts, texts, ties, st.integers(1, 3)),
    st.builds(Area, st.lists(st.tuples(corners, corners), min_size=3, max_size=5).map(tuple), filled),
    st.builds(Chosen, st.lists(texts, max_size=3).map(tuple), filled),
)


def algebra(parts: st.SearchStrategy[Selection]) -> st.SearchStrategy[Selection]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, parts) | st.builds(AllOf, several) | st.builds(AnyOf, several)


@settings(max_examples=400)
@given(st.recursive(leaves, algebra, max_leaves=8))
def test_what_is_printed_is_read_back(selection: Selection) -> None:
    assert parse_selection(print_selection(selection)) == selection


@settings(max_examples=200)
@given(st.text(max_size=40) | st.text(alphabet='andotr (),:="\\unde', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_selection(text)
    except InvalidSelection:
        return
    assert parse_selection(print_selection(found)) == found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("everything", Whole()),
        ('under:"KV-Cache Optimization"', Below("KV-Cache Optimization")),
        ("under:s/model and not survey:t", AllOf((Below("s/model"), Not(InSurvey("t"))))),
        ("list:a or list:b and list:c", AnyOf((OnList("a"), AllOf((OnList("b"), OnList("c")))))),
        ("(list:a or list:b) AND list:c", AllOf((AnyOf((OnList("a"), OnList("b"))), OnList("c")))),
        ("not list:a and list:b", AllOf((Not(OnList("a")), OnList("b")))),
        ("around:arxiv:2306.00978(hops=2)", Around("arxiv:2306.00978", 2)),
        ('around:a(ties="cites,place")', Around("a", ties=(Tie.CITES, Tie.PLACE))),
        ('search:"a b"( limit=7, code=no, from=2020 )', Matching("a b", Filters(year_from=2020, has_code=False), 7)),
        ("path:a(to=b)", OnPath("a", "b")),
        ('PATH:"a b"(paths=1, ties="cites, place", to="")', OnPath("a b", "", (Tie.CITES, Tie.PLACE), 1)),
        ("papers:a, b", Chosen(("a", "b"))),
        ("list:and", OnList("and")),
        (r'list:"say \"a\\b\""', OnList(r'say "a\b"')),
    ],
)
def test_examples(text: str, meant: Selection) -> None:
    assert parse_selection(text) == meant


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("", 1, "“not”, “(” or one of everything"),
        ("under:", 7, "a value"),
        ("under:a survey:b", 9, "“and”, “or” or the end"),
        ("under:a and", 12, "“not”"),
        ("(under:a", 9, "“)”"),
        ('list:"a', 6, "a closing quote"),
        ('area:"0,0;1"', 6, "an area “x,y;x,y;x,y” of the map, with three corners or more, found '\"0,0;1\"'."),
        ('under:a or area:"0,0;nan,1;2,2"', 17, "an area"),
        ("papers:a(colour=red)", 10, "one of title"),
        ("search:a(limit=0)", 16, "a number from 1 to 1000 for limit, found '0'."),
        ('search:"a b"(code=yes, limit=1000000)', 30, "a number from 1 to 1000 for limit, found '1000000'."),
        ("search:a(from=soon)", 15, "a number from 0 to 9999 for from, found 'soon'."),
        ("search:a(code=perhaps)", 15, "yes or no for code, found 'perhaps'."),
        (
            f"around:arxiv:2306.00978(hops={'9' * 20}, limit=-5)",
            30,
            f"a number from 1 to 3 for hops, found '{'9' * 20}'.",
        ),
        ("around:arxiv:2306.00978(hops=2, limit=-5)", 39, "a number from 1 to 300 for limit, found '-5'."),
        ('around:b(ties="bogus")', 15, "cites or similar or place for ties, found '\"bogus\"'."),
        ("around:b(hops=1) and around:c( HOPS = 7 )", 39, "a number from 1 to 3 for hops, found '7'."),
        ("search:a(limit=1, limit=2)", 19, "one of author"),
        ("not path:a", 5, "a path with both of its ends"),
        ("path:a(to=b, paths=4)", 20, "a number from 1 to 3 for paths"),
        ("path:a(to=b, hops=1)", 14, "one of paths, ties"),
        ("around:a(ties=friends)", 15, "cites or similar or place for ties"),
    ],
)
def test_an_error_names_the_place_and_what_was_expected(text: str, place: int, expected: str) -> None:
    with pytest.raises(InvalidSelection, match=f"at character {place}: expected ") as caught:
        parse_selection(text)
    assert f"expected {expected}" in caught.value.message
    assert caught.value.at == place


def test_limits() -> None:
    assert parse_selection("(" * MAX_DEPTH + "everything" + ")" * MAX_DEPTH) == Whole()
    for text in ("(" * 5000, "not " * 1000 + "everything", "x" * (MAX_LENGTH + 1), " or ".join(["everything"] * 61)):
        with pytest.raises(InvalidSelection) as caught:
            parse_selection(text)
        assert caught.value.at is None


LEAF_KEYS = {
    "everything": {"gptq", "awq", "wanda", "h2o", "note"},
    "under:Model": {"gptq", "awq", "wanda"},
    "under:s/cache": {"h2o", "note"},
    "survey:t": {"gptq", "h2o"},
    "papers:gptq,note": {"gptq", "note"},
    "around:gptq(ties=cites)": {"gptq", "awq", "wanda"},
    "path:wanda(to=gptq, ties=cites)": {"gptq", "awq", "wanda"},
    "path:wanda(to=gptq, ties=cites, paths=1)": {"gptq", "wanda"},
    "path:gptq(to=note, ties=cites)": set(),
}


@pytest.fixture(scope="module")
def two_surveys(tmp_path_factory: pytest.TempPathFactory) -> Library:
    directory: Path = tmp_path_factory.mktemp("algebra") / "library"
    library_files.write(directory)
    library_files.write_second_survey(directory)
    return Library(directory)


def _select(library: Library, text: str) -> Any:
    return select(library, parse_selection(text), lambda: Searcher(library, None))


def expressions() -> st.SearchStrategy[tuple[str, frozenset[str]]]:
    everything = frozenset(LEAF_KEYS["everything"])
    return st.recursive(
        st.sampled_from([(text, frozenset(keys)) for text, keys in LEAF_KEYS.items()]),
        lambda parts: st.one_of(
            parts.map(lambda part: (f"not ({part[0]})", everything - part[1])),
            st.tuples(parts, parts).map(lambda two: (f"({two[0][0]}) and ({two[1][0]})", two[0][1] & two[1][1])),
            st.tuples(parts, parts).map(lambda two: (f"({two[0][0]}) or ({two[1][0]})", two[0][1] | two[1][1])),
        ),
        max_leaves=6,
    )


@settings(max_examples=100)
@given(expression=expressions())
def test_the_algebra_is_that_of_sets(two_surveys: Library, expression: tuple[str, frozenset[str]]) -> None:
    text, expected = expression
    part = _select(two_surveys, text)
    assert {paper.key for paper in part.papers} == expected
    assert len(part.papers) == len(expected)
    assert {placed.paper for placed in part.placements} <= expected
    assert {end for edge in part.citations for end in (edge.citing, edge.cited)} <= expected


def test_titles_are_readable(two_surveys: Library) -> None:
    assert _select(two_surveys, "under:s/model and not survey:t").title == ("Model and not Another survey")
    assert _select(two_surveys, "under:model and (under:cache or papers:gptq)").title == (
        "Model and (Cache or Chosen papers)"
    )


def test_a_survey_comes_with_its_own_taxonomy_alone(two_surveys: Library) -> None:
    part = _select(two_surveys, "survey:s")
    assert {node.survey for node in part.nodes} == {"s"}
    assert [node.key for node in part.nodes] == [node.key for node in library_files.NODES]
    assert {placed.node.split("/")[0] for placed in part.placements} == {"s"}
    assert [survey.key for survey in part.surveys] == ["s"]
    assert {source.key for source in part.sources} == {
        "list",
        "edges",
        "metadata",
    }  # the last has the abstract of one of its papers


def test_what_is_not_there_is_said(two_surveys: Library) -> None:
    with pytest.raises(InvalidFilter, match="nowhere"):
        _select(two_surveys, "survey:nowhere")
    with pytest.raises(UnknownNode):
        _select(two_surveys, "not under:nowhere")


@pytest.mark.parametrize(
    "selection",
    [Chosen(("gptq",), ""), Matching("x", Filters(venue="")), Area(((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)), "")],
)
def test_what_is_said_to_be_empty_is_written(selection: Selection) -> None:
    assert parse_selection(print_selection(selection)) == selection
