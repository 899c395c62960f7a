"""Putting files on the disk, whole or not at all."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from litatlas.graph.errors import WrongUsage
from litatlas.graph.export import export, find_format
from litatlas.graph.export.saving import write_file
from litatlas.graph.models import Subgraph

__all__ = ["SavedFile", "save_export", "write_file"]


@dataclass(frozen=True, slots=True)
class SavedFile:
    """Where something was written, and whether a file of that name was there before."""

    path: str
    replaced: bool = False


def save_export(
    subgraph: Subgraph, format_name: str, output: Path | None, *, include_abstracts: bool = False
) -> tuple[SavedFile, ...]:
    """Write a subgraph in a format; returns where.

    Args:
        output: a file; a directory, where each part of the format becomes a file; ``-`` for standard output; None
            for a name made from the subgraph's title in the current directory.

    Raises:
        ExportError: no such format.
        StorageError: the file cannot be written; one that was there before is as it was.
        WrongUsage: standard output is a terminal, and the format is an archive.
    """
    if output is not None and output.is_dir():
        parts = find_format(format_name).write_files(subgraph, include_abstracts=include_abstracts)
        return tuple(_save(output / part.name, part.data) for part in parts)
    to_pipe = output is not None and str(output) == "-"
    if to_pipe and len(find_format(format_name).parts) > 1 and sys.stdout.isatty():
        raise WrongUsage(
            f"{format_name} is several files in one archive, which a terminal cannot show.",
            "Name a file or a directory with --output, or send it on: `litatlas export … -o - > tables.zip`.",
        )
    exported = export(subgraph, format_name, include_abstracts=include_abstracts)
    if to_pipe:
        sys.stdout.buffer.write(exported.data)
        sys.stdout.buffer.flush()
        return (SavedFile("to standard output"),)
    return (_save(output or Path(exported.name), exported.data),)


def _save(path: Path, data: bytes) -> SavedFile:
    replaced = path.is_file()
    return SavedFile(write_file(path, data), replaced)
