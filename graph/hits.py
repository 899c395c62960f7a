"""What a search answers with: papers and taxonomy nodes, each with the reasons for its rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .models import Paper, TaxonomyNode
from .question import Question
from .ranking import Part
from .telling import block, one_line


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence of an abstract, or the note, nearest to the question, with its cosine similarity.

    Attributes:
        own: whether it is a note by who keeps the notes, not a sentence of the paper's.
    """

    text: str
    similarity: float
    own: bool = False


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a hit is where it is.

    Attributes:
        shares: of the score, by the part it came from (see graph/ranking.py); they sum to 1.
        words: matching words as they stand in the record.
        similarity: cosine of the question and the record, or None where it has no vector or no model was used.
        place: the node of the paper that is nearest to the question.
        quote: what it says that is nearest to the question, where the paper has an abstract or a note.
        by_title: whether its title is nearer than that.
        cited_by: of a paper, how many papers here cite it.
        tied_to: of papers like others, how many of these it cites or is cited by.
        votes: of a node, how many of the best papers stand at it.
    """

    shares: Mapping[Part, float]
    words: tuple[str, ...] = ()
    similarity: float | None = None
    place: TaxonomyNode | None = None
    quote: Quote | None = None
    by_title: bool = False
    cited_by: int = 0
    tied_to: int = 0
    votes: int = 0


@dataclass(frozen=True, slots=True)
class PaperHit:
    """A paper among the answers; its score is in 0 .. 1, and 1 where every part says all it can.

    Attributes:
        places: the nodes it stands at, as far as the filters let them through.
    """

    paper: Paper
    score: float
    reasons: Reasons
    places: tuple[TaxonomyNode, ...]

    def __repr__(self) -> str:
        return f"<{self.score:.2f} {self.paper!r}>"


@dataclass(frozen=True, slots=True)
class NodeHit:
    """A taxonomy node among the answers, with the number of papers at or below it."""

    node: TaxonomyNode
    score: float
    reasons: Reasons
    papers: int

    def __repr__(self) -> str:
        return f"<{self.score:.2f} {self.node!r}, {self.papers:,} papers>"


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answer to a question.

    Attributes:
        query: the question as typed, blanks collapsed.
        total: how many answers are good enough, of which `papers` are the best; where none is, how many were looked at.
        notes: what the reader should know: that no meaning was used, how a misspelt word was read.
        question: what was read in it.
        seeds: the papers that the question asks to be like.
        hopeless: whether nothing here comes near enough to be an answer, so that none is given.
    """

    query: str
    papers: tuple[PaperHit, ...]
    nodes: tuple[NodeHit, ...]
    total: int
    notes: tuple[str, ...] = ()
    question: Question = field(default_factory=lambda: Question(""))
    seeds: tuple[Paper, ...] = ()
    hopeless: bool = False

    def __repr__(self) -> str:
        head = f"<SearchAnswer to “{one_line(self.query)}”: {len(self.papers):,} of {self.total:,} papers"
        if self.hopeless:
            head = f"<SearchAnswer to “{one_line(self.query)}”: nothing here comes near"
        return block(f"{head}>", *map(repr, (*self.papers, *self.nodes)), *self.notes)
