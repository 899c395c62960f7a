from __future__ import annotations

import importlib.util
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.encoder import load_encoder
from litatlas.graph.likeness import (
    Facet,
    Focus,
    Likeness,
    Part,
    Portrait,
    Seed,
    closest_sentences,
    likeness,
    likeness_to_all,
)
from litatlas.graph.rarity import Rarity, cosine, count_stems, rarest_shared, stem

from ..conftest import ROOT


def unit(*numbers: float) -> np.ndarray:
    vector = np.array(numbers, dtype=np.float32)
    return vector / np.linalg.norm(vector)


EAST, NORTH = unit(1, 0), unit(0, 1)
NORTH_EAST = unit(1, 1)


def test_each_part_is_the_cosine_worked_by_hand() -> None:
    """East against north-east is 1 / √2; of the words, `cache` is rare and `the` everywhere."""
    seed = Seed(
        Portrait("cache", ("the plan", "the budget"), EAST, NORTH, np.stack([EAST, NORTH])),
        Focus((1,), NORTH_EAST),
    )
    near = Portrait("cache", ("the other",), NORTH_EAST, NORTH, np.stack([NORTH_EAST]))
    far = Portrait("fish", ("the other",), NORTH, EAST, np.stack([-NORTH]))
    first, second = likeness(seed, [near, far])
    half = 1 / math.sqrt(2)
    assert first.parts[Part.WHOLE] == pytest.approx(half)
    assert first.parts[Part.FOCUS] == pytest.approx(1)
    assert first.parts[Part.TITLE] == pytest.approx(1)
    assert first.parts[Part.SENTENCES] == pytest.approx(half)
    assert second.parts[Part.WHOLE] == pytest.approx(0)
    assert second.parts[Part.FOCUS] == pytest.approx(half)
    assert second.parts[Part.TITLE] == pytest.approx(0)
    assert second.parts[Part.SENTENCES] == pytest.approx(-1)
    for each in (first, second):
        assert each.score == pytest.approx(sum(each.parts.values()) / 5)
    assert first.words == ("cache", "the"), "of three texts or fewer no word is called common"


