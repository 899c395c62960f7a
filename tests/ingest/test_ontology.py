"""Taxonomies in RDF: every serialisation of one graph, SKOS and OWL, papers, and files that would fetch things."""

import builtins
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.editing import edit
from litatlas.graph.errors import ExtraMissing, LitAtlasError, NoPapersFound, SourceUnreadable
from litatlas.graph.library import Library
from litatlas.graph.models import Source, SourceKind, TaxonomyNode
from litatlas.ingest.ontology import parse_ontology, read_ontology
from litatlas.ingest.pipeline import apply_facts
from litatlas.ingest.rdf_files import RdfFormat, format_of
from litatlas.ingest.taxonomy_tree import DEEPEST, Concept, build_tree

rdflib = pytest.importorskip("rdflib")

SOURCE = Source("ontology:t", SourceKind.ONTOLOGY, "topics.ttl", "topics.ttl")

SKOS = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix : <http://example.org/t#> .
:scheme a skos:ConceptScheme ; dct:title "Topics"@en, "Themen"@de .
:ten a skos:Concept ; skos:prefLabel "Ten"@en, "Zehn"@de ; skos:notation "10" ; skos:topConceptOf :scheme .
:nine a skos:Concept ; skos:prefLabel "Nine" ; skos:notation "9" ; skos:inScheme :scheme ; skos:narrower :below .
:below skos:prefLabel "Darunter"@de, "Dessous"@fr ; skos:altLabel "Under"@en .
:several skos:prefLabel "Several"@en-GB ; skos:broader :nine, :ten, :below .
:circle1 skos:broader :circle2 .
:circle2 skos:broader :circle1 .
<https://doi.org/10.1000/X> dct:title "A Paper" ; dct:subject :several, :ten ; dct:date "2020-05-01" ;
  dct:creator ( "Bob Two" [ foaf:name "Ann One" ] ) ; dct:abstract "An abstract." .
<http://example.org/untitled> dct:subject :ten .
"""


def parse(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return parse_ontology(data, SOURCE, survey_key="t", **options)


def tree(facts):
    return [(node.path, node.parent) for node in facts.nodes]


def test_skos_in_turtle():
    facts = parse(SKOS)
    assert facts.survey.title == "Topics"
    assert tree(facts) == [
        (("Nine",), None),  # 9 before 10
        (("Nine", "Darunter"), "t/nine"),
        (("Ten",), None),
        (("Ten", "Several"), "t/ten"),  # Nine stands above Darunter; of the other two Ten has a notation
        (("circle1",), None),
        (("circle1", "circle2"), "t/circle1"),
    ]
    assert [node.line for node in facts.nodes] == [7, 8, 6, 9, 10, 11]
    found = {finding.code: (finding.line, finding.message) for finding in facts.findings}
    assert set(found) == {"several-broader", "circle-of-concepts", "relation-not-kept", "entry-without-title"}
    assert found["several-broader"] == (9, "'Several' stands under 3 concepts; besides the first: 'Darunter', 'Nine'")


def test_papers_about_concepts_are_placed():
    facts = parse(SKOS)
    (work,) = facts.works
    assert [str(each) for each in work.aliases] == ["doi:10.1000/x"]
    assert {claim.field: claim.value for claim in work.claims} == {
        "title": "A Paper",
        "year": "2020",
        "id:doi": "10.1000/x",
        "link:paper": "https://doi.org/10.1000/x DOI",
        "authors": "Bob Two; Ann One",
        "abstract": "An abstract.",
    }
    assert {each.node for each in facts.placements} == {"t/ten/several", "t/ten"}


@pytest.mark.parametrize("written", ["xml", "nt", "json-ld", "turtle", "pretty-xml"])
def test_every_serialisation_gives_the_same_tree(written):
    graph = rdflib.Graph().parse(data=SKOS, format="turtle")
    facts = parse(graph.serialize(format=written, encoding="utf-8"))
    top = [path for path, _ in tree(facts) if "circle" not in path[0]]
    assert top == [("Nine",), ("Nine", "Darunter"), ("Ten",), ("Ten", "Several")]
    assert len(facts.works) == 1
    assert len(facts.placements) == 2
    lines = graph.serialize(format=written, encoding="utf-8").decode().splitlines()
    for node in facts.nodes:
        assert node.line
        assert 0 < node.line <= len(lines)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("turtle", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("xml", RdfFormat.RDF_XML),
        ("json-ld", RdfFormat.JSON_LD),
    ],
)
def test_formats_are_told_by_the_text(written, expected):
    graph = rdflib.Graph().parse(data=SKOS, format="turtle")
    assert format_of(graph.serialize(format=written)) is expected


OWL = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY owl "http://www.w3.org/2002/07/owl#" > ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="&owl;"
  xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
  <owl:Ontology rdf:about="http://example.org/o"><rdfs:label>Methods</rdfs:label></owl:Ontology>
  <owl:Class rdf:about="http://example.org/o#Method">
    <rdfs:subClassOf rdf:resource="&owl;Thing"/>
  </owl:Class>
  <owl:Class rdf:about="http://example.org/o#Pruning"><rdfs:label xml:lang="en">pruning</rdfs:label>
    <rdfs:subClassOf rdf:resource="http://example.org/o#Method"/>
    <rdfs:subClassOf><owl:Restriction/></rdfs:subClassOf>
  </owl:Class>
</rdf:RDF>
"""


