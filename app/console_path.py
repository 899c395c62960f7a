"""What `litatlas path` prints."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from litatlas.graph.models import Paper, Source
from litatlas.graph.network import plain_text
from litatlas.graph.paths import Connection, Hop, Path
from litatlas.graph.telling import counted

from .console import out, say, text
from .pathfinding import evidence_lines, outcome, tie_in_words


def print_connection(found: Connection, sources: Mapping[str, Source], surveys: Mapping[str, str]) -> None:
    """The paths between two papers, hop by hop, with what speaks for each hop.

    Args:
        sources: by key.
        surveys: titles by key; empty where the library has one survey.
    """
    out.print(text(outcome(found)))
    if not found.paths:
        say("Citations may be missing: `litatlas fetch` asks for them; `litatlas build` makes nearness known.")
    for number, path in enumerate(found.paths, start=1):
        out.print()
        out.print(Text.assemble((f"Path {number}", "bold"), f"  {counted(len(path.hops), 'hop')}"))
        _print_path(path, sources, surveys)
    if found.lineage and found.lineage.papers not in {path.papers for path in found.paths}:
        out.print()
        out.print(
            Text.assemble(("By citations in one direction", "bold"), f"  {counted(len(found.lineage.hops), 'hop')}")
        )
        _print_path(found.lineage, sources, surveys)


def _print_path(path: Path, sources: Mapping[str, Source], surveys: Mapping[str, str]) -> None:
    out.folded(_paper_line(path.papers[0]), hang=4)
    for hop in path.hops:
        _print_hop(hop, sources, surveys)


def _print_hop(hop: Hop, sources: Mapping[str, Source], surveys: Mapping[str, str]) -> None:
    out.print(text(f"    {tie_in_words(hop)}", "cyan"))
    for line in evidence_lines(hop, sources, surveys):
        out.folded(text(f"        {line}", "dim"), hang=10)
    out.folded(_paper_line(hop.end), hang=4)


def _paper_line(paper: Paper) -> Text:
    year = f" ({paper.year})" if paper.year else ""
    return Text.assemble("  ", (plain_text(paper.title), "bold"), year, (f"  {paper.key}", "dim"))
