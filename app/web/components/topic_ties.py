"""How topics hang together: which builds on which, and single citations between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from litatlas.app import topics
from litatlas.app.service import Atlas
from litatlas.graph.flow import Crossing
from litatlas.graph.models import Paper, TaxonomyNode

from . import links
from .texts import counted, label, one_line

_SHOWN = 8


def crossing_table(
    crossings: Sequence[Crossing], key: str, choose: Callable[[tuple[str, str] | None], None], *, of: int
) -> None:
    """A table of which topic builds on which.

    Args:
        choose: called with the keys of the two topics of a row when it is selected.
        of: how many crossings there are in all.
    """
    fewer = f"The first {len(crossings)} of {of:,}. " if of > len(crossings) else ""
    st.caption(f"{fewer}Select a row for its citations.")
    frame = pd.DataFrame(
        {
            "Topic": [label(each.source.name, 60) for each in crossings],
            "builds on": [label(each.target.name, 60) for each in crossings],
            "Citations": [each.count for each in crossings],
            "Expected from size": [round(each.expected, 1) for each in crossings],
            "Times as many": [each.ratio for each in crossings],
        }
    )

    def choose_row() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        named = [(crossings[row].source.key, crossings[row].target.key) for row in rows if row < len(crossings)]
        choose(named[0] if named else None)

    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=min(38 + 35 * max(len(crossings), 1), 360),
        on_select=choose_row,
        selection_mode="single-row",
        column_config={"Times as many": st.column_config.NumberColumn(format="%.1f")},
    )


def citation_pairs(atlas: Atlas, pairs: Sequence[tuple[str, str]]) -> None:
    """Citations, each as a way to the citing and to the cited paper; one citing paper stands once."""
    papers = {paper.key: paper for paper in atlas.library.papers(dict.fromkeys(key for pair in pairs for key in pair))}
    for citing in dict.fromkeys(source for source, _ in pairs):
        with st.container(border=True, gap=None):
            links.to_paper_named(papers[citing], _named(papers[citing], bold=True))
            for source, cited in pairs:
                if source == citing:
                    links.to_paper_named(papers[cited], f":gray[cites] {_named(papers[cited])}")


def _named(paper: Paper, *, bold: bool = False) -> str:
    title = one_line(label(paper.title, 120))
    return f"{f'**{title}**' if bold else title} :gray[{paper.year or 'no year'}]"


def neighbours(atlas: Atlas, node: TaxonomyNode) -> None:
    """Which topics this one builds on, and which build on it."""
    found = topics.neighbours(atlas, node)
    if not (found.builds_on or found.built_on_by):
        st.info(
            "No citation joins this topic with another of its depth, as far as this library knows."
            " `litatlas fetch` asks for citations."
        )
        return
    st.caption(
        "Citations between papers here and papers of the survey's other topics of the same depth."
        f" {counted(found.own, 'citation')} stay within this topic."
    )
    on, by = st.columns(2, gap="large")
    with on:
        _side("Builds on", found.builds_on, outward=True)
    with by:
        _side("Built on by", found.built_on_by, outward=False)


def _side(heading: str, crossings: Sequence[Crossing], *, outward: bool) -> None:
    fewer = f" :gray[{_SHOWN} of {len(crossings)} topics]" if len(crossings) > _SHOWN else ""
    st.markdown(f"**{heading}**{fewer}")
    if not crossings:
        st.caption("No other topic.")
    for each in crossings[:_SHOWN]:
        other = each.target if outward else each.source
        with st.container(gap=None):
            links.to_node(other)
            ratio = f", {each.ratio:.1f} times what size alone would give" if each.ratio is not None else ""
            links.to_crossing(each.source, each.target, f":gray[{counted(each.count, 'citation')}{ratio}]")
