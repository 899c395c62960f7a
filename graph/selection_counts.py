"""How much a set algebra would give, counted by the database: reading tens of thousands of papers takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Set

from .library import Library
from .models import Counts, WorkKind
from .search import Searcher
from .selection import AllOf, AnyOf, Not, keys_of, title_of


def count_selected(
    library: Library, selection: AllOf | AnyOf | Not, searcher: Callable[[], Searcher]
) -> tuple[str, Counts]:
    """The title of what `select` would give, and how many records it would have.

    Raises:
        QueryError: as `select` does.
    """
    keys = keys_of(library, selection, searcher)
    software = len(keys.intersection(library.paper_keys(kind=WorkKind.SOFTWARE)))
    placed = [row for row in library.query("SELECT DISTINCT paper, node, source FROM placements") if row[0] in keys]
    return title_of(library, selection), Counts(
        papers=len(keys) - software,
        software=software,
        nodes=len(_with_broader(library, {node for _, node, _ in placed})),
        placements=len(placed),
        citations=_citations(library, keys),
    )


def _with_broader(library: Library, nodes: Set[str]) -> set[str]:
    return {ancestor for node, ancestor in library.query("SELECT node, ancestor FROM node_closure") if node in nodes}


def _citations(library: Library, keys: Set[str]) -> int:
    edges = library.query("SELECT DISTINCT citing, cited, source FROM citations WHERE citing != cited")
    return sum(citing in keys and cited in keys for citing, cited, _ in edges)
