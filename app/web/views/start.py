"""Start: what this library holds, where to begin, what is new, what needs attention."""

from __future__ import annotations

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.app.starting import begun_lists, came_last, newest
from litatlas.app.web.components import (
    address,
    asking,
    attention,
    colours,
    links,
    services,
    sources,
    taxonomy_charts,
)
from litatlas.app.web.components.atlas import page
from litatlas.app.web.components.texts import counted, label, one_line, plain, year_and_venue
from litatlas.graph.errors import LitAtlasError
from litatlas.graph.question import MAX_QUESTION

_FIRST_STEPS = """\
This library holds no papers yet. To begin:

1. `litatlas build efficient-llms` adds a survey that ships here, with its topics, papers and citations;
   `litatlas ingest list FILE --survey NAME` reads a list of yours.
2. `litatlas fetch` brings abstracts and citations, which make search better.

This page follows: load it again when a command has ended.
"""


def show() -> None:
    """The page."""
    if address.read("q"):  # the search had this address once
        st.switch_page(links.SEARCH, query_params=st.query_params.to_dict())
    st.title("What do you want to find?", anchor=False)
    with page() as atlas:
        if not atlas.overview().counts.papers + atlas.overview().counts.software:
            st.markdown(_FIRST_STEPS)
            st.page_link("views/add.py", label="Add a survey or a file from this page", icon=":material/add:")
            return
        _search_box()
        _counts(atlas)
        main, side = st.columns([3, 1.5], gap="large")
        with main:
            _field(atlas)
        with side:
            _continue_reading(atlas)
        main, side = st.columns([3, 1.5], gap="large")
        with main:
            attention.needs_attention(atlas)
            sources.surveys_and_sources(atlas)
            services.overview(atlas)
        with side:
            _what_is_new(atlas)


def _search_box() -> None:
    with st.container(horizontal=True, gap="small", key="asking"):
        question = st.text_input(
            "Question",
            placeholder=asking.PLACEHOLDER,
            type="search",
            max_chars=MAX_QUESTION,
            label_visibility="collapsed",
            key="start-question",
        )
        asking.what_can_be_asked()
    if question and question.strip():
        links.leave_for(links.SEARCH, q=question)
    asking.examples()


def _counts(atlas: Atlas) -> None:
    counts = atlas.overview().counts
    facts = {
        "Papers": counts.papers,
        "Topics": counts.nodes,
        "Surveys": counts.surveys,
        "Citations": counts.citations,
        "Abstracts": counts.abstracts,
        "Software": counts.software,
    }
    with st.container(horizontal=True, gap="large", key="holds"):
        for name, count in facts.items():
            st.metric(name, f"{count:,}", width="content")


def _field(atlas: Atlas) -> None:
    branches = atlas.field()
    if not branches:
        return
    dark = st.context.theme.type == "dark"
    shades = colours.branch_colours([branch.node for branch in branches], dark=dark)
    chart = atlas.kept(("glance", dark), lambda _: taxonomy_charts.taxonomy_treemap(branches, shades, dark=dark))
    st.subheader("The field at a glance", anchor=False)
    event = st.echarts_chart(chart.spec, height=360, key="glance", on_select="rerun", alt=chart.alt)
    if chosen := chart.selected(event):
        surveys = {branch.node.key: links.place_of(branch.node) for branch in branches}
        links.leave_for(links.TAXONOMY, **surveys.get(chosen, {"node": chosen}))
    with st.container(horizontal=True):
        for branch in branches:
            links.to_node(branch.node, f"{one_line(branch.node.name)} :gray[{branch.papers:,}]")


def _continue_reading(atlas: Atlas) -> None:
    st.subheader("Continue reading", anchor=False)
    try:
        lists = begun_lists(atlas)
    except LitAtlasError as error:  # the rest of the page needs no lists
        st.warning(plain(f"{error.message} {error.advice}"))
        return
    for each in lists:
        with st.container(gap=None):
            summary = each.summary
            links.to_list(summary.name, f"**{one_line(summary.name)}**")
            ahead = f" · next: {one_line(label(each.next.title, 80))}" if each.next else ""
            st.caption(f"{summary.read:,} of {counted(summary.papers, 'paper')} read{ahead}")
    if not lists:
        st.caption("No reading list yet. Press **Save** below a paper that you find, or begin one:")
    st.page_link(links.READING, label="Reading lists", icon=":material/bookmarks:")


def _what_is_new(atlas: Atlas) -> None:
    if papers := newest(atlas):
        st.subheader("Newest papers", anchor=False)
    for paper in papers:
        with st.container(gap=None):
            links.to_paper(paper)
            st.caption(year_and_venue(paper))
    if latest := came_last(atlas):
        st.subheader("Came in last", anchor=False)
    for source in latest:
        st.caption(sources.came_in(source))


show()
