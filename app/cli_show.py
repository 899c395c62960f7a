"""`litatlas show` and `litatlas status`: one paper, one node, the taxonomy; the library itself."""

from __future__ import annotations

from typing import Annotated

import typer

from .cli_options import JsonOption, LibraryOption, explained, settings_of
from .cli_values import node_values


def show(
    what: Annotated[
        str | None,
        typer.Argument(
            help="A paper (key, id, address, title) or a taxonomy node (name, key).", autocompletion=node_values
        ),
    ] = None,
    claims: Annotated[bool, typer.Option("--claims", help="Every value with its source and line.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a paper or a taxonomy node; without a name, the whole taxonomy with counts.

    With --json a paper, a node or the trees are records of their own kind: `litatlas schema show`.

    Examples:

        litatlas show
        litatlas show "KV-Cache Optimization"
        litatlas show arxiv:2306.00978 --claims
        litatlas show arxiv:2306.00978 --json | jq .paper.links
    """
    with explained():
        from .console import print_json
        from .console_answers import print_forest, print_node, print_paper
        from .details import NodeDetail
        from .service import Atlas

        atlas = Atlas(settings_of(library))
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


def status(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """What the library holds, where it came from, and what is missing; checks every file of it.

    Per service: what is done, what is pending, what is missing with proof, what failed and why.

    Examples:

        litatlas status
        litatlas status --json | jq .overview.counts
    """
    with explained():
        from .console import print_json
        from .console_fetch import print_status
        from .console_sources import print_overview
        from .fetching import read_status
        from .service import Atlas

        atlas = Atlas(settings_of(library))
        _ = atlas.library.index  # raises where its files are damaged
        found = read_status(atlas.settings, atlas.overview())
        if as_json:
            print_json(found)
        else:
            print_overview(atlas.settings.library, found.overview)
            print_status(found)
