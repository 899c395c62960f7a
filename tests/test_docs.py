from __future__ import annotations

import contextlib
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main
from typer.testing import CliRunner

from litatlas.app.cli import cli

from .conftest import ROOT

DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part in {"build", "dist"} for part in path.relative_to(ROOT).parts)
)
_COMMAND = typer.main.get_command(cli)


def commands(group: Any = _COMMAND, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    if not hasattr(group, "commands"):
        return {path: group}
    own = {path: group} if path and group.invoke_without_command else {}
    return own | {
        name: leaf for key, value in group.commands.items() for name, leaf in commands(value, (*path, key)).items()
    }


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_every_command_and_option_explains_itself(path: tuple[str, ...]) -> None:
    command = commands()[path]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{' '.join(path)} {parameter.name}"


@pytest.mark.parametrize("path", [path for path, leaf in commands().items() if not leaf.hidden], ids=" ".join)
def test_every_command_stands_in_the_readme(path: tuple[str, ...]) -> None:
    assert f"litatlas {' '.join(path)}" in (ROOT / "README.md").read_text(encoding="utf-8")


def examples_of(command: Any) -> list[str]:
    """What stands under Examples in a command's help."""
    shown = (command.help or "").partition("Examples:\n\n")[2]
    return re.findall(r"^    (.*litatlas .+)$", shown, re.MULTILINE)


@pytest.mark.parametrize("path", [path for path, leaf in commands().items() if not leaf.hidden], ids=" ".join)
def test_every_command_teaches_by_example(path: tuple[str, ...]) -> None:
    shown = examples_of(commands()[path])
    assert 2 <= len(shown) <= 5
    assert all(re.search(rf"litatlas {' '.join(path)}( |$)", example) for example in shown)
    told = CliRunner().invoke(cli, [*path, "--help"], env={"COLUMNS": "200"}).stdout.splitlines()
    assert set(shown) <= {line.strip() for line in told}, "an example shares its line with another"


def examples() -> list[str]:
    """Every line of a document or a help text that calls `litatlas`, as one would type it."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8").replace("\\\n", " ")
        found += re.findall(r"^    (litatlas [^#\n]+?)(?:\s+#.*)?$", text, re.MULTILINE)
    for command in commands().values():
        found += re.findall(r"`(litatlas [^`]+)`", command.help or "") + examples_of(command)
    return sorted({" ".join(example.split()) for example in found})


@pytest.mark.parametrize("example", examples())
def test_every_example_is_one_the_command_takes(example: str) -> None:
    """Each `litatlas` in a line of the shell, with what goes to other programs and files taken off."""
    parsed = 0
    for words in calls(example):
        parsed += 1
        if words[0].startswith("--"):  # of litatlas itself; these act at once, so they are only looked up
            assert words[0] in {name for parameter in _COMMAND.params for name in parameter.opts}
            continue
        length = next(n for n in (2, 1) if tuple(words[:n]) in commands())
        command = commands()[tuple(words[:length])]
        with contextlib.suppress(typer.Exit):  # of --formats, which answers at once
            command.make_context("litatlas", words[length:], resilient_parsing=False)
    assert parsed


def calls(line: str) -> list[list[str]]:
    """The words behind each `litatlas` of a shell line: up to a pipe, without what is redirected."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    lexer.whitespace_split = True
    found: list[list[str]] = []
    part: list[str] = []
    words = iter([*lexer, ";"])
    for word in words:
        if word in {"|", ";", "&&", "||"}:
            found += [part[1:]] if part[:1] == ["litatlas"] else []  # what xargs calls gets more than stands here
            part = []
        elif word in {"<", ">"}:
            next(words)
        else:
            part.append(word)
    return found


def test_a_line_of_the_shell_is_taken_apart() -> None:
    line = "litatlas a 'x | y' --b > f.md || jq . in | litatlas c - < z | xargs litatlas d"
    assert calls(line) == [["a", "x | y", "--b"], ["c", "-"]]


def test_there_are_examples() -> None:
    assert len(examples()) > 10


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_the_plan_of_the_house_names_every_module() -> None:
    plan = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for floor in ("graph", "ingest", "app"):
        for path in (ROOT / floor).glob("*.py"):
            assert path.name in plan or path.name == "__init__.py", f"{floor}/{path.name} is not in CONTRIBUTING.md"


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_facts_that_ship_hold_no_prose() -> None:
    """Titles, names and our own findings are short; an abstract is not."""

    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for each in value.values() for text in texts(each)]
        if isinstance(value, list):
            return [text for each in value for text in texts(each)]
        return [value] if isinstance(value, str) else []

    for path in (ROOT / "data").rglob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert max(map(len, texts(json.loads(line)))) < 400, path
            assert '"abstract"' not in line
