"""A library of format 1, as the first release wrote it, brought up to date by an edit."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from litatlas.graph.editing import edit
from litatlas.graph.errors import LibraryTooOld
from litatlas.graph.library import Library
from litatlas.graph.models import Claim
from litatlas.graph.parts import whole
from litatlas.graph.schema import FORMAT_VERSION
from litatlas.graph.storage import Manifest, StoredFile, read_manifest
from litatlas.graph.words import match_words

from . import library_files

FORMAT_1 = """
CREATE TABLE sources (key TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, location TEXT NOT NULL,
    revision TEXT, date TEXT, licence TEXT, digest TEXT, ingested TEXT);
CREATE TABLE surveys (key TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL, ids TEXT NOT NULL);
CREATE TABLE nodes (key TEXT PRIMARY KEY, survey TEXT NOT NULL, name TEXT NOT NULL, parent TEXT, path TEXT NOT NULL,
    position INTEGER NOT NULL, line INTEGER);
CREATE TABLE claims (paper TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, source TEXT NOT NULL, line INTEGER,
    origin TEXT);
CREATE INDEX claims_by_paper ON claims (paper);
CREATE INDEX claims_by_source ON claims (source);
CREATE TABLE paper_ids (scheme TEXT NOT NULL, value TEXT NOT NULL, paper TEXT NOT NULL, source TEXT NOT NULL,
    stale INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (scheme, value, source));
CREATE INDEX paper_ids_by_paper ON paper_ids (paper);
CREATE TABLE title_keys (title_key TEXT NOT NULL, paper TEXT NOT NULL, PRIMARY KEY (title_key, paper)) WITHOUT ROWID;
CREATE TABLE placements (paper TEXT NOT NULL, node TEXT NOT NULL, source TEXT NOT NULL, line INTEGER,
    position INTEGER NOT NULL, PRIMARY KEY (paper, node, source));
CREATE INDEX placements_by_node ON placements (node);
CREATE TABLE citations (citing TEXT NOT NULL, cited TEXT NOT NULL, source TEXT NOT NULL, line INTEGER, origin TEXT,
    PRIMARY KEY (citing, cited, source));
CREATE INDEX citations_by_cited ON citations (cited);
CREATE TABLE merges (paper TEXT NOT NULL, rule TEXT NOT NULL, detail TEXT NOT NULL, source TEXT NOT NULL, line INTEGER);
CREATE TABLE vectors (kind TEXT NOT NULL, key TEXT NOT NULL, text_hash TEXT NOT NULL, model TEXT NOT NULL,
    PRIMARY KEY (kind, key));
CREATE TABLE papers (row INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL,
    year INTEGER, venue TEXT, abstract TEXT, authors TEXT NOT NULL, ids TEXT NOT NULL, links TEXT NOT NULL,
    has_code INTEGER NOT NULL, other_titles TEXT NOT NULL, places TEXT NOT NULL);
CREATE INDEX papers_by_year ON papers (year);
CREATE TABLE node_closure (ancestor TEXT NOT NULL, node TEXT NOT NULL, PRIMARY KEY (ancestor, node)) WITHOUT ROWID;
CREATE VIRTUAL TABLE paper_words USING fts5 (title, other_titles, abstract, authors, venue, places,
    content = 'papers', content_rowid = 'row');
CREATE VIRTUAL TABLE node_words USING fts5 (name, path, key UNINDEXED);
"""
SAME = ("sources", "surveys", "nodes", "vectors")
COPIES = {
    "claims": "subject, field, value, source, line, origin",
    "paper_ids": "scheme, value, subject, source, stale",
    "placements": "subject, node, source, line, position",
    "citations": "citing_subject, cited_subject, source, line, origin",
}


@pytest.fixture
def old(tmp_path: Path) -> tuple[Path, Path]:
    """The same facts in the present format and in format 1."""
    present, old = tmp_path / "present", tmp_path / "old"
    library_files.write(present)
    old.mkdir()
    path = old / "library-000003.sqlite"
    database = sqlite3.connect(path)
    database.executescript(FORMAT_1)
    database.execute("ATTACH ? AS present", (str(present / read_manifest(present).database.name),))
    for table in SAME:
        database.execute(f"INSERT INTO {table} SELECT * FROM present.{table}")
    for table, columns in COPIES.items():
        database.execute(f"INSERT INTO {table} SELECT {columns} FROM present.{table}")
    database.commit()
    database.close()
    manifest = json.loads(Manifest(3, "of the first format", StoredFile.of(path)).to_json())
    (old / "manifest.json").write_text(json.dumps({**manifest, "format": 1}))
    return present, old


@pytest.fixture
def without_notes(tmp_path: Path) -> tuple[Path, Path]:
    """The same facts in the present format and in format 2, whose papers had no notes."""
    present, old = tmp_path / "present", tmp_path / "old"
    library_files.write(present)
    old.mkdir()
    path = old / "library-000003.sqlite"
    path.write_bytes((present / read_manifest(present).database.name).read_bytes())
    database = sqlite3.connect(path)
    database.executescript(
        "DROP TABLE paper_words; ALTER TABLE papers DROP COLUMN note;"
        "CREATE VIRTUAL TABLE paper_words USING fts5 (title, other_titles, abstract, authors, venue, places,"
        " content = 'papers', content_rowid = 'row', tokenize = 'porter unicode61 remove_diacritics 2');"
        "INSERT INTO paper_words (paper_words) VALUES ('rebuild');"
    )
    database.close()
    manifest = json.loads(Manifest(3, "of the second format", StoredFile.of(path)).to_json())
    (old / "manifest.json").write_text(json.dumps({**manifest, "format": 2}))
    return present, old


def test_papers_of_format_2_gain_room_for_notes(without_notes: tuple[Path, Path]) -> None:
    present, directory = without_notes
    with pytest.raises(LibraryTooOld):
        Library(directory)
    with edit(directory) as draft:
        draft.put_claims("h2o", [Claim("h2o", "note", "Evicts what is rarely attended to.", "list", 1)])
    with edit(present) as draft:
        draft.put_claims("h2o", [Claim("h2o", "note", "Evicts what is rarely attended to.", "list", 1)])
    library, expected = Library(directory), Library(present)
    assert library.manifest.content_hash == expected.manifest.content_hash
    assert whole(library) == whole(expected)
    assert library.paper("h2o").note == "Evicts what is rarely attended to."
    for word in ("attended", "quantization", "weights"):
        assert match_words(library, [word], 5) == match_words(expected, [word], 5) != ()


def test_a_reader_is_told_which_command_brings_it_up_to_date(old: tuple[Path, Path]) -> None:
    with pytest.raises(LibraryTooOld, match="earlier release") as caught:
        Library(old[1])
    assert "litatlas build" in caught.value.advice


def test_an_edit_brings_everything_along(old: tuple[Path, Path]) -> None:
    present, directory = old
    with edit(directory):
        pass
    library, expected = Library(directory), Library(present)
    assert (read_manifest(directory).format, library.manifest.generation) == (FORMAT_VERSION, 4)
    assert library.manifest.content_hash == expected.manifest.content_hash
    assert whole(library) == whole(expected)
    assert library.counts == expected.counts
    word = next(library.iter_papers()).title.split()[0]
    assert match_words(library, [word], 5) == match_words(expected, [word], 5)


def test_an_edit_that_fails_leaves_the_old_library(old: tuple[Path, Path]) -> None:
    _, directory = old
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    with pytest.raises(RuntimeError), edit(directory):
        raise RuntimeError
    after = {path.name: path.read_bytes() for path in directory.iterdir() if path.name != "write.lock"}
    assert after == before
