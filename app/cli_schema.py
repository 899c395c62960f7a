"""`litatlas schema`: what the output of a command with --json looks like."""

from __future__ import annotations

from typing import Annotated

import typer

from .cli_options import explained
from .cli_values import schema_values


def schema(
    command: Annotated[
        list[str] | None,
        typer.Argument(help="The command's words, such as: list show; or error.", autocompletion=schema_values),
    ] = None,
) -> None:
    """Print the JSON Schema of what a command prints with --json; without a command, those that have one.

    `error` is what such a command writes to standard error where it fails.

    Examples:

        litatlas schema
        litatlas schema search
        litatlas schema list show > list-show.schema.json
        litatlas schema error
    """
    with explained():
        from .console import out, print_json, text
        from .schemas import SCHEMAS, schema_of

        if command:
            print_json(schema_of(" ".join(command)))
            return
        for name, printed in SCHEMAS.items():
            lines = " One object a line." if printed.by_line else ""
            out.folded(text(f"{name:22}{printed.about}{lines}"), hang=22)
