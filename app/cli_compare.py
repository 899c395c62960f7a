"""`litatlas compare`: surveys side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from .cli_options import JsonOption, LibraryOption, explained, settings_of
from .cli_values import survey_values


def compare(
    surveys: Annotated[
        list[str],
        typer.Argument(
            help="Two surveys or more: key, id or title.", metavar="SURVEY...", autocompletion=survey_values
        ),
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="Lines per list.")] = 10,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Surveys side by side: shared papers, topics that correspond, what each lacks, where they disagree.

    Of more than two, how much each two have in common; `--json` has all the rest of each two.

    Examples:

        litatlas compare efficient-llms llm-compression
        litatlas compare efficient-llms llm-compression llm-inference
        litatlas compare 2312.03863 llm-inference --json
    """
    with explained():
        from . import comparing
        from .console import print_json
        from .console_compare import print_comparison, print_overlaps
        from .service import Atlas

        atlas = Atlas(settings_of(library))
        found = comparing.all_compared(atlas, surveys)
        if as_json:
            print_json(found)
        elif len(found.comparisons) == 1:
            print_comparison(found.comparisons[0], atlas.library, limit)
        else:
            print_overlaps(found.overlaps)
