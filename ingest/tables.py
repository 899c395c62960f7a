"""A table of papers: which column is what, and each row as the work it stands for. Pure.

A column is known by its header, in English or Chinese; the title's column, where no header says it, by holding titles.
A table whose columns name models, data sets, tools or leaderboards and hold no titles is no table of papers, even where
a row links to a paper: what such a row names is the thing, not the paper. A table of things with yes-or-no columns is
a comparison of software, and its rows are read as that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from litatlas.graph.models import Finding, LinkKind, Severity, WorkKind

from .authors import read_authors
from .badges import badge_venue
from .contents import tidy_name
from .entry import Entry, read_entry
from .links import ReadLink, read_links
from .markdown_blocks import Block, BlockKind
from .markdown_inline import Span, SpanKind, parse_inline, plain_text
from .marked_venue import left_over, split_at_resources, tidy_marked_title
from .rows import (
    LONGEST_ROW,
    Reading,
    Row,
    entry_authors,
    entry_details,
    read_entry_venue,
    unread,
    venue_findings,
    work_kind,
)
from .source_text import clean_text
from .title_text import tidy_title
from .venues import VenueReading, read_venue


class Role(StrEnum):
    """What a column holds."""

    TITLE = "title"
    PAPER = "paper"
    CODE = "code"
    LINK = "link"
    VENUE = "venue"
    DATE = "date"
    AUTHORS = "authors"
    AFFILIATION = "affiliation"
    TAG = "tag"
    NAME = "name"
    THING = "thing"
    NOTE = "note"


_HEADERS: Mapping[Role, re.Pattern[str]] = {
    Role.TITLE: re.compile(r"\btitles?\b|论文(名称?|标题|题目)|标题|题目|篇名", re.I),
    Role.AUTHORS: re.compile(r"^(first )?authors?\b|作者", re.I),
    Role.CODE: re.compile(r"\b(code|github|git|repo(sitory)?|implementation)s?\b|代码|源码|开源", re.I),
    Role.VENUE: re.compile(
        r"\b(venue|conf(erence)?|journal|pub(\.|lication venue)?|published( in)?|j ?/ ?c)\b|会议|期刊|发表|出处", re.I
    ),
    Role.DATE: re.compile(r"\b(date|year|time|released?|month|published on)\b|时间|年份|日期|年月|^年$", re.I),
    Role.AFFILIATION: re.compile(
        r"\b(affiliations?|institut\w*|organi[sz]ations?|org|team|company)\b|机构|单位|团队|公司", re.I
    ),
    Role.TAG: re.compile(
        r"^(tags?|categor(y|ies)|topics?|keywords?|sub-?fields?|areas?|subjects?|themes?)\b|类别|分类|标签|领域|方向",
        re.I,
    ),
    Role.PAPER: re.compile(r"\b(papers?|pdf|arxiv|publications?|articles?|references?|works?)\b|论文|文献|文章", re.I),
    Role.LINK: re.compile(r"\b(links?|urls?|resources?|materials?|access)\b|链接|地址|资源", re.I),
    Role.THING: re.compile(
        r"\b(models?|data ?sets?|benchmarks?|tools?|librar(y|ies)|frameworks?|systems?|platforms?|leaderboards?"
        r"|corp(us|ora)|softwares?|packages?|llms?|agents?|products?)\b|模型|数据集?|工具|框架|平台|榜单|基准|语料|软件|系统",
        re.I,
    ),
    Role.NAME: re.compile(
        r"\b(names?|methods?|approach(es)?|algorithms?|abbr\w*|acronyms?|short)\b|方法|简称|名称|缩写|算法", re.I
    ),
}
_YES_OR_NO: Mapping[str, str] = {
    **dict.fromkeys(("✅", "✔", "✓", "☑", "yes", "true"), "yes"),
    **dict.fromkeys(("❌", "✗", "✘", "✖", "×", "no", "false"), "no"),
}
_LINKING = frozenset({Role.TITLE, Role.PAPER, Role.CODE, Role.LINK, Role.NAME, Role.VENUE, Role.THING})
_EXPECTED = {Role.PAPER: LinkKind.PAPER, Role.CODE: LinkKind.CODE}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the roles of its columns, and how its rows are to be read.

    Attributes:
        title: the column that names the works; None where none does.
        of_things: whether its rows name models, data sets, tools and the like, not papers.
        compares: whether it says yes or no of each thing.
    """

    headers: tuple[str, ...]
    roles: tuple[Role, ...]
    title: int | None
    of_things: bool = False
    compares: bool = False


