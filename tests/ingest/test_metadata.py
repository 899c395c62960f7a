"""Metadata files: both kinds of field names, compression, and bad lines that do not end the reading."""

import gzip
import json
import lzma

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.errors import SourceMissing, SourceUnreadable
from litatlas.graph.models import Finding
from litatlas.ingest.line_files import open_lines
from litatlas.ingest.metadata import parse_metadata, read_metadata
from litatlas.ingest.records import PaperRecord

SNAPSHOT = {
    "id": "0704.0001",
    "submitter": "Someone",
    "authors": "C. Bal\\'azs, E. L. Berger and P. M. Nadolsky",
    "title": "Calculation of prompt\n  diphoton production",
    "doi": "10.1103/PhysRevD.76.013009",
    "journal-ref": "Phys.Rev.D76:013009,2007",
    "abstract": "  A fully\n differential calculation. ",
    "categories": "hep-ph",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v2", "created": "2008"}],
    "update_date": "2008-11-26",
    "authors_parsed": [["Balázs", "C.", ""], ["Berger", "E. L.", "Jr"]],
}
SIMPLE = {
    "arxiv_id": "2305.13245v2",
    "title": "GQA",
    "published_title": "GQA: Grouped",
    "abstract": "x",
    "truncated": True,
    "authors": ["Ann  One", "Bob Two"],
    "year": 2023,
    "venue": "NIPS",
    "source": "a file",
}


def parse(*records):
    texts = [record if isinstance(record, str) else json.dumps(record) for record in records]
    return list(parse_metadata(enumerate(texts, start=1)))


def test_arxiv_snapshot_fields():
    (record,) = parse(SNAPSHOT)
    assert record.title == "Calculation of prompt diphoton production"
    assert record.abstract == "A fully differential calculation."
    assert [str(paper_id) for paper_id in record.ids] == ["arxiv:0704.0001", "doi:10.1103/physrevd.76.013009"]
    assert record.authors == ("C. Balázs", "E. L. Berger Jr")
    assert record.year == 2007


def test_simple_fields():
    (record,) = parse(SIMPLE)
    assert dict(record.claims()) == {
        "title": "GQA",
        "published_title": "GQA: Grouped",
        "abstract": "x",
        "abstract_truncated": "yes",
        "authors": "Ann One; Bob Two",
        "year": "2023",
        "venue": "NeurIPS",
        "id:arxiv": "2305.13245",
    }
    assert record.origin == "a file"


def test_authors_in_one_text():
    (record,) = parse({"title": "T", "authors": "A. One, B. Two, and C. Three and D. Four"})
    assert record.authors == ("A. One", "B. Two", "C. Three", "D. Four")


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", "null", '{"abstract": "x"}', '{"title": " "}', '{"title": []}', "\x00"]
)
def test_a_bad_line_is_a_finding_and_the_rest_goes_on(line):
    good, bad, after = parse(SIMPLE, line, SIMPLE)
    assert isinstance(bad, Finding)
    assert (bad.line, bad.code) == (2, "record-not-understood")
    assert (good.line, after.line) == (1, 3)


def test_missing_values_and_odd_types_do_no_harm():
    (record,) = parse({"title": 7, "abstract": None, "authors": None, "year": "in print", "arxiv_id": None, "doi": ""})
    assert (record.title, record.ids, record.year, record.abstract) == ("7", (), None, None)


@pytest.mark.parametrize(("suffix", "pack"), [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress)])
def test_plain_and_compressed_files(tmp_path, suffix, pack):
    path = tmp_path / f"papers.jsonl{suffix}"
    path.write_bytes(pack("\ufeff".encode() + json.dumps(SIMPLE).encode() + b"\r\n\n" + json.dumps(SNAPSHOT).encode()))
    assert [record.line for record in read_metadata(path).records()] == [1, 3]


def test_inline_html_in_a_title_is_left_out():
    (record,) = parse({"title": "H<sub>2</sub>O <i>and</i> a < b, 2024</ins>"})
    assert record.title == "H2O and a < b, 2024"


def test_missing_and_damaged_files(tmp_path):
    with pytest.raises(SourceMissing):
        read_metadata(tmp_path / "absent.jsonl")
    with pytest.raises(SourceUnreadable):
        read_metadata(tmp_path)
    for name, data in {
        "not.jsonl.gz": b"plain",
        "not.jsonl.xz": b"plain",
        "cut.jsonl.gz": gzip.compress(json.dumps(SIMPLE).encode())[:-12],
        "cut.jsonl.xz": lzma.compress(b"x" * 1000)[:-12],
    }.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SourceUnreadable, match=name):
            list(read_metadata(tmp_path / name).records())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_records_or_findings(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "x.jsonl"
    path.write_bytes(data)
    for parsed in parse_metadata(open_lines(path)):
        assert isinstance(parsed, PaperRecord | Finding)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*SNAPSHOT, *SIMPLE])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(FIELDS, VALUES, max_size=8))
def test_any_json_object_is_a_record_or_a_finding_that_can_be_stored(record):
    (parsed,) = parse({"title": "T", **record})
    if isinstance(parsed, PaperRecord):
        for _, value in parsed.claims():
            value.encode()
