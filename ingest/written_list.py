"""Companion lists that ``litatlas export --format markdown`` wrote: read by their notation, nothing by its looks. Pure.

The notation is that of `litatlas.graph.export.list_notation`. A list that was written may be edited: bullets and
headings that keep to the notation are read by it, other bullets as those of any list, and whatever else was added is a
finding. A file of several surveys is read one survey at a time, by its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from litatlas.graph.errors import NoPapersFound, SourceUnreadable
from litatlas.graph.export.list_notation import (
    FIRST_LINE,
    Mark,
    kind_by_label,
    read_when,
    restore_text,
)
from litatlas.graph.identity import ID_LABELS, IdScheme, PaperId, is_web_address, paper_id_from_url
from litatlas.graph.models import Finding, Link, LinkKind, Severity, WorkKind

from .contents import tidy_name
from .links import ReadLink
from .listing import Listing, check_survey_key, read_listing
from .markdown_blocks import Block, BlockKind, split_lines
from .node_keys import number_nodes
from .resolve import PlacedRow
from .rows import Row, read_item
from .source_text import clean_text, decode_text
from .venues import VenueReading

_TEXT = r"(?:\\[!-/:-@\[-`{-~]|[^\\<>\[\]*_`~])*+"  # with each sign of markup escaped
_ADDRESS = r"\((?:<(?P<pointed>[^<>]*)>|(?P<bare>(?:[^\s()<>]|\([^\s()<>]*\))*))(?: \"(?P<kind>\w+)\")?\)"
_LINK = re.compile(rf"\s*+\[\[(?P<label>{_TEXT})\]{_ADDRESS}\]")
_ROW = re.compile(rf"[-*+] ++(?P<title>{_TEXT})(?:<ins>(?P<when>{_TEXT})</ins>)?(?P<links>\s*+(?:\[\[.*\])?)\s*+")
_DETAIL = re.compile(rf"\s++[-*+] ++(?P<label>Note|Abstract): (?P<text>{_TEXT})")
_MARK = re.compile(rf"(?P<mark>{'|'.join(Mark)})(?: (?P<value>\S+))? -->\s*")
_HEADING = re.compile(r"(?P<signs>#{1,6}) ++(?P<name>.*)")
_BULLET = re.compile(r"\s{0,3}(?:[-*+]|\d{1,9}[.)])\s++(?P<text>.*)")


@dataclass(slots=True, eq=False)
class _Branch:
    """A heading, and what stands below it."""

    name: str
    line: int
    depth: int
    children: list[_Branch] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Part:
    """What stands under one heading of level 1: a survey, or papers without a topic."""

    name: str
    line: int
    key: str | None
    ids: list[PaperId] = field(default_factory=list)
    roots: list[_Branch] = field(default_factory=list)
    rows: list[tuple[Row, _Branch | None]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_list_file(data: bytes, *, survey_key: str, title: str | None = None, name: str = "the list") -> Listing:
    """Read one file of a list, by the notation where LitAtlas wrote it; arguments and errors as in `read_paper_list`.

    Raises:
        SourceUnreadable: it holds several surveys, and none of this key.
    """
    if FIRST_LINE.encode() not in data[: len(FIRST_LINE) + 3]:
        return read_listing(data, survey_key=survey_key, title=title, name=name)
    check_survey_key(survey_key)
    decoded = decode_text(data, name)
    reader = _Reader()
    for number, line in enumerate(split_lines(decoded.text), start=1):
        reader.take(number, line)
    listing = _listing(reader.parts, survey_key, title, name)
    return replace(listing, findings=(*decoded.findings, *listing.findings))


def _listing(parts: Sequence[_Part], survey_key: str, title: str | None, name: str) -> Listing:
    chosen = _choose(parts, survey_key, name)
    read = [part for part in parts if part is chosen or part.key is None]
    keys: dict[int, str] = {}
    nodes = []
    for branch, node in number_nodes(chosen.roots if chosen else (), survey_key, lambda branch: branch.children):
        keys[id(branch)] = node.key
        nodes.append(node)
    placed = [PlacedRow(row, keys.get(id(branch))) for part in read for row, branch in part.rows]
    if not placed and not nodes:
        raise NoPapersFound(f"{name} lists no paper", "Export a selection that has papers.")
    heading = chosen.name if chosen else read[0].name
    findings = tuple(finding for part in read for finding in part.findings)
    return Listing(
        title or heading, heading, tuple(chosen.ids if chosen else ()), tuple(nodes), tuple(placed), findings
    )


def _choose(parts: Sequence[_Part], survey_key: str, name: str) -> _Part | None:
    """The survey of this key, or the only one, whatever its key."""
    surveys = [part for part in parts if part.key is not None]
    same = [part for part in surveys if part.key == survey_key]
    if same or len(surveys) < 2:
        return next(iter(same or surveys), None)
    keys = ", ".join(str(part.key) for part in surveys)
    raise SourceUnreadable(
        f"{name} holds {len(surveys)} surveys, and none has the key {survey_key!r}",
        f"Read them one at a time, each by its own key: {keys}.",
    )


class _Reader:
    """Takes a written list line by line; remembers the part, the topic and the row that are open."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self._open: list[_Branch] = []
        self._skips = False  # within the list of sources

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        if heading := _HEADING.fullmatch(line):
            self._take_heading(number, heading)
        elif self._skips or not line.strip() or line == FIRST_LINE:
            return
        else:
            self._take_text(number, line)

    def _take_heading(self, number: int, heading: re.Match[str]) -> None:
        text, mark, value = _split_mark(heading["name"])
        level = len(heading["signs"])
        if level == 1:
            self._skips = mark is Mark.SOURCES
            if not self._skips:
                self.parts.append(_Part(_name(text), number, None if mark is Mark.NO_TOPIC else value))
            self._open = []
        elif not self._skips:
            depth = int(value) if mark is Mark.DEPTH and value.isdecimal() else level - 1
            self._open_branch(_Branch(_name(text), number, depth))

    def _open_branch(self, branch: _Branch) -> None:
        if not self.parts:
            self.parts.append(_Part("", branch.line, ""))
        while self._open and self._open[-1].depth >= branch.depth:
            self._open.pop()
        (self._open[-1].children if self._open else self.parts[-1].roots).append(branch)
        self._open.append(branch)

    def _take_text(self, number: int, line: str) -> None:
        if not self.parts:
            self.parts.append(_Part("", number, None))
        part = self.parts[-1]
        topic = self._open[-1] if self._open else None
        if detail := _DETAIL.fullmatch(line):
            self._add_detail(number, detail)
        elif row := _read_row(number, line):
            part.rows.append((row, topic))
        elif not part.rows and topic is None and (ids := _read_ids(line)):
            part.ids += ids
        elif bullet := _BULLET.fullmatch(line):
            row, findings = read_item(Block(BlockKind.ITEM, number, number, bullet["text"], 1))
            part.rows += [(row, topic)] if row else []
            part.findings += findings
        else:
            part.findings.append(_not_read(number))

    def _add_detail(self, number: int, detail: re.Match[str]) -> None:
        part = self.parts[-1]
        if not part.rows:
            part.findings.append(_not_read(number))
            return
        row, topic = part.rows[-1]
        said = (detail["label"].lower(), clean_text(restore_text(detail["text"])))
        part.rows[-1] = (replace(row, details=(*row.details, said)), topic)


