"""Which topics of one survey correspond to which of another, and what speaks for it.

Three kinds of evidence, each from 0 to 1 and the same whichever survey is named first:

- papers: over the papers that both surveys list, the correlation of standing at the one and at the other topic (phi
  coefficient, Yule 1912). A topic that holds everything correlates with nothing. n papers at both count n / (n + 1) of
  it, since one paper may be chance.
- name: the cosine of the names' letter n-grams, weighed by rarity among the names of both surveys (TF-IDF), by which
  "Quantize" is near "Quantization".
- meaning: the cosine of the mean vectors of their papers, after the mean of both surveys was taken off: all papers of a
  field are near each other, and what counts is in which direction a topic departs from the field.

They are joined as if independent (noisy or, Pearl 1988); names and meaning alone never make a pair certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from .index import EntryKind, VectorIndex
from .models import TaxonomyNode
from .survey_papers import SurveyPapers

Floats = npt.NDArray[np.float64]

_WEIGHT_OF_NAME, _WEIGHT_OF_MEANING = 0.6, 0.5
_CLEAR, _LIKELY, _LEAST = 0.7, 0.5, 0.35
_AS_GOOD = 0.9  # of the best counterpart of a node, what counts as a counterpart too
_MOST_NODES = 2000  # of one survey; the matrices grow with the product
_WITHIN, _BEYOND, _ENOUGH = 0.8, 0.6, 3


class Sureness(StrEnum):
    """How sure it is that two nodes are about one topic."""

    CLEAR = "clear"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Relation(StrEnum):
    """What the first of two nodes is to the second, judged by at least three papers that both surveys list."""

    SAME = "about the same"
    NARROWER = "part of it"
    BROADER = "holds it"
    OVERLAPPING = "overlaps"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class NodePair:
    """Two nodes of different surveys that correspond.

    Attributes:
        first_papers, second_papers: papers at or below each.
        first_known, second_known: those of them that the other survey lists, wherever.
        shared: papers that stand at or below both.
        papers, name, meaning: the evidence, 0 to 1; meaning is None where papers have no vectors.
        score: all together, 0 to 1.
        best: each is the best counterpart of the other.
    """

    first: TaxonomyNode
    second: TaxonomyNode
    first_papers: int
    second_papers: int
    first_known: int
    second_known: int
    shared: int
    papers: float
    name: float
    meaning: float | None
    score: float
    sureness: Sureness
    relation: Relation
    best: bool


@dataclass(frozen=True, slots=True)
class _Side:
    """The nodes that are compared, with shape (nodes, papers of both surveys) 1 where a paper is at or below."""

    nodes: tuple[TaxonomyNode, ...]
    at: sparse.csr_matrix
    known: Floats
    centroids: Floats | None
    vectors: Floats


@dataclass(frozen=True, slots=True)
class _Vectors:
    """The papers of a survey that have a vector, and those, shape (papers, dimension)."""

    keys: tuple[str, ...]
    rows: Floats

    @classmethod
    def of(cls, survey: SurveyPapers, index: VectorIndex) -> _Vectors:
        rows, keys = index.vectors(EntryKind.PAPER, sorted(survey.papers))
        return cls(keys, np.asarray(rows, np.float64))

    @property
    def mean(self) -> Floats:
        """Of each survey its own, so that in the middle of two a large one does not count for more."""
        return np.asarray(self.rows.mean(axis=0))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for each pair, shape (first nodes, second nodes) each."""

    shared: Floats
    papers: Floats
    names: Floats
    meaning: Floats
    score: Floats


def align(first: SurveyPapers, second: SurveyPapers, index: VectorIndex | None) -> tuple[NodePair, ...]:
    """The pairs of nodes that correspond, surest first; a node may have several counterparts or none.

    Of a survey with more than 2,000 topics the 2,000 with the most papers are compared (see `compared_nodes`).
    """
    both = sorted(first.papers.keys() & second.papers.keys())
    held = [_Vectors.of(survey, index) if index else None for survey in (first, second)]
    means = [vectors.mean for vectors in held if vectors and vectors.keys]
    middle = (means[0] + means[1]) / 2 if len(means) == 2 else None
    one, other = (_side(*each, both, middle) for each in zip((first, second), held, strict=True))
    if not one.nodes or not other.nodes:
        return ()
    evidence = _evidence(one, other, len(both))
    found = [
        _pair((first, second), (one, other), evidence, row, column) for row, column in _counterparts(evidence.score)
    ]
    return tuple(sorted(found, key=lambda p: (-p.score, -p.shared, p.first.position + p.second.position, p.first.key)))


def _evidence(one: _Side, other: _Side, both: int) -> _Evidence:
    shared = np.asarray((one.at @ other.at.T).todense(), np.float64)
    papers = _correlation(shared, one.known, other.known, both)
    names, meaning = _names(one.nodes, other.nodes), _meaning(one, other)
    against = (1 - papers) * (1 - _WEIGHT_OF_NAME * names) * (1 - _WEIGHT_OF_MEANING * np.nan_to_num(meaning))
    return _Evidence(shared, papers, names, meaning, np.round(1 - against, 2))


