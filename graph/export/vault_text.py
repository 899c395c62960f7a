"""Text in a page of Obsidian: what a library holds is shown as text, and never acts. Pure.

Besides Markdown's own marks these are escaped: comments (``%%``), highlights (``==``), block names (``^``), tags
(``#``), mathematics (``$``), embeds and links (``[[``), and what the plugins Dataview (``::``) and Templater (``<%``)
look for.
Properties are YAML whose every text is a quoted JSON string, which YAML 1.2 reads (https://yaml.org/spec/1.2.2/#13).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from .list_notation import escape_text, one_line

Property = str | int | Sequence[str] | None

_MORE_MARKS = re.compile(r"(?<=[%<])%|(?<=:):|(?<==)=|\^|(?<=\{)\{")
_PLAIN = re.compile(r"(?:[^\W_]|[ ,.;'’()&+/-]|:(?!:))+")
_WHOLE_LINK = re.compile(r"!?\[\[.*\]\]")


def page_text(text: str) -> str:
    """The text on one line, so that Obsidian shows it as it is."""
    return _MORE_MARKS.sub(r"\\\g<0>", escape_text(text))


def page_link(page: str, shown: str = "") -> str:
    """A link to a page, under another text where that has no signs that a link could take for its own."""
    shown = one_line(shown)
    return f"[[{page}|{shown}]]" if shown != page and _PLAIN.fullmatch(shown) else f"[[{page}]]"


def front_matter(properties: Sequence[tuple[str, Property]]) -> str:
    """The properties that are known, as the block that a page begins with."""
    lines = [line for name, value in properties for line in _property(name, value)]
    return "\n".join(("---", *lines, "---"))


def _property(name: str, value: Property) -> Iterator[str]:
    if isinstance(value, int):
        yield f"{name}: {value}"
    elif isinstance(value, str):
        if one_line(value):
            yield f"{name}: {_quoted(value)}"
    elif value:
        yield f"{name}:"
        yield from (f"  - {_quoted(each)}" for each in value)


def _quoted(text: str) -> str:
    """A JSON string; one that is a link from end to end gets a blank of no width, lest Obsidian follow it."""
    text = one_line(text)
    text = f"\u200b{text}" if _WHOLE_LINK.fullmatch(text) else text
    return json.dumps(text, ensure_ascii=False).replace("<%", r"\u003c%").replace("%%", r"%\u0025")
