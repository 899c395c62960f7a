"""Everything one reading of a list yields, as one frozen value: what the bundle stores and the pipeline applies."""

from __future__ import annotations

from dataclasses import dataclass

from litatlas.graph.identity import PaperId
from litatlas.graph.models import Claim, Finding, Placement, Source, Survey, TaxonomyNode, WorkKind


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """One work of a list, however many lines name it.

    Attributes:
        aliases: ids that are this work's beyond doubt; an id two works claim is only a claim (``id:arxiv``).
        claims: each distinct value once, with the first line that states it.
        lines: every line that names it, ascending; of a list in several files, those of the first file that does.
    """

    key: str
    title: str
    kind: WorkKind
    aliases: tuple[PaperId, ...] = ()
    claims: tuple[Claim, ...] = ()
    lines: tuple[int, ...] = ()

    @property
    def year(self) -> int | None:
        """The first year its lines state."""
        return next((int(claim.value) for claim in self.claims if claim.field == "year"), None)


@dataclass(frozen=True, slots=True)
class ListCounts:
    """What was counted while reading; list entries and table rows apart.

    Attributes:
        list_rows: list entries and table rows that name a paper.
        table_rows: table rows, whatever they name.
        titles: distinct titles among them.
        nodes: taxonomy nodes; ``leaves_with_rows`` are those without narrower nodes that hold list entries.
        rows_per_branch: list entries by top branch, in the survey's order.
        arxiv_ids: distinct arXiv ids that list entries link to.
        rows_with_code: list entries with a link to code.
        rows_only_arxiv: list entries whose venue is arXiv in any spelling.
    """

    list_rows: int = 0
    titles: int = 0
    table_rows: int = 0
    nodes: int = 0
    leaves_with_rows: int = 0
    rows_per_branch: tuple[tuple[str, int], ...] = ()
    arxiv_ids: int = 0
    rows_with_code: int = 0
    rows_only_arxiv: int = 0
    rows_without_venue: int = 0
    papers: int = 0
    software: int = 0
    placements: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """All that was read from one list: facts, where each stands, and what was doubtful.

    Attributes:
        works: papers and software in the order of their first line.
        findings: by line.
        files: of a list that is kept in several files, a source for each: the claims and placements of a file name
            its source, so that their lines are lines of that file. Their keys begin with the key of `source`, which
            stands for the list as a whole.
    """

    survey: Survey
    source: Source
    nodes: tuple[TaxonomyNode, ...]
    works: tuple[WorkRecord, ...]
    placements: tuple[Placement, ...]
    findings: tuple[Finding, ...]
    counts: ListCounts
    files: tuple[Source, ...] = ()

    @property
    def paper_ids(self) -> frozenset[PaperId]:
        """Every id the list links to, the doubtful ones too."""
        return frozenset(
            paper_id
            for work in self.works
            for claim in work.claims
            if claim.field.startswith("id:")
            if (paper_id := PaperId.parse(f"{claim.field.removeprefix('id:')}:{claim.value}"))
        )
