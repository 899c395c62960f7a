"""The use case of a path between two papers, and a hop in words, for pages and commands."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from litatlas.graph.models import Source, TaxonomyNode
from litatlas.graph.paths import Connection, Direction, Hop, connect
from litatlas.graph.surroundings import Tie

from .service import Atlas


def connection(atlas: Atlas, start: str, end: str, ties: Collection[Tie] = tuple(Tie)) -> Connection:
    """How two papers, by key, id or title, are joined; see `connect`. Made once per generation.

    Raises:
        UnknownPaper: one of them is not here.
        InvalidFilter: both are the same.
    """
    one, other = atlas.library.paper(start), atlas.library.paper(end)
    wanted = tuple(tie for tie in Tie if tie in ties)
    return atlas.kept(
        ("connection", one.key, other.key, wanted), lambda library: connect(library, one, other, ties=wanted)
    )


def tie_in_words(hop: Hop) -> str:
    """What leads from a hop's start to its end, to stand between them: ``cites``, ``is near in meaning to``."""
    if hop.tie is Tie.CITES:
        return "cites" if hop.direction is Direction.CITES else "is cited by"
    return "is near in meaning to" if hop.tie is Tie.SIMILAR else "shares a topic with"


def evidence_lines(hop: Hop, sources: Mapping[str, Source], surveys: Mapping[str, str]) -> tuple[str, ...]:
    """What speaks for a hop, a line per kind: who states the citation, how near both are, where both stand.

    Args:
        sources: by key.
        surveys: titles by key, to stand in front of topics; empty where there is one survey.
    """
    stated = "; ".join(
        dict.fromkeys(
            sources[said.source].title + (f", line {said.line:,}" if said.line else "") for said in hop.statements
        )
    )
    near = f"{hop.similarity:.2f}" if hop.similarity is not None else ""
    shared = f"{near}; both use {', '.join(hop.words)}" if hop.words else near
    topics = "; ".join(_way(node, surveys) for node in hop.topics)
    lines = (("stated by", stated), ("similarity", shared), ("both at", topics))
    return tuple(f"{name}: {value}" for name, value in lines if value)


def outcome(found: Connection) -> str:
    """What was found, in a sentence."""
    if not found.paths:
        return "No path joins them." if found.complete else "No path was found before the search gave up."
    if (lineage := found.lineage) is None:
        return "Neither builds on the other by citations known here."
    later, earlier = lineage.papers[0], lineage.papers[-1]
    if lineage.hops[0].direction is Direction.CITED_BY:
        later, earlier = earlier, later
    between = len(lineage.hops) - 1
    how = f"through {between} {'paper' if between == 1 else 'papers'} between" if between else "directly"
    return f"{later.short_label} builds on {earlier.short_label} {how}, by citations in one direction."


def _way(node: TaxonomyNode, surveys: Mapping[str, str]) -> str:
    return " > ".join((surveys[node.survey], *node.path) if node.survey in surveys else node.path)
