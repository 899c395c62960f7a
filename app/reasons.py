"""Why an answer stands where it stands, in words: the same for pages, commands and programs."""

from __future__ import annotations

from dataclasses import dataclass

from litatlas.graph.hits import Reasons
from litatlas.graph.ranking import Part

_WORDS = 6


@dataclass(frozen=True, slots=True)
class ReasonInWords:
    """A part of a score: its share of it, and what it stands on, empty where there is nothing more to say."""

    part: Part
    share: float
    detail: str


def in_words(reasons: Reasons) -> tuple[ReasonInWords, ...]:
    """Every part that gave at least half a percent, the largest share first."""
    given = [(part, share) for part, share in reasons.shares.items() if share >= 0.005]
    given.sort(key=lambda each: -each[1])
    return tuple(ReasonInWords(part, share, _detail(part, reasons)) for part, share in given)


def _detail(part: Part, reasons: Reasons) -> str:
    match part:
        case Part.WORDS:
            more = "" if len(reasons.words) <= _WORDS else " …"
            return ", ".join(reasons.words[:_WORDS]) + more
        case Part.MEANING:
            return f"similarity {reasons.similarity:.2f}" if reasons.similarity is not None else ""
        case Part.SENTENCE:
            if reasons.quote is None or reasons.by_title:
                return "its title"
            return f"the one shown: similarity {reasons.quote.similarity:.2f}"
        case Part.PLACE:
            return reasons.place.name if reasons.place else ""
        case Part.CITATIONS if reasons.tied_to:
            return f"cites or is cited by {reasons.tied_to} of those"
        case Part.CITATIONS:
            return f"cited by {reasons.cited_by} here" if reasons.cited_by else ""
        case Part.PAPERS:
            return f"{reasons.votes} of the best papers stand here" if reasons.votes else ""
        case _:
            return ""
