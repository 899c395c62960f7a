"""Where a library comes from: its surveys and sources in words, leading to their addresses."""

from __future__ import annotations

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.graph.models import Source, SourceKind
from litatlas.ingest.edge_bundle import SOURCE_KEY as BUNDLED_EDGES

from . import links
from .texts import one_line, plain

_SOURCES = {
    SourceKind.PAPER_LIST: "Papers and topics",
    SourceKind.METADATA_FILE: "Abstracts and other metadata",
    SourceKind.EDGE_FILE: "Citations",
    SourceKind.SURVEY_TEXT: "Sections and references",
    SourceKind.BIBLIOGRAPHY: "References",
    SourceKind.ONTOLOGY: "Topics",
    SourceKind.ARXIV: "Abstracts and authors",
    SourceKind.SEMANTIC_SCHOLAR: "Citations, ids and counts",
    SourceKind.OPENALEX: "A second opinion",
    SourceKind.READER: "Corrections and notes of a reader",
    SourceKind.NOTES: "Notes on papers, a sentence each",
}


def surveys_and_sources(atlas: Atlas) -> None:
    """Every survey with its ids, every source with what it gave."""
    overview = atlas.overview()
    if overview.sources:
        st.subheader("Where it comes from", anchor=False)
    for survey in overview.surveys:
        ids = " ".join(links.outside(str(paper_id), paper_id.url) for paper_id in survey.ids)
        st.markdown(f"**{one_line(survey.title)}** {ids}")
    for source in overview.sources:
        st.caption(came_from(source))


def came_from(source: Source) -> str:
    """What a source gave, leading to it where it has an address, in Markdown."""
    title = one_line(source.title)
    if source.location.startswith(("https://", "http://")):
        title = links.outside(source.title, source.location)
    elif source.kind is SourceKind.EDGE_FILE:
        title = f"reference edges from {'public files' if source.key == BUNDLED_EDGES else 'the file'} ({title})"
    revision = f", revision {plain(source.revision)}" if source.revision else ""
    date = f" of {plain(source.date)}" if source.date else ""
    licence = f" · {one_line(source.licence)}" if source.licence else ""
    return f"{_SOURCES[source.kind]}: {title}{revision}{date}{licence}"


def came_in(source: Source) -> str:
    """What a source gave, and on which day it came in, in Markdown."""
    return f"{plain((source.ingested or '')[:10])} · {_SOURCES[source.kind]}: {one_line(source.title)}"