def test_owl_with_the_entities_that_editors_write():
    facts = parse(OWL)
    assert facts.survey.title == "Methods"
    assert tree(facts) == [(("Method",), None), (("Method", "pruning"), "t/method")]
    assert [node.line for node in facts.nodes] == [6, 9]
    assert [finding.code for finding in facts.findings] == ["class-without-name"]


def test_several_schemes_are_top_nodes():
    text = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <http://e.org/b> a skos:ConceptScheme ; skos:prefLabel "B" ; skos:hasTopConcept <http://e.org/x> .
    <http://e.org/a> a skos:ConceptScheme ; skos:prefLabel "A" .
    <http://e.org/y> skos:inScheme <http://e.org/a> ; skos:prefLabel "Y" .
    <http://e.org/x> a skos:Concept ; skos:prefLabel "X" ."""
    assert [path for path, _ in tree(parse(text, title="Both"))] == [("B",), ("B", "X"), ("A",), ("A", "Y")]


def test_of_two_broader_of_which_one_is_under_the_other_the_narrower_counts():
    text = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <http://e.org/a> skos:prefLabel "A" ; skos:narrower <http://e.org/z> .
    <http://e.org/z> skos:prefLabel "Z" .
    <http://e.org/x> skos:prefLabel "X" ; skos:broader <http://e.org/a>, <http://e.org/z> ."""
    assert [path for path, _ in tree(parse(text))] == [("A",), ("A", "Z"), ("A", "Z", "X")]


def test_a_taxonomy_without_papers_goes_into_a_library(tmp_path):
    (tmp_path / "methods.owl").write_text(OWL)
    for _ in range(2):
        with edit(tmp_path / "l") as draft:
            apply_facts(draft, read_ontology(tmp_path / "methods.owl", survey_key="t"))
    with Library(tmp_path / "l") as library:
        assert (library.counts.nodes, library.counts.papers) == (2, 0)
        assert [node.name for node in library.nodes] == ["Method", "pruning"]
        assert library.manifest.generation == 1


CONTEXT = '"http://www.w3.org/2004/02/skos/core#prefLabel": "A", "@id": "http://e.org/a"'


@pytest.mark.parametrize(
    "text",
    [
        f'{{"@context": "https://schema.org/", {CONTEXT}}}',
        f'[{{"@context": [{{}}, "file:///etc/hostname"], {CONTEXT}}}]',
        f'{{"@context": {{"@import": "https://example.org/c"}}, {CONTEXT}}}',
        f'{{"@context": {{"x": {{"@id": "http://e.org/x", "@context": "https://example.org/c"}}}}, {CONTEXT}}}',
    ],
)
def test_contexts_are_never_fetched(text, monkeypatch):
    opened = []
    monkeypatch.setattr("urllib.request.urlopen", lambda *args, **_: opened.append(args))
    with pytest.raises(SourceUnreadable, match="would have to be fetched"):
        parse(text)
    assert opened == []


