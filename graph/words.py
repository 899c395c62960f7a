"""Full-text look-ups in a library: papers and nodes by their words, and which words matched.

FTS5 and its BM25: https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .library import Library

_WORD_COLUMNS = 7
_BATCH = 500  # SQLite's default limit of bound parameters is 999 in old builds


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A full-text match: key and BM25 score, higher is better."""

    key: str
    score: float


def match_words(library: Library, words: Sequence[str], limit: int) -> tuple[WordMatch, ...]:
    """Papers in which any of the words occurs (stemmed), by BM25 with title and place weighted up."""
    sql = (
        "SELECT key, -bm25(paper_words, 4.0, 4.0, 1.0, 2.0, 1.0, 1.5) score FROM paper_words"
        " JOIN papers ON papers.row = paper_words.rowid WHERE paper_words MATCH ? ORDER BY score DESC, key LIMIT ?"
    )
    return _match(library, sql, words, limit)


def match_node_words(library: Library, words: Sequence[str], limit: int) -> tuple[WordMatch, ...]:
    """Taxonomy nodes in whose name or path any of the words occurs, by BM25 with the name weighted up."""
    sql = (
        "SELECT key, -bm25(node_words, 4.0, 1.0) score FROM node_words"
        " WHERE node_words MATCH ? ORDER BY score DESC, key LIMIT ?"
    )
    return _match(library, sql, words, limit)


def matched_words(library: Library, words: Sequence[str], keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each of these papers, the words of its title, places, authors, venue, abstract or note that match."""
    columns = " || ' ' || ".join(
        f"coalesce(highlight(paper_words, {column}, char(2), char(3)), '')" for column in range(_WORD_COLUMNS)
    )
    found: dict[str, tuple[str, ...]] = {}
    expression = _match_expression(words)
    for start in range(0, len(keys) if expression else 0, _BATCH):
        batch = list(keys[start : start + _BATCH])
        marks = ", ".join("?" * len(batch))
        sql = (
            f"SELECT key, {columns} FROM paper_words JOIN papers ON papers.row = paper_words.rowid"
            f" WHERE paper_words MATCH ? AND key IN ({marks})"
        )
        for key, text in library.query(sql, [expression, *batch]):
            matches = re.findall("\x02(.*?)\x03", text)
            found[key] = tuple(dict.fromkeys(match.lower() for match in matches))
    return found


def by_author(name: str) -> str:
    """The full-text expression for papers among whose authors every word of a name occurs."""
    return "authors : (" + (" AND ".join(_quoted(word) for word in re.findall(r"\w+", name)) or '""') + ")"


def match_authors(library: Library, words: Sequence[str], limit: int) -> tuple[str, ...]:
    """Keys of papers of an author in whose name these words stand side by side, the newest first."""
    phrase = _quoted(" ".join(words))
    sql = (
        "SELECT key FROM paper_words JOIN papers ON papers.row = paper_words.rowid"
        " WHERE paper_words MATCH ? ORDER BY year DESC, key LIMIT ?"
    )
    return tuple(key for (key,) in library.query(sql, (f"authors : {phrase}", limit))) if words else ()


def titles_with(library: Library, word: str, most: int) -> int:
    """How many papers have this word in their titles, counted up to `most`."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM paper_words WHERE paper_words MATCH ? LIMIT ?)"
    return int(library.query(sql, (f"title : {_quoted(word)}", most))[0][0])


def occurs(library: Library, word: str) -> bool:
    """Whether any paper or taxonomy node has this word, in whatever form of it."""
    found = "SELECT 1 FROM {} WHERE {} MATCH ? LIMIT 1"
    return any(library.query(found.format(table, table), (_quoted(word),)) for table in ("paper_words", "node_words"))


def papers_with(library: Library, word: str) -> int:
    """How many papers have this word, in whatever form of it."""
    return int(library.query("SELECT count(*) FROM paper_words WHERE paper_words MATCH ?", (_quoted(word),))[0][0])


def having_word(library: Library, word: str, keys: Sequence[str]) -> frozenset[str]:
    """Which of these papers have a word, in whatever form of it."""
    marks = ", ".join("?" * len(keys))
    sql = (
        "SELECT key FROM paper_words JOIN papers ON papers.row = paper_words.rowid WHERE paper_words MATCH ?"
        f" AND paper_words.rowid IN (SELECT row FROM papers WHERE key IN ({marks}))"
    )
    return frozenset(key for (key,) in library.query(sql, (_quoted(word), *keys)))


def having_all(library: Library, words: Sequence[str]) -> frozenset[str]:
    """Keys of the papers that have every one of these words somewhere, in whatever form; none where no word is one."""
    wanted = [_quoted(word) for word in words if any(map(str.isalnum, word))]
    sql = "SELECT key FROM paper_words JOIN papers ON papers.row = paper_words.rowid WHERE paper_words MATCH ?"
    return frozenset(key for (key,) in library.query(sql, (" AND ".join(wanted),))) if wanted else frozenset()


def _match(library: Library, sql: str, words: Sequence[str], limit: int) -> tuple[WordMatch, ...]:
    expression = _match_expression(words)
    if not expression:
        return ()
    return tuple(WordMatch(key, score) for key, score in library.query(sql, (expression, limit)))


def _match_expression(words: Sequence[str]) -> str:
    """Any of the words or phrases; quoted, a word is only ever a word to FTS5, whatever its characters."""
    return " OR ".join(_quoted(word) for word in words if any(map(str.isalnum, word)))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
