"""A question in words -> papers and taxonomy nodes, best first, each with the reasons for its rank.

Three rankings are joined by weighted reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): the words the
question and the paper share (BM25 in SQLite FTS5), the meaning of both (cosine of their embeddings), and the place:
papers at a taxonomy node that itself answers the question. Each ranking adds weight / (60 + rank), and a hit shows
how much of its score came from which. A question that is a paper's id, title or method name puts that paper first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .encoder import Encoder
from .errors import InvalidFilter, ModelError
from .filters import Filters, nodes_within, papers_passing
from .index import EntryKind, Vectors
from .library import Library
from .models import Paper, TaxonomyNode
from .sentence_vectors import SentenceVectors
from .words import match_node_words, match_words, matched_words

__all__ = [
    "MAX_LIMIT",
    "MAX_QUERY",
    "Filters",
    "NodeHit",
    "PaperHit",
    "Quote",
    "Reasons",
    "SearchAnswer",
    "Searcher",
    "query_words",
    "read_question",
]

_RANK_CONSTANT = 60
_WEIGHTS = {"name": 3.0, "words": 1.0, "meaning": 1.0, "place": 0.5}
_PARTS = ("words", "meaning", "place")  # what every question is answered by
_CANDIDATES = 200
_PLACE_NODES = 5
# Below this cosine, all-MiniLM-L6-v2 pairs texts that have nothing to do with each other; where no word of the question
# occurs anywhere, more is asked for.
_LEAST_SIMILARITY = 0.2
_LEAST_SIMILARITY_ALONE = 0.25
MAX_LIMIT = 1000
MAX_QUERY = 2000

_STOP_WORDS = frozenset(
    "a about after all also an and any are as at be been between both but by can could did do does for from"
    " had has have how i if in into is it its me more most my no not of on one or other our out over paper"
    " papers show so some such tell than that the their them there these they this those to under up us use"
    " used uses using was we were what when where which while who why will with without work works would you"
    " your".split()
)


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence of an abstract nearest to the question, with its cosine similarity."""

    text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a hit is where it is.

    Attributes:
        shares: part of the score that came from ``words``, ``meaning`` and ``place``, and from ``name`` where the
            question names the paper; they sum to 1.
        words: matching words as they stand in the record.
        similarity: cosine of the question and the record, or None where it has no vector or no model was used.
        place: the node through which it was found.
        quote: nearest sentence of the abstract, where there is one.
    """

    shares: Mapping[str, float]
    words: tuple[str, ...] = ()
    similarity: float | None = None
    place: TaxonomyNode | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class PaperHit:
    """A paper among the answers; score is 1 where every ranking has it first.

    Attributes:
        places: the nodes it stands at, as far as the filters let them through.
    """

    paper: Paper
    score: float
    reasons: Reasons
    places: tuple[TaxonomyNode, ...]


@dataclass(frozen=True, slots=True)
class NodeHit:
    """A taxonomy node among the answers, with the number of papers at or below it."""

    node: TaxonomyNode
    score: float
    reasons: Reasons
    papers: int


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answer to a question.

    Attributes:
        total: candidates that were ranked, of which `papers` are the best.
        notes: what the reader should know, e.g. that no meaning was used.
    """

    query: str
    papers: tuple[PaperHit, ...]
    nodes: tuple[NodeHit, ...]
    total: int
    notes: tuple[str, ...] = ()


