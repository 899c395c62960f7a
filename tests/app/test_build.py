from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from litatlas.app.building import BuildReport, build, ingest_metadata
from litatlas.app.settings import Settings
from litatlas.graph.encoder import Encoder, load_encoder
from litatlas.graph.errors import LibraryMissing, SourceMissing
from litatlas.graph.library import Library
from litatlas.graph.storage import read_manifest
from litatlas.ingest.bundle import find_bundles

KILLS = 5


def silent(stage: str, done: int, total: int) -> None:
    pass


def run(directory: Path, encoder: Encoder, *surveys: str) -> BuildReport:
    return build(Settings(library=directory), silent, surveys=surveys, load=lambda name: encoder)


def test_a_new_library_gets_the_bundled_surveys(tmp_path: Path, encoder: Encoder) -> None:
    report = run(tmp_path, encoder)
    assert report.changed
    assert report.surveys == tuple(find_bundles())
    assert "efficient-llms" in report.surveys
    assert report.counts.papers >= 432
    assert report.counts.indexed == report.counts.papers + report.counts.software


def test_building_again_changes_nothing(tmp_path: Path, encoder: Encoder) -> None:
    first = run(tmp_path, encoder)
    manifest = read_manifest(tmp_path)
    second = run(tmp_path, encoder)
    assert not second.changed
    assert (second.embedding.made, second.content_hash) == (0, first.content_hash)
    assert read_manifest(tmp_path) == manifest


def test_only_papers_with_new_text_are_embedded(tmp_path: Path, encoder: Encoder) -> None:
    run(tmp_path / "library", encoder)
    some = list(Library(tmp_path / "library").iter_papers())[:7]
    ingest_metadata(Settings(library=tmp_path / "library"), metadata_file(tmp_path, some))
    assert run(tmp_path / "library", encoder).embedding.made == 7


def test_a_library_of_ones_own_is_left_to_itself(tmp_path: Path, encoder: Encoder) -> None:
    from litatlas.app.building import ingest_list
    from litatlas.ingest.paper_list import read_paper_list

    (tmp_path / "list.md").write_text(
        "# My survey\n\n## Caches\n- A paper on caches, ICLR, 2024 [[Paper](https://arxiv.org/abs/2401.00001)]\n"
    )
    settings = Settings(library=tmp_path / "library")
    ingest_list(settings, read_paper_list(tmp_path / "list.md", survey_key="mine"))
    report = run(tmp_path / "library", encoder)
    assert (report.surveys, report.counts.papers) == ((), 1)
    assert run(tmp_path / "library", encoder, "efficient-llms").counts.surveys == 2


def test_an_unknown_survey_is_told(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(SourceMissing) as error:
        run(tmp_path, encoder, "nope")
    assert "efficient-llms" in error.value.advice
    assert not list(tmp_path.iterdir())


def test_a_damaged_index_is_made_again(tmp_path: Path, encoder: Encoder) -> None:
    before = run(tmp_path, encoder).content_hash
    index = next(tmp_path.glob("index-*.faiss"))
    index.write_bytes(index.read_bytes()[:-50])
    report = run(tmp_path, encoder)
    assert report.content_hash == before
    assert report.embedding.made > 400
    assert Library(tmp_path).index is not None


def metadata_file(directory: Path, papers: object) -> Path:
    import json

    assert isinstance(papers, list)
    path = directory / "metadata.jsonl"
    lines = (json.dumps({"title": p.title, "abstract": f"We say more about {p.title}. It is new."}) for p in papers)
    path.write_text("\n".join(lines) + "\n")
    return path


# -- killed at any moment -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> Encoder:
    return load_encoder()


def start(directory: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "litatlas.app.cli", "build", "efficient-llms", "--library", str(directory)]
    command.append("--no-map")  # replaced as a whole, and it would double the time here
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


def finish(process: subprocess.Popen[str]) -> float:
    """Seconds of real work: from the first report of progress to the end."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Reading surveys"):
            break
    began = time.monotonic()
    assert process.wait() == 0, process.stderr.read()
    return time.monotonic() - began


def kill_while_working(process: subprocess.Popen[str], delay: float) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Reading surveys"):
            break
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX matter")
def test_a_build_killed_at_random_moments_is_the_old_library_or_the_new_one(
    tmp_path: Path, model: Encoder, record_property: Callable[[str, object], None]
) -> None:
    """Ten kills, of first builds and of builds that have 150 abstracts to add, each then run again."""
    moments = random.Random(20)
    fresh, old = tmp_path / "undisturbed", tmp_path / "old"
    fresh_seconds = finish(start(fresh))
    shutil.copytree(fresh, old)
    some = list(Library(old).iter_papers())[:150]
    ingest_metadata(Settings(library=old), metadata_file(tmp_path, some))
    shutil.copytree(old, tmp_path / "new")
    update_seconds = finish(start(tmp_path / "new"))
    expected = {None: read_manifest(fresh).content_hash, old: read_manifest(tmp_path / "new").content_hash}
    longest = {None: fresh_seconds, old: update_seconds}
    killed = number = 0
    while killed < 2 * KILLS:
        assert number < 6 * KILLS, "most builds had ended before they were killed"
        base = old if number % 2 else None
        number += 1
        directory = tmp_path / f"killed-{number}"
        if base:
            shutil.copytree(base, directory)
        process = start(directory)
        kill_while_working(process, moments.uniform(0, longest[base]))
        if process.returncode == -signal.SIGKILL:
            killed += 1
        else:  # the machine was quicker than when the time was taken
            longest[base] *= 0.8
        allowed = {expected[base]} | ({read_manifest(base).content_hash} if base else set())
        try:
            library = Library(directory)
            assert library.manifest.content_hash in allowed, f"kill {number}"
            assert library.counts.papers >= 432
            _ = library.index
            library.close()
        except LibraryMissing:
            assert base is None, f"kill {number} lost a library"
        rerun = build(
            Settings(library=directory), silent, surveys=("efficient-llms",), load=lambda name: model, with_map=False
        )
        assert rerun.content_hash == expected[base], f"kill {number}"
        leftovers = {path.name for path in directory.iterdir()} - {"manifest.json", "write.lock"}
        assert leftovers == {file.name for file in read_manifest(directory).files}, f"kill {number}"
        shutil.rmtree(directory)
    record_property("builds", number)
