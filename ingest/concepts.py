"""Concepts of an RDF graph as a hierarchy: SKOS, else the classes of OWL or RDFS. Pure.

SKOS: https://www.w3.org/TR/skos-reference/. A node has one broader node here. Of several, one that another of them
stands under is passed over, and of the rest the first by notation, line, label and address is taken; the others are
reported. Labels are taken in English, else without a language, else in the first language by its tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DC, DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from litatlas.graph.models import Finding, Severity

from .source_text import clean_text
from .taxonomy_tree import Concept

CSO = Namespace("http://cso.kmi.open.ac.uk/schema/cso#")
SCHEMA = (Namespace("https://schema.org/"), Namespace("http://schema.org/"))

_LABELS = (SKOS.prefLabel, RDFS.label, DCTERMS.title, DC.title, *(name.name for name in SCHEMA))
_DIGITS = re.compile(r"(\d+)")

LineOf = Callable[[str], int | None]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The concepts of a graph, in an order that does not depend on the file's.

    Attributes:
        title: of the one scheme or ontology, where there is one.
    """

    concepts: tuple[Concept, ...]
    title: str | None = None
    findings: tuple[Finding, ...] = ()


def read_hierarchy(graph: Graph, line_of: LineOf) -> Hierarchy:
    """The SKOS concepts of a graph, or its classes where it has none.

    With several concept schemes each is a top node of its own; one alone is the survey.
    """
    broader = _skos_broader(graph)
    if broader:
        schemes = _schemes(graph)
        broader = _below_schemes(graph, broader, schemes) if len(schemes) > 1 else broader
        title = label_of(graph, schemes[0]) if len(schemes) == 1 else None
    else:
        broader = _class_broader(graph)
        ontologies = [each for each in graph.subjects(RDF.type, OWL.Ontology) if _has_label(graph, each)]
        title = label_of(graph, ontologies[0]) if len(ontologies) == 1 else None
    order = {concept: _rank(graph, concept, line_of) for concept in broader}
    concepts, findings = [], list(_left_out(graph, broader))
    for concept in sorted(broader, key=lambda each: order[each]):
        above = sorted(broader[concept], key=lambda each: (_is_implied(each, broader[concept], broader), order[each]))
        line = line_of(concept)
        if len(above) > 1:
            findings.append(_several_broader(graph, concept, above, line))
        concepts.append(Concept(str(concept), label_of(graph, concept), str(above[0]) if above else None, line))
    return Hierarchy(tuple(concepts), title, tuple(findings))


def label_of(graph: Graph, resource: Node) -> str:
    """What a resource is called, else the last part of its address."""
    for predicate in _LABELS:
        found = [each for each in graph.objects(resource, predicate) if isinstance(each, Literal)]
        if found and (text := clean_text(str(min(found, key=_language_rank)))):
            return text
    return local_name(str(resource))


def local_name(address: str) -> str:
    """The part of an address after its last ``#``, ``/`` or ``:``."""
    parts = [part for part in re.split(r"[#/:]", address) if part]
    return clean_text(parts[-1]) if parts else address


def _language_rank(label: Literal) -> tuple[int, str, str]:
    language = (label.language or "").lower()
    rank = 0 if language == "en" else 1 if language.startswith("en-") else 2 if not language else 3
    return rank, language, str(label)


def _has_label(graph: Graph, resource: Node) -> bool:
    return any((resource, predicate, None) in graph for predicate in _LABELS)


_Broader = dict[URIRef, set[URIRef]]


def _skos_broader(graph: Graph) -> _Broader:
    """Each SKOS concept, and those broader than it."""
    found: _Broader = {}
    for kind in (SKOS.Concept, CSO.Topic):
        _add(found, ((each, None) for each in graph.subjects(RDF.type, kind)))
    _add(found, graph.subject_objects(SKOS.broader))
    for predicate in (SKOS.narrower, CSO.superTopicOf):
        _add(found, ((narrower, above) for above, narrower in graph.subject_objects(predicate)))
    for predicate in (SKOS.topConceptOf, SKOS.inScheme):
        _add(found, ((each, None) for each in graph.subjects(predicate)))
    _add(found, ((each, None) for each in graph.objects(None, SKOS.hasTopConcept)))
    schemes = set(_schemes(graph))
    return {concept: above - {concept} for concept, above in found.items() if concept not in schemes}


