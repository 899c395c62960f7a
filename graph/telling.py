"""How records name themselves where a notebook prints them: one line each, whatever their texts hold."""

from __future__ import annotations

from collections.abc import Sequence

MOST_SHOWN = 20
"""Records that a sequence prints; the rest is counted."""


def one_line(text: str, most: int = 72) -> str:
    """A text on one line of at most so many characters; what a terminal would obey instead of show becomes U+FFFD."""
    text = " ".join(text[: 4 * most].split())
    text = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def counted(number: int, one: str, several: str | None = None) -> str:
    """``1 topic``, ``2 topics``, ``3 software entries``."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def block(head: str, *lines: str) -> str:
    """A record of several lines: its head, and the rest indented."""
    return "\n".join((head, *lines)).replace("\n", "\n  ")


def listed(records: Sequence[object]) -> str:
    """Records in brackets, one a line, the first `MOST_SHOWN` of them."""
    lines = [repr(record) for record in records[:MOST_SHOWN]]
    if rest := len(records) - len(lines):
        lines.append(f"… and {rest:,} more")
    return "[" + ",\n ".join(lines) + "]"
