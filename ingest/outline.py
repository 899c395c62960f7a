"""The taxonomy of a list: its headings, corrected by its contents list where it has one. Pure.

A contents list nests explicitly, while a heading's level is typed afresh each time; so where both speak about a
section, the contents list decides its name and its broader section, and each disagreement is reported.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from litatlas.graph.identity import slug, title_key
from litatlas.graph.models import Finding, Severity, TaxonomyNode

from .contents import ContentsEntry, find_contents, tidy_name
from .markdown_blocks import Block, BlockKind, Document


@dataclass(frozen=True, slots=True)
class Outline:
    """A list's taxonomy.

    Attributes:
        title: the document's first heading of level 1, if any.
        nodes: depth first.
        contents_lines: lines of the contents list.
    """

    title: str | None
    nodes: tuple[TaxonomyNode, ...]
    findings: tuple[Finding, ...]
    contents_lines: frozenset[int]
    _starts: tuple[int, ...]
    _node_at: Mapping[int, str]

    def node_at(self, line: int) -> str | None:
        """Key of the node under whose heading a line stands; None outside the taxonomy."""
        index = bisect_right(self._starts, line) - 1
        return self._node_at.get(self._starts[index] if index >= 0 else 0)


@dataclass(slots=True)
class _Section:
    """A section while the tree is being built."""

    name: str
    line: int
    heading: Block | None = None
    entry: int | None = None
    heading_parent: _Section | None = None
    parent: _Section | None = None
    children: list[_Section] = field(default_factory=list)
    rows: int = 0
    key: str = ""

    def total_rows(self) -> int:
        return self.rows + sum(child.total_rows() for child in self.children)


def build_outline(document: Document, row_lines: Sequence[int], survey: str, fallback_title: str) -> Outline:
    """Build the taxonomy of a document.

    Args:
        row_lines: lines of what may be papers, ascending; a section without any in or below it is no node.
        survey: the survey's key, the first part of every node's key.
        fallback_title: name of the one node of a list whose papers stand under no heading but the title.
    """
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    title = next((block for block in headings if block.level == 1), None)
    contents = find_contents(document)
    sections = _heading_tree([block for block in headings if block is not title])
    _count_rows(sections, headings, row_lines)
    covered = _match(sections, contents)
    findings = [*_unmatched_entries(contents, covered)]
    roots = _join(sections, contents, covered)
    roots, left_out = _prune(roots)
    findings.extend(_disagreements(roots, contents))
    findings.extend(left_out)
    title_name = tidy_name(title.text) if title else None
    _add_unheaded(roots, title, title_name or fallback_title, sections, row_lines, has_contents=bool(contents))
    nodes = tuple(_number(roots, survey))
    node_at = {section.heading.line: section.key for section in _walk(roots) if section.heading}
    node_at |= {section.line: section.key for section in roots if section.entry is None and section.heading is None}
    starts = tuple(sorted({0, *(block.line for block in headings)}))
    return Outline(title_name, nodes, tuple(findings), frozenset(entry.line for entry in contents), starts, node_at)


def _heading_tree(headings: Sequence[Block]) -> list[_Section]:
    """Sections in order, each with the nearest shallower heading before it."""
    sections: list[_Section] = []
    open_sections: list[_Section] = []
    for block in headings:
        while open_sections and _level(open_sections[-1]) >= block.level:
            open_sections.pop()
        parent = open_sections[-1] if open_sections else None
        section = _Section(tidy_name(block.text), block.line, block, heading_parent=parent)
        sections.append(section)
        open_sections.append(section)
    return sections


def _level(section: _Section) -> int:
    return section.heading.level if section.heading else 0


def _count_rows(sections: Sequence[_Section], headings: Sequence[Block], row_lines: Sequence[int]) -> None:
    starts = [block.line for block in headings]
    by_line = {section.line: section for section in sections}
    for line in row_lines:
        index = bisect_right(starts, line) - 1
        if index >= 0 and (section := by_line.get(starts[index])):
            section.rows += 1


def _match(sections: Sequence[_Section], contents: Sequence[ContentsEntry]) -> dict[int, _Section]:
    """Contents entries by index -> their heading: same letters and digits, in order where a name comes twice."""
    waiting: dict[str, list[int]] = {}
    for index, entry in enumerate(contents):
        waiting.setdefault(title_key(entry.name), []).append(index)
    covered = {}
    for section in sections:
        if candidates := waiting.get(title_key(section.name)):
            section.entry = candidates.pop(0)
            covered[section.entry] = section
    return covered


def _join(
    sections: Sequence[_Section], contents: Sequence[ContentsEntry], covered: dict[int, _Section]
) -> list[_Section]:
    """One tree: the contents list's own, and under it the headings that it leaves out."""
    for index, entry in enumerate(contents):
        section = covered.setdefault(index, _Section(entry.name, entry.line, entry=index))
        section.name = entry.name
        section.parent = covered[entry.parent] if entry.parent is not None else None
    start = min((section.line for section in covered.values() if section.heading), default=0)
    loose = [section for section in sections if section.entry is None and section.line >= start]
    for section in loose:
        above = section.heading_parent
        section.parent = above if above and (above.entry is not None or above.line >= start) else None
    everything = [*(covered[index] for index in range(len(contents))), *loose]
    for section in everything:
        if section.parent:
            section.parent.children.append(section)
    return [section for section in everything if section.parent is None]


