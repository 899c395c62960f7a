"""Placement in one survey: weights learned from the papers it places, and what they say about a text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .calibration import Floats, fit_weights, softmax, tail_rank
from .evidence import Evidence
from .library import Library
from .models import Paper, TaxonomyNode
from .node_evidence import Known, evidence_for
from .placed_papers import Document, PlacedPapers, VectorStore
from .placing import BroaderNode, Misplaced, Proposal, ProposedNode, Reading, SurveyPlacement

LEAST_FAMILIAR = {Reading.ABSTRACT: 0.02, Reading.TITLE: 0.05}
"""Part of the texts that do belong that may be refused; titles say less, so that more has to be refused."""

ENOUGH_TO_REFUSE = 50  # placed papers; with fewer, no rank among them is low enough
_SURE = 0.8
# Each evidence counts a little until some dozens of papers say how much; benchmarks/placement.py is flat around both.
START, FIRMNESS = 0.2, 20.0
_MOST_FITTED = 1000
_LEAST_READ = 30  # papers with an abstract or note from which what abstracts say can be learned
_LEAST_WORDS = 30  # of a body; texts that are shorter are as far from abstracts as titles are
_OWN_IS_UNLIKELY, _OTHER_IS_LIKELY = 0.05, 0.5
_OWN_IS_LIKELY, _ALSO_LIKELY = 0.1, 0.2


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned about one way of reading.

    Attributes:
        weights: of each kind of `Evidence`.
        familiarities: of the placed papers, each without itself.
        read: the reading it was learned from.
    """

    weights: Floats
    familiarities: Floats
    read: Reading


