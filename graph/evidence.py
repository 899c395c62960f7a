"""What speaks for each node of a survey as the place of a text, in numbers: the evidence that placement weighs.

Every kind of evidence is computed for a text as if it were new. A text that is itself among the placed ones is left
out of all of them (`describe`, ``excluded``), so that what was learned on the placed papers holds for new ones.

The main kind is kernel ridge regression from texts to nodes. What it would say without paper i has a closed form: with
G the inverse of K + aI and A = G T the coefficients, those without i are A_j - G_ji A_i / G_ii (Rifkin and Lippert,
2007), and that of i is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .calibration import Floats
from .models import TaxonomyNode

Rows = npt.NDArray[np.intp]

NOT_PLACED = -1
"""In ``excluded``: the text is none of the placed ones."""

# These were chosen with benchmarks/placement.py on the bundled survey; it is flat around them.
_RIDGE = 0.1
_LEAST_SAID = 0.1  # of what regression says; what it says below means nothing
_NEAREST = 15
_WORD_SHARPNESS, _MEANING_SHARPNESS = 2, 4
_LEAST_SHARE = 0.01
_WORDS_OF_NODE, _WORDS_OF_PARENT = 200.0, 300.0  # how many words it takes to outweigh the broader node
_WORD_ANYWHERE, _RAREST = 0.1, 1e-12
_ELSEWHERE = 2.0  # how many papers it takes to trust what another survey's node says
_FAMILIAR, _FAMILIAR_WORDS = 3, 0.2


class Evidence(StrEnum):
    """The kinds of evidence, in the order of the last axis of `SurveyEvidence.describe`."""

    PAPERS = "papers"  # ridge regression on the texts of the papers there
    SIBLINGS = "siblings"  # the same, summed over the nodes below the same parent
    SECOND = "second level"  # the same, summed over all that share the two topmost names
    BRANCH = "branch"  # the same, summed over the top branch
    NEAREST = "nearest"  # how many of the nearest papers stand there
    WORDS = "words"  # how typical the words are for the papers there
    NAME_WORDS = "name words"  # words of the node's path in the text
    NAME_MEANING = "name meaning"  # the name and the text in the embedding
    SIZE = "size"  # how many papers stand there
    CITATIONS = "citations"  # papers there that it cites or that cite it
    CITATIONS_AROUND = "citations around"  # the same, for all that share the two topmost names
    ELSEWHERE = "other surveys"  # where other surveys have it, and where their papers there stand here


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as numbers, one row each.

    Attributes:
        vectors: unit vectors of the whole texts, shape (texts, dimension).
        terms: TF-IDF rows of length 1, shape (texts, terms).
        words: logarithms of 1 + count of each single word, shape (texts, terms).
        links: which placed papers cite it or are cited by it, shape (texts, placed).
        elsewhere: at which nodes of other surveys it stands, shape (texts, other nodes).
    """

    vectors: Floats
    terms: sparse.csr_array
    words: sparse.csr_array
    links: sparse.csr_array
    elsewhere: sparse.csr_array


@dataclass(frozen=True, slots=True)
class NodeNames:
    """The nodes papers can stand at, and their names as numbers.

    Attributes:
        vectors: shape (nodes, dimension).
        terms: shape (nodes, terms).
    """

    nodes: tuple[TaxonomyNode, ...]
    vectors: Floats
    terms: sparse.csr_array


