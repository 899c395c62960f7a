"""What `search` and `show` print: papers, topics and taxonomies as text a newcomer understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from litatlas.graph.alike import SimilarPaper
from litatlas.graph.claims import warnings_about
from litatlas.graph.hits import NodeHit, PaperHit, Reasons, SearchAnswer
from litatlas.graph.models import Citation, Paper, TaxonomyNode
from litatlas.graph.network import plain_text
from litatlas.graph.telling import counted

from .console import out, say, text
from .details import Branch, NodeDetail, PaperDetail, likeness_text
from .provenance import attributions, kinds_shown, note_line, provenance
from .reasons import in_words

_MOST_PAPERS = 15
_LONGEST_VALUE = 80  # characters of a value in a conflict


def print_answer(answer: SearchAnswer, surveys: Mapping[str, str], writers: Mapping[str, str]) -> None:
    """Nodes and papers that answer a question, with the reasons for their ranks.

    Args:
        surveys: titles by key, to stand in front of paths; empty where the library has one survey.
        writers: whose notes stand in the place of abstracts, by paper.
    """
    for note in answer.notes:
        say(f"note: {note}")
    if not answer.papers:
        near = " well enough; what comes nearest has little to do with it" if answer.hopeless and answer.total else ""
        out.print(f"Nothing here answers {answer.query!r}{near}.", markup=False)
        say("Try other words, fewer filters, or browse the taxonomy with `litatlas show`.")
        return
    for seed in answer.seeds:
        out.folded(text(f"Like: {seed.title}  {seed.key}", "dim"))
    if answer.nodes:
        out.print(Text("Where this is in the field", "bold"))
        for hit in answer.nodes:
            out.folded(_node_line(hit, surveys), hang=8)
        out.print()
    more = f", the best {len(answer.papers)} of {answer.total} candidates" if answer.total > len(answer.papers) else ""
    out.print(Text.assemble(("Papers", "bold"), more))
    for number, paper_hit in enumerate(answer.papers, start=1):
        out.folded(_paper_lines(number, paper_hit, surveys, writers), hang=7)
        out.print()


def _way(node: TaxonomyNode, surveys: Mapping[str, str], *, itself: bool = True) -> str:
    """The path to a node, its survey first where there are several."""
    survey = [surveys[node.survey]] if node.survey in surveys else []
    return plain_text(" > ".join([*survey, *(node.path if itself else node.path[:-1])]))


def _node_line(hit: NodeHit, surveys: Mapping[str, str]) -> Text:
    line = Text.assemble(
        f"  {hit.score:.2f}  ", (plain_text(hit.node.name), "cyan"), f"  {counted(hit.papers, 'paper')}"
    )
    if way := _way(hit.node, surveys, itself=False):
        line.append(f"  in {way}", "dim")
    line.append(f"\n        why: {plain_text(reasons_text(hit.reasons))}", "dim")
    return line


def _paper_lines(number: int, hit: PaperHit, surveys: Mapping[str, str], writers: Mapping[str, str]) -> Text:
    lines = Text.assemble(f"{number:3d}. ", (plain_text(hit.paper.title), "bold"), f"  {hit.score:.2f}\n")
    lines.append(f"     {_year_venue(hit.paper)}  {hit.paper.key}\n", "dim")
    for node in hit.places:
        lines.append(f"     in {_way(node, surveys)}\n", "cyan")
    lines.append("     why: " + plain_text(reasons_text(hit.reasons)) + "\n")
    if hit.reasons.quote and not hit.reasons.quote.own:
        quote = Text("     “" + plain_text(hit.reasons.quote.text) + "”\n", "italic")
        quote.highlight_words(hit.reasons.words, "bold", case_sensitive=False)
        lines.append(quote)
    elif hit.paper.note and (writer := writers.get(hit.paper.key)):
        lines.append(f"     note by {plain_text(writer)}: ", "dim").append(f"{plain_text(hit.paper.note)}\n", "italic")
    lines.right_crop(1)
    return lines


def reasons_text(reasons: Reasons) -> str:
    """The reasons in one line: ``meaning 48% (similarity 0.61); words 40% (kv, cache); place 12% (KV-Cache …)``."""
    parts = [
        f"{reason.part} {reason.share:.0%}" + (f" ({reason.detail})" if reason.detail else "")
        for reason in in_words(reasons)
    ]
    return "; ".join(parts)


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
    if paper.note:
        out.folded(Text.assemble((f"{plain_text(note_line(paper, detail))}: ", "dim"), plain_text(paper.note)))
    for conflict in detail.conflicts:
        others = "; ".join(f"{_short(claim.value)} ({provenance(claim, detail)})" for claim in conflict.others)
        shown = f"shown {_short(conflict.shown.value)} ({provenance(conflict.shown, detail)})"
        out.folded(text(f"sources disagree on {conflict.field}: {shown}, also {others}", "yellow"))
    related = detail.related
    _print_similar(related.similar)
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
    words = [*said.intents, *(["influential"] if said.influential else [])]
    words += [f"in {section}" for section in said.sections]
    words += [counted(len(said.contexts), "context")] if said.contexts else []
    return provenance(said, detail) + (f": {'; '.join(words)}" if words else "")


def _short(value: str) -> str:
    return repr(value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…")


def _print_list(heading: str, entries: list[tuple[str, Paper]]) -> None:
    if entries:
        out.print(Text(heading, "bold"))
    for lead, paper in entries:
        out.folded(
            text(f"  {lead:4} {paper.title} ({paper.year or 'no year'})  {paper.key}".replace("       ", "  ")), 7
        )


def _print_similar(similar: Sequence[SimilarPaper]) -> None:
    if similar:
        out.print(Text("Most alike", "bold"))
    for near in similar:
        year = near.paper.year or "no year"
        out.folded(text(f"  {near.similarity:.2f} {near.paper.title} ({year})  {near.paper.key}"), 7)
        out.folded(text(f"       why: {likeness_text(near)}", "dim"), 7)


def print_node(detail: NodeDetail, surveys: Mapping[str, str]) -> None:
    """A node with its narrower nodes and its papers."""
    out.print(text(_way(detail.branch.node, surveys), "bold"))
    out.print(text(f"{counted(detail.branch.papers, 'paper')}  {detail.branch.node.key}", "dim"))
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


def _year_venue(paper: Paper) -> str:
    return f"{paper.year or 'no year'} {paper.venue or 'no venue'}"
