"""Libraries of the bundled surveys that differ in what is known of each paper, for benchmarks to compare.

    library = build_state(Path("somewhere"), State.NOTES)

Abstracts are those of the folder beside the repository, or named by `LITATLAS_SHARED`. A library that is there already
is brought up to date, which embeds only what changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path

from litatlas.graph.draft import Draft
from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder, load_encoder
from litatlas.graph.errors import LibraryMissing, LibraryTooOld
from litatlas.graph.library import Library
from litatlas.ingest.annotating import apply_notes
from litatlas.ingest.bundle import find_bundles, find_edge_bundles, load_facts, load_notes
from litatlas.ingest.edge_bundle import load_edges
from litatlas.ingest.metadata import read_metadata
from litatlas.ingest.pipeline import apply_edges, apply_facts, apply_metadata

ABSTRACTS = Path(os.environ.get("LITATLAS_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "abstracts.jsonl"
Progress = Callable[[int, int], None]


class State(StrEnum):
    """What a library knows of its papers besides titles, places and citations."""

    TITLES = "titles only"
    NOTES = "with notes"  # what `litatlas build` makes without a network
    ABSTRACTS = "with abstracts"
    BOTH = "with notes and abstracts"  # what there is after `litatlas fetch`


def build_state(
    directory: Path, state: State, encoder: Encoder | None = None, progress: Progress = lambda done, total: None
) -> Library:
    """The library in that state, kept in a folder of `directory`; encoded by the bundled model by default."""
    folder = directory / state.name.lower()
    previous = _open(folder)
    with Library.edit(folder) as draft:
        _put_surveys(draft, notes=state in {State.NOTES, State.BOTH})
        if state in {State.ABSTRACTS, State.BOTH}:
            apply_metadata(draft, read_metadata(ABSTRACTS))
        update_index(draft, encoder or _bundled(), previous.index if previous else None, progress)
    return Library(folder)


def _put_surveys(draft: Draft, *, notes: bool) -> None:
    bundles = find_bundles().values()
    for bundle in bundles:
        apply_facts(draft, load_facts(bundle))
    for bundle in find_edge_bundles().values():
        apply_edges(draft, load_edges(bundle))
    for bundle in bundles if notes else ():
        if written := load_notes(bundle):
            apply_notes(draft, written)


def _open(folder: Path) -> Library | None:
    try:
        return Library(folder)
    except (LibraryMissing, LibraryTooOld):
        return None


@cache
def _bundled() -> Encoder:
    return load_encoder()