class Searcher:
    """Search in one library with one encoder; keeps sentence vectors of abstracts it has shown.

    Args:
        encoder: None searches by words alone, and the answers say so.

    Raises:
        ModelError: the index was made by another model.
    """

    def __init__(self, library: Library, encoder: Encoder | None) -> None:
        self.library = library
        self._encoder = encoder
        self.sentences = SentenceVectors(encoder) if encoder else None
        index = library.index
        if index and encoder and index.model != encoder.fingerprint:
            raise ModelError(
                f"The index was made with {index.model}, the question would be read with {encoder.fingerprint}.",
                "Search with the model of the index, or run `litatlas build` with the new model first.",
            )

    def search(self, query: str, filters: Filters | None = None, *, limit: int = 10, nodes: int = 5) -> SearchAnswer:
        """Answer a question.

        Raises:
            InvalidFilter: the question is empty, or a filter names nothing.
            UnknownNode: `filters.under` names no node.
        """
        query = read_question(query)
        limit = max(1, min(limit, MAX_LIMIT))
        filters = filters or Filters()
        among, within = papers_passing(self.library, filters), nodes_within(self.library, filters)
        if among is not None and not among:
            return SearchAnswer(query, (), (), 0, ("No paper here passes the filters.",))
        words = query_words(query)
        vector = self._encode(query)
        node_hits = self._node_hits(words, vector, _PLACE_NODES + nodes, within)
        ranks, similarities = self._rankings(words, vector, node_hits[:_PLACE_NODES], among)
        named = self.library.find_key(query)
        if named is not None and (among is None or named in among):
            ranks["name"] = {named: 1}
        scores = _fuse(ranks)
        best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
        hits = self._paper_hits(best, scores, ranks, similarities, words, vector, node_hits, within)
        return SearchAnswer(query, hits, node_hits[:nodes], len(scores), self._notes())

    def _notes(self) -> tuple[str, ...]:
        if self.library.index is None:
            return ("Searched by words alone: this library has no vectors yet. Run `litatlas build`.",)
        if self._encoder is None:
            return ("Searched by words alone.",)
        unindexed = self.library.counts.papers + self.library.counts.software - self.library.counts.indexed
        if unindexed:
            what = (
                "1 paper has no vector yet and is"
                if unindexed == 1
                else f"{unindexed:,} papers have no vector yet and are"
            )
            return (f"{what} found by words alone. Run `litatlas build`.",)
        return ()

    def _encode(self, query: str) -> Vectors | None:
        if self._encoder is None or not self.library.index:
            return None
        vector: Vectors = self._encoder.encode([query])[0]
        return vector

    def _rankings(
        self,
        words: Sequence[str],
        vector: Vectors | None,
        place_hits: Sequence[NodeHit],
        among: frozenset[str] | None,
    ) -> tuple[dict[str, dict[str, int]], dict[str, float]]:
        """Rank of each paper (from 1) by words, meaning and place, and its cosine similarity."""
        # A filter may leave only papers far down the list of matches, so with one the whole list is read.
        matches = match_words(self.library, words, _CANDIDATES if among is None else -1)
        by_words = [match.key for match in matches if among is None or match.key in among][:_CANDIDATES]
        ranks = {"words": _ranks(by_words), "meaning": {}, "place": {}}
        similarities: dict[str, float] = {}
        index = self.library.index
        if index is not None and vector is not None:
            pool = None if among is None else sorted(among)
            near = index.search(vector, _CANDIDATES, EntryKind.PAPER, pool)
            least = _LEAST_SIMILARITY if by_words else _LEAST_SIMILARITY_ALONE
            near = tuple(neighbour for neighbour in near if neighbour.score >= least)
            similarities = {neighbour.key: neighbour.score for neighbour in near}
            ranks["meaning"] = _ranks([neighbour.key for neighbour in near])
        found = ranks["words"].keys() | ranks["meaning"].keys()
        for rank, hit in enumerate(place_hits, start=1):
            for key in found.intersection(self.library.paper_keys(under=hit.node)):
                ranks["place"].setdefault(key, rank)
        return ranks, similarities

    def _paper_hits(
        self,
        keys: Sequence[str],
        scores: Mapping[str, float],
        ranks: Mapping[str, Mapping[str, int]],
        similarities: Mapping[str, float],
        words: Sequence[str],
        vector: Vectors | None,
        node_hits: Sequence[NodeHit],
        within: frozenset[str] | None,
    ) -> tuple[PaperHit, ...]:
        matched = matched_words(self.library, words, keys)
        papers = self.library.papers(keys)
        quotes = self._quotes(papers, vector)
        most = sum(_WEIGHTS[part] for part in {*_PARTS, *ranks}) / (_RANK_CONSTANT + 1)
        hits = []
        for paper in papers:
            key = paper.key
            place_rank = ranks["place"].get(key)
            reasons = Reasons(
                shares=_shares(key, ranks),
                words=matched.get(key, ()),
                similarity=similarities.get(key),
                place=node_hits[place_rank - 1].node if place_rank else None,
                quote=quotes.get(key),
            )
            places = tuple(node for node in self.library.places(key) if within is None or node.key in within)
            hits.append(PaperHit(paper, scores[key] / most, reasons, places))
        return tuple(hits)

    def _node_hits(
        self, words: Sequence[str], vector: Vectors | None, limit: int, within: frozenset[str] | None
    ) -> tuple[NodeHit, ...]:
        matches = match_node_words(self.library, words, _CANDIDATES if within is None else -1)
        by_words = [match.key for match in matches if within is None or match.key in within][:_CANDIDATES]
        ranks: dict[str, dict[str, int]] = {"words": _ranks(by_words), "meaning": {}}
        similarities: dict[str, float] = {}
        index = self.library.index
        if index is not None and vector is not None:
            pool = None if within is None else sorted(within)
            near = index.search(vector, _CANDIDATES, EntryKind.NODE, pool)
            near = tuple(neighbour for neighbour in near if neighbour.score >= _LEAST_SIMILARITY)
            similarities = {neighbour.key: neighbour.score for neighbour in near}
            ranks["meaning"] = _ranks([neighbour.key for neighbour in near])
        scores = _fuse(ranks)
        most = (_WEIGHTS["words"] + _WEIGHTS["meaning"]) / (_RANK_CONSTANT + 1)
        hits = []
        for key in sorted(scores, key=lambda key: (-scores[key], key))[:limit]:
            node = self.library.node(key)
            named = tuple(word for word in words if word in " ".join(node.path).casefold())
            reasons = Reasons(_shares(key, ranks), named, similarities.get(key))
            hits.append(NodeHit(node, scores[key] / most, reasons, self.library.node_counts[key]))
        return tuple(hits)

    def _quotes(self, papers: Sequence[Paper], vector: Vectors | None) -> dict[str, Quote]:
        if vector is None or self.sentences is None:
            return {}
        quotes = {}
        for key, sentences in self.sentences.of(papers).items():
            similarities = sentences.vectors @ vector
            best = int(np.argmax(similarities))
            quotes[key] = Quote(sentences.texts[best], float(similarities[best]))
        return quotes


