"""Bringing the index up to date: which texts there are, which vectors are still true, and making the rest.

Vectors made so far are kept in a journal beside the library, so that a build that is killed loses at most one batch.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .draft import Draft
from .encoder import Encoder
from .index import Entry, EntryKind, VectorIndex, Vectors, text_hash
from .models import TaxonomyNode
from .rows import NODE_COLUMNS, node_from_row

Progress = Callable[[int, int], None]
"""Called with (vectors made so far, vectors to make)."""

_BATCH = 128


@dataclass(frozen=True, slots=True)
class EmbeddingReport:
    """What bringing the index up to date took.

    Attributes:
        made: texts that were encoded; equal texts once.
        reused: papers and nodes whose vector was there.
        removed: papers and nodes that are gone.
    """

    made: int
    reused: int
    removed: int
    model: str


def paper_text(title: str, abstract: str | None, note: str | None = None) -> str:
    """What a paper's vector is made from: its title, and its abstract or else the note on it.

    Neither its places nor a note beside the abstract make known-item search better (docs/embedding.md).
    """
    text = abstract or note
    return f"{title}. {text}" if text else title


def node_text(node: TaxonomyNode) -> str:
    """What a node's vector is made from: its name, then where it stands."""
    return f"{node.name}. {' > '.join(node.path)}"


def update_index(draft: Draft, encoder: Encoder, previous: VectorIndex | None, progress: Progress) -> EmbeddingReport:
    """Give the draft an index of every paper and node, making only vectors whose text or model is new."""
    draft.refresh()
    texts = dict(_texts(draft.connection))
    entries = [Entry(kind, key, text_hash(text)) for (kind, key), text in texts.items()]
    known = _known_vectors(previous, encoder.fingerprint)
    with _journal(draft.journal_path) as journal:
        known.update(_read_journal(journal, encoder.fingerprint))
        missing = {entry.text_hash: texts[entry.kind, entry.key] for entry in entries if entry.text_hash not in known}
        done = 0
        progress(0, len(missing))
        for batch in _batches(sorted(missing, key=lambda digest: len(missing[digest]))):
            vectors = encoder.encode([missing[digest] for digest in batch])
            _write_journal(journal, encoder.fingerprint, batch, vectors)
            known.update(zip(batch, vectors, strict=True))
            done += len(batch)
            progress(done, len(missing))
    index = VectorIndex(_stack(known, entries), entries, encoder.fingerprint)
    if previous is None or (previous.entries, previous.model) != (index.entries, index.model):
        draft.put_index(index, encoder.name)
    gone = {(e.kind, e.key) for e in previous.entries} - texts.keys() if previous else set()
    reused = sum(entry.text_hash not in missing for entry in entries)
    return EmbeddingReport(len(missing), reused, len(gone), encoder.fingerprint)


def _stack(vectors: Mapping[str, Vectors], entries: Sequence[Entry]) -> Vectors:
    return np.stack([vectors[entry.text_hash] for entry in entries]) if entries else np.zeros((0, 1), np.float32)


def _texts(database: sqlite3.Connection) -> Iterator[tuple[tuple[EntryKind, str], str]]:
    for key, title, abstract, note in database.execute("SELECT key, title, abstract, note FROM papers ORDER BY key"):
        yield (EntryKind.PAPER, key), paper_text(title, abstract, note)
    for row in database.execute(f"SELECT {NODE_COLUMNS} FROM nodes ORDER BY key"):
        node = node_from_row(row)
        yield (EntryKind.NODE, node.key), node_text(node)


def _known_vectors(previous: VectorIndex | None, model: str) -> dict[str, Vectors]:
    if previous is None or previous.model != model:
        return {}
    found: dict[str, Vectors] = {}
    for entry in previous.entries:
        vector = previous.vector(entry.kind, entry.key)
        if vector is not None:
            found[entry.text_hash] = vector
    return found


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


@contextmanager
def _journal(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        journal = _open_journal(path)
    except sqlite3.DatabaseError:  # cut by a crash of the machine: it only saves work, so start it anew
        path.unlink(missing_ok=True)
        journal = _open_journal(path)
    try:
        yield journal
    finally:
        journal.close()


def _open_journal(path: Path) -> sqlite3.Connection:
    journal = sqlite3.connect(path)
    journal.execute(
        "CREATE TABLE IF NOT EXISTS vectors (model TEXT, text_hash TEXT, vector BLOB, PRIMARY KEY (model, text_hash))"
    )
    journal.execute("SELECT count(*) FROM vectors").fetchone()
    return journal


def _read_journal(journal: sqlite3.Connection, model: str) -> Mapping[str, Vectors]:
    found = journal.execute("SELECT text_hash, vector FROM vectors WHERE model = ?", (model,))
    return {digest: np.frombuffer(blob, dtype=np.float32) for digest, blob in found}


def _write_journal(journal: sqlite3.Connection, model: str, digests: Sequence[str], vectors: Vectors) -> None:
    rows = [(model, digest, vector.tobytes()) for digest, vector in zip(digests, vectors, strict=True)]
    with journal:
        journal.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
