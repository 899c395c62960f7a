"""Jobs on a page: how far each is, looked at every second while one goes on, with what can be done about it."""

from __future__ import annotations

import threading
import time

import streamlit as st

from litatlas.app.jobs import Job, JobKind, JobStore, Phase
from litatlas.graph.errors import LitAtlasError

from . import address, findings, links
from .texts import counted, explained, one_line, quoted, with_commands

_EVERY = 1.0  # seconds
_SHOWN = 6
_HEADS = {
    Phase.QUEUED: (":material/hourglass_empty:", "waits"),
    Phase.RUNNING: (":material/sync:", "is being added"),
    Phase.DONE: (":material/check_circle:", "was added"),
    Phase.LACKING: (":material/cloud_off:", "was added; a service did not answer all"),
    Phase.FAILED: (":material/error:", "could not be added"),
    Phase.CANCELLED: (":material/cancel:", "was stopped"),
    Phase.INTERRUPTED: (":material/power_off:", "was interrupted"),
}
_FETCH_HEADS = {Phase.RUNNING: "goes on", Phase.DONE: "is complete", Phase.FAILED: "ended in an error"}


def show(store: JobStore) -> None:
    """The job that the address names, and the latest others; drawn again by itself while one goes on."""
    going_on = any(job.phase.active for job in store.all())
    st.fragment(_panel, run_every=_EVERY if going_on else None)(store, followed=going_on)


def _panel(store: JobStore, *, followed: bool) -> None:
    jobs = store.all()
    if followed != any(job.phase.active for job in jobs):
        st.rerun()  # what was added shows on the whole page; what was taken up again is followed
    chosen = address.read("job")
    first = [job for job in jobs if job.id == chosen]
    if chosen and not first:
        st.warning(f"There is no job {quoted(chosen)} here any more; the last ones are kept.")
    for job in first:
        _job(store, job, wide=True)
    others = [job for job in jobs if job.id != chosen]
    for job in [each for each in others if each.phase.active]:
        _job(store, job, wide=False)
    ended = [job for job in others if not job.phase.active]
    if ended:
        with st.expander(f"Earlier ({len(ended)})"):
            for job in ended[:_SHOWN]:
                _job(store, job, wide=False)


def _job(store: JobStore, job: Job, *, wide: bool) -> None:
    icon, state = _HEADS[job.phase]
    if job.request.kind is JobKind.FETCH:
        state = _FETCH_HEADS.get(job.phase, state)
    with st.container(border=True):
        st.markdown(f"{icon} **{one_line(job.request.name)}** {state}")
        if job.phase.active:
            _progress(job)
        for line in job.lines:
            st.caption(one_line(line))
        if job.error:
            st.error(explained(job.error, job.advice))
        with st.container(horizontal=True):
            _actions(store, job, wide=wide)
        if wide and not job.phase.active and job.request.kind not in {JobKind.FETCH, JobKind.BUNDLED}:
            report = store.report(job.id)
            if report:
                st.markdown(f"**What was doubtful** :gray[{counted(len(report), 'finding')}]")
                findings.parse_report(report, key=f"report-{job.id}")


def _progress(job: Job) -> None:
    took = time.time() - job.created
    share = min(job.done / job.total, 1.0) if job.total else None
    count = f": {job.done:,} of {job.total:,}" if job.total else ""
    text = f"{one_line(job.stage) or 'Starting'}{count} :gray[· {took:,.0f} s]"
    if share is None:
        st.markdown(text)
    else:
        st.progress(share, text=text)


def _actions(store: JobStore, job: Job, *, wide: bool) -> None:
    if job.phase.active:
        # In a thread, since a process may take seconds to end.
        st.button(
            "Cancel",
            key=f"cancel-{job.id}",
            icon=":material/stop:",
            on_click=lambda: threading.Thread(target=store.cancel, args=(job.id,), daemon=True).start(),
            help="The library stays as it was after its last step",
        )
    left = bool(store.files(job.id)) or job.request.kind in _WITHOUT_FILES
    if job.phase.can_resume and left:
        st.button(
            "Take it up again",
            key=f"resume-{job.id}",
            icon=":material/play_arrow:",
            on_click=lambda: _resume(store, job.id),
        )
    if not wide:
        st.button(
            "Show its report" if not job.phase.active else "Follow it",
            key=f"open-{job.id}",
            type="tertiary",
            on_click=lambda: address.write("job", job.id),
        )
    elif job.phase in {Phase.DONE, Phase.LACKING}:
        survey = job.request.survey if job.request.kind is not JobKind.BUNDLED else job.request.name
        st.page_link(
            links.TAXONOMY,
            label="See its topics" if survey else "See the taxonomy",
            icon=":material/account_tree:",
            query_params={"survey": survey} if survey else {},
        )


_WITHOUT_FILES = frozenset({JobKind.SURVEY, JobKind.BUNDLED, JobKind.FETCH})


def _resume(store: JobStore, job_id: str) -> None:
    try:
        store.resume(job_id)
    except LitAtlasError as error:
        st.toast(with_commands(error.message), icon=":material/error:")
