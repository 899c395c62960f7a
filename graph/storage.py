"""The library directory: immutable generations of files, and one small manifest whose replacement is the commit.

    manifest.json            format version, generation, content hash, and name, size and sha256 of each file below
    library-000007.sqlite    the records
    index-000005.faiss       the vectors (left as it is while nothing in it changes)
    index-000005.json        which row is which text
    write.lock               held by the one writer
    draft-*                  a writer's unfinished work, removed by the next writer
    embeddings.journal       vectors made by an unfinished build, so that the next one does not make them again
    sentences.sqlite         vectors of sentences that answers needed, so that the next answer does not make them again
    reading.sqlite           reading lists (see graph/reading_store.py); no generation and no checksum has them
    map.npz                  where papers stand on the map of meaning, so that they stay there

A reader opens what the manifest names; files are never changed after that, so a copy of the directory is a backup and
a process killed at any moment leaves the old manifest or the new one.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import LibraryDamaged, LibraryMissing, LibraryTooNew, StorageError
from .schema import FORMAT_VERSION

MANIFEST = "manifest.json"
LOCK = "write.lock"
DRAFT_PREFIX = "draft-"
JOURNAL = "embeddings.journal"
READING = "reading.sqlite"

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a generation with what it must be: size in bytes and sha256 in hex."""

    name: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> StoredFile:
        """Describe an existing file by reading all of it."""
        with path.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        return cls(path.name, path.stat().st_size, digest)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a library directory holds.

    Attributes:
        content_hash: sha256 over the records in a fixed order; equal for equal facts however they arrived.
        index: the FAISS file and its row map, or empty before the first build.
        model: fingerprint of the model that made the index.
        model_name: the name or directory that model was loaded by.
        format: version of the format that it was written in.
    """

    generation: int
    content_hash: str
    database: StoredFile
    index: tuple[StoredFile, ...] = ()
    model: str | None = None
    model_name: str | None = None
    format: int = FORMAT_VERSION

    def is_same_content(self, content_hash: str) -> bool:
        """Whether this generation holds these records in the present format."""
        return self.format == FORMAT_VERSION and self.content_hash == content_hash

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """All files of this generation."""
        return (self.database, *self.index)

    def to_json(self) -> str:
        """The text of manifest.json."""

        def stored(file: StoredFile) -> dict[str, Any]:
            return {"name": file.name, "size": file.size, "sha256": file.sha256}

        value = {
            "format": FORMAT_VERSION,
            "generation": self.generation,
            "content_hash": self.content_hash,
            "database": stored(self.database),
            "index": [stored(file) for file in self.index],
            "model": self.model,
            "model_name": self.model_name,
        }
        return json.dumps(value, indent=2) + "\n"


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a library directory.

    Raises:
        LibraryMissing: no manifest there.
        LibraryTooNew: a format this release does not know.
        LibraryDamaged: the manifest cannot be understood.
    """
    path = directory / MANIFEST
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if int(value["format"]) > FORMAT_VERSION:
            raise LibraryTooNew(
                f"The library in {directory} has format {value['format']}; this release reads up to {FORMAT_VERSION}.",
                "Upgrade LitAtlas, or build a new library in another directory with --library.",
            )
        return Manifest(
            generation=int(value["generation"]),
            content_hash=str(value["content_hash"]),
            database=_stored_file(value["database"]),
            index=tuple(_stored_file(item) for item in value["index"]),
            model=value["model"],
            model_name=value["model_name"],
            format=int(value["format"]),
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        raise LibraryMissing(
            f"There is no library in {directory}.",
            "Make one with `litatlas build`, or name another directory with --library or LITATLAS_LIBRARY.",
        ) from error
    except OSError as error:
        raise LibraryDamaged(
            f"{path} cannot be read: {error.strerror}.", "Check the directory's permissions."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise LibraryDamaged(
            f"{path} is not a library manifest ({error}).",
            "Restore it from a copy, or remove the directory and rebuild.",
        ) from error


def _stored_file(value: dict[str, Any]) -> StoredFile:
    name = str(value["name"])
    if Path(name).name != name:
        raise ValueError(f"file name {name!r} leaves the directory")
    return StoredFile(name, int(value["size"]), str(value["sha256"]))


def verify_files(directory: Path, manifest: Manifest, files: Iterable[StoredFile]) -> None:
    """Check files of the generation against their sizes and checksums.

    Raises:
        LibraryDamaged: naming the first file that is missing, cut short or altered.
        FileNotFoundError: a file vanished because a newer generation took its place (the manifest changed as well).
    """
    for expected in files:
        path = directory / expected.name
        if not path.is_file():
            if read_manifest(directory) != manifest:
                raise FileNotFoundError(path)
            raise _damaged(path, "is missing")
        size = path.stat().st_size
        if size != expected.size:
            raise _damaged(path, f"has {size:,} bytes where the manifest says {expected.size:,}")
        if StoredFile.of(path).sha256 != expected.sha256:
            raise _damaged(path, "was altered since it was written (its checksum differs)")


def _damaged(path: Path, what: str) -> LibraryDamaged:
    advice = "Restore the directory from a copy, or remove it and run `litatlas build` again."
    if path.name.startswith("index-"):
        advice = "Run `litatlas build`: the records are untouched and the index is made again from them."
    return LibraryDamaged(f"The library in {path.parent} is damaged: {path.name} {what}.", advice)


def publish(directory: Path, manifest: Manifest) -> None:
    """Make a generation the current one: its files are on disk first, then the manifest is replaced in one step."""
    for file in manifest.files:
        _sync(directory / file.name)
    draft = directory / f"{DRAFT_PREFIX}manifest.json"
    draft.write_text(manifest.to_json(), encoding="utf-8")
    _sync(draft)
    draft.replace(directory / MANIFEST)
    _sync(directory)


def remove_leftovers(directory: Path, keep: Manifest | None) -> None:
    """Delete drafts and files of generations other than `keep`; a reader that has them open keeps reading."""
    names = {file.name for file in keep.files} if keep else set()
    for pattern in (f"{DRAFT_PREFIX}*", "library-*.sqlite", "index-*.faiss", "index-*.json"):
        for path in directory.glob(pattern):
            if path.name not in names:
                path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # directories cannot be opened there
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Turn failures of the disk into errors for people; everything written so far was a draft.

    Raises:
        StorageError: full, over quota, read-only or failing.
    """
    kept = "The library is as it was before."
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageError(
                f"No room left while writing {directory}. {kept}", "Free some space and run the command again."
            ) from error
        if isinstance(error, (FileExistsError, NotADirectoryError)):
            raise StorageError(
                f"There can be no library in {directory}: {error.filename} is a file.",
                "Name a directory with --library or LITATLAS_LIBRARY.",
            ) from error
        if error.errno in _NOT_WRITABLE:
            raise StorageError(
                f"{directory} cannot be written: {error.strerror}. {kept}",
                "Check its permissions, or name another directory with --library.",
            ) from error
        raise StorageError(
            f"Writing {directory} failed: {error.strerror or error}. {kept}", "Check the disk and try again."
        ) from error
    except sqlite3.OperationalError as error:
        if (
            "full" in str(error)
            or "disk I/O" in str(error)
            or "readonly" in str(error)
            or "unable to open" in str(error)
        ):
            raise StorageError(
                f"The database could not be written in {directory} ({error}). {kept}",
                "Check free space and permissions, and run the command again.",
            ) from error
        raise
