from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from litatlas.graph.errors import (
    AmbiguousNode,
    LibraryBusy,
    LibraryDamaged,
    LibraryMissing,
    LibraryTooNew,
    StorageError,
    UnknownNode,
    UnknownPaper,
)
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Counts
from litatlas.graph.parts import part_of, whole
from litatlas.graph.schema import FORMAT_VERSION
from litatlas.graph.storage import read_manifest
from litatlas.graph.words import match_words, matched_words

from . import library_files


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    library_files.write(tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def library(directory: Path) -> Library:
    return Library(directory)


def test_it_holds_what_was_put_in(library: Library) -> None:
    assert library.counts == Counts(
        papers=5, software=0, nodes=4, surveys=1, placements=6, citations=3, abstracts=1, indexed=0
    )
    gptq = library.paper("gptq")
    assert (gptq.title, gptq.year, gptq.venue) == ("GPTQ: accurate quantization", 2023, "ICLR")
    assert gptq.code_urls == ("https://github.com/x/gptq",)
    assert gptq.ids == (PaperId(IdScheme.ARXIV, "2210.17323"),)
    assert gptq.abstract is not None
    assert gptq.abstract.startswith("Models are large.")
    assert [claim.line for claim in library.claims("gptq") if claim.field == "title"] == [10]


@pytest.mark.parametrize(
    "reference",
    [
        "gptq",
        "arxiv:2210.17323",
        "2210.17323v3",
        "https://arxiv.org/pdf/2210.17323",
        "gptq - Accurate Quantization",
        "Gptq",
    ],
)
def test_a_paper_is_found_by_key_id_address_and_title(library: Library, reference: str) -> None:
    assert library.paper(reference).key == "gptq"


def test_an_unknown_paper_is_told_with_the_nearest(library: Library) -> None:
    with pytest.raises(UnknownPaper) as error:
        library.paper("activation awareness")
    assert "AWQ: activation aware quantization" in error.value.advice


def test_nodes_are_found_by_name_and_count_what_is_below(library: Library) -> None:
    assert library.node("quantization").key == "s/model/quantization"
    assert library.node_counts == {"s/model": 3, "s/model/quantization": 3, "s/model/pruning": 1, "s/cache": 2}
    assert [node.name for node in library.ancestors(library.node("Pruning"))] == ["Model"]
    assert [node.name for node in library.children(None)] == ["Model", "Cache"]
    with pytest.raises(UnknownNode) as error:
        library.node("Quantisation")
    assert "'Quantization'" in error.value.advice


@pytest.mark.parametrize("nonsense", ["zzqqxx", "utter nonsense", "the best of all", ""])
def test_nonsense_is_not_taken_for_a_misspelling(library: Library, nonsense: str) -> None:
    for look_up, error_type in ((library.paper, UnknownPaper), (library.node, UnknownNode)):
        with pytest.raises(error_type) as error:
            look_up(nonsense)
        assert "Did you mean" not in error.value.advice
        assert "`litatlas s" in error.value.advice


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("arXiv:2306.00979v2", "No paper here has arxiv:2306.00979."),
        ("arxiv:2306.0097", "No paper here has arxiv:2306.0097."),
        ("2306.0097", "No paper here has 2306.0097."),
        ("https://doi.org/10.1/x", "No paper here has https://doi.org/10.1/x."),
    ],
)
def test_an_id_is_looked_for_and_not_taken_for_a_title(library: Library, reference: str, told: str) -> None:
    with pytest.raises(UnknownPaper) as error:
        library.paper(reference)
    assert error.value.message == told
    assert "Did you mean" not in error.value.advice


