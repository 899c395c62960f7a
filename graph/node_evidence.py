"""The evidence for one node as a person wants to see it: papers, words, citations, and how much each counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .alike import SimilarPaper
from .calibration import Floats
from .evidence import Evidence, Rows, Texts
from .library import Library
from .placed_papers import Document, PlacedPapers
from .placing import NodeEvidence
from .terms import read_terms

_PAPERS = 3
_WORDS = 6


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one text.

    Attributes:
        texts, excluded: as `SurveyEvidence.describe` takes them, of one text.
        weighed: its evidence times the weights, shape (nodes, kinds).
    """

    document: Document
    texts: Texts
    excluded: Rows
    weighed: Floats


def evidence_for(library: Library, placed: PlacedPapers, known: Known, node: int) -> NodeEvidence:
    """What speaks for a node, given by its number among the nodes of the placed papers."""
    at_node = frozenset(
        document.key or "" for document, at in zip(placed.documents, placed.at[:, node], strict=True) if at
    ) - {known.document.key or ""}
    linked = placed.linked.get(known.document.key or "", frozenset())
    return NodeEvidence(
        nearest=_nearest(library, placed, known, node),
        words=_words(placed, known, node),
        cited=library.papers(sorted(linked & at_node)[:_PAPERS]),
        elsewhere=tuple(
            library.node(other)
            for other in sorted(placed.elsewhere(known.document.key))
            if any(other in placed.elsewhere(key) for key in at_node)
        ),
        shares=_shares(known.weighed, node),
    )


def _nearest(library: Library, placed: PlacedPapers, known: Known, node: int) -> tuple[SimilarPaper, ...]:
    alike = placed.evidence.similarities(known.texts, known.excluded)[0]
    alike = np.where(placed.at[:, node] > 0, alike, -np.inf)
    rows = [int(row) for row in np.argsort(-alike, kind="stable")[:_PAPERS] if np.isfinite(alike[row])]
    papers = library.papers([placed.documents[row].key or "" for row in rows])
    return tuple(SimilarPaper(paper, float(alike[row])) for paper, row in zip(papers, rows, strict=True))


def _words(placed: PlacedPapers, known: Known, node: int) -> tuple[str, ...]:
    """First the words of the node's path, then those typical of its papers, as they stand in the text."""
    text = read_terms(known.document.title, known.document.body)
    named = read_terms(placed.nodes[node].name).words
    typical = placed.evidence.typical_words(known.texts.words, node, _WORDS)
    stems = [stem for stem in named if stem in text.words] + [placed.weights.terms[column] for column in typical]
    return tuple(dict.fromkeys(text.words[stem] for stem in stems if stem in text.words))[:_WORDS]


def _shares(weighed: Floats, node: int) -> Mapping[Evidence, float]:
    """What is above the mean of all nodes; what is below it speaks for others and is left out."""
    above = np.maximum(weighed[node] - weighed.mean(axis=0), 0.0)
    total = float(above.sum()) or 1.0
    order = np.argsort(-above, kind="stable")
    kinds = tuple(Evidence)
    return {kinds[each]: float(above[each]) / total for each in order if above[each] > 0}
