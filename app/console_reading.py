"""What `litatlas list` prints."""

from __future__ import annotations

from collections.abc import Sequence

from litatlas.graph.reading_list import ListSummary
from litatlas.graph.telling import counted

from .console import out, say, text
from .reading import AddedByName, Removed


def print_lists(lists: Sequence[ListSummary]) -> None:
    """The lists with their counts, the one that changed last first."""
    for each in lists:
        out.folded(text(f"{each.name}: {counted(each.papers, 'paper')}, {each.read:,} read"))
    if not lists:
        say("There is no reading list yet. `litatlas list add NAME PAPER` begins one, and so does Save in the app.")


def print_added(added: AddedByName) -> None:
    """What came of adding, and what is not here."""
    known = f", {added.known:,} there already" if added.known else ""
    say(f"Added {counted(added.new, 'paper')} to {added.name!r}{known}.")
    for reference in added.unknown:
        say(f"Not in this library: {reference!r}. Look for it with `litatlas search`.")


def print_removed(removed: Removed) -> None:
    """What came of removing."""
    say(f"Removed {counted(removed.papers, 'paper')} from {removed.name!r}.")
    for reference in removed.unknown:
        say(f"Not on the list: {reference!r}.")
