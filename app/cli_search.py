"""`litatlas search`: papers and taxonomy nodes that answer a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from litatlas.graph.errors import WrongUsage

from .cli_options import JsonOption, LibraryOption, ModelOption, SurveyOption, UnderOption, explained, settings_of

if TYPE_CHECKING:
    from litatlas.graph.filters import Filters


def search(
    question: Annotated[list[str], typer.Argument(help="What you want to find, in words.")],
    under: UnderOption = None,
    survey: SurveyOption = None,
    year: Annotated[str | None, typer.Option(help="A year or a range: 2023, 2022..2024, 2023.. or ..2020.")] = None,
    venue: Annotated[str | None, typer.Option(help="Only this venue, e.g. ICLR.")] = None,
    code: Annotated[bool | None, typer.Option("--code/--no-code", help="Only papers with, or without, code.")] = None,
    author: Annotated[str | None, typer.Option(help="Only papers of this author.")] = None,
    within: Annotated[
        str | None,
        typer.Option(metavar="EXPRESSION", help="Only papers of a selection, as `export --select` takes it."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many papers.")] = 10,
    library: LibraryOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask in natural language; papers and taxonomy nodes answer, each with the reasons for its rank.

    A question, a title, an arXiv id, an author or a pasted abstract; `like:ID unlike:ID` asks for papers like some and
    not like others. Filters can stand in the question too: `year:2023..`, `venue:ICLR`, `code:yes`, `author:Frantar`,
    `under:"KV-Cache Optimization"`, `survey:efficient-llms`.

    Examples:

        litatlas search "shrink the KV cache for long contexts" --under "Efficient Inference" --year 2023..
        litatlas search like:2306.00978 unlike:2210.17323 code:yes
        litatlas search "does it need retraining" --within 'under:Pruning and not survey:llm-inference'
        litatlas search "quantize weights without retraining" --json | jq -r '.papers[].paper.title'
    """
    with explained():
        from .console import print_json, say
        from .console_answers import print_answer
        from .service import Atlas

        filters = _filters(under, survey, year, venue, code, author)
        atlas = Atlas(settings_of(library, model), on_loading=lambda: say("Loading the model"))
        answer = atlas.search(" ".join(map(_as_typed, question)), filters, limit=limit, within=within)
        if as_json:
            print_json(answer)
        else:
            print_answer(answer, atlas.survey_titles(), atlas.note_writers(hit.paper for hit in answer.papers))


def _as_typed(word: str) -> str:
    """A filter in words as it was before the shell took its quotes: ``under:KV cache`` -> ``under:"KV cache"``."""
    from litatlas.graph.question import FILTER_NAMES

    name, _, value = word.partition(":")
    lost = name.lower() in FILTER_NAMES and " " in value and '"' not in value and len(value.split()) > 1
    return f'{name}:"{value}"' if lost and not value.startswith(" ") else word


def _filters(
    under: str | None, survey: str | None, year: str | None, venue: str | None, code: bool | None, author: str | None
) -> Filters:
    from litatlas.graph.errors import InvalidFilter
    from litatlas.graph.filters import Filters
    from litatlas.graph.question import read_years

    try:
        first, last = read_years(year) if year is not None else (None, None)
    except InvalidFilter as error:
        raise WrongUsage(error.message, error.advice) from None
    return Filters(under, survey, first, last, venue, code, author)
