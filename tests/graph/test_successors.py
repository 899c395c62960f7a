"""What came after a paper."""

from __future__ import annotations

from pathlib import Path

from litatlas.graph.library import Library
from litatlas.graph.successors import came_after

from . import library_files


def test_those_that_cite_it_with_how_often_both_are_cited(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    library = Library(tmp_path)
    found = [(each.paper.key, each.together, each.cited) for each in came_after(library, "gptq")]
    assert found == [("wanda", 0, 0), ("awq", 1, 1)]  # the newest first; wanda cites both gptq and awq
    assert [each.paper.key for each in came_after(library, "gptq", limit=1)] == ["awq"]
    assert came_after(library, "note") == ()