def _prune(roots: Sequence[_Section]) -> tuple[list[_Section], list[Finding]]:
    """Drop what is no taxonomy: branches without a row, and headings without rows that no contents list names."""
    kept, findings = [], []
    for section in roots:
        if section.total_rows() == 0:
            findings.append(_without_papers(section))
            continue
        kept.append(section)
        findings.extend(_prune_below(section))
    return kept, findings


def _prune_below(section: _Section) -> Iterator[Finding]:
    for child in list(section.children):
        if child.entry is None and child.total_rows() == 0:
            section.children.remove(child)
            yield _without_papers(child)
        else:
            yield from _prune_below(child)


def _add_unheaded(
    roots: list[_Section],
    title: Block | None,
    name: str,
    sections: Sequence[_Section],
    row_lines: Sequence[int],
    *,
    has_contents: bool,
) -> None:
    """A list whose papers stand directly under its title gets one node of that name."""
    first = min((section.line for section in sections), default=None)
    loose = [line for line in row_lines if first is None or line < first]
    if loose and not has_contents:
        start = title.line if title and title.line < loose[0] else 0
        roots.insert(0, _Section(name, start, rows=len(loose)))


def _number(roots: Sequence[_Section], survey: str) -> Iterator[TaxonomyNode]:
    """Nodes depth first; equal names under one broader node are told apart by a number."""
    position = 0
    pending: list[tuple[_Section, str, tuple[str, ...]]] = []

    def queue(sections: Sequence[_Section], prefix: str, path: tuple[str, ...]) -> None:
        taken: set[str] = set()
        keyed = []
        for section in sections:
            stem, number = slug(section.name), 1
            section.key = f"{prefix}/{stem}"
            while section.key in taken:
                number += 1
                section.key = f"{prefix}/{stem}-{number}"
            taken.add(section.key)
            keyed.append((section, prefix, path))
        pending.extend(reversed(keyed))

    queue(roots, survey, ())
    while pending:
        section, prefix, path = pending.pop()
        path = (*path, section.name)
        parent = prefix if len(path) > 1 else None
        yield TaxonomyNode(section.key, survey, section.name, parent, path, position, section.line or None)
        position += 1
        queue(section.children, section.key, path)


def _walk(roots: Sequence[_Section]) -> Iterator[_Section]:
    for section in roots:
        yield section
        yield from _walk(section.children)


def _disagreements(roots: Sequence[_Section], contents: Sequence[ContentsEntry]) -> Iterator[Finding]:
    for section in _walk(roots):
        if section.heading is None:
            continue
        above = section.heading_parent
        if section.entry is None:
            if contents:
                yield _not_in_contents(section)
        else:
            entry = contents[section.entry]
            if tidy_name(section.heading.text) != entry.name:
                yield _respelled(section, entry)
            if section.parent is not above:
                yield _nested_differently(section, entry)
        if above and _level(section) > _level(above) + 1:
            yield _level_skips(section, above)


def _unmatched_entries(contents: Sequence[ContentsEntry], covered: Mapping[int, _Section]) -> Iterator[Finding]:
    for index, entry in enumerate(contents):
        if index not in covered:
            message = f"The contents list names {entry.name!r}, and no heading does"
            decision = "Kept as a node where papers stand below it."
            yield Finding("contents-without-heading", Severity.WARNING, entry.line, message, decision)


def _nested_differently(section: _Section, entry: ContentsEntry) -> Finding:
    by_heading = section.heading_parent.name if section.heading_parent else "the top"
    by_contents = section.parent.name if section.parent else "the top"
    return Finding(
        "contents-and-heading-disagree",
        Severity.CONFLICT,
        section.line,
        f"The heading level puts {section.name!r} under {by_heading!r}, the contents list under {by_contents!r}",
        f"Placed under {by_contents!r}: the contents list nests explicitly, a heading level is easily mistyped.",
        (entry.line,),
    )


def _respelled(section: _Section, entry: ContentsEntry) -> Finding:
    spelled = tidy_name(section.heading.text) if section.heading else ""
    message = f"The heading is spelled {spelled!r}, its contents entry {entry.name!r}"
    decision = "One node, named as in the contents list."
    return Finding("heading-respelled", Severity.NOTE, section.line, message, decision, (entry.line,))


def _not_in_contents(section: _Section) -> Finding:
    message = f"The contents list leaves out the heading {section.name!r}"
    return Finding(
        "heading-not-in-contents", Severity.WARNING, section.line, message, "Kept as a node by its heading level."
    )


def _level_skips(section: _Section, above: _Section) -> Finding:
    message = f"The heading {section.name!r} is {_level(section) - _level(above)} levels below {above.name!r}"
    decision = "The levels between are not made up."
    return Finding("heading-level-skips", Severity.NOTE, section.line, message, decision, (above.line,))


def _without_papers(section: _Section) -> Finding:
    message = f"The section {section.name!r} lists no paper"
    return Finding("section-without-papers", Severity.NOTE, section.line, message, "Not part of the taxonomy.")
