"""A question in words -> papers and taxonomy nodes, best first, each with the reasons for its rank.

Candidates come from the words (BM25 in SQLite FTS5) and from the meaning (cosine of embeddings); graph/ranking.py says
which parts make their score. The best of them are read again sentence by sentence. Nodes answer by their own name and
by the papers found that stand at them. A question that names a paper, by id, title or method, puts that paper first,
then what is near it; one that names an author, their papers; one that names papers to be like is answered from them.
Where nothing comes near enough, the answer says so and is empty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from .alike import SimilarPaper, papers_like, papers_like_seeds, text_seed, titled_sentences
from .encoder import Encoder, query_vectors
from .errors import ModelError
from .filters import Filters, nodes_within, papers_passing
from .hits import NodeHit, PaperHit, Quote, Reasons, SearchAnswer
from .identity import PaperId
from .index import EntryKind, Vectors
from .library import Library
from .likeness import Seed
from .models import Paper, TaxonomyNode
from .question import MAX_QUESTION, Question, both, read_question
from .ranking import (
    NAMED_WEIGHTS,
    NODE_WEIGHTS,
    PAPER_WEIGHTS,
    PASTED_WEIGHTS,
    SEED_WEIGHTS,
    Part,
    best_first,
    over_best,
    scores,
    shares,
)
from .reading import Reading, coverage, query_words, read_words
from .sentence_vectors import Sentences, SentenceVectors
from .spelling import Speller
from .words import having_word, match_authors, match_node_words, match_words, matched_words

__all__ = [
    "MAX_LIMIT",
    "MAX_QUESTION",
    "Filters",
    "NodeHit",
    "PaperHit",
    "Question",
    "Quote",
    "Reasons",
    "SearchAnswer",
    "Searcher",
    "query_words",
    "read_question",
]

MAX_LIMIT = 1000
_CANDIDATES = 400  # of each of words and meaning
_READ_AGAIN = 30  # papers whose sentences are compared; more changed nothing on the tuning questions
_VOTERS = 20
_MOST_AUTHOR_WORDS = 4
# Below this cosine, all-MiniLM-L6-v2 pairs texts that have nothing to do with each other.
_LEAST_SIMILARITY = 0.2
# An answer is one where similarity + _WORDS_COUNT x the part of the words it has reach this, for the best paper: set on
# the first halves of benchmarks/questions, those off topic included; benchmarks/known_items.py prints what it does.
_LEAST_EVIDENCE = 0.385
_WORDS_COUNT = 0.25
_LEAST_WORDS_ALONE = 0.3
_ALL_WORDS = 0.9  # of the words' weight: who has it answers, whatever the meaning
_LEAST_OF_BEST = 0.35  # of the best score; what is further down would only fill the page


class Searcher:
    """Search in one library with one encoder; keeps sentence vectors of papers it has looked at.

    Args:
        encoder: None searches by words alone, and the answers say so.
        weights: of the parts of a paper's score.

    Raises:
        ModelError: the index was made by another model.
    """

    def __init__(
        self, library: Library, encoder: Encoder | None, weights: Mapping[Part, float] = PAPER_WEIGHTS
    ) -> None:
        self.library = library
        self.weights = weights
        self._encoder = encoder
        self._speller = Speller(library)
        self.sentences = SentenceVectors(encoder) if encoder else None
        self.titled = SentenceVectors(encoder, titled_sentences) if encoder else None
        index = library.index
        if index and encoder and index.model != encoder.fingerprint:
            raise ModelError(
                f"The index was made with {index.model}, the question would be read with {encoder.fingerprint}.",
                "Search with the model of the index, or run `litatlas build` with the new model first.",
            )

    def search(
        self, query: str | Question, filters: Filters | None = None, *, limit: int = 10, nodes: int = 5
    ) -> SearchAnswer:
        """Answer a question.

        Args:
            query: as typed, with filters and seeds in words, or read already.
            filters: further ones; where both name the same thing, the words of the question hold.

        Raises:
            InvalidFilter: the question is empty or too long, or a filter names nothing.
            UnknownNode: `filters.under` names no node.
            UnknownPaper: a paper to be like or unlike is not here.
        """
        question = query if isinstance(query, Question) else read_question(query)
        typed = " ".join(query.split()) if isinstance(query, str) else question.text
        limit = max(1, min(limit, MAX_LIMIT))
        filters = both(filters or Filters(), question.filters)
        among, within = papers_passing(self.library, filters), nodes_within(self.library, filters)
        if among is not None and not among:
            note = "No paper here passes the filters."
            return SearchAnswer(typed, (), (), 0, (note,), question)
        return _Search(self, question, typed, among, within).answer(limit, nodes)

    @cached_property
    def places(self) -> dict[str, tuple[str, ...]]:
        """The nodes that each placed paper stands at, by keys."""
        found: dict[str, dict[str, None]] = {}
        for placement in self.library.placements():
            found.setdefault(placement.paper, {})[placement.node] = None
        return {paper: tuple(nodes) for paper, nodes in found.items()}

    def notes(self) -> tuple[str, ...]:
        """What a reader should know of any answer from this library."""
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

    def question_vector(self, text: str, *, pasted: bool = False) -> Vectors | None:
        """The unit vector of a question, shape (dimension,); None where no model is used.

        Args:
            pasted: the text is one as papers have it, no question.
        """
        if self._encoder is None or not self.library.index or not text:
            return None
        vector: Vectors = (self._encoder.encode([text]) if pasted else query_vectors(self._encoder, [text]))[0]
        return vector

    def seed(self, text: str) -> Seed | None:
        """A pasted text as something to find papers like; None where no model is used."""
        return text_seed(text, self._encoder) if self._encoder is not None and self.library.index else None

    def read(self, text: str) -> Reading:
        """The words and the meaning of a text, as they are looked up here."""
        return read_words(self.library, self._speller, text)

    def said(self, papers: Sequence[Paper]) -> dict[str, Sentences]:
        """Title and sentences of each paper with their vectors, by key; none where no model is used."""
        return self.titled.of(papers) if self.titled and self.library.index else {}


class _Search:
    """One question on its way to an answer."""

    def __init__(
        self,
        searcher: Searcher,
        question: Question,
        typed: str,
        among: frozenset[str] | None,
        within: frozenset[str] | None,
    ) -> None:
        self._searcher, self._library = searcher, searcher.library
        self._question, self._typed = question, typed
        self._among, self._within = among, within
        self._like = tuple(self._library.paper(reference) for reference in question.like)
        self._unlike = tuple(self._library.paper(reference) for reference in question.unlike)
        self._named = self._named_paper()
        # What stands near a paper that is named is found by what it says, not by its name.
        self._reading = searcher.read(self._named.title if self._named else question.text)
        self._vector = searcher.question_vector(self._reading.text, pasted=question.pasted or self._named is not None)
        self._seed = searcher.seed(question.text) if question.pasted and not self._named else None
        self._said: dict[str, Sentences] = {}
        self._values: dict[Part, dict[str, float]] = {}
        self._weights = self._weights_used()

    def answer(self, limit: int, nodes: int) -> SearchAnswer:
        if self._named is None and (unknown := PaperId.parse(self._question.text)):
            note = f"No paper here has {unknown}. Ask in words, or for papers like one that is here."
            return SearchAnswer(self._typed, (), (), 0, (note,), self._question, hopeless=True)
        self._gather(limit)
        found = scores(self._values, self._weights)
        self._read_again(best_first(found)[:_READ_AGAIN])
        found = scores(self._values, self._weights)
        order = best_first(found)
        notes = (*self._reading.notes, *self._searcher.notes())
        seeds = tuple(self._like)
        hopeless = not order or self._is_hopeless(order)
        if hopeless and order and self._among is not None:
            notes = (*notes, "Nothing that passes the filters answers it well; what is here comes nearest.")
        elif hopeless:
            return SearchAnswer(
                self._typed,
                (),
                (),
                len(order),
                notes,
                self._question,
                seeds,
                hopeless=bool(self._library.counts.papers),
            )
        least = _LEAST_OF_BEST * found[order[0]] if not self._named else 0.0
        kept = [key for key in order if found[key] >= least]
        papers = self._paper_hits(kept[:limit], found)
        return SearchAnswer(
            self._typed, papers, self._node_hits(order, found, nodes), len(kept), notes, self._question, seeds
        )

    # -- papers ---------------------------------------------------------------------------------------------------

    def _named_paper(self) -> Paper | None:
        """The paper that the question is: its id, its title or its method's name."""
        text = self._question.text
        key = self._library.find_key(text) if text and not self._question.pasted else None
        if key is None or (self._among is not None and key not in self._among):
            return None
        return self._library.papers([key])[0]

    def _weights_used(self) -> dict[Part, float]:
        if self._seed is not None and not self._like:
            return dict(PASTED_WEIGHTS)
        weights = dict(self._searcher.weights) if self._reading.text else {}
        if self._like:
            weights = {**weights, **SEED_WEIGHTS}
        if self._named:
            weights[Part.NAME] = NAMED_WEIGHTS[Part.NAME]
        return weights

    def _gather(self, limit: int) -> None:
        """Values of all parts but the sentences', of all candidates."""
        words, similar = self._by_words(), self._by_meaning()
        authored = self._by_author()
        if authored:
            self._weights[Part.AUTHOR] = NAMED_WEIGHTS[Part.AUTHOR]
        like, linked = self._by_seeds(limit)
        candidates = {*words, *similar, *authored, *like, *linked}
        if self._named:
            candidates.add(self._named.key)
            self._values[Part.NAME] = {self._named.key: 1.0}
        candidates -= {paper.key for paper in (*self._like, *self._unlike)}
        self._values |= {
            Part.WORDS: words,
            Part.MEANING: similar | self._similarities(sorted(candidates - similar.keys())),
            Part.AUTHOR: authored,
            Part.LIKENESS: like,
            Part.CITATIONS: linked if self._like else self._cited(candidates),
            Part.PLACE: self._by_place(candidates),
        }
        self._values = {
            part: {key: value for key, value in values.items() if key in candidates}
            for part, values in self._values.items()
        }

    def _by_words(self) -> dict[str, float]:
        # A filter may leave only papers far down the list of matches, so with one the whole list is read.
        matches = match_words(self._library, self._reading.words, _CANDIDATES if self._among is None else -1)
        inside = [match for match in matches if self._among is None or match.key in self._among]
        return over_best((match.key, match.score) for match in inside[:_CANDIDATES])

    def _by_meaning(self) -> dict[str, float]:
        index = self._library.index
        if index is None or self._vector is None:
            return {}
        pool = None if self._among is None else sorted(self._among)
        near = index.search(self._vector, _CANDIDATES, EntryKind.PAPER, pool)
        return {neighbour.key: neighbour.score for neighbour in near if neighbour.score >= _LEAST_SIMILARITY}

    def _similarities(self, keys: Sequence[str]) -> dict[str, float]:
        """Of papers that the words found."""
        index = self._library.index
        if index is None or self._vector is None or not keys:
            return {}
        near = index.search(self._vector, len(keys), EntryKind.PAPER, keys)
        return {neighbour.key: neighbour.score for neighbour in near}

    def _by_author(self) -> dict[str, float]:
        words = self._question.text.casefold().split()
        if self._named or not 0 < len(words) <= _MOST_AUTHOR_WORDS or not all(w.isalpha() for w in words):
            return {}
        found = match_authors(self._library, words, _CANDIDATES)
        return {key: 1.0 for key in found if self._among is None or key in self._among}

    def _by_seeds(self, limit: int) -> tuple[dict[str, float], dict[str, float]]:
        """Likeness to the papers that are wanted less those that are not, or to a pasted text; ties by citation."""
        among = None if self._among is None else sorted(self._among)
        wanted = max(limit, _READ_AGAIN)
        like, unlike = [paper.key for paper in self._like], [paper.key for paper in self._unlike]
        found: tuple[SimilarPaper, ...] = ()
        if like:
            found = papers_like(self._library, like, unlike, limit=wanted, sentences=self._searcher.titled, among=among)
        elif self._seed is not None:
            found = papers_like_seeds(
                self._library, [self._seed], limit=wanted, sentences=self._searcher.titled, among=among
            )
        return {near.paper.key: near.likeness.score for near in found if near.likeness}, self._tied()

    def _tied(self) -> dict[str, float]:
        """Papers that cite a seed or are cited by one, by the part of the seeds they are tied to."""
        network = self._library.citation_network if self._like else None
        tied: dict[str, float] = {}
        for paper in self._like:
            if network is not None and paper.key in network:
                for key in {*network.successors(paper.key), *network.predecessors(paper.key)}:
                    if self._among is None or key in self._among:
                        tied[key] = tied.get(key, 0.0) + 1 / len(self._like)
        return tied

    def _cited(self, candidates: set[str]) -> dict[str, float]:
        counts = self._library.citation_counts
        most = math.log1p(max(counts.values(), default=1))
        return {key: math.log1p(counts[key]) / most for key in candidates if counts.get(key)}

    def _by_place(self, candidates: set[str]) -> dict[str, float]:
        """How near the nearest of a paper's nodes is."""
        near = self._node_similarities
        found = {}
        for key in candidates:
            values = [near[node] for node in self._searcher.places.get(key, ()) if node in near]
            if values:
                found[key] = max(values)
        return found

    @cached_property
    def _node_similarities(self) -> dict[str, float]:
        index = self._library.index
        if index is None or self._vector is None:
            return {}
        pool = None if self._within is None else sorted(self._within)
        near = index.search(self._vector, len(self._library.nodes), EntryKind.NODE, pool)
        return {neighbour.key: neighbour.score for neighbour in near}

    def _read_again(self, keys: Sequence[str]) -> None:
        if self._vector is None:
            return
        self._said = self._searcher.said(self._library.papers(keys))
        self._values[Part.SENTENCE] = {
            key: float((said.vectors @ self._vector).max()) for key, said in self._said.items()
        }

    def _is_hopeless(self, order: Sequence[str]) -> bool:
        """Whether even the best papers say too little of what was asked."""
        if self._named or self._like or self._values[Part.AUTHOR]:
            return False
        if not self._reading.words:  # nothing but words that every text has
            return True
        best = order[:_VOTERS]
        has = [having_word(self._library, word, best) for word in self._reading.words]
        covered = {key: coverage(self._reading, [key in papers for papers in has]) for key in best}
        if self._vector is None:
            return max(covered.values()) < _LEAST_WORDS_ALONE
        if max(covered.values()) >= _ALL_WORDS:
            return False
        near = self._values[Part.MEANING]
        return max(near.get(key, 0.0) + _WORDS_COUNT * covered[key] for key in best) < _LEAST_EVIDENCE

    def _paper_hits(self, keys: Sequence[str], found: Mapping[str, float]) -> tuple[PaperHit, ...]:
        papers = self._library.papers(keys)
        matched = matched_words(self._library, self._reading.words, keys)
        said = self._said | self._searcher.said([paper for paper in papers if paper.key not in self._said])
        counts = self._library.citation_counts
        hits = []
        for paper in papers:
            reasons = Reasons(
                shares=shares(paper.key, self._values, self._weights),
                words=matched.get(paper.key, ()),
                similarity=self._values[Part.MEANING].get(paper.key),
                place=self._nearest_place(paper.key),
                quote=self._quote(paper, said.get(paper.key)),
                cited_by=counts.get(paper.key, 0),
            )
            places = self._library.places(paper.key)
            places = tuple(node for node in places if self._within is None or node.key in self._within)
            hits.append(PaperHit(paper, found[paper.key], reasons, places))
        return tuple(hits)

    def _nearest_place(self, key: str) -> TaxonomyNode | None:
        near = self._node_similarities
        nodes = [node for node in self._searcher.places.get(key, ()) if near.get(node, 0.0) > 0]
        return self._library.node(max(nodes, key=lambda node: near[node])) if nodes else None

    def _quote(self, paper: Paper, said: Sentences | None) -> Quote | None:
        if said is None or self._vector is None or len(said.texts) == 1:  # the title alone
            return None
        similarities = said.vectors[1:] @ self._vector
        best = int(np.argmax(similarities))
        return Quote(said.texts[1 + best], float(similarities[best]), own=not paper.abstract)

    # -- nodes ----------------------------------------------------------------------------------------------------

    def _node_hits(self, order: Sequence[str], found: Mapping[str, float], limit: int) -> tuple[NodeHit, ...]:
        matches = match_node_words(self._library, self._reading.words, -1)
        votes = self._votes(order, found)
        values = {
            Part.MEANING: self._node_similarities,
            Part.WORDS: over_best((m.key, m.score) for m in matches if self._within is None or m.key in self._within),
            Part.PAPERS: over_best((key, weight) for key, (weight, _) in votes.items()),
        }
        scored = scores(values, NODE_WEIGHTS)
        hits = []
        for key in [key for key in best_first(scored) if scored[key] > 0][:limit]:
            node = self._library.node(key)
            way = " ".join(node.path).casefold()
            reasons = Reasons(
                shares=shares(key, values, NODE_WEIGHTS),
                words=tuple(word for word in self._reading.words if word in way),
                similarity=self._node_similarities.get(key),
                votes=votes.get(key, (0.0, 0))[1],
            )
            hits.append(NodeHit(node, scored[key], reasons, self._library.node_counts[key]))
        return tuple(hits)

    def _votes(self, order: Sequence[str], found: Mapping[str, float]) -> dict[str, tuple[float, int]]:
        """Of each node, by how much the best papers at it lead the first one that does not vote, and their number."""
        voters = order[:_VOTERS]
        base = found[order[_VOTERS]] if len(order) > _VOTERS else 0.0
        votes: dict[str, tuple[float, int]] = {}
        for key in voters:
            for node in self._searcher.places.get(key, ()):
                if self._within is None or node in self._within:
                    weight, count = votes.get(node, (0.0, 0))
                    votes[node] = (weight + found[key] - base, count + 1)
        return votes