@dataclass(slots=True)
class _Cells:
    """The rows of a table while it is looked at as a whole."""

    headers: tuple[str, ...] = ()
    rows: list[Block] = field(default_factory=list)


def plan_tables(blocks: Sequence[Block]) -> dict[int, Table]:
    """Every table of a document by its group number."""
    found: dict[int, _Cells] = {}
    for block in blocks:
        if block.kind is BlockKind.TABLE_HEADER:
            cells = found.setdefault(block.group, _Cells())
            cells.headers = cells.headers or tuple(tidy_name(cell) for cell in block.cells)
        elif block.kind is BlockKind.TABLE_ROW:
            found.setdefault(block.group, _Cells()).rows.append(block)
    return {group: _plan(cells) for group, cells in found.items()}


def read_row(block: Block, table: Table, references: MutableMapping[str, Any] | None = None) -> Reading:
    """Read a row of a table; None, with the reason as a finding, where it names no work."""
    if len(block.text) > LONGEST_ROW or not block.cells:
        return None, (unread(block, "table row", "it is empty or too long to be one entry"),)
    cells = [parse_inline(cell, references) for cell in block.cells]
    if table.compares:
        return _read_comparison(block, table, cells)
    if table.title is None or table.title >= len(cells):
        return None, (unread(block, "table row", "no column holds a title"),)
    return _read_paper(block, table, cells)


def group_name(block: Block, table: Table) -> str | None:
    """The name of a row that is a heading for those below it: one text in it all, and no link."""
    texts = {clean_text(cell) for cell in block.cells} - {""}
    if len(block.cells) < 2 or len(texts) != 1 or table.compares:
        return None
    (text,) = texts
    linked = len(text) > 200 or "](" in text or "://" in text or "![" in text
    return None if linked or not any(map(str.isalnum, text)) else tidy_name(text)


def _plan(cells: _Cells) -> Table:
    width = max((len(row.cells) for row in cells.rows), default=len(cells.headers))
    headers = (*cells.headers, *[""] * (width - len(cells.headers)))
    roles = tuple(_role(header) for header in headers)
    if _compares(cells, roles):
        return Table(headers, roles, 0, compares=True)
    title = _title_column(cells, roles)
    if title is None and Role.THING in roles:
        return Table(headers, roles, roles.index(Role.THING), of_things=True)
    if title is None:
        title = next((roles.index(role) for role in (Role.NAME, Role.PAPER) if role in roles), 0)
    return Table(headers, roles, title)


def _role(header: str) -> Role:
    text = header[:80]
    return next((role for role, pattern in _HEADERS.items() if pattern.search(text)), Role.NOTE)


def _compares(cells: _Cells, roles: Sequence[Role]) -> bool:
    if Role.TITLE in roles or Role.PAPER in roles:
        return False
    answers = [_answer(cell) for row in cells.rows for cell in row.cells[1:]]
    return any(answers)


def _answer(cell: str) -> str | None:
    return _YES_OR_NO.get(" ".join(cell.replace("\ufe0f", "").split()).lower()) if len(cell) < 20 else None


