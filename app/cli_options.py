"""What all commands share: options, settings, and how an error is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litatlas.graph.errors import LitAtlasError, StorageError, WrongUsage

if TYPE_CHECKING:
    from .settings import Settings

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


@contextmanager
def explained() -> Iterator[None]:
    """An error meant for people is printed with its advice and ends the command with status 1, of wrong usage with 2.

    A reader that closes the pipe has seen enough, which is no error.
    """
    try:
        yield
        sys.stdout.flush()
    except LitAtlasError as error:
        from .console import print_error

        print_error(error)
        raise typer.Exit(2 if isinstance(error, WrongUsage) else 1) from error
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


def settings_of(library: Path | None, model: str | None = None, **more: object) -> Settings:
    """Settings from a command's options, else the environment, else the defaults."""
    from .settings import load_settings

    return load_settings(library=library, model=model, **more)
