"""The first real list against counts made independently of this code; where they differ, why."""

import re
from collections import Counter
from pathlib import Path

import pytest

from litatlas.graph.errors import NoPapersFound
from litatlas.graph.identity import IdScheme
from litatlas.graph.models import WorkKind
from litatlas.ingest.bundle import find_bundles, load_facts, load_notes, to_files
from litatlas.ingest.citations import edges_within, read_edges
from litatlas.ingest.facts import SurveyFacts
from litatlas.ingest.paper_list import read_paper_list

pytestmark = pytest.mark.realdata

DATA = Path(__file__).parents[2] / "data" / "efficient-llms"


@pytest.fixture(scope="module")
def list_path(shared_data: Path) -> Path:
    return shared_data / "lists" / "efficient-llms" / "README.md"


@pytest.fixture(scope="module")
def facts(list_path) -> SurveyFacts:
    return read_paper_list(
        list_path,
        survey_key="efficient-llms",
        source_title="AIoT-MLSys-Lab/Efficient-LLMs-Survey",
        location="https://github.com/AIoT-MLSys-Lab/Efficient-LLMs-Survey",
        revision="ef0d8ae",
        date="2025-06-22",
    )


@pytest.fixture(scope="module")
def entries(list_path) -> dict[int, str]:
    """The list entries of the taxonomy by line, found by the crudest means."""
    lines = enumerate(list_path.read_text().split("\n"), start=1)
    return {number: line for number, line in lines if number > 114 and re.match(r" ?- ", line)}


def lines_with(facts, code):
    return [finding.line for finding in facts.findings if finding.code == code]


def test_rows_titles_and_nodes(facts):
    counts = facts.counts
    assert (counts.list_rows, counts.titles, counts.table_rows) == (439, 432, 17)
    assert (counts.nodes, counts.leaves_with_rows) == (74, 49)
    assert [count for _, count in counts.rows_per_branch] == [323, 70, 46]
    assert Counter(work.kind for work in facts.works) == {WorkKind.PAPER: 432, WorkKind.SOFTWARE: 17}
    assert len(facts.placements) == 439 + 17 - 3  # three titles stand twice inside one node


def test_every_row_of_the_file_is_a_row_of_the_facts(facts, entries):
    lines = [line for work in facts.works if work.kind is WorkKind.PAPER for line in work.lines]
    assert sorted(lines) == sorted(entries)
    for work in facts.works:
        if work.kind is WorkKind.PAPER:
            assert all(work.title in " ".join(entries[line].split()) for line in work.lines)


def test_ids(facts, entries):
    """350 was counted by the first address of each row in arXiv's usual spelling. Line 317's own link leads to a
    351st, and three more stand in Hugging Face paper addresses (329, 330, 335)."""
    plain = {
        match[1]
        for line in entries.values()
        if (match := re.search(r"\[Paper\]?\]?\(\[?\S*?(?:arxiv\.org/\w+/|10\.48550/arXiv\.)(\d{4}\.\d{5})", line))
    }
    assert len(plain) == 350
    found = {paper_id.value for paper_id in facts.paper_ids if paper_id.scheme is IdScheme.ARXIV}
    assert found - plain == {"2406.18200", "2407.14057", "2407.21118", "2404.14469"}
    assert not plain - found
    assert facts.counts.arxiv_ids == 354


def test_code_links(facts, entries):
    """183 rows have an address at github.com. 187 rows have a link labelled code; one of these leads to arXiv (521),
    and two links labelled paper lead to a repository (305, 306), which makes 188."""
    assert sum("github.com" in line for line in entries.values()) == 183
    labelled = {number for number, line in entries.items() if "[Code" in line}
    assert len(labelled) == 187
    assert facts.counts.rows_with_code == 188
    stated = {
        claim.line
        for work in facts.works
        if work.kind is WorkKind.PAPER
        for claim in work.claims
        if claim.field == "link:code"
    }
    assert stated - labelled == {305, 306}
    repeated = {line for work in facts.works for line in work.lines[1:]}
    assert labelled - stated - repeated == {521}


def test_venues(facts, entries):
    """228 rows say arXiv between well-formed tags: 225 `arXiv`, two `Arxiv`, and line 612, which also says ICML. Eight
    more are closed by a broken tag; 612's venue is ICML; so 235. Of the 13 rows without a well-formed venue, those
    eight have one, and five (393 to 397) have none."""
    marked = {number: re.search(r"<ins>\s*([^<,]*).*?</ins>", line) for number, line in entries.items()}
    assert sum(found is not None and found[1].lower() == "arxiv" for found in marked.values()) == 228
    assert sum(found is None for found in marked.values()) == 13
    assert (facts.counts.rows_only_arxiv, facts.counts.rows_without_venue) == (235, 5)
    assert lines_with(facts, "no-venue") == [393, 394, 395, 396, 397]
    assert lines_with(facts, "several-venues") == [612]
    assert lines_with(facts, "venue-respelled") == [131, 175, 254, 255, 366, 530]


