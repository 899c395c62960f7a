"""Lists that LitAtlas wrote: read back they are the same taxonomy, placements and papers, whatever the texts hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from litatlas.graph.claims import paper_from_claims
from litatlas.graph.errors import NoPapersFound, SourceUnreadable
from litatlas.graph.export import export
from litatlas.graph.export.list_notation import (
    FIRST_LINE,
    NAMELESS,
    UNTITLED,
    escape_text,
    one_line,
    restore_text,
    web_address,
)
from litatlas.graph.identity import IdScheme, PaperId, paper_id_from_url, title_key
from litatlas.graph.library import Library
from litatlas.graph.models import (
    Link,
    LinkKind,
    Paper,
    Placement,
    Source,
    SourceKind,
    Subgraph,
    Survey,
    TaxonomyNode,
    WorkKind,
)
from litatlas.graph.parts import whole
from litatlas.ingest.bundle import load_facts
from litatlas.ingest.facts import SurveyFacts
from litatlas.ingest.list_folder import read_paper_lists
from litatlas.ingest.paper_list import parse_paper_list
from litatlas.ingest.pipeline import apply_facts

from ..conftest import ROOT
from ..graph.example import SMALL
from ..graph.export.hostile import SNIPPETS

BUNDLED = ("efficient-llms", "llm-compression", "llm-inference")
TRAPS = (
    "Title, Revisited", "# A", "## B ##", "1. One", "2) Two", "- three", "+ four", "* five", "[ ] six", "> seven",
    "***", "---", "===", "| a | b |", "|--|--|", "`code`", "``", "*em*", "**bold**", "_x_", "~~gone~~", "==lit==",
    "<ins>ACL, 2023</ins>", ", <ins>", "</ins>", "<!-- software -->", "<!-- ", "-->", "<b>", "<div>", "</li>",
    "[[Paper](https://example.org)]", "[x](javascript:1)", "[[Code]]", "![y](z)", "[^1]", "[a]: b", "\\", "\\\\", "\\[",
    "&amp;", "&#35;", "&lt;ins&gt;", "2023", ", 2023", "NIPS, 2017", "-5", "Ends.", "Ends...", "“Quoted”", '"q"',
    "Ann One, Bob Two", "Code", "Contents", "🤖 Robots", ":tada:", "$x$", "%%", "{{<", "https://example.org/a_b_c",
    "arXiv:2305.00001", "Note: a", "Abstract: b", "\u202eevil", "\u200b", "C#", "a\nb", "Findings of ACL", "(", ")",
)  # fmt: skip
texts = st.lists(st.sampled_from(TRAPS + SNIPPETS) | st.text(max_size=6), max_size=5).map("".join)
addresses = st.one_of(
    texts.map(lambda text: f"https://example.org/{text}"),
    st.sampled_from(["https://github.com/a/b", "https://openreview.net/pdf?id=x_1", "http://a.example/?a=1&copy;=2"]),
)


UNREAD = {"line-not-read", "entry-not-understood", "text-not-understood", "no-venue", "no-year"}


def read(data: bytes, key: str = "s") -> SurveyFacts:
    source = Source(f"paper-list:{key}", SourceKind.PAPER_LIST, "A list", "list.md")
    return parse_paper_list(data, source, survey_key=key)


def written(subgraph: Subgraph) -> str:
    return export(subgraph, "markdown").data.decode()


def graph_of(facts: SurveyFacts) -> Subgraph:
    kinds = {facts.source.key: facts.source.kind}
    papers = tuple(paper_from_claims(work.key, work.claims, work.aliases, kinds) for work in facts.works)
    return Subgraph("All", papers, facts.nodes, (facts.survey,), (), facts.placements)


def taxonomy(subgraph: Subgraph) -> list[tuple[str, ...]]:
    return [tuple(one_line(name) or NAMELESS for name in node.path) for node in subgraph.nodes]


def places(subgraph: Subgraph) -> list[tuple[int, str]]:
    """Which title stands at which node, by the node's number, in order."""
    number = {node.key: index for index, node in enumerate(subgraph.nodes)}
    title = {paper.key: one_line(paper.title) or UNTITLED for paper in subgraph.papers}
    return sorted(((number[each.node], title[each.paper]) for each in subgraph.placements), key=lambda each: each[0])


