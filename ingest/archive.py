"""An e-print as it comes over the wire -> its text files in memory. Nothing in it is trusted, nothing touches the disk.

arXiv serves a gzipped tar, a single gzipped file, or a PDF; an HTTP client may have undone the gzip or not, so the
bytes themselves decide (https://info.arxiv.org/help/mimetypes.html).
"""

from __future__ import annotations

import io
import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.models import Finding, Severity

from .source_text import clean_text

MOST_UNPACKED = 200_000_000  # bytes; a survey with all its pictures has a tenth of it
_MOST_MEMBERS = 5_000
_LARGEST_FILE = 10_000_000  # bytes of one file of text
_MOST_TEXT = 60_000_000  # bytes of text in all
_MOST_LAYERS = 3  # of gzip: the file's own, and one or two that a server put around it

_TEXT_SUFFIXES = frozenset({".tex", ".ltx", ".latex", ".bbl", ".bib", ""})
_GZIP, _BLOCK = b"\x1f\x8b", 512


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files of an e-print that may hold text, by their path in it."""

    files: dict[str, bytes]
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Unpacking:
    """An archive while it is being read."""

    files: dict[str, bytes] = field(default_factory=dict)
    size: int = 0
    findings: list[Finding] = field(default_factory=list)


def unpack(data: bytes, name: str) -> Unpacked:
    """Unpack an e-print: a gzipped or plain tar, one gzipped file, or plain TeX.

    Raises:
        SourceUnreadable: it is a PDF or another format without source, damaged, or larger than it may be.
    """
    data = gunzip(data, name)
    _refuse_other_formats(data, name)
    if not _is_tar(data):
        return Unpacked({"main.tex": data})
    return _read_tar(data, name)


def gunzip(data: bytes, name: str, most: int = MOST_UNPACKED) -> bytes:
    """Undo gzip as often as it was applied, at most three times; other bytes come back as they are.

    Raises:
        SourceUnreadable: it is damaged, cut short, or unpacks to more than `most` bytes.
    """
    for _ in range(_MOST_LAYERS):
        if not data.startswith(_GZIP):
            break
        data = _gunzip_once(data, name, most)
    return data


def _gunzip_once(data: bytes, name: str, most: int) -> bytes:
    pieces, size = [], 0
    while data.startswith(_GZIP):
        stream = zlib.decompressobj(wbits=31)
        try:
            piece = stream.decompress(data, most - size + 1)
        except zlib.error as error:
            raise SourceUnreadable(f"{name} is damaged: {error}", "Fetch it again.") from error
        size += len(piece)
        if size > most:
            raise SourceUnreadable(f"{name} unpacks to more than {most:,} bytes", "It is no survey's source.")
        if not stream.eof:
            raise SourceUnreadable(f"{name} is cut short", "Fetch it again.")
        pieces.append(piece)
        data = stream.unused_data if piece or len(pieces) < _MOST_MEMBERS else b""
    return b"".join(pieces)


def _refuse_other_formats(data: bytes, name: str) -> None:
    start = data[:1024].lstrip()
    if start.startswith(b"%PDF"):
        message = f"{name} is PDF only: its authors gave no source"
        raise SourceUnreadable(
            message, "Its HTML cannot exist either; give a companion list or a bibliography instead."
        )
    if start.startswith(b"%!PS"):
        raise SourceUnreadable(f"{name} is PostScript only", "Give a companion list or a bibliography instead.")
    if start.startswith(b"PK\x03\x04"):
        raise SourceUnreadable(f"{name} is a zip archive", "An e-print is a tar archive; fetch it from arXiv's /src/.")
    if start[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise SourceUnreadable(f"{name} is a web page and no source", "The paper may have none; check its page.")
    if not start:
        raise SourceUnreadable(f"{name} is empty", "Fetch it again; a withdrawn paper has no source.")


def _is_tar(data: bytes) -> bool:
    """Whether the first block is a tar header, which carries a checksum of itself."""
    try:
        tarfile.TarInfo.frombuf(data[:_BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return data[257:262] == b"ustar"
    return True


def _read_tar(data: bytes, name: str) -> Unpacked:
    unpacking = _Unpacking()
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for count, member in enumerate(_members(archive)):
                if count >= _MOST_MEMBERS:
                    raise SourceUnreadable(
                        f"{name} holds more than {_MOST_MEMBERS:,} files", "It is no survey's source."
                    )
                _take(archive, member, unpacking)
    except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise SourceUnreadable(
            f"{name} is damaged or cut short: {clean_text(str(error))}", "Fetch it again."
        ) from error
    return Unpacked(unpacking.files, tuple(unpacking.findings))


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Members one by one; the archive does not keep them."""
    while (member := archive.next()) is not None:
        yield member
        archive.members = []  # type: ignore[attr-defined]


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, unpacking: _Unpacking) -> None:
    """Read a member into memory if it is an ordinary file of text in a place inside the archive."""
    if member.isdir():
        return
    path = _safe_path(member.name)
    shown = clean_text(member.name.encode("utf-8", "replace").decode())[:100]
    if not member.isreg() or member.issparse():
        unpacking.findings.append(_left_out(shown, "it is a link, a device or another special file"))
    elif path is None:
        unpacking.findings.append(_left_out(shown, "its path leads out of the archive"))
    elif not _may_be_text(path):
        return  # a picture, a style: nothing to read
    elif member.size > _LARGEST_FILE or unpacking.size + member.size > _MOST_TEXT:
        unpacking.findings.append(_left_out(shown, f"it is too large ({member.size:,} bytes)"))
    elif stream := archive.extractfile(member):
        unpacking.files[path] = stream.read(_LARGEST_FILE)
        unpacking.size += member.size


def _may_be_text(path: str) -> bool:
    """Whether it is TeX or a bibliography by its name, or arXiv's own note on the files (00README)."""
    name = posixpath.basename(path).lower()
    return posixpath.splitext(name)[1] in _TEXT_SUFFIXES or name.startswith("00readme")


def _safe_path(written: str) -> str | None:
    """The path inside the archive; None where it is absolute or leads out of it."""
    written = written.replace("\\", "/")
    path = posixpath.normpath(written)
    if written.startswith("/") or path.startswith("..") or path in {".", ""} or ":" in path or "\x00" in path:
        return None
    return path.encode("utf-8", "replace").decode()


def _left_out(path: str, reason: str) -> Finding:
    message = f"The archive's member {path!r} was not read: {reason}"
    return Finding("member-not-read", Severity.WARNING, 0, message, "Left out; it was not written anywhere.")
