"""Which works become one paper must not depend on the order in which lists arrive, nor on how often they are read."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.editing import edit
from litatlas.graph.library import Library
from litatlas.graph.models import Source, SourceKind
from litatlas.ingest.paper_list import parse_paper_list
from litatlas.ingest.pipeline import apply_facts

TITLES = (
    "GPTQ: Accurate Quantization for Transformers",
    "OPTQ: Accurate Quantization for Transformers",
    "Accurate Quantization for Transformers",
    "LoRA: Low-Rank Adaptation of Models",
    "QLoRA: Low-Rank Adaptation of Models",
    "Something Else Entirely",
)
LINKS = (
    "https://arxiv.org/abs/2210.17323",
    "https://doi.org/10.1000/optq",
    "https://arxiv.org/abs/2106.09685",
    "https://example.org/page",
)


def lists_of(years: tuple[int, ...]) -> Any:
    rows = st.tuples(st.sampled_from(TITLES), st.sampled_from(LINKS), st.sampled_from(years))
    return st.lists(st.lists(rows, min_size=1, max_size=4, unique_by=lambda row: row[0]), min_size=2, max_size=3)


def facts(key: str, entries: list[tuple[str, str, int]]) -> Any:
    lines = [f"- {title}, <ins>ICML, {year}</ins> [[Paper]({url})]" for title, url, year in entries]
    text = "\n".join(["# A List", "## Topic", *lines])
    source = Source(f"paper-list:{key}", SourceKind.PAPER_LIST, key, "README.md")
    return parse_paper_list(text.encode(), source, survey_key=key)


def partition(directory: Path) -> set[frozenset[tuple[str, str]]]:
    """The papers as sets of what the lists said about them: (list, title)."""
    library = Library(directory)
    return {
        frozenset((claim.source, claim.value) for claim in library.claims(paper.key) if claim.field == "title")
        for paper in library.iter_papers()
    }


def read_in(directory: Path, order: Any) -> str:
    """The content hash after reading these lists in this order."""
    for each in order:
        with edit(directory) as draft:
            apply_facts(draft, each)
    return Library(directory).manifest.content_hash


@settings(max_examples=60)
@given(lists_of((2021, 2022)))
def test_the_order_of_the_lists_does_not_matter(lists: list[list[tuple[str, str, int]]]) -> None:
    """Of namesakes, works of one title from years apart, this does not hold: see docs/decisions/0005-who-is-who.md."""
    read = [facts(f"list-{number}", entries) for number, entries in enumerate(lists)]
    outcomes = []
    with tempfile.TemporaryDirectory() as room:
        for number, order in enumerate(itertools.permutations(read)):
            read_in(Path(room) / str(number), order)
            outcomes.append(partition(Path(room) / str(number)))
    assert all(outcome == outcomes[0] for outcome in outcomes)


@settings(max_examples=60)
@given(lists_of((2021, 2022, 2025)))
def test_reading_again_changes_nothing(lists: list[list[tuple[str, str, int]]]) -> None:
    read = [facts(f"list-{number}", entries) for number, entries in enumerate(lists)]
    with tempfile.TemporaryDirectory() as room:
        for number, order in enumerate(itertools.permutations(read)):
            directory = Path(room) / str(number)
            assert read_in(directory, order) == read_in(directory, order)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_list_keeps_apart_what_it_lists_apart(order: tuple[int, int], tmp_path: Path) -> None:
    """One list has both names with their own links; the other gives one of them the link of the other."""
    read = [
        facts("own", [(TITLES[3], LINKS[2], 2022), (TITLES[4], LINKS[3], 2022)]),
        facts("other", [(TITLES[4], LINKS[2], 2022)]),
    ]
    for number in order:
        with edit(tmp_path / "library") as draft:
            apply_facts(draft, read[number])
    own = {title for paper in partition(tmp_path / "library") for key, title in paper if key == "paper-list:own"}
    assert own == {TITLES[3], TITLES[4]}
    assert all(
        len({title for key, title in paper if key == "paper-list:own"}) <= 1
        for paper in partition(tmp_path / "library")
    )
