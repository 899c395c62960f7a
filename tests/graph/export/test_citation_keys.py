from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.export.citation_keys import build_citation_keys
from litatlas.graph.models import Paper

from .hostile import texts


@pytest.mark.parametrize(
    ("paper", "key"),
    [
        (Paper("p", "LoRA: Low-Rank Adaptation", year=2022, authors=("Edward J. Hu", "X Y")), "hu2022lora"),
        (Paper("p", "The Era of 1-bit LLMs", year=2024, authors=("Ma, Shuming",)), "ma2024era"),
        (Paper("p", "On a Survey", year=2020), "survey2020"),
        (Paper("p", "A"), "a"),
        (Paper("p", "Q8", authors=("Jürgen Müller-Łęcki",)), "mullerecki" + "q8"),
        (Paper("zhong-wen-a1", "中文", year=2020), "zhongwena1"),
        (Paper("p", "Title", year=2020, authors=("中",)), "title2020"),
    ],
)
def test_keys(paper: Paper, key: str) -> None:
    assert build_citation_keys([paper]) == {"p" if paper.key == "p" else paper.key: key}


def test_collisions_get_letters_whatever_the_order() -> None:
    papers = [Paper(key, "Efficient Things", year=2023) for key in ("b", "a", "c")]
    expected = {"a": "efficient2023a", "b": "efficient2023b", "c": "efficient2023c"}
    assert build_citation_keys(papers) == build_citation_keys(papers[::-1]) == expected


def test_a_letter_never_makes_a_key_that_another_paper_has() -> None:
    papers = [Paper("p", "Fast"), Paper("q", "Fast"), Paper("r", "Fasta"), Paper("s", "Fastb"), Paper("t", "Fastb")]
    keys = build_citation_keys(papers)
    assert keys["r"] == "fasta"
    assert len(set(keys.values())) == 5


def test_more_than_26_collisions() -> None:
    keys = build_citation_keys([Paper(f"{number:03}", "Fast") for number in range(60)])
    assert (keys["025"], keys["026"], keys["059"]) == ("fastz", "fastaa", "fastbh")


@given(st.lists(st.tuples(texts, st.lists(texts, max_size=2)), max_size=6))
def test_keys_are_unique_and_plain(records: list[tuple[str, list[str]]]) -> None:
    papers = [Paper(f"p-{n}", title, authors=tuple(authors)) for n, (title, authors) in enumerate(records)]
    keys = build_citation_keys(papers).values()
    assert len(set(keys)) == len(papers)
    assert all(re.fullmatch("[a-z0-9]+", key) for key in keys)
