"""Subgraphs whose every text is hostile: markup, TeX, formulas, control characters, surrogates, direction marks."""

from __future__ import annotations

from hypothesis import strategies as st

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Citation, Link, LinkKind, Paper, Placement, Subgraph, Survey, TaxonomyNode

SNIPPETS = (
    "]]>",
    "<script>alert(1)</script>",
    "&amp;",
    "<!--",
    '"',
    "'",
    "''",
    "``",
    "--",
    "---",
    "!`",
    "{",
    "}",
    "\\",
    "\\{",
    "\\}",
    "%",
    "@misc{x,",
    "\n@article{y,\n",
    "$x^2$",
    "$",
    "$$",
    "$\\mathcal{O}(n)$",
    "$\\input{/etc/passwd}$",
    "\\input{x}",
    "#",
    "~",
    "^",
    "_",
    "\x00",
    "\x0b",
    "\x1b[31m",
    "\x85",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\ufeff",
    "\u202e",
    "\u2028",
    "\u00a0",
    "😀",
    "👩‍🔬",
    "é",
    "e\u0301",
    "ﬁ",
    "中文",
    "العربية",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "'=1",
    "\t",
    "\r",
    "\r\n",
    ",",
    ";",
    " and ",
    "others",
    "LoRA",
    "A",
    " ",
    "NA",
    "null",
)

texts = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.characters(), st.text(max_size=8)), max_size=8).map("".join)


@st.composite
def subgraphs(draw: st.DrawFn) -> Subgraph:
    """Two papers, two nodes, a survey, and edges by a source with a hostile name."""
    source = draw(texts)
    survey = Survey("s", draw(texts), source)
    top = TaxonomyNode("s/a", "s", draw(texts), None, (draw(texts),), 0, draw(st.none() | st.integers(1, 9)))
    leaf = TaxonomyNode("s/a/b", "s", draw(texts), "s/a", (*top.path, draw(texts)), 1)
    papers = (draw(_papers("p")), draw(_papers("q")))
    return Subgraph(
        title=draw(texts),
        papers=papers,
        nodes=(top, leaf),
        surveys=(survey,),
        placements=(
            Placement("p", "s/a/b", source, 3),
            Placement("p", "s/a/b", draw(texts)),
            Placement("q", "s/a", ""),
        ),
        citations=(Citation("p", "q", source, 1, draw(texts)), Citation("p", "p", draw(texts))),
    )


def _papers(key: str) -> st.SearchStrategy[Paper]:
    return st.builds(
        Paper,
        key=st.just(key),
        title=texts,
        year=st.none() | st.integers(0, 10**20),
        venue=st.none() | texts,
        abstract=st.none() | texts,
        authors=st.lists(texts, max_size=3).map(tuple),
        ids=st.just((PaperId(IdScheme.DOI, "10.1000/x"),)),
        links=st.lists(st.builds(Link, st.sampled_from(LinkKind), texts, texts), max_size=2).map(tuple),
    )
