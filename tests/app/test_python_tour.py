"""The pages that show Python, run on the library of the surveys that ship."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pandas as pd
import pytest

from litatlas.graph import SearchAnswer, notebook

from ..conftest import ROOT, WordEncoder


@pytest.fixture
def beside_a_library(bundled_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ``litatlas-library`` is, as the pages call it, read with the test encoder instead of the model."""
    (tmp_path / "litatlas-library").symlink_to(bundled_library)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notebook, "load_encoder", lambda name: WordEncoder())


@pytest.mark.usefixtures("beside_a_library")
def test_the_tour_in_python_shows_what_comes_out() -> None:
    found = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False, encoding="utf-8")
    assert found.attempted > 30
    assert found.failed == 0
    assert Path("quantization.ris").read_bytes().startswith(b"TY  - ")


@pytest.mark.usefixtures("beside_a_library")
def test_the_lines_of_the_readme_work() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8").split("From Python:\n\n")[1]
    lines = re.match(r"(?:    .*\n|\n)+", told)
    assert lines
    importing, opening, asking, tabling = [line.strip() for line in lines[0].splitlines() if line.strip()]
    names: dict[str, object] = {}
    exec(f"{importing}\n{opening}\nanswer = {asking}\ntable = {tabling}", names)
    answer = names["answer"]
    assert isinstance(answer, SearchAnswer)
    assert answer.papers
    assert isinstance(table := names["table"], pd.DataFrame)
    assert (table.index.name, table.empty) == ("key", False)
