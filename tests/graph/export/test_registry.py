from __future__ import annotations

import io
import itertools
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from pyarrow import parquet

from litatlas.graph.errors import ExportError
from litatlas.graph.export import FORMATS, export
from litatlas.graph.export.formats import file_stem
from litatlas.graph.models import Subgraph

from .hostile import subgraphs, texts


def test_the_formats_promised() -> None:
    papers, linked = ["bibtex", "ris", "csl"], ["turtle", "json-ld"]
    pages = ["markdown", "obsidian", "html"]
    assert list(FORMATS) == ["graphml", "gexf", "node-link", "cx2", "csv", *papers, "parquet", *linked, *pages]
    assert all(name == each.name and each.suffix.startswith(".") for name, each in FORMATS.items())
    assert all("\n" not in each.description and each.description.endswith(".") for each in FORMATS.values())


def test_an_unknown_format_is_answered_with_the_known_ones(small: Subgraph) -> None:
    with pytest.raises(ExportError, match="“docx”") as caught:
        export(small, "docx")
    assert caught.value.advice == f"Choose one of: {', '.join(FORMATS)}."


def test_the_case_of_a_format_name_does_not_matter(small: Subgraph) -> None:
    assert export(small, " GraphML ") == export(small, "graphml")


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=15, deadline=None)
@given(subgraph=subgraphs())
def test_the_same_subgraph_gives_the_same_bytes(name: str, subgraph: Subgraph) -> None:
    assert export(subgraph, name) == export(replace(subgraph), name)


@pytest.mark.parametrize("name", FORMATS)
def test_abstracts_leave_on_request_only(name: str, small: Subgraph) -> None:
    abstract = b"An abstract that stays at home."
    assert abstract not in _content(export(small, name).data)
    assert abstract in _content(export(small, name, include_abstracts=True).data)
    assert not any(abstract in _content(file.data) for file in FORMATS[name].write_files(small))
    assert any(abstract in _content(file.data) for file in FORMATS[name].write_files(small, include_abstracts=True))


def _content(data: bytes) -> bytes:
    if data.startswith(b"PAR1"):
        return str(parquet.read_table(io.BytesIO(data)).to_pylist()).encode()
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(_content(archive.read(name)) for name in archive.namelist())


def test_a_zip_holds_the_same_files_as_the_folder(small: Subgraph) -> None:
    with zipfile.ZipFile(io.BytesIO(export(small, "csv").data)) as archive:
        assert archive.testzip() is None
        packed = [archive.read(name) for name in archive.namelist()]
        assert archive.namelist() == ["nodes.csv", "edges.csv", "SOURCES.txt"]
    assert packed == [file.data for file in FORMATS["csv"].write_files(small)]


@given(texts)
def test_file_names_are_safe_everywhere(title: str) -> None:
    assert re.fullmatch(r"litatlas-[a-z0-9]+(-[a-z0-9]+)*", file_stem(title))
    assert len(file_stem(title)) <= 69


def test_titles_without_latin_letters_get_names_of_their_own() -> None:
    assert file_stem("中文") != file_stem("日本") != file_stem("")
    assert file_stem("../../etc/passwd") == "litatlas-etc-passwd"
    assert file_stem("CON") == "litatlas-con"


@pytest.mark.parametrize("name", FORMATS)
def test_two_thousand_papers_are_written(name: str, small: Subgraph) -> None:
    paper, placement, citation = small.papers[2], small.placements[0], small.citations[0]
    keys = [f"{paper.key}-{number}" for number in range(2000)]
    large = replace(
        small,
        papers=tuple(replace(paper, key=key, title=f"{paper.title} {key}") for key in keys),
        placements=tuple(replace(placement, paper=key) for key in keys),
        citations=tuple(replace(citation, citing=a, cited=b) for a, b in itertools.pairwise(keys)),
    )
    assert _content(export(large, name).data).count(b"Revisited uber-333333-") >= 2000
