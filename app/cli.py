"""The `litatlas` command: which commands there are, in the order of their use, and what it says without one.

What is slow to import (the model, the index, the app) is imported in the command that needs it, so that
``litatlas --help`` answers at once. docs/command-line.md has the exit statuses and what goes where.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from .cli_ask import ask
from .cli_build import app, build
from .cli_compare import compare
from .cli_export import export
from .cli_fetch import fetch
from .cli_group import Commands
from .cli_ingest import ingest
from .cli_mcp import mcp
from .cli_options import explained, remember_json
from .cli_path import path
from .cli_place import place
from .cli_reading import reading
from .cli_review import review
from .cli_schema import schema
from .cli_search import search
from .cli_show import show, status
from .cli_work import work

cli = typer.Typer(
    name="litatlas",
    cls=Commands,
    invoke_without_command=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""A literature knowledge graph with semantic search, built on the taxonomies of survey papers.

Each command explains itself with examples: `litatlas search --help`. For scripts: docs/command-line.md.

Examples:

    litatlas build
    litatlas search "shrink the KV cache for long contexts"
    litatlas app
""",
)
for each in (build, search, ask, show, path, place, compare, export, fetch, status, app, mcp, schema):
    cli.command()(each)
cli.command(hidden=True)(work)
cli.add_typer(ingest, name="ingest")
cli.add_typer(review, name="review")
cli.add_typer(reading, name="list")


def main() -> None:
    """Entry point of the console command."""
    cli()


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"litatlas {version('litatlas')}")
        raise typer.Exit


@cli.callback()
def _options(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    remember_json(False)  # each command with --json says so anew
    if context.invoked_subcommand is None:
        with explained():
            from .console_welcome import print_welcome
            from .settings import load_settings

            print_welcome(load_settings().library)


if __name__ == "__main__":
    main()
