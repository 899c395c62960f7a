"""The tables of the library's database, and what belongs to its content.

Record tables hold what sources said, each row about a `subject`: the key that the source's own record has. Which
subjects are one paper is derived from what they say of ids and titles (see joining.py), from the services' ids and from
the reader's `verdicts` (see sameness.py); the columns `paper`, `citing` and `cited` hold the result. Derived tables and
columns are made when a draft is finished, and can always be made again. FTS5: https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

FORMAT_VERSION = 3

# Columns that make up the content, in hashing order. What is left out (times, the response a value was read from,
# derived tables and columns) may differ between two libraries that hold the same facts.
CONTENT_COLUMNS: dict[str, str] = {
    "sources": "key, kind, title, location, revision, date, licence, digest",
    "surveys": "key, title, source, ids",
    "nodes": "key, survey, name, parent, path, position, line",
    "claims": "subject, field, value, source, line, origin",
    "paper_ids": "scheme, value, subject, source",
    "placements": "subject, node, source, line, position",
    "citations": "citing_subject, cited_subject, source, line, origin, contexts, intents, influential, sections",
    "verdicts": "first, second, verdict",
    "vectors": "kind, key, text_hash, model",
}

_RECORDS = """
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
    subject TEXT NOT NULL, paper TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources, line INTEGER, origin TEXT, response TEXT
);
CREATE INDEX claims_by_paper ON claims (paper);
CREATE INDEX claims_by_subject ON claims (subject);
CREATE INDEX claims_by_source ON claims (source);
CREATE INDEX claims_of_ids ON claims (field, value) WHERE field LIKE 'id:%';
CREATE TABLE paper_ids (
    scheme TEXT NOT NULL, value TEXT NOT NULL, subject TEXT NOT NULL, paper TEXT NOT NULL, source TEXT NOT NULL,
    stale INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (scheme, value, source)
);
CREATE INDEX paper_ids_by_paper ON paper_ids (paper);
CREATE INDEX paper_ids_by_subject ON paper_ids (subject);
CREATE TABLE title_keys (
    title_key TEXT NOT NULL, subject TEXT NOT NULL, paper TEXT NOT NULL, PRIMARY KEY (title_key, subject)
) WITHOUT ROWID;
CREATE INDEX title_keys_by_paper ON title_keys (paper);
CREATE INDEX title_keys_by_subject ON title_keys (subject);
CREATE TABLE placements (
    subject TEXT NOT NULL, paper TEXT NOT NULL, node TEXT NOT NULL REFERENCES nodes,
    source TEXT NOT NULL REFERENCES sources, line INTEGER, position INTEGER NOT NULL,
    PRIMARY KEY (subject, node, source)
);
CREATE INDEX placements_by_node ON placements (node);
CREATE INDEX placements_by_paper ON placements (paper);
CREATE TABLE citations (
    citing_subject TEXT NOT NULL, cited_subject TEXT NOT NULL, citing TEXT NOT NULL, cited TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources, line INTEGER, origin TEXT,
    contexts TEXT NOT NULL DEFAULT '[]', intents TEXT NOT NULL DEFAULT '[]', influential INTEGER,
    sections TEXT NOT NULL DEFAULT '[]', response TEXT, PRIMARY KEY (citing_subject, cited_subject, source)
);
CREATE INDEX citations_by_citing ON citations (citing);
CREATE INDEX citations_by_cited ON citations (cited);
CREATE INDEX citations_by_cited_subject ON citations (cited_subject);
CREATE TABLE same_works (
    first TEXT NOT NULL, second TEXT NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (first, second)
);
CREATE TABLE verdicts (
    first TEXT NOT NULL, second TEXT NOT NULL, verdict TEXT NOT NULL, decided TEXT NOT NULL,
    PRIMARY KEY (first, second)
);
CREATE TABLE retrievals (
    response TEXT PRIMARY KEY, source TEXT NOT NULL, url TEXT NOT NULL, retrieved TEXT NOT NULL
);
CREATE TABLE papers_of_subjects (
    subject TEXT PRIMARY KEY, paper TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE vectors (
    kind TEXT NOT NULL, key TEXT NOT NULL, text_hash TEXT NOT NULL, model TEXT NOT NULL, PRIMARY KEY (kind, key)
);
"""

# Made anew from the records by a draft that forgets what is derived; format 2 had no notes here.
PAPER_TABLES = """
CREATE TABLE papers (
    row INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL,
    year INTEGER, venue TEXT, abstract TEXT, authors TEXT NOT NULL, ids TEXT NOT NULL, links TEXT NOT NULL,
    has_code INTEGER NOT NULL, withdrawn TEXT, retracted INTEGER NOT NULL, version INTEGER,
    citation_count INTEGER, note TEXT, other_titles TEXT NOT NULL, places TEXT NOT NULL
);
CREATE INDEX papers_by_year ON papers (year);
CREATE INDEX papers_by_venue ON papers (venue);
CREATE VIRTUAL TABLE paper_words USING fts5 (
    title, other_titles, abstract, authors, venue, places, note,
    content = 'papers', content_rowid = 'row', tokenize = 'porter unicode61 remove_diacritics 2'
);
"""

_NODE_TABLES = """
CREATE TABLE node_closure (
    ancestor TEXT NOT NULL, node TEXT NOT NULL, PRIMARY KEY (ancestor, node)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE node_words USING fts5 (
    name, path, key UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2'
);
"""

SCHEMA = _RECORDS + PAPER_TABLES + _NODE_TABLES
