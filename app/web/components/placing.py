"""Where a paper or a text belongs: survey by survey the likeliest topics, how sure that is, and what speaks for each.

What a survey teaches is learned when it is first asked, which takes seconds; so nothing is computed before a reader
asks, and whether one did stands in the address.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.graph.alike import SimilarPaper
from litatlas.graph.errors import LitAtlasError
from litatlas.graph.models import Paper, TaxonomyNode
from litatlas.graph.placing import NodeEvidence, PlacementAnswer, ProposedNode, Reading, SurveyPlacement

from . import address, links
from .atlas import show_error
from .texts import counted, label, one_line, plain, way_to

PARAMETER = "place"
_LEAST_SHOWN = 0.05  # of probability; topics below it only fill the page
_MOST_SHOWN = 3
_NEAR, _CITED, _WORDS = 3, 3, 8
_LIMITS = (
    "How sure this is holds for papers of the survey's own time; for newer ones, take it for somewhat too high. Only"
    " topics that hold papers are proposed."
)


def where_it_belongs(atlas: Atlas, reference_or_text: str, *, asked: str = "Where does it belong?") -> None:
    """A button; behind it, where a paper of the library or a text belongs.

    Args:
        reference_or_text: what `Atlas.place` takes.
        asked: the button's words.
    """
    if not is_wanted(PARAMETER, asked, "Compares it with every paper that the surveys place; that takes some seconds."):
        return
    try:
        with st.spinner("Learning from the papers each survey places, then comparing …", show_time=True):
            answer = atlas.place(reference_or_text)
    except LitAtlasError as error:  # the rest of the page does not depend on it
        show_error(error)
        return
    _show(atlas, answer)


def is_wanted(parameter: str, asked: str, hint: str) -> bool:
    """Whether the reader asked for what costs time; draws the button that asks for it, or the one that ends it."""
    wanted = address.read(parameter) == "1"
    st.button(
        "Hide this" if wanted else asked,
        key=f"{parameter}-button",
        icon=":material/close:" if wanted else ":material/account_tree:",
        help=None if wanted else hint,
        type="tertiary" if wanted else "secondary",
        on_click=address.write,
        args=(parameter, None if wanted else "1"),
    )
    return wanted


def _show(atlas: Atlas, answer: PlacementAnswer) -> None:
    if not answer.surveys:
        st.info("This library has no survey that could have a place for it.")
        return
    st.caption(f"For this, {_what_was_read(answer)} read. {_LIMITS}")
    for found in answer.surveys:
        with st.container(border=True):
            _show_survey(atlas, found)


def _what_was_read(answer: PlacementAnswer) -> str:
    if answer.paper is None:
        return "the text was" if answer.reading is Reading.ABSTRACT else "little text was"
    if answer.reading is Reading.TITLE:
        return "its title alone was"
    return "its title and abstract were" if answer.paper.abstract else "its title and a note about it were"


def _show_survey(atlas: Atlas, found: SurveyPlacement) -> None:
    survey = next((each for each in atlas.overview().surveys if each.key == found.survey), None)
    if survey:
        links.to_survey(survey, f"**{one_line(label(survey.title, 100))}**")
    st.markdown(plain(found.why) if found.fits else f":orange[:material/block:] {plain(found.why)}")
    if found.fits:
        here = {node.key for node in found.placed}
        shown = [each for n, each in enumerate(found.nodes[:_MOST_SHOWN]) if not n or each.probability >= _LEAST_SHOWN]
        for proposed in shown:
            _show_node(atlas, proposed, stands_here=proposed.node.key in here)
        others = [node for node in found.placed if node.key not in {each.node.key for each in shown}]
    else:
        others = list(found.placed)
    _show_places(others, "Stands now at" if others else "")
    for note in found.notes:
        st.caption(plain(note))


def _show_places(nodes: Sequence[TaxonomyNode], before: str) -> None:
    if nodes:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(before, width="content")
            for node in nodes:
                links.to_node(node, one_line(" › ".join(node.path)))


def _show_node(atlas: Atlas, proposed: ProposedNode, *, stands_here: bool) -> None:
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{proposed.probability:.0%}**", width="content")
            links.to_node(proposed.node, one_line(" › ".join(proposed.node.path)))
            badge = " :green-badge[:material/check: stands there now]" if stands_here else ""
            st.caption(f"{counted(proposed.papers, 'paper')}{badge}", width="content")
        evidence(atlas, proposed.evidence)


def evidence(atlas: Atlas, found: NodeEvidence) -> None:
    """What speaks for a topic: the nearest papers there, words, citations, and the topics of other surveys."""
    near = found.nearest[:_NEAR]
    _linked("near", [each.paper for each in near], [_how_near(each) for each in near])
    _linked("cited or citing", found.cited[:_CITED])
    if found.words:
        st.caption(f"words: {one_line(label(', '.join(found.words[:_WORDS]), 160))}")
    for node in found.elsewhere[:1]:
        st.caption(f"in another survey with papers of this topic: {one_line(way_to(node, atlas.survey_of(node)))}")


def _how_near(near: SimilarPaper) -> str:
    return f" :gray[{near.similarity:.2f}]"


def _linked(what: str, papers: Sequence[Paper], after: Sequence[str] = ()) -> None:
    """A line of links to papers behind a word that says what they are."""
    if papers:
        with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
            st.caption(f"{what}:", width="content")
            for number, paper in enumerate(papers):
                title = one_line(label(paper.title, 60)) + (after[number] if after else "")
                hint = paper.title if len(paper.title) > 60 else None
                links.to_paper_named(paper, f":small[{title}]", hint=hint)
