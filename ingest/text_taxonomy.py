"""The taxonomy of a survey's text: from its sections, or from the tree it draws. Pure.

Sections that frame a survey instead of sorting its works (introduction, conclusion, related surveys, acknowledgements,
appendices) are no nodes. What only they cite has no place in the taxonomy, and this is reported.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.identity import title_key
from litatlas.graph.models import Finding, Severity, TaxonomyNode

from .node_keys import number_nodes
from .survey_text import Branch, Cite, Figure, SurveyText

_FRAME = frozenset(
    "introduction introductionandmotivation summary authorcontributions contributions funding limitations "
    "ethicsstatement ethicalconsiderations broaderimpact references outline organization roadmap".split()
)
_NAMES = re.compile(r"[,;/]|\betc\b|\be\.g\.?|\bi\.e\.?|\band\b")


class TaxonomyChoice(StrEnum):
    """What the taxonomy is read from."""

    AUTO = "auto"
    SECTIONS = "sections"
    FIGURE = "figure"


@dataclass(slots=True)
class Topic:
    """A node while the taxonomy is being made."""

    name: str
    line: int
    cites: list[Cite] = field(default_factory=list)
    children: list[Topic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A survey's taxonomy and what each of its nodes cites.

    Attributes:
        cites: node key -> citations at that node itself.
        choice: what it was read from; never AUTO.
    """

    choice: TaxonomyChoice
    nodes: tuple[TaxonomyNode, ...]
    cites: Mapping[str, tuple[Cite, ...]]
    findings: tuple[Finding, ...]


def build_taxonomy(text: SurveyText, survey: str, named: Collection[str], choice: TaxonomyChoice) -> Taxonomy:
    """Make the taxonomy of a survey's text.

    Args:
        survey: the survey's key, the first part of every node's key.
        named: keys of the references that have a title; others place nothing.

    Raises:
        SourceUnreadable: a figure is asked for, and none can be read.
    """
    from_sections, framed = _topics_of_sections(text)
    figure = max(text.figures, key=lambda figure: len(_cited([_topic_of(figure.root)], named)), default=None)
    from_figure = _topics_of_figure(figure) if figure else []
    drawn, told = len(_cited(from_figure, named)), len(_cited(from_sections, named))
    if choice is TaxonomyChoice.FIGURE and not drawn:
        raise SourceUnreadable("The text has no taxonomy figure that cites works", "Use its sections instead.")
    if choice is TaxonomyChoice.FIGURE or (choice is TaxonomyChoice.AUTO and drawn and 2 * drawn >= told):
        findings = [_taken_from_figure(text, figure, drawn, told)] if figure else []
        return _finish(TaxonomyChoice.FIGURE, from_figure, survey, named, findings)
    findings = [_taken_from_sections(drawn, told)] if text.figures else []
    if told == 0:
        from_sections, framed = _all_sections(text), []
        findings.append(_frame_is_all())
    findings += _framed_findings(framed, from_sections, named)
    return _finish(TaxonomyChoice.SECTIONS, from_sections, survey, named, findings)


def _finish(
    choice: TaxonomyChoice, roots: list[Topic], survey: str, named: Collection[str], findings: list[Finding]
) -> Taxonomy:
    roots, left_out = _prune(roots, named)
    numbered = list(number_nodes(roots, survey, lambda topic: topic.children))
    cites = {node.key: tuple(topic.cites) for topic, node in numbered}
    return Taxonomy(choice, tuple(node for _, node in numbered), cites, (*findings, *left_out))


def _topics_of_sections(text: SurveyText) -> tuple[list[Topic], list[Topic]]:
    """Top sections as trees: those that sort works, and those that frame the survey."""
    topics = _all_sections(text)
    tops = [section for section in text.sections if section.parent is None]
    framing = [section.appendix or _is_frame(section.name) for section in tops]
    pairs = list(zip(topics, framing, strict=True))
    return [topic for topic, frame in pairs if not frame], [topic for topic, frame in pairs if frame]


