"""Reading lists: what was collected, in reading order, with notes; and what to read next."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.reading import read_list, store_of
from litatlas.app.service import Atlas
from litatlas.app.web.components import address, collecting, links, reading_cards, reading_tools
from litatlas.app.web.components.atlas import page
from litatlas.app.web.components.texts import counted, label, one_line, quoted
from litatlas.graph.errors import UnknownList
from litatlas.graph.reading_list import ListedPaper, ListSummary, ReadingStatus, papers_of
from litatlas.graph.reading_order import ReadingOrder

_ORDERS = {
    ReadingOrder.MINE: "My order",
    ReadingOrder.OLDEST: "Oldest first",
    ReadingOrder.FOUNDATIONS: "Foundations first",
}
_A_PAGE = 20
_MOST_PAGES = 1000


def show() -> None:
    """The page."""
    address.name_tab("Reading lists")
    st.title("Reading lists", anchor=False)
    with page() as atlas:
        reading_tools.tell(atlas)
        lists = store_of(atlas).lists()
        wanted = address.read("list")
        if not lists:
            _no_lists_yet(atlas, wanted)
            return
        names = [each.name for each in lists]
        name = next((each for each in names if each.casefold() == " ".join(wanted.split()).casefold()), None)
        if wanted and name is None:
            _unknown(wanted, lists)
            return
        _list(atlas, name or names[0], lists)


def _no_lists_yet(atlas: Atlas, wanted: str) -> None:
    if wanted:
        st.warning(f"No reading list here is called {quoted(wanted)}.")
    st.markdown(
        "A reading list holds papers in the order in which you read them, with your notes. It is kept with this library"
        " and leaves as BibTeX for Zotero or LaTeX, or as Markdown with your notes."
    )
    with st.container(border=True):
        reading_tools.begin(atlas, first=True)
    if not atlas.overview().counts.papers:
        st.info("This library holds no papers yet; there is nothing to collect before some are added.")
        st.page_link(links.START, label="See how to begin", icon=":material/home:")
        return
    st.markdown("Or search, and press **Save** below a paper; or begin with what is cited most here:")
    st.page_link(links.SEARCH, label="Search", icon=":material/search:")
    for paper, cited in atlas.most_cited(5):
        with st.container(border=True, gap="xsmall", key=f"starter-{paper.key}"):
            links.to_paper(paper)
            st.caption(f"{paper.year or 'year unknown'} · cited by {cited:,} here")
            collecting.collect_button(atlas, [paper], f"start-{paper.key}")


def _unknown(wanted: str, lists: Sequence[ListSummary]) -> None:
    st.warning(f"No reading list here is called {quoted(wanted)}. It may have been renamed, merged or deleted.")
    st.markdown("There are:")
    for each in lists:
        links.to_list(each.name, f"{one_line(each.name)} :gray[{counted(each.papers, 'paper')}]")


def _list(atlas: Atlas, name: str, lists: Sequence[ListSummary]) -> None:
    address.name_tab(name)
    summaries = {each.name: each for each in lists}
    order = _order()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="reading-bar"):
        st.selectbox(
            "List",
            list(summaries),
            key=address.follow("list", name),
            format_func=lambda each: f"{label(each, 60)} ({summaries[each].papers:,})",
            on_change=lambda: address.write_all({"list": st.session_state["list-widget"], "page": None}),
        )
        reading_tools.fill(atlas, name)
        reading_tools.manage(atlas, name, [each for each in summaries if each != name])
    try:
        _, listed = read_list(atlas, name, order)
    except UnknownList:  # another visitor has just deleted or renamed it
        _unknown(name, lists)
        return
    if not listed:
        st.info("This list is empty. Search and press **Save** below a paper, or add papers by their ids above.")
        st.page_link(links.SEARCH, label="Search", icon=":material/search:")
        return
    main, side = st.columns([3, 1.25], gap="large")
    with main:
        _entries(atlas, name, order, listed)
    with side:
        reading_cards.next_papers(atlas, name, papers_of(listed))


def _order() -> ReadingOrder:
    wanted = address.read("order")
    return ReadingOrder(wanted) if wanted in set(ReadingOrder) else ReadingOrder.MINE


def _entries(atlas: Atlas, name: str, order: ReadingOrder, listed: Sequence[ListedPaper]) -> None:
    read = sum(each.entry.status is ReadingStatus.READ for each in listed)
    st.progress(read / len(listed), text=f"{read:,} of {counted(len(listed), 'paper')} read")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Order",
            list(_ORDERS),
            format_func=lambda each: _ORDERS[each],
            key=address.follow("order", order),
            on_change=address.on_change("order", ReadingOrder.MINE.value, lambda each: ReadingOrder(each).value),
            required=True,
            label_visibility="collapsed",
            help="Foundations first: what others of the list build on comes before them, as far as citations tell.",
        )
        if order is not ReadingOrder.MINE:
            keys = [each.entry.paper for each in listed]
            st.button("Make this my order", key="reading-keep", on_click=lambda: _keep(atlas, name, keys))
        reading_tools.take_away(atlas, name, order, len(listed))
    pages = -(-len(listed) // _A_PAGE)
    number = address.read_number("page", 1, 1, min(pages, _MOST_PAGES))
    first = (number - 1) * _A_PAGE
    for place, each in enumerate(listed[first : first + _A_PAGE], start=first + 1):
        movable = order is ReadingOrder.MINE
        reading_cards.entry_card(atlas, name, each, place, len(listed), movable=movable)
    if pages > 1:
        st.pagination(pages, key=address.follow("page", number), on_change=address.on_change("page", 1))


def _keep(atlas: Atlas, name: str, keys: Sequence[str]) -> None:
    store_of(atlas).arrange(name, keys)
    address.write("order", "")


show()
