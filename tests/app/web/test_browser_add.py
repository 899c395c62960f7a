"""Adding in a real browser: from no library at all to a list that is searched; without a network; after a kill."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from litatlas.app.jobs import JobStore
from litatlas.app.settings import Settings
from litatlas.graph.errors import LibraryMissing
from litatlas.graph.library import Library

from ...loopback.corpus import make_corpus
from ...loopback.faults import Fault, Plan, Rule
from ...loopback.server import LoopbackServer
from ..test_jobs import LIST
from .test_browser import browser, open_at, serving

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1360, "height": 1000})
    yield context.new_page()
    context.close()


def test_from_no_library_to_a_list_in_it(page: Page, tmp_path: Path) -> None:
    with serving(tmp_path / "new", tmp_path / "server.log") as address:
        open_at(page, f"{address}/add?way=file")
        expect(page.get_by_text("holds nothing yet")).to_be_visible()
        page.locator("input[type=file]").set_input_files(
            {"name": "my field.md", "mimeType": "text/markdown", "buffer": LIST}
        )
        expect(page.get_by_text("3 papers at 2 topics, 3 placements")).to_be_visible()
        page.get_by_role("button", name="Add it to the library").click()
        expect(page.get_by_text("was added").first).to_be_visible(timeout=90_000)
        assert re.search(r"[?&]job=[0-9]{8}-[0-9]{6}-[0-9a-f]{6}", page.url)
        page.reload()
        expect(page.get_by_text("3 records: 3 new").first).to_be_visible()
        page.get_by_role("link", name="See its topics").click()
        expect(page.get_by_role("heading", name="A small survey")).to_be_visible()
        page.go_back()
        expect(page.get_by_text("3 records: 3 new").first).to_be_visible()
    with Library(tmp_path / "new") as library:
        assert library.counts.indexed == library.counts.papers == 3


def test_an_outage_is_no_missing_paper(page: Page, tmp_path: Path) -> None:
    with socket.socket() as closed:  # bound and not listening: nothing answers there, and nobody else gets it
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
        services = {"ARXIV_API": nowhere, "ARXIV_SITE": nowhere, "SEMANTIC_SCHOLAR": nowhere, "PACE": "0"}
        settings = {f"LITATLAS_{name}": value for name, value in services.items()}
        with serving(tmp_path / "new", tmp_path / "server.log", settings=settings) as address:
            open_at(page, f"{address}/add?way=survey&id=2312.03863")
            page.get_by_role("button", name="Add the survey").click()
            expect(page.get_by_text("could not be added").first).to_be_visible(timeout=90_000)
            expect(page.get_by_role("alert").get_by_text("arXiv").first).to_be_visible()
            expect(page.get_by_text("has no paper")).to_have_count(0)
            expect(page.get_by_role("button", name="Take it up again")).to_be_visible()


def test_a_job_that_waits_for_a_service_is_killed_resumed_and_cancelled(page: Page, tmp_path: Path) -> None:
    plan = Plan([Rule(Fault.RATE_LIMIT, "/", times=50, retry_after="60")])
    with LoopbackServer(make_corpus(3), plan) as server:
        services = {"ARXIV_API": f"{server.address}/api/query", "ARXIV_SITE": server.address, "PACE": "0"}
        services["SEMANTIC_SCHOLAR"] = f"{server.address}/graph/v1"
        settings = {f"LITATLAS_{name}": value for name, value in services.items()}
        with serving(tmp_path / "new", tmp_path / "server.log", settings=settings) as address:
            open_at(page, f"{address}/add?way=survey&id=2312.03863")
            page.get_by_role("button", name="Add the survey").click()
            expect(page.get_by_text("Asking arxiv").first).to_be_visible(timeout=60_000)
            (job,) = JobStore(Settings(library=tmp_path / "new")).all()
            os.kill(job.process, signal.SIGKILL)
            expect(page.get_by_text("was interrupted").first).to_be_visible()
            page.get_by_role("button", name="Take it up again").click()
            expect(page.get_by_text("Asking arxiv").first).to_be_visible(timeout=60_000)
            page.get_by_role("button", name="Cancel").click()
            expect(page.get_by_text("was stopped").first).to_be_visible(timeout=60_000)
    with pytest.raises(LibraryMissing):
        Library(tmp_path / "new")
