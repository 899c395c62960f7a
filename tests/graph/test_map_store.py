from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library
from litatlas.graph.map_store import FILE, MapStore, map_at_hand
from litatlas.graph.meaning_map import MeaningMap, next_map, paper_vectors

from . import library_files

POINTS = np.array([[1.5, -2.0], [100.0, 0.0], [0.0, -100.0]], np.float32)
MADE = MeaningMap(("a", "ü\n", "c"), ("1", "2", "3"), POINTS, np.array([True, False, True]), "f", "m")


def test_what_is_kept_is_read_again_to_the_last_bit(tmp_path: Path) -> None:
    assert MapStore(tmp_path).read() is None
    MapStore(tmp_path).keep(MADE)
    found = MapStore(tmp_path).read()
    assert found
    assert (found.keys, found.hashes, found.frame, found.model) == (MADE.keys, MADE.hashes, "f", "m")
    assert np.array_equal(found.points, POINTS)
    assert found.laid.tolist() == [True, False, True]
    assert not found.quick
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("damage", ["", "no archive at all " * 50, None])
def test_a_damaged_file_counts_as_none_and_is_replaced(tmp_path: Path, damage: str | None) -> None:
    MapStore(tmp_path).keep(MADE)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2] if damage is None else damage.encode())
    assert MapStore(tmp_path).read() is None
    MapStore(tmp_path).keep(MADE)
    assert MapStore(tmp_path).read()


@pytest.mark.parametrize("place", range(0, 1600, 97))
def test_a_changed_byte_is_noticed_or_harmless(tmp_path: Path, place: int) -> None:
    MapStore(tmp_path).keep(MADE)
    content = bytearray((tmp_path / FILE).read_bytes())
    content[place % len(content)] ^= 0xFF
    (tmp_path / FILE).write_bytes(content)
    found = MapStore(tmp_path).read()
    assert found is None or (found.keys == MADE.keys and np.array_equal(found.points, POINTS))


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": POINTS * np.nan},
        {"points": POINTS * 50},
        {"points": POINTS[:2]},
        {"points": POINTS.astype(np.float64)},
        {"laid": np.array([1, 2, 3])},
        {"laid": np.array([True])},
        {"keys": ("a", "a", "c")},
        {"keys": ("a", 7, "c")},
        {"hashes": ("1",)},
        {"frame": None},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_no_map_is_not_believed(tmp_path: Path, wrong: dict[str, object]) -> None:
    values = {name: getattr(MADE, name) for name in ("keys", "hashes", "points", "laid", "frame", "model")}
    MapStore(tmp_path).keep(MeaningMap(**{**values, **wrong}))
    assert MapStore(tmp_path).read() is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MapStore(tmp_path / "missing").keep(MADE)

    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "replace", full)
    MapStore(tmp_path).keep(MADE)
    assert list(tmp_path.iterdir()) == []


def test_the_map_at_hand_is_the_kept_one_if_it_fits(tmp_path: Path, encoder: Encoder) -> None:
    library_files.write(tmp_path)
    assert map_at_hand(Library(tmp_path)).keys == ()
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    with Library(tmp_path) as library:
        assert map_at_hand(library).quick
        made = next_map(paper_vectors(library), None)
        MapStore(tmp_path).keep(made)
        found = map_at_hand(library)
        assert found.frame == made.frame
        assert np.array_equal(found.points, made.points)
