from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library
from litatlas.graph.map_field import MapField, map_field, topic_labels, topics_of
from litatlas.graph.map_groups import by_branch, by_survey, by_year
from litatlas.graph.meaning_map import MeaningMap
from litatlas.graph.models import Claim
from litatlas.graph.selection import Area, select

from . import library_files

PLACES = {"awq": (1, 9), "gptq": (3, 5), "h2o": (50, 50), "note": (52, 40), "wanda": (-40, 8)}


@pytest.fixture
def library(tmp_path: Path, encoder: Encoder) -> Library:
    library_files.write(tmp_path)
    library_files.write_second_survey(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    return Library(tmp_path)


def placed(keys: list[str]) -> MeaningMap:
    points = np.array([PLACES[key] for key in keys], np.float32).reshape(-1, 2)
    return MeaningMap(tuple(keys), tuple(keys), points, np.ones(len(keys), np.bool_), "f", "m")


@pytest.fixture
def field(library: Library) -> MapField:
    return map_field(library, placed(sorted(PLACES)))


def test_the_columns_are_what_the_library_says(library: Library, field: MapField) -> None:
    papers = library.papers(sorted(PLACES))
    assert field.titles == tuple(paper.title for paper in papers)
    assert field.years.tolist() == [paper.year or 0 for paper in papers]
    assert field.cited.tolist() == [library.citation_counts.get(paper.key, 0) for paper in papers]
    assert field.cited.tolist() == [1, 2, 0, 0, 0]
    pairs = {(field.map.keys[p], field.nodes[n].key) for p, n in zip(field.paper_at, field.node_at, strict=True)}
    expected = {(key, node.key) for node in library.nodes for key in library.paper_keys(under=node)}
    assert pairs == expected
    assert len(field.paper_at) == len(expected)


def test_papers_without_a_place_are_counted(library: Library) -> None:
    few = map_field(library, placed(["awq", "h2o"]))
    assert few.unmapped == 3
    assert few.rows_of(["h2o", "gptq", "awq"]).tolist() == [1, 0]
    assert few.keys_of(np.array([1])) == ["h2o"]


def test_a_topic_is_named_at_the_middle_of_its_papers_the_largest_first(field: MapField) -> None:
    labels = {label.node.key: label for label in topic_labels(field, "s")}
    assert list(labels) == ["s/model", "s/cache"]  # quantization has the same papers as the branch it is of
    assert (labels["s/model"].x, labels["s/model"].y, labels["s/model"].papers) == (1, 8, 3)
    assert (labels["s/cache"].x, labels["s/cache"].y) == (51, 45)
    assert [label.node.key for label in topic_labels(field, "s", most=1)] == ["s/model"]
    assert {label.node.survey for label in topic_labels(field)} >= {"s"}


def test_the_topics_of_papers_are_those_that_have_most_of_them_and_little_else(field: MapField) -> None:
    shares = topics_of(field, field.rows_of(["h2o", "note"]))
    assert (shares[0].node.key, shares[0].within, shares[0].papers) == ("s/cache", 2, 2)
    assert topics_of(field, field.rows_of(["wanda"]))[0].node.key == "s/model/pruning"
    assert topics_of(field, field.rows_of([])) == ()


def test_groups_by_branch_survey_and_year(library: Library, field: MapField) -> None:
    branches = by_branch(field, "s")
    assert [group.name for group in branches.groups] == ["Model", "Cache"]
    assert branches.of.tolist() == [0, 0, 1, 1, 0]
    surveys = by_survey(field, library.surveys())
    assert len(surveys.groups) == 2
    assert surveys.of.min() >= 0
    years = by_year(field)
    assert [group.name for group in years.groups] == ["2023", "2024"]
    assert years.of.tolist() == [0, 0, 0, -1, 1]


def test_a_paper_that_another_survey_alone_places_is_in_none_of_the_branches(library: Library) -> None:
    field = map_field(library, placed(sorted(PLACES)))
    other = next(survey.key for survey in library.surveys() if survey.key != "s")
    inside = set(library.paper_keys(survey=other))
    of = by_branch(field, other).of
    assert {key for key, number in zip(field.map.keys, of, strict=True) if number >= 0} == inside
    assert by_branch(field, "no such survey").groups == ()


def test_spans_of_years_follow_each_other_and_hold_every_year() -> None:
    years = np.array([1999, 2005, 2010, 2010, 2015, 2016, 2017, 2018, 2018, 2019, 0], np.int64)
    none = np.zeros(0, np.int64)
    field = MapField(placed([]), ("",) * len(years), years, years, (), none, none, 0)
    groups = by_year(field)
    assert len(groups.groups) <= 6
    assert groups.groups[0].name.startswith("1999")
    assert groups.groups[-1].name.endswith("2019")
    assert groups.of[-1] == -1
    assert (np.diff(groups.of[:-1]) >= 0).all()
    ends = [tuple(map(int, (group.name + "–" + group.name).split("–")))[:2] for group in groups.groups]
    for (_, end), (start, _) in pairwise(ends):
        assert start == end + 1


def test_an_area_selects_the_papers_on_the_map_at_hand(library: Library) -> None:
    everything = ((-101.0, -101.0), (101.0, -101.0), (101.0, 101.0), (-101.0, 101.0))

    def no_searcher() -> None:
        raise AssertionError("an area needs no model")

    part = select(library, Area(everything, "All of it"), no_searcher)  # type: ignore[arg-type]
    assert {paper.key for paper in part.papers} == set(PLACES)
    assert part.title == "All of it"
    left = select(library, Area(((-101.0, -101.0), (0.0, -101.0), (0.0, 101.0), (-101.0, 101.0))), no_searcher)  # type: ignore[arg-type]
    assert 0 < len(left.papers) < len(PLACES)


def test_a_library_without_vectors_has_an_empty_area(tmp_path: Path) -> None:
    library_files.write(tmp_path / "plain")
    with Library.edit(tmp_path / "plain") as draft:
        draft.put_claims("x", [Claim("x", "title", "X", "list", 99)])
    area = Area(((-101.0, -101.0), (101.0, -101.0), (101.0, 101.0)))
    assert select(Library(tmp_path / "plain"), area, lambda: pytest.fail("no model")).papers == ()