def _counterparts(score: Floats) -> list[tuple[int, int]]:
    """Rows and columns of the pairs that are good enough, and about the best of one of the two nodes."""
    of_row, of_column = score.max(axis=1, keepdims=True), score.max(axis=0, keepdims=True)
    as_good = (score >= _AS_GOOD * of_row) | (score >= _AS_GOOD * of_column)
    rows, columns = np.nonzero((score >= _LEAST) & as_good)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True)]


def compared_nodes(survey: SurveyPapers) -> tuple[TaxonomyNode, ...]:
    """The nodes of a survey that have papers; those with most where there are very many."""
    held = [node for node in survey.nodes if node.key in survey.below]
    if len(held) <= _MOST_NODES:
        return tuple(held)
    largest = sorted(held, key=lambda node: (-len(survey.below[node.key]), node.position))[:_MOST_NODES]
    return tuple(sorted(largest, key=lambda node: node.position))


def _side(survey: SurveyPapers, vectors: _Vectors | None, both: Sequence[str], middle: Floats | None) -> _Side:
    nodes = compared_nodes(survey)
    at = _incidence([survey.below[node.key] for node in nodes], both)
    known = np.asarray(at.sum(axis=1), np.float64).reshape(-1)
    if vectors is None or middle is None:
        return _Side(nodes, at, known, None, np.zeros(len(nodes)))
    members = _incidence([survey.below[node.key] for node in nodes], vectors.keys)
    counts = np.asarray(members.sum(axis=1), np.float64).reshape(-1)
    means = np.asarray(members @ vectors.rows) / np.maximum(counts, 1)[:, None] - middle
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return _Side(nodes, at, known, means / np.where(lengths > 0, lengths, 1), counts)


def _incidence(sets: Sequence[frozenset[str]], keys: Sequence[str]) -> sparse.csr_matrix:
    columns = {key: column for column, key in enumerate(keys)}
    places = [(row, columns[key]) for row, members in enumerate(sets) for key in members if key in columns]
    rows, cols = zip(*places, strict=True) if places else ((), ())
    return sparse.csr_matrix((np.ones(len(places)), (rows, cols)), shape=(len(sets), len(keys)))


def _correlation(shared: Floats, first: Floats, second: Floats, total: int) -> Floats:
    """Phi over the papers of both surveys, none below 0, shape (first nodes, second nodes)."""
    spread = np.outer(first * (total - first), second * (total - second))
    phi = (shared * total - np.outer(first, second)) / np.sqrt(np.where(spread > 0, spread, 1))
    return np.asarray(np.where(spread > 0, np.clip(phi, 0, 1), 0) * shared / (shared + 1))


def _names(first: Sequence[TaxonomyNode], second: Sequence[TaxonomyNode]) -> Floats:
    texts = [" ".join(node.name.split()) for node in (*first, *second)]
    try:
        grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit_transform(texts)
    except ValueError:  # no name has a letter
        return np.zeros((len(first), len(second)))
    return np.asarray(np.clip((grams[: len(first)] @ grams[len(first) :].T).toarray(), 0, 1), np.float64)


def _meaning(one: _Side, other: _Side) -> Floats:
    """NaN where a node has no vectors; few papers say less of their topic."""
    if one.centroids is None or other.centroids is None:
        return np.full((len(one.nodes), len(other.nodes)), np.nan)
    fewest = np.minimum.outer(one.vectors, other.vectors)
    cosine = np.clip(one.centroids @ other.centroids.T, 0, 1) * fewest / (fewest + 1)
    return np.asarray(np.where(fewest > 0, cosine, np.nan))


def _pair(
    surveys: tuple[SurveyPapers, SurveyPapers], sides: tuple[_Side, _Side], found: _Evidence, row: int, column: int
) -> NodePair:
    node, counterpart = sides[0].nodes[row], sides[1].nodes[column]
    known = int(sides[0].known[row]), int(sides[1].known[column])
    shared, near = int(found.shared[row, column]), float(found.meaning[row, column])
    score = float(found.score[row, column])
    return NodePair(
        first=node,
        second=counterpart,
        first_papers=len(surveys[0].below[node.key]),
        second_papers=len(surveys[1].below[counterpart.key]),
        first_known=known[0],
        second_known=known[1],
        shared=shared,
        papers=round(float(found.papers[row, column]), 2),
        name=round(float(found.names[row, column]), 2),
        meaning=None if np.isnan(near) else round(near, 2),
        score=score,
        sureness=_sureness(score),
        relation=_relation(shared, *known),
        best=bool(score == found.score[row].max() == found.score[:, column].max()),
    )


def _sureness(score: float) -> Sureness:
    if score >= _CLEAR:
        return Sureness.CLEAR
    return Sureness.LIKELY if score >= _LIKELY else Sureness.POSSIBLE


def _relation(shared: int, first: int, second: int) -> Relation:
    """By how much of each node, as far as both surveys list its papers, stands at the other."""
    if min(first, second) < _ENOUGH or not shared:
        return Relation.UNKNOWN
    of_first, of_second = shared / first, shared / second
    if min(of_first, of_second) >= _BEYOND:
        return Relation.SAME
    if of_first >= _WITHIN:
        return Relation.NARROWER
    return Relation.BROADER if of_second >= _WITHIN else Relation.OVERLAPPING
