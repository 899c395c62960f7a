"""Export: a part of the graph as a file, made when the button is pressed and not before."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.app.web.components import address, answers, filters, links, reach, selecting
from litatlas.app.web.components.atlas import page
from litatlas.app.web.components.texts import counted, label, one_line, quoted, way_to
from litatlas.graph.errors import InvalidFilter, QueryError, UnknownPaper
from litatlas.graph.export import FORMATS
from litatlas.graph.map_area import read_area
from litatlas.graph.models import Subgraph
from litatlas.graph.selection import Area, Below, Matching, Selection, Whole
from litatlas.graph.surroundings import MAX_VERTICES

_SCOPES = {
    "all": "Everything",
    "node": "A topic and all below",
    "search": "Answers",
    "around": "A neighbourhood",
    "area": "An area of the map",
    "select": "An expression",
}
_MOST = 1000


def show() -> None:
    """The page."""
    address.name_tab("Export")
    st.title("Export", anchor=False)
    with page() as atlas:
        usual = "select" if address.read("select") else "all"
        scope = address.read("scope", usual)
        scope = scope if scope in _SCOPES else usual
        st.segmented_control(
            "What",
            list(_SCOPES),
            format_func=lambda name: _SCOPES[name],
            key=address.follow("scope", scope),
            on_change=address.on_change("scope", usual),
            required=True,
        )
        selection = _selection(atlas, scope)
        if selection is None:
            return
        try:
            preview = atlas.preview(selection)
        except QueryError as error:
            if scope != "select":
                raise
            selecting.tell_unknown(error)
            return
        counts = [
            counted(preview.papers, "paper"),
            f"{preview.software:,} software",
            counted(preview.nodes, "topic"),
            counted(preview.placements, "placement"),
            counted(preview.citations, "citation"),
        ]
        st.markdown(f"**{one_line(label(preview.title, 300))}**: {', '.join(counts)}")
        selecting.show_expression(selection, to_export=scope != "select")
        name = address.read("format", "bibtex")
        name = name if name in FORMATS else "bibtex"
        st.radio(
            "Format",
            list(FORMATS),
            format_func=lambda chosen: FORMATS[chosen].title,
            captions=[FORMATS[chosen].description for chosen in FORMATS],
            key=address.follow("format", name),
            on_change=address.on_change("format", "bibtex"),
        )
        st.caption(
            "Abstracts stay out, since their terms may forbid passing them on; `litatlas export --abstracts` adds them."
        )
        exported = FORMATS[name]
        st.download_button(
            f"Download {exported.title}",
            data=lambda: atlas.export(selection, name).data,
            file_name=exported.file_name(Subgraph(preview.title)),
            mime=exported.media_type,
            on_click="ignore",
            type="primary",
            icon=":material/download:",
            disabled=not preview.papers + preview.software,
        )


def _selection(atlas: Atlas, scope: str) -> Selection | None:
    if scope == "node":
        return _node(atlas)
    if scope == "search":
        return _answers(atlas)
    if scope == "around":
        return _around(atlas)
    if scope == "area":
        return _area()
    if scope == "select":
        return selecting.expression_box()
    return Whole()


def _node(atlas: Atlas) -> Selection | None:
    nodes = {node.key: node for node in atlas.library.nodes}
    wanted = address.read("node")
    key = filters.node_named(atlas, wanted)
    st.selectbox(
        "Topic",
        list(nodes),
        index=None,
        key=address.follow("node", key),
        format_func=lambda each: way_to(nodes[each], atlas.survey_of(nodes[each])),
        on_change=address.on_change("node"),
        placeholder="Choose a topic",
    )
    if wanted and key is None:
        answers.unclear_node(atlas, wanted, links.EXPORT, "node")
    return Below(key) if key else None


def _answers(atlas: Atlas) -> Selection | None:
    question = st.text_input("Question", key=address.follow("q", address.read("q")), on_change=address.on_change("q"))
    limit = address.read_number("limit", 50, 1, _MOST)
    st.number_input("At most", 1, _MOST, key=address.follow("limit", limit), on_change=address.on_change("limit", 50))
    chosen = filters.from_address(atlas)
    filters.tell_unusable(atlas, links.EXPORT)
    if asked := filters.in_words(atlas, chosen):
        st.caption(f"Only {asked}")
    return Matching(question, chosen, limit) if question and question.strip() else None


def _around(atlas: Atlas) -> Selection | None:
    paper = st.text_input(
        "Paper: key, title, arXiv id or DOI",
        key=address.follow("paper", address.read("paper")),
        on_change=address.on_change("paper"),
    )
    chosen = reach.from_address(paper or "", limit=MAX_VERTICES)
    st.segmented_control(
        "Hops", [1, 2], key=address.follow("hops", chosen.hops), on_change=address.on_change("hops", 1), required=True
    )
    if asked := reach.in_words(chosen):
        st.caption(f"Only {asked}")
    if not chosen.paper.strip():
        return None
    try:
        atlas.library.paper(chosen.paper)
    except UnknownPaper:
        st.error(f"No paper here is {quoted(chosen.paper)}.")
        for meant in atlas.suggest(chosen.paper):
            links.to_export(one_line(label(meant.title, 160)), **reach.to_address(replace(chosen, paper=meant.key)))
        return None
    return chosen


def _area() -> Selection | None:
    try:
        return Area(read_area(address.read("area")))
    except InvalidFilter:
        st.info("Draw an area on the map; its list leads back here.")
        st.page_link(links.MAP, label="Open the map", icon=":material/map:")
        return None


show()
