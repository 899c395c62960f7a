"""A short answer to a question, made of sentences that papers of the library say themselves. Nothing is made up.

From the papers that a search found, the sentences nearest to the question are quoted, each with its paper. Near repeats
are left out by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) over the vectors of the sentences, and
the rest is put in an order that reads: by the taxonomy node that most of the quoted papers share. Where nothing is near
enough, nothing is quoted, and the answer says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .index import Vectors
from .models import Paper, Source, TaxonomyNode
from .ranking import Part
from .search import PaperHit, SearchAnswer
from .sentence_vectors import Sentences

MOST_QUOTES = 5
MOST_TITLES = 5
LONGEST_QUOTE = 600  # characters; what is longer is no sentence but an abstract that could not be split
_SHORTEST_QUOTE = 30
# Cosines of all-MiniLM-L6-v2, set by reading the answers to fifteen questions: sentences of this field come up to
# 0.4 near to questions of another, and an answer's best sentence stands at 0.5 and more.
_LEAST_BEST = 0.5
_LEAST = 0.45
_LEAST_OF_BEST = 0.65  # of the best sentence's cosine
_LEAST_TITLE = 0.5
_REPEAT = 0.85  # two sentences this near say the same
_RELEVANCE_WEIGHT = 0.7  # lambda of maximal marginal relevance
# A sentence that says what its paper does answers better than one that leads up to it or leans on the one before.
_SAYS_WHAT_IT_DOES = 0.12
_LEANS_ON_OTHERS = 0.1
_SAME_PAPER = 0.06
_PER_PAPER = 2
_ALONE = 3

_DOES = re.compile(
    r"\b(?:we (?:\w+ly )?(?:propose|present|introduce|develop|show|design|demonstrate|find|describe|study)"
    r"|(?:this|our) (?:paper|work|study|method|approach|framework|algorithm|system)\b)",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"(?:However|Yet|But|Moreover|Furthermore|Additionally|Also|Second(?:ly)?|Third(?:ly)?|Finally|Thus|Therefore|Hence"
    r"|Consequently|Nevertheless|Nonetheless|Instead|Besides|Meanwhile|As a result|In addition|For (?:example|instance)"
    r"|On the (?:other hand|contrary)|In contrast|Conversely|Such|They|These|Those|It|Its|Their"
    r"|While|Although|Despite|The (?:challenge|problem|difficulty)|Current|Existing|Recent(?:ly)?)\b"
    r"|.{0,60}\b(?:we (?:\w+ly )?(?:evaluate|conduct)|experiments)\b"
)
_POINTER = re.compile(r"https?://|github\.com|(?:code|models?|data(?:set)?s?|project page)\b.{0,60}\bavailable\b", re.I)


class Wording(StrEnum):
    """What the words of an answer stand on."""

    QUOTES = "quotes"
    TITLES = "titles"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class QuotedSentence:
    """A sentence as its paper's abstract has it, or a note about the paper.

    Attributes:
        number: of the paper, among the answer's papers.
        similarity: cosine of the sentence and the question.
        note: whether it is a note, and so nobody's words of the paper.
    """

    number: int
    text: str
    similarity: float
    note: bool = False


@dataclass(frozen=True, slots=True)
class Passages:
    """Quoted sentences of papers that stand at one taxonomy node; None for papers that share none."""

    node: TaxonomyNode | None
    sentences: tuple[QuotedSentence, ...]


@dataclass(frozen=True, slots=True)
class AnswerPaper:
    """A paper that an answer stands on.

    Attributes:
        number: how the answer cites it, from 1.
        source: where the abstract or note came from, with its licence; None where only the title is known.
        evidence: the sentences that may be given to a writer: those quoted, and the next nearest of the same abstract.
    """

    number: int
    paper: Paper
    source: Source | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence of a writer, with the numbers of the papers that support it and the cosine to their nearest words."""

    text: str
    numbers: tuple[int, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence of a writer that is not shown, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """What a writer made of an answer's evidence, checked sentence by sentence.

    Attributes:
        model, host: who wrote it.
        sentences: those that papers support; none where all were refused.
        left_out: the others.
        refused: why nothing is shown; empty where something is.
        advice: what to do where the writer could not be asked; empty where it answered.
    """

    model: str
    host: str
    sentences: tuple[WrittenSentence, ...]
    left_out: tuple[LeftOut, ...] = ()
    refused: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class GroundedAnswer:
    """A short answer.

    Attributes:
        wording: whether it quotes, names papers by their titles alone, or says nothing.
        passages: the quotes in reading order; empty unless `wording` is QUOTES.
        papers: what it stands on, by number.
        notes: what the reader should know, e.g. why nothing is quoted.
        written: what an endpoint wrote, where one was asked.
    """

    question: str
    wording: Wording
    passages: tuple[Passages, ...]
    papers: tuple[AnswerPaper, ...]
    notes: tuple[str, ...] = ()
    written: WrittenAnswer | None = None

    @property
    def sentences(self) -> tuple[QuotedSentence, ...]:
        """All quotes in reading order."""
        return tuple(sentence for passage in self.passages for sentence in passage.sentences)


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: PaperHit
    position: int  # in the abstract
    text: str
    vector: Vectors
    similarity: float
    relevance: float


def compose(
    answer: SearchAnswer,
    question: Vectors | None,
    passages: Mapping[str, Sentences],
    source_of: Callable[[Paper], Source | None],
) -> GroundedAnswer:
    """A short answer from what a search found.

    Args:
        question: unit vector of what the sentences are to be near to, shape (dimension,); None where no model is used.
        passages: sentences of the papers' abstracts, or of their notes where they have none, by paper key.
        source_of: where the abstract or else the note of a paper came from.
    """
    candidates = [] if question is None else _candidates(answer.papers, question, passages)
    chosen = _choose(candidates)
    if not chosen:
        return _without_quotes(answer, passages, candidates)
    grouped = _group(chosen, answer)
    keys = list(dict.fromkeys(each.hit.paper.key for _, group in grouped for each in group))
    numbers = {key: number for number, key in enumerate(keys, start=1)}
    papers = {each.hit.paper.key: each.hit.paper for each in chosen}
    return GroundedAnswer(
        answer.query,
        Wording.QUOTES,
        tuple(Passages(node, tuple(_quoted(each, numbers) for each in group)) for node, group in grouped),
        tuple(
            AnswerPaper(numbers[key], papers[key], source_of(papers[key]), _evidence(key, chosen, candidates))
            for key in keys
        ),
        _said_of_the_silent(answer.papers, passages),
    )


def _quoted(candidate: _Candidate, numbers: Mapping[str, int]) -> QuotedSentence:
    paper = candidate.hit.paper
    note = paper.abstract is None
    return QuotedSentence(numbers[paper.key], candidate.text, round(candidate.similarity, 4), note)


def _candidates(hits: Sequence[PaperHit], question: Vectors, passages: Mapping[str, Sentences]) -> list[_Candidate]:
    """Every sentence that can stand alone, best first."""
    found = []
    for hit in hits:
        if hit.paper.withdrawn or hit.paper.retracted or hit.paper.key not in passages:
            continue
        passage = passages[hit.paper.key]
        similarities = passage.vectors @ question
        for position, text in enumerate(passage.texts):
            if _quotable(text):
                similarity = float(similarities[position])
                relevance = similarity + _bonus(text, hit.paper)
                found.append(_Candidate(hit, position, text, passage.vectors[position], similarity, relevance))
    return sorted(found, key=lambda each: (-each.relevance, each.hit.paper.key, each.position))


def _quotable(text: str) -> bool:
    return _SHORTEST_QUOTE <= len(text) <= LONGEST_QUOTE and not _POINTER.search(text)


def _bonus(text: str, paper: Paper) -> float:
    name = paper.title.partition(":")[0].strip()
    named = len(name) >= 3 and len(name.split()) <= 2 and name in text
    does = _SAYS_WHAT_IT_DOES if named or _DOES.search(text) else 0.0
    return does - (_LEANS_ON_OTHERS if _LEANS.match(text) else 0.0)


def _choose(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Up to `MOST_QUOTES` sentences by maximal marginal relevance; none where the best is not near enough."""
    best = max((each.similarity for each in candidates), default=0.0)
    if best < _LEAST_BEST:
        return []
    least = max(_LEAST, _LEAST_OF_BEST * best)
    near = [each for each in candidates if each.similarity >= least]
    most = _PER_PAPER if len({each.hit.paper.key for each in near}) > 1 else _ALONE
    chosen: list[_Candidate] = []
    while len(chosen) < MOST_QUOTES and (rest := [each for each in near if _adds(each, chosen, most)]):
        chosen.append(max(rest, key=lambda each: _marginal(each, chosen)))
    return chosen


def _adds(candidate: _Candidate, chosen: Sequence[_Candidate], most: int) -> bool:
    """Whether a sentence says something else than those chosen, of which not too many are of its paper."""
    own = sum(each.hit.paper.key == candidate.hit.paper.key for each in chosen)
    return own < most and _nearest(candidate, chosen) < _REPEAT


def _marginal(candidate: _Candidate, chosen: Sequence[_Candidate]) -> float:
    own = any(each.hit.paper.key == candidate.hit.paper.key for each in chosen)
    relevance = candidate.relevance - (_SAME_PAPER if own else 0.0)
    return _RELEVANCE_WEIGHT * relevance - (1 - _RELEVANCE_WEIGHT) * max(0.0, _nearest(candidate, chosen))


def _nearest(candidate: _Candidate, chosen: Sequence[_Candidate]) -> float:
    return max((float(candidate.vector @ each.vector) for each in chosen), default=0.0)


def _group(chosen: Sequence[_Candidate], answer: SearchAnswer) -> list[tuple[TaxonomyNode | None, list[_Candidate]]]:
    """The sentences by the node that most of their papers share, again and again; those that share none together."""
    asked = {hit.node.key: rank for rank, hit in enumerate(answer.nodes)}
    left, groups = list(chosen), []
    while left:
        node = _shared_node(left, asked)
        group = [each for each in left if node is None or node.key in {place.key for place in each.hit.places}]
        left = [each for each in left if each not in group]
        groups.append((node, group))
    groups.sort(key=lambda pair: -max(each.relevance for each in pair[1]))
    return [(node, _in_reading_order(group)) for node, group in groups]


def _shared_node(left: Sequence[_Candidate], asked: Mapping[str, int]) -> TaxonomyNode | None:
    """The node at which most papers stand; of several, one that answers the question itself, then the deepest."""
    nodes = {place.key: place for each in left for place in each.hit.places}
    papers = {each.hit.paper.key: each.hit for each in left}
    counts = Counter(place.key for hit in papers.values() for place in hit.places)
    last = len(asked)
    best = min(counts, key=lambda key: (-counts[key], asked.get(key, last), -nodes[key].depth, key), default=None)
    return nodes[best] if best else None


def _in_reading_order(group: Sequence[_Candidate]) -> list[_Candidate]:
    """Papers by their best sentence, the sentences of each as in its abstract."""
    best: dict[str, float] = {}
    for each in group:
        best[each.hit.paper.key] = max(each.relevance, best.get(each.hit.paper.key, -1.0))
    return sorted(group, key=lambda each: (-best[each.hit.paper.key], each.hit.paper.key, each.position))


def _evidence(key: str, chosen: Sequence[_Candidate], candidates: Sequence[_Candidate]) -> tuple[str, ...]:
    """The sentences quoted of a paper and its next nearest, at most `_ALONE`, in the order of the abstract."""
    quoted = [each for each in chosen if each.hit.paper.key == key]
    others = [each for each in candidates if each.hit.paper.key == key and each not in quoted]
    return tuple(each.text for each in sorted([*quoted, *others][:_ALONE], key=lambda each: each.position))


def _said_of_the_silent(hits: Sequence[PaperHit], passages: Mapping[str, Sentences]) -> tuple[str, ...]:
    silent = sum(hit.paper.key not in passages for hit in hits[:10])
    if not silent:
        return ()
    lacking = "its abstract is" if silent == 1 else "their abstracts are"
    return (f"{silent} of the {len(hits[:10])} best papers cannot be quoted: {lacking} not here.",)


def _without_quotes(
    answer: SearchAnswer, passages: Mapping[str, Sentences], candidates: Sequence[_Candidate]
) -> GroundedAnswer:
    """The papers that are near by their titles, or that nothing is; no sentence is made up."""
    near = [hit for hit in answer.papers if hit.paper.key not in passages and _near_by_title(hit)][:MOST_TITLES]
    papers = tuple(AnswerPaper(number, hit.paper, None, ()) for number, hit in enumerate(near, start=1))
    if near:
        note = "No abstract here answers this. By their titles, these papers may be about it."
        return GroundedAnswer(answer.query, Wording.TITLES, (), papers, (note,))
    why = (
        "no sentence of a paper here is near enough to the question."
        if candidates or not answer.papers
        else "nothing that was found can be quoted."
    )
    return GroundedAnswer(answer.query, Wording.NOTHING, (), (), (why,))


def _near_by_title(hit: PaperHit) -> bool:
    named = hit.reasons.shares.get(Part.NAME, 0.0) > 0
    return named or (hit.reasons.similarity is not None and hit.reasons.similarity >= _LEAST_TITLE)
