"""What services answered, in a real library: which paper it is about, what it joins, what can be undone."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from litatlas.graph.editing import edit
from litatlas.graph.identity import PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Retrieval, Source, SourceKind
from litatlas.graph.sameness import Verdict
from litatlas.ingest.answers import SERVICE_SOURCES, Answers, apply_answers
from litatlas.ingest.paper_list import parse_paper_list
from litatlas.ingest.pipeline import apply_facts
from litatlas.ingest.records import EdgeRecord, PaperRecord

FIRST = """\
# S
## A
- GPTQ: Accurate Quantization, <ins>arXiv, 2022</ins> [[Paper](https://arxiv.org/abs/2210.17323)]
- LoRA: Low-Rank Adaptation, <ins>ICLR, 2022</ins> [[Paper](https://arxiv.org/abs/2106.09685)]
- A Wrong Link Altogether, <ins>ICLR, 2022</ins> [[Paper](https://arxiv.org/abs/1706.03762)]
"""
SECOND = """\
# T
## B
- OPTQ: Accurate Quantization, <ins>ICLR, 2023</ins> [[Paper](https://doi.org/10.1000/optq)]
- LoRA: Low-Rank Adaptation, <ins>ICLR, 2022</ins> [[Paper](https://arxiv.org/abs/2106.09685)]
"""


def ids(*texts: str) -> tuple[PaperId, ...]:
    return tuple(paper_id for text in texts if (paper_id := PaperId.parse(text)))


SHA = "a" * 40
GPTQ = PaperRecord(
    None,
    "GPTQ: Accurate Quantization",
    ids("arxiv:2210.17323", "doi:10.1000/optq", f"s2:{SHA}"),
    year=2022,
    more=(("citation_count", "900"),),
    response="r1",
)
ATTENTION = PaperRecord(None, "Attention Is All You Need", ids("arxiv:1706.03762"), abstract="x", response="r1")
LORA = PaperRecord(None, "LoRA: Low-Rank Adaptation", ids("arxiv:2106.09685"), year=2021, response="r1")
S2 = SERVICE_SOURCES[SourceKind.SEMANTIC_SCHOLAR]


def facts(text: str, key: str) -> Any:
    source = Source(f"paper-list:{key}", SourceKind.PAPER_LIST, key, "README.md")
    return parse_paper_list(text.encode(), source, survey_key=key)


def answers(*records: PaperRecord, edges: tuple[EdgeRecord, ...] = ()) -> Answers:
    return Answers(S2, records, edges, (Retrieval("r1", S2.key, "https://example.org/batch", "2026-01-01T00:00:00"),))


STEPS = {
    "first": lambda draft: apply_facts(draft, facts(FIRST, "s")),
    "second": lambda draft: apply_facts(draft, facts(SECOND, "t")),
    "answers": lambda draft: apply_answers(draft, answers(GPTQ, ATTENTION, LORA)),
}


def take(directory: Path, *steps: str) -> Library:
    for step in steps:
        with edit(directory) as draft:
            STEPS[step](draft)
    return Library(directory)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return take(tmp_path / "library", "first", "second", "answers")


def test_an_answer_that_has_the_ids_of_two_works_makes_them_one_paper(library: Library) -> None:
    paper = library.paper("arxiv:2210.17323")
    assert library.paper("doi:10.1000/optq") == paper
    assert {node.survey for node in library.places(paper.key)} == {"s", "t"}
    assert paper.citation_count == 900
    assert library.counts.papers == 3


def test_the_key_of_a_work_that_was_joined_still_leads_to_its_paper(library: Library) -> None:
    paper = library.paper("arxiv:2210.17323")
    subjects = {row[0] for row in library.query("SELECT subject FROM papers_of_subjects")}
    assert len(subjects) == 2
    assert {library.paper(subject) for subject in subjects} == {paper}


def test_an_answer_with_another_title_is_not_believed(tmp_path: Path) -> None:
    directory = tmp_path / "library"
    take(directory, "first")
    with edit(directory) as draft:
        report = apply_answers(draft, answers(ATTENTION))
    assert "which has another title" in report.unmatched[0].reason
    assert Library(directory).paper("A Wrong Link Altogether").abstract is None


def test_every_claim_of_a_service_leads_to_its_response(library: Library) -> None:
    claims = [claim for claim in library.claims(library.paper("GPTQ").key) if claim.source == S2.key]
    assert {claim.field for claim in claims} >= {"title", "citation_count", "id:s2", "id:doi"}
    responses = {claim.response for claim in claims if claim.response}
    assert {retrieval.url for retrieval in library.retrievals(responses).values()} == {"https://example.org/batch"}
    assert all(claim.response for claim in claims)


@pytest.mark.parametrize("order", list(itertools.permutations(STEPS)), ids="-".join)
def test_the_order_of_the_sources_does_not_matter(order: tuple[str, ...], tmp_path: Path, library: Library) -> None:
    """Answers about papers that come later are taken in again once they are there, as every run does."""
    other = take(tmp_path / "other", *order, "answers")
    assert other.manifest.content_hash == library.manifest.content_hash


def test_saying_it_again_changes_nothing(tmp_path: Path, library: Library) -> None:
    for step in STEPS:
        again = take(tmp_path / "library", step)
        assert again.manifest.generation == library.manifest.generation


def test_a_reader_takes_a_merge_back_and_it_stays_so(tmp_path: Path, library: Library) -> None:
    directory = tmp_path / "library"
    first, second = sorted(row[0] for row in library.query("SELECT subject FROM papers_of_subjects"))
    with edit(directory) as draft:
        draft.put_verdict(second, first, Verdict.APART)
    apart = take(directory, "answers", "second", "first")
    assert apart.counts.papers == 4
    gptq, optq = apart.paper("GPTQ"), apart.paper("OPTQ")
    assert [node.survey for node in apart.places(gptq.key)] == ["s"]
    assert [node.survey for node in apart.places(optq.key)] == ["t"]
    with edit(directory) as draft:
        draft.put_verdict(first, second, None)
    assert Library(directory).manifest.content_hash == library.manifest.content_hash


def test_edges_keep_what_the_service_says_of_them(tmp_path: Path) -> None:
    directory = tmp_path / "library"
    take(directory, "first", "second")
    lora, optq, outside = ids("arxiv:2106.09685", "doi:10.1000/optq", "arxiv:2001.00001")
    rich = EdgeRecord(optq, lora, None, contexts=("We follow it.",), intents=("methodology",), influential=True)
    edges = (EdgeRecord(optq, lora, None), rich, EdgeRecord(lora, outside, None), EdgeRecord(lora, lora, None))
    with edit(directory) as draft:
        report = apply_answers(draft, answers(GPTQ, LORA, edges=edges))
    library = Library(directory)
    (edge,) = library.references(library.paper("GPTQ").key)
    assert (edge.contexts, edge.intents, edge.influential) == (rich.contexts, rich.intents, True)
    assert report.unmatched_count == 2


def test_what_was_answered_stays_when_the_store_is_lost(tmp_path: Path, library: Library) -> None:
    """Another response, about one of the papers only: the others keep what an earlier response said."""
    directory, gptq = tmp_path / "library", library.paper("GPTQ: Accurate Quantization").key
    lora = PaperRecord(None, LORA.title, LORA.ids, year=2021, more=(("citation_count", "5"),), response="r2")
    retrieval = Retrieval("r2", S2.key, "https://example.org/other", "2026-02-02T00:00:00")
    with edit(directory) as draft:
        apply_answers(draft, Answers(S2, (lora,), (), (retrieval,)))
    after = Library(directory)
    assert after.paper(gptq).citation_count == 900
    assert after.paper("doi:10.1000/optq").key == gptq
    said = {claim.response for claim in after.claims(after.paper(LORA.title).key) if claim.source == S2.key}
    assert said == {"r2"}, "what is answered again replaces what was said before"
    assert set(after.retrievals(["r1", "r2"])) == {"r1", "r2"}
