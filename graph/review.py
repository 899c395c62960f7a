"""What a reader should look at: works that may be one paper, and works that were joined, with the reasons.

Titles are compared as `identity.compare_titles` does. In a library of more than `MOST_COMPARED` papers only titles that
begin alike are compared, since the table of all pairs would grow with the square.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import numpy as np
from rapidfuzz import fuzz, process

from .identity import Likeness, PaperId, compare_titles, title_key
from .library import Library
from .models import Paper
from .sameness import Pair, Reason, ordered
from .subjects import reasons_of, shared_ids, subjects_of_papers, title_of_subject

MOST_COMPARED = 6_000
_ALIKE = 80.0  # percent; see `identity.compare_titles`
_BEGINNING = 12  # letters and digits that titles of a large library must share to be compared


class Doubt(StrEnum):
    """Why two papers may be one."""

    SHARED_ID = "shared-id"
    ALIKE_TITLES = "alike-titles"


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """Two papers that may be one.

    Attributes:
        likeness: of their titles, in percent.
        ids: that are claimed for both.
    """

    doubt: Doubt
    first: Paper
    second: Paper
    likeness: float
    ids: tuple[PaperId, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinedPaper:
    """A paper that consists of several subjects.

    Attributes:
        titles: by subject, the first title that a source gives it.
    """

    paper: Paper
    titles: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...]


def find_doubtful(library: Library) -> tuple[DoubtfulPair, ...]:
    """Pairs of papers that a reader should decide about, the surest first; pairs with a verdict are left out."""
    papers = {paper.key: paper for paper in library.iter_papers()}
    shared = shared_ids(library)
    decided = _decided(library)
    pairs = {pair: _pair(Doubt.SHARED_ID, papers, pair, ids) for pair, ids in shared.items() if pair not in decided}
    for pair in _alike_titles(list(papers.values())):
        if pair not in decided and pair not in pairs:
            pairs[pair] = _pair(Doubt.ALIKE_TITLES, papers, pair)
    return tuple(sorted(pairs.values(), key=lambda found: (-found.likeness, found.first.key, found.second.key)))


def find_joined(library: Library) -> tuple[JoinedPaper, ...]:
    """The papers that were joined from several subjects, with the reasons: the log of merges."""
    subjects = subjects_of_papers(library)
    reasons = reasons_of(library)
    found = []
    for paper in library.papers(sorted(subjects)):
        members = subjects[paper.key]
        why = tuple(reason for reason in reasons if reason.first in members and reason.second in members)
        found.append(JoinedPaper(paper, tuple((key, title_of_subject(library, key)) for key in members), why))
    return tuple(found)


def _decided(library: Library) -> set[Pair]:
    """Pairs of papers between whose subjects a reader has decided."""
    paper_of = {member: paper for paper, members in subjects_of_papers(library).items() for member in members}
    return {
        ordered(paper_of.get(reason.first, reason.first), paper_of.get(reason.second, reason.second))
        for reason in reasons_of(library)
        if reason.rule == "reader"
    }


def _pair(doubt: Doubt, papers: dict[str, Paper], pair: Pair, ids: Sequence[PaperId] = ()) -> DoubtfulPair:
    first, second = papers[pair[0]], papers[pair[1]]
    likeness = fuzz.ratio(title_key(first.title), title_key(second.title))
    return DoubtfulPair(doubt, first, second, round(likeness, 1), tuple(ids))


def _alike_titles(papers: Sequence[Paper]) -> Iterator[Pair]:
    """Pairs whose titles are alike and that no two ids of one scheme tell apart."""
    for group in _groups(papers):
        keys = [title_key(paper.title) for paper in group]
        ratios = process.cdist(keys, keys, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.float32)
        for later, earlier in np.argwhere(np.tril(ratios, k=-1) > 0):
            first, second = group[earlier], group[later]
            if first.kind is second.kind and not _told_apart(first, second) and _is_doubtful(first, second):
                yield ordered(first.key, second.key)


def _groups(papers: Sequence[Paper]) -> Iterable[Sequence[Paper]]:
    if len(papers) <= MOST_COMPARED:
        return [papers]
    begun = sorted(papers, key=lambda paper: (title_key(paper.title)[:_BEGINNING], paper.key))
    groups = groupby(begun, key=lambda paper: title_key(paper.title)[:_BEGINNING])
    return [found[:MOST_COMPARED] for _, group in groups if len(found := list(group)) > 1]


def _is_doubtful(first: Paper, second: Paper) -> bool:
    authors = (first.authors[0] if first.authors else None, second.authors[0] if second.authors else None)
    years = (first.year, second.year)
    return compare_titles(first.title, second.title, years=years, first_authors=authors) is not Likeness.DIFFERENT


def _told_apart(first: Paper, second: Paper) -> bool:
    """Whether both have ids of one scheme, and none in common."""
    schemes = {paper_id.scheme for paper_id in first.ids} & {paper_id.scheme for paper_id in second.ids}
    return bool(schemes) and not set(first.ids) & set(second.ids)
