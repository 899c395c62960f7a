"""The use cases, once, for pages, commands and agent tools: values in, values out; nothing is printed here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import replace
from threading import RLock
from typing import TypeVar

from rapidfuzz import fuzz, process

from litatlas.graph.claims import rank_claims
from litatlas.graph.encoder import BUNDLED_MODEL, Encoder, load_encoder
from litatlas.graph.errors import AmbiguousNode, LibraryDamaged, UnknownNode, UnknownPaper
from litatlas.graph.export import ExportedFile, export
from litatlas.graph.expression import parse_selection
from litatlas.graph.filters import Filters
from litatlas.graph.grounded_answer import GroundedAnswer
from litatlas.graph.hits import SearchAnswer
from litatlas.graph.identity import reads_as_id, title_key
from litatlas.graph.layout import Layout
from litatlas.graph.library import Library
from litatlas.graph.models import (
    Paper,
    Subgraph,
    Survey,
    TaxonomyNode,
)
from litatlas.graph.parts import part_of
from litatlas.graph.placement import Misplaced, PlacementAnswer, Placer, Proposal
from litatlas.graph.question import MAX_QUESTION, Question
from litatlas.graph.search import Searcher, ask
from litatlas.graph.selection import Selection, keys_of, select
from litatlas.graph.selection_counts import count_selected, counting_table
from litatlas.graph.storage import read_manifest
from litatlas.graph.successors import Successor, came_after
from litatlas.graph.surroundings import Surroundings, Tie, surroundings

from .answering import grounded_answer
from .details import Branch, NodeDetail, Overview, PaperDetail, Preview, counted_by, most_first, overview_of
from .keeping import Shelf
from .paper_detail import paper_detail
from .settings import Settings

_NEARLY = 70.0  # of 100, the similarity from which another name may have been meant
_LEAST_FOUND = 30  # papers of a search, which reads as many anyway; a short answer then needs no search of its own

_Kept = TypeVar("_Kept")


class Atlas:
    """One library with its encoder; safe to share among threads.

    Follows the library: when another process has committed a newer generation, `refresh` opens it.

    Args:
        load: gives the encoder for a model's name or directory.
        on_loading: called before a model is loaded, which takes seconds.

    Raises:
        LibraryMissing, LibraryDamaged, LibraryTooNew: the library cannot be opened.
    """

    def __init__(
        self,
        settings: Settings,
        load: Callable[[str], Encoder] = load_encoder,
        *,
        on_loading: Callable[[], None] | None = None,
    ) -> None:
        self.settings = settings
        self._on_loading = on_loading
        self._load = load
        self._encoders: dict[str, Encoder] = {}
        self._loading = RLock()  # loading a model takes seconds, which nobody but those who ask it should wait for
        self._lock = RLock()
        self._open()

    def _open(self) -> None:
        self.library = Library(self.settings.library)
        with suppress(LibraryDamaged):  # told when it is needed; what needs no vectors goes on working
            _ = self.library.index
        self._searcher: Searcher | None = None
        self._placer: Placer | None = None
        self._overview: tuple[Library, Overview] | None = None
        self._shelf = Shelf()

    def kept(self, name: Hashable, make: Callable[[Library], _Kept]) -> _Kept:
        """What `make` gives for the open generation, made once and shared by all visitors; treat it as read-only.

        Args:
            name: what it is, with everything that it depends on besides the library, such as ``("flow", node.key)``.
                A few are kept; see `Shelf`.
        """
        with self._lock:
            library, shelf = self.library, self._shelf
        return shelf.get(name, lambda: make(library))

    def refresh(self) -> bool:
        """Open the newest generation; True where there was a newer one."""
        with self._lock:
            if self.library.is_current():
                return False
            self._open()
            return True

    @property
    def generation(self) -> int:
        """The number of the open generation."""
        return self.library.manifest.generation

    def newest_generation(self) -> int:
        """The number of the generation that was committed last; cheap, and leaves what is open as it is.

        Raises:
            LibraryMissing, LibraryDamaged, LibraryTooNew: the manifest cannot be read.
        """
        return read_manifest(self.settings.library).generation

    @property
    def encoder(self) -> Encoder:
        """The model of the settings, else of the index; loaded when it is first asked for."""
        name = self.settings.model or self.library.manifest.model_name or BUNDLED_MODEL
        with self._loading:
            if name not in self._encoders:
                if self._on_loading:
                    self._on_loading()
                self._encoders[name] = self._load(name)
            return self._encoders[name]

    @property
    def searcher(self) -> Searcher:
        """The searcher of the open generation."""
        library = self.library
        encoder = self.encoder if library.index else None
        with self._lock:
            if self._searcher is None or self._searcher.library is not library:
                self._searcher = Searcher(library, encoder)
            return self._searcher

    @property
    def placer(self) -> Placer:
        """The placer of the open generation, which keeps what it has learned."""
        library, encoder = self.library, self.encoder
        with self._lock:
            if self._placer is None or self._placer.library is not library:
                self._placer = Placer(library, encoder)
            return self._placer

    def place(self, reference_or_text: str, survey: str | None = None, *, limit: int = 5) -> PlacementAnswer:
        """Where a paper or a text belongs; see `Placer.place`. The first time takes some seconds per survey."""
        return self.placer.place(reference_or_text, survey, limit=limit)

    def misplaced(self, survey: str, *, limit: int = 30) -> tuple[Misplaced, ...]:
        """Papers of a survey that look misplaced; see `Placer.misplaced`."""
        return self.placer.misplaced(survey, limit=limit)

    def cross_listings(self, survey: str, *, limit: int = 30) -> tuple[Proposal, ...]:
        """Further nodes for papers of a survey; see `Placer.cross_listings`."""
        return self.placer.cross_listings(survey, limit=limit)

    def overview(self) -> Overview:
        """What the library holds; made once per generation."""
        library = self.library
        if self._overview is None or self._overview[0] is not library:
            self._overview = (library, overview_of(library))
        return self._overview[1]

    def search(
        self,
        query: str,
        filters: Filters | None = None,
        *,
        limit: int = 10,
        nodes: int = 5,
        within: Selection | str | None = None,
    ) -> SearchAnswer:
        """See `Searcher.search`; what asks for nothing, or for no paper that is here, waits for no model.

        The same question is answered once per generation, however often a page is drawn.

        Args:
            within: only papers of this selection, or of the text of one, which is looked up anew each time.

        Raises:
            InvalidSelection: the text cannot be read.
        """
        most = max(limit, _LEAST_FOUND)
        if within is not None:
            among = keys_of(self.library, _read(within), lambda: self.searcher)
            found = self._search(query, filters, most, nodes, among)
        else:
            name = ("search", query, filters, most, nodes)
            found = self.kept(name, lambda _: self._search(query, filters, most, nodes))
        return replace(found, papers=found.papers[: max(1, limit)])

    def _search(
        self, query: str, filters: Filters | None, limit: int, nodes: int, among: frozenset[str] | None = None
    ) -> SearchAnswer:
        return ask(self.library, lambda: self.searcher, query, filters, limit=limit, nodes=nodes, among=among)

    def answer(
        self, question: str, filters: Filters | None = None, *, found: SearchAnswer | None = None
    ) -> GroundedAnswer:
        """A short answer in sentences of papers; see litatlas.graph.grounded_answer.

        Args:
            found: what `search` gave for the same question and filters, where that is at hand.
        """
        return self.kept(("answer", question, filters), lambda _: grounded_answer(self, question, filters, found))

    def paper(self, reference: str) -> PaperDetail:
        """Everything about a paper, by key, id or title.

        Raises:
            UnknownPaper: there is none.
        """
        paper = self.library.paper(reference)
        return self.kept(("paper", paper.key), lambda library: paper_detail(library, paper))

    def came_after(self, key: str) -> tuple[Successor, ...]:
        """What builds on the paper with this key; see litatlas.graph.successors."""
        return self.kept(("came after", key), lambda library: came_after(library, key))

    def note_writers(self, papers: Iterable[Paper]) -> dict[str, str]:
        """Whose notes stand in the place of abstracts, by paper; papers with an abstract are left out."""
        sources = {source.key: source for source in self.library.sources()}
        kinds = {key: source.kind for key, source in sources.items()}
        writers = {}
        for paper in papers:
            if paper.note and not paper.abstract:
                notes = [claim for claim in self.library.claims(paper.key) if claim.field == "note"]
                writers[paper.key] = sources[rank_claims(notes, kinds)[0].source].title
        return writers

    def survey_titles(self) -> dict[str, str]:
        """Titles of the surveys by key where there are several, to stand in front of a node's path; else nothing."""
        surveys = self.library.surveys()
        return {survey.key: survey.title for survey in surveys} if len(surveys) > 1 else {}

    def taxonomy(self, survey: str | None = None) -> tuple[Branch, ...]:
        """The trees of all surveys, or of one."""
        return tuple(self._branch(node) for node in self.library.children(None, survey))

    def field(self) -> tuple[Branch, ...]:
        """The trees of all surveys; where there are several, each below a node of depth 0 that stands for it."""
        surveys = self.overview().surveys
        several = len(surveys) > 1
        return self.kept("field", lambda _: tuple(map(self.survey_branch, surveys)) if several else self.taxonomy())

    def survey_branch(self, survey: Survey) -> Branch:
        """A survey as the top of its own tree."""
        top = TaxonomyNode(survey.key, survey.key, survey.title, None, (), 0, None)
        return Branch(top, self.library.survey_counts.get(survey.key, 0), self.taxonomy(survey.key))

    def _branch(self, node: TaxonomyNode) -> Branch:
        narrower = tuple(self._branch(child) for child in self.library.children(node))
        return Branch(node, self.library.node_counts[node.key], narrower)

    def node(self, reference: str) -> NodeDetail:
        """A taxonomy node, by key or name.

        Raises:
            UnknownNode: there is none, or several have that name.
        """
        library = self.library
        node = library.node(reference)
        papers = library.papers(library.paper_keys(under=node))
        return NodeDetail(
            branch=self._branch(node),
            broader=library.ancestors(node),
            papers=papers,
            cited={paper.key: library.citation_counts.get(paper.key, 0) for paper in papers},
            years=counted_by(paper.year for paper in papers if paper.year),
            venues=most_first(paper.venue for paper in papers if paper.venue),
        )

    def look_up(self, reference: str) -> PaperDetail | NodeDetail:
        """The paper or the taxonomy node that a name, key, id or title means.

        Raises:
            UnknownPaper: it means neither; the advice has what resembles it of both.
            AmbiguousNode: it is the name of several nodes and of no paper.
        """
        try:
            return self.paper(reference)
        except UnknownPaper as no_paper:
            try:
                return self.node(reference)
            except AmbiguousNode:
                raise
            except UnknownNode as no_node:
                if reads_as_id(reference):
                    raise no_paper from no_node
                meant = [error.advice for error in (no_paper, no_node) if error.advice.startswith("Did you mean")]
                advice = " ".join(meant) or "Look for it with `litatlas search`; `litatlas show` lists the taxonomy."
                raise UnknownPaper(f"No paper or taxonomy node here is {reference!r}.", advice) from no_node

    def neighbourhood(
        self,
        reference: str,
        *,
        hops: int = 1,
        limit: int = 60,
        ties: tuple[Tie, ...] = tuple(Tie),
        layout: Layout = Layout.YEAR,
    ) -> Surroundings:
        """What lies around a paper; see `surroundings`. Made once per generation."""
        paper = self.library.paper(reference)
        return self.kept(
            ("neighbourhood", paper.key, hops, limit, ties, layout),
            lambda library: surroundings(library, paper, hops=hops, limit=limit, ties=ties, layout=layout),
        )

    def most_cited(self, limit: int) -> tuple[tuple[Paper, int], ...]:
        """The papers that most papers of the library cite, with how many."""
        counts = self.library.citation_counts
        best = sorted(counts, key=lambda key: (-counts[key], key))[:limit]
        return tuple((paper, counts[paper.key]) for paper in self.library.papers(best))

    def suggest(self, text: str, limit: int = 5) -> tuple[Paper, ...]:
        """The papers that a text may mean which names none, by its words alone; waits for no model."""
        words = text[:MAX_QUESTION].strip()
        answer = Searcher(self.library, None).search(Question(words), limit=limit, nodes=0) if words else None
        return tuple(hit.paper for hit in answer.papers) if answer else ()

    def nodes_meant(self, reference: str, limit: int = 3) -> tuple[TaxonomyNode, ...]:
        """The nodes that a reference may mean which names no single one: all of that name, else those nearly so."""
        wanted = title_key(reference[:MAX_QUESTION])
        named = tuple(node for node in self.library.nodes if title_key(node.name) == wanted)
        if named or not wanted:
            return named
        names = {node.key: title_key(node.name) for node in self.library.nodes}
        near = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=_NEARLY, limit=limit)
        return tuple(self.library.node(key) for _, _, key in near)

    def survey_of(self, node: TaxonomyNode) -> Survey | None:
        """The survey that a node belongs to; None where the library has one alone, which needs no name."""
        surveys = self.overview().surveys
        return next((survey for survey in surveys if survey.key == node.survey), None) if len(surveys) > 1 else None

    def bibtex(self, key: str) -> str:
        """One paper as BibTeX, to be copied: the entry alone, without the sources that a file names above it."""
        subgraph = replace(part_of(self.library, [key], key), sources=())
        return export(subgraph, "bibtex").data.decode()

    def select(self, selection: Selection | str) -> Subgraph:
        """The part of the graph that a selection means, or the text of one (see litatlas.graph.expression).

        Raises:
            InvalidSelection: the text cannot be read.
        """
        return select(self.library, _read(selection), lambda: self.searcher)

    def preview(self, selection: Selection) -> Preview:
        """How much `select` would give, counted and not read."""
        library = self.library
        title, held = count_selected(
            library, selection, lambda: self.searcher, lambda: self.kept("counting table", counting_table)
        )
        return Preview(title, held.papers, held.software, held.nodes, held.placements, held.citations)

    def export(self, selection: Selection | str, format_name: str) -> ExportedFile:
        """A selection as a file; see litatlas.graph.export."""
        return export(self.select(selection), format_name)


def _read(selection: Selection | str) -> Selection:
    return parse_selection(selection) if isinstance(selection, str) else selection
