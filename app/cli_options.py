"""What all commands share: options, settings, exit statuses, and how an error is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litatlas.graph.errors import Interrupted, LitAtlasError, StorageError, WrongUsage

from .cli_values import node_values, survey_values

if TYPE_CHECKING:
    from .settings import Settings


class ExitStatus(IntEnum):
    """What a command ends with; docs/command-line.md explains them to those who write scripts."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3
    INTERRUPTED = 130


# Whether the command under way was given --json, which decides how its errors are told.
_json_wanted: ContextVar[bool] = ContextVar("json_wanted", default=False)


def remember_json(wanted: bool) -> bool:
    """Note whether results and errors are wanted as JSON."""
    _json_wanted.set(wanted)
    return wanted


LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", "-l", help="The library's directory; else LITATLAS_LIBRARY, else ./litatlas-library."),
]
ModelOption = Annotated[
    str | None,
    typer.Option(help="Name or directory of a sentence-transformers model; else the one the library was built with."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", callback=remember_json, is_eager=True, help="Print the result as JSON.")
]
SurveyOption = Annotated[str | None, typer.Option(help="Only this survey, by key.", autocompletion=survey_values)]
UnderOption = Annotated[
    str | None,
    typer.Option(help="Only this taxonomy node and everything below: name or key.", autocompletion=node_values),
]


@contextmanager
def explained() -> Iterator[None]:
    """An error meant for people is told with its advice and ends the command with status 1, of wrong usage with 2.

    A reader that closes the pipe has seen enough, which is no error.
    """
    try:
        yield
        sys.stdout.flush()
    except LitAtlasError as error:
        tell_error(error)
        raise typer.Exit(status_of(error)) from error
    except BrokenPipeError:
        drop_output()
        raise typer.Exit(ExitStatus.DONE) from None
    except OSError as error:  # of a file of the library, each use case explains it; so it was the output
        drop_output()
        where = f"{error.filename} cannot be used" if error.filename else "The output could not be written"
        told = StorageError(f"{where}: {error.strerror or error}.", "Check the free space and permissions.")
        tell_error(told)
        raise typer.Exit(ExitStatus.FAILED) from error
    except KeyboardInterrupt:
        stopped = "Stopped; the library is as it was after its last commit."
        if _json_wanted.get():
            tell_error(Interrupted(stopped))
        else:
            typer.echo(f"\n{stopped}", err=True)
        raise typer.Exit(ExitStatus.INTERRUPTED) from None


def status_of(error: LitAtlasError) -> ExitStatus:
    """What a command ends with after an error."""
    if isinstance(error, Interrupted):
        return ExitStatus.INTERRUPTED
    return ExitStatus.USAGE if isinstance(error, WrongUsage) else ExitStatus.FAILED


def tell_error(error: LitAtlasError) -> None:
    """An error on standard error: as text, or with --json as one line that is a JSON object."""
    from .console import print_error, print_error_json

    if _json_wanted.get():
        print_error_json(error, status_of(error))
    else:
        print_error(error)


def drop_output() -> None:
    """What is still in the buffer of standard output goes nowhere, so that the interpreter can end in peace."""
    with suppress(OSError):  # of tests, whose output is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def settings_of(library: Path | None, model: str | None = None, **more: object) -> Settings:
    """Settings from a command's options, else the environment, else the defaults."""
    from .settings import load_settings

    return load_settings(library=library, model=model, **more)
