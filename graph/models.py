"""The records of the graph: frozen values, the same on every floor.

A value about a paper is a `Claim`: what, by which `Source`, on which line. `Paper` is the view a reader sees,
made of the best claim per field; the others stay in the library and are shown as conflicts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .identity import PaperId
from .telling import counted, one_line


class SourceKind(StrEnum):
    """What sort of thing a claim was read from; the order is not a ranking (see graph/claims.py)."""

    PAPER_LIST = "paper-list"
    SURVEY_TEXT = "survey-text"
    BIBLIOGRAPHY = "bibliography"
    ONTOLOGY = "ontology"
    METADATA_FILE = "metadata-file"
    EDGE_FILE = "edge-file"
    ARXIV = "arxiv"
    SEMANTIC_SCHOLAR = "semantic-scholar"
    OPENALEX = "openalex"
    READER = "reader"
    NOTES = "notes"


SERVICES = frozenset({SourceKind.ARXIV, SourceKind.SEMANTIC_SCHOLAR, SourceKind.OPENALEX})
"""Sources that are asked over the network, by id."""


class WorkKind(StrEnum):
    """What a list entry stands for."""

    PAPER = "paper"
    SOFTWARE = "software"


class LinkKind(StrEnum):
    """What a link leads to."""

    PAPER = "paper"
    CODE = "code"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Source:
    """Where claims come from: one file in one revision.

    Attributes:
        key: unique in a library, e.g. ``paper-list:efficient-llms``.
        title: how to name it to a person.
        location: file name or URL; never a local directory.
        revision: commit or version, if known.
        date: ISO date of that revision, if known.
        licence: what its terms are, if stated.
        digest: sha256 of the bytes that were read.
        ingested: ISO time at which the library took it in; set by the library.
    """

    key: str
    kind: SourceKind
    title: str
    location: str
    revision: str | None = None
    date: str | None = None
    licence: str | None = None
    digest: str | None = None
    ingested: str | None = None


@dataclass(frozen=True, slots=True)
class Retrieval:
    """A response of a service that claims and citations were read from.

    Attributes:
        response: its key in the response store.
        url: what was asked, without any key.
        retrieved: ISO time.
    """

    response: str
    source: str
    url: str
    retrieved: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a paper with the label its source gave it."""

    kind: LinkKind
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of one field of one paper, by one source.

    Attributes:
        paper: the paper's key.
        field: one of those below; a field that holds several values repeats the claim.
            Every source: ``title``, ``year``, ``venue``, ``authors``, ``abstract``, ``kind`` (see `WorkKind`; a paper
            needs none), ``id:`` and a scheme (``id:arxiv``; see `IdScheme`).
            Lists and bibliographies: ``link:paper``, ``link:code``, ``link:other`` (address and label), ``keyword``,
            ``nickname`` (a method's name), ``affiliation``, ``first_author`` (where only that one is named),
            ``feature:`` and a table's column.
            Metadata files and services: ``published_title``, ``abstract_truncated`` (``yes``), ``published`` and
            ``updated`` (ISO dates), ``version``, ``withdrawn`` (the service's words), ``retracted`` (``yes``),
            ``citation_count``, ``influential_citation_count``, ``reference_count``, ``tldr``, ``category``,
            ``comment``, ``journal_ref``.
            Notes: ``note`` (what the paper does and how, a sentence in the words of who wrote the note).
        value: always text; years and counts as decimal digits, authors separated by ``; ``.
        line: line of the source, counted from 1.
        origin: what the source itself names as its origin for this record.
        response: key of the stored response it was read from, for a source that is a service.
    """

    paper: str
    field: str
    value: str
    source: str
    line: int | None = None
    origin: str | None = None
    response: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A work as a reader sees it.

    Attributes:
        key: ours, stable, readable; ids are aliases.
        year: of the shown venue, else of the preprint.
        venue: in one spelling (``NeurIPS``, never ``NIPS`` or ``NeurlPS``); ``None`` where no source names one.
        withdrawn: why, in the words of the service that says so.
        retracted: whether a source says that its publisher took it back.
        version: the newest arXiv version that a source saw.
        citation_count: citations in the whole literature, as one service counts them; not those in the library.
        note: what it does and how, a sentence by who keeps the notes; never the authors' own words.
    """

    key: str
    title: str
    kind: WorkKind = WorkKind.PAPER
    year: int | None = None
    venue: str | None = None
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    ids: tuple[PaperId, ...] = ()
    links: tuple[Link, ...] = ()
    withdrawn: str | None = None
    retracted: bool = False
    version: int | None = None
    citation_count: int | None = None
    note: str | None = None

    def __repr__(self) -> str:
        where = " ".join(filter(None, (one_line(self.venue or "", 40), str(self.year or ""))))
        name = one_line(str(self.ids[0]) if self.ids else self.key)
        return f"<Paper “{one_line(self.title)}”{', ' if where else ''}{where}, {name}>"

    @property
    def url(self) -> str | None:
        """The best page to read about the paper: its listed link, else its id's landing page."""
        listed = next((link.url for link in self.links if link.kind is LinkKind.PAPER), None)
        return listed or next((paper_id.url for paper_id in self.ids), None)

    @property
    def code_urls(self) -> tuple[str, ...]:
        """Links to code, in the order listed."""
        return tuple(link.url for link in self.links if link.kind is LinkKind.CODE)

    @property
    def short_label(self) -> str:
        """A label for pictures: author and year where known, and the method name or first words of the title."""
        name = self.title.split(":", 1)[0] if ":" in self.title else self.title
        name = name if len(name) <= 28 else name[:27].rsplit(" ", 1)[0] + "…"
        author = self.authors[0].split()[-1] + " " if self.authors and self.authors[0].split() else ""
        return f"{author}{self.year or ''} {name}".strip()


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey whose taxonomy the library holds.

    Attributes:
        key: short name, e.g. ``efficient-llms``.
        source: key of the source its taxonomy was read from.
    """

    key: str
    title: str
    source: str
    ids: tuple[PaperId, ...] = ()

    def __repr__(self) -> str:
        return f"<Survey {one_line(self.key)}: {one_line(self.title, 120)}>"


@dataclass(frozen=True, slots=True)
class TaxonomyNode:
    """A concept of a survey's taxonomy (SKOS: ``parent`` is the broader concept).

    Attributes:
        key: survey key and slugs of the path, e.g. ``efficient-llms/model-centric-methods/model-compression``.
        path: names from the top branch down to this node.
        position: order in the survey, depth first, counted from 0.
        line: line of its heading in the source.
    """

    key: str
    survey: str
    name: str
    parent: str | None
    path: tuple[str, ...]
    position: int
    line: int | None = None

    def __repr__(self) -> str:
        return f"<TaxonomyNode {one_line(' > '.join(self.path), 120)} ({one_line(self.survey)})>"

    @property
    def depth(self) -> int:
        """1 for a top branch."""
        return len(self.path)


@dataclass(frozen=True, slots=True)
class Placement:
    """A paper at a taxonomy node, and who put it there."""

    paper: str
    node: str
    source: str
    line: int | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """An edge citing -> cited between two papers of the library, by one source.

    Attributes:
        contexts: sentences in which the citation stands, as the source gives them.
        intents: what it is cited for (``background``, ``methodology``, ``result``).
        influential: whether the source holds the cited work to be influential on the citing one; None: not said.
        sections: headings under which it is cited, each a path joined by `` > ``.
        response: key of the stored response it was read from, for a source that is a service.
    """

    citing: str
    cited: str
    source: str
    line: int | None = None
    origin: str | None = None
    contexts: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    influential: bool | None = None
    sections: tuple[str, ...] = ()
    response: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What a library holds."""

    papers: int = 0
    software: int = 0
    nodes: int = 0
    surveys: int = 0
    placements: int = 0
    citations: int = 0
    abstracts: int = 0
    indexed: int = 0
    notes: int = 0


class Severity(StrEnum):
    """How much a finding matters to someone who keeps the list."""

    NOTE = "note"
    WARNING = "warning"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a parser did not understand, merged or had to decide.

    Attributes:
        code: stable machine name, e.g. ``duplicate-in-node``.
        line: the line it is about, 0 for the source as a whole; ``other_lines`` are further lines involved.
        decision: what LitAtlas did about it.
        file: which file the lines are of, where the source has several.
    """

    code: str
    severity: Severity
    line: int
    message: str
    decision: str
    other_lines: tuple[int, ...] = field(default=())
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A part of the graph, closed: every placement and citation joins records that are in it.

    Nodes come with all their broader nodes, so that a path can always be written.
    """

    title: str
    papers: tuple[Paper, ...] = ()
    nodes: tuple[TaxonomyNode, ...] = ()
    surveys: tuple[Survey, ...] = ()
    sources: tuple[Source, ...] = ()
    placements: tuple[Placement, ...] = ()
    citations: tuple[Citation, ...] = ()

    @property
    def software(self) -> int:
        """How many of the papers are software."""
        return sum(paper.kind is WorkKind.SOFTWARE for paper in self.papers)

    def __repr__(self) -> str:
        held = (
            counted(len(self.papers) - self.software, "paper"),
            counted(self.software, "software entry", "software entries"),
            counted(len(self.nodes), "topic"),
            counted(len(self.placements), "placement"),
            counted(len(self.citations), "citation"),
        )
        return f"<Subgraph “{one_line(self.title)}”: {', '.join(held)}>"
