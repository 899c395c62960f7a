"""What an export format is: a name, a way to write a subgraph, and how its files are called and packed."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from litatlas.graph.identity import slug
from litatlas.graph.models import Subgraph

from .written import without_words_of_others

_EARLIEST_IN_ZIP = (1980, 1, 1, 0, 0, 0)  # one date for all, so that equal contents give equal archives


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file ready to be saved or sent.

    Attributes:
        name: safe on every file system; made from the subgraph's title, the same for the same title.
        media_type: as HTTP's Content-Type wants it.
        data: the bytes of the whole file.
    """

    name: str
    media_type: str
    data: bytes

    def __repr__(self) -> str:
        return f"<ExportedFile {self.name}: {self.media_type}, {len(self.data):,} bytes>"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a format that consists of several."""

    name: str
    media_type: str
    build: Callable[[Subgraph], bytes]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format of the registry.

    Attributes:
        name: how the command line and the API call it.
        title: how a page calls it.
        suffix: of the file that `write` makes, with its dot.
        media_type: of the file that `write` makes.
        description: one line: what it holds and who opens it.
        parts: one for a format of a single file; several are written into one zip archive.
    """

    name: str
    title: str
    suffix: str
    media_type: str
    description: str
    parts: tuple[Part, ...]

    @property
    def is_archive(self) -> bool:
        """Whether the file of `write` is a zip archive of several files, which is no text."""
        return self.media_type == "application/zip"

    def file_name(self, subgraph: Subgraph) -> str:
        """What the file of `write` is called: made from the subgraph's title."""
        return file_stem(subgraph.title) + self.suffix

    def write(self, subgraph: Subgraph, *, include_abstracts: bool = False) -> bytes:
        """The whole subgraph as one file; the same bytes for the same subgraph, whenever and wherever written.

        Abstracts, and the sentences in which citations stand, stay out unless ``include_abstracts`` is true, because
        the terms they came under may forbid passing them on: who asks for them answers for that.
        """
        shown = subgraph if include_abstracts else without_words_of_others(subgraph)
        written = [(part.name, part.build(shown)) for part in self.parts]
        return written[0][1] if len(written) == 1 else zip_archive(written)

    def write_files(self, subgraph: Subgraph, *, include_abstracts: bool = False) -> tuple[ExportedFile, ...]:
        """The same content with each part as a file of its own, as a command line saves them."""
        stem = file_stem(subgraph.title)
        if len(self.parts) == 1:
            data = self.write(subgraph, include_abstracts=include_abstracts)
            return (ExportedFile(stem + self.suffix, self.media_type, data),)
        shown = subgraph if include_abstracts else without_words_of_others(subgraph)
        return tuple(ExportedFile(f"{stem}-{part.name}", part.media_type, part.build(shown)) for part in self.parts)


_WHOLE = "litatlas-library"  # the slug of what `Library.whole` is called


def file_stem(title: str) -> str:
    """A file name without suffix: ``litatlas-`` and the title's words in ASCII, at most 69 characters.

    The prefix keeps names that systems reserve (``con``, ``nul``) from arising. A title without a Latin letter or
    digit is named by six hex digits of its hash, and the whole library is ``litatlas`` alone.
    """
    words = slug(title)
    if words == _WHOLE:
        return "litatlas"
    if words == "x":
        words = hashlib.sha256(title.encode("utf-8", "replace")).hexdigest()[:6]
    return f"litatlas-{words}"


def zip_archive(files: list[tuple[str, bytes]]) -> bytes:
    """Named files as one archive, with the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, _EARLIEST_IN_ZIP)
            entry.create_system = 3  # else the bytes differ between Windows and the rest
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
