"""What the services ask to be said where their data are shown: a line at the foot of a page."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from litatlas.app.provenance import attributions
from litatlas.graph.models import SourceKind

from . import links
from .texts import one_line


def footer(kinds: Iterable[SourceKind]) -> None:
    """The sentences of the services among these kinds of sources; nothing where there are none."""
    sentences = []
    for each in attributions(kinds):
        before, name, after = each.text.partition(each.name)
        link = links.outside(name, each.url) if name else ""
        sentences.append(f"{one_line(before)} {link}{' ' if after[:1] == ' ' else ''}{one_line(after)}".strip())
    if sentences:
        st.divider()
        st.caption(" ".join(sentences))
