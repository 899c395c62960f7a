"""Two surveys side by side: what both place, what one has and the other lacks, and where they disagree.

Everything is the same, sides exchanged, whichever survey is named first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations

from .alignment import NodePair, Sureness, align, compared_nodes
from .claims import find_conflicts, rank_claims
from .errors import LibraryDamaged, WrongUsage
from .index import VectorIndex
from .library import Library
from .models import Claim, SourceKind, Survey, TaxonomyNode, WorkKind
from .rows import CLAIM_COLUMNS
from .survey_papers import Entry, SurveyPapers, citations_among, papers_of
from .telling import block

_COMPARED_FIELDS = ("title", "year", "venue")
_BATCH = 500
_MOST_BRANCHES = 14  # side by side in a picture of the flow


@dataclass(frozen=True, slots=True)
class Omission:
    """A paper that one survey places and the other does not, though papers of the other cite it.

    Attributes:
        cited_by: how many papers that the other survey places cite it.
    """

    paper: str
    cited_by: int


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two surveys has beside the other.

    Attributes:
        papers: how many it places, software included; `software` says how many of them are that.
        only: keys of those that the other does not place; newest first, then by title.
        topics: those of its topics that were compared, all with papers; `unmatched` have no counterpart.
        left_out: topics that were not compared, as there are very many.
        omissions: of `only`, those that papers of the other survey cite; most cited first.
        cites: citations from papers that only it places to papers that only the other places.
    """

    survey: Survey
    papers: int
    software: int
    only: tuple[str, ...]
    topics: tuple[TaxonomyNode, ...]
    unmatched: tuple[TaxonomyNode, ...]
    left_out: int
    omissions: tuple[Omission, ...]
    cites: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A paper of both surveys at topics that do not correspond, though one of the topics has a counterpart.

    Attributes:
        first, second: where each survey places it.
        first_expected, second_expected: the counterparts of the other survey's topics.
    """

    paper: str
    first: tuple[TaxonomyNode, ...]
    second: tuple[TaxonomyNode, ...]
    first_expected: tuple[TaxonomyNode, ...]
    second_expected: tuple[TaxonomyNode, ...]


@dataclass(frozen=True, slots=True)
class ValueConflict:
    """A field of a paper on which the sources of the two surveys disagree."""

    paper: str
    field: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many papers of a year, or of a venue, only the first survey, both, or only the second place."""

    name: str
    first_only: int
    both: int
    second_only: int


@dataclass(frozen=True, slots=True)
class Flow:
    """How many papers stand below a topic of the first survey and one of the second; one may be in several flows."""

    first: TaxonomyNode
    second: TaxonomyNode
    papers: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two surveys side by side.

    Attributes:
        both: keys of the papers that both place; newest first, then by title.
        jaccard: of the papers of either, the share that both place; 0 where there are none.
        pairs: topics that correspond, surest first.
        meaning: whether the meaning of papers was compared, for which vectors are needed.
        years: by year; `venues`: by venue, most papers first; papers without one are not counted.
        flows: from the branches of the one to those of the other, through the papers of both.
    """

    first: Side
    second: Side
    both: tuple[str, ...]
    shared_software: int
    jaccard: float
    pairs: tuple[NodePair, ...]
    meaning: bool
    disagreements: tuple[Disagreement, ...]
    conflicts: tuple[ValueConflict, ...]
    years: tuple[Share, ...]
    venues: tuple[Share, ...]
    flows: tuple[Flow, ...]

    def __repr__(self) -> str:
        one, other = self.first, self.second
        return block(
            f"<Comparison of {one.survey.key} and {other.survey.key}>",
            f"{len(self.both):,} papers and software entries in both, of {one.papers:,} and {other.papers:,}"
            f" (Jaccard {self.jaccard:.2f})",
            f"{len(self.pairs):,} pairs of topics correspond, of {len(one.topics):,} and {len(other.topics):,}",
            f"{len(one.omissions):,} and {len(other.omissions):,} are cited by papers of the survey that lacks them",
            f"{len(self.disagreements):,} stand at topics that do not correspond",
        )


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two of several surveys have in common."""

    first: str
    second: str
    both: int
    first_only: int
    second_only: int
    jaccard: float


