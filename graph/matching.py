"""Which known paper a new record is about. Pure: the same answer whatever came before or after the record.

An id alone is not believed: lists link to the wrong paper now and then, and nobody may get another paper's abstract.
So a shared id counts where the titles are at least alike, and an equal title counts within two years.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from .identity import Likeness, PaperId, compare_titles, title_key
from .models import Claim, WorkKind


class Evidence(IntEnum):
    """Why a record is taken to be about a paper; the higher the better."""

    NONE = 0
    CONFLICT = 1
    ID = 2
    TITLE = 3
    ID_AND_TITLE = 4


@dataclass(frozen=True, slots=True)
class KnownPaper:
    """What matching needs to know about a paper: every title and id that some source claims for it."""

    key: str
    titles: tuple[str, ...]
    ids: frozenset[PaperId]
    years: tuple[int, ...] = ()
    kind: WorkKind = WorkKind.PAPER

    @classmethod
    def from_claims(cls, key: str, claims: Iterable[Claim]) -> KnownPaper:
        """Gather what the claims about one paper say."""
        titles: list[str] = []
        ids: set[PaperId] = set()
        years: list[int] = []
        kind = WorkKind.PAPER
        for claim in claims:
            if claim.field in {"title", "published_title"}:
                titles.append(claim.value)
            elif claim.field == "year" and claim.value.isdecimal():
                years.append(int(claim.value))
            elif claim.field == "kind":
                kind = WorkKind(claim.value)
            elif claim.field.startswith("id:"):
                scheme = claim.field.removeprefix("id:")
                ids.update(found for found in (PaperId.parse(f"{scheme}:{claim.value}"),) if found)
        return cls(key, tuple(dict.fromkeys(titles)), frozenset(ids), tuple(years), kind)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The record whose paper is looked for."""

    titles: tuple[str, ...]
    ids: frozenset[PaperId]
    year: int | None = None
    kind: WorkKind = WorkKind.PAPER


@dataclass(frozen=True, slots=True)
class Match:
    """The answer: a paper and the evidence, or none and the reason."""

    paper: str | None
    evidence: Evidence
    reason: str = ""


def match_record(wanted: Wanted, candidates: Iterable[KnownPaper]) -> Match:
    """The one candidate the record is about.

    Args:
        candidates: papers that share an id or a title key with the record; others do no harm.
    """
    unique = {candidate.key: candidate for candidate in candidates if candidate.kind is wanted.kind}
    weighed = sorted(((weigh(wanted, candidate), key) for key, candidate in unique.items()), reverse=True)
    best = [key for evidence, key in weighed if evidence is weighed[0][0]]
    if not weighed or weighed[0][0] is Evidence.NONE:
        return Match(None, Evidence.NONE, "no known paper has its id or title")
    if weighed[0][0] is Evidence.CONFLICT:
        return Match(None, Evidence.CONFLICT, f"its id is also that of {best[0]!r}, which has another title")
    if len(best) > 1:
        return Match(None, weighed[0][0], f"it fits several papers equally well: {', '.join(sorted(best))}")
    return Match(best[0], weighed[0][0])


def weigh(wanted: Wanted, known: KnownPaper) -> Evidence:
    """How well a record fits a paper."""
    shared_id = bool(wanted.ids & known.ids)
    if _same_title(wanted.titles, known.titles):
        if shared_id:
            return Evidence.ID_AND_TITLE
        return Evidence.TITLE if _near_years(wanted.year, known.years) else Evidence.NONE
    if not shared_id:
        return Evidence.NONE
    if not wanted.titles:  # nothing but the id names it; of two papers that claim the id, neither is meant
        return Evidence.ID
    alike = any(_alike(first, second) for first in wanted.titles for second in known.titles)
    return Evidence.ID if alike else Evidence.CONFLICT


def is_namesake(one: KnownPaper, other: KnownPaper) -> bool:
    """Whether two works have a title in common and nothing else: years apart, and no id that both claim."""
    years: tuple[int | None, ...] = one.years or (None,)
    wanted = (Wanted(one.titles, one.ids, year, one.kind) for year in years)
    return one.kind is not other.kind or all(weigh(each, other) is Evidence.NONE for each in wanted)


def are_told_apart(one: KnownPaper, other: KnownPaper) -> bool:
    """Whether two works have ids of one scheme and none in common."""
    schemes = {paper_id.scheme for paper_id in one.ids} & {paper_id.scheme for paper_id in other.ids}
    return bool(schemes) and one.ids.isdisjoint(other.ids)


def _same_title(first: Sequence[str], second: Sequence[str]) -> bool:
    keys = {title_key(title) for title in first} & {title_key(title) for title in second}
    return bool(keys - {""})


def _near_years(year: int | None, years: Sequence[int]) -> bool:
    return year is None or not years or any(abs(year - other) <= 2 for other in years)


def _alike(first: str, second: str) -> bool:
    if compare_titles(first, second) is not Likeness.DIFFERENT:
        return True
    leads = [title_key(title.split(":", 1)[0]) for title in (first, second) if ":" in title]
    return len(leads) == 2 and leads[0] == leads[1] != ""
