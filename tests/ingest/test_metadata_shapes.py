"""Lines of arXiv, OpenAlex and Semantic Scholar: told by their keys, read to their claims, and what they leave open."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.editing import edit
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Finding
from litatlas.ingest.metadata import licence_of, parse_metadata, read_metadata
from litatlas.ingest.metadata_shapes import Shape, shape_of
from litatlas.ingest.openalex import parse_works
from litatlas.ingest.openalex_works import LONGEST_ABSTRACT
from litatlas.ingest.pipeline import apply_metadata
from litatlas.ingest.records import PaperRecord
from litatlas.ingest.semantic_scholar_answers import parse_papers

ARXIV = {
    "id": "2306.00978",
    "title": "Of Caches",
    "abstract": "This paper has been withdrawn by the authors due to a bug.",
    "categories": "cs.CL cs.LG",
    "comments": "12 pages",
    "journal-ref": "J. Caches 7 (2024)",
    "versions": [{"version": "v1", "created": "Thu, 1 Jun 2023 17:59:10 GMT"}, {"version": "v3", "created": "x"}],
    "update_date": "2024-07-19",
    "authors_parsed": [["One", "Ann", ""]],
}
OPENALEX = {
    "id": "https://openalex.org/W42",
    "doi": "https://doi.org/10.1000/X",
    "title": "Of Caches",
    "display_name": "Of Caches",
    "publication_year": 2023,
    "publication_date": "2023-06-01",
    "ids": {"openalex": "https://openalex.org/W42", "mag": "42"},
    "authorships": [
        {"author": {"display_name": "Ann One"}, "raw_author_name": "One, A."},
        {"author": {"display_name": None}, "raw_author_name": "Bob Two"},
        {"author": None, "raw_author_name": None},
    ],
    "primary_location": {"source": {"display_name": "arXiv (Cornell University)"}, "landing_page_url": None},
    "locations": [{"landing_page_url": "https://arxiv.org/abs/2306.00978v2", "source": None}],
    "cited_by_count": 7,
    "referenced_works_count": 0,
    "is_retracted": True,
    "abstract_inverted_index": {"caches": [1, 4], "We": [0], "and": [2], "more": [3]},
}
S2_API = {
    "paperId": "a" * 40,
    "corpusId": 99,
    "externalIds": {
        "ArXiv": "2306.00978",
        "DOI": "10.1000/x",
        "DBLP": "conf/x/One23",
        "ACL": "2023.acl-long.1",
        "MAG": "5",
    },
    "title": "Of Caches",
    "abstract": None,
    "venue": "",
    "journal": {"name": "ArXiv"},
    "year": 2023,
    "publicationDate": "2023-06-01",
    "citationCount": 7,
    "influentialCitationCount": 1,
    "referenceCount": 20,
    "tldr": {"model": "tldr@v2", "text": "Caches are good."},
    "authors": [{"authorId": "1", "name": "Ann One"}],
}
PAPERS = {
    "corpusid": 99,
    "externalids": {"ACL": None, "DBLP": None, "ArXiv": "2306.00978", "MAG": None, "CorpusId": "99", "DOI": None},
    "title": "Of Caches",
    "authors": [{"authorId": "1", "name": "Ann One"}],
    "venue": "arXiv.org",
    "year": 2023,
    "referencecount": 20,
    "citationcount": 7,
    "influentialcitationcount": 1,
    "publicationdate": "2023-06-01",
    "journal": None,
}
ABSTRACTS = {
    "corpusid": 99,
    "openaccessinfo": {"externalids": {"MAG": None, "ACL": None, "DOI": None, "ArXiv": "2306.00978"}, "license": None},
    "abstract": "We cache.",
}
TLDRS = {"corpusid": 99, "model": "tldr@v2.0.0", "text": "Caches are good."}
PLAIN = {"title": "Of Caches", "arxiv_id": "2306.00978"}


def parse(*records):
    return list(parse_metadata(enumerate(map(json.dumps, records), start=1)))


def claims(record):
    (parsed,) = parse(record)
    found: dict[str, list[str]] = {}
    for name, value in parsed.claims():
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


@pytest.mark.parametrize(
    ("record", "shape"),
    [
        (ARXIV, Shape.ARXIV),
        (OPENALEX, Shape.OPENALEX),
        (S2_API, Shape.S2_API),
        (PAPERS, Shape.S2_DATASET),
        (ABSTRACTS, Shape.S2_DATASET),
        (TLDRS, Shape.S2_DATASET),
        (PLAIN, Shape.PLAIN),
        ({"id": "2306.00978", "title": "T"}, Shape.PLAIN),
    ],
)
def test_lines_are_told_by_their_keys(record, shape):
    assert shape_of(record) is shape


def test_arxiv():
    found = claims(ARXIV)
    assert found == {
        "title": "Of Caches",
        "abstract": "This paper has been withdrawn by the authors due to a bug.",
        "authors": "Ann One",
        "year": "2023",
        "id:arxiv": "2306.00978",
        "published": "2023-06-01",
        "updated": "2024-07-19",
        "version": "3",
        "withdrawn": "This paper has been withdrawn by the authors due to a bug.",
        "comment": "12 pages",
        "journal_ref": "J. Caches 7 (2024)",
        "category": ["cs.CL", "cs.LG"],
    }
    once = {**ARXIV, "versions": ARXIV["versions"][:1]}
    assert "withdrawn" not in claims(once)  # nothing was public before


def test_openalex():
    assert claims(OPENALEX) == {
        "title": "Of Caches",
        "abstract": "We caches and more caches",
        "authors": "Ann One; Bob Two",
        "year": "2023",
        "venue": "arXiv",
        "id:arxiv": "2306.00978",
        "id:doi": "10.1000/x",
        "id:openalex": "W42",
        "published": "2023-06-01",
        "retracted": "yes",
        "citation_count": "7",
        "reference_count": "0",
    }
    arxiv_doi = {**OPENALEX, "doi": "https://doi.org/10.48550/arxiv.2306.00978", "locations": [], "is_retracted": False}
    assert claims(arxiv_doi)["id:arxiv"] == "2306.00978"
    assert not {"id:doi", "retracted"} & claims(arxiv_doi).keys()


def test_an_inverted_index_without_end_is_cut():
    (record,) = parse(
        {**OPENALEX, "abstract_inverted_index": {"a": [0, 10**12], "b": [LONGEST_ABSTRACT - 1], "c": [-1]}}
    )
    assert (record.abstract, record.truncated) == ("a b", True)


@pytest.mark.parametrize("record", [S2_API, PAPERS])
def test_semantic_scholar(record):
    found = claims(record)
    expected = {
        "title": "Of Caches",
        "authors": "Ann One",
        "year": "2023",
        "venue": "arXiv",
        "id:arxiv": "2306.00978",
        "id:corpusid": "99",
        "published": "2023-06-01",
        "citation_count": "7",
        "influential_citation_count": "1",
        "reference_count": "20",
    }
    if record is S2_API:
        expected |= {
            "id:doi": "10.1000/x",
            "id:acl": "2023.acl-long.1",
            "id:dblp": "conf/x/One23",
            "id:s2": "a" * 40,
            "tldr": "Caches are good.",
        }
    assert found == expected


def test_abstracts_and_tldrs_have_no_title():
    abstract, tldr = parse(ABSTRACTS, TLDRS)
    assert (abstract.title, abstract.abstract) == ("", "We cache.")
    assert [str(each) for each in abstract.ids] == ["arxiv:2306.00978", "corpusid:99"]
    assert dict(tldr.claims()) == {"id:corpusid": "99", "tldr": "Caches are good."}


@pytest.mark.parametrize(
    "record",
    [
        {"corpusid": 99},
        {"corpusid": 99, "abstract": " "},
        {"corpusid": "x", "abstract": "A"},
        {**OPENALEX, "title": None, "display_name": ""},
        {**S2_API, "title": None},
        {**PAPERS, "title": ""},
    ],
)
def test_lines_that_say_nothing_are_findings(record):
    (found,) = parse(record)
    assert isinstance(found, Finding) == (record.get("paperId") is None)


def service_reads(work_or_paper):
    """What the service's own parser makes of the same object."""
    if work_or_paper.get("id"):
        works = parse_works(json.dumps({"meta": {"count": 1}, "results": [work_or_paper]}).encode())
        return [*works.records, *works.errors][0]
    (slot,) = parse_papers(json.dumps([work_or_paper]).encode(), [PaperId(IdScheme.S2, "a" * 40)])
    return slot.record or slot.error


