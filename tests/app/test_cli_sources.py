"""The commands that take in bibliographies, taxonomies and exported networks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from litatlas.app import cli

BIBTEX = """@article{a, title={Of Caches}, year={2023}, groups={Caches}, eprint={2306.00978}}
@article{a, title={Of Pruning}, groups={Pruning}, keywords={sparse}}
@software{b, title={A Tool}}
"""
SKOS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://e.org/s> a skos:ConceptScheme ; skos:prefLabel "Topics" .
<http://e.org/a> skos:prefLabel "Caches" ; skos:topConceptOf <http://e.org/s> .
<http://e.org/b> skos:prefLabel "Eviction" ; skos:broader <http://e.org/a> .
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.bib").write_text(BIBTEX)
    (tmp_path / "topics.ttl").write_text(SKOS)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, list(arguments))


def test_a_bibliography(folder: Path) -> None:
    result = run("ingest", "bibliography", "mine.bib", "--survey", "mine", "--report", "findings.jsonl")
    assert result.exit_code == 0, result.output
    assert "2 papers and 1 software entry, 2 placements at 2 taxonomy nodes; 1 arXiv id" in result.stdout
    codes = {json.loads(line)["code"] for line in (folder / "findings.jsonl").read_text().splitlines()}
    assert codes == {"duplicate-key", "in-no-collection"}
    assert run("show").stdout.splitlines() == ["Caches  1", "Pruning  1"]
    again = json.loads(run("ingest", "bibliography", "mine.bib", "--survey", "mine", "--json").stdout)
    assert (again["applied"]["unchanged"], again["applied"]["added"]) == (3, 0)
    assert again["facts"]["survey"]["title"] == "mine"


def test_grouped_by_keyword_and_under_a_collection(folder: Path) -> None:
    run("ingest", "bibliography", "mine.bib", "--survey", "k", "--by", "keyword", "--title", "By words")
    assert run("show").stdout.splitlines() == ["sparse  1"]
    run("ingest", "bibliography", "mine.bib", "--survey", "k", "--under", "Pruning")
    assert run("show").stdout.splitlines() == ["Pruning  1"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["mine.bib", "--by", "colour"], "collection, keyword"),
        (["mine.bib", "--under", "Colour"], "'Caches'"),
        (["mine.bib", "--date", "soon"], "2025-06-22"),
        (["topics.ttl"], "litatlas ingest taxonomy"),
        (["absent.bib"], "Check the spelling"),
    ],
)
def test_errors_say_what_to_do(folder: Path, options: list[str], words: str) -> None:
    result = run("ingest", "bibliography", *options, "--survey", "mine")
    assert result.exit_code == (2 if {"--by", "--date"} & {*options} else 1)
    assert words in result.stderr.replace("\n", " ")
    assert not (folder / "litatlas-library").exists()


def test_a_taxonomy(folder: Path) -> None:
    result = run("ingest", "taxonomy", "topics.ttl", "--survey", "topics")
    assert result.exit_code == 0, result.output
    assert "Topics" in result.stdout
    assert "0 papers, 0 placements at 2 taxonomy nodes" in result.stdout
    assert run("show").stdout.splitlines() == ["Caches  0", "  Eviction  0"]
    assert run("ingest", "taxonomy", "mine.bib", "--survey", "topics").exit_code == 1


def test_an_exported_network(folder: Path) -> None:
    run("ingest", "bibliography", "mine.bib", "--survey", "mine")
    assert run("export", "--format", "node-link", "--output", "net.json").exit_code == 0
    result = run("ingest", "node-link", "net.json", "--library", "second")
    assert result.exit_code == 0, result.output
    assert "2 papers and 1 software entry, 2 placements at 2 taxonomy nodes" in result.stdout
    assert run("show", "--library", "second").stdout == run("show").stdout
    (folder / "other.json").write_text('{"nodes": [{"id": 1}], "links": []}')
    assert "no list called 'edges'" in run("ingest", "node-link", "other.json").stderr.replace("\n", " ")


def test_notes_of_ones_own(folder: Path) -> None:
    run("ingest", "bibliography", "mine.bib", "--survey", "mine")
    note = "Keeps the keys that matter and forgets the others."
    lines = [{"ids": ["arxiv:2306.00978"], "note": note}, {"title": "Of Pruning", "note": "One. Two."}]
    (folder / "notes.jsonl").write_text("\n".join(map(json.dumps, lines)))
    result = run("ingest", "notes", "notes.jsonl", "--source", "Our group")
    assert result.exit_code == 0, result.output
    assert "1 record: 0 added, 1 belongs to papers of the library" in result.stdout
    assert "line 2" in result.stdout
    shown = " ".join(run("show", "Of Caches", "--claims").stdout.split())
    assert f"Note by Our group, not the authors' words: {note}" in shown
    assert f"note: {note} (Our group, line 1)" in shown
    again = json.loads(run("ingest", "notes", "notes.jsonl", "--source", "Our group", "--json").stdout)
    assert (again["unchanged"], again["matched"]) == (1, 0)
    assert f"note by Our group: {note}" in " ".join(run("search", "keys that matter").stdout.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"title": "Of Caches", "note": "One. Two."}', "holds no note; 1 of its lines"),
        ('{"title": "Of Caches", "abstract": "We do."}', "litatlas ingest metadata"),
        ("\x00\x01", "not a text file"),
    ],
)
def test_a_file_without_notes(folder: Path, text: str, words: str) -> None:
    run("ingest", "bibliography", "mine.bib", "--survey", "mine")
    (folder / "notes.jsonl").write_text(text)
    result = run("ingest", "notes", "notes.jsonl")
    assert result.exit_code == 1
    assert words in " ".join(result.stderr.split())
