"""Text of others on our pages: whatever it holds, Streamlit's Markdown shows it letter by letter.

What Streamlit does after Markdown has been read cannot be escaped: arrows and dashes typed as ``->`` and ``--`` are
drawn as one sign, and outside of labels a written address becomes a link to itself. Both say what was written.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from litatlas.graph.models import Paper, Survey, TaxonomyNode
from litatlas.graph.network import plain_text

# Every ASCII punctuation mark may be escaped: https://spec.commonmark.org/0.31.2/#backslash-escapes
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
_COMMAND = re.compile(r"`(litatlas [^`\n]{1,200})`")
# Marks that reorder what follows them, beyond the text they came in.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The one code of Streamlit that is read after Markdown, and would put its logo into a title.
_LOGO = re.compile(r"\\:(?=streamlit\\:)")


def plain(text: str) -> str:
    """Markdown that shows this text as it is: no markup, links, formulas, icons or emoji codes of its own."""
    cleaned = _DIRECTION.sub("", plain_text(text))
    lines = (" ".join(line.split()) for line in cleaned.splitlines())
    escaped = "\n".join(_MARKS.sub(r"\\\1", line) for line in lines)
    return _LOGO.sub("\\\\:\N{WORD JOINER}", escaped)


def one_line(text: str) -> str:
    """The same without line breaks, for labels and links."""
    return " ".join(plain(text).split())


def marked(text: str, words: Collection[str]) -> str:
    """The same as `one_line`, with these words in bold wherever they stand, without regard to case."""
    cleaned = " ".join(_DIRECTION.sub("", plain_text(text)).split())
    if not (wanted := sorted({word for word in words if word.isalnum()}, key=len, reverse=True)):
        return one_line(cleaned)
    parts = re.split(rf"\b({'|'.join(map(re.escape, wanted))})\b", cleaned, flags=re.IGNORECASE)
    shown = (f"**{plain(part)}**" if number % 2 else _with_blanks(part) for number, part in enumerate(parts))
    return "".join(shown).strip()


def _with_blanks(part: str) -> str:
    before, after = " " * (part[:1] == " "), " " * (part[-1:] == " " and bool(part.strip()))
    return f"{before}{plain(part)}{after}"


def label(text: str, most: int = 90) -> str:
    """Text for widgets and charts that take no Markdown, cut at a word."""
    cleaned = " ".join(_DIRECTION.sub("", plain_text(text)).split())
    return cleaned if len(cleaned) <= most else cleaned[: most - 1].rsplit(" ", 1)[0] + "…"


def year_and_venue(paper: Paper) -> str:
    """``2023 · ICLR``, with what is not known said."""
    return f"{paper.year or 'year unknown'} · {one_line(paper.venue) if paper.venue else 'venue unknown'}"


def way_to(node: TaxonomyNode, survey: Survey | None = None) -> str:
    """The names down to a node, without markup; with the survey's before them where there are several."""
    names = (label(survey.title, 50), *node.path) if survey else node.path
    return label(" › ".join(names), 200)


def quoted(text: str) -> str:
    """What a reader or an address asked for, in quotation marks, in Markdown."""
    return f"“{one_line(label(text, 80))}”"


def with_commands(text: str) -> str:
    """Like `plain`, with the commands of ours that it names set as code."""
    parts = _COMMAND.split(text)
    return "".join(f"`{part}`" if n % 2 else _with_blanks(part) for n, part in enumerate(parts))


def explained(message: str, advice: str) -> str:
    """What went wrong and what to do about it, in Markdown; either may be empty."""
    return "\n\n".join(with_commands(part) for part in (message, advice) if part)


def counted(count: int, noun: str) -> str:
    """``1 paper``, ``1,024 papers``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
