"""What the readable attributes of a record cannot say exactly, as JSON text in one attribute beside them.

``authors`` joined by ``; `` is good to read in Gephi, and no program can tell two authors from one with a semicolon.
So each vertex has ``details`` too, each edge ``statements`` (what every source says, in the order of the subgraph),
and the graph ``sources``; RDF has the same text as ``litatlas:details``. Fields at their defaults are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import networkx as nx
from pydantic import TypeAdapter

from litatlas.graph.attribution import attribution_text
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Citation, LinkKind, Paper, Placement, Source, Subgraph, Survey, TaxonomyNode
from litatlas.graph.network import Relation, node_vertex, paper_vertex, survey_vertex, to_networkx

from .written import portable

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class PaperDetails:
    """Of a paper: links as kind, label and address; ids as ``scheme:value``."""

    authors: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    links: tuple[tuple[LinkKind, str, str], ...] = ()
    withdrawn: str | None = None
    retracted: bool = False
    version: int | None = None
    citation_count: int | None = None


@dataclass(frozen=True, slots=True)
class SurveyDetails:
    """Of a survey: the key of its source, and ids as ``scheme:value``."""

    source: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeDetails:
    """Of a taxonomy node."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says about an edge.

    Attributes:
        order: which of the subgraph's placements, or of its citations, this is; counted from 0.
        position: of a placement alone; ``origin`` and what follows it are of a citation alone.
    """

    order: int
    source: str
    line: int | None = None
    position: int = 0
    origin: str | None = None
    contexts: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    influential: bool | None = None
    sections: tuple[str, ...] = ()


PAPER: TypeAdapter[PaperDetails] = TypeAdapter(PaperDetails)
SURVEY: TypeAdapter[SurveyDetails] = TypeAdapter(SurveyDetails)
NODE: TypeAdapter[NodeDetails] = TypeAdapter(NodeDetails)
SOURCE: TypeAdapter[Source] = TypeAdapter(Source)
SOURCES: TypeAdapter[tuple[Source, ...]] = TypeAdapter(tuple[Source, ...])
STATEMENT: TypeAdapter[Statement] = TypeAdapter(Statement)
STATEMENTS: TypeAdapter[tuple[Statement, ...]] = TypeAdapter(tuple[Statement, ...])


def as_json(adapter: TypeAdapter[Record], record: Record) -> str:
    """The record as JSON on one line; its text must hold nothing that UTF-8 cannot."""
    return adapter.dump_json(record, exclude_defaults=True).decode()


def paper_details(paper: Paper) -> str:
    """The JSON text of `PaperDetails`."""
    links = tuple((link.kind, link.label, link.url) for link in paper.links)
    details = PaperDetails(
        paper.authors,
        _id_texts(paper.ids),
        links,
        paper.withdrawn,
        paper.retracted,
        paper.version,
        paper.citation_count,
    )
    return as_json(PAPER, details)


def survey_details(survey: Survey) -> str:
    """The JSON text of `SurveyDetails`."""
    return as_json(SURVEY, SurveyDetails(survey.source, _id_texts(survey.ids)))


def node_details(node: TaxonomyNode) -> str:
    """The JSON text of `NodeDetails`."""
    return as_json(NODE, NodeDetails(node.path))


def statement_of(order: int, edge: Placement | Citation) -> Statement:
    """What the source of a placement or citation says."""
    if isinstance(edge, Placement):
        return Statement(order, edge.source, edge.line, edge.position)
    return Statement(
        order,
        edge.source,
        edge.line,
        origin=edge.origin,
        contexts=edge.contexts,
        intents=edge.intents,
        influential=edge.influential,
        sections=edge.sections,
    )


def parse_ids(texts: Iterable[str]) -> tuple[PaperId, ...]:
    """Ids from ``scheme:value``; ValueError where there is no such scheme."""
    pairs = (text.partition(":") for text in texts)
    return tuple(PaperId(IdScheme(scheme), value) for scheme, _, value in pairs)


def network_with_details(subgraph: Subgraph) -> nx.MultiDiGraph[str]:
    """`to_networkx` with abstracts where there are any, and with all details; the graph has its attribution too.

    Raises:
        ValueError: the subgraph is not closed.
    """
    whole = portable(subgraph)
    graph = to_networkx(whole, abstracts=True)
    graph.graph["sources"] = as_json(SOURCES, whole.sources)
    if text := attribution_text(whole):
        graph.graph["attribution"] = text
    vertices = {survey_vertex(each.key): survey_details(each) for each in whole.surveys}
    vertices |= {node_vertex(each.key): node_details(each) for each in whole.nodes}
    vertices |= {paper_vertex(each.key): paper_details(each) for each in whole.papers}
    nx.set_node_attributes(graph, vertices, "details")
    edges = {ends: as_json(STATEMENTS, tuple(said)) for ends, said in _statements(whole).items()}
    nx.set_edge_attributes(graph, edges, "statements")
    return graph


def _statements(subgraph: Subgraph) -> dict[tuple[str, str, str], list[Statement]]:
    found: dict[tuple[str, str, str], list[Statement]] = {}
    for order, placed in enumerate(subgraph.placements):
        ends = paper_vertex(placed.paper), node_vertex(placed.node), Relation.PLACED_AT.value
        found.setdefault(ends, []).append(statement_of(order, placed))
    for order, cites in enumerate(subgraph.citations):
        ends = paper_vertex(cites.citing), paper_vertex(cites.cited), Relation.CITES.value
        found.setdefault(ends, []).append(statement_of(order, cites))
    return found


def _id_texts(ids: Iterable[PaperId]) -> tuple[str, ...]:
    return tuple(map(str, ids))
