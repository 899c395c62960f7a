from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import LitAtlasError, SourceUnreadable
from litatlas.graph.identity import PaperId
from litatlas.ingest import latex_files
from litatlas.ingest.eprint import parse_eprint
from litatlas.ingest.latex_files import hide, join_files
from litatlas.ingest.latex_text import field_to_text, to_name, to_text

from .. import survey_documents

HEAD = "\\documentclass{article}\n\\begin{document}\n"


def parse(body: str, **files: str):
    data = {"main.tex": f"{HEAD}{body}\n\\end{{document}}"} | {
        name.replace("__", "."): text for name, text in files.items()
    }
    return parse_eprint(survey_documents.to_archive({name: text.encode() for name, text in data.items()}), "x")


def cites(text) -> list[tuple[str, list[str]]]:
    return [(section.name, [cite.key for cite in section.cites]) for section in text.sections]


def codes(text) -> list[str]:
    return [finding.code for finding in text.findings if finding.code != "no-bibliography"]


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (r"\cite{a,b}", ["a", "b"]),
        (r"\citep*[see][p.~3]{a, b}", ["a", "b"]),
        (r"\citet {a}", ["a"]),
        (r"\parencite[1]{a} \textcite{b} \autocite{c}", ["a", "b", "c"]),
        (r"\cites[1]{a}[2][3]{b}", ["a", "b"]),
        ("\\cite{a,%\n b}", ["a", "b"]),
        (r"\cite{a} \cite{a}", ["a", "a"]),
        (r"% \cite{a}", []),
        (r"100\% \cite{a}", ["a"]),
        (r"\\\cite{a}", ["a"]),
        (r"\\cite{a}", []),
        (r"\verb|\cite{a}| \cite{b}", ["b"]),
        (r"\begin{verbatim}\cite{a}\end{verbatim}\cite{b}", ["b"]),
        (r"\begin{lstlisting}[x]\cite{a}\end{lstlisting}\cite{b}", ["b"]),
        (r"\begin{comment}\cite{a}\end{comment}\cite{b}", ["b"]),
        (r"\iffalse\cite{a}\fi\cite{b}", ["b"]),
        (r"\iffalse\cite{a}\else\cite{b}\fi", ["b"]),
        (r"\url{https://x.org/a%20b} \cite{a}", ["a"]),
        (r"\footnote{see \cite{a}}", ["a"]),
        (r"\citation{a} \citepos{b} \ref{c}", []),
        (r"\newcommand{\ct}[1]{\cite{#1}} \ct{a}", ["a"]),
        (r"\newcommand*\ct[2][]{~\citep[#1]{#2}} \ct[x]{a}", ["a"]),
        (r"\let\ct=\citet \ct{a}", ["a"]),
        (r"\def\ct#1{\citep{#1}} \ct{a}", ["a"]),
        (r"\nocite{a}", []),
        (r"\cite{*}", []),
        (r"\cite{a b}", ["a b"]),
        (r"\end{document} \cite{a}", []),
        (r"\begin{verbatim} \cite{a}", ["a"]),
    ],
)
def test_what_cites_and_what_does_not(body: str, keys: list[str]) -> None:
    assert cites(parse(f"\\section{{A}} {body}")) == [("A", keys)]


def test_sections_form_a_tree_and_keep_their_lines() -> None:
    text = parse(
        "\\cite{z}\n\\section*{One}\n\\subsection[short]{Two \\emph{and} $n^2$\\label{x}~\\cite{a}}\n"
        "\\paragraph{Three.} \\cite{b}\n\\subsection{Four}\\section{\\texorpdfstring{$\\alpha$}{Five}}\n"
        "\\appendix\n\\section{Six}"
    )
    assert [(s.name, s.level, s.parent, s.line, s.appendix) for s in text.sections] == [
        ("One", 3, None, 4, False),
        ("Two and n^2", 4, 0, 5, False),
        ("Three", 6, 1, 6, False),
        ("Four", 4, 0, 7, False),
        ("Five", 3, None, 7, False),
        ("Six", 3, None, 9, True),
    ]
    assert text.path_of(2) == ("One", "Two and n^2", "Three")
    assert [cite.key for cite in text.unsectioned] == ["z"]
    assert cites(text)[1:3] == [("Two and n^2", ["a"]), ("Three", ["b"])]


def test_macros_without_arguments_are_read_in_headings() -> None:
    text = parse(r"\newcommand{\kv}{KV\xspace}\def\big{Large \kv}\section{\big{} Cache}\cite{a}\section{\kv-free}")
    assert [section.name for section in text.sections] == ["Large KV Cache", "KV-free"]