def test_imports_are_not_followed():
    text = OWL.replace("<rdfs:label>Methods", '<owl:imports rdf:resource="https://example.org/x"/><rdfs:label>Methods')
    assert len(parse(text).nodes) == 2


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY x SYSTEM "file:///etc/hostname">',
        '<!ENTITY y "yy"><!ENTITY x "&y;&y;">',
        '<!ENTITY % x SYSTEM "http://example.org/x.dtd"> %x;',
        f'<!ENTITY x "{"x" * 100_000}">',
    ],
)
def test_entities_that_read_or_grow_are_refused(declared):
    text = OWL.replace("]>", f"{declared} ]>", 1).replace("pruning<", f"{'&x;' * 1_000}<")
    with pytest.raises(SourceUnreadable, match="declares"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", SourceUnreadable),
        ("@prefix : <http://e.org/> . :a :b :c .", NoPapersFound),
        ("@@@", SourceUnreadable),
        ("@prefix : <http://e.org/> . :a :b " + "[" * 3_000, SourceUnreadable),
        ('{"a":' * 3_000, SourceUnreadable),
        ("<rdf:RDF", SourceUnreadable),
        ('<http://a> <http://b> "c .\n', SourceUnreadable),
        (b"\x00", SourceUnreadable),
    ],
)
def test_what_is_no_taxonomy(text, error):
    with pytest.raises(error) as caught:
        parse(text)
    assert caught.value.advice


def test_without_rdflib_the_extra_is_named(monkeypatch):
    found = builtins.__import__

    def without(name, *args, **options):
        if name == "rdflib":
            raise ImportError(name)
        return found(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ExtraMissing) as caught:
        parse(SKOS)
    assert caught.value.advice == "pip install 'litatlas[rdf]'"


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from(SKOS.split(" ")), max_size=25).map(lambda words: " ".join(words).encode())
)
def test_any_bytes_are_facts_or_an_explained_error(data):
    with suppress(LitAtlasError):
        assert parse(data).nodes


# -- the tree ------------------------------------------------------------------------------------------------------

KEYS = st.sampled_from("abcdefgh")
CONCEPTS = st.lists(
    st.builds(Concept, KEYS, st.sampled_from(["X", "x!", "Y", ""]), st.none() | KEYS | st.just("absent")), max_size=10
)


@settings(max_examples=300, deadline=None)
@given(CONCEPTS)
def test_any_concepts_make_a_tree(concepts):
    built = build_tree(concepts, "s")
    assert set(built.node_of) == {concept.key for concept in concepts}
    assert len({node.key for node in built.nodes}) == len(built.nodes) == len(built.node_of)
    seen: dict[str, TaxonomyNode] = {}
    for position, node in enumerate(built.nodes):
        above = seen[node.parent].path if node.parent else ()
        assert node.position == position
        assert node.path[:-1] == above
        assert node.key.startswith(f"{node.parent or 's'}/")
        seen[node.key] = node
    parents = {concept.key: concept.parent for concept in reversed(concepts)}
    by_key = {node: key for key, node in built.node_of.items()}
    for node in built.nodes:  # nobody gets a parent that was not given
        assert node.parent is None or by_key[node.parent] == parents[by_key[node.key]]


def test_namesakes_are_told_apart_by_a_number():
    built = build_tree([Concept("1", "A"), Concept("2", "a"), Concept("3", "A!"), Concept("4", "A-2")], "s")
    assert [node.key for node in built.nodes] == ["s/a", "s/a-2", "s/a-3", "s/a-2-2"]


def test_what_is_too_deep_is_lifted():
    chain = [Concept(str(n), f"N{n}", str(n - 1) if n else None) for n in range(500)]
    built = build_tree(chain, "s")
    assert max(node.depth for node in built.nodes) == DEEPEST
    assert len(built.nodes) == 500
    assert {finding.code for finding in built.findings} == {"too-deep"}
    assert len(built.findings) == 500 - DEEPEST
