"""Which subjects are one paper: pairs that a source or a reader holds to be the same, less those a reader keeps apart.

Pure, and the same whatever the order in which pairs arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Pair = tuple[str, str]


class Verdict(StrEnum):
    """What a reader decided about two works; it goes before every rule."""

    SAME = "same"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two subjects are held to be one paper, or are kept apart.

    Attributes:
        rule: e.g. ``same-id``, or ``reader`` for a decision of a person.
        source: key of the source that said so; of a reader's decision the time.
    """

    first: str
    second: str
    rule: str
    source: str
    line: int | None = None
    verdict: Verdict = Verdict.SAME


def ordered(first: str, second: str) -> Pair:
    """The pair in the one order in which it is stored."""
    return (first, second) if first <= second else (second, first)


def group_subjects(pairs: Iterable[Pair], verdicts: Mapping[Pair, Verdict]) -> list[frozenset[str]]:
    """The groups of two or more subjects that are one paper.

    A pair joins two groups unless the verdict on some pair between them is that they are apart. The reader's pairs are
    joined first, the others in alphabetical order.

    Args:
        pairs: subjects that some rule holds to be the same.
        verdicts: by ordered pair.
    """
    same = sorted(pair for pair, verdict in verdicts.items() if verdict is Verdict.SAME)
    apart = {pair for pair, verdict in verdicts.items() if verdict is Verdict.APART}
    partners: dict[str, set[str]] = {}
    for first, second in apart:
        partners.setdefault(first, set()).add(second)
        partners.setdefault(second, set()).add(first)
    group_of: dict[str, set[str]] = {}
    for first, second in (*same, *sorted({ordered(*pair) for pair in pairs})):
        left = group_of.setdefault(first, {first})
        right = group_of.setdefault(second, {second})
        if left is right or any(partners.get(member, set()) & right for member in left):
            continue
        left |= right
        group_of.update(dict.fromkeys(right, left))
    unique = {id(group): frozenset(group) for group in group_of.values() if len(group) > 1}
    return sorted(unique.values(), key=min)


def choose_keys(groups: Iterable[Collection[str]], placed: Collection[str]) -> dict[str, str]:
    """For every subject of the groups the key that its paper goes by: the first one that a survey places, else the
    first."""
    chosen = {}
    for group in groups:
        key = min(group, key=lambda subject: (subject not in placed, subject))
        chosen.update(dict.fromkeys(group, key))
    return chosen
