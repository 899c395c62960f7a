from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.terms import TermWeights, read_terms, stem


@pytest.mark.parametrize(
    "words", ["quantization quantized quantize", "pruning pruned prunes", "experts expert", "layers layer"]
)
def test_forms_of_a_word_are_one_term(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


def test_short_words_keep_their_ending() -> None:
    assert [stem(word) for word in ("bits", "les", "is")] == ["bit", "les", "is"]


def test_words_of_the_title_count_three_times_and_pairs_are_terms() -> None:
    text = read_terms("Pruned Experts", "We use pruning of experts")
    prune, expert = stem("pruned"), stem("experts")
    assert text.terms == {prune: 4, expert: 4, f"{prune} {expert}": 4}
    assert text.words[expert] == "experts"


def test_weights_worked_by_hand() -> None:
    """`cache` stands in two of three texts and `attention` in all, which makes it worth nothing."""
    texts = [read_terms("cache attention").terms, read_terms("attention cache").terms, read_terms("attention").terms]
    weights = TermWeights(texts)
    assert weights.terms == sorted([stem("attention"), stem("cache")])
    rows = weights.unit_rows([{stem("cache"): 3, stem("attention"): 3, "unknown": 9}]).toarray()
    assert rows[0, weights.terms.index(stem("cache"))] == pytest.approx(1.0)
    assert rows[0, weights.terms.index(stem("attention"))] == pytest.approx(0.0)
    assert weights.counts(texts).toarray()[0, weights.terms.index(stem("cache"))] == 3
    assert math.isclose(weights.unit_rows([{}]).sum(), 0.0)


def test_no_text_no_terms() -> None:
    assert TermWeights([]).unit_rows([{"a": 1}]).shape == (1, 0)


@given(st.lists(st.text(max_size=200), max_size=6), st.text(max_size=200))
def test_rows_have_length_one_or_none(texts: list[str], other: str) -> None:
    weights = TermWeights([read_terms(text).terms for text in texts])
    rows = weights.unit_rows([read_terms(text, other).terms for text in (*texts, other)]).toarray()
    lengths = np.linalg.norm(rows, axis=1)
    assert all(length == pytest.approx(1.0) or length == pytest.approx(0.0) for length in lengths)
