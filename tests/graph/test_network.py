from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import InvalidFilter
from litatlas.graph.models import Citation, Paper, Subgraph
from litatlas.graph.network import citation_graph, neighbours_within, plain_text, to_networkx

LORA, QLORA, STUDY = "paper:lora-111111", "paper:qlora-222222", "paper:uber-333333"


def test_every_record_is_a_vertex_with_kind_and_label(small: Subgraph) -> None:
    graph = to_networkx(small)
    kinds = {vertex: (data["kind"], data["label"]) for vertex, data in graph.nodes(data=True)}
    assert kinds == {
        "survey:small": ("survey", "Small Things: A Survey"),
        "node:small/methods": ("node", "Methods"),
        "node:small/methods/low-rank-adapters": ("node", "Low-Rank Adapters"),
        "node:small/tools": ("node", "Tools & Frameworks"),
        LORA: ("paper", "Hu 2022 LoRA"),
        QLORA: ("paper", "2023 QLoRA"),
        STUDY: ("paper", "Müller 2021 Über 50% of…"),
        "paper:toolkit-444444": ("software", "=cmd|'/c calc'!A0"),
    }


def test_edges_are_keyed_by_relation(small: Subgraph) -> None:
    edges = set(to_networkx(small).edges(keys=True))
    assert edges == {
        ("node:small/methods", "survey:small", "broader"),
        ("node:small/methods/low-rank-adapters", "node:small/methods", "broader"),
        ("node:small/tools", "survey:small", "broader"),
        (LORA, "node:small/methods/low-rank-adapters", "placed_at"),
        (QLORA, "node:small/methods/low-rank-adapters", "placed_at"),
        (QLORA, "node:small/tools", "placed_at"),
        (STUDY, "node:small/methods", "placed_at"),
        ("paper:toolkit-444444", "node:small/tools", "placed_at"),
        (QLORA, LORA, "cites"),
        (STUDY, LORA, "cites"),
    }


def test_several_sources_share_one_edge(small: Subgraph) -> None:
    assert to_networkx(small).edges[QLORA, LORA, "cites"] == {
        "relation": "cites",
        "provenance": "edge-file:small#L1; edge-file:more#L40",
        "first_source": "edge-file:small",
        "line": 1,
        "origin": "somebody/notes",
    }


def test_a_placement_without_line_says_its_source_alone(small: Subgraph) -> None:
    assert to_networkx(small).edges["paper:toolkit-444444", "node:small/tools", "placed_at"] == {
        "relation": "placed_at",
        "provenance": "paper-list:small",
        "first_source": "paper-list:small",
    }


def test_broader_edges_name_the_source_of_the_survey(small: Subgraph) -> None:
    graph = to_networkx(small)
    edge = graph.edges["node:small/methods/low-rank-adapters", "node:small/methods", "broader"]
    assert edge["provenance"] == "paper-list:small#L5"


def test_attributes_are_scalars_of_one_type_per_name(small: Subgraph) -> None:
    graph = to_networkx(small, abstracts=True)
    for items in (graph.nodes(data=True), ((None, data) for *_, data in graph.edges(data=True))):
        types: dict[str, set[type]] = {}
        for _, data in items:
            for name, value in data.items():
                types.setdefault(name, set()).add(type(value))
        assert all(found in ({str}, {int}) for found in types.values()), types


def test_abstracts_come_on_request_only(small: Subgraph) -> None:
    assert "abstract" not in to_networkx(small).nodes[LORA]
    assert to_networkx(small, abstracts=True).nodes[LORA]["abstract"] == "An abstract that stays at home."


def test_an_open_subgraph_is_refused(small: Subgraph) -> None:
    with pytest.raises(ValueError, match=r"not closed.*paper:lora-111111"):
        to_networkx(replace(small, papers=small.papers[1:]))


def test_the_empty_subgraph_is_an_empty_network() -> None:
    graph = to_networkx(Subgraph(title="nothing"))
    assert (len(graph), graph.graph) == (0, {"name": "nothing"})


def test_keys_of_different_records_do_not_collide(small: Subgraph) -> None:
    same = replace(small, papers=(*small.papers, Paper(key="small", title="Small"), Paper("small/tools", "Tools")))
    assert len(to_networkx(same)) == len(to_networkx(small)) + 2


def test_plain_text_replaces_what_xml_cannot_hold() -> None:
    text = "a\x00b\x0cc\ud800d\ufffee\tf\n\U0001f600 \u202e"
    assert plain_text(text) == "a�b�c�d�e\tf\n\U0001f600 \u202e"


def test_citation_graph_has_one_edge_per_pair_and_no_loop() -> None:
    edges = [Citation("a", "b", "x"), Citation("a", "b", "y"), Citation("b", "a", "x"), Citation("c", "c", "x")]
    assert sorted(citation_graph(edges).edges) == [("a", "b"), ("b", "a")]


def _graph(*edges: str) -> nx.DiGraph[str]:
    return citation_graph(Citation(edge[0], edge[1], "test") for edge in edges)


def test_neighbours_follow_edges_both_ways() -> None:
    found = neighbours_within(_graph("ab", "cb", "dc", "ed"), ["b"], hops=2, limit=10)
    assert [(each.key, each.hops) for each in found.members] == [("b", 0), ("a", 1), ("c", 1), ("d", 2)]
    assert found.is_complete


def test_the_best_connected_stay_and_the_rest_is_named() -> None:
    graph = _graph("ax", "ay", "az", "bz", "by", "bw", "zq")
    found = neighbours_within(graph, ["a", "b"], hops=2, limit=4)
    assert [each.key for each in found.members] == ["a", "b", "y", "z"]
    assert found.left_out == ("w", "x")


def test_a_limit_reached_between_rings_is_not_complete() -> None:
    found = neighbours_within(_graph("ab", "bc"), ["a"], hops=2, limit=2)
    assert ([each.key for each in found.members], found.left_out) == (["a", "b"], ("c",))


def test_seeds_beyond_the_limit_are_left_out_and_unknown_seeds_stay() -> None:
    found = neighbours_within(_graph("ab"), ["lonely", "a", "a", "b"], hops=3, limit=2)
    assert ([each.key for each in found.members], found.left_out) == (["lonely", "a"], ("b",))


@pytest.mark.parametrize(("hops", "limit"), [(-1, 5), (1, 0)])
def test_impossible_neighbourhoods_are_refused(hops: int, limit: int) -> None:
    with pytest.raises(InvalidFilter):
        neighbours_within(_graph("ab"), ["a"], hops, limit)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))), st.integers(0, 4))
def test_distances_agree_with_networkx(pairs: list[tuple[str, str]], hops: int) -> None:
    graph = citation_graph(Citation(*pair, "test") for pair in pairs)
    found = neighbours_within(graph, ["a"], hops, limit=100)
    graph.add_node("a")
    expected = nx.single_source_shortest_path_length(graph.to_undirected(), "a", cutoff=hops)
    assert {each.key: each.hops for each in found.members} == dict(expected)
