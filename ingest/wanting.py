"""What a library does not know yet and a service may: which ids are worth asking whom. Reads a library, asks nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from litatlas.graph.identity import IdScheme, PaperId, title_key
from litatlas.graph.library import Library
from litatlas.graph.models import Paper, WorkKind

from .fetching import Wanted
from .semantic_scholar import TitleQuery

# Which of a paper's ids Semantic Scholar is asked by: an arXiv id is the one that lists get right most often.
_ASKED_BY = (IdScheme.ARXIV, IdScheme.DOI, IdScheme.ACL, IdScheme.S2, IdScheme.CORPUS)


def find_wanted(library: Library, asked: Collection[str] = (), *, by_title: bool = False) -> Wanted:
    """What to ask arXiv and Semantic Scholar for.

    arXiv is asked for every arXiv id that is claimed, also for one in dispute between two titles, since its answer
    settles whose it is, and for those that Semantic Scholar told. Semantic Scholar is asked once per paper: by the id
    that it was asked by before, else by the best one.

    Args:
        asked: ids by which Semantic Scholar was asked before.
        by_title: whether papers without any id are looked up by title, which takes a request each.
    """
    papers = [paper for paper in library.iter_papers() if paper.kind is WorkKind.PAPER]
    surveys = surveys_on_arxiv(library)
    best = tuple(dict.fromkeys(paper_id for paper in papers if (paper_id := best_id(paper, asked)) is not None))
    told = _arxiv_ids(paper_id for paper in papers for paper_id in paper.ids)
    nameless = [paper for paper in papers if best_id(paper) is None and title_key(paper.title)] if by_title else []
    return Wanted(
        arxiv=tuple(dict.fromkeys((*library.claimed_ids(IdScheme.ARXIV), *told, *surveys))),
        semantic_scholar=tuple(dict.fromkeys((*best, *surveys))),
        edges=tuple(paper_id for paper_id in best if paper_id not in surveys),
        surveys=surveys,
        titles=tuple(_title_query(paper) for paper in nameless),
    )


def find_wanted_of_openalex(library: Library, tried: Collection[str]) -> Wanted:
    """Papers without an abstract, once the other services have answered or proved that they cannot.

    Args:
        tried: keys of the tasks that are settled elsewhere; a paper whose turn is still to come is not asked for.
    """
    lacking = (paper for paper in library.iter_papers() if paper.abstract is None and paper.kind is WorkKind.PAPER)
    found = (
        next((paper_id for paper_id in paper.ids if paper_id.scheme in {IdScheme.ARXIV, IdScheme.DOI}), None)
        for paper in lacking
        if any(str(paper_id) in tried for paper_id in paper.ids)
    )
    return Wanted(openalex=tuple(dict.fromkeys(paper_id for paper_id in found if paper_id is not None)))


def surveys_on_arxiv(library: Library) -> tuple[PaperId, ...]:
    """The arXiv ids of the library's surveys."""
    return _arxiv_ids(paper_id for survey in library.surveys() for paper_id in survey.ids)


def best_id(paper: Paper, asked: Collection[str] = ()) -> PaperId | None:
    """The id by which Semantic Scholar knows a paper best; None where it has none of a kind that can be asked for.

    Args:
        asked: ids that go before others, since something was asked by them already.
    """
    known = [paper_id for paper_id in paper.ids if paper_id.scheme in _ASKED_BY]

    def rank(paper_id: PaperId) -> tuple[bool, int, str]:
        return str(paper_id) not in asked, _ASKED_BY.index(paper_id.scheme), paper_id.value

    return min(known, key=rank, default=None)


def _arxiv_ids(ids: Iterable[PaperId]) -> tuple[PaperId, ...]:
    return tuple(dict.fromkeys(paper_id for paper_id in ids if paper_id.scheme is IdScheme.ARXIV))


def _title_query(paper: Paper) -> TitleQuery:
    return TitleQuery(paper.title, paper.year, paper.authors[0] if paper.authors else None)
