"""Bundles: the same bytes for the same facts, and every kind of damage named by file and line."""

import hashlib
import json

import pytest

from litatlas.graph.errors import SourceMissing, SourceUnreadable, StorageError
from litatlas.graph.identity import IdScheme, PaperId, title_key
from litatlas.graph.models import Source, SourceKind
from litatlas.ingest.bundle import find_bundles, find_edge_bundles, from_files, load_facts, to_files, write_bundle
from litatlas.ingest.citations import EdgeFile
from litatlas.ingest.edge_bundle import edges_from_files, edges_to_files, load_edges, write_edge_bundle
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


def test_files_round_trip(facts):
    assert from_files(to_files(facts)) == facts
    assert edges_from_files(edges_to_files(EDGES, ["tiny"])) == EDGES


def test_files_are_lines_of_sorted_utf_8_json(facts):
    files = to_files(facts) | {"citations.jsonl": edges_to_files(EDGES, ["tiny"])["citations.jsonl"]}
    for name, data in files.items():
        assert data.endswith(b"\n")
        if name.endswith(".jsonl"):
            for line in data.decode().splitlines():
                assert list(json.loads(line)) == sorted(json.loads(line))
    assert "Nyström" in files["papers.jsonl"].decode()


def test_the_manifest_vouches_for_every_other_file(facts):
    files = to_files(facts)
    manifest = json.loads(files.pop("manifest.json"))
    assert {name: part["sha256"] for name, part in manifest["files"].items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }
    assert manifest["command"].startswith("litatlas ingest list ")
    assert manifest["source"]["digest"] == facts.source.digest


def test_a_written_bundle_loads(tmp_path, facts):
    write_bundle(facts, tmp_path / "tiny")
    assert load_facts(tmp_path / "tiny") == facts
    write_edge_bundle(EDGES, ["tiny"], tmp_path / "citations")
    assert load_edges(tmp_path / "citations") == EDGES
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
        ("manifest.json", lambda data: data.replace(b'"format": 2', b'"format": 99'), "format 99"),
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
    assert set(bundles) == {"efficient-llms", "llm-compression", "llm-inference"}
    for key, directory in bundles.items():
        facts = load_facts(directory)
        assert facts.survey.key == key
        assert facts.works
        fields = {claim.field for work in facts.works for claim in work.claims}
        assert not {"abstract", "comment", "tldr"} & fields


def test_findings_in_bundles_quote_no_more_than_a_few_words():
    """Bundles hold facts: of text that was not understood they show at most 40 characters."""
    for directory in find_bundles().values():
        for finding in load_facts(directory).findings:
            if finding.code == "text-not-understood":
                quoted = finding.message.removeprefix("Text beside the links: ")
                assert len(quoted) <= 42


def test_the_installed_edges_lie_between_papers_of_the_installed_surveys():
    (directory,) = find_edge_bundles().values()
    edges = load_edges(directory)
    facts = [load_facts(folder) for folder in find_bundles().values()]
    ids = {paper_id for each in facts for paper_id in each.paper_ids}
    titles = {title_key(work.title) for each in facts for work in each.works}
    assert len(edges.edges) > 600
    for edge in edges.edges:
        for end in (edge.citing, edge.cited):
            assert end in ids if isinstance(end, PaperId) else title_key(end) in titles
        assert edge.origin
        assert edge.evidence


@pytest.mark.parametrize("damage", [b"{}", b'{"format": 9}', b"not json"])
def test_a_damaged_edge_bundle_is_named(damage):
    files = edges_to_files(EDGES, ["tiny"]) | {"manifest.json": damage}
    with pytest.raises(SourceUnreadable, match=r"manifest\.json|format"):
        edges_from_files(files)
