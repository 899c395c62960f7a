"""The entries of a document: bullets with what continues them, table rows, and paragraphs that are entries. Pure.

A bullet is continued by the paragraphs and narrower bullets inside it that say nothing but its authors, venue or links,
and by a paragraph of names that follows it. A bullet without a link whose narrower bullets are entries is their topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from litatlas.graph.models import Finding, Severity

from .authors import is_author_list
from .entry import is_resource, read_entry
from .links import is_resource_label, leads_to_paper
from .markdown_blocks import Block, BlockKind, Document
from .markdown_inline import Span, SpanKind, parse_inline, plain_text
from .phrases import is_understood, sort_phrases, split_phrases, stands_beside
from .rows import LONGEST_ROW, Reading, read_item, unread
from .tables import Table, group_name, plan_tables, read_row
from .title_text import text_of

_DETAIL = re.compile(
    r"^\W{0,6}(authors?|by|venue|conference|journal|published|year|date|paper|pdf|arxiv|links?|url|code|github|project"
    r"|作者|会议|期刊|发表|时间|论文|代码|链接)\W{0,4}[:：]",
    re.I,
)
_INITIALED = re.compile(r"\s*(?:[A-Z]\.[\s-]?)+[A-Z][^\s,]+(?:,| and )")
_ONLY_NUMBER = re.compile(r"\W*(?:\d[A-Z\d.-]*)?\W*")
_MOST_NAMING = 4  # words of a bullet that names a group or a method, with the title in a narrower one
_MOST_DETAILS = 40  # lines below a title
_LINE_LABEL = re.compile(
    r"^\W{0,6}(?:(?:论文|代码|主页|解读|数据集|项目|视频|链接|作者|会议|单位|介绍|数据|博客|原文|Demo)[^:：\n]{0,20}"
    r"|[^\W\d_][^:：\n]{0,60}(?=[:：]{1,2}\s*https?://)"
    r"|(?:intro|keywords?|notes?|poster|authors?|venue|conference|journal|published|date"
    r"|paper|pdf|arxiv|links?|url|code|github|project|home ?page"
    r"|website|page|video|demo|data ?sets?|blog|doi|slides?|supp\w*|institutes?|affiliations?)"
    r"(?: \w{1,12})?\W{0,4}?)\s*[:：]",
    re.I,
)
_REMARK = re.compile(r"^\W{0,4}[^\W\d_]\w{2,14}(?: \w{1,12})?\s*[:：]\s")
_ASIDE = re.compile(r"^\W{0,6}(?:data ?sets?|keywords?|tags?|remarks?)\W{0,3}[:：]", re.I)
_NUMBERED = re.compile(r"\s*\[\d{1,4}\]\s*[^\W\d_(\[]")
_TITLE_WORDS = 4  # of a link that can only be a title
_USUAL = 4  # paragraphs that are entries: with fewer, one alone in its section is hardly one
_LONGEST_REMARK = 40  # words beside a title, names and venue
_MOST_BRACKETS = 50  # of a line that the next may go on
_LONGEST_CONTINUATION = 3_000  # characters


@dataclass(slots=True)
class Entries:
    """What was read.

    Attributes:
        readings: each entry's block by line, and what it says.
        read_lines: first lines of further blocks that were read as part of an entry.
        topics: bullets that name what their narrower bullets are about, by line.
        groups: table rows that are headings for the rows below them, with their names, by line.
        findings: about whole tables.
    """

    readings: dict[int, tuple[Block, Reading]] = field(default_factory=dict)
    read_lines: set[int] = field(default_factory=set)
    topics: dict[int, Block] = field(default_factory=dict)
    groups: dict[int, tuple[Block, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_entries(document: Document) -> Entries:
    """Read every block of a document that may be an entry."""
    entries = Entries()
    _read_tables(document, entries)
    _read_titled_groups(document, entries)
    _read_items(document, entries)
    _read_headings(document, entries)
    _read_paragraphs(document, entries)
    return entries


def _read_tables(document: Document, entries: Entries) -> None:
    tables = plan_tables(document.blocks)
    things: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.kind is BlockKind.TABLE_HEADER:
            entries.read_lines.add(block.line)
        if block.kind is not BlockKind.TABLE_ROW:
            continue
        table = tables[block.group]
        if table.of_things:
            things.setdefault(block.group, []).append(block)
        elif name := group_name(block, table):
            entries.groups[block.line] = (block, name)
        else:
            entries.readings[block.line] = (block, read_row(block, table, document.references))
    for group, rows in things.items():
        entries.findings.append(_table_of_things(tables[group], rows))
        entries.read_lines.update(row.line for row in rows)


def _table_of_things(table: Table, rows: Sequence[Block]) -> Finding:
    what = table.headers[table.title or 0]
    linked = sum(any(map(leads_to_paper, re.findall(r"\]\(<?(https?://[^\s<>()]+)", row.text))) for row in rows)
    also = f"; {linked} of them link to a paper, whose title is not given" if linked else ""
    return Finding(
        "not-a-list-of-papers",
        Severity.WARNING,
        rows[0].line,
        f"A table of {len(rows)} rows is about things of the kind {what[:40]!r}, not papers{also}",
        "Its rows are not read as papers.",
        tuple(row.line for row in rows[1:]),
    )


def _read_titled_groups(document: Document, entries: Entries) -> None:
    """Bold paragraphs with nothing below but labelled links, each in a bullet or paragraph of its own."""
    blocks = document.blocks
    for index, block in enumerate(blocks):
        if block.kind is not BlockKind.PROSE or block.inside or len(block.text) > _LONGEST_CONTINUATION:
            continue
        if not _is_bold(block, document):
            continue
        below = list(_labelled(blocks[index + 1 :], document))
        if any(_has_address(part.text) for part in below):
            whole = replace(block, kind=BlockKind.ITEM)
            reading = read_item(whole, document.references, [part.text for part in below])
            entries.readings[block.line] = (whole, reading)
            entries.read_lines.update(part.line for part in (block, *below))


def _is_bold(block: Block, document: Document) -> bool:
    spans = [span for span in parse_inline(block.text, document.references) if any(map(str.isalnum, span.text))]
    return bool(spans) and all(span.bold for span in spans)


def _labelled(blocks: Sequence[Block], document: Document) -> Iterator[Block]:
    """The blocks up to the first that is no labelled detail, where at least one of them is."""
    found: list[Block] = []
    for block in blocks[:_MOST_DETAILS]:
        if block.kind not in {BlockKind.PROSE, BlockKind.ITEM} or len(block.text) > _LONGEST_CONTINUATION:
            break
        spans = parse_inline(block.text, document.references)
        label = _LINE_LABEL.match(plain_text(spans))
        if not label and not _is_beside(spans, is_item=False):
            break
        if _gives_title(spans) or (block.kind is BlockKind.PROSE and any(span.bold for span in spans) and not label):
            break
        found.append(block)
    yield from found if any(_LINE_LABEL.match(plain_text(parse_inline(part.text))) for part in found) else ()


def _has_address(text: str) -> bool:
    return "://" in text


def _read_items(document: Document, entries: Entries) -> None:
    inside: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.inside:
            inside.setdefault(block.inside, []).append(block)
    following = _names_after(document)
    for block in document.blocks:
        if block.kind is not BlockKind.ITEM or block.line in entries.read_lines:
            continue
        below = inside.get(block.line, ())
        if papers := _linked_paragraphs(block, below, document):
            entries.topics[block.line] = block
            entries.readings.update({part.line: (part, reading) for part, reading in papers})
            entries.read_lines.update(part.line for part, _ in papers)
            continue
        if block.inside and _is_aside(block, document):
            entries.readings[block.line] = (block, (None, (unread(block, "list entry", "it is a remark on one"),)))
            continue
        more = [*_continuing(block, below, document), *following.get(block.line, ())]
        titled = block
        if (title := _title_inside(block, below, more, document)) is not None:
            titled = replace(block, text=title.text)
            more = [title, block, *(part for part in more if part is not title)][1:]
            entries.read_lines.add(title.line)
        entries.read_lines.update(part.line for part in more if part is not block)
        reading = read_item(titled, document.references, [part.text for part in more])
        entries.readings[block.line] = (block, reading)
    _find_topics(entries, inside)


def _linked_paragraphs(item: Block, inside: Sequence[Block], document: Document) -> list[tuple[Block, Reading]]:
    """The paragraphs below a bullet without a link, each as an entry, if they are linked titles and two at least."""
    papers = [replace(block, kind=BlockKind.ITEM) for block in inside if block.kind is BlockKind.PROSE]
    if len(papers) < 2 or _has_link(item.text, document) or len(item.text.split()) > _MOST_NAMING + 2:
        return []
    if not all(_is_long_link(block.text, document) for block in papers):
        return []
    found = [(block, read_item(block, document.references)) for block in papers]
    return found if all(row is not None for _, (row, _) in found) else []


def _is_long_link(text: str, document: Document) -> bool:
    if len(text) > _LONGEST_CONTINUATION:
        return False
    spans = [span for span in parse_inline(text, document.references) if any(map(str.isalnum, span.text))]
    first = spans[0] if spans else None
    return first is not None and leads_to_paper(first.url) and len(first.text.split()) >= _TITLE_WORDS


def _is_aside(block: Block, document: Document) -> bool:
    """Whether a narrower bullet is labelled as the data sets or keywords of the work above it."""
    if len(block.text) > _LONGEST_CONTINUATION or not _ASIDE.match(block.text):
        return False
    return not _gives_title(parse_inline(block.text, document.references))


def _title_inside(item: Block, inside: Sequence[Block], more: Sequence[Block], document: Document) -> Block | None:
    """The narrower bullet that holds the title of a bullet with a group's or method's name and the links.

    ``- A Group [[Paper](u)]`` with ``  - A. Name, B. Name, *Title*, Venue`` below is one entry.
    """
    if not inside or not _has_link(item.text, document) or len(item.text) > _LONGEST_CONTINUATION:
        return None
    spans = parse_inline(item.text, document.references)
    links = [span for span in spans if span.kind is SpanKind.LINK]
    outer = read_entry(spans)
    names = len(outer.title.split()) <= _MOST_NAMING and not outer.venue and not outer.authors
    if not names or not all(is_resource_label(span.text.split("-")[0]) for span in links):
        return None
    for block in inside:
        if (
            block.kind is not BlockKind.ITEM
            or len(block.text) > _LONGEST_CONTINUATION
            or _has_link(block.text, document)
        ):
            continue
        entry = read_entry(parse_inline(block.text, document.references))
        if entry.title and entry.authors and (block in more or entry.venue):
            return block
        return None
    return None


def _continuing(item: Block, inside: Sequence[Block], document: Document) -> Iterator[Block]:
    """The blocks inside an item that say something about its work, and nothing else."""
    linked = bool(inside) and _has_link(item.text, document)
    for block in inside:
        if block.kind not in {BlockKind.PROSE, BlockKind.ITEM} or len(block.text) > _LONGEST_CONTINUATION:
            continue
        spans = parse_inline(block.text, document.references)
        is_item = block.kind is BlockKind.ITEM
        labelled = is_item and _DETAIL.match(plain_text(spans)) and not _gives_title(spans)
        leads = not is_item and not linked and _has_link(block.text, document)
        alone = is_item and not linked and _names_and_links(item, inside, spans)
        if labelled or leads or alone or _is_beside(spans, is_item=is_item):
            yield block


def _names_and_links(item: Block, inside: Sequence[Block], spans: Sequence[Span]) -> bool:
    """Whether a narrower bullet, the only one, has the names and links of the title in the bullet above it."""
    links = [index for index, span in enumerate(spans) if span.kind is SpanKind.LINK]
    if not links or len(item.text.split()) < 3 or sum(part.kind is BlockKind.ITEM for part in inside) > 1:
        return False
    text = text_of([span for span in spans if span.kind is not SpanKind.LINK])
    if not all(is_resource(spans, index) for index in links) or len(text) > _LONGEST_CONTINUATION:
        return False
    names = stands_beside(text, names_first=True)
    return names or _INITIALED.match(text) is not None


def _gives_title(spans: Sequence[Span]) -> bool:
    """Whether a labelled bullet has a link that can only be a title: ``Paper: [A Title of Words](u)``."""
    links = [span for span in spans if span.kind is SpanKind.LINK and not is_resource_label(span.text)]
    return any(leads_to_paper(span.url) and not span.text.startswith(("http", "www.")) for span in links)


def _is_beside(spans: Sequence[Span], *, is_item: bool) -> bool:
    """Whether spans hold only what stands beside a title: names, venues, links that name a resource."""
    links = [span for span in spans if span.kind is SpanKind.LINK]
    named = [index for index, span in enumerate(spans) if span.kind is SpanKind.LINK and span.text.strip()]
    if not all(is_resource_label(spans[index].text) or _is_bracketed(spans, index) for index in named):
        return False
    text = "".join(span.text for span in spans if span.kind in {SpanKind.TEXT, SpanKind.BREAK})
    phrases = split_phrases(text)
    if not phrases:
        return bool(links)
    if links and is_item:
        return False  # a narrower bullet with text and links is an entry of its own
    set_italic = all(span.italic for span in spans if span.kind is SpanKind.TEXT and any(map(str.isalnum, span.text)))
    if set_italic and is_author_list(text, lenient=True):
        return True
    return is_understood(sort_phrases(phrases)) and len(text) < _LONGEST_CONTINUATION


def _is_bracketed(spans: Sequence[Span], index: int) -> bool:
    """``[[Anything](u)]`` and ``[[Anything]](u)``."""
    label = spans[index].text.strip()
    before = spans[index - 1].text.rstrip() if index else ""
    return (label.startswith("[") and label.endswith("]")) or before.endswith("[")


def _has_link(text: str, document: Document) -> bool:
    if len(text) > LONGEST_ROW:
        return False
    spans = parse_inline(text, document.references)
    return any(span.kind is SpanKind.LINK and "://" in span.url for span in spans)


def _names_after(document: Document) -> dict[int, list[Block]]:
    """Paragraphs of names that follow a bullet without being inside it, by the bullet's line."""
    found: dict[int, list[Block]] = {}
    last: Block | None = None
    for block in document.blocks:
        if block.kind is BlockKind.ITEM:
            last = block
        elif block.kind is BlockKind.PROSE and not block.inside and last is not None:
            if len(block.text) <= _LONGEST_CONTINUATION and _is_names(parse_inline(block.text)):
                found.setdefault(last.line, []).append(block)
            last = None
        elif not block.inside:
            last = None
    return found


