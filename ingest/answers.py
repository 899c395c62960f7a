"""Putting what services answered into a library's draft: which papers an answer is about, its claims, its edges.

A service was asked by id, and lists link to the wrong paper now and then; so an answer counts for a paper only where
their titles are at least alike. An answer may be about several works of the library, say a preprint and its published
version under another title: each gets its claims, and sharing the service's id makes them one paper (see
`Draft.groups`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from litatlas.graph.draft import Draft
from litatlas.graph.identity import PaperId, paper_key
from litatlas.graph.matching import Evidence, KnownPaper, Wanted, weigh
from litatlas.graph.models import Citation, Claim, Finding, Retrieval, Severity, Source, SourceKind, WorkKind

from . import arxiv, openalex, semantic_scholar
from .earlier_answers import EarlierAnswers
from .known_papers import KnownPapers
from .pipeline import ApplyReport, Tally, said_before, to_citation
from .records import EdgeRecord, PaperRecord
from .responses import ResponseStore
from .services import SourceName

SERVICE_SOURCES = {
    SourceKind.ARXIV: Source("arxiv", SourceKind.ARXIV, "arXiv", "https://arxiv.org", licence="CC0-1.0 (metadata)"),
    SourceKind.SEMANTIC_SCHOLAR: Source(
        "semantic-scholar",
        SourceKind.SEMANTIC_SCHOLAR,
        "Semantic Scholar",
        "https://www.semanticscholar.org",
        licence="Semantic Scholar API licence: name the source; some data CC BY-NC",
    ),
    SourceKind.OPENALEX: Source("openalex", SourceKind.OPENALEX, "OpenAlex", "https://openalex.org", licence="CC0-1.0"),
}
"""The source that each service's claims and edges name."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that one service has answered so far."""

    source: Source
    records: tuple[PaperRecord, ...] = ()
    edges: tuple[EdgeRecord, ...] = ()
    retrievals: tuple[Retrieval, ...] = ()


def read_answers(store: ResponseStore, surveys: Iterable[PaperId]) -> tuple[Answers, ...]:
    """What the response store holds, service by service; a service that answered nothing is left out.

    Args:
        surveys: whose references with contexts are among the edges.
    """
    references = [page for survey in surveys for page in semantic_scholar.read_references(store, survey)]
    read = {
        SourceName.ARXIV: (arxiv.read_records(store), iter(())),
        SourceName.SEMANTIC_SCHOLAR: (
            semantic_scholar.read_records(store),
            chain(semantic_scholar.read_edges(store), (edge for page in references for edge in page.edges)),
        ),
        SourceName.OPENALEX: (openalex.read_records(store), openalex.read_edges(store)),
    }
    found = (
        Answers(SERVICE_SOURCES[SourceKind(name.value)], tuple(records), tuple(edges), tuple(store.retrievals(name)))
        for name, (records, edges) in read.items()
    )
    return tuple(answers for answers in found if answers.records or answers.edges)


def apply_answers(draft: Draft, answers: Answers, known: KnownPapers | None = None) -> ApplyReport:
    """Put all that a service has answered into the draft, in the place of what it had said before.

    What it had said of other papers stays, where the store does not hold the responses any more.

    Args:
        known: the papers as lists and files know them, where several services' answers are put at once; no service
            changes them.
    """
    source = answers.source.key
    said = said_before(draft, source)
    earlier = EarlierAnswers.of(draft, source, {retrieval.response for retrieval in answers.retrievals})
    answered: set[str] = set()
    draft.put_source(answers.source)
    draft.withdraw_source(source)
    tally = Tally(records=len(answers.records) + len(answers.edges))
    known, surveys = known or KnownPapers(draft), draft.survey_ids()
    for record in answers.records:
        papers, reason = papers_of(record, known)
        if not papers and not surveys.isdisjoint(record.ids):  # a survey becomes a paper once a service tells of it
            papers = [paper_key(record.title)]
        if papers:
            answered.update(papers)
            _apply_record(draft, record, papers, source, known, said, tally)
        else:
            tally.miss(None, record.title, reason)
    citing = _apply_edges(draft, answers.edges, source, tally)
    earlier.put_back(draft, source, answered, citing)
    for retrieval in answers.retrievals:
        draft.put_retrieval(retrieval.response, source, retrieval.url, retrieval.retrieved)
    return tally.report(source)


