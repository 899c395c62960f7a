"""Reading abstracts sentence by sentence while nobody asks for anything, so that questions find it done.

A question compares the sentences of the best papers, and to make their vectors is most of what a first answer takes.
They are kept on the disk (graph/sentence_store.py), so that each abstract is read once: here ahead of the questions,
the most cited papers first, a few at a time, and none while somebody waits for a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from litatlas.graph.library import Library

from .service import Atlas

_AT_ONCE = 2  # papers; some 20 sentences, a fraction of a second of work
_IDLE = 2.0  # seconds since anybody asked for a page
_REST = 0.05  # seconds between two steps, for whoever comes


def order_of_reading(library: Library, most: int) -> tuple[str, ...]:
    """The keys of the papers to read, the most cited here first, then in the library's order."""
    cited = library.citation_counts
    keys = library.paper_keys()
    return tuple(sorted(keys, key=lambda key: -cited.get(key, 0))[:most])


def read_ahead(
    atlas: Atlas, last_asked: Callable[[], float], most: int, *, rest: Callable[[float], None] = time.sleep
) -> int:
    """Read the papers of the open generation, until all are read or there is a newer one; how many are read.

    Args:
        last_asked: when somebody last asked for a page, by `time.monotonic`.
        most: papers to read; 0 reads none.
        rest: waits for so many seconds.
    """
    library, searcher = atlas.library, atlas.searcher
    if not most or searcher.titled is None or not library.index:
        return 0
    keys, read = order_of_reading(library, most), 0
    while read < len(keys) and atlas.library is library:
        if (wait := last_asked() + _IDLE - time.monotonic()) > 0:
            rest(wait)
            continue
        step = keys[read : read + _AT_ONCE]
        if not searcher.titled.store(library.papers(step)):  # where nothing can be kept, it would be for nothing
            break
        read += len(step)
        rest(_REST)
    return read
