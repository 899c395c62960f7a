"""From named concepts, each under at most one broader, to the numbered nodes of a survey. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from litatlas.graph.models import Finding, Severity, TaxonomyNode

from .node_keys import number_nodes

DEEPEST = 40  # levels; every node's key and path repeat all names above it


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept, collection or group as its source names it.

    Attributes:
        key: what the source calls it, unique in it.
        parent: key of the broader concept; None at the top.
        line: where it stands in the source, if that is known.
    """

    key: str
    name: str
    parent: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes of a survey, depth first, and which concept became which node."""

    nodes: tuple[TaxonomyNode, ...]
    node_of: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


def build_tree(concepts: Iterable[Concept], survey: str) -> Tree:
    """Number the concepts as nodes of a survey, narrower ones in the order given.

    A broader concept that is not there, a circle of concepts and anything below `DEEPEST` levels are findings: the
    concept stands at the top, the first of the circle does, and the rest is lifted to the last level.
    """
    known = {concept.key: concept for concept in reversed(list(concepts))}
    known = dict(reversed(known.items()))  # of concepts with one key the first
    findings = [*_lift_orphans(known), *_cut_circles(known), *_lift_deep(known)]
    narrower = _narrower(known.values())
    numbered = list(number_nodes(narrower.get(None, []), survey, lambda concept: narrower.get(concept.key, [])))
    node_of = {concept.key: node.key for concept, node in numbered}
    return Tree(tuple(node for _, node in numbered), node_of, tuple(findings))


def _lift_orphans(known: dict[str, Concept]) -> Iterator[Finding]:
    for concept in list(known.values()):
        if concept.parent is not None and concept.parent not in known:
            known[concept.key] = replace(concept, parent=None)
            message = f"{concept.name!r} is put under {concept.parent!r}, which is not there"
            yield _finding("broader-missing", concept, message, "Placed at the top.")


def _cut_circles(known: dict[str, Concept]) -> Iterator[Finding]:
    """Make a tree of it: the member of each circle that comes first loses its broader concept."""
    settled: set[str] = set()
    for start in list(known):
        trail: dict[str, None] = {}
        key: str | None = start
        while key is not None and key not in settled and key not in trail:
            trail[key] = None
            key = known[key].parent
        if key is not None and key in trail:
            concept = known[key]  # concepts are taken in order, so the first of a circle is met first
            members = list(trail)[list(trail).index(key) :]
            known[key] = replace(concept, parent=None)
            names = " under ".join(repr(known[member].name) for member in members[:5])
            message = f"{len(members)} concepts stand under each other in a circle: {names}"
            yield _finding("circle-of-concepts", concept, message, f"{concept.name!r} is placed at the top.")
        settled.update(trail)


def _lift_deep(known: dict[str, Concept]) -> Iterator[Finding]:
    depth: dict[str, int] = {}
    for key in _parents_first(known):
        concept = known[key]
        depth[key] = depth[concept.parent] + 1 if concept.parent else 1
        if concept.parent and depth[key] > DEEPEST:
            known[key] = replace(concept, parent=known[concept.parent].parent)
            depth[key] = DEEPEST
            message = f"{concept.name!r} is more than {DEEPEST} levels deep"
            yield _finding("too-deep", concept, message, f"Placed at level {DEEPEST}.")


def _parents_first(known: Mapping[str, Concept]) -> Iterator[str]:
    narrower = _narrower(known.values())
    pending = list(reversed(narrower.get(None, [])))
    while pending:
        concept = pending.pop()
        yield concept.key
        pending.extend(reversed(narrower.get(concept.key, [])))


def _narrower(concepts: Iterable[Concept]) -> dict[str | None, list[Concept]]:
    found: dict[str | None, list[Concept]] = {}
    for concept in concepts:
        found.setdefault(concept.parent, []).append(concept)
    return found


def _finding(code: str, concept: Concept, message: str, decision: str) -> Finding:
    return Finding(code, Severity.WARNING, concept.line or 0, message, decision)
