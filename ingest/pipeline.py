"""Putting what was read into a library's draft. Doing it twice with the same input changes nothing.

Each function first takes back what its source said before. What a record is about is decided by the claims of the
other sources only, so the decision is the same the second time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from litatlas.graph.draft import Draft
from litatlas.graph.identity import PaperId, paper_key, title_key
from litatlas.graph.matching import Evidence, KnownPaper, Match, Wanted, are_told_apart, is_namesake, match_record
from litatlas.graph.models import Citation, Claim, Finding, Severity, WorkKind

from .citations import EdgeFile
from .facts import SurveyFacts, WorkRecord
from .known_papers import KnownPapers
from .metadata import MetadataFile
from .records import EdgeRecord, PaperRecord, Reference

MOST_REASONS = 1_000  # unmatched records that are named one by one; a snapshot has millions


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A record that found no place in the library, and why."""

    line: int | None
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What one source brought to a library.

    Attributes:
        source: its key.
        records: how many works, metadata records or edges were offered.
        added: papers (of an edge file: citations) that are new to the library.
        matched: records joined to papers that other sources had brought; edges whose ends are both known.
        unchanged: those about which this source had said the same before.
        unmatched: the first `MOST_REASONS` of the `unmatched_count` records that found no place.
    """

    source: str
    records: int = 0
    added: int = 0
    matched: int = 0
    unchanged: int = 0
    unmatched_count: int = 0
    unmatched: tuple[Unmatched, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Tally:
    """A report while it is being written."""

    records: int = 0
    added: int = 0
    matched: int = 0
    unchanged: int = 0
    unmatched_count: int = 0
    unmatched: list[Unmatched] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def miss(self, line: int | None, label: str, reason: str) -> None:
        """Count a record that found no place, and keep the reason of the first ones."""
        self.unmatched_count += 1
        if len(self.unmatched) < MOST_REASONS:
            self.unmatched.append(Unmatched(line, label, reason))

    def place(self, said_before: set[_Statement], said_now: Sequence[Claim], *, is_known: bool) -> None:
        """Count a record by what its source had said of the same paper before."""
        if {_statement(claim) for claim in said_now} <= said_before:
            self.unchanged += 1
        elif is_known:
            self.matched += 1
        else:
            self.added += 1

    def report(self, source: str) -> ApplyReport:
        """The report, with the findings in the order of the lines."""
        return ApplyReport(
            source,
            self.records,
            self.added,
            self.matched,
            self.unchanged,
            self.unmatched_count,
            tuple(self.unmatched),
            tuple(sorted(self.findings, key=_by_place)),
        )


def _by_place(finding: Finding) -> tuple[str, int, str, str]:
    return finding.file or "", finding.line, finding.code, finding.message


_Statement = tuple[str, str, int | None]


def apply_facts(draft: Draft, facts: SurveyFacts) -> ApplyReport:
    """Put a survey's facts into the draft; works that the library knows are joined to their papers.

    A list in several files is several sources; what its files said before is taken back, and a file that is no longer
    among them leaves the library.
    """
    source = facts.source.key
    said = _take_back(draft, facts)
    draft.put_survey(facts.survey, facts.nodes)
    tally = Tally(records=len(facts.works), findings=list(facts.findings))
    decided = _decide_works(draft, facts.works, said.keys())
    for work in facts.works:
        subject, match = decided[work.key]
        claims = [replace(claim, paper=subject) for claim in work.claims]
        draft.put_claims(subject, claims)
        line = work.lines[0] if work.lines else None
        origin = claims[0].source if claims else source
        tally.findings.extend(_add_aliases(draft, work.aliases, subject, origin, line, match.paper))
        tally.place(said.get(subject, set()), claims, is_known=bool(match.paper))
    draft.put_placements(replace(placement, paper=decided[placement.paper][0]) for placement in facts.placements)
    return tally.report(source)


def _take_back(draft: Draft, facts: SurveyFacts) -> dict[str, set[_Statement]]:
    """Take back what the list's sources have said so far, and name those that speak now; what they said, by subject."""
    whole = facts.source.key
    query = "SELECT key FROM sources WHERE key = ? OR substr(key, 1, ?) = ? ORDER BY key"
    before = [key for (key,) in draft.connection.execute(query, (whole, len(whole) + 1, f"{whole}/"))]
    said: dict[str, set[_Statement]] = {}
    for key in before:
        for subject, statements in said_before(draft, key).items():
            said.setdefault(subject, set()).update(statements)
        draft.withdraw_source(key)
    now = (facts.source, *facts.files)
    for each in now:
        draft.put_source(each)
    for key in set(before) - {each.key for each in now}:
        draft.drop_source(key)
    return said


