"""Pages of answers to agents: limits, cursors, and references to papers and nodes.

A cursor is good for the generation of the library that gave it: pages from before a change and after it would not fit
together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from litatlas.graph.errors import InvalidFilter
from litatlas.graph.library import Library
from litatlas.graph.models import TaxonomyNode

from .agent_records import NodeRef, PaperRef
from .service import Atlas

MOST_PAPERS = 50
MOST_CITED = 40
_CURSOR = re.compile(r"g([0-9]{1,12})-([0-9]{1,9})")


def check_limit(limit: int, most: int = MOST_PAPERS) -> None:
    """Raises:
    InvalidFilter: a page cannot be so long.
    """
    if not 1 <= limit <= most:
        raise InvalidFilter(f"A limit of {limit} cannot be used.", f"Ask for 1 to {most}, and page on with the cursor.")


def start_of(atlas: Atlas, cursor: str | None) -> int:
    """Where a page begins; the library is brought up to date first.

    Raises:
        InvalidFilter: the cursor is none, or of another state of the library.
    """
    atlas.refresh()
    if not cursor:
        return 0
    read = _CURSOR.fullmatch(cursor)
    if read is None:
        raise InvalidFilter("The cursor is none that a tool gave.", "Leave it out to begin with the first page.")
    if int(read[1]) != atlas.generation:
        raise InvalidFilter("The library has changed since the cursor was given.", "Leave it out to begin anew.")
    return int(read[2])


def cursor_at(atlas: Atlas, start: int) -> str:
    """What leads to the page that begins there."""
    return f"g{atlas.generation}-{start}"


def papers_of(library: Library, keys: Sequence[str]) -> list[PaperRef]:
    """References to papers, in the order of the keys."""
    return [PaperRef.of(paper, library.citation_counts) for paper in library.papers(keys)]


def nodes_of(library: Library, nodes: Iterable[TaxonomyNode]) -> list[NodeRef]:
    """References to nodes."""
    return [NodeRef.of(each, library.node_counts) for each in nodes]
