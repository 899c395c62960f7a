"""Which subjects are one paper: pairs that a source or a reader holds to be the same, less those a reader keeps apart.

Pure, and the same whatever the order in which pairs arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    verdict: Verdict = Verdict.SAME


def ordered(first: str, second: str) -> Pair:
    """The pair in the one order in which it is stored."""
    return (first, second) if first <= second else (second, first)


def group_subjects(
    pairs: Sequence[Pair],
    verdicts: Mapping[Pair, Verdict],
    *,
    firm: Iterable[Pair] = (),
    lists: Mapping[str, frozenset[str]] | None = None,
) -> list[frozenset[str]]:
    """The groups of two or more subjects that are one paper.

    A pair joins two groups unless the verdict on some pair between them is that they are apart. The reader's pairs are
    joined first, then the firm ones, then the others in the order given, which join no two entries of one list.

    Args:
        pairs: subjects that lists and files hold to be the same, the surest first.
        verdicts: by ordered pair.
        firm: subjects that services hold to be the same.
        lists: for each subject the lists that have it as an entry.
    """
    joining = _Joining(verdicts, lists or {})
    for pair in sorted(pair for pair, verdict in verdicts.items() if verdict is Verdict.SAME):
        joining.join(*pair, told_apart=False)
    for pair in sorted({ordered(*pair) for pair in firm}):
        joining.join(*pair, told_apart=False)
    for pair in pairs:
        joining.join(*pair, told_apart=True)
    unique = {id(group): frozenset(group) for group in joining.group_of.values() if len(group) > 1}
    return sorted(unique.values(), key=min)


class _Joining:
    """Groups while they grow."""

    def __init__(self, verdicts: Mapping[Pair, Verdict], lists: Mapping[str, frozenset[str]]) -> None:
        self.group_of: dict[str, set[str]] = {}
        self._lists = lists
        self._apart: dict[str, set[str]] = {}
        for (first, second), verdict in verdicts.items():
            if verdict is Verdict.APART:
                self._apart.setdefault(first, set()).add(second)
                self._apart.setdefault(second, set()).add(first)

    def join(self, first: str, second: str, *, told_apart: bool) -> None:
        """Make one group of two, unless that is forbidden.

        Args:
            told_apart: whether a list that has entries in both groups forbids it.
        """
        left = self.group_of.setdefault(first, {first})
        right = self.group_of.setdefault(second, {second})
        if left is right or any(self._apart.get(member, set()) & right for member in left):
            return
        if told_apart and self._lists_of(left) & self._lists_of(right):
            return
        left |= right
        self.group_of.update(dict.fromkeys(right, left))

    def _lists_of(self, group: Iterable[str]) -> set[str]:
        return {name for member in group for name in self._lists.get(member, frozenset())}


def choose_keys(groups: Iterable[Collection[str]], placed: Collection[str]) -> dict[str, str]:
    """For every subject of the groups the key that its paper goes by: the first one that a survey places, else the
    first."""
    chosen = {}
    for group in groups:
        key = min(group, key=lambda subject: (subject not in placed, subject))
        chosen.update(dict.fromkeys(group, key))
    return chosen
