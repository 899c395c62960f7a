"""What commands print: results as text a newcomer understands, or as JSON; nothing is decided here.

Results go to standard output, everything else to standard error, so that pipes carry results alone.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from litatlas.graph.errors import LitAtlasError
from litatlas.graph.models import Citation, Finding, Paper, Severity, TaxonomyNode
from litatlas.graph.network import plain_text
from litatlas.graph.search import NodeHit, PaperHit, Reasons, SearchAnswer
from litatlas.ingest.pipeline import ApplyReport

from .building import ListReport, NetworkReport
from .building import Progress as ProgressReport
from .provenance import attributions, kinds_shown, provenance, response_named, warnings_about
from .service import Branch, NodeDetail, Overview, PaperDetail


class _Console(Console):
    """Lines of any length for pipes; on a terminal they are folded at words, under the indent of their first."""

    def on_broken_pipe(self) -> None:
        """Leave it to the command, which ends quietly; rich would end it as an error."""
        raise BrokenPipeError(errno.EPIPE, "the pipe was closed")

    def folded(self, lines: Text, hang: int | None = None) -> None:
        """Print lines of text; what is folded hangs by `hang` columns, or two more than the line is indented."""
        if not self.is_terminal:
            self.print(lines)
            return
        for part in lines.split("\n", allow_blank=False):
            under = hang if hang is not None else len(part.plain) - len(part.plain.lstrip()) + 2
            first, *more = part.wrap(self, max(20, self.width - under))
            self.print(Text("\n" + " " * under).join([first, *more]))


out = _Console(highlight=False, soft_wrap=True)
err = _Console(stderr=True, highlight=False, soft_wrap=True)

_TONE = {Severity.NOTE: "dim", Severity.WARNING: "yellow", Severity.CONFLICT: "red"}
_MOST_PAPERS = 15
_MOST_UNMATCHED = 10
_LONGEST_VALUE = 80  # characters of a value in a conflict


def print_json(value: Any) -> None:
    """A result as JSON, with the names of its record's fields."""
    sys.stdout.write(TypeAdapter(type(value)).dump_json(value, indent=2).decode() + "\n")


def print_error(error: LitAtlasError) -> None:
    """What happened, and what to do next."""
    err.folded(Text.assemble(("error: ", "bold red"), plain_text(error.message)))
    if error.advice:
        err.folded(Text(f"  {plain_text(error.advice)}"), hang=2)


def text(value: str, style: str = "") -> Text:
    """Text of others: neither markup nor control characters of it reach the terminal."""
    return Text(plain_text(value), style)


@contextmanager
def progress_bar() -> Iterator[ProgressReport]:
    """A callback that shows stages with a bar on a terminal, and as plain lines elsewhere."""
    if not err.is_terminal:
        yield _plain_progress()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)

        yield report


def _plain_progress() -> ProgressReport:
    last: dict[str, int] = {}

    def report(stage: str, done: int, total: int) -> None:
        if not total:
            return
        tenth = 10 * done // total if total else 10
        if last.get(stage) != tenth:
            last[stage] = tenth
            err.print(f"{stage}: {done:,} of {total:,}")

    return report


def say(message: str) -> None:
    """A line about what is being done, on standard error."""
    err.folded(text(message))


# -- search -------------------------------------------------------------------------------------------------------


def print_answer(answer: SearchAnswer, surveys: Mapping[str, str]) -> None:
    """Nodes and papers that answer a question, with the reasons for their ranks.

    Args:
        surveys: titles by key, to stand in front of paths; empty where the library has one survey.
    """
    for note in answer.notes:
        say(f"note: {note}")
    if not answer.papers:
        out.print(f"Nothing here answers {answer.query!r}.", markup=False)
        say("Try other words, fewer filters, or browse the taxonomy with `litatlas show`.")
        return
    if answer.nodes:
        out.print(Text("Where this is in the field", "bold"))
        for hit in answer.nodes:
            out.folded(_node_line(hit, surveys), hang=8)
        out.print()
    more = f", the best {len(answer.papers)} of {answer.total} candidates" if answer.total > len(answer.papers) else ""
    out.print(Text.assemble(("Papers", "bold"), more))
    for number, paper_hit in enumerate(answer.papers, start=1):
        out.folded(_paper_lines(number, paper_hit, surveys), hang=7)
        out.print()


def _way(node: TaxonomyNode, surveys: Mapping[str, str], *, itself: bool = True) -> str:
    """The path to a node, its survey first where there are several."""
    survey = [surveys[node.survey]] if node.survey in surveys else []
    return plain_text(" > ".join([*survey, *(node.path if itself else node.path[:-1])]))


