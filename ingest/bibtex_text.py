"""LaTeX in bibliographies as plain text: accents, braces, dashes; mathematics stays as it is written. Pure.

pylatexenc knows LaTeX and takes a millisecond a text, so the few things that most fields hold are seen to first.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexWalker
from pylatexenc.latexwalker import get_default_latex_context_db as default_macros
from pylatexenc.macrospec import LatexContextDb

from .source_text import clean_text

LONGEST_DECODED = 20_000  # characters; longer fields keep their commands and lose their braces

_LATEX = re.compile(r"[\\{}~$]|--|``|''")
_NEEDS_DECODING = re.compile(r"[\\$~]|``|''")
_SIGN = re.compile(r"\\([&%_#])")
_ACCENT = re.compile(r"\{?\\(?:[\"'`^~=.](?:\{\\?[A-Za-z]\}|\\?[A-Za-z])|[cuvHk](?:\{\\?[A-Za-z]\}| [A-Za-z]))\}?")
_STYLE = re.compile(r"\\(?:emph|textit|textbf|textsc|texttt|textrm|textsf)(?=\{)")
_BARE_PERCENT = re.compile(r"(?<!\\)%")  # which would comment out the rest of a line, but is a percentage in a field
_ESCAPED = re.compile(r"\{?\\([_%&#~$])\s?(?:\{\})?\}?")


def latex_to_text(latex: str) -> str:
    """The text a reader sees; what cannot be decoded keeps its letters and loses its braces."""
    if not _LATEX.search(latex):
        return clean_text(latex)
    if len(latex) > LONGEST_DECODED:
        return clean_text(_without_braces(latex))
    simple = _ACCENT.sub(lambda match: _accent(match[0]), _STYLE.sub("", latex))
    signs = _SIGN.sub(r"\1", simple)
    if not _NEEDS_DECODING.search(signs):
        return clean_text(_without_braces(signs).replace("---", "—").replace("--", "–"))
    return _decode(simple)


def latex_to_address(latex: str) -> str:
    r"""An address or id as written in a field, with ``\url{…}`` and ``\_`` undone and nothing else changed."""
    return clean_text(_ESCAPED.sub(r"\1", latex.replace("\\url", " "))).strip("{}<> ")


@lru_cache(maxsize=4_096)
def _accent(written: str) -> str:
    """One accented letter; braces that do not belong to it stay where they are."""
    before = "{" if written.count("{") > written.count("}") else ""
    after = "}" if written.count("}") > written.count("{") else ""
    return f"{before}{_decode(written.removeprefix(before).removesuffix(after))}{after}"


def _decode(latex: str) -> str:
    try:
        walker = LatexWalker(_BARE_PERCENT.sub(r"\\%", latex), latex_context=_walked(), tolerant_parsing=True)
        nodes, _, _ = walker.get_latex_nodes()
        return clean_text(_decoder().nodelist_to_text(nodes))
    except Exception:  # pylatexenc raises whatever its walker stumbles over, RecursionError among it
        return clean_text(_without_braces(latex))


def _without_braces(text: str) -> str:
    return re.sub(r"[{}]", "", text)


@cache
def _walked() -> LatexContextDb:
    return default_macros()


@cache
def _decoder() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    context.add_context_category("bibliography", prepend=True, macros=[MacroTextSpec("url", simplify_repl="%s")])
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", keep_braced_groups=False)
