"""Search: a question in words, answered with papers and topics; without one, what can be asked."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.app.web.components import (
    address,
    answers,
    asking,
    collecting,
    filters,
    grounded,
    links,
    placing,
)
from litatlas.app.web.components.atlas import page
from litatlas.app.web.components.texts import counted, way_to
from litatlas.graph.filters import Filters
from litatlas.graph.hits import SearchAnswer
from litatlas.graph.question import MAX_QUESTION, both
from litatlas.graph.ranking import Part

_STEP = 10
_MOST = 200
_ANY = ""
_CARDS, _TABLE = "cards", "table"


def show() -> None:
    """The page."""
    st.title("What do you want to find?", anchor=False)
    with page() as atlas:
        with st.container(horizontal=True, gap="small", key="asking"):
            question = st.text_input(
                "Question",
                key=address.follow("q", address.read("q")[:MAX_QUESTION]),
                on_change=_ask,
                placeholder=asking.PLACEHOLDER,
                type="search",
                max_chars=MAX_QUESTION,
                label_visibility="collapsed",
            )
            asking.what_can_be_asked()
        if question and question.strip():
            address.name_tab(question)
            _answers(atlas, question, _filters(atlas))
        else:
            asking.nothing_asked_yet(atlas)


def _ask() -> None:
    # A new question begins with the best few, and without what costs time.
    address.write_all({"q": st.session_state["q-widget"], "n": None, placing.PARAMETER: None})


def _filters(atlas: Atlas) -> Filters:
    nodes = {node.key: node for node in atlas.library.nodes}
    venues = [venue for venue, _ in atlas.overview().venues]
    least, most = filters.year_span(atlas)
    chosen = filters.from_address(atlas)
    place, when, where, code = st.columns([4, 3, 2, 1.4], vertical_alignment="bottom")
    place.selectbox(
        "At or below",
        [_ANY, *nodes],
        key=address.follow("under", chosen.under or _ANY),
        format_func=lambda key: way_to(nodes[key], atlas.survey_of(nodes[key])) if key else "Anywhere",
        on_change=address.on_change("under"),
    )
    if least < most:
        when.slider(
            "Years",
            least,
            most,
            key=address.follow("years", (chosen.year_from or least, chosen.year_to or most)),
            on_change=_store_years(least, most),
        )
    where.selectbox(
        "Venue",
        [_ANY, *venues],
        key=address.follow("venue", chosen.venue or _ANY),
        format_func=lambda name: name or "Any",
        on_change=address.on_change("venue"),
    )
    code.toggle(
        "Has code",
        key=address.follow("code", bool(chosen.has_code)),
        on_change=address.on_change("code", convert=lambda on: "yes" if on else ""),
    )
    return chosen


def _store_years(least: int, most: int) -> Callable[[], None]:
    def store() -> None:
        first, last = st.session_state["years-widget"]
        address.write("from", first, least)
        address.write("to", last, most)

    return store


def _answers(atlas: Atlas, question: str, chosen: Filters) -> None:
    filters.tell_unusable(atlas, links.SEARCH)
    filters.chips(atlas, chosen)
    limit = address.read_number("n", _STEP, 1, _MOST)
    with st.spinner("Reading the question (the first one waits for the model to load) …", show_time=True):
        answer = atlas.search(question, chosen, limit=limit)
    belongs = st.container()  # filled last, so that nothing waits for it
    if answer.papers:
        asking.how_it_was_read(atlas, answer)
        _show_answers(atlas, question, chosen, answer, limit)
    else:
        asking.nothing_found(atlas, answer, both(chosen, answer.question.filters))
    if answer.question.pasted:
        with belongs:
            placing.where_it_belongs(atlas, answer.question.text, asked="Where would this belong?")


def _show_answers(atlas: Atlas, question: str, chosen: Filters, answer: SearchAnswer, limit: int) -> None:
    main, side = st.columns([3, 1.25], gap="large")
    with side:
        answers.node_answers(atlas, answer.nodes)
        st.divider()
        _take_away(atlas, question, chosen, answer, limit)
    with main:
        box = st.container()  # filled last, so that the papers do not wait for it
        _count_and_view(answer, limit)
        if address.read("view") == _TABLE:
            answers.answer_table(answer.papers, f"answers-{question}-{len(answer.papers)}")
        else:
            for rank, hit in enumerate(answer.papers, start=1):
                answers.paper_card(atlas, hit, rank, bold=_typed(answer))
        if answer.total > limit and limit < _MOST:
            st.button("Show more", on_click=lambda: address.write("n", min(limit + _STEP, _MOST), _STEP))
    if answer.question.text and not answer.question.pasted:  # filters, papers to be like and abstracts ask nothing
        with box:
            grounded.short_answer(atlas, question, chosen, answer)


def _count_and_view(answer: SearchAnswer, limit: int) -> None:
    shown = counted(len(answer.papers), "paper")
    more = f", the best of {answer.total:,} candidates" if answer.total > limit else ""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(f"{shown}{more}", help=answers.THE_ORDER, width="content")
        view = _TABLE if address.read("view") == _TABLE else _CARDS
        st.segmented_control(
            "Shown as",
            [_CARDS, _TABLE],
            format_func=str.capitalize,
            key=address.follow("view", view),
            on_change=address.on_change("view", _CARDS),
            required=True,
            label_visibility="collapsed",
        )


def _take_away(atlas: Atlas, question: str, chosen: Filters, answer: SearchAnswer, limit: int) -> None:
    """Save or export what is shown."""
    papers = [hit.paper for hit in answer.papers]
    shown = "the paper" if len(papers) == 1 else f"all {len(papers):,}"
    collecting.collect_button(atlas, papers, "save-all-shown", label=f"Save {shown} shown")
    scope = {"scope": "search", "q": question, "limit": str(limit), **filters.to_address(chosen)}
    links.to_export("Export these answers", **scope)


def _typed(answer: SearchAnswer) -> bool:
    """Whether the reader chose the words that are looked up: not those of a pasted text, or of a paper's title."""
    return not answer.question.pasted and not answer.papers[0].reasons.shares.get(Part.NAME)


show()
