"""How what was asked of services stands: done, pending, missing with proof, failed, and why."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from litatlas.app.console_fetch import describe
from litatlas.app.fetch_news import FETCH_COMMAND, open_tasks
from litatlas.app.fetching import read_status
from litatlas.app.service import Atlas
from litatlas.graph.errors import LitAtlasError

from .texts import label, one_line, plain


def overview(atlas: Atlas) -> None:
    """A row per service and purpose, and what is open with its reason."""
    st.subheader("What services were asked for", anchor=False)
    try:
        status = read_status(atlas.settings, atlas.overview())
    except LitAtlasError as error:
        st.warning(plain(f"{error.message}\n\n{error.advice}"))
        return
    if status.trouble:
        st.warning(plain(status.trouble))
        return
    if not status.fetched:
        st.caption(f"Nothing was asked of arXiv, Semantic Scholar or OpenAlex yet; `{FETCH_COMMAND}` does.")
        return
    rows = [
        {
            "Asked for": describe(row.source, row.purpose),
            "Done": row.done,
            "Pending": row.pending,
            "Missing": row.missing,
            "Failed": row.failed,
        }
        for row in status.fetched
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="services")
    st.caption("Missing: proven not to be there. Pending and failed ones are asked for again by the next fetch.")
    for each in open_tasks(status.tasks):
        why = f": {one_line(label(each.reason, 300))}" if each.reason else ""
        st.caption(f"{one_line(each.text)}{why}")