def _all_sections(text: SurveyText) -> list[Topic]:
    topics = [Topic(section.name, section.line, list(section.cites)) for section in text.sections]
    for topic, section in zip(topics, text.sections, strict=True):
        if section.parent is not None:
            topics[section.parent].children.append(topic)
    return [topic for topic, section in zip(topics, text.sections, strict=True) if section.parent is None]


def _is_frame(name: str) -> bool:
    key = title_key(name)
    return key in _FRAME or key.startswith(
        ("appendix", "acknowledg", "conclu", "relatedwork", "relatedsurvey", "relatedreview")
    )


def _topics_of_figure(figure: Figure) -> list[Topic]:
    """The branches of a drawn tree, each a topic however little is below it; its root is the survey itself."""
    if not figure.root.children:
        return [_topic_of(figure.root)] if figure.root.name else []
    topics = []
    for branch in figure.root.children:
        topic = _topic_of(branch)
        topics += [topic] if topic.name else topic.children
    return topics


def _topic_of(branch: Branch) -> Topic:
    """A branch as a topic; a leaf that only lists methods places them at the topic above it."""
    topic = Topic(branch.name, branch.line, list(branch.cites))
    for child in branch.children:
        if _lists_methods(child) or not child.name:
            topic.cites.extend(child.cites)
            below = _topic_of(child) if child.children else None
            topic.children.extend(below.children if below else ())
        else:
            topic.children.append(_topic_of(child))
    return topic


def _lists_methods(branch: Branch) -> bool:
    """Whether a label is a list of methods (``GPTQ [1], AWQ [2]``) and no topic (``Weight-only [1, 2]``)."""
    if branch.children or not branch.cites:
        return False
    names = [name for name in _NAMES.split(branch.name) if any(map(str.isalnum, name))]
    return len(names) != 1 or len({cite.key for cite in branch.cites}) == 1


def _cited(topics: Sequence[Topic], named: Collection[str]) -> set[str]:
    return {cite.key for topic in _walk(topics) for cite in topic.cites if cite.key in named}


def _walk(topics: Sequence[Topic]) -> Iterator[Topic]:
    pending = list(reversed(topics))
    while pending:
        topic = pending.pop()
        yield topic
        pending.extend(reversed(topic.children))


def _prune(topics: list[Topic], named: Collection[str]) -> tuple[list[Topic], list[Finding]]:
    """Drop branches in which nothing is cited that has a title."""
    kept, findings = [], []
    for topic in topics:
        if _cited([topic], named):
            topic.children, below = _prune(topic.children, named)
            kept.append(topic)
            findings.extend(below)
        else:
            findings.append(_without_papers(topic))
    return kept, findings


def _framed_findings(framed: Sequence[Topic], topics: Sequence[Topic], named: Collection[str]) -> Iterator[Finding]:
    placed = _cited(topics, named)
    for topic in framed:
        cited = _cited([topic], named)
        if cited:
            message = (
                f"The section {topic.name!r} frames the survey; {len(cited - placed)} works are cited in such only"
            )
            decision = "No node of the taxonomy; works that no other section cites have no place in it."
            yield Finding("framing-section", Severity.NOTE, topic.line, message, decision)


def _taken_from_figure(text: SurveyText, figure: Figure, drawn: int, told: int) -> Finding:
    message = f"The text draws its taxonomy: a tree with {drawn} works, where its sections place {told}"
    others = tuple(other.line for other in text.figures if other is not figure)
    decision = "The figure is the taxonomy." + (" The largest of several is taken." if others else "")
    return Finding("taxonomy-from-figure", Severity.NOTE, figure.line, message, decision, others)


def _taken_from_sections(drawn: int, told: int) -> Finding:
    message = f"The text draws a tree with {drawn} works; its sections place {told}"
    return Finding("taxonomy-from-sections", Severity.NOTE, 0, message, "The sections are the taxonomy.")


def _frame_is_all() -> Finding:
    message = "Only sections that frame the survey cite works, such as its introduction"
    return Finding("only-framing-sections", Severity.WARNING, 0, message, "They are the taxonomy.")


def _without_papers(topic: Topic) -> Finding:
    message = f"{topic.name!r} cites no work in or below it"
    return Finding("section-without-papers", Severity.NOTE, topic.line, message, "Not part of the taxonomy.")
