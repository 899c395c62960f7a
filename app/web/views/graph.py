"""Graph: what lies around a paper, drawn along the years; or how one paper leads to another."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from litatlas.app.pathfinding import connection
from litatlas.app.service import Atlas
from litatlas.app.web.components import address, answers, beside, finding, graph_chart, links, path_view, reach
from litatlas.app.web.components.atlas import explain_gaps, page
from litatlas.app.web.components.texts import counted, label, one_line
from litatlas.graph.errors import InvalidFilter, UnknownPaper
from litatlas.graph.expression import print_selection
from litatlas.graph.layout import Layout
from litatlas.graph.models import Paper
from litatlas.graph.selection import Around, OnPath
from litatlas.graph.surroundings import MAX_VERTICES, Edge, Surroundings, Tie, Vertex

_LAYOUTS = {Layout.YEAR: "Along the years", Layout.FORCE: "By nearness"}
_STEPS = [20, 40, 60, 100, 150, MAX_VERTICES]
_SHOWN = 60
_EXAMPLES = 8
_ENDS = {"from": "From", "to": "To"}


def show() -> None:
    """The page."""
    with page() as atlas:
        if address.read("from") or address.read("to"):
            _path_page(atlas)
        else:
            _neighbourhood_page(atlas)


def _neighbourhood_page(atlas: Atlas) -> None:
    address.name_tab("Neighbourhood")
    st.title("Neighbourhood", anchor=False)
    reference = address.read("paper")
    stays = {name: address.read(name) for name in ("ties", "hops", "layout", "limit") if address.read(name)}
    finding.paper_box(atlas, "Which paper in the middle?", "paper", links.GRAPH, stays=stays)
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
    if again := st.session_state.pop("graph-open", None):
        beside.open_vertex(around, again)
    address.name_tab(f"Around {seed.title}")
    _heading(around, selection, seed)
    with st.container(key="narrow-switch"):  # seen where the screen is narrow, and the picture folded; see main.py
        shown = st.toggle("Show the picture", key="narrow-picture")
    with st.container(key="picture-shown" if shown else "picture-folded"):
        picture, chosen = st.columns([3, 1.2], gap="large")
        with picture:
            _picture(atlas, around)
        with chosen:
            st.caption("Select a paper or topic in the picture to see it here; select it again to open it.")
            beside.show_vertex(atlas, around, _chosen(around))
    _list(around)


def _suggestions(atlas: Atlas) -> None:
    cited_most = atlas.most_cited(_EXAMPLES)
    if not atlas.overview().counts.papers:
        explain_gaps(atlas)
        return
    st.page_link(links.GRAPH, label="Find a path between two papers", icon=":material/route:", query_params={"to": "?"})
    if not cited_most:
        st.info("No citations are known here yet; `litatlas fetch` asks for them. Type a title above to begin.")
        return
    st.markdown("Type above, or start from a paper that many here cite:")
    for paper, cited in cited_most:
        st.page_link(
            links.GRAPH,
            label=f"{one_line(label(paper.title, 120))} :gray[cited by {cited} here]",
            query_params={"paper": paper.key},
        )


def _controls(seed: Paper) -> tuple[Around, Layout]:
    selection = reach.from_address(seed.key, limit=_SHOWN)
    left, middle, right, last = st.columns([3, 1.3, 2.4, 2], vertical_alignment="bottom")
    with left:
        _ties_switch(selection.ties)
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
    steps = sorted({*_STEPS, selection.limit})
    last.select_slider(
        "Show at most",
        steps,
        key=address.follow("limit", selection.limit),
        on_change=address.on_change("limit", _SHOWN),
    )
    return selection, layout


def _ties_switch(ties: tuple[Tie, ...]) -> None:
    st.pills(
        "Ties",
        list(reach.TIES),
        selection_mode="multi",
        format_func=lambda tie: reach.TIES[tie],
        key=address.follow("ties", list(ties)),
        on_change=address.on_change("ties", "", lambda chosen: "" if len(chosen) == len(Tie) else ",".join(chosen)),
    )


def _heading(around: Surroundings, selection: Around, seed: Paper) -> None:
    """The seed, how much is drawn of how much, and what to do with it."""
    links.to_paper(seed, bold=True)
    papers = sum(isinstance(vertex.record, Paper) for vertex in around.vertices)
    left_out = f"; {around.left_out:,} more within reach are left out" if around.left_out else ""
    years = f"; {around.years[0]} to {around.years[1]}, left to right" if around.years else ""
    st.caption(
        f"{counted(papers, 'paper')}, {counted(len(around.vertices) - papers, 'topic')},"
        f" {counted(len(around.edges), 'tie')}{left_out}{years}."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("How to read this", icon=":material/help:"):
            st.markdown(graph_chart.LEGEND)
        links.to_export("Export this neighbourhood", scope="around", **reach.to_address(selection))
        st.page_link(
            links.GRAPH, label="Find a path from here", icon=":material/route:", query_params={"from": seed.key}
        )


def _picture(atlas: Atlas, around: Surroundings) -> None:
    branches = atlas.library.children(None)
    chart = graph_chart.neighbourhood_graph(around, branches, dark=st.context.theme.type == "dark")
    key = f"graph-{around.seed}-{hash(chart.keys)}"  # a selection is an index, and belongs to these vertices alone

    def choose() -> None:
        event = st.session_state[key]
        if vertex := chart.selected(event):
            address.write("chosen", vertex)
        elif not any(group["data_indices"] for group in event["selection"]["selected"]):  # the chosen one, again
            st.session_state["graph-open"] = address.read("chosen")

    st.echarts_chart(chart.spec, height=620, key=key, on_select=choose, alt=chart.alt)


def _chosen(around: Surroundings) -> Vertex:
    """The one that the address names, else the seed."""
    wanted = address.read("chosen")
    return next((vertex for vertex in around.vertices if vertex.id == wanted), around.vertices[0])


def _joined(edge: Edge, seed: str) -> str:
    if edge.tie is Tie.CITES:
        return "cited by it" if edge.start == seed else "cites it"
    return "near" if edge.tie is Tie.SIMILAR else "topic"


def _list(around: Surroundings) -> None:
    st.subheader("The same as a list", anchor=False)
    st.caption("Select a row to open the paper.")
    vertices = [(v, v.record) for v in around.vertices if isinstance(v.record, Paper)]
    joined = around.edges_at_seed()
    frame = pd.DataFrame(
        {
            "Title": [label(record.title, 160) for _, record in vertices],
            "Year": [record.year for _, record in vertices],
            "Joined to the middle": [
                ", ".join(_joined(edge, around.seed) for edge in joined.get(v.id, ())) for v, _ in vertices
            ],
            "Hops": [v.hops for v, _ in vertices],
            "Cited here": [v.cited for v, _ in vertices],
            "Branch": [label(v.branch.name, 40) if v.branch else "" for v, _ in vertices],
        }
    )
    key = f"list-{around.seed}-{hash(tuple(vertex.id for vertex, _ in vertices))}"
    chosen = st.session_state.pop(f"{key}-open", None)

    def open_row() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(vertices):
            st.session_state[f"{key}-open"] = vertices[rows[0]][1].key

    st.dataframe(frame, key=key, hide_index=True, on_select=open_row, selection_mode="single-row", height=430)
    if chosen:
        links.leave_for(links.PAPER, id=chosen)


def _path_page(atlas: Atlas) -> None:
    address.name_tab("Path")
    st.title("Path", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        start = _end(atlas, "from")
    with right:
        end = _end(atlas, "to")
    if start is None or end is None:
        st.caption("Name both papers to see how one leads to the other, hop by hop.")
        return
    address.name_tab(f"From {start.title} to {end.title}")
    ties = reach.from_address(start.key, limit=_SHOWN).ties
    _ties_switch(ties)
    with st.container(horizontal=True):
        swapped = {**st.query_params.to_dict(), "from": end.key, "to": start.key}
        st.page_link(links.GRAPH, label="The other way round", icon=":material/swap_horiz:", query_params=swapped)
        for paper in (start, end):
            name = one_line(label(paper.short_label, 40))
            st.page_link(links.GRAPH, label=f"Around {name}", icon=":material/hub:", query_params={"paper": paper.key})
    try:
        found = connection(atlas, start.key, end.key, ties)
    except InvalidFilter as error:
        st.warning(f"{one_line(error.message)} {one_line(error.advice)}")
        return
    if found.paths:
        selection = OnPath(start.key, end.key, ties)
        links.to_export("Export this path", scope="select", select=print_selection(selection))
    path_view.show_connection(atlas, found)


def _end(atlas: Atlas, name: str) -> Paper | None:
    """One end as the address names it, with a box to name it or another."""
    reference = address.read(name)
    stays = {each: value for each, value in st.query_params.to_dict().items() if each != name and value != "?"}
    paper = None
    if reference and reference != "?":
        try:
            paper = atlas.library.paper(reference)
        except UnknownPaper:
            answers.unknown_paper(reference, atlas.suggest(reference), links.GRAPH, name)
    if paper is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(_ENDS[name], width="content")
            links.to_paper(paper, bold=True)
    finding.paper_box(atlas, f"{_ENDS[name]} another paper" if paper else _ENDS[name], name, links.GRAPH, stays=stays)
    return paper


show()
