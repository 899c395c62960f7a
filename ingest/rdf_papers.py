"""Papers of an RDF graph that say which concepts they are about. Pure.

A resource counts as a paper where it has a title and a subject among the concepts: dcterms:subject, schema:about,
dc:subject, foaf:topic or fabio:hasSubjectTerm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DC, DCTERMS, FOAF, OWL, RDF, RDFS
from rdflib.term import Node

from litatlas.graph.identity import PaperId, paper_id_from_url
from litatlas.graph.models import Finding, Severity

from .concepts import SCHEMA, LineOf, label_of
from .entries import Entry
from .record_text import addresses_in, ordered_ids, tidy_names, tidy_title, venue_named, year_of
from .source_text import clean_text

BIBO = Namespace("http://purl.org/ontology/bibo/")
PRISM = Namespace("http://prismstandard.org/namespaces/basic/2.0/")
FABIO = Namespace("http://purl.org/spar/fabio/")

_SUBJECT = (DCTERMS.subject, DC.subject, FOAF.topic, FABIO.hasSubjectTerm, *(name.about for name in SCHEMA))
_TITLE = (DCTERMS.title, DC.title, *(name[part] for name in SCHEMA for part in ("headline", "name")), RDFS.label)
_DATE = (DCTERMS.issued, DCTERMS.date, DC.date, FABIO.hasPublicationYear, *(name.datePublished for name in SCHEMA))
_AUTHOR = (BIBO.authorList, DCTERMS.creator, DC.creator, FOAF.maker, *(name.author for name in SCHEMA))
_ABSTRACT = (DCTERMS.abstract, BIBO.abstract, *(name.abstract for name in SCHEMA))
_VENUE = (PRISM.publicationName, DCTERMS.isPartOf, *(name.isPartOf for name in SCHEMA))
_NAME = (FOAF.name, RDFS.label, *(name.name for name in SCHEMA))
_ID = (
    DCTERMS.identifier,
    DC.identifier,
    BIBO.doi,
    PRISM.doi,
    OWL.sameAs,
    FOAF.page,
    *(name[part] for name in SCHEMA for part in ("identifier", "sameAs", "url")),
)


def read_papers(graph: Graph, concepts: Collection[str], line_of: LineOf) -> Iterator[Entry | Finding]:
    """The papers, in the order of their lines and addresses; one without a title is a finding."""
    about: dict[Node, set[str]] = {}
    for predicate in _SUBJECT:
        for paper, concept in graph.subject_objects(predicate):
            if str(concept) in concepts and str(paper) not in concepts:
                about.setdefault(paper, set()).add(str(concept))
    for paper in sorted(about, key=lambda each: (line_of(str(each)) or 0, str(each))):
        title = tidy_title(_first(graph, paper, _TITLE))
        line = line_of(str(paper)) or 0
        if any(map(str.isalnum, title)):
            yield _entry(graph, paper, title, line, tuple(sorted(about[paper])))
        else:
            message = f"{str(paper)[:100]!r} has a subject and no title"
            yield Finding("entry-without-title", Severity.WARNING, line, message, "Left out.")


def _entry(graph: Graph, paper: Node, title: str, line: int, concepts: tuple[str, ...]) -> Entry:
    stated = [clean_text(str(value)) for predicate in _ID for value in _values(graph, paper, predicate)]
    address = str(paper) if isinstance(paper, URIRef) else ""
    urls = addresses_in(" ".join((*stated, address)))
    ids = (PaperId.parse(text) for text in (*stated, address))
    return Entry(
        line=line,
        title=title,
        authors=tidy_names(_authors(graph, paper)),
        year=year_of(_first(graph, paper, _DATE)),
        venue=venue_named(*(_name(graph, each) for predicate in _VENUE for each in graph.objects(paper, predicate))),
        ids=ordered_ids(ids),
        urls=tuple(url for url in urls if url == address or paper_id_from_url(url) or not address),
        abstract=clean_text(_first(graph, paper, _ABSTRACT)) or None,
        collections=concepts,
    )


def _values(graph: Graph, subject: Node, predicate: URIRef) -> Iterator[Node]:
    """Values, and those of a value that is a node of its own (schema:PropertyValue)."""
    for value in graph.objects(subject, predicate):
        if isinstance(value, BNode):
            yield from (each for name in SCHEMA for each in graph.objects(value, name.value))
        else:
            yield value


def _first(graph: Graph, subject: Node, predicates: tuple[URIRef, ...]) -> str:
    for predicate in predicates:
        found = sorted(str(each) for each in graph.objects(subject, predicate) if isinstance(each, Literal))
        if found:
            return found[0]
    return ""


def _authors(graph: Graph, paper: Node) -> Iterator[str]:
    """Names in the order of an RDF list where there is one, else of the alphabet: a graph has no order."""
    for predicate in _AUTHOR:
        for value in sorted(graph.objects(paper, predicate), key=str):
            if (value, RDF.first, None) in graph:
                yield from (_name(graph, each) for each in graph.items(value))
            else:
                yield _name(graph, value)


def _name(graph: Graph, value: Node) -> str:
    if isinstance(value, Literal):
        return str(value)
    return _first(graph, value, _NAME) or (label_of(graph, value) if isinstance(value, URIRef) else "")