def _node_line(hit: NodeHit, surveys: Mapping[str, str]) -> Text:
    line = Text.assemble(f"  {hit.score:.2f}  ", (plain_text(hit.node.name), "cyan"), f"  {_papers(hit.papers)}")
    if way := _way(hit.node, surveys, itself=False):
        line.append(f"  in {way}", "dim")
    return line


def _paper_lines(number: int, hit: PaperHit, surveys: Mapping[str, str]) -> Text:
    lines = Text.assemble(f"{number:3d}. ", (plain_text(hit.paper.title), "bold"), f"  {hit.score:.2f}\n")
    lines.append(f"     {_year_venue(hit.paper)}  {hit.paper.key}\n", "dim")
    for node in hit.places:
        lines.append(f"     in {_way(node, surveys)}\n", "cyan")
    lines.append("     why: " + plain_text(reasons_text(hit.reasons)) + "\n")
    if hit.reasons.quote:
        lines.append("     “" + plain_text(hit.reasons.quote.text) + "”\n", "italic")
    lines.right_crop(1)
    return lines


def reasons_text(reasons: Reasons) -> str:
    """The reasons in one line: ``words 48 % (kv, cache); meaning 40 % (similarity 0.61); place 12 % (KV-Cache …)``."""
    details = {
        "words": ", ".join(reasons.words),
        "meaning": f"similarity {reasons.similarity:.2f}" if reasons.similarity is not None else "",
        "place": reasons.place.name if reasons.place else "",
    }
    parts = []
    for name, share in reasons.shares.items():
        if share > 0:
            detail = f" ({details[name]})" if details.get(name) else ""
            parts.append(f"{name} {share:.0%}{detail}")
    return "; ".join(parts)


# -- show ---------------------------------------------------------------------------------------------------------


def print_paper(detail: PaperDetail, surveys: Mapping[str, str], *, claims: bool) -> None:
    """A paper with its places, neighbours and conflicts; with all claims where asked for."""
    paper = detail.paper
    out.print(text(paper.title, "bold"))
    out.print(text(f"{_year_venue(paper)}  {paper.key}", "dim"))
    for warning in warnings_about(paper):
        out.folded(text(warning, "bold red"))
    if paper.authors:
        out.folded(text(", ".join(paper.authors)))
    for paper_id in paper.ids:
        out.print(text(f"  {paper_id}  {paper_id.url}"))
    for link in paper.links:
        out.print(text(f"  {link.label}: {link.url}"))
    for place in detail.places:
        source = detail.sources[place.placement.source]
        line = f", line {place.placement.line}" if place.placement.line else ""
        where = (_way(place.node, surveys), "cyan")
        out.folded(Text.assemble("in ", where, f"  ({plain_text(source.title)}{line})"))
    if paper.abstract:
        out.print()
        out.folded(text(paper.abstract), hang=0)
        out.print()
    for conflict in detail.conflicts:
        others = "; ".join(f"{_short(claim.value)} ({provenance(claim, detail)})" for claim in conflict.others)
        shown = f"shown {_short(conflict.shown.value)} ({provenance(conflict.shown, detail)})"
        out.folded(text(f"sources disagree on {conflict.field}: {shown}, also {others}", "yellow"))
    related = detail.related
    _print_list("Nearest in meaning", [(f"{near.similarity:.2f}", near.paper) for near in related.similar])
    _print_list("Cites, here", [("", cited) for cited in related.references])
    _print_list("Cited by, here", [("", citing) for citing in related.cited_by])
    _print_list("Cited together with", [(str(other.together), other.paper) for other in related.co_cited])
    if claims:
        print_claims(detail)
        print_statements(detail)
    for attribution in attributions(kinds_shown(detail)):
        say(attribution.text)


def print_claims(detail: PaperDetail) -> None:
    """Every value with the source, the line or response, and the licence it came under; conflicts are marked."""
    out.print(Text("What was said, where", "bold"))
    shown = {conflict.field: conflict.shown for conflict in detail.conflicts}
    for claim in detail.claims:
        line = Text.assemble(f"  {claim.field}: {plain_text(claim.value)}")
        if claim.field in shown:
            differs = claim.value != shown[claim.field].value
            line.append("  differs" if differs else "  shown", "yellow" if differs else "green")
        out.folded(line.append(f"  ({plain_text(provenance(claim, detail))})", "dim"))
    licences = {source.title: source.licence for source in detail.sources.values() if source.licence}
    used = {detail.sources[claim.source].title for claim in detail.claims}
    for title in sorted(used & licences.keys()):
        out.folded(text(f"  {title}: {licences[title]}", "dim"))