def test_a_name_of_several_nodes_is_told_with_their_keys(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    library_files.write_second_survey(tmp_path)
    with pytest.raises(AmbiguousNode) as error:
        Library(tmp_path).node("quantization")
    assert error.value.message == "2 taxonomy nodes are named 'quantization'."
    assert error.value.advice == "Use a key: s/model/quantization, t/quantization"


def test_filters_hold_together(library: Library) -> None:
    model = library.node("Model")
    assert set(library.paper_keys(under=model)) == {"gptq", "awq", "wanda"}
    assert library.paper_keys(under=model, venue="iclr", year_to=2023) == ("gptq",)
    assert library.paper_keys(has_code=True) == ("gptq",)
    assert library.paper_keys(year_from=2024) == ("wanda",)
    assert library.paper_keys(survey="nope") == ()


def test_words_match_by_stem_and_title_weighs_more(library: Library) -> None:
    assert {match.key for match in match_words(library, ["quantizing"], 10)} == {"gptq", "awq", "wanda"}
    assert match_words(library, ["pruning"], 10)[0].key == "wanda"
    assert matched_words(library, ["quantizing", "shots"], ["gptq"]) == {"gptq": ("quantization", "quantize", "shot")}


@pytest.mark.parametrize("word", ['"', "a OR b", "NEAR(", "*", "title:x", "", "\x00", "café"])
def test_no_word_is_a_query_language(library: Library, word: str) -> None:
    match_words(library, [word], 5)
    matched_words(library, [word], ["gptq"])


def test_the_same_facts_are_no_new_generation(directory: Path) -> None:
    before = read_manifest(directory)
    library_files.write(directory)
    assert read_manifest(directory) == before


def test_order_of_arrival_does_not_matter(tmp_path: Path, directory: Path) -> None:
    library_files.write(tmp_path / "other", skip="gptq")
    library_files.write(tmp_path / "other")
    assert read_manifest(tmp_path / "other").content_hash == read_manifest(directory).content_hash


def test_what_a_source_no_longer_says_goes(directory: Path) -> None:
    library_files.write(directory, skip="h2o")
    library = Library(directory)
    assert library.counts.papers == 4
    assert match_words(library, ["hitters"], 5) == ()
    with pytest.raises(UnknownPaper):
        library.paper("arxiv:2306.14048")


def test_an_id_leads_to_one_paper(directory: Path) -> None:
    with Library.edit(directory) as draft:
        assert not draft.add_alias(PaperId(IdScheme.ARXIV, "2210.17323"), "awq", "list")
    assert Library(directory).paper("2210.17323").key == "gptq"


def test_sources_that_disagree_are_shown(directory: Path) -> None:
    with Library.edit(directory) as draft:
        draft.put_claims("gptq", [Claim("gptq", "year", "2022", "metadata", 1)])
        draft.put_claims("awq", [Claim("awq", "venue", "MLSys", "metadata", 2)])
    library = Library(directory)
    (conflict,) = library.conflicts("gptq")
    assert (conflict.field, conflict.shown.value, [c.value for c in conflict.others]) == ("year", "2023", ["2022"])
    assert library.paper("awq").venue == "MLSys"  # "arXiv" only says that it was not published yet


def test_an_exception_leaves_the_library_as_it_was(directory: Path) -> None:
    def fail_half_way() -> None:
        with Library.edit(directory) as draft:
            draft.put_claims("new", [Claim("new", "title", "New", "list", 1)])
            raise RuntimeError

    before = read_manifest(directory)
    with pytest.raises(RuntimeError):
        fail_half_way()
    assert read_manifest(directory) == before
    assert Library(directory).counts.papers == 5
    assert not list(directory.glob("draft-*"))


def test_readers_keep_their_generation_while_a_writer_publishes(directory: Path) -> None:
    reader = Library(directory)
    library_files.write(directory, skip="note")
    titles: list[int] = []
    thread = threading.Thread(target=lambda: titles.append(len(list(reader.iter_papers()))))
    thread.start()
    thread.join()
    assert titles == [5]
    assert not reader.is_current()
    assert Library(directory).counts.papers == 4


def test_one_writer_at_a_time(directory: Path) -> None:
    with FileLock(directory / "write.lock"), pytest.raises(LibraryBusy), Library.edit(directory):
        pass


def test_a_missing_library_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing) as error:
        Library(tmp_path / "nothing")
    assert "litatlas build" in error.value.advice
    with pytest.raises(LibraryMissing), Library.edit(tmp_path / "nothing", create=False):
        pass
    assert not (tmp_path / "nothing").exists()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _alter(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", [_cut, _alter, Path.unlink], ids=["cut", "altered", "removed"])
def test_a_damaged_database_is_named(directory: Path, damage: object) -> None:
    assert callable(damage)
    damage(next(directory.glob("library-*.sqlite")))
    with pytest.raises(LibraryDamaged, match=r"library-\d+\.sqlite"):
        Library(directory)
    with pytest.raises(LibraryDamaged), Library.edit(directory):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', '{"format": "x"}', "\udcff"])
def test_a_damaged_manifest_is_named(directory: Path, content: str) -> None:
    (directory / "manifest.json").write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(LibraryDamaged, match=r"manifest\.json"):
        Library(directory)


def test_a_manifest_cannot_point_outside(directory: Path) -> None:
    manifest = directory / "manifest.json"
    manifest.write_text(manifest.read_text().replace("library-", "../library-"))
    with pytest.raises(LibraryDamaged, match="leaves the directory"):
        Library(directory)


def test_a_later_format_is_not_guessed_at(directory: Path) -> None:
    manifest = directory / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT_VERSION}', '"format": 99'))
    with pytest.raises(LibraryTooNew, match="99"):
        Library(directory)


