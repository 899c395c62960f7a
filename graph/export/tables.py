"""The network as two CSV tables, ``nodes.csv`` and ``edges.csv`` (RFC 4180: https://www.rfc-editor.org/rfc/rfc4180).

The columns are the attributes of `to_networkx` after ``id`` (nodes) or ``source`` and ``target`` (edges), in the order
of `NODE_COLUMNS` and `EDGE_COLUMNS` whatever the subgraph holds; an empty cell is an attribute that is absent. The
names are the ones that Gephi's spreadsheet import looks for.

UTF-8 with a byte order mark: without one Excel takes the file for its local 8-bit code page and garbles every accent,
while pandas, R and LibreOffice skip the mark. Plain Python needs ``encoding="utf-8-sig"``.

A cell of text that a spreadsheet would run as a formula gets one apostrophe in front
(https://owasp.org/www-community/attacks/CSV_Injection); `protect_cell` says which, and `restore_cell` undoes it
exactly. To read values back::

    table = pandas.read_csv("nodes.csv", dtype=str, keep_default_na=False).map(restore_cell)
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from litatlas.graph.models import Subgraph
from litatlas.graph.network import to_networkx

NODE_COLUMNS = (
    "id",
    "label",
    "kind",
    "title",
    "year",
    "venue",
    "authors",
    "identifiers",
    "url",
    "code",
    "survey",
    "path",
    "depth",
    "position",
    "abstract",
    "note",
)
EDGE_COLUMNS = ("source", "target", "relation", "provenance", "first_source", "line", "origin")

# The full-width signs count too: spreadsheets of East Asian locales take them for the plain ones.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def build_nodes_csv(subgraph: Subgraph) -> bytes:
    """One row per survey, taxonomy node and paper."""
    vertices = to_networkx(subgraph, abstracts=True).nodes(data=True)
    return _csv_bytes(NODE_COLUMNS, ({"id": vertex, **attributes} for vertex, attributes in vertices))


def build_edges_csv(subgraph: Subgraph) -> bytes:
    """One row per edge, each with its source and line."""
    edges = to_networkx(subgraph).edges(data=True)
    rows = ({"source": start, "target": end, **attributes} for start, end, attributes in edges)
    return _csv_bytes(EDGE_COLUMNS, rows)


def protect_cell(text: str) -> str:
    """The text, with an apostrophe in front where it starts with ``= + - @``, a tab, CR or LF.

    Apostrophes already standing before such a character count as part of the start, so that nothing gets the form of
    a protected cell without being one.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def restore_cell(cell: str) -> str:
    """The text that `protect_cell` was given."""
    return cell[1:] if _PROTECTED.match(cell) else cell


def _csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, str | int]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column, "")) for column in columns] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _cell(value: str | int) -> str:
    return protect_cell(value) if isinstance(value, str) else str(value)
