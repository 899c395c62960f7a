"""The taxonomy of a list: its headings, corrected by its contents list where it has one. Pure.

A contents list nests explicitly, while a heading's level is typed afresh each time; so where both speak about a
section, the contents list decides its broader section, and its name if both are the same words. An entry belongs to the
heading of its name, else to the one its link leads to. Each disagreement is reported.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from litatlas.graph.identity import title_key
from litatlas.graph.models import Finding, Severity, TaxonomyNode

from .contents import ContentsEntry, find_contents, tidy_name
from .markdown_blocks import BlockKind, Document
from .node_keys import number_nodes
from .sections import SectionMark

_ANCHOR = re.compile(r"""<(?:a|div|span|p|h[1-6])\s[^<>]*?\b(?:id|name)\s*=\s*["']?(?P<name>[^"'\s<>]+)""", re.I)
_CONTENTS = re.compile(r"(table of )?contents?|catalogu?e?|catalog|toc|index|outline|目录|内容", re.I)
_LONGEST_ANCHORED = 2_000  # characters; an anchor's block is short


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


@dataclass(slots=True, eq=False)
class _Section:
    """A section while the tree is being built."""

    name: str
    line: int
    heading: SectionMark | None = None
    entry: int | None = None
    heading_parent: _Section | None = None
    parent: _Section | None = None
    children: list[_Section] = field(default_factory=list)
    rows: int = 0
    key: str = ""

    def total_rows(self) -> int:
        return self.rows + sum(child.total_rows() for child in self.children)


def build_outline(
    document: Document, marks: Sequence[SectionMark], row_lines: Sequence[int], survey: str, fallback_title: str
) -> Outline:
    """Build the taxonomy of a document.

    Args:
        marks: where its sections begin and end, by line.
        row_lines: lines of what may be papers, ascending; a section without any in or below it is no node.
        survey: the survey's key, the first part of every node's key.
        fallback_title: name of the one node of a list whose papers stand under no heading but the title.
    """
    title = _title(marks, row_lines)
    title_name = tidy_name(title.text) if title else None
    contents = _without_title(find_contents(document), title_name)
    headings = [mark for mark in marks if mark is not title]
    sections, at_mark = _heading_tree(headings, _contents_marks(headings, contents, row_lines))
    _count_rows(at_mark, row_lines)
    covered = _match(sections, contents, _anchors(document))
    findings = [*_unmatched_entries(contents, covered)]
    roots = _join(sections, contents, covered)
    roots, left_out = _prune(roots)
    findings.extend(_disagreements(roots, contents))
    findings.extend(left_out)
    _add_unheaded(roots, title, title_name or fallback_title, sections, row_lines, has_contents=bool(contents))
    nodes = tuple(_number(roots, survey))
    kept = {id(section) for section in _walk(roots)}
    node_at = {line: section.key for line, section in at_mark.items() if section and id(section) in kept}
    node_at |= {section.line: section.key for section in roots if section.entry is None and section.heading is None}
    starts = tuple(sorted({0, *(mark.line for mark in marks)}))
    return Outline(title_name, nodes, tuple(findings), frozenset(entry.line for entry in contents), starts, node_at)


def _title(marks: Sequence[SectionMark], row_lines: Sequence[int]) -> SectionMark | None:
    """The first heading of level 1: the document's title, unless it is one section of several after others."""
    tops = [mark for mark in marks if mark.level == 1 and not mark.is_end]
    if not tops:
        return None
    late = any(mark.is_heading and mark.line < tops[0].line for mark in marks)
    rows_before = bool(row_lines) and row_lines[0] < tops[0].line
    return None if rows_before or (late and len(tops) > 1) else tops[0]


def _without_title(contents: Sequence[ContentsEntry], title: str | None) -> tuple[ContentsEntry, ...]:
    """The contents list without an entry that is the document itself: what stands below it moves up."""
    own = next((i for i, entry in enumerate(contents) if title and title_key(entry.name) == title_key(title)), None)
    if own is None or contents[own].parent is not None:
        return tuple(contents)

    def moved(parent: int | None) -> int | None:
        return None if parent is None or parent == own else parent - (parent > own)

    return tuple(replace(entry, parent=moved(entry.parent)) for index, entry in enumerate(contents) if index != own)


def _contents_marks(
    marks: Sequence[SectionMark], contents: Sequence[ContentsEntry], row_lines: Sequence[int]
) -> frozenset[int]:
    """Lines of the headings of contents lists, which are no sections of the taxonomy."""
    ends = [*(mark.line for mark in marks[1:]), row_lines[-1] + 1 if row_lines else 0]
    found = {
        mark.line
        for mark, end in zip(marks, ends, strict=False)
        if _CONTENTS.fullmatch(tidy_name(mark.text))
        and title_key(tidy_name(mark.text)) not in map(_name_key, contents)
        and bisect_right(row_lines, mark.line) == bisect_right(row_lines, end - 1)
    }
    above = [mark for mark in marks if contents and mark.line < contents[0].line and mark.is_heading]
    if above and title_key(tidy_name(above[-1].text)) not in map(_name_key, contents):
        found.add(above[-1].line)
    return frozenset(found)


def _name_key(entry: ContentsEntry) -> str:
    return title_key(entry.name)


def _heading_tree(
    marks: Sequence[SectionMark], contents_marks: frozenset[int]
) -> tuple[list[_Section], dict[int, _Section | None]]:
    """Sections in order, each with the nearest shallower heading before it; and the section open after each mark."""
    sections: list[_Section] = []
    open_sections: list[_Section] = []
    at_mark: dict[int, _Section | None] = {}
    for mark in marks:
        while open_sections and _level(open_sections[-1]) >= mark.level:
            open_sections.pop()
        parent = open_sections[-1] if open_sections else None
        if mark.line in contents_marks:
            at_mark[mark.line] = None
        elif mark.is_end:
            at_mark[mark.line] = parent
        else:
            section = _Section(tidy_name(mark.text), mark.line, mark, heading_parent=parent)
            sections.append(section)
            open_sections.append(section)
            at_mark[mark.line] = section
    return sections, at_mark


def _level(section: _Section) -> int:
    return section.heading.level if section.heading else 0


def _count_rows(at_mark: Mapping[int, _Section | None], row_lines: Sequence[int]) -> None:
    starts = sorted(at_mark)
    for line in row_lines:
        index = bisect_right(starts, line) - 1
        if index >= 0 and (section := at_mark[starts[index]]):
            section.rows += 1


def _anchors(document: Document) -> dict[str, int]:
    """Names that HTML gives to places in the document, with their lines."""
    found: dict[str, int] = {}
    for block in document.blocks:
        if block.kind in {BlockKind.HTML, BlockKind.HEADING, BlockKind.PROSE} and len(block.text) < _LONGEST_ANCHORED:
            for match in _ANCHOR.finditer(block.text):
                found.setdefault(title_key(match["name"]), block.line + block.text.count("\n", 0, match.start()))
    return found


def _match(
    sections: Sequence[_Section], contents: Sequence[ContentsEntry], anchors: Mapping[str, int]
) -> dict[int, _Section]:
    """Contents entries by index -> their heading.

    The same letters and digits, in order where a name comes twice; else the heading that the entry's anchor names, or
    that stands within three lines of the place with that name.
    """
    waiting: dict[str, list[int]] = {}
    for index, entry in enumerate(contents):
        waiting.setdefault(title_key(entry.name), []).append(index)
    covered = {}
    for section in sections:
        if candidates := waiting.get(title_key(section.name)):
            section.entry = candidates.pop(0)
            covered[section.entry] = section
    loose = [section for section in sections if section.entry is None]
    by_key = {title_key(section.name): section for section in reversed(loose)}
    for index, entry in enumerate(contents):
        key = title_key(entry.anchor)
        if index in covered or not key:
            continue
        found = by_key.get(key) or _beside(anchors.get(key), loose)
        if found is not None and found.entry is None:
            found.entry = index
            covered[index] = found
    return covered


def _beside(line: int | None, sections: Sequence[_Section]) -> _Section | None:
    """The heading nearest to a place: one that follows it first, since an anchor stands before what it names."""
    if line is None:
        return None
    near = [section for section in sections if abs(section.line - line) <= 3]
    return min(near, key=lambda section: (section.line < line, abs(section.line - line)), default=None)


def _join(
    sections: Sequence[_Section], contents: Sequence[ContentsEntry], covered: dict[int, _Section]
) -> list[_Section]:
    """One tree: the contents list's own, and under it the headings that it leaves out."""
    for index, entry in enumerate(contents):
        section = covered.setdefault(index, _Section(entry.name, entry.line, entry=index))
        if section.heading is None or title_key(section.name) == title_key(entry.name):
            section.name = entry.name
        section.parent = covered[entry.parent] if entry.parent is not None else _left_out(section)
    start = min((section.line for section in covered.values() if section.heading), default=0)
    held = {id(above) for section in covered.values() for above in _above(section)}
    loose = [
        section for section in sections if section.entry is None and (section.line >= start or id(section) in held)
    ]
    left_out = set(map(id, loose))
    for section in loose:
        above = section.heading_parent
        section.parent = above if above and (above.entry is not None or id(above) in left_out) else None
    everything = [*(covered[index] for index in range(len(contents))), *loose]
    for section in everything:
        if section.parent:
            section.parent.children.append(section)
    return [section for section in everything if section.parent is None]


def _left_out(section: _Section) -> _Section | None:
    """The broader heading of a contents list's topmost entry, where the contents list knows none of those above it."""
    above = _above(section)
    return above[0] if above and not any(heading.entry is not None for heading in above) else None


def _above(section: _Section) -> list[_Section]:
    found: list[_Section] = []
    heading = section.heading_parent
    while heading is not None:
        found.append(heading)
        heading = heading.heading_parent
    return found


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
        if child.total_rows() == 0:
            section.children.remove(child)
            yield _without_papers(child)
        else:
            yield from _prune_below(child)


def _add_unheaded(
    roots: list[_Section],
    title: SectionMark | None,
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
    for section, node in number_nodes(roots, survey, lambda section: section.children):
        section.key = node.key
        yield node


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
            if contents and section.heading.is_heading:
                yield _not_in_contents(section)
        else:
            entry = contents[section.entry]
            if tidy_name(section.heading.text) != entry.name:
                yield _respelled(section, entry)
            if section.parent is not above:
                yield _nested_differently(section, entry)
        if above and section.heading.is_heading and _level(section) > _level(above) + 1:
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
    kept = "contents list" if section.name == entry.name else "heading"
    decision = f"One node, named as in the {kept}."
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
