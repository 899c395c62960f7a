"""How far a neighbourhood reaches, as it stands in the address: the same where it is drawn and where it is exported."""

from __future__ import annotations

from litatlas.graph.selection import Around
from litatlas.graph.surroundings import MAX_VERTICES, Tie

from . import address

TIES = {Tie.CITES: "Citations", Tie.SIMILAR: "Near in meaning", Tie.PLACE: "Topics"}


def from_address(paper: str, *, limit: int) -> Around:
    """What the address asks for around a paper; what means nothing is left out.

    Args:
        limit: at most so many papers and topics where the address does not say.
    """
    named = [name for name in address.read("ties").split(",") if name in set(Tie)]
    return Around(
        paper,
        hops=address.read_number("hops", 1, 1, 2),
        limit=address.read_number("limit", limit, 1, MAX_VERTICES),
        ties=tuple(Tie(name) for name in named) or tuple(Tie),
    )


def to_address(around: Around) -> dict[str, str]:
    """The parameters that `from_address` reads it from."""
    return {
        "paper": around.paper,
        "hops": str(around.hops),
        "limit": str(around.limit),
        "ties": ",".join(around.ties) if set(around.ties) != set(Tie) else "",
    }


def in_words(around: Around) -> str:
    """What it is restricted to; empty where it is not."""
    parts = [f"at most {around.limit} papers and topics"] if around.limit < MAX_VERTICES else []
    if set(around.ties) != set(Tie):
        parts.append("joined by " + " and ".join(TIES[tie].lower() for tie in around.ties))
    return ", ".join(parts)
