"""A small library for tests: two sources, a tree of four nodes, five papers."""

from __future__ import annotations

from pathlib import Path

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, Placement, Source, SourceKind, Survey, TaxonomyNode

LIST = Source("list", SourceKind.PAPER_LIST, "A list", "list.md", revision="abc", date="2025-01-02")
METADATA = Source("metadata", SourceKind.METADATA_FILE, "Metadata", "metadata.jsonl")
EDGES = Source("edges", SourceKind.EDGE_FILE, "Edges", "edges.jsonl")

NODES = (
    TaxonomyNode("s/model", "s", "Model", None, ("Model",), 0, 1),
    TaxonomyNode("s/model/quantization", "s", "Quantization", "s/model", ("Model", "Quantization"), 1, 2),
    TaxonomyNode("s/model/pruning", "s", "Pruning", "s/model", ("Model", "Pruning"), 2, 3),
    TaxonomyNode("s/cache", "s", "Cache", None, ("Cache",), 3, 4),
)

# key, title, year, venue, nodes, arXiv id
PAPERS = (
    ("gptq", "GPTQ: accurate quantization", 2023, "ICLR", ("s/model/quantization",), "2210.17323"),
    ("awq", "AWQ: activation aware quantization", 2023, "arXiv", ("s/model/quantization",), "2306.00978"),
    ("wanda", "Wanda: simple pruning", 2024, "ICLR", ("s/model/pruning", "s/model/quantization"), "2306.11695"),
    ("h2o", "Heavy hitters keep the cache small", 2023, "NeurIPS", ("s/cache",), "2306.14048"),
    ("note", "A note on nothing", None, None, ("s/cache",), None),
)


def list_claims(key: str, title: str, year: int | None, venue: str | None, line: int) -> list[Claim]:
    values = (("title", title), ("year", str(year) if year else None), ("venue", venue))
    return [Claim(key, field, value, "list", line) for field, value in values if value]


def write(directory: Path, *, skip: str | None = None) -> None:
    """Make the library, or bring it to exactly this state."""
    with Library.edit(directory) as draft:
        draft.put_source(LIST)
        draft.withdraw_source("list")
        draft.put_survey(Survey("s", "A survey", "list", (PaperId(IdScheme.ARXIV, "2312.03863"),)), NODES)
        for line, (key, title, year, venue, nodes, arxiv) in enumerate(PAPERS, start=10):
            if key == skip:
                continue
            draft.put_claims(key, list_claims(key, title, year, venue, line))
            if arxiv:
                draft.add_alias(PaperId(IdScheme.ARXIV, arxiv), key, "list")
            draft.put_placements(Placement(key, node, "list", line, line) for node in nodes)
        draft.put_claims("gptq", [Claim("gptq", "link:code", "https://github.com/x/gptq Code", "list", 10)])
        draft.put_source(METADATA)
        abstract = "Models are large. We quantize their weights in one shot. It is fast."
        draft.put_claims("gptq", [Claim("gptq", "abstract", abstract, "metadata", 1)])
        draft.put_source(EDGES)
        draft.put_citations([Citation("awq", "gptq", "edges", 1), Citation("wanda", "gptq", "edges", 2)])
        draft.put_citations([Citation("wanda", "awq", "edges", 3)])


def write_second_survey(directory: Path) -> None:
    """Add a survey that has a node of the same name as the first, and two of its papers there."""
    with Library.edit(directory) as draft:
        source = Source("list-t", SourceKind.PAPER_LIST, "Another list", "other.md")
        draft.put_source(source)
        node = TaxonomyNode("t/quantization", "t", "Quantization", None, ("Quantization",), 0, 1)
        draft.put_survey(Survey("t", "Another survey", "list-t"), [node])
        draft.put_placements(Placement(key, node.key, "list-t", 2, 2) for key in ("gptq", "h2o"))