def test_words_are_weighed_by_their_rarity_worked_by_hand() -> None:
    """Two candidates, `a1` in both and `b1` in one: rarities ln(3/3) + 1 = 1 and ln(3/2) + 1 = 1.405."""
    rarity = Rarity([count_stems("a1 b1"), count_stems("a1 a1")])
    rare = math.log(1.5) + 1
    length = math.hypot(1, rare)
    assert rarity.of("a1") == pytest.approx(1)
    assert rarity.of("b1") == pytest.approx(rare)
    assert rarity.of("unseen") == pytest.approx(math.log(3) + 1)
    assert rarity.weights(count_stems("a1 b1")) == pytest.approx({"a1": 1 / length, "b1": rare / length})
    assert rarity.weights(count_stems("a1 a1 a1")) == pytest.approx({"a1": 1.0})
    seed = Seed(Portrait("a1 b1"))
    first, second = likeness(seed, [Portrait("a1 b1"), Portrait("a1 a1")])
    assert first.parts == pytest.approx({Part.WORDS: 1.0})
    assert second.parts == pytest.approx({Part.WORDS: 1 / length})


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("Queries", "query"),
        ("caches", "cache"),
        ("networks", "network"),
        ("loss", "loss"),
        ("corpus", "corpus"),
        ("trees", "tree"),
        ("is", "is"),
        ("ÉTUDES", "étude"),
    ],
)
def test_plurals_are_one_word(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


def test_a_word_that_most_have_is_no_reason() -> None:
    texts = [count_stems(text) for text in ("the kv cache", "the fish", "the tree", "the 2023 cache")]
    rarity = Rarity(texts)
    first, last = rarity.weights(texts[0]), rarity.weights(texts[3])
    assert rarest_shared(first, last, rarity, 5) == ("cache",)
    assert 0 < cosine(first, last) < 1


def test_a_focus_compares_with_sentences_of_its_facet() -> None:
    seed = Seed(Portrait("", ("one", "two"), sentence_vectors=np.stack([NORTH, EAST])), Focus((1,), None, Facet.METHOD))
    vectors = np.stack([EAST, NORTH_EAST])

    def match(*facets: Facet | None) -> float:
        text = Portrait("", ("three", "four"), sentence_vectors=vectors, facets=facets)
        return likeness(seed, [text])[0].parts[Part.SENTENCES]

    half = 1 / math.sqrt(2)
    assert match(Facet.RESULT, Facet.METHOD) == pytest.approx(half)
    assert match(Facet.METHOD, Facet.RESULT) == pytest.approx(1)
    assert match() == pytest.approx(1), "without labels, the nearest of all"
    assert match(None, Facet.RESULT) == pytest.approx((1 + half) / 2), "no such sentence: their mean"


def test_without_a_focus_the_whole_counts_twice() -> None:
    found = Likeness(0.5, {Part.WHOLE: 0.6, Part.WORDS: 0.3}, ())
    assert found.shares == pytest.approx({Part.WHOLE: 0.8, Part.WORDS: 0.2})
    (one,) = likeness(Seed(Portrait("fish", (), EAST)), [Portrait("tree", (), NORTH_EAST)])
    assert one.score == pytest.approx(2 / math.sqrt(2) / 3)


def test_more_like_these_and_not_like_those() -> None:
    east, north = Seed(Portrait("", (), EAST)), Seed(Portrait("", (), NORTH))
    texts = [Portrait("", (), vector) for vector in (EAST, NORTH, NORTH_EAST)]
    both = likeness_to_all([east, north], [], texts)
    assert [each.parts[Part.WHOLE] for each in both] == pytest.approx([0.5, 0.5, 1 / math.sqrt(2)])
    apart = likeness_to_all([east], [north], texts, 0.25)
    assert [each.parts[Part.WHOLE] for each in apart] == pytest.approx([1, -0.25, 0.75 / math.sqrt(2)])
    assert likeness_to_all([east], [], texts) == likeness(east, texts)
    with pytest.raises(ValueError, match="nothing"):
        likeness_to_all([], [east], texts)


def test_the_sentences_that_match_best() -> None:
    seed = Seed(Portrait("", ("keep the cache small", "we thank nobody"), sentence_vectors=np.stack([EAST, NORTH])))
    text = Portrait("", ("fish swim", "caches are kept small"), sentence_vectors=np.stack([NORTH, NORTH_EAST]))
    pair = closest_sentences(seed, text)
    assert pair is not None
    assert (pair.seed, pair.candidate, pair.by) == ("we thank nobody", "fish swim", Part.SENTENCES)
    assert pair.similarity == pytest.approx(1)
    by_words = closest_sentences(seed, Portrait("", text.sentences))
    assert by_words is not None
    assert (by_words.seed, by_words.candidate) == ("keep the cache small", "caches are kept small")
    assert by_words.by is Part.WORDS
    assert closest_sentences(seed, Portrait("no abstract")) is None
    assert closest_sentences(seed, Portrait("", ("nichts gemeinsam",))) is None


words = st.text(alphabet="abcd ", max_size=30)
vectors = st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(lambda v: math.hypot(*v) > 0.1)


@st.composite
def portraits(draw: st.DrawFn) -> Portrait:
    sentences = tuple(draw(st.lists(words, max_size=3)))
    with_vectors = draw(st.booleans())
    made = np.stack([unit(*draw(vectors)) for _ in sentences]) if sentences and with_vectors else None
    labelled = draw(st.booleans())
    facets = tuple(draw(st.sampled_from([*Facet, None])) for _ in sentences) if labelled else ()
    whole, title = (unit(*draw(vectors)) if draw(st.booleans()) else None for _ in range(2))
    return Portrait(draw(words), sentences, whole, title, made, facets)


@st.composite
def seeds(draw: st.DrawFn) -> Seed:
    text = draw(portraits())
    if not text.sentences or draw(st.booleans()):
        return Seed(text)
    rows = draw(st.sets(st.integers(0, len(text.sentences) - 1), min_size=1))
    vector = unit(*draw(vectors)) if draw(st.booleans()) else None
    return Seed(text, Focus(tuple(sorted(rows)), vector, draw(st.sampled_from([*Facet, None]))))


@given(seeds(), st.lists(portraits(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_likeness_does_not_depend_on_the_order_of_candidates(seed, candidates, random) -> None:
    order = list(range(len(candidates)))
    random.shuffle(order)
    found = likeness(seed, candidates)
    assert likeness(seed, [candidates[row] for row in order]) == tuple(found[row] for row in order)


@given(seeds(), st.lists(portraits(), min_size=1, max_size=5))
def test_shares_sum_to_one_and_scores_are_cosines(seed, candidates) -> None:
    for each in likeness(seed, candidates):
        assert sum(each.shares.values()) == pytest.approx(1)
        assert min(each.shares.values()) >= 0
        assert -1.001 <= each.score <= 1.001
        assert Part.WORDS in each.parts


@given(portraits().filter(lambda text: text.title.split() and count_stems(text.title)), st.lists(portraits()))
def test_nothing_is_more_like_a_text_than_itself(text, others) -> None:
    itself, *rest = likeness(Seed(text), [text, *others])
    assert itself.score == pytest.approx(1, abs=1e-5)
    assert all(each.score <= itself.score + 1e-5 for each in rest)


@pytest.fixture(scope="module")
def benchmark():
    """benchmarks/csfcube.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("csfcube", ROOT / "benchmarks" / "csfcube.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_ndcg_of_the_first_fifth_worked_by_hand(benchmark) -> None:
    """Ten candidates of grades 3, 2, 1 and 0 × 7, so two count: the gain is g1 + g2 / log2(2), at best 3 + 2."""
    grades = [0, 3, 0, 0, 2, 0, 0, 1, 0, 0]
    scores = np.zeros(10)
    scores[[7, 1]] = 2, 1
    assert benchmark.ndcg(scores, grades) == pytest.approx((1 + 3) / 5)
    scores[[1, 4]] = 9, 8
    assert benchmark.ndcg(scores, grades) == pytest.approx(1)
    assert benchmark.ndcg(scores, grades, share=0.4) == pytest.approx(
        (3 + 2 / 1 + 1 / math.log2(3)) / (3 + 2 + 1 / math.log2(3))
    )
    assert benchmark.ndcg(np.zeros(10), grades) == pytest.approx((0 + 3) / 5), "ties stay in order"
    assert benchmark.ndcg(scores, [0] * 10) == 0


@pytest.mark.realdata
def test_likeness_is_better_than_plain_rankings_on_part_of_csfcube(benchmark, shared_data: Path, tmp_path) -> None:
    """One query with its pool of 90 papers; benchmarks/csfcube.py measures all 50."""
    whole = benchmark.load_collection(shared_data / "benchmarks" / "csfcube")
    assert (len(whole.documents), len(whole.queries)) == (4205, 50)
    assert sum(len(query.candidates) for query in whole.queries) == 6244 - 2, "two pools hold their query"
    part = _only([query for query in whole.queries if query.key == "6431039_result"], whole, benchmark)
    vectorised = benchmark.vectorise(part, load_encoder(), tmp_path)
    parts = benchmark.parts_of(part, vectorised, labels=True, facet=True)

    def mean(ranking) -> float:
        return float(sum(benchmark.measure(part, ranking).values())) / len(part.queries)

    ours = mean(benchmark.weighted(parts, dict.fromkeys(Part, 1.0)))
    assert ours > mean(benchmark.cosine_of_whole(vectorised)) + 0.05
    assert ours > mean(benchmark.bm25(part.documents)) + 0.05
    assert ours > mean(benchmark.tfidf(part.documents)) + 0.05


def _only(queries, whole, benchmark):
    """These queries and the papers of their pools."""
    rows = sorted({row for query in queries for row in (query.paper, *query.candidates)})
    place = {row: number for number, row in enumerate(rows)}
    moved = [
        replace(query, paper=place[query.paper], candidates=tuple(place[row] for row in query.candidates))
        for query in queries
    ]
    return benchmark.Collection(tuple(whole.documents[row] for row in rows), tuple(moved), whole.folds)
