"""Bundles: the same bytes for the same facts, and every kind of damage named by file and line."""

import hashlib
import json

import pytest

from litatlas.graph.errors import SourceMissing, SourceUnreadable, StorageError
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Source, SourceKind
from litatlas.ingest.bundle import find_bundles, from_files, load_bundle, load_facts, to_files, write_bundle
from litatlas.ingest.citations import EdgeFile
from litatlas.ingest.records import EdgeRecord

ENTRIES = """\
- One, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.00001)]
- Nyström Two, <ins>arXiv, 2024/ins> [[Paper](https://arxiv.org/abs/2305.00002)]
"""
EDGES = EdgeFile(
    Source("edges:tiny", SourceKind.EDGE_FILE, "edges", "edges.jsonl"),
    (EdgeRecord(PaperId(IdScheme.ARXIV, "2305.00001"), "Nyström Two and more", 7, "a file", "a list"),),
)


@pytest.fixture
def facts(parse):
    return parse(ENTRIES)


def test_files_round_trip_with_and_without_edges(facts):
    assert from_files(to_files(facts)).facts == facts
    with_edges = from_files(to_files(facts, EDGES))
    assert (with_edges.facts, with_edges.edges) == (facts, EDGES)


def test_files_are_lines_of_sorted_utf_8_json(facts):
    files = to_files(facts, EDGES)
    for name, data in files.items():
        assert data.endswith(b"\n")
        if name.endswith(".jsonl"):
            for line in data.decode().splitlines():
                assert list(json.loads(line)) == sorted(json.loads(line))
    assert "Nyström" in files["papers.jsonl"].decode()


def test_the_manifest_vouches_for_every_other_file(facts):
    files = to_files(facts, EDGES)
    manifest = json.loads(files.pop("manifest.json"))
    assert {name: part["sha256"] for name, part in manifest["files"].items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }
    assert manifest["command"].startswith("litatlas ingest list ")
    assert manifest["source"]["digest"] == facts.source.digest


def test_a_written_bundle_loads(tmp_path, facts):
    write_bundle(facts, tmp_path / "tiny", EDGES)
    assert load_bundle(tmp_path / "tiny").edges == EDGES
    write_bundle(facts, tmp_path / "tiny")
    assert load_facts(tmp_path / "tiny") == facts
    assert not (tmp_path / "tiny" / "citations.jsonl").exists()


def test_a_place_that_cannot_be_written(tmp_path, facts):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageError, match="taken"):
        write_bundle(facts, tmp_path / "taken")


def test_no_bundle_is_not_a_damaged_one(tmp_path):
    with pytest.raises(SourceMissing, match="no bundle"):
        load_facts(tmp_path)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("papers.jsonl", lambda data: data.replace(b'"kind": "paper"', b'"kind": "song"', 1), "line 1: kind"),
        ("papers.jsonl", lambda data: data + b"\x89garbage\n", "line 3"),
        ("papers.jsonl", lambda data: data[:-20], "line 2"),
        ("papers.jsonl", lambda data: data.replace(b"Nystr", b"Nistr"), "checksum"),
        ("nodes.jsonl", lambda data: data.replace(b'"position": 0', b'"position": -1'), "line 1: position"),
        ("nodes.jsonl", lambda data: data.replace(b'"name"', b'"nome"'), "line 1"),
        ("report.jsonl", lambda _: b"", "checksum"),
        ("placements.jsonl", lambda _: None, "missing"),
        ("manifest.json", lambda data: data[:50], "manifest.json"),
        ("manifest.json", lambda data: data.replace(b'"format": 1', b'"format": 99'), "format 99"),
        ("manifest.json", lambda data: data.replace(b'"survey"', b'"surwey"'), "manifest.json"),
    ],
)
def test_damage_is_named_by_file_and_line(tmp_path, facts, name, change, message):
    write_bundle(facts, tmp_path)
    changed = change((tmp_path / name).read_bytes())
    if changed is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(changed)
    with pytest.raises(SourceUnreadable, match=message) as caught:
        load_facts(tmp_path)
    assert name.split(".")[0] in caught.value.message or "format" in caught.value.message
    assert caught.value.advice


def test_a_reference_to_nothing_is_damage_even_with_right_checksums(facts):
    files = to_files(facts)
    files["placements.jsonl"] = files["placements.jsonl"].replace(b"tiny/methods", b"tiny/elsewhere")
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["placements.jsonl"]["sha256"] = hashlib.sha256(files["placements.jsonl"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    with pytest.raises(SourceUnreadable, match="no such paper or node"):
        from_files(files)


def test_the_installed_bundles_load():
    bundles = find_bundles()
    assert "efficient-llms" in bundles
    for key, directory in bundles.items():
        bundle = load_bundle(directory)
        assert bundle.facts.survey.key == key
        assert bundle.facts.works
        fields = {claim.field for work in bundle.facts.works for claim in work.claims}
        assert "abstract" not in fields
