"""How commands print: text that folds at words, JSON, errors with their advice, progress; nothing is decided here.

Results go to standard output, everything else to standard error, so that pipes carry results alone.
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from litatlas.graph.errors import LitAtlasError
from litatlas.graph.network import plain_text
from litatlas.graph.telling import counted

if TYPE_CHECKING:  # brings FAISS and scikit-learn along, which take a second
    from .building import Progress as ProgressReport


class _Console(Console):
    """Lines of any length for pipes; on a terminal they are folded at words, under the indent of their first."""

    def on_broken_pipe(self) -> None:
        """Leave it to the command, which ends quietly; rich would end it as an error."""
        raise BrokenPipeError(errno.EPIPE, "the pipe was closed")

    def folded(self, lines: Text, hang: int | None = None) -> None:
        """Print lines of text; what is folded hangs by `hang` columns, or two more than the line is indented."""
        if not self.is_terminal:
            self.print(lines)
            return
        for part in lines.split("\n", allow_blank=False):
            under = hang if hang is not None else len(part.plain) - len(part.plain.lstrip()) + 2
            first, *more = part.wrap(self, max(20, self.width - under))
            self.print(Text("\n" + " " * under).join([first, *more]))


@dataclass(frozen=True, slots=True)
class ToldError:
    """An error that was meant for people.

    Attributes:
        kind: its class in graph/errors.py.
        message: what happened, and to which record.
        advice: what to do next.
        status: what the command ends with.
    """

    kind: str
    message: str
    advice: str
    status: int


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """What a command with --json that fails writes to standard error, as the last line."""

    error: ToldError


out = _Console(highlight=False, soft_wrap=True)
err = _Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """A result as JSON, with the names of its record's fields; schemas.py says which record is whose."""
    sys.stdout.write(_json_text(value, indent=2) + "\n")


def print_json_line(value: Any) -> None:
    """A record as one line of JSON, at once."""
    sys.stdout.write(_json_text(value, indent=None) + "\n")
    sys.stdout.flush()


def print_error_json(error: LitAtlasError, status: int) -> None:
    """What happened, as one line of JSON on standard error."""
    report = ErrorReport(ToldError(type(error).__name__, error.message, error.advice, status))
    sys.stderr.write(_json_text(report, indent=None) + "\n")


def _json_text(value: Any, indent: int | None) -> str:
    """JSON that any reader takes: half a character, as a broken command line or file may hold, is shown as U+FFFD."""
    adapter = TypeAdapter(type(value))
    try:
        return adapter.dump_json(value, indent=indent).decode()
    except PydanticSerializationError:
        written = json.dumps(adapter.dump_python(value, mode="json"), indent=indent, ensure_ascii=False)
        return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def print_error(error: LitAtlasError) -> None:
    """What happened, and what to do next."""
    err.folded(Text.assemble(("error: ", "bold red"), plain_text(error.message)))
    if error.advice:
        err.folded(Text(f"  {plain_text(error.advice)}"), hang=2)


def text(value: str, style: str = "") -> Text:
    """Text of others: neither markup nor control characters of it reach the terminal."""
    return Text(plain_text(value), style)


@contextmanager
def progress_bar() -> Iterator[ProgressReport]:
    """A callback that shows stages with a bar on a terminal, and as plain lines elsewhere."""
    if not err.is_terminal:
        yield _plain_progress()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)

        yield report


def _plain_progress() -> ProgressReport:
    last: dict[str, int] = {}

    def report(stage: str, done: int, total: int) -> None:
        if not total:
            return
        tenth = 10 * done // total if total else 10
        if last.get(stage) != tenth:
            last[stage] = tenth
            err.print(f"{stage}: {done:,} of {total:,}")

    return report


def say(message: str) -> None:
    """A line about what is being done, on standard error."""
    err.folded(text(message))


def works(papers: int, software: int) -> str:
    """``1,251 papers and 38 software entries``; software is left out where there is none."""
    tools = f" and {counted(software, 'software entry', 'software entries')}" if software else ""
    return counted(papers, "paper") + tools