def apply_metadata(draft: Draft, metadata: MetadataFile, *, add_unknown: bool = False) -> ApplyReport:
    """Put metadata into the draft: claims and ids for the papers it is about.

    Args:
        add_unknown: whether records of papers that the library does not know become papers without a place.

    Raises:
        SourceMissing, SourceUnreadable: the file cannot be read to its end.
    """
    source = metadata.source.key
    said = said_before(draft, source)
    draft.put_source(metadata.source)
    draft.withdraw_source(source)
    tally = Tally()
    for record, key, match in list(_decide_records(draft, metadata, tally, said.keys(), add_unknown=add_unknown)):
        claims = [
            Claim(key, name, value, source, record.line, record.origin, record.response)
            for name, value in record.claims()
        ]
        draft.put_claims(key, claims)
        tally.findings.extend(_add_aliases(draft, record.ids, key, source, record.line))
        tally.place(said.get(key, set()), claims, is_known=bool(match.paper))
    return tally.report(source)


def apply_edges(draft: Draft, edges: EdgeFile) -> ApplyReport:
    """Put the citations between papers of the library into the draft; the others are reported, not kept."""
    before = _edges_before(draft, edges.source.key)
    draft.put_source(edges.source)
    draft.withdraw_source(edges.source.key)
    tally = Tally(records=len(edges.edges), findings=list(edges.findings))
    _put_edges(draft, edges.edges, edges.source.key, tally, before)
    return tally.report(edges.source.key)


def apply_survey_text(draft: Draft, facts: SurveyFacts, edges: Sequence[EdgeRecord]) -> ApplyReport:
    """Put what a survey's own text says into the draft: its taxonomy and works, and whom it cites in which section."""
    before = _edges_before(draft, facts.source.key)
    report = apply_facts(draft, facts)
    _put_own_citations(draft, facts, edges, before)
    return report


def apply_survey_citations(draft: Draft, facts: SurveyFacts, edges: Sequence[EdgeRecord]) -> ApplyReport:
    """Put only the survey as a paper into the draft, its ids, and whom it cites of the papers that are there.

    For a survey whose taxonomy the library has from a better source, which stays.
    """
    before = _edges_before(draft, facts.source.key)
    draft.put_source(facts.source)
    draft.withdraw_source(facts.source.key)
    draft.add_survey_ids(facts.survey.key, facts.survey.ids)
    tally = _put_own_citations(draft, facts, edges, before)
    return replace(tally.report(facts.source.key), findings=facts.findings)


def _put_own_citations(
    draft: Draft, facts: SurveyFacts, edges: Sequence[EdgeRecord], before: set[tuple[str, str]]
) -> Tally:
    _put_survey_as_paper(draft, facts)
    tally = Tally(records=len(edges))
    _put_edges(draft, edges, facts.source.key, tally, before)
    return tally


def _put_survey_as_paper(draft: Draft, facts: SurveyFacts) -> None:
    survey, source = facts.survey, facts.source.key
    wanted = Wanted((survey.title,), frozenset(survey.ids))
    subject, match = _decide(wanted, paper_key(survey.title), KnownPapers(draft))
    subject = match.paper or subject
    claims = [Claim(subject, "title", survey.title, source)]
    claims += [Claim(subject, f"id:{paper_id.scheme.value}", paper_id.value, source) for paper_id in survey.ids]
    draft.put_claims(subject, claims)
    for paper_id in survey.ids:
        draft.add_alias(paper_id, subject, source)


def _edges_before(draft: Draft, source: str) -> set[tuple[str, str]]:
    query = "SELECT citing_subject, cited_subject FROM citations WHERE source = ?"
    return {(citing, cited) for citing, cited in draft.connection.execute(query, (source,))}


def _put_edges(
    draft: Draft, edges: Iterable[EdgeRecord], source: str, tally: Tally, before: set[tuple[str, str]]
) -> None:
    found: dict[tuple[str, str], Citation] = {}
    for edge in edges:
        if citation := to_citation(draft, edge, source, tally):
            found.setdefault((citation.citing, citation.cited), citation)
    draft.put_citations(found.values())
    tally.unchanged = len(found.keys() & before)
    tally.added = len(found.keys() - before)


def _statement(claim: Claim) -> _Statement:
    return claim.field, claim.value, claim.line


def said_before(draft: Draft, source: str) -> dict[str, set[_Statement]]:
    """What this source has said in the library so far, by subject."""
    said: dict[str, set[_Statement]] = {}
    query = "SELECT subject, field, value, line FROM claims WHERE source = ?"
    for paper, name, value, line in draft.connection.execute(query, (source,)):
        said.setdefault(paper, set()).add((name, value, line))
    return said


