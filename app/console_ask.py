"""What `ask` prints: sentences with the numbers of their papers, and those papers below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from litatlas.graph.grounded_answer import (
    AnswerPaper,
    GroundedAnswer,
    Passages,
    QuotedSentence,
    Wording,
    WrittenAnswer,
)
from litatlas.graph.models import Source, SourceKind
from litatlas.graph.network import plain_text

from .console import out, say
from .provenance import attributions


def print_grounded(answer: GroundedAnswer, surveys: Mapping[str, str]) -> None:
    """An answer: what was written, else what is quoted; then the papers by number, then where the words are from.

    Args:
        surveys: titles by key, to stand behind a node's name; empty where the library has one survey.
    """
    written = answer.written
    if written and not written.refused:
        _print_written(written)
    else:
        if written:
            say(f"note: {refusal(written)}")
        for passage in answer.passages:
            _print_passages(passage, answer, surveys)
    for note in answer.notes:
        say(f"note: {note}")
    if answer.wording is Wording.NOTHING:
        out.print(f"Nothing here answers {answer.question!r}.", markup=False)
        say("Look for papers with `litatlas search`, or browse the taxonomy with `litatlas show`.")
        return
    _print_papers(answer.papers)
    for line in origins(answer):
        out.folded(Text(plain_text(line), "dim"))


def _print_written(written: WrittenAnswer) -> None:
    out.print(Text.assemble(("Written by ", "bold"), (plain_text(f"{written.model} at {written.host}"), "bold")))
    for sentence in written.sentences:
        out.folded(Text(f"  {plain_text(sentence.text)} {marks(sentence.numbers)}"), hang=2)
    out.print()
    if written.left_out:
        say(f"note: {left_out(written)}")
        for each in written.left_out:
            say(f"  left out, as {each.reason}: {each.text}")


def _print_passages(passage: Passages, answer: GroundedAnswer, surveys: Mapping[str, str]) -> None:
    out.folded(Text.assemble(("In " if passage.node else "", "bold"), (_place(passage, surveys), "cyan")))
    for sentence in passage.sentences:
        said = f"note by {note_writer(answer, sentence)}: {sentence.text}" if sentence.note else f"“{sentence.text}”"
        out.folded(Text.assemble("  ", plain_text(said), " ", (marks((sentence.number,)), "bold")), hang=2)
    out.print()


def _place(passage: Passages, surveys: Mapping[str, str]) -> str:
    if passage.node is None:
        return "Without a place in the taxonomy"
    of = f" ({surveys[passage.node.survey]})" if passage.node.survey in surveys else ""
    return plain_text(f"{passage.node.name}{of}")


def _print_papers(papers: Sequence[AnswerPaper]) -> None:
    out.print(Text("Papers", "bold"))
    for each in papers:
        paper = each.paper
        about = f"{paper.year or 'no year'} {paper.venue or 'no venue'}  {paper.key}"
        line = Text.assemble(
            f"  {marks((each.number,))} ", (plain_text(paper.title), "bold"), (f"  {plain_text(about)}", "dim")
        )
        out.folded(line, hang=6)


def marks(numbers: Sequence[int]) -> str:
    """``[1][3]``."""
    return "".join(f"[{number}]" for number in numbers)


def refusal(written: WrittenAnswer) -> str:
    """Why nothing that was written is shown, in a sentence or two."""
    quoted = "The sentences are quoted instead." if not written.advice else written.advice
    return f"{written.refused} {quoted}"


def left_out(written: WrittenAnswer) -> str:
    """How many sentences were left out."""
    count = len(written.left_out)
    return (
        "1 sentence was left out: no paper here supports it."
        if count == 1
        else (f"{count} sentences were left out: no paper here supports them.")
    )


def note_writer(answer: GroundedAnswer, sentence: QuotedSentence) -> str:
    """Who wrote the note that stands for a paper."""
    source = answer.papers[sentence.number - 1].source
    return source.title if source else "somebody"


def origins(answer: GroundedAnswer) -> tuple[str, ...]:
    """Where the quoted words are from, with the terms they are under, and what services ask to be said."""
    sources = {each.source.key: each.source for each in answer.papers if each.source}
    titles = "; ".join(_with_licence(source) for source in sources.values() if source.kind is not SourceKind.NOTES)
    if not titles:
        return ()
    credits = tuple(each.text for each in attributions(source.kind for source in sources.values()))
    return (f"Quoted from abstracts: {titles}.", *credits)


def _with_licence(source: Source) -> str:
    return f"{source.title} ({source.licence})" if source.licence else source.title
