"""The graph as NetworkX sees it, whole or of a neighbourhood. Pure functions; nothing is read or written.

The network of a `Subgraph` holds every paper, taxonomy node and survey, joined by three relations:

    paper -- placed_at --> node          node -- broader --> node or survey          paper -- cites --> paper

Between two records there is at most one edge. What several sources say about it is joined in its ``provenance``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx

from .errors import InvalidFilter
from .models import Citation, Paper, Subgraph, Survey, TaxonomyNode

# Everything outside Char of XML 1.0, https://www.w3.org/TR/xml/#charsets: controls, lone surrogates, U+FFFE, U+FFFF.
_UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Relation(StrEnum):
    """What an edge says: the key of the edge, and its ``relation`` attribute."""

    PLACED_AT = "placed_at"
    BROADER = "broader"
    CITES = "cites"


class RecordKind(StrEnum):
    """What a vertex of the network stands for: its ``kind`` attribute. The first two are the kinds of papers."""

    PAPER = "paper"
    SOFTWARE = "software"
    NODE = "node"
    SURVEY = "survey"


def plain_text(text: str) -> str:
    """The text with each character that XML and UTF-8 files cannot hold replaced by U+FFFD, so that it is seen."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def paper_vertex(key: str) -> str:
    """The vertex of a paper."""
    return plain_text(f"paper:{key}")


def node_vertex(key: str) -> str:
    """The vertex of a taxonomy node."""
    return plain_text(f"node:{key}")


def survey_vertex(key: str) -> str:
    """The vertex of a survey."""
    return plain_text(f"survey:{key}")


def to_networkx(subgraph: Subgraph, *, abstracts: bool = False) -> nx.MultiDiGraph[str]:
    """The network of a subgraph, in its order: surveys, nodes, papers, then the edges.

    Attributes are plain `str` and `int`, each name of one type throughout, absent where nothing is known, and text
    has passed `plain_text`, so that every writer of NetworkX takes the graph. None is called ``id``, ``key``,
    ``source``, ``target`` or ``type``, names that file formats give a meaning of their own.

    * every vertex: ``kind`` (a `RecordKind`) and ``label``;
    * papers: ``title``, ``year``, ``venue``, ``authors``, ``identifiers``, ``url``, ``code``, ``note``, and
      ``abstract`` where ``abstracts`` is true; several authors, ids or links are separated by ``; ``;
    * nodes: ``survey``, ``path`` (names joined by `` > ``), ``depth`` (1 for a top branch), ``position``;
    * surveys: ``title``, ``identifiers``;
    * every edge: ``relation`` (also its key), ``provenance`` (each source's key and line, ``list#L12; file#L3``),
      ``first_source`` and ``line`` (of the first of them), and ``origin`` where a source names its own.

    Raises:
        ValueError: the subgraph is not closed: an edge names a record that is not in it.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=plain_text(subgraph.title))
    for survey in subgraph.surveys:
        graph.add_node(survey_vertex(survey.key), **_survey_attributes(survey))
    for node in subgraph.nodes:
        graph.add_node(node_vertex(node.key), **_node_attributes(node))
    for paper in subgraph.papers:
        graph.add_node(paper_vertex(paper.key), **_paper_attributes(paper, abstracts))
    for edge, evidence in _collect_edges(subgraph).items():
        _add_edge(graph, edge, evidence)
    return graph


def citation_graph(citations: Iterable[Citation]) -> nx.DiGraph[str]:
    """Who cites whom, over paper keys; an edge several sources know is one edge, and no paper cites itself."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((edge.citing, edge.cited) for edge in citations if edge.citing != edge.cited)
    return graph


@dataclass(frozen=True, slots=True)
class Reached:
    """A record found by an expansion, and how many steps it is from the nearest seed."""

    key: str
    hops: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around some seeds.

    Attributes:
        members: the seeds first, then ring after ring; within a ring the best connected to what came before first.
        left_out: the rest of the ring at which the limit was reached, in the order they would have come. Empty
            means that everything within the asked hops is a member.
    """

    members: tuple[Reached, ...]
    left_out: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing within the asked number of hops was left out."""
        return not self.left_out


