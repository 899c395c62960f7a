"""Putting files on the disk, whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from litatlas.graph.errors import ExtraMissing, StorageError, WrongUsage
from litatlas.graph.export import FORMATS, find_format
from litatlas.graph.export.saving import write_file
from litatlas.graph.models import Subgraph

__all__ = ["ExportReport", "LeftOut", "SavedFile", "save_every_format", "save_export", "write_file"]


@dataclass(frozen=True, slots=True)
class SavedFile:
    """What was written where.

    Attributes:
        path: of the file; ``-`` for standard output.
        format: its name in the registry.
        size: in bytes.
        replaced: whether a file of that name was there before.
    """

    path: str
    format: str
    size: int
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A format that was not written: its name, why, and what helps."""

    format: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote.

    Attributes:
        title: of the part of the library that was written.
        papers, software, nodes, citations: how much of each is in it.
        files: in the order of the registry.
        left_out: formats that were asked for and need a part of LitAtlas that is not installed.
    """

    title: str
    papers: int
    software: int
    nodes: int
    citations: int
    files: tuple[SavedFile, ...]
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def of(cls, subgraph: Subgraph, files: Sequence[SavedFile], left_out: Sequence[LeftOut] = ()) -> ExportReport:
        """The report on a subgraph and its files."""
        software = subgraph.software
        papers, nodes, citations = len(subgraph.papers) - software, len(subgraph.nodes), len(subgraph.citations)
        return cls(subgraph.title, papers, software, nodes, citations, tuple(files), tuple(left_out))


def save_export(
    subgraph: Subgraph, format_name: str, output: Path | None, *, include_abstracts: bool = False
) -> ExportReport:
    """Write a subgraph in a format; returns what was written where.

    Args:
        output: a file; a directory, where each part of the format becomes a file; ``-`` for standard output; None
            for a name made from the subgraph's title in the current directory.

    Raises:
        ExportError: no such format.
        StorageError: the file cannot be written; one that was there before is as it was.
        WrongUsage: standard output is a terminal, and the format is an archive.
    """
    chosen = find_format(format_name)
    to_pipe = output is not None and str(output) == "-"  # whatever is called so here
    if output is not None and not to_pipe and output.is_dir():
        parts = chosen.write_files(subgraph, include_abstracts=include_abstracts)
        return ExportReport.of(subgraph, [_save(output / part.name, chosen.name, part.data) for part in parts])
    if to_pipe and chosen.is_archive and sys.stdout.isatty():
        raise WrongUsage(
            f"{chosen.name} is several files in one archive, which a terminal cannot show.",
            f"Name a file or a directory with --output, or send it on: `litatlas export … -o - > {chosen.name}.zip`.",
        )
    data = chosen.write(subgraph, include_abstracts=include_abstracts)
    if to_pipe:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return ExportReport.of(subgraph, [SavedFile("-", chosen.name, len(data))])
    return ExportReport.of(subgraph, [_save(output or Path(chosen.file_name(subgraph)), chosen.name, data)])


def save_every_format(subgraph: Subgraph, directory: Path, *, include_abstracts: bool = False) -> ExportReport:
    """Write a subgraph in every format of the registry, one file each, into a directory that is made where needed.

    Raises:
        StorageError: the directory cannot be made, or a file cannot be written; those before it are there.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{directory} could not be made: {error.strerror or error}.", "Name a directory with --all."
        ) from error
    files, left_out = [], []
    for each in FORMATS.values():
        try:
            data = each.write(subgraph, include_abstracts=include_abstracts)
        except ExtraMissing as error:
            left_out.append(LeftOut(each.name, error.message, error.advice))
        else:
            files.append(_save(directory / each.file_name(subgraph), each.name, data))
    return ExportReport.of(subgraph, files, left_out)


def _save(path: Path, format_name: str, data: bytes) -> SavedFile:
    replaced = path.is_file()
    return SavedFile(write_file(path, data), format_name, len(data), replaced)
