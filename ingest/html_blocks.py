"""HTML inside a Markdown list: tables, bullet lists, headings and folding sections as blocks with their lines. Pure.

Parsed with lxml, without entities' expansion or network. What a cell or bullet holds is handed on as inline Markdown,
so that one reader serves both notations. Tables and lists without any link stay HTML: nothing in them can be a paper.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lxml.html
from lxml import etree

_OPENING = re.compile(r"[ \t]*<(table|ul|ol)\b", re.I)
_LINKED = re.compile(r"<a\s[^<>]*\bhref|\]\(|https?://", re.I)
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"<h(?P<level>[1-6])\b[^<>]*>(?P<text>.*?)</h(?P=level)\s*>", re.I | re.S)
_SUMMARY = re.compile(r"<summary\b[^<>]*>(?P<text>.*?)</summary\s*>", re.I | re.S)
_DETAILS_END = re.compile(r"</details\s*>", re.I)
_TAG = re.compile(r"<[^<>]*>")
_SPECIAL = re.compile(r"([\\`*_<>|])")
_LONGEST_REGION = 60_000  # lines; libxml2 counts no further than 65,535
_LONGEST_BLOCK = 20_000  # characters; headings in longer blocks of HTML stay unread, since finding pairs is not linear
_MOST_UNCLOSED = 20  # elements of a kind; for each that is never closed all lines below it are read
_MOST_SPANNED = 500


@dataclass(frozen=True, slots=True)
class HtmlRow:
    """One row of an HTML table: its cells as inline Markdown, those that span rows repeated in each of them."""

    line: int
    last_line: int
    cells: tuple[str, ...]
    is_header: bool


@dataclass(frozen=True, slots=True)
class HtmlItem:
    """One bullet of an HTML list."""

    line: int
    last_line: int
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class HtmlRegion:
    """A table or list, and the lines it takes up."""

    first_line: int
    last_line: int
    rows: tuple[HtmlRow, ...] = ()
    items: tuple[HtmlItem, ...] = ()


@dataclass(frozen=True, slots=True)
class HtmlHeading:
    """A heading, the summary of a folding section (level 0), or the end of one (level -1)."""

    line: int
    level: int
    text: str


def find_regions(lines: Sequence[str]) -> Iterator[HtmlRegion]:
    """The HTML tables and lists with links that begin on a line of their own, outside code."""
    number, fence = 0, ""
    unclosed: Counter[str] = Counter()
    while number < len(lines):
        line = lines[number]
        if match := _FENCE.match(line):
            fence = "" if fence and match[1].startswith(fence) else fence or match[1]
        opened = None if fence else _OPENING.match(line)
        end = None
        if opened and unclosed[tag := opened[1].lower()] < _MOST_UNCLOSED:
            end = _closing_line(lines, number, tag)
            unclosed[tag] += end is None
        if end is not None:
            if region := _read_region(lines, number, end):
                yield region
            number = end
        number += 1


def read_headings(text: str, line: int) -> Iterator[HtmlHeading]:
    """The headings, summaries and ends of folding sections in a block of HTML that begins on this line."""
    found: list[tuple[int, HtmlHeading]] = []
    text = text if len(text) <= _LONGEST_BLOCK else ""
    inside: list[tuple[int, int]] = []
    for match in _SUMMARY.finditer(text):
        inside.append(match.span())
        found.append((match.start(), HtmlHeading(_line_at(text, match.start(), line), 0, _plain(match["text"]))))
    for match in _HEADING.finditer(text):
        if any(start <= match.start() < end for start, end in inside):
            continue
        heading = HtmlHeading(_line_at(text, match.start(), line), int(match["level"]), _plain(match["text"]))
        found.append((match.start(), heading))
    for match in _DETAILS_END.finditer(text):
        found.append((match.start(), HtmlHeading(_line_at(text, match.start(), line), -1, "")))
    found.sort(key=lambda entry: entry[0])
    return (heading for _, heading in found)


def _line_at(text: str, offset: int, line: int) -> int:
    return line + text.count("\n", 0, offset)


def _plain(text: str) -> str:
    return " ".join(_TAG.sub(" ", text).split())


def _closing_line(lines: Sequence[str], start: int, tag: str) -> int | None:
    """The line on which the element that opens on line `start` is closed; None where it never is."""
    depth = 0
    marks = re.compile(rf"<(/)?{tag}\b", re.I)
    for number in range(start, min(len(lines), start + _LONGEST_REGION)):
        for mark in marks.finditer(lines[number]):
            depth += -1 if mark[1] else 1
        if depth <= 0:
            return number
    return None


def _read_region(lines: Sequence[str], start: int, end: int) -> HtmlRegion | None:
    text = "\n".join(lines[start : end + 1])
    if not _LINKED.search(text):
        return None
    try:
        parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        root = lxml.html.fragment_fromstring(text, create_parent="div", parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    first = start + 1
    if root.find(".//table") is not None:
        rows = tuple(_read_rows(root, first, end + 1))
        return HtmlRegion(first, end + 1, rows=rows) if rows else None
    items = tuple(_read_items(root, first))
    return HtmlRegion(first, end + 1, items=items) if items else None


def _read_rows(root: lxml.html.HtmlElement, first: int, last: int) -> Iterator[HtmlRow]:
    """The rows of the innermost tables, cells that span several rows or columns repeated."""
    rows = [row for row in root.iter("tr") if row.find(".//table") is None]
    starts = [first + (row.sourceline or 1) - 1 for row in rows] + [last + 1]
    hanging: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, text
    headed = any(cell.tag == "th" for row in rows for cell in row)
    for index, row in enumerate(rows):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        texts = _fill(cells, hanging)
        only_names = bool(cells) and all(cell.tag == "th" for cell in cells)
        plain = not headed and index == 0 and row.find(".//a") is None
        if any(text.strip() for text in texts):
            yield HtmlRow(starts[index], max(starts[index], starts[index + 1] - 1), texts, only_names or plain)


def _fill(cells: Sequence[lxml.html.HtmlElement], hanging: dict[int, tuple[int, str]]) -> tuple[str, ...]:
    texts: list[str] = []

    def take_hanging() -> None:
        while (held := hanging.get(len(texts))) and held[0] > 0:
            hanging[len(texts)] = (held[0] - 1, held[1])
            texts.append(held[1])

    for cell in cells:
        take_hanging()
        text = _to_markdown(cell)
        rows = _span(cell.get("rowspan"))
        for _ in range(_span(cell.get("colspan"))):
            if rows > 1:
                hanging[len(texts)] = (rows - 1, text)
            texts.append(text)
            text = ""
    take_hanging()
    return tuple(texts)


def _span(value: str | None) -> int:
    return min(int(value), _MOST_SPANNED) if value and value.isascii() and value.isdigit() and int(value[:9]) else 1


def _read_items(root: lxml.html.HtmlElement, first: int) -> Iterator[HtmlItem]:
    for item in root.iter("li"):
        level = sum(above.tag in {"ul", "ol"} for above in item.iterancestors())
        line = first + (item.sourceline or 1) - 1
        text = _to_markdown(item)
        yield HtmlItem(line, line + text.count("\n"), " ".join(text.split()), max(1, level))


_BLOCKS = frozenset({"ul", "ol", "table"})
_BREAKING = frozenset({"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6"})
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}


def _to_markdown(element: lxml.html.HtmlElement) -> str:
    """What an element holds, without the lists and tables inside it, as inline Markdown on one line."""
    pieces: list[str] = []
    _write_inside(element, pieces)
    return " ".join("".join(pieces).split())


def _write_inside(element: lxml.html.HtmlElement, pieces: list[str]) -> None:
    pieces.append(_escape(element.text))
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _BLOCKS:
            _write(child, pieces)
        pieces.append(_escape(child.tail))


def _write(element: lxml.html.HtmlElement, pieces: list[str]) -> None:
    tag = element.tag
    if tag == "a" and element.get("href"):
        pieces.append("[")
        _write_inside(element, pieces)
        pieces.append(f"](<{_address(element.get('href'))}>)")
    elif tag == "img":
        pieces.append(f"![{_escape(element.get('alt'))}](<{_address(element.get('src'))}>)")
    elif tag in _BREAKING:
        pieces.append("<br>" if tag == "br" else " <br>")
        _write_inside(element, pieces)
    else:
        mark = _MARKS.get(tag, "") if (element.text_content() or "").strip() else ""
        pieces.append(mark)
        _write_inside(element, pieces)
        pieces.append(mark)


def _escape(text: str | None) -> str:
    return _SPECIAL.sub(r"\\\1", text or "")


def _address(text: str | None) -> str:
    return "".join((text or "").split()).replace("<", "%3C").replace(">", "%3E")
