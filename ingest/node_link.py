"""Node-link JSON that LitAtlas exported -> the facts of each survey in it, and the citations. Pure.

`litatlas.graph.export.network_files` writes it, `litatlas.graph.network.to_networkx` says which attributes it has. What
an export leaves out cannot come back: claims that were not shown, and which source said what; an edge keeps its
provenance as its origin.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from litatlas.graph.claims import AUTHOR_SEPARATOR
from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.identity import IdScheme, PaperId, title_key
from litatlas.graph.models import (
    Claim,
    Finding,
    Placement,
    Severity,
    Source,
    SourceKind,
    Survey,
    TaxonomyNode,
    WorkKind,
)
from litatlas.graph.network import RecordKind

from .citations import EdgeFile
from .entries import check_survey_key
from .facts import ListCounts, SurveyFacts, WorkRecord
from .network_file import WORKS, Network, NetworkLink, Vertex, foreign_network, read_network
from .records import EdgeRecord, Reference
from .source_text import clean_text, decode_text, read_source_bytes, refuse_empty

_JOINT = "; "  # between several authors, ids or links of one attribute


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """What a node-link file holds: the facts of each survey, in its order, and all citations."""

    surveys: tuple[SurveyFacts, ...]
    edges: EdgeFile


def read_node_link(path: Path) -> NetworkFile:
    """Read a file that ``litatlas export --format node-link`` wrote.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it is no node-link JSON, another program's, or names records that it does not hold.
    """
    return parse_node_link(read_source_bytes(path), path.name)


def parse_node_link(data: bytes, name: str) -> NetworkFile:
    """Read an export from its bytes.

    Args:
        name: of the file, for errors and as the sources' title and location.

    Raises:
        SourceUnreadable: as in `read_node_link`.
    """
    refuse_empty(data, name)
    network = read_network(decode_text(data, name).text, name)
    digest = hashlib.sha256(data).hexdigest()
    surveys = [vertex for _, vertex in network.of_kind(RecordKind.SURVEY)]
    if not surveys:
        advice = "Export a library, a node or a search with its taxonomy; papers alone are read as a bibliography."
        raise SourceUnreadable(f"{name} holds no survey, so there is nothing to place papers on", advice)
    nodes = _nodes(network, name)
    loose = _loose_papers(network)
    facts = [
        _facts(network, vertex, nodes, loose if number == 0 else [], _source(vertex, name, digest))
        for number, vertex in enumerate(surveys)
    ]
    source = Source(f"node-link:{name}", SourceKind.EDGE_FILE, name, name, digest=digest)
    names = _names(network)
    edges = tuple(_edge(names, line, link) for line, link in network.cites)
    return NetworkFile(tuple(facts), EdgeFile(source, edges))


# -- the network as facts ------------------------------------------------------------------------------------------


def _nodes(network: Network, name: str) -> dict[str, TaxonomyNode]:
    """Nodes by vertex, with their paths from the edges: a name may hold what paths are joined by."""
    found: dict[str, TaxonomyNode] = {}
    for vertex_id in _from_the_top(network, name):
        line, vertex = network.vertices[vertex_id]
        above = found.get(network.broader[vertex_id])
        survey = above.survey if above else _key(network.broader[vertex_id], RecordKind.SURVEY, name)
        key = _key(vertex_id, RecordKind.NODE, name)
        if vertex.position is None:
            raise foreign_network(name, f"the node {vertex_id!r} in line {line} has no 'position'")
        path = (*(above.path if above else ()), clean_text(vertex.label))
        parent = above.key if above else None
        found[vertex_id] = TaxonomyNode(key, survey, path[-1], parent, path, vertex.position, line)
    return found


def _from_the_top(network: Network, name: str) -> Iterator[str]:
    """The vertices of nodes, each after its broader one."""
    narrower: dict[str, list[str]] = {}
    for vertex_id, above in network.broader.items():
        narrower.setdefault(above, []).append(vertex_id)
    pending = [vertex.id for _, vertex in network.of_kind(RecordKind.SURVEY)]
    reached: set[str] = set()
    while pending:
        for vertex_id in narrower.get(pending.pop(), []):
            reached.add(vertex_id)
            pending.append(vertex_id)
            yield vertex_id
    for line, vertex in network.of_kind(RecordKind.NODE):
        if vertex.id not in reached:
            raise foreign_network(name, f"the node {vertex.id!r} in line {line} is under no survey")


def _loose_papers(network: Network) -> list[str]:
    """Papers without a place; they come with the first survey."""
    placed = {link.source for _, link in network.placed}
    return [vertex.id for _, vertex in network.of_kind(*WORKS) if vertex.id not in placed]


def _facts(
    network: Network, vertex: Vertex, nodes: Mapping[str, TaxonomyNode], loose: Sequence[str], source: Source
) -> SurveyFacts:
    key = source.key.removeprefix("node-link:")
    own = {vertex_id: node for vertex_id, node in nodes.items() if node.survey == key}
    placed = [(line, link) for line, link in network.placed if link.target in own]
    members = dict.fromkeys([*(link.source for _, link in placed), *loose])
    findings: list[Finding] = []
    works = tuple(_work(*network.vertices[each], source.key, findings) for each in members)
    placements = tuple(_placements(placed, own, source.key))
    survey = Survey(key, clean_text(vertex.title or vertex.label), source.key, _ids(vertex, findings, 0))
    in_order = sorted(own.values(), key=lambda node: node.position)
    kinds = Counter(work.kind for work in works)
    counts = ListCounts(
        titles=len(works),
        nodes=len(own),
        arxiv_ids=sum(each.scheme is IdScheme.ARXIV for work in works for each in work.aliases),
        papers=kinds[WorkKind.PAPER],
        software=kinds[WorkKind.SOFTWARE],
        placements=len(placements),
        findings=len(findings),
    )
    return SurveyFacts(survey, source, tuple(in_order), works, placements, tuple(findings), counts)


def _source(vertex: Vertex, name: str, digest: str) -> Source:
    key = _key(vertex.id, RecordKind.SURVEY, name)
    check_survey_key(key)
    return Source(f"node-link:{key}", SourceKind.BIBLIOGRAPHY, name, name, digest=digest)


def _placements(
    placed: Iterable[tuple[int, NetworkLink]], nodes: Mapping[str, TaxonomyNode], source: str
) -> Iterator[Placement]:
    positions: Counter[str] = Counter()
    for line, link in placed:
        node = nodes[link.target].key
        yield Placement(_work_key(link.source), node, source, line, positions[node])
        positions[node] += 1


def _work(line: int, vertex: Vertex, source: str, findings: list[Finding]) -> WorkRecord:
    ids = _ids(vertex, findings, line)
    kind = WorkKind(vertex.kind.value)
    key, title = _work_key(vertex.id), clean_text(vertex.title)
    fields = dict.fromkeys(_fields(vertex, title, kind, ids))
    claims = tuple(Claim(key, name, value, source, line) for name, value in fields)
    return WorkRecord(key, title, kind, ids, claims, (line,))


def _fields(vertex: Vertex, title: str, kind: WorkKind, ids: Sequence[PaperId]) -> Iterator[tuple[str, str]]:
    yield "title", title
    if kind is not WorkKind.PAPER:
        yield "kind", kind.value
    if vertex.year:
        yield "year", str(vertex.year)
    for name, text in (("venue", vertex.venue), ("abstract", vertex.abstract), ("note", vertex.note)):
        if value := clean_text(text or ""):
            yield name, value
    authors = [each for each in map(clean_text, vertex.authors.split(_JOINT)) if each]
    if authors:
        yield "authors", AUTHOR_SEPARATOR.join(authors)
    yield from ((f"id:{paper_id.scheme.value}", paper_id.value) for paper_id in ids)
    if vertex.url and not (ids and ids[0].url == vertex.url):  # else the address is made from the id again
        yield "link:paper", clean_text(vertex.url)
    yield from (("link:code", clean_text(each)) for each in vertex.code.split(_JOINT) if each.strip())


def _ids(vertex: Vertex, findings: list[Finding], line: int) -> tuple[PaperId, ...]:
    found = []
    for text in filter(None, vertex.identifiers.split(_JOINT)):
        if paper_id := PaperId.parse(text):
            found.append(paper_id)
        else:
            message = f"{text[:100]!r} is no id of a scheme that is known"
            findings.append(Finding("id-not-understood", Severity.WARNING, line, message, "Left out."))
    return tuple(dict.fromkeys(found))


def _edge(names: Mapping[str, Reference], line: int, link: NetworkLink) -> EdgeRecord:
    origin = clean_text(link.origin or link.provenance) or None
    return EdgeRecord(names[link.source], names[link.target], line, origin)


def _names(network: Network) -> Mapping[str, Reference]:
    """How edges name each paper: by an id, else by its title, or by its key where another has that title."""
    papers = [vertex for _, vertex in network.of_kind(*WORKS)]
    count = Counter(title_key(vertex.title) for vertex in papers)
    names: dict[str, Reference] = {}
    for vertex in papers:
        title = clean_text(vertex.title) if count[title_key(vertex.title)] == 1 else _work_key(vertex.id)
        names[vertex.id] = next(iter(_ids(vertex, [], 0)), title)
    return names


def _work_key(vertex_id: str) -> str:
    return vertex_id.partition(":")[2]


def _key(vertex_id: str, kind: RecordKind, name: str) -> str:
    prefix, _, key = vertex_id.partition(":")
    if prefix != kind.value or not key:
        raise foreign_network(name, f"the vertex {vertex_id!r} is not called '{kind.value}:…'")
    return key
