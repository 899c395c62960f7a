"""Add: a survey, a file or what services know, read before it is added, then added by a job that can be watched."""

from __future__ import annotations

import streamlit as st

from litatlas.app.jobs import JobKind, JobStore, Request
from litatlas.app.settings import load_settings
from litatlas.app.uploads import SURVEYS, Change, Reading, change_by, holder_of, kind_of, name_from
from litatlas.app.web.components import address, findings, job_panel, uploading
from litatlas.app.web.components.atlas import library_if_any
from litatlas.app.web.components.texts import counted, explained, one_line
from litatlas.graph.errors import LitAtlasError
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.ingest.bundle import find_bundles

_WAYS = {
    "file": "A file",
    "survey": "A survey on arXiv",
    "bundled": "A survey that ships",
    "fetch": "What is missing",
}
_KINDS = {
    JobKind.LIST: "a companion list in Markdown",
    JobKind.BIBLIOGRAPHY: "a bibliography (BibTeX, RIS, CSL-JSON, Zotero)",
    JobKind.TAXONOMY: "a taxonomy in RDF (SKOS, OWL)",
    JobKind.NODE_LINK: "a network that LitAtlas exported",
    JobKind.METADATA: "metadata and abstracts in JSON lines",
    JobKind.CITATIONS: "citations, two ids a line",
    JobKind.NOTES: "notes of your own in JSON lines",
}
_ENDINGS = ["md", "markdown", "bib", "ris", "json", "jsonl", "rdf", "ttl", "nt", "xml", "csv", "tsv", "txt", "gz", "xz"]
_SOME = 8  # titles of a change


def show() -> None:
    """The page."""
    address.name_tab("Add")
    st.title("Add to the library", anchor=False)
    library = library_if_any()
    if library is None or not library.counts.papers:
        st.info(
            "This library holds nothing yet. The quickest start is a survey that ships: choose it below and add it."
            " Or read a list, a bibliography or a survey of yours."
        )
    store = JobStore(load_settings())
    job_panel.show(store)
    way = address.read("way", "file" if library is not None and library.counts.papers else "bundled")
    way = way if way in _WAYS else "file"
    st.segmented_control(
        "What do you want to add?",
        list(_WAYS),
        format_func=lambda each: _WAYS[each],
        key=address.follow("way", way),
        on_change=address.on_change("way"),
        required=True,
    )
    {"file": _file, "survey": _survey, "bundled": _bundled, "fetch": _fetch}[way](store, library)


def _file(store: JobStore, library: Library | None) -> None:
    uploads = st.file_uploader(
        "A companion list, a bibliography, a taxonomy, metadata, citations or notes",
        type=_ENDINGS,
        accept_multiple_files=True,
        key="upload",
        help="Several Markdown files are one list, a branch for each. At most 50 MB a file.",
    )
    if not uploads:
        st.caption("It is read here first: you see what was found in it before anything is added.")
        return
    files = {upload.name: upload.getvalue() for upload in uploads}
    name = next(iter(files))
    found = kind_of(files)
    if found is None:
        st.warning(f"Nothing in {one_line(name)} says what it is. Choose how to read it.")
    kind = st.selectbox(
        "Read it as",
        list(_KINDS),
        index=list(_KINDS).index(found) if found else None,
        format_func=lambda each: _KINDS[each],
        placeholder="Choose a kind",
        key=f"kind-{name}",
    )
    if kind is None:
        return
    survey, title = _names(name, library) if kind in SURVEYS else (None, None)
    try:
        reading = uploading.read(files, kind, survey, title)
    except LitAtlasError as error:
        st.error(explained(error.message, error.advice))
        return
    _found(reading)
    for facts in reading.surveys:
        if library is None:
            break
        if holder := holder_of(library, facts):
            st.error(
                f"{one_line(facts.survey.key)} is the name of a survey that was read from {one_line(holder)},"
                " another kind of source. Choose another short name."
            )
            return
        if change := change_by(library, facts):
            _changes(change)
    fetch = _fetch_too()
    shown = name if len(files) == 1 else f"{name} and {counted(len(files) - 1, 'more file')}"
    if st.button("Add it to the library", type="primary", icon=":material/add:"):
        _start(store, Request(kind, shown, survey, title, fetch), files)
    findings.parse_report(reading.report, key="preview")


