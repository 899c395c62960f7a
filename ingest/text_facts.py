"""From a survey's text to facts: works, the taxonomy, where each work stands, which sections cite it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from litatlas.graph.errors import NoPapersFound, SourceUnreadable
from litatlas.graph.identity import ID_LABELS, IdScheme, PaperId, slug, title_key
from litatlas.graph.models import Finding, Link, LinkKind, Severity, Source, Survey, TaxonomyNode, WorkKind

from .facts import ListCounts, SurveyFacts, WorkRecord
from .links import ReadLink
from .records import EdgeRecord, PaperRecord
from .reference_names import name_references
from .resolve import PlacedRow, Resolution, resolve_rows
from .rows import Row
from .survey_text import Branch, Cite, Reference, SurveyText
from .text_taxonomy import Taxonomy, TaxonomyChoice, build_taxonomy
from .venues import PREPRINT, VenueReading

_NO_PAGE = frozenset({IdScheme.CORPUS, IdScheme.DBLP})  # ids that lead to no page of the paper
_COMMON = (IdScheme.ARXIV, IdScheme.ACL, IdScheme.OPENREVIEW)
PATH_SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What a survey's text yields.

    Attributes:
        facts: as of a companion list.
        edges: the survey citing each work, with the sections it does so in.
        taxonomy: what the taxonomy was read from; never AUTO.
    """

    facts: SurveyFacts
    edges: tuple[EdgeRecord, ...]
    taxonomy: TaxonomyChoice


