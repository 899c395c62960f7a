"""A selection as its expression: shown to be copied where papers are taken away, and typed on the Export page."""

from __future__ import annotations

import streamlit as st

from litatlas.graph.errors import InvalidSelection, QueryError
from litatlas.graph.expression import MAX_LENGTH, parse_selection, print_selection
from litatlas.graph.network import plain_text
from litatlas.graph.selection import Selection

from . import address, links
from .texts import explained

_EXAMPLES = {
    "everything": "the whole library",
    "survey:llm-inference": "what a survey places",
    'under:"KV-Cache Optimization"': "a topic with all below it",
    'search:"speculative decoding"(limit=30, from=2023)': "the best answers to a question",
    'around:arxiv:2306.00978(hops=2, ties="cites,place")': "a paper's neighbourhood",
    "path:arxiv:2306.00978(to=arxiv:2205.14135)": "the papers on the ways from one to another",
    'list:"To read"': "a reading list",
    "papers:arxiv:2306.00978,arxiv:2210.17323": "these papers",
    "under:Pruning and not (survey:llm-inference or list:Done)": "joined by and, or, not",
}


def show_expression(selection: Selection, *, to_export: bool = False) -> None:
    """The expression with a button that copies it; nothing where it is longer than one may be.

    Args:
        to_export: with a way to the page's field for expressions, to change it there.
    """
    text = print_selection(selection)
    if len(text) > MAX_LENGTH:
        return
    st.caption("The same for `litatlas export --select`, Python and agents:")
    st.code(text, language=None, wrap_lines=True)
    if to_export:
        links.to_export("Change it as an expression", scope="select", select=text)


def expression_box() -> Selection | None:
    """A field for an expression, and what it means; None where it is empty or cannot be read, which is said."""
    text = st.text_input(
        "Expression",
        key=address.follow("select", address.read("select")),
        on_change=address.on_change("select"),
        placeholder='under:"KV-Cache Optimization" and not survey:llm-inference',
        help="Parts are joined with and, or, not and parentheses; a value with blanks stands in double quotes.",
    )
    with st.popover("What one can write", icon=":material/help:"):
        st.table({"Write": [f"`{each}`" for each in _EXAMPLES], "for": list(_EXAMPLES.values())}, border="horizontal")
    if not text or not text.strip():
        st.caption("Write which papers you want, such as `under:Pruning and not search:hardware`.")
        return None
    try:
        return parse_selection(text)
    except InvalidSelection as error:
        st.error(explained(error.message, error.advice))
        if error.at is not None:
            st.code(_pointed_at(text, error.at), language=None)
        return None


def tell_unknown(error: QueryError) -> None:
    """Something that an expression names is not here; with what was meant perhaps, or where to look."""
    meant = error.advice if "litatlas" not in error.advice else ""  # that is for the command line
    st.error(explained(error.message, meant))
    if not meant:
        with st.container(horizontal=True):
            st.page_link(links.SEARCH, label="Search for it", icon=":material/search:")
            st.page_link(links.TAXONOMY, label="See all topics", icon=":material/account_tree:")
            st.page_link(links.READING, label="See the reading lists", icon=":material/bookmarks:")


def _pointed_at(text: str, at: int) -> str:
    """The text around a character, counted from 1, with a mark below it."""
    first = max(0, at - 41)
    before, after = (plain_text(part).replace("\n", " ") for part in (text[first : at - 1], text[at - 1 : at + 19]))
    return f"{before}{after}\n{' ' * len(before)}^"
