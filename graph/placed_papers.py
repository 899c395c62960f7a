"""The papers of a survey and new texts as the numbers that evidence is made from.

A paper is read as its title and its abstract or note, never with its places, which hold the answer: vectors of the
index are used only where they were made from just that text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from .calibration import Floats
from .embedding import node_text, paper_text
from .encoder import Encoder
from .evidence import NOT_PLACED, NodeNames, Rows, SurveyEvidence, Texts
from .index import EntryKind, text_hash
from .library import Library
from .models import Paper, TaxonomyNode
from .terms import TermText, TermWeights, read_terms

MOST_PLACED = 3000
"""Placed papers of one survey that are learned from; the time grows with the cube, 3,000 take some seconds."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be placed: a title, what else is known of it, and its key where it is a paper of the library."""

    title: str
    body: str = ""
    key: str | None = None

    @classmethod
    def of(cls, paper: Paper) -> Document:
        """A paper with its abstract, or else the note on it."""
        return cls(paper.title, paper.abstract or paper.note or "", paper.key)

    @property
    def text(self) -> str:
        """Title and body in one."""
        return paper_text(self.title, self.body or None)

    def only_title(self) -> Document:
        """The same, were nothing but its title known."""
        return Document(self.title, "", self.key)


class VectorStore:
    """Vectors of texts: those of the index that were made from just this text, others encoded once.

    Raises:
        LibraryDamaged: the index cannot be read.
    """

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self._encoder = encoder
        self._made: dict[str, Floats] = {}
        index = library.index
        self._index = index if index and index.model == encoder.fingerprint else None
        entries = self._index.entries if self._index else ()
        self._entries = {entry.text_hash: (entry.kind, entry.key) for entry in entries}

    def vectors(self, texts: Sequence[str], *, keep: bool = True) -> Floats:
        """Unit vectors, shape (texts, dimension).

        Args:
            keep: remember those that are made, as of texts that come again.
        """
        digests = [text_hash(text) for text in texts]
        new = {d: text for d, text in zip(digests, texts, strict=True) if d not in self._entries | self._made.keys()}
        made = self._encoder.encode(list(new.values())) if new else ()
        fresh = {digest: np.asarray(vector, np.float64) for digest, vector in zip(new, made, strict=True)}
        if keep:
            self._made |= fresh
        return np.stack([fresh.get(digest, self._made.get(digest, self._indexed(digest))) for digest in digests])

    def _indexed(self, digest: str) -> Floats:
        kind, key = self._entries.get(digest, (EntryKind.PAPER, ""))
        vector = self._index.vector(kind, key) if self._index else None
        return np.zeros(0) if vector is None else np.asarray(vector, np.float64)


