from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from litatlas.graph.embedding import EmbeddingReport, node_text, paper_text, update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.index import EntryKind, Vectors
from litatlas.graph.library import Library
from litatlas.graph.models import Claim

from . import library_files


def embed(directory: Path, encoder: Encoder) -> EmbeddingReport:
    previous = Library(directory).index
    with Library.edit(directory) as draft:
        return update_index(draft, encoder, previous, lambda *_: None)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    library_files.write(tmp_path)
    return tmp_path


def test_the_text_is_the_title_with_the_abstract_or_else_the_note() -> None:
    assert paper_text("T", "An abstract.", "A note.") == "T. An abstract."
    assert paper_text("T", None, "A note.") == "T. A note."
    assert paper_text("T", None) == "T"
    assert node_text(library_files.NODES[1]) == "Quantization. Model > Quantization"


def test_every_paper_and_node_gets_the_vector_of_its_text(directory: Path, encoder: Encoder) -> None:
    report = embed(directory, encoder)
    assert (report.made, report.reused, report.removed) == (9, 0, 0)
    library = Library(directory)
    assert library.index is not None
    assert library.manifest.model_name == "words"
    expected = encoder.encode(["AWQ: activation aware quantization"])[0]
    assert library.index.vector(EntryKind.PAPER, "awq") == pytest.approx(expected)
    assert library.counts.indexed == 5


def test_only_what_changed_is_embedded(directory: Path, encoder: Encoder) -> None:
    embed(directory, encoder)
    with Library.edit(directory) as draft:
        draft.put_claims("awq", [Claim("awq", "abstract", "New words.", "metadata", 2)])
    report = embed(directory, encoder)
    assert (report.made, report.reused) == (1, 8)
    report = embed(directory, encoder)
    assert (report.made, report.reused) == (0, 9)
    library_files.write(directory, skip="note")
    assert embed(directory, encoder).removed == 1


def test_another_model_embeds_everything_anew(directory: Path, encoder: Encoder) -> None:
    embed(directory, encoder)

    class Other:
        name = "other"
        fingerprint = "other@1"

        def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
            return np.eye(len(texts), 16, dtype=np.float32)

    assert embed(directory, Other()).made == 9
    library = Library(directory)
    assert library.index is not None
    assert (library.index.model, library.index.dimension, library.manifest.model_name) == ("other@1", 16, "other")


def test_an_unfinished_build_is_taken_up_where_it_was(directory: Path, encoder: Encoder) -> None:
    class Interrupted(Exception):
        pass

    class Failing:
        name = encoder.name
        fingerprint = encoder.fingerprint
        calls = 0

        def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
            self.calls += 1
            if self.calls == 3:
                raise Interrupted
            return encoder.encode(texts)

    with Library.edit(directory) as draft:
        for number in range(300):
            claim = Claim(f"p{number}", "title", f"Paper number {number}", "list", number)
            draft.put_claims(f"p{number}", [claim])
    with pytest.raises(Interrupted):
        embed(directory, Failing())
    assert Library(directory).index is None
    assert embed(directory, encoder).made == 309 - 2 * 128
    assert not (directory / "embeddings.journal").exists()


def test_a_broken_journal_only_costs_time(directory: Path, encoder: Encoder) -> None:
    (directory / "embeddings.journal").write_bytes(b"not a database" * 100)
    assert embed(directory, encoder).made == 9


def test_the_content_hash_does_not_depend_on_how_the_vectors_came(tmp_path: Path, encoder: Encoder) -> None:
    for name in ("one", "two"):
        library_files.write(tmp_path / name, skip="awq" if name == "two" else None)
        if name == "two":
            embed(tmp_path / name, encoder)
            library_files.write(tmp_path / name)
        embed(tmp_path / name, encoder)
    hashes = {Library(tmp_path / name).manifest.content_hash for name in ("one", "two")}
    assert len(hashes) == 1
