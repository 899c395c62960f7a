from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.index import Vectors
from litatlas.graph.library import Library
from litatlas.graph.meaning_map import (
    EDGE,
    MeaningMap,
    PaperVectors,
    lay_out,
    next_map,
    paper_vectors,
    quick_map,
    with_new_papers,
)

from . import library_files


def clustered(count: int, groups: int = 4, dimension: int = 16, seed: int = 1) -> Vectors:
    """Unit vectors around as many directions; vector i is of group i % groups."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((groups, dimension))
    found = centres[np.arange(count) % groups] + 0.35 * random.standard_normal((count, dimension))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def papers(vectors: Vectors, *, model: str = "m", first: int = 0, text: str = "a") -> PaperVectors:
    names = [f"p{number:04}" for number in range(first, first + len(vectors))]
    return PaperVectors(tuple(names), tuple(f"{text}-{name}" for name in names), vectors, model)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return clustered(120)


@pytest.fixture(scope="module")
def laid(vectors: Vectors) -> MeaningMap:
    return next_map(papers(vectors), None)


def test_papers_of_a_kind_stand_together(laid: MeaningMap, vectors: Vectors) -> None:
    assert laid.points.shape == (120, 2)
    distances = np.linalg.norm(laid.points[:, None] - laid.points[None], axis=2) + np.eye(120) * 1e9
    nearest = distances.argsort(axis=1)[:, :5]
    assert np.mean(nearest % 4 == np.arange(120)[:, None] % 4) > 0.95
    assert trustworthiness(vectors, laid.points, n_neighbors=5) > trustworthiness(
        vectors, quick_map(papers(vectors)).points, n_neighbors=5
    )


def test_a_map_fills_its_frame_and_the_same_vectors_give_the_same_map(laid: MeaningMap, vectors: Vectors) -> None:
    assert np.abs(laid.points).max() == pytest.approx(EDGE)
    again = next_map(papers(vectors), None)
    assert np.array_equal(again.points, laid.points)
    assert again.frame == laid.frame
    assert not laid.quick


def test_progress_goes_from_nothing_to_all(vectors: Vectors) -> None:
    told: list[tuple[int, int]] = []
    lay_out(vectors, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 750)
    assert told[-1] == (750, 750)
    assert told == sorted(told)
    assert len(told) > 10


def test_the_quick_map_is_that_of_principal_components(vectors: Vectors) -> None:
    points, peer = quick_map(papers(vectors)).points, PCA(2).fit_transform(vectors)
    for axis in range(2):
        assert abs(np.corrcoef(points[:, axis], peer[:, axis])[0, 1]) == pytest.approx(1, abs=1e-4)
    assert quick_map(papers(vectors)).quick


def test_few_new_papers_move_nobody_and_stand_amidst_their_like(laid: MeaningMap, vectors: Vectors) -> None:
    more = np.concatenate([vectors, clustered(8, seed=1)])  # vectors that are there already, under new names
    grown = next_map(papers(more), laid)
    assert np.array_equal(grown.points[:120], laid.points)
    assert grown.frame == laid.frame
    assert grown.laid.tolist() == [True] * 120 + [False] * 8
    for row in range(120, 128):
        nearest = np.linalg.norm(grown.points[:120] - grown.points[row], axis=1).argsort()[:3]
        assert set(nearest % 4) == {row % 4}


def test_a_paper_with_another_text_moves_alone(laid: MeaningMap, vectors: Vectors) -> None:
    changed = vectors.copy()
    changed[0] = changed[1]
    hashes = ("new", *papers(vectors).hashes[1:])
    moved = next_map(replace(papers(changed), hashes=hashes), laid)
    assert np.array_equal(moved.points[1:], laid.points[1:])
    assert np.linalg.norm(moved.points[0] - laid.points[1]) < np.linalg.norm(moved.points[0] - laid.points[0])


def test_papers_that_are_gone_leave_the_others_where_they_were(laid: MeaningMap, vectors: Vectors) -> None:
    fewer = papers(vectors[20:], first=20)
    assert np.array_equal(next_map(fewer, laid).points, laid.points[20:])


def test_many_new_papers_make_a_new_layout_like_the_old_one(laid: MeaningMap, vectors: Vectors) -> None:
    more = papers(np.concatenate([vectors, clustered(80, seed=2)]))
    assert with_new_papers(more, laid) is None
    grown = next_map(more, laid)
    assert grown.frame != laid.frame
    assert grown.laid.all()
    old = np.linalg.norm(laid.points[:, None] - laid.points[None], axis=2)[np.triu_indices(120, 1)]
    kept, fresh = grown.points[:120], next_map(more, None).points[:120]
    assert np.linalg.norm(kept - laid.points, axis=1).mean() < np.linalg.norm(fresh - laid.points, axis=1).mean()
    new = np.linalg.norm(kept[:, None] - kept[None], axis=2)[np.triu_indices(120, 1)]
    assert np.corrcoef(old, new)[0, 1] > 0.6


def test_papers_that_trickle_in_are_laid_out_once_they_are_many(laid: MeaningMap, vectors: Vectors) -> None:
    """Each step adds few, but all of them together were never laid out."""
    more, before, frames = np.concatenate([vectors, clustered(40, seed=3)]), laid, []
    for count in (130, 140, 150, 160):
        before = next_map(papers(more[:count]), before)
        frames.append(before.frame)
    assert frames[0] == frames[1] == laid.frame
    assert frames[-1] != laid.frame


def test_another_model_begins_from_where_papers_stood(laid: MeaningMap, vectors: Vectors) -> None:
    other = papers(vectors, model="other")
    assert with_new_papers(other, laid) is None
    assert np.linalg.norm(next_map(other, laid).points - laid.points, axis=1).mean() < EDGE / 4


@pytest.mark.parametrize("count", range(12))
def test_any_number_of_papers_has_places(count: int) -> None:
    found = next_map(papers(clustered(count)), None)
    assert found.points.shape == (count, 2)
    assert np.isfinite(found.points).all()
    assert len(np.unique(found.points.round(3), axis=0)) == count
    assert len(next_map(papers(clustered(count + 1)), found).keys) == count + 1


@pytest.mark.parametrize("count", [2, 5, 40])
def test_papers_that_are_all_alike_cover_nobody(count: int) -> None:
    same = np.tile(clustered(1), (count, 1))
    for found in (quick_map(papers(same)), next_map(papers(same), None)):
        assert len(np.unique(found.points.round(2), axis=0)) == count
        assert np.abs(found.points).max() <= EDGE * 1.001


def test_vectors_that_occur_many_times_are_laid_out_too() -> None:
    twins = np.concatenate([np.tile(clustered(1), (150, 1)), clustered(40, seed=5)])
    assert np.isfinite(lay_out(twins)).all()


def test_the_vectors_are_those_of_the_library(tmp_path: Path, encoder: Encoder) -> None:
    library_files.write(tmp_path)
    assert paper_vectors(Library(tmp_path)).keys == ()
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    found = paper_vectors(Library(tmp_path))
    assert found.keys == tuple(sorted(key for key, *_ in library_files.PAPERS))
    expected = encoder.encode(["Wanda: simple pruning"])[0]
    assert found.vectors[found.keys.index("wanda")] == pytest.approx(expected)
    assert found.model == encoder.fingerprint
