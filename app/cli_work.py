"""`litatlas work`: what the app starts behind its Add page; not meant to be typed."""

from __future__ import annotations

from typing import Annotated

import typer

from .cli_options import LibraryOption, ModelOption, explained, settings_of


def work(
    job: Annotated[str, typer.Argument(help="The job's id.")],
    library: LibraryOption = None,
    model: ModelOption = None,
) -> None:
    """Work on a job of the Add page until it ends."""
    with explained():
        from . import working
        from .jobs import Phase

        ended = working.work(settings_of(library, model), job)
    if ended.phase not in {Phase.DONE, Phase.LACKING}:
        raise typer.Exit(1)
