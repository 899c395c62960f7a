"""A short answer above the papers: quoted sentences, or what an endpoint of the user wrote, with their papers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from litatlas.app.answering import writer_of, written_answer
from litatlas.app.console_ask import left_out, note_writer, origins, refusal
from litatlas.app.service import Atlas
from litatlas.graph.errors import WrongUsage
from litatlas.graph.filters import Filters
from litatlas.graph.grounded_answer import AnswerPaper, GroundedAnswer, Passages, Wording, WrittenAnswer
from litatlas.graph.search import SearchAnswer
from litatlas.ingest.writer import Writer

from . import links
from .texts import counted, label, one_line, plain, with_commands, year_and_venue

_WRITTEN = "written-answer"  # what was written last in this session, with what it was written of


def short_answer(atlas: Atlas, question: str, chosen: Filters, found: SearchAnswer) -> None:
    """The answer to a question, from the papers that were found for it."""
    answer = atlas.answer(question, chosen, found=found)
    if answer.wording is Wording.NOTHING:
        st.caption(plain(" ".join(("No short answer:", *answer.notes))))
        return
    with st.container(border=True, key="short-answer", gap="small"):
        st.markdown("**In short**")
        if answer.wording is Wording.QUOTES:
            written = _written(atlas, answer)
            if written and not written.refused:
                _show_written(written)
            else:
                for passage in answer.passages:
                    _show_passages(atlas, passage)
        notes = [*map(plain, answer.notes)]
        if answer.wording is Wording.TITLES:  # says what the titles are
            st.caption(" ".join(notes))
            notes = []
        _show_papers(answer.papers)
        foot = [*notes, *_notes_of(answer), *map(plain, origins(answer))]
        if foot:
            st.caption(" ".join(foot))


def _notes_of(answer: GroundedAnswer) -> tuple[str, ...]:
    """Whose notes are shown, and that they are nobody's words of the papers."""
    writers = dict.fromkeys(note_writer(answer, each) for each in answer.sentences if each.note)
    who = ", ".join(one_line(label(writer, 60)) for writer in writers)
    return (f":material/edit_note: Note by {who}, not the paper's own words.",) if writers else ()


def _show_passages(atlas: Atlas, passage: Passages) -> None:
    if passage.node is not None:
        survey = atlas.survey_of(passage.node)
        of = f" ({one_line(survey.title)})" if survey else ""
        st.markdown(f":small[In **{one_line(passage.node.name)}**{of}:]")
    for sentence in passage.sentences:
        said = f"“{one_line(sentence.text)}”"
        if sentence.note:
            said = f":gray[:material/edit_note:] {one_line(sentence.text)}"
        st.markdown(f"{said} {_marks([sentence.number])}")


def _show_written(written: WrittenAnswer) -> None:
    st.markdown(" ".join(f"{one_line(each.text)} {_marks(each.numbers)}" for each in written.sentences))
    st.caption(
        f"Written by {one_line(written.model)} at {one_line(written.host)}, each sentence checked with its papers."
    )
    if written.left_out:
        with st.expander(left_out(written)):
            for each in written.left_out:
                st.markdown(f"~~{one_line(each.text)}~~ :gray[{one_line(each.reason)}]")


def _marks(numbers: Sequence[int]) -> str:
    return "**" + "".join(f"\\[{number}\\]" for number in numbers) + "**"


def _show_papers(papers: Sequence[AnswerPaper]) -> None:
    with st.container(gap="xxsmall"):
        for each in papers:
            with st.container(horizontal=True, key=f"short-answer-{each.number}", gap="xsmall"):
                links.to_paper(each.paper, number=each.number)
                st.caption(year_and_venue(each.paper), width="content")


def _written(atlas: Atlas, answer: GroundedAnswer) -> WrittenAnswer | None:
    """What the endpoint wrote of these quotes, where there is one and the reader asked it to."""
    try:
        writer = writer_of(atlas.settings)
    except WrongUsage as error:
        st.caption(with_commands(f"{error.message} {error.advice}"))
        return None
    if writer is None:
        return None
    asked = (writer.url, writer.model, answer.question, answer.papers)
    kept: tuple[object, WrittenAnswer | None] = st.session_state.get(_WRITTEN, (None, None))
    written = kept[1] if kept[0] == asked else None
    if written is None or written.advice:  # an endpoint that failed may be asked again
        if not _wanted(writer, answer):
            return None
        with st.spinner(f"{one_line(writer.host)} is writing …", show_time=True):
            written = written_answer(atlas, answer, writer).written
        st.session_state[_WRITTEN] = (asked, written)
    if written and written.refused:
        st.warning(plain(refusal(written)))
    return written


def _wanted(writer: Writer, answer: GroundedAnswer) -> bool:
    what = f"the question and {counted(sum(len(each.evidence) for each in answer.papers), 'sentence')}"
    goes = "stay on this machine" if writer.local else "leave this machine"
    return st.button(
        "Write it out",
        icon=":material/edit_note:",
        help=one_line(f"Sends {what} to {writer.host}, model {writer.model}; they {goes}."),
    )
