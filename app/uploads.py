"""A file before it is added: what it is, what was read in it, and what adding it would change. Nothing is written."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from litatlas.graph.errors import LitAtlasError, SourceUnreadable
from litatlas.graph.identity import slug, title_key
from litatlas.graph.library import Library
from litatlas.graph.models import Finding
from litatlas.ingest.bibliography import read_bibliography
from litatlas.ingest.citations import read_edges
from litatlas.ingest.facts import SurveyFacts
from litatlas.ingest.file_kinds import find_command
from litatlas.ingest.list_folder import read_paper_lists
from litatlas.ingest.listing import check_survey_key
from litatlas.ingest.metadata import read_metadata
from litatlas.ingest.node_link import read_node_link
from litatlas.ingest.notes import read_notes
from litatlas.ingest.ontology import read_ontology

from .jobs import JobKind, ReportLine, safe_names

SURVEYS = frozenset({JobKind.LIST, JobKind.BIBLIOGRAPHY, JobKind.TAXONOMY})
"""Kinds of file that become a survey, which needs a name."""

_START = 100_000  # bytes by which a file is known
_LONGEST_LINE = 300  # characters of a line in a report
_MARKDOWN = (".md", ".markdown")
_COUNTED = {JobKind.METADATA: "record", JobKind.CITATIONS: "citation", JobKind.NOTES: "note"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a file.

    Attributes:
        surveys: the facts of each survey in it; metadata, citations and notes have none.
        records: how many metadata records, citations or notes it holds.
        report: what was doubtful, conflicts first.
    """

    kind: JobKind
    surveys: tuple[SurveyFacts, ...]
    records: int
    report: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a new revision changes in a survey that is there already, in titles.

    Attributes:
        added, gone: papers that it names and did not, or no longer names.
        kept: how many it names as before.
    """

    survey: str
    added: tuple[str, ...]
    gone: tuple[str, ...]
    kept: int


def kind_of(files: Mapping[str, bytes]) -> JobKind | None:
    """What files are by their contents, then by their endings; None where nothing says. Several are a list."""
    if len(files) > 1 or any(name.lower().endswith(_MARKDOWN) for name in files):
        return JobKind.LIST
    for data in files.values():
        if b"\0" in data[:_START]:
            return None
        command = find_command(data[:_START].decode("utf-8", "replace"))
        if command is not None:
            return JobKind(command.value)
    return None


def name_from(name: str) -> str:
    """A short name for a survey, made from a file's."""
    stem = Path(name).stem
    return slug("my-survey" if stem.lower() in {"readme", "index", ""} else stem, limit=40)


def read_upload(
    files: Mapping[str, bytes], kind: JobKind, *, survey: str | None = None, title: str | None = None
) -> Reading:
    """Read files as they were uploaded; arguments as `read_files` takes them, and its errors."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, data in safe_names(files).items():
            path = Path(folder) / name
            path.write_bytes(data)
            paths.append(path)
        try:
            return read_files(paths, kind, survey=survey, title=title)
        except LitAtlasError as error:
            named = error.message.replace(f"{folder}/", "").replace(folder, "the files")
            raise type(error)(named, error.advice.replace(f"{folder}/", "")) from error


def read_files(paths: Sequence[Path], kind: JobKind, *, survey: str | None = None, title: str | None = None) -> Reading:
    """Read files of one kind.

    Args:
        survey, title: short name and title of the survey that a list, bibliography or taxonomy becomes.

    Raises:
        SourceError: it is not what it was taken for, damaged, or holds nothing.
    """
    key = survey or name_from(paths[0].name)
    if kind in SURVEYS:
        check_survey_key(key)
    facts: tuple[SurveyFacts, ...] = ()
    records, findings = 0, list[Finding]()
    match kind:
        case JobKind.LIST:
            facts = (read_paper_lists(paths, survey_key=key, title=title),)
        case JobKind.BIBLIOGRAPHY:
            facts = (read_bibliography(paths[0], survey_key=key, title=title),)
        case JobKind.TAXONOMY:
            facts = (read_ontology(paths[0], survey_key=key, title=title),)
        case JobKind.NODE_LINK:
            network = read_node_link(paths[0])
            facts, records = network.surveys, len(network.edges.edges)
        case JobKind.METADATA:
            read = list(read_metadata(paths[0]).records())
            findings = [each for each in read if isinstance(each, Finding)]
            records = len(read) - len(findings)
        case JobKind.CITATIONS:
            edges = read_edges(paths[0], source_key=f"edge-file:{paths[0].name}")
            records, findings = len(edges.edges), list(edges.findings)
        case JobKind.NOTES:
            notes = read_notes(paths[0])
            records, findings = len(notes.notes), list(notes.findings)
        case _:
            raise SourceUnreadable(f"{paths[0].name} cannot be read as {kind.value}.", "Choose a kind of file.")
    if kind in _COUNTED and not records:
        raise SourceUnreadable(f"{paths[0].name} holds no {_COUNTED[kind]}.", "Choose another kind, or another file.")
    findings += [finding for each in facts for finding in each.findings]
    return Reading(kind, facts, records, _report(findings, paths))


def change_by(library: Library, facts: SurveyFacts) -> Change | None:
    """What a survey's new revision changes; None where the library has no survey of that name."""
    key = facts.survey.key
    if key not in {survey.key for survey in library.surveys()}:
        return None
    before = {title_key(paper.title): paper.title for paper in library.papers(library.paper_keys(survey=key))}
    after = {title_key(work.title): work.title for work in facts.works}
    return Change(
        survey=key,
        added=tuple(title for known, title in after.items() if known not in before),
        gone=tuple(title for known, title in before.items() if known not in after),
        kept=len(before.keys() & after.keys()),
    )


def holder_of(library: Library, facts: SurveyFacts) -> str | None:
    """What holds a survey's short name in the library, if that is another kind of source than these facts are of.

    Taking them in would leave what that source said about the same survey in place beside them.
    """
    held = next((survey.source for survey in library.surveys() if survey.key == facts.survey.key), None)
    source = next((source for source in library.sources() if source.key == held), None)
    return source.title if source and source.kind is not facts.source.kind else None


_WEIGHT = {"conflict": 0, "warning": 1, "note": 2}


def _report(findings: Sequence[Finding], paths: Sequence[Path]) -> tuple[ReportLine, ...]:
    texts = {path.name: path.read_bytes().splitlines() for path in paths if path.suffix not in {".gz", ".xz"}}
    only = next(iter(texts)) if len(texts) == 1 else None
    ordered = sorted(findings, key=lambda each: (_WEIGHT[each.severity.value], each.code, each.file or "", each.line))
    return tuple(ReportLine(each, _line(texts.get(each.file or only or ""), each.line)) for each in ordered)


def _line(lines: Sequence[bytes] | None, number: int) -> str:
    if not lines or not 0 < number <= len(lines):
        return ""
    text = lines[number - 1][: 4 * _LONGEST_LINE].decode("utf-8", "replace").strip()
    return text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"
