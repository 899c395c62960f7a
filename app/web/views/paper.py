"""Paper: everything known about one paper, each fact with its source, and what stands near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from litatlas.app.citing import CitationDetail
from litatlas.app.details import PaperDetail, Place, likeness_text
from litatlas.app.provenance import (
    address_and_label,
    agreement,
    field_name,
    kinds_shown,
    note_line,
    page_at,
    provenance,
    response_named,
    source_of,
)
from litatlas.app.service import Atlas
from litatlas.app.web.components import address, answers, attribution, citations, collecting, links, placing
from litatlas.app.web.components.atlas import page
from litatlas.app.web.components.texts import counted, label, one_line, plain, way_to, year_and_venue
from litatlas.graph.alike import SimilarPaper
from litatlas.graph.claims import warnings_about
from litatlas.graph.errors import UnknownPaper
from litatlas.graph.models import Claim, LinkKind, Paper
from litatlas.graph.related import CoCited, PlaceMates

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_tab_container import TabContainer

_SAFE_SCHEMES = ("https://", "http://")


def show() -> None:
    """The page."""
    with page(credited=False) as atlas:
        reference = address.read("id")
        detail = _known(atlas, reference)
        if detail is None:
            _picker(atlas, reference)
            return
        address.name_tab(detail.paper.title)
        _heading(atlas, detail)
        main, side = st.columns([2, 1.25], gap="large")
        with main:
            _abstract(detail)
            _conflicts(detail)
        with side:
            _ways_out(atlas, detail)
            _bibtex(atlas, detail)
        belongs = st.container(key="belongs")  # filled last, so that the page does not wait for it
        _neighbours(atlas, detail)
        _facts(atlas, detail)
        attribution.footer(kinds_shown(detail))
        with belongs:
            st.subheader("Where it belongs", anchor=False)
            placing.where_it_belongs(atlas, detail.paper.key)


def _known(atlas: Atlas, reference: str) -> PaperDetail | None:
    try:
        return atlas.paper(reference) if reference else None
    except UnknownPaper:  # told by the picker, with papers that may be meant
        return None


def _picker(atlas: Atlas, reference: str) -> None:
    address.name_tab("Open a paper")
    st.title("Open a paper", anchor=False)
    wanted = st.text_input("Title, arXiv id, DOI or address", placeholder="2306.00978") or reference
    if not wanted.strip():
        return
    try:
        key = atlas.library.paper(wanted).key
    except UnknownPaper:
        answers.unknown_paper(wanted, atlas.suggest(wanted), links.PAPER, "id")
        return
    links.leave_for(links.PAPER, id=key)


def _heading(atlas: Atlas, detail: PaperDetail) -> None:
    for place in detail.places:
        survey = atlas.survey_of(place.node)
        with st.container(horizontal=True):
            if survey:
                links.to_survey(survey, f":small[{one_line(label(survey.title, 50))}]")
            for node in (*place.broader, place.node):
                links.to_node(node, f":small[{'› ' if survey or node.depth > 1 else ''}{one_line(node.name)}]")
    st.title(one_line(detail.paper.title), anchor=False)
    authors = f" · {one_line(', '.join(detail.paper.authors))}" if detail.paper.authors else ""
    cited = f" · cited by {counted(detail.cited, 'paper')} here" if detail.cited else ""
    st.caption(f"{year_and_venue(detail.paper)}{authors}{cited}")
    _badges(detail)
    for warning in warnings_about(detail.paper):
        st.error(one_line(warning), icon=":material/warning:")


def _badges(detail: PaperDetail) -> None:
    """What else a reader weighs a paper by: retracted, withdrawn, which version, how often it is cited at all."""
    paper, badges = detail.paper, [answers.flags(detail.paper).strip()]
    if paper.version is not None:
        badges.append(f":gray-badge[version {paper.version}]")
    if paper.citation_count is not None and (source := source_of("citation_count", detail)):
        times = counted(paper.citation_count, "time")
        badges.append(f":gray-badge[cited {times} ({one_line(label(source.title, 60))})]")
    if any(badges):
        st.markdown(" ".join(filter(None, badges)))


def _abstract(detail: PaperDetail) -> None:
    if detail.paper.abstract:
        st.markdown(plain(detail.paper.abstract))
        if source := source_of("abstract", detail):
            st.caption(f"Abstract from {one_line(source.title)}")
    else:
        st.caption(
            "No abstract is known here yet: `litatlas fetch` asks arXiv, Semantic Scholar and OpenAlex for it,"
            " `litatlas ingest metadata FILE` reads abstracts from a file."
        )
    if detail.paper.note:
        st.markdown(f":material/edit_note: {one_line(detail.paper.note)}")
        st.caption(one_line(note_line(detail.paper, detail)))


def _conflicts(detail: PaperDetail) -> None:
    for conflict in detail.conflicts:
        others = "; ".join(
            f"“{label(claim.value, 120)}” ({label(provenance(claim, detail), 160)})" for claim in conflict.others
        )
        shown = f"“{label(conflict.shown.value, 120)}” ({label(provenance(conflict.shown, detail), 160)})"
        st.warning(
            f"Sources disagree on the {conflict.field}. Shown is {one_line(shown)}, also stated: {one_line(others)}"
        )


def _neighbours(atlas: Atlas, detail: PaperDetail) -> None:
    related, key = detail.related, detail.paper.key
    names = {
        "alike": f"Most alike ({len(related.similar)})",
        "cites": f"Cites ({len(detail.references):,})",
        "cited": f"Cited by ({len(detail.cited_by):,})",
        "after": "What came after",
        "together": f"Cited together ({len(related.co_cited)})",
        "topic": "Same topic",
    }
    draw = {
        "alike": lambda: _similar(related.similar, key),
        "cites": lambda: _cites(detail),
        "cited": lambda: _cited_by(detail),
        "after": lambda: _came_after(atlas, detail),
        "together": lambda: _together(related.co_cited, key),
        "topic": lambda: _same_topic(atlas, related.place_mates, key),
    }
    for name, tab in zip(names, _tabs(names), strict=True):
        if tab.open:  # six tables at once are slow to draw
            with tab:
                draw[name]()


def _cites(detail: PaperDetail) -> None:
    _citations(detail.references, detail, f"cites-{detail.paper.key}", "No reference to a paper here is known.")
    citations.in_words(detail.references, detail, "What it cites them for")


def _cited_by(detail: PaperDetail) -> None:
    _citations(detail.cited_by, detail, f"cited-by-{detail.paper.key}", "No paper here is known to cite it.")
    citations.in_words(detail.cited_by, detail, "What they cite it for")


def _together(co_cited: Sequence[CoCited], key: str) -> None:
    further = {"cite both": [other.together for other in co_cited]}
    empty = "No paper of this library cites it together with another."
    _table([other.paper for other in co_cited], f"co-cited-{key}", empty, further)


def _same_topic(atlas: Atlas, place_mates: Sequence[PlaceMates], key: str) -> None:
    if not place_mates:
        st.caption("No survey here places it; “Where it belongs” proposes topics.")
    for mates in place_mates:
        links.to_node(mates.node, f"**{one_line(way_to(mates.node, atlas.survey_of(mates.node)))}**")
        _table(mates.papers, f"place-{key}-{mates.node.key}", "It is alone there.")


def _tabs(names: Mapping[str, str]) -> Sequence[TabContainer]:
    """Tabs of which the address says which is open."""
    named = {label: name for name, label in names.items()}
    opened = names.get(address.read("tab"), next(iter(named)))
    return st.tabs(
        list(named),
        key=address.follow("tab", opened),
        on_change=address.on_change("tab", next(iter(names)), lambda label: named.get(label, "")),
    )


def _came_after(atlas: Atlas, detail: PaperDetail) -> None:
    """The papers that build on it, newest first, with how closely they go with it."""
    found = atlas.came_after(detail.paper.key)
    if not found:
        st.caption("No paper of this library is known to cite it, so nothing here is known to build on it.")
        return
    of = f" of {detail.cited:,}" if len(found) < detail.cited else ""
    st.caption(
        f"{counted(len(found), 'paper')}{of} that cite it, newest first; within a year, those first that others most"
        " often cite together with it."
    )
    further = {"cite both": [each.together for each in found], "cited here": [each.cited for each in found]}
    answers.paper_table([each.paper for each in found], f"after-{detail.paper.key}", further=further)


def _similar(similar: Sequence[SimilarPaper], key: str) -> None:
    """A table of the papers that are most alike, with what by; and the sentences that match best."""
    further: dict[str, Sequence[float | str]] = {
        "similarity": [near.similarity for near in similar],
        "alike in": [label(likeness_text(near), 160) for near in similar],
    }
    _table([near.paper for near in similar], f"similar-{key}", "No vector yet: run `litatlas build`.", further)
    pairs = [(near.paper, near.sentences) for near in similar if near.sentences]
    if pairs:
        with st.expander("The sentences that match best"):
            for paper, pair in pairs:
                st.markdown(f"**{one_line(paper.title)}**")
                st.caption(f"here: {one_line(pair.seed)}")
                st.caption(f"there: {one_line(pair.candidate)}")


def _citations(edges: Sequence[CitationDetail], detail: PaperDetail, key: str, empty: str) -> None:
    """A table of the papers at the other ends: what they are cited for where a source says it, and who says so."""
    reasons = [", ".join((*(["influential"] if edge.influential else []), *edge.intents)) for edge in edges]
    stated = ["; ".join(provenance(said, detail) for said in edge.statements) for edge in edges]
    further = {"cited for": [label(reason, 60) for reason in reasons]} if any(reasons) else {}
    _table([edge.paper for edge in edges], key, empty, {**further, "stated by": [label(text, 200) for text in stated]})


def _table(
    papers: Sequence[Paper], key: str, empty: str, further: Mapping[str, Sequence[float | str]] | None = None
) -> None:
    if papers:
        answers.paper_table(papers, key, further=further)
    else:
        st.caption(empty)


def _facts(atlas: Atlas, detail: PaperDetail) -> None:
    st.subheader("Every fact and its source", anchor=False)
    rows = [_claim_row(claim, detail) for claim in detail.claims]
    rows += [_place_row(atlas, place, detail) for place in detail.places]
    st.dataframe(
        pd.DataFrame(_without_empty(rows)),
        hide_index=True,
        key=f"facts-{detail.paper.key}",
        column_config={
            "Field": st.column_config.TextColumn(width=140),
            "Value": st.column_config.TextColumn(width=330),
            "Source": st.column_config.TextColumn(width=250),
            "Where": st.column_config.TextColumn(width=120 if all(claim.line for claim in detail.claims) else 210),
            "Page": st.column_config.LinkColumn(display_text="open", width="small"),
        },
    )


def _without_empty(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The rows without columns that say nothing, as most are where no service was asked."""
    names = [name for name in rows[0] if any(row[name] for row in rows)] if rows else []
    return [{name: row[name] for name in names} for row in rows]


