"""Which topics build on which: hand-worked counts, and random networks against counting one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.flow import (
    Crossing,
    citations_between,
    flow_among,
    most_above_size,
    neighbours_of,
    surplus,
)
from litatlas.graph.growth import growth_of
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, TaxonomyNode
from litatlas.graph.placed_network import NO_YEAR, PlacedNetwork, below, level, placed_network

from . import library_files

A, B, C = (TaxonomyNode(key, "s", key.upper(), None, (key.upper(),), n) for n, key in enumerate("abc"))


def network(years: list[int], edges: list[tuple[int, int]], under: dict[str, list[int]]) -> PlacedNetwork:
    """Papers p0, p1 … of these years, with citations by place in the list."""
    ends = np.array(sorted(set(edges)), dtype=np.int64).reshape(-1, 2)
    return PlacedNetwork(
        tuple(f"p{n:02}" for n in range(len(years))),
        np.array(years, dtype=np.int64),
        ends[:, 0],
        ends[:, 1],
        {node: np.array(sorted(set(rows)), dtype=np.int64) for node, rows in under.items()},
    )


# p0, p1, p2 at A; p3, p4 at B; p5 at both; p6 at C. p7 stands nowhere.
WORKED = network(
    [2020, 2021, 2022, 2020, 2023, 2022, 2019, 2022],
    [(1, 0), (2, 0), (2, 3), (2, 6), (5, 3), (5, 0), (4, 2), (7, 0), (4, 5)],
    {"a": [0, 1, 2, 5], "b": [3, 4, 5], "c": [6]},
)


def test_a_citation_flows_to_what_the_citing_topic_does_not_hold_itself() -> None:
    counts, expected = flow_among(WORKED, (A, B, C)).table()
    # A: p1-p0, p2-p0, p5-p0 its own; p2-p3 and p5-p3 to B; p2-p6 to C. B: p5-p3 and p4-p5 its own; p5-p0, p4-p2 to A.
    assert counts.tolist() == [[3, 2, 1], [2, 2, 0], [0, 0, 0]]
    # Three citations of 2022 leave A; by then p3 and p6 are outside of it: half to B, half to C.
    assert expected[0].tolist() == [0, 1.5, 1.5]
    # Of B one of 2022 (p0, p1, p2, p6 outside) and one of 2023 (the same): three quarters to A.
    assert expected[1].tolist() == [1.5, 0, 0.5]


def test_years_are_those_of_the_citing_paper() -> None:
    flow = flow_among(WORKED, (A, B, C))
    assert flow.years == (2021, 2022, 2023)
    assert flow.table(2023, 2023)[0].tolist() == [[0, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert flow.table(1900, 1901)[0].sum() == 0
    assert [(c.source.key, c.target.key, c.count) for c in flow.crossings(2022, 2022)] == [
        ("a", "b", 2),
        ("a", "c", 1),
        ("b", "a", 1),
    ]


def test_neighbours_are_told_both_ways() -> None:
    found = neighbours_of(flow_among(WORKED, (A, B, C)), B)
    assert [(each.target.key, each.count) for each in found.builds_on] == [("a", 2)]
    assert [(each.source.key, each.count) for each in found.built_on_by] == [("a", 2)]
    assert found.own == 2


def test_the_citations_of_a_crossing_are_listed_latest_first() -> None:
    assert citations_between(WORKED, A, B) == (("p02", "p03"), ("p05", "p03"))
    assert citations_between(WORKED, B, A) == (("p04", "p02"), ("p05", "p00"))
    assert citations_between(WORKED, B, A, 2022, 2022) == (("p05", "p00"),)
    assert citations_between(WORKED, A, A, 2021, None) == (("p02", "p00"), ("p05", "p00"), ("p01", "p00"))


def test_a_paper_without_year_counts_in_the_whole_alone() -> None:
    undated = network([NO_YEAR, 2020], [(0, 1)], {"a": [0], "b": [1]})
    flow = flow_among(undated, (A, B))
    assert flow.table()[0][0, 1] == 1
    assert flow.table()[1][0, 1] == 1.0  # whatever the year of the cited paper
    assert flow.table(2000, 2030)[0].sum() == 0
    assert citations_between(undated, A, B, 2000, 2030) == ()
    assert growth_of(undated, (A, B)).without_year == (1, 0)


def test_what_stands_out_is_much_and_more_than_size_gives() -> None:
    few, many, usual = Crossing(A, B, 4, 0.1), Crossing(B, A, 9, 3.0), Crossing(A, C, 90, 90.0)
    assert most_above_size([few, many, usual, Crossing(C, A, 8, 0.0)]) == (many,)
    assert many.ratio == 3
    assert surplus(9, 4.0) == pytest.approx(2.5)
    assert surplus(1, 0.01) < 1


def test_nothing_flows_among_no_topics_or_without_citations() -> None:
    assert flow_among(WORKED, ()).crossings() == ()
    silent = flow_among(network([2020], [], {"a": [0]}), (A, B))
    assert (silent.years, silent.crossings()) == ((), ())
    assert neighbours_of(silent, A).builds_on == ()


@st.composite
def networks(draw: st.DrawFn) -> PlacedNetwork:
    years = draw(st.lists(st.sampled_from([NO_YEAR, 2019, 2020, 2021, 2023]), min_size=1, max_size=9))
    paper = st.integers(0, len(years) - 1)
    edges = draw(st.lists(st.tuples(paper, paper).filter(lambda pair: pair[0] != pair[1]), max_size=20))
    under = {key: draw(st.lists(paper, max_size=6)) for key in "abc"}
    return network(years, edges, under)


@given(networks(), st.sampled_from([(None, None), (2020, 2021), (2019, 2019)]))
def test_counts_are_those_of_counting_one_by_one(drawn: PlacedNetwork, span: tuple[int | None, int | None]) -> None:
    flow = flow_among(drawn, (A, B, C))
    counts, expected = flow.table(*span)
    edges = list(zip(drawn.citing.tolist(), drawn.cited.tolist(), strict=True))
    sets = [set(drawn.rows(node).tolist()) for node in (A, B, C)]
    first, last = span
    wanted = [e for e in edges if first is None or last is None or first <= drawn.years[e[0]] <= last]
    for a, source in enumerate(sets):
        outside = set().union(*sets) - source
        leaving = [edge for edge in wanted if edge[0] in source and edge[1] in outside]
        for b, target in enumerate(sets):
            reached = source if a == b else target - source
            assert counts[a, b] == sum(citing in source and cited in reached for citing, cited in wanted)
            assert len(citations_between(drawn, (A, B, C)[a], (A, B, C)[b], *span)) == counts[a, b]
            likely = 0.0
            for citing, _ in leaving if a != b else ():
                year = drawn.years[citing]
                at_hand = {p for p in outside if year == NO_YEAR or drawn.years[p] <= year}
                likely += len(at_hand & target) / len(at_hand) if at_hand else 0.0
            assert expected[a, b] == pytest.approx(likely)


@given(networks())
def test_growth_counts_every_dated_paper_once_per_topic(drawn: PlacedNetwork) -> None:
    growth = growth_of(drawn, (A, B, C))
    for n, node in enumerate((A, B, C)):
        years = drawn.years[drawn.rows(node)].tolist()
        assert growth.counts[n].tolist() == [years.count(year) for year in growth.years]
        assert growth.without_year[n] == years.count(NO_YEAR)
    assert growth.papers == len({row for node in (A, B, C) for row in drawn.rows(node).tolist()})
    for n, shares in enumerate(zip(*growth.shares(), strict=True)):
        assert sum(shares) == pytest.approx(1.0 if growth.counts[:, n].any() else 0.0)


# -- from a library -----------------------------------------------------------------------------------------------


def test_a_library_is_read_with_each_citation_once(tmp_path: Path) -> None:
    library_files.write(tmp_path / "library")
    with Library.edit(tmp_path / "library") as draft:
        draft.put_source(library_files.METADATA)
        draft.put_citations([Citation("awq", "gptq", "metadata", 9)])  # the same edge from another source
    with Library(tmp_path / "library") as library:
        read = placed_network(library)
        assert [(read.keys[a], read.keys[b]) for a, b in zip(read.citing, read.cited, strict=True)] == [
            ("awq", "gptq"),
            ("wanda", "awq"),
            ("wanda", "gptq"),
        ]
        assert [read.keys[row] for row in read.rows(library.node("s/model"))] == ["awq", "gptq", "wanda"]
        assert read.years.tolist() == [2023, 2023, 2023, NO_YEAR, 2024]
        assert {node.key: len(read.rows(node)) for node in library.nodes} == library.node_counts


def test_a_tree_is_cut_at_a_depth() -> None:
    nodes = library_files.NODES
    assert [node.key for node in level(nodes, 1)] == ["s/model", "s/cache"]
    assert [node.key for node in level(nodes, 2)] == ["s/model/quantization", "s/model/pruning", "s/cache"]
    assert [node.key for node in level(nodes, 2, nodes[0])] == ["s/model/quantization", "s/model/pruning"]
    assert [node.key for node in below(nodes, nodes[0])] == ["s/model/quantization", "s/model/pruning"]
    assert level(nodes, 2, nodes[3]) == ()
