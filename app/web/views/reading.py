"""Reading lists: what was collected, in reading order."""

from __future__ import annotations

import streamlit as st

from litatlas.app.web.components import address, answers
from litatlas.app.web.components.atlas import page
from litatlas.app.web.components.texts import one_line
from litatlas.graph.reading_list import find_papers, papers_of
from litatlas.graph.reading_store import ReadingStore


def show() -> None:
    """The page."""
    address.name_tab("Reading lists")
    with page() as atlas:
        store = ReadingStore(atlas.library.directory)
        names = [each.name for each in store.lists()]
        name = address.read("list") or next(iter(names), "")
        st.title(one_line(name) or "Reading lists", anchor=False)
        if name:
            listed = find_papers(atlas.library, store.read(name).entries)
            answers.paper_table(papers_of(listed), f"reading-{name}")


show()