def facts_of(paper: Paper) -> tuple[object, ...]:
    """What a list says of a paper; an id is also a link to its landing page."""
    links = {(link.kind, address) for link in paper.links if (address := web_address(link.url))}
    reached = {paper_id_from_url(url) for _, url in links}
    links |= {(LinkKind.PAPER, each.url) for each in paper.ids if each not in reached}
    return (
        one_line(paper.title) or UNTITLED,
        paper.kind,
        paper.year,
        one_line(paper.venue or "") or None,
        one_line(paper.note or "") or None,
        frozenset(links),
    )


def same_lists(first: Subgraph, second: Subgraph) -> None:
    assert taxonomy(second) == taxonomy(first)
    assert places(second) == places(first)
    assert sorted(map(facts_of, second.papers), key=repr) == sorted(map(facts_of, first.papers), key=repr)


@st.composite
def papers(draw: st.DrawFn, number: int) -> Paper:
    links = draw(st.lists(st.builds(Link, st.sampled_from(LinkKind), texts, addresses), max_size=3))
    unlike = {web_address(link.url): link for link in links}
    return Paper(
        f"p{number}",
        draw(texts),
        kind=draw(st.sampled_from(WorkKind)),
        year=draw(st.none() | st.integers(1, 99_999)),
        venue=draw(st.none() | texts),
        note=draw(st.none() | texts),
        ids=(PaperId(IdScheme.DOI, f"10.1000/{number}_(a)"),),
        links=tuple(unlike.values()),
    )


@st.composite
def surveys(draw: st.DrawFn) -> Subgraph:
    """One survey: a tree of up to seven levels, papers at several nodes or at none."""
    nodes: list[TaxonomyNode] = []
    for number in range(draw(st.integers(1, 8))):
        above = None
        if draw(st.booleans()) and nodes:  # right below the last node or one of those above it, so depth first
            depth = draw(st.integers(1, nodes[-1].depth))
            above = next(node for node in nodes[::-1] if node.depth == depth)
        name = f"{draw(texts)}{number}" if draw(st.booleans()) else draw(texts)
        path = (*(above.path if above else ()), name)
        nodes.append(TaxonomyNode(f"s/{number}", "s", name, above.key if above else None, path, number))
    drawn = [draw(papers(number)) for number in range(draw(st.integers(1, 4)))]
    unlike = {title_key(one_line(paper.title)) or one_line(paper.title): paper for paper in drawn}
    found = tuple(unlike.values())
    at = st.lists(st.sampled_from(nodes), max_size=3, unique_by=lambda node: node.key)
    placements = [
        Placement(paper.key, node.key, "l", None, row) for row, paper in enumerate(found) for node in draw(at)
    ]
    return Subgraph("All", found, tuple(nodes), (Survey("s", draw(texts), "l"),), (), tuple(placements))


@settings(max_examples=60)
@given(subgraph=surveys())
def test_a_written_list_reads_back_the_same_whatever_its_texts_hold(subgraph: Subgraph) -> None:
    data = export(subgraph, "markdown").data
    facts = read(data)
    same_lists(subgraph, graph_of(facts))
    assert facts.survey.title == (one_line(subgraph.surveys[0].title) or NAMELESS)
    assert not {finding.code for finding in facts.findings} & UNREAD
    again = export(graph_of(facts), "markdown").data
    assert export(graph_of(read(again)), "markdown").data == again