def _claim_row(claim: Claim, detail: PaperDetail) -> dict[str, str]:
    source = detail.sources[claim.source]
    answered = response_named(claim, detail.retrievals)
    value, words = address_and_label(claim)
    return {
        "Field": label(field_name(claim.field), 60),
        "Value": label(value, 300),
        "Source": label(source.title, 60),
        "Where": f"line {claim.line:,}" if claim.line else f"response {answered}" if answered else "",
        "Conflict": agreement(claim, detail).value,
        "Label": label(words, 80),
        "Page": page_at(source.kind, detail.paper) or "",
        "Origin": label(claim.origin or "", 80),
        "Licence": label(source.licence or "", 90),
    }


def _place_row(atlas: Atlas, place: Place, detail: PaperDetail) -> dict[str, str]:
    source, line = detail.sources[place.placement.source], place.placement.line
    return {
        "Field": "placed at",
        "Value": way_to(place.node, atlas.survey_of(place.node)),
        "Source": label(source.title, 60),
        "Where": f"line {line:,}" if line else "",
        "Conflict": "",
        "Label": "",
        "Page": "",
        "Origin": "",
        "Licence": label(source.licence or "", 90),
    }


def _ways_out(atlas: Atlas, detail: PaperDetail) -> None:
    """To the paper itself, and to what stands around it here."""
    with st.container(horizontal=True):
        for paper_id in detail.paper.ids:
            st.link_button(one_line(str(paper_id)), paper_id.url)
        for link in detail.paper.links:
            if link.url.startswith(_SAFE_SCHEMES) and not (
                link.kind is LinkKind.PAPER and _is_landing_page(detail, link.url)
            ):
                st.link_button(one_line(link.label), link.url)
    with st.container(horizontal=True):
        collecting.collect_button(atlas, [detail.paper], "paper")
        links.to_graph(detail.paper)
        links.to_path(detail.paper)
        links.to_map("Show on the map", paper=detail.paper.key)
        links.to_export("Export its neighbourhood", scope="around", paper=detail.paper.key)


def _bibtex(atlas: Atlas, detail: PaperDetail) -> None:
    st.markdown("**BibTeX**")
    st.code(atlas.bibtex(detail.paper.key), language="bibtex", wrap_lines=True)


def _is_landing_page(detail: PaperDetail, url: str) -> bool:
    return any(paper_id.url == url for paper_id in detail.paper.ids)


show()
