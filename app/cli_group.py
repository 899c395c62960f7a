"""The group of all commands: usage errors as JSON where JSON is wanted, and a pipe that closes is no error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from litatlas.graph.errors import WrongUsage

from .cli_options import ExitStatus, drop_output, remember_json, tell_error


class Commands(TyperGroup):
    """`litatlas` itself."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command as typer does, and end with the status that docs/command-line.md promises."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            if standalone_mode and "--json" in words:
                sys.exit(self._with_errors_as_json(words, prog_name))
            return super().main(words, prog_name, complete_var, standalone_mode, windows_expand_args, **extra)
        finally:
            _end_output()

    def _with_errors_as_json(self, words: Sequence[str], prog_name: str | None) -> int:
        try:
            return super().main(words, prog_name, standalone_mode=False) or ExitStatus.DONE
        except typer.TyperException as error:  # what a parser finds wrong stops it before it has seen all options
            remember_json(True)
            tell_error(WrongUsage(error.format_message(), "`--help` behind the command has its options."))
            return ExitStatus.USAGE


def _end_output() -> None:
    """Write what is left; a reader that has gone has seen enough."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
