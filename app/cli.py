"""The `litatlas` command: reads options, calls a use case, prints the result.

What is slow to import (the model, the index, the app) is imported in the command that needs it, so that
``litatlas --help`` answers at once. Exit status: 0 done, 1 an error that was explained, 2 wrong usage.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date as calendar_date
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litatlas.graph.errors import ExportError, InvalidFilter, LitAtlasError, StorageError

if TYPE_CHECKING:
    from litatlas.graph.search import Filters
    from litatlas.graph.selection import Selection

    from .service import Atlas
    from .settings import Settings

cli = typer.Typer(
    name="litatlas",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""A literature knowledge graph with semantic search, built on the taxonomies of survey papers.

Start with `litatlas build`, then `litatlas search "shrink the KV cache for long contexts"` or `litatlas app`.
""",
)
ingest = typer.Typer(no_args_is_help=True, help="Take a list of papers, metadata or citations into the library.")
cli.add_typer(ingest, name="ingest")


class GraphFormat(StrEnum):
    """Names of the export formats, for completion; a test compares them with the registry."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    NODE_LINK = "node-link"
    CSV = "csv"
    BIBTEX = "bibtex"


LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", "-l", help="The library's directory; else LITATLAS_LIBRARY, else ./litatlas-library."),
]
ModelOption = Annotated[
    str | None,
    typer.Option(help="Name or directory of a sentence-transformers model; else the one the library was built with."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
UnderOption = Annotated[str | None, typer.Option(help="Only this taxonomy node and everything below: name or key.")]


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


@contextmanager
def _explained() -> Iterator[None]:
    """An error meant for people is printed with its advice and ends the command with status 1.

    A reader that closes the pipe has seen enough, which is no error.
    """
    try:
        yield
        sys.stdout.flush()
    except LitAtlasError as error:
        from .console import print_error

        print_error(error)
        raise typer.Exit(1) from error
    except BrokenPipeError:
        _drop_output()
        raise typer.Exit(0) from None
    except OSError as error:  # of a file of the library, each use case explains it; so it was the output
        from .console import print_error

        _drop_output()
        where = f"{error.filename} cannot be used" if error.filename else "The output could not be written"
        print_error(StorageError(f"{where}: {error.strerror or error}.", "Check the free space and permissions."))
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        typer.echo("\nStopped; the library is as it was after its last commit.", err=True)
        raise typer.Exit(130) from None


def _drop_output() -> None:
    """What is still in the buffer of standard output goes nowhere, so that the interpreter can end in peace."""
    with suppress(OSError):  # of tests, whose output is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _settings(library: Path | None, model: str | None = None, **more: object) -> Settings:
    from .settings import load_settings

    return load_settings(library=library, model=model, **more)


def _atlas(library: Path | None, model: str | None = None) -> Atlas:
    from .service import Atlas

    return Atlas(_settings(library, model))


@cli.command()
def build(
    surveys: Annotated[list[str] | None, typer.Argument(help="Bundled surveys to add, by key.")] = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the library, or bring it up to date: only what changed is embedded.

    A new library gets the surveys that ship with LitAtlas. Safe to stop at any moment and to run again.
    """
    with _explained():
        from . import building
        from .console import print_json, progress_bar, say

        settings = _settings(library, model)
        say(f"Building the library in {settings.library}")
        with progress_bar() as progress:
            report = building.build(settings, progress, surveys=surveys or ())
        if as_json:
            print_json(report)
            return
        counts = report.counts
        say(
            f"{'Ready' if report.changed else 'Ready, nothing had changed'}: {counts.papers:,} papers"
            f" and {counts.software:,} software entries at {counts.nodes:,} taxonomy nodes,"
            f" {counts.citations:,} citations, {counts.abstracts:,} abstracts;"
            f" {report.embedding.made:,} texts embedded, {report.embedding.reused:,} kept."
        )


