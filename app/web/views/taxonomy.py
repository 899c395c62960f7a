"""Taxonomy: a picture of the tree that one clicks down into, and what is at and below each node."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.details import Branch, NodeDetail
from litatlas.app.service import Atlas
from litatlas.app.web.components import address, answers, colours, filters, links, proposals, taxonomy_charts
from litatlas.app.web.components.atlas import explain_gaps, page
from litatlas.app.web.components.texts import counted, label, one_line, quoted
from litatlas.graph.models import Survey

_VIEWS = ("Areas", "Tree", "List")
_PAGE = 200
_INDENT = "\N{EM SPACE}\N{EM SPACE}"


def show() -> None:
    """The page."""
    with page() as atlas:
        reference = address.read("node")
        key = filters.node_named(atlas, reference)
        detail = atlas.node(key) if key else None
        survey = None if detail else _survey(atlas)
        address.name_tab(detail.branch.node.name if detail else survey.title if survey else "Taxonomy")
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
            _facts(atlas, detail)
        if detail:
            _papers(detail)
            st.subheader("Might belong here, or not", anchor=False)
            proposals.show(atlas, detail)


def _survey(atlas: Atlas) -> Survey | None:
    """The survey whose tree the address asks for; None for all of them."""
    wanted = address.read("survey")
    return next((survey for survey in atlas.overview().surveys if survey.key == wanted), None)


def _heading(atlas: Atlas, detail: NodeDetail | None, whole: Survey | None) -> None:
    if detail is None and whole:
        st.page_link(links.TAXONOMY, label="All surveys")
        st.title(one_line(whole.title), anchor=False)
        st.caption(counted(atlas.survey_branch(whole).papers, "paper"))
        return
    if detail is None:
        st.title("Taxonomy", anchor=False)
        if atlas.library.nodes:
            st.caption("What this field is made of, as its surveys order it. Click a topic to go down into it.")
        if wanted := address.read("survey"):
            st.warning(f"No survey here has the key {quoted(wanted)}; all are shown.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        several = atlas.survey_of(detail.branch.node)
        st.page_link(links.TAXONOMY, label="All surveys" if several else "All topics")
        if several:
            links.to_survey(several, f"› {one_line(label(several.title, 50))}")
        for node in detail.broader:
            links.to_node(node, f"› {one_line(node.name)}")
    st.title(one_line(detail.branch.node.name), anchor=False)
    survey = next(s for s in atlas.library.surveys() if s.key == detail.branch.node.survey)
    narrower = f", {counted(len(detail.branch.narrower), 'topic')} below" if detail.branch.narrower else ""
    st.caption(f"{counted(detail.branch.papers, 'paper')}{narrower} · {one_line(survey.title)}")


def _picture(atlas: Atlas, detail: NodeDetail | None, whole: Survey | None) -> None:
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
    if view == "Tree":
        title = detail.branch.node.name if detail else whole.title if whole else "All topics"
        chart = taxonomy_charts.taxonomy_tree(branches, shades, dark=dark, title=title)
        height = max(320, 30 * len(chart.keys))
    else:
        chart, height = taxonomy_charts.taxonomy_treemap(branches, shades, dark=dark), 460
    here = detail.branch.node.key if detail else whole.key if whole else "all"
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


def _shown(atlas: Atlas, detail: NodeDetail | None, whole: Survey | None) -> tuple[Branch, ...]:
    """What is below; where nothing is, what stands beside it."""
    if detail is None:
        return atlas.survey_branch(whole).narrower if whole else atlas.field()
    if detail.branch.narrower:
        return detail.branch.narrower
    if detail.broader:
        return atlas.node(detail.broader[-1].key).branch.narrower
    return atlas.taxonomy(detail.branch.node.survey)


def _shades(
    atlas: Atlas, detail: NodeDetail | None, whole: Survey | None, branches: Sequence[Branch], *, dark: bool
) -> dict[str, str]:
    """A colour per survey, or per top branch where there is one survey; shades of it for what is below."""
    field = [branch.node for branch in atlas.field()]
    tops = colours.branch_colours(field, dark=dark)
    top = whole.key if whole else detail.branch.node.survey if detail else ""
    if detail and top not in tops:
        top = (*detail.broader, detail.branch.node)[0].key
    if top not in tops:
        return tops
    end = "#000000" if dark else "#FFFFFF"
    here = detail.branch.node.key if detail else ""
    return {
        branch.node.key: tops[top]
        if branch.node.key == here
        else colours.towards(tops[top], end, 0.12 + 0.09 * (n % 5))
        for n, branch in enumerate(branches)
    }


def _facts(atlas: Atlas, detail: NodeDetail | None) -> None:
    years = detail.years if detail else atlas.overview().years
    venues = detail.venues if detail else atlas.overview().venues
    if years:
        st.markdown("**Papers per year**")
        chart = taxonomy_charts.years_bars(years, dark=st.context.theme.type == "dark")
        st.echarts_chart(chart.spec, height=200, key="years", alt=chart.alt)
    if venues:
        shown = ", ".join(f"{one_line(label(name, 30))} {count}" for name, count in venues[:8])
        st.markdown(f"**Venues** {shown}")
    if detail:
        cited = sorted(detail.papers, key=lambda paper: -detail.cited[paper.key])
        most = [paper for paper in cited[:5] if detail.cited[paper.key]]
        if most:
            st.markdown("**Most cited by papers here**")
            for paper in most:
                cited_here = f":gray[{detail.cited[paper.key]}]"
                short = f"{one_line(label(paper.title, 46))} {cited_here}"
                st.page_link(links.PAPER, label=short, query_params={"id": paper.key})
        node = detail.branch.node
        st.page_link(
            links.SEARCH,
            label="Search only here",
            icon=":material/search:",
            query_params={"q": node.name, "under": node.key},
        )
        links.to_export("Export this topic and all below", scope="node", node=node.key)


def _papers(detail: NodeDetail) -> None:
    st.subheader("Papers", anchor=False)
    shown = detail.papers[:_PAGE]
    if len(detail.papers) > _PAGE:
        st.caption(f"The newest {_PAGE} of {len(detail.papers):,}; search or export for the rest.")
    st.caption("Select a row to open the paper.")
    answers.paper_table(shown, f"papers-{detail.branch.node.key}", cited=detail.cited)


show()
