from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from ndex2.cx2 import CX2Network, RawCX2NetworkFactory

from litatlas.graph.export import export
from litatlas.graph.export.details import network_with_details
from litatlas.graph.models import Subgraph

from .hostile import subgraphs
from .whole_graphs import whole_graphs

LARGEST = 2**63 - 1


def _read(subgraph: Subgraph) -> CX2Network:
    document = json.loads(export(subgraph, "cx2", include_abstracts=True).data)
    return RawCX2NetworkFactory().get_cx2network(document)


def _held(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if not (isinstance(value, int) and value > LARGEST)}


def _assert_equal(found: CX2Network, subgraph: Subgraph) -> None:
    """The vertices, edges and attributes of the other networks, and nothing else."""
    expected = network_with_details(subgraph)
    names = {number: node["v"]["name"] for number, node in found.get_nodes().items()}
    vertices = {node["v"].pop("name"): node["v"] for node in found.get_nodes().values()}
    assert vertices == {vertex: _held(data) for vertex, data in expected.nodes(data=True)}
    edges = {
        (names[edge["s"]], names[edge["t"]], edge["v"].pop("interaction")): edge["v"]
        for edge in found.get_edges().values()
    }
    assert edges == {(start, end, key): _held(data) for start, end, key, data in expected.edges(keys=True, data=True)}
    network = {
        "attribution" if name == "description" else name: text for name, text in found.get_network_attributes().items()
    }
    assert network == expected.graph


def test_ndex2_reads_an_equal_graph(small: Subgraph) -> None:
    found = _read(small)
    assert len(found.get_nodes()) == 8  # a survey, three nodes, four papers
    assert len(found.get_edges()) == 10  # three broader, five places, two citations, one of them known twice
    _assert_equal(found, small)


@settings(max_examples=40, deadline=None)
@given(subgraphs())
def test_hostile_texts_come_back_as_text(subgraph: Subgraph) -> None:
    _assert_equal(_read(subgraph), subgraph)


@settings(max_examples=30, deadline=None)
@given(whole_graphs())
def test_counts_and_declared_types_are_true(subgraph: Subgraph) -> None:
    document = json.loads(export(subgraph, "cx2").data)
    assert document[0] == {"CXVersion": "2.0", "hasFragments": False}
    assert document[-1] == {"status": [{"success": True, "error": ""}]}
    aspects = {name: elements for member in document[2:-1] for name, elements in member.items()}
    counts = {each["name"]: each["elementCount"] for each in document[1]["metaData"]}
    assert counts == {name: len(elements) for name, elements in aspects.items()}
    types = {"string": str, "long": int}
    declared = aspects["attributeDeclarations"][0]
    elements = {"networkAttributes": aspects["networkAttributes"]}
    elements |= {aspect: [each["v"] for each in aspects.get(aspect, [])] for aspect in ("nodes", "edges")}
    for aspect, records in elements.items():
        for record in records:
            for name, value in record.items():
                assert type(value) is types[declared[aspect][name]["d"]]


def test_labels_are_shown_and_edges_are_arrows(small: Subgraph) -> None:
    style = _read(small).get_visual_properties()
    assert style["nodeMapping"]["NODE_LABEL"]["definition"]["attribute"] == "label"
    assert style["default"]["edge"] == {"EDGE_TARGET_ARROW_SHAPE": "triangle"}


def test_the_edge_of_two_sources_is_one(small: Subgraph) -> None:
    found = _read(small)
    cites = [edge["v"] for edge in found.get_edges().values() if edge["v"]["interaction"] == "cites"]
    assert [edge["provenance"] for edge in cites] == ["edge-file:small#L1; edge-file:more#L40", "edge-file:small#L2"]