def _is_names(spans: Sequence[Span]) -> bool:
    if any(span.kind is SpanKind.LINK or span.bold for span in spans):
        return False
    italic = all(span.italic for span in spans if span.kind is SpanKind.TEXT and any(map(str.isalnum, span.text)))
    return is_author_list(plain_text(spans), lenient=italic)


def _find_topics(entries: Entries, inside: Mapping[int, Sequence[Block]]) -> None:
    for line, (block, (row, _)) in list(entries.readings.items()):
        below = [child for child in inside.get(line, ()) if child.kind is BlockKind.ITEM]
        if row is None and block.kind is BlockKind.ITEM and block.text.strip() and any(_is_read(entries, below)):
            entries.topics[line] = block
            del entries.readings[line]


def _is_read(entries: Entries, items: Sequence[Block]) -> Iterator[bool]:
    for item in items:
        found = entries.readings.get(item.line)
        yield item.line in entries.topics or (found is not None and found[1][0] is not None)


def _read_headings(document: Document, entries: Entries) -> None:
    """Headings that are papers: links to one, or with nothing below but a paper's links and names; two at least."""
    found: dict[int, list[tuple[Block, Sequence[Block]]]] = {}
    blocks = document.blocks
    starts = [index for index, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=False):
        heading, below = blocks[start], [block for block in blocks[start + 1 : end] if block.kind is BlockKind.PROSE]
        if heading.level < 2 or len(heading.text) > _LONGEST_CONTINUATION:
            continue
        spans = [span for span in parse_inline(heading.text, document.references) if span.text.strip()]
        if _is_linked_title(spans):
            found.setdefault(heading.level, []).append(
                (heading, [part for part in below if _says_more(part, document)])
            )
        elif len(below) == end - start - 1 and _are_links_and_names(below, document):
            found.setdefault(heading.level, []).append((heading, below))
    for headings in found.values():
        for heading, further in headings if len(headings) > 1 else ():
            reading = read_item(heading, document.references, [part.text for part in further])
            entries.readings[heading.line] = (heading, reading)
            entries.read_lines.update(part.line for part in further)


