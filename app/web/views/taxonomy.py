"""Taxonomy: a picture of the tree that one clicks down into, and what is at and below each node."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from litatlas.app import topics
from litatlas.app.details import Branch
from litatlas.app.service import Atlas
from litatlas.app.topics import Topic
from litatlas.app.web.components import (
    address,
    answers,
    colours,
    filters,
    links,
    proposals,
    taxonomy_charts,
    topic_gaps,
    topic_tabs,
    topic_ties,
)
from litatlas.app.web.components.atlas import explain_gaps, page
from litatlas.app.web.components.texts import counted, label, one_line, quoted
from litatlas.graph.models import Survey, TaxonomyNode

_VIEWS = ("Areas", "Rings", "Tree", "List", "Table")
_TABS = ("Papers", "Timeline", "Most cited", "People and venues", "Neighbours", "Gaps")
_INDENT = "\N{EM SPACE}\N{EM SPACE}"


def show() -> None:
    """The page."""
    with page() as atlas:
        reference = address.read("node")
        key = filters.node_named(atlas, reference)
        detail = topics.topic(atlas, key) if key else None
        survey = None if detail else _survey(atlas)
        address.name_tab(detail.node.name if detail else survey.title if survey else "Taxonomy")
        _heading(atlas, detail, survey)
        if reference and detail is None:
            answers.unclear_node(atlas, reference, links.TAXONOMY, "node")
            return
        if not atlas.library.nodes:
            st.info("This library has no taxonomy yet.")
            explain_gaps(atlas)
            return
        picture, facts = st.columns([3, 2], gap="large")
        with picture:
            _picture(atlas, detail, survey)
        with facts:
            _facts(atlas, detail, survey)
        if detail:
            _tabs(atlas, detail.node)


def _survey(atlas: Atlas) -> Survey | None:
    """The survey whose tree the address asks for; None for all of them."""
    wanted = address.read("survey")
    return next((survey for survey in atlas.overview().surveys if survey.key == wanted), None)


def _heading(atlas: Atlas, detail: Topic | None, whole: Survey | None) -> None:
    if detail is None and whole:
        st.page_link(links.TAXONOMY, label="All surveys")
        st.title(one_line(whole.title), anchor=False)
        st.caption(counted(topics.survey_branch(atlas, whole).papers, "paper"))
        return
    if detail is None:
        st.title("Taxonomy", anchor=False)
        if atlas.library.nodes:
            st.caption("What this field is made of, as its surveys order it. Click a topic to go down into it.")
        if wanted := address.read("survey"):
            st.warning(f"No survey here has the key {quoted(wanted)}; all are shown.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        several = atlas.survey_of(detail.node)
        st.page_link(links.TAXONOMY, label="All surveys" if several else "All topics")
        if several:
            links.to_survey(several, f"› {one_line(label(several.title, 50))}")
        for node in detail.broader:
            links.to_node(node, f"› {one_line(node.name)}")
    st.title(one_line(detail.node.name), anchor=False)
    survey = next(s for s in atlas.library.surveys() if s.key == detail.node.survey)
    narrower = f", {counted(len(detail.branch.narrower), 'topic')} below" if detail.branch.narrower else ""
    st.caption(f"{counted(detail.branch.papers, 'paper')}{narrower} · {one_line(survey.title)}")


def _picture(atlas: Atlas, detail: Topic | None, whole: Survey | None) -> None:
    view = address.read("view", _VIEWS[0])
    view = view if view in _VIEWS else _VIEWS[0]
    st.segmented_control(
        "Picture",
        _VIEWS,
        key=address.follow("view", view),
        on_change=address.on_change("view", _VIEWS[0]),
        label_visibility="collapsed",
        required=True,
    )
    branches = _shown(atlas, detail, whole)
    dark = st.context.theme.type == "dark"
    shades = _shades(atlas, detail, whole, branches, dark=dark)
    if view == "List":
        _outline(branches)
        return
    if view == "Table":
        _table(atlas, branches, detail.node.key if detail else whole.key if whole else "all")
        return
    if view == "Tree":
        title = detail.node.name if detail else whole.title if whole else "All topics"
        chart = taxonomy_charts.taxonomy_tree(branches, shades, dark=dark, title=title)
        height = max(320, 30 * len(chart.keys))
    elif view == "Rings":
        chart, height = taxonomy_charts.taxonomy_rings(branches, shades, dark=dark), 560
    else:
        chart, height = taxonomy_charts.taxonomy_treemap(branches, shades, dark=dark), 460
    here = detail.node.key if detail else whole.key if whole else "all"
    event = st.echarts_chart(chart.spec, height=height, key=f"{view}-{here}", on_select="rerun", alt=chart.alt)
    chosen = chart.selected(event)
    if chosen and chosen != here:
        tops = {branch.node.key: branch.node for branch in branches}
        place = links.place_of(tops[chosen]) if chosen in tops else {"node": chosen}
        address.write_all({"node": None, "survey": None, **place})
        st.rerun()


def _outline(branches: Sequence[Branch], depth: int = 0) -> None:
    """Everything below as links, each level set in."""
    for branch in branches:
        name = one_line(branch.node.name)
        links.to_node(branch.node, f"{_INDENT * depth}{name} :gray[{branch.papers:,}]")
        _outline(branch.narrower, depth + 1)


def _table(atlas: Atlas, branches: Sequence[Branch], here: str) -> None:
    """Everything below with its papers, in all and year by year; selecting a row, by mouse or keyboard, goes there."""
    grown, key = topics.outline(atlas, branches), f"table-{here}"
    counts, recent = atlas.library.node_counts, [f"{year}" for year in grown.years[-2:]]
    columns: dict[str, list[object]] = {
        "Topic": [_INDENT * (node.depth - grown.nodes[0].depth) + label(node.name, 80) for node in grown.nodes],
        "Papers": [counts[node.key] for node in grown.nodes],
        "By year": grown.counts.tolist(),
    }
    columns |= {year: grown.counts[:, n - len(recent)].tolist() for n, year in enumerate(recent)}

    def go() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(grown.nodes):
            address.write_all({"survey": None, "node": grown.nodes[rows[0]].key})

    span = f"{grown.years[0]} to {grown.years[-1]}" if grown.years else "no year is known"
    st.dataframe(
        pd.DataFrame(columns),
        key=key,
        hide_index=True,
        height=min(38 + 35 * max(len(grown.nodes), 1), 460),
        on_select=go,
        selection_mode="single-row",
        column_config={
            "Topic": st.column_config.TextColumn(width=300),
            "By year": st.column_config.BarChartColumn(help=f"Papers per year, {span}", width=110, y_min=0),
        },
    )


def _shown(atlas: Atlas, detail: Topic | None, whole: Survey | None) -> tuple[Branch, ...]:
    """What is below; where nothing is, what stands beside it."""
    if detail is None:
        return topics.survey_branch(atlas, whole).narrower if whole else topics.field(atlas)
    if detail.branch.narrower:
        return detail.branch.narrower
    if detail.broader:
        return topics.topic(atlas, detail.broader[-1].key).branch.narrower
    return atlas.taxonomy(detail.node.survey)


def _shades(
    atlas: Atlas, detail: Topic | None, whole: Survey | None, branches: Sequence[Branch], *, dark: bool
) -> dict[str, str]:
    """A colour per survey, or per top branch where there is one survey; shades of it for what is below."""
    field = [branch.node for branch in topics.field(atlas)]
    tops = colours.branch_colours(field, dark=dark)
    top = whole.key if whole else detail.node.survey if detail else ""
    if detail and top not in tops:
        top = (*detail.broader, detail.node)[0].key
    if top not in tops:
        return tops
    end = "#000000" if dark else "#FFFFFF"
    here = detail.node.key if detail else ""
    return {
        branch.node.key: tops[top]
        if branch.node.key == here
        else colours.towards(tops[top], end, 0.12 + 0.09 * (n % 5))
        for n, branch in enumerate(branches)
    }


def _facts(atlas: Atlas, detail: Topic | None, whole: Survey | None) -> None:
    of_all = topics.survey_facts(atlas, whole) if whole else atlas.overview()
    known = topics.facts(atlas, detail.node) if detail else of_all
    if known.years:
        st.markdown("**Papers per year**")
        chart = taxonomy_charts.years_bars(known.years, dark=st.context.theme.type == "dark")
        st.echarts_chart(chart.spec, height=200, key="years", alt=chart.alt)
    if known.venues:
        shown = ", ".join(f"{one_line(label(name, 30))} {count}" for name, count in known.venues[:8])
        st.markdown(f"**Venues** {shown}")
    if detail:
        _ways(detail.node)
    else:
        st.page_link(links.TIMELINE, label="How topics grew and build on each other", icon=":material/timeline:")


def _ways(node: TaxonomyNode) -> None:
    """What else can be done with the papers here."""
    query = {"q": node.name, "under": node.key}
    st.page_link(links.SEARCH, label="Search only here", icon=":material/search:", query_params=query)
    links.to_timeline(node, "Timeline of its topics")
    links.to_map("Show on the map", under=node.key)
    links.to_export("Export this topic and all below", scope="node", node=node.key)


def _tabs(atlas: Atlas, node: TaxonomyNode) -> None:
    """What stands here, one part of it at a time."""
    usual = _TABS[-1] if address.read(proposals.PARAMETER) else _TABS[0]
    tab = address.read("tab", usual)
    tab = tab if tab in _TABS else usual
    st.segmented_control(
        "Show",
        _TABS,
        key=address.follow("tab", tab),
        on_change=address.on_change("tab", usual),
        label_visibility="collapsed",
        required=True,
    )
    shown = (
        topic_tabs.papers,
        topic_tabs.timeline,
        topic_tabs.cited,
        topic_tabs.people,
        topic_ties.neighbours,
        _gaps,
    )
    shown[_TABS.index(tab)](atlas, node)


def _gaps(atlas: Atlas, node: TaxonomyNode) -> None:
    topic_gaps.show(atlas, node)
    st.markdown("**Might belong here, or not**")
    proposals.show(atlas, node)


show()
