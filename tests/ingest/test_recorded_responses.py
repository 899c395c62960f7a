"""Every recorded response of a service is parsed or reported, as the manifest beside the recordings says."""

from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.errors import AnswerUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.ingest.arxiv_feed import parse_feed
from litatlas.ingest.openalex import parse_works
from litatlas.ingest.semantic_scholar_answers import parse_edges, parse_matches, parse_papers, parse_references

pytestmark = pytest.mark.realdata
SSRN = PaperId(IdScheme.DOI, "10.2139/ssrn.2250500")


def arxiv(number: str) -> PaperId:
    return PaperId(IdScheme.ARXIV, number)


@pytest.fixture
def recorded(shared_data: Path) -> Path:
    return shared_data / "recorded"


@pytest.mark.parametrize(
    ("name", "papers", "complete", "malformed"),
    [
        ("id_list_two_ids_one_missing.200.xml", 1, True, None),
        ("id_list_none_found.200.xml", 0, True, None),
        ("id_list_malformed_400.400.xml", 0, True, "abc"),
        ("id_list_oldstyle.200.xml", 1, True, None),
        ("id_list_oldstyle_versioned.200.xml", 1, True, None),
        ("id_list_title_is_0.200.xml", 1, True, None),
        ("id_list_single.200.xml", 1, True, None),
        ("query_testing_p1.200.xml", 10, False, None),
        ("query_testing_p2.200.xml", 10, False, None),
        ("query_testing_100.200.xml", 100, False, None),
        ("legacy_error_feed.documentation.xml", 0, True, "1234.12345"),
    ],
)
def test_feeds(recorded: Path, name: str, papers: int, complete: bool, malformed: str | None) -> None:
    feed = parse_feed((recorded / "arxiv" / name).read_bytes(), "key")
    assert (len(feed.records), feed.complete, feed.malformed) == (papers, complete, malformed)
    for record in feed.records:
        assert record.title
        assert record.abstract
        assert record.authors
        assert record.response == "key"


def test_a_feed_says_who_when_and_where(recorded: Path) -> None:
    (record,) = parse_feed((recorded / "arxiv/id_list_two_ids_one_missing.200.xml").read_bytes()).records
    assert record.ids == (arxiv("1707.08567"),)
    assert len(record.authors) == 34
    assert record.authors[-2] == "Dirk Wübben"
    assert record.year == 2017
    more = dict(record.more)
    assert (more["published"], more["version"], more["category"]) == ("2017-07-27", "1", "cs.IT")
    assert "withdrawn" not in more
    (zero,) = parse_feed((recorded / "arxiv/id_list_title_is_0.200.xml").read_bytes()).records
    assert zero.title == "0"
    (old,) = parse_feed((recorded / "arxiv/id_list_oldstyle_versioned.200.xml").read_bytes()).records
    assert old.ids[0] == arxiv("quant-ph/0201082")


def test_every_cut_of_a_real_feed_is_seen(recorded: Path) -> None:
    body = (recorded / "arxiv/query_testing_p1.200.xml").read_bytes().rstrip()
    for cut in range(0, len(body), 97):
        with pytest.raises(AnswerUnreadable):
            parse_feed(body[:cut])


def test_a_withdrawn_paper(recorded: Path) -> None:
    (record,) = parse_feed((recorded / "constructed/arxiv_withdrawn.xml").read_bytes()).records
    assert "withdrawn" in dict(record.more)["withdrawn"]
    assert record.abstract is None


def test_batches_keep_their_positions(recorded: Path) -> None:
    asked = [
        PaperId(IdScheme.CORPUS, "1"),
        PaperId(IdScheme.CORPUS, "470667"),
        SSRN,
        PaperId(IdScheme.S2, "0f40b1f08821e22e859c6050916cec3667778613"),
    ]
    slots = parse_papers((recorded / "s2/paper_batch_with_null.200.json").read_bytes(), asked)
    assert [slot.found for slot in slots] == [False, True, True, True]
    assert all(slot.record and slot.record.abstract and slot.record.authors for slot in slots[1:])
    assert all(
        asked_id in (slot.record.ids if slot.record else ())
        for slot, asked_id in zip(slots[1:], asked[1:], strict=True)
    )
    arxiv_ids = [arxiv("2106.09685"), arxiv("2106.09689"), arxiv("1706.03762")]
    slots = parse_papers((recorded / "constructed/s2_batch_arxiv_ids.json").read_bytes(), arxiv_ids)
    assert [slot.record.title.split(":")[0] if slot.record else None for slot in slots] == [
        "LoRA",
        None,
        "Attention is All you Need",
    ]
    assert slots[2].record
    assert {paper_id.scheme for paper_id in slots[2].record.ids} == {
        IdScheme.ARXIV,
        IdScheme.S2,
        IdScheme.CORPUS,
        IdScheme.DBLP,
    }
    with pytest.raises(AnswerUnreadable, match="a list of 3 for 2 ids"):
        parse_papers((recorded / "constructed/s2_batch_arxiv_ids.json").read_bytes(), arxiv_ids[:2])