def _is_linked_title(spans: Sequence[Span]) -> bool:
    """Whether a heading is a link to a paper, with a number before it and a few words behind it at most."""
    links = [index for index, span in enumerate(spans) if span.kind is SpanKind.LINK]
    if len(links) != 1 or not leads_to_paper(spans[links[0]].url):
        return False
    before, after = text_of(spans[: links[0]]), text_of(spans[links[0] + 1 :])
    return _ONLY_NUMBER.fullmatch(before[:40]) is not None and len(after.split()) <= _MOST_NAMING + 1


def _says_more(block: Block, document: Document) -> bool:
    return len(block.text) <= _LONGEST_CONTINUATION and _is_beside(
        parse_inline(block.text, document.references), is_item=False
    )


def _are_links_and_names(blocks: Sequence[Block], document: Document) -> bool:
    linked = any(_has_paper(block.text, document.references) for block in blocks if len(block.text) <= LONGEST_ROW)
    return linked and all(_says_more(block, document) for block in blocks)


def _read_paragraphs(document: Document, entries: Entries) -> None:
    """Paragraphs that are entries, in sections that have at least two of them and neither bullets nor tables.

    In a list of such paragraphs one is enough.
    """
    found: list[tuple[list[Block], list[tuple[Block, Reading]]]] = []
    section: list[Block] = []
    for block in (*document.blocks, Block(BlockKind.HEADING, 0, 0, "")):
        if block.kind is not BlockKind.HEADING:
            section.append(block)
            continue
        listed = any(part.line in entries.readings for part in section)
        section = [part for part in section if part.line not in entries.read_lines]
        if not listed:
            found.append((section, [entry for part in section for entry in _paragraph_entries(part, document)]))
        section = []
    usual = sum(len(papers) for _, papers in found if len(papers) >= 2) >= _USUAL
    for section, papers in found:
        if len(papers) >= 2 or (usual and all(_is_set_apart(part, document) for part, _ in papers)):
            entries.readings.update({part.line: (part, reading) for part, reading in papers})
            if papers:
                entries.read_lines.update(part.line for part in section if part.kind is BlockKind.PROSE)


