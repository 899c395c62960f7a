from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.errors import LibraryDamaged, ModelError
from litatlas.graph.index import Entry, EntryKind, VectorIndex, Vectors


def unit(rows: int, dimension: int = 8, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def make(rows: int, seed: int = 0) -> tuple[VectorIndex, Vectors]:
    vectors = unit(rows, seed=seed)
    entries = [Entry(EntryKind.NODE if row % 3 == 0 else EntryKind.PAPER, f"k{row}", f"h{row}") for row in range(rows)]
    return VectorIndex(vectors, entries, "m"), vectors


@settings(deadline=None, max_examples=60)
@given(rows=st.integers(1, 60), seed=st.integers(0, 999), limit=st.integers(1, 70), among=st.sets(st.integers(0, 59)))
def test_search_agrees_with_numpy(rows: int, seed: int, limit: int, among: set[int]) -> None:
    index, vectors = make(rows, seed)
    query = unit(1, seed=seed + 1)[0]
    pool = [row for row in range(rows) if row % 3 and (not among or row in among)]
    expected = sorted(((float(vectors[row] @ query), row) for row in pool), reverse=True)[:limit]
    keys = [f"k{row}" for row in sorted(among)] if among else None
    found = index.search(query, limit, EntryKind.PAPER, keys)
    assert [n.score for n in found] == pytest.approx([score for score, _ in expected], abs=1e-5)
    assert {n.key for n in found} == {f"k{row}" for _, row in expected}


def test_a_vector_is_its_own_nearest() -> None:
    index, vectors = make(20)
    assert index.search(vectors[4], 1, EntryKind.PAPER)[0].key == "k4"
    assert index.vector(EntryKind.PAPER, "k4") == pytest.approx(vectors[4])
    assert index.vector(EntryKind.NODE, "k4") is None


def test_vectors_of_many_records_are_those_of_each() -> None:
    index, vectors = make(20)
    found, held = index.vectors(EntryKind.PAPER, ["k7", "k3", "nothing", "k1", "k7"])
    assert held == ("k7", "k1", "k7"), "k3 is a node"
    assert found == pytest.approx(vectors[[7, 1, 7]])
    none, held = index.vectors(EntryKind.PAPER, [])
    assert (none.shape, held) == ((0, 8), ())


def test_it_comes_back_from_disk_as_it_was(tmp_path: Path) -> None:
    index, _ = make(17)
    loaded = VectorIndex.load(*index.save(tmp_path / "index-1"))
    assert (loaded.entries, loaded.model, loaded.dimension) == (index.entries, "m", 8)
    query = unit(1, seed=9)[0]
    assert loaded.search(query, 5, EntryKind.PAPER) == index.search(query, 5, EntryKind.PAPER)


def test_an_empty_index_answers_nothing(tmp_path: Path) -> None:
    index = VectorIndex(np.zeros((0, 8), np.float32), [], "m")
    assert index.search(unit(1)[0], 5, EntryKind.PAPER) == ()
    assert len(VectorIndex.load(*index.save(tmp_path / "index-1"))) == 0


def test_a_query_of_another_model_is_refused() -> None:
    index, _ = make(5)
    with pytest.raises(ModelError, match="16 numbers"):
        index.search(unit(1, 16)[0], 3, EntryKind.PAPER)


@pytest.mark.parametrize("damage", ["cut", "text", "other"])
def test_damaged_files_are_told_apart_from_bugs(tmp_path: Path, damage: str) -> None:
    vectors_path, entries_path = make(12)[0].save(tmp_path / "index-1")
    if damage == "cut":
        vectors_path.write_bytes(vectors_path.read_bytes()[:100])
    elif damage == "text":
        entries_path.write_text("{")
    else:
        make(11)[0].save(tmp_path / "other")
        vectors_path = tmp_path / "other.faiss"
    with pytest.raises(LibraryDamaged, match="cannot be read"):
        VectorIndex.load(vectors_path, entries_path)


def test_entries_and_vectors_must_match() -> None:
    with pytest.raises(ValueError, match="2 entries"):
        VectorIndex(unit(3), [Entry(EntryKind.PAPER, "a", ""), Entry(EntryKind.PAPER, "b", "")], "m")
    with pytest.raises(ValueError, match="twice"):
        VectorIndex(unit(2), [Entry(EntryKind.PAPER, "a", ""), Entry(EntryKind.PAPER, "a", "")], "m")
