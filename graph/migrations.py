"""Bringing the database of an earlier release into the present format; done on a draft, so it is all or nothing."""

from __future__ import annotations

import sqlite3

from .identity import title_key
from .schema import FORMAT_VERSION, PAPER_TABLES, SCHEMA

_KEPT = ("sources", "surveys", "nodes", "vectors")


def migrate(database: sqlite3.Connection, version: int) -> bool:
    """Bring a database of this format version up to date.

    Returns:
        whether anything was changed; then all that is derived has to be made anew.
    """
    if version == 1:
        _separate_subjects(database)
    elif version == 2:
        _make_room_for_notes(database)
    return version < FORMAT_VERSION


def _make_room_for_notes(database: sqlite3.Connection) -> None:
    """Format 2 had no notes; nothing but derived tables changed."""
    database.executescript("DROP TABLE paper_words; DROP TABLE papers;" + PAPER_TABLES)


def _separate_subjects(database: sqlite3.Connection) -> None:
    """Format 1 had no subjects: what a source said was about a paper, and joining works could not be undone."""
    tables = ("claims", "paper_ids", "placements", "citations", *_KEPT)
    database.execute("PRAGMA legacy_alter_table = ON")
    for table in tables:
        database.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for name, kind in database.execute(
        "SELECT name, type FROM sqlite_master WHERE type IN ('index', 'table') AND sql IS NOT NULL"
        " AND name NOT LIKE 'old_%' AND name NOT LIKE 'paper_words_%' AND name NOT LIKE 'node_words_%'"
    ).fetchall():
        database.execute(f"DROP {kind} IF EXISTS {name}")
    database.executescript(SCHEMA)
    for table in _KEPT:
        database.execute(f"INSERT INTO {table} SELECT * FROM old_{table}")
    database.execute(
        "INSERT INTO claims (subject, paper, field, value, source, line, origin)"
        " SELECT paper, paper, field, value, source, line, origin FROM old_claims"
    )
    database.execute("INSERT INTO paper_ids SELECT scheme, value, paper, paper, source, stale FROM old_paper_ids")
    database.execute("INSERT INTO placements SELECT paper, paper, node, source, line, position FROM old_placements")
    database.execute(
        "INSERT INTO citations (citing_subject, cited_subject, citing, cited, source, line, origin)"
        " SELECT citing, cited, citing, cited, source, line, origin FROM old_citations"
    )
    for title, paper in database.execute(
        "SELECT value, paper FROM claims WHERE field IN ('title', 'published_title')"
    ).fetchall():
        key = (title_key(title), paper, paper)
        database.execute("INSERT OR IGNORE INTO title_keys VALUES (?, ?, ?)", key)
    database.execute("DELETE FROM title_keys WHERE title_key = ''")
    # The edges that shipped with the first survey come with a source of their own now.
    database.execute("DELETE FROM citations WHERE source = 'edge-file:efficient-llms'")
    database.execute("DELETE FROM sources WHERE key = 'edge-file:efficient-llms'")
    for table in tables:
        database.execute(f"DROP TABLE old_{table}")
    database.commit()
