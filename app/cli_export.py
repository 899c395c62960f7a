"""`litatlas export`: a part of the library, or all of it, as files that other programs open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litatlas.graph.errors import ExportError, WrongUsage

from .cli_options import ExitStatus, JsonOption, LibraryOption, UnderOption, explained, settings_of
from .cli_values import format_values, list_values, node_values

if TYPE_CHECKING:
    from litatlas.graph.models import Subgraph
    from litatlas.graph.selection import Selection

    from .saving import ExportReport


def _print_formats(wanted: bool) -> None:
    if wanted:
        from .console_export import print_formats

        print_formats()
        raise typer.Exit


def export(
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            autocompletion=format_values,
            help="Name of a format, such as bibtex, graphml or csv.",
        ),
    ] = None,
    _formats: Annotated[
        bool, typer.Option("--formats", callback=_print_formats, is_eager=True, help="List the formats there are.")
    ] = False,
    every: Annotated[
        Path | None,
        typer.Option("--all", metavar="DIR", help="Every format instead, a file each, into this directory."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File, or directory for CSV; - for standard output; else a name is made."),
    ] = None,
    under: UnderOption = None,
    matching: Annotated[str | None, typer.Option(help="The papers that answer this question.")] = None,
    around: Annotated[str | None, typer.Option(help="The neighbourhood of this paper: key, id or title.")] = None,
    reading_list: Annotated[
        str | None, typer.Option("--list", help="The papers of this reading list.", autocompletion=list_values)
    ] = None,
    hops: Annotated[
        int | None, typer.Option(min=1, max=3, help="With --around: how far; 1 unless given.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, max=1000, help="With --matching or --around: at most so many; else 50."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--not",
            metavar="NODE",
            help="Leave out this taxonomy node and all below; may be repeated.",
            autocompletion=node_values,
        ),
    ] = None,
    expression: Annotated[
        str | None, typer.Option("--select", help="An expression instead, such as: under:A and not survey:B.")
    ] = None,
    abstracts: Annotated[
        bool, typer.Option("--abstracts", help="Include abstracts; mind the terms they came under.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the whole graph, a node with everything below it, a search result, a neighbourhood or a list to a file.

    Abstracts stay out unless asked for. The same selection gives the same bytes; an earlier file is replaced whole.

    Examples:

        litatlas export --formats
        litatlas export -f bibtex --under "KV-Cache Optimization" -o kv.bib
        litatlas export -f ris --select 'search:"speculative decoding" and not survey:llm-inference'
        litatlas export -f csl --list "To read this week" -o - | jq length
        litatlas export --all exports/ --under "Efficient Inference"
    """
    with explained():
        from .console import print_json
        from .console_export import print_written
        from .service import Atlas

        _check(format_name, every, output, as_json)
        atlas = Atlas(settings_of(library))
        subgraph = atlas.select(_wanted(expression, without, under, matching, around, hops, limit, reading_list))
        report = _saved(subgraph, format_name, every, output, abstracts)
        print_json(report) if as_json else print_written(report)
    if report.left_out:
        raise typer.Exit(ExitStatus.PARTLY)


def _check(format_name: str | None, every: Path | None, output: Path | None, as_json: bool) -> None:
    """Refuse options that do not go together, before the library is opened."""
    from litatlas.graph.export import find_format

    if (format_name is None) == (every is None):
        raise WrongUsage(
            "Which format?", "Give one with --format, or --all DIR for every format; --formats lists them."
        )
    if every is not None and output is not None:
        raise WrongUsage("--all has its own directory.", "Leave out --output.")
    if every is not None and str(every) == "-":
        raise WrongUsage("--all writes a file per format, which standard output cannot hold.", "Name a directory.")
    if as_json and output is not None and str(output) == "-":
        raise WrongUsage("--json and the file would both go to standard output.", "Name a file with --output.")
    if format_name is not None:
        try:
            find_format(format_name)
        except ExportError as error:
            raise WrongUsage(error.message, error.advice) from None


def _saved(
    subgraph: Subgraph, format_name: str | None, every: Path | None, output: Path | None, abstracts: bool
) -> ExportReport:
    from .saving import save_every_format, save_export

    if every is not None:
        return save_every_format(subgraph, every, include_abstracts=abstracts)
    return save_export(subgraph, format_name or "", output, include_abstracts=abstracts)


def _wanted(
    expression: str | None,
    without: list[str] | None,
    under: str | None,
    matching: str | None,
    around: str | None,
    hops: int | None,
    limit: int | None,
    reading_list: str | None,
) -> Selection:
    from litatlas.graph.expression import parse_selection
    from litatlas.graph.selection import AllOf, Below, Not

    if expression is None:
        part = _selection(under, matching, around, hops, limit, reading_list)
        return AllOf((part, *(Not(Below(node)) for node in without))) if without else part
    if without or any(each is not None for each in (under, matching, around, hops, limit, reading_list)):
        raise WrongUsage("--select stands alone.", "Write everything into the expression: under:A and not under:B.")
    return parse_selection(expression)


def _selection(
    under: str | None,
    matching: str | None,
    around: str | None,
    hops: int | None,
    limit: int | None,
    reading_list: str | None = None,
) -> Selection:
    from litatlas.graph.search import Filters
    from litatlas.graph.selection import Around, Below, Matching, OnList, Whole

    if reading_list is not None:
        if any(each is not None for each in (under, matching, around, hops, limit)):
            raise WrongUsage("--list stands alone.", "Leave out --under, --matching, --around, --hops and --limit.")
        return OnList(reading_list)
    if hops is not None and around is None:
        raise WrongUsage("--hops goes with --around.", "Name a paper: --around arxiv:2306.00978 --hops 2.")
    if limit is not None and around is None and matching is None:
        raise WrongUsage("--limit goes with --matching or --around.", "Everything else is exported whole.")
    if around is not None:
        if under or matching:
            raise WrongUsage("--around stands alone.", "Leave out --under and --matching.")
        return Around(around, hops or 1, limit or 50)
    if matching is not None:
        return Matching(matching, Filters(under=under), limit or 50)
    return Below(under) if under is not None else Whole()
