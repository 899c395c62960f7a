"""Node-link JSON as vertices and edges of a network that LitAtlas exported, each with its line. Pure.

Which attributes it has: `litatlas.graph.network.to_networkx`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.network import RecordKind, Relation

from .json_items import Item, read_items
from .source_text import clean_text

Model = TypeVar("Model", bound=BaseModel)

WORKS = frozenset({RecordKind.PAPER, RecordKind.SOFTWARE})


class Vertex(BaseModel):
    """Attributes of `to_networkx`; those that NetworkX itself adds are ``id``, ``source``, ``target`` and ``key``."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str
    kind: RecordKind
    label: str
    title: str = ""
    year: int | None = None
    venue: str | None = None
    authors: str = ""
    identifiers: str = ""
    url: str | None = None
    code: str = ""
    abstract: str | None = None
    note: str | None = None
    survey: str = ""
    position: int | None = None


class NetworkLink(BaseModel):
    """Attributes of an edge."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    source: str
    target: str
    relation: Relation
    provenance: str = ""
    origin: str | None = None


@dataclass(slots=True)
class Network:
    """The records of a file with their lines, by vertex."""

    vertices: dict[str, tuple[int, Vertex]] = field(default_factory=dict)
    broader: dict[str, str] = field(default_factory=dict)
    placed: list[tuple[int, NetworkLink]] = field(default_factory=list)
    cites: list[tuple[int, NetworkLink]] = field(default_factory=list)

    def of_kind(self, *kinds: RecordKind) -> Iterator[tuple[int, Vertex]]:
        """Lines and vertices of these kinds, in the order of the file."""
        return (each for each in self.vertices.values() if each[1].kind in kinds)


def read_network(text: str, name: str) -> Network:
    """Read the text of a node-link file; SourceUnreadable where it is another program's, or names what it lacks."""
    members = read_items(text, name)
    missing = [member for member in ("nodes", "edges") if member not in members]
    if missing:
        what = " and ".join(repr(member) for member in missing)
        raise foreign_network(name, f"it has no list called {what}")
    network = Network()
    for item in members["nodes"]:
        vertex = _read(Vertex, item, name, "a vertex")
        if vertex.kind in WORKS and not clean_text(vertex.title):
            raise foreign_network(name, f"the paper {vertex.id!r} in line {item.line} has no 'title'")
        network.vertices[vertex.id] = item.line, vertex
    for item in members["edges"]:
        _add_link(network, item.line, _read(NetworkLink, item, name, "an edge"), name)
    return network


def _read(model: type[Model], item: Item, name: str, what: str) -> Model:
    try:
        return model.model_validate(item.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "its form"
        raise foreign_network(name, f"{what} in line {item.line}: {place!r}: {first['msg']}") from error


def _add_link(network: Network, line: int, link: NetworkLink, name: str) -> None:
    kinds = []
    for end in (link.source, link.target):
        if end not in network.vertices:
            raise foreign_network(name, f"the edge in line {line} names {end!r}, which is no vertex of it")
        kinds.append(network.vertices[end][1].kind)
    expected = _ENDS[link.relation]
    if kinds[0] not in expected[0] or kinds[1] not in expected[1]:
        raise foreign_network(
            name, f"the edge in line {line} says {link.relation.value!r} of {kinds[0]} and {kinds[1]}"
        )
    if link.relation is Relation.BROADER:
        network.broader[link.source] = link.target
    elif link.relation is Relation.PLACED_AT:
        network.placed.append((line, link))
    else:
        network.cites.append((line, link))


_ENDS: Mapping[Relation, tuple[frozenset[RecordKind], frozenset[RecordKind]]] = {
    Relation.BROADER: (frozenset({RecordKind.NODE}), frozenset({RecordKind.NODE, RecordKind.SURVEY})),
    Relation.PLACED_AT: (WORKS, frozenset({RecordKind.NODE})),
    Relation.CITES: (WORKS, WORKS),
}


def foreign_network(name: str, why: str) -> SourceUnreadable:
    """The error for a file that is no export of LitAtlas."""
    advice = "What is read here is what `litatlas export --format node-link` writes; other networks have no taxonomy."
    return SourceUnreadable(f"{name} is no node-link export of LitAtlas: {why}.", advice)
