"""From the vertices and edges of an exported network to its subgraph, whatever file they were read from. Pure.

The attributes are those of `to_networkx` and `network_with_details`, all of them text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.models import Citation, Link, Paper, Placement, Source, Subgraph, Survey, TaxonomyNode, WorkKind
from litatlas.graph.network import RecordKind, Relation

from .details import (
    NODE,
    PAPER,
    SOURCES,
    STATEMENTS,
    SURVEY,
    PaperDetails,
    Statement,
    parse_ids,
)

Record = TypeVar("Record")
Edged = TypeVar("Edged", Placement, Citation)

_WORKS = frozenset({RecordKind.PAPER.value, RecordKind.SOFTWARE.value})


@dataclass(frozen=True, slots=True)
class Vertex:
    """A vertex with its place in the file, and its attributes."""

    place: str
    id: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge with its place in the file, the ids of its ends, and its attributes."""

    place: str
    start: str
    end: str
    attributes: Mapping[str, str]


@dataclass(slots=True)
class Network:
    """What a file holds, in its order.

    Attributes:
        name: of the file, for errors.
        attributes: of the graph itself.
    """

    name: str
    attributes: Mapping[str, str]
    vertices: dict[str, Vertex] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def add_vertex(self, vertex: Vertex) -> None:
        """Add a vertex; SourceUnreadable where its id was there before."""
        if vertex.id in self.vertices:
            raise foreign(self.name, f"{vertex.place}: {vertex.id[:100]!r} is there twice")
        self.vertices[vertex.id] = vertex

    def add_edge(self, edge: Edge) -> None:
        """Add an edge; SourceUnreadable where one of its ends is no vertex."""
        for end in (edge.start, edge.end):
            if end not in self.vertices:
                raise foreign(self.name, f"{edge.place}: {end[:100]!r} is no vertex of it")
        self.edges.append(edge)


def foreign(name: str, why: str) -> SourceUnreadable:
    """The error for a file that is no export of LitAtlas, or one of an earlier release."""
    return SourceUnreadable(
        f"{name} cannot be read back: {why}.",
        "Only a file that this release exported holds the whole graph; export it again. Lists, bibliographies and"
        " taxonomies of others are read by `litatlas ingest`.",
    )


def parse(adapter: TypeAdapter[Record], text: str, place: str, name: str) -> Record:
    """A record from JSON text; SourceUnreadable names the place and the first thing that is wrong."""
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "its form"
        raise foreign(name, f"{place}: {where}: {first['msg']}") from error


def paper_from(fields: Mapping[str, str], key: str, kind: WorkKind, details: PaperDetails) -> Paper:
    """A paper from its readable fields and its details.

    Raises:
        ValueError: a year is no number, or an id is of no known scheme.
        KeyError: there is no title.
    """
    return Paper(
        key=key,
        title=fields["title"],
        kind=kind,
        year=int(fields["year"]) if "year" in fields else None,
        venue=fields.get("venue"),
        abstract=fields.get("abstract"),
        authors=details.authors,
        ids=parse_ids(details.ids),
        links=tuple(Link(*link) for link in details.links),
        withdrawn=details.withdrawn,
        retracted=details.retracted,
        version=details.version,
        citation_count=details.citation_count,
        note=fields.get("note"),
    )


def placement_from(paper: str, node: str, said: Statement) -> Placement:
    """A placement from what its source says."""
    return Placement(paper, node, said.source, said.line, said.position)


def citation_from(citing: str, cited: str, said: Statement) -> Citation:
    """A citation from what its source says."""
    return Citation(
        citing,
        cited,
        said.source,
        said.line,
        said.origin,
        said.contexts,
        said.intents,
        said.influential,
        said.sections,
    )


def check_levels(nodes: Mapping[str, TaxonomyNode], name: str) -> None:
    """SourceUnreadable where a path is not one longer than that of the broader node; so no node is its own."""
    for node in nodes.values():
        above = nodes[node.parent].depth if node.parent is not None and node.parent in nodes else 0
        if node.depth != above + 1:
            raise foreign(name, f"the node {node.key[:100]!r} is at level {node.depth} under one at level {above}")


def network_to_subgraph(network: Network) -> Subgraph:
    """The subgraph of a network; SourceUnreadable where a record is not as exports have it."""
    sources: tuple[Source, ...] = parse(SOURCES, _attribute(network, network, "sources"), "sources", network.name)
    surveys = {each.id: _survey(network, each) for each in _of_kind(network, RecordKind.SURVEY)}
    papers = {each.id: _paper(network, each) for each in network.vertices.values() if _kind(each) in _WORKS}
    nodes = _nodes(network, surveys)
    if len(surveys) + len(papers) + len(nodes) < len(network.vertices):
        known = surveys.keys() | papers.keys() | nodes.keys()
        other = next(each for each in network.vertices.values() if each.id not in known)
        raise foreign(network.name, f"{other.place}: {_kind(other)[:100]!r} is no kind of record")
    placed, cited = _statements(network, papers, nodes)
    check_levels({node.key: node for node in nodes.values()}, network.name)
    return Subgraph(
        title=network.attributes.get("name", ""),
        papers=tuple(papers.values()),
        nodes=tuple(nodes.values()),
        surveys=tuple(surveys.values()),
        sources=sources,
        placements=tuple(placed[order] for order in sorted(placed)),
        citations=tuple(cited[order] for order in sorted(cited)),
    )


