"""What stands at a topic: its papers, its years, which are cited most, who writes and where; one function per tab."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from litatlas.app import topics
from litatlas.app.service import Atlas
from litatlas.graph.models import TaxonomyNode
from litatlas.graph.node_facts import PaperOrder

from . import address, answers, flow_chart, links, taxonomy_charts
from .texts import counted, label

_PAGE = 200
_ORDERS = {PaperOrder.NEWEST: "Newest", PaperOrder.CITED: "Most cited", PaperOrder.TITLE: "Title"}
_FROM = ("This topic", "The whole library")


def papers(atlas: Atlas, node: TaxonomyNode) -> None:
    """The papers at a topic and below it, in an order of the reader's."""
    order = PaperOrder(address.read("sort")) if address.read("sort") in set(PaperOrder) else PaperOrder.NEWEST
    st.segmented_control(
        "Order",
        list(_ORDERS),
        format_func=lambda each: _ORDERS[each],
        key=address.follow("sort", order),
        on_change=address.on_change("sort", PaperOrder.NEWEST),
        label_visibility="collapsed",
        required=True,
    )
    every = atlas.library.node_counts[node.key]
    if not every:
        st.info("No paper stands here, nor below.")
        return
    shown, cited_by = topics.papers(atlas, node, order, _PAGE)
    fewer = f"The first {_PAGE} of {every:,} in this order; search or export for the rest. " if every > _PAGE else ""
    st.caption(f"{fewer}Select a row to open the paper.")
    answers.paper_table(shown, f"papers-{node.key}-{order}", cited=cited_by)


def timeline(atlas: Atlas, node: TaxonomyNode) -> None:
    """How a topic grew, by what is below it where there is something."""
    below = topics.growth_below(atlas, node)
    dark = st.context.theme.type == "dark"
    if below and below.years:
        chart = flow_chart.growth_bars(below, dark=dark, share=False)
        st.echarts_chart(chart.spec, height=320, key=f"below-{node.key}", alt=chart.alt)
        st.caption("A paper that stands at several topics counts at each.")
    elif years := topics.facts(atlas, node).years:
        chart = taxonomy_charts.years_bars(years, dark=dark)
        st.echarts_chart(chart.spec, height=320, key=f"alone-{node.key}", alt=chart.alt)
    if undated := topics.facts(atlas, node).without_year:
        st.caption(f"{counted(undated, 'paper')} without a year cannot be shown.")
    links.to_timeline(node, "Shares, and which of its topics builds on which")


def cited(atlas: Atlas, node: TaxonomyNode) -> None:
    """The papers here that are cited most, by papers here or by all."""
    by = address.read("by", _FROM[0])
    by = by if by in _FROM else _FROM[0]
    st.segmented_control(
        "Cited by papers of",
        _FROM,
        key=address.follow("by", by),
        on_change=address.on_change("by", _FROM[0]),
        required=True,
    )
    facts = topics.facts(atlas, node)
    found = facts.cited_within if by == _FROM[0] else facts.cited_everywhere
    if not found:
        st.info(
            "No paper here is cited by another one, as far as this library knows. `litatlas fetch` asks for citations."
        )
        return
    shown = {paper.key: paper for paper in atlas.library.papers(each.paper for each in found)}
    st.caption(f"{counted(len(shown), 'paper')}, most cited first. Select a row to open the paper.")
    answers.paper_table(
        list(shown.values()),
        f"cited-{by}-{node.key}",
        further={
            "from this topic": [each.here for each in found if each.paper in shown],
            "from all papers": [each.everywhere for each in found if each.paper in shown],
        },
    )


def people(atlas: Atlas, node: TaxonomyNode) -> None:
    """Who writes here, and where it is published; a row leads to those papers."""
    facts = topics.facts(atlas, node)
    who, where = st.columns(2, gap="large")
    with who:
        st.markdown("**Authors**")
        if facts.authors:
            _ranking("Author", facts.authors, facts.author_count, node, "author")
        else:
            st.info("No author of a paper here is known yet; `litatlas fetch` asks for them.")
    with where:
        st.markdown("**Venues**")
        if facts.venues:
            _ranking("Venue", facts.venues, facts.venue_count, node, "venue")
        else:
            st.info("No venue of a paper here is known yet; `litatlas fetch` asks for them.")


def _ranking(heading: str, ranked: Sequence[tuple[str, int]], of: int, node: TaxonomyNode, kind: str) -> None:
    fewer = f"The first {len(ranked)} of {of:,}. " if of > len(ranked) else ""
    st.caption(f"{fewer}Select a row to search for these papers.")
    key = f"{kind}-{node.key}"
    chosen = st.session_state.pop(f"{key}-open", None)

    def open_row() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(ranked):
            st.session_state[f"{key}-open"] = ranked[rows[0]][0]

    st.dataframe(
        pd.DataFrame({heading: [label(name, 80) for name, _ in ranked], "Papers": [count for _, count in ranked]}),
        key=key,
        hide_index=True,
        height=min(38 + 35 * len(ranked), 360),
        on_select=open_row,
        selection_mode="single-row",
    )
    if chosen:
        words = " ".join(chosen.replace('"', " ").split())
        asked = {"venue": chosen} if kind == "venue" else {"q": f'author:"{words}"'}
        links.leave_for(links.SEARCH, under=node.key, **asked)
