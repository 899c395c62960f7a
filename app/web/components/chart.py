"""A picture of the app: its ECharts option, what stands where in it, and the picture in words.

Option reference: https://echarts.apache.org/en/option.html. Streamlit takes no JavaScript, so labels are texts; the
tooltip is drawn as text too (`renderMode`), since as HTML it would trust what stands in a title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .texts import label

TOOLTIP = {"renderMode": "richText", "confine": True}


def ink(*, dark: bool) -> str:
    """The colour of words in a picture."""
    return "#FAFAFA" if dark else "#262730"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture.

    Attributes:
        spec: the ECharts option.
        keys: what stands at each index that a selection reports.
        alt: the picture in words.
    """

    spec: dict[str, Any]
    keys: tuple[str, ...]
    alt: str

    def selected(self, event: Mapping[str, Any] | None) -> str | None:
        """The key that a selection event of this chart names, if it names one that is there."""
        groups: Sequence[Mapping[str, Any]] = event["selection"]["selected"] if event else ()
        for group in groups:
            if group["data_type"] == "edge":
                continue
            indices: Sequence[int] = group["data_indices"]
            known = [self.keys[index] for index in indices if 0 <= index < len(self.keys)]
            if known and known[0]:
                return known[0]
        return None


def drawn(text: str, most: int) -> str:
    """Text for a picture: ECharts reads ``{b}`` and ``{style|text}`` as its own, so no name follows a brace at once."""
    return label(text, most).replace("{", "{\N{WORD JOINER}")
