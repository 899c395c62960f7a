"""What placement answers with: frozen records, for pages, commands and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .alike import SimilarPaper
from .evidence import Evidence
from .models import Paper, TaxonomyNode
from .telling import block, one_line


class Reading(StrEnum):
    """How much of a text is known, which decides how far similarity can be trusted."""

    ABSTRACT = "title and abstract"  # or the note that stands in its place
    TITLE = "title alone"  # or with less than makes an abstract


@dataclass(frozen=True, slots=True)
class NodeEvidence:
    """What speaks for a node, to be shown beside it.

    Attributes:
        nearest: the papers there that are most like the text, with the mean of the cosines of words and of meaning.
        words: words of the text that are typical of the papers there or stand in the node's name.
        cited: papers there that the text cites or that cite it.
        elsewhere: nodes of other surveys at which it stands, together with papers that stand here.
        shares: how much of what lifts this node above the others is due to which evidence; sum to 1, largest first.
    """

    nearest: tuple[SimilarPaper, ...]
    words: tuple[str, ...]
    cited: tuple[Paper, ...]
    elsewhere: tuple[TaxonomyNode, ...]
    shares: Mapping[Evidence, float]


@dataclass(frozen=True, slots=True)
class ProposedNode:
    """A node as the place of a text.

    Attributes:
        probability: that a reader of the survey puts it here, given that it fits at all.
        papers: how many papers stand at the node.
    """

    node: TaxonomyNode
    probability: float
    papers: int
    evidence: NodeEvidence

    def __repr__(self) -> str:
        return f"<{self.probability:.2f} {self.node!r}, {self.papers:,} papers>"


@dataclass(frozen=True, slots=True)
class BroaderNode:
    """A node together with all below it, as the place of a text."""

    node: TaxonomyNode
    probability: float


@dataclass(frozen=True, slots=True)
class SurveyPlacement:
    """Where a text belongs in one survey.

    Attributes:
        nodes: best first; only nodes that hold papers can be proposed.
        surest: the narrowest node that holds the text with at least 80 %, anything below it included.
        branches: the top branches, best first.
        placed: where the paper stands already; the probabilities leave that out of account.
        fits: whether any node does.
        familiarity: part of the placed papers that are no nearer to the others than the text is.
        why: in words.
        notes: what limits the answer.
    """

    survey: str
    nodes: tuple[ProposedNode, ...]
    surest: BroaderNode | None
    branches: tuple[BroaderNode, ...]
    placed: tuple[TaxonomyNode, ...]
    fits: bool
    familiarity: float
    why: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return block(f"<SurveyPlacement in {one_line(self.survey)}: {self.why}>", *map(repr, self.nodes))


@dataclass(frozen=True, slots=True)
class PlacementAnswer:
    """Where a text belongs, survey by survey, those in which it fits best first.

    Attributes:
        paper: the paper of the library that it is, if it is one.
        reading: what was known of it.
    """

    title: str
    paper: Paper | None
    reading: Reading
    surveys: tuple[SurveyPlacement, ...]

    def __repr__(self) -> str:
        return block(f"<PlacementAnswer for “{one_line(self.title)}”, by {self.reading}>", *map(repr, self.surveys))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A further node for a paper that stands elsewhere in the survey."""

    paper: Paper
    placed: tuple[TaxonomyNode, ...]
    proposed: ProposedNode


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A paper whose own nodes nothing speaks for, while much speaks for another.

    Attributes:
        own: the probability of the nodes it stands at.
    """

    paper: Paper
    placed: tuple[TaxonomyNode, ...]
    own: float
    proposed: ProposedNode
