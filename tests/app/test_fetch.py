"""Fetching into a library with the installed command, from services on this machine that also misbehave."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litatlas.app.building import build as build_with
from litatlas.app.building import ingest_list
from litatlas.app.fetching import fetch_missing, read_status, store_path
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.errors import InvalidFilter
from litatlas.graph.identity import IdScheme
from litatlas.graph.library import Library
from litatlas.graph.models import Source, SourceKind
from litatlas.graph.storage import read_manifest
from litatlas.ingest.paper_list import parse_paper_list
from litatlas.ingest.responses import ResponseStore
from litatlas.ingest.tasks import TaskStatus

from ..loopback.corpus import Work
from ..loopback.faults import Fault, Plan, Rule
from ..loopback.server import LoopbackServer
from ..loopback.survey import survey_corpus
from .tiny_model import write_tiny_model

PROGRAM = str(Path(sys.executable).with_name("litatlas"))
KILLS = 5


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def server(shared_data: Path) -> Iterator[LoopbackServer]:
    with LoopbackServer(survey_corpus(shared_data)) as running:
        yield running


def environment(server: LoopbackServer, **more: str) -> dict[str, str]:
    address = server.address
    return {
        **os.environ,
        "LITATLAS_ARXIV_API": f"{address}/api/query",
        "LITATLAS_ARXIV_SITE": address,
        "LITATLAS_SEMANTIC_SCHOLAR": f"{address}/graph/v1",
        "LITATLAS_OPENALEX": address,
        "LITATLAS_PACE": "0",
        **more,
    }


def command(server: LoopbackServer, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True, check=False, env=environment(server, **more)
    )


def build(library: Path, model: Path) -> list[str]:
    return ["build", "efficient-llms", "--fetch", "--library", str(library), "--model", str(model)]


@pytest.fixture(scope="module")
def undisturbed(shared_data: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The first survey built and fetched by one command, and the requests that took."""
    directory = tmp_path_factory.mktemp("undisturbed") / "library"
    with LoopbackServer(survey_corpus(shared_data)) as server:
        done = command(server, *build(directory, model))
        assert done.returncode == 0, done.stderr
        return directory, list(server.requests)


