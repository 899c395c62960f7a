"""What stands at a topic and what is missing there, on the small library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from litatlas.graph.gaps import node_gaps
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, Placement
from litatlas.graph.node_facts import Cited, PaperOrder, node_facts, papers_at
from litatlas.graph.placed_network import placed_network

from . import library_files


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """With authors, and with citations of one paper of the cache by two on models."""
    library_files.write(tmp_path / "library")
    with Library.edit(tmp_path / "library") as draft:
        draft.put_claims("gptq", [Claim("gptq", "authors", "Ada A; Bob B", "list", 60)])
        draft.put_claims("awq", [Claim("awq", "authors", "Bob B; Bob B", "list", 61)])
        draft.put_citations([Citation("awq", "h2o", "edges", 7), Citation("wanda", "h2o", "edges", 8)])
        draft.put_claims("nowhere", library_files.list_claims("nowhere", "A paper of no topic", 2022, None, 70))
        draft.put_citations([Citation("gptq", "nowhere", "edges", 9), Citation("h2o", "nowhere", "edges", 10)])
    with Library(tmp_path / "library") as opened:
        yield opened


def test_what_stands_at_a_topic_is_counted(library: Library) -> None:
    facts = node_facts(library, placed_network(library), library.node("s/model"))
    assert facts.papers == 3
    assert facts.years == ((2023, 2), (2024, 1))
    assert facts.without_year == 0
    assert facts.venues == (("ICLR", 2), ("arXiv", 1))
    assert facts.authors == (("Bob B", 2), ("Ada A", 1))  # a name that a paper has twice counts once
    assert (facts.venue_count, facts.author_count) == (2, 2)


def test_the_most_cited_are_ranked_by_citations_from_here_or_from_everywhere(library: Library) -> None:
    network = placed_network(library)
    facts = node_facts(library, network, library.node("s/model"))
    assert facts.cited_within == (Cited("gptq", 2, 2), Cited("awq", 1, 1))
    pruning = node_facts(library, network, library.node("s/model/pruning"))
    assert pruning.cited_within == ()
    cache = node_facts(library, network, library.node("s/cache"))
    assert (cache.cited_within, cache.cited_everywhere) == ((), (Cited("h2o", 0, 2),))
    assert cache.without_year == 1


def test_papers_come_in_the_order_that_is_asked_for(library: Library) -> None:
    top, cache, network = library.node("s/model"), library.node("s/cache"), placed_network(library)
    assert papers_at(library, network, top, PaperOrder.NEWEST, 9) == (("wanda", 0), ("awq", 1), ("gptq", 2))
    assert papers_at(library, network, top, PaperOrder.CITED, 2) == (("gptq", 2), ("awq", 1))
    assert papers_at(library, network, top, PaperOrder.TITLE, 2) == (("awq", 1), ("gptq", 2))
    assert papers_at(library, network, cache, PaperOrder.NEWEST, 9) == (("h2o", 2), ("note", 0))
    for order in PaperOrder:
        found = papers_at(library, network, top, order, 99)
        assert sorted(key for key, _ in found) == sorted(library.paper_keys(under=top))
        assert dict(found) == {key: library.citation_counts.get(key, 0) for key, _ in found}


def test_a_paper_that_several_here_cite_and_that_stands_elsewhere_is_missing(library: Library) -> None:
    network = placed_network(library)
    gaps = node_gaps(library, network, library.node("s/model"))
    assert gaps.missing == (Cited("h2o", 2, 2),)  # "nowhere" is cited from here once
    assert node_gaps(library, network, library.node("s/cache")).missing == ()


def test_what_papers_lack_is_counted(library: Library) -> None:
    network = placed_network(library)
    gaps = node_gaps(library, network, library.node("s/model"))
    assert (gaps.papers, gaps.without_abstract, gaps.without_code, gaps.without_year) == (3, 2, 2, 0)
    assert gaps.unlinked == 0
    cache = node_gaps(library, network, library.node("s/cache"))
    assert (cache.papers, cache.without_abstract, cache.without_code, cache.without_year) == (2, 2, 2, 1)
    assert cache.unlinked == 1  # the note


def test_topics_are_thin_by_their_papers_and_quiet_by_the_years_of_their_survey(
    tmp_path: Path, library: Library
) -> None:
    network = placed_network(library)
    gaps = node_gaps(library, network, library.node("s/model"))
    assert [(thin.node.key, thin.papers) for thin in gaps.thin] == [("s/model/pruning", 1)]
    assert (gaps.recent, gaps.quiet) == (2023, ())
    with Library.edit(tmp_path / "library") as draft:
        draft.put_claims("new", library_files.list_claims("new", "A new cache", 2025, None, 80))
        draft.put_placements([Placement("new", "s/cache", "list", 80, 80)])
    with Library(tmp_path / "library") as later:
        found = node_gaps(later, placed_network(later), later.node("s/model"))
        assert found.recent == 2024
        assert found.quiet == ()  # a paper of 2024 stands at both of its topics
    with Library.edit(tmp_path / "library") as draft:
        draft.put_claims("newer", library_files.list_claims("newer", "A newer cache", 2026, None, 81))
        draft.put_placements([Placement("newer", "s/cache", "list", 81, 81)])
    with Library(tmp_path / "library") as last:
        found = node_gaps(last, placed_network(last), last.node("s/model"))
        assert [(quiet.node.key, quiet.newest) for quiet in found.quiet] == [
            ("s/model", 2024),
            ("s/model/quantization", 2024),
            ("s/model/pruning", 2024),
        ]
