"""What `ingest` and `status` print: what was taken in, what in it is doubtful, and what a library holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from litatlas.graph.models import Finding, Severity
from litatlas.graph.network import plain_text
from litatlas.graph.telling import counted
from litatlas.ingest.pipeline import ApplyReport

from .building import ListReport, NetworkReport
from .console import out, say, text, works
from .details import Overview

_TONE = {Severity.NOTE: "dim", Severity.WARNING: "yellow", Severity.CONFLICT: "red"}
_MOST_UNMATCHED = 10


def print_list_report(report: ListReport, findings_file: Path | None) -> None:
    """What a list holds, and what in it is doubtful.

    Args:
        findings_file: where every finding was written, if anywhere.
    """
    facts, counts = report.facts, report.facts.counts
    out.print(text(facts.survey.title, "bold"))
    out.folded(
        text(
            f"{counted(counts.list_rows, 'entry', 'entries')} for papers ({counted(counts.table_rows, 'table row')}):"
            f" {works(counts.papers, counts.software)}, {counted(counts.placements, 'placement')} at"
            f" {counted(counts.nodes, 'taxonomy node')}"
        )
    )
    for branch, rows in counts.rows_per_branch:
        out.folded(text(f"  {rows:5,} {'entry' if rows == 1 else 'entries'} under {branch}"))
    out.folded(
        text(
            f"{counted(counts.arxiv_ids, 'arXiv id')}; {counted(counts.rows_with_code, 'entry', 'entries')} with code;"
            f" {counts.rows_only_arxiv:,} with no venue but arXiv, {counts.rows_without_venue:,} with none"
        )
    )
    has = f"{findings_file} has" if findings_file else "--report FILE writes"
    print_findings(facts.findings, f"{has} every one with its line and decision")
    for path in report.bundle:
        say(f"Wrote {path}")
    if report.applied:
        _say_applied(report.applied)


def print_facts_report(
    report: ListReport, all_of_them: str = "--report FILE writes every one", *, then_build: bool = True
) -> None:
    """What a bibliography or a taxonomy holds, and what in it is doubtful.

    Args:
        all_of_them: how to see every finding.
        then_build: whether to say that what is new is to be embedded.
    """
    facts, counts = report.facts, report.facts.counts
    out.print(text(facts.survey.title, "bold"))
    software = f" and {counted(counts.software, 'software entry', 'software entries')}" if counts.software else ""
    out.folded(
        text(
            f"{counted(counts.papers, 'paper')}{software}, {counted(counts.placements, 'placement')} at"
            f" {counted(counts.nodes, 'taxonomy node')}; {counted(counts.arxiv_ids, 'arXiv id')}"
        )
    )
    print_findings(facts.findings, all_of_them)
    if report.applied:
        _say_applied(report.applied, then_build=then_build)


def print_network_report(report: NetworkReport) -> None:
    """What an exported network holds, survey by survey."""
    for survey in report.surveys:
        print_facts_report(survey, "--json lists every one", then_build=False)
    unmatched = report.citations.unmatched_count
    out.print(f"{counted(report.citations.records, 'citation')}, {unmatched:,} of them not matched")
    say(_THEN_BUILD)


_THEN_BUILD = "Run `litatlas build` to embed what is new."


def _say_applied(applied: ApplyReport, *, then_build: bool = True) -> None:
    known = counted(applied.matched, "known one", "known ones")
    say(f"Library: {counted(applied.added, 'paper')} added, {known} joined, {applied.unchanged:,} as before.")
    if then_build:
        say(_THEN_BUILD)


def print_applied(report: ApplyReport) -> None:
    """What became of the records of a file."""
    out.print(
        f"{counted(report.records, 'record')}: {report.added:,} added, {report.matched:,}"
        f" {'belongs' if report.matched == 1 else 'belong'} to papers of the library,"
        f" {report.unchanged:,} as before, {report.unmatched_count:,} not matched"
    )
    for unmatched in report.unmatched[:_MOST_UNMATCHED]:
        out.folded(text(f"  line {unmatched.line}: {unmatched.label}: {unmatched.reason}", "dim"))
    if report.unmatched_count > _MOST_UNMATCHED:
        listed = "all" if report.unmatched_count == len(report.unmatched) else f"the first {len(report.unmatched):,}"
        say(f"and {report.unmatched_count - _MOST_UNMATCHED:,} more; --json lists {listed}")
    print_findings(report.findings, "--json lists every one")
    if report.added or report.matched > report.unchanged:
        say(_THEN_BUILD)


def print_overview(directory: Path, overview: Overview) -> None:
    """What a library holds and where it came from."""
    counts = overview.counts
    out.print(text(f"Library {directory}", "bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    for name in ("surveys", "nodes", "papers", "software", "placements", "citations", "abstracts", "notes", "indexed"):
        table.add_row(name, f"{getattr(counts, name):,}")
    table.add_row("model", overview.model or "none yet")
    out.print(table)
    for source in overview.sources:
        revision = f" @ {source.revision}" if source.revision else ""
        date = f" ({source.date})" if source.date else ""
        out.print(text(f"  {source.kind.value}: {source.title}{revision}{date}"))
    for note in overview.notes:
        say(f"note: {note}")


def print_findings(findings: Iterable[Finding], all_of_them: str, most_lines: int = 8) -> None:
    """What a reader of the list should know: conflicts one by one, warnings by kind; notes are only counted.

    Args:
        all_of_them: how to see every finding.
    """
    findings = sorted(findings, key=lambda finding: (finding.file or "", finding.line))
    by_kind: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.CONFLICT:
            _print_finding(finding, f"conflict, {_lines((finding.line, *finding.other_lines), most_lines)}")
        elif finding.severity is Severity.WARNING:
            by_kind.setdefault((finding.code, finding.file), []).append(finding)
    for kind in by_kind.values():
        lines = _lines([finding.line for finding in kind], most_lines)
        _print_finding(kind[0], f"{len(kind)} warnings, {lines}, the first" if len(kind) > 1 else f"warning, {lines}")
    notes = sum(finding.severity is Severity.NOTE for finding in findings)
    if findings:
        say(f"{counted(len(findings), 'finding')}, {counted(notes, 'of them a note', 'of them notes')}; {all_of_them}")


def _print_finding(finding: Finding, heading: str) -> None:
    where = f"{plain_text(finding.file)}: " if finding.file else ""
    head = Text.assemble(where, (heading, _TONE[finding.severity]), ": ")
    out.folded(head.append(f"{plain_text(finding.message)}\n    {plain_text(finding.decision)}"), hang=4)


def _lines(numbers: Sequence[int], most: int) -> str:
    """``line 7``, ``lines 7, 9``, ``lines 7, 9, … and 5 more``."""
    shown = ", ".join(map(str, numbers[:most]))
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return f"line{'s' if len(numbers) > 1 else ''} {shown}{more}"
