"""Graph: what lies around a paper, by citation, meaning and place, drawn along the years."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from litatlas.app.service import Atlas
from litatlas.app.web.components import address, answers, graph_chart, links, reach
from litatlas.app.web.components.atlas import explain_gaps, page
from litatlas.app.web.components.texts import counted, label, one_line, plain, way_to, year_and_venue
from litatlas.graph.errors import UnknownPaper
from litatlas.graph.layout import Layout
from litatlas.graph.models import Paper, TaxonomyNode
from litatlas.graph.selection import Around
from litatlas.graph.surroundings import MAX_VERTICES, Surroundings, Tie, Vertex

_LAYOUTS = {Layout.YEAR: "Along the years", Layout.FORCE: "By nearness"}
_STEPS = [20, 40, 60, 100, 150, MAX_VERTICES]
_SHOWN = 60
_NAMED = 12


def show() -> None:
    """The page."""
    address.name_tab("Neighbourhood")
    st.title("Neighbourhood", anchor=False)
    with page() as atlas:
        reference = address.read("paper")
        _seed_box(atlas)
        if not reference:
            _suggestions(atlas)
            return
        try:
            seed = atlas.library.paper(reference)
        except UnknownPaper:
            answers.unknown_paper(reference, atlas.suggest(reference), links.GRAPH, "paper")
            return
        selection, layout = _controls(seed)
        around = atlas.neighbourhood(
            seed.key, hops=selection.hops, limit=selection.limit, ties=selection.ties, layout=layout
        )
        address.name_tab(f"Around {seed.title}")
        links.to_paper(seed, bold=True)
        links.to_export("Export this neighbourhood", scope="around", **reach.to_address(selection))
        _summary(around)
        with st.container(key="narrow-switch"):  # seen where the screen is narrow, and the picture folded; see main.py
            shown = st.toggle("Show the picture", key="narrow-picture")
        with st.container(key="picture-shown" if shown else "picture-folded"):
            picture, chosen = st.columns([3, 1.2], gap="large")
            with picture:
                vertex = _picture(atlas, around)
            with chosen:
                _beside(atlas, around, vertex)
        _list(around)


def _seed_box(atlas: Atlas) -> None:
    def put_in_the_middle() -> None:
        wanted = st.session_state["seed-wanted"]
        try:
            address.write("paper", atlas.library.paper(wanted).key if wanted.strip() else "")
        except UnknownPaper:  # told by the page, with the box as it is
            address.write("paper", wanted)
        else:
            st.session_state["seed-wanted"] = ""

    st.text_input(
        "Paper",
        placeholder="Title, arXiv id, DOI or address of a paper here",
        key="seed-wanted",
        on_change=put_in_the_middle,
    )


def _suggestions(atlas: Atlas) -> None:
    cited_most = atlas.most_cited(8)
    if not cited_most:
        explain_gaps(atlas)
        return
    st.markdown("Choose a paper above, or start from one that many here cite:")
    for paper, cited in cited_most:
        st.page_link(
            links.GRAPH,
            label=f"{one_line(label(paper.title, 120))} :gray[cited by {cited} here]",
            query_params={"paper": paper.key},
        )


def _controls(seed: Paper) -> tuple[Around, Layout]:
    selection = reach.from_address(seed.key, limit=_SHOWN)
    left, middle, right, last = st.columns([3, 1.3, 2.4, 2], vertical_alignment="bottom")
    left.pills(
        "Ties",
        list(reach.TIES),
        selection_mode="multi",
        format_func=lambda tie: reach.TIES[tie],
        key=address.follow("ties", list(selection.ties)),
        on_change=address.on_change("ties", "", lambda chosen: "" if len(chosen) == len(Tie) else ",".join(chosen)),
    )
    middle.segmented_control(
        "Hops",
        [1, 2],
        key=address.follow("hops", selection.hops),
        on_change=address.on_change("hops", 1),
        required=True,
    )
    layout = Layout(address.read("layout")) if address.read("layout") in set(Layout) else Layout.YEAR
    right.segmented_control(
        "Layout",
        list(_LAYOUTS),
        format_func=lambda chosen: _LAYOUTS[chosen],
        key=address.follow("layout", layout),
        on_change=address.on_change("layout", Layout.YEAR),
        required=True,
    )
    nearest = min(_STEPS, key=lambda step: abs(step - selection.limit))
    last.select_slider(
        "Show at most", _STEPS, key=address.follow("limit", nearest), on_change=address.on_change("limit", _SHOWN)
    )
    return selection, layout


def _summary(around: Surroundings) -> None:
    papers = sum(isinstance(vertex.record, Paper) for vertex in around.vertices)
    left_out = f"; {around.left_out:,} more within reach are left out" if around.left_out else ""
    years = f"; {around.years[0]} to {around.years[1]}, left to right" if around.years else ""
    st.caption(
        f"{counted(papers, 'paper')}, {counted(len(around.vertices) - papers, 'topic')},"
        f" {counted(len(around.edges), 'tie')}{left_out}{years}. An arrow leads to the cited paper;"
        " green dashes join papers near in meaning, pink dots lead to a topic. Size grows with citations."
    )


def _picture(atlas: Atlas, around: Surroundings) -> Vertex | None:
    branches = [branch.node for branch in atlas.taxonomy()]
    chart = graph_chart.neighbourhood_graph(around, branches, dark=st.context.theme.type == "dark")
    key = f"graph-{around.seed}-{hash(chart.keys)}"  # a selection is an index, and belongs to these vertices alone
    event = st.echarts_chart(chart.spec, height=620, key=key, on_select="rerun", alt=chart.alt)
    chosen = chart.selected(event)
    return next((vertex for vertex in around.vertices if vertex.id == chosen), None)


def _beside(atlas: Atlas, around: Surroundings, vertex: Vertex | None) -> None:
    if vertex is None:
        st.info("Select a paper or topic in the picture to see it here; a row of the list below opens its paper.")
        return
    record = vertex.record
    if isinstance(record, TaxonomyNode):
        st.markdown(f"**{one_line(record.name)}**")
        st.caption(f"{plain(way_to(record, atlas.survey_of(record)))} · {counted(vertex.cited, 'paper')}")
        links.to_node(record, "Open the topic")
        return
    st.markdown(f"**{one_line(record.title)}**")
    st.caption(f"{year_and_venue(record)} · cited by {counted(vertex.cited, 'paper')} here")
    st.page_link(links.PAPER, label="Open the paper", icon=":material/article:", query_params={"id": record.key})
    if vertex.id != around.seed:
        st.page_link(
            links.GRAPH,
            label="Put it in the middle",
            icon=":material/my_location:",
            query_params={**st.query_params.to_dict(), "paper": record.key},
        )
    names = {v.id: label(v.record.title if isinstance(v.record, Paper) else v.record.name, 70) for v in around.vertices}
    edges = [edge for edge in around.edges if vertex.id in (edge.start, edge.end)]
    for edge in edges[:_NAMED]:
        other = edge.end if edge.start == vertex.id else edge.start
        how = {Tie.CITES: "cites" if edge.start == vertex.id else "cited by", Tie.SIMILAR: "near", Tie.PLACE: "at"}
        st.caption(f"{how[edge.tie]} {one_line(names[other])}")
    if len(edges) > _NAMED:
        st.caption(f"and {counted(len(edges) - _NAMED, 'more tie')}")


def _list(around: Surroundings) -> None:
    st.subheader("The same as a list", anchor=False)
    st.caption("Select a row to open the paper.")
    vertices = [vertex for vertex in around.vertices if isinstance(vertex.record, Paper)]
    frame = pd.DataFrame(
        {
            "Title": [label(v.record.title, 160) for v in vertices if isinstance(v.record, Paper)],
            "Year": [v.record.year for v in vertices if isinstance(v.record, Paper)],
            "Hops": [v.hops for v in vertices],
            "Cited here": [v.cited for v in vertices],
            "Branch": [label(v.branch.name, 40) if v.branch else "" for v in vertices],
        }
    )
    key = f"list-{around.seed}-{hash(tuple(vertex.id for vertex in vertices))}"
    chosen = st.session_state.pop(f"{key}-open", None)

    def open_row() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(vertices):
            st.session_state[f"{key}-open"] = vertices[rows[0]].record.key

    st.dataframe(frame, key=key, hide_index=True, on_select=open_row, selection_mode="single-row", height=430)
    if chosen:
        links.leave_for(links.PAPER, id=chosen)


show()
