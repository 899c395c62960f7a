"""What is thin or missing at a topic, each with what it means."""

from __future__ import annotations

import streamlit as st

from litatlas.app import topics
from litatlas.app.service import Atlas
from litatlas.graph.gaps import FEW, LEAST_CITING, NodeGaps
from litatlas.graph.models import TaxonomyNode

from . import answers, links
from .texts import counted, one_line

_SHOWN = 50
_MOST_NODES = 12


def show(atlas: Atlas, node: TaxonomyNode) -> None:
    """All that the library itself can tell; no judgement on the field."""
    found = topics.gaps(atlas, node)
    st.caption("What the library can tell by itself. A survey places what its authors chose, up to when they wrote.")
    if found.papers:
        _lacking(found)
    _missing(atlas, found)
    _topics(found)


def _lacking(found: NodeGaps) -> None:
    counts = {
        "Papers without abstract": found.without_abstract,
        "Without link to code": found.without_code,
        "Without year": found.without_year,
        "Neither citing nor cited here": found.unlinked,
    }
    for column, (name, count) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(name, f"{count:,} of {found.papers:,}")


def _missing(atlas: Atlas, found: NodeGaps) -> None:
    st.markdown("**Cited from here, but placed elsewhere or nowhere**")
    if not found.missing:
        st.caption(f"No paper outside of this topic is cited by {LEAST_CITING} papers of it, as far as is known here.")
        return
    shown = {paper.key: paper for paper in atlas.library.papers(each.paper for each in found.missing[:_SHOWN])}
    fewer = (
        f"{len(shown)} of {len(found.missing):,} papers"
        if len(found.missing) > _SHOWN
        else (counted(len(found.missing), "paper"))
    )
    st.caption(
        f"{fewer} that {LEAST_CITING} papers here or more cite. Where most of a paper's citations come from here, it"
        " may belong here too; where few do, everybody cites it. Select a row to open the paper."
    )
    answers.paper_table(
        list(shown.values()),
        f"missing-{found.node.key}",
        further={
            "from this topic": [each.here for each in found.missing if each.paper in shown],
            "from all papers": [each.everywhere for each in found.missing if each.paper in shown],
        },
    )


def _topics(found: NodeGaps) -> None:
    quiet, thin = st.columns(2, gap="large")
    with quiet:
        st.markdown("**Quiet topics**")
        if found.recent is None:
            st.caption("No paper of this survey has a year.")
        else:
            told = f"without a paper of {found.recent} or later, the last two years in which this survey has papers"
            st.caption(f"{counted(len(found.quiet), 'topic')} {told}.")
        for each in found.quiet[:_MOST_NODES]:
            links.to_node(each.node, f"{one_line(each.node.name)} :gray[newest {each.newest}]")
        _rest(len(found.quiet))
    with thin:
        st.markdown("**Thin topics**")
        st.caption(f"{counted(len(found.thin), 'topic')} with fewer than {FEW} papers.")
        for few in found.thin[:_MOST_NODES]:
            links.to_node(few.node, f"{one_line(few.node.name)} :gray[{counted(few.papers, 'paper')}]")
        _rest(len(found.thin))


def _rest(count: int) -> None:
    if count > _MOST_NODES:
        st.caption(f"and {count - _MOST_NODES:,} more")
