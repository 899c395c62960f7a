"""Which subjects lists and files hold to be one work: derived from their claims, so that no order of reading matters.

Two subjects are compared where they share an id that one of them has beyond doubt, or a title. Whether they are one is
decided as for any record (see matching.py). What services say is left out here; sameness.py adds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from . import rows
from .identity import IdScheme, PaperId
from .matching import Evidence, KnownPaper, Wanted, weigh
from .models import Claim, SourceKind
from .sameness import Pair, Verdict, choose_keys, group_subjects, ordered

_LISTS = frozenset({SourceKind.PAPER_LIST, SourceKind.BIBLIOGRAPHY, SourceKind.SURVEY_TEXT, SourceKind.ONTOLOGY})
MOST_CLAIMANTS = 50  # of one id or title; what more than so many share is a common page and proves nothing


@dataclass(frozen=True, slots=True)
class JoinedPair:
    """Two subjects that are one work, and why."""

    pair: Pair
    evidence: Evidence

    @property
    def rule(self) -> str:
        """``same-id``, ``same-title`` or ``same-id-and-title``."""
        return f"same-{self.evidence.name.lower().replace('_', '-')}"


def find_pairs(database: sqlite3.Connection) -> tuple[JoinedPair, ...]:
    """The pairs of subjects that are one work by what lists and files say, the surest first."""
    pairs = {*_by_id(database), *_by_title(database)}
    known = _Known(database)
    found = [JoinedPair(pair, evidence) for pair in pairs if (evidence := known.compare(*pair)) >= Evidence.ID]
    return tuple(sorted(found, key=lambda joined: (-joined.evidence, joined.pair)))


def group_by_paper(
    database: sqlite3.Connection, found: Iterable[JoinedPair], *, by_services: bool = True
) -> dict[str, str]:
    """For every subject that is joined to others the key of the paper they are.

    Args:
        found: what `find_pairs` found.
        by_services: whether a service's answer that carries the ids of two subjects joins them.
    """
    pairs = [joined.pair for joined in found]
    firm = _pairs_by_services(database) if by_services else set()
    verdicts = read_verdicts(database)
    lists = _lists_of(database, {subject for pair in (*pairs, *firm, *verdicts) for subject in pair})
    groups = group_subjects(pairs, verdicts, firm=firm, lists=lists)
    placed = {row[0] for row in database.execute("SELECT DISTINCT subject FROM placements")} if groups else set()
    return choose_keys(groups, placed)


def read_verdicts(database: sqlite3.Connection) -> dict[Pair, Verdict]:
    """What a reader decided, by ordered pair of subjects."""
    found = database.execute("SELECT first, second, verdict FROM verdicts")
    return {(first, second): Verdict(verdict) for first, second, verdict in found}


def _pairs_by_services(database: sqlite3.Connection) -> set[Pair]:
    """Neighbours among the subjects for which services claim one and the same id."""
    found = database.execute(
        "SELECT DISTINCT field, value, subject FROM claims JOIN sources ON sources.key = source"
        f" WHERE field LIKE 'id:%' AND {rows.BY_SERVICE} ORDER BY field, value, subject"
    ).fetchall()
    return {(earlier[2], later[2]) for earlier, later in pairwise(found) if earlier[:2] == later[:2]}


def _lists_of(database: sqlite3.Connection, subjects: Iterable[str]) -> dict[str, frozenset[str]]:
    """For each subject the lists that have it as an entry; two entries of one list are told apart by it."""
    marks = ", ".join("?" * len(_LISTS))
    sql = (
        "SELECT DISTINCT source FROM claims JOIN sources ON sources.key = source"
        f" WHERE subject = ? AND field = 'title' AND kind IN ({marks})"
    )
    kinds = sorted(_LISTS)
    return {
        subject: frozenset(row[0] for row in database.execute(sql, (subject, *kinds))) for subject in sorted(subjects)
    }


def _by_id(database: sqlite3.Connection) -> Iterator[Pair]:
    sql = (
        "SELECT field, value, group_concat(subject, char(31)) FROM (SELECT DISTINCT field, value, subject FROM claims"
        f" JOIN sources ON sources.key = source WHERE field LIKE 'id:%' AND NOT {rows.BY_SERVICE})"
        " GROUP BY field, value HAVING count(*) > 1"
    )
    for field, value, subjects in database.execute(sql).fetchall():
        claimants = sorted(subjects.split("\x1f"))
        owner = database.execute(
            f"SELECT subject FROM paper_ids JOIN sources ON sources.key = source WHERE scheme = ? AND value = ?"
            f" AND stale = 0 AND NOT {rows.BY_SERVICE}",
            (field.removeprefix("id:"), value),
        ).fetchall()
        owners = {row[0] for row in owner}
        if len(claimants) <= MOST_CLAIMANTS:
            yield from (ordered(*pair) for pair in combinations(claimants, 2) if owners & set(pair))


def _by_title(database: sqlite3.Connection) -> Iterator[Pair]:
    sql = "SELECT group_concat(subject, char(31)) FROM title_keys GROUP BY title_key HAVING count(*) > 1"
    for (subjects,) in database.execute(sql).fetchall():
        claimants = sorted(set(subjects.split("\x1f")))
        if len(claimants) <= MOST_CLAIMANTS:
            yield from combinations(claimants, 2)


class _Known:
    """Subjects as lists and files know them, each looked up once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._papers: dict[str, KnownPaper] = {}
        self._owned: dict[str, frozenset[PaperId]] = {}

    def compare(self, first: str, second: str) -> Evidence:
        """How well two subjects fit: by ids that one has beyond doubt and the other claims, and by titles."""
        one, other = self._paper(first), self._paper(second)
        if not one.titles or not other.titles or one.kind is not other.kind:
            return Evidence.NONE
        return max(self._weigh(one, other), self._weigh(other, one))

    def _weigh(self, wanted: KnownPaper, known: KnownPaper) -> Evidence:
        years: tuple[int | None, ...] = wanted.years or (None,)
        return max(weigh(Wanted(wanted.titles, self._ids(wanted.key), year, wanted.kind), known) for year in years)

    def _paper(self, subject: str) -> KnownPaper:
        if subject not in self._papers:
            columns = rows.CLAIM_COLUMNS.replace("paper", "subject", 1)
            sql = (
                f"SELECT {columns} FROM claims JOIN sources ON sources.key = source"
                f" WHERE subject = ? AND NOT {rows.BY_SERVICE} ORDER BY field, source, claims.line, value"
            ).replace("line, origin", "claims.line, origin", 1)
            claims = [Claim(*row) for row in self._database.execute(sql, (subject,))]
            self._papers[subject] = KnownPaper.from_claims(subject, claims)
        return self._papers[subject]

    def _ids(self, subject: str) -> frozenset[PaperId]:
        if subject not in self._owned:
            sql = (
                "SELECT DISTINCT scheme, value FROM paper_ids JOIN sources ON sources.key = source"
                f" WHERE subject = ? AND stale = 0 AND NOT {rows.BY_SERVICE}"
            )
            found = self._database.execute(sql, (subject,))
            self._owned[subject] = frozenset(PaperId(IdScheme(scheme), value) for scheme, value in found)
        return self._owned[subject]