@dataclass(frozen=True, slots=True)
class PairPapers:
    """The papers of two topics of different surveys, by key.

    Attributes:
        both: at or below both.
        first_elsewhere: at the first, and placed elsewhere by the second survey; `second_elsewhere` likewise.
        first_only: at the first, and nowhere in the second survey; `second_only` likewise.
    """

    both: tuple[str, ...]
    first_elsewhere: tuple[str, ...]
    first_only: tuple[str, ...]
    second_elsewhere: tuple[str, ...]
    second_only: tuple[str, ...]


def compare(library: Library, first: Survey, second: Survey) -> Comparison:
    """Put two surveys side by side.

    Raises:
        WrongUsage: they are one and the same.
    """
    if first.key == second.key:
        raise WrongUsage(f"{first.key} cannot be compared with itself.", "Name two different surveys.")
    one, other = papers_of(library, first), papers_of(library, second)
    both = tuple(key for key in one.papers if key in other.papers)
    index = _index(library)
    pairs = align(one, other, index)
    edges = citations_among(library, (first, second))
    return Comparison(
        first=_side(one, other, edges, {pair.first.key for pair in pairs}),
        second=_side(other, one, edges, {pair.second.key for pair in pairs}),
        both=both,
        shared_software=_software(one, both),
        jaccard=_jaccard(one, other),
        pairs=pairs,
        meaning=any(pair.meaning is not None for pair in pairs),
        disagreements=_disagreements(one, other, both, pairs),
        conflicts=_conflicts(library, first, second, both),
        years=tuple(sorted(_shares(one, other, lambda entry: entry.year), key=lambda share: int(share.name))),
        venues=tuple(sorted(_shares(one, other, lambda entry: entry.venue), key=_most_first)),
        flows=_flows(one, other, both),
    )


def overlaps(library: Library, surveys: Sequence[Survey]) -> tuple[Overlap, ...]:
    """How much each two of these surveys have in common, in the order given."""
    placed = {survey.key: frozenset(library.paper_keys(survey=survey.key)) for survey in surveys}
    return tuple(_overlap(first, second, placed[first], placed[second]) for first, second in combinations(placed, 2))


def pair_papers(library: Library, comparison: Comparison, first: TaxonomyNode, second: TaxonomyNode) -> PairPapers:
    """The papers at or below a node of the first survey and one of the second; newest first, then by title."""
    one, other = library.paper_keys(under=first), library.paper_keys(under=second)
    in_one, in_other, in_both = frozenset(one), frozenset(other), frozenset(comparison.both)
    return PairPapers(
        both=tuple(key for key in one if key in in_other),
        first_elsewhere=tuple(key for key in one if key in in_both and key not in in_other),
        first_only=tuple(key for key in one if key not in in_both),
        second_elsewhere=tuple(key for key in other if key in in_both and key not in in_one),
        second_only=tuple(key for key in other if key not in in_both),
    )


def _index(library: Library) -> VectorIndex | None:
    with suppress(LibraryDamaged):  # told where vectors are needed; the rest can be compared without
        return library.index
    return None


def _overlap(first: str, second: str, one: frozenset[str], other: frozenset[str]) -> Overlap:
    both, either = len(one & other), len(one | other)
    return Overlap(first, second, both, len(one - other), len(other - one), both / either if either else 0.0)


def _jaccard(one: SurveyPapers, other: SurveyPapers) -> float:
    return _overlap("", "", frozenset(one.papers), frozenset(other.papers)).jaccard


def _software(survey: SurveyPapers, keys: Iterable[str]) -> int:
    return sum(survey.papers[key].kind is WorkKind.SOFTWARE for key in keys)


def _side(own: SurveyPapers, other: SurveyPapers, edges: Iterable[tuple[str, str]], matched: set[str]) -> Side:
    only = tuple(key for key in own.papers if key not in other.papers)
    alone, cited, cites = frozenset(only), Counter[str](), 0
    for citing, of in edges:
        if of in alone and citing in other.papers:
            cited[of] += 1
        cites += citing in alone and of not in own.papers
    omitted = sorted(cited, key=lambda key: (-cited[key], key))
    compared = compared_nodes(own)
    return Side(
        survey=own.survey,
        papers=len(own.papers),
        software=_software(own, own.papers),
        only=only,
        topics=compared,
        unmatched=tuple(node for node in compared if node.key not in matched),
        left_out=len(own.below) - len(compared),
        omissions=tuple(Omission(key, cited[key]) for key in omitted),
        cites=cites,
    )


