"""From scores to probabilities that can be believed, and how far they can be believed.

`fit_weights` is the conditional logit model (McFadden, 1974): each node a text could stand at is described by a few
numbers, and the probability of a node is the softmax of their weighted sum. The expected calibration error is that of
Guo et al. (ICML 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 30
_SETTLED = 1e-8


def softmax(scores: Floats) -> Floats:
    """Probabilities along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)


def fit_weights(described: Floats, right: Floats, start: Floats, firmness: float) -> Floats:
    """The weights under which what is right is likeliest, held near `start` by a quadratic penalty.

    Args:
        described: shape (texts, nodes, kinds of evidence).
        right: which nodes are right, shape (texts, nodes); several of a text count in equal parts.
        start: shape (kinds,), each in units of its evidence's spread: what is believed before anything is seen.
        firmness: weight of the penalty; about how many texts it takes to leave `start`.

    Returns:
        Weights of the evidence as it is, shape (kinds,); found by Newton's method, the problem being convex.
    """
    if not len(described):
        return start
    spread = described.std(axis=(0, 1))
    spread[spread < _SETTLED] = 1.0
    scaled, wanted = described / spread, right / right.sum(axis=1, keepdims=True)
    weights = start.copy()
    for _ in range(_STEPS):
        step = _newton_step(scaled, wanted, weights, weights - start, firmness)
        weights = weights - step
        if np.abs(step).max() < _SETTLED:
            break
    return np.asarray(weights / spread, dtype=np.float64)


def _newton_step(scaled: Floats, wanted: Floats, weights: Floats, moved: Floats, firmness: float) -> Floats:
    chances = softmax(scaled @ weights)
    mean = np.einsum("tn,tnk->tk", chances, scaled)
    slope = (mean - np.einsum("tn,tnk->tk", wanted, scaled)).sum(axis=0) + firmness * moved
    weighted = (scaled * chances[:, :, None]).reshape(-1, scaled.shape[2])
    curve = weighted.T @ scaled.reshape(-1, scaled.shape[2]) - mean.T @ mean + firmness * np.eye(len(weights))
    return np.asarray(np.linalg.solve(curve, slope), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: how sure they were on average, and how often right."""

    confidence: float
    accuracy: float
    count: int


def equal_width_bins(confidences: Floats, right: npt.NDArray[np.bool_], bins: int = 10) -> tuple[Bin, ...]:
    """Answers by tenths of confidence; empty tenths are left out."""
    number = np.minimum((confidences * bins).astype(int), bins - 1)
    return _bins(confidences, right, [np.flatnonzero(number == each) for each in range(bins)])


def equal_mass_bins(confidences: Floats, right: npt.NDArray[np.bool_], bins: int = 10) -> tuple[Bin, ...]:
    """Answers by confidence in parts of equal size."""
    return _bins(confidences, right, np.array_split(np.argsort(confidences, kind="stable"), bins))


def _bins(confidences: Floats, right: npt.NDArray[np.bool_], parts: Sequence[npt.NDArray[np.intp]]) -> tuple[Bin, ...]:
    return tuple(
        Bin(float(confidences[part].mean()), float(right[part].mean()), len(part)) for part in parts if len(part)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance of confidence and accuracy, each bin by its count."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What answering only the surest gives.

    Attributes:
        covered: part of the questions that is answered.
        least: confidence of the least sure among them.
        accuracy: part of the answered that is right; the risk is the rest.
    """

    covered: float
    least: float
    accuracy: float


def risk_coverage(
    confidences: Floats, right: npt.NDArray[np.bool_], parts: Sequence[float] = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
) -> tuple[Coverage, ...]:
    """How often the surest answers are right, for several parts that are answered."""
    order = np.argsort(-confidences, kind="stable")
    rows = []
    for part in parts:
        chosen = order[: max(1, round(part * len(order)))]
        rows.append(Coverage(part, float(confidences[chosen].min()), float(right[chosen].mean())))
    return tuple(rows)


def tail_rank(value: float, reference: Floats) -> float:
    """Part of the reference that is no greater, the value itself counted: a conformal p-value (Vovk et al., 2005).

    Where the value comes from where the reference comes from, this is below p in at most a part p of all cases.
    """
    return float((1 + np.sum(reference <= value)) / (1 + len(reference)))
