from __future__ import annotations

import io
import sys
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from pyarrow import parquet

from litatlas.graph.errors import ExtraMissing
from litatlas.graph.export import FORMATS, export
from litatlas.graph.export.tables import EDGE_COLUMNS, NODE_COLUMNS
from litatlas.graph.models import Subgraph
from litatlas.graph.network import to_networkx

from .hostile import subgraphs

LARGEST = 2**63 - 1


def _rows(data: bytes) -> list[dict[str, Any]]:
    rows = parquet.read_table(io.BytesIO(data)).to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _held(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if not (isinstance(value, int) and value > LARGEST)}


@settings(max_examples=60, deadline=None)
@given(subgraphs())
def test_every_value_comes_back_with_its_type(subgraph: Subgraph) -> None:
    graph = to_networkx(subgraph, abstracts=True)
    nodes, edges, _ = FORMATS["parquet"].write_files(subgraph, include_abstracts=True)
    assert _rows(nodes.data) == [_held({"id": vertex, **data}) for vertex, data in graph.nodes(data=True)]
    assert _rows(edges.data) == [
        _held({"source": start, "target": end, **data}) for start, end, data in graph.edges(data=True)
    ]


def test_pandas_opens_the_tables(small: Subgraph) -> None:
    files = FORMATS["parquet"].write_files(small)
    nodes, edges = (pd.read_parquet(io.BytesIO(file.data)) for file in files[:2])
    assert tuple(nodes.columns) == NODE_COLUMNS
    assert tuple(edges.columns) == EDGE_COLUMNS
    assert nodes.title.iloc[-1] == "=cmd|'/c calc'!A0"
    assert nodes.set_index("id").year["paper:lora-111111"] == 2022


def test_without_pyarrow_the_extra_is_named(small: Subgraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExtraMissing) as caught:
        export(small, "parquet")
    assert "litatlas[parquet]" in caught.value.advice
