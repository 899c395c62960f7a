from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from litatlas.graph.export import FORMATS
from litatlas.graph.export.tables import EDGE_COLUMNS, NODE_COLUMNS, protect_cell, restore_cell
from litatlas.graph.models import Subgraph
from litatlas.graph.network import to_networkx

from .hostile import subgraphs, texts


def _tables(subgraph: Subgraph) -> tuple[bytes, bytes]:
    nodes, edges, _ = FORMATS["csv"].write_files(subgraph, include_abstracts=True)
    return nodes.data, edges.data


def _expected(columns: tuple[str, ...], attributes: dict[str, Any]) -> list[str]:
    return [str(attributes.get(column, "")) for column in columns]


def _expected_tables(subgraph: Subgraph) -> tuple[list[list[str]], list[list[str]]]:
    graph = to_networkx(subgraph, abstracts=True)
    nodes = [_expected(NODE_COLUMNS, {"id": vertex, **data}) for vertex, data in graph.nodes(data=True)]
    edges = [_expected(EDGE_COLUMNS, {"source": a, "target": b, **data}) for a, b, data in graph.edges(data=True)]
    return nodes, edges


def _read_with_pandas(data: bytes) -> list[list[str]]:
    table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False).map(restore_cell)
    return table.to_numpy().tolist()


def _read_with_csv(data: bytes) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return [[restore_cell(cell) for cell in row] for row in rows[1:]]


@settings(max_examples=60, deadline=None)
@given(subgraphs())
def test_pandas_and_csv_read_the_values(subgraph: Subgraph) -> None:
    for data, expected in zip(_tables(subgraph), _expected_tables(subgraph), strict=True):
        assert _read_with_csv(data) == expected
        assert _read_with_pandas(data) == expected


def test_every_attribute_has_a_column(small: Subgraph) -> None:
    graph = to_networkx(small, abstracts=True)
    assert {name for _, data in graph.nodes(data=True) for name in data} <= set(NODE_COLUMNS)
    assert {name for *_, data in graph.edges(data=True) for name in data} <= set(EDGE_COLUMNS)


def test_the_files_are_rfc_4180_with_a_byte_order_mark(small: Subgraph) -> None:
    for data in _tables(small):
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\r\n") == data.count(b"\n")
        assert data.endswith(b"\r\n")


def test_pandas_sees_the_first_column_by_its_name(small: Subgraph) -> None:
    nodes, edges = _tables(small)
    assert list(pd.read_csv(io.BytesIO(nodes)).columns) == list(NODE_COLUMNS)
    assert list(pd.read_csv(io.BytesIO(edges)).columns) == list(EDGE_COLUMNS)


@settings(max_examples=30, deadline=None)
@given(subgraphs())
def test_no_cell_starts_a_formula(subgraph: Subgraph) -> None:
    for data in _tables(subgraph):
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@given(texts)
def test_protection_can_be_undone(text: str) -> None:
    assert restore_cell(protect_cell(text)) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("-", "'-"),
        ("＝1", "'＝1"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_protected_cells(text: str, cell: str) -> None:
    assert protect_cell(text) == cell
