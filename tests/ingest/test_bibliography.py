"""Bibliographies as surveys: formats told apart, collections as nodes, and what stands where."""

import json
from contextlib import suppress
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.editing import edit
from litatlas.graph.errors import InvalidFilter, LitAtlasError, NoPapersFound, SourceMissing, SourceUnreadable
from litatlas.graph.export import export
from litatlas.graph.library import Library
from litatlas.graph.models import Source, SourceKind
from litatlas.graph.storage import read_manifest
from litatlas.ingest.bibliography import GroupBy, parse_bibliography, read_bibliography
from litatlas.ingest.pipeline import apply_facts
from litatlas.ingest.record_text import given_first

from ..graph import example

SOURCE = Source("bibliography:b", SourceKind.BIBLIOGRAPHY, "b", "b")

ZOTERO_RDF = """\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/">
  <bib:Article rdf:about="https://arxiv.org/abs/2306.00978">
    <z:itemType>journalArticle</z:itemType>
    <dcterms:isPartOf rdf:resource="urn:issn:1"/>
    <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>One</foaf:surname><foaf:givenName>Ann</foaf:givenName>
    </foaf:Person></rdf:li></rdf:Seq></bib:authors>
    <dc:subject>caches</dc:subject>
    <dc:subject><z:AutomaticTag><rdf:value>auto</rdf:value></z:AutomaticTag></dc:subject>
    <dc:title>Of &lt;i&gt;Caches&lt;/i&gt;</dc:title>
    <dcterms:abstract>An abstract.</dcterms:abstract>
    <dc:date>2023-05-01</dc:date>
  </bib:Article>
  <rdf:Description rdf:about="#item_2">
    <z:itemType>conferencePaper</z:itemType>
    <dcterms:isPartOf><bib:Journal><dc:title>Proc. of Two</dc:title>
      <dc:identifier>DOI 10.1000/TWO</dc:identifier></bib:Journal></dcterms:isPartOf>
    <dc:title>Two</dc:title>
    <dc:identifier><dcterms:URI><rdf:value>https://example.org/two</rdf:value></dcterms:URI></dc:identifier>
  </rdf:Description>
  <bib:Article rdf:about="#item_3"><z:itemType>journalArticle</z:itemType>
    <dcterms:isPartOf rdf:resource="urn:issn:1"/><dc:title>Three</dc:title></bib:Article>
  <bib:Journal rdf:about="urn:issn:1"><dc:title>A Journal</dc:title><dc:identifier>DOI 10.1000/one</dc:identifier>
  </bib:Journal>
  <z:Attachment rdf:about="#item_9"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>
  <z:Collection rdf:about="#collection_1"><dc:title>Top</dc:title>
    <dcterms:hasPart rdf:resource="#collection_2"/><dcterms:hasPart rdf:resource="#item_2"/></z:Collection>
  <z:Collection rdf:about="#collection_2"><dc:title>Deep</dc:title>
    <dcterms:hasPart rdf:resource="https://arxiv.org/abs/2306.00978"/>
    <dcterms:hasPart rdf:resource="#item_2"/><dcterms:hasPart rdf:resource="#item_9"/></z:Collection>
</rdf:RDF>
"""

_CREATORS = [{"firstName": "Ann", "lastName": "One", "creatorType": "author"}, {"name": "E", "creatorType": "editor"}]
CACHES = {
    "itemID": 7,
    "key": "AAAA",
    "itemType": "preprint",
    "title": "Of Caches",
    "creators": _CREATORS,
    "date": "2023-05-01",
    "archiveID": "arXiv:2306.00978",
    "repository": "arXiv",
    "tags": [{"tag": "caches"}, "plain"],
    "extra": "Citation Key: x\nDOI: 10.1000/one",
}
BETTER_BIBTEX = {
    "config": {"label": "BetterBibTeX JSON"},
    "collections": {
        "C1": {"key": "C1", "name": "Top", "parent": False, "collections": ["C2"], "items": []},
        "C2": {"key": "C2", "name": "Deep", "parent": "C1", "collections": [], "items": [7]},
    },
    "items": [
        CACHES,
        {"itemID": 8, "itemType": "note", "note": "x"},
        {"itemID": 9, "itemType": "book", "title": "Two"},
    ],
}
API = [
    {"key": "C1", "data": {"key": "C1", "name": "Top", "parentCollection": False}},
    {"key": "C2", "data": {"key": "C2", "name": "Deep", "parentCollection": "C1"}},
    {"key": "AAAA", "data": {**CACHES, "collections": ["C2"]}},
    {"key": "BBBB", "data": {"key": "BBBB", "itemType": "book", "title": "Two", "collections": []}},
    {"key": "DDDD", "data": {"key": "DDDD", "itemType": "attachment", "title": "PDF"}},
]


