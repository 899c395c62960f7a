"""Long work behind the app: kept on the disk, one after another, stopped and taken up again without loss."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.app import working
from litatlas.app.jobs import JOBS, Job, JobKind, JobStore, Phase, Request, safe_names
from litatlas.app.settings import Settings
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import InvalidFilter, LibraryMissing, SourceMissing
from litatlas.graph.index import Vectors
from litatlas.graph.library import Library

LIST = b"""# A small survey

## Pruning
- Wanda: A Simple and Effective Pruning Approach, ICLR 2024 [[Paper]](https://arxiv.org/abs/2306.11695)

## Quantization
- GPTQ: Accurate Post-Training Quantization, ICLR 2023 [[Paper]](https://arxiv.org/abs/2210.17323)
- AWQ: Activation-aware Weight Quantization, MLSys 2024 [[Paper]](https://arxiv.org/abs/2306.00978)
"""
ASKED = Request(JobKind.LIST, "small.md", "small")


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    """Jobs whose processes are this one, which works on them when told to."""
    return JobStore(Settings(library=tmp_path / "library"), lambda *_: os.getpid())


def worked(store: JobStore, job: Job, encoder: Encoder) -> Job:
    return working.work(store.settings, job.id, lambda _: encoder)


def test_a_list_is_taken_into_a_library_that_was_not_there(store: JobStore, encoder: Encoder) -> None:
    job = store.add(ASKED, {"small.md": LIST})
    assert (job.phase, [path.read_bytes() for path in store.files(job.id)]) == (Phase.QUEUED, [LIST])
    done = worked(store, job, encoder)
    assert done.phase is Phase.DONE, done
    assert store.read(job.id) == done
    with Library(store.settings.library) as library:
        assert [survey.key for survey in library.surveys()] == ["small"]
        assert (library.counts.papers, library.counts.indexed) == (3, 3)
        assert {source.location for source in library.sources()} == {"small.md"}
    assert store.files(job.id) == (), "what has been taken in is not kept twice"


def test_a_file_that_is_something_else_fails_with_its_name_and_advice(store: JobStore, encoder: Encoder) -> None:
    job = store.add(replace(ASKED, kind=JobKind.BIBLIOGRAPHY), {"small.md": LIST})
    failed = worked(store, job, encoder)
    assert failed.phase is Phase.FAILED
    assert "small.md" in failed.error
    assert str(store.settings.library) not in failed.error, "the folder of a job says nothing to who uploaded a file"
    assert failed.advice
    with pytest.raises(LibraryMissing):
        Library(store.settings.library)
    assert store.files(job.id), "so that it can be taken up again"


def test_a_process_that_died_is_an_interruption_that_can_be_taken_up(tmp_path: Path, encoder: Encoder) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    store = JobStore(Settings(library=tmp_path / "library"), lambda *_: gone.pid)
    job = store.add(ASKED, {"small.md": LIST})
    found = store.read(job.id)
    assert found is not None
    assert found.phase is Phase.INTERRUPTED
    again = JobStore(store.settings, lambda *_: os.getpid()).resume(job.id)
    assert worked(store, again, encoder).phase is Phase.DONE
    with pytest.raises(InvalidFilter):
        store.resume(job.id)


class Slow:
    """An encoder that tells that it began, and takes its time."""

    name = fingerprint = "slow"

    def __init__(self, encoder: Encoder, began: Path) -> None:
        self._encoder, self._began = encoder, began

    def encode(self, texts: list[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self._began.touch()
        time.sleep(60)
        return self._encoder.encode(texts)


def test_a_job_that_is_cancelled_leaves_the_library_between_two_commits(tmp_path: Path, encoder: Encoder) -> None:
    began = tmp_path / "began"
    settings = Settings(library=tmp_path / "library")
    store = JobStore(settings, lambda *_: os.getpid())
    job = store.add(ASKED, {"small.md": LIST})
    child = os.fork()
    if child == 0:
        working.work(settings, job.id, lambda _: Slow(encoder, began))  # type: ignore[arg-type,return-value]
        os._exit(0)
    deadline = time.monotonic() + 60
    while not began.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    JobStore(settings).cancel(job.id)
    found = store.read(job.id)
    assert found is not None
    assert (found.phase, found.process) == (Phase.CANCELLED, child)
    with Library(settings.library) as library:
        assert (library.counts.papers, library.counts.indexed) == (3, 0), "added, and not embedded"
    resumed = JobStore(settings, lambda *_: os.getpid()).resume(job.id)
    done = worked(store, resumed, encoder)
    assert done.phase is Phase.DONE
    with Library(settings.library) as library:
        assert (library.counts.papers, library.counts.indexed) == (3, 3)


@pytest.mark.parametrize("when", [0.0, 0.3, 1.0, 2.0, 3.0])
def test_a_kill_at_any_moment_leaves_a_library_that_opens_or_none(tmp_path: Path, when: float) -> None:
    settings = Settings(library=tmp_path / "library")
    store = JobStore(settings)
    job = store.add(ASKED, {"small.md": LIST})
    time.sleep(when)
    os.kill(job.process, signal.SIGKILL)
    while (found := store.read(job.id)) is None or found.phase.active:
        time.sleep(0.05)
    assert found.phase in {Phase.INTERRUPTED, Phase.DONE}
    try:
        with Library(settings.library) as library:
            assert library.counts.papers in {0, 3}
            _ = library.index
    except LibraryMissing:
        pass


def test_jobs_are_worked_on_one_after_another(store: JobStore, encoder: Encoder) -> None:
    first = store.add(ASKED, {"small.md": LIST})
    second = store.add(Request(JobKind.LIST, "other.md", "other"), {"other.md": LIST})
    children = []
    for job in (second, first):
        child = os.fork()
        if child == 0:
            working.work(store.settings, job.id, lambda _: encoder)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    assert [job.phase for job in store.all()] == [Phase.DONE, Phase.DONE]
    with Library(store.settings.library) as library:
        assert {survey.key for survey in library.surveys()} == {"small", "other"}
        assert library.counts.papers == 3, "they name the same papers"


def test_only_the_last_jobs_that_ended_are_kept(store: JobStore) -> None:
    for number in range(20):
        job = store.add(replace(ASKED, name=str(number)), {"small.md": LIST})
        store.write(replace(job, phase=Phase.DONE))
    assert len(store.all()) == 12
    assert len(list((store.settings.library / JOBS).iterdir())) == 12


@pytest.mark.parametrize(
    "wanted", ["", "..", "../..", "20261125-000000-aaaaaa", "x" * 500, "20261125-000000-aaaaaa/.."]
)
def test_a_job_that_is_not_there_is_not_there(store: JobStore, wanted: str) -> None:
    assert store.read(wanted) is None
    assert store.report(wanted) == ()
    with pytest.raises(SourceMissing):
        working.work(store.settings, wanted)
    with pytest.raises(InvalidFilter):
        store.resume(wanted)


def test_a_damaged_state_is_no_job(store: JobStore) -> None:
    job = store.add(ASKED, {"small.md": LIST})
    (store.settings.library / JOBS / job.id / "job.json").write_text("{")
    assert store.read(job.id) is None
    assert store.all() == ()


@given(st.dictionaries(st.text(max_size=150), st.binary(max_size=4), max_size=6))
def test_names_of_uploads_lead_nowhere_and_stay_apart(files: dict[str, bytes]) -> None:
    safe = safe_names(files)
    assert sorted(safe.values()) == sorted(files.values())
    assert len({name.lower() for name in safe}) == len(files)
    for name in safe:
        assert Path(name).name == name
        assert not name.startswith(".")
        assert 0 < len(name) < 110
        assert "\0" not in name
