"""How answers are shown: papers with the reasons for their rank, nodes with their counts, lists of papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from litatlas.app.reasons import in_words
from litatlas.app.service import Atlas
from litatlas.graph.hits import NodeHit, PaperHit, Reasons
from litatlas.graph.identity import title_key
from litatlas.graph.models import Paper, Survey
from litatlas.graph.question import MAX_QUESTION
from litatlas.graph.ranking import Part

from . import collecting, links
from .reason_bar import score_bar
from .texts import counted, label, marked, one_line, plain, quoted, way_to, year_and_venue

_BADGES = {
    Part.NAME: "orange",
    Part.AUTHOR: "orange",
    Part.WORDS: "blue",
    Part.MEANING: "violet",
    Part.LIKENESS: "violet",
    Part.SENTENCE: "violet",
    Part.PLACE: "green",
    Part.PAPERS: "green",
    Part.CITATIONS: "gray",
}
THE_ORDER = (
    "A paper's score is 1.00 where it has all that was asked for, in every part; each part's share of it is shown."
    " **meaning**: how near the paper is to the question, whatever its words. **sentence**: how near its title or best"
    " sentence is. **words**: those of the question that it has. **place**: how near its topics are. **citations**: how"
    " many papers here cite it. **likeness**: how alike it is to papers or to a pasted text."
)
_DETAIL = 44  # characters; a badge does not break, and has to fit a narrow window
_LEAST_TOLD = 0.2  # of similarity; less says nothing about a topic
_BLANK = "\N{NO-BREAK SPACE}"


def paper_card(atlas: Atlas, hit: PaperHit, rank: int, *, bold: bool = True) -> None:
    """One answer: title, year, venue, places, why it is here, and the sentence that answers best.

    Args:
        bold: whether words of the question are bold in that sentence.
    """
    words = hit.reasons.words if bold else ()
    with st.container(border=True, key=f"answer-{rank}", gap="xsmall"):
        links.to_paper(hit.paper, bold=True)
        code = " · has code" if hit.paper.code_urls else ""
        score = f" · score {hit.score:.2f}" if hit.score >= 0.05 else ""  # less is all that filters alone give
        st.caption(f"{year_and_venue(hit.paper)}{code}{score}{flags(hit.paper)}")
        if hit.reasons.quote and not hit.reasons.quote.own:
            st.markdown(f"> {marked(hit.reasons.quote.text, words)}")
        elif hit.paper.note and (writer := atlas.note_writers([hit.paper]).get(hit.paper.key)):
            note = marked(hit.paper.note, words)
            st.markdown(f":gray[:material/edit_note: Note by {one_line(label(writer, 60))}:] {note}")
        if reasons := why(hit.reasons):
            if bar := score_bar(hit.score, in_words(hit.reasons)):
                st.html(bar)
            st.markdown(reasons)
        with st.container(horizontal=True, gap="xsmall"):
            for node in hit.places:
                survey = atlas.survey_of(node)
                of = f" :gray[{one_line(label(survey.title, 30))}]" if survey else ""
                links.to_node(node, f":small[› {one_line(node.name)}{of}]", hint=way_to(node, survey))
        collecting.collect_button(atlas, [hit.paper], f"save-{hit.paper.key}")


def answer_table(hits: Sequence[PaperHit], key: str) -> None:
    """The answers as a table with their scores and reasons; a row that is chosen, by keyboard too, opens its paper."""
    because = [", ".join(f"{each.part} {each.share:.0%}" for each in in_words(hit.reasons)) for hit in hits]
    scores = [round(hit.score, 2) for hit in hits]
    paper_table([hit.paper for hit in hits], key, further={"score": scores, "because of": because})


def flags(paper: Paper) -> str:
    """Badges for what a reader must not overlook, in Markdown; empty where there is nothing."""
    retracted = " :red-badge[:material/block: retracted]" if paper.retracted else ""
    withdrawn = " :orange-badge[:material/undo: withdrawn]" if paper.withdrawn else ""
    return retracted + withdrawn


def why(reasons: Reasons) -> str:
    """The shares of a score as badges with what each stands on, in Markdown; empty where it has none."""
    given = in_words(reasons)
    badges = []
    for each in given:
        share = f"{each.part} {each.share:.0%}" if len(given) > 1 else f"by {each.part} alone"
        detail = f" · {plain(label(each.detail, _DETAIL))}" if each.detail else ""
        badges.append(f":{_BADGES[each.part]}-badge[{share}{detail}]")
    return f":small[{' '.join(badges)}]" if badges else ""


def node_answers(atlas: Atlas, hits: Sequence[NodeHit]) -> None:
    """Taxonomy nodes among the answers, each with a line of what speaks for it."""
    if not hits:
        return
    st.markdown("**Where this is in the field**")
    for hit in hits:
        survey, count = atlas.survey_of(hit.node), counted(hit.papers, "paper").replace(" ", _BLANK)
        with st.container(gap=None):
            name = f"{one_line(hit.node.name)} :gray[{count}]"
            links.to_node(hit.node, name, hint=f"{way_to(hit.node, survey)}: {_shares(hit.reasons)}")
            st.caption(_node_line(hit, survey))


def _node_line(hit: NodeHit, survey: Survey | None) -> str:
    """Of which survey it is, and what speaks for it, in few words."""
    reasons = hit.reasons
    return " · ".join(
        filter(
            None,
            (
                one_line(label(survey.title, 34)) if survey else "",
                f"similarity {reasons.similarity:.2f}" if (reasons.similarity or 0.0) >= _LEAST_TOLD else "",
                f"{reasons.votes} of the best papers" if reasons.votes else "",
                f"has {one_line(label(', '.join(reasons.words), 40))}" if reasons.words else "",
            ),
        )
    )


def _shares(reasons: Reasons) -> str:
    return ", ".join(f"{each.part} {each.share:.0%}" for each in in_words(reasons))


def unknown_paper(reference: str, meant: Sequence[Paper], page: str, parameter: str) -> None:
    """That a paper is not here, and those that may be meant, each leading to a page with it as a parameter."""
    st.error(f"No paper here is {quoted(reference)}.")
    st.markdown("Perhaps one of these:" if meant else "Name it by its title, arXiv id or DOI, or look for it:")
    for paper in meant:
        st.page_link(page, label=one_line(label(paper.title, 160)), query_params={parameter: paper.key})
    with st.container(horizontal=True):
        query = {} if meant else {"q": label(reference, MAX_QUESTION)}
        st.page_link(links.SEARCH, label="Search", icon=":material/search:", query_params=query)
        st.page_link(links.TAXONOMY, label="Walk the taxonomy", icon=":material/account_tree:")


def unclear_node(atlas: Atlas, reference: str, page: str, parameter: str, note: str = "") -> None:
    """That a name means no topic or several, and those that may be meant, each leading to a page with its key.

    Args:
        note: what follows from it on this page, a sentence of ours.
    """
    meant = atlas.nodes_meant(reference)
    named = [node for node in meant if title_key(node.name) == title_key(reference)]
    several = f"{len(named)} topics are called {quoted(reference)}."
    st.warning(" ".join(filter(None, (several if named else f"No topic here is called {quoted(reference)}.", note))))
    if meant:
        st.markdown("Choose one:" if named else "Perhaps one of these:")
    here = st.query_params.to_dict()
    for node in meant:
        query = {**here, parameter: node.key}
        st.page_link(page, label=one_line(way_to(node, atlas.survey_of(node))), query_params=query)


def paper_table(
    papers: Sequence[Paper],
    key: str,
    *,
    cited: Mapping[str, int] | None = None,
    further: Mapping[str, Sequence[float | str]] | None = None,
) -> None:
    """A table of papers; selecting a row, by mouse or keyboard, opens the paper.

    Args:
        key: unique on the page, and to these papers.
        cited: how many papers cite each, by key.
        further: more columns by name, with a number or text for each paper.
    """
    columns: dict[str, list[Any]] = {
        "title": [label(paper.title, 160) for paper in papers],
        "year": [paper.year for paper in papers],
        "venue": [label(paper.venue or "", 40) for paper in papers],
    }
    if cited is not None:
        columns["cited here"] = [cited.get(paper.key, 0) for paper in papers]
    columns |= {name: list(values) for name, values in (further or {}).items()}
    frame = pd.DataFrame(columns)
    chosen = st.session_state.pop(f"{key}-open", None)

    def open_row() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(papers):
            st.session_state[f"{key}-open"] = papers[rows[0]].key

    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=min(38 + 35 * max(len(papers), 1), 430),
        on_select=open_row,
        selection_mode="single-row",
        column_config={
            "title": st.column_config.TextColumn("Title", width=520 if len(columns) < 5 else 380),
            "year": st.column_config.NumberColumn("Year", format="%d", width=60),
            "venue": st.column_config.TextColumn("Venue", width=90),
            "score": st.column_config.NumberColumn("Score", format="%.2f", width=60),
            "because of": st.column_config.TextColumn("Because of", width=260),
            "similarity": st.column_config.NumberColumn("Similarity", format="%.2f", width="small"),
            "cite both": st.column_config.NumberColumn("Cite both", width="small"),
            "stated by": st.column_config.TextColumn("Stated by", width=150),
            "cited for": st.column_config.TextColumn("Cited for", width=150),
            "cited here": st.column_config.NumberColumn("Cited here", width="small"),
        },
    )
    if chosen:
        links.leave_for(links.PAPER, id=chosen)
