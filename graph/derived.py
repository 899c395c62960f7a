"""What is made from the records of a draft: papers, words, broader nodes, and which subjects are one paper."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from . import rows
from .claims import paper_from_claims
from .identity import IdScheme, PaperId, title_key
from .joining import find_pairs, group_by_paper
from .models import Claim, SourceKind

TITLE_FIELDS = ("title", "published_title")
_WORD_COLUMNS = "title, other_titles, abstract, authors, venue, places, note"
_PAPER_TABLE = f"{rows.PAPER_COLUMNS}, has_code, other_titles, places"
_REPLACED = ", ".join(f"{column} = excluded.{column}" for column in _PAPER_TABLE.split(", ")[1:])


class Derived:
    """The derived tables and columns of a draft's database, and what of them is out of date."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._touched: set[str] = set()
        self._nodes_changed = False

    def touch(self, papers: Iterable[str]) -> None:
        """Note that something about these papers changed."""
        self._touched.update(papers)

    def nodes_changed(self) -> None:
        """Note that some taxonomy changed."""
        self._nodes_changed = True

    def refresh(self) -> None:
        """Make the derived tables agree with the records; cheap where little changed."""
        self._drop_stale()
        self._regroup()
        if self._nodes_changed:
            self._rebuild_node_tables()
            self._nodes_changed = False
        for paper in sorted(self._touched):
            self._refresh_paper(paper)
        self._touched.clear()

    def forget(self) -> None:
        """Have everything derived made anew by the next `refresh`."""
        self._nodes_changed = True
        self._touched.update(row[0] for row in self._db.execute("SELECT DISTINCT paper FROM claims"))

    def _drop_stale(self) -> None:
        gone = "NOT IN (SELECT subject FROM claims)"
        self._db.execute("DELETE FROM paper_ids WHERE stale = 1")
        for subject in self._known_to_services_alone():
            self._db.execute("DELETE FROM claims WHERE subject = ?", (subject,))
            self._db.execute("DELETE FROM paper_ids WHERE subject = ?", (subject,))
            self._touched.add(subject)
        self._db.execute(f"DELETE FROM placements WHERE subject {gone}")
        self._db.execute(f"DELETE FROM citations WHERE citing_subject {gone} OR cited_subject {gone}")
        self._db.execute(f"DELETE FROM title_keys WHERE subject {gone}")

    def _known_to_services_alone(self) -> list[str]:
        """Subjects that no list, file or reader names any more, a note being no name; a survey is one that nobody needs
        to name."""
        nameless = f"({rows.BY_SERVICE} OR field = 'note')"
        found = self._db.execute(
            f"SELECT subject FROM claims JOIN sources ON sources.key = source WHERE {nameless}"
            f" EXCEPT SELECT subject FROM claims JOIN sources ON sources.key = source WHERE NOT {nameless}"
        ).fetchall()
        surveys = {
            str(paper_id)
            for (ids,) in self._db.execute("SELECT ids FROM surveys")
            for paper_id in rows.ids_from_text(ids)
        }
        own_ids = "SELECT scheme || ':' || value FROM paper_ids WHERE subject = ?"
        return [
            subject
            for (subject,) in found
            if surveys.isdisjoint(row[0] for row in self._db.execute(own_ids, (subject,)))
        ]

    def _regroup(self) -> None:
        """Bring the papers that subjects are part of up to date; only rows of subjects that moved are written."""
        pairs = find_pairs(self._db)
        self._db.execute("DELETE FROM same_works")
        self._db.executemany("INSERT INTO same_works VALUES (?, ?, ?)", ((*each.pair, each.rule) for each in pairs))
        before = dict(self._db.execute("SELECT subject, paper FROM papers_of_subjects"))
        after = group_by_paper(self._db, pairs)
        moved = {
            subject: after.get(subject, subject)
            for subject in before.keys() | after.keys()
            if before.get(subject, subject) != after.get(subject, subject)
        }
        if before != after:
            self._db.execute("DELETE FROM papers_of_subjects")
            self._db.executemany("INSERT INTO papers_of_subjects VALUES (?, ?)", sorted(after.items()))
        for subject, paper in moved.items():
            for table in ("claims", "placements", "paper_ids", "title_keys"):
                self._db.execute(f"UPDATE {table} SET paper = ? WHERE subject = ?", (paper, subject))
            for end in ("citing", "cited"):
                self._db.execute(f"UPDATE citations SET {end} = ? WHERE {end}_subject = ?", (paper, subject))
            self._touched |= {before.get(subject, subject), paper}

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
        claims = read_claims(self._db, "paper", key)
        self._refresh_title_keys(key)
        new = self._paper_row(key, claims) if claims else None
        old = self._db.execute(f"SELECT {_PAPER_TABLE} FROM papers WHERE key = ?", (key,)).fetchone()
        if new == old:
            return
        if old:
            # The word index holds no text of its own, so it must be told what it is to forget.
            self._db.execute(
                f"INSERT INTO paper_words (paper_words, rowid, {_WORD_COLUMNS})"
                f" SELECT 'delete', row, {_WORD_COLUMNS} FROM papers WHERE key = ?",
                (key,),
            )
        if new is None:
            self._db.execute("DELETE FROM papers WHERE key = ?", (key,))
            return
        self._db.execute(
            f"INSERT INTO papers ({_PAPER_TABLE}) VALUES ({', '.join('?' * len(_PAPER_TABLE.split(', ')))})"
            f" ON CONFLICT (key) DO UPDATE SET {_REPLACED}",
            new,
        )
        self._db.execute(
            f"INSERT INTO paper_words (rowid, {_WORD_COLUMNS}) SELECT row, {_WORD_COLUMNS} FROM papers WHERE key = ?",
            (key,),
        )

    def _refresh_title_keys(self, key: str) -> None:
        self._db.execute("DELETE FROM title_keys WHERE paper = ?", (key,))
        titles = self._db.execute(
            "SELECT subject, value FROM claims WHERE paper = ? AND field IN ('title', 'published_title')", (key,)
        ).fetchall()
        keys = {(title_key(title), subject, key) for subject, title in titles}
        self._db.executemany("INSERT OR IGNORE INTO title_keys VALUES (?, ?, ?)", (row for row in keys if row[0]))

    def _paper_row(self, key: str, claims: Sequence[Claim]) -> tuple[Any, ...]:
        """The columns of `_PAPER_TABLE`."""
        paper = paper_from_claims(key, claims, self._ids_of(key), self._source_kinds())
        other_titles = {claim.value for claim in claims if claim.field in TITLE_FIELDS} - {paper.title}
        return (*rows.paper_to_row(paper), " ".join(sorted(other_titles)), self._places_text(key))

    def _ids_of(self, key: str) -> list[PaperId]:
        """The ids that lead to a paper, those left out that a better source gives to another."""
        found = self._db.execute("SELECT DISTINCT scheme, value FROM paper_ids WHERE paper = ?", (key,)).fetchall()
        owners = ((pair, self._db.execute(rows.OWNERS_OF_ID, pair).fetchone()) for pair in found)
        return [PaperId(IdScheme(scheme), value) for (scheme, value), owner in owners if owner and owner[1] == key]

    def _source_kinds(self) -> dict[str, SourceKind]:
        return {key: SourceKind(kind) for key, kind in self._db.execute("SELECT key, kind FROM sources")}

    def _places_text(self, key: str) -> str:
        found = self._db.execute(
            "SELECT path FROM nodes JOIN placements ON node = key WHERE paper = ? ORDER BY nodes.position", (key,)
        )
        return " ".join(row[0].replace(rows.PATH_SEPARATOR, " ") for row in found)


def read_claims(database: sqlite3.Connection, column: str, key: str) -> tuple[Claim, ...]:
    """The claims whose `column` (``subject`` or ``paper``) is this key; the claims' `paper` is that key."""
    columns = rows.CLAIM_COLUMNS.replace("paper", column, 1)
    found = database.execute(f"SELECT {columns} FROM claims WHERE {column} = ? ORDER BY field, source, line", (key,))
    return tuple(Claim(*row) for row in found)
