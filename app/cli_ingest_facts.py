"""`litatlas ingest metadata`, `citations` and `notes`: what is known of papers that the library has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .cli_options import JsonOption, LibraryOption, explained, settings_of
from .standard_input import readable


def ingest_metadata(
    file: Annotated[
        Path,
        typer.Argument(help="JSON lines of arXiv's snapshot, OpenAlex, Semantic Scholar, or plain; .gz and .xz too."),
    ],
    add_unknown: Annotated[
        bool, typer.Option("--add-unknown", help="Add papers the library does not know, without a place.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read abstracts, authors and the like for papers of the library from a file.

    What is not known here is left out and counted, unless --add-unknown takes it in.

    Examples:

        litatlas ingest metadata arxiv-metadata-oai-snapshot.json
        litatlas ingest metadata works.jsonl.gz --json
        jq -c '{title, abstract}' papers.json | litatlas ingest metadata -
    """
    with explained():
        from . import building
        from .console import print_json, say
        from .console_sources import print_applied

        with readable(file) as opened:
            say(f"Reading {'standard input' if opened != file else file}")
            applied = building.ingest_metadata(settings_of(library), opened, add_unknown=add_unknown)
        print_json(applied) if as_json else print_applied(applied)


def ingest_citations(
    file: Annotated[Path, typer.Argument(help="JSON lines with citing and cited, or two columns of ids.")],
    bundle: Annotated[
        Path | None,
        typer.Option(help="Write those between papers of the bundled surveys to this directory, not into a library."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read who cites whom, among papers of the library, from a file.

    Edges to papers that are not here are counted, and left out.

    Examples:

        litatlas ingest citations edges.jsonl
        litatlas ingest citations edges.tsv --json
        gunzip -c edges.tsv.gz | litatlas ingest citations -
    """
    with explained():
        from litatlas.graph.telling import counted

        from . import building
        from .console import print_json, say
        from .console_sources import print_applied

        if bundle:
            with readable(file) as opened:
                written = building.bundle_citations(opened, bundle)
            if as_json:
                print_json(written)
            lie = "lies" if written.edges == 1 else "lie"
            say(f"{counted(written.edges, 'citation')} of {written.records:,} {lie} between papers of bundled surveys.")
            return
        with readable(file) as opened:
            applied = building.ingest_citations(settings_of(library), opened)
        print_json(applied) if as_json else print_applied(applied)


def ingest_notes(
    file: Annotated[Path, typer.Argument(help="JSON lines, each with ids or a title and a note of one sentence.")],
    source: Annotated[
        str | None, typer.Option(help="Whose notes they are, shown with each of them; default the file's name.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read notes of your own on papers of the library, a sentence each; they are shown and searched.

    They stand before the notes that ship, and are marked as yours.

    Examples:

        litatlas ingest notes notes.jsonl --source "Our reading group"
        litatlas ingest notes - --source "Our reading group" < notes.jsonl
    """
    with explained():
        from . import building
        from .console import print_json
        from .console_sources import print_applied

        with readable(file) as opened:
            applied = building.ingest_notes(settings_of(library), opened, source)
        print_json(applied) if as_json else print_applied(applied)
