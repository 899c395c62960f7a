"""The questions that agents may ask, as functions of an `Atlas`: bounded answers in pages, every fact with its source.

No tool changes anything. How things relate is asked in agent_relations.py.
"""

from __future__ import annotations

from litatlas.graph.claims import warnings_about
from litatlas.graph.errors import ExportError
from litatlas.graph.export import FORMATS, ExportFormat, find_format
from litatlas.graph.expression import parse_selection, print_selection
from litatlas.graph.filters import Filters
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Source, TaxonomyNode
from litatlas.graph.placing import SurveyPlacement
from litatlas.graph.question import read_years
from litatlas.graph.selection import keys_of

from . import agent_records as records
from .agent_paging import MOST_CITED, check_limit, cursor_at, nodes_of, papers_of, start_of
from .agent_records import NodeRef, Origin, PaperRef, Why, clipped
from .citing import CitationDetail
from .details import PaperDetail, likeness_text
from .provenance import attributions, kinds_shown
from .reasons import in_words
from .service import Atlas

MOST_ANSWERS = 500
MOST_FACTS = 60
MOST_EXPORTED = 20_000  # characters a page
MOST_SELECTED = 5_000  # papers of an export, which is written anew for each page
TEXT_FORMATS = tuple(name for name, each in FORMATS.items() if not each.is_archive)
"""The formats that can be sent in pages; the others are zip archives of several files."""


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
    within: str | None = None,
    limit: int = 10,
    cursor: str | None = None,
) -> records.SearchPage:
    """Papers and nodes that answer a question in words; see `Atlas.search`.

    Args:
        within: an expression (see litatlas.graph.expression): only papers of this selection.

    Raises:
        InvalidSelection: the expression cannot be read.
        QueryError: a filter names nothing here, or the cursor is of another state of the library.
    """
    start = start_of(atlas, cursor)
    check_limit(limit)
    first, last = read_years(years) if years else (None, None)
    filters = Filters(under, survey, first, last, venue, code, author)
    answer = atlas.search(question, filters, limit=min(start + limit, MOST_ANSWERS), within=within)
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
                places=nodes_of(library, hit.places[:10]),
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
        next_cursor=cursor_at(atlas, end) if more else None,
    )


def node(atlas: Atlas, reference: str | None = None, *, limit: int = 20, cursor: str | None = None) -> records.NodePage:
    """A node with its broader and narrower nodes and a page of its papers; without one, the tops of all surveys.

    Raises:
        UnknownNode: no node, or several, have that name.
    """
    start = start_of(atlas, cursor)
    check_limit(limit)
    library = atlas.library
    if not reference:
        tops = [top for survey in library.surveys() for top in library.children(None, survey.key)]
        return records.NodePage(None, _surveys(library), None, [], nodes_of(library, tops), [], {}, 0, None)
    found = library.node(reference)
    keys = atlas.kept(("agents", "papers", found.key), lambda library: _most_cited(library, found))
    return records.NodePage(
        node=NodeRef.of(found, library.node_counts),
        surveys=[survey for survey in _surveys(library) if survey.key == found.survey],
        line=found.line,
        broader=nodes_of(library, library.ancestors(found)),
        narrower=nodes_of(library, library.children(found)),
        papers=papers_of(library, keys[start : start + limit]),
        years={str(year): count for year, count in library.year_counts(keys)},
        total_papers=len(keys),
        next_cursor=cursor_at(atlas, start + limit) if start + limit < len(keys) else None,
    )


def paper(atlas: Atlas, reference: str, *, abstract: bool = False, cursor: str | None = None) -> records.PaperPage:
    """Everything about a paper, with who says so; the abstract only where it is asked for, with its terms.

    Raises:
        UnknownPaper: there is none of that key, id or title.
    """
    start = start_of(atlas, cursor)
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
        next_cursor=cursor_at(atlas, start + MOST_FACTS) if start + MOST_FACTS < len(claims) else None,
    )


def place(atlas: Atlas, paper_or_text: str, *, survey: str | None = None, limit: int = 5) -> records.PlacesPage:
    """Where a paper of the library, or a text, belongs; see `Atlas.place`.

    Raises:
        QueryError: there is no text, an id that no paper has, or no such survey.
    """
    check_limit(limit)
    answer = atlas.place(paper_or_text, survey, limit=limit)
    library = atlas.library
    return records.PlacesPage(
        title=clipped(answer.title, 400),
        paper=PaperRef.of(answer.paper, library.citation_counts) if answer.paper else None,
        reading=answer.reading.value,
        surveys=[_survey_places(library, each) for each in answer.surveys],
    )


def export(
    atlas: Atlas, format_name: str, selection: str = "everything", *, cursor: str | None = None
) -> records.ExportPage:
    """A part of the graph as text in a format of `TEXT_FORMATS`, page by page; abstracts are never in it.

    Args:
        selection: an expression; see litatlas.graph.expression.

    Raises:
        ExportError: there is no such format, or it is an archive and no text, or the selection holds too much.
        InvalidSelection: the expression cannot be read.
        QueryError: what it names is not there.
    """
    start = start_of(atlas, cursor)
    wanted, meant = _text_format(format_name), parse_selection(selection)
    if (held := len(keys_of(atlas.library, meant, lambda: atlas.searcher))) > MOST_SELECTED:
        raise ExportError(
            f"The selection holds {held:,} papers and software entries; at most {MOST_SELECTED:,} are sent in pages.",
            "Narrow the selection, e.g. with `under:` or `and`, and export its parts one by one.",
        )
    part = atlas.select(meant)
    text = wanted.write(part).decode()
    end = start + MOST_EXPORTED
    return records.ExportPage(
        file_name=wanted.file_name(part),
        media_type=wanted.media_type,
        selection=print_selection(meant),
        papers=len(part.papers),
        text=text[start:end],
        characters_total=len(text),
        next_cursor=cursor_at(atlas, end) if end < len(text) else None,
    )


def _text_format(name: str) -> ExportFormat:
    advice = f"Choose one of: {', '.join(TEXT_FORMATS)}."
    try:
        wanted = find_format(name)
    except ExportError as error:
        raise ExportError(error.message, advice) from None
    if wanted.is_archive:
        raise ExportError(f"{wanted.title}: a zip archive of several files, no text that can be sent in pages.", advice)
    return wanted


def _most_cited(library: Library, node: TaxonomyNode) -> tuple[str, ...]:
    counts = library.citation_counts
    return tuple(sorted(library.paper_keys(under=node), key=lambda key: (-counts.get(key, 0), key)))


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
        placed_already=nodes_of(library, found.placed),
        notes=[clipped(note) for note in found.notes],
    )
