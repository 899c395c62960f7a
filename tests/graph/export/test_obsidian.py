"""Vaults: opened by obsidiantools, and by a strict reader of links, they are the graph that was exported."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from obsidiantools.api import Vault

from litatlas.graph.export import export
from litatlas.graph.export.list_notation import one_line
from litatlas.graph.export.vault_names import LONGEST_NAME, name_pages, page_name
from litatlas.graph.export.vault_text import front_matter, page_link, page_text
from litatlas.graph.library import Library
from litatlas.graph.models import Paper, Subgraph, Survey
from litatlas.graph.parts import whole
from litatlas.graph.selection import Below, select
from litatlas.ingest.bundle import load_facts
from litatlas.ingest.edge_bundle import load_edges
from litatlas.ingest.pipeline import apply_edges, apply_facts

from ...conftest import ROOT
from .hostile import subgraphs, texts

_LINK = re.compile(r"(?<!\\)\[\[([^\]|]*)(?:\|([^\]]*))?\]\]")
TRAPS = ("[[a]]", "%% hidden %%", "#tag", "$x$", "<% tp.date.now() %>", "key:: value", "==lit==", "^block", "{{title}}",
         "![[embed]]", "`= this.file`", "[x](javascript:1)", "<script>", "---", "title: x", "\u202e", "\u2028", "\x85",
         "con", "CON.txt", "nul", "a/../../b", "..", ".hidden", "x.md", "*", "a" * 300, "é" * 90, "ß", "SS", "ﬁ",
         "Start here", "sources", "Papers", " (s)", "|", "?", ":", "'", '"', "\\")  # fmt: skip
hostile = st.lists(st.sampled_from(TRAPS) | texts, max_size=3).map("".join)


@dataclass(frozen=True)
class Page:
    """A page as a strict reader sees it: its properties, and the pages that each section links to."""

    properties: dict[str, Any]
    links: dict[str, list[str]]
    text: str


def unpack(subgraph: Subgraph) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(export(subgraph, "obsidian").data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        return {name: archive.read(name).decode() for name in names}


def read_page(text: str) -> Page:
    _, head, body = text.split("---\n", 2)
    links: dict[str, list[str]] = {}
    section = ""
    for line in body.splitlines():
        section = line[3:] if line.startswith("## ") else section
        links.setdefault(section, []).extend(match[1] for match in _LINK.finditer(line))
    return Page(yaml.safe_load(head), links, body)


def read_vault(subgraph: Subgraph) -> dict[str, Page]:
    """The pages by name; every link leads to one."""
    pages = {PurePosixPath(path).stem: read_page(text) for path, text in unpack(subgraph).items()}
    for page in pages.values():
        assert {target for targets in page.links.values() for target in targets} <= pages.keys()
    return pages


def linked(pages: dict[str, Page], section: str) -> set[tuple[str, str]]:
    """From which record to which a section's links lead, by key."""
    key = {name: page.properties.get("litatlas", "") for name, page in pages.items()}
    return {(key[name], key[to]) for name, page in pages.items() for to in page.links.get(section, ())}


def same_graph(pages: dict[str, Page], subgraph: Subgraph) -> None:
    placed = {(each.paper, each.node) for each in subgraph.placements}
    cited = {(each.citing, each.cited) for each in subgraph.citations}
    broader = {(node.key, node.parent or node.survey) for node in subgraph.nodes}
    papers, nodes = {paper.key for paper in subgraph.papers}, {node.key for node in subgraph.nodes}
    topics = linked(pages, "Topics")
    assert {pair for pair in topics if pair[0] in papers} == placed
    assert {pair for pair in topics if pair[0] not in papers} == {(node.survey, node.key) for node in subgraph.nodes}
    assert {(paper, node) for node, paper in linked(pages, "Papers") if node in nodes} == placed
    assert linked(pages, "Cites") == {(cited, citing) for citing, cited in linked(pages, "Cited by")} == cited
    assert linked(pages, "Broader") == broader
    assert linked(pages, "Narrower") == {(above, node) for node, above in broader if above in nodes}


def tell(text: str) -> str:
    return text.removeprefix("\u200b")


