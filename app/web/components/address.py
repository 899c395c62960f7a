"""A page's state is its address: widgets are set from it before they are drawn, and write to it when they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from .texts import label


def read(name: str, default: str = "") -> str:
    """A parameter of the address."""
    value = st.query_params.get(name, default)
    return value if isinstance(value, str) else default


def read_number(name: str, default: int, least: int, most: int) -> int:
    """A whole number of the address, brought into its range; the default where it is none."""
    try:
        return min(max(int(read(name, str(default))), least), most)
    except ValueError:
        return default


def write(name: str, value: Any, default: Any = "") -> None:
    """Set a parameter, or leave it out where it says nothing."""
    if value is None or value in ("", default):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = str(value)


def write_all(changes: Mapping[str, Any]) -> None:
    """Set several parameters, or leave out those that say nothing, as one step of the browser's history."""
    kept = {**st.query_params.to_dict(), **changes}
    st.query_params.from_dict({name: str(value) for name, value in kept.items() if value not in (None, "")})


def tell_browser(page: str) -> None:
    """Give the browser the parameters of this run, which a link from a page to itself leaves out of its address.

    The browser makes no entry in its history for an address that it has already. On the way to another page it would
    make one under the page that is left, whose own parameters going back would no longer find.

    Args:
        page: the address of the page that is shown.
    """
    now = (page, st.query_params.to_dict())
    told = st.session_state.get("address-told", now)
    if told[0] == page and told != now:
        st.query_params.from_dict(now[1])
    st.session_state["address-told"] = now


def name_tab(title: str) -> None:
    """Name the browser's tab, and with it the entry of its history and a bookmark."""
    st.set_page_config(page_title=f"{label(title, 80)} · LitAtlas")


def follow(name: str, value: Any) -> str:
    """Give the widget of a parameter its value before it is drawn; returns the widget's key."""
    key = f"{name}-widget"
    st.session_state[key] = value
    return key


def on_change(name: str, default: Any = "", convert: Callable[[Any], Any] = lambda value: value) -> Callable[[], None]:
    """What a widget calls when it changes: its value goes to the address."""

    def store() -> None:
        write(name, convert(st.session_state.get(f"{name}-widget")), default)

    return store