def test_conflicts_and_damage_are_in_the_report(facts):
    by_line = {(finding.code, finding.line): finding for finding in facts.findings}
    assert by_line["contents-and-heading-disagree", 212].other_lines == (55,)
    disputed = {line: by_line["id-under-two-titles", line].other_lines for line in (137, 317, 449, 450)}
    assert disputed == {137: (123, 136), 317: (316,), 449: (287,), 450: (200,)}
    assert lines_with(facts, "id-under-two-titles") == sorted(disputed)
    assert lines_with(facts, "duplicate-in-node") == [431, 479, 556]
    assert lines_with(facts, "several-placements") == [135, 137, 463, 466]
    assert lines_with(facts, "doubled-address") == [155]
    assert lines_with(facts, "full-width-comma") == [278]
    assert lines_with(facts, "nested-link") == [317]
    assert len(lines_with(facts, "unbalanced-markup")) == 13
    assert lines_with(facts, "comment-not-read") == [661]


def test_disputed_ids_are_claims_of_both_titles(facts):
    holders = {
        paper_id: [
            work.title.split(" ")[0].strip(":")
            for work in facts.works
            if any(claim.field == "id:arxiv" and claim.value == paper_id for claim in work.claims)
        ]
        for paper_id in ("2308.13137", "2312.09571", "2305.15265", "2304.04487")
    }
    assert holders["2308.13137"] == ["OmniQuant", "Rotation"]
    assert holders["2312.09571"] == ["Zephyr", "Extending"]
    assert holders["2305.15265"] == ["Winner-Take-All", "LLM"]
    assert holders["2304.04487"] == ["Inference"]
    aliases = {str(paper_id) for work in facts.works for paper_id in work.aliases}
    assert not {"arxiv:2312.09571", "arxiv:2305.15265"} & aliases


def test_parameter_sharing_stands_where_the_contents_list_puts_it(facts):
    node = next(node for node in facts.nodes if node.name == "Parameter Sharing")
    assert node.key == "efficient-llms/model-centric-methods/model-compression/parameter-sharing"
    assert sum(placement.node == node.key for placement in facts.placements) == 1


def test_the_survey_and_its_software(facts):
    assert facts.survey.title == "Efficient Large Language Models: A Survey"
    assert [str(paper_id) for paper_id in facts.survey.ids] == ["arxiv:2312.03863", "openreview:bsCCJHbO8A"]
    software = next(work for work in facts.works if work.title == "vLLM")
    features = [(claim.field, claim.value) for claim in software.claims if claim.field.startswith("feature:")]
    assert features == [
        ("feature:Efficient Training", "no"),
        ("feature:Efficient Inference", "yes"),
        ("feature:Efficient Fine-Tuning", "no"),
    ]


def test_edges(facts, shared_data):
    """385 join two plain ids; three more end at an id that stands in a Hugging Face address, three begin at a title."""
    every_edge = read_edges(shared_data / "citations.jsonl", source_key="edge-file:all").edges
    edges = edges_within(every_edge, facts.paper_ids, [work.title for work in facts.works])
    by_title = [edge for edge in edges if isinstance(edge.citing, str)]
    at_hugging_face = [edge for edge in edges if str(edge.cited) == "arxiv:2404.14469"]
    assert (len(edges), len(by_title), len(at_hugging_face)) == (391, 3, 3)
    assert all(edge.origin for edge in edges)


def test_the_bundle_is_what_the_source_gives_byte_for_byte(facts):
    made = to_files(facts, notes=load_notes(find_bundles()["efficient-llms"]))  # written by hand, and carried over
    kept = {path.name: path.read_bytes() for path in DATA.iterdir()}
    assert made.keys() == kept.keys()
    for name, data in made.items():
        assert data == kept[name], name


def test_the_installed_bundle_reads_back_equal(facts):
    assert load_facts(find_bundles()["efficient-llms"]) == facts


def test_a_list_without_papers_says_what_to_do(shared_data):
    with pytest.raises(NoPapersFound, match="lists no paper") as caught:
        read_paper_list(shared_data / "lists" / "efficient-llm-headings" / "README.md", survey_key="headings")
    assert "other files" in caught.value.advice
