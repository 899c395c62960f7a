"""Facts, metadata and edges in a real library: counted, repeated, and in another order."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from litatlas.graph.editing import edit
from litatlas.graph.identity import PaperId
from litatlas.graph.models import Source, SourceKind
from litatlas.graph.storage import read_manifest
from litatlas.ingest.bundle import find_bundles, find_edge_bundles, load_facts
from litatlas.ingest.citations import EdgeFile, edges_within, read_edges
from litatlas.ingest.edge_bundle import load_edges
from litatlas.ingest.metadata import read_metadata
from litatlas.ingest.paper_list import parse_paper_list
from litatlas.ingest.pipeline import apply_edges, apply_facts, apply_metadata
from litatlas.ingest.records import EdgeRecord

LIST = """\
# S
## A
- OmniQuant: Calibrated, <ins>ICLR, 2024</ins> [[Paper](https://arxiv.org/abs/2308.13137)]
- Rotation and Permutation, <ins>NeurIPS, 2024</ins> [[Paper](https://arxiv.org/abs/2308.13137)]
- Plain, <ins>ACL, 2023</ins> [[Paper](https://aclanthology.org/2023.acl-long.1/)]
"""
OMNI = {"arxiv_id": "2308.13137", "title": "OmniQuant: Calibrated", "abstract": "omni"}
ROTATION = {"arxiv_id": "2406.01721", "title": "Rotation and Permutation", "abstract": "rotation"}
WRONG = {"arxiv_id": "2308.13137", "title": "Nothing of the Sort", "abstract": "wrong"}
UNKNOWN = {"arxiv_id": "1706.03762", "title": "Attention Is All You Need", "abstract": "attention"}


def parse(text, key="s"):
    source = Source(f"paper-list:{key}", SourceKind.PAPER_LIST, key, "README.md")
    return parse_paper_list(text.encode(), source, survey_key=key)


def metadata(tmp_path, *records, name="m.jsonl"):
    (tmp_path / name).write_text("".join(json.dumps(record) + "\n" for record in records))
    return read_metadata(tmp_path / name)


def edges(*pairs, key="edges:e"):
    ends = [(PaperId.parse(citing) or citing, PaperId.parse(cited) or cited) for citing, cited in pairs]
    records = tuple(EdgeRecord(citing, cited, line) for line, (citing, cited) in enumerate(ends, start=1))
    return EdgeFile(Source(key, SourceKind.EDGE_FILE, "e", "e.tsv"), records)


class Room:
    """A library directory, and what is in it after each step."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def apply(self, function, *arguments, **options):
        with edit(self.directory) as draft:
            return function(draft, *arguments, **options)

    @property
    def content(self) -> str:
        return read_manifest(self.directory).content_hash

    def column(self, query: str) -> list[Any]:
        with edit(self.directory) as draft:
            return [row[0] if len(row) == 1 else row for row in draft.connection.execute(query)]

    def abstracts(self) -> dict[str, str]:
        return dict(self.column("SELECT title, abstract FROM papers WHERE abstract IS NOT NULL"))


@pytest.fixture
def room(tmp_path) -> Room:
    return Room(tmp_path / "library")


def test_facts_twice_are_facts_once(room):
    first = room.apply(apply_facts, parse(LIST))
    content = room.content
    second = room.apply(apply_facts, parse(LIST))
    assert (first.added, first.matched, first.unchanged) == (3, 0, 0)
    assert (second.added, second.matched, second.unchanged) == (0, 0, 3)
    assert room.content == content


def test_nobody_gets_another_papers_abstract(room, tmp_path):
    room.apply(apply_facts, parse(LIST))
    report = room.apply(apply_metadata, metadata(tmp_path, WRONG, ROTATION, OMNI, UNKNOWN))
    assert room.abstracts() == {"OmniQuant: Calibrated": "omni", "Rotation and Permutation": "rotation"}
    assert (report.records, report.matched, report.unmatched_count) == (4, 2, 2)
    reasons = {miss.label: miss.reason for miss in report.unmatched}
    assert reasons["Attention Is All You Need"] == "no known paper has its id or title"
    ids = dict(room.column("SELECT value, paper FROM paper_ids WHERE scheme = 'arxiv'"))
    assert ids["2308.13137"].startswith("omniquant")
    assert ids["2406.01721"].startswith("rotation")


def test_the_order_of_records_does_not_matter(tmp_path):
    contents = []
    for number, records in enumerate([(WRONG, ROTATION, OMNI), (OMNI, ROTATION, WRONG)]):
        room = Room(tmp_path / str(number))
        room.apply(apply_facts, parse(LIST))
        room.apply(apply_metadata, metadata(tmp_path, *records))
        claims = "SELECT paper, field, value, source FROM claims ORDER BY 1, 2, 3"
        contents.append((room.column(claims), room.column("SELECT scheme, value, paper FROM paper_ids ORDER BY 1, 2")))
    assert contents[0] == contents[1]


def test_the_whole_run_again_changes_nothing(room, tmp_path):
    contents = []
    for _ in range(2):
        room.apply(apply_facts, parse(LIST))
        room.apply(apply_metadata, metadata(tmp_path, OMNI, ROTATION, WRONG, UNKNOWN), add_unknown=True)
        report = room.apply(
            apply_edges, edges(("2308.13137", "1706.03762"), ("Rotation and Permutation", "1706.03762"))
        )
        contents.append(room.content)
    assert contents[0] == contents[1]
    assert (report.added, report.unchanged, report.matched) == (0, 2, 2)


def test_unknown_papers_are_added_only_when_asked(room, tmp_path):
    room.apply(apply_facts, parse(LIST))
    file = metadata(tmp_path, UNKNOWN, {"title": "attention is all you need", "doi": "10.1/x"})
    assert room.apply(apply_metadata, file).unmatched_count == 2
    report = room.apply(apply_metadata, file, add_unknown=True)
    assert report.unmatched_count == 0
    assert room.column("SELECT count(*) FROM papers") == [4]


def test_edges_to_strangers_are_reported_and_not_kept(room):
    room.apply(apply_facts, parse(LIST.replace("2308.13137)]\n- Plain", "2406.01721)]\n- Plain")))
    report = room.apply(
        apply_edges, edges(("2308.13137", "2406.01721"), ("2308.13137", "1706.03762"), ("Plain", "2308.13137"))
    )
    assert (report.records, report.added, report.unmatched_count) == (3, 2, 1)
    assert "1706.03762" in report.unmatched[0].reason
    report = room.apply(apply_edges, edges(("2308.13137", "2406.01721")))
    assert (report.unchanged, room.column("SELECT count(*) FROM citations")) == (1, [1])


def test_a_second_list_shares_papers_and_keeps_its_own_places(room):
    room.apply(apply_facts, parse(LIST))
    other = LIST.replace("- Rotation and Permutation", "- A New One").replace("NeurIPS, 2024", "arXiv, 2025")
    other = other.replace(
        "[[Paper](https://arxiv.org/abs/2308.13137)]\n- Plain", "[[Code](https://github.com/a/b)]\n- Plain"
    )
    report = room.apply(apply_facts, parse(other, "t"))
    assert (report.added, report.matched) == (1, 2)
    placed = Counter(room.column("SELECT paper FROM placements"))
    assert sorted(placed.values()) == [1, 1, 2, 2]
    content = room.content
    room.apply(apply_facts, parse(LIST))
    room.apply(apply_facts, parse(other, "t"))
    assert room.content == content


def test_the_same_title_years_later_is_a_paper_of_its_own(room):
    text = "# S\n## A\n- Attention, <ins>ICML, {}</ins> [[Paper](https://a.example/{})]\n"
    room.apply(apply_facts, parse(text.format(2003, 1)))
    report = room.apply(apply_facts, parse(text.format(2023, 2), "t"))
    assert report.added == 1
    assert room.column("SELECT count(*) FROM papers") == [2]


def test_a_row_that_left_the_list_leaves_the_library(room):
    room.apply(apply_facts, parse(LIST))
    room.apply(apply_facts, parse(LIST.rsplit("- Plain", 1)[0]))
    assert room.column("SELECT count(*) FROM papers") == [2]


@pytest.mark.realdata
def test_the_real_survey_gets_its_abstracts_and_edges(room, shared_data):
    facts = load_facts(find_bundles()["efficient-llms"])
    edges = load_edges(find_edge_bundles()["citations"])
    among = edges_within(edges.edges, facts.paper_ids, [work.title for work in facts.works])
    contents = []
    for _ in range(2):
        room.apply(apply_facts, facts)
        edge_report = room.apply(apply_edges, EdgeFile(edges.source, among))
        report = room.apply(apply_metadata, read_metadata(shared_data / "abstracts.jsonl"))
        contents.append(room.content)
    assert contents[0] == contents[1]
    assert edge_report.matched == len(among) == 391
    assert report.unmatched_count == 1
    assert report.unmatched[0].label == facts.survey.title
    assert report.unchanged == 393

    shown = room.abstracts()
    assert len(shown) == 393
    given = [json.loads(line) for line in (shared_data / "abstracts.jsonl").open()]
    for record in given[1:]:
        title = re.split("，|, 2024</ins>", record["title"])[0]  # six titles carry a damaged tail
        assert shown[title] == " ".join(record["abstract"].split())
    assert len(set(shown.values())) == 393


@pytest.mark.realdata
def test_the_disputed_ids_end_with_the_papers_that_metadata_names(room, shared_data):
    room.apply(apply_facts, load_facts(find_bundles()["efficient-llms"]))
    report = room.apply(apply_metadata, read_metadata(shared_data / "abstracts.jsonl"))
    assert "id-taken" not in {finding.code for finding in report.findings}
    owners = dict(room.column("SELECT value, paper FROM paper_ids WHERE scheme = 'arxiv'"))
    assert owners["2308.13137"].startswith("omniquant")
    assert owners["2312.09571"].startswith("extending-context-window")
    assert owners["2305.15265"].startswith("winner-take-all")
    assert owners["2304.04487"].startswith("inference-with-reference")
    assert owners["2406.18200"].startswith("seed-")


@pytest.mark.realdata
def test_metadata_gives_more_edges_their_ends(room, shared_data):
    """Papers that the list links to elsewhere get their arXiv id from the metadata, and with it their edges."""
    room.apply(apply_facts, load_facts(find_bundles()["efficient-llms"]))
    every_edge = read_edges(shared_data / "citations.jsonl", source_key="edge-file:all")
    before = room.apply(apply_edges, every_edge)
    room.apply(apply_metadata, read_metadata(shared_data / "abstracts.jsonl"))
    after = room.apply(apply_edges, every_edge)
    assert before.matched == 391
    assert after.matched >= before.matched
