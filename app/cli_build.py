"""`litatlas build` and `litatlas app`: making the library, and seeing it in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from .cli_fetch import fetch
from .cli_options import JsonOption, LibraryOption, ModelOption, explained, settings_of
from .cli_values import bundled_values


def build(
    surveys: Annotated[
        list[str] | None, typer.Argument(help="Bundled surveys to add, by key.", autocompletion=bundled_values)
    ] = None,
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

    Examples:

        litatlas build
        litatlas build llm-compression --library my-library
        litatlas build --no-map --json
    """
    with explained():
        from litatlas.graph.telling import counted

        from . import building
        from .console import print_json, progress_bar, say, works

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
    """Serve the app for the browser, until Ctrl-C.

    It is on this machine alone unless --address says otherwise.

    Examples:

        litatlas app
        litatlas app --port 8502 --fetch
    """
    with explained():
        from .serving import serve

        serve(settings_of(library, model, port=port, address=address, fetch=fetch_too))
