"""The use cases of a reader who puts surveys side by side; each comparison is made once per generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from litatlas.graph.alignment import NodePair, Relation
from litatlas.graph.comparison import Comparison, Overlap, PairPapers, compare, overlaps, pair_papers
from litatlas.graph.errors import WrongUsage
from litatlas.graph.models import Survey, TaxonomyNode
from litatlas.graph.selection import Chosen
from litatlas.graph.survey_papers import find_survey

from .service import Atlas

_ALIKE = 0.4  # of 1, from which a name or a meaning is told as a reason
_RELATIONS = {
    Relation.SAME: "about the same papers",
    Relation.NARROWER: "the first is part of the second",
    Relation.BROADER: "the second is part of the first",
    Relation.OVERLAPPING: "they overlap",
    Relation.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Several surveys, each two of them side by side."""

    overlaps: tuple[Overlap, ...]
    comparisons: tuple[Comparison, ...]


class Part(StrEnum):
    """Papers of a comparison that can be listed and taken away."""

    BOTH = "both"
    FIRST = "first"
    SECOND = "second"


def compared(atlas: Atlas, first: str, second: str) -> Comparison:
    """Two surveys, by key, id or title, side by side.

    Raises:
        UnknownNode: there is no such survey.
        WrongUsage: they are one and the same.
    """
    one, other = (find_survey(atlas.library, reference) for reference in (first, second))
    return atlas.kept(("comparison", one.key, other.key), lambda library: compare(library, one, other))


def how_much_in_common(atlas: Atlas, keys: Sequence[str]) -> tuple[Overlap, ...]:
    """How much each two of these surveys, by key, id or title, have in common.

    Raises:
        UnknownNode: there is no such survey.
    """
    surveys = [find_survey(atlas.library, key) for key in keys]
    name = ("overlaps", *(survey.key for survey in surveys))
    return atlas.kept(name, lambda library: overlaps(library, surveys))


def all_compared(atlas: Atlas, references: Sequence[str]) -> Comparisons:
    """Each two of these surveys side by side.

    Raises:
        UnknownNode: there is no such survey.
        WrongUsage: fewer than two different surveys are named.
    """
    keys = list(dict.fromkeys(find_survey(atlas.library, reference).key for reference in references))
    if len(keys) < 2:
        raise WrongUsage("A comparison takes two surveys and more.", "`litatlas status` lists those that are here.")
    common = how_much_in_common(atlas, keys)
    return Comparisons(common, tuple(compared(atlas, each.first, each.second) for each in common))


def papers_of_pair(atlas: Atlas, comparison: Comparison, first: TaxonomyNode, second: TaxonomyNode) -> PairPapers:
    """The papers of a topic of the first survey and one of the second, apart and together."""
    name = ("papers of a pair", first.key, second.key)
    return atlas.kept(name, lambda library: pair_papers(library, comparison, first, second))


def chosen(comparison: Comparison, part: Part) -> Chosen:
    """The papers that both have, or only one of them, as a selection that can be exported."""
    one, other = short_names(comparison.first.survey, comparison.second.survey)
    match part:
        case Part.BOTH:
            return Chosen(comparison.both, f"In {one} and {other}")
        case Part.FIRST:
            return Chosen(comparison.first.only, f"In {one}, not in {other}")
        case Part.SECOND:
            return Chosen(comparison.second.only, f"In {other}, not in {one}")


def short_names(first: Survey, second: Survey) -> tuple[str, str]:
    """The surveys' titles up to the colon; their keys where those are the same."""
    names = tuple(survey.title.split(":", 1)[0].strip() or survey.key for survey in (first, second))
    return (names[0], names[1]) if names[0] != names[1] else (first.key, second.key)


def reasons(pair: NodePair) -> tuple[str, ...]:
    """Why two topics are held to correspond, and what the one is to the other, in words; how many, `shared_of` says."""
    near = pair.meaning is not None and pair.meaning >= _ALIKE
    said = (
        _RELATIONS[pair.relation],
        "names alike" if pair.name >= _ALIKE else "",
        "papers near in meaning" if near else "",
    )
    few = "few papers at both" if pair.shared else "names and papers a little alike"
    return tuple(filter(None, said)) or (few,)


def shared_of(pair: NodePair) -> str:
    """How many papers stand at both, of how many that could."""
    if not pair.shared:
        return "no paper stands at both"
    could = f"the {pair.first_known:,} and {pair.second_known:,}"
    return f"{pair.shared:,} at both, of {could} of these topics that both surveys list"
