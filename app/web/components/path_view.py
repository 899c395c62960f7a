"""The paths between two papers on the page: their picture, each hop in words, and the papers as a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.pathfinding import evidence_lines, outcome, tie_in_words
from litatlas.app.service import Atlas
from litatlas.graph.models import Paper
from litatlas.graph.paths import Connection, Hop, Path
from litatlas.graph.surroundings import Tie

from . import answers, collecting, links, path_chart, taking
from .texts import counted, label, one_line, year_and_venue

_BADGES = {Tie.CITES: "blue", Tie.SIMILAR: "green", Tie.PLACE: "violet"}
HOW_TO_READ = (
    "An arrow leads to the cited paper, dashes join papers near in meaning, dots papers of one topic. Citations are"
    " preferred, and papers that everybody cites are avoided. No paper between the ends stands in two paths."
    " Select a paper in the picture to open it."
)


def show_connection(atlas: Atlas, found: Connection) -> None:
    """Everything about how two papers are joined."""
    st.markdown(f"**{one_line(outcome(found))}**")
    if not found.paths:
        _nothing_joins(found)
        return
    paths, papers = found.ways, found.papers
    _picture(found, paths)
    st.caption(HOW_TO_READ)
    with st.container(horizontal=True):
        collecting.collect_button(atlas, papers, "path")
        taking.take_away(atlas, papers, label(f"From {found.start.title} to {found.end.title}", 150), "path")
    for number, path in enumerate(paths, start=1):
        _path(atlas, path, number, own=path in found.paths)
    st.subheader("All papers on these paths", anchor=False)
    st.caption("Select a row to open the paper.")
    cited = atlas.library.citation_counts
    answers.paper_table(papers, f"path-{hash(tuple(paper.key for paper in papers))}", cited=cited)


def _nothing_joins(found: Connection) -> None:
    st.info(
        "Allow more kinds of ties above, or look around each of them. `litatlas fetch` brings citations that are"
        " not known here yet, `litatlas build` makes nearness in meaning known."
    )
    for paper in (found.start, found.end):
        st.page_link(
            links.GRAPH,
            label=f"Around {one_line(label(paper.title, 90))}",
            icon=":material/hub:",
            query_params={"paper": paper.key},
        )


def _picture(found: Connection, paths: Sequence[Path]) -> None:
    chart = path_chart.paths_graph(paths, dark=st.context.theme.type == "dark")
    key = f"paths-{found.start.key}-{hash(chart.keys)}"
    waiting = f"{key}-open"
    chosen = st.session_state.pop(waiting, None)

    def open_chosen() -> None:
        st.session_state[waiting] = chart.selected(st.session_state[key])

    height = 110 + path_chart.LANE * len(paths)
    st.echarts_chart(chart.spec, height=height, key=key, on_select=open_chosen, alt=chart.alt)
    if chosen:
        links.leave_for(links.PAPER, id=chosen)


def _path(atlas: Atlas, path: Path, number: int, *, own: bool) -> None:
    along = ", by citations in one direction" if path.along_time else ""
    heading = f"Path {number}" if own else "How one builds on the other"
    with st.container(border=True, key=f"path-{number}", gap="xsmall"):
        st.markdown(f"**{heading}** :gray[{counted(len(path.hops), 'hop')}{along}]")
        _paper(path.papers[0])
        for hop in path.hops:
            _hop(atlas, hop)


def _hop(atlas: Atlas, hop: Hop) -> None:
    sources = {source.key: source for source in atlas.library.sources()}
    lines = evidence_lines(hop, sources, atlas.survey_titles())
    said = " · ".join(one_line(label(line, 220)) for line in lines)
    st.markdown(f":{_BADGES[hop.tie]}-badge[{tie_in_words(hop)}] :small[:gray[{said}]]")
    _paper(hop.end)


def _paper(paper: Paper) -> None:
    year = f" :gray[{year_and_venue(paper)}]"
    links.to_paper_named(paper, f"**{one_line(label(paper.title, 140))}**{year}")
