r"""LaTeX as plain text: headings, names and references of a survey's text, and the fields of bibliographies. Pure.

pylatexenc knows LaTeX and takes a millisecond a text, so the few things that most texts hold are seen to first. What it
cannot decode keeps its words and loses its commands.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalker, get_default_latex_context_db
from pylatexenc.macrospec import LatexContextDb

from .source_text import clean_text

LONGEST_FIELD = 20_000  # characters of a field that are decoded
LONGEST_SNIPPET = 2_000  # characters of a heading or reference; the rest is left out
_DEEPEST = 20  # braces within braces

_LINK = re.compile(r"\\(?:url|path)\s*\{([^{}]*)\}|\\href\s*\{[^{}]*\}")
_SPACING = re.compile(
    r"\\(?:title|author|date|maketitle|input|include|xspace|protect|newblock|unskip|relax|hspace\*?\{[^{}]*\}|vspace\*?\{[^{}]*\})(?![A-Za-z@])"
)
_REFERENCES = re.compile(
    r"~?\\(?:[A-Za-z]*cite[A-Za-z]*|[A-Za-z]*ref|label|footnote|footnotemark|thanks|tnote|texorpdfstring)\*?"
    r"(?:\s?\[[^\[\]]{0,300}\]){0,2}(?:\s?\{[^{}]{0,2000}\})?"
)
_EMPTY_BRACKETS = re.compile(r"\s?[(\[]\s?(?:(?:Sec|Section|Chapter|Appendix|Table|Fig|Figure)s?\.?|§+)?\s?[)\]]|§+")
_NEEDS_DECODING = re.compile(r"[\\$]")
_SIGN = re.compile(r"\\([&%_#])")
_ACCENT = re.compile(r"\{?\\(?:[\"'`^~=.](?:\{\\?[A-Za-z]\}|\\?[A-Za-z])|[cuvHk](?:\{\\?[A-Za-z]\}| [A-Za-z]))\}?")
_STYLE = re.compile(r"\\(?:emph|textit|textbf|textsc|texttt|textrm|textsf)(?=\{)")
_MARKUP = re.compile(r"\\[A-Za-z@]+\*?|\\.|[$]", re.S)
_BARE_PERCENT = re.compile(r"(?<!\\)%")  # which would comment out the rest of a line, but is a percentage in a text
_ESCAPED = re.compile(r"\{?\\([_%&#~$])\s?(?:\{\})?\}?")
_PLAIN: Mapping[str, str] = {"{": "", "}": "", "~": " ", "``": "“", "''": "”", "---": "—", "--": "–"}

logging.getLogger("pylatexenc").addHandler(logging.NullHandler())  # it warns of every macro without its arguments


class Mathematics(StrEnum):
    """What becomes of mathematics; the values are pylatexenc's ``math_mode``."""

    AS_TEXT = "text"
    AS_WRITTEN = "verbatim"


def to_text(snippet: str) -> str:
    r"""The first `LONGEST_SNIPPET` characters of a snippet as plain text: ``KV \emph{Cache}`` -> ``KV Cache``."""
    return _text_of(snippet[:LONGEST_SNIPPET], Mathematics.AS_TEXT)


def field_to_text(latex: str) -> str:
    r"""A field of a bibliography as its reader sees it; mathematics stays as it is written: ``$\alpha$-divergence``."""
    if len(latex) > LONGEST_FIELD:
        return _without_commands(latex)
    return _text_of(latex, Mathematics.AS_WRITTEN)


def field_to_address(latex: str) -> str:
    r"""An address or id as written in a field, with ``\url{…}`` and ``\_`` undone and nothing else changed."""
    return clean_text(_ESCAPED.sub(r"\1", latex.replace("\\url", " "))).strip("{}<> ")


def to_name(snippet: str) -> str:
    r"""A heading or label as a name: citations, ``\ref``, ``\label`` and footnotes are no part of it."""
    text = to_text(_REFERENCES.sub("", snippet[:LONGEST_SNIPPET]))
    return tidy_name(text)


def tidy_name(text: str) -> str:
    """A name without the brackets that a reference left empty, and without the full stop or colon after it."""
    return clean_text(_EMPTY_BRACKETS.sub(" ", text)).strip(" .:;,")


def _text_of(latex: str, mathematics: Mathematics) -> str:
    if "\\" in latex:
        latex = re.sub(r"\\xspace(?=[-.,:;!?)'])", "", _LINK.sub(_address, latex))
        latex = _STYLE.sub("", _SPACING.sub(" ", latex).replace("\\\\", " "))
        latex = _ACCENT.sub(lambda match: _accent(match[0]), latex)
    signs = _SIGN.sub(r"\1", latex)
    if not _NEEDS_DECODING.search(signs):
        return _plain(signs)
    return _decode(latex, mathematics)


def _address(link: re.Match[str]) -> str:
    """The address that a link shows, parted from the words beside it."""
    before, after = link.string[link.start() - 1 : link.start()], link.string[link.end() : link.end() + 1]
    left, right = " " * before.isalnum(), " " * (after.isalnum() or after == "\\")
    return f"{left}{link[1] or ''}{right}"


@lru_cache(maxsize=4_096)
def _accent(written: str) -> str:
    """One accented letter; braces that do not belong to it stay where they are."""
    before = "{" if written.count("{") > written.count("}") else ""
    after = "}" if written.count("}") > written.count("{") else ""
    letter = _decode(written.removeprefix(before).removesuffix(after), Mathematics.AS_TEXT)
    return f"{before}{letter}{after}"


def _decode(latex: str, mathematics: Mathematics) -> str:
    if _depth(latex) > _DEEPEST:
        return _without_commands(latex)
    try:
        walker = LatexWalker(_BARE_PERCENT.sub(r"\\%", latex), latex_context=_macros(), tolerant_parsing=True)
        nodes, _, _ = walker.get_latex_nodes()
        return clean_text(_decoder(mathematics).nodelist_to_text(nodes))
    except Exception:  # pylatexenc raises whatever its walker and its macros stumble over, RecursionError among it
        return _without_commands(latex)


@cache
def _macros() -> LatexContextDb:
    return get_default_latex_context_db()


@cache
def _decoder(mathematics: Mathematics) -> LatexNodes2Text:
    return LatexNodes2Text(math_mode=mathematics.value, strict_latex_spaces="except-in-equations")


def _without_commands(latex: str) -> str:
    return _plain(_MARKUP.sub(" ", latex))


def _plain(latex: str) -> str:
    for written, meant in _PLAIN.items():
        latex = latex.replace(written, meant)
    return clean_text(latex)


def _depth(latex: str) -> int:
    depth = deepest = 0
    for char in latex:
        depth += {"{": 1, "}": -1}.get(char, 0)
        deepest = max(deepest, depth)
    return deepest