def test_files_are_put_where_they_are_taken_in() -> None:
    text = parse(
        "\\section{A}\n\\input{parts/b}\n\\cite{a3}\\include{c.tex}\\input d \n"
        "\\import{parts/}{e}\\subfile{f}\n\\cite{a4}",
        parts__="",
        **{
            "parts/b.tex": "\\cite{b1}\n\\input{parts/g}\n",
            "parts/g.tex": "\\cite{g1}",
            "c.tex": "\\cite{c1}",
            "d.tex": "\\cite{d1}",
            "parts/e.tex": "\\cite{e1}",
            "f.tex": "\\documentclass[main]{subfiles}\\begin{document}\\cite{f1}\\end{document}",
        },
    )
    assert cites(text) == [("A", ["b1", "g1", "a3", "c1", "d1", "e1", "f1", "a4"])]
    assert [cite.line for cite in text.sections[0].cites] == [4, 5, 7, 7, 7, 8, 8, 9]


def test_files_that_are_absent_or_go_in_circles_are_reported() -> None:
    text = parse(
        "\\section{A}\\input{nowhere}\\input{b}\\input{../../etc/passwd}\\cite{a}", b__tex="\\input{b}\\input{main}"
    )
    assert cites(text) == [("A", ["a"])]
    assert codes(text) == ["input-missing", "input-in-circles", "input-in-circles", "input-missing"]


def test_files_that_multiply_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latex_files, "_MOST_INPUTS", 50)
    files = {f"f{n}.tex": f"\\input{{f{n + 1}}}" * 10 for n in range(10)}
    text = parse("\\section{A}\\input{f0}", **files)
    assert "source-too-long" in codes(text)


def test_the_main_file_is_the_one_that_cites_most_or_that_arxiv_names() -> None:
    small = f"{HEAD}\\section{{Small}}\\cite{{a}}\\end{{document}}".encode()
    large = f"{HEAD}\\section{{Large}}\\cite{{a,b}}\\end{{document}}".encode()
    files = {"a.tex": small, "b.tex": large}
    assert join_files(files, "x").main == "b.tex"
    assert join_files(files | {"00README.XXX": b"a.tex toplevelfile\n"}, "x").main == "a.tex"
    readme = b'{"sources": [{"filename": "a.tex", "usage": "toplevel"}]}'
    assert join_files(files | {"00README.json": readme}, "x").main == "a.tex"
    assert (
        join_files(files | {"00README.yaml": b"sources:\n- filename: a.tex\n  usage: toplevel\n"}, "x").main == "a.tex"
    )


def test_what_is_no_latex_is_refused_in_words() -> None:
    for data in (b"%auto-ignore\nThis paper has been withdrawn.", b"plain words"):
        with pytest.raises(SourceUnreadable, match="no LaTeX document") as caught:
            parse_eprint(data, "x")
        assert caught.value.advice
    with pytest.raises(SourceUnreadable, match="neither a section nor a bibliography"):
        parse_eprint(f"{HEAD}\\includepdf{{paper.pdf}}\\end{{document}}".encode(), "x")


def test_the_title_is_the_surveys() -> None:
    data = (
        "\\documentclass{a}\\title[Short]{Small \\textbf{Models}:\\\\ A Survey\\thanks{x}}\\begin{document}\\section{A}"
    )
    assert parse_eprint(data.encode(), "x").title == "Small Models: A Survey"


def test_a_forest_is_a_figure_and_no_part_of_its_section() -> None:
    text = parse(r"\section{A}\cite{a}\begin{forest}[R[B[x \cite{b}]]]\end{forest}\cite{c}")
    assert cites(text) == [("A", ["a", "c"])]
    assert [figure.root.name for figure in text.figures] == ["R"]
    broken = parse(r"\section{A}\begin{forest}[R[B[x \cite{b}]\end{forest}")
    assert cites(broken) == [("A", ["b"])]
    assert codes(broken) == ["figure-not-read"]


BBL = r"""
\begin{thebibliography}{9}
\expandafter\ifx\csname natexlab\endcsname\relax\fi
\bibitem[{Dettmers et~al.(2022)Dettmers, Lewis}]{dettmers}
Tim Dettmers and Mike Lewis.
\newblock {LLM.int8()}: 8-bit {M}atrix multiplication.
\newblock In \emph{Advances in Neural Information Processing Systems}, 2022.
\newblock URL \url{https://openreview.net/forum?id=dXiGWqBoxaD}.

\bibitem{lin}
J.~Lin, ``{AWQ}: Activation-aware quantization,'' \emph{arXiv preprint arXiv:2306.00978}, 2023.

\bibitem [{\citenamefont {Ho}(2015)}]{ho}%
  \BibitemOpen
  \bibfield {author} {\bibinfo {author} {\bibfnamefont {G.}~\bibnamefont {Ho}},\ }\bibfield {title} {\bibinfo {title}
  {Distilling knowledge}\ }\href {\doibase 10.1000/xyz.5} {\bibfield {journal} {\bibinfo {journal} {J} }}(2015)
  \BibitemShut {NoStop}
\end{thebibliography}
"""


