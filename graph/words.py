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


def _match(library: Library, sql: str, words: Sequence[str], limit: int) -> tuple[WordMatch, ...]:
    expression = _match_expression(words)
    if not expression:
        return ()
    return tuple(WordMatch(key, score) for key, score in library.query(sql, (expression, limit)))


def _match_expression(words: Sequence[str]) -> str:
    """Any of the words; quoted, a word is only ever a word to FTS5, whatever its characters."""
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in words if any(map(str.isalnum, word)))