def to_facts(
    text: SurveyText,
    *,
    survey_key: str,
    survey_ids: tuple[PaperId, ...],
    source: Source,
    title: str | None = None,
    known: Sequence[PaperRecord] = (),
    taxonomy: TaxonomyChoice = TaxonomyChoice.AUTO,
) -> TextFacts:
    """Turn a survey's text into facts.

    Args:
        survey_key: short name of the survey; first part of every node's key.
        survey_ids: the survey's own ids; the first names it in the edges.
        title: of the survey, where it is known better than from the text.
        known: the survey's references as a service lists them, to name bibliography items by.
        taxonomy: what to read the taxonomy from; AUTO takes the largest tree it draws where that places at least half
            as many works as its sections do.

    Raises:
        NoPapersFound: nothing that the text cites has a title.
        SourceUnreadable: the key cannot be one, or a figure is asked for and there is none.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", survey_key):
        advice = f"Use lower-case letters, digits and hyphens, e.g. {slug(survey_key)!r}."
        raise SourceUnreadable(f"{survey_key!r} cannot be a survey's key", advice)
    source = replace(source, digest=source.digest or text.digest)
    named = {each.reference.key: each.reference for each in name_references(text.references, known)}
    named = {key: reference for key, reference in named.items() if _is_work(reference, survey_ids)}
    tree = build_taxonomy(text, survey_key, named.keys(), taxonomy)
    if not tree.nodes:
        raise _no_papers(source, text, named)
    cites_by_section = tuple(_cites_by_section(text))
    rows = [*_placed_rows(tree, named), *_unplaced_rows(text, tree, named)]
    resolution = _without_unknown_lines(resolve_rows(rows, source.key))
    survey = Survey(survey_key, title or text.title or survey_key, source.key, survey_ids)
    findings = [
        *text.findings,
        *tree.findings,
        *_untitled(text, named, survey_ids),
        *_unknown_keys(text),
        *_unplaced_finding(resolution),
        *resolution.findings,
    ]
    findings.sort(key=lambda finding: (finding.line, finding.code, finding.message))
    counts = _count(rows, tree, resolution, len(findings))
    facts = SurveyFacts(survey, source, tree.nodes, resolution.works, resolution.placements, tuple(findings), counts)
    return TextFacts(facts, tuple(_edges(survey, resolution, named, cites_by_section)), tree.choice)


def _is_work(reference: Reference, survey_ids: Collection[PaperId]) -> bool:
    """Whether an item has a title and is not the survey itself."""
    return bool(reference.title and title_key(reference.title)) and not set(reference.ids) & set(survey_ids)


def _all_cites(text: SurveyText) -> Iterator[Cite]:
    yield from text.unsectioned
    for section in text.sections:
        yield from section.cites
    for figure in text.figures:
        yield from _cites_of(figure.root)


def _cites_of(branch: Branch) -> Iterator[Cite]:
    pending = [branch]
    while pending:
        current = pending.pop()
        yield from current.cites
        pending.extend(reversed(current.children))


def _placed_rows(tree: Taxonomy, named: Mapping[str, Reference]) -> Iterator[PlacedRow]:
    """A row for each work at each node that cites it, on the line that does so first."""
    for node in tree.nodes:
        seen: set[str] = set()
        for cite in tree.cites[node.key]:
            if cite.key in named and cite.key not in seen:
                seen.add(cite.key)
                yield PlacedRow(_row(named[cite.key], cite.line), node.key)


def _unplaced_rows(text: SurveyText, tree: Taxonomy, named: Mapping[str, Reference]) -> Iterator[PlacedRow]:
    """A row for each work of the bibliography that no node cites, on the line that cites it first, else its own."""
    placed = {cite.key for cites in tree.cites.values() for cite in cites}
    first = {cite.key: cite.line for cite in reversed(list(_all_cites(text)))}
    for key, reference in named.items():
        if key not in placed:
            yield PlacedRow(_row(reference, first.get(key, reference.line)), None)


def _row(reference: Reference, line: int) -> Row:
    links = tuple(
        ReadLink(Link(LinkKind.PAPER, ID_LABELS[paper_id.scheme], paper_id.url), paper_id)
        for paper_id in reference.ids
        if paper_id.scheme not in _NO_PAGE
    )
    reading = VenueReading(reference.venue, reference.year)
    return Row(line, reference.title or "", WorkKind.PAPER, reading, links, authors=reference.authors)


def _without_unknown_lines(resolution: Resolution) -> Resolution:
    """Works that only a file beside the text names have no line in it."""
    works = tuple(
        replace(
            work,
            lines=tuple(line for line in work.lines if line),
            claims=tuple(replace(claim, line=claim.line or None) for claim in work.claims),
        )
        for work in resolution.works
    )
    findings = (
        replace(finding, other_lines=tuple(line for line in finding.other_lines if line))
        for finding in resolution.findings
    )
    return replace(resolution, works=works, findings=tuple(findings))


def _cites_by_section(text: SurveyText) -> Iterator[tuple[str, Cite]]:
    """Each citation with the path of its section."""
    for index, section in enumerate(text.sections):
        path = PATH_SEPARATOR.join(text.path_of(index))
        yield from ((path, cite) for cite in section.cites)


def _edges(
    survey: Survey,
    resolution: Resolution,
    named: Mapping[str, Reference],
    cites: Sequence[tuple[str, Cite]],
) -> Iterator[EdgeRecord]:
    """An edge to each work, with every section that cites one of its bibliography items."""
    citing = survey.ids[0] if survey.ids else survey.title
    work_of = _works_of(named, resolution.works)
    sections: dict[str, dict[str, int]] = {}
    for path, cite in cites:
        if cite.key in work_of:
            sections.setdefault(work_of[cite.key], {}).setdefault(path, cite.line)
    shared = Counter(title_key(work.title) for work in resolution.works)
    for work in resolution.works:
        paths = sections.get(work.key, {})
        line = min(paths.values(), default=work.lines[0] if work.lines else 0)
        cited = _name_in_edge(work, alone=shared[title_key(work.title)] == 1)
        yield EdgeRecord(citing, cited, line or None, sections=tuple(paths))


def _name_in_edge(work: WorkRecord, *, alone: bool) -> PaperId | str:
    """What an edge calls a work: an id that lists of papers use too, else its title where no other work has that.

    A library that knows the work from elsewhere need not know the ids that a service gave it.
    """
    common = (paper_id for scheme in _COMMON for paper_id in work.aliases if paper_id.scheme is scheme)
    return next(common, work.title if alone or not work.aliases else work.aliases[0])


def _works_of(named: Mapping[str, Reference], works: Sequence[WorkRecord]) -> dict[str, str]:
    """Bibliography key -> key of the work it became."""
    by_title: dict[str, list[WorkRecord]] = {}
    for work in works:
        for claim in work.claims:
            if claim.field == "title":
                by_title.setdefault(claim.value, []).append(work)
    found = {}
    for key, reference in named.items():
        candidates = by_title.get(reference.title or "", [])
        best = next((work for work in candidates if _states(work, reference)), None)
        if best or candidates:
            found[key] = (best or candidates[0]).key
    return found


def _states(work: WorkRecord, reference: Reference) -> bool:
    return reference.year is None or str(reference.year) in {
        claim.value for claim in work.claims if claim.field == "year"
    }


def _untitled(text: SurveyText, named: Mapping[str, Reference], survey_ids: Collection[PaperId]) -> Iterator[Finding]:
    for reference in text.references:
        if reference.key in named:
            continue
        shown = reference.text if len(reference.text) <= 60 else reference.text[:59] + "…"
        if set(reference.ids) & set(survey_ids):
            message = f"The bibliography item {reference.key!r} is the survey itself"
            yield Finding("cites-itself", Severity.NOTE, reference.line, message, "Left out.")
        else:
            message = f"No title can be told in the bibliography item {reference.key!r}: {shown!r}"
            decision = "Left out with its citations; a service's list of the survey's references may name it."
            yield Finding("reference-without-title", Severity.WARNING, reference.line, message, decision)


def _unknown_keys(text: SurveyText) -> Iterator[Finding]:
    """Citations of what the bibliography lacks, one finding for each key."""
    keys = {reference.key for reference in text.references}
    lines: dict[str, list[int]] = {}
    for cite in _all_cites(text):
        if cite.key not in keys:
            lines.setdefault(cite.key, []).append(cite.line)
    for key, found in lines.items():
        message = f"The text cites {key[:100]!r}, which its bibliography lacks"
        yield Finding(
            "citation-without-reference", Severity.WARNING, found[0], message, "Left out.", tuple(found[1:20])
        )


def _unplaced_finding(resolution: Resolution) -> Iterator[Finding]:
    placed = {placement.paper for placement in resolution.placements}
    unplaced = sum(work.key not in placed for work in resolution.works)
    if unplaced:
        message = f"{unplaced} of the {len(resolution.works)} works stand at no node of the taxonomy"
        yield Finding("works-without-place", Severity.NOTE, 0, message, "Kept as works without a place.")


def _count(rows: Sequence[PlacedRow], tree: Taxonomy, resolution: Resolution, findings: int) -> ListCounts:
    """Counts as of a list; an entry here is a work at a node, or a work without a place."""
    branch_of = {node.key: node.path[0] for node in tree.nodes}
    count = Counter(branch_of[entry.node] for entry in rows if entry.node is not None)
    broader = {node.parent for node in tree.nodes}
    ids = {read.paper_id for entry in rows for read in entry.row.links if read.paper_id}
    return ListCounts(
        list_rows=len(rows),
        titles=len({title_key(entry.row.title) for entry in rows}),
        nodes=len(tree.nodes),
        leaves_with_rows=len({entry.node for entry in rows if entry.node} - broader),
        rows_per_branch=tuple((node.name, count[node.name]) for node in _tops(tree.nodes)),
        arxiv_ids=sum(paper_id.scheme is IdScheme.ARXIV for paper_id in ids),
        rows_only_arxiv=sum(entry.row.reading.venue == PREPRINT for entry in rows),
        rows_without_venue=sum(entry.row.reading.venue is None for entry in rows),
        papers=len(resolution.works),
        placements=len(resolution.placements),
        findings=findings,
    )


def _tops(nodes: Sequence[TaxonomyNode]) -> Iterator[TaxonomyNode]:
    return (node for node in nodes if node.parent is None)


def _no_papers(source: Source, text: SurveyText, named: Mapping[str, Reference]) -> NoPapersFound:
    message = (
        f"{source.title} yields no paper: it has {len(text.sections)} sections and {len(text.references)} bibliography "
        f"items, {len(named)} of them with a title, and no section cites one of those"
    )
    return NoPapersFound(message, "Read its other form (HTML or source), or give a companion list or a bibliography.")
