"""``-`` in the place of a file that is read: standard input."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from litatlas.graph.errors import LitAtlasError, StorageError, WrongUsage

STANDARD_INPUT = "-"
_NAME = "standard-input"


@contextmanager
def readable(file: Path) -> Iterator[Path]:
    """The file; for ``-`` a copy of standard input that lasts as long as the command, since readers read twice.

    Raises:
        WrongUsage: standard input is a terminal, on which nobody types a file.
        StorageError: there is no room for the copy.
        LitAtlasError: what was raised within, with the words "standard input" where the copy was named.
    """
    if str(file) != STANDARD_INPUT:
        yield file
        return
    if sys.stdin.isatty():
        raise WrongUsage(
            "- reads a file from standard input, and nothing is sent there.", "Name a file, or use < FILE."
        )
    with tempfile.TemporaryDirectory(prefix="litatlas-") as directory:
        copy = Path(directory) / _NAME
        _spool(copy)
        try:
            yield copy
        except LitAtlasError as error:
            message, advice = (each.replace(str(copy), "standard input") for each in (error.message, error.advice))
            raise type(error)(message, advice) from error


def _spool(copy: Path) -> None:
    try:
        with copy.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
    except OSError as error:
        raise StorageError(
            f"Standard input could not be kept: {error.strerror or error}.", f"Make room in {copy.parent.parent}."
        ) from error
