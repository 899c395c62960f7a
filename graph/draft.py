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
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from . import rows
from .derived import TITLE_FIELDS, Derived, read_claims
from .identity import PaperId, title_key
from .index import VectorIndex
from .joining import find_pairs, group_by_paper, read_verdicts
from .models import Citation, Claim, Placement, Source, Survey, TaxonomyNode
from .sameness import Pair, Verdict, ordered
from .schema import CONTENT_COLUMNS, FORMAT_VERSION
from .storage import (
    JOURNAL,
    Manifest,
    StoredFile,
    publish,
    remove_leftovers,
)


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """A subject of the library that has a certain title key."""

    subject: str
    title: str
    year: int | None


class Draft:
    """The write side of a library; get one from `Library.edit`."""

    def __init__(self, database: sqlite3.Connection, directory: Path, base: Manifest | None) -> None:
        self._db = database
        self._directory = directory
        self._base = base
        self._derived = Derived(database)
        self._index: VectorIndex | None = None
        self._model_name: str | None = base.model_name if base else None
        self.committed = False

    @property
    def base(self) -> Manifest | None:
        """The manifest of the generation that this is a draft of; None for a new library."""
        return self._base

    def survey_keys(self) -> frozenset[str]:
        """Keys of all surveys."""
        return frozenset(row[0] for row in self._db.execute("SELECT key FROM surveys"))

    @property
    def journal_path(self) -> Path:
        """Where a build keeps vectors until they are committed."""
        return self._directory / JOURNAL

    # -- what is there --------------------------------------------------------------------------------------------

    def find_by_id(self, paper_id: PaperId) -> str | None:
        """The subject that has this id as an alias."""
        found = self._db.execute(rows.OWNERS_OF_ID, (paper_id.scheme, paper_id.value)).fetchone()
        return found[0] if found else None

    def find_by_title_key(self, key: str) -> tuple[KnownTitle, ...]:
        """Subjects one of whose titles has this key (see `identity.title_key`)."""
        found = self._db.execute(
            "SELECT t.subject, coalesce(p.title, t.paper), p.year FROM title_keys t"
            " LEFT JOIN papers p ON p.key = t.paper WHERE t.title_key = ? ORDER BY t.subject",
            (key,),
        )
        return tuple(KnownTitle(*row) for row in found)

    def claims_of(self, subject: str) -> tuple[Claim, ...]:
        """All claims made about this subject, this draft's included."""
        return read_claims(self._db, "subject", subject)

    def survey_ids(self) -> frozenset[PaperId]:
        """The ids of all surveys."""
        found = self._db.execute("SELECT ids FROM surveys")
        return frozenset(paper_id for (text,) in found for paper_id in rows.ids_from_text(text))

    def paper_of(self, subject: str) -> str:
        """The key of the paper that this subject is part of; the subject itself unless it was joined to another."""
        found = self._db.execute("SELECT paper FROM papers_of_subjects WHERE subject = ?", (subject,)).fetchone()
        return str(found[0]) if found else subject

    def verdicts(self) -> dict[Pair, Verdict]:
        """What a reader decided, by ordered pair of subjects."""
        return read_verdicts(self._db)

    def groups(self, *, by_services: bool = True) -> dict[str, str]:
        """For every subject that is joined to others the key of the paper they are; see `joining.group_by_paper`."""
        return group_by_paper(self._db, find_pairs(self._db), by_services=by_services)

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
        for table in ("claims", "placements", "paper_ids"):
            self._derived.touch(
                row[0] for row in self._db.execute(f"SELECT DISTINCT paper FROM {table} WHERE source = ?", (key,))
            )
        shared = (
            "SELECT DISTINCT other.paper FROM paper_ids own JOIN paper_ids other USING (scheme, value)"
            " WHERE own.source = ? AND other.paper != own.paper"
        )
        self._derived.touch([row[0] for row in self._db.execute(shared, (key,))])
        for table in ("claims", "placements", "citations", "retrievals"):
            self._db.execute(f"DELETE FROM {table} WHERE source = ?", (key,))
        self._db.execute("UPDATE paper_ids SET stale = 1 WHERE source = ?", (key,))

    def drop_source(self, key: str) -> None:
        """Forget a source that says nothing any more; withdraw it first."""
        self._db.execute("DELETE FROM sources WHERE key = ?", (key,))

    def put_survey(self, survey: Survey, nodes: Sequence[TaxonomyNode]) -> None:
        """Set a survey and its whole taxonomy; placements at nodes that are gone go with them."""
        known = self._db.execute("SELECT ids FROM surveys WHERE key = ?", (survey.key,)).fetchone()
        ids = dict.fromkeys((*survey.ids, *(rows.ids_from_text(known[0]) if known else ())))
        self._db.execute(
            "INSERT INTO surveys VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
            " title = excluded.title, source = excluded.source, ids = excluded.ids",
            (survey.key, survey.title, survey.source, rows.ids_to_text(ids)),
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
        self._derived.nodes_changed()

    def add_survey_ids(self, key: str, ids: Iterable[PaperId]) -> None:
        """Say that a survey of the library has these ids too."""
        found = self._db.execute("SELECT ids FROM surveys WHERE key = ?", (key,)).fetchone()
        united = dict.fromkeys((*rows.ids_from_text(found[0]), *ids) if found else ())
        self._db.execute("UPDATE surveys SET ids = ? WHERE key = ?", (rows.ids_to_text(united), key))

    def put_claims(self, subject: str, claims: Iterable[Claim]) -> None:
        """Add claims about a subject; those already there are left as they are."""
        known = set(self.claims_of(subject))
        claims = [claim for claim in dict.fromkeys(replace(c, paper=subject) for c in claims) if claim not in known]
        paper = self.paper_of(subject)
        self._db.executemany(
            "INSERT INTO claims (subject, field, value, source, line, origin, response, paper)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((*rows.claim_to_row(claim), paper) for claim in claims),
        )
        self._add_title_keys(subject, paper, claims)
        self._derived.touch([paper])

    def _add_title_keys(self, subject: str, paper: str, claims: Iterable[Claim]) -> None:
        keys = {title_key(claim.value) for claim in claims if claim.field in TITLE_FIELDS}
        self._db.executemany(
            "INSERT OR IGNORE INTO title_keys VALUES (?, ?, ?)", ((key, subject, paper) for key in keys if key)
        )

    def add_alias(self, paper_id: PaperId, subject: str, source: str) -> bool:
        """Say that an id leads to a subject.

        Returns:
            whether it does; False where this source, or one that goes before it, gives it to another subject.
        """
        taken = "SELECT 1 FROM paper_ids WHERE scheme = ? AND value = ? AND source = ? AND subject != ? AND stale = 0"
        if self._db.execute(taken, (paper_id.scheme, paper_id.value, source, subject)).fetchone():
            return False
        paper = self.paper_of(subject)
        self._db.execute(
            "INSERT INTO paper_ids VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET stale = 0,"
            " subject = excluded.subject, paper = excluded.paper",
            (paper_id.scheme, paper_id.value, subject, paper, source),
        )
        shared = "SELECT DISTINCT paper FROM paper_ids WHERE scheme = ? AND value = ?"
        self._derived.touch(row[0] for row in self._db.execute(shared, (paper_id.scheme, paper_id.value)))
        return self.find_by_id(paper_id) == subject

    def put_placements(self, placements: Iterable[Placement]) -> None:
        """Add placements of subjects; they and the nodes must be there already."""
        for placement in placements:
            paper = self.paper_of(placement.paper)
            self._db.execute(
                "INSERT OR REPLACE INTO placements (subject, node, source, line, position, paper)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*rows.placement_to_row(placement), paper),
            )
            self._derived.touch([paper])

    def put_citations(self, citations: Iterable[Citation]) -> None:
        """Add citation edges between subjects of the library."""
        columns = rows.CITATION_COLUMNS.replace("citing, cited", "citing_subject, cited_subject", 1)
        self._db.executemany(
            f"INSERT OR REPLACE INTO citations ({columns}, citing, cited) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (*rows.citation_to_row(citation), self.paper_of(citation.citing), self.paper_of(citation.cited))
                for citation in citations
            ),
        )

    def put_retrieval(self, response: str, source: str, url: str, retrieved: str) -> None:
        """Record where and when a service gave the response that claims and citations name."""
        self._db.execute("INSERT OR REPLACE INTO retrievals VALUES (?, ?, ?, ?)", (response, source, url, retrieved))

    def put_verdict(self, first: str, second: str, verdict: Verdict | None) -> None:
        """Set a reader's verdict on two subjects, or with None take it back."""
        pair = ordered(first, second)
        self._db.execute("DELETE FROM verdicts WHERE first = ? AND second = ?", pair)
        if verdict:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._db.execute("INSERT INTO verdicts VALUES (?, ?, ?, ?)", (*pair, verdict.value, now))

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
        self._derived.refresh()

    def forget_derived(self) -> None:
        """Have everything derived made anew by the next `refresh`."""
        self._derived.forget()

    @property
    def connection(self) -> sqlite3.Connection:
        """The draft's database, for reading."""
        return self._db

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
        if self._base and self._base.is_same_content(content_hash) and self._index is None:
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
