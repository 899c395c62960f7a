"""The line above every page about the fetch behind the app: how far it is, what it brought, what is lacking.

While a fetch runs the line looks at its small state file every few seconds, alone: the page below is drawn again only
when its reader does something, and then takes what has come in.
"""

from __future__ import annotations

import time

import streamlit as st

from litatlas.app.fetch_news import FetchNews, NewsKind, ProgressLine, fetch_news, gain_words
from litatlas.app.fetch_state import read_fetch_state
from litatlas.app.service import Atlas
from litatlas.graph.errors import LitAtlasError
from litatlas.graph.models import Counts

from .atlas import open_atlas
from .texts import one_line

_EVERY = 2.0  # seconds
_SEEN = "fetch-seen"  # generation and counts of what the page shows
_PUT_AWAY = "fetch-put-away"
_ICONS = {
    NewsKind.RUNNING: ":material/sync:",
    NewsKind.WAITING: ":material/hourglass_empty:",
    NewsKind.DONE: ":material/check:",
    NewsKind.LACKING: ":material/cloud_off:",
    NewsKind.FAILED: ":material/error:",
}


def show() -> None:
    """Draw the line, where there is news; take a newer generation and say what it brought."""
    try:
        atlas = open_atlas()
        atlas.refresh()
        _tell_gain(atlas)
    except LitAtlasError:  # told by the page itself
        return
    news = _news(atlas)
    if news is None:
        return
    if news.goes_on:
        st.fragment(_line, run_every=_EVERY)(followed=True)
    else:
        st.fragment(_line)(followed=False)


def _tell_gain(atlas: Atlas) -> None:
    seen: tuple[int, Counts] | None = st.session_state.get(_SEEN)
    counts = atlas.overview().counts
    if seen is not None and seen[0] != atlas.generation and (gained := gain_words(seen[1], counts)):
        st.toast(f"This page has {gained}.", icon=":material/new_releases:")
    st.session_state[_SEEN] = atlas.generation, counts


def _news(atlas: Atlas, *, behind: bool = False) -> FetchNews | None:
    state = read_fetch_state(atlas.settings)
    return fetch_news(state, None if behind else atlas.overview().counts, time.time()) if state else None


def _line(*, followed: bool) -> None:
    """One look at the state file; `followed` while this is done again and again."""
    atlas = open_atlas()
    behind = _is_behind(atlas)
    news = _news(atlas, behind=behind)
    if followed and not behind and (news is None or not news.goes_on):
        st.rerun()  # nothing new to draw; the page without a clock is the same page
    if behind:
        _offer_what_is_new()
    if news is None or st.session_state.get(_PUT_AWAY) == news.key:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="fetch-news"):
        with st.container(width="stretch", gap="xxsmall"):
            _tell(news)
        st.button(
            "Put away",
            icon=":material/close:",
            key="fetch-close",
            type="tertiary",
            help="Put this away until there is other news",
            on_click=lambda: st.session_state.update({_PUT_AWAY: news.key}),
        )


def _is_behind(atlas: Atlas) -> bool:
    seen: tuple[int, Counts] | None = st.session_state.get(_SEEN)
    try:
        return seen is not None and atlas.newest_generation() != seen[0]
    except LitAtlasError:  # being replaced, or gone: the next run of the page tells
        return False


def _offer_what_is_new() -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="fetch-new"):
        st.markdown("New abstracts and citations are here.", width="content")
        if st.button("Show them", key="fetch-take", type="tertiary", icon=":material/refresh:"):
            st.rerun()


def _tell(news: FetchNews) -> None:
    command = f" Try again with `{news.command}`." if news.command else ""
    st.markdown(f"{_ICONS[news.kind]} {one_line(news.headline)}{command}")
    details = [*map(_progress, news.progress), *map(one_line, news.reasons)]
    if details:
        st.caption("  \n".join(details))


def _progress(line: ProgressLine) -> str:
    share = f" ({line.share:.0%})" if line.share else ""
    message = f" · {one_line(line.message)}" if line.message else ""
    return f"{one_line(line.text)}{share}{message}"
