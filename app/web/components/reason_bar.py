"""A score as a bar: how long it is, and which part of it came from where; drawn of numbers and words of ours alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litatlas.app.reasons import ReasonInWords
from litatlas.graph.ranking import Part

_COLOURS: Mapping[Part, str] = {
    Part.NAME: "#E69F00",
    Part.AUTHOR: "#E69F00",
    Part.WORDS: "#0072B2",
    Part.MEANING: "#CC79A7",
    Part.LIKENESS: "#CC79A7",
    Part.SENTENCE: "#D55E00",
    Part.PLACE: "#009E73",
    Part.PAPERS: "#009E73",
    Part.CITATIONS: "#888888",
}


def score_bar(score: float, reasons: Sequence[ReasonInWords]) -> str:
    """HTML of a bar as long as the score, in pieces by the parts' shares; its text alternative says the same.

    Args:
        score: in 0 .. 1.
    """
    whole = sum(each.share for each in reasons)
    if not whole or score <= 0:
        return ""
    length = 100 * min(score, 1.0)
    pieces = "".join(
        f'<span style="width:{length * each.share / whole:.1f}%;background:{_COLOURS[each.part]};'
        'display:inline-block;height:100%"></span>'
        for each in reasons
    )
    said = f"Score {score:.2f} of 1: " + ", ".join(f"{each.part} {each.share:.0%}" for each in reasons)
    return (
        f'<div role="img" aria-label="{said}" title="{said}" style="height:6px;border-radius:3px;overflow:hidden;'
        f'background:rgba(128,128,128,0.2);font-size:0;max-width:24rem">{pieces}</div>'
    )
