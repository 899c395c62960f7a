"""The subjects that papers consist of, as a library has them: which, why they are one, and what they share."""

from __future__ import annotations

from . import rows
from .identity import IdScheme, PaperId
from .joining import MOST_CLAIMANTS
from .library import Library
from .sameness import Pair, Reason, Verdict


def subjects_of_papers(library: Library) -> dict[str, tuple[str, ...]]:
    """For every paper that was joined from several subjects these subjects."""
    found: dict[str, list[str]] = {}
    for subject, paper in library.query("SELECT subject, paper FROM papers_of_subjects ORDER BY paper, subject"):
        found.setdefault(paper, []).append(subject)
    return {paper: tuple(subjects) for paper, subjects in found.items()}


def subject_of(library: Library, reference: str) -> str:
    """The subject that a key names, else the key of the paper that a reference names.

    Raises:
        UnknownPaper: neither.
    """
    if library.query("SELECT 1 FROM claims WHERE subject = ? LIMIT 1", (reference,)):
        return reference
    return library.paper(reference).key


def title_of_subject(library: Library, subject: str) -> str:
    """The title that its list or file gives a subject, else that of a service; its key where there is none."""
    sql = (
        "SELECT value FROM claims JOIN sources ON sources.key = source WHERE subject = ? AND field = 'title'"
        f" ORDER BY {rows.BY_SERVICE}, source, line LIMIT 1"
    )
    found = library.query(sql, (subject,))
    return str(found[0][0]) if found else subject


def reasons_of(library: Library) -> tuple[Reason, ...]:
    """Why subjects are held to be the same, or are kept apart: by lists and files, by services, by the reader."""
    same = "SELECT first, second, rule, 'lists and files' FROM same_works ORDER BY first, second"
    shared = (
        "SELECT DISTINCT a.subject, b.subject, 'same-' || substr(a.field, 4), a.source FROM claims a"
        " JOIN claims b ON a.field = b.field AND a.value = b.value AND a.subject < b.subject"
        " AND a.source = b.source AND b.field LIKE 'id:%' JOIN sources ON sources.key = a.source"
        f" WHERE a.field LIKE 'id:%' AND {rows.BY_SERVICE} ORDER BY 1, 2, 3, 4"
    )
    verdicts = "SELECT first, second, 'reader', decided, verdict FROM verdicts ORDER BY first, second"
    rows_found = [*library.query(same), *library.query(shared), *library.query(verdicts)]
    return tuple(Reason(*row[:4], *map(Verdict, row[4:])) for row in rows_found)


def shared_ids(library: Library) -> dict[Pair, tuple[PaperId, ...]]:
    """Ids that are claimed for two papers, by the ordered pair of the papers' keys.

    An id that more than `MOST_CLAIMANTS` papers claim is a link to a common page and says nothing.
    """
    sql = (
        # Both ends say that they are ids, or the index of ids could not be used for them.
        "WITH shared AS MATERIALIZED (SELECT field, value FROM claims WHERE field LIKE 'id:%'"
        " GROUP BY field, value HAVING count(DISTINCT paper) BETWEEN 2 AND ?)"
        " SELECT DISTINCT a.paper, b.paper, substr(a.field, 4), a.value FROM shared"
        " CROSS JOIN claims a ON a.field = shared.field AND a.value = shared.value AND a.field LIKE 'id:%'"
        " CROSS JOIN claims b ON b.field = a.field AND b.value = a.value AND b.field LIKE 'id:%' AND a.paper < b.paper"
        " ORDER BY 1, 2, 3, 4"
    )
    found: dict[Pair, list[PaperId]] = {}
    for first, second, scheme, value in library.query(sql, (MOST_CLAIMANTS,)):
        found.setdefault((first, second), []).append(PaperId(IdScheme(scheme), value))
    return {pair: tuple(ids) for pair, ids in found.items()}
