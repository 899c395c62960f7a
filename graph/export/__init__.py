"""A subgraph as a file that other programs open.

``export(subgraph, "graphml")`` gives an `ExportedFile`; `FORMATS` lists what there is. A family of formats is one
module, and a new format is one entry below. Every format writes the same bytes for the same subgraph, and none holds
an abstract unless asked to: see `ExportFormat.write`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from litatlas.graph.attribution import build_sources
from litatlas.graph.errors import ExportError
from litatlas.graph.models import Subgraph

from .bibtex import build_bibtex
from .cx2 import build_cx2
from .formats import ExportedFile, ExportFormat, Part
from .markdown_list import build_markdown_list
from .network_files import build_gexf, build_graphml, build_node_link
from .obsidian import build_vault
from .page import build_page
from .parquet import build_edges_parquet, build_nodes_parquet
from .rdf import build_json_ld, build_turtle
from .references import build_csl, build_ris
from .tables import build_edges_csv, build_nodes_csv

__all__ = ["FORMATS", "ExportFormat", "ExportedFile", "export", "find_format"]

_SOURCES = Part("SOURCES.txt", "text/plain; charset=utf-8", build_sources)

_ALL = (
    ExportFormat(
        name="graphml",
        title="GraphML",
        suffix=".graphml",
        media_type="application/graphml+xml",
        description="The whole network as XML, for Gephi, Cytoscape, yEd, igraph and NetworkX.",
        parts=(Part("graph.graphml", "application/graphml+xml", build_graphml),),
    ),
    ExportFormat(
        name="gexf",
        title="GEXF",
        suffix=".gexf",
        media_type="application/gexf+xml",
        description="The whole network as XML, for Gephi.",
        parts=(Part("graph.gexf", "application/gexf+xml", build_gexf),),
    ),
    ExportFormat(
        name="node-link",
        title="Node-link JSON",
        suffix=".json",
        media_type="application/json",
        description="The whole network as JSON, for NetworkX, D3 and programs of one's own.",
        parts=(Part("graph.json", "application/json", build_node_link),),
    ),
    ExportFormat(
        name="cx2",
        title="Cytoscape CX2",
        suffix=".cx2",
        media_type="application/json",
        description="The whole network as Cytoscape Exchange, for Cytoscape and NDEx.",
        parts=(Part("graph.cx2", "application/json", build_cx2),),
    ),
    ExportFormat(
        name="csv",
        title="CSV tables",
        suffix=".csv.zip",
        media_type="application/zip",
        description="Two tables, nodes.csv and edges.csv, for spreadsheets, pandas and R.",
        parts=(
            Part("nodes.csv", "text/csv; charset=utf-8", build_nodes_csv),
            Part("edges.csv", "text/csv; charset=utf-8", build_edges_csv),
            _SOURCES,
        ),
    ),
    ExportFormat(
        name="bibtex",
        title="BibTeX",
        suffix=".bib",
        media_type="application/x-bibtex",
        description="The papers as a bibliography with taxonomy paths as keywords, for LaTeX, Zotero and JabRef.",
        parts=(Part("references.bib", "application/x-bibtex", build_bibtex),),
    ),
    ExportFormat(
        name="ris",
        title="RIS",
        suffix=".ris",
        media_type="application/x-research-info-systems",
        description="The papers as a bibliography, for EndNote, Zotero, Mendeley and Papers.",
        parts=(Part("references.ris", "application/x-research-info-systems", build_ris),),
    ),
    ExportFormat(
        name="csl",
        title="CSL-JSON",
        suffix=".csl.json",
        media_type="application/vnd.citationstyles.csl+json",
        description="The papers as a bibliography, for Pandoc, Zotero and citation processors.",
        parts=(Part("references.json", "application/vnd.citationstyles.csl+json", build_csl),),
    ),
    ExportFormat(
        name="parquet",
        title="Parquet tables",
        suffix=".parquet.zip",
        media_type="application/zip",
        description="Two tables, nodes and edges, with their types, for pandas, Polars, DuckDB and R.",
        parts=(
            Part("nodes.parquet", "application/vnd.apache.parquet", build_nodes_parquet),
            Part("edges.parquet", "application/vnd.apache.parquet", build_edges_parquet),
            _SOURCES,
        ),
    ),
    ExportFormat(
        name="turtle",
        title="RDF as Turtle",
        suffix=".ttl",
        media_type="text/turtle",
        description="Everything as linked data (SKOS, FaBiO, CiTO, PROV-O), for triple stores and ontology editors.",
        parts=(Part("graph.ttl", "text/turtle", build_turtle),),
    ),
    ExportFormat(
        name="json-ld",
        title="RDF as JSON-LD",
        suffix=".jsonld",
        media_type="application/ld+json",
        description="The same linked data as JSON, for the web and programs of one's own.",
        parts=(Part("graph.jsonld", "application/ld+json", build_json_ld),),
    ),
    ExportFormat(
        name="markdown",
        title="Companion list",
        suffix=".md",
        media_type="text/markdown; charset=utf-8",
        description="The surveys as lists in Markdown, topics as headings, for GitHub and to read back in.",
        parts=(Part("README.md", "text/markdown; charset=utf-8", build_markdown_list),),
    ),
    ExportFormat(
        name="obsidian",
        title="Obsidian vault",
        suffix=".obsidian.zip",
        media_type="application/zip",
        description="A page per survey, topic and paper, linked both ways, for Obsidian and other note programs.",
        parts=(Part("vault.zip", "application/zip", build_vault),),
    ),
    ExportFormat(
        name="html",
        title="HTML page",
        suffix=".html",
        media_type="text/html; charset=utf-8",
        description="One page to mail: topics, papers, citations and a search, in any browser and without a network.",
        parts=(Part("page.html", "text/html; charset=utf-8", build_page),),
    ),
)

FORMATS: Mapping[str, ExportFormat] = MappingProxyType({each.name: each for each in _ALL})


def find_format(name: str) -> ExportFormat:
    """The format of this name, in any case.

    Raises:
        ExportError: there is none; the message names those there are.
    """
    try:
        return FORMATS[name.strip().lower()]
    except KeyError:
        raise ExportError(f"There is no export format “{name}”.", f"Choose one of: {', '.join(FORMATS)}.") from None


def export(subgraph: Subgraph, format_name: str, *, include_abstracts: bool = False) -> ExportedFile:
    """The subgraph as one file in a format of `FORMATS`; a format of several files comes as a zip archive.

    Abstracts are left out unless ``include_abstracts`` is true.

    Raises:
        ExportError: there is no format of that name.
    """
    chosen = find_format(format_name)
    data = chosen.write(subgraph, include_abstracts=include_abstracts)
    return ExportedFile(chosen.file_name(subgraph), chosen.media_type, data)