def _names(name: str, library: Library | None) -> tuple[str, str | None]:
    known = [survey.key for survey in library.surveys()] if library else []
    left, right = st.columns(2)
    survey = left.text_input(
        "Short name of the survey",
        value=name_from(name),
        key=f"survey-{name}",
        max_chars=60,
        help="Lower-case letters, digits and hyphens. The name of a survey that is here replaces that one."
        + (f" Here are: {', '.join(known)}." if known else ""),
    )
    title = right.text_input("Its title, where the file does not say it", key=f"title-{name}", max_chars=300)
    return survey.strip(), title.strip() or None


def _found(reading: Reading) -> None:
    for facts in reading.surveys:
        counts = facts.counts
        software = f", {counts.software:,} software" if counts.software else ""
        st.success(
            f"**{one_line(facts.survey.title)}**: {counted(counts.papers, 'paper')}{software} at"
            f" {counted(counts.nodes, 'topic')}, {counted(counts.placements, 'placement')};"
            f" {counted(counts.arxiv_ids, 'arXiv id')}, {counted(len(facts.findings), 'finding')}",
            icon=":material/fact_check:",
        )
        branches = [f"{one_line(branch)} {rows:,}" for branch, rows in counts.rows_per_branch]
        if branches:
            st.caption("Entries per branch: " + ", ".join(branches))
    if not reading.surveys:
        st.success(f"{reading.records:,} records can be read in it.", icon=":material/fact_check:")


def _changes(change: Change) -> None:
    st.warning(
        f"A survey called **{one_line(change.survey)}** is here already. This would replace it:"
        f" {len(change.added):,} of its papers are new, {change.kept:,} stay, {len(change.gone):,} are no longer in it."
        " Choose another short name to keep both."
    )
    for heading, titles in (("New", change.added), ("No longer in it", change.gone)):
        if titles:
            with st.expander(f"{heading} ({len(titles):,})"):
                for title in titles[:_SOME]:
                    st.markdown(f"- {one_line(title)}")
                if len(titles) > _SOME:
                    st.caption(f"and {len(titles) - _SOME:,} more")


def _survey(store: JobStore, _library: Library | None) -> None:
    with st.form("arxiv", border=False):
        reference = st.text_input(
            "arXiv id or address of the survey",
            value=address.read("id")[:300],
            placeholder="2312.03863",
            max_chars=300,
            key="arxiv-id",
        )
        st.caption("Its metadata, whom it cites, and a taxonomy from its own text. This asks arXiv over the network.")
        fetch = _fetch_too()
        asked = st.form_submit_button("Add the survey", type="primary", icon=":material/add:")
    if not asked:
        return
    paper_id = PaperId.parse(reference.strip())
    if paper_id is None or paper_id.scheme is not IdScheme.ARXIV:
        st.error("That is no arXiv id. Write it as 2312.03863, or as the address of its page.")
        return
    _start(store, Request(JobKind.SURVEY, str(paper_id), fetch=fetch))


def _bundled(store: JobStore, library: Library | None) -> None:
    held = {survey.key: survey.title for survey in library.surveys()} if library else {}
    bundles = list(find_bundles())
    missing = [key for key in bundles if key not in held]
    for key in bundles:
        if key in held:
            st.markdown(f":material/check: {one_line(held[key])} :gray[is here]")
    if not missing:
        st.caption("All surveys that ship are in the library; `litatlas build` brings them up to date.")
        return
    chosen = st.selectbox("Survey", missing, key="bundled-survey")
    fetch = _fetch_too()
    if chosen and st.button("Add this survey", type="primary", icon=":material/add:"):
        _start(store, Request(JobKind.BUNDLED, chosen, fetch=fetch))


def _fetch(store: JobStore, library: Library | None) -> None:
    if library is None or not library.counts.papers:
        st.caption("Add papers first; then their abstracts and citations can be fetched.")
        return
    counts = library.counts
    st.markdown(
        f"{counts.papers - counts.abstracts:,} of {counted(counts.papers, 'paper')} have no abstract yet."
        " arXiv, Semantic Scholar and OpenAlex are asked over the network, politely; no key is needed, every answer is"
        " kept, and a fetch that was stopped goes on where it ended."
    )
    if st.button("Fetch what is missing", type="primary", icon=":material/cloud_download:"):
        _start(store, Request(JobKind.FETCH, "The fetch of abstracts and citations"))


def _fetch_too() -> bool:
    return st.checkbox(
        "Then fetch abstracts and citations over the network", value=load_settings().fetch, key="fetch-too"
    )


def _start(store: JobStore, request: Request, files: dict[str, bytes] | None = None) -> None:
    try:
        job = store.add(request, files)
    except LitAtlasError as error:
        st.error(explained(error.message, error.advice))
        return
    address.write("job", job.id)
    st.rerun()


show()
