"""The tables of the library's database, and what belongs to its content.

Record tables hold what sources said. Derived tables are made from them when a draft is finished, and can always be
made again. FTS5: https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

FORMAT_VERSION = 1

# Columns that make up the content, in hashing order. What is left out (times of ingestion, derived tables) may
# differ between two libraries that hold the same facts.
CONTENT_COLUMNS: dict[str, str] = {
    "sources": "key, kind, title, location, revision, date, licence, digest",
    "surveys": "key, title, source, ids",
    "nodes": "key, survey, name, parent, path, position, line",
    "claims": "paper, field, value, source, line, origin",
    "paper_ids": "scheme, value, paper, source",
    "placements": "paper, node, source, line, position",
    "citations": "citing, cited, source, line, origin",
    "merges": "paper, rule, detail, source, line",
    "vectors": "kind, key, text_hash, model",
}

SCHEMA = """
CREATE TABLE sources (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, location TEXT NOT NULL,
    revision TEXT, date TEXT, licence TEXT, digest TEXT, ingested TEXT
);
CREATE TABLE surveys (
    key TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources, ids TEXT NOT NULL
);
CREATE TABLE nodes (
    key TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys, name TEXT NOT NULL,
    parent TEXT REFERENCES nodes DEFERRABLE INITIALLY DEFERRED, path TEXT NOT NULL,
    position INTEGER NOT NULL, line INTEGER
);
CREATE TABLE claims (
    paper TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources, line INTEGER, origin TEXT
);
CREATE INDEX claims_by_paper ON claims (paper);
CREATE INDEX claims_by_source ON claims (source);
CREATE TABLE paper_ids (
    scheme TEXT NOT NULL, value TEXT NOT NULL, paper TEXT NOT NULL, source TEXT NOT NULL,
    stale INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (scheme, value, source)
);
CREATE INDEX paper_ids_by_paper ON paper_ids (paper);
CREATE TABLE title_keys (
    title_key TEXT NOT NULL, paper TEXT NOT NULL, PRIMARY KEY (title_key, paper)
) WITHOUT ROWID;
CREATE INDEX title_keys_by_paper ON title_keys (paper);
CREATE TABLE placements (
    paper TEXT NOT NULL, node TEXT NOT NULL REFERENCES nodes, source TEXT NOT NULL REFERENCES sources,
    line INTEGER, position INTEGER NOT NULL, PRIMARY KEY (paper, node, source)
);
CREATE INDEX placements_by_node ON placements (node);
CREATE TABLE citations (
    citing TEXT NOT NULL, cited TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources,
    line INTEGER, origin TEXT, PRIMARY KEY (citing, cited, source)
);
CREATE INDEX citations_by_cited ON citations (cited);
CREATE TABLE merges (
    paper TEXT NOT NULL, rule TEXT NOT NULL, detail TEXT NOT NULL, source TEXT NOT NULL, line INTEGER
);
CREATE TABLE vectors (
    kind TEXT NOT NULL, key TEXT NOT NULL, text_hash TEXT NOT NULL, model TEXT NOT NULL, PRIMARY KEY (kind, key)
);
CREATE TABLE papers (
    row INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL,
    year INTEGER, venue TEXT, abstract TEXT, authors TEXT NOT NULL, ids TEXT NOT NULL, links TEXT NOT NULL,
    has_code INTEGER NOT NULL, other_titles TEXT NOT NULL, places TEXT NOT NULL
);
CREATE INDEX papers_by_year ON papers (year);
CREATE INDEX papers_by_venue ON papers (venue);
CREATE TABLE node_closure (
    ancestor TEXT NOT NULL, node TEXT NOT NULL, PRIMARY KEY (ancestor, node)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE paper_words USING fts5 (
    title, other_titles, abstract, authors, venue, places,
    content = 'papers', content_rowid = 'row', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE node_words USING fts5 (
    name, path, key UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2'
);
"""
