"""docs/four-tasks.md, done as it says: commands, Python, and an agent's client with a server of its own."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from litatlas.app.building import build
from litatlas.app.settings import Settings

from ..conftest import ROOT
from ..document_sessions import Step, agrees, done, steps
from .tiny_model import write_tiny_model

PAGE = ROOT / "docs" / "four-tasks.md"


@pytest.fixture
def beside_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where ``litatlas-library`` is, made of the surveys that ship by a model that loads at once."""
    model = write_tiny_model(tmp_path / "model")
    build(Settings(library=tmp_path / "litatlas-library", model=str(model)), lambda *_: None, with_map=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("COLUMNS", "110")
    return tmp_path


def test_what_the_page_shows_is_what_is_printed(beside_a_library: Path) -> None:
    names: dict[str, Any] = {}
    text = PAGE.read_text(encoding="utf-8")
    all_steps = list(steps(text))
    for step in all_steps:
        printed = done(step, names)
        assert agrees(step.shown, printed), f"line {step.line}: {step.typed}\n" + "\n".join(printed)
    assert sum(step.prompt == "$" for step in all_steps) >= 6
    assert sum(step.prompt == ">>>" for step in all_steps) >= 25
    for task in text.split("\n## ")[1:]:
        for way in ("**In the app**", "**In the shell**", "**In Python**", "**Over MCP**"):
            assert way in task, f"{way} is missing below {task.splitlines()[0]}"
    assert (beside_a_library / "weights-only.ris").read_text(encoding="utf-8").count("TY  - ") == 3


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (("a", "b"), ["a", "b"], True),
        (("a",), ["a", "b"], False),
        (("a", "…"), ["a", "b", "c"], True),
        (("…", "c"), ["a", "b", "c"], True),
        (("a", "…", "c"), ["a", "c"], True),
        (("a", "…", "d"), ["a", "b", "c"], False),
        (("long li…",), ["long line"], True),
        (("long li…",), ["long", "line"], False),
        ((".*",), ["anything"], False),
    ],
)
def test_only_what_is_marked_may_be_left_out(shown: tuple[str, ...], printed: list[str], same: bool) -> None:
    assert agrees(shown, printed) is same


def test_steps_are_found_with_what_they_show() -> None:
    shell = "    $ litatlas show\n    one\n\n    two\n    $ litatlas status\n"
    page = f"Text\n\n{shell}\nText\n\n    >>> 1 +\\\n    ... 2\n    3\n"
    assert list(steps(page)) == [
        Step(3, "$", "litatlas show", ("one", "", "two")),
        Step(7, "$", "litatlas status", ()),
        Step(11, ">>>", "1 +\\\n2\n", ("3",)),
    ]


def test_the_addresses_of_the_page_are_those_of_pages() -> None:
    addresses = re.findall(r"`/(\w+)\?[^`]+`", PAGE.read_text(encoding="utf-8"))
    assert len(addresses) >= 4
    for name in addresses:
        assert (ROOT / "app" / "web" / "views" / f"{name}.py").is_file(), name
