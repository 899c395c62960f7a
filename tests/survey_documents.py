"""Surveys of our own writing, as arXiv serves them: LaTeXML's HTML and an e-print, from one tree of sections."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

LEVELS = ("section", "subsection", "subsubsection", "paragraph", "subparagraph")


@dataclass(frozen=True)
class Work:
    """A work that a survey cites."""

    key: str
    title: str
    authors: tuple[str, ...] = ("Ada Lovelace", "Charles Babbage")
    year: int = 2023
    venue: str = "ICML"
    arxiv: str | None = None


@dataclass(frozen=True)
class Part:
    """A section: its name, the keys it cites, and the sections below it."""

    name: str
    cites: tuple[str, ...] = ()
    children: tuple[Part, ...] = ()


def to_html(title: str, sections: Sequence[Part], references: Sequence[Work]) -> bytes:
    """A page in the shapes of LaTeXML: numbered headings, links to the bibliography, blocks in its items."""
    ids = {work.key: f"bib.bib{number}" for number, work in enumerate(references, 1)}
    body = "\n".join(_html_section(part, 0, f"S{n}", f"{n}", ids) for n, part in enumerate(sections, 1))
    items = "\n".join(_html_bibitem(work, ids[work.key], number) for number, work in enumerate(references, 1))
    return f"""<!DOCTYPE html><html lang="en">
<head><title>{escape(title)}</title><meta content="text/html; charset=utf-8" http-equiv="content-type"></head>
<body><div class="ltx_page_main"><div class="ltx_page_content">
<article class="ltx_document ltx_authors_1line">
<h1 class="ltx_title ltx_title_document">{escape(title)}</h1>
{body}
<section class="ltx_bibliography" id="bib"><h2 class="ltx_title ltx_title_bibliography">References</h2>
<ul class="ltx_biblist">
{items}
</ul></section>
</article></div></div></body></html>
""".encode()


def _html_section(part: Part, depth: int, anchor: str, number: str, ids: Mapping[str, str]) -> str:
    kind = LEVELS[depth]
    tag = f'<span class="ltx_tag ltx_tag_{kind}">{number} </span>' if depth < 3 else ""
    cites = " ".join(_html_cite(key, ids) for key in part.cites)
    below = "\n".join(
        _html_section(child, depth + 1, f"{anchor}.{'S' * (depth + 1)}{n}", f"{number}.{n}", ids)
        for n, child in enumerate(part.children, 1)
    )
    return f"""<section class="ltx_{kind}" id="{anchor}">
<h{depth + 2} class="ltx_title ltx_title_{kind}">{tag}{escape(part.name)}</h{depth + 2}>
<div class="ltx_para" id="{anchor}.p1"><p class="ltx_p">Words about it {cites} and more.</p></div>
{below}</section>"""


def _html_cite(key: str, ids: Mapping[str, str]) -> str:
    return (
        '<cite class="ltx_cite ltx_citemacro_citep">(<a class="ltx_ref" title="" '
        f'href="https://arxiv.org/html/2312.03863v4#{ids.get(key, "bib.bib0")}">Somebody, 2023</a>)</cite>'
    )


def _html_bibitem(work: Work, anchor: str, number: int) -> str:
    blocks = (f"{' and '.join(work.authors)}.", f"{work.title}.", f"{_place(work)}, {work.year}.")
    spans = "".join(f'<span class="ltx_bibblock">{escape(block)}\n</span>' for block in blocks)
    tag = f'<span class="ltx_tag ltx_role_refnum ltx_tag_bibitem">[{number}]</span>'
    return f'<li class="ltx_bibitem" id="{anchor}">{tag}\n{spans}</li>'


def _place(work: Work) -> str:
    return f"arXiv preprint arXiv:{work.arxiv}" if work.arxiv else f"In {work.venue}"


def to_tex(title: str, sections: Sequence[Part], bibliography: str, *, figure: str = "") -> str:
    """The main file; `bibliography` and `figure` stand in it as they are."""
    body = "\n".join(_tex_section(part, 0) for part in sections)
    return f"""\\documentclass[11pt]{{article}}
\\usepackage{{natbib}} % a comment with \\cite{{nobody}}
\\title{{{to_latex(title)}}}
\\begin{{document}}
\\maketitle
{figure}
{body}
{bibliography}
\\end{{document}}
"""


def _tex_section(part: Part, depth: int) -> str:
    cites = " ".join(f"\\citep[see][]{{{key}}}" for key in part.cites)
    below = "\n".join(_tex_section(child, depth + 1) for child in part.children)
    return f"\\{LEVELS[depth]}{{{to_latex(part.name)}}}\\label{{sec:x}}\nWords about it {cites} and more.\n{below}"


def to_bbl(references: Sequence[Work]) -> str:
    """What BibTeX writes with natbib's plainnat."""
    items = "\n\n".join(
        f"\\bibitem[{{Somebody et~al.({work.year})}}]{{{work.key}}}\n{' and '.join(map(to_latex, work.authors))}.\n"
        f"\\newblock {to_latex(work.title)}.\n\\newblock {{\\em {_place(work)}}}, {work.year}."
        for work in references
    )
    return f"\\begin{{thebibliography}}{{{len(references)}}}\n{items}\n\\end{{thebibliography}}\n"


def to_bib(references: Sequence[Work]) -> str:
    """A BibTeX database."""
    return "\n".join(
        f"@article{{{work.key},\n  title={{{to_latex(work.title)}}},\n  author={{{' and '.join(work.authors)}}},\n"
        + (
            f"  eprint={{{work.arxiv}}},\n  archivePrefix={{arXiv}},\n"
            if work.arxiv
            else f"  journal={{{work.venue}}},\n"
        )
        + f"  year={{{work.year}}}\n}}"
        for work in references
    )


def to_eprint(title: str, sections: Sequence[Part], references: Sequence[Work], *, figure: str = "") -> bytes:
    """A gzipped tar with the sections in a file of their own and the bibliography in a ``.bbl`` file."""
    body = "\n".join(_tex_section(part, 0) for part in sections)
    return to_archive(
        {
            "main.tex": to_tex(title, (), "\\input{sections/body}\n\\bibliography{refs}", figure=figure).encode(),
            "sections/body.tex": body.encode(),
            "main.bbl": to_bbl(references).encode(),
            "figures/tree.pdf": b"%PDF-1.5 a picture",
        }
    )


def to_archive(files: Mapping[str, bytes]) -> bytes:
    """A gzipped tar of these files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(stream.getvalue(), mtime=0)


def to_latex(text: str) -> str:
    """Plain text with LaTeX's own characters escaped."""
    return "".join(f"\\{char}" if char in "&%$#_{}" else char for char in text)
