"""What stands beside the picture of a neighbourhood: the paper or topic that is chosen in it, and ways on."""

from __future__ import annotations

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.graph.models import Paper, TaxonomyNode
from litatlas.graph.surroundings import Edge, Surroundings, Tie, Vertex

from . import links
from .texts import counted, label, one_line, plain, way_to, year_and_venue

_NAMED = 12
_SNIPPET = 300  # characters


def show_vertex(atlas: Atlas, around: Surroundings, vertex: Vertex) -> None:
    """The paper or topic, where it leads, and what joins it to the others."""
    with st.container(border=True, gap="xsmall"):
        if isinstance(vertex.record, TaxonomyNode):
            _topic(atlas, vertex.record, vertex.cited)
        else:
            _paper(around, vertex, vertex.record)
        _ties(around, vertex)


def open_vertex(around: Surroundings, vertex_id: str) -> None:
    """Go to the page of a paper or topic of the picture."""
    for vertex in around.vertices:
        if vertex.id == vertex_id:
            record = vertex.record
            if isinstance(record, Paper):
                links.leave_for(links.PAPER, id=record.key)
            links.leave_for(links.TAXONOMY, **links.place_of(record))


def _topic(atlas: Atlas, node: TaxonomyNode, papers: int) -> None:
    st.markdown(f"**{one_line(node.name)}**")
    st.caption(f"{plain(way_to(node, atlas.survey_of(node)))} · {counted(papers, 'paper')}")
    links.to_node(node, "Open the topic")


def _paper(around: Surroundings, vertex: Vertex, paper: Paper) -> None:
    st.markdown(f"**{one_line(paper.title)}**")
    st.caption(f"{year_and_venue(paper)} · cited by {counted(vertex.cited, 'paper')} here")
    if text := paper.abstract or paper.note:
        st.caption(one_line(label(text, _SNIPPET)))
    st.page_link(links.PAPER, label="Open the paper", icon=":material/article:", query_params={"id": paper.key})
    seed = around.seed.removeprefix("paper:")
    if paper.key == seed:
        return
    here = {name: value for name, value in st.query_params.to_dict().items() if name != "chosen"}
    st.page_link(
        links.GRAPH,
        label="Put it in the middle",
        icon=":material/my_location:",
        query_params={**here, "paper": paper.key},
    )
    st.page_link(
        links.GRAPH,
        label="Path from the middle to it",
        icon=":material/route:",
        query_params={"from": seed, "to": paper.key},
    )


def _ties(around: Surroundings, vertex: Vertex) -> None:
    names = {v.id: v.record.title if isinstance(v.record, Paper) else v.record.name for v in around.vertices}
    edges = [edge for edge in around.edges if vertex.id in (edge.start, edge.end)]
    for edge in edges[:_NAMED]:
        other = edge.end if edge.start == vertex.id else edge.start
        st.caption(f"{_how(edge, vertex.id)} {one_line(label(names[other], 70))}")
    if len(edges) > _NAMED:
        st.caption(f"and {counted(len(edges) - _NAMED, 'more tie')}")


def _how(edge: Edge, vertex: str) -> str:
    if edge.tie is Tie.CITES:
        return "cites" if edge.start == vertex else "cited by"
    if edge.tie is Tie.SIMILAR:
        return f"near ({edge.weight:.2f})"
    return "at" if edge.start == vertex else "has"
