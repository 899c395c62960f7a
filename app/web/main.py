"""Entry script of the app: the pages and their addresses, nothing else."""

from __future__ import annotations

import streamlit as st

from litatlas.app.web.components import address, fetch_banner
from litatlas.app.web.components.atlas import warm_up

st.set_page_config(page_title="LitAtlas", page_icon="🧭", layout="wide")
# Links among text: they wrap, begin where the text begins, and look the same on the page they lead to as on others.
st.html(
    """<style>
    [data-testid=stPageLink] p {white-space: normal; text-align: left; font-weight: normal}
    [data-testid=stPageLink-NavLink] {position: relative; left: -0.5rem}
    [data-testid=stPageLink-NavLink]:not(:hover, :focus-visible) {background: none}
    .st-key-fetch-news {padding: 0.1rem 0.75rem; gap: 0.5rem; flex-wrap: nowrap}
    .st-key-fetch-news [data-testid=stMarkdownContainer] p {margin: 0}
    .st-key-fetch-news [data-testid=stMarkdownContainer] {margin: 0}
    .st-key-fetch-close {flex: none; width: auto}
    .st-key-fetch-close button p, [class*=st-key-icon-] button p
        {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}
    .st-key-examples a[data-testid=stPageLink-NavLink] {left: 0; background: rgba(128, 128, 128, 0.15)}
    .st-key-asking > :first-child {min-width: min(100%, 20rem)}
    .st-key-narrow-switch {display: none}
    @media (max-width: 600px) {
        .st-key-narrow-switch {display: flex}
        .st-key-picture-folded {flex: none; max-height: 0; overflow: hidden; visibility: hidden}
    }
    </style>"""
)
warm_up()
chosen = st.navigation(
    [
        st.Page("views/start.py", title="Start", default=True),
        st.Page("views/search.py", title="Search", url_path="search"),
        st.Page("views/taxonomy.py", title="Taxonomy", url_path="taxonomy"),
        st.Page("views/timeline.py", title="Timeline", url_path="timeline"),
        st.Page("views/graph.py", title="Graph", url_path="graph"),
        st.Page("views/map.py", title="Map", url_path="map"),
        st.Page("views/reading.py", title="Reading lists", url_path="reading"),
        st.Page("views/compare.py", title="Compare", url_path="compare"),
        st.Page("views/export.py", title="Export", url_path="export"),
        st.Page("views/add.py", title="Add", url_path="add"),
        st.Page("views/paper.py", title="Paper", url_path="paper", visibility="hidden"),
    ],
    position="top",
)
address.tell_browser(chosen.url_path)
fetch_banner.show()
chosen.run()
