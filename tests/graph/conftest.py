from __future__ import annotations

import pytest

from litatlas.graph.models import Subgraph

from . import example


@pytest.fixture
def small() -> Subgraph:
    """The hand-made graph of example.py."""
    return example.SMALL
