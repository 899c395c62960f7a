"""Library: what is known, in one directory; open it to read, `Library.edit` it to change.

Reading is safe from any number of threads and while another process writes: an open library is one generation of
immutable files (see graph/storage.py), and stays so until it is opened again.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import networkx as nx
from rapidfuzz import fuzz

from . import rows
from .claims import Conflict, find_conflicts
from .draft import Draft
from .editing import edit
from .errors import AmbiguousNode, LibraryDamaged, LibraryTooOld, UnknownNode, UnknownPaper
from .identity import IdScheme, PaperId, reads_as_id, title_key
from .index import VectorIndex
from .models import (
    Citation,
    Claim,
    Counts,
    Paper,
    Placement,
    Retrieval,
    Source,
    SourceKind,
    Survey,
    TaxonomyNode,
    WorkKind,
)
from .network import plain_text
from .schema import FORMAT_VERSION
from .storage import Manifest, read_manifest, verify_files
from .words import by_author, match_words

_OPEN_ATTEMPTS = 3
_WORD_COLUMNS = 6
_BATCH = 500  # SQLite's default limit of bound parameters is 999 in old builds


_LEAST_LIKENESS = 70  # of 100; names that share no word and no spelling stay below
_WORD = re.compile(r"\w{4,100}")
_TITLES_COMPARED = 20
_MOST_COMPARED = 300  # characters of a reference that may be anything


class Library:
    """The read side of a library.

    Args:
        directory: the library's directory.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryTooNew, LibraryTooOld: it cannot be opened.
    """

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        self.manifest, self._database = self._open_current()
        self._lock = threading.Lock()

    @classmethod
    def edit(cls, directory: Path | str, *, create: bool = True) -> AbstractContextManager[Draft]:
        """A draft to change the library with; see graph/editing.py."""
        return edit(Path(directory), create=create)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the database; the library cannot be read after that."""
        self._database.close()

    def is_current(self) -> bool:
        """Whether no newer generation was committed since this library was opened."""
        return read_manifest(self.directory).generation == self.manifest.generation

    def _open_current(self) -> tuple[Manifest, sqlite3.Connection]:
        for _ in range(_OPEN_ATTEMPTS):
            manifest = read_manifest(self.directory)
            if manifest.format < FORMAT_VERSION:
                raise LibraryTooOld(
                    f"The library in {self.directory} was written by an earlier release of LitAtlas.",
                    "Bring it up to date with `litatlas build`; nothing in it is lost.",
                )
            path = (self.directory / manifest.database.name).resolve()
            try:
                verify_files(self.directory, manifest, [manifest.database])
                # Immutable: the file never changes, so nothing needs to be locked or looked for beside it.
                address = f"{path.as_uri()}?mode=ro&immutable=1"
                return manifest, sqlite3.connect(address, uri=True, check_same_thread=False)
            except (FileNotFoundError, sqlite3.OperationalError):  # a writer published between two steps
                continue
        raise LibraryDamaged(f"The library in {self.directory} cannot be opened.", "Try again; it may be changing.")

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a read-only query; for the rooms of this floor, which know the tables.

        Raises:
            LibraryDamaged: the database cannot be read.
        """
        try:
            with self._lock:
                return self._database.execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                f"The database of the library in {self.directory} cannot be read ({error}).",
                "Restore the directory from a copy, or remove it and run `litatlas build` again.",
            ) from error

    # -- the whole ------------------------------------------------------------------------------------------------

    @cached_property
    def counts(self) -> Counts:
        """How much the library holds."""
        sql = (
            "SELECT (SELECT count(*) FROM papers WHERE kind = 'paper'),"
            " (SELECT count(*) FROM papers WHERE kind != 'paper'),"
            " (SELECT count(*) FROM nodes), (SELECT count(*) FROM surveys),"
            " (SELECT count(*) FROM (SELECT DISTINCT paper, node, source FROM placements)),"
            " (SELECT count(*) FROM (SELECT DISTINCT citing, cited FROM citations WHERE citing != cited)),"
            " (SELECT count(*) FROM papers WHERE abstract IS NOT NULL),"
            " (SELECT count(*) FROM vectors WHERE kind = 'paper'),"
            " (SELECT count(*) FROM papers WHERE note IS NOT NULL)"
        )
        return Counts(*self.query(sql)[0])

    @cached_property
    def index(self) -> VectorIndex | None:
        """The vectors, or None where the library was never built.

        Raises:
            LibraryDamaged: the index files are not what the manifest says; the records can still be read.
        """
        if not self.manifest.index:
            return None
        verify_files(self.directory, self.manifest, self.manifest.index)
        vectors, entries = (self.directory / file.name for file in self.manifest.index)
        return VectorIndex.load(vectors, entries)

    def sources(self) -> tuple[Source, ...]:
        """All sources, by key."""
        return tuple(map(rows.source_from_row, self.query(f"SELECT {rows.SOURCE_COLUMNS} FROM sources ORDER BY key")))

    def surveys(self) -> tuple[Survey, ...]:
        """All surveys, by key."""
        return tuple(map(rows.survey_from_row, self.query("SELECT key, title, source, ids FROM surveys ORDER BY key")))

    # -- papers ---------------------------------------------------------------------------------------------------

    def paper(self, reference: str) -> Paper:
        """The paper meant by its key, an id (``arxiv:2305.13245``, a DOI, an address) or its exact title.

        Raises:
            UnknownPaper: none, with the nearest titles as advice.
        """
        key = self.find_key(reference)
        if key is None:
            if reads_as_id(reference):
                found = PaperId.parse(reference) or reference.strip()
                raise UnknownPaper(f"No paper here has {found}.", "Check the id, or look with `litatlas search`.")
            raise UnknownPaper(f"No paper here is {reference!r}.", self._nearest_titles(reference))
        return self.papers([key])[0]

    def find_key(self, reference: str) -> str | None:
        """Key of the paper that this names as `paper` reads it, or None."""
        reference = plain_text(reference).strip()
        if found := self.query("SELECT key FROM papers WHERE key = ?", (reference,)):
            return str(found[0][0])
        if found := self.query("SELECT paper FROM papers_of_subjects WHERE subject = ?", (reference,)):
            return str(found[0][0])
        if paper_id := PaperId.parse(reference):
            owners = self.query(rows.OWNERS_OF_ID, (paper_id.scheme.value, paper_id.value))
            found = [(paper,) for _, paper in owners]
        else:
            found = self.query(
                "SELECT paper FROM title_keys WHERE title_key = ? ORDER BY paper LIMIT 1", (title_key(reference),)
            ) or self._by_lead(reference)
        return str(found[0][0]) if found else None

    def _by_lead(self, reference: str) -> list[tuple[Any, ...]]:
        """The one paper whose title begins with these words and a colon, the way methods are named."""
        if len(reference) > _MOST_COMPARED:  # no method is called so, and SQLite refuses long patterns
            return []
        escaped = re.sub(r"([%_\\])", r"\\\1", reference)
        found = self.query("SELECT key FROM papers WHERE title LIKE ? || ':%' ESCAPE '\\' LIMIT 2", (escaped,))
        return found if len(found) == 1 else []

    def _nearest_titles(self, reference: str) -> str:
        matches = match_words(
            self, [word for word in reference[:_MOST_COMPARED].split() if word.isalnum()], limit=_TITLES_COMPARED
        )
        near = [p.title for p in self.papers([match.key for match in matches]) if _resembles(reference, p.title)]
        return f"Did you mean {'; '.join(map(repr, near[:3]))}?" if near else "Look for it with `litatlas search`."

    def papers(self, keys: Iterable[str]) -> tuple[Paper, ...]:
        """The papers with these keys, in this order; unknown keys are passed over."""
        keys = list(keys)
        found: dict[str, Paper] = {}
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            for row in self.query(f"SELECT {rows.PAPER_COLUMNS} FROM papers WHERE key IN ({marks})", batch):
                found[row[0]] = rows.paper_from_row(row)
        return tuple(found[key] for key in keys if key in found)

    def iter_papers(self) -> Iterator[Paper]:
        """All papers, by key."""
        for row in self.query(f"SELECT {rows.PAPER_COLUMNS} FROM papers ORDER BY key"):
            yield rows.paper_from_row(row)

    def paper_keys(
        self,
        *,
        under: TaxonomyNode | None = None,
        survey: str | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
        venue: str | None = None,
        has_code: bool | None = None,
        author: str | None = None,
        kind: WorkKind | None = None,
    ) -> tuple[str, ...]:
        """Keys of the papers that pass all the filters given, newest first, then by title.

        Args:
            under: placed at this node or below it.
            survey: placed anywhere in this survey.
            venue: exact, without regard to case.
            author: words of a name, all of them among the authors.
        """
        conditions: list[tuple[str, Any]] = []
        if under:
            conditions.append(
                (
                    "key IN (SELECT paper FROM placements JOIN node_closure USING (node) WHERE ancestor = ?)",
                    under.key,
                )
            )
        if survey:
            conditions.append(
                ("key IN (SELECT paper FROM placements JOIN nodes ON nodes.key = node WHERE survey = ?)", survey)
            )
        if year_from is not None:
            conditions.append(("year >= ?", year_from))
        if year_to is not None:
            conditions.append(("year <= ?", year_to))
        if venue:
            conditions.append(("venue = ? COLLATE NOCASE", venue))
        if has_code is not None:
            conditions.append(("has_code = ?", int(has_code)))
        if author is not None:
            conditions.append(("row IN (SELECT rowid FROM paper_words WHERE paper_words MATCH ?)", by_author(author)))
        if kind is not None:
            conditions.append(("kind = ?", kind.value))
        where = " AND ".join(condition for condition, _ in conditions) or "1"
        sql = f"SELECT key FROM papers WHERE {where} ORDER BY year IS NULL, year DESC, title COLLATE NOCASE, key"
        return tuple(row[0] for row in self.query(sql, [value for _, value in conditions]))

    def venues(self) -> tuple[tuple[str, int], ...]:
        """Venues with how many papers each, most first."""
        sql = "SELECT venue, count(*) n FROM papers WHERE venue IS NOT NULL GROUP BY venue ORDER BY n DESC, venue"
        return tuple((venue, count) for venue, count in self.query(sql))

    def year_counts(self, keys: Sequence[str] | None = None) -> tuple[tuple[int, int], ...]:
        """Years with how many papers each, oldest first; of these papers, or of all."""
        if keys is None:
            sql = "SELECT year, count(*) FROM papers WHERE year IS NOT NULL GROUP BY year ORDER BY year"
            return tuple((year, count) for year, count in self.query(sql))
        counts: dict[int, int] = {}
        for paper in self.papers(keys):
            if paper.year is not None:
                counts[paper.year] = counts.get(paper.year, 0) + 1
        return tuple(sorted(counts.items()))

    def claims(self, paper: str) -> tuple[Claim, ...]:
        """Every claim about a paper, by field."""
        sql = f"SELECT DISTINCT {rows.CLAIM_COLUMNS} FROM claims WHERE paper = ? ORDER BY field, source, line, value"
        return tuple(Claim(*row) for row in self.query(sql, (paper,)))

    def sources_about(self, keys: Sequence[str]) -> frozenset[str]:
        """The keys of the sources that claim anything about these papers."""
        found: set[str] = set()
        for start in range(0, len(keys), _BATCH):
            batch = list(keys[start : start + _BATCH])
            marks = ", ".join("?" * len(batch))
            sql = f"SELECT DISTINCT source FROM claims WHERE paper IN ({marks})"
            found.update(row[0] for row in self.query(sql, batch))
        return frozenset(found)

    def claimed_ids(self, scheme: IdScheme) -> tuple[PaperId, ...]:
        """Every id of a scheme that a list, file or reader claims for some paper, those in dispute too."""
        sql = (
            "SELECT DISTINCT value FROM claims JOIN sources ON sources.key = source WHERE field = ?"
            f" AND NOT {rows.BY_SERVICE} ORDER BY value"
        )
        return tuple(PaperId(scheme, row[0]) for row in self.query(sql, (f"id:{scheme.value}",)))

    def conflicts(self, paper: str) -> tuple[Conflict, ...]:
        """Fields of a paper on which its sources disagree."""
        kinds = {key: SourceKind(kind) for key, kind in self.query("SELECT key, kind FROM sources")}
        return find_conflicts(self.claims(paper), kinds)

    # -- taxonomy -------------------------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> tuple[TaxonomyNode, ...]:
        """All taxonomy nodes, survey by survey in the survey's own order."""
        found = self.query(f"SELECT {rows.NODE_COLUMNS} FROM nodes ORDER BY survey, position")
        return tuple(map(rows.node_from_row, found))

    @cached_property
    def _nodes_by_key(self) -> dict[str, TaxonomyNode]:
        return {node.key: node for node in self.nodes}

    def node(self, reference: str) -> TaxonomyNode:
        """The node meant by its key or its name, without regard to case, blanks and hyphens.

        Raises:
            UnknownNode: none; the advice has the names that resemble it.
            AmbiguousNode: several nodes have that name; the advice has their keys.
        """
        if reference in self._nodes_by_key:
            return self._nodes_by_key[reference]
        wanted = title_key(reference)
        found = [node for node in self.nodes if title_key(node.name) == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNode(
                f"{len(found)} taxonomy nodes are named {reference!r}.",
                "Use a key: " + ", ".join(node.key for node in found),
            )
        likeness = {node.name: _likeness(reference, node.name) for node in self.nodes}
        near = sorted(likeness, key=lambda name: (-likeness[name], name))
        names = ", ".join(repr(name) for name in near[:3] if likeness[name] >= _LEAST_LIKENESS)
        advice = f"Did you mean {names}?" if names else "`litatlas show` lists the taxonomy."
        raise UnknownNode(f"No taxonomy node is named {reference!r}.", advice)

    def children(self, parent: TaxonomyNode | None, survey: str | None = None) -> tuple[TaxonomyNode, ...]:
        """The narrower nodes of a node, or the top branches (of one survey, or of all)."""
        key = parent.key if parent else None
        return tuple(n for n in self.nodes if n.parent == key and (survey is None or n.survey == survey))

    def ancestors(self, node: TaxonomyNode) -> tuple[TaxonomyNode, ...]:
        """The broader nodes, the top branch first, without the node itself."""
        chain: list[TaxonomyNode] = []
        while node.parent is not None:
            node = self._nodes_by_key[node.parent]
            chain.append(node)
        return tuple(reversed(chain))

    def at_or_below(self, node: TaxonomyNode) -> frozenset[str]:
        """Keys of a node and of all below it."""
        return frozenset(row[0] for row in self.query("SELECT node FROM node_closure WHERE ancestor = ?", (node.key,)))

    @cached_property
    def node_counts(self) -> dict[str, int]:
        """Distinct papers at or below each node, by key."""
        sql = "SELECT ancestor, count(DISTINCT paper) FROM node_closure JOIN placements USING (node) GROUP BY ancestor"
        counts = dict.fromkeys(self._nodes_by_key, 0)
        counts.update((key, count) for key, count in self.query(sql))
        return counts

    @cached_property
    def survey_counts(self) -> dict[str, int]:
        """Distinct papers that each survey places, by its key; surveys that place none are absent."""
        sql = "SELECT survey, count(DISTINCT paper) FROM placements JOIN nodes ON nodes.key = node GROUP BY survey"
        return dict(self.query(sql))

    def placements(self, keys: Sequence[str] | None = None) -> tuple[Placement, ...]:
        """Placements of these papers, or all, in the survey's order."""
        columns = (
            "SELECT p.paper, p.node, p.source, min(p.line), min(p.position) first"
            " FROM placements p JOIN nodes n ON n.key = p.node"
        )
        order = " GROUP BY p.paper, p.node, p.source ORDER BY n.survey, n.position, first, p.paper"
        if keys is None:
            return tuple(Placement(*row) for row in self.query(columns + order))
        found: list[Placement] = []
        for start in range(0, len(keys), _BATCH):
            batch = list(keys[start : start + _BATCH])
            marks = ", ".join("?" * len(batch))
            found += [Placement(*row) for row in self.query(f"{columns} WHERE p.paper IN ({marks}){order}", batch)]
        return tuple(found)

    def places(self, paper: str) -> tuple[TaxonomyNode, ...]:
        """The nodes a paper is placed at."""
        nodes = dict.fromkeys(placement.node for placement in self.placements([paper]))
        return tuple(self._nodes_by_key[key] for key in nodes)

    # -- citations ------------------------------------------------------------------------------------------------

    def citations(self, among: Collection[str] | None = None) -> tuple[Citation, ...]:
        """All citation edges, or those between these papers; an edge stated by two sources occurs twice."""
        if among is None:
            return self._citations("", ())
        inside, citing = frozenset(among), sorted(among)
        found: list[Citation] = []
        for start in range(0, len(citing), _BATCH):
            batch = citing[start : start + _BATCH]
            found += self._citations(f"AND citing IN ({', '.join('?' * len(batch))})", batch)
        return tuple(citation for citation in found if citation.cited in inside)

    def _citations(self, condition: str, parameters: Sequence[str]) -> tuple[Citation, ...]:
        """Edges between different papers, each once per source however many subjects the papers consist of."""
        order = "citing, cited, source"
        sql = f"SELECT {rows.CITATION_COLUMNS} FROM citations WHERE citing != cited {condition} ORDER BY {order}, line"
        found = {row[:3]: row for row in reversed(self.query(sql, parameters))}
        return tuple(rows.citation_from_row(row) for row in reversed(found.values()))

    def references(self, paper: str) -> tuple[Citation, ...]:
        """Edges from this paper to those it cites."""
        return self._citations("AND citing = ?", (paper,))

    def cited_by(self, paper: str) -> tuple[Citation, ...]:
        """Edges to this paper from those that cite it."""
        return self._citations("AND cited = ?", (paper,))

    def retrievals(self, responses: Collection[str]) -> dict[str, Retrieval]:
        """Where and when services gave these responses, by the response's key."""
        wanted = sorted(set(responses))
        found: dict[str, Retrieval] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            sql = f"SELECT response, source, url, retrieved FROM retrievals WHERE response IN ({marks})"
            found |= {row[0]: Retrieval(*row) for row in self.query(sql, batch)}
        return found

    @cached_property
    def citation_counts(self) -> dict[str, int]:
        """How many papers of the library cite each paper; papers nobody cites are absent."""
        return dict(
            self.query("SELECT cited, count(DISTINCT citing) FROM citations WHERE citing != cited GROUP BY cited")
        )

    @cached_property
    def citation_network(self) -> nx.DiGraph[str]:
        """Who cites whom, over paper keys."""
        network: nx.DiGraph[str] = nx.DiGraph()
        network.add_edges_from(
            self.query("SELECT DISTINCT citing, cited FROM citations WHERE citing != cited ORDER BY citing, cited")
        )
        return network

    # -- parts ----------------------------------------------------------------------------------------------------


def _likeness(first: str, second: str) -> float:
    """From 0 to 100: how alike two names are spelt, or how many words they share, whichever is more."""
    first, second = first[:_MOST_COMPARED].casefold(), second.casefold()
    return max(fuzz.ratio(first, second), fuzz.token_set_ratio(first, second))


def _resembles(reference: str, title: str) -> bool:
    """Whether most of the words, those of three letters and less aside, stand in the title, perhaps misspelt."""
    reference = reference[:_MOST_COMPARED].casefold()
    words, among = _WORD.findall(reference) or reference.split(), title.casefold().split()
    alike = [
        any(each.startswith(word) or fuzz.ratio(word, each) >= _LEAST_LIKENESS for each in among) for word in words
    ]
    return 2 * sum(alike) > len(words)
