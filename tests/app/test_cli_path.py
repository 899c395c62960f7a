"""`litatlas path` on the small library."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from litatlas.app import cli
from litatlas.app.cli_path import TieName
from litatlas.graph.surroundings import Tie

from ..graph import library_files

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    library_files.write(tmp_path / "library")
    monkeypatch.setenv("LITATLAS_LIBRARY", str(tmp_path / "library"))
    return lambda *arguments: CliRunner().invoke(cli.cli, ["path", *arguments])


def test_paths_are_told_hop_by_hop(run: Run) -> None:
    result = run("2306.11695", "gptq")
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0] == "2024 Wanda builds on 2023 GPTQ directly, by citations in one direction."
    assert lines[2:7] == [
        "Path 1  1 hop",
        "Wanda: simple pruning (2024)  wanda",
        "cites",
        "stated by: Edges, line 2",
        "both at: Model > Quantization",
    ]
    assert "Path 2  2 hops" in lines


def test_the_other_way_round_is_told(run: Run) -> None:
    result = run("gptq", "wanda")
    assert result.stdout.startswith("2024 Wanda builds on 2023 GPTQ directly")
    assert "is cited by" in result.stdout


def test_a_path_as_json(run: Run) -> None:
    found = json.loads(run("awq", "gptq", "--by", "cites", "--json").stdout)
    hop = found["paths"][0]["hops"][0]
    assert (hop["tie"], hop["direction"], hop["statements"][0]["source"]) == ("cites", "cites", "edges")
    assert found["lineage"]["hops"][0]["end"]["key"] == "gptq"
    assert found["complete"]


def test_no_path_is_an_answer(run: Run) -> None:
    result = run("gptq", "note")
    assert result.exit_code == 0
    assert result.stdout == "No path joins them.\n"
    assert "`litatlas fetch`" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"), [(("gptq", "gptq"), "two different papers"), (("gptq", "nothing"), "No paper here")]
)
def test_what_cannot_be_joined_is_an_error(run: Run, arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert told in result.stderr.replace("\n", " ")


def test_every_kind_of_tie_can_be_named() -> None:
    assert [name.value for name in TieName] == [tie.value for tie in Tie]


def test_the_papers_on_a_path_are_exported_by_the_same_question(run: Run, tmp_path: Path) -> None:
    found = json.loads(run("wanda", "gptq", "--by", "cites", "--json").stdout)
    papers = {hop[end]["key"] for path in found["paths"] for hop in path["hops"] for end in ("start", "end")}
    target = tmp_path / "path.json"
    asked = ["export", "-f", "node-link", "--select", "path:wanda(to=gptq, ties=cites)", "-o", str(target)]
    assert CliRunner().invoke(cli.cli, asked).exit_code == 0
    nodes = json.loads(target.read_text(encoding="utf-8"))["nodes"]
    assert {node["id"] for node in nodes if node["kind"] == "paper"} == {f"paper:{key}" for key in papers}
    assert len(papers) == 3
