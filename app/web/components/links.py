"""Ways from page to page; each is an address that can be shared."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import quote

import streamlit as st

from litatlas.graph.models import Paper, Survey, TaxonomyNode

from .texts import one_line

START = "views/start.py"
SEARCH = "views/search.py"
TAXONOMY = "views/taxonomy.py"
TIMELINE = "views/timeline.py"
PAPER = "views/paper.py"
GRAPH = "views/graph.py"
EXPORT = "views/export.py"
ADD = "views/add.py"
READING = "views/reading.py"
MAP = "views/map.py"
_IN_ADDRESS = ":/?#@!&'*+,;=%~"  # of RFC 3986, without what ends a link of Markdown or is a mark in its text


def leave_for(page: str, **parameters: str) -> NoReturn:
    """Go to another page at once, as a row or a picture does when it is chosen.

    On the way Streamlit enters the new parameters into the browser's history under the page that is left; with that
    page's own among them, going back finds it as it was.
    """
    st.switch_page(page, query_params={**st.query_params.to_dict(), **parameters})


def to_paper(paper: Paper, *, bold: bool = False, number: int | None = None) -> None:
    """The paper's title, leading to its page; after the number by which an answer cites it, if there is one."""
    title = one_line(paper.title)
    mark = rf"\[{number}\] " if number is not None else ""
    st.page_link(PAPER, label=mark + (f"**{title}**" if bold else title), query_params={"id": paper.key})


def to_paper_named(paper: Paper, label: str, *, hint: str | None = None) -> None:
    """To a paper's page under a shorter name; `label` is Markdown, `hint` is text."""
    st.page_link(PAPER, label=label, query_params={"id": paper.key}, help=one_line(hint) if hint else None)


def to_node(node: TaxonomyNode, label: str | None = None, *, hint: str | None = None) -> None:
    """A taxonomy node's name, leading to its page; `label` is Markdown, `hint` is text."""
    shown = label or one_line(node.name)
    st.page_link(TAXONOMY, label=shown, query_params=place_of(node), help=one_line(hint) if hint else None)


def place_of(node: TaxonomyNode) -> dict[str, str]:
    """What the taxonomy's page is asked for to show this node, or a survey as the top of its own tree."""
    return {"node": node.key} if node.depth else {"survey": node.survey}


def to_survey(survey: Survey, label: str) -> None:
    """To the part of the taxonomy that one survey orders; `label` is Markdown."""
    st.page_link(TAXONOMY, label=label, query_params={"survey": survey.key})


def outside(text: str, url: str) -> str:
    """A link to another site, in Markdown."""
    return f"[{one_line(text)}]({quote(url, safe=_IN_ADDRESS)})"


def to_graph(paper: Paper) -> None:
    """To the neighbourhood of a paper."""
    st.page_link(GRAPH, label="Show its neighbourhood", icon=":material/hub:", query_params={"paper": paper.key})


def to_export(label: str, **scope: str) -> None:
    """To the export page with a scope filled in."""
    st.page_link(
        EXPORT,
        label=label,
        icon=":material/download:",
        query_params={name: value for name, value in scope.items() if value},
    )


def to_list(name: str, label: str) -> None:
    """To a reading list; `label` is Markdown."""
    st.page_link(READING, label=label, query_params={"list": name})


def to_timeline(node: TaxonomyNode, label: str) -> None:
    """To how what is below a node grew, and which of it builds on which."""
    st.page_link(TIMELINE, label=label, icon=":material/timeline:", query_params={"node": node.key})


def to_crossing(citing: TaxonomyNode, cited: TaxonomyNode, label: str) -> None:
    """To the citations from one topic to another of its depth, among all of that depth; `label` is Markdown."""
    depth = str(max(citing.depth, cited.depth))
    query = {"survey": citing.survey, "depth": depth, "citing": citing.key, "cited": cited.key}
    st.page_link(TIMELINE, label=label, query_params=query)


def to_path(paper: Paper) -> None:
    """To the paths from a paper to another, which is named there."""
    st.page_link(GRAPH, label="Find a path to …", icon=":material/route:", query_params={"from": paper.key})


def to_map(label: str, **highlights: str) -> None:
    """To the map, with what is pointed at there: `under` a node, or a `paper`."""
    st.page_link(MAP, label=label, icon=":material/map:", query_params=highlights)
