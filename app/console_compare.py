"""What `litatlas compare` prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from litatlas.graph.comparison import Comparison, Disagreement, Overlap, Side
from litatlas.graph.library import Library
from litatlas.graph.models import TaxonomyNode
from litatlas.graph.network import plain_text
from litatlas.graph.telling import counted

from .comparing import reasons, shared_of, short_names
from .console import out, say, text


def print_overlaps(overlaps: Sequence[Overlap]) -> None:
    """How much each two surveys have in common."""
    for each in overlaps:
        line = Text.assemble((f"{each.both:6,}", "bold"), f" in both ({each.jaccard:.0%} of either)  ")
        line.append(plain_text(f"{each.first} ({each.first_only:,} alone), {each.second} ({each.second_only:,} alone)"))
        out.folded(line, hang=8)
    say("note: name two of them to see their topics, what each lacks and where they disagree.")


def print_comparison(comparison: Comparison, library: Library, limit: int) -> None:
    """Two surveys side by side; of each list `limit` lines, with how many there are."""
    first, second = comparison.first, comparison.second
    names = short_names(first.survey, second.survey)
    _print_numbers(comparison, names)
    _print_pairs(comparison, limit)
    for side, name, other in ((first, *names), (second, *names[::-1])):
        _print_unmatched(side, name, other, limit)
    for side, name, other in ((first, *names), (second, *names[::-1])):
        _print_omissions(side, name, other, library, limit)
    _print_disagreements(comparison.disagreements, library, limit)
    _print_conflicts(comparison, library, limit)
    if not comparison.meaning:
        say("note: meaning was not compared, as the papers have no vectors; `litatlas build` makes them.")


def _print_numbers(comparison: Comparison, names: tuple[str, str]) -> None:
    for side, name in zip((comparison.first, comparison.second), names, strict=True):
        software = f", {side.software:,} of them software" if side.software else ""
        alone = f"{side.papers:,} works{software}; {len(side.only):,} here alone"
        out.folded(Text.assemble((plain_text(name), "bold"), (f"  {side.survey.key}", "dim"), f"  {alone}"), hang=4)
    years = [share for share in comparison.years if share.both]
    span = f", of {years[0].name} to {years[-1].name}" if years else ""
    out.print(f"{len(comparison.both):,} in both, {comparison.jaccard:.0%} of the works of either{span}")
    out.print(f"{comparison.first.cites:,} and {comparison.second.cites:,} citations from the one's own to the other's")


def _heading(title: str, shown: int, total: int) -> None:
    out.print()
    out.print(text(f"{title} ({f'{shown:,} of ' if shown < total else ''}{total:,})", "bold"))


def _print_pairs(comparison: Comparison, limit: int) -> None:
    shown = comparison.pairs[:limit]
    _heading("Topics that correspond", len(shown), len(comparison.pairs))
    for pair in shown:
        line = Text.assemble(f"  {pair.sureness.value:8}  ", (plain_text(" > ".join(pair.first.path)), "cyan"))
        line.append(f" ({pair.first_papers:,})").append("  =  ", "dim")
        line.append(plain_text(" > ".join(pair.second.path)), "cyan").append(f" ({pair.second_papers:,})")
        out.folded(line, hang=12)
        out.folded(text(f"            {'; '.join((*reasons(pair), shared_of(pair)))}", "dim"))


def _print_unmatched(side: Side, name: str, other: str, limit: int) -> None:
    if not side.unmatched:
        return
    shown = side.unmatched[:limit]
    _heading(f"Topics of {name} without a counterpart in {other}", len(shown), len(side.unmatched))
    out.folded(text("  " + "; ".join(node.name for node in shown)))
    if side.left_out:
        say(f"note: {counted(side.left_out, 'small topic')} of {name} were not compared.")


def _print_omissions(side: Side, name: str, other: str, library: Library, limit: int) -> None:
    shown = side.omissions[:limit]
    if not shown:
        return
    _heading(f"Only in {name}, yet cited by papers of {other}", len(shown), len(side.omissions))
    counts = {omission.paper: omission.cited_by for omission in shown}
    for paper in library.papers(counts):
        line = Text.assemble(f"  {counts[paper.key]:4,}  ", plain_text(paper.title), (f"  {paper.key}", "dim"))
        out.folded(line, hang=8)


def _print_disagreements(disagreements: Sequence[Disagreement], library: Library, limit: int) -> None:
    shown = disagreements[:limit]
    if not shown:
        return
    _heading("In both, at topics that do not correspond", len(shown), len(disagreements))
    titles = {paper.key: paper.title for paper in library.papers([each.paper for each in shown])}
    for each in shown:
        out.folded(Text.assemble("  ", plain_text(titles[each.paper]), (f"  {each.paper}", "dim")), hang=4)
        out.folded(text(f"      {_places(each.first)}  /  {_places(each.second)}"), hang=8)


def _places(nodes: Sequence[TaxonomyNode]) -> str:
    return ", ".join(" > ".join(node.path) for node in nodes)


def _print_conflicts(comparison: Comparison, library: Library, limit: int) -> None:
    shown = comparison.conflicts[:limit]
    if not shown:
        return
    _heading("What the two lists say differently", len(shown), len(comparison.conflicts))
    titles = {paper.key: paper.title for paper in library.papers([each.paper for each in shown])}
    for each in shown:
        what = "" if each.field == "title" else f"{titles[each.paper]}: "
        out.folded(text(f"  {each.field:5}  {what}{each.first}  /  {each.second}"), hang=9)
