from __future__ import annotations

import json
from typing import Any

import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from hypothesis import given, settings

from litatlas.graph.export import export
from litatlas.graph.export.publication import Form, on_one_line, published_as, split_name
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Paper, Subgraph, WorkKind
from litatlas.ingest.csl import parse_csl
from litatlas.ingest.json_items import Item
from litatlas.ingest.ris import parse_ris

from .hostile import subgraphs


def _ris(subgraph: Subgraph) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = rispy.loads(export(subgraph, "ris", include_abstracts=True).data.decode())
    return records


def _csl(subgraph: Subgraph) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(export(subgraph, "csl", include_abstracts=True).data)
    return items


@settings(max_examples=100, deadline=None)
@given(subgraphs())
def test_rispy_reads_one_record_per_paper_with_its_title(subgraph: Subgraph) -> None:
    records = _ris(subgraph)
    assert [record.get("title", "") for record in records] == [on_one_line(paper.title) for paper in subgraph.papers]
    for record, paper in zip(records, subgraph.papers, strict=True):
        assert record.get("abstract", "") == on_one_line(paper.abstract or "")
        assert len(record.get("authors", [])) <= len(paper.authors)


@settings(max_examples=100, deadline=None)
@given(subgraphs())
def test_csl_items_are_what_the_schema_asks_for(subgraph: Subgraph) -> None:
    items = _csl(subgraph)
    assert [item.get("title", "") for item in items] == [on_one_line(paper.title) for paper in subgraph.papers]
    assert len({item["id"] for item in items}) == len(subgraph.papers)
    for item in items:
        assert all(set(name) in ({"family", "given"}, {"literal"}) for name in item.get("author", []))
        assert all(isinstance(value, str) for name, value in item.items() if name not in {"author", "issued"})


def test_a_citation_processor_takes_the_items(small: Subgraph) -> None:
    source = CiteProcJSON(_csl(small))
    assert list(source) == ["hu2022lora", "qlora2023", "muller2021uber", "cmd"]
    lora = source["hu2022lora"]
    assert str(lora.title) == "LoRA: Low-Rank Adaptation of Large Language Models"
    assert [str(name.family) for name in lora.author] == ["Hu", "Shen"]
    assert lora.issued.year == 2022


def test_our_own_readers_find_the_same_papers(small: Subgraph) -> None:
    ris = parse_ris(export(small, "ris").data.decode())
    csl = parse_csl(Item(line, value) for line, value in enumerate(_csl(small), start=1))
    for read in (ris, csl):
        assert not read.findings
        assert [entry.title for entry in read.entries][:3] == [paper.title for paper in small.papers][:3]
        assert [entry.year for entry in read.entries] == [paper.year for paper in small.papers]
        assert read.entries[0].authors == ("Edward J. Hu", "Yelong Shen")
        assert read.entries[2].authors == ("Šimon Müller", "Andrew Ng")
        assert PaperId(IdScheme.ARXIV, "2305.14314") in read.entries[1].ids
        assert PaperId(IdScheme.DOI, "10.1000/xyz_(1)") in read.entries[2].ids
        assert read.entries[3].kind is WorkKind.SOFTWARE
        assert read.entries[1].keywords == ("Methods > Low-Rank Adapters", "Tools & Frameworks")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("Edward J. Hu", ("Hu", "Edward J.")),
        ("Ng, Andrew", ("Ng", "Andrew")),
        ("Gemini Team", ("Gemini Team", "")),
        ("Plato", ("Plato", "")),
        (", Cher", ("Cher", "")),
        ("A, B, C", ("A, B, C", "")),
        (" ", ("", "")),
    ],
)
def test_names(name: str, split: tuple[str, str]) -> None:
    assert split_name(name) == split


def test_a_preprint_is_told_from_what_only_lacks_a_venue() -> None:
    arxiv = (PaperId(IdScheme.ARXIV, "2305.14314"),)
    assert published_as(Paper("p", "T", ids=arxiv)) == (Form.PREPRINT, "")
    assert published_as(Paper("p", "T", ids=arxiv, venue="arXiv")) == (Form.PREPRINT, "")
    assert published_as(Paper("p", "T", venue="arXiv")) == (Form.PREPRINT, "arXiv")
    assert published_as(Paper("p", "T")) == (Form.OTHER, "")