@settings(max_examples=25)
@given(subgraph=subgraphs(), titles=st.tuples(hostile, hostile, hostile, hostile))
def test_any_graph_reads_back_the_same(subgraph: Subgraph, titles: tuple[str, ...]) -> None:
    p, q = (replace(paper, title=title) for paper, title in zip(subgraph.papers, titles, strict=False))
    a, b = (replace(node, name=name) for node, name in zip(subgraph.nodes, titles[2:], strict=True))
    subgraph = replace(subgraph, papers=(p, q), nodes=(a, b))
    pages = read_vault(subgraph)
    same_graph(pages, subgraph)
    by_key = {page.properties.get("litatlas"): page.properties for page in pages.values()}
    for paper in subgraph.papers:
        read = by_key[paper.key]
        assert tell(read.get("title", "")) == one_line(paper.title)
        assert [tell(name) for name in read.get("authors", [])] == [*map(one_line, paper.authors)]
        assert read.get("year") == paper.year
        assert tell(read.get("venue", "")) == one_line(paper.venue or "")


@settings(max_examples=25)
@given(subgraph=subgraphs(), names=st.lists(hostile, min_size=4, max_size=4))
def test_paths_are_safe_everywhere(subgraph: Subgraph, names: list[str]) -> None:
    papers = tuple(Paper(str(number), name) for number, name in enumerate((*names, *names, *map(str.upper, names))))
    for path in unpack(replace(subgraph, papers=papers, placements=(), citations=())):
        folder, _, file = path.rpartition("/")
        assert folder in {"", "Papers", "Topics", "Surveys"}
        name = file.removesuffix(".md")
        assert not re.search(r'[\[\]#^|\\/:*?"<>\x00-\x1f]|^[. ]|[. ]$|\.md$', name)
        assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)", name)
        assert 0 < len(name.encode()) <= LONGEST_NAME + 60
        assert unicodedata.is_normalized("NFC", name)
    stems = [
        PurePosixPath(path).stem.casefold()
        for path in unpack(replace(subgraph, papers=papers, placements=(), citations=()))
    ]
    assert len(set(stems)) == len(stems)


@given(hostile)
def test_text_stays_text(text: str) -> None:
    written = page_text(text)
    for mark in ("[[", "%%", "<%", "==", "::"):
        assert mark not in written
    assert not re.search(r"(?<!\\)[#^$`<]", written)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(f"# {written}")
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text"}
    assert "".join(child.content for child in inline) == one_line(text)
    properties = front_matter([("title", text), ("aliases", [text, "b"])])
    read = yaml.safe_load(properties.strip("-"))
    assert tell(read.get("title", "")) == one_line(text)
    assert not any(re.fullmatch(r"!?\[\[.*\]\]", value) for value in (read.get("title", ""), *read["aliases"]))
    assert "<%" not in properties


def test_a_link_shows_the_title_only_where_that_is_plain() -> None:
    assert page_link("LoRA - Low-Rank", "LoRA: Low-Rank") == "[[LoRA - Low-Rank|LoRA: Low-Rank]]"
    assert page_link("Same", "Same") == "[[Same]]"
    assert page_link("x - y", "x]] y") == page_link("x - y", "x:: y") == page_link("x - y", "x|y") == "[[x - y]]"


def test_names_that_nobody_shares_are_those_of_the_record_whatever_else_is_exported(small: Subgraph) -> None:
    everything = name_pages(small).papers
    for paper in small.papers:
        alone = replace(small, papers=(paper,), placements=(), citations=())
        assert name_pages(alone).papers == {paper.key: everything[paper.key]}
    assert everything["lora-111111"] == "LoRA - Low-Rank Adaptation of Large Language Models"