def parse(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return parse_bibliography(data, SOURCE, survey_key="b", title="My reading", **options)


def places(facts):
    """Titles with the paths of the nodes they stand at."""
    paths = {node.key: " > ".join(node.path) for node in facts.nodes}
    titles = {work.key: work.title for work in facts.works}
    return {(titles[placement.paper], paths[placement.node]) for placement in facts.placements}


def values(facts, title):
    (work,) = (work for work in facts.works if work.title == title)
    return {claim.field: claim.value for claim in work.claims}


def test_zotero_rdf():
    facts = parse(ZOTERO_RDF)
    assert [(node.key, node.parent) for node in facts.nodes] == [("b/top", None), ("b/top/deep", "b/top")]
    assert places(facts) == {("Of Caches", "Top > Deep"), ("Two", "Top"), ("Two", "Top > Deep")}
    assert [work.title for work in facts.works] == ["Of Caches", "Two", "Three"]
    assert values(facts, "Of Caches") == {
        "title": "Of Caches",
        "venue": "A Journal",
        "year": "2023",
        "id:arxiv": "2306.00978",
        "link:paper": "https://arxiv.org/abs/2306.00978 arXiv",
        "authors": "Ann One",
        "abstract": "An abstract.",
        "keyword": "auto",
    }
    # The journal that two articles share has one DOI, and nothing says which of them it belongs to.
    assert values(facts, "Two")["id:doi"] == "10.1000/two"
    assert "id:doi" not in values(facts, "Three")
    assert {finding.code for finding in facts.findings} == {
        "in-no-collection",
        "not-a-work",
        "part-not-found",
        "doi-of-whom",
    }
    assert [work.lines for work in facts.works] == [(4,), (15,), (22,)]


@pytest.mark.parametrize("document", [BETTER_BIBTEX, API, {"items": API[2:], "collections": API[:2]}])
@pytest.mark.parametrize("indent", [None, 2])
def test_zotero_json(document, indent):
    facts = parse(json.dumps(document, indent=indent))
    assert [node.path for node in facts.nodes] == [("Top",), ("Top", "Deep")]
    assert places(facts) == {("Of Caches", "Top > Deep")}
    found = values(facts, "Of Caches")
    assert (found["authors"], found["year"], found["venue"]) == ("Ann One", "2023", "arXiv")
    assert (found["id:arxiv"], found["id:doi"]) == ("2306.00978", "10.1000/one")
    assert {finding.code for finding in facts.findings} == {"in-no-collection", "not-a-work"}
    if indent:
        line = json.dumps(document, indent=indent).splitlines()[facts.works[0].lines[0] - 1]
        assert line.strip() == "{"


def test_items_without_their_collections_are_grouped_by_key():
    facts = parse(json.dumps(API[2:]))
    assert places(facts) == {("Of Caches", "C2")}
    assert "collection-without-name" in {finding.code for finding in facts.findings}


def test_zotero_csv():
    text = (
        '\ufeff"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Manual Tags"\n'
        '"A","journalArticle","2020","One, Ann; Two, B.","A title\nof two lines","Nature","10.1000/X","","x; y"\n'
        '"B","attachment","","","PDF","","","",""\n'
        '"C","computerProgram","","","Tool","","","https://github.com/a/b",""\n'
    )
    facts = parse(text)
    assert values(facts, "A title of two lines")["authors"] == "Ann One; B. Two"
    assert values(facts, "Tool")["kind"] == "software"
    assert "link:code" in values(facts, "Tool")
    assert [work.lines for work in facts.works] == [(2,), (5,)]
    assert places(parse(text, group_by=GroupBy.KEYWORD)) == {
        ("A title of two lines", "x"),
        ("A title of two lines", "y"),
    }


CSL = """[
{"id": 1, "type": "article-journal", "title": "One", "issued": {"date-parts": [["2020", 3]]}, "DOI": "10.1000/one",
 "author": [{"family": "Berg", "given": "A.", "non-dropping-particle": "van den"}, {"literal": "A Group"}],
 "container-title": "NIPS", "keyword": "x, A > B", "collection": "Shelf"},
{"id": "two", "type": "software", "title": "Two", "issued": {"raw": "May 2019"}, "URL": "https://example.org/two",
 "author": "Somebody", "number": "arXiv:2306.00978", "collection": null},
{"id": 3, "title": ""}, 7, {"title": ["x"]}
]"""


def test_csl_json():
    facts = parse(CSL)
    one, two = values(facts, "One"), values(facts, "Two")
    assert (one["authors"], one["year"], one["venue"]) == ("A. van den Berg; A Group", "2020", "NeurIPS")
    assert (two["kind"], two["year"], two["authors"], two["id:arxiv"]) == ("software", "2019", "Somebody", "2306.00978")
    assert places(facts) == {("One", "Shelf")}
    assert [work.lines for work in facts.works] == [(2,), (5,)]
    assert [(each.line, each.code) for each in facts.findings if each.line == 7] == [
        (7, "entry-not-understood"),
        (7, "entry-not-understood"),
        (7, "entry-without-title"),
    ]


ENDNOTE = dedent("""\
    TY  - JOUR
    AU  - Berg, A. van den
    A1  - Two, Bob, Jr.
    TI  - A title that
    goes on
    T2  - Nature
    PY  - 2020/05/01/
    KW  - one
    KW  - two
    DO  - https://doi.org/10.1000/X
    UR  - https://example.org/a;b
    N2  - An abstract.
    L1  - internal-pdf://secret.pdf
    ER  -

    TY  - CPAPER
    TI  - Without an end
    C3  - Proc. of It
    Y1  - 2019
    TY - COMP
    TI - Single blanks
    ER -
    """)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_ris(end):
    facts = parse(ENDNOTE.replace("\n", end))
    first = values(facts, "A title that goes on")
    assert (first["authors"], first["venue"], first["year"]) == ("A. van den Berg; Bob Two Jr.", "Nature", "2020")
    assert (first["id:doi"], first["abstract"]) == ("10.1000/x", "An abstract.")
    assert "https://example.org/a;b Paper" in {claim.value for claim in facts.works[0].claims}
    second = values(facts, "Without an end")
    assert (second["venue"], second["year"]) == ("Proc. of It", "2019")
    assert values(facts, "Single blanks")["kind"] == "software"
    assert [work.lines for work in facts.works] == [(1,), (16,), (20,)]
    assert [(each.line, each.code) for each in facts.findings] == [(16, "record-without-end")]
    assert {place for _, place in places(parse(ENDNOTE, group_by=GroupBy.KEYWORD))} == {"one", "two"}


def test_a_file_without_collections_has_one_node():
    facts = parse("@misc{a, title={One}}\n@misc{b, title={Two}}")
    assert [(node.key, node.name) for node in facts.nodes] == [("b/my-reading", "My reading")]
    assert [placement.position for placement in facts.placements] == [0, 1]
    assert (facts.counts.papers, facts.counts.nodes, facts.counts.placements) == (2, 1, 2)


def test_one_work_listed_twice_is_one_paper():
    facts = parse(
        "@misc{a, title={One}, groups={X}}\n@misc{b, title={One!}, groups={X}}\n@misc{c, title={One}, groups={Y}}"
    )
    assert places(facts) == {("One", "X"), ("One", "Y")}
    assert facts.works[0].lines == (1, 2, 3)
    assert {each.code for each in facts.findings} == {"duplicate-in-node"}


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title={One}, doi={not a doi}}",
        '[{"title": "One", "DOI": "not a doi"}]',
        '[{"title": "One", "itemType": "book", "DOI": "not a doi"}]',
        "TY  - JOUR\nTI  - One\nDO  - not a doi\nER  - \n",
        "Item Type,Title,DOI\nbook,One,not a doi\n",
    ],
)
def test_what_is_no_doi_is_told(text):
    facts = parse(text)
    assert [(each.code, each.message) for each in facts.findings] == [
        ("id-not-understood", "'not a doi' stands where an id should")
    ]
    assert facts.works[0].aliases == ()


