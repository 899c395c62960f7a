"""Timeline: how the topics of a survey grew, and which of them build on which, by year."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from litatlas.app import topics
from litatlas.app.service import Atlas
from litatlas.app.topics import Cut
from litatlas.app.web.components import address, answers, filters, flow_chart, links, topic_ties
from litatlas.app.web.components.atlas import explain_gaps, page
from litatlas.app.web.components.texts import counted, label, one_line, quoted, way_to
from litatlas.graph.flow import Flow
from litatlas.graph.growth import Growth
from litatlas.graph.models import TaxonomyNode

_SHOW = ("Papers", "Share of each year")
_COLOURS = ("Citations", "Compared with size")
_MOST_PAIRS = 40
_MOST_CROSSINGS = 100


def show() -> None:
    """The page."""
    address.name_tab("Timeline")
    st.title("Timeline", anchor=False)
    with page() as atlas:
        if not atlas.library.nodes:
            st.info("This library has no taxonomy yet, so there are no topics to follow through the years.")
            explain_gaps(atlas)
            return
        reference = address.read("node")
        key = filters.node_named(atlas, reference)
        if reference and key is None:
            answers.unclear_node(atlas, reference, links.TIMELINE, "node")
            return
        chosen = _cut(atlas, atlas.library.node(key) if key else None)
        address.name_tab(f"Timeline of {chosen.top.name if chosen.top else chosen.survey.title}")
        _where(atlas, chosen)
        if not chosen.nodes:
            st.info("Nothing is below this topic; its own years stand on its page.")
            return
        _growth(topics.growth(atlas, chosen.nodes))
        _flow(atlas, chosen)


def _cut(atlas: Atlas, top: TaxonomyNode | None) -> Cut:
    """What the address asks for: a survey, or what is below a topic, and how deep."""
    surveys = {survey.key: survey for survey in atlas.overview().surveys}
    wanted = top.survey if top else address.read("survey")
    survey = surveys.get(wanted) or topics.default_survey(atlas) or next(iter(surveys.values()))
    if wanted and wanted not in surveys:
        st.warning(f"No survey here has the key {quoted(wanted)}; {one_line(survey.title)} is shown.")
    return topics.cut(atlas, survey, top, address.read_number("depth", 0, 0, 99))


def _where(atlas: Atlas, chosen: Cut) -> None:
    """Which topics are shown, and the controls that change it."""
    surveys = {survey.key: survey for survey in atlas.overview().surveys}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    if chosen.top:
        with left.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                links.TIMELINE, label=one_line(chosen.survey.title), query_params={"survey": chosen.survey.key}
            )
            for node in (*atlas.library.ancestors(chosen.top), chosen.top):
                st.page_link(links.TIMELINE, label=f"› {one_line(node.name)}", query_params={"node": node.key})
    elif len(surveys) > 1:
        left.selectbox(
            "Survey",
            list(surveys),
            key=address.follow("survey", chosen.survey.key),
            format_func=lambda key: label(surveys[key].title, 90),
            on_change=_leave_cell("survey"),
        )
    if len(chosen.depths) > 1:
        right.segmented_control(
            "Level",
            list(chosen.depths),
            key=address.follow("depth", chosen.depth),
            on_change=_leave_cell("depth"),
            required=True,
            help="How far below the top the topics stand. One that has nothing below it stays.",
        )
    fewer = (
        f"The {len(chosen.nodes)} largest of {chosen.of:,} topics"
        if chosen.of > len(chosen.nodes)
        else (counted(chosen.of, "topic"))
    )
    st.caption(f"{fewer} of {one_line(chosen.survey.title)}.")


def _leave_cell(name: str) -> Callable[[], None]:
    """Store a control that changes the topics, and leave the cell that was chosen among the former ones."""

    def store() -> None:
        address.write_all({name: st.session_state[f"{name}-widget"], "citing": None, "cited": None})

    return store


def _growth(growth: Growth) -> None:
    st.subheader("How they grew", anchor=False)
    shown = address.read("show", _SHOW[0])
    shown = shown if shown in _SHOW else _SHOW[0]
    st.segmented_control(
        "Show",
        _SHOW,
        key=address.follow("show", shown),
        on_change=address.on_change("show", _SHOW[0]),
        label_visibility="collapsed",
        required=True,
    )
    if not growth.years:
        st.info("No paper of these topics has a year.")
        return
    chart = flow_chart.growth_bars(growth, dark=st.context.theme.type == "dark", share=shown == _SHOW[1])
    st.echarts_chart(chart.spec, height=340, key=f"growth-{shown}-{growth.nodes[0].key}", alt=chart.alt)
    undated = sum(growth.without_year)
    st.caption(
        f"{counted(growth.papers, 'paper')}; one that stands at several topics counts at each."
        + (f" {counted(undated, 'placement')} without a year cannot be shown." if undated else "")
    )
    with st.expander("As a table"):
        columns: dict[str, list[object]] = {"Topic": [label(node.name, 80) for node in growth.nodes]}
        columns |= {str(year): growth.counts[:, n].tolist() for n, year in enumerate(growth.years)}
        st.dataframe(pd.DataFrame(columns | {"no year": list(growth.without_year)}), hide_index=True)


def _flow(atlas: Atlas, chosen: Cut) -> None:
    st.subheader("Which builds on which", anchor=False)
    flow = topics.flow(atlas, chosen.nodes)
    if not flow.counts.any():
        st.info(
            "No paper of these topics cites another of them, as far as this library knows."
            " `litatlas fetch` asks Semantic Scholar and OpenAlex for citations."
        )
        return
    first, last = _years(flow)
    crossings = flow.crossings(first, last)
    if not crossings:
        st.info("In these years no paper cites one of another topic; widen the years.")
    for sentence in flow_chart.strongest_in_words(crossings):
        st.markdown(f"- {sentence}")
    cell = _cell(atlas)
    colour = address.read("colour", _COLOURS[0])
    colour = colour if colour in _COLOURS else _COLOURS[0]
    st.segmented_control(
        "Coloured by",
        _COLOURS,
        key=address.follow("colour", colour),
        on_change=address.on_change("colour", _COLOURS[0]),
        required=True,
        help="Compared with size: a large topic is cited more whatever it says. Coloured are cells with more citations"
        " than a random choice among papers published by then would give; fully from three standard deviations on.",
    )
    chart = flow_chart.flow_table(
        flow, first, last, dark=st.context.theme.type == "dark", by_size=colour == _COLOURS[1], chosen=cell
    )
    st.caption("Each row cites the columns. Click a cell for its citations; grey is what a topic cites of its own.")
    name = f"flow-{chosen.survey.key}-{chosen.top.key if chosen.top else ''}-{chosen.depth}-{first}-{last}"
    st.echarts_chart(
        chart.spec,
        height=flow_chart.table_height(flow),
        key=name,
        on_select=lambda: _go_to(flow_chart.crossing_of(chart.selected(st.session_state[name]))),
        alt=chart.alt,
    )
    with st.container(key="narrow-switch"):  # seen where the screen is narrow; see main.py
        st.caption(flow_chart.names_in_words(flow))
    with st.expander("As a table", expanded=False):
        topic_ties.crossing_table(crossings[:_MOST_CROSSINGS], f"{name}-table", _go_to, of=len(crossings))
    if cell:
        _pairs(atlas, cell, first, last)


def _years(flow: Flow) -> tuple[int | None, int | None]:
    """The span of citing years; None at both ends for all of them, those without a year too."""
    known = [year for year in flow.years if year]
    if len(known) < 2:
        return None, None
    least, most = known[0], known[-1]
    ends = sorted((address.read_number("from", least, least, most), address.read_number("to", most, least, most)))

    def store() -> None:
        start, end = st.session_state["years-widget"]
        address.write_all({"from": start if start > least else None, "to": end if end < most else None})

    st.slider(
        "Years of the citing papers", least, most, key=address.follow("years", (ends[0], ends[1])), on_change=store
    )
    return (None, None) if ends == [least, most] else (ends[0], ends[1])


def _cell(atlas: Atlas) -> tuple[str, str] | None:
    """The two topics that the address names, drawn or not; None where it names none that are here."""
    cell = address.read("citing"), address.read("cited")
    return cell if {node.key for node in atlas.library.nodes} >= set(cell) else None


def _go_to(cell: tuple[str, str] | None) -> None:
    """Put a cell that was chosen into the address; called where a selection changed, so going back stays back."""
    if cell:
        address.write_all({"citing": cell[0], "cited": cell[1]})


def _pairs(atlas: Atlas, cell: tuple[str, str], first: int | None, last: int | None) -> None:
    """The citations of one cell, each a way to both papers."""
    citing, cited = (atlas.library.node(key) for key in cell)
    found = topics.citations(atlas, citing, cited, first, last)
    own = " of its own" if citing.key == cited.key else ""
    st.subheader(one_line(f"{citing.name} → {cited.name}"), anchor=False)
    shown = (
        f"The latest {_MOST_PAIRS} of {counted(len(found), 'citation')}"
        if len(found) > _MOST_PAIRS
        else (counted(len(found), "citation"))
    )
    st.caption(f"{shown}{own}{_of_years(first, last)}.")
    with st.container(horizontal=True):
        for node in dict.fromkeys((citing, cited)):
            links.to_node(node, hint=way_to(node))
    topic_ties.citation_pairs(atlas, found[:_MOST_PAIRS])


def _of_years(first: int | None, last: int | None) -> str:
    return "" if first is None else f" by papers of {first}" + ("" if first == last else f" to {last}")


show()
