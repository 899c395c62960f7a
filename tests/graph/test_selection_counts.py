"""Counting a selection gives what reading it gives: of a few papers, and on arrays."""

from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph import selection_counts
from litatlas.graph.expression import parse_selection
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Placement, WorkKind
from litatlas.graph.reading_store import ReadingStore
from litatlas.graph.search import Searcher
from litatlas.graph.selection import select
from litatlas.graph.selection_counts import count_selected, counting_table

from . import library_files

EXPRESSIONS = (
    "everything",
    "under:s/model",
    "survey:s",
    "survey:t",
    'search:"simple pruning"(limit=2)',
    "around:gptq(hops=2)",
    "path:wanda(to=gptq)",
    'list:"To read"',
    "papers:note,gptq",
    "papers:()",
    "not under:s/cache",
    "under:s/model and survey:t or papers:note",
    "not everything",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Two surveys, edges that two sources state, a paper at two nodes, a reading list."""
    directory: Path = tmp_path_factory.mktemp("counts") / "library"
    library_files.write(directory)
    library_files.write_second_survey(directory)
    with Library.edit(directory) as draft:
        pairs = [("gptq", "h2o"), ("h2o", "gptq"), ("note", "gptq"), ("awq", "note")]
        draft.put_citations(Citation(*pair, source) for pair in pairs for source in ("edges", "list"))
        draft.put_placements([Placement("gptq", "s/model/pruning", "list", 70, 70)])
    opened = Library(directory)
    ReadingStore(directory).add("To read", opened.papers(["wanda", "h2o"]))
    return opened


@pytest.mark.parametrize("few", [0, 500])
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_counts_are_those_of_what_is_read(
    library: Library, text: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection_counts, "_FEW", few)
    selection = parse_selection(text)
    part = select(library, selection, lambda: Searcher(library, None))
    title, counts = count_selected(library, selection, lambda: Searcher(library, None), lambda: counting_table(library))
    software = sum(paper.kind is WorkKind.SOFTWARE for paper in part.papers)
    assert title == part.title
    assert (counts.papers, counts.software) == (len(part.papers) - software, software)
    assert (counts.nodes, counts.placements) == (len(part.nodes), len(part.placements))
    assert counts.citations == len({(edge.citing, edge.cited) for edge in part.citations})


def test_what_is_counted_differs(library: Library) -> None:
    """Else a table that counts nothing would pass."""
    table = counting_table(library)
    all_keys, few_keys = library.paper_keys(), ("gptq", "h2o")
    assert table.count(few_keys).citations == 2, "there and back, each stated by two sources"
    assert table.count(few_keys).placements == 5, "one of each in each survey, and one besides"
    assert table.count(few_keys, "s").placements == 3
    assert table.count(all_keys).papers > table.count(few_keys).papers == 2
