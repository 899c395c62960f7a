"""What a reader of a library should look at, and what is new in it: sources that disagree, twins, the newest papers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .claims import SINGLE_VALUED
from .library import Library
from .models import Paper, Source
from .review import DoubtfulPair, find_doubtful


@dataclass(frozen=True, slots=True)
class PaperInConflict:
    """A paper, and the fields in which its sources disagree."""

    paper: Paper
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubts:
    """What waits for a reader's decision: papers on which sources disagree, and pairs that may be one paper."""

    conflicts: tuple[PaperInConflict, ...]
    pairs: tuple[DoubtfulPair, ...]


def find_doubts(directory: Path) -> Doubts:
    """What waits for a decision in the newest generation; seconds in a large library, which it opens for itself.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryTooNew, LibraryTooOld: it cannot be opened.
    """
    with Library(directory) as library:
        return Doubts(papers_in_conflict(library), find_doubtful(library))


def papers_in_conflict(library: Library) -> tuple[PaperInConflict, ...]:
    """The papers on which sources disagree as `claims.find_conflicts` sees it, those with most fields first."""
    marks = ", ".join("?" * len(SINGLE_VALUED))
    # What differs in no letter cannot disagree, which spares most papers a closer look.
    sql = (
        f"SELECT DISTINCT paper FROM (SELECT paper FROM claims WHERE field IN ({marks}) GROUP BY paper, field"
        " HAVING min(value) != max(value))"
    )
    fields = {
        key: tuple(conflict.field for conflict in library.conflicts(key))
        for (key,) in library.query(sql, SINGLE_VALUED)
    }
    papers = library.papers(key for key, found in fields.items() if found)
    found = (PaperInConflict(paper, fields[paper.key]) for paper in papers)
    return tuple(sorted(found, key=lambda each: (-len(each.fields), each.paper.title.casefold(), each.paper.key)))


def newest_papers(library: Library, limit: int) -> tuple[Paper, ...]:
    """The papers of the latest years; within a year the latest arXiv numbers, which count up by month, come first."""
    sql = (
        "SELECT p.key FROM papers p LEFT JOIN paper_ids i ON i.paper = p.key AND i.scheme = 'arxiv'"
        " AND i.value GLOB '[0-9]*' WHERE p.year >= (SELECT min(year) FROM (SELECT year FROM papers"
        " WHERE year IS NOT NULL ORDER BY year DESC LIMIT ?))"
        " GROUP BY p.key ORDER BY p.year DESC, max(i.value) DESC, p.title, p.key LIMIT ?"
    )
    return library.papers(key for (key,) in library.query(sql, (limit, limit)))


def latest_sources(library: Library, limit: int) -> tuple[Source, ...]:
    """The sources that came in last, the latest first."""
    dated = [source for source in library.sources() if source.ingested]
    return tuple(sorted(dated, key=lambda source: (source.ingested or "", source.key), reverse=True)[:limit])
