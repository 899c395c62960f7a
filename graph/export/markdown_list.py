"""Surveys as companion lists in Markdown: headings are topics, rows are papers, in the survey's own order.

``litatlas ingest list`` reads the file back with the same taxonomy, placements, titles, venues, years and links; the
notation is `list_notation`, the reader ``ingest/written_list.py``. Every survey is a list under a heading of level 1.
Papers without a topic stand under a heading of their own, and links that are no addresses of the web stay out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from litatlas.graph.attribution import demanded_words
from litatlas.graph.identity import ID_LABELS, PaperId, paper_id_from_url
from litatlas.graph.models import Paper, Source, Subgraph, Survey, TaxonomyNode, WorkKind

from .list_notation import (
    DEEPEST_HEADING,
    FIRST_LINE,
    NAMELESS,
    UNTITLED,
    Mark,
    escape_text,
    kind_by_label,
    one_line,
    web_address,
    write_mark,
    write_when,
)

Placed = Mapping[str, Sequence[Paper]]
"""Node key -> its papers, in the survey's order."""


def build_markdown_list(subgraph: Subgraph) -> bytes:
    """The surveys of a subgraph as one Markdown file in UTF-8."""
    placed = papers_by_node(subgraph)
    blocks = [FIRST_LINE]
    for survey in subgraph.surveys:
        nodes = [node for node in subgraph.nodes if node.survey == survey.key]
        blocks += [*_survey_head(survey), *_sections(nodes, placed)]
    somewhere = {placement.paper for placement in subgraph.placements}
    if nowhere := [paper for paper in subgraph.papers if paper.key not in somewhere]:
        heading = "Papers without a topic" if subgraph.surveys else escape_text(subgraph.title) or NAMELESS
        blocks += [f"# {heading}{write_mark(Mark.NO_TOPIC)}", *_rows(nowhere)]
    if subgraph.sources:
        blocks += [f"# Sources{write_mark(Mark.SOURCES)}", "\n".join(map(source_line, subgraph.sources))]
    return ("\n\n".join(blocks) + "\n").encode()


def papers_by_node(subgraph: Subgraph) -> dict[str, list[Paper]]:
    """Node key -> the papers placed at the node itself, each once, by position."""
    papers = {paper.key: paper for paper in subgraph.papers}
    found: dict[str, dict[str, Paper]] = {}
    for placement in sorted(subgraph.placements, key=lambda placement: placement.position):
        found.setdefault(placement.node, {})[placement.paper] = papers[placement.paper]
    return {node: list(each.values()) for node, each in found.items()}


def in_tree_order(nodes: Iterable[TaxonomyNode]) -> Iterator[TaxonomyNode]:
    """Nodes depth first, each right behind what stands above and before it."""
    below: dict[str | None, list[TaxonomyNode]] = {}
    for node in sorted(nodes, key=lambda node: node.position):
        below.setdefault(node.parent, []).append(node)
    pending = below.get(None, [])[::-1]
    while pending:
        node = pending.pop()
        yield node
        pending += below.get(node.key, [])[::-1]


def source_line(source: Source, escape: Callable[[str], str] = escape_text) -> str:
    """A bullet that names a source, where it is from, its revision, its licence and the credit that it asks for.

    Args:
        escape: makes text safe on the page that the bullet is for.
    """
    address = web_address(source.location)
    title = escape(source.title) or escape(source.key)
    named = f"[{title}]({_destination(address)})" if address else title
    known = (source.revision, source.date, f"licence: {source.licence or 'not stated'}")
    line = f"- {named} ({', '.join(escape(each) for each in known if each)})"
    words = demanded_words(source)
    return f"{line}. {escape(words)}" if words else line


def _survey_head(survey: Survey) -> Iterator[str]:
    yield f"# {escape_text(survey.title) or NAMELESS}{write_mark(Mark.SURVEY, survey.key)}"
    if survey.ids:
        yield " ".join(map(_id_link, survey.ids))


def _sections(nodes: Iterable[TaxonomyNode], placed: Placed) -> Iterator[str]:
    for node in in_tree_order(nodes):
        level = node.depth + 1
        mark = write_mark(Mark.DEPTH, node.depth) if level > DEEPEST_HEADING else ""
        yield f"{'#' * min(level, DEEPEST_HEADING)} {escape_text(node.name) or NAMELESS}{mark}"
        yield from _rows(placed.get(node.key, ()))


def _rows(papers: Sequence[Paper]) -> Iterator[str]:
    if papers:
        yield "\n".join(line for paper in papers for line in _row(paper))


def _row(paper: Paper) -> Iterator[str]:
    when = write_when(paper.venue or "", paper.year)
    title = escape_text(paper.title) or UNTITLED
    named = f"{title}, <ins>{when}</ins>" if when else title
    mark = write_mark(Mark.SOFTWARE) if paper.kind is WorkKind.SOFTWARE else ""
    yield " ".join((f"- {named}", *_links(paper))) + mark
    for label, text in (("Note", paper.note), ("Abstract", paper.abstract)):
        if text and (written := escape_text(text)):
            yield f"  - {label}: {written}"


def _links(paper: Paper) -> Iterator[str]:
    """The links as they were listed, then the ids that none of them leads to."""
    reached = set()
    for link in paper.links:
        if (address := web_address(link.url)) is None:
            continue
        reached.add(paper_id_from_url(address))
        label = one_line(link.label) or link.kind.value.capitalize()
        hint = "" if kind_by_label(label) is link.kind else f' "{link.kind.value}"'
        yield f"[[{escape_text(label)}]({_destination(address)}{hint})]"
    yield from (_id_link(each) for each in paper.ids if each not in reached)


def _id_link(paper_id: PaperId) -> str:
    return f"[[{ID_LABELS[paper_id.scheme]}]({_destination(web_address(paper_id.url) or '')})]"


def _destination(address: str) -> str:
    """An address as CommonMark wants it: in pointed brackets where its round ones are not in pairs."""
    address = address.replace("&", r"\&") if ";" in address else address
    return address if re.fullmatch(r"(?:[^()]|\([^()]*\))*", address) else f"<{address}>"
