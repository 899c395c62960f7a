"""The papers of a reading list: each with its status, its note, its place, and a way to take it off and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from litatlas.app.reading import next_to_read, store_of, why_next
from litatlas.app.service import Atlas
from litatlas.graph.errors import LitAtlasError
from litatlas.graph.models import Paper
from litatlas.graph.reading_list import ListedPaper, ReadingStatus
from litatlas.graph.reading_store import MOST_IN_NOTE

from . import answers, links
from .texts import label, one_line, plain, year_and_venue

UNDO = "reading-undo"  # the list, and the papers that were taken off it
DELETED = "reading-deleted"  # the name of a list that was just deleted
SAID = "reading-said"  # what became of the last change, Markdown
_STATUS = {ReadingStatus.TO_READ: "To read", ReadingStatus.READING: "Reading", ReadingStatus.READ: "Read"}
_LINE = 28  # pixels
_MOST_LINES = 8


def attempt(act: Callable[[], object]) -> None:
    """Do what a reader asked for, or say above the list why it cannot be done; that settles the change before it."""
    for settled in (UNDO, DELETED):
        st.session_state.pop(settled, None)
    try:
        act()
    except LitAtlasError as error:  # another reader may have renamed or deleted the list meanwhile
        st.session_state[SAID] = plain(f"{error.message} {error.advice}")


def entry_card(atlas: Atlas, name: str, each: ListedPaper, number: int, count: int, *, movable: bool) -> None:
    """One paper of a list.

    Args:
        number: its place, counted from 1, of `count`.
        movable: whether the order shown is the reader's own.
    """
    key = each.entry.paper
    with st.container(border=True, key=f"entry-{number}", gap="xsmall"):
        _paper(each, number)
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            _status(atlas, name, each)
            if movable:
                _mover(atlas, name, each, "Move up", -1, disabled=number == 1)
                _mover(atlas, name, each, "Move down", 1, disabled=number == count)
            with st.container(key=f"icon-remove-{key}", width="content"):
                st.button(
                    f"Remove {label(each.title, 60)}",
                    key=f"remove-{key}",
                    icon=":material/close:",
                    type="tertiary",
                    help="Remove from this list",
                    on_click=_remover(atlas, name, key),
                )
        _note(atlas, name, each)


def _paper(each: ListedPaper, number: int) -> None:
    if each.paper is None:
        st.markdown(f"{number}. **{one_line(each.title)}**")
        ids = " ".join(one_line(each_id) for each_id in each.entry.ids)
        st.caption(f"Not in this library any more; it is kept here with your note. {ids}".strip())
        return
    with st.container(gap=None):
        links.to_paper_named(each.paper, f"{number}. **{one_line(each.paper.title)}**")
        st.caption(f"{year_and_venue(each.paper)}{answers.flags(each.paper)}")


def _status(atlas: Atlas, name: str, each: ListedPaper) -> None:
    key = f"status-{name}-{each.entry.paper}"
    st.session_state[key] = each.entry.status

    def store() -> None:
        if chosen := st.session_state.get(key):
            attempt(lambda: store_of(atlas).mark(name, each.entry.paper, ReadingStatus(chosen)))

    st.segmented_control(
        "Status",
        list(_STATUS),
        format_func=lambda status: _STATUS[status],
        key=key,
        on_change=store,
        required=True,
        label_visibility="collapsed",
    )


def _mover(atlas: Atlas, name: str, each: ListedPaper, what: str, by: int, *, disabled: bool) -> None:
    with st.container(key=f"icon-move-{by}-{each.entry.paper}", width="content"):
        st.button(
            f"{what}: {label(each.title, 60)}",
            key=f"move-{by}-{each.entry.paper}",
            icon=":material/arrow_upward:" if by < 0 else ":material/arrow_downward:",
            type="tertiary",
            help=what,
            disabled=disabled,
            on_click=lambda: attempt(lambda: store_of(atlas).move(name, each.entry.paper, by)),
        )


def _remover(atlas: Atlas, name: str, key: str) -> Callable[[], None]:
    def remove() -> None:
        def act() -> None:
            store_of(atlas).remove(name, [key])
            st.session_state[UNDO] = (name, (key,))

        attempt(act)

    return remove


def _note(atlas: Atlas, name: str, each: ListedPaper) -> None:
    """The note, edited in place; it is kept as soon as the field is left."""
    key, seen = f"note-{name}-{each.entry.paper}", each.entry.note
    st.session_state[key] = seen

    def store() -> None:
        written = st.session_state.get(key) or ""
        attempt(lambda: store_of(atlas).annotate(name, each.entry.paper, written, seen))

    lines = min(max(seen.count("\n") + 1 + len(seen) // 110, 1), _MOST_LINES)
    st.text_area(
        f"Note on {label(each.title, 60)}",
        key=key,
        height=40 + _LINE * lines,
        max_chars=MOST_IN_NOTE,
        placeholder="Your note",
        label_visibility="collapsed",
        on_change=store,
    )


def next_papers(atlas: Atlas, name: str, papers: Sequence[Paper]) -> None:
    """What the papers of a list lead to, each with the reasons and a button that adds it."""
    suggestions = next_to_read(atlas, papers)
    if not suggestions:
        return
    st.markdown(
        "**What to read next**",
        help="Papers that most of this list cites, that cite most of it, or that are nearest to all of it in meaning.",
    )
    for each in suggestions:
        with st.container(gap=None, key=f"next-{each.paper.key}"):
            links.to_paper(each.paper)
            st.caption(f"{each.paper.year or 'year unknown'} · {why_next(each, len(papers))}")
            st.button(
                "Add to this list",
                key=f"add-next-{each.paper.key}",
                icon=":material/add:",
                type="tertiary",
                on_click=_adder(atlas, name, each.paper),
            )


def _adder(atlas: Atlas, name: str, paper: Paper) -> Callable[[], None]:
    def add() -> None:
        attempt(lambda: store_of(atlas).add(name, [paper]))

    return add
