"""`litatlas place`: where a paper or a text belongs, and which papers look misplaced or belong elsewhere too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litatlas.graph.errors import WrongUsage

from .cli_options import JsonOption, LibraryOption, ModelOption, explained, settings_of
from .cli_values import survey_values

if TYPE_CHECKING:
    from .service import Atlas

_LIMIT, _LIST_LIMIT = 5, 30


def place(
    text: Annotated[
        str | None,
        typer.Argument(help="A paper by key, id or title; or a title or an abstract; - reads the text from the input."),
    ] = None,
    survey: Annotated[
        str | None, typer.Option(help="Only in this survey, by its key.", autocompletion=survey_values)
    ] = None,
    misplaced: Annotated[
        bool, typer.Option("--misplaced", help="Instead: papers for whose own node nothing speaks.")
    ] = False,
    cross_listings: Annotated[
        bool, typer.Option("--cross-listings", help="Instead: further nodes for papers of the survey.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, max=1000, help="How many nodes (5) or papers (30) to print.")
    ] = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where a paper or a text belongs in each taxonomy: nodes with how sure that is and why, or that none fits.

    How sure a node is, is told as a probability.

    Examples:

        litatlas place arxiv:2306.00978
        litatlas place - --survey efficient-llms < abstract.txt
        litatlas place --misplaced --survey efficient-llms
        litatlas place "Merging adapters of many tasks without training" --json
    """
    with explained():
        lists = int(misplaced) + int(cross_listings)
        if lists + (text is not None) != 1:
            raise WrongUsage(
                "Place one thing at a time.", "Give a paper or a text, or --misplaced, or --cross-listings."
            )
        atlas = _atlas(library, model)
        if text is not None:
            _place(atlas, _input() if text == "-" else text, survey, limit or _LIMIT, as_json)
        else:
            _list(atlas, survey, misplaced, limit or _LIST_LIMIT, as_json)


def _atlas(library: Path | None, model: str | None) -> Atlas:
    from .console import say
    from .service import Atlas

    return Atlas(settings_of(library, model), on_loading=lambda: say("Loading the model and reading the placed papers"))


def _input() -> str:
    """Standard input as far as it can be placed; bytes that are no text do not matter."""
    from litatlas.graph.placement import MAX_TEXT

    return str(typer.get_text_stream("stdin", encoding="utf-8", errors="replace").read(MAX_TEXT + 1))


def _place(atlas: Atlas, text: str, survey: str | None, limit: int, as_json: bool) -> None:
    from .console import print_json
    from .console_place import print_placement

    answer = atlas.place(text, survey, limit=limit)
    print_json(answer) if as_json else print_placement(answer, atlas.survey_titles())


def _list(atlas: Atlas, survey: str | None, misplaced: bool, limit: int, as_json: bool) -> None:
    from .console import print_json
    from .console_place import print_cross_listings, print_misplaced

    surveys = [each.key for each in atlas.library.surveys()]
    if survey is None and len(surveys) != 1:
        raise WrongUsage("Which survey?", f"Name one with --survey: {', '.join(surveys) or 'there is none yet'}.")
    key = survey if survey is not None else surveys[0]
    if misplaced:
        strays = atlas.misplaced(key, limit=limit)
        print_json(strays) if as_json else print_misplaced(strays)
    else:
        proposals = atlas.cross_listings(key, limit=limit)
        print_json(proposals) if as_json else print_cross_listings(proposals)
