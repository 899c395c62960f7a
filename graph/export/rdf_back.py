"""RDF that LitAtlas exported, back into the subgraph that it was made of. Needs the extra ``rdf``; fetches nothing.

What comes back is told by `as_written`. `rdf` writes the terms that are read here; `litatlas ingest taxonomy` reads the
same file, and RDF of others, for a library, where it is a source like any other.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from litatlas.graph.errors import ExportError, ExtraMissing
from litatlas.graph.models import Citation, Paper, Placement, Source, Subgraph, Survey, TaxonomyNode, WorkKind

from .details import NODE, PAPER, SOURCE, STATEMENT, SURVEY, parse_ids
from .network_back import check_levels, citation_from, foreign, paper_from, parse, placement_from
from .rdf import EXPORT, PREFIXES

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

Record = TypeVar("Record")

logging.getLogger("rdflib").addHandler(logging.NullHandler())  # it warns of odd addresses on standard error

_OURS = "urn:litatlas:"
_FIELDS = {
    "title": "dcterms:title",
    "year": "fabio:hasPublicationYear",
    "venue": "prism:publicationName",
    "note": "rdfs:comment",
    "abstract": "dcterms:abstract",
}


def read_rdf(data: bytes, rdf_format: str = "turtle", name: str = "the file") -> Subgraph:
    """Read what ``export(…, "turtle")`` or ``export(…, "json-ld")`` gave.

    Args:
        rdf_format: ``turtle`` or ``json-ld``.
        name: of the file, for errors.

    Raises:
        ExportError: the format is neither.
        ExtraMissing: rdflib is not installed.
        SourceUnreadable: it cannot be parsed, would make rdflib fetch something, or is no export of LitAtlas; the
            message has the line or the resource, and the cause.
    """
    if rdf_format not in {"turtle", "json-ld"}:
        raise ExportError(f"RDF is not read back as “{rdf_format}”.", "Choose turtle or json-ld.")
    triples = _Triples(_parse(data, rdf_format, name), name)
    nodes = triples.in_order("node", triples.node)
    placements, citations = triples.statements({node.key for node in nodes})
    check_levels({node.key: node for node in nodes}, name)
    return Subgraph(
        title=triples.text(EXPORT, "dcterms:title"),
        papers=triples.in_order("paper", triples.paper),
        nodes=nodes,
        surveys=triples.in_order("survey", triples.survey),
        sources=triples.in_order("source", triples.source),
        placements=placements,
        citations=citations,
    )


def _parse(data: bytes, rdf_format: str, name: str) -> Graph:
    try:
        from rdflib import Graph  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ExtraMissing("RDF is read with rdflib, which is not installed.", "pip install 'litatlas[rdf]'") from error
    if rdf_format == "json-ld":
        _refuse_other_contexts(data, name)
    try:
        return Graph(bind_namespaces="none").parse(data=data, format=rdf_format, publicID="urn:litatlas:file")
    except Exception as error:  # each of its parsers raises errors of its own, and of the libraries beneath
        line = getattr(error, "lines", None)
        cause = " ".join(str(getattr(error, "_why", error)).split())[:300]
        raise foreign(name, f"line {line + 1}: {cause}" if isinstance(line, int) else cause) from error


def _refuse_other_contexts(data: bytes, name: str) -> None:
    """A context may be an address, which rdflib would fetch, so the one of our exports stands alone at the top."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise foreign(name, f"it is not JSON: {error}") from error
    if not isinstance(document, dict) or document.pop("@context", None) != PREFIXES:
        raise foreign(name, "its '@context' is not the one that exports have")
    pending: list[Any] = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if value.keys() & {"@context", "@import"}:
                raise foreign(name, "there is a further '@context' in it")
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)


