"""The small graph in every format, byte for byte.

After a wanted change: ``pytest tests/graph/export --update-golden``, then read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.export import FORMATS, export
from litatlas.graph.models import Subgraph

GOLDEN = Path(__file__).parent / "golden"
# The bytes of archives tell the versions of pyarrow and zlib; a page is most of all its script, which test_page.py
# reads.
OF_TEXT = [name for name in FORMATS if name not in {"parquet", "obsidian", "html"}]


@pytest.mark.parametrize("name", OF_TEXT)
def test_the_small_graph_is_written_as_before(name: str, small: Subgraph, request: pytest.FixtureRequest) -> None:
    for file in FORMATS[name].write_files(small):
        path = GOLDEN / file.name
        if request.config.getoption("--update-golden", default=False):
            path.write_bytes(file.data)
        assert file.data.decode() == path.read_bytes().decode()


def test_no_golden_file_is_left_over(small: Subgraph) -> None:
    written = {file.name for name in OF_TEXT for file in FORMATS[name].write_files(small)}
    assert {path.name for path in GOLDEN.iterdir()} == written


@pytest.mark.parametrize("name", FORMATS)
def test_the_empty_graph_can_be_written(name: str) -> None:
    assert export(Subgraph(title=""), name).name.startswith("litatlas-")
