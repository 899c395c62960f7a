"""Paper: everything known about one paper, each fact with its source, and what stands near it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from litatlas.app.service import Atlas, PaperDetail
from litatlas.app.web.components import address, answers, links
from litatlas.app.web.components.atlas import page
from litatlas.app.web.components.texts import counted, label, one_line, plain, way_to, year_and_venue
from litatlas.graph.errors import UnknownPaper
from litatlas.graph.models import LinkKind, Paper

_SAFE_SCHEMES = ("https://", "http://")


def show() -> None:
    """The page."""
    with page() as atlas:
        reference = address.read("id")
        detail = _known(atlas, reference)
        if detail is None:
            _picker(atlas, reference)
            return
        address.name_tab(detail.paper.title)
        _heading(detail)
        main, side = st.columns([3, 1.25], gap="large")
        with main:
            _abstract(detail)
            _neighbours(detail)
            _facts(detail)
        with side:
            _side(atlas, detail)


def _known(atlas: Atlas, reference: str) -> PaperDetail | None:
    try:
        return atlas.paper(reference) if reference else None
    except UnknownPaper:  # told by the picker, with papers that may be meant
        return None


def _picker(atlas: Atlas, reference: str) -> None:
    st.title("Open a paper", anchor=False)
    wanted = st.text_input("Title, arXiv id, DOI or address", placeholder="2306.00978") or reference
    if not wanted.strip():
        return
    try:
        key = atlas.library.paper(wanted).key
    except UnknownPaper as error:
        answers.unknown_paper(error, atlas.suggest(wanted), links.PAPER, "id")
        return
    links.leave_for(links.PAPER, id=key)


def _heading(detail: PaperDetail) -> None:
    for place in detail.places:
        with st.container(horizontal=True):
            for node in (*place.broader, place.node):
                links.to_node(node, f":small[{'› ' if node.depth > 1 else ''}{one_line(node.name)}]")
    st.title(one_line(detail.paper.title), anchor=False)
    authors = f" · {one_line(', '.join(detail.paper.authors))}" if detail.paper.authors else ""
    cited = f" · cited by {counted(detail.cited, 'paper')} here" if detail.cited else ""
    st.caption(f"{year_and_venue(detail.paper)}{authors}{cited}")


def _abstract(detail: PaperDetail) -> None:
    if detail.paper.abstract:
        st.markdown(plain(detail.paper.abstract))
        source = next(c.source for c in detail.claims if c.field == "abstract" and c.value == detail.paper.abstract)
        st.caption(f"Abstract from {one_line(detail.sources[source].title)}")
    else:
        st.caption("No abstract is known here yet: `litatlas ingest metadata FILE` reads abstracts from a file.")
    for conflict in detail.conflicts:
        others = "; ".join(
            f"“{label(claim.value, 120)}” ({detail.sources[claim.source].title}, line {claim.line})"
            for claim in conflict.others
        )
        st.warning(
            f"Sources disagree on the {conflict.field}. Shown is “{plain(label(conflict.shown.value, 120))}”,"
            f" also stated: {one_line(others)}"
        )


def _neighbours(detail: PaperDetail) -> None:
    related = detail.related
    similar, cites, cited_by, co_cited, place = st.tabs(
        [
            f"Near in meaning ({len(related.similar)})",
            f"Cites ({len(related.references)})",
            f"Cited by ({len(related.cited_by)})",
            f"Cited together ({len(related.co_cited)})",
            "Same topic",
        ]
    )
    key = detail.paper.key
    with similar:
        remark = ("similarity", [near.similarity for near in related.similar])
        _table(
            [near.paper for near in related.similar], f"similar-{key}", "No vector yet: run `litatlas build`.", remark
        )
    with cites:
        _table(related.references, f"cites-{key}", "No reference to a paper of this library is known.")
    with cited_by:
        _table(related.cited_by, f"cited-by-{key}", "No paper of this library is known to cite it.")
    with co_cited:
        remark = ("cite both", [other.together for other in related.co_cited])
        papers = [other.paper for other in related.co_cited]
        _table(papers, f"co-cited-{key}", "No paper of this library cites it together with another.", remark)
    with place:
        for mates in related.place_mates:
            links.to_node(mates.node, f"**{one_line(way_to(mates.node))}**")
            _table(mates.papers, f"place-{key}-{mates.node.key}", "It is alone there.")


def _table(papers: Sequence[Paper], key: str, empty: str, remark: tuple[str, Sequence[float]] | None = None) -> None:
    if papers:
        answers.paper_table(papers, key, remark=remark)
    else:
        st.caption(empty)


def _facts(detail: PaperDetail) -> None:
    st.subheader("Every fact and its source", anchor=False)
    rows = [
        {
            "Field": claim.field,
            "Value": label(claim.value, 300),
            "Source": label(detail.sources[claim.source].title, 60),
            "Line": claim.line,
            "Origin": label(claim.origin or "", 80),
        }
        for claim in detail.claims
    ]
    for place in detail.places:
        source = detail.sources[place.placement.source]
        rows.append(
            {
                "Field": "placed at",
                "Value": way_to(place.node),
                "Source": label(source.title, 60),
                "Line": place.placement.line,
                "Origin": "",
            }
        )
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, column_config={"Value": st.column_config.TextColumn(width="large")}
    )


def _side(atlas: Atlas, detail: PaperDetail) -> None:
    links.to_graph(detail.paper)
    for paper_id in detail.paper.ids:
        st.link_button(one_line(str(paper_id)), paper_id.url)
    for link in detail.paper.links:
        if link.url.startswith(_SAFE_SCHEMES) and not (
            link.kind is LinkKind.PAPER and _is_landing_page(detail, link.url)
        ):
            st.link_button(one_line(link.label), link.url)
    st.markdown("**BibTeX**")
    st.code(atlas.bibtex(detail.paper.key), language="bibtex", wrap_lines=True)
    links.to_export("Export its neighbourhood", scope="around", paper=detail.paper.key)


def _is_landing_page(detail: PaperDetail, url: str) -> bool:
    return any(paper_id.url == url for paper_id in detail.paper.ids)


show()