def neighbours_within(graph: nx.DiGraph[str], seeds: Sequence[str], hops: int, limit: int) -> Neighbourhood:
    """Everything at most ``hops`` edges from a seed, along or against their direction, up to ``limit`` records.

    Breadth first and deterministic. Where a ring has to be cut, those with most edges to the ring before stay (ties
    by key), and no further ring is looked at. A seed without edges need not be in the graph: it is a member.

    Raises:
        InvalidFilter: ``hops`` is negative or ``limit`` is less than 1.
    """
    if hops < 0 or limit < 1:
        raise InvalidFilter(f"A neighbourhood of {hops} hops and {limit} papers cannot be drawn.", "Ask for more.")
    ring = list(dict.fromkeys(seeds))
    reached: dict[str, int] = {}
    for distance in range(hops + 1):
        room = limit - len(reached)
        reached |= dict.fromkeys(ring[:room], distance)
        if len(ring) > room:
            return _neighbourhood(reached, ring[room:])
        if distance < hops:
            ring = _next_ring(graph, ring, reached)
    return _neighbourhood(reached, [])


def _neighbourhood(reached: dict[str, int], left_out: list[str]) -> Neighbourhood:
    return Neighbourhood(tuple(Reached(key, distance) for key, distance in reached.items()), tuple(left_out))


def _next_ring(graph: nx.DiGraph[str], ring: list[str], reached: dict[str, int]) -> list[str]:
    ties: Counter[str] = Counter()
    for key in ring:
        if key in graph:
            ties.update(other for other in (*graph.successors(key), *graph.predecessors(key)) if other not in reached)
    return sorted(ties, key=lambda key: (-ties[key], key))


@dataclass(frozen=True, slots=True)
class _Evidence:
    source: str
    line: int | None
    origin: str | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}#L{self.line}"


@dataclass(frozen=True, slots=True)
class _Edge:
    start: str
    end: str
    relation: Relation


def _collect_edges(subgraph: Subgraph) -> dict[_Edge, list[_Evidence]]:
    found: dict[_Edge, list[_Evidence]] = {}
    sources = {survey.key: survey.source for survey in subgraph.surveys}
    for node in subgraph.nodes:
        broader = node_vertex(node.parent) if node.parent else survey_vertex(node.survey)
        edge = _Edge(node_vertex(node.key), broader, Relation.BROADER)
        found[edge] = [_Evidence(sources.get(node.survey, node.survey), node.line)]
    for placed in subgraph.placements:
        edge = _Edge(paper_vertex(placed.paper), node_vertex(placed.node), Relation.PLACED_AT)
        found.setdefault(edge, []).append(_Evidence(placed.source, placed.line))
    for cites in subgraph.citations:
        edge = _Edge(paper_vertex(cites.citing), paper_vertex(cites.cited), Relation.CITES)
        found.setdefault(edge, []).append(_Evidence(cites.source, cites.line, cites.origin))
    return found


def _add_edge(graph: nx.MultiDiGraph[str], edge: _Edge, evidence: list[_Evidence]) -> None:
    if missing := [end for end in (edge.start, edge.end) if end not in graph]:
        raise ValueError(f"The subgraph is not closed: {edge.start} {edge.relation} {edge.end}, without {missing[0]}.")
    attributes = _known(
        relation=edge.relation.value,
        provenance=_joined(str(each) for each in evidence),
        first_source=evidence[0].source,
        line=evidence[0].line,
        origin=_joined(each.origin for each in evidence if each.origin),
    )
    graph.add_edge(edge.start, edge.end, key=edge.relation.value, **attributes)


def _paper_attributes(paper: Paper, abstracts: bool) -> dict[str, str | int]:
    return _known(
        kind=RecordKind(paper.kind.value).value,
        label=paper.short_label,
        title=paper.title,
        year=paper.year,
        venue=paper.venue,
        authors=_joined(paper.authors),
        identifiers=_joined(str(paper_id) for paper_id in paper.ids),
        url=paper.url,
        code=_joined(paper.code_urls),
        note=paper.note,
        abstract=paper.abstract if abstracts else None,
    )


def _node_attributes(node: TaxonomyNode) -> dict[str, str | int]:
    return _known(
        kind=RecordKind.NODE.value,
        label=node.name,
        survey=node.survey,
        path=" > ".join(node.path),
        depth=node.depth,
        position=node.position,
    )


def _survey_attributes(survey: Survey) -> dict[str, str | int]:
    return _known(
        kind=RecordKind.SURVEY.value,
        label=survey.title,
        title=survey.title,
        identifiers=_joined(str(paper_id) for paper_id in survey.ids),
    )


def _joined(values: Iterable[str]) -> str | None:
    return "; ".join(dict.fromkeys(values)) or None


def _known(**attributes: str | int | None) -> dict[str, str | int]:
    texts = {name: plain_text(value) if isinstance(value, str) else value for name, value in attributes.items()}
    return {name: value for name, value in texts.items() if value is not None}
