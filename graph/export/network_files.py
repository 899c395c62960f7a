"""The network as a file: GraphML, GEXF and node-link JSON, each written and read back by NetworkX.

All three hold the graph of `network_with_details`: that of `to_networkx`, see there for the names of its attributes,
and what makes the file exact. GraphML and GEXF are written as a simple directed graph, which loses nothing, since two
records never share more than one edge and the ``relation`` attribute says what the key of the edge said. So
``nx.read_graphml(path)`` and ``nx.read_gexf(path)`` give a `networkx.DiGraph` of the same vertices, edges and
attributes, and node-link gives back the `networkx.MultiDiGraph` itself, keys included. GEXF has no attributes of a
graph: its attribution is the description of the file.
"""

from __future__ import annotations

import io
import json
import re
from xml.sax.saxutils import escape

import networkx as nx

from litatlas.graph.attribution import attribution_text
from litatlas.graph.models import Subgraph

from .details import network_with_details

# NetworkX writes its version and today's date here, and two exports of one graph would differ.
_GEXF_META = re.compile(rb"<meta\b.*?</meta>", re.DOTALL)


def build_graphml(subgraph: Subgraph) -> bytes:
    """GraphML 1.0, UTF-8 (http://graphml.graphdrawing.org/specification.html); opens in Gephi, Cytoscape, yEd, igraph.

    Whole numbers are declared ``long``, everything else ``string``. Edges bear no id: the format asks for none, and
    NetworkX would read it back as one more attribute.
    """
    buffer = io.BytesIO()
    nx.write_graphml(_simple(subgraph), buffer)
    return buffer.getvalue()


def build_gexf(subgraph: Subgraph) -> bytes:
    """GEXF 1.2draft, UTF-8 (https://gexf.net/schema.html); opens in Gephi.

    ``label`` is the format's own label of a vertex. The format demands an id on each edge: it is a running number,
    and NetworkX reads it as an additional edge attribute ``id``.
    """
    buffer = io.BytesIO()
    nx.write_gexf(_simple(subgraph), buffer, version="1.2draft")
    text = attribution_text(subgraph)
    description = f"<description>{escape(text)}</description>" if text else ""
    meta = f"<meta><creator>LitAtlas</creator>{description}</meta>".encode()
    return _GEXF_META.sub(lambda _: meta, buffer.getvalue(), count=1)


def build_node_link(subgraph: Subgraph) -> bytes:
    """NetworkX's node-link JSON in UTF-8, with the list of edges under ``edges``; opens in D3 and notebooks.

    https://networkx.org/documentation/stable/reference/readwrite/json_graph.html. Read it with
    ``nx.node_link_graph(json.load(file), edges="edges")``.
    """
    data = nx.node_link_data(network_with_details(subgraph), edges="edges")
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _simple(subgraph: Subgraph) -> nx.DiGraph[str]:
    return nx.DiGraph(network_with_details(subgraph))