def test_a_library_is_a_directory_that_can_be_copied(directory: Path, tmp_path: Path) -> None:
    shutil.copytree(directory, tmp_path / "copy")
    shutil.rmtree(directory)
    assert Library(tmp_path / "copy").counts.papers == 5


@pytest.mark.skipif(os.name == "nt", reason="limits of a process are a POSIX matter")
def test_a_full_disk_is_told_and_nothing_is_lost(directory: Path) -> None:
    """A process whose files may not grow meets the same refusal that a full disk gives."""
    before = read_manifest(directory)
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from litatlas.graph.library import Library; from litatlas.graph.models import Claim\n"
        "from litatlas.graph.errors import StorageError\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({before.database.size + 8192},) * 2)\n"
        "try:\n"
        f"    with Library.edit({str(directory)!r}) as draft:\n"
        "        for n in range(3000):\n"
        "            draft.put_claims(f'p{n}', [Claim(f'p{n}', 'title', 'x' * 200, 'list', n)])\n"
        "except StorageError as error:\n"
        "    print(error.message); sys.exit(0)\n"
        "sys.exit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "as it was before" in done.stdout
    assert read_manifest(directory) == before
    assert Library(directory).counts.papers == 5


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="cannot be written"), Library.edit(tmp_path / "library"):
        pass


def test_a_file_where_the_library_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("hello")
    with pytest.raises(StorageError), Library.edit(tmp_path / "library"):
        pass


def test_hostile_text_is_only_text(directory: Path) -> None:
    title = "'; DROP TABLE papers; -- <script> \x00 \u202e \ud800"
    with Library.edit(directory) as draft:
        draft.put_claims("evil", [Claim("evil", "title", title.encode("utf-8", "replace").decode(), "list", 1)])
    assert Library(directory).counts.papers == 6


def test_the_database_is_sound(directory: Path) -> None:
    database = sqlite3.connect(next(directory.glob("library-*.sqlite")))
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_subgraph_is_closed(library: Library) -> None:
    part = part_of(library, library.paper_keys(under=library.node("Pruning")), "Pruning", below=library.node("Pruning"))
    assert [paper.key for paper in part.papers] == ["wanda"]
    assert [node.key for node in part.nodes] == ["s/model", "s/model/pruning"]
    assert [placement.node for placement in part.placements] == ["s/model/pruning"]
    assert part.citations == ()
    everything = whole(library)
    assert (len(everything.papers), len(everything.nodes), len(everything.citations)) == (5, 4, 3)


@pytest.mark.parametrize("reference", ["量" * 20_000, "%" * 50_001, "gptq\udcff", "\ud800", "\x00"])
def test_what_can_be_no_name_is_nobodys(library: Library, reference: str) -> None:
    """SQLite takes neither patterns of more than 50,000 bytes nor lone surrogates."""
    assert library.find_key(reference) is None
    with pytest.raises(UnknownPaper):
        library.paper(reference)
