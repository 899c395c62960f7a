"""What the agent tools answer with: flat records of bounded size, whose schema clients are told.

Every value that came from somewhere names its source; texts are cut at a length that is said. They have no slots: the
SDK would take a slot for a default of the field when it makes the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from litatlas.graph.models import Paper, Source, TaxonomyNode
from litatlas.graph.network import plain_text

LONGEST_TEXT = 2000
"""Characters of any text in an answer; longer ones end in an ellipsis."""


@dataclass(frozen=True)
class PaperRef:
    """A paper: `key` is its stable id, to be used in other tools."""

    key: str
    title: str
    year: int | None
    venue: str | None
    url: str | None
    cited_here: int

    @staticmethod
    def of(paper: Paper, cited: Mapping[str, int]) -> PaperRef:
        """With how many papers of the library cite it."""
        return PaperRef(
            paper.key, clipped(paper.title, 400), paper.year, paper.venue, paper.url, cited.get(paper.key, 0)
        )


@dataclass(frozen=True)
class NodeRef:
    """A taxonomy node: `key` is its stable id; `path` leads down to it; `papers` counts those at or below it."""

    key: str
    name: str
    path: list[str]
    survey: str
    papers: int

    @staticmethod
    def of(node: TaxonomyNode, counts: Mapping[str, int]) -> NodeRef:
        """With the number of distinct papers at or below it."""
        names = [clipped(name, 200) for name in node.path]
        return NodeRef(node.key, clipped(node.name, 200), names, node.survey, counts.get(node.key, 0))


@dataclass(frozen=True)
class Origin:
    """Where a value came from: a source, its line or the response of a service, and the terms it came under."""

    source: str
    title: str
    line: int | None
    response: str | None
    licence: str | None

    @staticmethod
    def of(source: Source, line: int | None, response: str | None) -> Origin:
        """From a source and what a claim says of it."""
        return Origin(source.key, clipped(source.title, 300), line, response or None, source.licence)


@dataclass(frozen=True)
class Why:
    """A part of a score: its share of it, and what it stands on."""

    part: str
    share: float
    detail: str


@dataclass(frozen=True)
class FoundPaper:
    """A paper that answers, best first; `quote` is the sentence of its abstract, or a note, nearest to the question."""

    paper: PaperRef
    score: float
    why: list[Why]
    quote: str | None
    quote_is_a_note: bool
    places: list[NodeRef]


@dataclass(frozen=True)
class FoundNode:
    """A taxonomy node that answers."""

    node: NodeRef
    score: float
    why: list[Why]


@dataclass(frozen=True)
class SearchPage:
    """Answers to a question; `total` answers are good enough. `notes` say how the question was read."""

    question: str
    papers: list[FoundPaper]
    nodes: list[FoundNode]
    total: int
    notes: list[str]
    next_cursor: str | None


@dataclass(frozen=True)
class SurveyRef:
    """A survey whose taxonomy is here, and where that was read."""

    key: str
    title: str
    ids: list[str]
    papers: int
    origin: Origin | None


@dataclass(frozen=True)
class NodePage:
    """A taxonomy node with what is around it; without a node asked for, the surveys and their top nodes.

    `papers` are those at or below the node, most cited here first.
    """

    node: NodeRef | None
    surveys: list[SurveyRef]
    line: int | None
    broader: list[NodeRef]
    narrower: list[NodeRef]
    papers: list[PaperRef]
    years: dict[str, int]
    total_papers: int
    next_cursor: str | None


@dataclass(frozen=True)
class Fact:
    """One value of one field by one source; `differs`: another source is shown in its place."""

    field: str
    value: str
    differs: bool
    origin: Origin


@dataclass(frozen=True)
class PlacedAt:
    """A node that a survey puts the paper at, and who says so."""

    node: NodeRef
    origin: Origin


@dataclass(frozen=True)
class CitedPaper:
    """A paper at the other end of a citation, with who says so and what the citation is for."""

    paper: PaperRef
    intents: list[str]
    influential: bool
    origins: list[Origin]


@dataclass(frozen=True)
class LikePaper:
    """A paper like the one asked for; similarity in 0 .. 1."""

    paper: PaperRef
    similarity: float
    why: str


@dataclass(frozen=True)
class PaperPage:
    """Everything about a paper. Lists are cut; `facts` are paged by the cursor, the rest comes with the first page."""

    paper: PaperRef
    authors: list[str]
    ids: list[str]
    code: list[str]
    warnings: list[str]
    places: list[PlacedAt]
    references: list[CitedPaper]
    references_total: int
    cited_by: list[CitedPaper]
    cited_by_total: int
    similar: list[LikePaper]
    facts: list[Fact]
    facts_total: int
    attributions: list[str]
    next_cursor: str | None


@dataclass(frozen=True)
class PlaceFor:
    """A node as the place of a text: the probability that a reader of the survey puts it here, given that it fits."""

    node: NodeRef
    probability: float
    nearest: list[PaperRef]
    words: list[str]


@dataclass(frozen=True)
class SurveyPlaces:
    """Where a text belongs in one survey; where `fits` is false, nowhere, and the nodes are what comes nearest."""

    survey: str
    fits: bool
    why: str
    nodes: list[PlaceFor]
    placed_already: list[NodeRef]
    notes: list[str]


@dataclass(frozen=True)
class PlacesPage:
    """Where a paper or a text belongs, survey by survey; the probabilities leave present places out of account."""

    title: str
    paper: PaperRef | None
    reading: str
    surveys: list[SurveyPlaces]


@dataclass(frozen=True)
class HopBetween:
    """A step of a path: `how` leads from `start` to `end`; `evidence` says who states it and what both share."""

    start: PaperRef
    how: str
    end: PaperRef
    evidence: list[str]
    origins: list[Origin]


@dataclass(frozen=True)
class PathsPage:
    """How two papers are joined: at most three paths that share no paper between, the best first."""

    outcome: str
    paths: list[list[HopBetween]]
    complete: bool


@dataclass(frozen=True)
class Counterparts:
    """A node of each survey that correspond: papers that stand at both, how sure that is, and why."""

    first: NodeRef
    second: NodeRef
    shared: int
    sureness: str
    why: list[str]


@dataclass(frozen=True)
class LikelyOmission:
    """A paper that a survey lacks although `cited_by` of its papers cite it."""

    paper: PaperRef
    cited_by: int


@dataclass(frozen=True)
class SideOfComparison:
    """What one survey has by itself, and what it probably lacks."""

    survey: str
    papers: int
    only_here: int
    most_cited_only_here: list[PaperRef]
    likely_omissions: list[LikelyOmission]
    topics_without_counterpart: list[NodeRef]


@dataclass(frozen=True)
class PlacedApart:
    """A paper that both surveys have, at nodes that do not correspond."""

    paper: PaperRef
    first: list[NodeRef]
    second: list[NodeRef]


@dataclass(frozen=True)
class ComparisonPage:
    """Two surveys side by side; `counterparts` are paged by the cursor, the rest comes with the first page."""

    first: SideOfComparison
    second: SideOfComparison
    both: int
    jaccard: float
    counterparts: list[Counterparts]
    counterparts_total: int
    disagreements: list[PlacedApart]
    disagreements_total: int
    next_cursor: str | None


@dataclass(frozen=True)
class QuietTopic:
    """A node below with no paper of the last two years, and the year of its newest."""

    node: NodeRef
    newest: int


@dataclass(frozen=True)
class GapsPage:
    """What is thin or missing at a node.

    `missing` are papers elsewhere in the library that papers here cite most, `quiet` nodes below have nothing new,
    `thin` ones few papers; the counts are of papers at or below the node.
    """

    node: NodeRef
    missing: list[LikelyOmission]
    recent_since: int | None
    quiet: list[QuietTopic]
    thin: list[NodeRef]
    without_abstract: int
    without_code: int
    without_year: int
    unlinked: int


@dataclass(frozen=True)
class ExportPage:
    """A part of an export as text; put the parts of all pages together for the whole file.

    `selection` is the expression as it was understood.
    """

    file_name: str
    media_type: str
    selection: str
    papers: int
    text: str
    characters_total: int
    next_cursor: str | None


@dataclass(frozen=True)
class Problem:
    """An error as data: `code` is its kind, `advice` what to do next.

    `at` is the character, counted from 1, at which an expression cannot be read; null for all other errors.
    """

    code: str
    message: str
    advice: str
    at: int | None = None


def clipped(text: str, most: int = LONGEST_TEXT) -> str:
    """Text without control characters, at most so long."""
    cleaned = plain_text(text)
    return cleaned if len(cleaned) <= most else cleaned[: most - 1] + "…"
