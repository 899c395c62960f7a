from __future__ import annotations

import pytest
from hypothesis import given
from pylatexenc.latex2text import LatexNodes2Text

from litatlas.graph.export.latex import title_to_latex, to_latex
from litatlas.graph.network import plain_text

from .hostile import texts


@given(texts)
def test_what_is_decoded_is_what_was_encoded(text: str) -> None:
    decoder = LatexNodes2Text(math_mode="verbatim")
    expected = " ".join(plain_text(text).split())
    assert decoder.latex_to_text(to_latex(text)) == expected
    assert decoder.latex_to_text(title_to_latex(text)) == expected


@pytest.mark.parametrize(
    ("title", "latex"),
    [
        ("LoRA: Low-Rank Adaptation of LLMs", "{LoRA}: Low-Rank Adaptation of {LLMs}"),
        ("Mamba: Linear-Time Models", "{Mamba}: Linear-Time Models"),
        ("Deja Vu: Contextual Sparsity", "{Deja} {Vu}: Contextual Sparsity"),
        ("A Survey of Many Long Words: Part Two", "A Survey of Many Long Words: Part Two"),
        ("Scaling GPT-4 with Llama2 and K-Means in R", "Scaling {GPT-4} with {Llama2} and {K-Means} in {R}"),
        ("“KV” (Cache)", r"{\textquotedblleft}{KV}{\textquotedblright} (Cache)"),
        ("Training at 50% & more_or #less", r"Training at 50\% \& more\_or \#less"),
        ("On $O(n \\log n)$ Attention", r"On {$O(n \log n)$} Attention"),
        ("$k$NN and $L_2$ and $x^{i+1}$", r"{$k$}{NN} and {$L_2$} and {$x^{i+1}$}"),
        ("From $5 to $10", r"From \$5 to \$10"),
        ("$\\input{x}$", r"\${\textbackslash}input{\ensuremath{\lbrace}}x{\ensuremath{\rbrace}}\$"),
        ("a -- b", "a -{}- b"),
        ("Erdős–Rényi", r"Erd{\H{o}}s{\textendash}R{\'e}nyi"),
        ("x{y", r"x{\ensuremath{\lbrace}}y"),
        ("中文 and 😀", "中文 and 😀"),
        ("½ of ⅔", r"{\textonehalf} of ⅔"),
    ],
)
def test_titles(title: str, latex: str) -> None:
    assert title_to_latex(title) == latex


@pytest.mark.parametrize(
    "formula", ["$x^$", "$x^2^3$", "$\\mathcal$", "$\\write18{ls}$", "${x}$", "$x_{$", "$ x^2$", "$^$"]
)
def test_what_tex_could_stumble_over_is_no_formula(formula: str) -> None:
    assert "\\$" in to_latex(formula)


def test_every_letter_and_sign_of_the_basic_plane_comes_back() -> None:
    decode = LatexNodes2Text(math_mode="verbatim").latex_to_text
    signs = [chr(code) for code in range(0x21, 0x2C00) if not chr(code).isspace()]
    assert [sign for sign in signs if decode(to_latex(f"x{sign}y")) != f"x{plain_text(sign)}y"] == []


def test_encoding_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    for code in range(0x80, 0x2C00):
        to_latex(chr(code))
    assert caplog.records == []