def test_a_bibliography_that_bibtex_wrote() -> None:
    text = parse(r"\section{A}\cite{dettmers,lin,ho}\bibliography{refs}", main__bbl=BBL)
    by_key = {reference.key: reference for reference in text.references}
    assert by_key["dettmers"].title == "LLM.int8(): 8-bit Matrix multiplication"
    assert by_key["dettmers"].authors == ("Tim Dettmers", "Mike Lewis")
    assert by_key["dettmers"].year == 2022
    assert by_key["dettmers"].ids == (PaperId.parse("openreview:dXiGWqBoxaD"),)
    assert by_key["lin"].title == "AWQ: Activation-aware quantization"
    assert (by_key["lin"].year, by_key["lin"].venue) == (2023, "arXiv")
    assert by_key["lin"].ids == (PaperId.parse("arxiv:2306.00978"),)
    assert by_key["ho"].title == "Distilling knowledge"
    assert by_key["ho"].year == 2015


def test_a_bibliography_in_the_text_keeps_its_lines() -> None:
    text = parse(f"\\section{{A}}{BBL}")
    assert [(reference.key, reference.line) for reference in text.references] == [
        ("dettmers", 6),
        ("lin", 12),
        ("ho", 15),
    ]


BIBER = r"""
\begingroup
\entry{hu2021}{article}{}
  \name{author}{2}{}{%
    {{hash=1}{family={Hu}, familyi={H\bibinitperiod}, given={Edward\bibnamedelima J.}, giveni={E}}}%
    {{hash=2}{family={Shen}, given={Yelong}}}%
  }
  \field{eprintclass}{cs.CL}
  \field{eprinttype}{arxiv}
  \field{title}{{LoRA}: Low-Rank Adaptation}
  \field{year}{2021}
  \verb{doi}
  \verb 10.1000/ABC_d
  \endverb
  \verb{eprint}
  \verb 2106.09685
  \endverb
\endentry
"""


def test_a_bibliography_that_biber_wrote() -> None:
    (reference,) = parse(r"\section{A}\cite{hu2021}", main__bbl=BIBER).references
    assert reference.title == "LoRA: Low-Rank Adaptation"
    assert reference.authors == ("Edward J. Hu", "Yelong Shen")
    assert reference.year == 2021
    assert [str(paper_id) for paper_id in reference.ids] == ["arxiv:2106.09685", "doi:10.1000/abc_d"]


BIB = r"""
@string{icml = "ICML"}
@article{frantar, title={{GPTQ}: Accurate {Post}-training \& more},
  author={Frantar, Elias and {Ashkboos}, Saleh and others}, journal={arXiv preprint arXiv:2210.17323}, year=2022}
@inproceedings{uncited, title={Nobody asks}}
@misc{broken, title={No end
@InProceedings{dao, title = "Flash{A}ttention", author = "Tri Dao", booktitle = {NIPS}, year = "2022",
  eprint={2205.14135}, archivePrefix={arXiv}, doi={10.48550/arXiv.2205.14135}}
"""


def test_a_database_gives_what_is_cited() -> None:
    text = parse(r"\section{A}\cite{frantar,dao,broken}\bibliography{refs}", refs__bib=BIB)
    by_key = {reference.key: reference for reference in text.references}
    assert by_key.keys() == {"frantar", "dao"}
    assert by_key["frantar"].title == "GPTQ: Accurate Post-training & more"
    assert by_key["frantar"].authors == ("Elias Frantar", "Saleh Ashkboos")
    assert (by_key["frantar"].year, by_key["frantar"].venue) == (2022, "arXiv")
    assert by_key["frantar"].ids == (PaperId.parse("arxiv:2210.17323"),)
    assert (by_key["dao"].title, by_key["dao"].venue) == ("FlashAttention", "NeurIPS")
    assert by_key["dao"].ids == (PaperId.parse("arxiv:2205.14135"),)
    assert [finding.code for finding in text.findings] == ["entry-not-read"]


