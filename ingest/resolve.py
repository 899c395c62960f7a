"""Which rows of one list are one work. Pure, and the same whatever the order of the rows.

Rows with the same title are one work. An id shared by two titles joins them only if the titles are alike too;
otherwise one of the links is a slip, so both works stay apart and the id is in dispute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz, process

from litatlas.graph.claims import AUTHOR_SEPARATOR
from litatlas.graph.identity import Likeness, PaperId, compare_titles, paper_key, title_key
from litatlas.graph.models import Claim, Finding, Placement, Severity, WorkKind

from .facts import WorkRecord
from .rows import Row

_ALIKE = 80.0  # percent; below it two titles are not even doubtful (see identity.compare_titles)
_MOST_ALIKE = 5_000  # pairs; a list has a few dozen, one made to be slow has millions
_MOST_HOLDERS = 20  # titles under one id that a further one is compared with; none of so many can be trusted
_MOST_COMPARED = 4_000  # works; the table of all their pairs takes 64 MB


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row and the key of the taxonomy node it stands under; None for a work without a place."""

    row: Row
    node: str | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The works behind the rows of a list."""

    works: tuple[WorkRecord, ...]
    placements: tuple[Placement, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True, eq=False)
class _Group:
    """Rows of one work, by line."""

    rows: list[PlacedRow]
    aliases: list[PaperId] = field(default_factory=list)
    key: str = ""

    @property
    def first(self) -> Row:
        return self.rows[0].row

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(placed.row.line for placed in self.rows)

    def lines_by_id(self) -> dict[PaperId, list[int]]:
        found: dict[PaperId, list[int]] = {}
        for placed in self.rows:
            for paper_id in dict.fromkeys(read.paper_id for read in placed.row.links if read.paper_id):
                found.setdefault(paper_id, []).append(placed.row.line)
        return found


def resolve_rows(rows: Iterable[PlacedRow], source: str) -> Resolution:
    """Join the rows of one list into works and place them.

    Args:
        source: key of the source the rows were read from.
    """
    findings: list[Finding] = []
    groups = _group_by_title(sorted(rows, key=lambda placed: placed.row.line))
    groups = _join_by_id(groups, findings)
    _settle_ids(groups, findings)
    _give_keys(groups)
    placements = [placement for group in groups for placement in _place(group, source, findings)]
    findings.extend(_same_title_findings(groups))
    findings.extend(_alike_titles(groups))
    works = tuple(_record(group, source) for group in groups)
    return Resolution(works, tuple(_in_node_order(placements)), tuple(findings))


def _group_by_title(rows: Sequence[PlacedRow]) -> list[_Group]:
    groups: dict[tuple[WorkKind, str], list[_Group]] = {}
    for placed in rows:
        row = placed.row
        same_key = groups.setdefault((row.kind, title_key(row.title)), [])
        group = next((group for group in same_key if _same_work(group.first, row)), None)
        if group:
            group.rows.append(placed)
        else:
            same_key.append(_Group([placed]))
    return _by_line(group for same_key in groups.values() for group in same_key)


def _same_work(first: Row, second: Row) -> bool:
    years = (first.reading.year, second.reading.year)
    if first.title == second.title and years[0] == years[1]:  # a title of signs alone has nothing else to compare
        return True
    return compare_titles(first.title, second.title, years=years) is Likeness.SAME


def _by_line(groups: Iterable[_Group]) -> list[_Group]:
    return sorted(groups, key=lambda group: group.first.line)


def _join_by_id(groups: list[_Group], findings: list[Finding]) -> list[_Group]:
    """Join groups that share an id and have like titles."""
    kept: list[_Group] = []
    holders: dict[PaperId, list[_Group]] = {}
    for group in groups:
        ids = group.lines_by_id()
        others = [
            other
            for paper_id in ids
            for other in holders.get(paper_id, ())[:_MOST_HOLDERS]
            if _renamed(other.first, group.first)
        ]
        if others:
            findings.append(_joined_by_id(others[0], group))
            others[0].rows.extend(group.rows)
            others[0].rows.sort(key=lambda placed: placed.row.line)
        else:
            kept.append(group)
        holder = others[0] if others else group
        for paper_id in ids:
            held = holders.setdefault(paper_id, [])
            if len(held) < _MOST_HOLDERS and holder not in held:
                held.append(holder)
    return kept


def _renamed(first: Row, second: Row) -> bool:
    """Whether two titles under one id are one paper under two names."""
    if first.kind is not second.kind:
        return False
    leads = {title_key(row.title.split(":", 1)[0]) for row in (first, second) if ":" in row.title}
    same_lead = len(leads) == 1 and ":" in first.title and ":" in second.title
    return same_lead or compare_titles(first.title, second.title) is not Likeness.DIFFERENT


def _settle_ids(groups: Sequence[_Group], findings: list[Finding]) -> None:
    """Give every id to its one work; one in dispute to the work that states it on the most lines, or to none."""
    holders: dict[PaperId, list[tuple[_Group, list[int]]]] = {}
    for group in groups:
        for paper_id, lines in group.lines_by_id().items():
            holders.setdefault(paper_id, []).append((group, lines))
    for paper_id, claimants in holders.items():
        claimants.sort(key=lambda claimant: (-len(claimant[1]), claimant[1]))
        undisputed = len(claimants) == 1 or len(claimants[0][1]) > len(claimants[1][1])
        if undisputed:
            claimants[0][0].aliases.append(paper_id)
        if len(claimants) > 1:
            findings.append(_disputed(paper_id, claimants, claimants[0][0] if undisputed else None))
    findings.extend(_shown_ids(groups, holders))
    findings.extend(_several_ids(groups))


def _give_keys(groups: Sequence[_Group]) -> None:
    taken: set[str] = set()
    for group in groups:
        row = group.first
        group.key = paper_key(row.title, "" if row.kind is WorkKind.PAPER else row.kind.value)
        attempt = 0
        while group.key in taken:  # the same title years apart
            attempt += 1
            group.key = paper_key(row.title, f"{row.kind.value}{row.reading.year or ''}-{attempt}")
        taken.add(group.key)


def _place(group: _Group, source: str, findings: list[Finding]) -> Iterator[Placement]:
    first_line: dict[str, int] = {}
    for placed in group.rows:
        if placed.node is None:
            continue
        if placed.node in first_line:
            findings.append(_repeated(placed.row, first_line[placed.node]))
        else:
            first_line[placed.node] = placed.row.line
            yield Placement(group.key, placed.node, source, placed.row.line)


def _in_node_order(placements: Iterable[Placement]) -> Iterator[Placement]:
    count: Counter[str] = Counter()
    for placement in sorted(placements, key=lambda placement: placement.line or 0):
        yield Placement(placement.paper, placement.node, placement.source, placement.line, count[placement.node])
        count[placement.node] += 1


def _record(group: _Group, source: str) -> WorkRecord:
    claims: dict[tuple[str, str], Claim] = {}
    for placed in group.rows:
        for name, value in _values(placed.row):
            claims.setdefault((name, value), Claim(group.key, name, value, source, placed.row.line))
    row = group.first
    return WorkRecord(group.key, row.title, row.kind, tuple(group.aliases), tuple(claims.values()), group.lines)


def _values(row: Row) -> Iterator[tuple[str, str]]:
    yield "title", row.title
    if row.kind is not WorkKind.PAPER:
        yield "kind", row.kind.value
    if row.reading.venue:
        yield "venue", row.reading.venue
    if row.reading.year:
        yield "year", str(row.reading.year)
    for read in row.links:
        if read.paper_id:
            yield f"id:{read.paper_id.scheme.value}", read.paper_id.value
        yield f"link:{read.link.kind.value}", f"{read.link.url} {read.link.label}".strip()
    for name, value in row.features:
        yield f"feature:{name}", value
    if row.authors:
        yield "authors", AUTHOR_SEPARATOR.join(row.authors)
    yield from row.details


def _same_title_findings(groups: Iterable[_Group]) -> Iterator[Finding]:
    for group in groups:
        nodes = dict.fromkeys(placed.node for placed in group.rows if placed.node is not None)
        if len(nodes) > 1:
            message = f"{group.first.title!r} is listed at {len(nodes)} nodes"
            decision = "One paper with a placement at each."
            yield Finding("several-placements", Severity.NOTE, group.lines[-1], message, decision, group.lines[:-1])


def _alike_titles(groups: Sequence[_Group]) -> Iterator[Finding]:
    """Pairs that a person should look at: titles nearly the same, kept apart for want of proof."""
    papers = [group for group in groups if group.first.kind is WorkKind.PAPER][:_MOST_COMPARED]
    keys = [title_key(group.first.title) for group in papers]
    ratios = process.cdist(keys, keys, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.float32)
    pairs = np.argwhere(np.tril(ratios, k=-1) > 0)
    if len(pairs) > _MOST_ALIKE:
        message = f"{len(pairs):,} pairs of titles are alike; only the first {_MOST_ALIKE:,} are looked at"
        decision = "All are kept as papers of their own."
        yield Finding("alike-titles-not-told", Severity.WARNING, papers[0].first.line, message, decision)
    for later, earlier in pairs[:_MOST_ALIKE]:
        first, second = papers[earlier], papers[later]
        if _told_apart_by_id(first, second):
            continue
        message = f"The titles {first.first.title!r} and {second.first.title!r} are alike"
        decision = "Kept as two papers; nothing proves that they are one."
        yield Finding("alike-titles", Severity.NOTE, second.first.line, message, decision, (first.first.line,))


def _told_apart_by_id(first: _Group, second: _Group) -> bool:
    """Whether both have ids of one scheme, and none in common."""
    ids, others = set(first.lines_by_id()), set(second.lines_by_id())
    return not ids & others and bool({one.scheme for one in ids} & {one.scheme for one in others})


def _several_ids(groups: Iterable[_Group]) -> Iterator[Finding]:
    for group in groups:
        by_scheme: dict[str, list[PaperId]] = {}
        for paper_id in group.lines_by_id():
            by_scheme.setdefault(paper_id.scheme.value, []).append(paper_id)
        for ids in by_scheme.values():
            if len(ids) > 1:
                message = f"{group.first.title!r} has several ids of one kind: {', '.join(map(str, ids))}"
                decision = "All are kept as its ids."
                yield Finding("several-ids", Severity.CONFLICT, group.lines[-1], message, decision, group.lines[:-1])


def _shown_ids(
    groups: Iterable[_Group], holders: Mapping[PaperId, Sequence[tuple[_Group, list[int]]]]
) -> Iterator[Finding]:
    """Ids that a damaged link shows without leading there, and that are another work's."""
    for group in groups:
        for placed in group.rows:
            for read in placed.row.links:
                if read.shown_id is None:
                    continue
                others = [lines for other, lines in holders.get(read.shown_id, ()) if other is not group]
                if others:
                    yield _shown_elsewhere(read.shown_id, placed.row, others[0])