def _apply_record(
    draft: Draft,
    record: PaperRecord,
    papers: Sequence[str],
    source: str,
    known: KnownPapers,
    said: dict[str, set[tuple[str, str, int | None]]],
    tally: Tally,
) -> None:
    for paper in papers:
        claims = [
            Claim(paper, name, value, source, record.line, record.origin, record.response)
            for name, value in record.claims()
        ]
        draft.put_claims(paper, claims)
        tally.place(said.get(paper, set()), claims, is_known=True)
    for paper_id in record.ids:
        claimants = known.claimants(paper_id)
        owner = next((paper for paper in papers if paper in claimants), papers[0])
        if claimants.isdisjoint(papers) and claimants:
            tally.findings.append(_id_taken(paper_id, min(claimants), record))
        else:
            draft.add_alias(paper_id, owner, source)


def papers_of(record: PaperRecord, known: KnownPapers) -> tuple[list[str], str]:
    """The known papers that an answer is about, or none and the reason.

    Of the papers that claim one of its ids the best fitting one, as the others may only share a wrong link; and every
    paper of the same title within two years.
    """
    wanted = Wanted(record.titles, frozenset(record.ids), record.year, WorkKind.PAPER)
    candidates = [paper for paper in known.candidates(wanted) if paper.kind is WorkKind.PAPER]
    fitting: dict[str, None] = {}
    doubts = []
    for paper_id in record.ids:
        best = _best([paper for paper in candidates if paper_id in paper.ids], wanted)
        evidence = weigh(wanted, best[0]) if best else Evidence.NONE
        if evidence is Evidence.ID and len(best) > 1:
            doubts.append(f"{paper_id} fits several papers equally well: {', '.join(paper.key for paper in best)}")
        elif evidence >= Evidence.ID:
            fitting.update(dict.fromkeys(paper.key for paper in best))
        elif best:
            doubts.append(f"{paper_id} is also that of {best[0].key!r}, which has another title")
    fitting.update(dict.fromkeys(p.key for p in candidates if weigh(wanted, p) >= Evidence.TITLE))
    return sorted(fitting), "; ".join(doubts) or "no known paper has its id or title"


def find_strays(draft: Draft, store: ResponseStore) -> Iterator[tuple[SourceKind, PaperRecord, str]]:
    """Answers that fit no paper although some paper claims their id: the link is wrong, or the paper was renamed."""
    known, surveys = KnownPapers(draft), draft.survey_ids()
    for answers in read_answers(store, ()):
        for record in answers.records:
            papers, reason = papers_of(record, known)
            if not papers and surveys.isdisjoint(record.ids) and any(map(known.claimants, record.ids)):
                yield answers.source.kind, record, reason


def _best(papers: Sequence[KnownPaper], wanted: Wanted) -> list[KnownPaper]:
    top = max((weigh(wanted, paper) for paper in papers), default=Evidence.NONE)
    return [paper for paper in papers if weigh(wanted, paper) is top]


def _apply_edges(draft: Draft, edges: Iterable[EdgeRecord], source: str, tally: Tally) -> set[str]:
    """The edges between papers of the library; of the same edge said twice the one that says more.

    Returns:
        the subjects that cite.
    """
    found: dict[tuple[str, str], Citation] = {}
    for edge in edges:
        citation = to_citation(draft, edge, source, tally)
        if citation is None:
            continue
        ends = citation.citing, citation.cited
        if ends not in found or _weight(citation) > _weight(found[ends]):
            found[ends] = citation
    draft.put_citations(found.values())
    return {citing for citing, _ in found}


def _weight(citation: Citation) -> tuple[int, int, bool]:
    return len(citation.contexts), len(citation.intents), citation.influential is not None


def _id_taken(paper_id: PaperId, owner: str, record: PaperRecord) -> Finding:
    message = f"{paper_id} belongs to {owner!r}, and the answer about {record.title!r} has it too"
    decision = "It stays with the first; for the other it is a claim only."
    return Finding("id-taken", Severity.CONFLICT, 0, message, decision)
