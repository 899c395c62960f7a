"""The first survey's papers as the loopback server's corpus: titles and ids from the bundle, abstracts and edges from
the real data beside the repository, read from there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from litatlas.graph.identity import IdScheme, title_key
from litatlas.graph.models import TaxonomyNode
from litatlas.ingest.bundle import find_bundles, load_facts

from .. import survey_documents as documents
from .corpus import Work

SURVEY = "2312.03863"


def survey_corpus(data: Path, key: str = "efficient-llms") -> tuple[Work, ...]:
    """Every paper of a bundled survey that has an arXiv id, and the survey, which cites them all.

    Args:
        data: the directory with abstracts.jsonl and citations.jsonl.
    """
    abstracts = _abstracts(data / "abstracts.jsonl")
    references = _references(data / "citations.jsonl")
    works: dict[str, Work] = {}
    for work in load_facts(find_bundles()[key]).works:
        for paper_id in work.aliases:
            if paper_id.scheme is IdScheme.ARXIV:
                text = abstracts.get(title_key(work.title), "")
                year = 2000 + int(paper_id.value[:2]) if paper_id.value[:2].isdecimal() else 2000
                works[paper_id.value] = Work(
                    paper_id.value, work.title, text, year=year, references=references.get(paper_id.value, ())
                )
    survey = Work(SURVEY, "Efficient Large Language Models: A Survey", year=2023, references=tuple(sorted(works)))
    works[SURVEY] = replace(survey, abstract=abstracts.get(title_key(survey.title), ""))
    return tuple(works[arxiv] for arxiv in sorted(works))


def survey_documents(key: str = "efficient-llms") -> tuple[list[documents.Part], list[documents.Work]]:
    """The taxonomy of a bundled survey as the sections of a text that cites each paper where the list places it."""
    facts = load_facts(find_bundles()[key])
    works = {work.key: work for work in facts.works if any(each.scheme is IdScheme.ARXIV for each in work.aliases)}
    cites: dict[str, list[str]] = defaultdict(list)
    for placement in facts.placements:
        if placement.paper in works:
            cites[placement.node].append(placement.paper)

    def section(node: TaxonomyNode) -> documents.Part:
        below = tuple(section(each) for each in facts.nodes if each.parent == node.key)
        return documents.Part(node.name, tuple(cites[node.key]), below)

    references = [
        documents.Work(work.key, work.title, arxiv=next(i.value for i in work.aliases if i.scheme is IdScheme.ARXIV))
        for work in works.values()
    ]
    return [section(node) for node in facts.nodes if node.parent is None], references


def _abstracts(path: Path) -> Mapping[str, str]:
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {title_key(record["title"]): record["abstract"] for record in records if record.get("abstract")}


def _references(path: Path) -> Mapping[str, tuple[str, ...]]:
    cited: dict[str, set[str]] = defaultdict(set)
    for edge in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        cited[edge["citing"]].add(edge["cited"])
    return {citing: tuple(sorted(found)) for citing, found in cited.items()}
