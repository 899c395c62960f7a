"""What was read in uploaded files, kept for the next run of the page; the few that were read last, for all visitors."""

from __future__ import annotations

import streamlit as st

from litatlas.app.jobs import JobKind
from litatlas.app.uploads import Reading, read_upload


@st.cache_resource(max_entries=6, show_spinner="Reading the file …")
def read(files: dict[str, bytes], kind: JobKind, survey: str | None, title: str | None) -> Reading:
    """See `read_upload`."""
    return read_upload(files, kind, survey=survey, title=title)
