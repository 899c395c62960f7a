"""Taxonomy nodes that answer a question: by their names, and by the papers found that stand at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .candidates import Wanted
from .hits import NodeHit, Reasons
from .library import Library
from .ranking import NODE_WEIGHTS, Part, best_first, over_best, scores, shares
from .words import match_node_words

VOTERS = 20
"""So many of the best papers speak for the nodes they stand at."""


def find_nodes(
    library: Library,
    wanted: Wanted,
    near: Mapping[str, float],
    places: Mapping[str, Sequence[str]],
    papers: Mapping[str, float],
    limit: int,
) -> tuple[NodeHit, ...]:
    """The nodes that answer, best first.

    Args:
        near: cosine of the question and each node.
        places: the nodes that each paper stands at.
        papers: the papers found with their scores.
    """
    matches = match_node_words(library, wanted.reading.words, -1)
    votes = _votes(wanted, places, papers)
    values = {
        Part.MEANING: near,
        Part.WORDS: over_best((m.key, m.score) for m in matches if wanted.within is None or m.key in wanted.within),
        Part.PAPERS: over_best((key, weight) for key, (weight, _) in votes.items()),
    }
    scored = scores(values, NODE_WEIGHTS)
    hits = []
    for key in [key for key in best_first(scored) if scored[key] > 0][:limit]:
        node = library.node(key)
        way = " ".join(node.path).casefold()
        reasons = Reasons(
            shares=shares(key, values, NODE_WEIGHTS),
            words=tuple(word for word in wanted.reading.words if word in way),
            similarity=near.get(key),
            votes=votes.get(key, (0.0, 0))[1],
        )
        hits.append(NodeHit(node, scored[key], reasons, library.node_counts[key]))
    return tuple(hits)


def _votes(
    wanted: Wanted, places: Mapping[str, Sequence[str]], papers: Mapping[str, float]
) -> dict[str, tuple[float, int]]:
    """Of each node, by how much the best papers at it lead the first one that does not vote, and their number."""
    order = best_first(papers)
    base = papers[order[VOTERS]] if len(order) > VOTERS else 0.0
    votes: dict[str, tuple[float, int]] = {}
    for key in order[:VOTERS]:
        for node in places.get(key, ()):
            if wanted.within is None or node in wanted.within:
                weight, count = votes.get(node, (0.0, 0))
                votes[node] = (weight + papers[key] - base, count + 1)
    return votes
