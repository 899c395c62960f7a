"""Tables for pandas (https://pandas.pydata.org), made when asked for.

A part of the graph has four (`Table`). An index is named ``key``; whole numbers are ``Int64``, which knows missing
values; several values of a cell are a tuple, which `DataFrame.explode` takes apart.

* ``papers``, by key: title, year, venue, kind (``paper`` or ``software``), authors, ids, url, code, citation_count (in
  the whole literature), note, abstract;
* ``topics``, by key: survey, name, parent (a key), path (names joined by `` > ``), depth (1 for a top branch), position
  (in the survey, depth first, from 0), papers (how many of the part stand at it or below);
* ``placements``: paper, node, source, line; a row per source that says so;
* ``citations``: citing, cited, source, line, influential, intents, contexts; a row per source that says so.

Records become rows in their order: papers as above; hits with ``score`` and ``similarity``, ``words`` in front; similar
papers with ``similarity`` and ``words``; others with their own attributes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from .alike import SimilarPaper
from .errors import ExtraMissing, InvalidFilter
from .facts import Fact, Place
from .hits import NodeHit, PaperHit
from .models import Paper, Subgraph, TaxonomyNode

if TYPE_CHECKING:
    import pandas as pd

_PAPER = "key title year venue kind authors ids url code citation_count note abstract".split()
_TOPIC = "key survey name parent path depth position papers".split()
_PLACEMENT = "paper node source line".split()
_CITATION = "citing cited source line influential intents contexts".split()
_HIT = ["key", "score", "similarity", "words", *_PAPER[1:]]
_WHOLE_NUMBERS = {"year", "citation_count", "depth", "position", "papers", "line"}


class Table(StrEnum):
    """The tables of a part of the graph."""

    PAPERS = "papers"
    TOPICS = "topics"
    PLACEMENTS = "placements"
    CITATIONS = "citations"


def frame_of_part(part: Subgraph, table: str = Table.PAPERS) -> pd.DataFrame:
    """One table of a part of the graph; see the module for its columns.

    Raises:
        ExtraMissing: pandas is not installed.
        InvalidFilter: there is no such table.
    """
    match table:
        case Table.PAPERS:
            return _frame(map(row_of, part.papers), _PAPER)
        case Table.TOPICS:
            counts = _papers_below(part)
            return _frame(({**row_of(node), "papers": counts[node.key]} for node in part.nodes), _TOPIC)
        case Table.PLACEMENTS:
            return _frame(map(row_of, part.placements), _PLACEMENT)
        case Table.CITATIONS:
            return _frame(map(row_of, part.citations), _CITATION)
        case _:
            raise InvalidFilter(f"There is no table {table!r}.", f"Choose one of: {', '.join(Table)}.")


def frame_of_hits(hits: Iterable[PaperHit]) -> pd.DataFrame:
    """The papers of an answer, best first, by key; the columns are there even where the answer is empty.

    Raises:
        ExtraMissing: pandas is not installed.
    """
    return _frame(map(row_of, hits), _HIT)


def frame_of(records: Iterable[object]) -> pd.DataFrame:
    """Records of one kind, a row each in their order, by key where they have one; no columns where there are none.

    Raises:
        ExtraMissing: pandas is not installed.
    """
    rows = list(map(row_of, records))
    return _frame(rows, list(dict.fromkeys(name for row in rows for name in row)))


def _frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    try:
        import pandas as pd  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise ExtraMissing("Tables need pandas, which is not installed.", "pip install 'litatlas[pandas]'") from None
    found = pd.DataFrame([{name: row.get(name) for name in columns} for row in rows], columns=list(columns))
    found = found.astype({name: "Int64" for name in columns if name in _WHOLE_NUMBERS})
    return found.set_index("key") if "key" in columns else found


@singledispatch
def row_of(record: object) -> dict[str, Any]:
    """A record's cells by column."""
    if not is_dataclass(record):
        raise InvalidFilter(f"{record!r} is no record.", "Give records, such as `Library.papers` does.")
    return {field.name: getattr(record, field.name) for field in fields(record)}


@row_of.register
def _(paper: Paper) -> dict[str, Any]:
    return {
        "key": paper.key,
        "title": paper.title,
        "year": paper.year,
        "venue": paper.venue,
        "kind": paper.kind.value,
        "authors": paper.authors,
        "ids": tuple(map(str, paper.ids)),
        "url": paper.url,
        "code": paper.code_urls,
        "citation_count": paper.citation_count,
        "note": paper.note,
        "abstract": paper.abstract,
    }


@row_of.register
def _(hit: PaperHit) -> dict[str, Any]:
    why = {"score": hit.score, "similarity": hit.reasons.similarity, "words": hit.reasons.words}
    return {**row_of(hit.paper), **why}


@row_of.register
def _(near: SimilarPaper) -> dict[str, Any]:
    words = near.likeness.words if near.likeness else ()
    return {**row_of(near.paper), "similarity": near.similarity, "words": words}


@row_of.register
def _(node: TaxonomyNode) -> dict[str, Any]:
    own = {name: getattr(node, name) for name in ("key", "survey", "name", "parent")}
    return {**own, "path": " > ".join(node.path), "depth": node.depth, "position": node.position}


@row_of.register
def _(hit: NodeHit) -> dict[str, Any]:
    return {**row_of(hit.node), "papers": hit.papers, "score": hit.score, "similarity": hit.reasons.similarity}


@row_of.register
def _(fact: Fact) -> dict[str, Any]:
    said = {"source": fact.source.key, "line": fact.line, "licence": fact.source.licence, "shown": fact.shown}
    return {"field": fact.field, "value": fact.value, **said}


@row_of.register
def _(place: Place) -> dict[str, Any]:
    path = " > ".join(place.node.path)
    return {
        "node": place.node.key,
        "path": path,
        "survey": place.survey.key,
        "source": place.source.key,
        "line": place.line,
    }


def _papers_below(part: Subgraph) -> Counter[str]:
    """Distinct papers at or below each topic, by key; a part has the broader nodes of all its nodes."""
    above = {node.key: node.parent for node in part.nodes}
    found: set[tuple[str, str]] = set()
    for placed in part.placements:
        node: str | None = placed.node
        while node is not None:
            found.add((node, placed.paper))
            node = above[node]
    return Counter(node for node, _ in found)