@ingest.command("list")
def ingest_list(
    file: Annotated[Path, typer.Argument(help="A companion list in Markdown.")],
    survey: Annotated[str, typer.Option(help="Short name of the survey, e.g. efficient-llms.")],
    source: Annotated[str | None, typer.Option(help="How to name the list to a reader, e.g. its repository.")] = None,
    location: Annotated[str | None, typer.Option(help="Address of the list.")] = None,
    revision: Annotated[str | None, typer.Option(help="Commit or version the file is of.")] = None,
    date: Annotated[str | None, typer.Option(help="ISO date of that revision.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write every finding to this file, as JSON lines.")] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Write the facts to this directory instead of into a library.")
    ] = None,
    edges: Annotated[Path | None, typer.Option(help="With --bundle: citations to include, from an edge file.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a survey's companion list: its taxonomy, papers and placements, each with its line.

    What was not understood, merged or in conflict is in the parse report: its summary is printed, --report writes all.

    Example: `litatlas ingest list README.md --survey efficient-llms --report report.jsonl`
    """
    with _explained():
        from litatlas.ingest.paper_list import read_paper_list

        from . import building
        from .console import counted, print_json, print_list_report, say

        if edges and not bundle:
            raise InvalidFilter(
                "--edges goes with --bundle.", "Into a library, citations come with `litatlas ingest citations FILE`."
            )
        _check_date(date)
        settings = _settings(library)
        facts = read_paper_list(
            file, survey_key=survey, source_title=source, location=location, revision=revision, date=date
        )
        if report:
            building.write_report(facts, report)
        result = building.bundle_list(facts, bundle, edges) if bundle else building.ingest_list(settings, facts)
        if as_json:
            print_json(result)
        else:
            print_list_report(result)
        if report:
            say(f"Wrote {report}: {counted(len(facts.findings), 'finding')}.")


@ingest.command("metadata")
def ingest_metadata(
    file: Annotated[
        Path, typer.Argument(help="JSON lines; arXiv snapshot field names are understood; .gz and .xz too.")
    ],
    add_unknown: Annotated[
        bool, typer.Option("--add-unknown", help="Add papers the library does not know, without a place.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read abstracts, authors and the like for papers of the library from a file.

    Example: `litatlas ingest metadata arxiv-metadata-oai-snapshot.json`
    """
    with _explained():
        from . import building
        from .console import print_applied, print_json, say

        say(f"Reading {file}")
        applied = building.ingest_metadata(_settings(library), file, add_unknown=add_unknown)
        if as_json:
            print_json(applied)
        else:
            print_applied(applied)


@ingest.command("citations")
def ingest_citations(
    file: Annotated[Path, typer.Argument(help="JSON lines with citing and cited, or two columns of ids.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read who cites whom, among papers of the library, from a file."""
    with _explained():
        from . import building
        from .console import print_applied, print_json

        applied = building.ingest_citations(_settings(library), file)
        if as_json:
            print_json(applied)
        else:
            print_applied(applied)


@cli.command()
def search(
    question: Annotated[list[str], typer.Argument(help="What you want to find, in words.")],
    under: UnderOption = None,
    survey: Annotated[str | None, typer.Option(help="Only this survey, by key.")] = None,
    year: Annotated[str | None, typer.Option(help="A year or a range: 2023, 2022..2024, 2023.. or ..2020.")] = None,
    venue: Annotated[str | None, typer.Option(help="Only this venue, e.g. ICLR.")] = None,
    code: Annotated[bool | None, typer.Option("--code/--no-code", help="Only papers with, or without, code.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many papers.")] = 10,
    library: LibraryOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask in natural language; papers and taxonomy nodes answer, each with the reasons for its rank.

    Example: `litatlas search "shrink the KV cache for long contexts" --under "Efficient Inference" --year 2023..`
    """
    with _explained():
        from .console import print_answer, print_json

        filters = _filters(under, survey, year, venue, code)
        answer = _atlas(library, model).search(" ".join(question), filters, limit=limit)
        if as_json:
            print_json(answer)
        else:
            print_answer(answer)


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
    with _explained():
        from .console import print_json, print_node, print_paper, print_tree
        from .service import NodeDetail

        atlas = _atlas(library)
        if what is None:
            tree = atlas.taxonomy()
            print_json(tree) if as_json else print_tree(tree)
            return
        detail = atlas.look_up(what)
        if as_json:
            print_json(detail)
        elif isinstance(detail, NodeDetail):
            print_node(detail)
        else:
            print_paper(detail, claims=claims)


@cli.command()
def export(
    format_name: Annotated[
        GraphFormat,
        typer.Option("--format", "-f", metavar="NAME", help="graphml, gexf, node-link, csv or bibtex."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File, or directory for CSV; - for standard output; else a name is made."),
    ] = None,
    under: UnderOption = None,
    matching: Annotated[str | None, typer.Option(help="The papers that answer this question.")] = None,
    around: Annotated[str | None, typer.Option(help="The neighbourhood of this paper: key, id or title.")] = None,
    hops: Annotated[
        int | None, typer.Option(min=1, max=3, help="With --around: how far; 1 unless given.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, max=1000, help="With --matching or --around: at most so many; else 50."),
    ] = None,
    abstracts: Annotated[
        bool, typer.Option("--abstracts", help="Include abstracts; mind the terms they came under.")
    ] = False,
    library: LibraryOption = None,
) -> None:
    """Write the whole graph, a node with everything below it, a search result or a neighbourhood to a file.

    Examples: `litatlas export -f bibtex --under "KV-Cache Optimization" -o kv.bib`, `litatlas export -f graphml`
    """
    with _explained():
        from .console import say
        from .saving import save_export

        atlas = _atlas(library)
        subgraph = atlas.select(_selection(under, matching, around, hops, limit))
        for path in save_export(subgraph, format_name.value, output, include_abstracts=abstracts):
            say(f"Wrote {path}: {len(subgraph.papers):,} papers, {len(subgraph.nodes):,} taxonomy nodes.")


@cli.command()
def status(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """What the library holds, where it came from, and what is missing; checks every file of it."""
    with _explained():
        from .console import print_json, print_overview

        atlas = _atlas(library)
        _ = atlas.library.index  # raises where its files are damaged
        overview = atlas.overview()
        if as_json:
            print_json(overview)
        else:
            print_overview(atlas.settings.library, overview)


@cli.command()
def app(
    library: LibraryOption = None,
    model: ModelOption = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on; else LITATLAS_PORT, else 8501.")
    ] = None,
    address: Annotated[str | None, typer.Option(help="Where to listen; 127.0.0.1 is this machine alone.")] = None,
) -> None:
    """Serve the app for the browser, until Ctrl-C."""
    with _explained():
        from .serving import serve

        serve(_settings(library, model, port=port, address=address))


def _filters(under: str | None, survey: str | None, year: str | None, venue: str | None, code: bool | None) -> Filters:
    from litatlas.graph.search import Filters

    first, last = _years(year)
    return Filters(under, survey, first, last, venue, code)


def _years(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    found = re.fullmatch(r"([0-9]{4})?(\.\.)?([0-9]{4})?", text.strip())
    first, dots, last = found.groups() if found else (None, None, None)
    if not (first or last) or (first and last and not dots):
        raise InvalidFilter(f"{text!r} is no year or range of years.", "Write 2023, 2022..2024, 2023.. or ..2020.")
    start, end = int(first) if first else None, int(last) if last else None
    return start, end if dots else start


def _check_date(text: str | None) -> None:
    try:
        calendar_date.fromisoformat(text or "2000-01-01")
    except ValueError as error:
        raise InvalidFilter(f"{text!r} is no date.", "Write it as 2025-06-22.") from error


def _selection(
    under: str | None, matching: str | None, around: str | None, hops: int | None, limit: int | None
) -> Selection:
    from litatlas.graph.search import Filters
    from litatlas.graph.selection import Around, Below, Matching, Whole

    if hops is not None and around is None:
        raise ExportError("--hops goes with --around.", "Name a paper: --around arxiv:2306.00978 --hops 2.")
    if limit is not None and around is None and matching is None:
        raise ExportError("--limit goes with --matching or --around.", "Everything else is exported whole.")
    if around is not None:
        if under or matching:
            raise ExportError("--around stands alone.", "Leave out --under and --matching.")
        return Around(around, hops or 1, limit or 50)
    if matching is not None:
        return Matching(matching, Filters(under=under), limit or 50)
    return Below(under) if under is not None else Whole()


if __name__ == "__main__":
    main()