@pytest.mark.parametrize("record", [OPENALEX, S2_API])
def test_a_file_and_the_service_say_the_same(record):
    (from_file,) = parse(record)
    assert replace(service_reads(record), line=1) == from_file


@pytest.mark.parametrize("record", [OPENALEX, S2_API])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ["Of Caches"]}, "title"),
        ({"title": "x" * 100_001}, "title"),
        ({"publication_year": True, "year": True}, "year"),
        ({"authorships": {"a": 1}, "authors": {"a": 1}}, "author"),
        ({"abstract_inverted_index": {"a": 1}, "abstract": {}}, "abstract"),
    ],
)
def test_a_field_of_another_type_is_named_by_file_and_service(record, changes, field):
    changed = {**record, **{name: value for name, value in changes.items() if name in record}}
    (from_file,) = parse(changed)
    assert from_file.code == "record-not-understood"
    reason = from_file.message.partition("it cannot be read: ")[2]
    assert field in reason
    from_service = service_reads(changed)
    assert reason in (from_service if isinstance(from_service, str) else from_service.message)


@pytest.mark.parametrize(
    ("record", "scheme", "kept"),
    [
        ({**S2_API, "externalIds": {"DOI": "10.1000/\u0007x"}}, "doi", []),
        ({**S2_API, "externalIds": {"DOI": "10.1000/" + "x" * 400}}, "doi", []),
        ({**S2_API, "paperId": "\ud800"}, "s2", []),
        ({**PAPERS, "corpusid": True}, "corpusid", ["corpusid:99"]),
        ({**OPENALEX, "doi": "10.1000/\u0007x"}, "doi", []),
        ({**ARXIV, "doi": "10.1000/\u0007x"}, "doi", []),
        ({**PLAIN, "arxiv_id": "2306.\u000000978"}, "arxiv", []),
    ],
)
def test_what_is_no_id_is_left_out(record, scheme, kept):
    (parsed,) = parse({**record, "title": "T\ud800"})
    assert parsed.title == "T"
    assert [str(paper_id) for paper_id in parsed.ids if paper_id.scheme == scheme] == kept


