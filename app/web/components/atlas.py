"""The library behind the pages: opened once for all visitors, followed when it changes, its errors shown as text."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from litatlas.app import topics
from litatlas.app.reading_ahead import read_ahead
from litatlas.app.service import Atlas
from litatlas.app.settings import load_settings
from litatlas.graph.errors import LibraryMissing, LitAtlasError
from litatlas.graph.library import Library

from . import attribution
from .texts import explained

_NEWER = 5.0  # seconds between two looks for a newer generation, which has other papers to read


def make_atlas() -> Atlas:
    """The library that the settings name."""
    return Atlas(load_settings())


@st.cache_resource(show_spinner=False)
def open_atlas() -> Atlas:
    """The same for all visitors; opened by the first.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryTooNew, LibraryTooOld: it cannot be opened.
    """
    return make_atlas()


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Load the model behind the first page, count what pages count, and read ahead, so that no visitor waits for it."""

    def load() -> None:
        while True:
            try:
                atlas = open_atlas()
                library = atlas.library
                _prepare(atlas)
                while atlas.library is library:
                    time.sleep(_NEWER)
            except LitAtlasError:  # told to whoever asks a question; a library may be made or mended yet
                time.sleep(_NEWER)
            except RuntimeError:  # libraries that are half loaded complain when the server is ended
                if threading.main_thread().is_alive():
                    raise
                return

    threading.Thread(target=load, name="load the model", daemon=True).start()


def _prepare(atlas: Atlas) -> None:
    atlas.field()
    atlas.most_cited(1)
    atlas.encoder.encode(["the first text makes the model load"])
    topics.network_of(atlas)
    read_ahead(atlas, _asked.last, atlas.settings.read_ahead)


class _Asked:
    """When somebody last asked for a page."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def now(self) -> None:
        self._at = time.monotonic()

    def last(self) -> float:
        return self._at


_asked = _Asked()


def library_if_any() -> Library | None:
    """The library as it is now; None where there is none yet. One that cannot be opened ends the page with advice."""
    try:
        atlas = open_atlas()
        atlas.refresh()
    except LibraryMissing:
        return None
    except LitAtlasError as error:
        show_error(error)
        st.stop()
    return atlas.library


@contextmanager
def page(*, credited: bool = True) -> Iterator[Atlas]:
    """The library for one run of a page; an error meant for people ends the page with its message and advice.

    Args:
        credited: whether the foot of the page names the services that the library has data of; a page that shows
            less than that says it itself.
    """
    _asked.now()
    try:
        atlas = open_atlas()
        atlas.refresh()
        yield atlas
        _asked.now()
        if credited:
            attribution.footer(source.kind for source in atlas.overview().sources)
    except LitAtlasError as error:
        show_error(error)
        st.stop()


def explain_gaps(atlas: Atlas) -> None:
    """What the library lacks and which command brings it."""
    for note in atlas.overview().notes:
        st.info(note)


def show_error(error: LitAtlasError) -> None:
    """What happened, and what to do next; where there is no library yet, the page that makes one."""
    if isinstance(error, LibraryMissing):
        st.info(explained(error.message, error.advice))
        st.page_link("views/add.py", label="Make one: add a survey or a file of yours", icon=":material/add:")
        return
    st.error(explained(error.message, error.advice))
    st.page_link("views/search.py", label="Back to search", icon=":material/search:")
