"""Which entries of a list are papers, which are software, and which are neither; and tags as a taxonomy. Pure.

An entry is a paper where a link leads to one, or where it names a venue or year. A section three quarters of whose
entries are no papers is not a list of papers: it is reported as what its links lead to, those entries are left out,
and a paper among them is kept. Among papers, an entry with code alone is software, and one that only leads to some
other page is left out with a finding.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from litatlas.graph.identity import title_key
from litatlas.graph.models import Finding, LinkKind, Severity, TaxonomyNode, WorkKind

from .contents import tidy_name
from .found_entries import Entries
from .node_keys import free_key, node_stem
from .resolve import PlacedRow
from .rows import Reading, Row
from .sections import SectionMark

_MOSTLY = 3  # quarters of a section's entries: with as many others, a section is not one of papers
_MOST_TAGS = 5  # of one row; more sort nothing


def keep_papers(entries: Entries, marks: Sequence[SectionMark]) -> tuple[dict[int, Reading], list[Finding]]:
    """The readings by line without what is no paper and no software among papers, and what was left out."""
    by_section: dict[int, list[int]] = {}
    starts = [mark.line for mark in marks]
    for line in sorted(entries.readings):
        by_section.setdefault(bisect_right(starts, line), []).append(line)
    readings = {line: reading for line, (_, reading) in entries.readings.items()}
    findings: list[Finding] = []
    for index, lines in by_section.items():
        rows = {line: row for line in lines if (row := readings[line][0]) is not None}
        name = tidy_name(marks[index - 1].text) if index else ""
        dropped, reasons = _not_papers(rows, name)
        findings.extend(reasons)
        readings.update(dict.fromkeys(dropped, (None, ())))
    return readings, findings


def _not_papers(rows: Mapping[int, Row], name: str) -> tuple[list[int], list[Finding]]:
    """The lines to leave out, with one finding for a section of other things, or one for each entry among papers."""
    others = [line for line, row in rows.items() if not _is_paper(row) and not row.features]
    if 4 * len(others) >= _MOSTLY * len(rows) and others:
        among = len(rows) - len(others)
        but = f"; {among} of its entries are papers" if among else ", none of them to a paper"
        what = _name_kinds(rows[line] for line in others)
        message = f"The section {name[:60]!r} lists {len(others)} entries that lead to {what}{but}"
        decision = "Not a list of papers; these entries are left out."
        return others, [
            Finding("not-a-list-of-papers", Severity.WARNING, others[0], message, decision, tuple(others[1:]))
        ]
    neither = [line for line in others if not rows[line].has_code]
    return neither, [_entry_without_paper(line, rows[line]) for line in neither]


def _is_paper(row: Row) -> bool:
    said = row.reading.venue is not None or (row.reading.year is not None and not row.has_code)
    return row.kind is WorkKind.PAPER and (row.has_paper or said)


def _name_kinds(rows: Iterable[Row]) -> str:
    kinds = Counter("code" if row.has_code else "other pages" for row in rows)
    return " and ".join(kind for kind, _ in kinds.most_common())


def _entry_without_paper(line: int, row: Row) -> Finding:
    labels = ", ".join(dict.fromkeys(read.link.label for read in row.links if read.link.kind is LinkKind.OTHER))
    message = f"{row.title[:60]!r} leads to no paper and names neither venue nor year; it links to {labels[:40]!r}"
    return Finding("entry-not-a-paper", Severity.WARNING, line, message, "Left out.")


def place_by_tag(
    placed: Sequence[PlacedRow], nodes: Sequence[TaxonomyNode], survey: str
) -> tuple[tuple[PlacedRow, ...], tuple[TaxonomyNode, ...]] | None:
    """Sort rows by the tags in their lines, where the headings do not sort them; None where the tags do not either.

    Tags sort a list if most of its rows have one and the tags are fewer than half the rows.
    """
    if len(nodes) > 1 or len(placed) < 4:
        return None
    tags = {id(entry): _tags(entry.row) for entry in placed}
    count = Counter(title_key(tag) for found in tags.values() for tag in found)
    usual = {key for key, number in count.items() if number > 1}
    tagged = sum(any(title_key(tag) in usual for tag in found) for found in tags.values())
    if len(count) < 2 or 2 * len(count) > len(placed) or 2 * tagged < len(placed):
        return None
    names: dict[str, str] = {}
    for entry in placed:
        for tag in tags[id(entry)]:
            names.setdefault(title_key(tag), tag)
    rest = nodes[0] if nodes else None
    made = _tag_nodes(names, survey, rest, any(not found for found in tags.values()))
    keys = {title_key(node.name): node.key for node in made if node is not rest}
    sorted_rows = [
        PlacedRow(entry.row, keys[key]) if key else entry
        for entry in placed
        for key in (dict.fromkeys(map(title_key, tags[id(entry)])) or {"": None})
    ]
    return tuple(sorted_rows), made


def _tags(row: Row) -> tuple[str, ...]:
    nickname = tuple(value for name, value in row.details if name == "nickname")
    return tuple(tag for tag in (row.tags or nickname) if title_key(tag))[:_MOST_TAGS]


def _tag_nodes(
    names: Mapping[str, str], survey: str, rest: TaxonomyNode | None, has_rest: bool
) -> tuple[TaxonomyNode, ...]:
    nodes = [rest] if rest and has_rest else []
    taken = {node.key for node in nodes}
    for name in names.values():
        key = free_key(f"{survey}/{node_stem(name)}", taken)
        taken.add(key)
        nodes.append(TaxonomyNode(key, survey, name, None, (name,), len(nodes), None))
    return tuple(replace(node, position=position) for position, node in enumerate(nodes))
