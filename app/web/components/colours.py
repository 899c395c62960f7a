"""Colours that colour-blind readers can tell apart: one per top branch, by its order, and grey for the rest.

Okabe and Ito's set without yellow and black, https://jfly.uni-koeln.de/color/.
"""

from __future__ import annotations

from collections.abc import Sequence

from litatlas.graph.models import TaxonomyNode

BRANCHES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
OTHER_LIGHT, OTHER_DARK = "#4D4D4D", "#BBBBBB"


def branch_colours(branches: Sequence[TaxonomyNode], *, dark: bool) -> dict[str, str]:
    """A colour for each branch by key; those beyond the set share grey."""
    other = OTHER_DARK if dark else OTHER_LIGHT
    return {node.key: BRANCHES[n] if n < len(BRANCHES) else other for n, node in enumerate(branches)}


def text_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour (relative luminance, WCAG 2.2)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#FFFFFF"


def towards(colour: str, other: str, share: float) -> str:
    """A colour mixed with a share of another."""
    pairs = ((int(colour[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)
