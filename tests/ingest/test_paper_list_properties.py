"""Whatever the bytes, reading ends in records or a LitAtlasError, and every row stands on the line it names."""

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litatlas.graph.errors import LitAtlasError
from litatlas.graph.models import Source, SourceKind
from litatlas.ingest.bundle import from_files, to_files
from litatlas.ingest.markdown_blocks import BlockKind, parse_document, split_lines
from litatlas.ingest.paper_list import parse_paper_list

SOURCE = Source("paper-list:s", SourceKind.PAPER_LIST, "s", "README.md")

PIECES = st.sampled_from(
    [
        "# S\n", "## A\n", "#### B\n", "- [A](#a)\n", "  - [B](#b)\n", "    - [C](#c)\n",
        "- One, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2305.00001)]\n",
        "* Two: Words, <ins>arXiv, 2024/ins> [[Paper](https://arxiv.org/abs/2305.00002)] [[Code](https://github.com/a/b)]\n",
        "1. Three, 2024</ins> [[Paper]([https://arxiv.org/abs/2305.00001](https://arxiv.org/abs/2305.00003))]\n",
        "  - Two: Words, ICML 2024 [Paper](https://arxiv.org/abs/2305.00001)\n",
        "| a | b |\n|--|--|\n", "| Tool [[Code](https://github.com/a/c)] | ✅ |\n", "\n", "\n\n", "prose\n", "> ", "- ",
        "<div>\n", "</div>\n", "<!-- ", "-->\n", "```\n", "[ref]: https://a.example\n", "[x][ref]\n", "    ", "\t",
        "---\n", "===\n", "\r\n", "\x00", "\x08", "\u2028", "\x0c", "\ufeff", "<ins>", "</ins>", "[[", "]](",
        "((", "，", "🤖", "\\",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=12), max_size=40).map("".join)
PROFILE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parse_bytes(data):
    try:
        return parse_paper_list(data, SOURCE, survey_key="s")
    except LitAtlasError as error:
        if not (error.message and error.advice):
            raise AssertionError("an error without message or advice") from error
        return None


@PROFILE
@given(st.binary(max_size=300))
def test_any_bytes_end_in_facts_or_a_reported_error(data):
    parse_bytes(data)


@PROFILE
@given(TEXTS)
def test_every_row_stands_on_its_line_and_bundles_round_trip(text):
    facts = parse_bytes(text.encode("utf-8", "replace"))
    if facts is None:
        return
    lines = ["", *split_lines(text)]
    for work in facts.works:
        first_word = work.title.split()[0]
        # An entry of several lines may have its title on a later one; further entries may spell it otherwise.
        assert first_word[:1] in "\n".join(lines[work.lines[0] :])
    assert {placement.paper for placement in facts.placements} == {work.key for work in facts.works}
    assert {placement.node for placement in facts.placements} <= {node.key for node in facts.nodes}
    assert len({node.key for node in facts.nodes}) == len(facts.nodes)
    files = to_files(facts)
    assert from_files(files) == facts
    assert to_files(from_files(files)) == files


@PROFILE
@given(TEXTS)
def test_every_line_with_words_belongs_to_a_block(text):
    claimed: set[int] = set()
    for block in parse_document(text).blocks:
        claimed.update(range(block.line, block.last_line + 1))
    for number, line in enumerate(split_lines(text), start=1):
        assert number in claimed or not any(char.isalnum() for char in line)


@PROFILE
@given(TEXTS)
def test_every_block_of_the_taxonomy_is_read_or_reported(text):
    facts = parse_bytes(text.encode("utf-8", "replace"))
    if facts is None:
        return
    read = {line for work in facts.works for line in work.lines}
    reported = {finding.line for finding in facts.findings}
    authors = (
        claim.value for work in facts.works for claim in work.claims if claim.field in {"authors", "first_author"}
    )
    names = {word for value in authors for word in re.findall(r"\w+", value)}  # a paragraph below an entry
    first = min((node.line or 0 for node in facts.nodes), default=0)
    headings = {block.line for block in parse_document(text).blocks if block.kind is BlockKind.HEADING}
    if any(line not in {node.line for node in facts.nodes} for line in headings if line >= first):
        return  # sections that are no part of the taxonomy are not reported line by line
    for block in parse_document(text).blocks:
        if block.kind in {BlockKind.ITEM, BlockKind.TABLE_ROW, BlockKind.PROSE, BlockKind.CODE} and block.line > first:
            contents = block.kind is BlockKind.ITEM and "](#" in block.text
            is_authors = block.kind is BlockKind.PROSE and set(re.findall(r"\w+", block.text)) <= names
            assert contents or is_authors or block.line in read | reported


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000, ">" * 50_000, "- " * 20_000, "*a " * 20_000, "|a" * 20_000 + "\n" + "|-" * 20_000,
        "[a](" * 20_000, "<!--" * 20_000, "![[" * 20_000, "- " + "[[a](" * 5_000, "a\n" + "[a]: b\n" * 10_000,
        "`" * 40_000, "<" * 50_000,
        "\n".join(" " * depth + "- [a](#a)" for depth in range(500)), "#" * 50_000, "https://a" * 2_000,
        "- x, <ins>ACL</ins> [[Code](" + "https://a" * 2_000 + ")]", "- a" + "，" * 19_000 + " 2023",
        "- " + "a, " * 6_000 + "[[Paper](https://arxiv.org/abs/2305.00001)]",
    ],
)  # fmt: skip
def test_hostile_text_is_read_in_seconds(text):
    started = time.monotonic()
    parse_bytes(f"# S\n## A\n{text}".encode())
    assert time.monotonic() - started < 5
