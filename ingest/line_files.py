"""Files of lines, possibly millions, possibly compressed, read one line at a time."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from litatlas.graph.errors import SourceMissing, SourceUnreadable

from .source_text import NAME_A_FILE, refuse_empty

LONGEST_LINE = 8_000_000  # characters; the longest abstract is a thousandth of it

NumberedLine = tuple[int, str]


def open_lines(path: Path) -> Iterator[NumberedLine]:
    """Lines of a plain, ``.gz`` or ``.xz`` file with their numbers from 1, without their ends.

    Bytes that are not UTF-8 become U+FFFD, so that one bad line does not end the reading.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it cannot be read, its compression is damaged, or a line has no end.
    """
    try:
        with _open(path) as stream:
            yield from _numbered(stream, path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceMissing(f"There is no file {path}", "Check the spelling and the directory.") from error
    except (lzma.LZMAError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceUnreadable(f"{path} is damaged or cut short: {error}", "Fetch the file again.") from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise SourceUnreadable(f"{path} cannot be read: {cause}", "Check the file and its permissions.") from error


def digest_of(path: Path) -> str:
    """sha256 of a file's bytes, in hexadecimal; errors as in `open_lines`, and for a directory or an empty file."""
    try:
        if path.is_dir():
            raise SourceUnreadable(f"{path} is a directory, not a file", NAME_A_FILE)
        if path.is_file() and path.stat().st_size == 0:
            refuse_empty(b"", str(path))
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceMissing(f"There is no file {path}", "Check the spelling and the directory.") from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise SourceUnreadable(f"{path} cannot be read: {cause}", "Check the file's permissions.") from error


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    if path.suffix == ".xz":
        return cast(IO[bytes], lzma.open(path, "rb"))
    return path.open("rb")


def _numbered(stream: IO[bytes], path: Path) -> Iterator[NumberedLine]:
    number = 0
    while raw := stream.readline(LONGEST_LINE):
        number += 1
        if len(raw) >= LONGEST_LINE and not raw.endswith(b"\n"):
            raise SourceUnreadable(
                f"{path}, line {number} is longer than {LONGEST_LINE:,} bytes",
                "Check that it holds one record per line.",
            )
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        yield number, raw.decode("utf-8", "replace").rstrip("\r\n")