def _title_column(cells: _Cells, roles: Sequence[Role]) -> int | None:
    """The column whose header says title, else the likeliest of those that hold titles."""
    if Role.TITLE in roles:
        return roles.index(Role.TITLE)
    order = (Role.PAPER, Role.NAME, Role.THING, Role.LINK, Role.NOTE)
    for role in order:
        for column, found in enumerate(roles):
            if found is role and _holds_titles(cells, column, alone=role is not Role.NOTE):
                return column
    return None


def _holds_titles(cells: _Cells, column: int, *, alone: bool) -> bool:
    """Whether at least half of the cells that say something hold a title; in a column of notes, a linked one."""
    said = [row.cells[column] for row in cells.rows if column < len(row.cells) and row.cells[column].strip()][:200]
    said = [cell for cell in said if len(cell) <= LONGEST_ROW]
    titles = sum(_is_title_cell(cell, alone=alone) for cell in said)
    return bool(said) and 2 * titles >= len(said)


def _is_title_cell(cell: str, *, alone: bool) -> bool:
    title = read_entry(parse_inline(cell)).title
    long = len(title.split()) >= 3 or len(re.findall(r"[\u4e00-\u9fff]", title)) >= 6
    return long and (alone or "](" in cell)


def _read_comparison(block: Block, table: Table, cells: Sequence[Sequence[Span]]) -> Reading:
    """The first cell is the name; a row with code and no paper is software."""
    spans = [span for cell in cells for span in cell]
    head, _ = split_at_resources(cells[0])
    title = tidy_marked_title(plain_text(head))
    links, findings = read_links(spans, block.line)
    if not any(map(str.isalnum, title)) or not links:
        return None, (*findings, unread(block, "table row", "its first cell has no title, or it has no link"))
    features, unread_cells = _features(table.headers, cells, block.line)
    kinds = {read.link.kind for read in links}
    kind = WorkKind.PAPER if LinkKind.PAPER in kinds or LinkKind.CODE not in kinds else WorkKind.SOFTWARE
    return Row(block.line, title, kind, VenueReading(), links, features, in_table=True), (*findings, *unread_cells)


def _features(
    header: Sequence[str], cells: Sequence[Sequence[Span]], line: int
) -> tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]]:
    """Yes-or-no cells by the name of their column; other cells are findings."""
    features, findings = [], []
    for name, cell in zip(header[1:], cells[1:], strict=False):
        text = " ".join(plain_text(cell).replace("\ufe0f", "").split())
        if answer := _YES_OR_NO.get(text.lower()):
            features.append((name, answer))
        elif text:
            message = f"The cell under {name!r} is neither yes nor no"
            findings.append(Finding("cell-not-understood", Severity.WARNING, line, message, "The cell is left out."))
    return tuple(features), tuple(findings)


def _read_paper(block: Block, table: Table, cells: Sequence[Sequence[Span]]) -> Reading:
    line, column = block.line, table.title or 0
    entry = _title_of(cells[column], cells, table)
    named = entry.venue or entry.authors or table.roles[column] in {Role.TITLE, Role.PAPER}
    links, findings = _links(cells, table, line, entry.title if named else "")
    if not entry.title:
        return None, (*findings, unread(block, "table row", "it has no title"))
    reading, written = _venue(entry, cells, table)
    of_papers = not {Role.TITLE, Role.PAPER, Role.AUTHORS}.isdisjoint(table.roles)
    if not links and (not of_papers or reading == VenueReading()):
        return None, (*findings, unread(block, "table row", "it has neither a link nor a venue"))
    authors = _cell_authors(cells, table) or (entry.authors, entry.more_authors)
    entry = replace(entry, authors=authors[0], more_authors=authors[1], affiliation=_affiliation(entry, cells, table))
    row = Row(
        line,
        entry.title,
        work_kind(links, reading),
        reading,
        links,
        in_table=True,
        authors=entry_authors(entry),
        details=entry_details(entry),
        tags=(*_tags(cells, table), *entry.tags),
    )
    rest = (left_over(text, line) for text in entry.rest)
    return row, (*findings, *venue_findings(reading, written, line), *rest)


