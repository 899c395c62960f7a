"""Taking papers away as a file, made when the button is pressed and not before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.graph.export import FORMATS
from litatlas.graph.models import Paper, Subgraph
from litatlas.graph.selection import Chosen

from .selecting import show_expression
from .texts import counted


def take_away(atlas: Atlas, papers: Sequence[Paper], title: str, key: str) -> None:
    """A button that opens the choice of a format, and then the download.

    Args:
        title: of the file.
        key: unique on the page.
    """
    with st.popover(f"Take away {counted(len(papers), 'paper')}", icon=":material/download:"):
        names = list(FORMATS)
        name = st.selectbox(
            "Format",
            names,
            index=names.index("bibtex"),
            format_func=lambda each: FORMATS[each].title,
            key=f"{key}-format",
        )
        chosen = Chosen(tuple(paper.key for paper in papers), title)
        st.caption(FORMATS[name].description)
        st.download_button(
            f"Download {FORMATS[name].title}",
            data=lambda: atlas.export(chosen, name).data,
            file_name=FORMATS[name].file_name(Subgraph(title)),
            mime=FORMATS[name].media_type,
            on_click="ignore",
            key=f"{key}-download",
        )
        show_expression(chosen)
