"""What a topic might gain or lose: papers that might stand there too, and papers there that look misplaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.graph.errors import LitAtlasError
from litatlas.graph.library import Library
from litatlas.graph.models import TaxonomyNode
from litatlas.graph.placing import Misplaced, Proposal

from . import links, placing
from .atlas import show_error
from .texts import counted, one_line

PARAMETER = "proposals"
_MOST = 1000  # of a survey; those of one topic are picked from them
_SHOWN = 15
_LIMITS = (
    "Each paper was read as if the survey did not place it yet. These are proposals to look at, not errors found: who"
    " made the list has read the papers. How sure they are holds for papers of the survey's own time."
)


@dataclass(frozen=True, slots=True)
class TopicProposals:
    """What concerns one topic and those below it, each group the likeliest first.

    Attributes:
        astray: papers that stand elsewhere, look misplaced there, and might belong here.
        also: papers that stand rightly elsewhere and might stand here too.
        misplaced: papers here for whose place nothing speaks, and the topic elsewhere that much speaks for.
    """

    astray: tuple[Misplaced, ...]
    also: tuple[Proposal, ...]
    misplaced: tuple[Misplaced, ...]


def of_topic(
    library: Library, node: TaxonomyNode, strays: Sequence[Misplaced], further: Sequence[Proposal]
) -> TopicProposals:
    """Those of a survey's proposals that bring a paper to a topic or below it, or take one away."""

    def is_here(other: TaxonomyNode) -> bool:
        return node.key in {each.key for each in (*library.ancestors(other), other)}

    def is_new(each: Misplaced | Proposal) -> bool:
        return is_here(each.proposed.node) and not any(map(is_here, each.placed))

    return TopicProposals(
        astray=tuple(filter(is_new, strays)),
        also=tuple(filter(is_new, further)),
        misplaced=tuple(each for each in strays if any(map(is_here, each.placed))),
    )


def show(atlas: Atlas, node: TaxonomyNode) -> None:
    """A button; behind it, the proposals that concern this topic."""
    hint = "Reads every paper of the survey as if it were new; that takes some seconds."
    if not placing.is_wanted(PARAMETER, "Which papers might belong here, or not?", hint):
        return
    try:
        with st.spinner("Reading every paper of the survey as if it were new …", show_time=True):
            strays = atlas.misplaced(node.survey, limit=_MOST)
            found = of_topic(atlas.library, node, strays, atlas.cross_listings(node.survey, limit=_MOST))
    except LitAtlasError as error:  # the rest of the page does not depend on it
        show_error(error)
        return
    _show(atlas, found)


def _show(atlas: Atlas, found: TopicProposals) -> None:
    if not (found.astray or found.also or found.misplaced):
        st.markdown("Nothing to propose: the papers here stand well, and no other paper of the survey is missing here.")
        return
    st.caption(_LIMITS)
    _group(atlas, "Might belong here instead", found.astray)
    _group(atlas, "Might stand here too", found.also)
    _group(atlas, "Stand here, but look misplaced", found.misplaced)


def _group(atlas: Atlas, heading: str, found: Sequence[Misplaced] | Sequence[Proposal]) -> None:
    if not found:
        return
    count = counted(len(found), "paper") if len(found) <= _SHOWN else f"the likeliest {_SHOWN} of {len(found):,} papers"
    st.markdown(f"**{heading}** :gray[{count}]")
    for each in found[:_SHOWN]:
        _entry(atlas, each)


def _entry(atlas: Atlas, each: Misplaced | Proposal) -> None:
    with st.container(border=True, gap="xxsmall"):
        links.to_paper(each.paper, bold=True)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{each.proposed.probability:.0%}**", width="content")
            links.to_node(each.proposed.node, _names(each.proposed.node))
        own = f" ({each.own:.0%})" if isinstance(each, Misplaced) else ""
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(f"stands at{own}:", width="content")
            for node in each.placed:
                links.to_node(node, f":small[{_names(node)}]")
        placing.evidence(atlas, each.proposed.evidence)


def _names(node: TaxonomyNode) -> str:
    return one_line(" › ".join(node.path))
