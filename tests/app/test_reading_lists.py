"""Reading lists from the command line, and as Markdown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from litatlas.app.cli import cli
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Link, LinkKind, Paper
from litatlas.graph.reading_list import ListedPaper, ReadingEntry, ReadingStatus
from litatlas.graph.reading_store import ReadingStore
from litatlas.graph.reading_text import reading_markdown


def run(library: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--library", str(library)])


def test_a_list_is_made_shown_changed_and_taken_away(library: Path, tmp_path: Path) -> None:
    assert "no reading list yet" in run(library, "list", "show").output
    added = run(library, "list", "add", "Mine", "arxiv:2306.11695", "GPTQ", "nothing")
    assert added.exit_code == 3, "one of them is not here"
    assert "Added 2 papers to 'Mine'." in added.output
    assert "'nothing'" in added.output
    assert "Mine: 2 papers, 0 read" in run(library, "list", "show").output
    shown = run(library, "list", "show", "mine")
    assert shown.exit_code == 0
    assert [line[:12] for line in shown.output.splitlines()[2:]] == ["- [ ] [Wanda", "- [ ] [GPTQ:"]
    listed = json.loads(run(library, "list", "show", "Mine", "--json").output)
    assert [each["entry"]["paper"] for each in listed] == ["wanda", "gptq"]
    file = tmp_path / "list.bib"
    assert run(library, "export", "-f", "bibtex", "--list", "Mine", "-o", str(file)).exit_code == 0
    assert file.read_text(encoding="utf-8").count("\n  title = ") == 2
    removed = run(library, "list", "remove", "Mine", "2306.11695", "AWQ")
    assert "Removed 1 paper from 'Mine'." in removed.output
    assert "Not on the list: 'AWQ'." in removed.output
    assert run(library, "list", "delete", "Mine").exit_code == 0
    assert run(library, "list", "show", "Mine").exit_code == 1
    assert "Restored as 'Mine'" in run(library, "list", "restore", "mine").output
    assert [entry.paper for entry in ReadingStore(library).read("Mine").entries] == ["gptq"]


def test_a_paper_that_left_can_be_removed_by_what_it_was_called(library: Path) -> None:
    gone = Paper("gone", "A paper that left", ids=(PaperId(IdScheme.ARXIV, "1001.0001"),))
    for reference in ("gone", "A paper that left", "arxiv:1001.0001"):
        ReadingStore(library).add("Mine", [gone, *Library(library).papers(["awq"])])
        assert "Removed 1 paper" in run(library, "list", "remove", "Mine", reference).output


@pytest.mark.parametrize("more", [["--under", "Model"], ["--matching", "x"], ["--around", "awq"], ["--limit", "3"]])
def test_a_list_is_exported_alone(library: Path, more: list[str]) -> None:
    assert run(library, "export", "-f", "bibtex", "--list", "Mine", *more).exit_code == 2


def entry(title: str, note: str = "", status: ReadingStatus = ReadingStatus.TO_READ, *ids: str) -> ReadingEntry:
    return ReadingEntry("k", title, ids, note, status, "2026-01-01T00:00:00+00:00")


def test_markdown_of_a_list_is_what_was_written_and_nothing_more() -> None:
    paper = Paper("a", "A [b](c) *d*", year=2024, venue="ICLR", ids=(PaperId(IdScheme.ARXIV, "2306.00978"),))
    evil = Paper("e", "Evil", links=(Link(LinkKind.PAPER, "x", "javascript:alert(1)"),))
    listed = [
        ListedPaper(entry("old", "first\n\n# second", ReadingStatus.READ), paper),
        ListedPaper(entry("Left", "", ReadingStatus.READING, "doi:10.1000/x"), None),
        ListedPaper(entry("Evil"), evil),
    ]
    assert reading_markdown("My # list", listed) == (
        "# My \\# list\n\n"
        "- [x] [A \\[b\\]\\(c\\) \\*d\\*](<https://arxiv.org/abs/2306.00978>) (2024, ICLR)\n"
        "  > first\n  >\n  > \\# second\n"
        "- [ ] [Left](<https://doi.org/10.1000/x>) (not in the library any more)\n"
        "- [ ] Evil\n"
    )