def _class_broader(graph: Graph) -> _Broader:
    """Each named class, and those it is a subclass of."""
    found: _Broader = {}
    for kind in (OWL.Class, RDFS.Class):
        _add(found, ((each, None) for each in graph.subjects(RDF.type, kind)))
    _add(found, graph.subject_objects(RDFS.subClassOf))
    root = {OWL.Thing, RDFS.Resource, OWL.Nothing}
    return {concept: above - root - {concept} for concept, above in found.items() if concept not in root}


def _add(found: _Broader, pairs: Iterable[tuple[Node, Node | None]]) -> None:
    for concept, above in pairs:
        if isinstance(concept, URIRef):
            found.setdefault(concept, set())
            if isinstance(above, URIRef):
                found.setdefault(above, set())
                found[concept].add(above)


def _schemes(graph: Graph) -> list[URIRef]:
    found = {*graph.subjects(RDF.type, SKOS.ConceptScheme), *graph.objects(None, SKOS.inScheme)}
    found |= {*graph.objects(None, SKOS.topConceptOf), *graph.subjects(SKOS.hasTopConcept)}
    return sorted(each for each in found if isinstance(each, URIRef))


def _below_schemes(graph: Graph, broader: _Broader, schemes: list[URIRef]) -> _Broader:
    """With each scheme above its concepts that have nothing else above them."""
    found: _Broader = {scheme: set() for scheme in schemes}
    for concept, above in broader.items():
        own = {*graph.objects(concept, SKOS.inScheme), *graph.objects(concept, SKOS.topConceptOf)}
        own |= set(graph.subjects(SKOS.hasTopConcept, concept))
        found[concept] = above or {each for each in own if isinstance(each, URIRef)}
    return found


def _rank(graph: Graph, concept: URIRef, line_of: LineOf) -> tuple[object, ...]:
    """Notation, with its numbers as numbers; then the line; then label and address."""
    notation = min((str(each) for each in graph.objects(concept, SKOS.notation)), default=None)
    parts = tuple(
        (0, int(part), "") if part.isdecimal() and len(part) < 19 else (1, 0, part)
        for part in _DIGITS.split(notation or "")
    )
    return (notation is None, parts), line_of(concept) or 0, label_of(graph, concept).casefold(), str(concept)


def _is_implied(concept: URIRef, among: set[URIRef], broader: _Broader) -> bool:
    """Whether another of them stands under it already."""
    return any(concept in broader[other] for other in among if other not in broader[concept])


def _several_broader(graph: Graph, concept: URIRef, above: list[URIRef], line: int | None) -> Finding:
    others = ", ".join(repr(label_of(graph, each)) for each in above[1:])
    message = f"{label_of(graph, concept)!r} stands under {len(above)} concepts; besides the first: {others}"
    decision = f"Placed under {label_of(graph, above[0])!r}, the first that none of them stands under."
    return Finding("several-broader", Severity.WARNING, line or 0, message, decision)


def _left_out(graph: Graph, concepts: Mapping[URIRef, object]) -> Iterator[Finding]:
    """What the graph says of its concepts that a tree of names cannot hold, counted by kind."""
    for predicate, what in _NOT_KEPT.items():
        count = sum(subject in concepts for subject in graph.subjects(predicate))
        if count:
            message = f"{count} {what} of concepts"
            yield Finding(
                "relation-not-kept", Severity.NOTE, 0, message, "Left out: a taxonomy holds names and places."
            )
    nameless = sum(not isinstance(each, URIRef) for each in graph.objects(None, RDFS.subClassOf))
    if nameless:
        message = f"{nameless} classes are described and not named (restrictions and the like)"
        yield Finding("class-without-name", Severity.NOTE, 0, message, "Left out.")


_NOT_KEPT = {
    SKOS.altLabel: "alternative labels",
    SKOS.definition: "definitions",
    SKOS.related: "related concepts",
    SKOS.exactMatch: "matches in other schemes",
    OWL.equivalentClass: "equivalent classes",
    OWL.disjointWith: "disjoint classes",
}