def _is_set_apart(block: Block, document: Document) -> bool:
    """Whether a paragraph begins with a link, bold text or a number in brackets, and not as a sentence does."""
    if _NUMBERED.match(block.text):
        return True
    for span in parse_inline(block.text, document.references):
        if any(map(str.isalnum, span.text)):
            return span.bold or span.kind is SpanKind.LINK
    return False


def _paragraph_entries(block: Block, document: Document) -> Iterator[tuple[Block, Reading]]:
    """A paragraph as one entry, or each of its lines as one where several lead to papers."""
    if block.kind is not BlockKind.PROSE or block.inside or len(block.text) > LONGEST_ROW:
        return
    lines = list(_titled_lines(block, document.references))
    linked = [_has_paper(line.text, document.references) for line in lines]
    if sum(linked) > 1:
        for line, has_paper in zip(lines, linked, strict=True):
            if has_paper:
                yield line, read_item(line, document.references)
            elif any(map(str.isalnum, line.text)):
                yield line, (None, (unread(line, "line of a paragraph", "it leads to no paper"),))
    elif any(linked) and _is_entry(block, document.references):
        whole = Block(BlockKind.ITEM, block.line, block.last_line, block.text)
        yield whole, read_item(whole, document.references)


def _titled_lines(block: Block, references: MutableMapping[str, Any]) -> Iterator[Block]:
    """The lines of a paragraph, each with those after it that a link goes on in, or that have links and no title."""
    held: Block | None = None
    for number, text in enumerate(re.split(r"\n|<br\s*/?>\s*\n", block.text)):
        line = Block(BlockKind.ITEM, block.line + number, block.line + number, text.strip())
        if held is not None and (_is_open(held.text) or _only_links(line.text, references)):
            held = replace(held, last_line=line.line, text=f"{held.text}\n{line.text}")
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _is_open(text: str) -> bool:
    return text.count("[") > text.count("]") and text.count("[") < _MOST_BRACKETS


def _only_links(text: str, references: MutableMapping[str, Any]) -> bool:
    if len(text) > LONGEST_ROW or "[" not in text:
        return False
    spans = parse_inline(text, references)
    return any(span.kind is SpanKind.LINK for span in spans) and not read_entry(spans).title


def _has_paper(text: str, references: MutableMapping[str, Any]) -> bool:
    if len(text) > LONGEST_ROW:
        return False
    spans = parse_inline(text, references)
    return any(span.kind is SpanKind.LINK and leads_to_paper(span.url) for span in spans)


def _is_entry(block: Block, references: MutableMapping[str, Any]) -> bool:
    """Whether a paragraph is a title with what belongs to it, and no sentence with a link in it."""
    first, *further = block.text.split("\n")
    lines = (first, *(line for line in further if not _REMARK.match(line)))
    entry = read_entry(parse_inline("\n".join(lines), references))
    most = _LONGEST_REMARK if entry.venue and (entry.authors or entry.more_authors) else 8
    return bool(entry.title) and sum(len(text.split()) for text in entry.rest) <= most
