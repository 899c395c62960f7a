"""`litatlas place` on the made-up papers of graph/placement_library.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from litatlas.app import cli, service
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library
from litatlas.graph.models import Citation

from ..graph import placement_library
from ..graph.test_placement import TEXT

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    placement_library.write(tmp_path / "library")
    monkeypatch.setattr(service.Atlas.__init__, "__defaults__", (lambda _: encoder,))
    monkeypatch.setenv("LITATLAS_LIBRARY", str(tmp_path / "library"))
    return lambda *arguments, given=None: CliRunner().invoke(cli.cli, list(arguments), input=given)


def test_a_text_is_placed_with_its_reasons(run: Run) -> None:
    result = run("place", TEXT, "--limit", "1")
    assert result.exit_code == 0, result.output
    assert "A Survey\nQuantization, " in result.stdout
    assert "%  Model > Quantization  24 papers" in result.stdout
    assert "near: Study " in result.stdout
    assert "words: " in result.stdout
    assert "counted most: " in result.stdout
    assert "Pruning" not in result.stdout


def test_a_placed_paper_is_told_where_it_stands_and_what_it_cites(run: Run) -> None:
    result = run("place", "quantization-01", "--survey", "s", "--limit", "1")
    assert "stands at Model > Quantization, which was left out of account" in result.stdout
    assert "citations with: Study 2 " in result.stdout
    assert "elsewhere at: t: Bits" in result.stdout
    assert "Another Survey" not in result.stdout


def test_a_library_without_surveys_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: Encoder
) -> None:
    with Library.edit(tmp_path / "empty") as draft:
        update_index(draft, encoder, None, lambda *_: None)
    monkeypatch.setenv("LITATLAS_LIBRARY", str(tmp_path / "empty"))
    assert "This library has no survey to place it in." in run("place", TEXT).stdout


def test_a_text_from_standard_input_as_json(run: Run) -> None:
    result = run("place", "-", "--survey", "s", "--json", given=TEXT)
    answer = json.loads(result.stdout)
    assert answer["title"] == "Rounding to few bits"
    assert answer["surveys"][0]["nodes"][0]["node"]["name"] == "Quantization"
    assert 0.8 < answer["surveys"][0]["nodes"][0]["probability"] <= 1
    assert answer["surveys"][0]["fits"] is True


def test_input_that_is_no_text_is_no_traceback(run: Run) -> None:
    result = run("place", "-", "--survey", "s", given=b"bits \xff\xfe rounding")
    assert result.exit_code == 0, result.output
    assert "Traceback" not in result.output


def test_what_fits_nowhere_gets_no_nodes(run: Run) -> None:
    result = run("place", "Dwarf galaxies. Spectra of remote stars and simulations of dust.", "--survey", "s")
    assert result.exit_code == 0
    assert "None of these fits" in result.stdout
    assert "Quantization" not in result.stdout


def test_lists_of_what_looks_misplaced_or_belongs_elsewhere_too(run: Run) -> None:
    result = run("place", "--misplaced", "--survey", "s")
    assert "Bits and integer rounding  cache-00" in result.stdout
    assert "stands at Cache" in result.stdout
    assert "%  Model > Quantization" in result.stdout
    (stray,) = json.loads(run("place", "--misplaced", "--survey", "s", "--json").stdout)
    assert stray["paper"]["key"] == placement_library.STRAY
    assert json.loads(run("place", "--cross-listings", "--survey", "t", "--json").stdout) == []
    assert "No paper here wants a further node." in run("place", "--cross-listings", "--survey", "t").stdout
    assert "No paper here looks misplaced." in run("place", "--misplaced", "--survey", "t").stdout


@pytest.mark.parametrize(
    ("arguments", "words", "status"),
    [
        ((), "one thing at a time", 2),
        (("bits", "--misplaced"), "one thing at a time", 2),
        (("--misplaced", "--cross-listings"), "one thing at a time", 2),
        (("--misplaced",), "--survey", 2),
        (("bits", "--survey", "nothing"), "There are: s, t", 1),
        (("arxiv:2401.99999",), "arxiv:2401.99999", 1),
        ((" ",), "no text", 1),
    ],
)
def test_what_cannot_be_done_is_explained(run: Run, arguments: tuple[str, ...], words: str, status: int) -> None:
    result = run("place", *arguments)
    assert result.exit_code == status, result.output
    assert words in result.stderr
    assert result.stdout == ""


def test_what_was_learned_is_kept_until_the_library_changes(tmp_path: Path, encoder: Encoder) -> None:
    placement_library.write(tmp_path)
    atlas = Atlas(Settings(library=tmp_path), lambda _: encoder)
    first = atlas.placer
    atlas.place(TEXT, "s")
    assert atlas.placer is first
    with Library.edit(tmp_path) as draft:
        draft.put_citations([Citation("pruning-01", "pruning-02", placement_library.EDGES.key, 2)])
    assert atlas.refresh()
    assert atlas.placer is not first