def test_under_reads_one_collection():
    facts = parse(ZOTERO_RDF, under="deep")
    assert places(facts) == {("Of Caches", "Deep"), ("Two", "Deep")}
    assert places(parse(ZOTERO_RDF, under="Top > Deep")) == places(facts)
    assert "entry-elsewhere" in {finding.code for finding in facts.findings}
    with pytest.raises(InvalidFilter) as caught:
        parse(ZOTERO_RDF, under="Elsewhere")
    assert "'Top > Deep'" in caught.value.advice
    with pytest.raises(InvalidFilter, match="Several"):
        parse("@misc{a, title={One}, mendeley-groups={A/X,B/X}}", under="X")


def test_our_own_bibtex_has_its_taxonomy_again_by_keyword():
    facts = parse(export(example.SMALL, "bibtex").data, group_by=GroupBy.KEYWORD)
    titles = {paper.key: paper.title for paper in example.SMALL.papers}
    paths = {node.key: " > ".join(node.path) for node in example.SMALL.nodes}
    listed = {(titles[each.paper], paths[each.node]) for each in example.SMALL.placements}
    assert places(facts) == listed
    for paper in example.SMALL.papers:
        (work,) = (work for work in facts.works if work.title == paper.title)
        assert {each for each in paper.ids if each.scheme in {"arxiv", "doi"}} <= set(work.aliases)
        assert tuple(values(facts, paper.title).get("authors", "").split("; ")) == (
            tuple(map(given_first, paper.authors)) or ("",)
        )


