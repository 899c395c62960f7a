"""A library as a notebook wants it: `litatlas.graph.Library`, one object whose methods are the questions.

    with Library("litatlas-library") as library:
        library.search("shrink the KV cache", year_from=2023)

It stands in front of the store (graph/library.py), which the rest of the house reads: the store answers with keys and
rows, as pages and exports of tens of thousands of papers need it, and its names would mean two things if it took these
methods in. What a method here does not tell, ``library.store`` does. docs/python.md is a tour.

Wherever a paper is asked for, a key, an id (``arxiv:2305.13245``, a DOI, an address), a title, a method's name or a
record that has one will do; wherever a topic is, its key, its name or the node. A part of the graph is an expression
such as ``under:"KV-Cache Optimization" and not survey:llm-inference`` (graph/expression.py), a `Selection`, a node, a
survey, an answer, papers, or a `Subgraph` that `Library.select` gave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import networkx as nx

from .catalogue import Catalogue
from .encoder import BUNDLED_MODEL, Encoder, load_encoder
from .export import ExportedFile, export
from .export.saving import write_file
from .frames import Table, frame_of, frame_of_hits, frame_of_part
from .hits import SearchAnswer
from .library import Library as Store
from .models import Subgraph, Survey, TaxonomyNode
from .naming import AnyPaper, AnyPart, advising, read_part, read_ties, read_whole
from .network import to_networkx
from .paths import MAX_PATHS, Connection, connect
from .records import Records
from .search import MAX_LIMIT, Searcher, ask
from .selection import keys_of, select
from .surroundings import Tie

if TYPE_CHECKING:
    import pandas as pd

    from .comparison import Comparison
    from .placement import PlacementAnswer, Placer


class Library(Catalogue):
    """A library, open to be asked; safe to share among threads, and it never changes while it is open.

    Opening takes no model: that is loaded by the first question in words, and takes seconds then.

    Args:
        directory: the library's directory, as ``litatlas build`` made it.
        model: name or directory of an embedding model, or an `Encoder`; None: the one that the index was made with.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryTooNew, LibraryTooOld: it cannot be opened.
    """

    @advising()
    def __init__(self, directory: Path | str = "litatlas-library", *, model: str | Encoder | None = None) -> None:
        super().__init__(Store(directory))
        self._model = model

    def __repr__(self) -> str:
        held = self.counts
        return (
            f"<Library {str(self.store.directory)!r}: {held.papers:,} papers and {held.software:,} software entries"
            f" at {held.nodes:,} topics of {held.surveys:,} surveys, {held.citations:,} citations>"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the files; nothing can be asked after that. What was answered stays."""
        self.store.close()

    # -- asking ---------------------------------------------------------------------------------------------------

    @advising()
    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        nodes: int = 5,
        under: str | TaxonomyNode | None = None,
        survey: str | Survey | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
        venue: str | None = None,
        has_code: bool | None = None,
        author: str | None = None,
        within: AnyPart | None = None,
    ) -> SearchAnswer:
        """The papers and topics that answer a question in words, best first, each with the reasons for its rank.

        Filters may stand in the question too (``pruning year:2024.. code:yes``), and so may papers to be like
        (``like:2306.00978``); see docs/search.md.

        Args:
            limit: at most so many papers, 1 to 1000.
            nodes: at most so many topics, 0 to 1000.
            under, survey, year_from, year_to, venue, has_code, author: as in `papers`.
            within: only papers of this part of the graph.

        Returns:
            Its ``papers`` and ``nodes`` are records with scores in 0 .. 1; ``notes`` say what a reader should know.
            Empty, and ``hopeless``, where nothing comes near enough.

        Raises:
            InvalidFilter, UnknownNode: as in `papers`; also where the question is empty or too long, or `limit` or
                `nodes` is out of range.
            UnknownPaper: a paper to be like or unlike is not here.
            ModelError: the index was made by another model, or the model is not at hand.
        """
        limit, nodes = read_whole("limit", limit, 1, MAX_LIMIT), read_whole("nodes", nodes, 0, MAX_LIMIT)
        wanted = self._filters(under, survey, year_from, year_to, venue, has_code, author)
        among = None if within is None else keys_of(self.store, read_part(within), lambda: self._searcher)
        found = ask(self.store, lambda: self._searcher, question, wanted, limit=limit, nodes=nodes, among=among)
        return replace(found, papers=Records(found.papers), nodes=Records(found.nodes))

    # -- how things relate ----------------------------------------------------------------------------------------

    @advising()
    def path(
        self, start: AnyPaper, end: AnyPaper, *, by: Iterable[str] = tuple(Tie), limit: int = MAX_PATHS
    ) -> Connection:
        """How one paper leads to another: up to three paths hop by hop, with what speaks for each hop; needs no model.

        Args:
            by: what a path may go by: ``cites``, ``similar``, ``place``.
            limit: at most so many paths, 1 to 3.

        Returns:
            Its ``paths``, 0 to `limit`, the best first; ``lineage``, the shortest path of citations in one direction,
            or None. What a tie costs stands in graph/path_search.py; the cheapest walk is found by Dijkstra's search
            (1959) from both ends at once (Pohl, 1971).

        Raises:
            UnknownPaper: one of them is not here.
            InvalidFilter: both are the same, or `by` or `limit` asks for what there is not.
        """
        asked = read_whole("limit", limit, 1, MAX_PATHS)
        return connect(self.store, self.paper(start), self.paper(end), ties=read_ties(by), limit=asked)

    @advising()
    def compare(self, first: str | Survey, second: str | Survey) -> Comparison:
        """Two surveys, by key, id or title, side by side: shared papers, topics that correspond, what each lacks.

        It holds keys of papers, which `papers` turns into papers. Takes a second or two.

        Raises:
            UnknownNode: there is no such survey; the advice has those there are.
            WrongUsage: they are one and the same.
        """
        from .comparison import compare  # noqa: PLC0415 - brings scikit-learn, which takes longer than opening does

        return compare(self.store, self._survey(first), self._survey(second))

    @advising()
    def place(self, paper_or_text: AnyPaper, *, survey: str | Survey | None = None, limit: int = 5) -> PlacementAnswer:
        """Where a paper or a text belongs in the taxonomies: topics with probabilities and what speaks for them.

        Loads the model, and learns each survey the first time, which takes some seconds.

        Args:
            paper_or_text: a paper; or a title, an abstract, or a title line and an abstract.
            survey: the only one to place it in; None: all.
            limit: at most so many topics per survey, 1 to 1000.

        Returns:
            Its ``surveys``, those in which it fits best first, each with at most `limit` topics and their
            probabilities, 0 to 1. The main evidence is kernel ridge regression, left one out in closed form (Rifkin
            and Lippert, 2007; graph/evidence.py); the weights are fitted on the survey (graph/placement.py).

        Raises:
            UnknownNode: there is no such survey.
            UnknownPaper: an id or a key that is not here.
            InvalidFilter: there is nothing to be placed, or too much, or `limit` is out of range.
            ModelError: the model is not at hand.
        """
        limit = read_whole("limit", limit, 1, MAX_LIMIT)
        text = paper_or_text if isinstance(paper_or_text, str) else self.paper(paper_or_text).key
        return self._placer.place(text, self._survey_key(survey), limit=limit)

    # -- taking away ----------------------------------------------------------------------------------------------

    @advising()
    def select(self, part: AnyPart | Subgraph = "everything") -> Subgraph:
        """A part of the graph as records: papers, topics, and what joins them with its sources.

        Returns:
            Tuples of records, each record once; topics come with all above them, and every placement and citation
            joins records that are in it.

        Raises:
            InvalidSelection: the expression cannot be read, and the message says at which character; or `part` is
                nothing that means a part, and the advice says what may be passed.
            QueryError: it names a paper, topic, survey or list that is not there, or a filter is out of range.
        """
        if isinstance(part, Subgraph):
            return part
        return select(self.store, read_part(part), lambda: self._searcher)

    @advising()
    def export(
        self, part: AnyPart | Subgraph, format: str, path: Path | str | None = None, *, include_abstracts: bool = False
    ) -> ExportedFile:
        """A part of the graph as a file that other programs open; `FORMATS` and docs/exports.md list the formats.

        Args:
            path: write it there too, whole or not at all: to a file, or into a directory under a name of its own.
            include_abstracts: they stay out unless asked for, as the terms they came under may forbid passing them on.

        Raises:
            ExportError: there is no such format.
            ExtraMissing: the format needs a package that is not installed.
            StorageError: the file cannot be written; one that was there before is as it was.
            InvalidSelection, QueryError: as in `select`.
        """
        made = export(self.select(part), format, include_abstracts=include_abstracts)
        if path is not None:
            write_file(Path(path) / made.name if Path(path).is_dir() else Path(path), made.data)
        return made

    @advising()
    def to_networkx(self, part: AnyPart | Subgraph = "everything", *, abstracts: bool = False) -> nx.MultiDiGraph[str]:
        """A part of the graph for NetworkX: papers, topics and surveys, joined by placed_at, broader and cites.

        `litatlas.graph.to_networkx` lists the attributes; the key of an edge is its relation. Errors as in `select`.
        """
        return to_networkx(self.select(part), abstracts=abstracts)

    @advising()
    def to_pandas(
        self, what: AnyPart | Subgraph | Iterable[object] = "everything", *, table: str = Table.PAPERS
    ) -> pd.DataFrame:
        """A table for pandas: of a part of the graph, or of records that a method gave, one row each in their order.

        Args:
            table: of a part: ``papers``, ``topics``, ``placements`` or ``citations``. graph/frames.py has the columns.

        Returns:
            Shape (n, columns of the table): n papers or topics, indexed by ``key``, or n statements of a source. Of
            records, n is their number. An empty part keeps the columns, no records at all have none.

        Raises:
            ExtraMissing: pandas is not installed.
            InvalidFilter: there is no such table.
            InvalidSelection, QueryError: as in `select`.
        """
        if isinstance(what, SearchAnswer):
            return frame_of_hits(what.papers)
        if isinstance(what, Iterable) and not isinstance(what, str):
            return frame_of(what)
        return frame_of_part(self.select(what), table)

    # -- within ---------------------------------------------------------------------------------------------------

    @cached_property
    def _encoder(self) -> Encoder:
        if self._model is not None and not isinstance(self._model, str):
            return self._model
        return load_encoder(self._model or self.store.manifest.model_name or BUNDLED_MODEL)

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self.store, self._encoder if self.store.index else None)

    @cached_property
    def _placer(self) -> Placer:
        from .placement import Placer  # noqa: PLC0415 - brings SciPy

        return Placer(self.store, self._encoder)
