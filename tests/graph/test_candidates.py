from __future__ import annotations

import math
from pathlib import Path

import pytest

from litatlas.graph import candidates
from litatlas.graph.candidates import Wanted
from litatlas.graph.embedding import paper_text, update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library
from litatlas.graph.models import Claim
from litatlas.graph.reading import Reading
from litatlas.graph.words import match_words

from . import library_files


@pytest.fixture
def library(tmp_path: Path, encoder: Encoder) -> Library:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        draft.put_claims("h2o", [Claim("h2o", "authors", "Ada Example; Bo Other", "list", 9)])
        update_index(draft, encoder, None, lambda *_: None)
    return Library(tmp_path)


def wanted(
    text: str, encoder: Encoder | None, *, among: set[str] | None = None, within: set[str] | None = None
) -> Wanted:
    words = tuple(text.split())
    vector = encoder.encode([text])[0] if encoder else None
    chosen = (None if keys is None else frozenset(keys) for keys in (among, within))
    return Wanted(Reading(words, (1.0,) * len(words), text), vector, *chosen)


def test_words_count_by_the_best_match_that_passes(library: Library) -> None:
    """Where the best match is filtered out, the next best counts in full."""
    bm25 = {match.key: match.score for match in match_words(library, ["quantization"], 10)}
    best = max(bm25, key=lambda key: bm25[key])
    found = candidates.by_words(library, wanted("quantization", None))
    assert found == pytest.approx({key: score / bm25[best] for key, score in bm25.items()})
    rest = {key: score for key, score in bm25.items() if key != best}
    found = candidates.by_words(library, wanted("quantization", None, among=set(rest)))
    assert found == pytest.approx({key: score / max(rest.values()) for key, score in rest.items()})


def test_meaning_is_the_cosine_and_what_is_far_is_no_candidate(library: Library, encoder: Encoder) -> None:
    asked = wanted("simple pruning", encoder)
    assert asked.vector is not None
    cosines = {}
    for key, *_ in library_files.PAPERS:
        paper = library.paper(key)
        vector = encoder.encode([paper_text(paper.title, paper.abstract, paper.note)])[0]
        cosines[key] = float(vector @ asked.vector)
    near = {key: cosine for key, cosine in cosines.items() if cosine >= 0.2}
    assert 0 < len(near) < len(cosines)
    assert candidates.by_meaning(library, asked) == pytest.approx(near, abs=1e-5)
    assert candidates.similarities(library, asked, sorted(cosines)) == pytest.approx(cosines, abs=1e-5)
    only = candidates.by_meaning(library, wanted("simple pruning", encoder, among={"gptq", "note"}))
    assert only.keys() <= {"gptq", "note"}


def test_nodes_within_reach_alone_are_compared(library: Library, encoder: Encoder) -> None:
    every = candidates.node_similarities(library, wanted("pruning", encoder))
    assert every.keys() == {node.key for node in library.nodes}
    one = candidates.node_similarities(library, wanted("pruning", encoder, within={"s/cache"}))
    assert one == {"s/cache": pytest.approx(every["s/cache"])}


def test_without_a_model_nothing_is_near(library: Library) -> None:
    asked = wanted("quantization", None)
    assert candidates.by_meaning(library, asked) == {}
    assert candidates.similarities(library, asked, ["gptq"]) == {}
    assert candidates.node_similarities(library, asked) == {}


@pytest.mark.parametrize("text", ["ada example", "Ada Example", "EXAMPLE"])
def test_an_author_is_named_by_words_that_stand_side_by_side(library: Library, text: str) -> None:
    assert candidates.by_author(library, wanted(text, None), text) == {"h2o": 1.0}
    assert candidates.by_author(library, wanted(text, None, among={"gptq"}), text) == {}


@pytest.mark.parametrize("text", ["", "ada other", "ada 2", 'ada" OR example', "ada example bo other more"])
def test_what_names_no_author(library: Library, text: str) -> None:
    assert candidates.by_author(library, wanted("x", None), text) == {}


def test_ties_count_by_the_part_of_the_papers_they_lead_to(library: Library) -> None:
    """AWQ cites GPTQ; Wanda cites both."""
    like = library.papers(["gptq", "h2o"])
    assert candidates.tied(library, wanted("x", None), like) == {"awq": 0.5, "wanda": 0.5}
    both = library.papers(["gptq", "awq"])
    assert candidates.tied(library, wanted("x", None), both) == {"wanda": 1.0, "gptq": 0.5, "awq": 0.5}
    assert candidates.tied(library, wanted("x", None, among={"gptq"}), both) == {"gptq": 0.5}


def test_citations_count_by_logarithm_over_the_most_cited(library: Library) -> None:
    found = candidates.cited(library, ["gptq", "awq", "wanda", "h2o"])
    assert found == pytest.approx({"gptq": 1.0, "awq": math.log(2) / math.log(3)})


def test_a_place_counts_by_the_nearest_node() -> None:
    places = {"a": ("x", "y"), "b": ("y",), "c": ("z",), "d": ()}
    assert candidates.by_place(places, {"x": 0.2, "y": 0.7}, "abcd") == {"a": 0.7, "b": 0.7}
