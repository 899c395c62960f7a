"""The JSON of a bundle, line by line: what is checked when one is read, and the records it stands for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, PlainValidator

from litatlas.graph.identity import PaperId
from litatlas.graph.models import (
    Claim,
    Finding,
    Placement,
    Severity,
    Source,
    SourceKind,
    Survey,
    TaxonomyNode,
    WorkKind,
)

from .citations import parse_reference
from .facts import ListCounts, WorkRecord
from .records import EdgeRecord, Reference


def _parse_id(text: object) -> PaperId:
    paper_id = text if isinstance(text, PaperId) else PaperId.parse(text) if isinstance(text, str) else None
    if paper_id is None:
        raise ValueError(f"{text!r} is no id of a known kind")
    return paper_id


def _parse_end(text: object) -> Reference:
    end = text if isinstance(text, PaperId) else parse_reference(text) if isinstance(text, str) else None
    if end is None:
        raise ValueError(f"{text!r} is neither an id nor a title")
    return end


Id = Annotated[PaperId, BeforeValidator(_parse_id), PlainSerializer(str)]
End = Annotated[PaperId | str, PlainValidator(_parse_end), PlainSerializer(str)]
LineNumber = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1)]


def file_of(source: str) -> str | None:
    """The file that a source's key names, where the list is kept in several files; ``paper-list:KEY/FILE``."""
    return source.partition("/")[2] or None if source.startswith("paper-list:") else None


def source_of(source: str, file: str | None) -> str:
    """The key of the source that one file of a list is."""
    return f"{source}/{file}" if file else source


class Record(BaseModel):
    """Base of all lines: unknown fields are damage."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NodeLine(Record):
    """A line of nodes.jsonl."""

    key: Text
    name: Text
    parent: str | None
    path: Annotated[tuple[Text, ...], Field(min_length=1)]
    position: Annotated[int, Field(ge=0)]
    line: LineNumber | None

    @classmethod
    def of(cls, node: TaxonomyNode) -> NodeLine:
        """The line for a node."""
        fields = {name: value for name, value in asdict(node).items() if name != "survey"}
        return cls(**fields)

    def to_node(self, survey: str) -> TaxonomyNode:
        """The node, of the survey with this key."""
        return TaxonomyNode(self.key, survey, self.name, self.parent, self.path, self.position, self.line)


class ClaimPart(Record):
    """A claim inside a line of papers.jsonl."""

    field: Text
    value: str
    line: LineNumber | None
    file: str | None = None


class WorkLine(Record):
    """A line of papers.jsonl."""

    key: Text
    title: Text
    kind: WorkKind
    aliases: tuple[Id, ...]
    claims: tuple[ClaimPart, ...]
    lines: tuple[LineNumber, ...]

    @classmethod
    def of(cls, work: WorkRecord) -> WorkLine:
        """The line for a work."""
        claims = tuple(
            ClaimPart(field=claim.field, value=claim.value, line=claim.line, file=file_of(claim.source))
            for claim in work.claims
        )
        return cls(
            key=work.key, title=work.title, kind=work.kind, aliases=work.aliases, claims=claims, lines=work.lines
        )

    def to_work(self, source: str) -> WorkRecord:
        """The work, as the source with this key states it."""
        claims = tuple(
            Claim(self.key, part.field, part.value, source_of(source, part.file), part.line) for part in self.claims
        )
        return WorkRecord(self.key, self.title, self.kind, self.aliases, claims, self.lines)


class PlacementLine(Record):
    """A line of placements.jsonl."""

    paper: Text
    node: Text
    line: LineNumber | None
    position: Annotated[int, Field(ge=0)]
    file: str | None = None

    @classmethod
    def of(cls, placement: Placement) -> PlacementLine:
        """The line for a placement."""
        return cls(
            paper=placement.paper,
            node=placement.node,
            line=placement.line,
            position=placement.position,
            file=file_of(placement.source),
        )

    def to_placement(self, source: str) -> Placement:
        """The placement, by the source with this key."""
        return Placement(self.paper, self.node, source_of(source, self.file), self.line, self.position)


class EdgeLine(Record):
    """A line of citations.jsonl."""

    citing: End
    cited: End
    line: LineNumber | None
    origin: str | None
    evidence: str | None

    @classmethod
    def of(cls, edge: EdgeRecord) -> EdgeLine:
        """The line for an edge."""
        return cls(citing=edge.citing, cited=edge.cited, line=edge.line, origin=edge.origin, evidence=edge.evidence)

    def to_edge(self) -> EdgeRecord:
        """The edge."""
        return EdgeRecord(self.citing, self.cited, self.line, self.origin, self.evidence)


class FindingLine(Record):
    """A line of report.jsonl."""

    code: Text
    severity: Severity
    line: Annotated[int, Field(ge=0)]  # 0 for the source as a whole
    message: str
    decision: str
    other_lines: tuple[LineNumber, ...]
    file: str | None = None

    @classmethod
    def of(cls, finding: Finding) -> FindingLine:
        """The line for a finding."""
        return cls(**asdict(finding))

    def to_finding(self) -> Finding:
        """The finding."""
        return Finding(self.code, self.severity, self.line, self.message, self.decision, self.other_lines, self.file)


class SourcePart(Record):
    """A source inside the manifest."""

    key: Text
    kind: SourceKind
    title: str
    location: str
    revision: str | None
    date: str | None
    licence: str | None
    digest: str | None

    @classmethod
    def of(cls, source: Source) -> SourcePart:
        """The part for a source; when a library took it in is not the bundle's matter."""
        return cls(**{name: value for name, value in asdict(source).items() if name != "ingested"})

    def to_source(self) -> Source:
        """The source."""
        return Source(**self.model_dump())


class SurveyPart(Record):
    """The survey inside the manifest."""

    key: Text
    title: str
    ids: tuple[Id, ...]

    @classmethod
    def of(cls, survey: Survey) -> SurveyPart:
        """The part for a survey."""
        return cls(key=survey.key, title=survey.title, ids=survey.ids)

    def to_survey(self, source: str) -> Survey:
        """The survey, read from the source with this key."""
        return Survey(self.key, self.title, source, self.ids)


class CountsPart(Record):
    """The counts inside the manifest."""

    list_rows: int
    titles: int
    table_rows: int
    nodes: int
    leaves_with_rows: int
    rows_per_branch: tuple[tuple[str, int], ...]
    arxiv_ids: int
    rows_with_code: int
    rows_only_arxiv: int
    rows_without_venue: int
    papers: int
    software: int
    placements: int
    findings: int

    @classmethod
    def of(cls, counts: ListCounts) -> CountsPart:
        """The part for counts."""
        return cls(**asdict(counts))

    def to_counts(self) -> ListCounts:
        """The counts."""
        return ListCounts(**self.model_dump())


class FilePart(Record):
    """What the manifest says about one file."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    records: Annotated[int, Field(ge=0)]


class NotesPart(Record):
    """Who wrote the notes on the survey's papers, and how."""

    source: SourcePart
    made: Text


class Version(BaseModel):
    """The one field of manifest.json that every format has."""

    format: int


class Manifest(Record):
    """manifest.json of a survey's bundle."""

    format: int
    survey: SurveyPart
    source: SourcePart
    sources: tuple[SourcePart, ...] = ()
    counts: CountsPart
    notes: NotesPart | None = None
    command: str
    files: dict[str, FilePart]


class EdgesManifest(Record):
    """manifest.json of a bundle of edges."""

    format: int
    edges: SourcePart
    surveys: tuple[Text, ...]
    command: str
    files: dict[str, FilePart]