class _Triples:
    """The triples of a file, asked for by our keys and by names with prefixes; any lack is SourceUnreadable."""

    def __init__(self, graph: Graph, name: str) -> None:
        self._graph = graph
        self._name = name
        self._subjects = sorted({str(subject) for subject in graph.subjects()})

    def in_order(self, kind: str, read: Callable[[str], Record]) -> tuple[Record, ...]:
        """The records of a kind that have a number, by it; sources without one are named and not described."""
        resources = (each for each in self._subjects if each.startswith(f"{_OURS}{kind}:"))
        numbered = [(each, self._values(each, "litatlas:order")) for each in resources]
        if kind != "source":
            self._refuse_unless(all(number for _, number in numbered), f"{_OURS}{kind}:…", "has no litatlas:order")
        known = sorted((self._number(each, "litatlas:order"), each) for each, number in numbered if number)
        return tuple(read(resource) for _, resource in known)

    def survey(self, resource: str) -> Survey:
        details = parse(SURVEY, self.text(resource, "litatlas:details"), resource, self._name)
        ids = self._read(resource, parse_ids, details.ids)
        return Survey(_key(resource), self.text(resource, "dcterms:title"), details.source, ids)

    def node(self, resource: str) -> TaxonomyNode:
        above, line = self._values(resource, "skos:broader"), self._values(resource, "litatlas:line")
        return TaxonomyNode(
            key=_key(resource),
            survey=_key(self.text(resource, "skos:inScheme")),
            name=self.text(resource, "skos:prefLabel"),
            parent=_key(above[0]) if above else None,
            path=parse(NODE, self.text(resource, "litatlas:details"), resource, self._name).path,
            position=self._number(resource, "skos:notation"),
            line=self._number(resource, "litatlas:line") if line else None,
        )

    def paper(self, resource: str) -> Paper:
        details = parse(PAPER, self.text(resource, "litatlas:details"), resource, self._name)
        self.text(resource, "dcterms:title")
        found = {field: self._values(resource, term) for field, term in _FIELDS.items()}
        fields = {field: values[0] for field, values in found.items() if values}
        software = str(_term("fabio:ComputerProgram")) in self._values(resource, "rdf:type")
        kind = WorkKind.SOFTWARE if software else WorkKind.PAPER
        return self._read(resource, lambda known: paper_from(known, _key(resource), kind, details), fields)

    def source(self, resource: str) -> Source:
        return parse(SOURCE, self.text(resource, "litatlas:details"), resource, self._name)

    def statements(self, nodes: set[str]) -> tuple[tuple[Placement, ...], tuple[Citation, ...]]:
        """Placements and citations, each by its number."""
        papers = {_key(each) for each in self._subjects if each.startswith(f"{_OURS}paper:")}
        placed: dict[int, Placement] = {}
        cited: dict[int, Citation] = {}
        for resource in self._of_statements():
            paper, other = (_key(self.text(resource, end)) for end in ("rdf:subject", "rdf:object"))
            said = parse(STATEMENT, self.text(resource, "litatlas:details"), resource, self._name)
            places = self.text(resource, "rdf:predicate") == str(_term("dcterms:subject"))
            known = paper in papers and other in (nodes if places else papers)
            self._refuse_unless(known, resource, "joins what is not in the file")
            self._refuse_unless(said.order not in (placed if places else cited), resource, "has the number of another")
            if places:
                placed[said.order] = placement_from(paper, other, said)
            else:
                cited[said.order] = citation_from(paper, other, said)
        return tuple(placed[order] for order in sorted(placed)), tuple(cited[order] for order in sorted(cited))

    def text(self, resource: str, term: str) -> str:
        """The one value of a term."""
        values = self._values(resource, term)
        self._refuse_unless(len(values) == 1, resource, f"has {len(values)} values of {term}, not one")
        return values[0]

    def _of_statements(self) -> Iterator[str]:
        return (each for each in self._subjects if each.startswith(f"{_OURS}statement:"))

    def _values(self, resource: str, term: str) -> list[str]:
        from rdflib import URIRef  # noqa: PLC0415 - an extra, and there by now

        return [str(value) for value in self._graph.objects(URIRef(resource), _term(term))]

    def _number(self, resource: str, term: str) -> int:
        return self._read(resource, int, self.text(resource, term))

    def _read(self, resource: str, read: Callable[[Any], Record], value: Any) -> Record:
        try:
            return read(value)
        except ValueError as error:
            raise foreign(self._name, f"<{resource[:200]}>: {error}") from error

    def _refuse_unless(self, condition: bool, resource: str, what: str) -> None:
        if not condition:
            raise foreign(self._name, f"<{resource[:200]}> {what}")


def _key(resource: str) -> str:
    """The key of a resource of ours, after ``urn:litatlas:kind:``."""
    return unquote(resource.removeprefix(_OURS).partition(":")[2])


def _term(name: str) -> URIRef:
    from rdflib import URIRef  # noqa: PLC0415 - an extra, and there by now

    prefix, _, rest = name.partition(":")
    return URIRef(PREFIXES[prefix] + rest)
