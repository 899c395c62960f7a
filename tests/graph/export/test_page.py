"""The page as a strict reader of HTML sees it, and what its script is given; test_browser_page.py has what it does."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest
from hypothesis import given, settings

from litatlas.graph.export import export
from litatlas.graph.export.bibtex import build_bibtex
from litatlas.graph.export.page_data import bibtex_entries, holdings, links_of, page_data
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Citation, Link, LinkKind, Paper, Placement, Source, SourceKind, Subgraph, Survey
from litatlas.graph.network import plain_text

from .. import example
from .hostile import SNIPPETS, subgraphs

HTML = "{http://www.w3.org/1999/xhtml}"


def read(subgraph: Subgraph, *, include_abstracts: bool = False) -> ElementTree.Element:
    """The page's tree, as a browser without scripts makes it; fails at the first error that HTML knows."""
    data = export(subgraph, "html", include_abstracts=include_abstracts).data
    page: ElementTree.Element = html5lib.HTMLParser(strict=True).parse(data, transport_encoding="utf-8")
    return page


def all_of(page: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return list(page.iter(HTML + name))


def text_of(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def script(page: ElementTree.Element, name: str | None) -> str:
    return next(text_of(each) for each in all_of(page, "script") if each.get("id") == name)


def test_the_script_is_given_the_small_graph_by_places_in_lists(small: Subgraph) -> None:
    data: Any = page_data(replace(small, papers=tuple(replace(paper, abstract=None) for paper in small.papers)))
    assert data["papers"][0] == {
        "key": "lora-111111",
        "title": "LoRA: Low-Rank Adaptation of Large Language Models",
        "authors": ["Edward J. Hu", "Yelong Shen"],
        "year": 2022,
        "venue": "ICLR",
        "links": [
            ["arXiv", "https://arxiv.org/abs/2106.09685"],
            ["OpenReview", "https://openreview.net/forum?id=nZeVKeeFYf9"],
            ["Code", "https://github.com/microsoft/LoRA"],
        ],
    }
    assert data["papers"][3]["software"] == 1
    assert [(each["name"], each["parent"]) for each in data["topics"]] == [
        ("Small Things: A Survey", -1),
        ("Methods", 0),
        ("Low-Rank Adapters", 1),
        ("Tools & Frameworks", 0),
    ]
    assert data["sources"] == ["A small list", "Edges", "More edges"]
    assert data["placed"] == [[0, 2, 0, 7], [1, 2, 0, 8], [1, 3, 0, 12], [2, 1, 0, 4], [3, 3, 0, None]]
    assert data["cited"] == [[1, 0, 1, 1, 2, 40], [2, 0, 1, 2]]


def test_several_surveys_are_topics_above_their_own(small: Subgraph) -> None:
    second = Survey("other", "Another Survey", example.LIST.key)
    node = replace(example.METHODS, key="other/methods", survey="other")
    data: Any = page_data(replace(small, surveys=(example.SURVEY, second), nodes=(*small.nodes, node)))
    assert [(each["key"], each["parent"]) for each in data["topics"]] == [
        ("", -1),
        ("survey:small", 0),
        ("survey:other", 0),
        ("node:small/methods", 1),
        ("node:small/methods/low-rank-adapters", 3),
        ("node:small/tools", 1),
        ("node:other/methods", 2),
    ]


def test_a_source_that_is_not_described_goes_by_its_key_and_no_paper_cites_itself(small: Subgraph) -> None:
    lora = example.LORA.key
    edges = (Citation(lora, lora, "unknown", 3), Citation(lora, example.QLORA.key, "unknown", 4))
    data: Any = page_data(replace(small, citations=edges, placements=()))
    assert data["cited"] == [[0, 1, data["sources"].index("unknown"), 4]]
    assert holdings(replace(small, citations=edges)) == "3 papers, 1 tool, 3 topics and 1 citation among them"


def test_what_it_holds_is_counted_in_words(small: Subgraph) -> None:
    assert holdings(small) == "3 papers, 1 tool, 3 topics and 2 citations among them"
    assert holdings(Subgraph("")) == "0 papers, 0 topics and 0 citations among them"


def test_an_address_is_listed_once_whatever_way_it_was_written() -> None:
    paper = Paper(
        "p",
        "P",
        ids=(PaperId(IdScheme.ARXIV, "2106.09685"), PaperId(IdScheme.DOI, "10.1/x")),
        links=(
            Link(LinkKind.PAPER, "Paper", "http://arxiv.org/pdf/2106.09685v2.pdf"),
            Link(LinkKind.PAPER, "Publisher", "https://example.org/p"),
            Link(LinkKind.CODE, " ", "https://example.org/code"),
            Link(LinkKind.OTHER, "Again", "https://example.org/code"),
        ),
    )
    assert links_of(paper) == (
        ("arXiv", "https://arxiv.org/abs/2106.09685"),
        ("DOI", "https://doi.org/10.1/x"),
        ("Publisher", "https://example.org/p"),
        ("Code", "https://example.org/code"),
    )


def test_each_paper_has_the_entry_that_the_bibliography_has(small: Subgraph) -> None:
    without = replace(small, papers=tuple(replace(paper, abstract=None) for paper in small.papers))
    credit, _, entries = build_bibtex(without).decode().partition("\n\n")
    assert all(line.startswith("%") for line in credit.splitlines())
    assert "\n\n".join(bibtex_entries(small)) + "\n" == entries
    assert "@misc{toolkit" not in bibtex_entries(small)[0]


def test_the_policy_names_the_style_and_the_script_and_nothing_else(small: Subgraph) -> None:
    page = read(small)
    policy = next(each.get("content") for each in all_of(page, "meta") if each.get("http-equiv"))
    digests = [
        hashlib.sha256(text.encode()).digest() for text in (text_of(all_of(page, "style")[0]), script(page, None))
    ]
    style, code = (f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    assert policy == (
        f"default-src 'none'; style-src {style}; script-src {code}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert [each.get("type") for each in all_of(page, "script")] == ["application/json", "application/json", None]
    assert not [each for each in page.iter() if each.get("src") or each.get("style") or each.get("onclick")]


def test_the_script_neither_reads_markup_nor_asks_the_network(small: Subgraph) -> None:
    ways = r"(inner|outer|Adjacent)HTML|DOMParser|document\.write|\beval\b|Function\(|fetch|XMLHttp|import\b|Beacon"
    assert re.findall(ways, script(read(small), None)) == []


def test_a_reader_without_scripts_has_every_paper_and_every_source(small: Subgraph) -> None:
    page = read(small)
    listed = [text_of(each) for each in next(iter(all_of(page, "noscript"))).iter(HTML + "li")]
    assert [each for each, paper in zip(listed, small.papers, strict=True) if paper.title not in each] == []
    assert listed[0].endswith("Edward J. Hu, Yelong Shen · ICLR · 2022arXiv OpenReview Code")
    sources = next(each for each in all_of(page, "details") if each.get("id") == "sources")
    told = [" ".join(text_of(each).split()) for each in sources.iter(HTML + "li")]
    assert told[0] == "A small list revision 0123456 of 2024-05-01 no licence stated"
    assert told[1] == "Edges (edges.jsonl) no licence stated"


def test_abstracts_stand_once_in_the_page_that_was_asked_for_them(small: Subgraph) -> None:
    assert export(small, "html", include_abstracts=True).data.decode().count("An abstract that stays at home.") == 1


@settings(max_examples=12)
@given(subgraph=subgraphs())
def test_hostile_text_breaks_no_tag_and_arrives_unchanged(subgraph: Subgraph) -> None:
    page = read(subgraph, include_abstracts=True)
    assert len(all_of(page, "script")) == 3
    assert not [name for name in ("img", "iframe", "base", "object", "embed") if all_of(page, name)]
    addresses = [each.get("href", "") for each in page.iter(HTML + "a")]
    assert all(each.lower().startswith(("http://", "https://")) for each in addresses)
    assert json.loads(script(page, "data")) == json.loads(json.dumps(page_data(subgraph)))
    assert json.loads(script(page, "bibtex")) == list(bibtex_entries(subgraph))


@pytest.mark.parametrize(
    "sign", ["\u2028", "\u2029", "\x7f", "\x9f", "\ufdd0", "\U0001fffe", "\U0010ffff", "</script>", "<!--"]
)
def test_no_sign_ends_the_data_or_is_an_error_of_html(sign: str, small: Subgraph) -> None:
    named = replace(example.LORA, title=f"a{sign}b", venue="𝒱 " + sign)
    data = export(replace(small, title=sign, papers=(named, *small.papers[1:])), "html").data.decode()
    page = read(replace(small, title=sign, papers=(named, *small.papers[1:])))
    paper = json.loads(script(page, "data"))["papers"][0]
    assert (paper["title"], paper["venue"]) == (f"a{sign}b", f"𝒱 {sign}")
    assert sign not in data.partition('id="data">')[2].partition("</script>")[0]


def test_only_web_addresses_become_links(small: Subgraph) -> None:
    addresses = ["javascript:alert(1)", " https://example.org", "//example.org", "HTTPS://example.org/A", "data:,x", ""]
    links = tuple(Link(LinkKind.OTHER, f"L{n}", each) for n, each in enumerate(addresses))
    source = Source("list", SourceKind.PAPER_LIST, "<b>", "javascript:alert(2)", licence="</ul>")
    page = read(replace(small, papers=(Paper("p", "P", links=links),), placements=(), citations=(), sources=(source,)))
    assert [each.get("href") for each in page.iter(HTML + "a")] == ["HTTPS://example.org/A"]
    assert all(each.get("rel") == "noreferrer" for each in page.iter(HTML + "a"))
    assert "L0 (javascript:alert(1))" in text_of(page)


def test_what_no_file_can_hold_is_seen_as_such(small: Subgraph) -> None:
    title = "".join(SNIPPETS)
    page = read(replace(small, title=title, papers=(replace(example.LORA, title=title), *small.papers[1:])))
    assert json.loads(script(page, "data"))["papers"][0]["title"] == plain_text(title)
    heading = text_of(all_of(page, "h1")[0])
    assert {"<script>alert(1)</script>", "&amp;", "]]>"} <= {each for each in SNIPPETS if each in heading}


def test_a_place_outside_the_subgraph_is_refused(small: Subgraph) -> None:
    with pytest.raises(KeyError):
        export(replace(small, placements=(Placement("nobody", example.TOOLS.key, "s"),)), "html")
