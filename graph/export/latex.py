r"""Text as LaTeX that BibTeX can carry: every special character escaped, braces balanced, capitals kept.

Two readers have to agree on the result. BibTeX counts every brace, even one after a backslash, so a brace of the text
becomes a macro and the braces written here always balance. bibtexparser's ``LatexDecodingMiddleware`` (pylatexenc)
gives back the text that was encoded: a character whose LaTeX form it would not turn back stays as it is, in UTF-8.

The command of a hostile title (``\input{...}``) comes out as visible text. Only formulas of a narrow grammar of
letters, signs, indices and known symbols keep their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexencode import UnicodeToLatexEncoder

from litatlas.graph.network import plain_text

_ENCODER = UnicodeToLatexEncoder(unknown_char_policy="keep", unknown_char_warning=False)
_DECODER = LatexNodes2Text(math_mode="verbatim")

_OWN_FORMS = {
    "{": r"{\ensuremath{\lbrace}}",
    "}": r"{\ensuremath{\rbrace}}",
    "^": r"{\string^}",  # the usual \textasciicircum is read back as the accent U+02C6
    '"': '"',
}
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=[`!?])(?=`)|(?<=,)(?=,)")  # pairs that TeX sets as one sign

_SYMBOL = (
    r"\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|varphi"
    r"|chi|psi|omega|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega|ell|infty|log|exp|sim|approx|le|leq|ge|geq|neq|times"
    r"|cdot|pm|to|rightarrow)(?![A-Za-z])"
)
_FONT = r"\\(?:mathcal|mathbf|mathrm|mathbb|mathit|mathsf|sqrt)\{[A-Za-z0-9]+\}"
_SIGN = r"[-+*/=().,<>|! ]"
_SCRIPT = rf"(?:[A-Za-z0-9]|{_SYMBOL}|\{{(?:[A-Za-z0-9]|{_SYMBOL}|{_SIGN})+\}})"
_TERM = rf"(?:[A-Za-z0-9]|{_SYMBOL}|{_FONT})(?:_{_SCRIPT})?(?:\^{_SCRIPT})?"
# A formula shows by a command, an index or an exponent, or is one letter: “$5 and $” is money.
_FORMULA = re.compile(rf"(\$(?=[A-Za-z]\$|[^$]*[\\^_])(?! )(?:{_TERM}|{_SIGN})+(?<! )\$)")


def to_latex(text: str) -> str:
    """The text in LaTeX on one line: runs of white space become one space."""
    return _encode(text, _encode_words)


def title_to_latex(title: str) -> str:
    """`to_latex`, with braces around what bibliography styles must not turn to lower case.

    These are words with a capital after their first letter (LoRA, GPT-4, K-Means, but not Low-Rank), formulas, and a
    name of up to three words before a colon.
    """
    name = title.partition(":")[0].split() if ":" in title else []
    names = frozenset(name if len(name) <= 3 else ())
    return _encode(title, lambda words: re.sub(r"\S+", lambda word: _protect_word(word[0], names), words))


def _encode(text: str, encode_words: Callable[[str], str]) -> str:
    pieces = _FORMULA.split(" ".join(plain_text(text).split()))
    return "".join(f"{{{piece}}}" if index % 2 else encode_words(piece) for index, piece in enumerate(pieces))


def _encode_words(words: str) -> str:
    return "{}".join("".join(map(_encode_character, part)) for part in _LIGATURE.split(words))


@lru_cache(maxsize=4096)
def _encode_character(character: str) -> str:
    if character in _OWN_FORMS:
        return _OWN_FORMS[character]
    latex: str = _ENCODER.unicode_to_latex(character)
    if "\\textfrac" in latex:  # pylatexenc's own decoder stumbles over it, and logs so
        return character
    if latex == character or (len(latex) == 2 and character.isascii()):  # \% and its like need no braces
        return latex
    grouped = latex if re.fullmatch(r"\{[^{}]*\}", latex) else f"{{{latex}}}"
    return grouped if _DECODER.latex_to_text(f"x{grouped}y") == f"x{character}y" else character


def _protect_word(word: str, names: frozenset[str]) -> str:
    before, core, after = re.fullmatch(r"(\W*)(.*?)(\W*)", word).groups()  # type: ignore[union-attr] # matches any word
    encoded = _encode_words(core)
    protected = f"{{{encoded}}}" if _has_firm_capital(core) or (core in names and core.lower() != core) else encoded
    return f"{_encode_words(before)}{protected}{_encode_words(after)}"


def _has_firm_capital(core: str) -> bool:
    if len(core) == 1:
        return core.isupper() and core not in "AI"
    parts = re.split(r"\W+", core)
    inner = any(character.isupper() for part in parts for character in part[1:])
    single = len(parts) > 1 and any(len(part) == 1 and part.isupper() for part in parts)
    numbered = any(character.isdigit() for character in core) and core != core.lower()
    return inner or single or numbered
