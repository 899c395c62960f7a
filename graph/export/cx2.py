"""The network as Cytoscape Exchange, version 2, for Cytoscape, Cytoscape Web and NDEx.

https://cytoscape.org/cx/cx2/specification/cytoscape-exchange-format-specification-(version-2)/: a JSON array of
aspects, the descriptor first, then the counts of what follows, declared attributes, the network's own, vertices, edges,
a style and the status.

The attributes are those of GraphML, the network's ``attribution`` under the reserved name ``description``. Two more are
what Cytoscape looks for: ``name`` of a vertex (our ``paper:…``), and ``interaction`` of an edge (its ``relation``).
Vertices and edges are numbered from 0. Whole numbers are ``long``; one that needs more than 64 bits, which no library
holds, is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from litatlas.graph.models import Subgraph

from .details import network_with_details

_LARGEST = 2**63 - 1
_LABEL = {"NODE_LABEL": {"type": "PASSTHROUGH", "definition": {"attribute": "label", "type": "string"}}}
_DIRECTION = {"EDGE_TARGET_ARROW_SHAPE": "triangle"}

Attributes = dict[str, str | int]


def build_cx2(subgraph: Subgraph) -> bytes:
    """CX2 in UTF-8, one aspect after the other, in the order of the specification.

    Raises:
        ValueError: the subgraph is not closed.
    """
    graph = network_with_details(subgraph)
    number = {vertex: position for position, vertex in enumerate(graph)}
    nodes = [
        {"id": number[vertex], "v": _held({"name": vertex, **attributes})}
        for vertex, attributes in graph.nodes(data=True)
    ]
    edges = [
        {"id": position, "s": number[start], "t": number[end], "v": _held({"interaction": relation, **attributes})}
        for position, (start, end, relation, attributes) in enumerate(graph.edges(keys=True, data=True))
    ]
    network = _network_attributes(graph.graph)
    style = {"default": {"edge": _DIRECTION}, "nodeMapping": _LABEL}
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [_declarations(network, nodes, edges)],
        "networkAttributes": [network],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [style],
    }
    return _document({name: elements for name, elements in aspects.items() if elements})


def _document(aspects: Mapping[str, list[Any]]) -> bytes:
    counts = [{"name": name, "elementCount": len(elements)} for name, elements in aspects.items()]
    members = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": counts},
        *({name: elements} for name, elements in aspects.items()),
        {"status": [{"success": True, "error": ""}]},
    ]
    return (json.dumps(members, ensure_ascii=False, indent=1) + "\n").encode()


def _network_attributes(attributes: Mapping[str, str]) -> Attributes:
    return {"description" if name == "attribution" else name: value for name, value in attributes.items()}


def _declarations(
    network: Attributes, nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    declared = {
        "networkAttributes": _types([network]),
        "nodes": _types(node["v"] for node in nodes),
        "edges": _types(edge["v"] for edge in edges),
    }
    return {aspect: types for aspect, types in declared.items() if types}


def _types(elements: Iterable[Attributes]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for attributes in elements:
        for name, value in attributes.items():
            found.setdefault(name, {"d": "long" if isinstance(value, int) else "string"})
    return found


def _held(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if not (isinstance(value, int) and value > _LARGEST)}
