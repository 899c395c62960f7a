"""Entries of a bibliography, and how entries and a tree of concepts become the facts of a survey. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.identity import IdScheme, PaperId, paper_id_from_url, slug, title_key
from litatlas.graph.models import Finding, Link, LinkKind, Placement, Severity, Source, Survey, WorkKind

from .facts import ListCounts, SurveyFacts, WorkRecord
from .links import ReadLink, read_links
from .markdown_inline import Span, SpanKind
from .resolve import PlacedRow, resolve_rows
from .rows import Row
from .source_text import clean_text
from .taxonomy_tree import Concept, Tree
from .venues import VenueReading

_LABELS = {IdScheme.DOI: "DOI", IdScheme.ARXIV: "arXiv", IdScheme.ACL: "ACL", IdScheme.DBLP: "DBLP"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a bibliography, whatever format it was written in.

    Attributes:
        line: on which it begins, counted from 1.
        authors: given name first.
        urls: web addresses it gives, in their order.
        keywords: tags, in their order.
        collections: keys of the concepts it is put under.
        unread: what stands where an id should, and is none.
    """

    line: int
    title: str
    kind: WorkKind = WorkKind.PAPER
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    ids: tuple[PaperId, ...] = ()
    urls: tuple[str, ...] = ()
    abstract: str | None = None
    keywords: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What one file holds: entries, the collections they are in, and what was doubtful."""

    entries: tuple[Entry, ...]
    collections: tuple[Concept, ...] = ()
    findings: tuple[Finding, ...] = ()


def check_survey_key(key: str) -> None:
    """Raise SourceUnreadable where a text cannot be a survey's key."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key):
        advice = f"Use lower-case letters, digits and hyphens, e.g. {slug(key)!r}."
        raise SourceUnreadable(f"{key!r} cannot be a survey's key", advice)


def build_facts(
    data: bytes, source: Source, survey: Survey, tree: Tree, entries: Sequence[Entry], findings: Iterable[Finding]
) -> SurveyFacts:
    """The facts of a survey: works of the entries, each placed at the nodes of the collections it is in.

    Args:
        data: the bytes that were read, for the source's digest.
    """
    # Entries stand for their lines while works are told apart: a whole file can be one line.
    rows = [PlacedRow(_row(entry, number), None) for number, entry in enumerate(entries, start=1)]
    resolution = resolve_rows(rows, source.key)
    works = tuple(_with_lines(work, entries) for work in resolution.works)
    placements, repeated = _place(resolution.works, entries, tree, source.key)
    found = [
        *findings,
        *tree.findings,
        *(_finding_with_lines(each, entries) for each in resolution.findings),
        *repeated,
        *_unread(entries),
    ]
    found.sort(key=lambda finding: (finding.line, finding.code, finding.message))
    source = replace(source, digest=hashlib.sha256(data).hexdigest())
    counts = _count(works, tree, placements, len(found))
    return SurveyFacts(survey, source, tree.nodes, works, placements, tuple(found), counts)


def _unread(entries: Iterable[Entry]) -> Iterator[Finding]:
    for entry in entries:
        for text in entry.unread:
            message = f"{text[:100]!r} stands where an id should"
            yield Finding("id-not-understood", Severity.WARNING, entry.line, message, "The entry is kept without it.")


def _row(entry: Entry, number: int) -> Row:
    details = [("abstract", clean_text(entry.abstract or "")), *(("keyword", word) for word in entry.keywords)]
    return Row(
        number,
        entry.title,
        entry.kind,
        VenueReading(entry.venue, entry.year),
        tuple(_links(entry)),
        authors=entry.authors,
        details=tuple(dict.fromkeys((name, value) for name, value in details if value)),
    )


def _links(entry: Entry) -> Iterator[ReadLink]:
    seen: set[PaperId] = set()
    for paper_id in entry.ids:
        seen.add(paper_id)
        yield ReadLink(Link(LinkKind.PAPER, _LABELS.get(paper_id.scheme, "Paper"), paper_id.url), paper_id)
    for url in entry.urls:
        if paper_id_from_url(url) not in seen:
            links, _ = read_links((Span(SpanKind.LINK, "Paper", url),), entry.line)
            yield from links


def _with_lines(work: WorkRecord, entries: Sequence[Entry]) -> WorkRecord:
    claims = tuple(replace(claim, line=entries[(claim.line or 1) - 1].line) for claim in work.claims)
    return replace(work, claims=claims, lines=tuple(dict.fromkeys(entries[each - 1].line for each in work.lines)))


def _finding_with_lines(finding: Finding, entries: Sequence[Entry]) -> Finding:
    line = entries[finding.line - 1].line
    others = dict.fromkeys(entries[each - 1].line for each in finding.other_lines)
    return replace(finding, line=line, other_lines=tuple(other for other in others if other != line))


def _place(
    works: Iterable[WorkRecord], entries: Sequence[Entry], tree: Tree, source: str
) -> tuple[tuple[Placement, ...], tuple[Finding, ...]]:
    """One placement of each work at each node, in the order of the entries."""
    work_of = {number: work for work in works for number in work.lines}
    placed: dict[tuple[str, str], int] = {}
    placements: list[Placement] = []
    findings: list[Finding] = []
    positions: Counter[str] = Counter()
    for number, entry in enumerate(entries, start=1):
        work = work_of[number]
        for node in dict.fromkeys(tree.node_of[key] for key in entry.collections if key in tree.node_of):
            if (work.key, node) in placed:
                findings.append(_repeated(entry, placed[work.key, node]))
                continue
            placed[work.key, node] = entry.line
            placements.append(Placement(work.key, node, source, entry.line, positions[node]))
            positions[node] += 1
    return tuple(placements), tuple(findings)


def _repeated(entry: Entry, first_line: int) -> Finding:
    message = f"{entry.title!r} is listed twice at one node"
    lines = (first_line,) if first_line != entry.line else ()
    return Finding("duplicate-in-node", Severity.WARNING, entry.line, message, "One placement.", lines)


def _count(works: Sequence[WorkRecord], tree: Tree, placements: Sequence[Placement], findings: int) -> ListCounts:
    kinds = Counter(work.kind for work in works)
    ids = {paper_id for work in works for paper_id in work.aliases}
    return ListCounts(
        titles=len({title_key(work.title) for work in works}),
        nodes=len(tree.nodes),
        leaves_with_rows=len(_occupied(placements) - _broader(tree)),
        arxiv_ids=sum(paper_id.scheme is IdScheme.ARXIV for paper_id in ids),
        papers=kinds[WorkKind.PAPER],
        software=kinds[WorkKind.SOFTWARE],
        placements=len(placements),
        findings=findings,
    )


def _occupied(placements: Iterable[Placement]) -> set[str]:
    return {placement.node for placement in placements}


def _broader(tree: Tree) -> set[str]:
    return {node.parent for node in tree.nodes if node.parent}


def names_of(concepts: Iterable[Concept]) -> Mapping[str, tuple[str, ...]]:
    """The path of names of each concept, by key; a circle of concepts ends where it meets itself."""
    known = {concept.key: concept for concept in concepts}
    paths: dict[str, tuple[str, ...]] = {}
    for key in known:
        trail: list[str] = []
        above: str | None = key
        while above in known and above not in trail and above not in paths:
            trail.append(above)
            above = known[above].parent
        path = paths.get(above, ()) if above else ()
        for each in reversed(trail):
            path = paths[each] = (*path, known[each].name)[-100:]
    return paths
