"""Saving papers to a reading list, from wherever papers are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.graph.errors import LitAtlasError
from litatlas.graph.models import Paper
from litatlas.graph.reading_list import MOST_IN_NAME, ListSummary
from litatlas.graph.reading_store import Added, ReadingStore

from . import links
from .texts import counted, one_line, plain

_MOST_LISTS = 12  # in the popover; the rest is found by typing the name


@st.fragment
def collect_button(atlas: Atlas, papers: Sequence[Paper], key: str, *, label: str | None = None) -> None:
    """A button that opens the reading lists; a click on one puts the papers there and says what happened.

    It runs again by itself, so that what is shown around it, an answer or a picture, is not made again.

    Args:
        key: unique on the page.
        label: of the button, Markdown; else "Save" or how many papers it saves.
    """
    if not papers:
        return
    shown = label or ("Save" if len(papers) == 1 else f"Save {counted(len(papers), 'paper')}")
    # Stays when the popover is closed, which draws this again: it leads to the list.
    result: Added | LitAtlasError | None = st.session_state.get(f"{key}-collected")
    with st.popover(shown, icon=":material/bookmark_add:", key=f"{key}-collect", on_change="rerun") as box:
        if box.open:
            _choices(atlas, papers, key)
    if result is not None:
        _say(result, len(papers))


def _choices(atlas: Atlas, papers: Sequence[Paper], key: str) -> None:
    store = ReadingStore(atlas.library.directory)
    try:
        lists = store.lists()
    except LitAtlasError as error:
        st.warning(plain(f"{error.message} {error.advice}"))
        return
    if lists:
        st.caption("Save to")
    for number, each in enumerate(lists[:_MOST_LISTS]):
        st.button(
            f"{one_line(each.name)} :gray[{each.papers:,}]",
            key=f"{key}-list-{number}",
            on_click=_saver(store, papers, key, each.name),
            width="stretch",
        )
    _new_list(store, papers, key, lists)


def _new_list(store: ReadingStore, papers: Sequence[Paper], key: str, lists: Sequence[ListSummary]) -> None:
    name_key = f"{key}-new-list"

    def save() -> None:
        _saver(store, papers, key, st.session_state.get(name_key, ""))()

    st.text_input(
        "Or to a list of this name" if lists else "Begin a reading list",
        key=name_key,
        max_chars=MOST_IN_NAME,
        placeholder="To read this week",
    )
    st.button("Save", key=f"{key}-save-new", on_click=save, type="primary", icon=":material/bookmark_add:")


def _saver(store: ReadingStore, papers: Sequence[Paper], key: str, name: str) -> Callable[[], None]:
    def save() -> None:
        try:
            st.session_state[f"{key}-collected"] = store.add(name, papers)
        except LitAtlasError as error:
            st.session_state[f"{key}-collected"] = error

    return save


def _say(result: Added | LitAtlasError, asked: int) -> None:
    if isinstance(result, LitAtlasError):
        st.warning(plain(f"{result.message} {result.advice}"))
        return
    links.to_list(result.name, f":green[:material/check:] {what_happened(result, asked)}")


def what_happened(result: Added, asked: int) -> str:
    """What came of saving so many papers, in Markdown."""
    name = one_line(result.name)
    if not result.new:
        return f"{'It is' if asked == 1 else f'All {asked:,} are'} on **{name}** already"
    known = f", {result.known:,} there already" if result.known else ""
    return f"Saved {'' if asked == 1 else f'{result.new:,} '}to **{name}**{known}"
