from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.calibration import (
    calibration_error,
    equal_mass_bins,
    equal_width_bins,
    fit_weights,
    risk_coverage,
    softmax,
    tail_rank,
)


def test_probabilities_of_two_scores_worked_by_hand() -> None:
    assert softmax(np.array([math.log(3.0), 0.0])) == pytest.approx([0.75, 0.25])
    assert softmax(np.array([1000.0, 0.0])) == pytest.approx([1.0, 0.0])


def test_a_weight_without_penalty_is_the_log_odds() -> None:
    """Evidence that points at the right node in three of four texts: the likeliest weight gives it 3/4."""
    described = np.zeros((4, 2, 1))
    described[:, 0, 0] = 1.0
    right = np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]])
    weights = fit_weights(described, right, np.zeros(1), 1e-9)
    assert weights == pytest.approx([math.log(3.0)], abs=1e-6)


def test_nothing_seen_leaves_what_was_believed_before() -> None:
    start = np.array([0.2, 0.3])
    assert fit_weights(np.zeros((0, 3, 2)), np.zeros((0, 3)), start, 20.0) == pytest.approx(start)


def test_a_firm_belief_moves_less() -> None:
    described = np.random.default_rng(0).standard_normal((50, 4, 2))
    right = np.eye(4)[described[:, :, 0].argmax(axis=1)]
    spread = described.std(axis=(0, 1))
    moved = [np.abs(fit_weights(described, right, np.zeros(2), firmness) * spread).max() for firmness in (1, 20, 1e6)]
    assert moved[0] > moved[1] > moved[2]
    assert moved[2] == pytest.approx(0.0, abs=1e-3)


def test_evidence_that_says_nothing_gets_no_weight() -> None:
    described = np.zeros((10, 3, 2))
    described[:, 0, 0] = 1.0
    weights = fit_weights(described, np.eye(3)[np.zeros(10, int)], np.zeros(2), 1.0)
    assert weights[0] > 0
    assert weights[1] == 0


def test_calibration_error_worked_by_hand() -> None:
    """Two answers at 0.9 of which one is right, two at 0.5 of which one is: (2 * 0.4 + 2 * 0) / 4."""
    confidences, right = np.array([0.9, 0.9, 0.5, 0.5]), np.array([True, False, True, False])
    for bins in (equal_width_bins(confidences, right), equal_mass_bins(confidences, right, 2)):
        assert calibration_error(bins) == pytest.approx(0.2)
    assert calibration_error(()) == 0.0


def test_full_confidence_falls_into_the_last_bin() -> None:
    only = equal_width_bins(np.array([1.0]), np.array([True]))
    assert [(each.confidence, each.accuracy, each.count) for each in only] == [(1.0, 1.0, 1)]


def test_the_surest_half_of_the_answers() -> None:
    half = risk_coverage(np.array([0.2, 0.9, 0.8, 0.1]), np.array([False, True, False, True]), (1.0, 0.5))
    assert [(each.covered, each.least, each.accuracy) for each in half] == [(1.0, 0.1, 0.5), (0.5, 0.8, 0.5)]


def test_tail_rank_counts_the_value_itself() -> None:
    reference = np.array([1.0, 2.0, 3.0])
    assert tail_rank(0.0, reference) == pytest.approx(1 / 4)
    assert tail_rank(2.0, reference) == pytest.approx(3 / 4)
    assert tail_rank(9.0, reference) == 1.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_every_answer_is_in_one_bin_and_the_error_is_a_part(answers: list[tuple[float, bool]]) -> None:
    confidences, right = np.array([a for a, _ in answers]), np.array([b for _, b in answers])
    for bins in (equal_width_bins(confidences, right), equal_mass_bins(confidences, right)):
        assert sum(each.count for each in bins) == len(answers)
        assert -1e-9 <= calibration_error(bins) <= 1 + 1e-9
