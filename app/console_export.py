"""What `litatlas export` says it has written."""

from __future__ import annotations

from litatlas.graph.export import FORMATS
from litatlas.graph.telling import counted

from .console import err, out, say, text, works
from .saving import ExportReport, SavedFile


def print_formats() -> None:
    """The formats of the registry: what to call them, and what they hold."""
    for each in FORMATS.values():
        out.folded(text(f"{each.name:14}{each.description}"), hang=14)


def print_written(report: ExportReport) -> None:
    """Where the files are and what they hold; of several files a table. On standard error: the file is the result."""
    if not report.papers + report.software:
        say("No paper is in this part of the library; what is written holds none.")
    held = f"{works(report.papers, report.software)}, {counted(report.nodes, 'taxonomy node')}"
    if len({each.format for each in report.files}) == 1:
        for file in report.files:
            say(f"Wrote {_where(file)}: {held}.")
    else:
        _print_table(report.files)
        say(f"Wrote {counted(len(report.files), 'file')}, each with {held}.")
    for each in report.left_out:
        say(f"Left out {each.format}: {each.message} {each.advice}")


def _where(file: SavedFile) -> str:
    path = "to standard output" if file.path == "-" else file.path
    return f"{path}, in place of an earlier file" if file.replaced else path


def _print_table(files: tuple[SavedFile, ...]) -> None:
    """A line per file, as long as it is, so that a path can be copied."""
    for file in files:
        err.print(text(f"{file.format:12}{file.size:>14,} bytes  {_where(file)}"))
