"""A question in words -> papers and taxonomy nodes, best first, each with the reasons for its rank.

Candidates come from the words (BM25 in SQLite FTS5) and from the meaning (cosine of embeddings); graph/ranking.py says
which parts make their score. The best of them are read again sentence by sentence. Nodes answer by their own name and
by the papers found that stand at them. A question that names a paper, by id, title or method, puts that paper first,
then what is near it; one that names an author, their papers; one that names papers to be like is answered from them.
Where nothing comes near enough, the answer says so and is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np

from .alike import text_seed, titled_sentences
from .candidates import (
    Wanted,
    by_author,
    by_likeness,
    by_meaning,
    by_place,
    by_words,
    cited,
    node_similarities,
    similarities,
    tied,
)
from .encoder import Encoder, query_vectors
from .errors import ModelError
from .filters import Filters, nodes_within, papers_passing
from .hits import NodeHit, PaperHit, Quote, Reasons, SearchAnswer
from .identity import PaperId
from .index import Vectors
from .library import Library
from .likeness import Seed
from .models import Paper, TaxonomyNode
from .node_search import VOTERS, find_nodes
from .question import MAX_QUESTION, Question, both, read_question
from .ranking import NAMED_WEIGHTS, PAPER_WEIGHTS, PASTED_WEIGHTS, SEED_WEIGHTS, Part, best_first, scores, shares
from .reading import Reading, coverage, query_words, read_words
from .sentence_store import FILE as SENTENCES
from .sentence_store import SentenceStore
from .sentence_vectors import Sentences, SentenceVectors
from .spelling import Speller
from .words import having_word, matched_words

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
    "ask",
    "query_words",
    "read_question",
]

MAX_LIMIT = 1000
_VECTORS_KEPT = 128  # of questions, some 200 kB
_READ_AGAIN = 30  # papers whose sentences are compared; more changed nothing on the tuning questions
_MOST_QUOTED = 100  # papers; nobody reads more, and every sentence of more would have to be encoded
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
        self._vector_of = lru_cache(_VECTORS_KEPT)(self._encoded)  # an answer asks several times for its question's
        index = library.index
        store = SentenceStore(library.directory / SENTENCES, encoder.fingerprint) if encoder and index else None
        size = index.dimension if index else 0
        self.titled = SentenceVectors(encoder, titled_sentences, store=store, dimension=size) if encoder else None
        if index and encoder and index.model != encoder.fingerprint:
            raise ModelError(
                f"The index was made with {index.model}, the question would be read with {encoder.fingerprint}.",
                "Search with the model of the index, or run `litatlas build` with the new model first.",
            )

    def search(
        self,
        query: str | Question,
        filters: Filters | None = None,
        *,
        limit: int = 10,
        nodes: int = 5,
        among: frozenset[str] | None = None,
    ) -> SearchAnswer:
        """Answer a question.

        Args:
            query: as typed, with filters and seeds in words, or read already.
            filters: further ones; where both name the same thing, the words of the question hold.
            among: keys of papers; no other is an answer, whatever the filters let pass.

        Raises:
            InvalidFilter: the question is empty or too long, or a filter names nothing.
            UnknownNode: `filters.under` names no node.
            UnknownPaper: a paper to be like or unlike is not here.
        """
        question = query if isinstance(query, Question) else read_question(query)
        typed = " ".join(query.split()) if isinstance(query, str) else question.text
        limit = max(1, min(limit, MAX_LIMIT))
        filters = both(filters or Filters(), question.filters)
        passing, within = papers_passing(self.library, filters), nodes_within(self.library, filters)
        wanted = passing if among is None else among if passing is None else among & passing
        if wanted is not None and not wanted:
            note = "No paper here passes the filters." if among is None else "No paper of the selection is left to ask."
            return SearchAnswer(typed, (), (), 0, (note,), question)
        return _Search(self, question, typed, wanted, within).answer(limit, nodes)

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
        return self._vector_of(text, pasted)

    def _encoded(self, text: str, pasted: bool) -> Vectors:
        assert self._encoder is not None
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
        self._like, self._unlike = self._papers(question.like), self._papers(question.unlike)
        self._named = self._named_paper(among)
        # What stands near a paper that is named is found by what it says, not by its name.
        reading = searcher.read(self._named.title if self._named else question.text)
        vector = searcher.question_vector(reading.text, pasted=question.pasted or self._named is not None)
        self._wanted = Wanted(reading, vector, among, within)
        self._pasted = searcher.seed(question.text) if question.pasted and not self._named else None
        self._near_nodes = node_similarities(self._library, self._wanted)
        self._said: dict[str, Sentences] = {}
        self._values: dict[Part, dict[str, float]] = {}
        self._weights = self._weights_used()

    def _papers(self, references: Sequence[str]) -> tuple[Paper, ...]:
        """The papers that are named, each once, however often and in whatever way."""
        papers = map(self._library.paper, references)
        return tuple({paper.key: paper for paper in papers}.values())

    def answer(self, limit: int, nodes: int) -> SearchAnswer:
        if self._named is None and (unknown := PaperId.parse(self._question.text)):
            return self._nothing(0, f"No paper here has {unknown}. Ask in words, or for papers like one that is here.")
        self._gather(max(limit, _READ_AGAIN))
        self._read_again(best_first(scores(self._values, self._weights))[:_READ_AGAIN])
        found = scores(self._values, self._weights)
        order = best_first(found)
        hopeless = not order or self._is_hopeless(order)
        if hopeless and (not order or self._wanted.among is None):
            return self._nothing(len(order))
        warning = ("Nothing that passes the filters answers it well; what is here comes nearest.",)
        least = 0.0 if self._named or self._asks_for_filters else _LEAST_OF_BEST * found[order[0]]
        kept = [key for key in order if found[key] >= least]
        return SearchAnswer(
            self._typed,
            self._paper_hits(kept[:limit], found),
            find_nodes(self._library, self._wanted, self._near_nodes, self._searcher.places, found, nodes),
            len(kept),
            (*self._notes, *(warning if hopeless else ())),
            self._question,
            self._like,
        )

    def _nothing(self, candidates: int, *notes: str) -> SearchAnswer:
        hopeless = bool(self._library.counts.papers + self._library.counts.software)
        notes = (*self._notes, *notes)
        return SearchAnswer(self._typed, (), (), candidates, notes, self._question, self._like, hopeless)

    @property
    def _notes(self) -> tuple[str, ...]:
        return (*(() if self._named else self._wanted.reading.notes), *self._searcher.notes())

    @property
    def _asks_for_filters(self) -> bool:
        """Whether there is nothing but filters, so that all that pass are an answer."""
        return not self._question.text and not self._like and self._wanted.among is not None

    def _named_paper(self, among: frozenset[str] | None) -> Paper | None:
        """The paper that the question is: its id, its title or its method's name."""
        text = self._question.text
        key = self._library.find_key(text) if text and not self._question.pasted else None
        if key is None or (among is not None and key not in among):
            return None
        return self._library.papers([key])[0]

    def _weights_used(self) -> dict[Part, float]:
        if self._pasted is not None and not self._like:
            return dict(PASTED_WEIGHTS)
        weights = dict(self._searcher.weights) if self._question.text or self._asks_for_filters else {}
        if self._like:
            weights = {**weights, **SEED_WEIGHTS}
        if self._named:
            weights[Part.NAME] = NAMED_WEIGHTS[Part.NAME]
        return weights

    def _gather(self, limit: int) -> None:
        """Values of all parts but the sentences', of all candidates."""
        library, wanted = self._library, self._wanted
        words, meaning = by_words(library, wanted), by_meaning(library, wanted)
        authored = {} if self._named else by_author(library, wanted, self._question.text)
        if authored:
            self._weights[Part.AUTHOR] = NAMED_WEIGHTS[Part.AUTHOR]
        like = by_likeness(library, wanted, self._like, self._unlike, self._pasted, self._searcher.titled, limit)
        linked = tied(library, wanted, self._like)
        named = {self._named.key: 1.0} if self._named else {}
        passing = dict.fromkeys(wanted.among or (), 0.0) if self._asks_for_filters else {}
        seeds = {paper.key for paper in (*self._like, *self._unlike)}
        candidates = {*words, *meaning, *authored, *like, *linked, *named, *passing} - seeds
        values = {
            Part.NAME: named,
            Part.AUTHOR: authored,
            Part.LIKENESS: like,
            Part.WORDS: words,
            Part.MEANING: meaning | similarities(library, wanted, sorted(candidates - meaning.keys())),
            Part.PLACE: by_place(self._searcher.places, self._near_nodes, candidates),
            Part.CITATIONS: linked if self._like else passing | cited(library, candidates),
        }
        self._values = {
            part: {key: value for key, value in of_part.items() if key in candidates}
            for part, of_part in values.items()
        }

    def _read_again(self, keys: Sequence[str]) -> None:
        if self._wanted.vector is None or Part.SENTENCE not in self._weights:
            return
        self._said = self._searcher.said(self._library.papers(keys))
        self._values[Part.SENTENCE] = {
            key: float((said.vectors @ self._wanted.vector).max()) for key, said in self._said.items()
        }

    def _is_hopeless(self, order: Sequence[str]) -> bool:
        """Whether even the best papers say too little of what was asked."""
        if self._named or self._like or self._asks_for_filters or self._values[Part.AUTHOR]:
            return False
        reading, best = self._wanted.reading, order[:VOTERS]
        if not reading.words:  # nothing but words that every text has
            return True
        has = [having_word(self._library, word, best) for word in reading.words]
        covered = {key: coverage(reading, [key in papers for papers in has]) for key in best}
        if self._wanted.vector is None:
            return max(covered.values()) < _LEAST_WORDS_ALONE
        if max(covered.values()) >= _ALL_WORDS:
            return False
        near = self._values[Part.MEANING]
        return max(near.get(key, 0.0) + _WORDS_COUNT * covered[key] for key in best) < _LEAST_EVIDENCE

    def _paper_hits(self, keys: Sequence[str], found: Mapping[str, float]) -> tuple[PaperHit, ...]:
        papers = self._library.papers(keys)
        matched = matched_words(self._library, self._wanted.reading.words, keys)
        said, counts, within = self._said_by(papers[:_MOST_QUOTED]), self._library.citation_counts, self._wanted.within
        hits = []
        for paper in papers:
            quote, title = self._quote(paper, said.get(paper.key))
            reasons = Reasons(
                shares=shares(paper.key, self._values, self._weights),
                words=matched.get(paper.key, ()),
                similarity=self._values[Part.MEANING].get(paper.key),
                place=self._nearest_place(paper.key),
                quote=quote,
                by_title=quote is not None and title > quote.similarity,
                cited_by=counts.get(paper.key, 0),
                tied_to=round(self._values[Part.CITATIONS].get(paper.key, 0.0) * len(self._like)),
            )
            places = self._library.places(paper.key)
            places = tuple(node for node in places if within is None or node.key in within)
            hits.append(PaperHit(paper, found[paper.key], reasons, places))
        return tuple(hits)

    def _nearest_place(self, key: str) -> TaxonomyNode | None:
        near = self._near_nodes
        nodes = [node for node in self._searcher.places.get(key, ()) if near.get(node, 0.0) > 0]
        return self._library.node(max(nodes, key=lambda node: near[node])) if nodes else None

    def _said_by(self, papers: Sequence[Paper]) -> Mapping[str, Sentences]:
        if self._wanted.vector is None:  # nothing that a sentence could be near to
            return {}
        return self._said | self._searcher.said([paper for paper in papers if paper.key not in self._said])

    def _quote(self, paper: Paper, said: Sentences | None) -> tuple[Quote | None, float]:
        """The sentence nearest to the question, and the cosine of the title."""
        if said is None or self._wanted.vector is None or len(said.texts) == 1:  # the title alone
            return None, 0.0
        title, *similarities = map(float, said.vectors @ self._wanted.vector)
        best = int(np.argmax(similarities))
        return Quote(said.texts[1 + best], similarities[best], own=not paper.abstract), title


def ask(
    library: Library,
    searcher: Callable[[], Searcher],
    query: str,
    filters: Filters | None = None,
    *,
    limit: int = 10,
    nodes: int = 5,
    among: frozenset[str] | None = None,
) -> SearchAnswer:
    """`Searcher.search`, where the searcher with its model is made only if there is a paper that could answer.

    Args:
        searcher: gives the searcher of this library, which may take seconds.
        query, filters, limit, nodes, among: as of `Searcher.search`, with its errors.
    """
    question = read_question(query)
    passing = papers_passing(library, both(filters or Filters(), question.filters))
    chosen = Searcher(library, None) if frozenset() in (passing, among) else searcher()
    return chosen.search(query, filters, limit=limit, nodes=nodes, among=among)
