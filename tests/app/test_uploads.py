"""What a file is and what would change, before it is added."""

from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.app.building import ingest_list
from litatlas.app.jobs import JobKind
from litatlas.app.settings import Settings
from litatlas.app.uploads import change_by, holder_of, kind_of, name_from, read_upload
from litatlas.graph.errors import LitAtlasError, SourceError
from litatlas.graph.library import Library

from .test_jobs import LIST

BIB = b"@article{a, title={A Title}, year={2020}, keywords={x}}"


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"a.md": LIST}, JobKind.LIST),
        ({"a.md": LIST, "b.md": LIST}, JobKind.LIST),
        ({"a.txt": LIST}, JobKind.LIST),
        ({"a.bib": BIB}, JobKind.BIBLIOGRAPHY),
        ({"a.txt": b"TY  - JOUR\nTI  - A title\nER  - \n"}, JobKind.BIBLIOGRAPHY),
        ({"a.ttl": b"@prefix skos: <http://www.w3.org/2004/02/skos/core#> ."}, JobKind.TAXONOMY),
        ({"a.jsonl": b'{"citing": "arxiv:2306.14048", "cited": "arxiv:2306.00978"}\n'}, JobKind.CITATIONS),
        ({"a.jsonl": b'{"title": "A title", "abstract": "Words."}\n'}, JobKind.METADATA),
        ({"a.bin": b"\x00\x01\x02"}, None),
        ({"a.txt": b""}, None),
        ({}, None),
    ],
)
def test_a_file_is_known_by_its_contents(files: dict[str, bytes], kind: JobKind | None) -> None:
    assert kind_of(files) is kind


def test_a_list_is_read_without_a_library(tmp_path: Path) -> None:
    reading = read_upload({"../../evil/README.md": LIST}, JobKind.LIST, survey="small")
    (facts,) = reading.surveys
    assert (facts.counts.papers, facts.counts.nodes) == (3, 2)
    assert facts.source.location == "README.md"
    assert list(tmp_path.iterdir()) == []


def test_a_report_has_conflicts_first_and_the_text_of_each_line() -> None:
    twice = LIST.replace(b"2210.17323", b"2306.00978")
    reading = read_upload({"a.md": twice}, JobKind.LIST, survey="small")
    weights = [{"conflict": 0, "warning": 1, "note": 2}[line.finding.severity.value] for line in reading.report]
    assert weights == sorted(weights)
    assert 0 in weights, "two papers claim one id"
    lines = twice.decode().splitlines()
    told = [line for line in reading.report if line.finding.line]
    assert told
    assert all(line.text == lines[line.finding.line - 1].strip() for line in told)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", JobKind.LIST),
        (b"\x00\xff" * 100, JobKind.LIST),
        (LIST, JobKind.BIBLIOGRAPHY),
        (BIB, JobKind.METADATA),
        (b"[" * 100_000, JobKind.BIBLIOGRAPHY),
        (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rdf:RDF>&a;</rdf:RDF>", JobKind.TAXONOMY),
        (b"x" * 1_000_000, JobKind.CITATIONS),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_the_file_and_no_folder(data: bytes, kind: JobKind) -> None:
    with pytest.raises(SourceError) as caught:
        read_upload({"my file.txt": data}, kind, survey="small")
    told = f"{caught.value.message} {caught.value.advice}"
    assert "/tmp" not in told
    assert "root:" not in told
    assert caught.value.message


def test_a_survey_needs_a_name_that_can_be_a_key() -> None:
    for name in ("", "A b", "../x", "ü"):
        if name:
            with pytest.raises(LitAtlasError):
                read_upload({"a.md": LIST}, JobKind.LIST, survey=name)
    assert [name_from(name) for name in ("README.md", "KV Cache.bib", "ü.md")] == ["my-survey", "kv-cache", "u"]


def test_a_new_revision_says_what_it_changes(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library")
    before = read_upload({"a.md": LIST}, JobKind.LIST, survey="small").surveys[0]
    ingest_list(settings, before)
    newer = LIST.replace(b"Wanda: A Simple and Effective Pruning Approach", b"SparseGPT: One Shot")
    newer = newer.replace(b"2306.11695", b"2301.00774")
    after = read_upload({"a.md": newer}, JobKind.LIST, survey="small").surveys[0]
    with Library(settings.library) as library:
        change = change_by(library, after)
        assert change is not None
        assert (change.added, change.gone, change.kept) == (
            ("SparseGPT: One Shot",),
            ("Wanda: A Simple and Effective Pruning Approach",),
            2,
        )
        other = read_upload({"a.md": newer}, JobKind.LIST, survey="another").surveys[0]
        assert change_by(library, other) is None


def test_a_name_held_by_another_kind_of_source_is_not_taken(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library")
    ingest_list(settings, read_upload({"a.md": LIST}, JobKind.LIST, survey="small").surveys[0])
    bibliography = read_upload({"a.bib": BIB}, JobKind.BIBLIOGRAPHY, survey="small").surveys[0]
    another_list = read_upload({"b.md": LIST}, JobKind.LIST, survey="small").surveys[0]
    with Library(settings.library) as library:
        assert holder_of(library, bibliography) == "a.md"
        assert holder_of(library, another_list) is None