def _decide(
    wanted: Wanted, own_key: str, known: KnownPapers, claims: Iterable[Claim] = (), said: Collection[str] = ()
) -> tuple[str, Match]:
    """The subject that a record is about, and the known paper that it seems to be part of.

    The subject is the record's own key, so that joining it to a paper can be undone; with a year in it where a work of
    the same title from other years has that key, with an id where a work of the same title has other ids.

    Args:
        said: subjects that the record's source spoke of before; a record keeps the one it had.
    """
    candidates = [paper for paper in known.candidates(wanted) if not known.is_apart(paper.key, own_key)]
    match = match_record(wanted, candidates)
    if not wanted.titles or own_key in said:
        return own_key, match
    itself, other = KnownPaper.from_claims(own_key, claims), known.subject(own_key)
    key_with_year = paper_key(wanted.titles[0], f"{wanted.kind.value}{wanted.year or ''}")
    key_with_id = paper_key(wanted.titles[0], str(min(itself.ids, default="")))
    earlier = next((key for key in (key_with_year, key_with_id) if key in said), None)
    if earlier or not other or not itself.titles:
        return earlier or own_key, match
    if is_namesake(itself, other):
        return key_with_year, match
    return key_with_id if are_told_apart(itself, other) else own_key, match


def _decide_works(draft: Draft, works: Iterable[WorkRecord], said: Collection[str]) -> dict[str, tuple[str, Match]]:
    """For each work of a list its subject, and the known paper that it seems to be part of."""
    known = KnownPapers(draft)
    decided: dict[str, tuple[str, Match]] = {}
    for work in works:
        titles = tuple(claim.value for claim in work.claims if claim.field == "title") or (work.title,)
        wanted = Wanted(titles, frozenset(work.aliases), work.year, work.kind)
        decided[work.key] = _decide(wanted, work.key, known, work.claims, said)
    return decided


def _decide_records(
    draft: Draft, metadata: MetadataFile, tally: Tally, said: Collection[str], *, add_unknown: bool
) -> Iterator[tuple[PaperRecord, str, Match]]:
    known = KnownPapers(draft)
    for parsed in metadata.records():
        if isinstance(parsed, Finding):
            tally.findings.append(parsed)
            continue
        tally.records += 1
        wanted = Wanted(parsed.titles, frozenset(parsed.ids), parsed.year, WorkKind.PAPER)
        own_key = paper_key(parsed.title)
        claims = [Claim(own_key, name, value, metadata.source.key) for name, value in parsed.claims()]
        subject, match = _decide(wanted, own_key, known, claims, said)
        if match.paper or (add_unknown and parsed.title and match.evidence is Evidence.NONE):
            yield parsed, match.paper or subject, match
        else:
            tally.miss(parsed.line, parsed.title or ", ".join(map(str, parsed.ids)), match.reason)


def _add_aliases(
    draft: Draft, ids: Iterable[PaperId], key: str, source: str, line: int | None, joined: str | None = None
) -> Iterator[Finding]:
    """Give a subject its ids; one that the paper it is joined to has already needs no second owner."""
    for paper_id in ids:
        if not draft.add_alias(paper_id, key, source):
            owner = draft.find_by_id(paper_id)
            if joined is not None and owner is not None and joined in {owner, draft.paper_of(owner)}:
                continue
            message = f"{paper_id} belongs to {owner!r} already and is also given for {key!r}"
            decision = "It stays with the first; for the other it is a claim only."
            yield Finding("id-taken", Severity.CONFLICT, line or 0, message, decision)


def to_citation(draft: Draft, edge: EdgeRecord, source: str, tally: Tally) -> Citation | None:
    """The citation that an edge is between subjects of the library; None, and counted, where an end is not there."""
    citing, cited = _find(draft, edge.citing), _find(draft, edge.cited)
    label = f"{edge.citing} -> {edge.cited}"
    if citing is None or cited is None:
        absent = edge.citing if citing is None else edge.cited
        tally.miss(edge.line, label, f"the library has no paper {str(absent)!r}")
        return None
    if citing == cited:
        tally.miss(edge.line, label, "both ends are one paper")
        return None
    tally.matched += 1
    origin = " ".join(part for part in (edge.origin, f"({edge.evidence})" if edge.evidence else None) if part)
    return Citation(
        citing,
        cited,
        source,
        edge.line,
        origin or None,
        edge.contexts,
        edge.intents,
        edge.influential,
        edge.sections,
        edge.response,
    )


def _find(draft: Draft, reference: Reference) -> str | None:
    if isinstance(reference, PaperId):
        return draft.find_by_id(reference)
    subjects = [known.subject for known in draft.find_by_title_key(title_key(reference))]
    if len({draft.paper_of(subject) for subject in subjects}) == 1:
        return subjects[0]
    return reference if draft.claims_of(reference) else None  # a key, where titles do not tell papers apart
