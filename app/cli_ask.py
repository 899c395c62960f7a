"""`litatlas ask`: a short answer with the papers it stands on."""

from __future__ import annotations

from typing import Annotated

import typer

from .cli_options import (
    ExitStatus,
    JsonOption,
    LibraryOption,
    ModelOption,
    SurveyOption,
    UnderOption,
    explained,
    settings_of,
)


def ask(
    question: Annotated[list[str], typer.Argument(help="What you want to know, in words.")],
    under: UnderOption = None,
    survey: SurveyOption = None,
    write: Annotated[
        bool,
        typer.Option(
            "--write",
            help="Have the endpoint of LITATLAS_WRITER_URL write it; the question and the sentences are sent there.",
        ),
    ] = False,
    library: LibraryOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a question; up to five sentences quoted from papers answer it, with those papers below.

    Where nothing here is near enough, nothing is quoted. With --write an endpoint of yours writes the answer, every
    sentence tied to a paper, and what no paper supports is left out (status 3 where the endpoint does not answer).

    Examples:

        litatlas ask "does pruning need retraining?"
        litatlas ask "what makes the KV cache grow?" --survey efficient-llms --json
    """
    with explained():
        from litatlas.graph.search import Filters

        from .answering import needed_writer, written_answer
        from .console import print_json, say
        from .console_ask import print_grounded
        from .service import Atlas

        settings = settings_of(library, model)
        writer = needed_writer(settings) if write else None
        atlas = Atlas(settings, on_loading=lambda: say("Loading the model"))
        answer = atlas.answer(" ".join(question), Filters(under=under, survey=survey))
        if writer is not None:
            say(f"Asking {writer.host} ({writer.model}) to write; the question and the sentences are sent there.")
            answer = written_answer(atlas, answer, writer)
        print_json(answer) if as_json else print_grounded(answer, atlas.survey_titles())
        if answer.written is not None and answer.written.advice:
            raise typer.Exit(ExitStatus.PARTLY)
