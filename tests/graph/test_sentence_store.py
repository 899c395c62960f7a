from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.index import text_hash
from litatlas.graph.library import Library
from litatlas.graph.search import Searcher
from litatlas.graph.sentence_store import FILE, SentenceStore

from ..conftest import WordEncoder
from . import library_files

VECTORS = {text_hash("one"): np.array([1.0, 0.0], np.float32), text_hash("two"): np.array([0.6, 0.8], np.float32)}


def test_what_is_kept_is_read_again_to_the_last_bit(tmp_path: Path) -> None:
    store = SentenceStore(tmp_path / FILE, "m")
    assert store.read(list(VECTORS), 2) == {}
    assert store.keep(VECTORS) is True
    found = SentenceStore(tmp_path / FILE, "m").read([*VECTORS, text_hash("three")], 2)
    assert found.keys() == VECTORS.keys()
    assert all(np.array_equal(found[digest], VECTORS[digest]) for digest in VECTORS)


def test_of_another_model_or_dimension_nothing_is_read(tmp_path: Path) -> None:
    SentenceStore(tmp_path / FILE, "m").keep(VECTORS)
    assert SentenceStore(tmp_path / FILE, "other").read(list(VECTORS), 2) == {}
    assert SentenceStore(tmp_path / FILE, "m").read(list(VECTORS), 3) == {}


def test_what_is_no_vector_is_not_believed(tmp_path: Path) -> None:
    store = SentenceStore(tmp_path / FILE, "m")
    store.keep({text_hash("one"): np.array([np.nan, 1.0], np.float32), text_hash("two"): VECTORS[text_hash("two")]})
    assert store.read(list(VECTORS), 2).keys() == {text_hash("two")}


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"no database " * 200)
    store = SentenceStore(path, "m")
    assert store.read(list(VECTORS), 2) == {}
    store.keep(VECTORS)
    assert store.read(list(VECTORS), 2).keys() == VECTORS.keys()


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    store = SentenceStore(tmp_path / "missing" / FILE, "m")
    assert store.keep(VECTORS) is False
    assert store.read(list(VECTORS), 2) == {}


def test_a_second_process_encodes_no_sentence_again_and_answers_the_same(tmp_path: Path, encoder: Encoder) -> None:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    question = "quantize weights in one shot"
    first = Searcher(Library(tmp_path), encoder).search(question)
    again = WordEncoder()
    assert Searcher(Library(tmp_path), again).search(question) == first
    assert again.encoded == [question]
    (tmp_path / FILE).unlink()
    assert Searcher(Library(tmp_path), encoder).search(question) == first


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00 and then nothing of the kind"])
def test_a_file_of_any_content_does_no_harm(tmp_path: Path, content: bytes, encoder: Encoder) -> None:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    (tmp_path / FILE).write_bytes(content)
    assert Searcher(Library(tmp_path), encoder).search("pruning").papers


def test_a_damaged_file_that_may_not_be_removed_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_bytes(b"no database " * 100)

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(self)

    monkeypatch.setattr(Path, "unlink", refuse)
    assert SentenceStore(tmp_path / FILE, "m").read(["a"], 2) == {}
