"""`litatlas mcp`: the library for agents, over the Model Context Protocol."""

from __future__ import annotations

import importlib.util
import secrets
from typing import Annotated

import typer

from litatlas.graph.errors import ExtraMissing

from .cli_options import LibraryOption, ModelOption, explained, settings_of


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Listen on this machine instead of standard input and output.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="With --http: the port to listen on.")] = 8765,
    library: LibraryOption = None,
    model: ModelOption = None,
) -> None:
    """Serve the library to agents: search, node, paper, place, path, compare, gaps and export, all read-only.

    A client starts `litatlas mcp` itself and speaks over standard input and output. With `--http` it is at
    `http://127.0.0.1:8765/mcp` and asks for a token, which is printed, or taken from `LITATLAS_MCP_TOKEN`.

    Examples:

        litatlas mcp --library my-library
        litatlas mcp --http --port 9000
    """
    with explained():
        if importlib.util.find_spec("mcp") is None:
            raise ExtraMissing("Agents need the MCP SDK, which is not installed.", "pip install 'litatlas[mcp]'")
        from .console import say
        from .mcp_server import PATH, serve_http, serve_stdio
        from .service import Atlas
        from .serving import check_port

        settings = settings_of(library, model)
        atlas = Atlas(settings)
        if not http:
            serve_stdio(atlas)
            return
        check_port("127.0.0.1", port, "litatlas mcp --http")
        token = settings.mcp_token.get_secret_value() if settings.mcp_token else secrets.token_urlsafe(32)
        say(f"LitAtlas is for agents on http://127.0.0.1:{port}{PATH}  (Ctrl-C ends it)")
        if not settings.mcp_token:
            say(f"Each request needs the header  Authorization: Bearer {token}")
        serve_http(atlas, port, token)
