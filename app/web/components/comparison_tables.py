"""Two surveys side by side as tables: topics that correspond, the papers of two topics, what each lacks, where they
disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from litatlas.app import comparing
from litatlas.app.service import Atlas
from litatlas.graph.alignment import NodePair, Sureness
from litatlas.graph.comparison import Comparison, Disagreement, PairPapers, Share, Side
from litatlas.graph.models import TaxonomyNode

from . import address, answers, links
from .texts import counted, label, one_line

MOST_ROWS = 200
_NAME = 60


def capped(shown: int, total: int, noun: str) -> None:
    """Say that a list is cut, where it is."""
    if shown < total:
        st.caption(f"{shown:,} of {counted(total, noun)}; `litatlas compare --json` has them all.")


def pair_table(pairs: Sequence[NodePair], names: tuple[str, str], key: str) -> None:
    """Topics that correspond; selecting a row shows the papers of both below, by the address."""
    columns = {
        label(names[0], 40): [label(pair.first.name, _NAME) for pair in pairs],
        f"{label(names[1], 40)} ": [label(pair.second.name, _NAME) for pair in pairs],
        "Sure": [pair.sureness.value for pair in pairs],
        "In both": [pair.shared for pair in pairs],
        "Why": [label("; ".join(comparing.reasons(pair)), 200) for pair in pairs],
        "Only first": [pair.first_papers - pair.first_known for pair in pairs],
        "Only second": [pair.second_papers - pair.second_known for pair in pairs],
    }

    def choose() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(pairs):
            chosen = pairs[rows[0]]
            address.write_all({"left": chosen.first.key, "right": chosen.second.key})

    st.dataframe(
        pd.DataFrame(columns),
        key=key,
        hide_index=True,
        height=min(38 + 35 * max(len(pairs), 1), 430),
        on_select=choose,
        selection_mode="single-row",
        column_config={
            "Sure": st.column_config.TextColumn("Sure", width=70),
            "In both": st.column_config.NumberColumn("In both", width=60, help="Papers at or below both topics"),
            "Why": st.column_config.TextColumn("Why", width=330),
            "Only first": st.column_config.NumberColumn(
                "Only first", width=70, help="Papers of the first topic that the second survey lists nowhere"
            ),
            "Only second": st.column_config.NumberColumn(
                "Only second", width=80, help="Papers of the second topic that the first survey lists nowhere"
            ),
        },
    )


def sure_enough(pairs: Sequence[NodePair], *, doubtful: bool) -> list[NodePair]:
    """The pairs to be listed: all, or those that are not merely possible."""
    return [pair for pair in pairs if doubtful or pair.sureness is not Sureness.POSSIBLE]


def pair_detail(
    atlas: Atlas, comparison: Comparison, first: TaxonomyNode, second: TaxonomyNode, names: tuple[str, str]
) -> None:
    """The papers of two topics, apart and together, with ways to both."""
    pair = next((each for each in comparison.pairs if (each.first, each.second) == (first, second)), None)
    found = comparing.papers_of_pair(atlas, comparison, first, second)
    st.subheader(f"{one_line(label(first.name, 60))} and {one_line(label(second.name, 60))}", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        links.to_node(first, f"Open {one_line(label(first.name, 60))}", hint=names[0])
        links.to_node(second, f"Open {one_line(label(second.name, 60))}", hint=names[1])
    st.caption(_held(pair))
    st.caption(_told(found, names))
    here = f"{first.key}-{second.key}"
    for title, keys in _groups(found, names):
        with st.expander(f"{one_line(title)} ({len(keys):,})", expanded=keys is found.both):
            if keys:
                capped(min(len(keys), MOST_ROWS), len(keys), "paper")
                answers.paper_table(atlas.library.papers(keys[:MOST_ROWS]), f"{title}-{here}")
            else:
                st.caption("None.")


def _held(pair: NodePair | None) -> str:
    if pair is None:
        return "Not held to correspond: too little speaks for it."
    why = "; ".join((*comparing.reasons(pair), comparing.shared_of(pair)))
    return f"Held to correspond, {pair.sureness.value}: {one_line(why)}."


def _told(found: PairPapers, names: tuple[str, str]) -> str:
    one, other = (one_line(label(name, 50)) for name in names)
    first, second = len(found.first_elsewhere), len(found.second_elsewhere)
    return (
        f"{counted(len(found.both), 'paper')} at both topics. Of the first, {first:,} more stand elsewhere in {other}"
        f" and {len(found.first_only):,} nowhere; of the second, {second:,} elsewhere in {one} and"
        f" {len(found.second_only):,} nowhere."
    )


def _groups(found: PairPapers, names: tuple[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    one, other = (label(name, 50) for name in names)
    return (
        ("At both topics", found.both),
        (f"At the first topic, not in {other}", found.first_only),
        (f"At the second topic, not in {one}", found.second_only),
        (f"At the first topic, elsewhere in {other}", found.first_elsewhere),
        (f"At the second topic, elsewhere in {one}", found.second_elsewhere),
    )


def unmatched(side: Side, name: str, other: str) -> None:
    """Topics without a counterpart, folded away."""
    title = f"{counted(len(side.unmatched), 'topic')} of {one_line(label(name, 50))} without a counterpart"
    with st.expander(title):
        if side.left_out:
            st.caption(f"{counted(side.left_out, 'small topic')} more were not compared, as there are very many.")
        if not side.unmatched:
            st.caption(f"Each has one in {one_line(label(other, 50))}.")
        for node in side.unmatched[:MOST_ROWS]:
            links.to_node(node, one_line(label(" › ".join(node.path), 160)))


def omissions(atlas: Atlas, side: Side, name: str, other: str) -> None:
    """Papers of one survey alone that papers of the other cite."""
    one, two = (one_line(label(each, 50)) for each in (name, other))
    st.markdown(f"**Only in {one}, yet cited by papers of {two}**")
    shown = side.omissions[:MOST_ROWS]
    if not shown:
        st.caption("None that the citations known here tell of.")
        return
    capped(len(shown), len(side.omissions), "paper")
    counts = [omission.cited_by for omission in shown]
    papers = atlas.library.papers([omission.paper for omission in shown])
    answers.paper_table(papers, f"omissions-{side.survey.key}", further={"Cited there": counts})


def disagreements(atlas: Atlas, found: Sequence[Disagreement], names: tuple[str, str]) -> None:
    """Papers of both at topics that do not correspond."""
    if not found:
        st.caption("None: every paper of both stands at topics that correspond, or at topics without a counterpart.")
        return
    shown = found[:MOST_ROWS]
    capped(len(shown), len(found), "paper")
    st.caption("Select a row to open the paper.")
    one, other = (label(name, 40) for name in names)
    columns = {
        f"At, in {one}": [_at(each.first) for each in shown],
        f"At, in {other} ": [_at(each.second) for each in shown],
        "Would correspond": [_expected(each) for each in shown],
    }
    _open_by_row(atlas, [each.paper for each in shown], columns, "disagreements")


def _open_by_row(atlas: Atlas, keys: Sequence[str], columns: Mapping[str, Sequence[str]], key: str) -> None:
    """A table with a row per paper, its title first; selecting a row opens the paper."""
    titles = {paper.key: label(paper.title, 120) for paper in atlas.library.papers(dict.fromkeys(keys))}
    frame = pd.DataFrame({"Paper": [titles[each] for each in keys], **columns})
    chosen = st.session_state.pop(f"{key}-open", None)

    def choose() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(keys):
            st.session_state[f"{key}-open"] = keys[rows[0]]

    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=min(38 + 35 * max(len(keys), 1), 430),
        on_select=choose,
        selection_mode="single-row",
        column_config={"Paper": st.column_config.TextColumn("Paper", width=400)},
    )
    if chosen:
        links.leave_for(links.PAPER, id=chosen)


def _at(nodes: Iterable[TaxonomyNode]) -> str:
    return label(", ".join(node.name for node in nodes), 120)


def _expected(each: Disagreement) -> str:
    narrowest = [
        max(nodes, key=lambda node: node.depth) for nodes in (each.first_expected, each.second_expected) if nodes
    ]
    return _at(narrowest)


def conflicts(atlas: Atlas, comparison: Comparison, names: tuple[str, str]) -> None:
    """Titles, years and venues in which the two lists differ."""
    if not comparison.conflicts:
        st.caption("None: where both lists give a title, a year or a venue, they agree.")
        return
    shown = comparison.conflicts[:MOST_ROWS]
    capped(len(shown), len(comparison.conflicts), "difference")
    one, other = (label(name, 40) for name in names)
    columns = {
        "What": [each.field for each in shown],
        f"In {one}": [label(each.first, 120) for each in shown],
        f"In {other} ": [label(each.second, 120) for each in shown],
    }
    _open_by_row(atlas, [each.paper for each in shown], columns, "conflicts")


def share_table(shares: Sequence[Share], what: str) -> None:
    """The numbers of a picture of shares."""
    columns = {
        what: [label(share.name, 40) for share in shares],
        "Only first": [share.first_only for share in shares],
        "Both": [share.both for share in shares],
        "Only second": [share.second_only for share in shares],
    }
    st.dataframe(pd.DataFrame(columns), hide_index=True, height=min(38 + 35 * max(len(shares), 1), 320))
