"""The graph as RDF, in Turtle and in JSON-LD: both say the same, and both need nothing but this module to be written.

* Taxonomies are SKOS: a concept scheme per survey, a concept per node (https://www.w3.org/TR/skos-reference/).
* Papers are FaBiO and Dublin Core: title, year, ids, dc:creator per author and bibo:authorList in their order
  (https://sparontologies.github.io/fabio/current/fabio.html). dcterms:subject is a placement.
* Citations are CiTO (https://sparontologies.github.io/cito/current/cito.html).
* Every placement and citation is told once more per source, as a statement that was derived from it: PROV-O
  (https://www.w3.org/TR/prov-o/), with the line. Sources have their address, revision, date, licence and, as
  schema:creditText, the words that name them (https://schema.org/creditText).
* What triples cannot say exactly, such as the order of ids, is ``litatlas:details``, JSON text; the order of records is
  ``litatlas:order``. `rdf_back` reads both.

Resources are ``urn:litatlas:`` with ``paper:``, ``node:``, ``survey:``, ``source:`` or ``statement:`` and the key,
percent-encoded; ``urn:litatlas:export`` is the whole (a void:Dataset, https://www.w3.org/TR/void/). shapes.ttl beside
this module has the SHACL shapes that every export fulfils.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litatlas.graph.attribution import Credit, attribution_text, credits_of
from litatlas.graph.identity import IdScheme
from litatlas.graph.models import Citation, LinkKind, Paper, Placement, Subgraph, Survey, TaxonomyNode
from litatlas.graph.network import plain_text

from .details import SOURCE, STATEMENT, as_json, node_details, paper_details, statement_of, survey_details
from .publication import Form, first_id, published_as
from .written import portable

PREFIXES = {
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "litatlas": "urn:litatlas:vocabulary:",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
}

_TYPES = {
    Form.ARTICLE: "fabio:JournalArticle",
    Form.MEETING: "fabio:ConferencePaper",
    Form.PREPRINT: "fabio:Preprint",
    Form.SOFTWARE: "fabio:ComputerProgram",
    Form.OTHER: "fabio:Expression",
}
EXPORT = "urn:litatlas:export"
"""The resource that stands for the whole of an export."""

_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_ADDRESS_CHARACTERS = "-._~:/?#@!$&'()*+,;=%"  # RFC 3986, brackets aside, which only an IPv6 host may hold


@dataclass(frozen=True, slots=True)
class _Iri:
    """A resource: one of ours, of the web, or a term with its prefix."""

    text: str


@dataclass(frozen=True, slots=True)
class _List:
    """An ordered list of texts."""

    items: tuple[str, ...]


_Value = _Iri | _List | str | int
_Resource = tuple[str, list[tuple[str, _Value]]]  # its IRI, and what is said of it


def build_turtle(subgraph: Subgraph) -> bytes:
    """Turtle 1.1, UTF-8 (https://www.w3.org/TR/turtle/): the whole, surveys, nodes, papers, sources, statements."""
    lines = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    for iri, said in _resources(subgraph):
        body = " ;\n    ".join(f"{predicate} {_in_turtle(value)}" for predicate, value in said)
        lines.append(f"\n<{iri}> {body} .")
    return ("\n".join(lines) + "\n").encode()


def build_json_ld(subgraph: Subgraph) -> bytes:
    """JSON-LD 1.1 with its context inside, UTF-8 (https://www.w3.org/TR/json-ld11/), so that nothing is fetched."""
    data = {"@context": PREFIXES, "@graph": [_in_json(iri, said) for iri, said in _resources(subgraph)]}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _in_turtle(value: _Value) -> str:
    match value:
        case _Iri(text):
            return text if text.partition(":")[0] in PREFIXES else f"<{text}>"
        case _List(items):
            return f"( {' '.join(map(_quoted, items))} )"
        case int():
            return str(value)
        case str():
            return _quoted(value)


def _quoted(text: str) -> str:
    return json.dumps(plain_text(text), ensure_ascii=False).replace("\x7f", "\\u007F")  # JSON's escapes are Turtle's


def _in_json(iri: str, said: Iterable[tuple[str, _Value]]) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": iri}
    for predicate, value in said:
        if predicate == "a":
            found.setdefault("@type", []).append(value.text if isinstance(value, _Iri) else value)
        else:
            found.setdefault(predicate, []).append(_json_value(value))
    return found


def _json_value(value: _Value) -> Any:
    match value:
        case _Iri(text):
            return {"@id": text}
        case _List(items):
            return {"@list": [plain_text(item) for item in items]}
        case int():
            return {"@value": str(value), "@type": "http://www.w3.org/2001/XMLSchema#integer"}
        case str():
            return plain_text(value)


def _resources(subgraph: Subgraph) -> Iterator[_Resource]:
    whole = portable(subgraph)
    yield _export(whole)
    yield from _in_order(map(_survey, whole.surveys))
    yield from _in_order(map(_concept, whole.nodes))
    yield from _in_order(_papers(whole))
    yield from _in_order(map(_source, credits_of(whole)))
    yield from map(_named_source, _undescribed(whole))
    for order, placed in enumerate(whole.placements):
        yield _iri("statement", str(order)), _statement(order, placed)
    for order, cites in enumerate(whole.citations):
        yield _iri("statement", str(len(whole.placements) + order)), _statement(order, cites)


def _in_order(resources: Iterable[_Resource]) -> Iterator[_Resource]:
    """The resources with their numbers: a graph of triples has no order."""
    for order, (iri, said) in enumerate(resources):
        yield iri, [*said, ("litatlas:order", order)]


def _export(subgraph: Subgraph) -> _Resource:
    said: list[tuple[str, _Value]] = [("a", _Iri("void:Dataset")), ("dcterms:title", subgraph.title)]
    if text := attribution_text(subgraph):
        said.append(("schema:creditText", text))
    return EXPORT, [*said, *(("dcterms:source", _ours("source", each.key)) for each in subgraph.sources)]


def _papers(subgraph: Subgraph) -> Iterator[_Resource]:
    placed: dict[str, dict[str, None]] = {}
    for placement in subgraph.placements:
        placed.setdefault(placement.paper, {})[placement.node] = None
    cited: dict[str, dict[str, None]] = {}
    for citation in subgraph.citations:
        cited.setdefault(citation.citing, {})[citation.cited] = None
    for paper in subgraph.papers:
        yield (
            _iri("paper", paper.key),
            [
                *_paper(paper),
                *(("dcterms:subject", _ours("node", node)) for node in placed.get(paper.key, ())),
                *(("cito:cites", _ours("paper", other)) for other in cited.get(paper.key, ())),
            ],
        )


def _iri(kind: str, key: str) -> str:
    return f"urn:litatlas:{kind}:{quote(plain_text(key), safe='')}"


def _ours(kind: str, key: str) -> _Iri:
    return _Iri(_iri(kind, key))


def _survey(survey: Survey) -> _Resource:
    return _iri("survey", survey.key), [
        ("a", _Iri("skos:ConceptScheme")),
        ("dcterms:title", survey.title),
        *(("dcterms:identifier", str(each)) for each in survey.ids),
        ("prov:wasDerivedFrom", _ours("source", survey.source)),
        ("litatlas:details", survey_details(survey)),
    ]


def _concept(node: TaxonomyNode) -> _Resource:
    scheme = _ours("survey", node.survey)
    above = ("skos:broader", _ours("node", node.parent)) if node.parent else ("skos:topConceptOf", scheme)
    return _iri("node", node.key), [
        ("a", _Iri("skos:Concept")),
        ("skos:prefLabel", node.name),
        ("skos:notation", str(node.position)),
        ("skos:inScheme", scheme),
        above,
        *([("litatlas:line", node.line)] if node.line is not None else []),
        ("litatlas:details", node_details(node)),
    ]


def _paper(paper: Paper) -> Iterator[tuple[str, _Value]]:
    form, _ = published_as(paper)
    yield "a", _Iri(_TYPES[form])
    yield "dcterms:title", paper.title
    if paper.authors:
        yield from (("dc:creator", name) for name in dict.fromkeys(paper.authors))
        yield "bibo:authorList", _List(paper.authors)
    if paper.year is not None:
        yield "fabio:hasPublicationYear", str(paper.year)
    if paper.venue is not None:
        yield "prism:publicationName", paper.venue
    yield from (("dcterms:identifier", str(each)) for each in paper.ids)
    if doi := first_id(paper, IdScheme.DOI):
        yield "prism:doi", doi
    for link in paper.links:
        predicate = {LinkKind.PAPER: "foaf:page", LinkKind.CODE: "schema:codeRepository"}.get(link.kind, "rdfs:seeAlso")
        yield predicate, _address(link.url)
    if paper.note is not None:
        yield "rdfs:comment", paper.note
    if paper.abstract is not None:
        yield "dcterms:abstract", paper.abstract
    yield "litatlas:details", paper_details(paper)


def _address(url: str) -> _Value:
    """A resource of the web, or the text where it is no address: a relative one would mean something else elsewhere."""
    written = quote(plain_text(url.strip()), safe=_ADDRESS_CHARACTERS)
    return _Iri(written) if _ADDRESS.fullmatch(written) else url


def _undescribed(subgraph: Subgraph) -> Iterator[str]:
    """The keys of sources that records name and the subgraph does not describe."""
    named = [survey.source for survey in subgraph.surveys]
    named += [placement.source for placement in subgraph.placements]
    named += [citation.source for citation in subgraph.citations]
    known = {source.key for source in subgraph.sources}
    return (key for key in dict.fromkeys(named) if key not in known)


def _named_source(key: str) -> _Resource:
    return _iri("source", key), [("a", _Iri("prov:Entity")), ("dcterms:title", key)]


def _source(credit: Credit) -> _Resource:
    source = credit.source
    further = (
        ("dcterms:hasVersion", source.revision),
        ("dcterms:date", source.date),
        ("dcterms:rights", source.licence),
    )
    return _iri("source", source.key), [
        ("a", _Iri("prov:Entity")),
        ("dcterms:title", source.title),
        ("dcterms:type", source.kind.value),
        ("dcterms:source", _address(source.location)),
        *((name, value) for name, value in further if value),
        *([("dcterms:license", _Iri(credit.licence_url))] if credit.licence_url else []),
        ("schema:creditText", credit.words),
        ("litatlas:details", as_json(SOURCE, source)),
    ]


def _statement(order: int, edge: Placement | Citation) -> list[tuple[str, _Value]]:
    subject, predicate, value = (
        (edge.paper, "dcterms:subject", _ours("node", edge.node))
        if isinstance(edge, Placement)
        else (edge.citing, "cito:cites", _ours("paper", edge.cited))
    )
    return [
        ("a", _Iri("rdf:Statement")),
        ("a", _Iri("prov:Entity")),
        ("rdf:subject", _ours("paper", subject)),
        ("rdf:predicate", _Iri(predicate)),
        ("rdf:object", value),
        ("prov:wasDerivedFrom", _ours("source", edge.source)),
        *([("litatlas:line", edge.line)] if edge.line is not None else []),
        *([("litatlas:origin", edge.origin)] if isinstance(edge, Citation) and edge.origin else []),
        ("litatlas:details", as_json(STATEMENT, statement_of(order, edge))),
    ]
