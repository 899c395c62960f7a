from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.candidates import Wanted
from litatlas.graph.library import Library
from litatlas.graph.node_search import VOTERS, find_nodes
from litatlas.graph.ranking import Part
from litatlas.graph.reading import Reading

from . import library_files

NEAR = {"s/model": 0.1, "s/model/quantization": 0.5, "s/model/pruning": 0.4, "s/cache": 0.0}
PLACES = {"gptq": ("s/model/quantization",), "wanda": ("s/model/pruning", "s/model/quantization"), "h2o": ("s/cache",)}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library_files.write(tmp_path)
    return Library(tmp_path)


def wanted(*words: str, within: frozenset[str] | None = None) -> Wanted:
    return Wanted(Reading(words, (1.0,) * len(words), " ".join(words)), None, None, within)


def test_a_score_is_worked_by_hand(library: Library) -> None:
    """Votes 0.8 + 0.6 for quantization and 0.6 for pruning, over 1.4; weights 1, 0.1 and 0.4, together 1.5."""
    first, second, *_ = find_nodes(library, wanted("pruning"), NEAR, PLACES, {"gptq": 0.8, "wanda": 0.6}, 10)
    assert (first.node.name, first.reasons.votes) == ("Quantization", 2)
    assert first.score == pytest.approx((0.5 + 0.4) / 1.5)
    assert (second.node.name, second.reasons.votes) == ("Pruning", 1)
    assert second.score == pytest.approx((0.4 + 0.1 + 0.4 * 0.6 / 1.4) / 1.5)
    assert second.reasons.words == ("pruning",)
    assert second.reasons.similarity == 0.4
    assert second.reasons.shares[Part.MEANING] == pytest.approx(0.4 / (second.score * 1.5))


def test_what_nothing_speaks_for_is_no_answer(library: Library) -> None:
    names = [hit.node.name for hit in find_nodes(library, wanted("x"), NEAR, PLACES, {}, 10)]
    assert names == ["Quantization", "Pruning", "Model"]
    assert find_nodes(library, wanted("x"), {}, PLACES, {}, 10) == ()
    assert len(find_nodes(library, wanted("x"), NEAR, PLACES, {}, 1)) == 1
    assert find_nodes(library, wanted("x"), NEAR, PLACES, {}, 0) == ()


def test_nodes_out_of_reach_get_neither_words_nor_votes(library: Library) -> None:
    within = frozenset({"s/cache"})
    found = find_nodes(library, wanted("pruning", within=within), {}, PLACES, {"gptq": 0.8, "h2o": 0.1}, 10)
    assert [(hit.node.key, hit.reasons.votes) for hit in found] == [("s/cache", 1)]


def test_only_the_best_papers_vote_and_by_their_lead_over_the_next(library: Library) -> None:
    many = {f"p{number:02d}": 1.0 for number in range(VOTERS - 1)}
    places = {**dict.fromkeys(many, ("s/cache",)), "first": ("s/model/pruning",), "last": ("s/model/quantization",)}
    found = find_nodes(library, wanted("x"), {}, places, {"first": 2.0, **many, "last": 0.5}, 10)
    assert [(hit.node.name, hit.reasons.votes) for hit in found] == [("Cache", VOTERS - 1), ("Pruning", 1)]
    assert found[1].score / found[0].score == pytest.approx((2.0 - 0.5) / ((VOTERS - 1) * (1.0 - 0.5)))