def test_a_batch_with_authors_only_has_no_titles(recorded: Path) -> None:
    slots = parse_papers(
        (recorded / "s2/paper_batch_authors.200.json").read_bytes(), [PaperId(IdScheme.CORPUS, "1")] * 3
    )
    assert [slot.error for slot in slots] == ["Semantic Scholar's record has no title"] * 3


def test_a_full_record_gives_all_its_fields_and_edges(recorded: Path) -> None:
    body = b"[" + (recorded / "s2/paper_full_trimmed.json").read_bytes() + b"]"
    (slot,) = parse_papers(body, [PaperId(IdScheme.S2, "a" * 40)])
    assert slot.record
    assert {"tldr", "citation_count", "influential_citation_count", "reference_count"} <= dict(slot.record.more).keys()
    (edges,) = parse_edges(body, [PaperId(IdScheme.S2, "a" * 40)])
    assert len(edges.edges) == 8, "14 references, 6 of them without an id"
    assert "6 references without id" in (edges.note or "")


def test_pages_of_references(recorded: Path) -> None:
    first = parse_references((recorded / "s2/references_page1.200.json").read_bytes(), SSRN)
    second = parse_references((recorded / "s2/references_page2.200.json").read_bytes(), SSRN)
    assert (len(first.edges), first.following) == (50, 50)
    assert (len(second.edges), second.following) == (17, None)
    by_title = [edge for edge in first.edges + second.edges if isinstance(edge.cited, str)]
    assert len(by_title) == 23, "unresolved references keep their titles"
    elided = parse_references((recorded / "constructed/s2_references_elided.json").read_bytes(), SSRN)
    assert elided.elided
    assert not first.elided


def test_a_reference_with_contexts(recorded: Path) -> None:
    body = b'{"offset": 0, "data": [' + (recorded / "s2/reference_item_with_contexts.json").read_bytes() + b"]}"
    (edge,) = parse_references(body, SSRN).edges
    assert isinstance(edge.cited, PaperId)
    assert edge.cited.scheme is IdScheme.ARXIV
    assert edge.contexts
    assert edge.intents
    assert edge.influential is not None


def test_title_matches(recorded: Path) -> None:
    (match,) = parse_matches((recorded / "s2/title_match_attention.200.json").read_bytes())
    assert match.ids[0] == arxiv("1706.03762")
    assert parse_matches((recorded / "s2/title_match_empty_data.200.json").read_bytes()) == ()


@pytest.mark.parametrize(
    "name",
    ["error_403.transcribed.json", "error_429.transcribed.json", "bad_field.400.json", "paper_not_found.404.json"],
)
def test_error_bodies_are_no_answers(recorded: Path, name: str) -> None:
    body = (recorded / "s2" / name).read_bytes()
    with pytest.raises(AnswerUnreadable):
        parse_papers(body, [SSRN])


def test_works(recorded: Path) -> None:
    works = parse_works((recorded / "openalex/works_title_search_paperqa.200.json").read_bytes())
    (record,) = works.records
    assert record.ids == (arxiv("2312.07559"), PaperId(IdScheme.OPENALEX, "W4389761608"))
    assert record.abstract
    assert record.venue == "arXiv"
    assert works.edges == (), "OpenAlex knows no references of it"
    pnas = b'{"meta": {"count": 1}, "results": [' + (recorded / "openalex/work_pnas.200.json").read_bytes() + b"]}"
    works = parse_works(pnas)
    assert works.records[0].abstract
    assert works.edges
    with pytest.raises(AnswerUnreadable, match="web page"):
        parse_works((recorded / "openalex/work_not_found.404.html").read_bytes())


def test_every_recorded_file_ends_in_records_or_an_error(recorded: Path) -> None:
    readers = (
        parse_feed,
        parse_works,
        parse_matches,
        lambda body: parse_papers(body, [SSRN]),
        lambda body: parse_edges(body, [SSRN]),
        lambda body: parse_references(body, SSRN),
    )
    files = [path for path in recorded.rglob("*") if path.is_file()]
    assert len(files) > 40
    for path in files:
        for reader in readers:
            try:
                reader(path.read_bytes())
            except AnswerUnreadable:
                continue
