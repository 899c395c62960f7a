"""A box that finds a paper while one types, by any of its words, an id or an address; each found one is a link."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.graph.errors import UnknownPaper
from litatlas.graph.identity import title_key
from litatlas.graph.models import Paper

from .texts import label, one_line, quoted, year_and_venue

_OFFERED = 6
_LEAST = 2  # characters


@st.fragment
def paper_box(atlas: Atlas, caption: str, parameter: str, page: str, *, stays: Mapping[str, str]) -> None:
    """The box; what is chosen becomes a parameter of the page's address.

    An id or a whole title that means one paper alone leads to it at once.

    Args:
        caption: what stands above the box.
        parameter: of the address, whose value will be the paper's key.
        page: where the links lead.
        stays: further parameters of that address.
    """
    key = f"{parameter}-wanted"

    def follow_exact() -> None:
        if (found := _meant(atlas, st.session_state[key])) is not None:
            st.query_params.from_dict({**stays, parameter: found.key})
            st.session_state[key] = ""
            st.session_state[f"{key}-found"] = True

    wanted = st.text_input(
        caption,
        placeholder="Words of a title, an arXiv id, a DOI or an address",
        key=key,
        live=True,
        icon=":material/search:",
        on_change=follow_exact,
    )
    if st.session_state.pop(f"{key}-found", False):
        st.rerun()
    if wanted and len(wanted.strip()) >= _LEAST:
        _offer(atlas.suggest(wanted, _OFFERED), wanted, parameter, page, stays)


def _offer(found: tuple[Paper, ...], wanted: str, parameter: str, page: str, stays: Mapping[str, str]) -> None:
    if not found:
        st.caption(f"No paper here has words of {quoted(wanted)}.")
    for paper in found:
        st.page_link(
            page,
            label=f"{one_line(label(paper.title, 110))} :gray[{year_and_venue(paper)}]",
            query_params={**stays, parameter: paper.key},
        )


def _meant(atlas: Atlas, wanted: str) -> Paper | None:
    """The paper that this names, unless it is the beginning of another's title too, which may be typed still."""
    try:
        paper = atlas.library.paper(wanted) if wanted.strip() else None
    except UnknownPaper:
        return None
    if paper is None:
        return None
    typed = title_key(wanted)
    longer = [other for other in atlas.suggest(wanted) if other.key != paper.key]
    return None if any(title_key(other.title).startswith(typed) for other in longer) else paper
