"""From a tree of names to the numbered nodes of a survey: keys that last, depth first. Pure.

A key is the survey's key and a stem for each name of the path, so that it does not change when something elsewhere in
the taxonomy does; namesakes under one broader node are told apart by a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator, MutableMapping, Sequence
from typing import Protocol, TypeVar

from litatlas.graph.identity import slug, title_key
from litatlas.graph.models import TaxonomyNode

from .source_text import clean_text

NAMELESS = "(without a name)"


class Branch(Protocol):
    """What becomes a node: its name, and the line where it stands, if that is known."""

    @property
    def name(self) -> str:
        """As the source writes it."""

    @property
    def line(self) -> int | None:
        """Counted from 1; 0 or None where it has none."""


B = TypeVar("B", bound=Branch)


def number_nodes(
    roots: Sequence[B], survey: str, narrower: Callable[[B], Sequence[B]]
) -> Iterator[tuple[B, TaxonomyNode]]:
    """Each branch with its node, depth first, as deep as the tree goes.

    Args:
        survey: the survey's key, the first part of every node's key.
        narrower: the branches right below one.
    """
    pending = _keyed(roots, survey, None, ())
    position = 0
    while pending:
        branch, key, parent, above = pending.pop()
        name = clean_text(branch.name) or NAMELESS
        path = (*above, name)
        yield branch, TaxonomyNode(key, survey, name, parent, path, position, branch.line or None)
        position += 1
        pending.extend(_keyed(narrower(branch), key, key, path))


def _keyed(
    branches: Sequence[B], prefix: str, parent: str | None, above: tuple[str, ...]
) -> list[tuple[B, str, str | None, tuple[str, ...]]]:
    """Branches with their keys, the first last, as a stack wants them."""
    taken: set[str] = set()
    count: dict[str, int] = {}
    keyed = []
    for branch in branches:
        key = free_key(f"{prefix}/{node_stem(clean_text(branch.name))}", taken, count)
        taken.add(key)
        keyed.append((branch, key, parent, above))
    return keyed[::-1]


def free_key(wanted: str, taken: Container[str], count: MutableMapping[str, int] | None = None) -> str:
    """The key, or with the first number behind it, from 2, that is not taken.

    Args:
        count: the numbers given so far, which saves looking for the next one; updated.
    """
    count = {} if count is None else count
    key = wanted
    while key in taken:
        count[wanted] = count.get(wanted, 1) + 1
        key = f"{wanted}-{count[wanted]}"
    return key


def node_stem(name: str) -> str:
    """The part of a key that stands for a name; a name without Latin letters gets a short digest instead."""
    stem = slug(name)
    bare = title_key(name)
    return stem if stem != "x" or bare == "x" else f"x{hashlib.sha256(bare.encode()).hexdigest()[:6]}"
