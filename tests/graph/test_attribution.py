from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import bibtexparser
import networkx as nx
import pytest
import rispy
from lxml import etree
from ndex2.cx2 import RawCX2NetworkFactory
from pyarrow import parquet
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from litatlas.graph.attribution import SERVICE_CREDITS, Credit, attribution_text, build_sources, credits_of
from litatlas.graph.export import FORMATS, export
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Paper, Source, SourceKind, Subgraph
from litatlas.graph.parts import part_of

from . import library_files
from .export.hostile import SNIPPETS

LIST = Source(
    "paper-list:x", SourceKind.PAPER_LIST, "A list", "https://example.org/x", "0123456", "2024-05-01", "GPL-3.0"
)
S2 = Source("semantic-scholar", SourceKind.SEMANTIC_SCHOLAR, "Semantic Scholar", "https://www.semanticscholar.org")
ANSWERS = Source(
    "metadata:a", SourceKind.METADATA_FILE, "a.jsonl", "a.jsonl", licence="Semantic Scholar API License Agreement"
)
DATASET = Source("metadata:d", SourceKind.METADATA_FILE, "papers.jsonl", "papers.jsonl", licence="ODC-BY-1.0")
ARXIV = Source("arxiv", SourceKind.ARXIV, "arXiv", "https://arxiv.org", licence="CC0-1.0 (metadata)")
NOTES = Source("notes:x", SourceKind.NOTES, "LitAtlas", "notes.jsonl", licence="Apache-2.0")
ODC_BY = "https://opendatacommons.org/licenses/by/1-0/"


def _credit(source: Source) -> Credit:
    (credit,) = credits_of(Subgraph("", sources=(source,)))
    return credit


@pytest.mark.parametrize(
    ("source", "words", "licence_url"),
    [
        (
            LIST,
            "Data from A list (https://example.org/x, revision 0123456, 2024-05-01).",
            "https://www.gnu.org/licenses/gpl-3.0.html",
        ),
        (S2, "Paper data from Semantic Scholar (https://www.semanticscholar.org).", None),
        (ANSWERS, "Paper data from Semantic Scholar (https://www.semanticscholar.org).", None),
        (DATASET, f"Contains information from papers.jsonl, made available under ODC-BY-1.0 ({ODC_BY}).", ODC_BY),
        (ARXIV, SERVICE_CREDITS[SourceKind.ARXIV], "https://creativecommons.org/publicdomain/zero/1.0/"),
        (NOTES, "Notes on papers by LitAtlas (notes.jsonl).", "https://www.apache.org/licenses/LICENSE-2.0"),
    ],
)
def test_each_source_is_named_as_it_asks(source: Source, words: str, licence_url: str | None) -> None:
    assert _credit(source) == Credit(source, source.licence, licence_url, words)


def test_the_text_names_every_source_with_its_licence() -> None:
    text = attribution_text(Subgraph("Pruning", sources=(LIST, S2)))
    assert text.split("\n") == [
        "Pruning: exported by LitAtlas, made from the sources below.",
        "",
        "- Data from A list (https://example.org/x, revision 0123456, 2024-05-01).",
        "  Licence: GPL-3.0 (https://www.gnu.org/licenses/gpl-3.0.html).",
        "- Paper data from Semantic Scholar (https://www.semanticscholar.org).",
        "  Licence: none stated.",
    ]


def test_abstracts_are_spoken_of_where_there_are_any(small: Subgraph) -> None:
    asked, not_asked = (export(small, "node-link", include_abstracts=asked).data for asked in (True, False))
    assert b"Abstracts are the words of their authors." in asked
    assert b"Abstracts are the words of their authors." not in not_asked


def test_a_graph_without_described_sources_says_so_in_its_file_alone() -> None:
    assert attribution_text(Subgraph("x")) == ""
    assert build_sources(Subgraph("x")) == b"x: exported by LitAtlas; no source is recorded.\n"


def _node_link(data: bytes) -> str:
    return str(nx.node_link_graph(json.loads(data), edges="edges").graph["attribution"])


def _graphml(data: bytes) -> str:
    return str(nx.read_graphml(io.BytesIO(data)).graph["attribution"])


def _gexf(data: bytes) -> str:
    nx.read_gexf(io.BytesIO(data))  # the reader is not disturbed
    return etree.fromstring(data).findtext("{*}meta/{*}description") or ""


def _cx2(data: bytes) -> str:
    return str(RawCX2NetworkFactory().get_cx2network(json.loads(data)).get_network_attributes()["description"])


def _bibtex(data: bytes) -> str:
    (comment,) = bibtexparser.parse_string(data.decode()).comments
    return "\n".join(line.removeprefix("%").removeprefix(" ") for line in comment.raw.split("\n"))