def read_question(text: str) -> str:
    """A question with its blanks collapsed.

    Raises:
        InvalidFilter: it is empty or too long.
    """
    query = " ".join(text.split())
    if not query:
        raise InvalidFilter("The question is empty.", 'Ask in words, e.g. `litatlas search "shrink the KV cache"`.')
    if len(query) > MAX_QUERY:
        raise InvalidFilter(f"The question has {len(query):,} characters; {MAX_QUERY:,} is the limit.", "Shorten it.")
    return query


def query_words(query: str) -> tuple[str, ...]:
    """The words of a question that are worth matching, each once; all of them if none is."""
    words = list(dict.fromkeys(re.findall(r"\w+", query.casefold())))
    return tuple(word for word in words if word not in _STOP_WORDS) or tuple(words)


def _ranks(keys: Sequence[str]) -> dict[str, int]:
    return {key: rank for rank, key in enumerate(keys, start=1)}


def _contribution(part: str, rank: int) -> float:
    return _WEIGHTS[part] / (_RANK_CONSTANT + rank)


def _fuse(ranks: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for part, ranking in ranks.items():
        for key, rank in ranking.items():
            scores[key] = scores.get(key, 0.0) + _contribution(part, rank)
    return scores


def _shares(key: str, ranks: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    parts = {part: _contribution(part, ranking[key]) if key in ranking else 0.0 for part, ranking in ranks.items()}
    total = sum(parts.values())
    return {part: value / total for part, value in parts.items()}