def _disagreements(
    one: SurveyPapers, other: SurveyPapers, both: Iterable[str], pairs: Sequence[NodePair]
) -> tuple[Disagreement, ...]:
    aligned = {(pair.first.key, pair.second.key) for pair in pairs}
    sure = [pair for pair in pairs if pair.sureness is not Sureness.POSSIBLE]
    found = []
    for paper in both:
        at_one, at_other = one.around(paper), other.around(paper)
        if any((mine, theirs) in aligned for mine in at_one for theirs in at_other):
            continue
        expected = _named(other, {pair.second.key for pair in sure if pair.first.key in at_one})
        expected_back = _named(one, {pair.first.key for pair in sure if pair.second.key in at_other})
        if expected or expected_back:
            here, there = _named(one, one.places[paper]), _named(other, other.places[paper])
            found.append(Disagreement(paper, here, there, expected_back, expected))
    return tuple(found)


def _named(survey: SurveyPapers, keys: Iterable[str]) -> tuple[TaxonomyNode, ...]:
    wanted = frozenset(keys)
    return tuple(node for node in survey.nodes if node.key in wanted)


def _conflicts(library: Library, first: Survey, second: Survey, both: Sequence[str]) -> tuple[ValueConflict, ...]:
    """Fields on which the two lists themselves disagree; what other sources say is no matter between the two."""
    if first.source == second.source:
        return ()
    kinds = {key: SourceKind(kind) for key, kind in library.query("SELECT key, kind FROM sources")}
    said: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in _claims(library, (first.source, second.source), both):
        said.setdefault((claim.paper, claim.field, claim.source), []).append(claim)
    found = []
    for paper in both:
        for field in _COMPARED_FIELDS:
            claims = [said.get((paper, field, survey.source), []) for survey in (first, second)]
            if all(claims) and _all_differ(claims[0], claims[1], kinds):
                best = [rank_claims(each, kinds)[0].value for each in claims]
                found.append(ValueConflict(paper, field, best[0], best[1]))
    return tuple(found)


def _all_differ(one: Sequence[Claim], other: Sequence[Claim], kinds: Mapping[str, SourceKind]) -> bool:
    """Whether no value of the one agrees with one of the other; a list may name a paper twice in two ways."""
    return all(mine.value != theirs.value and find_conflicts((mine, theirs), kinds) for mine in one for theirs in other)


def _claims(library: Library, sources: tuple[str, str], papers: Sequence[str]) -> list[Claim]:
    found: list[Claim] = []
    fields = ", ".join(f"'{field}'" for field in _COMPARED_FIELDS)
    for start in range(0, len(papers), _BATCH):
        batch = papers[start : start + _BATCH]
        marks = ", ".join("?" * len(batch))
        sql = f"SELECT DISTINCT {CLAIM_COLUMNS} FROM claims WHERE paper IN ({marks}) AND field IN ({fields})"
        found += [Claim(*row) for row in library.query(f"{sql} AND source IN (?, ?)", (*batch, *sources))]
    return found


def _shares(one: SurveyPapers, other: SurveyPapers, value: Callable[[Entry], str | int | None]) -> list[Share]:
    """Papers by a value of theirs; those without are left out."""
    counts: Counter[tuple[str, str]] = Counter()
    for key, entry in {**one.papers, **other.papers}.items():
        if (found := value(entry)) is not None:
            where = "both" if key in one.papers and key in other.papers else "one" if key in one.papers else "other"
            counts[str(found), where] += 1
    names = {name for name, _ in counts}
    return [Share(name, counts[name, "one"], counts[name, "both"], counts[name, "other"]) for name in names]


def _most_first(share: Share) -> tuple[int, str]:
    return -(share.first_only + share.both + share.second_only), share.name


def _flows(one: SurveyPapers, other: SurveyPapers, both: Iterable[str]) -> tuple[Flow, ...]:
    """Between the deepest levels at which few enough topics stand side by side to be read."""
    depths = one.level(_MOST_BRANCHES), other.level(_MOST_BRANCHES)
    counts = Counter(
        (mine, theirs)
        for paper in both
        for mine in one.at_level(paper, depths[0])
        for theirs in other.at_level(paper, depths[1])
    )
    nodes = {node.key: node for node in (*one.nodes, *other.nodes)}
    flows = (Flow(nodes[mine], nodes[theirs], papers) for (mine, theirs), papers in counts.items())
    return tuple(sorted(flows, key=lambda flow: (flow.first.position, flow.second.position)))