def _shown_elsewhere(shown: PaperId, row: Row, lines: Sequence[int]) -> Finding:
    return Finding(
        "id-under-two-titles",
        Severity.CONFLICT,
        row.line,
        f"{shown} is shown for {row.title!r}, but another title links to it",
        "The id stays with the title that links to it; this one gets the id its own link leads to.",
        tuple(lines),
    )


def _disputed(paper_id: PaperId, claimants: Sequence[tuple[_Group, list[int]]], winner: _Group | None) -> Finding:
    lines = sorted(line for _, found in claimants for line in found)
    shown = [repr(group.first.title) for group, _ in _in_line_order(claimants)]
    more = [f"{len(shown) - _MOST_HOLDERS} more"] if len(shown) > _MOST_HOLDERS else []
    titles = " and ".join((*shown[:_MOST_HOLDERS], *more))
    decision = "Both stay papers of their own; the id is a claim of both and an alias of neither."
    if winner:
        decision = f"Both stay papers of their own; the id goes to {winner.first.title!r}, which states it more often."
    message = f"{paper_id} is given for different titles: {titles}"
    return Finding("id-under-two-titles", Severity.CONFLICT, lines[-1], message, decision, tuple(lines[:-1]))


def _in_line_order(claimants: Iterable[tuple[_Group, list[int]]]) -> list[tuple[_Group, list[int]]]:
    return sorted(claimants, key=lambda claimant: claimant[1])


def _joined_by_id(first: _Group, second: _Group) -> Finding:
    message = f"{first.first.title!r} and {second.first.title!r} share an id and are alike"
    lines = first.lines
    return Finding("joined-by-id", Severity.NOTE, second.first.line, message, "Read as one paper.", lines)


def _repeated(row: Row, first_line: int) -> Finding:
    message = f"{row.title!r} is listed twice at one node"
    return Finding("duplicate-in-node", Severity.WARNING, row.line, message, "One placement.", (first_line,))
