"""Changing a library: a draft is a private copy of the database that becomes the next generation in one step.

    with Library.edit(directory) as draft:
        draft.put_source(source)
        draft.put_claims(key, claims)

Leaving the block commits, an exception discards; a draft whose content hash is that of the library is discarded as
well, so that doing the same thing twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from . import rows
from .claims import paper_from_claims
from .errors import LibraryBusy, LibraryMissing
from .identity import PaperId, title_key
from .index import VectorIndex
from .models import Citation, Claim, Placement, Source, SourceKind, Survey, TaxonomyNode
from .schema import CONTENT_COLUMNS, FORMAT_VERSION, SCHEMA
from .storage import (
    DRAFT_PREFIX,
    JOURNAL,
    LOCK,
    Manifest,
    StoredFile,
    publish,
    read_manifest,
    remove_leftovers,
    verify_files,
    writing,
)

_WORD_COLUMNS = "title, other_titles, abstract, authors, venue, places"
_TITLE_FIELDS = ("title", "published_title")


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """A paper of the library that has a certain title key."""

    paper: str
    title: str
    year: int | None


class Draft:
    """The write side of a library; get one from `Library.edit`."""

    def __init__(self, database: sqlite3.Connection, directory: Path, base: Manifest | None) -> None:
        self._db = database
        self._directory = directory
        self._base = base
        self._touched: set[str] = set()
        self._nodes_changed = False
        self._index: VectorIndex | None = None
        self._model_name: str | None = base.model_name if base else None
        self.committed = False

    @property
    def journal_path(self) -> Path:
        """Where a build keeps vectors until they are committed."""
        return self._directory / JOURNAL

    # -- what is there --------------------------------------------------------------------------------------------

    def find_by_id(self, paper_id: PaperId) -> str | None:
        """Key of the paper that has this id as an alias."""
        found = self._db.execute(
            "SELECT paper FROM paper_ids WHERE scheme = ? AND value = ? LIMIT 1", (paper_id.scheme, paper_id.value)
        ).fetchone()
        return found[0] if found else None

    def find_by_title_key(self, key: str) -> tuple[KnownTitle, ...]:
        """Papers one of whose titles has this key (see `identity.title_key`)."""
        found = self._db.execute(
            "SELECT t.paper, coalesce(p.title, t.paper), p.year FROM title_keys t LEFT JOIN papers p ON p.key = t.paper"
            " WHERE t.title_key = ? ORDER BY t.paper",
            (key,),
        )
        return tuple(KnownTitle(*row) for row in found)

    def claims_of(self, paper: str) -> tuple[Claim, ...]:
        """All claims about a paper, this draft's included."""
        found = self._db.execute(
            "SELECT paper, field, value, source, line, origin FROM claims WHERE paper = ? ORDER BY field, source, line",
            (paper,),
        )
        return tuple(Claim(*row) for row in found)

    def source(self, key: str) -> Source | None:
        """The source with this key."""
        found = self._db.execute(f"SELECT {rows.SOURCE_COLUMNS} FROM sources WHERE key = ?", (key,)).fetchone()
        return rows.source_from_row(found) if found else None

    # -- changes --------------------------------------------------------------------------------------------------

    def put_source(self, source: Source) -> None:
        """Add a source or replace its description; its claims stay."""
        known = self.source(source.key)
        if known and replace(known, ingested=None) == replace(source, ingested=None):
            return
        stamped = replace(source, ingested=source.ingested or datetime.now(UTC).isoformat(timespec="seconds"))
        self._db.execute(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
            " kind = excluded.kind, title = excluded.title, location = excluded.location,"
            " revision = excluded.revision, date = excluded.date, licence = excluded.licence,"
            " digest = excluded.digest, ingested = excluded.ingested",
            rows.source_to_row(stamped),
        )

    def withdraw_source(self, key: str) -> None:
        """Take back all that a source said, before it says it anew.

        Ids and titles keep pointing to their papers until the draft is finished, so that a paper that comes back
        keeps its key.
        """
        for table in ("claims", "placements", "citations", "paper_ids"):
            column = "citing" if table == "citations" else "paper"
            self._touched.update(
                row[0] for row in self._db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE source = ?", (key,))
            )
        for table in ("claims", "placements", "citations", "merges"):
            self._db.execute(f"DELETE FROM {table} WHERE source = ?", (key,))
        self._db.execute("UPDATE paper_ids SET stale = 1 WHERE source = ?", (key,))

    def put_survey(self, survey: Survey, nodes: Sequence[TaxonomyNode]) -> None:
        """Set a survey and its whole taxonomy; placements at nodes that are gone go with them."""
        self._db.execute(
            "INSERT INTO surveys VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
            " title = excluded.title, source = excluded.source, ids = excluded.ids",
            (survey.key, survey.title, survey.source, rows.ids_to_text(survey.ids)),
        )
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS kept_nodes (key TEXT PRIMARY KEY)")
        self._db.execute("DELETE FROM kept_nodes")
        self._db.executemany("INSERT INTO kept_nodes VALUES (?)", ((node.key,) for node in nodes))
        gone = "SELECT key FROM nodes WHERE survey = ? AND key NOT IN (SELECT key FROM kept_nodes)"
        self._db.execute(f"DELETE FROM placements WHERE node IN ({gone})", (survey.key,))
        self._db.execute(
            "DELETE FROM nodes WHERE survey = ? AND key NOT IN (SELECT key FROM kept_nodes)", (survey.key,)
        )
        self._db.executemany(
            "INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
            " name = excluded.name, parent = excluded.parent, path = excluded.path,"
            " position = excluded.position, line = excluded.line",
            map(rows.node_to_row, nodes),
        )
        self._nodes_changed = True

    def put_claims(self, paper: str, claims: Iterable[Claim]) -> None:
        """Add claims about a paper; those already there are left as they are."""
        known = set(self.claims_of(paper))
        claims = [claim for claim in dict.fromkeys(replace(c, paper=paper) for c in claims) if claim not in known]
        self._db.executemany("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)", map(rows.claim_to_row, claims))
        self._add_title_keys(paper, claims)
        self._touched.add(paper)

    def _add_title_keys(self, paper: str, claims: Iterable[Claim]) -> None:
        keys = {title_key(claim.value) for claim in claims if claim.field in _TITLE_FIELDS}
        self._db.executemany("INSERT OR IGNORE INTO title_keys VALUES (?, ?)", ((key, paper) for key in keys if key))

    def add_alias(self, paper_id: PaperId, paper: str, source: str) -> bool:
        """Make an id lead to a paper; False, and nothing changed, where another paper has it."""
        owner = self.find_by_id(paper_id)
        if owner is not None and owner != paper:
            return False
        self._db.execute(
            "INSERT INTO paper_ids VALUES (?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET stale = 0, paper = excluded.paper",
            (paper_id.scheme, paper_id.value, paper, source),
        )
        self._touched.add(paper)
        return True

    def put_placements(self, placements: Iterable[Placement]) -> None:
        """Add placements; papers and nodes must be there already."""
        placements = list(placements)
        self._db.executemany(
            "INSERT OR REPLACE INTO placements VALUES (?, ?, ?, ?, ?)", map(rows.placement_to_row, placements)
        )
        self._touched.update(placement.paper for placement in placements)

    def put_citations(self, citations: Iterable[Citation]) -> None:
        """Add citation edges between papers of the library."""
        self._db.executemany(
            "INSERT OR REPLACE INTO citations VALUES (?, ?, ?, ?, ?)", map(rows.citation_to_row, citations)
        )

    def log_merge(self, paper: str, rule: str, detail: str, source: str, line: int | None = None) -> None:
        """Record that a source's record was taken to be this paper, and by which rule."""
        self._db.execute("INSERT INTO merges VALUES (?, ?, ?, ?, ?)", (paper, rule, detail, source, line))

    def put_index(self, index: VectorIndex, model_name: str) -> None:
        """Set the vectors that this generation is searched with, and what their model was loaded by."""
        self._index = index
        self._model_name = model_name
        self._db.execute("DELETE FROM vectors")
        self._db.executemany(
            "INSERT INTO vectors VALUES (?, ?, ?, ?)",
            ((entry.kind, entry.key, entry.text_hash, index.model) for entry in index.entries),
        )

    # -- reading what an index is made of -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Make the derived tables agree with the records; cheap where little changed."""
        self._drop_stale()
        if self._nodes_changed:
            self._rebuild_node_tables()
            self._nodes_changed = False
        for paper in sorted(self._touched):
            self._refresh_paper(paper)
        self._touched.clear()

    @property
    def connection(self) -> sqlite3.Connection:
        """The draft's database, for reading."""
        return self._db

    def _drop_stale(self) -> None:
        self._db.execute("DELETE FROM paper_ids WHERE stale = 1")
        self._db.execute("DELETE FROM placements WHERE paper NOT IN (SELECT paper FROM claims)")
        self._db.execute(
            "DELETE FROM citations WHERE citing NOT IN (SELECT paper FROM claims)"
            " OR cited NOT IN (SELECT paper FROM claims)"
        )

    def _rebuild_node_tables(self) -> None:
        self._db.execute("DELETE FROM node_closure")
        self._db.execute(
            "INSERT INTO node_closure WITH RECURSIVE below (ancestor, node) AS ("
            " SELECT key, key FROM nodes UNION SELECT below.ancestor, nodes.key FROM nodes"
            " JOIN below ON nodes.parent = below.node) SELECT ancestor, node FROM below"
        )
        self._db.execute("DELETE FROM node_words")
        found = self._db.execute(f"SELECT {rows.NODE_COLUMNS} FROM nodes ORDER BY key").fetchall()
        nodes = [rows.node_from_row(row) for row in found]
        self._db.executemany(
            "INSERT INTO node_words (name, path, key) VALUES (?, ?, ?)",
            ((node.name, " ".join(node.path[:-1]), node.key) for node in nodes),
        )
        placed = self._db.execute("SELECT DISTINCT paper FROM placements")
        self._touched.update(row[0] for row in placed)

    def _refresh_paper(self, key: str) -> None:
        # The word index holds no text of its own, so it must be told what it is to forget.
        self._db.execute(
            f"INSERT INTO paper_words (paper_words, rowid, {_WORD_COLUMNS})"
            f" SELECT 'delete', row, {_WORD_COLUMNS} FROM papers WHERE key = ?",
            (key,),
        )
        claims = self.claims_of(key)
        self._db.execute("DELETE FROM title_keys WHERE paper = ?", (key,))
        self._add_title_keys(key, claims)
        if not claims:
            self._db.execute("DELETE FROM papers WHERE key = ?", (key,))
            return
        found = self._db.execute("SELECT DISTINCT scheme || ':' || value FROM paper_ids WHERE paper = ?", (key,))
        ids = rows.ids_from_text(json.dumps([row[0] for row in found]))
        paper = paper_from_claims(key, claims, ids, self._source_kinds())
        other_titles = {claim.value for claim in claims if claim.field in _TITLE_FIELDS} - {paper.title}
        self._db.execute(
            "INSERT INTO papers (key, kind, title, year, venue, abstract, authors, ids, links, has_code, other_titles,"
            " places) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET kind = excluded.kind,"
            " title = excluded.title, year = excluded.year, venue = excluded.venue, abstract = excluded.abstract,"
            " authors = excluded.authors, ids = excluded.ids, links = excluded.links, has_code = excluded.has_code,"
            " other_titles = excluded.other_titles, places = excluded.places",
            (*rows.paper_to_row(paper), " ".join(sorted(other_titles)), self._places_text(key)),
        )
        self._db.execute(
            f"INSERT INTO paper_words (rowid, {_WORD_COLUMNS}) SELECT row, {_WORD_COLUMNS} FROM papers WHERE key = ?",
            (key,),
        )

    def _source_kinds(self) -> dict[str, SourceKind]:
        return {key: SourceKind(kind) for key, kind in self._db.execute("SELECT key, kind FROM sources")}

    def _places_text(self, key: str) -> str:
        found = self._db.execute(
            "SELECT path FROM nodes JOIN placements ON node = key WHERE paper = ? ORDER BY nodes.position", (key,)
        )
        return " ".join(row[0].replace(rows.PATH_SEPARATOR, " ") for row in found)

    # -- finishing ------------------------------------------------------------------------------------------------

    def content_hash(self) -> str:
        """sha256 over all records in a fixed order."""
        digest = hashlib.sha256(f"litatlas {FORMAT_VERSION}".encode())
        for table, columns in CONTENT_COLUMNS.items():
            digest.update(f"\n{table}\n".encode())
            for row in self._db.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}"):
                digest.update(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def finish(self) -> None:
        """Publish this draft as the next generation, unless it holds what the library holds."""
        self.refresh()
        self._db.commit()
        content_hash = self.content_hash()
        path = Path(self._db.execute("PRAGMA database_list").fetchone()[2])
        self._db.close()
        if self._base and self._base.content_hash == content_hash and self._index is None:
            self.journal_path.unlink(missing_ok=True)
            return
        generation = self._base.generation + 1 if self._base else 1
        database = path.replace(self._directory / f"library-{generation:06d}.sqlite")
        index_files, model = self._write_index(generation)
        manifest = Manifest(generation, content_hash, StoredFile.of(database), index_files, model, self._model_name)
        publish(self._directory, manifest)
        self.committed = True
        if self._index is not None:
            self.journal_path.unlink(missing_ok=True)
        remove_leftovers(self._directory, manifest)

    def _write_index(self, generation: int) -> tuple[tuple[StoredFile, ...], str | None]:
        if self._index is None:
            return (self._base.index, self._base.model) if self._base else ((), None)
        paths = self._index.save(self._directory / f"index-{generation:06d}")
        return tuple(StoredFile.of(path) for path in paths), self._index.model


@contextmanager
def edit(directory: Path, *, create: bool = True) -> Iterator[Draft]:
    """A draft of the library in `directory`, committed when the block ends without an exception.

    Raises:
        LibraryMissing: there is none and `create` is False.
        LibraryBusy: another process is writing.
        LibraryDamaged, LibraryTooNew: what is there cannot be built upon.
        StorageError: the disk is full or not writable; the library is as it was.
    """
    try:
        base: Manifest | None = read_manifest(directory)
    except LibraryMissing:
        if not create:
            raise
        base = None
    with writing(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with _locked(directory):
            base = read_manifest(directory) if base else _manifest_if_any(directory)
            if base:
                verify_files(directory, base, [base.database])
            remove_leftovers(directory, base)
            draft = Draft(_open_copy(directory, base), directory, base)
            try:
                yield draft
                draft.finish()
            finally:
                draft.connection.close()
                for path in directory.glob(f"{DRAFT_PREFIX}*"):
                    path.unlink(missing_ok=True)


def _manifest_if_any(directory: Path) -> Manifest | None:
    try:
        return read_manifest(directory)
    except LibraryMissing:
        return None


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    lock = FileLock(directory / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LibraryBusy(
            f"Another process is writing to the library in {directory}.", "Wait until it has finished and try again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _open_copy(directory: Path, base: Manifest | None) -> sqlite3.Connection:
    path = directory / f"{DRAFT_PREFIX}library.sqlite"
    if base:
        shutil.copyfile(directory / base.database.name, path)
    database = sqlite3.connect(path, check_same_thread=False)
    # A draft is thrown away after a crash, so it needs no journal of its own on disk.
    database.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
    if not base:
        database.executescript(SCHEMA)
    return database
