"""What agents may ask about how things relate: paths between papers, two surveys side by side, what a topic lacks."""

from __future__ import annotations

from collections.abc import Sequence

from litatlas.graph.comparison import Side
from litatlas.graph.library import Library

from . import agent_records as records
from . import topics
from .agent_paging import MOST_CITED, MOST_PAPERS, check_limit, cursor_at, nodes_of, papers_of, start_of
from .agent_records import NodeRef, Origin, PaperRef, clipped
from .comparing import compared, reasons
from .pathfinding import connection, evidence_lines, outcome, tie_in_words
from .service import Atlas

_MOST_NAMED = 15


def path(atlas: Atlas, start: str, end: str) -> records.PathsPage:
    """How one paper leads to another, hop by hop; see `connect`.

    Raises:
        UnknownPaper: one of them is not here.
        InvalidFilter: both are the same.
    """
    start_of(atlas, None)
    found = connection(atlas, start, end)
    library, titles = atlas.library, atlas.survey_titles()
    sources = {source.key: source for source in library.sources()}
    cited = library.citation_counts
    return records.PathsPage(
        outcome=clipped(outcome(found)),
        paths=[
            [
                records.HopBetween(
                    start=PaperRef.of(hop.start, cited),
                    how=tie_in_words(hop),
                    end=PaperRef.of(hop.end, cited),
                    evidence=[clipped(line) for line in evidence_lines(hop, sources, titles)],
                    origins=[Origin.of(sources[said.source], said.line, said.response) for said in hop.statements],
                )
                for hop in each.hops
            ]
            for each in found.paths
        ],
        complete=found.complete,
    )


def compare(
    atlas: Atlas, first: str, second: str, *, limit: int = 20, cursor: str | None = None
) -> records.ComparisonPage:
    """Two surveys side by side; see `litatlas.graph.comparison.compare`.

    Raises:
        UnknownNode: there is no such survey.
        WrongUsage: they are one and the same.
    """
    start = start_of(atlas, cursor)
    check_limit(limit)
    found = compared(atlas, first, second)
    library = atlas.library
    end = start + limit
    apart = found.disagreements[:MOST_CITED] if not start else ()
    papers = {paper.key: paper for paper in library.papers([each.paper for each in apart])}
    return records.ComparisonPage(
        first=_side(library, found.first, first_page=not start),
        second=_side(library, found.second, first_page=not start),
        both=len(found.both),
        jaccard=round(found.jaccard, 4),
        counterparts=[
            records.Counterparts(
                first=NodeRef.of(pair.first, library.node_counts),
                second=NodeRef.of(pair.second, library.node_counts),
                shared=pair.shared,
                sureness=pair.sureness.value,
                why=list(reasons(pair)),
            )
            for pair in found.pairs[start:end]
        ],
        counterparts_total=len(found.pairs),
        disagreements=[
            records.PlacedApart(
                PaperRef.of(papers[each.paper], library.citation_counts),
                nodes_of(library, each.first),
                nodes_of(library, each.second),
            )
            for each in apart
        ],
        disagreements_total=len(found.disagreements),
        next_cursor=cursor_at(atlas, end) if end < len(found.pairs) else None,
    )


def gaps(atlas: Atlas, reference: str) -> records.GapsPage:
    """What is thin or missing at a node; see `litatlas.graph.gaps`.

    Raises:
        UnknownNode: no node, or several, have that name.
    """
    start_of(atlas, None)
    library = atlas.library
    found = topics.gaps(atlas, library.node(reference))
    counts = library.node_counts
    return records.GapsPage(
        node=NodeRef.of(found.node, counts),
        missing=_omissions(library, [(each.paper, each.here) for each in found.missing[:MOST_CITED]]),
        recent_since=found.recent,
        quiet=[records.QuietTopic(NodeRef.of(each.node, counts), each.newest) for each in found.quiet[:MOST_PAPERS]],
        thin=nodes_of(library, [each.node for each in found.thin[:MOST_PAPERS]]),
        without_abstract=found.without_abstract,
        without_code=found.without_code,
        without_year=found.without_year,
        unlinked=found.unlinked,
    )


def _side(library: Library, side: Side, *, first_page: bool) -> records.SideOfComparison:
    counts = library.citation_counts
    only = sorted(side.only, key=lambda key: (-counts.get(key, 0), key))[:_MOST_NAMED]
    return records.SideOfComparison(
        survey=side.survey.key,
        papers=side.papers,
        only_here=len(side.only),
        most_cited_only_here=papers_of(library, only if first_page else ()),
        likely_omissions=_omissions(
            library, [(each.paper, each.cited_by) for each in side.omissions[:_MOST_NAMED]] if first_page else ()
        ),
        topics_without_counterpart=nodes_of(library, side.unmatched[:MOST_PAPERS] if first_page else ()),
    )


def _omissions(library: Library, cited: Sequence[tuple[str, int]]) -> list[records.LikelyOmission]:
    papers = {paper.key: paper for paper in library.papers([key for key, _ in cited])}
    counts = library.citation_counts
    return [records.LikelyOmission(PaperRef.of(papers[key], counts), count) for key, count in cited if key in papers]
