"""Lists in several files, one per topic: their README gives title and order, each file a branch of the taxonomy.

Every file is a source of its own, whose key is the list's key and the file's name, so that each claim, placement and
finding names its file and a line in it; the list as a whole is one more source, which the survey belongs to. Links are
followed only to files that were given or lie in the given directory, never out of it and never to the network.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from os.path import commonpath
from pathlib import Path
from typing import Unpack
from urllib.parse import unquote

from litatlas.graph.errors import NoPapersFound, SourceMissing, SourceUnreadable
from litatlas.graph.identity import title_key
from litatlas.graph.models import Finding, Placement, Severity, Source, SourceKind, Survey, TaxonomyNode

from .described import Description, describe_source
from .facts import SurveyFacts, WorkRecord
from .listing import Listing, check_survey_key, count_listing
from .markdown_blocks import parse_document
from .markdown_inline import SpanKind, parse_inline
from .node_keys import free_key, node_stem
from .paper_list import read_paper_list
from .resolve import PlacedRow, resolve_rows
from .source_text import decode_text, read_source_bytes
from .written_list import read_list_file

_MOST_FILES = 2_000
_LONGEST_TEXT = 20_000  # characters of a paragraph in which links to files are looked for


@dataclass(frozen=True, slots=True)
class ListFile:
    """One file of a list.

    Attributes:
        name: its path below the list's directory, with ``/``.
        link: what the README calls it; empty where it does not.
    """

    name: str
    data: bytes
    link: str = ""

    @property
    def is_readme(self) -> bool:
        """Whether it is the README of the whole list."""
        return re.fullmatch(r"readme\.(md|markdown)", self.name, re.I) is not None


def read_paper_lists(
    paths: Sequence[Path],
    *,
    survey_key: str,
    title: str | None = None,
    **described: Unpack[Description],
) -> SurveyFacts:
    """Read a list from one file, from several, or from a directory; arguments and errors as in `read_paper_list`.

    Args:
        paths: files, or one directory, whose Markdown files are read, those in its folders too.

    Raises:
        SourceMissing: a file is missing, or the directory has no Markdown file.
    """
    if len(paths) == 1 and not paths[0].is_dir():
        return read_paper_list(paths[0], survey_key=survey_key, title=title, **described)
    root, found = find_files(paths)
    source = describe_source(SourceKind.PAPER_LIST, survey_key, root.resolve().name, **described)
    files = [ListFile(name, read_source_bytes(path)) for name, path in found]
    return parse_paper_files(files, source, survey_key=survey_key, title=title)


def find_files(paths: Sequence[Path]) -> tuple[Path, list[tuple[str, Path]]]:
    """The directory of a list and its Markdown files with their names below it, by name.

    Raises:
        SourceMissing: there is none.
        SourceUnreadable: there are too many to be a list's.
    """
    if len(paths) == 1:
        root = paths[0]
        files = [path for path in sorted(root.rglob("*")) if path.suffix.lower() in {".md", ".markdown"}]
        inside = root.resolve()
        files = [path for path in files if path.is_file() and path.resolve().is_relative_to(inside)]
        files = [path for path in files if not any(part.startswith(".") for part in path.relative_to(root).parts)]
    else:
        root = Path(commonpath([path.resolve().parent for path in paths])) if paths else Path()
        files = list(dict.fromkeys(path.resolve() for path in paths))
    if not files:
        raise SourceMissing(f"There is no Markdown file in {root}", "Name the directory that holds the list.")
    if len(files) > _MOST_FILES:
        raise SourceUnreadable(
            f"{root} holds {len(files):,} Markdown files, too many for a list", "Name the directory of the list itself."
        )
    return root, [(path.relative_to(root).as_posix(), path) for path in files]


def parse_paper_files(
    files: Sequence[ListFile], source: Source, *, survey_key: str, title: str | None = None
) -> SurveyFacts:
    """Read a list from the bytes of its files. Pure.

    Args:
        source: the list as a whole.

    Raises:
        NoPapersFound: none of the files lists a paper.
        SourceUnreadable: the key cannot be a survey's.
    """
    check_survey_key(survey_key)
    ordered = _in_order(files)
    read: list[tuple[ListFile, Listing]] = []
    findings: list[Finding] = []
    for file in ordered:
        try:
            read.append((file, read_list_file(file.data, survey_key=survey_key, name=file.name)))
        except (NoPapersFound, SourceUnreadable) as error:
            findings.append(_not_read(file, error.message))
    if not read:
        names = ", ".join(file.name for file in ordered[:5])
        raise NoPapersFound(
            f"{source.title} lists no paper: none of its {len(ordered)} files has one ({names})",
            "Check that it is the right directory.",
        )
    return _join(read, findings, ordered, source, survey_key, title)


def _join(
    read: Sequence[tuple[ListFile, Listing]],
    findings: list[Finding],
    files: Sequence[ListFile],
    source: Source,
    survey_key: str,
    title: str | None,
) -> SurveyFacts:
    taxonomy = _Taxonomy(survey_key)
    lines = _Lines(source, [file for file, _ in read])
    placed: list[PlacedRow] = []
    for file, listing in read:
        moved = taxonomy.add(file, listing)
        placed += [lines.shift(entry, file, moved) for entry in listing.placed]
        findings += [replace(finding, file=file.name) for finding in listing.findings]
    resolution = resolve_rows(placed, source.key)
    findings += [lines.locate(finding) for finding in resolution.findings]
    order = {file.name: number for number, file in enumerate(files)}
    findings.sort(key=lambda finding: (order.get(finding.file or "", 0), finding.line, finding.code, finding.message))
    nodes = taxonomy.nodes()
    front = next((listing for file, listing in read if file.is_readme), None)
    survey_title = title or (front.heading if front else None) or _front_title(files) or survey_key
    return SurveyFacts(
        Survey(survey_key, survey_title, source.key, front.ids if front else ()),
        replace(source, digest=_digest_all(files)),
        nodes,
        tuple(lines.restore(work) for work in resolution.works),
        tuple(map(lines.place, resolution.placements)),
        tuple(findings),
        count_listing(placed, nodes, resolution, len(findings)),
        tuple(_file_source(source, file) for file, _ in read),
    )


def _file_source(source: Source, file: ListFile) -> Source:
    digest = hashlib.sha256(file.data).hexdigest()
    return replace(source, key=f"{source.key}/{file.name}", title=f"{source.title}: {file.name}", digest=digest)


def _digest_all(files: Iterable[ListFile]) -> str:
    """One digest for all files and their names."""
    named = sorted(f"{file.name} {hashlib.sha256(file.data).hexdigest()}\n" for file in files)
    return hashlib.sha256("".join(named).encode()).hexdigest()


def _not_read(file: ListFile, why: str) -> Finding:
    decision = "The file adds nothing to the taxonomy."
    return Finding("file-without-papers", Severity.NOTE, 1, why, decision, file=file.name)


def _in_order(files: Sequence[ListFile]) -> list[ListFile]:
    """The files that the README links to in its order, then the others by name, the README last.

    The README comes last because it often repeats what stands in the files, which then are the first to say it.
    """
    readme = next((file for file in files if file.is_readme), None)
    links = dict(_links(readme)) if readme else {}
    position = {name: number for number, name in enumerate(links)}
    named = [replace(file, link=links.get(file.name, "")) for file in files]
    return sorted(named, key=lambda file: (file.is_readme, position.get(file.name, len(position)), file.name))


def _links(readme: ListFile) -> Iterator[tuple[str, str]]:
    """Names of files that a README links to, as far as they lie below it, and what it calls them; the first time."""
    seen: set[str] = set()
    document = parse_document(_text(readme))
    for block in document.blocks:
        if len(block.text) > _LONGEST_TEXT:
            continue
        for span in parse_inline(block.text, document.references):
            name = _target(span.url) if span.kind is SpanKind.LINK else ""
            if name and name not in seen:
                seen.add(name)
                yield name, " ".join(span.text.split())


def _target(url: str) -> str:
    """The file a relative address names, without leaving the directory; a folder stands for its README."""
    path = unquote(re.split(r"[?#]", url.strip(), maxsplit=1)[0])
    if not path or "://" in path or path.startswith(("/", "mailto:", "\\")):
        return ""
    name = posixpath.normpath(path)
    if name.startswith(".."):
        return ""
    return name if re.search(r"\.(md|markdown)$", name, re.I) else ""


def _text(file: ListFile) -> str:
    try:
        return decode_text(file.data, file.name).text
    except SourceUnreadable:
        return ""


def _front_title(files: Sequence[ListFile]) -> str | None:
    """The first heading of a README that lists no papers itself."""
    readme = next((file for file in files if file.is_readme), None)
    match = re.search(r"^#\s+(.+?)\s*#*\s*$", _text(readme), re.M) if readme else None
    return match[1][:300] if match else None


class _Taxonomy:
    """The taxonomy of the whole list while files are added to it."""

    def __init__(self, survey: str) -> None:
        self._survey = survey
        self._nodes: dict[str, TaxonomyNode] = {}
        self._branches: dict[str, str] = {}  # title key of a branch's name, or of what the README calls it -> its key

    def nodes(self) -> tuple[TaxonomyNode, ...]:
        """All nodes depth first, numbered anew."""
        below: dict[str | None, list[TaxonomyNode]] = {}
        for node in self._nodes.values():
            below.setdefault(node.parent, []).append(node)
        ordered: list[TaxonomyNode] = []
        pending = list(reversed(below.get(None, [])))
        while pending:
            node = pending.pop()
            ordered.append(replace(node, position=len(ordered)))
            pending.extend(reversed(below.get(node.key, [])))
        return tuple(ordered)

    def add(self, file: ListFile, listing: Listing) -> dict[str, str]:
        """Add the nodes of a file; the key of each in the whole taxonomy, by its key in the file."""
        roots = [node for node in listing.nodes if node.parent is None]
        if file.is_readme:
            return self._graft(listing, {root.key: self._branch(root.name, root.line) for root in roots})
        if len(roots) == 1 and title_key(listing.heading or roots[0].name) == title_key(roots[0].name):
            key = self._branch(roots[0].name, roots[0].line, file.link)
            return self._graft(listing, {roots[0].key: key})
        name = listing.heading or file.link or file.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        top = self._nodes[self._branch(name, 1, file.link)]
        return self._graft(listing, {}, top)

    def _branch(self, name: str, line: int | None, link: str = "") -> str:
        """The key of the branch of this name, which is made where there is none."""
        key = self._branches.get(title_key(name)) or self._branches.get(title_key(link) if link else "")
        if key is None:
            key = free_key(f"{self._survey}/{node_stem(name)}", self._nodes)
            self._nodes[key] = TaxonomyNode(key, self._survey, name, None, (name,), len(self._nodes), line)
        self._branches.setdefault(title_key(name), key)
        if link:
            self._branches.setdefault(title_key(link), key)
        return key

    def _graft(self, listing: Listing, roots: dict[str, str], top: TaxonomyNode | None = None) -> dict[str, str]:
        moved = dict(roots)
        for node in listing.nodes:
            if node.key in moved:
                continue
            parent = moved[node.parent] if node.parent else top.key if top else None
            above = self._nodes[parent] if parent else None
            key = f"{parent or self._survey}/{node.key.rsplit('/', 1)[-1]}"
            path = (*(above.path if above else ()), node.name)
            if key in self._nodes and self._nodes[key].name != node.name:
                key = free_key(key, self._nodes)
            moved[node.key] = key
            self._nodes.setdefault(key, replace(node, key=key, parent=parent, path=path))
        return moved


class _Lines:
    """Lines of several files as one sequence, for joining rows, and back."""

    def __init__(self, source: Source, files: Sequence[ListFile]) -> None:
        self._source = source
        self._files = list(files)
        self._starts: list[int] = []
        start = 0
        for file in files:
            self._starts.append(start)
            start += file.data.count(b"\n") + file.data.count(b"\r") + 2

    def shift(self, entry: PlacedRow, file: ListFile, moved: dict[str, str]) -> PlacedRow:
        """A row with its place in the sequence and in the whole taxonomy."""
        start = self._starts[self._files.index(file)]
        row = replace(entry.row, line=entry.row.line + start)
        return PlacedRow(row, moved[entry.node] if entry.node else None)

    def _find(self, line: int) -> tuple[ListFile, int]:
        index = max(0, bisect_right(self._starts, line - 1) - 1)
        return self._files[index], line - self._starts[index]

    def _key(self, file: ListFile) -> str:
        return f"{self._source.key}/{file.name}"

    def place(self, placement: Placement) -> Placement:
        """A placement by the file that states it."""
        file, line = self._find(placement.line or 1)
        return replace(placement, source=self._key(file), line=line)

    def restore(self, work: WorkRecord) -> WorkRecord:
        """A work with claims by the files that state them."""
        claims = []
        for claim in work.claims:
            file, line = self._find(claim.line or 1)
            claims.append(replace(claim, source=self._key(file), line=line))
        found = [self._find(line) for line in work.lines]
        lines = tuple(line for file, line in found if file is found[0][0])
        return replace(work, claims=tuple(claims), lines=lines)

    def locate(self, finding: Finding) -> Finding:
        """A finding with its file; lines of other files are named in its message."""
        file, line = self._find(finding.line)
        others = [self._find(other) for other in finding.other_lines]
        here = tuple(other for found, other in others if found is file)
        elsewhere = ", ".join(f"{found.name} line {other}" for found, other in others if found is not file)
        message = f"{finding.message} (also in {elsewhere})" if elsewhere else finding.message
        return replace(finding, file=file.name, line=line, other_lines=here, message=message)