def _title_of(cell: Sequence[Span], cells: Sequence[Sequence[Span]], table: Table) -> Entry:
    """The entry in the title's cell; a cell of one short word is a title all the same, since its column says so."""
    entry = read_entry(cell)
    if not entry.title:
        named = tidy_title(plain_text([span for span in cell if span.kind is not SpanKind.LINK or not span.badge]))
        entry = replace(entry, title=named if sum(map(str.isalnum, named)) >= 1 else "", rest=())
    name = next((i for i, role in enumerate(table.roles) if role is Role.NAME and i != table.title), None)
    if name is not None and name < len(cells) and not entry.nickname:
        nickname = tidy_title(plain_text(cells[name]))[:60]
        entry = replace(entry, nickname=nickname if nickname.lower() not in {"n/a", "none", "na"} else "")
    return entry


def _links(
    cells: Sequence[Sequence[Span]], table: Table, line: int, title: str
) -> tuple[tuple[ReadLink, ...], tuple[Finding, ...]]:
    """The links of all columns but notes, the title's first; what a link is may be said by its column."""
    found: dict[str, ReadLink] = {}
    findings: list[Finding] = []
    order = sorted(range(len(cells)), key=lambda column: column != table.title)
    for column in order:
        role = table.roles[column] if column < len(table.roles) else Role.NOTE
        if role not in _LINKING and column != table.title:
            continue
        expected = None if column == table.title else _EXPECTED.get(role)
        links, doubts = read_links(cells[column], line, title, expected)
        findings.extend(doubts)
        for read in links:
            found.setdefault(read.link.url, read)
    return tuple(found.values()), tuple(findings)


def _cells_with(role: Role, cells: Sequence[Sequence[Span]], table: Table) -> Iterator[Sequence[Span]]:
    for column, cell in enumerate(cells):
        if column < len(table.roles) and table.roles[column] is role and column != table.title:
            yield cell


def _venue(entry: Entry, cells: Sequence[Sequence[Span]], table: Table) -> tuple[VenueReading, str]:
    """Venue and year of a row: its own columns for them first, then what the title's cell says."""
    written = " ".join(_texts(Role.VENUE, cells, table))
    dates = re.sub(r"^(\d\d)(?=[-./]\d\d$)", r"20\1", " ".join(_texts(Role.DATE, cells, table)).strip())
    own, dated = read_venue(written), read_venue(dates)
    said = read_entry_venue(entry)
    venue = own if own.venue else said if said.venue else replace(dated, respelled=None, also=())
    year = own.year or said.year or dated.year
    return VenueReading(venue.venue, year, venue.respelled, venue.also), written or entry.venue


def _texts(role: Role, cells: Sequence[Sequence[Span]], table: Table) -> Iterator[str]:
    for cell in _cells_with(role, cells, table):
        badges = (badge_venue(span.badge or span.url) for span in cell if span.badge or span.kind is SpanKind.IMAGE)
        yield clean_text(plain_text(cell)) or next((badge for badge in badges if badge), "")


def _cell_authors(cells: Sequence[Sequence[Span]], table: Table) -> tuple[tuple[str, ...], bool] | None:
    text = ", ".join(text for text in _texts(Role.AUTHORS, cells, table) if text)
    return read_authors(text) if text and len(text) < 5_000 else None


def _affiliation(entry: Entry, cells: Sequence[Sequence[Span]], table: Table) -> str:
    return entry.affiliation or ", ".join(text for text in _texts(Role.AFFILIATION, cells, table) if text)[:200]


def _tags(cells: Sequence[Sequence[Span]], table: Table) -> tuple[str, ...]:
    texts = (piece for text in _texts(Role.TAG, cells, table) for piece in re.split(r"\s*[,;/、，]\s*", text))
    return tuple(text for text in texts if text and len(text) <= 60)
