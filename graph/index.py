"""Vectors and the search among them: an exact FAISS index of inner products over unit vectors.

Row i of the index is the vector of `entries[i]`. The index knows which model made it and from which text, so that a
build can tell what is still true. Exact search serves about 100,000 papers; FAISS: https://faiss.ai
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from .errors import LibraryDamaged, ModelError

Vectors = npt.NDArray[np.float32]


class EntryKind(StrEnum):
    """What a vector stands for."""

    PAPER = "paper"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the index: a record and the hash of the text its vector was made from."""

    kind: EntryKind
    key: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A search result: the record and the cosine similarity, in -1 .. 1."""

    key: str
    score: float


def text_hash(text: str) -> str:
    """Identity of a text for an index: the first 32 hex digits of its sha256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class VectorIndex:
    """Unit vectors of one model, with the records they belong to.

    Args:
        vectors: shape (n, dimension), rows of length 1.
        entries: n entries, each (kind, key) at most once.
        model: fingerprint of the model.
    """

    def __init__(self, vectors: Vectors, entries: Sequence[Entry], model: str) -> None:
        if vectors.ndim != 2 or len(vectors) != len(entries):
            raise ValueError(f"{len(entries)} entries for vectors of shape {vectors.shape}")
        self.entries = tuple(entries)
        self.model = model
        self._rows = {(entry.kind, entry.key): row for row, entry in enumerate(self.entries)}
        if len(self._rows) != len(self.entries):
            raise ValueError("an entry occurs twice")
        self._of_kind = {
            kind: np.array([entry.kind is kind for entry in self.entries], dtype=np.bool_) for kind in EntryKind
        }
        self._faiss = faiss.IndexFlatIP(max(1, vectors.shape[1]))
        if len(vectors):
            self._faiss.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._faiss.d)

    def vector(self, kind: EntryKind, key: str) -> Vectors | None:
        """The vector of one record, shape (dimension,), or None."""
        row = self._rows.get((kind, key))
        return None if row is None else np.asarray(self._faiss.reconstruct(row), dtype=np.float32)

    def vectors(self, kind: EntryKind, keys: Sequence[str]) -> tuple[Vectors, tuple[str, ...]]:
        """The vectors of those of these records that have one, shape (held, dimension), and which those are."""
        held = tuple(key for key in keys if (kind, key) in self._rows)
        found = np.zeros((len(held), self.dimension), dtype=np.float32)
        if held:
            rows = np.array([self._rows[kind, key] for key in held], dtype=np.int64)
            found = np.asarray(self._faiss.reconstruct_batch(rows), dtype=np.float32)
        return found, held

    def of_kind(self, kind: EntryKind) -> tuple[tuple[Entry, ...], Vectors]:
        """All entries of a kind, in the order of rows, and their vectors, shape (n, dimension)."""
        rows = np.flatnonzero(self._of_kind[kind])
        everything = self._faiss.reconstruct_n(0, len(self)) if len(self) else np.zeros((0, self.dimension), np.float32)
        return tuple(self.entries[row] for row in rows), np.asarray(everything[rows], np.float32)

    def search(
        self, query: Vectors, limit: int, kind: EntryKind, among: Sequence[str] | None = None
    ) -> tuple[Neighbour, ...]:
        """The records nearest to a query, best first; ties in the order of rows.

        Args:
            query: shape (dimension,), length 1.
            limit: at most this many.
            among: only these keys; keys without a vector are passed over.

        Raises:
            ModelError: the query has another dimension, so it was made by another model.
        """
        if query.shape != (self.dimension,):
            raise ModelError(
                f"The query vector has {query.shape[-1]} numbers and the index {self.dimension}.",
                "Use the model the index was made with, or run `litatlas build` with the new one.",
            )
        wanted = self._wanted(kind, among)
        limit = min(limit, int(wanted.sum()))
        if limit <= 0:
            return ()
        bitmap = np.packbits(wanted, bitorder="little")
        only_wanted = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))  # type: ignore[call-arg, arg-type]
        scores, found = self._faiss.search(np.ascontiguousarray(query[None], np.float32), limit, params=only_wanted)
        return tuple(
            Neighbour(self.entries[row].key, float(score))
            for row, score in zip(found[0], scores[0], strict=True)
            if row >= 0
        )

    def _wanted(self, kind: EntryKind, among: Sequence[str] | None) -> npt.NDArray[np.bool_]:
        """Which rows may be answers, shape (n,)."""
        if among is None:
            return self._of_kind[kind]
        wanted = np.zeros(len(self), dtype=np.bool_)
        wanted[[self._rows[kind, key] for key in among if (kind, key) in self._rows]] = True
        return wanted

    def save(self, stem: Path) -> tuple[Path, Path]:
        """Write ``STEM.faiss`` and ``STEM.json``; returns both paths."""
        vectors_path, entries_path = stem.with_suffix(".faiss"), stem.with_suffix(".json")
        faiss.write_index(self._faiss, str(vectors_path))
        rows = [[entry.kind.value, entry.key, entry.text_hash] for entry in self.entries]
        entries_path.write_text(
            json.dumps({"model": self.model, "dimension": self.dimension, "entries": rows}, ensure_ascii=False),
            encoding="utf-8",
        )
        return vectors_path, entries_path

    @classmethod
    def load(cls, vectors_path: Path, entries_path: Path) -> VectorIndex:
        """Read what `save` wrote.

        Raises:
            LibraryDamaged: either file cannot be read, or they do not belong together.
        """
        try:
            value = json.loads(entries_path.read_text(encoding="utf-8"))
            entries = [Entry(EntryKind(kind), key, digest) for kind, key, digest in value["entries"]]
            stored = faiss.read_index(str(vectors_path))
            vectors = stored.reconstruct_n(0, stored.ntotal) if stored.ntotal else np.zeros((0, stored.d), np.float32)
            if (stored.ntotal, stored.d) != (len(entries), value["dimension"]):
                raise ValueError(f"{stored.ntotal} vectors for {len(entries)} entries")
            return cls(vectors, entries, value["model"])
        except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise LibraryDamaged(
                f"The index {vectors_path.name} cannot be read: {error}.",
                "Run `litatlas build`; it makes the index again from the records.",
            ) from error
