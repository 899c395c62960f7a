from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from litatlas.graph import encoder as encoder_module
from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import load_encoder, query_vectors
from litatlas.graph.errors import ModelError
from litatlas.graph.index import Vectors
from litatlas.graph.library import Library
from litatlas.graph.prompts import CONFIGURATION, Prompts, read_prompts
from litatlas.graph.search import Searcher

from ..conftest import WordEncoder
from . import library_files

QUERY_AND_PASSAGE = {"query": "find: ", "passage": "text: "}


def configured(directory: Path, **fields: object) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / CONFIGURATION).write_text(json.dumps(fields))
    return directory


@pytest.mark.parametrize(
    ("fields", "prompts"),
    [
        ({}, Prompts()),
        ({"prompts": None}, Prompts()),
        ({"prompts": {"query": "", "document": ""}}, Prompts()),
        ({"prompts": {"query": "q: "}}, Prompts("q: ", "")),
        ({"prompts": QUERY_AND_PASSAGE}, Prompts("find: ", "text: ")),
        ({"prompts": {"document": None, "corpus": "c: "}}, Prompts("", "c: ")),
        ({"prompts": {"sts": "alike: ", "query": "q: "}, "default_prompt_name": "sts"}, Prompts("q: ", "alike: ")),
        ({"prompts": {"sts": "alike: "}, "default_prompt_name": "gone"}, Prompts()),
    ],
)
def test_a_models_own_configuration(tmp_path: Path, fields: Mapping[str, object], prompts: Prompts) -> None:
    assert read_prompts(configured(tmp_path, **fields), "some/model") == prompts


@pytest.mark.parametrize(
    ("name", "query", "document"),
    [
        ("intfloat/e5-small-v2", "query: ", "passage: "),
        ("intfloat/multilingual-e5-base", "query: ", "passage: "),
        ("/models/E5-large", "query: ", "passage: "),
        ("BAAI/bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("intfloat/e5-mistral-7b-instruct", "", ""),  # its instructions are in its configuration
        ("BAAI/bge-m3", "", ""),  # wants none
        ("sentence-transformers/all-MiniLM-L6-v2", "", ""),
        ("not-e5-small", "", ""),
    ],
)
def test_families_that_were_published_without_it(tmp_path: Path, name: str, query: str, document: str) -> None:
    assert read_prompts(tmp_path, name) == Prompts(query, document)


def test_the_configuration_goes_before_the_family(tmp_path: Path) -> None:
    assert read_prompts(configured(tmp_path, prompts={"query": "mine: "}), "e5-small-v2") == Prompts("mine: ", "")


@pytest.mark.parametrize(
    "text", ["{", "[]", "[" * 100_000, '{"prompts": ["query"]}', '{"prompts": {"query": 5}}', "\x00"]
)
def test_a_configuration_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / CONFIGURATION).write_text(text)
    with pytest.raises(ModelError, match="not a model's configuration"):
        read_prompts(tmp_path, "some/model")


def test_prompts_have_a_fingerprint_of_their_own() -> None:
    assert Prompts().fingerprint == ""
    assert len({Prompts("a", "b").fingerprint, Prompts("b", "a").fingerprint, Prompts("ab", "").fingerprint}) == 3


# -- with the real code and the bundled weights -----------------------------------------------------------------------


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(encoder_module._bundled_directory(), tmp_path / "my-model"))


def test_questions_and_texts_are_encoded_with_their_prompts(copied_model: Path) -> None:
    plain = load_encoder()
    configured(copied_model, prompts=QUERY_AND_PASSAGE)
    own = load_encoder(str(copied_model))
    texts = ["pruning", "a longer text about the compression of key and value caches"]
    assert own.encode(texts) == pytest.approx(plain.encode([f"text: {text}" for text in texts]), abs=1e-5)
    assert own.encode_query(texts) == pytest.approx(plain.encode([f"find: {text}" for text in texts]), abs=1e-5)
    assert np.abs(own.encode_query(texts) - own.encode(texts)).max() > 0.01
    assert query_vectors(own, texts) == pytest.approx(own.encode_query(texts))
    assert plain.encode_query(texts) == pytest.approx(plain.encode(texts), abs=1e-6)


def test_a_default_prompt_stands_where_no_other_is_named(copied_model: Path) -> None:
    configured(copied_model, prompts={"sts": "alike: ", "query": "find: "}, default_prompt_name="sts")
    own, plain = load_encoder(str(copied_model)), load_encoder()
    assert own.encode(["pruning"]) == pytest.approx(plain.encode(["alike: pruning"]), abs=1e-5)
    assert own.encode_query(["pruning"]) == pytest.approx(plain.encode(["find: pruning"]), abs=1e-5)


def test_an_index_made_with_other_prompts_is_another_models(copied_model: Path) -> None:
    before = load_encoder(str(copied_model)).fingerprint
    configured(copied_model, prompts=QUERY_AND_PASSAGE)
    after = load_encoder(str(copied_model)).fingerprint
    assert before == "my-model@53aa51172d14"
    assert after == f"{before}+{Prompts('find: ', 'text: ').fingerprint}"


def test_a_search_reads_its_question_as_one(tmp_path: Path, encoder: WordEncoder) -> None:
    class Asking(WordEncoder):
        asked: tuple[str, ...] = ()

        def encode_query(self, texts: Sequence[str]) -> Vectors:
            self.asked = (*self.asked, *texts)
            return self.encode(texts)

    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        update_index(draft, encoder, None, lambda *_: None)
    asking = Asking()
    Searcher(Library(tmp_path), asking).search("quantization of weights")
    assert "quantization of weights" in asking.asked


def test_an_encoder_without_questions_encodes_them_as_texts(encoder: WordEncoder) -> None:
    assert query_vectors(encoder, ["of caches"]) == pytest.approx(encoder.encode(["of caches"]))
