"""The `litatlas` command: reads options, calls a use case, prints the result.

What is slow to import (the model, the index, the app) is imported in the command that needs it, so that
``litatlas --help`` answers at once. Exit status: 0 done, 1 an error that was explained, 2 wrong usage, 3 done as far
as the services answered (`litatlas fetch`, `litatlas ask --write`).
"""

from __future__ import annotations

from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litatlas.graph.errors import WrongUsage

from .cli_ask import ask
from .cli_compare import compare
from .cli_fetch import fetch
from .cli_ingest import ingest
from .cli_mcp import mcp
from .cli_options import JsonOption, LibraryOption, ModelOption, UnderOption, explained, settings_of
from .cli_path import path
from .cli_place import place
from .cli_reading import reading
from .cli_review import review
from .cli_work import work

if TYPE_CHECKING:
    from litatlas.graph.search import Filters
    from litatlas.graph.selection import Selection

    from .service import Atlas

cli = typer.Typer(
    name="litatlas",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""A literature knowledge graph with semantic search, built on the taxonomies of survey papers.

Start with `litatlas build`, then `litatlas search "shrink the KV cache for long contexts"` or `litatlas app`.
""",
)
cli.add_typer(ingest, name="ingest")
cli.add_typer(review, name="review")
cli.add_typer(reading, name="list")


class GraphFormat(StrEnum):
    """Names of the export formats, for completion; a test compares them with the registry."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    NODE_LINK = "node-link"
    CX2 = "cx2"
    CSV = "csv"
    BIBTEX = "bibtex"
    RIS = "ris"
    CSL = "csl"
    PARQUET = "parquet"
    TURTLE = "turtle"
    JSON_LD = "json-ld"
    HTML = "html"
    MARKDOWN = "markdown"
    OBSIDIAN = "obsidian"


def main() -> None:
    """Entry point of the console command."""
    cli()


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"litatlas {version('litatlas')}")
        raise typer.Exit


@cli.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _atlas(library: Path | None, model: str | None = None) -> Atlas:
    from .console import say
    from .service import Atlas

    return Atlas(settings_of(library, model), on_loading=lambda: say("Loading the model"))


