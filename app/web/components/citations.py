"""Citations with what is said of them: what for, how much it matters, in which words and under which headings."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.citing import CitationDetail
from litatlas.app.details import PaperDetail
from litatlas.app.provenance import provenance

from . import links
from .texts import counted, label, one_line

_MOST_CITATIONS = 25
_MOST_CONTEXTS = 5
_LONGEST_CONTEXT = 600  # characters


def in_words(edges: Sequence[CitationDetail], detail: PaperDetail, heading: str) -> None:
    """The citations of which more is known than that they exist, folded away; nothing where there are none."""
    told = [edge for edge in edges if edge.has_words]
    if not told:
        return
    with st.expander(f"{heading} ({len(told):,})"):
        for edge in told[:_MOST_CITATIONS]:
            _citation(edge, detail)
        if len(told) > _MOST_CITATIONS:
            st.caption(f"and {len(told) - _MOST_CITATIONS:,} more; `litatlas show --json` has them all")


def _citation(edge: CitationDetail, detail: PaperDetail) -> None:
    links.to_paper(edge.paper, bold=True)
    sources = [provenance(said, detail) for said in edge.statements]
    badges = [f":blue-badge[{one_line(label(intent, 40))}]" for intent in edge.intents]
    influence = [":orange-badge[influential]"] if edge.influential else []
    said_by = f":small[:gray[{one_line('; '.join(label(source, 120) for source in sources))}]]"
    st.markdown(" ".join((*influence, *badges, said_by)))
    for section in edge.sections[:_MOST_CONTEXTS]:
        st.caption(f"under {one_line(label(section, 200))}")
    for context in edge.contexts[:_MOST_CONTEXTS]:
        st.markdown(f"> {one_line(label(context, _LONGEST_CONTEXT))}")
    more = max(len(edge.contexts) - _MOST_CONTEXTS, 0) + max(len(edge.sections) - _MOST_CONTEXTS, 0)
    if more:
        st.caption(f"and {counted(more, 'further place')}")
