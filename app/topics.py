"""The use cases of a reader who studies topics: what stands at one, what is missing there, and how topics relate.

Everything is counted once per generation of the library and shared by all visitors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litatlas.graph.flow import Flow, Neighbours, citations_between, flow_among, neighbours_of
from litatlas.graph.gaps import NodeGaps, node_gaps
from litatlas.graph.growth import Growth, growth_of
from litatlas.graph.library import Library
from litatlas.graph.models import Paper, Survey, TaxonomyNode
from litatlas.graph.node_facts import NodeFacts, PaperOrder, node_facts, papers_at
from litatlas.graph.placed_network import PlacedNetwork, below, level, placed_network

from .details import Branch, counted_by, most_first
from .service import Atlas

MOST_TOPICS = 24  # in one picture: as many rows as can be told apart
_ENOUGH = 4  # topics for a picture of what builds on what


@dataclass(frozen=True, slots=True)
class Topic:
    """A node with its way down and what is below it."""

    branch: Branch
    broader: tuple[TaxonomyNode, ...]

    @property
    def node(self) -> TaxonomyNode:
        """The node itself."""
        return self.branch.node


@dataclass(frozen=True, slots=True)
class Cut:
    """The topics that a picture of growth and flow is drawn of.

    Attributes:
        nodes: in the survey's order; the largest where there are too many.
        of: how many there are.
        depths: the depths at which the tree can be cut.
        depth: the one it is cut at.
    """

    survey: Survey
    top: TaxonomyNode | None
    nodes: tuple[TaxonomyNode, ...]
    of: int
    depths: tuple[int, ...]
    depth: int


def network_of(atlas: Atlas) -> PlacedNetwork:
    """Papers, citations and placements as arrays."""
    return atlas.kept("placed network", placed_network)


def topic(atlas: Atlas, key: str) -> Topic:
    """A node by its key.

    Raises:
        UnknownNode: there is none.
    """
    node = atlas.library.node(key)
    return Topic(_branch(atlas, node), atlas.library.ancestors(node))


def _branch(atlas: Atlas, node: TaxonomyNode) -> Branch:
    branches = atlas.kept("branches", lambda _: {each.node.key: each for each in _all(atlas.taxonomy())})
    return branches[node.key]


def _all(branches: tuple[Branch, ...]) -> list[Branch]:
    return [each for branch in branches for each in (branch, *_all(branch.narrower))]


def facts(atlas: Atlas, node: TaxonomyNode) -> NodeFacts:
    """What stands at a node, counted."""
    return atlas.kept(("facts", node.key), lambda library: node_facts(library, network_of(atlas), node))


def gaps(atlas: Atlas, node: TaxonomyNode) -> NodeGaps:
    """What is thin or missing at a node."""
    return atlas.kept(("gaps", node.key), lambda library: node_gaps(library, network_of(atlas), node))


def papers(atlas: Atlas, node: TaxonomyNode, order: PaperOrder, limit: int) -> tuple[tuple[Paper, ...], dict[str, int]]:
    """The first papers at or below a node in an order, and how many papers of the library cite each."""

    def make(library: Library) -> tuple[tuple[str, int], ...]:
        return papers_at(library, network_of(atlas), node, order, limit)

    cited = dict(atlas.kept(("papers at", node.key, order, limit), make))
    return atlas.library.papers(cited), cited


def field(atlas: Atlas) -> tuple[Branch, ...]:
    """As `Atlas.field` gives it: the trees of all surveys."""
    return atlas.field()


def survey_branch(atlas: Atlas, survey: Survey) -> Branch:
    """As `Atlas.survey_branch` gives it: a survey as the top of its own tree."""
    return atlas.kept(("survey branch", survey.key), lambda _: atlas.survey_branch(survey))


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """The papers that a survey places, in numbers.

    Attributes:
        years: papers per year, oldest first.
        venues: by papers, most first.
    """

    years: tuple[tuple[int, int], ...]
    venues: tuple[tuple[str, int], ...]


def survey_facts(atlas: Atlas, survey: Survey) -> SurveyFacts:
    """Years and venues of what a survey places; made once per generation."""

    def make(library: Library) -> SurveyFacts:
        papers = library.papers(library.paper_keys(survey=survey.key))
        return SurveyFacts(
            counted_by(paper.year for paper in papers if paper.year),
            most_first(paper.venue for paper in papers if paper.venue),
        )

    return atlas.kept(("survey facts", survey.key), make)


def neighbours(atlas: Atlas, node: TaxonomyNode) -> Neighbours:
    """Which topics of the same survey and depth a node builds on, and which build on it."""
    of_survey = [each for each in atlas.library.nodes if each.survey == node.survey]
    nodes = level(of_survey, node.depth)
    return neighbours_of(flow(atlas, nodes), node)


def flow(atlas: Atlas, nodes: tuple[TaxonomyNode, ...]) -> Flow:
    """Which of these topics build on which."""
    name = ("flow", tuple(node.key for node in nodes))
    return atlas.kept(name, lambda _: flow_among(network_of(atlas), nodes))


def default_survey(atlas: Atlas) -> Survey | None:
    """The survey whose papers cite one another most, then that of most papers; None where there is none."""

    def weight(survey: Survey) -> tuple[int, int]:
        tops = atlas.library.children(None, survey.key)
        counts = flow(atlas, tops).counts
        return int(counts.sum()), sum(atlas.library.node_counts[top.key] for top in tops)

    surveys = atlas.overview().surveys
    return atlas.kept("survey of most citations", lambda _: max(surveys, key=weight, default=None))


def cut(atlas: Atlas, survey: Survey, top: TaxonomyNode | None, depth: int | None) -> Cut:
    """The topics of a survey, or below one of its nodes, at a depth.

    Args:
        depth: from 1, counted below `top`; without it, the first that has at least four topics, else the deepest.
    """
    nodes = [node for node in atlas.library.nodes if node.survey == survey.key]
    above = top.depth if top else 0
    deepest = max((node.depth for node in (below(nodes, top) if top else nodes)), default=above) - above
    depths = tuple(range(1, max(deepest, 1) + 1))
    levels = {each: level(nodes, above + each, top) for each in depths}
    fitting = next((each for each in depths if len(levels[each]) >= _ENOUGH), depths[-1])
    chosen = depth if depth in levels else fitting
    counts = atlas.library.node_counts
    largest = sorted(levels[chosen], key=lambda node: -counts[node.key])[:MOST_TOPICS]
    shown = tuple(node for node in levels[chosen] if node in largest)
    return Cut(survey, top, shown, len(levels[chosen]), depths, chosen)


def growth(atlas: Atlas, nodes: tuple[TaxonomyNode, ...]) -> Growth:
    """How these topics grew."""
    name = ("growth", tuple(node.key for node in nodes))
    return atlas.kept(name, lambda _: growth_of(network_of(atlas), nodes))


def citations(
    atlas: Atlas, citing: TaxonomyNode, cited: TaxonomyNode, first: int | None, last: int | None
) -> tuple[tuple[str, str], ...]:
    """The citations from one topic to another by papers of some years; see `citations_between`."""
    name = ("citations between", citing.key, cited.key, first, last)
    return atlas.kept(name, lambda _: citations_between(network_of(atlas), citing, cited, first, last))


def growth_below(atlas: Atlas, node: TaxonomyNode) -> Growth | None:
    """How the topics right below a node grew; None where nothing is below it."""
    below_it = atlas.library.children(node)
    return growth(atlas, below_it) if below_it else None


def outline(atlas: Atlas, branches: Sequence[Branch]) -> Growth:
    """How every topic of these trees grew, in the survey's order: what a table of them shows."""
    return growth(atlas, tuple(each.node for each in _all(tuple(branches)) if each.node.depth))
