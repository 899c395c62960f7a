"""What `litatlas place` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from litatlas.graph.models import Paper, TaxonomyNode
from litatlas.graph.network import plain_text
from litatlas.graph.placement import (
    Misplaced,
    NodeEvidence,
    PlacementAnswer,
    Proposal,
    ProposedNode,
    SurveyPlacement,
)
from litatlas.graph.telling import counted

from .console import out, say, text

_SHARES = 3


def print_placement(answer: PlacementAnswer, surveys: Mapping[str, str]) -> None:
    """Where a text belongs, survey by survey, with what speaks for each node.

    Args:
        surveys: titles by key; empty where the library has one survey.
    """
    out.folded(
        Text.assemble((plain_text(answer.title), "bold"), (f"  {answer.paper.key if answer.paper else ''}", "dim"))
    )
    if not answer.surveys:
        out.print("This library has no survey to place it in.")
    for found in answer.surveys:
        out.print()
        _print_survey(found, surveys)


def _print_survey(found: SurveyPlacement, surveys: Mapping[str, str]) -> None:
    if found.survey in surveys:
        out.print(text(surveys[found.survey], "bold"))
    out.folded(text(found.why, "" if found.fits else "yellow"))
    for node in found.placed:
        out.folded(text(f"stands at {' > '.join(node.path)}, which was left out of account", "dim"))
    if found.fits:
        for proposed in found.nodes:
            _print_node(proposed)
    for note in found.notes:
        say(f"note: {note}")


def _print_node(proposed: ProposedNode) -> None:
    line = Text.assemble(f"{proposed.probability:6.0%}  ", (plain_text(" > ".join(proposed.node.path)), "cyan"))
    out.folded(line.append(f"  {counted(proposed.papers, 'paper')}", "dim"), hang=8)
    for reason in evidence_lines(proposed.evidence):
        out.folded(text(f"        {reason}"), hang=10)


def evidence_lines(evidence: NodeEvidence) -> tuple[str, ...]:
    """What speaks for a node, a line per kind: near papers, words, citations, other surveys, and what counted most."""
    near = "; ".join(f"{each.paper.title} ({each.similarity:.2f})" for each in evidence.nearest)
    most = ", ".join(f"{kind.value} {share:.0%}" for kind, share in list(evidence.shares.items())[:_SHARES])
    lines = (
        ("near", near),
        ("words", ", ".join(evidence.words)),
        ("citations with", "; ".join(paper.title for paper in evidence.cited)),
        ("elsewhere at", "; ".join(f"{node.survey}: {' > '.join(node.path)}" for node in evidence.elsewhere)),
        ("counted most", most),
    )
    return tuple(f"{name}: {value}" for name, value in lines if value)


def print_misplaced(strays: Sequence[Misplaced]) -> None:
    """Papers that look misplaced: where they stand, and where they would be put."""
    if not strays:
        out.print("No paper here looks misplaced.")
    for stray in strays:
        _print_paper(stray.paper, stray.placed, f"{stray.own:.0%}")
        _print_node(stray.proposed)


def print_cross_listings(proposals: Sequence[Proposal]) -> None:
    """Papers with the further node each might stand at."""
    if not proposals:
        out.print("No paper here wants a further node.")
    for proposal in proposals:
        _print_paper(proposal.paper, proposal.placed, "")
        _print_node(proposal.proposed)


def _print_paper(paper: Paper, placed: Sequence[TaxonomyNode], chance: str) -> None:
    out.folded(Text.assemble((plain_text(paper.title), "bold"), (f"  {paper.key}", "dim")), hang=4)
    for node in placed:
        out.folded(text(f"{chance:>6}  stands at {' > '.join(node.path)}"), hang=8)