class SurveyEvidence:
    """The placed papers of one survey, ready to say what speaks for each node.

    Args:
        placed: the placed papers.
        at: which nodes each stands at, 0 or 1, shape (placed, nodes); every row has a 1.
        names: the nodes.
    """

    def __init__(self, placed: Texts, at: Floats, names: NodeNames) -> None:
        self.placed, self.at, self.names = placed, at, names
        self._siblings = _same([node.parent or node.key for node in names.nodes])
        self._second = _same([" > ".join(node.path[:2]) for node in names.nodes])
        self._branch = _same([node.path[0] for node in names.nodes])
        share = at / at.sum(axis=1, keepdims=True)
        self._inverse = np.linalg.inv(self._kernel(placed) + _RIDGE * np.eye(len(at)))
        self._coefficients = self._inverse @ share
        self._word_counts = np.asarray(placed.words.T @ at, dtype=np.float64).T
        self._word_totals = self._word_counts.sum(axis=1, keepdims=True)
        self._words_of_all = np.asarray(placed.words.sum(axis=0), dtype=np.float64).ravel() + _WORD_ANYWHERE
        self._other_counts = np.asarray(placed.elsewhere.T @ at, dtype=np.float64)

    def describe(self, texts: Texts, excluded: Rows) -> Floats:
        """The evidence for each text and node.

        Args:
            excluded: for each text the row of the placed paper that it is, which then says nothing; else NOT_PLACED.

        Returns:
            Shape (texts, nodes, kinds of `Evidence`).
        """
        papers = self._regression(texts, excluded)
        linked = np.asarray(texts.links @ self.at)
        own = np.where((excluded >= 0)[:, None], self.at[excluded], 0.0)
        described = {
            Evidence.PAPERS: _log_said(papers),
            Evidence.SIBLINGS: _log_said(papers @ self._siblings),
            Evidence.SECOND: _log_said(papers @ self._second),
            Evidence.BRANCH: _log_said(papers @ self._branch),
            Evidence.NEAREST: self._nearest_shares(texts, excluded),
            Evidence.WORDS: self._word_likeness(texts, excluded),
            Evidence.NAME_WORDS: _dense(texts.terms @ self.names.terms.T),
            Evidence.NAME_MEANING: texts.vectors @ self.names.vectors.T,
            Evidence.SIZE: np.log(self.at.sum(axis=0) - own + 0.5),
            Evidence.CITATIONS: np.log1p(linked),
            Evidence.CITATIONS_AROUND: np.log1p(linked @ self._second),
            Evidence.ELSEWHERE: self._elsewhere(texts, own, excluded),
        }
        return np.stack([described[kind] for kind in Evidence], axis=-1)

    def leave_one_out(self, texts: Texts | None = None) -> Floats:
        """The evidence for each placed paper, itself left out.

        Args:
            texts: the same papers read in another way, e.g. by their titles alone.
        """
        return self.describe(texts or self.placed, np.arange(len(self.at)))

    def similarities(self, texts: Texts, excluded: Rows) -> Floats:
        """How alike each text and each placed paper are, shape (texts, placed); -inf for itself."""
        alike = self._kernel(texts)
        return _without(alike, excluded)

    def familiarity(self, texts: Texts, excluded: Rows) -> Floats:
        """How near the nearest placed papers are, mostly by meaning, shape (texts,); itself is left out."""
        by_words, by_meaning = _dense(texts.terms @ self.placed.terms.T), texts.vectors @ self.placed.vectors.T
        alike = _without(_FAMILIAR_WORDS * by_words + (1 - _FAMILIAR_WORDS) * by_meaning, excluded)
        nearest = min(_FAMILIAR, max(1, alike.shape[1] - 1))
        return np.asarray(np.sort(alike, axis=1)[:, -nearest:].mean(axis=1), dtype=np.float64)

    def typical_words(self, row: sparse.csr_array, node: int, limit: int) -> Rows:
        """The words of a text (one row of counts) that speak most for a node, as columns, the best first."""
        columns = row.indices
        gains = self._word_gains(columns, NOT_PLACED)[node] * row.data
        order = np.argsort(-gains, kind="stable")[:limit]
        return np.asarray([columns[each] for each in order if gains[each] > 0], dtype=np.intp)

    def _kernel(self, texts: Texts) -> Floats:
        """Mean of the cosines of words and of meaning."""
        by_words, by_meaning = _dense(texts.terms @ self.placed.terms.T), texts.vectors @ self.placed.vectors.T
        return np.asarray((by_words + by_meaning) / 2)

    def _regression(self, texts: Texts, excluded: Rows) -> Floats:
        kernel = self._kernel(texts)
        said = kernel @ self._coefficients
        rows = np.flatnonzero(excluded >= 0)
        itself = excluded[rows]
        through = np.einsum("rp,pr->r", kernel[rows], self._inverse[:, itself]) / self._inverse[itself, itself]
        said[rows] -= through[:, None] * self._coefficients[itself]
        return np.asarray(said)

    def _nearest_shares(self, texts: Texts, excluded: Rows) -> Floats:
        """Mean of the logarithms of the nodes' shares among the nearest papers, by words and by meaning."""
        by_words = _without(_dense(texts.terms @ self.placed.terms.T), excluded) ** _WORD_SHARPNESS
        by_meaning = np.maximum(_without(texts.vectors @ self.placed.vectors.T, excluded), 0.0) ** _MEANING_SHARPNESS
        return np.asarray((self._log_shares(by_words) + self._log_shares(by_meaning)) / 2)

    def _log_shares(self, closeness: Floats) -> Floats:
        closeness[~np.isfinite(closeness)] = 0.0
        count = min(_NEAREST, closeness.shape[1])
        least = -np.sort(-closeness, axis=1)[:, count - 1 : count]
        votes = np.where(closeness >= least, closeness, 0.0) @ self.at
        return np.asarray(np.log(votes / (votes.sum(axis=1, keepdims=True) + 1e-9) + _LEAST_SHARE))

    def _word_likeness(self, texts: Texts, excluded: Rows) -> Floats:
        """Naive Bayes, each node's words smoothed by its parent's and those by all; per square root of length."""
        found = np.zeros((len(excluded), self.at.shape[1]))
        for number, itself in enumerate(excluded):
            row = texts.words[[number]]
            if not row.nnz:
                continue
            gains = self._word_gains(row.indices, itself)
            found[number] = gains @ row.data / np.sqrt(row.data.sum())
        return found

    def _word_gains(self, columns: Rows, itself: int) -> Floats:
        """Log of how much likelier each word is at each node than anywhere, shape (nodes, words)."""
        own, own_total, at = np.zeros(len(columns)), 0.0, np.zeros(self.at.shape[1])
        if itself >= 0:
            words = self.placed.words[[itself]].toarray().ravel()
            own, own_total, at = words[columns], float(words.sum()), self.at[itself]
        background = (self._words_of_all[columns] - own) / (self._words_of_all.sum() - own_total)
        at_node, in_node = (
            self._word_counts[:, columns] - np.outer(at, own),
            self._word_totals - at[:, None] * own_total,
        )
        at_parent, in_parent = self._siblings @ at_node, self._siblings @ in_node
        parent = (at_parent + _WORDS_OF_PARENT * background) / (in_parent + _WORDS_OF_PARENT)
        chance = (at_node + _WORDS_OF_NODE * parent) / (in_node + _WORDS_OF_NODE)
        return np.asarray(np.log(np.maximum(chance, _RAREST) / background))

    def _elsewhere(self, texts: Texts, own: Floats, excluded: Rows) -> Floats:
        """How much likelier each node is for papers that stand where the text does in other surveys."""
        sizes = self.at.sum(axis=0) + 1
        usual = sizes / sizes.sum()
        found = np.zeros(own.shape)
        for number, itself in enumerate(excluded):
            for other in texts.elsewhere[[number]].indices:
                together = self._other_counts[other] - (own[number] if self._is_at(itself, other) else 0.0)
                found[number] += np.log((together + _ELSEWHERE * usual) / (together.sum() + _ELSEWHERE) / usual)
        return found

    def _is_at(self, itself: int, other: int) -> bool:
        return itself >= 0 and bool(self.placed.elsewhere[itself, other])


def _same(values: Sequence[str]) -> Floats:
    """1 where two values are equal, shape (values, values)."""
    names = np.array(values)
    return np.asarray(names[:, None] == names[None, :], dtype=np.float64)


def _log_said(said: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(said, 0.0) + _LEAST_SAID))


def _dense(product: sparse.csr_array) -> Floats:
    return np.asarray(product.toarray(), dtype=np.float64)


def _without(alike: Floats, excluded: Rows) -> Floats:
    rows = np.flatnonzero(excluded >= 0)
    alike[rows, excluded[rows]] = -np.inf
    return alike
