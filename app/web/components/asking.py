"""What can be typed, what was read in a question, and what to do where nothing answers it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.details import Branch
from litatlas.app.service import Atlas
from litatlas.graph.filters import Filters
from litatlas.graph.hits import SearchAnswer
from litatlas.graph.question import Question

from . import filters, links
from .texts import counted, one_line, with_commands

EXAMPLES = (
    "shrink the KV cache for long contexts",
    "quantize weights to four bits without retraining",
    "draft tokens with a small model and verify them",
    "choose the training examples that matter",
    "attention with linear cost",
)
PLACEHOLDER = "Ask in words, paste an abstract, name a paper, or type like:2306.00978, year:2023.., code:yes"
CAN_BE_ASKED = """\
| Type | to find |
|---|---|
| `shrink the KV cache` | papers and topics about it, by meaning and words |
| `AWQ`, `2306.00978`, a title | that paper first, then what is near it |
| `Song Han` | papers of an author |
| an abstract, pasted | papers like it, and where it would belong |
| `like:2306.00978 unlike:"SmoothQuant"` | papers like one and unlike another |
| `2306.00978 2210.17323` | papers like these |

| Add | to keep only papers |
|---|---|
| `year:2023`, `year:2021..2023`, `year:2023..` | of these years |
| `venue:ICLR` | of a venue |
| `author:Frantar` | of an author |
| `code:yes`, `code:no` | with a link to code, or without |
| `under:"KV-Cache Optimization"` | at a topic or below it |
| `survey:llm-inference` | of one survey, by its key |

Values with blanks stand in double quotes."""
_MOST_TOPICS = 10


def what_can_be_asked() -> None:
    """A button that opens the list of what can be typed."""
    with st.popover("What can I ask?", icon=":material/help:"):
        st.markdown(CAN_BE_ASKED)


def examples() -> None:
    """Questions to click on."""
    with st.container(horizontal=True, key="examples"):
        for example in EXAMPLES:
            st.page_link(links.SEARCH, label=example, query_params={"q": example})


def nothing_asked_yet(atlas: Atlas) -> None:
    """Questions to try, and what this library is about."""
    if not atlas.overview().counts.papers:
        st.markdown("This library holds no papers yet, so nothing would answer.")
        st.page_link(links.START, label="See how to begin", icon=":material/home:")
        return
    _what_is_here(atlas)
    if gaps := atlas.overview().notes:
        st.caption(" ".join(map(with_commands, gaps)))


def how_it_was_read(atlas: Atlas, answer: SearchAnswer, *, filters_too: bool = True) -> None:
    """What was read in the question besides a question: mended words, filters, papers to be like and unlike."""
    lines = list(map(with_commands, answer.notes))
    if filters_too and (wanted := filters.in_words(atlas, answer.question.filters)):
        lines.append(f"Only papers {wanted}, as the question says.")
    if lines:
        st.caption(":material/info: " + " ".join(lines))
    if answer.seeds:
        unlike = [atlas.library.paper(reference) for reference in answer.question.unlike]
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption("Papers like", width="content")
            for paper in answer.seeds:
                links.to_paper(paper)
            if unlike:
                st.caption("and unlike", width="content")
            for paper in unlike:
                links.to_paper(paper)


def nothing_found(atlas: Atlas, answer: SearchAnswer, chosen: Filters) -> None:
    """That nothing answers, why as far as it is known, and where to go from here.

    Args:
        chosen: the filters that held, those of the question among them.
    """
    if answer.hopeless and answer.total:
        st.warning("Nothing here answers that well enough; what comes nearest has little to do with it.")
    elif chosen != Filters():
        st.warning(f"Nothing here answers that among papers {filters.in_words(atlas, chosen)}.")
    else:
        st.warning("Nothing here answers that.")
    how_it_was_read(atlas, answer, filters_too=False)
    if chosen.author:
        st.caption(
            "Authors are known of those papers whose metadata were fetched (`litatlas fetch`) or read from a file."
        )
    if chosen != Filters() and (words := _without_filters(answer.question)):
        st.page_link(
            links.SEARCH, label="Ask without filters", icon=":material/filter_alt_off:", query_params={"q": words}
        )
    _what_is_here(atlas)


def _without_filters(question: Question) -> str:
    seeds = [f'like:"{each}"' for each in question.like] + [f'unlike:"{each}"' for each in question.unlike]
    return " ".join(filter(None, (question.text, *seeds)))


def _what_is_here(atlas: Atlas) -> None:
    if tops := _largest_topics(atlas.taxonomy()):
        st.markdown("This library is about:")
        with st.container(horizontal=True, gap="xsmall"):
            for branch in tops:
                survey = atlas.survey_of(branch.node)
                hint = f"{counted(branch.papers, 'paper')}{f' of {survey.title}' if survey else ''}"
                links.to_node(branch.node, f"{one_line(branch.node.name)} :gray[{branch.papers:,}]", hint=hint)
    if atlas.overview().counts.papers:
        st.markdown("Questions to try:")
        examples()
    st.page_link(links.TAXONOMY, label="Walk the taxonomy", icon=":material/account_tree:")


def _largest_topics(tops: Sequence[Branch]) -> list[Branch]:
    """The topics to begin with: those below a survey's first level where that has few, the largest first."""
    below = [branch for top in tops for branch in (top.narrower or (top,))]
    return sorted(below, key=lambda branch: -branch.papers)[:_MOST_TOPICS]