def test_records_of_one_name_are_told_apart_by_their_keys(small: Subgraph) -> None:
    first, second = Paper("k1", "The Same: a Title"), Paper("k2", "the same - A TITLE?")
    names = name_pages(replace(small, papers=(first, second), placements=(), citations=())).papers
    assert names == {"k1": "The Same - a Title 6ab9f1", "k2": "the same - A TITLE 015f7e"}
    alone = name_pages(replace(small, papers=(first,), placements=(), citations=())).papers
    assert alone == {"k1": "The Same - a Title"}, "as docs/exports.md warns"
    assert page_name("Start here", "k1") == "Start here"
    assert name_pages(replace(small, papers=(Paper("k1", "start HERE"),), placements=(), citations=())).papers == {
        "k1": "start HERE 6ab9f1"
    }


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A/B: C|D", "A-B - C-D"),
        ("[Un]usual #1 ^ <b>", "(Un)usual 1 b"),
        ("..hidden. ", "hidden"),
        ("con", "_con"),
        ("Lpt1.txt", "_Lpt1.txt"),
        ("notes.md", "notes-md"),
        ("e\u0301tude \u202e50%% of $5", "étude 50% of 5"),
        ("？", "？ 6ab9f1"),
        ("word " * 40, "word " * 20 + "6ab9f1"),
    ],
)
def test_names_worked_by_hand(title: str, name: str) -> None:
    assert page_name(title, "k1") == name


def test_obsidiantools_reads_the_small_graph(tmp_path: Path, small: Subgraph) -> None:
    opens_as(tmp_path, small)


def test_obsidiantools_reads_a_bundled_survey(tmp_path: Path) -> None:
    with Library.edit(tmp_path / "library") as draft:
        apply_facts(draft, load_facts(ROOT / "data" / "efficient-llms"))
        apply_edges(draft, load_edges(ROOT / "data" / "citations"))
    with Library(tmp_path / "library") as library:
        subgraph = whole(library)
    same_graph(read_vault(subgraph), subgraph)
    branch = "efficient-llms/model-centric-methods/efficient-inference"
    with Library(tmp_path / "library") as library:
        part = select(library, Below(branch), lambda: pytest.fail("no question is asked"))
    assert len(part.papers) > 30
    opens_as(tmp_path / "vault", part)


def opens_as(directory: Path, subgraph: Subgraph) -> None:
    with zipfile.ZipFile(io.BytesIO(export(subgraph, "obsidian").data)) as archive:
        archive.extractall(directory)
    vault = Vault(directory).connect()
    assert vault.nonexistent_notes == []
    assert len(vault.md_file_index) == 2 + len(subgraph.surveys) + len(subgraph.nodes) + len(subgraph.papers)
    names = name_pages(subgraph)
    for paper in subgraph.papers:
        page = names.papers[paper.key]
        front = vault.get_front_matter(page)
        assert (front["title"], front.get("year"), front["litatlas"]) == (paper.title, paper.year, paper.key)
        cited = {names.papers[each.cited] for each in subgraph.citations if each.citing == paper.key}
        citing = {names.papers[each.citing] for each in subgraph.citations if each.cited == paper.key}
        topics = {names.nodes[each.node] for each in subgraph.placements if each.paper == paper.key}
        assert set(vault.get_wikilinks(page)) == cited | citing | topics
        start = set() if topics else {"Start here"}
        assert set(vault.get_backlinks(page)) == cited | citing | topics | start
    tags = Counter(tag for file in vault.md_file_index for tag in vault.get_front_matter(file)["tags"])
    assert tags["topic"] == len(subgraph.nodes)


def test_abstracts_and_notes_are_told_as_text(small: Subgraph) -> None:
    noted = replace(small, papers=(replace(small.papers[0], note="Adds [[low-rank]] terms."), *small.papers[1:]))
    page = next(text for path, text in unpack(noted).items() if path.startswith("Papers/LoRA"))
    assert "\n> Adds \\[\\[low-rank\\]\\] terms.\n" in page
    with zipfile.ZipFile(io.BytesIO(export(noted, "obsidian", include_abstracts=True).data)) as archive:
        assert (
            "An abstract that stays at home."
            in archive.read("Papers/LoRA - Low-Rank Adaptation of Large Language Models.md").decode()
        )


def test_the_start_page_counts_and_leads_everywhere(small: Subgraph) -> None:
    nowhere = replace(small, placements=small.placements[:1])
    text = unpack(nowhere)["Start here.md"]
    assert "1 survey, 3 topics, 4 papers, 2 citations." in text
    assert text.count("\n- [[") == 1 + 3
    two = Subgraph("Two", surveys=(Survey("a", "A", ""), Survey("b", "a", "")))
    assert unpack(two)["Start here.md"].count("\n- [[") == len(set(name_pages(two).surveys.values())) == 2
