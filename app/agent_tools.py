"""The questions that agents may ask, as functions of an `Atlas`: bounded answers in pages, every fact with its source.

No tool changes anything. A cursor is good for the generation of the library that gave it: pages from before a change
and after it would not fit together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from litatlas.graph.comparison import Side
from litatlas.graph.errors import ExportError, InvalidFilter
from litatlas.graph.export import find_format
from litatlas.graph.filters import Filters
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Source, TaxonomyNode
from litatlas.graph.placing import SurveyPlacement
from litatlas.graph.question import read_years
from litatlas.graph.selection import Around, Below, Chosen, Matching, Selection, Whole

from . import agent_records as records
from . import topics
from .agent_records import NodeRef, Origin, PaperRef, Why, clipped
from .citing import CitationDetail
from .comparing import compared, reasons
from .details import PaperDetail, likeness_text
from .pathfinding import connection, evidence_lines, outcome, tie_in_words
from .provenance import attributions, kinds_shown, warnings_about
from .reasons import in_words
from .service import Atlas

MOST_PAPERS = 50
MOST_ANSWERS = 500
MOST_FACTS = 60
MOST_CITED = 40
_MOST_NAMED = 15
MOST_EXPORTED = 20_000  # characters a page
_CURSOR = re.compile(r"g([0-9]{1,12})-([0-9]{1,9})")
_Item = TypeVar("_Item")


def search(
    atlas: Atlas,
    question: str,
    *,
    under: str | None = None,
    survey: str | None = None,
    years: str | None = None,
    venue: str | None = None,
    code: bool | None = None,
    author: str | None = None,
    limit: int = 10,
    cursor: str | None = None,
) -> records.SearchPage:
    """Papers and nodes that answer a question in words; see `Atlas.search`.

    Raises:
        QueryError: a filter names nothing here, or the cursor is of another state of the library.
    """
    start = _start(atlas, cursor)
    _check(limit)
    first, last = read_years(years) if years else (None, None)
    filters = Filters(under, survey, first, last, venue, code, author)
    answer = atlas.search(question, filters, limit=min(start + limit, MOST_ANSWERS))
    library = atlas.library
    end = start + limit
    more = end < min(answer.total, MOST_ANSWERS) and len(answer.papers) >= end
    return records.SearchPage(
        question=clipped(answer.query),
        papers=[
            records.FoundPaper(
                paper=PaperRef.of(hit.paper, library.citation_counts),
                score=round(hit.score, 4),
                why=[
                    Why(each.part.value, round(each.share, 3), clipped(each.detail)) for each in in_words(hit.reasons)
                ],
                quote=clipped(hit.reasons.quote.text) if hit.reasons.quote else None,
                quote_is_a_note=bool(hit.reasons.quote and hit.reasons.quote.own),
                places=_nodes(library, hit.places[:10]),
            )
            for hit in answer.papers[start:end]
        ],
        nodes=[
            records.FoundNode(
                NodeRef.of(node.node, library.node_counts),
                round(node.score, 4),
                [Why(each.part.value, round(each.share, 3), clipped(each.detail)) for each in in_words(node.reasons)],
            )
            for node in (answer.nodes if not start else ())
        ],
        total=answer.total if answer.papers else 0,
        notes=[clipped(note) for note in answer.notes],
        next_cursor=_cursor(atlas, end) if more else None,
    )


def node(atlas: Atlas, reference: str | None = None, *, limit: int = 20, cursor: str | None = None) -> records.NodePage:
    """A node with its broader and narrower nodes and a page of its papers; without one, the tops of all surveys.

    Raises:
        UnknownNode: no node, or several, have that name.
    """
    start = _start(atlas, cursor)
    _check(limit)
    library = atlas.library
    if not reference:
        tops = [top for survey in library.surveys() for top in library.children(None, survey.key)]
        return records.NodePage(None, _surveys(library), None, [], _nodes(library, tops), [], {}, 0, None)
    found = library.node(reference)
    keys = atlas.kept(("agents", "papers", found.key), lambda library: _most_cited(library, found))
    return records.NodePage(
        node=NodeRef.of(found, library.node_counts),
        surveys=[survey for survey in _surveys(library) if survey.key == found.survey],
        line=found.line,
        broader=_nodes(library, library.ancestors(found)),
        narrower=_nodes(library, library.children(found)),
        papers=_papers(library, keys[start : start + limit]),
        years={str(year): count for year, count in library.year_counts(keys)},
        total_papers=len(keys),
        next_cursor=_cursor(atlas, start + limit) if start + limit < len(keys) else None,
    )


def paper(atlas: Atlas, reference: str, *, abstract: bool = False, cursor: str | None = None) -> records.PaperPage:
    """Everything about a paper, with who says so; the abstract only where it is asked for, with its terms.

    Raises:
        UnknownPaper: there is none of that key, id or title.
    """
    start = _start(atlas, cursor)
    detail = atlas.paper(reference)
    library, cited = atlas.library, atlas.library.citation_counts
    claims = [claim for claim in detail.claims if abstract or claim.field not in {"abstract", "tldr"}]
    first = not start
    return records.PaperPage(
        paper=PaperRef.of(detail.paper, cited),
        authors=[clipped(author, 200) for author in detail.paper.authors[:100]],
        ids=[str(paper_id) for paper_id in detail.paper.ids],
        code=list(detail.paper.code_urls),
        warnings=[clipped(warning) for warning in warnings_about(detail.paper)],
        places=[
            records.PlacedAt(
                NodeRef.of(place.node, library.node_counts),
                Origin.of(detail.sources[place.placement.source], place.placement.line, None),
            )
            for place in detail.places
        ],
        references=[_cited(edge, detail, cited) for edge in detail.references[:MOST_CITED] if first],
        references_total=len(detail.references),
        cited_by=[_cited(edge, detail, cited) for edge in detail.cited_by[:MOST_CITED] if first],
        cited_by_total=len(detail.cited_by),
        similar=[
            records.LikePaper(PaperRef.of(near.paper, cited), round(near.similarity, 4), clipped(likeness_text(near)))
            for near in (detail.related.similar if first else ())
        ],
        facts=[_fact(claim, detail) for claim in claims[start : start + MOST_FACTS]],
        facts_total=len(claims),
        attributions=[each.text for each in attributions(kinds_shown(detail))],
        next_cursor=_cursor(atlas, start + MOST_FACTS) if start + MOST_FACTS < len(claims) else None,
    )


def place(atlas: Atlas, paper_or_text: str, *, survey: str | None = None, limit: int = 5) -> records.PlacesPage:
    """Where a paper of the library, or a text, belongs; see `Atlas.place`.

    Raises:
        QueryError: there is no text, an id that no paper has, or no such survey.
    """
    _check(limit)
    answer = atlas.place(paper_or_text, survey, limit=limit)
    library = atlas.library
    return records.PlacesPage(
        title=clipped(answer.title, 400),
        paper=PaperRef.of(answer.paper, library.citation_counts) if answer.paper else None,
        reading=answer.reading.value,
        surveys=[_survey_places(library, each) for each in answer.surveys],
    )


def path(atlas: Atlas, start: str, end: str) -> records.PathsPage:
    """How one paper leads to another, hop by hop; see `connect`.

    Raises:
        UnknownPaper: one of them is not here.
        InvalidFilter: both are the same.
    """
    _start(atlas, None)
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
    start = _start(atlas, cursor)
    _check(limit)
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
                _nodes(library, each.first),
                _nodes(library, each.second),
            )
            for each in apart
        ],
        disagreements_total=len(found.disagreements),
        next_cursor=_cursor(atlas, end) if end < len(found.pairs) else None,
    )


def gaps(atlas: Atlas, reference: str) -> records.GapsPage:
    """What is thin or missing at a node; see `litatlas.graph.gaps`.

    Raises:
        UnknownNode: no node, or several, have that name.
    """
    _start(atlas, None)
    library = atlas.library
    found = topics.gaps(atlas, library.node(reference))
    counts = library.node_counts
    return records.GapsPage(
        node=NodeRef.of(found.node, counts),
        missing=_omissions(library, [(each.paper, each.here) for each in found.missing[:MOST_CITED]]),
        recent_since=found.recent,
        quiet=[records.QuietTopic(NodeRef.of(each.node, counts), each.newest) for each in found.quiet[:MOST_PAPERS]],
        thin=_nodes(library, [each.node for each in found.thin[:MOST_PAPERS]]),
        without_abstract=found.without_abstract,
        without_code=found.without_code,
        without_year=found.without_year,
        unlinked=found.unlinked,
    )


def export(
    atlas: Atlas,
    format_name: str,
    *,
    under: str | None = None,
    matching: str | None = None,
    around: str | None = None,
    papers: Sequence[str] | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> records.ExportPage:
    """A part of the graph as text in a format of `FORMATS`, page by page; abstracts are never in it.

    Raises:
        ExportError: the format is no text, which the command line writes to a file.
        QueryError: what is asked for is not there, or more than one thing is.
    """
    start = _start(atlas, cursor)
    wanted = find_format(format_name)
    if wanted.media_type == "application/zip":
        advice = f"Write it to a file: `litatlas export --format {wanted.name}`."
        raise ExportError(f"{wanted.title} is no text that can be sent in pages.", advice)
    part = atlas.select(_selection(under, matching, around, papers, limit))
    text = wanted.write(part).decode()
    end = start + MOST_EXPORTED
    return records.ExportPage(
        file_name=wanted.file_name(part),
        media_type=wanted.media_type,
        papers=len(part.papers),
        text=text[start:end],
        characters_total=len(text),
        next_cursor=_cursor(atlas, end) if end < len(text) else None,
    )


def _selection(
    under: str | None, matching: str | None, around: str | None, papers: Sequence[str] | None, limit: int
) -> Selection:
    _check(limit, 1000)
    asked: list[Selection] = []
    if under:
        asked.append(Below(under))
    if matching:
        asked.append(Matching(matching, limit=limit))
    if around:
        asked.append(Around(around, limit=min(limit, 300)))
    if papers:
        asked.append(Chosen(tuple(papers[:1000])))
    if len(asked) > 1:
        raise InvalidFilter("under, matching, around and papers were given together.", "Ask for one of them at a time.")
    return asked[0] if asked else Whole()


def _check(limit: int, most: int = MOST_PAPERS) -> None:
    if not 1 <= limit <= most:
        raise InvalidFilter(f"A limit of {limit} cannot be used.", f"Ask for 1 to {most}, and page on with the cursor.")


def _start(atlas: Atlas, cursor: str | None) -> int:
    """Where a page begins; the library is brought up to date first."""
    atlas.refresh()
    if not cursor:
        return 0
    read = _CURSOR.fullmatch(cursor)
    if read is None:
        raise InvalidFilter("The cursor is none that a tool gave.", "Leave it out to begin with the first page.")
    if int(read[1]) != atlas.generation:
        raise InvalidFilter("The library has changed since the cursor was given.", "Leave it out to begin anew.")
    return int(read[2])


def _cursor(atlas: Atlas, start: int) -> str:
    return f"g{atlas.generation}-{start}"


def _most_cited(library: Library, node: TaxonomyNode) -> tuple[str, ...]:
    counts = library.citation_counts
    return tuple(sorted(library.paper_keys(under=node), key=lambda key: (-counts.get(key, 0), key)))


def _papers(library: Library, keys: Sequence[str]) -> list[PaperRef]:
    return [PaperRef.of(paper, library.citation_counts) for paper in library.papers(keys)]


def _nodes(library: Library, nodes: Iterable[TaxonomyNode]) -> list[NodeRef]:
    return [NodeRef.of(each, library.node_counts) for each in nodes]


def _surveys(library: Library) -> list[records.SurveyRef]:
    sources: dict[str, Source] = {source.key: source for source in library.sources()}
    return [
        records.SurveyRef(
            key=survey.key,
            title=clipped(survey.title, 400),
            ids=[str(paper_id) for paper_id in survey.ids],
            papers=len(library.paper_keys(survey=survey.key)),
            origin=Origin.of(sources[survey.source], None, None) if survey.source in sources else None,
        )
        for survey in library.surveys()
    ]


def _side(library: Library, side: Side, *, first_page: bool) -> records.SideOfComparison:
    counts = library.citation_counts
    only = sorted(side.only, key=lambda key: (-counts.get(key, 0), key))[:_MOST_NAMED]
    return records.SideOfComparison(
        survey=side.survey.key,
        papers=side.papers,
        only_here=len(side.only),
        most_cited_only_here=_papers(library, only if first_page else ()),
        likely_omissions=_omissions(
            library, [(each.paper, each.cited_by) for each in side.omissions[:_MOST_NAMED]] if first_page else ()
        ),
        topics_without_counterpart=_nodes(library, side.unmatched[:MOST_PAPERS] if first_page else ()),
    )


def _omissions(library: Library, cited: Sequence[tuple[str, int]]) -> list[records.LikelyOmission]:
    papers = {paper.key: paper for paper in library.papers([key for key, _ in cited])}
    counts = library.citation_counts
    return [records.LikelyOmission(PaperRef.of(papers[key], counts), count) for key, count in cited if key in papers]


def _fact(claim: Claim, detail: PaperDetail) -> records.Fact:
    shown = {conflict.field: conflict.shown.value for conflict in detail.conflicts}
    differs = claim.field in shown and claim.value != shown[claim.field]
    origin = Origin.of(detail.sources[claim.source], claim.line, claim.response)
    return records.Fact(claim.field, clipped(claim.value), differs, origin)


def _cited(edge: CitationDetail, detail: PaperDetail, cited: dict[str, int]) -> records.CitedPaper:
    origins = [Origin.of(detail.sources[said.source], said.line, said.response) for said in edge.statements]
    return records.CitedPaper(PaperRef.of(edge.paper, cited), list(edge.intents), edge.influential, origins)


def _survey_places(library: Library, found: SurveyPlacement) -> records.SurveyPlaces:
    cited = library.citation_counts
    return records.SurveyPlaces(
        survey=found.survey,
        fits=found.fits,
        why=clipped(found.why),
        nodes=[
            records.PlaceFor(
                node=NodeRef.of(each.node, library.node_counts),
                probability=round(each.probability, 4),
                nearest=[PaperRef.of(near.paper, cited) for near in each.evidence.nearest[:3]],
                words=[clipped(word, 100) for word in each.evidence.words[:10]],
            )
            for each in found.nodes
        ],
        placed_already=_nodes(library, found.placed),
        notes=[clipped(note) for note in found.notes],
    )