def print_statements(detail: PaperDetail) -> None:
    """Every citation within the library with its sources, what it is for, and where it stands."""
    directions = (("Who says that it cites", detail.references), ("Who says that it is cited by", detail.cited_by))
    for heading, edges in directions:
        if edges:
            out.print(Text(heading, "bold"))
        for edge in edges:
            out.folded(text(f"  {edge.paper.title}", "cyan"), 4)
            for said in edge.statements:
                out.folded(text(f"    {_statement(said, detail)}", "dim"))


def _statement(said: Citation, detail: PaperDetail) -> str:
    """``Semantic Scholar, response 1a2b3c4d of 2026-11-25: methodology; influential; 2 contexts``."""
    parts = [detail.sources[said.source].title]
    if said.line:
        parts.append(f"line {said.line}")
    if said.origin:
        parts.append(f"from {said.origin}")
    if response := response_named(said, detail.retrievals):
        parts.append(f"response {response}")
    words = [*said.intents, *(["influential"] if said.influential else [])]
    words += [f"in {section}" for section in said.sections]
    words += [counted(len(said.contexts), "context")] if said.contexts else []
    return ", ".join(parts) + (f": {'; '.join(words)}" if words else "")


def _short(value: str) -> str:
    return repr(value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…")


def _print_list(heading: str, entries: list[tuple[str, Paper]]) -> None:
    if entries:
        out.print(Text(heading, "bold"))
    for lead, paper in entries:
        out.folded(
            text(f"  {lead:4} {paper.title} ({paper.year or 'no year'})  {paper.key}".replace("       ", "  ")), 7
        )


def print_node(detail: NodeDetail, surveys: Mapping[str, str]) -> None:
    """A node with its narrower nodes and its papers."""
    out.print(text(_way(detail.branch.node, surveys), "bold"))
    out.print(text(f"{_papers(detail.branch.papers)}  {detail.branch.node.key}", "dim"))
    print_tree(detail.branch.narrower)
    for paper in detail.papers[:_MOST_PAPERS]:
        out.folded(text(f"  {_year_venue(paper)}  {paper.title}  {paper.key}"))
    if len(detail.papers) > _MOST_PAPERS:
        say(f"and {len(detail.papers) - _MOST_PAPERS} more; --json lists all")


def print_forest(branches: Iterable[Branch], surveys: Mapping[str, str]) -> None:
    """The taxonomies of all surveys, each under its title where there are several."""
    if not surveys:
        print_tree(branches)
        return
    for key, trees in groupby(branches, key=lambda branch: branch.node.survey):
        out.print(text(surveys[key], "bold"))
        print_tree(trees, 1)


def print_tree(branches: Iterable[Branch], indent: int = 0) -> None:
    """A taxonomy with counts, narrower nodes indented."""
    for branch in branches:
        out.print(Text.assemble("  " * indent, (plain_text(branch.node.name), "cyan"), f"  {branch.papers}"))
        print_tree(branch.narrower, indent + 1)


# -- what was taken in ---


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
            f"{_papers(counts.papers)}{software}, {counted(counts.placements, 'placement')} at"
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
    say(f"Library: {_papers(applied.added)} added, {known} joined, {applied.unchanged:,} as before.")
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
    for name in ("surveys", "nodes", "papers", "software", "placements", "citations", "abstracts", "indexed"):
        table.add_row(name, f"{getattr(counts, name):,}")
    table.add_row("model", overview.model or "none yet")
    out.print(table)
    for source in overview.sources:
        revision = f" @ {source.revision}" if source.revision else ""
        date = f" ({source.date})" if source.date else ""
        out.print(text(f"  {source.kind.value}: {source.title}{revision}{date}"))
    for note in overview.notes:
        say(f"note: {note}")


# -- findings -----------------------------------------------------------------------------------------------------


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


def counted(count: int, one: str, several: str | None = None) -> str:
    """``1 finding``, ``2,048 findings``."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def works(papers: int, software: int) -> str:
    """``1,251 papers and 38 software entries``; software is left out where there is none."""
    tools = f" and {counted(software, 'software entry', 'software entries')}" if software else ""
    return _papers(papers) + tools


def _papers(count: int) -> str:
    return f"{count:,} paper" + ("" if count == 1 else "s")


def _year_venue(paper: Paper) -> str:
    return f"{paper.year or 'no year'} {paper.venue or 'no venue'}"
