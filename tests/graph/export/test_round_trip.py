"""Graph -> file -> graph, for every format that is read back; and what files of others are told."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.errors import ExportError, ExtraMissing, SourceUnreadable
from litatlas.graph.export import export
from litatlas.graph.export.rdf_back import read_rdf
from litatlas.graph.export.reading_back import read_graphml, read_node_link
from litatlas.graph.export.written import as_written
from litatlas.graph.library import Library
from litatlas.graph.models import Subgraph
from litatlas.graph.network import plain_text
from litatlas.graph.parts import whole
from litatlas.ingest.bundle import find_bundles, load_facts
from litatlas.ingest.edge_bundle import load_edges
from litatlas.ingest.pipeline import apply_edges, apply_facts

from .whole_graphs import whole_graphs


def _read_json_ld(data: bytes, name: str = "the file") -> Subgraph:
    return read_rdf(data, "json-ld", name)


def _read_turtle(data: bytes, name: str = "the file") -> Subgraph:
    return read_rdf(data, "turtle", name)


Reader = Callable[[bytes, str], Subgraph]
READERS: dict[str, Reader] = {
    "graphml": read_graphml,
    "node-link": read_node_link,
    "turtle": _read_turtle,
    "json-ld": _read_json_ld,
}


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("name", READERS)
def test_the_small_graph_comes_back_equal(name: str, asked: bool, small: Subgraph) -> None:
    found = READERS[name](export(small, name, include_abstracts=asked).data, "file")
    assert found == as_written(small, include_abstracts=asked)
    assert found.papers[0].abstract == ("An abstract that stays at home." if asked else None)
    assert found.papers[1:] == small.papers[1:]
    assert (found.nodes, found.surveys, found.sources) == (small.nodes, small.surveys, small.sources)
    assert (found.placements, found.citations) == (small.placements, small.citations)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=30, deadline=None)
@given(subgraph=whole_graphs(), asked=st.booleans())
def test_every_graph_comes_back_equal(name: str, subgraph: Subgraph, asked: bool) -> None:
    data = export(subgraph, name, include_abstracts=asked).data
    assert READERS[name](data, "file") == as_written(subgraph, include_abstracts=asked)


def _in_plain_text(value: Any) -> Any:
    """Every text of a record, and of the records in it, in characters that files can hold."""
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return plain_text(value)
    if isinstance(value, tuple):
        return tuple(map(_in_plain_text, value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return type(value)(*(_in_plain_text(getattr(value, field.name)) for field in fields(value)))


@settings(max_examples=20, deadline=None)
@given(whole_graphs())
def test_what_is_written_changes_no_more_than_it_says(subgraph: Subgraph) -> None:
    once = as_written(subgraph, include_abstracts=True)
    assert as_written(once, include_abstracts=True) == once
    assert once == replace(
        _in_plain_text(subgraph),
        sources=tuple(replace(_in_plain_text(each), ingested=None) for each in subgraph.sources),
        citations=tuple(replace(_in_plain_text(each), response=None) for each in subgraph.citations),
    )
    assert [len(paper.authors) for paper in once.papers] == [len(paper.authors) for paper in subgraph.papers]
    assert all(
        there == written
        for paper, kept in zip(subgraph.papers, once.papers, strict=True)
        for there, written in [(paper.title, kept.title)]
        if there.isascii() and there.isprintable()
    )


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Subgraph:
    """The first bundled survey, as a library holds it, with the citations that ship."""
    directory: Path = tmp_path_factory.mktemp("bundled") / "library"
    bundle = find_bundles()["efficient-llms"]
    with Library.edit(directory) as draft:
        apply_facts(draft, load_facts(bundle))
        apply_edges(draft, load_edges(bundle.joinpath("..", "citations")))
    with Library(directory) as library:
        return whole(library)


@pytest.mark.parametrize("name", READERS)
def test_a_bundled_survey_comes_back_equal(name: str, survey: Subgraph) -> None:
    assert len(survey.papers) > 400
    assert len(survey.citations) > 100
    assert READERS[name](export(survey, name).data, "file") == as_written(survey)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    from ..example import SMALL

    file = export(SMALL, name).data
    start = data.draw(st.integers(0, len(file)))
    end = start + data.draw(st.integers(0, 60))
    with contextlib.suppress(SourceUnreadable):  # any other error fails the test
        READERS[name](file[:start] + data.draw(st.binary(max_size=3)) + file[end:], "file")


def _replaced(small: Subgraph, name: str, old: str, new: str) -> bytes:
    text = export(small, name).data.decode()
    assert old in text
    return text.replace(old, new).encode()


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("graphml", ' target="node:small/tools"', ' target="node:gone"', "'node:gone' is no vertex"),
        ("graphml", ">placed_at<", ">eats<", "'eats' is no relation"),
        ("graphml", '<node id="node:small/tools"', '<node id="node:small/methods"', "is there twice"),
        ("graphml", '<data key="d0">', '<data key="other">', "the key 'other' is not declared"),
        ("graphml", ">2022<", ">MMXXII<", "MMXXII"),
        ("graphml", '"path":["Methods"]', '"path":[]', "at level 0 under one at level 0"),
        ("graphml", 'xmlns="http://graphml.graphdrawing.org/xmlns"', 'xmlns="urn:x"', "not a <graphml>"),
        ("node-link", '"kind": "node"', '"kind": "planet"', "'planet' is no kind"),
        ("node-link", '"details"', '"retails"', "has no 'details'"),
        ("node-link", '"nodes"', '"vertices"', "no list 'nodes'"),
        ("node-link", '"year": 2022', '"year": [2022]', "neither text nor a whole number"),
        ("node-link", r"\"order\":0", r"\"order\":1", "another statement with the order 1"),
        ("node-link", "arxiv:2106.09685\\", "isbn:2106.09685\\", "'isbn' is not a valid IdScheme"),
        ("turtle", "litatlas:order 0", "litatlas:other 0", "has no litatlas:order"),
        ("turtle", "rdf:object <urn:litatlas:node:small%2Ftools>", "rdf:object <urn:x>", "joins what is not in the"),
        (
            "turtle",
            'a skos:Concept ;\n    skos:prefLabel "Methods"',
            'a skos:Concept ;\n    skos:prefLabel "a", "b"',
            "2 v",
        ),
        ("turtle", "dcterms:title", "dcterms:titel :", "line "),
        ("json-ld", '"dc": "http://purl.org', '"dc": "http://example.org', "its '@context'"),
        ("json-ld", '"@graph": [', '"@graph": [{"@context": "http://example.org/x"},', "a further '@context'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(name: str, old: str, new: str, told: str, small: Subgraph) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        READERS[name](_replaced(small, name, old, new), "my.file")
    assert str(caught.value).startswith("my.file cannot be read back: ")
    assert told in str(caught.value)


def test_a_line_is_named_in_graphml(small: Subgraph) -> None:
    data = _replaced(small, "graphml", ">placed_at<", ">eats<")
    number = data.decode().split("\n").index(next(line for line in data.decode().split("\n") if ">eats<" in line))
    with pytest.raises(SourceUnreadable, match=rf"line {number}: 'eats'"):  # the edge begins a line before, from 1
        read_graphml(data)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))


@pytest.mark.parametrize("declared", [LAUGHS, '<!ENTITY l11 SYSTEM "file:///etc/passwd">', '<!ENTITY l11 "x">'])
def test_entities_are_refused_before_they_are_read(declared: str, small: Subgraph) -> None:
    text = export(small, "graphml").data.decode().replace(">Small Things: A Survey<", ">&l11;<")
    hostile = text.replace("<graphml", f"<!DOCTYPE graphml [{declared}]><graphml", 1)
    with pytest.raises(SourceUnreadable, match="declares a document type or entities"):
        read_graphml(hostile.encode())


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe<", b"null", b"[]", b"{}", b"[" * 100_000, b"<a/>", b"@prefix", b"hello"]
)
def test_files_of_others_are_refused(name: str, data: bytes) -> None:
    with pytest.raises(SourceUnreadable, match="cannot be read back"):
        READERS[name](data, "file")


def test_a_file_without_details_is_of_an_earlier_release(small: Subgraph) -> None:
    document = json.loads(export(small, "node-link").data)
    del document["graph"]["sources"]
    with pytest.raises(SourceUnreadable, match="the graph has no 'sources'") as caught:
        read_node_link(json.dumps(document).encode())
    assert "export it again" in caught.value.advice


def test_rdf_is_read_in_two_forms() -> None:
    with pytest.raises(ExportError, match="“xml”"):
        read_rdf(b"", "xml")


def test_without_rdflib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rdflib", None)
    with pytest.raises(ExtraMissing) as caught:
        read_rdf(b"")
    assert "litatlas[rdf]" in caught.value.advice