def test_into_a_library_twice_is_once(tmp_path):
    for _ in range(2):
        with edit(tmp_path / "l") as draft:
            report = apply_facts(draft, parse(ZOTERO_RDF))
    assert (report.added, report.unchanged) == (0, 3)
    assert read_manifest(tmp_path / "l").generation == 1
    with Library(tmp_path / "l") as library:
        assert library.counts.placements == 3
        assert library.paper("arxiv:2306.00978").authors == ("Ann One",)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("", SourceUnreadable, "is empty"),
        ("Just some text.", SourceUnreadable, "no bibliography"),
        ("{}", SourceUnreadable, "'items'"),
        ("[", SourceUnreadable, "not JSON"),
        ("[" * 50_000, SourceUnreadable, "not JSON"),
        ('{"nodes": [], "edges": []}', SourceUnreadable, "node-link"),
        ("[]", NoPapersFound, "no entry"),
        ("@misc{a, year=2000}", NoPapersFound, "line 1"),
        ("<a/>", SourceUnreadable, "not an RDF export of Zotero"),
        (ZOTERO_RDF[:900], SourceUnreadable, "not well-formed"),
        (b"\x00\x01", SourceUnreadable, "not a text file"),
    ],
)
def test_what_is_no_bibliography(text, error, words):
    with pytest.raises(error) as caught:
        parse(text)
    assert words in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY a PUBLIC "x" "http://example.org/x">',
        '<!ENTITY % a "x">',
        '<!ENTITY b "bb"><!ENTITY a "&b;&b;">',
        "<!ENTITY a " + "'" + "x" * 30_000_000 + "'>",
    ],
)
def test_xml_that_reads_files_or_grows_is_refused(declared):
    text = f"<!DOCTYPE r [{declared}]>" + ZOTERO_RDF.replace("Two</dc:title>", "&a;</dc:title>")
    with pytest.raises(SourceUnreadable, match="declares"):
        parse(text)


def test_files(tmp_path):
    with pytest.raises(SourceMissing):
        read_bibliography(tmp_path / "absent.bib", survey_key="b")
    with pytest.raises(SourceUnreadable, match="cannot be a survey's key"):
        parse_bibliography(b"", SOURCE, survey_key="B B", title="x")
    (tmp_path / "mine.bib").write_text("@misc{a, title={One}}")
    facts = read_bibliography(tmp_path / "mine.bib", survey_key="b")
    assert (facts.survey.title, facts.source.location, facts.source.key) == ("mine", "mine.bib", "bibliography:b")
    assert facts.source.digest


FRAGMENTS = [
    "TY  - JOUR\n",
    "TI  - T\n",
    "ER  - \n",
    "@misc{a, title={T}}",
    "{",
    "[",
    '"title"',
    ":",
    '"T"',
    "}",
    "]",
    ",",
    "<",
    ">",
    "é",
    "\n",
]


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=80)
    | st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(lambda parts: "".join(parts).encode())
)
def test_any_bytes_are_facts_or_an_explained_error(data):
    with suppress(LitAtlasError):
        assert parse(data).works


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    [*CACHES, "collections", "author", "issued", "DOI", "keyword", "data", "parentCollection", "name"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(FIELDS, JSON, max_size=6), max_size=3))
def test_any_items_are_facts_or_an_explained_error(items):
    with suppress(LitAtlasError):
        facts = parse(json.dumps(items))
        assert len(facts.works) <= len(items)
