"""What waits for a reader: what is lacking with its command, sources that disagree, papers that may be one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.fetching import read_status
from litatlas.app.service import Atlas
from litatlas.app.starting import doubts_of
from litatlas.graph.attention import Doubts, PaperInConflict
from litatlas.graph.review import DoubtfulPair

from . import links
from .texts import counted, label, one_line, with_commands

_EVERY = 1.5  # seconds between two looks at what is being found
_MOST = 20


def needs_attention(atlas: Atlas) -> None:
    """A line for each thing; those that take seconds to find come when they are found."""
    st.subheader("What needs attention", anchor=False)
    for note in (*atlas.overview().notes, *_open_tasks(atlas)):
        st.markdown(f":material/info: {with_commands(note)}")
    if doubts_of(atlas).done():
        _doubts(atlas)
    else:
        st.fragment(_waiting, run_every=_EVERY)(atlas)


def _open_tasks(atlas: Atlas) -> list[str]:
    status = read_status(atlas.settings, atlas.overview())
    pending = sum(row.pending for row in status.fetched)
    failed = sum(row.failed for row in status.fetched)
    told = [f"{pending:,} pending"] if pending else []
    told += [f"{failed:,} failed"] if failed else []
    return [f"Of what services were asked for, {' and '.join(told)}; `litatlas fetch` goes on."] if told else []


def _waiting(atlas: Atlas) -> None:
    if doubts_of(atlas).done():
        st.rerun()
    st.caption(":material/hourglass_empty: Looking for sources that disagree and for papers that may be one …")


def _doubts(atlas: Atlas) -> None:
    future = doubts_of(atlas)
    if future.exception() is not None:  # the library changed under it; the page itself tells what is wrong
        return
    found = future.result()
    if found.conflicts:
        with st.expander(f"On {counted(len(found.conflicts), 'paper')} sources disagree", icon=":material/rule:"):
            _conflicts(found.conflicts)
    if found.pairs:
        with st.expander(
            f"{counted(len(found.pairs), 'pair')} of papers may be one paper", icon=":material/join_inner:"
        ):
            _pairs(found.pairs)
    if nothing_waits(atlas, found):
        st.markdown(":green[:material/check:] Nothing: every paper is embedded and no sources disagree.")


def nothing_waits(atlas: Atlas, found: Doubts) -> bool:
    """Whether there is nothing for a reader to do."""
    return not (found.conflicts or found.pairs or atlas.overview().notes)


def _conflicts(found: Sequence[PaperInConflict]) -> None:
    st.caption(f"{_of(len(found))}A paper's page shows what each source says of it, and which value is shown.")
    for each in found[:_MOST]:
        links.to_paper_named(each.paper, f"{one_line(each.paper.title)} :gray[{', '.join(each.fields)}]")


def _pairs(found: Sequence[DoubtfulPair]) -> None:
    st.caption(f"{_of(len(found))}`litatlas review` shows them all, `litatlas review same` and `apart` decide.")
    for number, pair in enumerate(found[:_MOST]):
        with st.container(gap=None, key=f"pair-{number}"):
            for paper in (pair.first, pair.second):
                links.to_paper_named(paper, f"{one_line(label(paper.title, 120))} :gray[{paper.year or ''}]")


def _of(count: int) -> str:
    return f"{_MOST} of {count:,}. " if count > _MOST else ""
