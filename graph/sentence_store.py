"""Vectors of sentences on the disk, so that what was read for one answer need not be read again for the next.

The file only saves work: where it cannot be read or written, vectors are made as if it were not there, and one that is
damaged is begun anew. It belongs to no generation of the library and to no checksum; it may be removed at any time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np

from .index import Vectors

FILE = "sentences.sqlite"
_BATCH = 500  # SQLite's default limit of bound parameters is 999 in old builds
_PATIENCE = 1.0  # seconds to wait for another process that writes
_TABLE = (
    "CREATE TABLE IF NOT EXISTS vectors (model TEXT, text_hash TEXT, vector BLOB, PRIMARY KEY (model, text_hash))"
    " WITHOUT ROWID"
)


class SentenceStore:
    """Unit vectors by the hash of their text (see `litatlas.graph.index.text_hash`), of one model.

    Args:
        path: the file; made when something is first kept.
        model: fingerprint of the model.
    """

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model

    def read(self, digests: Sequence[str], dimension: int) -> dict[str, Vectors]:
        """The vectors at hand, by hash; of another dimension, or with a number that is none, they do not count."""
        if not self._path.is_file():
            return {}
        found: dict[str, Vectors] = {}
        try:
            with closing(self._open()) as database:
                for start in range(0, len(digests), _BATCH):
                    batch = digests[start : start + _BATCH]
                    marks = ", ".join("?" * len(batch))
                    sql = f"SELECT text_hash, vector FROM vectors WHERE model = ? AND text_hash IN ({marks})"
                    found |= {
                        digest: vector
                        for digest, blob in database.execute(sql, (self._model, *batch))
                        if (vector := _vector(blob, dimension)) is not None
                    }
        except sqlite3.OperationalError:  # busy, or it may not be read
            return {}
        except sqlite3.DatabaseError:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            return {}
        return found

    def keep(self, vectors: Mapping[str, Vectors]) -> bool:
        """Add vectors, by hash; all of them or none, which is False."""
        rows = [(self._model, digest, np.asarray(vector, np.float32).tobytes()) for digest, vector in vectors.items()]
        try:
            with closing(self._open()) as database, database:
                database.execute(_TABLE)
                database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
        except (sqlite3.Error, OSError):
            return False
        return True

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=_PATIENCE)


def _vector(blob: object, dimension: int) -> Vectors | None:
    if not isinstance(blob, bytes) or len(blob) != 4 * dimension:
        return None
    vector = np.frombuffer(blob, dtype=np.float32)
    return vector if np.isfinite(vector).all() else None
