"""The Add page: what was read is seen before it is added; jobs are followed, and their reports read."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from litatlas.app.jobs import JobKind, JobStore, Phase, ReportLine, Request
from litatlas.app.settings import Settings
from litatlas.graph.models import Finding, Severity

from ..test_jobs import LIST
from . import hostile
from .conftest import OpenPage

ASKED = Request(JobKind.LIST, "small.md", "small")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, library: Path) -> JobStore:
    """Jobs of the small library, worked on by nobody; the page's own start no process either."""
    monkeypatch.setattr(JobStore.__init__, "__defaults__", (lambda *_: os.getpid(),))
    return JobStore(Settings(library=library))


def texts(test: AppTest) -> str:
    return "\n".join(
        str(getattr(each, "value", ""))
        for kind in ("markdown", "caption", "error", "info", "warning")
        for each in test.get(kind)
    )


def test_a_directory_without_a_library_explains_the_first_step(
    open_page: OpenPage, store: JobStore, tmp_path: Path
) -> None:
    test = open_page("add", tmp_path / "nothing")
    assert not test.exception
    assert "holds nothing yet" in texts(test)
    assert [box.options for box in test.selectbox if box.key == "bundled-survey"] == [
        ["efficient-llms", "llm-compression", "llm-inference"]
    ]
    other = open_page("search", tmp_path / "nothing")
    assert not other.exception
    assert "There is no library" in texts(other)


def test_a_bundled_survey_becomes_a_job_that_the_address_names(
    open_page: OpenPage, store: JobStore, library: Path
) -> None:
    test = open_page("add", way="bundled")
    next(button for button in test.button if button.label == "Add this survey").click().run()
    assert not test.exception
    (job,) = store.all()
    assert (job.request.kind, job.request.name, job.phase) == (JobKind.BUNDLED, "efficient-llms", Phase.QUEUED)
    assert test.query_params["job"] in (job.id, [job.id])
    assert "is being added" in texts(test) or "waits" in texts(test)


def test_what_is_no_arxiv_id_is_said_before_anything_is_started(open_page: OpenPage, store: JobStore) -> None:
    test = open_page("add", way="survey")
    test.text_input(key="arxiv-id").set_value("not an id")
    next(button for button in test.button if button.label == "Add the survey").click().run()
    assert "no arXiv id" in texts(test)
    assert store.all() == ()
    test.text_input(key="arxiv-id").set_value("https://arxiv.org/abs/2312.03863")
    next(button for button in test.button if button.label == "Add the survey").click().run()
    assert [job.request.name for job in store.all()] == ["arxiv:2312.03863"]


def test_a_job_is_followed_cancelled_and_taken_up_again(open_page: OpenPage, store: JobStore) -> None:
    job = store.add(ASKED, {"small.md": b"# x"})
    store.write(replace(job, phase=Phase.RUNNING, stage="Embedding", done=3, total=12))
    test = open_page("add", job=job.id)
    assert not test.exception
    assert any(button.key == f"cancel-{job.id}" for button in test.button)
    store.write(replace(job, phase=Phase.FAILED, error="It could not be read.", advice="Run `litatlas build`."))
    test = open_page("add", job=job.id)
    assert "It could not be read" in texts(test).replace("\\", "")
    test.button(key=f"resume-{job.id}").click().run()
    found = store.read(job.id)
    assert found is not None
    assert found.phase is Phase.QUEUED


def test_the_report_of_a_job_stays_text_whatever_it_says(open_page: OpenPage, store: JobStore) -> None:
    job = store.add(Request(JobKind.LIST, hostile.HOSTILE[0], "small"), {"a.md": b"x"})
    findings = [
        ReportLine(Finding(f"kind-{n}", severity, n, text, text, file=text), text)
        for n, text in enumerate(hostile.HOSTILE)
        for severity in Severity
    ]
    store.write_report(job.id, tuple(findings))
    store.write(replace(job, phase=Phase.DONE, lines=hostile.HOSTILE))
    test = open_page("add", job=job.id)
    assert not test.exception
    frame = test.dataframe[0].value
    assert len(frame) == len(findings)
    raw = "".join(str(each.value) for each in test.markdown)
    assert "<script>" not in raw
    assert "[click](javascript" not in raw


@pytest.mark.parametrize("parameters", [{"job": "../../etc"}, {"way": "nowhere"}, {"job": "x" * 3000, "way": "%00"}])
def test_nonsense_in_the_address_is_said_or_passed_over(
    open_page: OpenPage, store: JobStore, parameters: dict[str, str]
) -> None:
    test = open_page("add", **parameters)
    assert not test.exception
    if "job" in parameters:
        assert "no job" in texts(test)


def test_a_file_is_read_before_it_is_added(open_page: OpenPage, store: JobStore) -> None:
    test = open_page("add", way="file")
    test.file_uploader(key="upload").set_value([("../my list.md", LIST, "text/markdown")]).run()
    assert not test.exception
    found = [str(each.value) for each in test.success]
    assert any("3 papers" in each and "2 topics" in each for each in found), found
    assert store.all() == (), "nothing is added before it is said"
    test.text_input(key="survey-../my list.md").set_value("Not A Key").run()
    assert "cannot be a survey" in texts(test).replace("\\", "")
    test.text_input(key="survey-../my list.md").set_value("s").run()
    assert "is here already" in texts(test), "the small library has a survey s"
    test.text_input(key="survey-../my list.md").set_value("mine").run()
    next(button for button in test.button if button.label == "Add it to the library").click().run()
    (job,) = store.all()
    assert (job.request.kind, job.request.survey) == (JobKind.LIST, "mine")
    assert [path.read_bytes() for path in store.files(job.id)] == [LIST]


def test_a_file_that_cannot_be_read_is_said_with_advice(open_page: OpenPage, store: JobStore) -> None:
    test = open_page("add", way="file")
    test.file_uploader(key="upload").set_value([("x.bib", b"\x00\x01", "text/plain")]).run()
    assert not test.exception
    assert "says what it is" in texts(test)
