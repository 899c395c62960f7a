from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings

from litatlas.graph.attribution import attribution_text
from litatlas.graph.export import export
from litatlas.graph.export.details import network_with_details
from litatlas.graph.export.written import without_words_of_others
from litatlas.graph.models import Subgraph

from .hostile import subgraphs

Reader = Callable[[bytes], "nx.DiGraph[str]"]


def _directed(graph: nx.Graph[str]) -> nx.DiGraph[str]:
    assert isinstance(graph, nx.DiGraph)
    return graph


def _read_graphml(data: bytes) -> nx.DiGraph[str]:
    return _directed(nx.read_graphml(io.BytesIO(data)))


def _read_gexf(data: bytes) -> nx.DiGraph[str]:
    graph = _directed(nx.read_gexf(io.BytesIO(data)))
    ids = [attributes.pop("id") for *_, attributes in graph.edges(data=True)]
    assert len(set(ids)) == len(ids)  # the one addition that the format asks for
    return graph


def _read_node_link(data: bytes) -> nx.DiGraph[str]:
    return _directed(nx.node_link_graph(json.loads(data), edges="edges"))


READERS: dict[str, Reader] = {"graphml": _read_graphml, "gexf": _read_gexf, "node-link": _read_node_link}


def _typed(attributes: dict[str, Any]) -> dict[str, tuple[type, Any]]:
    return {name: (type(value), value) for name, value in attributes.items()}


def _vertices(graph: nx.DiGraph[str]) -> dict[str, Any]:
    return {vertex: _typed(attributes) for vertex, attributes in graph.nodes(data=True)}


def _edges(graph: nx.DiGraph[str]) -> dict[tuple[str, str, str], Any]:
    return {(start, end, data["relation"]): _typed(data) for start, end, data in graph.edges(data=True)}


def _assert_equal(found: nx.DiGraph[str], expected: nx.DiGraph[str]) -> None:
    assert found.graph.get("name", "") == expected.graph["name"]
    assert _vertices(found) == _vertices(expected)
    assert _edges(found) == _edges(expected)
    assert found.number_of_edges() == expected.number_of_edges()


@pytest.mark.parametrize("name", READERS)
def test_networkx_reads_an_equal_graph(name: str, small: Subgraph) -> None:
    found = READERS[name](export(small, name, include_abstracts=True).data)
    _assert_equal(found, network_with_details(small))


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(subgraph=subgraphs())
def test_hostile_texts_come_back_as_text(name: str, subgraph: Subgraph) -> None:
    found = READERS[name](export(subgraph, name, include_abstracts=True).data)
    _assert_equal(found, network_with_details(subgraph))


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_the_simple_graph_is_equal_as_networkx_compares(name: str, small: Subgraph) -> None:
    found = READERS[name](export(small, name).data)
    assert nx.utils.graphs_equal(_without_graph_data(found), _without_graph_data(nx.DiGraph(_as_exported(small))))


def _as_exported(subgraph: Subgraph) -> nx.MultiDiGraph[str]:
    return network_with_details(without_words_of_others(subgraph))


def _without_graph_data(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    graph.graph.clear()  # readers add the formats' defaults here
    return graph


def test_node_link_gives_back_the_keys(small: Subgraph) -> None:
    found = READERS["node-link"](export(small, "node-link").data)
    assert nx.utils.graphs_equal(found, _as_exported(small))


def test_gexf_bears_no_date_and_no_version_of_networkx(small: Subgraph) -> None:
    data = export(small, "gexf").data
    text = attribution_text(without_words_of_others(small))
    meta = f"<meta><creator>LitAtlas</creator><description>{text}</description></meta>"
    assert meta.encode() in data
    assert b"lastmodified" not in data


def test_a_title_cannot_pass_for_the_meta_element(small: Subgraph) -> None:
    hostile = Subgraph(title="<meta></meta>")
    assert b'name="&lt;meta&gt;&lt;/meta&gt;"' in export(hostile, "gexf").data
