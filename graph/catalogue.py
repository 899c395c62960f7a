"""What a notebook can look up in a library, at once and without a model: surveys, topics, papers and who says what.

`litatlas.graph.Library` (graph/notebook.py) is a `Catalogue` that can be asked more.
"""

from __future__ import annotations

from collections.abc import Iterable

from .alike import SimilarPaper, papers_like
from .facts import Fact, Place, facts_of, places_of
from .filters import LAST_YEAR, Filters, papers_passing
from .library import Library as Store
from .models import Counts, Paper, Source, Survey, TaxonomyNode
from .naming import AnyPaper, advising, find_paper, read_whole
from .records import Records
from .search import MAX_LIMIT
from .survey_papers import find_survey


class Catalogue:
    """The records of an open library.

    Args:
        store: the library as the rest of the house reads it.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    # -- looking around -------------------------------------------------------------------------------------------

    @property
    def counts(self) -> Counts:
        """How much the library holds."""
        return self.store.counts

    @property
    def surveys(self) -> Records[Survey]:
        """All surveys, by key."""
        return Records(self.store.surveys())

    @property
    def sources(self) -> Records[Source]:
        """What the library was read from, by key, with revision, date and licence where they are stated."""
        return Records(self.store.sources())

    @property
    def nodes(self) -> Records[TaxonomyNode]:
        """All topics, survey by survey, depth first in the survey's own order."""
        return Records(self.store.nodes)

    @advising()
    def node(self, name: str | TaxonomyNode) -> TaxonomyNode:
        """A topic by its key, or by its name without regard to case, blanks and hyphens.

        Raises:
            UnknownNode: none; the advice has the names that resemble it.
            AmbiguousNode: several topics have that name; the advice has their keys.
        """
        return name if isinstance(name, TaxonomyNode) else self.store.node(name)

    @advising()
    def narrower(
        self, node: str | TaxonomyNode | None = None, *, survey: str | Survey | None = None
    ) -> Records[TaxonomyNode]:
        """The topics directly below a topic; without one, the top branches of a survey, or of all.

        Raises:
            UnknownNode: no such topic or survey.
        """
        above = self.node(node) if node is not None else None
        return Records(self.store.children(above, self._survey_key(survey)))

    def broader(self, node: str | TaxonomyNode) -> Records[TaxonomyNode]:
        """The topics above a topic, the top branch first; errors as in `node`."""
        return Records(self.store.ancestors(self.node(node)))

    # -- papers ---------------------------------------------------------------------------------------------------

    @advising()
    def paper(self, reference: AnyPaper) -> Paper:
        """One paper, by key, id, title or method's name.

        Raises:
            UnknownPaper: none, or nothing that names one; the advice has the nearest titles, or what may be passed.
        """
        return find_paper(self.store, reference)

    @advising()
    def papers(
        self,
        references: Iterable[AnyPaper] | None = None,
        *,
        under: str | TaxonomyNode | None = None,
        survey: str | Survey | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
        venue: str | None = None,
        has_code: bool | None = None,
        author: str | None = None,
    ) -> Records[Paper]:
        """Papers and software entries that pass all filters given, newest first, then by title.

        Args:
            references: only these, in this order, each once; see `paper`.
            under: at this topic or below it.
            survey: placed by this survey, by key, id or title.
            year_from, year_to: inclusive; whole numbers from 0 to 9999.
            venue: exact, without regard to case.
            has_code: with (True) or without (False) a link to code.
            author: words of a name, all of them among the authors.

        Raises:
            InvalidFilter: the years are none or the wrong way round, or there is no such venue or author.
            UnknownNode: no such topic or survey.
            UnknownPaper: one of `references` is not here.
        """
        wanted = self._filters(under, survey, year_from, year_to, venue, has_code, author)
        passing = papers_passing(self.store, wanted)
        if references is None:
            keys = list(self.store.paper_keys())
        else:
            keys = list(dict.fromkeys(self.paper(each).key for each in references))
        return Records(self.store.papers(key for key in keys if passing is None or key in passing))

    @advising()
    def similar(self, paper: AnyPaper, *, limit: int = 10) -> Records[SimilarPaper]:
        """The papers most like one, best first, each with its cosine similarity and what both share; needs no model.

        Args:
            limit: at most so many, 1 to 1000.

        Returns:
            At most `limit` of them, never the paper itself; ``similarity`` is the cosine of both vectors, -1 to 1.
            Ranked by likeness, of which similarity is a part: the mean of cosines of vectors and of words (TF-IDF), as
            graph/likeness.py has it. Nothing where the paper, or the library, has no vectors.

        Raises:
            UnknownPaper: it is not here.
            InvalidFilter: `limit` is out of range.
        """
        return Records(papers_like(self.store, [self.paper(paper).key], limit=read_whole("limit", limit, 1, MAX_LIMIT)))

    def cites(self, paper: AnyPaper) -> Records[Paper]:
        """The papers of the library that this one cites, newest first; each once, however many sources say so.

        Returns:
            As many as there are, without a bound; none where no source states a citation of it.

        `to_pandas` with ``table="citations"`` has who says so, and where. Errors as in `paper`.
        """
        key = self.paper(paper).key
        return self._newest(edge.cited for edge in self.store.references(key))

    def cited_by(self, paper: AnyPaper) -> Records[Paper]:
        """The papers of the library that cite this one, newest first; each once. Errors as in `paper`.

        Returns:
            As many as there are, without a bound; those of the library alone, which `Paper.citation_count` is not.
        """
        key = self.paper(paper).key
        return self._newest(edge.citing for edge in self.store.cited_by(key))

    def facts(self, paper: AnyPaper) -> Records[Fact]:
        """Every value that a source states of a paper, by field, with that source, its line and its licence.

        Sources may disagree, so a field can occur several times; `Fact.shown` marks the value that `paper` shows.
        Errors as in `paper`.
        """
        return Records(facts_of(self.store, self.paper(paper)))

    def placements(self, paper: AnyPaper) -> Records[Place]:
        """Where surveys place a paper, and which source says so on which line; errors as in `paper`."""
        return Records(places_of(self.store, self.paper(paper)))

    # -- within ---------------------------------------------------------------------------------------------------

    def _survey(self, survey: str | Survey) -> Survey:
        return survey if isinstance(survey, Survey) else find_survey(self.store, survey)

    def _survey_key(self, survey: str | Survey | None) -> str | None:
        return self._survey(survey).key if survey is not None else None

    def _filters(
        self,
        under: str | TaxonomyNode | None,
        survey: str | Survey | None,
        year_from: int | None,
        year_to: int | None,
        venue: str | None,
        has_code: bool | None,
        author: str | None,
    ) -> Filters:
        first = None if year_from is None else read_whole("year_from", year_from, 0, LAST_YEAR)
        last = None if year_to is None else read_whole("year_to", year_to, 0, LAST_YEAR)
        below = self.node(under).key if under is not None else None
        return Filters(below, self._survey_key(survey), first, last, venue, has_code, author)

    def _newest(self, keys: Iterable[str]) -> Records[Paper]:
        found = self.store.papers(dict.fromkeys(keys))
        return Records(sorted(found, key=lambda paper: (-(paper.year or 0), paper.title)))
