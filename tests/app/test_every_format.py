"""The three surveys that ship, in every format by the one command of the documents, each file opened by its reader."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bibtexparser
import html5lib
import networkx as nx
import pandas as pd
import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from ndex2.cx2 import RawCX2NetworkFactory
from obsidiantools.api import Vault
from pyarrow import parquet
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import RDF, SKOS
from typer.testing import CliRunner

from litatlas.app.cli import cli
from litatlas.graph.export import FORMATS
from litatlas.graph.library import Library
from litatlas.graph.models import Counts
from litatlas.ingest.paper_list import read_paper_list

from ..conftest import ROOT


@pytest.fixture(scope="module")
def files(bundled_library: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("every") / "files"
    done = CliRunner().invoke(cli, ["export", "--all", str(directory), "--json", "--library", str(bundled_library)])
    assert done.exit_code == 0, done.output
    return {file["format"]: Path(file["path"]) for file in json.loads(done.stdout)["files"]}


@pytest.fixture(scope="module")
def counts(bundled_library: Path) -> Counts:
    with Library(bundled_library) as library:
        return library.counts


def works(counts: Counts) -> int:
    return counts.papers + counts.software


def tables(path: Path, suffix: str, read: Callable[[Any], Any]) -> dict[str, int]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(suffix)]
        return {name.removesuffix(suffix): len(read(io.BytesIO(archive.read(name)))) for name in names}


def test_networks(files: dict[str, Path], counts: Counts) -> None:
    vertices = works(counts) + counts.nodes + counts.surveys
    graphs = [
        nx.read_graphml(files["graphml"]),
        nx.read_gexf(files["gexf"]),
        nx.node_link_graph(json.loads(files["node-link"].read_text(encoding="utf-8")), edges="edges"),
    ]
    assert {len(graph) for graph in graphs} == {vertices}
    cited = [edge for edge in graphs[2].edges(data=True) if edge[2]["relation"] == "cites"]
    assert len(cited) == counts.citations
    cx2 = RawCX2NetworkFactory().get_cx2network(json.loads(files["cx2"].read_text(encoding="utf-8")))
    assert (len(cx2.get_nodes()), len(cx2.get_edges())) == (vertices, graphs[2].number_of_edges())
    edges = {"nodes": vertices, "edges": graphs[2].number_of_edges()}
    assert tables(files["csv"], ".csv", lambda data: pd.read_csv(data, low_memory=False)) == edges
    assert tables(files["parquet"], ".parquet", parquet.read_table) == edges


def test_bibliographies(files: dict[str, Path], counts: Counts) -> None:
    read = bibtexparser.parse_file(str(files["bibtex"]))
    assert (len(read.entries), read.failed_blocks) == (works(counts), [])
    assert len(rispy.loads(files["ris"].read_text(encoding="utf-8"))) == works(counts)
    assert len(CiteProcJSON(json.loads(files["csl"].read_text(encoding="utf-8")))) == works(counts)


@pytest.mark.parametrize(("name", "reader"), [("turtle", "turtle"), ("json-ld", "json-ld")])
def test_linked_data(files: dict[str, Path], counts: Counts, name: str, reader: str) -> None:
    graph = Graph().parse(files[name], format=reader)
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == counts.nodes
    assert len(set(graph.subjects(RDF.type, SKOS.ConceptScheme))) == counts.surveys
    conforms, _, told = validate(graph, shacl_graph=Graph().parse(ROOT / "graph/export/shapes.ttl"))
    assert conforms, told


def test_pages(files: dict[str, Path], counts: Counts, tmp_path: Path) -> None:
    shutil.unpack_archive(files["obsidian"], tmp_path / "vault", "zip")
    vault = Vault(tmp_path / "vault").connect()
    assert len(vault.md_file_index) == works(counts) + counts.nodes + counts.surveys + 2  # where to start, and sources
    assert vault.nonexistent_notes == []
    page = html5lib.HTMLParser(strict=True).parse(files["html"].read_text(encoding="utf-8"))
    assert len(page.findall(".//{*}noscript//{*}li")) == works(counts)


def test_lists(files: dict[str, Path], bundled_library: Path) -> None:
    with Library(bundled_library) as library:
        for survey in library.surveys():
            facts = read_paper_list(files["markdown"], survey_key=survey.key)
            nodes = [node for node in library.nodes if node.survey == survey.key]
            assert [node.name for node in facts.nodes] == [node.name for node in nodes]
            assert len({each.paper for each in facts.placements}) == library.survey_counts[survey.key]


def test_no_format_is_left_out(files: dict[str, Path]) -> None:
    opened = {"graphml", "gexf", "node-link", "cx2", "csv", "parquet", "bibtex", "ris", "csl", "turtle", "json-ld"}
    assert set(files) == set(FORMATS) == opened | {"obsidian", "html", "markdown"}, "a new format wants its reader here"
