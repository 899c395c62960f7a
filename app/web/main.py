"""Entry script of the app: the pages and their addresses, nothing else."""

from __future__ import annotations

import streamlit as st

from litatlas.app.web.components.atlas import warm_up

st.set_page_config(page_title="LitAtlas", page_icon="🧭", layout="wide")
st.html("<style>[data-testid=stPageLink] p {white-space: normal; text-align: left}</style>")  # long titles wrap
warm_up()
st.navigation(
    [
        st.Page("views/search.py", title="Search", url_path="search", default=True),
        st.Page("views/taxonomy.py", title="Taxonomy", url_path="taxonomy"),
        st.Page("views/graph.py", title="Graph", url_path="graph"),
        st.Page("views/export.py", title="Export", url_path="export"),
        st.Page("views/paper.py", title="Paper", url_path="paper", visibility="hidden"),
    ],
    position="top",
).run()
