"""`litatlas path`: how one paper leads to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from .cli_options import JsonOption, LibraryOption, explained, settings_of


class TieName(StrEnum):
    """The kinds of ties, known without loading the graph; a test compares them with `Tie`."""

    CITES = "cites"
    SIMILAR = "similar"
    PLACE = "place"


def path(
    start: Annotated[str, typer.Argument(help="A paper by key, id or title.")],
    end: Annotated[str, typer.Argument(help="The other paper.")],
    by: Annotated[
        list[TieName] | None,
        typer.Option("--by", help="Only over ties of this kind; may be given again. Else over all."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """How one paper leads to another: up to three paths hop by hop, and whether one builds on the other.

    Citations are preferred to nearness in meaning and to shared topics.

    Examples:

        litatlas path arxiv:2306.00978 arxiv:2205.14135
        litatlas path 2306.00978 2210.17323 --by cites --json
    """
    with explained():
        from litatlas.graph.surroundings import Tie

        from .console import print_json
        from .console_path import print_connection
        from .pathfinding import connection
        from .service import Atlas

        atlas = Atlas(settings_of(library))
        found = connection(atlas, start, end, [Tie(name) for name in by or Tie])
        if as_json:
            print_json(found)
        else:
            sources = {source.key: source for source in atlas.library.sources()}
            print_connection(found, sources, atlas.survey_titles())
