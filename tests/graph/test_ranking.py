from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.ranking import Part, best_first, over_best, scores, shares

VALUES = {Part.WORDS: {"a": 1.0, "b": 0.5}, Part.MEANING: {"a": 0.2, "c": 0.8}}
WEIGHTS = {Part.WORDS: 1.0, Part.MEANING: 3.0}


def test_scores_are_weighted_means_worked_by_hand() -> None:
    found = scores(VALUES, WEIGHTS)
    assert found == pytest.approx({"a": (1.0 + 0.6) / 4, "b": 0.5 / 4, "c": 2.4 / 4})
    assert best_first(found) == ["c", "a", "b"]
    assert shares("a", VALUES, WEIGHTS) == pytest.approx({Part.WORDS: 1.0 / 1.6, Part.MEANING: 0.6 / 1.6})
    assert best_first({"z": 0.5, "a": 0.5}) == ["a", "z"]


def test_a_part_without_a_weight_says_nothing() -> None:
    assert scores(VALUES, {Part.WORDS: 1.0}) == {"a": 1.0, "b": 0.5}


def test_values_over_the_best_one() -> None:
    assert over_best([("a", 4.0), ("b", 1.0), ("c", 0.0), ("d", -2.0)]) == {"a": 1.0, "b": 0.25}
    assert over_best([]) == {}


_KEYS = st.dictionaries(st.sampled_from("abcd"), st.floats(-1, 1))


@given(st.dictionaries(st.sampled_from(list(WEIGHTS)), _KEYS))
def test_scores_are_in_the_unit_interval_and_shares_sum_to_one(values: dict[Part, dict[str, float]]) -> None:
    for key, score in scores(values, WEIGHTS).items():
        assert 0 <= score <= 1
        total = sum(shares(key, values, WEIGHTS).values())
        assert total == pytest.approx(1.0) if score > 0 else total == pytest.approx(0.0)
