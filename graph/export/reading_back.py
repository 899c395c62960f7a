"""GraphML and node-link JSON that LitAtlas exported, back into the subgraph that they were made of. Pure.

What comes back is told by `as_written`. Both files hold the graph of `network_with_details`; they become a `Network`
first, whose vertices and edges know their place in the file, for errors. `litatlas ingest node-link` reads the same
file for a library, where it is a source like any other; this module reads it as the graph itself.
"""

from __future__ import annotations

import json
from typing import Any

from lxml import etree

from litatlas.graph.models import Subgraph

from .network_back import Edge, Network, Vertex, foreign, network_to_subgraph

_GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def read_node_link(data: bytes, name: str = "the file") -> Subgraph:
    """Read what ``export(…, "node-link")`` gave.

    Args:
        name: of the file, for errors.

    Raises:
        SourceUnreadable: it is no JSON, or no export of LitAtlas; the message has the place and the cause.
    """
    try:
        document = json.loads(_text(data, name))
    except (ValueError, RecursionError) as error:
        raise foreign(name, f"it is not JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(attributes := document.get("graph"), dict):
        raise foreign(name, "it has no object 'graph'")
    network = Network(name, _texts(attributes, "the graph", name))
    for position, record in enumerate(_objects(document, "nodes", name)):
        known = _texts(record, place := f"vertex {position}", name)
        network.add_vertex(Vertex(place, _taken(known, "id", place, name), known))
    for position, record in enumerate(_objects(document, "edges", name)):
        known = _texts(record, place := f"edge {position}", name)
        start, end = (_taken(known, end, place, name) for end in ("source", "target"))
        network.add_edge(Edge(place, start, end, known))
    return network_to_subgraph(network)


def read_graphml(data: bytes, name: str = "the file") -> Subgraph:
    """Read what ``export(…, "graphml")`` gave.

    A document type is refused, and with it every entity, whatever it would read or grow into: exports have none.

    Raises:
        SourceUnreadable: as in `read_node_link`; places are lines.
    """
    root = _parse_xml(_text(data, name), name)
    graph = root.find(f"{_GRAPHML}graph")
    if root.tag != f"{_GRAPHML}graphml" or graph is None:
        raise foreign(name, f"its root is <{etree.QName(root).localname[:100]}>, not a <graphml> with a <graph>")
    names = {key.get("id", ""): key.get("attr.name", "") for key in root.findall(f"{_GRAPHML}key")}
    network = Network(name, _data_of(graph, names, name))
    for node in graph.findall(f"{_GRAPHML}node"):
        network.add_vertex(Vertex(_line(node), _attribute(node, "id", name), _data_of(node, names, name)))
    for edge in graph.findall(f"{_GRAPHML}edge"):
        start, end = (_attribute(edge, end, name) for end in ("source", "target"))
        network.add_edge(Edge(_line(edge), start, end, _data_of(edge, names, name)))
    return network_to_subgraph(network)


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise foreign(name, f"it is not UTF-8 (byte {error.start})") from error


# -- JSON ----------------------------------------------------------------------------------------------------------


def _objects(document: dict[str, Any], member: str, name: str) -> list[dict[str, Any]]:
    found = document.get(member)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise foreign(name, f"it has no list {member!r} of objects")
    return found


def _texts(record: dict[str, Any], place: str, name: str) -> dict[str, str]:
    """Numbers as their digits, as XML has them too."""
    for key, value in record.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise foreign(name, f"{place}: {key[:100]!r} is neither text nor a whole number")
    return {key: str(value) for key, value in record.items()}


def _taken(record: dict[str, str], key: str, place: str, name: str) -> str:
    if key not in record:
        raise foreign(name, f"{place} has no {key!r}")
    return record.pop(key)


# -- XML -----------------------------------------------------------------------------------------------------------


def _parse_xml(text: str, name: str) -> etree._Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise foreign(name, "it declares a document type or entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise foreign(name, f"it is not well-formed XML: {error}") from error


def _line(element: etree._Element) -> str:
    return f"line {element.sourceline}"


def _attribute(element: etree._Element, key: str, name: str) -> str:
    if (value := element.get(key)) is None:
        raise foreign(name, f"{_line(element)}: <{etree.QName(element).localname}> has no {key!r}")
    return str(value)


def _data_of(element: etree._Element, names: dict[str, str], name: str) -> dict[str, str]:
    found = {}
    for data in element.findall(f"{_GRAPHML}data"):
        if (key := names.get(data.get("key", ""))) is None:
            raise foreign(name, f"{_line(data)}: the key {data.get('key', '')[:100]!r} is not declared")
        found[key] = str(data.text or "")
    return found
