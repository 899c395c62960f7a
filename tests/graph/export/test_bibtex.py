from __future__ import annotations

from typing import Any

import bibtexparser
import pytest
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors
from hypothesis import given, settings
from pylatexenc.latex2text import LatexNodes2Text

from litatlas.graph.export import export
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Link, LinkKind, Paper, Subgraph, WorkKind
from litatlas.graph.network import plain_text

from .hostile import SNIPPETS, subgraphs


def _read(subgraph: Subgraph, middleware: Any = None) -> list[Any]:
    text = export(subgraph, "bibtex", include_abstracts=True).data.decode()
    library = bibtexparser.parse_string(text, append_middleware=[middleware or LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    assert all(comment.raw.startswith("% ") for comment in library.comments)
    assert len(library.comments) == bool(subgraph.sources)
    return list(library.entries)


def _on_one_line(text: str) -> str:
    return " ".join(plain_text(text).split())


def _read_one(paper: Paper) -> dict[str, Any]:
    (entry,) = _read(Subgraph("test", papers=(paper,)))
    return {"type": entry.entry_type, **{field.key: field.value for field in entry.fields}}


def _raw(paper: Paper) -> str:
    return export(Subgraph("test", papers=(paper,)), "bibtex").data.decode()


@settings(max_examples=150, deadline=None)
@given(subgraphs())
def test_bibtexparser_reads_every_entry_and_every_title(subgraph: Subgraph) -> None:
    entries = _read(subgraph)
    titles = [entry.get("title").value if entry.get("title") else "" for entry in entries]
    assert titles == [_on_one_line(paper.title) for paper in subgraph.papers]
    assert len({entry.key.lower() for entry in entries}) == len(subgraph.papers)


@settings(max_examples=100, deadline=None)
@given(subgraphs())
def test_bibtexparser_finds_the_authors(subgraph: Subgraph) -> None:
    decode = LatexNodes2Text(math_mode="verbatim").latex_to_text
    for entry, paper in zip(_read(subgraph, SeparateCoAuthors()), subgraph.papers, strict=True):
        authors = entry.get("author").value if entry.get("author") else []
        assert [decode(name) for name in authors] == [_on_one_line(name) for name in paper.authors if name.strip()]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_each_hostile_snippet_survives_alone_and_within(snippet: str) -> None:
    for title in (snippet, f"a{snippet}b", f"{snippet}{snippet}", f"LoRA {snippet} of x"):
        assert _read_one(Paper("p", title)).get("title", "") == _on_one_line(title)


@settings(max_examples=60, deadline=None)
@given(subgraphs())
def test_braces_balance_as_bibtex_counts_them(subgraph: Subgraph) -> None:
    depth = 0
    for character in export(subgraph, "bibtex", include_abstracts=True).data.decode():
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(
    ("venue", "kind", "entry_type", "field"),
    [
        ("NeurIPS", WorkKind.PAPER, "inproceedings", "booktitle"),
        ("ICML Workshop", WorkKind.PAPER, "inproceedings", "booktitle"),
        ("TMLR", WorkKind.PAPER, "article", "journal"),
        ("Journal of Machine Learning Research", WorkKind.PAPER, "article", "journal"),
        ("IEEE Transactions on Computers", WorkKind.PAPER, "article", "journal"),
        ("IEEE Trans. Computers", WorkKind.PAPER, "article", "journal"),
        ("Nature", WorkKind.PAPER, "article", "journal"),
        ("Conference on Nature and Data Science", WorkKind.PAPER, "inproceedings", "booktitle"),
        ("The Web Conference", WorkKind.PAPER, "inproceedings", "booktitle"),
        ("Blog", WorkKind.PAPER, "misc", "howpublished"),
        ("Website", WorkKind.PAPER, "misc", "howpublished"),
        ("arXiv", WorkKind.PAPER, "misc", "howpublished"),
        ("OSDI", WorkKind.SOFTWARE, "misc", "howpublished"),
    ],
)
def test_the_entry_type_follows_the_venue(venue: str, kind: WorkKind, entry_type: str, field: str) -> None:
    entry = _read_one(Paper("p", "Title", kind=kind, venue=venue))
    assert (entry["type"], entry[field]) == (entry_type, venue)


def test_a_preprint_is_named_by_its_eprint() -> None:
    paper = Paper("p", "Title", venue="arXiv", year=2023, ids=(PaperId(IdScheme.ARXIV, "2305.14314"),))
    assert _read_one(paper) == {
        "type": "misc",
        "title": "Title",
        "year": "2023",
        "eprint": "2305.14314",
        "archiveprefix": "arXiv",
        "url": "https://arxiv.org/abs/2305.14314",
    }


def test_unknown_fields_are_not_written() -> None:
    assert _read_one(Paper("p", "Title")) == {"type": "misc", "title": "Title"}


def test_keywords_are_taxonomy_paths(small: Subgraph) -> None:
    keywords = {entry.key: entry["keywords"] for entry in _read(small)}
    assert keywords["qlora2023"] == "Methods > Low-Rank Adapters, Tools & Frameworks"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("Ng, Andrew", "Ng, Andrew"),
        ("Barnes and Noble", "{Barnes and Noble}"),
        ("others", "{others}"),
        ("Gemini Team", "{Gemini Team}"),
        ("#1 Author", "{\\#1 Author}"),
        ("A, B, C, D", "{A, B, C, D}"),
        ("Łukasz Kaiser", "{\\L}ukasz Kaiser"),
    ],
)
def test_names_are_kept_from_being_split_wrongly(name: str, raw: str) -> None:
    assert f"author = {{{raw}}}," in _raw(Paper("p", "Title", authors=(name,)))


def test_an_address_cannot_break_out_of_its_field() -> None:
    link = Link(LinkKind.CODE, "Code", "https://x.org/a b}\n@misc{y,\\input{z}?q=%20#f")
    assert "url = {https://x.org/a%20b%7D%0A@misc%7By,%5Cinput%7Bz%7D?q=%20#f}" in _raw(Paper("p", "T", links=(link,)))
