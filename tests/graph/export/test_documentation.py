from __future__ import annotations

import doctest
from pathlib import Path

from litatlas.graph.models import Subgraph

PAGE = Path(__file__).parents[3] / "docs" / "exports.md"


def test_the_page_about_exports_tells_the_truth(small: Subgraph) -> None:
    found = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8", globs={"subgraph": small})
    assert found.attempted > 8
    assert found.failed == 0