def test_a_bbl_file_comes_before_a_database() -> None:
    bib = "@article{lin, title={Another title}}\n@article{more, title={Only here}}"
    text = parse(r"\section{A}\cite{lin,more}", main__bbl=BBL, refs__bib=bib)
    titles = {reference.key: reference.title for reference in text.references}
    assert titles["lin"] == "AWQ: Activation-aware quantization"
    assert titles["more"] == "Only here"


def test_hidden_text_keeps_its_lines() -> None:
    text = "a % b\n\\begin{verbatim}\nx\ny\\end{verbatim}\n\\iffalse\nq\n\\fi z"
    assert hide(text) == "a \n\n\n\n\n\n z"


@pytest.mark.parametrize(
    ("snippet", "name"),
    [
        (r"KV-Cache \emph{Optimization}", "KV-Cache Optimization"),
        (r"Pruning~\cite{a} (\S\ref{sec:x})", "Pruning"),
        (r"Section (\ref{x}) \& more.", "Section & more"),
        (r"Schr{\"o}dinger's \textsc{cat}:", "Schrödinger's cat"),
        (r"Low-rank -- ``fast''", "Low-rank – “fast”"),
        (r"\textbf{Data} \\ Selection\footnote{x}", "Data Selection"),
    ],
)
def test_names(snippet: str, name: str) -> None:
    assert to_name(snippet) == name


@pytest.mark.parametrize(
    ("latex", "text", "field"),
    [
        (r"50% of \emph{all} \alpha-rays", "50% of all α-rays", "50% of all α-rays"),
        (r"$\alpha$-divergence, 5\%", "α-divergence, 5%", r"$\alpha$-divergence, 5%"),
        (r"see\url{https://x.org/a}, (\url{b}).", "see https://x.org/a, (b).", "see https://x.org/a, (b)."),
        (r"{\v{C}}ech~\& {\L}o\'{s}", "Čech & Łoś", "Čech & Łoś"),
        ("{" * 30 + r"\emph{deep}" + "}" * 30, "deep", "deep"),
    ],
)
def test_snippets_and_fields_differ_in_mathematics_only(latex: str, text: str, field: str) -> None:
    assert (to_text(latex), field_to_text(latex)) == (text, field)


def test_what_is_too_long_is_cut_in_a_snippet_and_loses_its_commands_in_a_field() -> None:
    assert to_text(r"\emph{a} " * 1_000) == " ".join(["a"] * 222)
    assert field_to_text(r"\emph{a} " * 3_000) == " ".join(["a"] * 3_000)


def test_macros_without_their_arguments_are_no_warnings(capfd: pytest.CaptureFixture[str]) -> None:
    assert to_text(r"\frac") is not None
    assert capfd.readouterr() == ("", "")


SNIPPETS = st.one_of(
    st.text(alphabet="\\{}$[]%&~ab \n^_\"'", max_size=60),
    st.lists(
        st.sampled_from(
            "\\title \\author \\maketitle \\input \\emph \\frac \\begin{a} \\end{a} \\left( \\' \\\" \\href \\item "
            "\\cite{ \\sqrt[ { } $ [ ] a ~ \\\\ \\textcolor \\verb|".split()
        ),
        max_size=15,
    ).map("".join),
)


@given(SNIPPETS)
def test_any_snippet_becomes_text(snippet: str) -> None:
    assert "\n" not in to_text(snippet)
    assert "\n" not in field_to_text(snippet)
    assert to_text("a \\title{kept}b\\maketitle") == to_text("a \\title{kept}b\\maketitle") == "a keptb"


PIECES = st.lists(
    st.sampled_from(
        [
            "\\section{", "\\cite{", "\\citep[", "]", "{", "}", "%", "\n", "[", ",", "a", " ", "\\", "$", "\\verb|",
            "\\begin{forest}", "\\end{forest}", "\\begin{verbatim}", "\\end{verbatim}", "\\iffalse", "\\fi",
            "\\input{main}", "\\newcommand{\\a}", "\\a", "\\def\\a#1", "\\title{", "\\appendix", "\\newblock",
            "\\begin{thebibliography}{}", "\\bibitem[", "\\bibitem{", "\\entry{a}{b}", "\\field{title}{", "\\verb{doi}",
            "@article{a,", "title={",
        ]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(PIECES, PIECES)
def test_any_latex_ends_in_a_text_or_an_error(body: str, other: str) -> None:
    try:
        text = parse(f"\\section{{A}}\\cite{{a}}{body}", main__bbl=other, refs__bib=other)
    except LitAtlasError:
        return
    for section in text.sections:
        assert section.name
        assert section.line >= 1


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_text_or_an_error(data: bytes) -> None:
    for form in (data, HEAD.encode() + data):
        with suppress(LitAtlasError):
            parse_eprint(form, "x")
