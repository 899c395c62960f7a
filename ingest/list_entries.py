"""The entries of a document: bullets with what continues them, table rows, and paragraphs that are entries. Pure.

A bullet is continued by the paragraphs and narrower bullets inside it that say nothing but its authors, venue or links,
and by a paragraph of names that follows it. A bullet without a link whose narrower bullets are entries is their topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from litatlas.graph.models import Finding, Severity

from .authors import is_author_list
from .entry import is_resource, read_entry
from .found_entries import LONGEST_CONTINUATION, MOST_NAMING, Entries, is_beside
from .links import is_resource_label, leads_to_paper
from .markdown_blocks import Block, BlockKind, Document
from .markdown_inline import Span, SpanKind, parse_inline, plain_text
from .phrases import stands_beside
from .prose_entries import read_headings, read_paragraphs
from .rows import LONGEST_ROW, Reading, read_item, unread
from .tables import Table, group_name, plan_tables, read_row
from .title_text import text_of

_DETAIL = re.compile(
    r"^\W{0,6}(authors?|by|venue|conference|journal|published|year|date|paper|pdf|arxiv|links?|url|code|github|project"
    r"|作者|会议|期刊|发表|时间|论文|代码|链接)\W{0,4}[:：]",
    re.I,
)
_INITIALED = re.compile(r"\s*(?:[A-Z]\.[\s-]?)+[A-Z][^\s,]+(?:,| and )")
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
_ASIDE = re.compile(r"^\W{0,6}(?:data ?sets?|keywords?|tags?|remarks?)\W{0,3}[:：]", re.I)
_TITLE_WORDS = 4  # of a link that can only be a title


def read_entries(document: Document) -> Entries:
    """Read every block of a document that may be an entry."""
    entries = Entries()
    _read_tables(document, entries)
    _read_titled_groups(document, entries)
    _read_items(document, entries)
    read_headings(document, entries)
    read_paragraphs(document, entries)
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
        if block.kind is not BlockKind.PROSE or block.inside or len(block.text) > LONGEST_CONTINUATION:
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
        if block.kind not in {BlockKind.PROSE, BlockKind.ITEM} or len(block.text) > LONGEST_CONTINUATION:
            break
        spans = parse_inline(block.text, document.references)
        label = _LINE_LABEL.match(plain_text(spans))
        if not label and not is_beside(spans, is_item=False):
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
    if len(papers) < 2 or _has_link(item.text, document) or len(item.text.split()) > MOST_NAMING + 2:
        return []
    if not all(_is_long_link(block.text, document) for block in papers):
        return []
    found = [(block, read_item(block, document.references)) for block in papers]
    return found if all(row is not None for _, (row, _) in found) else []


def _is_long_link(text: str, document: Document) -> bool:
    if len(text) > LONGEST_CONTINUATION:
        return False
    spans = [span for span in parse_inline(text, document.references) if any(map(str.isalnum, span.text))]
    first = spans[0] if spans else None
    return first is not None and leads_to_paper(first.url) and len(first.text.split()) >= _TITLE_WORDS


def _is_aside(block: Block, document: Document) -> bool:
    """Whether a narrower bullet is labelled as the data sets or keywords of the work above it."""
    if len(block.text) > LONGEST_CONTINUATION or not _ASIDE.match(block.text):
        return False
    return not _gives_title(parse_inline(block.text, document.references))


def _title_inside(item: Block, inside: Sequence[Block], more: Sequence[Block], document: Document) -> Block | None:
    """The narrower bullet that holds the title of a bullet with a group's or method's name and the links.

    ``- A Group [[Paper](u)]`` with ``  - A. Name, B. Name, *Title*, Venue`` below is one entry.
    """
    if not inside or not _has_link(item.text, document) or len(item.text) > LONGEST_CONTINUATION:
        return None
    spans = parse_inline(item.text, document.references)
    links = [span for span in spans if span.kind is SpanKind.LINK]
    outer = read_entry(spans)
    names = len(outer.title.split()) <= MOST_NAMING and not outer.venue and not outer.authors
    if not names or not all(is_resource_label(span.text.split("-")[0]) for span in links):
        return None
    for block in inside:
        if (
            block.kind is not BlockKind.ITEM
            or len(block.text) > LONGEST_CONTINUATION
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
        if block.kind not in {BlockKind.PROSE, BlockKind.ITEM} or len(block.text) > LONGEST_CONTINUATION:
            continue
        spans = parse_inline(block.text, document.references)
        is_item = block.kind is BlockKind.ITEM
        labelled = is_item and _DETAIL.match(plain_text(spans)) and not _gives_title(spans)
        leads = not is_item and not linked and _has_link(block.text, document)
        alone = is_item and not linked and _names_and_links(item, inside, spans)
        if labelled or leads or alone or is_beside(spans, is_item=is_item):
            yield block


def _names_and_links(item: Block, inside: Sequence[Block], spans: Sequence[Span]) -> bool:
    """Whether a narrower bullet, the only one, has the names and links of the title in the bullet above it."""
    links = [index for index, span in enumerate(spans) if span.kind is SpanKind.LINK]
    if not links or len(item.text.split()) < 3 or sum(part.kind is BlockKind.ITEM for part in inside) > 1:
        return False
    text = text_of([span for span in spans if span.kind is not SpanKind.LINK])
    if not all(is_resource(spans, index) for index in links) or len(text) > LONGEST_CONTINUATION:
        return False
    names = stands_beside(text, names_first=True)
    return names or _INITIALED.match(text) is not None


def _gives_title(spans: Sequence[Span]) -> bool:
    """Whether a labelled bullet has a link that can only be a title: ``Paper: [A Title of Words](u)``."""
    links = [span for span in spans if span.kind is SpanKind.LINK and not is_resource_label(span.text)]
    return any(leads_to_paper(span.url) and not span.text.startswith(("http", "www.")) for span in links)


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
            if len(block.text) <= LONGEST_CONTINUATION and _is_names(parse_inline(block.text)):
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