def _read_row(number: int, line: str) -> Row | None:
    """A bullet that keeps to the notation; None for any other line."""
    text, mark, _ = _split_mark(line)
    match = _ROW.fullmatch(text)
    links = tuple(_read_links(match["links"])) if match else ()
    if match is None or None in links:
        return None
    title, when = match["title"], match["when"]
    venue, year = read_when(when) if when is not None else ("", None)
    title = clean_text(restore_text(title.removesuffix(", ") if when is not None else title))
    kind = WorkKind.SOFTWARE if mark is Mark.SOFTWARE else WorkKind.PAPER
    read = tuple(link for link in links if link)
    return Row(number, title, kind, VenueReading(clean_text(venue) or None, year), read) if title else None


def _read_links(text: str) -> Iterator[ReadLink | None]:
    """The links of a row; None where something else stands among them."""
    position = 0
    text = text.strip()
    while position < len(text):
        match = _LINK.match(text, position)
        yield _read_link(match) if match else None
        position = match.end() if match else len(text)


def _read_link(match: re.Match[str]) -> ReadLink | None:
    url = clean_text(restore_text(match["pointed"] or match["bare"] or ""))
    label = clean_text(restore_text(match["label"]))
    said = match["kind"]
    if not is_web_address(url) or (said and said not in set(LinkKind)):
        return None
    kind = LinkKind(said) if said else kind_by_label(label)
    return ReadLink(Link(kind, label or kind.value.capitalize(), url), _id_of(label, url))


def _id_of(label: str, url: str) -> PaperId | None:
    """The id that an address names, or the one whose landing page it is where its label says so."""
    if paper_id := paper_id_from_url(url):
        return paper_id
    scheme = next((scheme for scheme, name in ID_LABELS.items() if name == label), None)
    return _id_from_landing_page(scheme, url) if scheme else None


def _id_from_landing_page(scheme: IdScheme, url: str) -> PaperId | None:
    before, _, after = PaperId(scheme, "\0").url.partition("\0")
    inside = url.removeprefix(before).removesuffix(after)
    return PaperId.parse(f"{scheme.value}:{inside}") if url == f"{before}{inside}{after}" else None


def _read_ids(line: str) -> list[PaperId]:
    """The ids of a survey: a line of links to them and nothing else."""
    links = list(_read_links(line))
    return [link.paper_id for link in links if link and link.paper_id] if None not in links else []


def _split_mark(text: str) -> tuple[str, Mark | None, str]:
    before, _, comment = text.rpartition("<!-- ")
    match = _MARK.fullmatch(comment)
    return (before.rstrip(), Mark(match["mark"]), match["value"] or "") if match else (text, None, "")


def _name(written: str) -> str:
    exact = re.fullmatch(_TEXT, written)
    return clean_text(restore_text(written)) if exact else tidy_name(written)


def _not_read(line: int) -> Finding:
    return Finding("line-not-read", Severity.NOTE, line, "A line is neither heading, bullet nor link", "Left out.")