class PlacedPapers:
    """The papers that a survey places, and how a text is compared with them.

    Args:
        among: only these papers count as placed; None: all of the survey.

    Attributes:
        documents: the placed papers, by key; of more than `MOST_PLACED` a sample in which every node has its part.
        nodes: the nodes they stand at, in the survey's order.
        at: 1 where a paper stands at a node, shape (documents, nodes).
    """

    def __init__(
        self, library: Library, vectors: VectorStore, survey: str, among: Collection[str] | None = None
    ) -> None:
        self._library, self._vectors = library, vectors
        places = _places(library, survey, among)
        papers = library.papers(sorted(places))
        self.documents = tuple(map(Document.of, papers))
        self.row = {paper.key: row for row, paper in enumerate(papers)}
        held = {node for nodes in places.values() for node in nodes}
        self.nodes = tuple(node for node in library.nodes if node.key in held)
        self.at = _incidence([places[paper.key] for paper in papers], [node.key for node in self.nodes]).toarray()
        self._elsewhere = _elsewhere(library, survey)
        self._other_nodes = sorted({node for nodes in self._elsewhere.values() for node in nodes})

    @cached_property
    def _terms(self) -> tuple[TermText, ...]:
        return tuple(read_terms(document.title, document.body) for document in self.documents)

    @cached_property
    def weights(self) -> TermWeights:
        """The vocabulary of the placed papers."""
        return TermWeights([text.terms for text in self._terms])

    @cached_property
    def evidence(self) -> SurveyEvidence:
        """What the placed papers say about the place of a text."""
        return SurveyEvidence(self.texts(self.documents), self.at, self._names())

    @cached_property
    def linked(self) -> dict[str, frozenset[str]]:
        """By paper: the papers it cites or is cited by."""
        network = self._library.citation_network
        return {key: frozenset((*network.successors(key), *network.predecessors(key))) for key in network}

    def elsewhere(self, key: str | None) -> frozenset[str]:
        """The nodes of other surveys at which a paper stands."""
        return self._elsewhere.get(key or "", frozenset())

    def excluded(self, documents: Sequence[Document]) -> Rows:
        """The row of each document among the placed papers, or NOT_PLACED."""
        return np.array([self.row.get(document.key or "", NOT_PLACED) for document in documents], dtype=np.intp)

    def texts(self, documents: Sequence[Document], *, keep: bool = True) -> Texts:
        """Documents as numbers; those of the library with their citations and places in other surveys."""
        terms = [read_terms(document.title, document.body).terms for document in documents]
        words = self.weights.counts(terms)
        words.data = np.log1p(words.data)
        placed = [document.key for document in self.documents]
        return Texts(
            vectors=self._vectors.vectors([document.text for document in documents], keep=keep),
            terms=self.weights.unit_rows(terms),
            words=sparse.csr_array(words * self.weights.is_single),
            links=_incidence([self.linked.get(document.key or "", ()) for document in documents], placed),
            elsewhere=_incidence([self.elsewhere(document.key) for document in documents], self._other_nodes),
        )

    def _names(self) -> NodeNames:
        by_key = {node.key: node for node in self._library.nodes}
        paths = [read_terms("", f"{' '.join(node.path)} {node.name}").terms for node in self.nodes]
        parents = [read_terms("", (by_key[node.parent] if node.parent else node).name).terms for node in self.nodes]
        names = self._vectors.vectors([node.name for node in self.nodes])
        places = self._vectors.vectors([node_text(node) for node in self.nodes])
        terms = (self.weights.unit_rows(paths) + self.weights.unit_rows(parents)) / 2
        return NodeNames(self.nodes, (names + places) / 2, sparse.csr_array(terms))


def _places(library: Library, survey: str, among: Collection[str] | None) -> dict[str, tuple[str, ...]]:
    """Nodes by paper, of at most `MOST_PLACED` papers: from each node in turn, in an order that means nothing."""
    nodes = {node.key for node in library.nodes if node.survey == survey}
    wanted = None if among is None else frozenset(among)
    places: dict[str, list[str]] = {}
    for placement in library.placements():
        if placement.node in nodes and (wanted is None or placement.paper in wanted):
            places.setdefault(placement.paper, []).append(placement.node)
    turn: dict[str, int] = {}
    order: list[tuple[int, str]] = []
    for paper in sorted(places, key=text_hash):
        first = places[paper][0]
        turn[first] = turn.get(first, 0) + 1
        order.append((turn[first], paper))
    return {paper: tuple(dict.fromkeys(places[paper])) for _, paper in sorted(order)[:MOST_PLACED]}


def _elsewhere(library: Library, survey: str) -> dict[str, frozenset[str]]:
    nodes: dict[str, TaxonomyNode] = {node.key: node for node in library.nodes if node.survey != survey}
    found: dict[str, set[str]] = {}
    for placement in library.placements():
        if placement.node in nodes:
            found.setdefault(placement.paper, set()).add(placement.node)
    return {paper: frozenset(at) for paper, at in found.items()}


def _incidence(members: Sequence[Iterable[str]], names: Sequence[str | None]) -> sparse.csr_array:
    """1 where a row has a name among its members, shape (members, names)."""
    column = {name: number for number, name in enumerate(names)}
    found = [sorted({column[each] for each in row if each in column}) for row in members]
    rows = np.repeat(np.arange(len(found)), [len(each) for each in found])
    columns = np.array([each for row in found for each in row], dtype=np.intp)
    return sparse.csr_array((np.ones(len(columns)), (rows, columns)), shape=(len(members), len(names)))
