"""Two small surveys that agree on five papers, place one of them differently, and leave out what the other cites.

survey s: Quantization a1 a2 a3, Pruning b1 b2 b3, Misc (nothing of it in t): c1 c2
survey t: Quantize a1 a2 b3 x1, Pruning b1 b2 y1 tool
"""

from __future__ import annotations

from pathlib import Path

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, Placement, Source, SourceKind, Survey, TaxonomyNode

LIST_S = Source("list-s", SourceKind.PAPER_LIST, "A list", "s.md")
LIST_T = Source("list-t", SourceKind.PAPER_LIST, "Another list", "t.md")
EDGES = Source("edges", SourceKind.EDGE_FILE, "Edges", "edges.jsonl")
SURVEY_S = Survey("s", "Small Models: A Survey", LIST_S.key, (PaperId(IdScheme.ARXIV, "2312.03863"),))
SURVEY_T = Survey("t", "Tiny Models: A List", LIST_T.key)

NODES_S = (
    TaxonomyNode("s/compression", "s", "Compression", None, ("Compression",), 0),
    TaxonomyNode(
        "s/compression/quantization", "s", "Quantization", "s/compression", ("Compression", "Quantization"), 1
    ),
    TaxonomyNode("s/compression/pruning", "s", "Pruning", "s/compression", ("Compression", "Pruning"), 2),
    TaxonomyNode("s/misc", "s", "Misc", None, ("Misc",), 3),
    TaxonomyNode("s/empty", "s", "Empty", None, ("Empty",), 4),
)
NODES_T = (
    TaxonomyNode("t/quantize", "t", "Quantize", None, ("Quantize",), 0),
    TaxonomyNode("t/pruning", "t", "Pruning", None, ("Pruning",), 1),
)
PLACES = {
    "s/compression/quantization": ("a1", "a2", "a3"),
    "s/compression/pruning": ("b1", "b2", "b3"),
    "s/misc": ("c1", "c2"),
    "t/quantize": ("a1", "a2", "b3", "x1"),
    "t/pruning": ("b1", "b2", "y1", "tool"),
}
CITATIONS = (("a1", "x1"), ("a3", "x1"), ("b1", "c1"), ("y1", "c1"), ("y1", "c1"), ("y1", "b1"), ("c2", "c1"))


def write(directory: Path, *, citations: bool = True) -> None:
    """Make the library."""
    with Library.edit(directory) as draft:
        for source in (LIST_S, LIST_T, EDGES):
            draft.put_source(source)
        draft.put_survey(SURVEY_S, NODES_S)
        draft.put_survey(SURVEY_T, NODES_T)
        for node, keys in PLACES.items():
            said_by = LIST_S.key if node.startswith("s/") else LIST_T.key
            for line, key in enumerate(keys, start=1):
                year = {"a1": "2023" if said_by == LIST_S.key else "2024", "c1": "2019"}.get(key, "2022")
                venue = "ICLR" if key in {"a2", "c2", "y1"} else None
                values = {"title": f"Paper {key} of models", "year": year, "venue": venue}
                draft.put_claims(key, [Claim(key, f, v, said_by, line) for f, v in values.items() if v])
                draft.put_placements([Placement(key, node, said_by, line, line)])
        draft.put_claims("tool", [Claim("tool", "kind", "software", LIST_T.key, 4)])
        if citations:
            draft.put_citations(Citation(one, two, EDGES.key, n) for n, (one, two) in enumerate(CITATIONS))
