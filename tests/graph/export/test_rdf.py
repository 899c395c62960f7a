from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyshacl import validate
from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS

from litatlas.graph.export import export
from litatlas.graph.models import Paper, Placement, Source, SourceKind, Subgraph, Survey, TaxonomyNode
from litatlas.graph.network import plain_text
from litatlas.ingest.ontology import parse_ontology

from .hostile import subgraphs

SHAPES = files("litatlas.graph.export").joinpath("shapes.ttl").read_text(encoding="utf-8")
AUTHORS = URIRef("http://purl.org/ontology/bibo/authorList")
CITES = URIRef("http://purl.org/spar/cito/cites")
LORA, QLORA = URIRef("urn:litatlas:paper:lora-111111"), URIRef("urn:litatlas:paper:qlora-222222")


def _turtle(subgraph: Subgraph) -> Graph:
    return Graph().parse(data=export(subgraph, "turtle", include_abstracts=True).data, format="turtle")


def _json_ld(subgraph: Subgraph) -> Graph:
    return Graph().parse(data=export(subgraph, "json-ld", include_abstracts=True).data, format="json-ld")


@settings(max_examples=60, deadline=None)
@given(subgraphs())
def test_both_forms_say_the_same_and_hold_every_title(subgraph: Subgraph) -> None:
    turtle = _turtle(subgraph)
    assert isomorphic(turtle, _json_ld(subgraph))
    for paper in subgraph.papers:
        resource = URIRef(f"urn:litatlas:paper:{paper.key}")
        assert turtle.value(resource, DCTERMS.title) == Literal(plain_text(paper.title))
        written = turtle.value(resource, AUTHORS)
        authors = [str(name) for name in Collection(turtle, written)] if written else []
        assert authors == [plain_text(name) for name in paper.authors]


@settings(max_examples=15, deadline=None)
@given(subgraphs())
def test_every_export_fulfils_the_shapes(subgraph: Subgraph) -> None:
    conforms, _, report = validate(_turtle(subgraph), shacl_graph=SHAPES, shacl_graph_format="turtle")
    assert conforms, report


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        (LORA, DCTERMS.title),
        (URIRef("urn:litatlas:node:small%2Fmethods"), SKOS.prefLabel),
        (URIRef("urn:litatlas:node:small%2Fmethods"), SKOS.topConceptOf),
        (URIRef("urn:litatlas:statement:0"), PROV.wasDerivedFrom),
        (URIRef("urn:litatlas:survey:small"), RDF.type),
    ],
)
def test_the_shapes_miss_what_is_taken_away(small: Subgraph, subject: URIRef, predicate: URIRef) -> None:
    graph = _turtle(small)
    assert (subject, predicate, None) in graph
    graph.remove((subject, predicate, None))
    assert not validate(graph, shacl_graph=SHAPES, shacl_graph_format="turtle")[0]


def test_every_edge_says_who_claims_it_and_where(small: Subgraph) -> None:
    graph = _turtle(small)
    assert (QLORA, CITES, LORA) in graph
    query = """
        SELECT ?source ?line WHERE {
            ?statement rdf:subject ?citing ; rdf:predicate ?cites ; rdf:object ?cited ;
                prov:wasDerivedFrom ?from ; <urn:litatlas:vocabulary:line> ?line . ?from dcterms:title ?source }
        ORDER BY ?line"""
    namespaces = {"rdf": RDF, "prov": PROV, "dcterms": DCTERMS}
    found = graph.query(query, initNs=namespaces, initBindings={"citing": QLORA, "cites": CITES, "cited": LORA})
    assert [tuple(row) for row in found] == [  # type: ignore[arg-type]
        (Literal("Edges"), Literal(1)),
        (Literal("More edges"), Literal(40)),
    ]


names = st.lists(st.sampled_from("Sparse Dense Fast Slow Large Tiny Deep Flat".split()), min_size=1, max_size=3)


@st.composite
def surveys(draw: st.DrawFn) -> Subgraph:
    """A survey of a few nodes whose siblings differ in name, and papers with places in it."""
    nodes: list[TaxonomyNode] = []
    for number in range(draw(st.integers(1, 6))):
        above = draw(st.none() | st.sampled_from(nodes)) if nodes else None
        name = f"{' '.join(draw(names))} {number}"
        path = (*above.path, name) if above else (name,)
        nodes.append(TaxonomyNode(f"s/{number}", "s", name, above.key if above else None, path, number))
    papers = tuple(
        Paper(
            f"p{number}", f"{' '.join(draw(names))} Networks {number}", year=draw(st.none() | st.integers(1990, 2030))
        )
        for number in range(draw(st.integers(1, 4)))
    )
    placements = tuple(
        Placement(paper.key, node.key, "list")
        for paper in papers
        for node in draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=3, unique=True))
    )
    return Subgraph("S", papers, tuple(nodes), (Survey("s", "A survey", "list"),), (), placements)


@pytest.mark.parametrize("name", ["turtle", "json-ld"])
@settings(max_examples=40, deadline=None)
@given(subgraph=surveys())
def test_reading_it_back_gives_the_same_taxonomy_and_placements(name: str, subgraph: Subgraph) -> None:
    source = Source("ontology:s", SourceKind.ONTOLOGY, "S", "s.ttl")
    facts = parse_ontology(export(subgraph, name).data, source, survey_key="s")
    assert facts.survey.title == "A survey"
    assert {node.path for node in facts.nodes} == {node.path for node in subgraph.nodes}
    paths = {node.key: node.path for node in facts.nodes}
    written = {node.key: node.path for node in subgraph.nodes}
    titles = {paper.key: paper.title for paper in subgraph.papers}
    found = {work.key: work.title for work in facts.works}
    assert {(found[placed.paper], paths[placed.node]) for placed in facts.placements} == {
        (titles[placed.paper], written[placed.node]) for placed in subgraph.placements
    }
