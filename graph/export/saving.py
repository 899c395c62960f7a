"""Putting a file on the disk, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from litatlas.graph.errors import StorageError


def write_file(path: Path, data: bytes) -> str:
    """Write a file, whole or not at all; returns its path.

    Raises:
        StorageError: it cannot be written; one that was there before is as it was.
    """
    try:
        if path.exists() and not path.is_file():  # a device or a pipe takes bytes, and must not be replaced by a file
            path.write_bytes(data)
        else:
            _replace(path, data)
    except OSError as error:
        raise StorageError(
            f"{path} could not be written: {error.strerror or error}.", "Check the directory and the free space."
        ) from error
    return str(path)


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