@pytest.fixture(scope="module")
def fresh(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first survey built, and nothing fetched."""
    directory = tmp_path_factory.mktemp("fresh") / "library"
    build_with(Settings(library=directory, model=str(model)), lambda *_: None, surveys=["efficient-llms"])
    return directory


@pytest.mark.realdata
def test_the_first_survey_is_built_end_to_end_by_one_command(undisturbed: tuple[Path, Any], shared_data: Path) -> None:
    directory, requests = undisturbed
    library = Library(directory)
    corpus = {work.arxiv: work for work in survey_corpus(shared_data)}
    awq = library.paper("arxiv:2306.00978")
    assert awq.abstract == corpus["2306.00978"].abstract
    assert library.counts.abstracts == sum(bool(paper.abstract) for paper in library.iter_papers()) > 300
    kinds = {source.key: source.kind for source in library.sources()}
    cites = {
        (edge.citing, edge.cited) for edge in library.citations() if kinds[edge.source] is SourceKind.SEMANTIC_SCHOLAR
    }
    for work in corpus.values():
        citing = library.find_key(f"arxiv:{work.arxiv}")
        for reference in work.references:
            cited = library.find_key(f"arxiv:{reference}")
            assert citing == cited or None in {citing, cited} or (citing, cited) in cites, (work.arxiv, reference)
    survey = library.paper("arxiv:2312.03863")
    assert len(library.references(survey.key)) > 300
    assert {edge.intents for edge in library.references(survey.key)} != {()}
    assert len(requests) == sum(Counter(request.identity for request in requests).values())


@pytest.mark.realdata
def test_a_second_run_sends_no_request(undisturbed: tuple[Path, Any], server: LoopbackServer, model: Path) -> None:
    directory, _ = undisturbed
    before = read_manifest(directory)
    done = command(server, "fetch", "--library", str(directory), "--model", str(model))
    assert (done.returncode, server.requests) == (0, [])
    assert read_manifest(directory) == before


@pytest.mark.realdata
def test_killed_and_resumed_at_random_the_result_is_the_same(
    undisturbed: tuple[Path, Any], server: LoopbackServer, model: Path, tmp_path: Path
) -> None:
    """SIGKILL at random moments; each answer is given once, and what comes out is what an undisturbed run gives."""
    directory, requests = undisturbed
    chance = random.Random(20260601)
    library = tmp_path / "library"
    stopped = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            [PROGRAM, *build(library, model)],
            env=environment(server),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(chance.uniform(1.5, 12.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            stopped += 1
    done = command(server, *build(library, model))
    assert done.returncode == 0, done.stderr
    assert stopped, "no run was killed in time, so nothing was tested"
    assert read_manifest(library).content_hash == read_manifest(directory).content_hash
    answered = Counter(request.identity for request in server.requests if request.answered)
    assert set(answered) == {request.identity for request in requests}
    assert sum(answered.values()) - len(answered) <= stopped  # at most the one under way when a run was killed


@pytest.mark.realdata
def test_misbehaving_services_give_the_same_library_in_the_end(
    undisturbed: tuple[Path, Any], shared_data: Path, model: Path, tmp_path: Path
) -> None:
    directory, _ = undisturbed
    faults = [Fault.RATE_LIMIT, Fault.ERROR, Fault.CUT, Fault.HTML, Fault.CUT_MATCHING, Fault.GARBAGE]
    plan = Plan([Rule(fault, path, 1) for path in ("/api", "/graph") for fault in faults])
    library = tmp_path / "library"
    with LoopbackServer(survey_corpus(shared_data), plan) as server:
        for _ in range(6):
            done = command(server, *build(library, model))
            if done.returncode == 0:
                break
            assert done.returncode == 3, done.stderr
            assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert read_manifest(library).content_hash == read_manifest(directory).content_hash


@pytest.mark.realdata
def test_offline_lists_what_is_lacking_and_sends_nothing(
    server: LoopbackServer, model: Path, tmp_path: Path, fresh: Path
) -> None:
    library = Path(shutil.copytree(fresh, tmp_path / "library"))
    done = command(server, "fetch", "--offline", "--json", "--library", str(library), "--model", str(model))
    summary = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, server.requests, summary["event"]) == (3, [], "summary")
    lacking = {task["key"] for task in summary["lacking"] if task["source"] == "arxiv"}
    assert lacking == {
        str(paper_id)
        for paper_id in (*Library(library).claimed_ids(IdScheme.ARXIV), *Library(library).surveys()[0].ids)
        if paper_id.scheme is IdScheme.ARXIV
    }


def test_an_outage_is_pending_and_said_so(tmp_path: Path, library: Path, encoder: Any) -> None:
    plan = Plan([Rule(Fault.ERROR, "/api", None)])
    with LoopbackServer((), plan) as server:
        settings = settings_for(server, library)
        summary = fetch_missing(settings, lambda _event: None, load=lambda _name: encoder)
    assert not summary.complete
    status = read_status(settings, Atlas(settings, load=lambda _name: encoder).overview())
    arxiv = [task for task in status.tasks if task.source.value == "arxiv"]
    assert arxiv
    assert {task.status for task in arxiv} == {TaskStatus.PENDING}
    assert all(task.reason for task in arxiv)
    others = {task.status for task in status.tasks if task.source.value != "arxiv"}
    assert others == {TaskStatus.MISSING}


def settings_for(server: LoopbackServer, library: Path) -> Settings:
    return Settings(
        library=library,
        arxiv_api=f"{server.address}/api/query",
        arxiv_site=server.address,
        semantic_scholar=f"{server.address}/graph/v1",
        openalex=server.address,
        pace=0.0,
        longest_wait=0.5,
    )


@pytest.mark.realdata
def test_ctrl_c_ends_between_two_steps_with_what_was_answered(
    shared_data: Path, model: Path, tmp_path: Path, fresh: Path
) -> None:
    library = Path(shutil.copytree(fresh, tmp_path / "library"))
    plan = Plan([Rule(Fault.RATE_LIMIT, "/graph", None)])
    with LoopbackServer(survey_corpus(shared_data), plan) as server:
        process = subprocess.Popen(
            [PROGRAM, "fetch", "--library", str(library), "--model", str(model)],
            env=environment(server),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not server.count("/graph"):  # arXiv is done, Semantic Scholar asks to wait
            time.sleep(0.05)
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 3, errors
    assert "Traceback" not in errors
    assert Library(library).counts.abstracts > 300


def test_what_is_old_is_asked_again_and_nothing_is_lost_meanwhile(library: Path, encoder: Any) -> None:
    papers = [paper for paper in Library(library).iter_papers() if paper.ids]
    corpus = [Work(paper_id.value, paper.title, "First.") for paper in papers for paper_id in paper.ids]
    corpus = [work for work in corpus if work.arxiv[:2].isdecimal()]
    with LoopbackServer(corpus) as server:
        settings = settings_for(server, library)
        fetch_missing(settings, silent, load=lambda _name: encoder)
        asked, first = len(server.requests), read_manifest(library)
        fetch_missing(settings, silent, refresh=1, load=lambda _name: encoder)
        assert len(server.requests) == asked, "nothing is a day old"
        with ResponseStore(store_path(settings)) as store:
            assert store.reopen("9999") == asked_tasks(settings)
        fetch_missing(settings, silent, offline=True, load=lambda _name: encoder)
        assert read_manifest(library).content_hash == first.content_hash
        fetch_missing(settings, silent, load=lambda _name: encoder)
        assert len(server.requests) == 2 * asked
    assert read_manifest(library).content_hash == first.content_hash


def asked_tasks(settings: Settings) -> int:
    with ResponseStore(store_path(settings), read_only=True) as store:
        return len(store.tasks())


def silent(_event: object) -> None:
    pass


def test_ids_learned_on_the_way_are_asked_for_in_the_same_run(tmp_path: Path, encoder: Any) -> None:
    """A list gives DOIs only; Semantic Scholar knows the arXiv ids, arXiv the abstracts. Nothing is asked twice."""
    corpus = [
        Work(f"2301.0000{n}", f"Thing {n}: A Study of Number {n}", f"On {n}.", doi=f"10.1000/{n}") for n in range(3)
    ]
    rows = "\n".join(f"- {work.title}, <ins>ICML, 2023</ins> [[Paper](https://doi.org/{work.doi})]" for work in corpus)
    source = Source("paper-list:s", SourceKind.PAPER_LIST, "s", "README.md")
    facts = parse_paper_list(f"# S\n## A\n{rows}\n".encode(), source, survey_key="s")
    with LoopbackServer(corpus) as server:
        settings = settings_for(server, tmp_path / "library")
        ingest_list(settings, facts)
        summary = fetch_missing(settings, silent, load=lambda _name: encoder)
        asked = len(server.requests)
        assert summary.complete
        fetch_missing(settings, silent, load=lambda _name: encoder)
        assert len(server.requests) == asked == 3
    papers = list(Library(settings.library).iter_papers())
    assert {paper.abstract for paper in papers} == {work.abstract for work in corpus}
    assert {paper.version for paper in papers} == {1}, "arXiv was asked"


def test_a_paper_that_left_its_list_leaves_the_library(tmp_path: Path, encoder: Any) -> None:
    def read(*titles: str) -> Any:
        rows = "\n".join(
            f"- {title}, <ins>ICML, 2023</ins> [[Paper](https://arxiv.org/abs/{ids[title]})]" for title in titles
        )
        source = Source("paper-list:s", SourceKind.PAPER_LIST, "s", "README.md")
        return parse_paper_list(f"# S\n## A\n{rows}\n".encode(), source, survey_key="s")

    ids = {f"Thing {n}: A Study": f"2301.0000{n}" for n in range(2)}
    with LoopbackServer([Work(arxiv, title) for title, arxiv in ids.items()]) as server:
        settings = settings_for(server, tmp_path / "library")
        ingest_list(settings, read(*ids))
        fetch_missing(settings, silent, load=lambda _name: encoder)
        ingest_list(settings, read("Thing 0: A Study"))
        fetch_missing(settings, silent, load=lambda _name: encoder)
    assert [paper.title for paper in Library(settings.library).iter_papers()] == ["Thing 0: A Study"]


def test_asking_again_and_asking_nobody_exclude_each_other(library: Path, encoder: Any) -> None:
    with pytest.raises(InvalidFilter, match="--offline"):
        fetch_missing(Settings(library=library), silent, offline=True, refresh=0, load=lambda _name: encoder)
