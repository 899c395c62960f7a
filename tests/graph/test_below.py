from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.below import count_below
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Placement, WorkKind
from litatlas.graph.selection import Below, select

from . import library_files


@pytest.fixture
def opened(tmp_path: Path) -> Library:
    """The small library with an edge that two sources state, one out of the branch, and a paper at two nodes."""
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        keys = [key for (key,) in draft.connection.execute("SELECT key FROM papers ORDER BY key")]
        pairs = [(citing, cited) for citing in keys for cited in keys if citing != cited]
        draft.put_citations(Citation(citing, cited, source) for citing, cited in pairs for source in ("edges", "list"))
        draft.put_placements([Placement("gptq", "s/model/pruning", "list", 70, 70)])
    return Library(tmp_path)


def test_the_counts_are_those_of_the_selection_itself(opened: Library) -> None:
    """Of every node, beside the part of the graph that is read in full."""
    seen = set()
    for node in opened.nodes:
        part = select(opened, Below(node.key), lambda: pytest.fail("no question is asked"))
        software = sum(paper.kind is WorkKind.SOFTWARE for paper in part.papers)
        counted = count_below(opened, node)
        found = (counted.papers, counted.software, counted.nodes, counted.placements, counted.citations)
        edges = {(edge.citing, edge.cited) for edge in part.citations}
        whole = (len(part.papers) - software, software, len(part.nodes), len(part.placements), len(edges))
        assert found == whole, node.key
        seen.add(found)
    assert len(seen) > 2