@settings(max_examples=40)
@given(subgraph=surveys())
def test_a_markdown_page_shows_every_text_as_text(subgraph: Subgraph) -> None:
    """Read by markdown-it, as GitHub's pages are made: headings and rows show what the library holds, and only our
    links lead anywhere."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(written(subgraph))
    inline = [token for token in tokens if token.type == "inline"]
    shown = ["".join(child.content for child in token.children or () if child.type == "text") for token in inline]
    for node in subgraph.nodes:
        assert (one_line(node.name) or NAMELESS) in map(str.rstrip, shown)
    for paper in subgraph.papers:
        title = one_line(paper.title) or UNTITLED
        assert any(text.startswith(title) for text in shown)
    html = {child.content for token in inline for child in token.children or () if child.type == "html_inline"}
    assert {tag for tag in html if not re.fullmatch(r"<!-- [\w. -]+ -->", tag)} <= {"<ins>", "</ins>"}
    assert all(token.content == f"{FIRST_LINE}\n" for token in tokens if token.type == "html_block")
    hrefs = {child.attrs.get("href") for token in inline for child in token.children or () if child.type == "link_open"}
    assert all(str(href).startswith(("http://", "https://")) for href in hrefs)
    kinds = {child.type for token in inline for child in token.children or ()}
    assert kinds <= {"text", "link_open", "link_close", "html_inline"}


def test_topics_may_be_deeper_than_headings_and_have_one_name() -> None:
    paths = [("Same",) * depth for depth in range(1, 10)]
    keys = ["s" + "/same" * depth for depth in range(10)]
    deep = [TaxonomyNode(keys[d], "s", "Same", keys[d - 1] if d > 1 else None, paths[d - 1], d) for d in range(1, 10)]
    twin = TaxonomyNode("s/same/same-2", "s", "Same", "s/same", ("Same", "Same"), 10)
    placements = (Placement("p", deep[8].key, "l"), Placement("p", twin.key, "l"))
    subgraph = Subgraph("All", (Paper("p", "A title"),), (*deep, twin), (Survey("s", "S", "l"),), (), placements)
    assert "###### Same <!-- depth 9 -->" in written(subgraph)
    back = graph_of(read(export(subgraph, "markdown").data))
    assert [(node.key, node.parent) for node in back.nodes] == [(node.key, node.parent) for node in subgraph.nodes]
    same_lists(subgraph, back)


@pytest.mark.parametrize("key", BUNDLED)
def test_a_bundled_survey_reads_back_the_same(key: str) -> None:
    facts = load_facts(ROOT / "data" / key)
    back = read(export(graph_of(facts), "markdown").data, key)
    same_lists(graph_of(facts), graph_of(back))
    assert [node.key for node in back.nodes] == [node.key for node in facts.nodes]
    assert (back.survey.title, set(back.survey.ids)) == (facts.survey.title, set(facts.survey.ids))
    assert [work.key for work in back.works if work.kind is WorkKind.PAPER]


def test_a_file_of_several_surveys_is_read_one_survey_at_a_time(tmp_path: Path) -> None:
    with Library.edit(tmp_path / "first") as draft:
        for key in ("efficient-llms", "llm-inference"):
            apply_facts(draft, load_facts(ROOT / "data" / key))
    with Library(tmp_path / "first") as library:
        before = whole(library)
    path = tmp_path / "all.md"
    path.write_bytes(export(before, "markdown").data)
    with Library.edit(tmp_path / "second") as draft:
        for key in ("efficient-llms", "llm-inference"):
            apply_facts(draft, read_paper_lists([path], survey_key=key))
    with Library(tmp_path / "second") as library:
        after = whole(library)
    assert [node.key for node in after.nodes] == [node.key for node in before.nodes]
    assert places(after) == places(before)
    assert set(map(facts_of, after.papers)) == set(map(facts_of, before.papers))


def test_another_key_than_those_of_the_file_is_answered_with_them() -> None:
    other = Survey("other", "Other", "l")
    data = export(replace(SMALL, surveys=(*SMALL.surveys, other)), "markdown").data
    assert read(data, "small").nodes == read(export(SMALL, "markdown").data, "small").nodes
    with pytest.raises(SourceUnreadable, match="2 surveys, and none has the key 'third'") as caught:
        read(data, "third")
    assert caught.value.advice == "Read them one at a time, each by its own key: small, other."
    assert read(export(SMALL, "markdown").data, "mine").nodes[0].key == "mine/methods"


def test_papers_without_a_topic_stay_without_one() -> None:
    alone = replace(SMALL, placements=SMALL.placements[3:])
    facts = read(export(alone, "markdown").data)
    assert "# Papers without a topic <!-- no topic -->" in written(alone)
    assert {work.title.split(":")[0] for work in facts.works} >= {"LoRA", "QLoRA"}
    assert len(facts.works) == 4
    assert len(facts.placements) == 2
    loose = read(export(Subgraph("A search", SMALL.papers), "markdown").data)
    assert (loose.survey.title, len(loose.works), loose.nodes, loose.placements) == ("A search", 4, (), ())


def test_sources_are_named_and_are_no_papers() -> None:
    assert "- [A small list](https://example.org/small/README.md) (0123456, 2024-05-01, licence: not stated)" in (
        written(SMALL)
    )
    assert len(read(export(SMALL, "markdown").data).works) == 4


EDITED = f"""{FIRST_LINE}
# Mine <!-- survey mine -->
Some words of mine.
## Old
- Kept as it is, <ins>ICLR, 2022</ins> [[Paper](https://arxiv.org/abs/2106.09685)]
  - Note: What it does.
* **Added by hand: a paper** (NeurIPS 2023) [Paper](https://arxiv.org/abs/2305.14314)
- Added, <ins>NIPS, 2017</ins> [[Paper](https://arxiv.org/abs/1706.03762)] see there
### **New** *topic*
#### Skips `a` level
- Another \\[one\\]
"""


def test_a_written_list_may_be_edited() -> None:
    facts = read(EDITED.encode(), "mine")
    assert [node.path for node in facts.nodes] == [
        ("Old",),
        ("Old", "New topic"),
        ("Old", "New topic", "Skips a level"),
    ]
    assert [(work.title, work.year) for work in facts.works] == [
        ("Kept as it is", 2022),
        ("Added by hand: a paper", 2023),
        ("Added", 2017),
        ("Another [one]", None),
    ]
    assert ("note", "What it does.") in [(claim.field, claim.value) for claim in facts.works[0].claims]
    assert (facts.findings[0].code, facts.findings[0].line) == ("line-not-read", 3)
    assert [finding.line for finding in facts.findings if finding.code == "text-not-understood"] == [8]


def test_a_list_without_anything_in_it_says_so() -> None:
    with pytest.raises(NoPapersFound):
        read(f"{FIRST_LINE}\n\n# Empty <!-- survey s -->\n".encode())
    with pytest.raises(NoPapersFound):
        read(FIRST_LINE.encode())


@given(
    st.lists(st.sampled_from([*TRAPS, "\n", "# ", "- ", " <!-- depth 9 -->", "  - Note: "]), max_size=30).map("".join)
)
def test_whatever_stands_in_such_a_file_is_read_or_told(text: str) -> None:
    try:
        facts = read(f"{FIRST_LINE}\n{text}".encode("utf-8", "replace"))
    except (NoPapersFound, SourceUnreadable) as error:
        if not (error.message and error.advice):
            raise AssertionError("an error without message or advice") from error
        return
    assert {placement.node for placement in facts.placements} <= {node.key for node in facts.nodes}


@given(texts)
def test_escaped_text_is_restored(text: str) -> None:
    assert restore_text(escape_text(text)) == one_line(text) == one_line(one_line(text))
    assert all(unicodedata.category(char) != "Cc" for char in escape_text(text))
