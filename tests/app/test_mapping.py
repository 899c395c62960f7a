from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from litatlas.app import mapping
from litatlas.app.building import build
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library
from litatlas.graph.map_groups import GroupBy
from litatlas.graph.map_store import FILE, MapStore
from litatlas.graph.meaning_map import MeaningMap

ALL = ((-101.0, -101.0), (101.0, -101.0), (101.0, 101.0), (-101.0, 101.0))
LEFT = ((-101.0, -101.0), (0.0, -101.0), (0.0, 101.0), (-101.0, 101.0))


@pytest.fixture
def atlas(library: Path, encoder: Encoder) -> Atlas:
    return Atlas(Settings(library=library), lambda _: encoder)


def finished(atlas: Atlas) -> mapping.MapOnView:
    if making := mapping.map_on_view(atlas).making:
        assert making.finished.wait(60)
    return mapping.map_on_view(atlas)


def test_a_projection_is_there_at_once_and_the_layout_follows(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, make = threading.Event(), mapping.make_map

    def when_it_was_seen(*arguments: Any) -> MeaningMap:
        assert seen.wait(60)
        return make(*arguments)

    monkeypatch.setattr(mapping, "make_map", when_it_was_seen)
    at_once = mapping.map_on_view(atlas)
    assert at_once.field.map.quick
    assert at_once.making
    seen.set()
    laid_out = finished(atlas)
    assert laid_out.making is None
    assert not laid_out.field.map.quick
    assert mapping.map_on_view(atlas).field is laid_out.field  # made once


def test_a_kept_map_is_read_and_nothing_is_made(atlas: Atlas, library: Path, encoder: Encoder) -> None:
    frame = finished(atlas).field.map.frame
    again = mapping.map_on_view(Atlas(Settings(library=library), lambda _: encoder))
    assert again.making is None
    assert again.field.map.frame == frame


def test_a_build_draws_the_map_unless_it_is_told_not_to(tmp_path: Path, encoder: Encoder) -> None:
    stages = []
    settings = Settings(library=tmp_path / "library")
    report = build(settings, lambda *_: None, surveys=("efficient-llms",), load=lambda _: encoder, with_map=False)
    assert report.mapped is None
    assert not (settings.library / FILE).exists()
    report = build(settings, lambda stage, *_: stages.append(stage), load=lambda _: encoder)
    assert report.mapped == report.counts.papers + report.counts.software
    assert stages[-1] == "Drawing the map"
    kept = MapStore(settings.library).read()
    assert kept
    before = (settings.library / FILE).stat().st_mtime_ns
    build(settings, lambda *_: None, load=lambda _: encoder)
    assert (settings.library / FILE).stat().st_mtime_ns == before  # nothing had changed


def test_what_lies_in_an_area_and_what_was_asked_for(atlas: Atlas) -> None:
    field = finished(atlas).field
    everything = mapping.within(field, ALL, None)
    assert field.keys_of(everything.rows)[:2] == ["gptq", "awq"]  # the most cited first
    assert len(everything.rows) == 5
    asked = mapping.within(field, None, ["h2o", "no such paper", "awq"])
    assert field.keys_of(asked.rows) == ["h2o", "awq"]
    left = set(field.keys_of(mapping.within(field, LEFT, None).rows))
    both = mapping.within(field, LEFT, list(field.map.keys))
    assert set(field.keys_of(both.rows)) == left
    assert both.outside == 5 - len(left)
    assert len(mapping.within(field, None, None).rows) == 0


def test_words_narrow_and_keep_the_order(atlas: Atlas) -> None:
    field = finished(atlas).field
    rows = field.rows_of(["wanda", "awq", "gptq", "h2o"])
    assert field.keys_of(mapping.with_words(atlas, field, rows, "quantization")) == ["wanda", "awq", "gptq"]
    assert field.keys_of(mapping.with_words(atlas, field, rows, "aware quantization")) == ["awq"]
    assert len(mapping.with_words(atlas, field, rows, '" OR *')) == 0


def test_the_nearest_are_those_of_the_vectors(atlas: Atlas) -> None:
    index = atlas.library.index
    assert index
    entries, vectors = index.of_kind(index.entries[0].kind)
    keys = [entry.key for entry in entries]
    row = keys.index("gptq")
    order = [keys[n] for n in np.argsort(-(vectors @ vectors[row]), kind="stable") if n != row]
    assert mapping.nearest(atlas, "gptq", 3) == order[:3]
    assert mapping.nearest(atlas, "no such paper", 3) == []


def test_groups_are_surveys_until_one_is_chosen(atlas: Atlas) -> None:
    field = finished(atlas).field
    assert [g.name for g in mapping.grouping(atlas, field, GroupBy.BRANCH, None).groups] == ["Model", "Cache"]
    assert [g.name for g in mapping.grouping(atlas, field, GroupBy.YEAR, None).groups] == ["2023", "2024"]


def test_a_library_that_cannot_be_written_has_a_map_all_the_same(
    atlas: Atlas, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MapStore, "keep", lambda *_: None)
    assert not finished(atlas).field.map.quick
    assert not (library / FILE).exists()


def test_a_new_generation_adds_to_the_map(library: Path, encoder: Encoder, atlas: Atlas) -> None:
    first = finished(atlas).field.map
    with Library(library) as opened:
        assert mapping.make_map(opened).frame == first.frame
