r"""Pieces of LaTeX: balanced groups, arguments, and snippets as plain text. Bounded, so that no input is slow."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

from .source_text import clean_text

LONGEST_GROUP = 20_000  # characters; a heading or a bibliography item is a hundredth of it
_LONGEST_SNIPPET = 2_000  # characters given to pylatexenc, which is exact and slow
_DEEPEST_SNIPPET = 20  # braces within braces

_BRACES = re.compile(r"\\.|[{}]", re.S)
_BRACKETS = re.compile(r"\\.|[{}\[\]]", re.S)
_MARKUP = re.compile(r"\\(?:[A-Za-z@]+\*?|.)|[{}$]", re.S)
_LINK = re.compile(r"\\(?:url|path)\s*\{([^{}]*)\}|\\href\s*\{[^{}]*\}")
_SPACING = re.compile(
    r"\\(?:title|author|date|maketitle|input|include|xspace|protect|newblock|unskip|relax|hspace\*?\{[^{}]*\}|vspace\*?\{[^{}]*\})(?![A-Za-z@])"
)

_REFERENCES = re.compile(
    r"~?\\(?:[A-Za-z]*cite[A-Za-z]*|[A-Za-z]*ref|label|footnote|footnotemark|thanks|tnote|texorpdfstring)\*?"
    r"(?:\s?\[[^\[\]]{0,300}\]){0,2}(?:\s?\{[^{}]{0,2000}\})?"
)
_EMPTY_BRACKETS = re.compile(r"\s?[(\[]\s?(?:(?:Sec|Section|Chapter|Appendix|Table|Fig|Figure)s?\.?|§+)?\s?[)\]]|§+")

_READER = LatexNodes2Text(math_mode="text", strict_latex_spaces="except-in-equations")


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two matching brackets, and the position after the closing one."""

    content: str
    end: int


def read_group(text: str, start: int, *, longest: int = LONGEST_GROUP) -> Group | None:
    """The group in braces that opens at `start`, blanks before it allowed; None where none opens or it never closes."""
    start = skip_blanks(text, start)
    if not text.startswith("{", start):
        return None
    depth = 0
    for token in _BRACES.finditer(text, start, min(len(text), start + longest)):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return Group(text[start + 1 : token.start()], token.end())
    return None


def read_option(text: str, start: int, *, longest: int = LONGEST_GROUP) -> Group | None:
    """The optional argument in brackets that opens at `start`; brackets inside braces do not close it."""
    start = skip_blanks(text, start)
    if not text.startswith("[", start):
        return None
    depth = braces = 0
    for token in _BRACKETS.finditer(text, start, min(len(text), start + longest)):
        braces += {"{": 1, "}": -1}.get(token[0], 0)
        depth += {"[": 1, "]": -1}.get(token[0], 0) if braces == 0 else 0
        if depth == 0:
            return Group(text[start + 1 : token.start()], token.end())
    return None


def skip_blanks(text: str, start: int, most: int = 200) -> int:
    """The first position from `start` that holds no blank; gives up after `most` characters."""
    end = min(len(text), start + most)
    while start < end and text[start].isspace():
        start += 1
    return start


def to_text(snippet: str) -> str:
    r"""A snippet of up to 2,000 characters as plain text: ``KV \emph{Cache}`` -> ``KV Cache``."""
    snippet = _LINK.sub(r" \1 ", snippet[:_LONGEST_SNIPPET])
    snippet = re.sub(r"\\xspace(?=[-.,:;!?)'])", "", snippet)
    snippet = _SPACING.sub(" ", snippet).replace("\\\\", " ")
    if "\\" not in snippet and "$" not in snippet:
        return _plain(snippet)
    if _depth(snippet) > _DEEPEST_SNIPPET:
        return _plain(_MARKUP.sub(" ", snippet))
    try:
        return clean_text(_READER.latex_to_text(snippet, tolerant_parsing=True))
    except (LatexWalkerError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # its tolerant mode leaves arguments out, and its handlers of single macros do not expect that
        return _plain(_MARKUP.sub(" ", snippet))


def to_name(snippet: str) -> str:
    r"""A heading or label as a name: citations, ``\ref``, ``\label`` and footnotes are no part of it."""
    text = to_text(_REFERENCES.sub("", snippet[:_LONGEST_SNIPPET]))
    return tidy_name(text)


def tidy_name(text: str) -> str:
    """A name without the brackets that a reference left empty, and without the full stop or colon after it."""
    return clean_text(_EMPTY_BRACKETS.sub(" ", text)).strip(" .:;,")


def _plain(snippet: str) -> str:
    for written, meant in (("{", ""), ("}", ""), ("~", " "), ("``", "“"), ("''", "”"), ("---", "—"), ("--", "–")):
        snippet = snippet.replace(written, meant)
    return clean_text(snippet)


def _depth(snippet: str) -> int:
    depth = deepest = 0
    for char in snippet:
        depth += {"{": 1, "}": -1}.get(char, 0)
        deepest = max(deepest, depth)
    return deepest + snippet.count("\\begin") + snippet.count("\\left") + snippet.count("$") // 4