@cli.command()
def build(
    surveys: Annotated[list[str] | None, typer.Argument(help="Bundled surveys to add, by key.")] = None,
    fetch_too: Annotated[
        bool, typer.Option("--fetch", help="Then fetch what is missing, as `litatlas fetch` does.")
    ] = False,
    draw_map: Annotated[
        bool, typer.Option("--map/--no-map", help="Lay out the app's map of meaning; a minute for 50,000 papers.")
    ] = True,
    library: LibraryOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the library, or bring it up to date: only what changed is embedded.

    A new library gets the surveys that ship with LitAtlas. Safe to stop at any moment and to run again.
    """
    with explained():
        from . import building
        from .console import counted, print_json, progress_bar, say, works

        settings = settings_of(library, model)
        say(f"Building the library in {settings.library}")
        with progress_bar() as progress:
            report = building.build(settings, progress, surveys=surveys or (), with_map=draw_map)
        counts = report.counts
        for key in report.kept:
            say(f"note: {key} stays as you read it; `litatlas build {key}` brings the shipped one back.")
        if as_json:
            print_json(report)
        else:
            say(
                f"{'Ready' if report.changed else 'Ready, nothing had changed'}:"
                f" {works(counts.papers, counts.software)} at {counted(counts.nodes, 'taxonomy node')},"
                f" {counted(counts.citations, 'citation')}, {counted(counts.abstracts, 'abstract')};"
                f" {counted(report.embedding.made, 'text')} embedded, {report.embedding.reused:,} kept."
            )
    if fetch_too:
        fetch(library=library, model=model, as_json=as_json)


@cli.command()
def search(
    question: Annotated[list[str], typer.Argument(help="What you want to find, in words.")],
    under: UnderOption = None,
    survey: Annotated[str | None, typer.Option(help="Only this survey, by key.")] = None,
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

    Examples: `litatlas search "shrink the KV cache for long contexts" --under "Efficient Inference" --year 2023..`,
    `litatlas search like:2306.00978 unlike:2210.17323 code:yes`,
    `litatlas search "does it need retraining" --within 'under:Pruning and not survey:llm-inference'`
    """
    with explained():
        from .console import print_json
        from .console_answers import print_answer

        filters = _filters(under, survey, year, venue, code, author)
        atlas = _atlas(library, model)
        answer = atlas.search(" ".join(map(_as_typed, question)), filters, limit=limit, within=within)
        if as_json:
            print_json(answer)
        else:
            print_answer(answer, atlas.survey_titles(), atlas.note_writers(hit.paper for hit in answer.papers))


cli.command()(ask)


@cli.command()
def show(
    what: Annotated[
        str | None, typer.Argument(help="A paper (key, id, address, title) or a taxonomy node (name, key).")
    ] = None,
    claims: Annotated[bool, typer.Option("--claims", help="Every value with its source and line.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a paper or a taxonomy node; without a name, the whole taxonomy with counts.

    Examples: `litatlas show arxiv:2306.00978`, `litatlas show "KV-Cache Optimization"`, `litatlas show`
    """
    with explained():
        from .console import print_json
        from .console_answers import print_forest, print_node, print_paper
        from .details import NodeDetail

        atlas = _atlas(library)
        if what is None:
            tree = atlas.taxonomy()
            print_json(tree) if as_json else print_forest(tree, atlas.survey_titles())
            return
        detail = atlas.look_up(what)
        if as_json:
            print_json(detail)
        elif isinstance(detail, NodeDetail):
            print_node(detail, atlas.survey_titles())
        else:
            print_paper(detail, atlas.survey_titles(), claims=claims)


cli.command()(path)
cli.command()(place)
cli.command()(compare)


@cli.command()
def export(
    format_name: Annotated[
        GraphFormat,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="The format: " + ", ".join(GraphFormat) + ".",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File, or directory for CSV; - for standard output; else a name is made."),
    ] = None,
    under: UnderOption = None,
    matching: Annotated[str | None, typer.Option(help="The papers that answer this question.")] = None,
    around: Annotated[str | None, typer.Option(help="The neighbourhood of this paper: key, id or title.")] = None,
    reading_list: Annotated[str | None, typer.Option("--list", help="The papers of this reading list.")] = None,
    hops: Annotated[
        int | None, typer.Option(min=1, max=3, help="With --around: how far; 1 unless given.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, max=1000, help="With --matching or --around: at most so many; else 50."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--not", metavar="NODE", help="Leave out this taxonomy node and all below; may be repeated."),
    ] = None,
    expression: Annotated[
        str | None, typer.Option("--select", help="An expression instead, such as: under:A and not survey:B.")
    ] = None,
    abstracts: Annotated[
        bool, typer.Option("--abstracts", help="Include abstracts; mind the terms they came under.")
    ] = False,
    library: LibraryOption = None,
) -> None:
    """Write the whole graph, a node with everything below it, a search result, a neighbourhood or a list to a file.

    Examples: `litatlas export -f bibtex --under "KV-Cache Optimization" -o kv.bib`, `litatlas export -f graphml`,
    `litatlas export -f ris --select 'search:"speculative decoding" and not survey:llm-inference'`
    """
    with explained():
        from litatlas.graph.models import WorkKind

        from .console import counted, say, works
        from .saving import save_export

        atlas = _atlas(library)
        subgraph = atlas.select(_wanted(expression, without, under, matching, around, hops, limit, reading_list))
        software = sum(paper.kind is WorkKind.SOFTWARE for paper in subgraph.papers)
        held = f"{works(len(subgraph.papers) - software, software)}, {counted(len(subgraph.nodes), 'taxonomy node')}"
        for file in save_export(subgraph, format_name.value, output, include_abstracts=abstracts):
            say(f"Wrote {file.path}{', in place of an earlier file' if file.replaced else ''}: {held}.")


cli.command()(fetch)


@cli.command()
def status(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """What the library holds, where it came from, and what is missing; checks every file of it.

    Per service: what is done, what is pending, what is missing with proof, what failed and why.
    """
    with explained():
        from .console import print_json
        from .console_fetch import print_status
        from .console_sources import print_overview
        from .fetching import read_status

        atlas = _atlas(library)
        _ = atlas.library.index  # raises where its files are damaged
        found = read_status(atlas.settings, atlas.overview())
        if as_json:
            print_json(found)
        else:
            print_overview(atlas.settings.library, found.overview)
            print_status(found)


@cli.command()
def app(
    library: LibraryOption = None,
    model: ModelOption = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on; else LITATLAS_PORT, else 8501.")
    ] = None,
    address: Annotated[str | None, typer.Option(help="Where to listen; 127.0.0.1 is this machine alone.")] = None,
    fetch_too: Annotated[
        bool | None,
        typer.Option("--fetch/--no-fetch", help="Fetch what is missing behind the app; else LITATLAS_FETCH, else not."),
    ] = None,
) -> None:
    """Serve the app for the browser, until Ctrl-C."""
    with explained():
        from .serving import serve

        serve(settings_of(library, model, port=port, address=address, fetch=fetch_too))


cli.command()(mcp)
cli.command(hidden=True)(work)


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


if __name__ == "__main__":
    main()
