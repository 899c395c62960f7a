"""What can be done with a whole reading list: begin, rename, merge, delete, fill, and take away as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from litatlas.app.reading import AddedByName, add_by_name, list_markdown, store_of
from litatlas.app.service import Atlas
from litatlas.graph.export import FORMATS
from litatlas.graph.export.formats import file_stem
from litatlas.graph.models import Subgraph
from litatlas.graph.reading_list import MOST_IN_NAME
from litatlas.graph.reading_order import ReadingOrder
from litatlas.graph.selection import OnList

from . import address, links
from .reading_cards import DELETED, SAID, UNDO, attempt
from .selecting import show_expression
from .texts import counted, label, one_line, quoted

_MOST_LINES = 500
_FIRST = ("bibtex", "ris")


def tell(atlas: Atlas) -> None:
    """What became of the last change, and the way back from it."""
    if said := st.session_state.pop(SAID, None):
        st.info(said)
    # The way back stays until the next change: a page may be drawn more than once before somebody can press it.
    if undo := st.session_state.get(UNDO):
        name, papers = undo
        _undo(f"Removed {counted(len(papers), 'paper')} from {quoted(name)}.", lambda: _put_back(atlas, name, papers))
    if deleted := st.session_state.get(DELETED):
        _undo(f"The list {quoted(deleted)} was deleted.", lambda: _restore(atlas, deleted))


def _undo(said: str, act: Callable[[], None]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="reading-undone"):
        st.markdown(said)
        st.button("Undo", key="reading-undo-button", icon=":material/undo:", on_click=act)


def _put_back(atlas: Atlas, name: str, papers: Sequence[str]) -> None:
    attempt(lambda: store_of(atlas).put_back(name, papers))


def _restore(atlas: Atlas, name: str) -> None:
    def act() -> None:
        address.write_all({"list": store_of(atlas).restore(name)})

    attempt(act)


def begin(atlas: Atlas, *, first: bool = False) -> None:
    """A field and a button that begin a list and open it."""

    def create() -> None:
        def act() -> None:
            name = store_of(atlas).create(st.session_state.get("reading-new", ""))
            st.session_state["reading-new"] = ""
            address.write_all({"list": name, "page": None})

        attempt(act)

    st.text_input("Name of a new list", key="reading-new", max_chars=MOST_IN_NAME, placeholder="To read this week")
    st.button(
        "Begin this list",
        key="reading-begin",
        on_click=create,
        type="primary" if first else "secondary",
        icon=":material/playlist_add:",
    )


def fill(atlas: Atlas, name: str) -> None:
    """A field for papers by title, id or address, one on a line."""

    def add() -> None:
        lines = st.session_state.get("reading-fill", "").splitlines()[:_MOST_LINES]

        def act() -> None:
            st.session_state[SAID] = _what_was_added(add_by_name(atlas, name, lines))
            st.session_state["reading-fill"] = ""

        attempt(act)

    with st.popover("Add papers", icon=":material/add:", key="reading-fill-open"):
        st.text_area(
            "Titles, arXiv ids, DOIs or addresses, one on a line",
            key="reading-fill",
            height=120,
            placeholder="2306.00978\nhttps://arxiv.org/abs/2210.17323",
        )
        st.button("Add them", key="reading-fill-add", on_click=add, type="primary", icon=":material/add:")
        st.caption("Papers have to be in this library. To look for some, search and save what you find.")
        st.page_link(links.SEARCH, label="Search", icon=":material/search:")


def _what_was_added(added: AddedByName) -> str:
    known = f"; {added.known:,} were there already" if added.known else ""
    told = f"Added {counted(added.new, 'paper')}{known}."
    if added.unknown:
        shown = ", ".join(quoted(each) for each in added.unknown[:5]) + (" …" if len(added.unknown) > 5 else "")
        told += f" Not in this library: {shown}."
    return told


def manage(atlas: Atlas, name: str, others: Sequence[str]) -> None:
    """Rename, merge into another, delete, and begin a new one."""
    with st.popover("Manage lists", icon=":material/edit:", key="reading-manage"):
        st.text_input("Name of this list", key=address.follow("rename", name), max_chars=MOST_IN_NAME)
        st.button("Rename", key="reading-rename", on_click=lambda: _rename(atlas, name), icon=":material/edit:")
        if others:
            st.selectbox("Put its papers into", others, key="reading-merge-into", format_func=lambda n: label(n, 60))
            st.button("Merge", key="reading-merge", on_click=lambda: _merge(atlas, name), icon=":material/merge:")
        st.button(
            "Delete this list", key="reading-delete", on_click=lambda: _delete(atlas, name), icon=":material/delete:"
        )
        st.divider()
        begin(atlas)


def _rename(atlas: Atlas, name: str) -> None:
    def act() -> None:
        address.write_all({"list": store_of(atlas).rename(name, st.session_state.get("rename-widget", ""))})

    attempt(act)


def _merge(atlas: Atlas, name: str) -> None:
    def act() -> None:
        added = store_of(atlas).merge(name, st.session_state.get("reading-merge-into", ""))
        st.session_state[DELETED] = name
        address.write_all({"list": added.name, "page": None})

    attempt(act)


def _delete(atlas: Atlas, name: str) -> None:
    def act() -> None:
        store_of(atlas).delete(name)
        st.session_state[DELETED] = name
        address.write_all({"list": None, "page": None})

    attempt(act)


def take_away(atlas: Atlas, name: str, order: ReadingOrder, count: int) -> None:
    """Buttons that give the list as a file, made when one is pressed."""
    first = [each for each in _FIRST if each in FORMATS]
    for format_name in first:
        _download(atlas, name, format_name, disabled=not count)
    with st.popover("More formats", icon=":material/download:", key="reading-formats"):
        st.download_button(
            "Markdown, with your notes",
            data=lambda: list_markdown(atlas, name, order),
            file_name=f"{file_stem(name)}.md",
            mime="text/markdown",
            on_click="ignore",
            key="download-markdown-notes",
            width="stretch",
        )
        for format_name in FORMATS:
            if format_name not in first:
                _download(atlas, name, format_name, disabled=not count)
        show_expression(OnList(name))


def _download(atlas: Atlas, name: str, format_name: str, *, disabled: bool) -> None:
    exported = FORMATS[format_name]
    st.download_button(
        exported.title,
        data=lambda: atlas.export(OnList(name), format_name).data,
        file_name=exported.file_name(Subgraph(name)),
        mime=exported.media_type,
        on_click="ignore",
        icon=":material/download:",
        help=one_line(exported.description),
        disabled=disabled,
        key=f"download-{format_name}",
    )
