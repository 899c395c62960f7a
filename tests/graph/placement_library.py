"""A library of made-up papers for tests of placement: three nodes with words of their own, and a second survey."""

from __future__ import annotations

from pathlib import Path

from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, Placement, Source, SourceKind, Survey, TaxonomyNode

LIST = Source("list", SourceKind.PAPER_LIST, "A list", "list.md")
OTHER = Source("other", SourceKind.PAPER_LIST, "Another list", "other.md")
EDGES = Source("edges", SourceKind.EDGE_FILE, "Edges", "edges.jsonl")

NODES = (
    TaxonomyNode("s/model", "s", "Model", None, ("Model",), 0),
    TaxonomyNode("s/model/quantization", "s", "Quantization", "s/model", ("Model", "Quantization"), 1),
    TaxonomyNode("s/model/pruning", "s", "Pruning", "s/model", ("Model", "Pruning"), 2),
    TaxonomyNode("s/cache", "s", "Cache", None, ("Cache",), 3),
    TaxonomyNode("s/empty", "s", "Empty", None, ("Empty",), 4),
)
OTHER_NODES = (TaxonomyNode("t/bits", "t", "Bits", None, ("Bits",), 0),)
WORDS = {
    "s/model/quantization": "bits integer rounding scales codebook outliers precision".split(),
    "s/model/pruning": "sparse masks weights removal magnitude structured layers".split(),
    "s/cache": "keys values eviction tokens memory window attention".split(),
}
PER_NODE = 24
STRAY = "cache-00"
"""Written with the words of quantization, but placed at the cache."""


def papers() -> list[tuple[str, str, str, str]]:
    """Key, title, abstract and node of every paper; each has four of its node's words and one of another node."""
    found = []
    for node, words in WORDS.items():
        name = node.rsplit("/", 1)[1]
        others = [word for other, more in WORDS.items() if other != node for word in more]
        for number in range(PER_NODE):
            own = [words[(number + step * (1 + number // 7)) % 7] for step in range(4)]
            title = f"Study {number} {own[0]} {own[1]}"
            found.append((f"{name}-{number:02}", title, f"About {own[2]} {own[3]} {others[number % 14]}.", node))
    stray = " ".join(WORDS["s/model/quantization"])
    return [
        (k, "Bits and integer rounding" if k == STRAY else t, stray if k == STRAY else a, n) for k, t, a, n in found
    ]


def write(directory: Path, *, backwards: bool = False, abstracts: bool = True) -> None:
    """Make the library, its papers taken in one order or the other."""
    chosen = papers()[::-1] if backwards else papers()
    with Library.edit(directory) as draft:
        for source in (LIST, OTHER, EDGES):
            draft.put_source(source)
        draft.put_survey(Survey("s", "A Survey", LIST.key), NODES)
        draft.put_survey(Survey("t", "Another Survey", OTHER.key), OTHER_NODES)
        for key, title, abstract, _ in chosen:
            values = [("title", title), ("abstract", abstract)] if abstracts else [("title", title)]
            draft.put_claims(key, [Claim(key, field, value, LIST.key, 1) for field, value in values])
        draft.put_placements([Placement(key, node, LIST.key, 1) for key, _, _, node in chosen])
        shared = [key for key, _, _, node in papers() if node.endswith("quantization")][:10]
        draft.put_placements([Placement(key, "t/bits", OTHER.key, 1) for key in shared])
        draft.put_citations([Citation("quantization-01", "quantization-02", EDGES.key, 1)])