def _statements(
    network: Network, papers: Mapping[str, Paper], nodes: Mapping[str, TaxonomyNode]
) -> tuple[dict[int, Placement], dict[int, Citation]]:
    placed: dict[int, Placement] = {}
    cited: dict[int, Citation] = {}
    for edge in network.edges:
        relation = _attribute(network, edge, "relation")
        if relation == Relation.BROADER.value:
            continue
        paper = _record(network, papers, edge, edge.start)
        text = _attribute(network, edge, "statements")
        for said in parse(STATEMENTS, text, edge.place, network.name):
            if relation == Relation.PLACED_AT.value:
                node = _record(network, nodes, edge, edge.end)
                _put(network, placed, edge, said.order, placement_from(paper.key, node.key, said))
            elif relation == Relation.CITES.value:
                other = _record(network, papers, edge, edge.end)
                _put(network, cited, edge, said.order, citation_from(paper.key, other.key, said))
            else:
                raise foreign(network.name, f"{edge.place}: {relation[:100]!r} is no relation of it")
    return placed, cited


def _put(network: Network, found: dict[int, Edged], edge: Edge, order: int, record: Edged) -> None:
    if order in found:
        raise foreign(network.name, f"{edge.place}: there is another statement with the order {order}")
    found[order] = record


def _record(network: Network, records: Mapping[str, Record], edge: Edge, vertex: str) -> Record:
    if vertex not in records:
        raise foreign(network.name, f"{edge.place}: {vertex[:100]!r} is not what such an edge joins")
    return records[vertex]


def _survey(network: Network, vertex: Vertex) -> Survey:
    details = parse(SURVEY, _attribute(network, vertex, "details"), vertex.place, network.name)
    try:
        ids = parse_ids(details.ids)
    except ValueError as error:
        raise foreign(network.name, f"{vertex.place}: {error}") from error
    return Survey(_key(network, vertex), _attribute(network, vertex, "title"), details.source, ids)


def _paper(network: Network, vertex: Vertex) -> Paper:
    details = parse(PAPER, _attribute(network, vertex, "details"), vertex.place, network.name)
    _attribute(network, vertex, "title")
    try:
        return paper_from(vertex.attributes, _key(network, vertex), WorkKind(_kind(vertex)), details)
    except ValueError as error:
        raise foreign(network.name, f"{vertex.place}: {error}") from error


def _nodes(network: Network, surveys: Mapping[str, Survey]) -> dict[str, TaxonomyNode]:
    vertices = {vertex.id: vertex for vertex in _of_kind(network, RecordKind.NODE)}
    found: dict[str, TaxonomyNode] = {}
    above = {edge.start: edge for edge in network.edges if edge.attributes.get("relation") == Relation.BROADER.value}
    for vertex in vertices.values():
        if (edge := above.get(vertex.id)) is None or edge.end not in vertices.keys() | surveys.keys():
            raise foreign(network.name, f"{vertex.place}: the node {vertex.id[:100]!r} is under no node or survey")
        parent = _key(network, vertices[edge.end]) if edge.end in vertices else None
        found[vertex.id] = _node(network, vertex, parent, edge)
    return found


def _node(network: Network, vertex: Vertex, parent: str | None, above: Edge) -> TaxonomyNode:
    details = parse(NODE, _attribute(network, vertex, "details"), vertex.place, network.name)
    try:
        return TaxonomyNode(
            key=_key(network, vertex),
            survey=_attribute(network, vertex, "survey"),
            name=_attribute(network, vertex, "label"),
            parent=parent,
            path=details.path,
            position=int(_attribute(network, vertex, "position")),
            line=int(above.attributes["line"]) if "line" in above.attributes else None,
        )
    except ValueError as error:
        raise foreign(network.name, f"{vertex.place}: {error}") from error


def _of_kind(network: Network, kind: RecordKind) -> list[Vertex]:
    return [vertex for vertex in network.vertices.values() if _kind(vertex) == kind.value]


def _kind(vertex: Vertex) -> str:
    return vertex.attributes.get("kind", "")


def _key(network: Network, vertex: Vertex) -> str:
    prefix, colon, key = vertex.id.partition(":")
    if not colon or prefix not in {"paper", "node", "survey"}:
        raise foreign(network.name, f"{vertex.place}: {vertex.id[:100]!r} is not called “paper:…” or the like")
    return key


def _attribute(network: Network, record: Network | Vertex | Edge, attribute: str) -> str:
    if attribute not in record.attributes:
        place = "the graph" if isinstance(record, Network) else record.place
        raise foreign(network.name, f"{place} has no {attribute!r}")
    return record.attributes[attribute]