class SurveyPlacer:
    """Placement in one survey; what it learns is learned when it is first needed, and kept.

    Args:
        among: only these papers count as placed; None: all of the survey.
    """

    def __init__(
        self, library: Library, vectors: VectorStore, survey: str, among: Collection[str] | None = None
    ) -> None:
        self.library, self.survey = library, survey
        self.placed = PlacedPapers(library, vectors, survey, among)
        self._fitted: dict[Reading, Fitted] = {}

    def fitted(self, reading: Reading) -> Fitted:
        """What the placed papers teach about texts that are read so; where few have abstracts, about titles."""
        if reading not in self._fitted:
            documents = self._examples(reading)
            if reading is Reading.ABSTRACT and len(documents) < _LEAST_READ:
                self._fitted[reading] = self.fitted(Reading.TITLE)
            else:
                self._fitted[reading] = self._fit(documents, reading)
        return self._fitted[reading]

    def _examples(self, reading: Reading) -> list[Document]:
        documents = self.placed.documents[:: 1 + (len(self.placed.documents) - 1) // _MOST_FITTED]
        if reading is Reading.TITLE:
            return [document.only_title() for document in documents]
        return [document for document in documents if document.body]

    def _fit(self, documents: Sequence[Document], reading: Reading) -> Fitted:
        rows = self.placed.excluded(documents)
        texts = self.placed.texts(documents)
        described = self.placed.evidence.describe(texts, rows)
        weights = fit_weights(described, self.placed.at[rows], np.full(len(Evidence), START), FIRMNESS)
        return Fitted(weights, self.placed.evidence.familiarity(texts, rows), reading)

    def probabilities(self, documents: Sequence[Document]) -> Floats:
        """For each document and node that holds papers, the probability; a placed paper is left out of its own.

        Returns:
            Shape (documents, nodes), rows that sum to 1.
        """
        found = np.zeros((len(documents), len(self.placed.nodes)))
        for reading in Reading:
            rows = [row for row, document in enumerate(documents) if reading_of(document) is reading]
            if rows:
                chosen = [documents[row] for row in rows]
                described = self.placed.evidence.describe(self.placed.texts(chosen), self.placed.excluded(chosen))
                found[rows] = softmax(described @ self.fitted(reading).weights)
        return found

    def place(self, document: Document, limit: int) -> SurveyPlacement:
        """Where a document belongs in this survey."""
        placed = tuple(node for node in self.library.places(document.key or "") if node.survey == self.survey)
        if not self.placed.nodes or not self.placed.documents or not self._others(document):
            why = "The survey places no other paper to compare with."
            return SurveyPlacement(self.survey, (), None, (), placed, False, 0.0, why)
        reading = reading_of(document)
        fitted = self.fitted(reading)
        chosen = [document]
        texts, rows = self.placed.texts(chosen, keep=False), self.placed.excluded(chosen)
        described = self.placed.evidence.describe(texts, rows)[0]
        chances = softmax(described @ fitted.weights)
        familiarity = tail_rank(float(self.placed.evidence.familiarity(texts, rows)[0]), fitted.familiarities)
        fits = familiarity >= LEAST_FAMILIAR[reading] or len(fitted.familiarities) < ENOUGH_TO_REFUSE
        best = np.argsort(-chances, kind="stable")[:limit]
        known = Known(document, texts, rows, described * fitted.weights)
        nodes = tuple(self._proposed(known, int(node), float(chances[node])) for node in best)
        surest, branches = self._surest(chances), self._branches(chances)
        why = _why(nodes, surest, familiarity, fits)
        notes = self._notes(reading, fitted, len(fitted.familiarities))
        return SurveyPlacement(self.survey, nodes, surest, branches, placed, fits, familiarity, why, notes)

    def _others(self, document: Document) -> int:
        return len(self.placed.documents) - (document.key in self.placed.row)

    def _proposed(self, known: Known, node: int, chance: float) -> ProposedNode:
        evidence = evidence_for(self.library, self.placed, known, node)
        return ProposedNode(self.placed.nodes[node], chance, int(self.placed.at[:, node].sum()), evidence)

    def _held(self, chances: Floats) -> dict[str, float]:
        """The probability of each node with all below it, broader nodes before narrower."""
        held: dict[str, float] = {}
        for node, chance in zip(self.placed.nodes, chances, strict=True):
            for at in (*self.library.ancestors(node), node):
                held[at.key] = held.get(at.key, 0.0) + float(chance)
        return held

    def _surest(self, chances: Floats) -> BroaderNode | None:
        sure = [(self.library.node(key), chance) for key, chance in self._held(chances).items() if chance >= _SURE]
        return BroaderNode(*max(sure, key=lambda pair: pair[0].depth)) if sure else None

    def _branches(self, chances: Floats) -> tuple[BroaderNode, ...]:
        held = [BroaderNode(self.library.node(key), chance) for key, chance in self._held(chances).items()]
        return tuple(sorted((each for each in held if each.node.depth == 1), key=lambda each: -each.probability))

    def _notes(self, reading: Reading, fitted: Fitted, seen: int) -> tuple[str, ...]:
        notes = []
        if reading is Reading.TITLE:
            notes.append("A title, or little more, was read, which says less than an abstract.")
        elif fitted.read is Reading.TITLE:
            notes.append("Few papers here have abstracts or notes, so how sure this is was learned from titles.")
        if seen < ENOUGH_TO_REFUSE:
            notes.append(f"The survey places {seen} papers, too few to say how sure this is or that nothing fits.")
        return tuple(notes)

    @cached_property
    def _left_out(self) -> Floats:
        return self.probabilities(self.placed.documents)

    def misplaced(self, limit: int) -> tuple[Misplaced, ...]:
        """Papers that look misplaced, the likeliest first: own nodes below 5 %, another above 50 %."""
        own = (self._left_out * self.placed.at).sum(axis=1)
        other = np.where(self.placed.at > 0, 0.0, self._left_out)
        rows = np.flatnonzero((own < _OWN_IS_UNLIKELY) & (other.max(axis=1, initial=0.0) >= _OTHER_IS_LIKELY))
        rows = rows[np.argsort(own[rows] - other[rows].max(axis=1, initial=0.0), kind="stable")][:limit]
        return tuple(
            Misplaced(*self._paper_at(int(row)), float(own[row]), self._of_row(int(row), int(other[row].argmax())))
            for row in rows
        )

    def cross_listings(self, limit: int) -> tuple[Proposal, ...]:
        """Further nodes for papers that stand rightly where they do, the likeliest first.

        The own nodes have at least 10 %, so the paper is not misplaced; the further one has at least 20 %.
        """
        own = (self._left_out * self.placed.at).sum(axis=1)
        other = np.where((self.placed.at > 0) | (own < _OWN_IS_LIKELY)[:, None], 0.0, self._left_out)
        pairs = np.argwhere(other >= _ALSO_LIKELY)
        order = np.argsort(-other[pairs[:, 0], pairs[:, 1]], kind="stable")[:limit]
        return tuple(
            Proposal(*self._paper_at(int(row)), self._of_row(int(row), int(node))) for row, node in pairs[order]
        )

    def _paper_at(self, row: int) -> tuple[Paper, tuple[TaxonomyNode, ...]]:
        key = self.placed.documents[row].key or ""
        placed = tuple(node for node in self.library.places(key) if node.survey == self.survey)
        return self.library.papers([key])[0], placed

    def _of_row(self, row: int, node: int) -> ProposedNode:
        document = self.placed.documents[row]
        texts, rows = self.placed.texts([document]), np.array([row], dtype=np.intp)
        described = self.placed.evidence.describe(texts, rows)[0]
        known = Known(document, texts, rows, described * self.fitted(reading_of(document)).weights)
        return self._proposed(known, node, float(self._left_out[row, node]))


def reading_of(document: Document) -> Reading:
    """How much of a document is known: of a new text, a sentence or two beside a title are no abstract."""
    is_long = bool(document.key) or len(document.body.split()) >= _LEAST_WORDS
    return Reading.ABSTRACT if document.body and is_long else Reading.TITLE


def _why(nodes: Sequence[ProposedNode], surest: BroaderNode | None, familiarity: float, fits: bool) -> str:
    if not fits:
        part = "nearly all" if familiarity < 0.01 else f"{1 - familiarity:.0%}"
        return f"None of these fits: it is farther from the papers placed here than {part} of them are from each other."
    best = nodes[0]
    if best.probability >= _SURE:
        return f"{best.node.name}, {best.probability:.0%} sure."
    if surest is None:
        return f"Nothing is sure; the likeliest is {best.node.name} with {best.probability:.0%}."
    below = "" if surest.node.key == best.node.key else f"; most likely at {best.node.name}"
    return f"Somewhere in {surest.node.name}, {surest.probability:.0%} sure{below} ({best.probability:.0%})."