def _zip(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("SOURCES.txt").decode().removesuffix("\n")


def _rdf(data: bytes, form: str) -> str:
    graph = Graph().parse(data=data, format=form)
    return str(graph.value(URIRef("urn:litatlas:export"), URIRef("https://schema.org/creditText")))


READERS = {
    "graphml": _graphml,
    "gexf": _gexf,
    "node-link": _node_link,
    "cx2": _cx2,
    "csv": _zip,
    "parquet": _zip,
    "bibtex": _bibtex,
    "turtle": lambda data: _rdf(data, "turtle"),
    "json-ld": lambda data: _rdf(data, "json-ld"),
}


@pytest.mark.parametrize("name", READERS)
def test_every_reader_finds_the_sources(name: str, small: Subgraph) -> None:
    text = READERS[name](export(small, name).data)
    assert text == attribution_text(replace(small, papers=()))
    assert "Data from A small list (https://example.org/small/README.md, revision 0123456, 2024-05-01)." in text


@pytest.mark.parametrize("name", ["ris", "csl"])
def test_bibliographies_without_comments_hold_the_papers_alone(name: str, small: Subgraph) -> None:
    assert export(small, name) == export(replace(small, sources=()), name)


def test_each_parquet_table_says_it_itself(small: Subgraph) -> None:
    for file in FORMATS["parquet"].write_files(small)[:2]:
        metadata = parquet.read_schema(io.BytesIO(file.data)).metadata
        assert metadata[b"attribution"].decode() == attribution_text(replace(small, papers=()))


def test_a_source_has_its_licence_in_rdf() -> None:
    graph = Graph().parse(data=export(Subgraph("x", sources=(ARXIV,)), "turtle").data, format="turtle")
    source = URIRef("urn:litatlas:source:arxiv")
    assert graph.value(source, DCTERMS.license) == URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    assert graph.value(source, DCTERMS.rights) == Literal("CC0-1.0 (metadata)")


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_hostile_source_adds_nothing_but_text(snippet: str, small: Subgraph) -> None:
    source = replace(LIST, title=f"a{snippet}b", location=snippet, licence=f"{snippet} c")
    hostile = replace(small, title=f"t{snippet}", sources=(source,))
    library = bibtexparser.parse_string(export(hostile, "bibtex").data.decode())
    assert [entry.key for entry in library.entries] == ["hu2022lora", "qlora2023", "muller2021uber", "cmd"]
    assert library.failed_blocks == []
    assert len(library.comments) == 1
    expected = attribution_text(replace(hostile, papers=()))
    assert len(expected.split("\n")) == 4
    assert all(READERS[name](export(hostile, name).data) == expected for name in ("graphml", "gexf", "cx2", "turtle"))


def test_the_sources_of_a_papers_values_come_along(tmp_path: Path) -> None:
    directory = tmp_path / "library"
    library_files.write(directory)
    with Library.edit(directory) as draft:
        draft.put_source(ARXIV)
        draft.put_source(S2)
        draft.put_claims("wanda", [Claim("wanda", "year", "2024", ARXIV.key)])
        draft.put_claims("gptq", [Claim("gptq", "year", "2023", S2.key)])
    with Library(directory) as library:
        part = part_of(library, ["wanda"], "One")
    assert ARXIV.key in {source.key for source in part.sources}
    assert S2.key not in {source.key for source in part.sources}


@pytest.mark.parametrize("name", ["markdown", "obsidian", "html"])
def test_formats_that_list_their_sources_themselves_say_what_is_asked_for(name: str) -> None:
    file = export(Subgraph("t", sources=(LIST, S2, ARXIV)), name)
    if name == "obsidian":
        with zipfile.ZipFile(io.BytesIO(file.data)) as vault:
            text = vault.read("Sources.md").decode()
    else:
        text = file.data.decode()
    assert "Thank you to arXiv" in text
    assert "Paper data from Semantic Scholar" in text
    assert "GPL" in text


def test_where_a_file_has_no_place_for_credit_each_abstract_has_it_beside_it() -> None:
    with_words = Paper("a", "A", abstract="Words of theirs.")
    part = Subgraph("t", papers=(with_words, Paper("b", "B")), sources=(LIST, S2))
    credit = SERVICE_CREDITS[SourceKind.SEMANTIC_SCHOLAR]
    first, second = json.loads(export(part, "csl", include_abstracts=True).data)
    assert credit in first["note"]
    assert "its authors' words" in first["note"]
    assert "note" not in second
    first, second = rispy.loads(export(part, "ris", include_abstracts=True).data.decode())
    assert credit in first["notes"][0]
    assert "notes" not in second
    assert "note" not in json.loads(export(part, "csl").data)[0]