def test_nulls_in_lists_and_names_with_semicolons_do_no_harm():
    works = {**OPENALEX, "authorships": [None, {"author": {"display_name": "One; Ann"}}], "locations": [None]}
    papers = {**S2_API, "authors": [None, {"name": None}, {"name": "One; Ann"}], "externalIds": None}
    for record in (works, papers):
        (from_file,) = parse(record)
        assert from_file.authors == ("One Ann",)
        assert service_reads(record).authors == ("One Ann",)


@pytest.mark.parametrize(
    ("records", "licence"),
    [
        ([ARXIV, ARXIV], "CC0-1.0"),
        ([ARXIV, OPENALEX], "CC0-1.0"),
        ([PAPERS, ABSTRACTS, TLDRS], "ODC-BY-1.0"),
        ([S2_API], "Semantic Scholar API License Agreement"),
        ([ARXIV, PAPERS], None),
        ([ARXIV, PLAIN], None),
        ([ARXIV, 7], None),
    ],
)
def test_licences(records, licence, tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert read_metadata(path).source.licence == licence
    assert read_metadata(path, licence="mine").source.licence == "mine"
    assert licence_of([(1, json.dumps(ARXIV)), (2, "{")]) is None


def apply(directory, tmp_path, name, *records, add_unknown=False):
    path = tmp_path / name
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    with edit(directory) as draft:
        return apply_metadata(draft, read_metadata(path), add_unknown=add_unknown)


def test_abstracts_find_their_papers_by_corpus_id(tmp_path):
    library = tmp_path / "library"
    other = {**PAPERS, "corpusid": 1, "title": "Something Else", "externalids": {}}
    apply(library, tmp_path, "papers.jsonl", PAPERS, other, add_unknown=True)
    lines = [
        {"corpusid": 1, "abstract": "Else."},
        {"corpusid": 99, "abstract": "We cache."},
        {"corpusid": 5, "abstract": "?"},
    ]
    for _ in range(2):
        report = apply(library, tmp_path, "abstracts.jsonl", *lines, add_unknown=True)
    assert (report.records, report.unchanged, report.added, report.unmatched_count) == (3, 2, 0, 1)
    assert report.unmatched[0].label == "corpusid:5"
    with Library(library) as opened:
        assert opened.paper("corpusid:99").abstract == "We cache."
        assert opened.paper("corpusid:1").abstract == "Else."
        assert opened.counts.papers == 2


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([ARXIV, OPENALEX, S2_API, PAPERS, ABSTRACTS]), st.data())
def test_any_values_are_a_record_or_a_finding(record, data):
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(record)), VALUES, max_size=4))
    (parsed,) = parse({**record, **changed})
    assert isinstance(parsed, PaperRecord | Finding)
    if isinstance(parsed, PaperRecord):
        assert all(isinstance(value, str) and value.encode() for _, value in parsed.claims())


@pytest.mark.realdata
def test_recorded_works_of_openalex(shared_data):
    folder = shared_data / "recorded" / "openalex"
    work = json.loads((folder / "work_pnas.200.json").read_text())
    found = claims(work)
    words = sum(map(len, work["abstract_inverted_index"].values()))
    assert len(found["abstract"].split()) == words
    assert found["abstract"].startswith("Significance The inadequate mechanical properties")
    assert (found["id:doi"], found["id:openalex"], found["citation_count"]) == (
        "10.1073/pnas.1414271111",
        "W2109415576",
        "138",
    )
    (listed,) = json.loads((folder / "works_title_search_paperqa.200.json").read_text())["results"][:1]
    assert (claims(listed)["id:arxiv"], claims(listed)["venue"]) == ("2312.07559", "arXiv")
    assert "id:doi" not in claims(listed)
    bare = claims(json.loads((folder / "work_no_abstract.200.json").read_text()))
    assert "abstract" not in bare


@pytest.mark.realdata
def test_recorded_papers_of_semantic_scholar(shared_data):
    folder = shared_data / "recorded" / "s2"
    batch = json.loads((folder / "paper_batch_with_null.200.json").read_text())
    records = parse(*(paper for paper in batch if paper))
    assert all(isinstance(record, PaperRecord) for record in records)
    first = dict(records[0].claims())
    assert (first["id:corpusid"], first["citation_count"], first["published"]) == ("470667", "10670", "2001-10-01")
    full = claims(json.loads((folder / "paper_full_trimmed.json").read_text()))
    assert full["tldr"]
    assert full["influential_citation_count"].isdecimal()
