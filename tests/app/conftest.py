"""A small library with vectors, as every test of the top floor wants it."""

from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library

from ..graph import library_files


@pytest.fixture
def library(tmp_path: Path, encoder: Encoder) -> Path:
    """The five papers of graph/library_files.py, with vectors of the test encoder."""
    directory = tmp_path / "library"
    library_files.write(directory)
    with Library.edit(directory) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    return directory
