"""Edge files in their three notations, and lines that are no edge."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Finding
from litatlas.ingest.citations import edges_within, parse_edges, read_edges
from litatlas.ingest.records import EdgeRecord

A, B = PaperId(IdScheme.ARXIV, "2305.00001"), PaperId(IdScheme.ARXIV, "2305.00002")
TITLE = "Orca: A Distributed Serving System"


def parse(*lines):
    return list(parse_edges(enumerate(lines, start=1)))


def test_json_lines_name_line_origin_and_evidence():
    line = json.dumps({"citing": "2305.00001v2", "cited": "arXiv:2305.00002", "source": "a file", "evidence": "list"})
    assert parse("", line) == [EdgeRecord(A, B, 2, "a file", "list")]


@pytest.mark.parametrize(
    "line", ["2305.00001\t2305.00002", "2305.00001,2305.00002", '"2305.00001"; "2305.00002"', "2305.00001 2305.00002"]
)
def test_columns(line):
    assert parse("# a comment", line) == [EdgeRecord(A, B, 2)]
    assert parse("citing\tcited", line) == [EdgeRecord(A, B, 2)]


def test_an_end_may_be_a_title():
    (edge,) = parse(json.dumps({"citing": f" {TITLE} ", "cited": "2305.00002"}))
    assert (edge.citing, edge.cited) == (TITLE, B)


@pytest.mark.parametrize(
    "line", ["{", '{"citing": "2305.00001"}', '{"citing": "x", "cited": "y"}', "2305.00001", "2305.00001\tx", "a b"]
)
def test_a_line_that_is_no_edge_is_a_finding(line):
    first, second = parse("2305.00001\t2305.00002", line)
    assert isinstance(first, EdgeRecord)
    assert (second.code, second.line) == ("edge-not-understood", 2)


def test_a_paper_does_not_cite_itself():
    (finding,) = parse("2305.00001\t2305.00001v3")
    assert "itself" in finding.message


def test_edges_within_takes_both_ends_by_id_or_title():
    edges = (
        EdgeRecord(A, B, 1),
        EdgeRecord(TITLE.upper(), B, 2),
        EdgeRecord(A, PaperId(IdScheme.ARXIV, "2305.00003"), 3),
    )
    assert [edge.line for edge in edges_within(edges, {A, B}, [TITLE])] == [1, 2]
    assert [edge.line for edge in edges_within(edges, {A, B})] == [1]


def test_a_file_has_a_source_with_its_digest(tmp_path):
    (tmp_path / "edges.tsv").write_text("citing\tcited\n2305.00001\t2305.00002\nx\ty\n")
    read = read_edges(tmp_path / "edges.tsv", source_key="edges:x")
    assert (len(read.edges), len(read.findings), len(read.source.digest or "")) == (1, 1, 64)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_lines_are_edges_or_findings(lines):
    assert all(isinstance(parsed, EdgeRecord | Finding) for parsed in parse(*lines))
