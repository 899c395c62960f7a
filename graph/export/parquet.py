"""The network as two Parquet tables (https://parquet.apache.org), for pandas, Polars, DuckDB, Spark and R.

The columns are those of the CSV tables (see `tables`), with numbers as 64-bit integers, absent values as nulls (so
is a number that needs more bits, which no library holds), and text as it is: nothing in such a file is run as a
formula. Each table has the sources in its file-level metadata, as UTF-8 text under ``attribution``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from litatlas.graph.attribution import attribution_text
from litatlas.graph.errors import ExtraMissing
from litatlas.graph.models import Subgraph
from litatlas.graph.network import to_networkx

from .tables import EDGE_COLUMNS, NODE_COLUMNS

_LARGEST = 2**63 - 1
_NUMBERS = frozenset({"year", "depth", "position", "line"})


def build_nodes_parquet(subgraph: Subgraph) -> bytes:
    """One row per survey, taxonomy node and paper.

    Raises:
        ExtraMissing: pyarrow is not installed.
    """
    vertices = to_networkx(subgraph, abstracts=True).nodes(data=True)
    rows = [{"id": vertex, **attributes} for vertex, attributes in vertices]
    return _table(NODE_COLUMNS, rows, attribution_text(subgraph))


def build_edges_parquet(subgraph: Subgraph) -> bytes:
    """One row per edge, each with its source and line; errors as in `build_nodes_parquet`."""
    edges = to_networkx(subgraph).edges(data=True)
    rows = [{"source": start, "target": end, **attributes} for start, end, attributes in edges]
    return _table(EDGE_COLUMNS, rows, attribution_text(subgraph))


def _table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], attribution: str) -> bytes:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise ExtraMissing(
            "Parquet is written with pyarrow, which is not installed.", "pip install 'litatlas[parquet]'"
        ) from None
    types = [(name, pa.int64() if name in _NUMBERS else pa.string()) for name in columns]
    schema = pa.schema(types, metadata={"attribution": attribution} if attribution else None)
    table = pa.Table.from_pylist([{name: _cell(row.get(name)) for name in columns} for row in rows], schema)
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _cell(value: str | int | None) -> str | int | None:
    return None if isinstance(value, int) and abs(value) > _LARGEST else value
