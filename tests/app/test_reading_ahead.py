from __future__ import annotations

import time
from pathlib import Path

import pytest

from litatlas.app.reading_ahead import order_of_reading, read_ahead
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.embedding import update_index
from litatlas.graph.library import Library
from litatlas.graph.models import Source, SourceKind
from litatlas.graph.sentence_store import FILE

from ..conftest import WordEncoder
from ..graph import library_files


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def atlas(tmp_path: Path, encoder: WordEncoder) -> Atlas:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    encoder.encoded.clear()
    return Atlas(Settings(library=tmp_path), lambda _: encoder)


def long_ago() -> float:
    return time.monotonic() - 60


def read(atlas: Atlas, most: int = 5000) -> int:
    return read_ahead(atlas, long_ago, most, rest=lambda _: None)


def test_questions_find_every_sentence_read(atlas: Atlas, encoder: WordEncoder) -> None:
    assert read(atlas) == len(atlas.library.paper_keys())
    encoder.encoded.clear()
    answer = atlas.search("quantization of weights")
    assert answer.papers
    assert encoder.encoded == ["quantization of weights"]


def test_the_most_cited_come_first_and_no_more_than_wanted(atlas: Atlas, encoder: WordEncoder) -> None:
    order = order_of_reading(atlas.library, 2)
    counts = atlas.library.citation_counts
    assert [counts.get(key, 0) for key in order] == sorted(counts.values(), reverse=True)[:2]
    assert read(atlas, 2) == 2
    assert {paper.title for paper in atlas.library.papers(order)} <= set(encoder.encoded)
    later = [key for key in atlas.library.paper_keys() if key not in order]
    assert not {paper.title for paper in atlas.library.papers(later)} & set(encoder.encoded)


def test_none_is_read_where_none_is_wanted(atlas: Atlas) -> None:
    assert read(atlas, 0) == 0
    assert not (atlas.settings.library / FILE).exists()


def test_nothing_is_read_while_somebody_asks(atlas: Atlas) -> None:
    waits: list[float] = []

    def last_asked() -> float:
        return long_ago() if waits else time.monotonic()

    def rest(seconds: float) -> None:
        if not waits:
            assert not (atlas.settings.library / FILE).exists()
        waits.append(seconds)

    assert read_ahead(atlas, last_asked, 5000, rest=rest) > 0
    assert 0 < waits[0] <= 2


def test_a_newer_generation_ends_it(atlas: Atlas) -> None:
    def rest(_: float) -> None:
        with Library.edit(atlas.settings.library) as draft:
            draft.put_source(Source("more", SourceKind.METADATA_FILE, "More", "more.jsonl"))
        atlas.refresh()

    assert read_ahead(atlas, long_ago, 5000, rest=rest) == 2


def test_where_nothing_can_be_kept_it_stops(atlas: Atlas) -> None:
    (atlas.settings.library / FILE).mkdir()
    assert read(atlas) == 0
