"""The bytes of a text source: read from disk with errors that name the file, and decoded with findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from litatlas.graph.errors import SourceMissing, SourceUnreadable
from litatlas.graph.models import Finding, Severity

NAME_A_FILE = "Name the file in it that is to be read."
LARGEST_TEXT = 50_000_000  # bytes; a hand-kept list is a thousand times smaller

# Control characters, halves of surrogate pairs and the two non-characters: XML, and so GraphML, cannot hold them.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


_NO_TEXT = (b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xfd7zXZ")  # what files of other kinds begin with


@dataclass(frozen=True, slots=True)
class SourceText:
    """Decoded text, with a finding where the bytes were not UTF-8."""

    text: str
    findings: tuple[Finding, ...] = ()


def read_source_bytes(path: Path, *, largest: int | None = LARGEST_TEXT) -> bytes:
    """The file's bytes.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it is a directory, may not be read, or is larger than `largest` bytes.
    """
    try:
        if path.is_dir():
            raise SourceUnreadable(f"{path} is a directory, not a file", NAME_A_FILE)
        if largest is not None and path.stat().st_size > largest:
            size = path.stat().st_size
            raise SourceUnreadable(
                f"{path} is too large to be a list: {size:,} bytes", "Check that it is the right file."
            )
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceMissing(f"There is no file {path}", "Check the spelling and the directory.") from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise SourceUnreadable(f"{path} cannot be read: {cause}", "Check the file's permissions.") from error


def refuse_empty(data: bytes, name: str) -> None:
    """A file without anything in it is told as such, whatever it should have held.

    Raises:
        SourceUnreadable: there is nothing but blanks.
    """
    if not data.strip():
        raise SourceUnreadable(f"{name} is empty", "Check that it is the right file.")


def decode_text(data: bytes, name: str) -> SourceText:
    """Decode UTF-8 (or UTF-16 that says so), else byte by byte as Latin-1, which is reported.

    Raises:
        SourceUnreadable: the bytes are no text.
    """
    try:
        if data.startswith(_NO_TEXT):
            raise _no_text(name)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return SourceText(data.decode("utf-16"))
        if b"\x00" not in data:
            return SourceText(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if b"\x00" not in data:
            return SourceText(data.decode("latin-1"), (_not_utf8(data, error),))
    raise _no_text(name)


def _no_text(name: str) -> SourceUnreadable:
    return SourceUnreadable(
        f"{name} is not a text file", "Give a file of text; a PDF, a picture or an archive is not read here."
    )


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Finding:
    line = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    message = f"The byte {data[error.start]:#04x} is not UTF-8"
    return Finding("not-utf-8", Severity.WARNING, line, message, "The whole file is read as Latin-1.")


def clean_text(text: str) -> str:
    """Blanks of every kind collapsed to one, and characters that no database or file can hold left out."""
    return " ".join(_UNSTORABLE.sub("", text).split())
