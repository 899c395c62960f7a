"""`litatlas compare` on the two small surveys, and on those that ship."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from litatlas.app import cli, comparing
from litatlas.app.building import build
from litatlas.app.comparing import Part
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.alignment import Sureness
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Survey, TaxonomyNode

from ..graph import comparison_library as small

Run = Callable[..., Result]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    small.write(tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def run(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LITATLAS_LIBRARY", str(directory))
    return lambda *arguments: CliRunner().invoke(cli.cli, list(arguments))


def test_two_surveys_side_by_side(run: Run) -> None:
    result = run("compare", "s", "Tiny Models: A List")
    assert result.exit_code == 0, result.output
    shown = result.stdout
    assert "Small Models  s  8 works; 3 here alone" in shown
    assert "Tiny Models  t  8 works, 1 of them software; 3 here alone" in shown
    assert "5 in both, 45% of the works of either, of 2022 to 2023" in shown
    assert "clear     Compression > Pruning (3)  =  Pruning (4)" in shown
    assert "names alike; 2 at both, of the 3 and 2 of these topics that both surveys list" in shown
    assert "Topics of Small Models without a counterpart in Tiny Models (2)\n  Compression; Misc" in shown
    assert "Only in Tiny Models, yet cited by papers of Small Models (1)\n     2  Paper x1 of models  x1" in shown
    assert "Compression > Pruning  /  Quantize" in shown
    assert "year   Paper a1 of models: 2023  /  2024" in shown
    assert "meaning was not compared" in result.stderr


def test_lists_are_cut_where_asked_and_say_so(run: Run) -> None:
    shown = run("compare", "s", "t", "--limit", "1").stdout
    assert "Topics that correspond (1 of 2)" in shown
    assert "(1 of 2)\n  Compression\n" in shown


def test_as_json_everything_is_there(run: Run) -> None:
    found = json.loads(run("compare", "t", "s", "--json").stdout)
    (overlap,) = found["overlaps"]
    assert (overlap["first"], overlap["second"], overlap["both"]) == ("t", "s", 5)
    (comparison,) = found["comparisons"]
    assert comparison["first"]["omissions"] == [{"paper": "x1", "cited_by": 2}]
    assert comparison["pairs"][0]["sureness"] == "clear"
    assert comparison["pairs"][0]["relation"] in {"about the same", "holds it", "part of it", "overlaps", "not known"}


def test_of_more_than_two_the_overlaps_are_told(run: Run, directory: Path) -> None:
    with Library.edit(directory) as draft:
        draft.put_survey(
            Survey("u\x1b[31m", "U", small.LIST_S.key), [TaxonomyNode("u/a", "u\x1b[31m", "A", None, ("A",), 0)]
        )
    result = run("compare", "s", "t", "u\x1b[31m", "s")
    assert result.exit_code == 0, result.output
    assert "5 in both (45% of either)  s (3 alone), t (3 alone)" in result.stdout
    assert len(result.stdout.splitlines()) == 3
    assert "\x1b" not in result.output
    assert "name two of them" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words", "status"),
    [
        (("s", "nothing"), "There are: s, t.", 1),
        (("s",), "two surveys", 2),
        (("s", "S"), "two surveys", 2),
    ],
)
def test_what_cannot_be_compared_is_explained(run: Run, arguments: tuple[str, ...], words: str, status: int) -> None:
    result = run("compare", *arguments)
    assert result.exit_code == status, result.output
    assert words in result.stderr
    assert result.stdout == ""


def test_a_comparison_is_made_once_until_the_library_changes(directory: Path, encoder: Encoder) -> None:
    atlas = Atlas(Settings(library=directory), lambda _: encoder)
    first = comparing.compared(atlas, "s", "t")
    assert comparing.compared(atlas, "Small Models: A Survey", "t") is first
    with Library.edit(directory) as draft:
        draft.put_claims("a2", [Claim("a2", "year", "2021", small.LIST_S.key, 9)])
    assert atlas.refresh()
    assert comparing.compared(atlas, "s", "t") is not first


def test_what_both_have_and_what_one_alone_can_be_taken_away(directory: Path, encoder: Encoder) -> None:
    atlas = Atlas(Settings(library=directory), lambda _: encoder)
    comparison = comparing.compared(atlas, "s", "t")
    held = {part: comparing.chosen(comparison, part) for part in Part}
    assert {part: set(selection.papers) for part, selection in held.items()} == {
        Part.BOTH: {"a1", "a2", "b1", "b2", "b3"},
        Part.FIRST: {"a3", "c1", "c2"},
        Part.SECOND: {"x1", "y1", "tool"},
    }
    assert held[Part.FIRST].title == "In Small Models, not in Tiny Models"
    assert atlas.export(held[Part.SECOND], "bibtex").data.count(b"\n  title = ") == 3


def test_surveys_of_one_name_are_told_apart_by_their_keys() -> None:
    twins = Survey("one", "A Survey: of this", "x"), Survey("two", "A Survey: of that", "x")
    assert comparing.short_names(*twins) == ("one", "two")


def test_the_surveys_that_ship(tmp_path: Path, encoder: Encoder) -> None:
    """Counted in the lists themselves; the topics are those that a person would name."""
    build(Settings(library=tmp_path / "library"), lambda *_: None, load=lambda _: encoder)
    atlas = Atlas(Settings(library=tmp_path / "library"), lambda _: encoder)
    found = comparing.all_compared(atlas, ["efficient-llms", "llm-compression", "llm-inference"])
    assert [(each.first, each.second) for each in found.overlaps] == [
        ("efficient-llms", "llm-compression"),
        ("efficient-llms", "llm-inference"),
        ("llm-compression", "llm-inference"),
    ]
    for overlap, comparison in zip(found.overlaps, found.comparisons, strict=True):
        assert overlap.both == len(comparison.both) > 50
        assert overlap.first_only + overlap.both == comparison.first.papers
    clear = {
        (pair.first.name, pair.second.name)
        for comparison in found.comparisons
        for pair in comparison.pairs
        if pair.sureness is Sureness.CLEAR
    }
    assert {
        ("Knowledge Distillation", "Distillation"),
        ("Quantization", "Quantization"),
        ("Parameter Pruning", "Pruning and Sparsity"),
        ("KV-Cache Optimization", "KV Cache Compression"),
        ("Quantization", "Weight/Activation Quantize/Compress"),
        ("Speculative Decoding", "Parallel Decoding/Sampling"),
        ("Survey", "LLM Algorithmic/Eval Survey"),
    } <= clear
    titles = {paper.key: paper.title for paper in atlas.library.iter_papers()}
    most = [titles[comparison.second.omissions[0].paper] for comparison in found.comparisons[:1]]
    assert most[0].startswith("GPTQ"), "which the first survey's papers cite most of all that it does not list"
