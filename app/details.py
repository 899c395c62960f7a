"""What the use cases that read give: one frozen record per thing that is shown, for pages, commands and programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from litatlas.graph.alike import SimilarPaper
from litatlas.graph.claims import Conflict
from litatlas.graph.library import Library
from litatlas.graph.models import (
    Claim,
    Counts,
    Paper,
    Placement,
    Retrieval,
    Source,
    Survey,
    TaxonomyNode,
)
from litatlas.graph.related import Related
from litatlas.graph.telling import counted

from .citing import CitationDetail


@dataclass(frozen=True, slots=True)
class Overview:
    """What a library holds, for a start page.

    Attributes:
        notes: what needs attention, each a sentence that says what to do.
    """

    counts: Counts
    surveys: tuple[Survey, ...]
    sources: tuple[Source, ...]
    years: tuple[tuple[int, int], ...]
    venues: tuple[tuple[str, int], ...]
    model: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a selection holds, before any file is made of it."""

    title: str
    papers: int
    software: int
    nodes: int
    placements: int
    citations: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper is placed, by whom, and the way down to it."""

    node: TaxonomyNode
    broader: tuple[TaxonomyNode, ...]
    placement: Placement


@dataclass(frozen=True, slots=True)
class PaperDetail:
    """Everything known about one paper.

    Attributes:
        sources: by key; a source's licence is that of every value it gives.
        retrievals: where and when services gave the responses that claims and citations name, by the response's key.
        references, cited_by: its citations within the library, with their words.
        cited: how many papers of the library cite it.
    """

    paper: Paper
    places: tuple[Place, ...]
    claims: tuple[Claim, ...]
    conflicts: tuple[Conflict, ...]
    sources: dict[str, Source]
    retrievals: dict[str, Retrieval]
    related: Related
    references: tuple[CitationDetail, ...]
    cited_by: tuple[CitationDetail, ...]
    cited: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A taxonomy node in a tree: distinct papers at or below it, and its narrower nodes in the survey's order."""

    node: TaxonomyNode
    papers: int
    narrower: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class NodeDetail:
    """A taxonomy node with what is at and below it.

    Attributes:
        papers: at or below it, newest first.
        cited: how many papers of the library cite each of them.
        years: papers per year, oldest first.
    """

    branch: Branch
    broader: tuple[TaxonomyNode, ...]
    papers: tuple[Paper, ...]
    cited: dict[str, int]
    years: tuple[tuple[int, int], ...]
    venues: tuple[tuple[str, int], ...]


def overview_of(library: Library) -> Overview:
    """What a library holds; reads all of it that is counted."""
    return Overview(
        counts=library.counts,
        surveys=library.surveys(),
        sources=library.sources(),
        years=library.year_counts(),
        venues=library.venues(),
        model=library.manifest.model,
        notes=_notes(library.counts),
    )


def _notes(counts: Counts) -> tuple[str, ...]:
    works = counts.papers + counts.software
    if not works:
        return (
            "This library holds no papers yet: `litatlas build efficient-llms` adds the survey that ships here,"
            " `litatlas ingest list FILE --survey NAME` reads one of yours.",
        )
    notes = []
    if counts.indexed < works:
        missing = works - counts.indexed
        notes.append(f"{counted(missing, 'paper is', 'papers are')} not embedded yet; run `litatlas build`.")
    if counts.papers and counts.abstracts < counts.papers:
        missing = counts.papers - counts.abstracts
        notes.append(
            f"{counted(missing, 'paper has', 'papers have')} no abstract yet; `litatlas fetch` asks arXiv, Semantic"
            " Scholar and OpenAlex for them, `litatlas ingest metadata FILE` reads them from a file."
        )
    return tuple(notes)


_Value = TypeVar("_Value", int, str)


def counted_by(values: Iterable[_Value]) -> tuple[tuple[_Value, int], ...]:
    """Each value with how often it comes, in order."""
    return tuple(sorted(Counter(values).items()))


def most_first(values: Iterable[_Value]) -> tuple[tuple[_Value, int], ...]:
    """Each value with how often it comes, the most frequent first, then in order."""
    return tuple(sorted(counted_by(values), key=lambda pair: -pair[1]))


def likeness_text(near: SimilarPaper) -> str:
    """By what a paper is like another, in one line: ``whole 78%; words 22% (calibration, outlier)``."""
    if near.likeness is None:
        return ""
    shares = [f"{part.value} {share:.0%}" for part, share in near.likeness.shares.items() if share > 0]
    words = f" ({', '.join(near.likeness.words)})" if near.likeness.words else ""
    return "; ".join(shares) + words
