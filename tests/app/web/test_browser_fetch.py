"""The fetch behind the served app in a real browser: started by the command, against services on this machine."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from litatlas.app.building import build
from litatlas.app.fetch_state import FETCH_STATE
from litatlas.app.settings import Settings
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Placement, Source, SourceKind, Survey, TaxonomyNode

from ...loopback.corpus import make_corpus
from ...loopback.faults import Fault, Plan, Rule
from ...loopback.server import LoopbackServer
from .test_browser import browser, open_at, serving

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser

CORPUS = make_corpus(12)


@dataclass(frozen=True)
class Visit:
    """An app that fetches, and its library."""

    directory: Path
    address: str


def write_library(directory: Path) -> None:
    """The papers of the corpus as a list would give them: no abstracts, no edges; with vectors of the real model."""
    with Library.edit(directory) as draft:
        draft.put_source(Source("list", SourceKind.PAPER_LIST, "A list", "list.md"))
        draft.put_survey(Survey("s", "A survey", "list"), [TaxonomyNode("s/all", "s", "All", None, ("All",), 0, 1)])
        for line, work in enumerate(CORPUS, start=2):
            key = f"p{line}"
            said = {"title": work.title, "id:arxiv": work.arxiv}
            draft.put_claims(key, [Claim(key, field, value, "list", line) for field, value in said.items()])
            draft.add_alias(PaperId(IdScheme.ARXIV, work.arxiv), key, "list")
            draft.put_placements([Placement(key, "s/all", "list", line, line)])
    build(Settings(library=directory), lambda *_: None)


@contextmanager
def fetching_app(tmp_path: Path, services: str) -> Iterator[Visit]:
    """`litatlas app` as the settings make it fetch, asking services at this address."""
    settings = {
        "LITATLAS_FETCH": "1",
        "LITATLAS_ARXIV_API": f"{services}/api/query",
        "LITATLAS_ARXIV_SITE": services,
        "LITATLAS_SEMANTIC_SCHOLAR": f"{services}/graph/v1",
        "LITATLAS_OPENALEX": services,
        "LITATLAS_PACE": "0",
    }
    write_library(tmp_path / "library")
    with serving(tmp_path / "library", tmp_path / "server.log", settings=settings) as address:
        yield Visit(tmp_path / "library", address)


@pytest.fixture
def two_pages(browser: Any) -> Iterator[tuple[Page, Page]]:
    contexts = [browser.new_context(viewport={"width": 1360, "height": 1000}) for _ in range(2)]
    yield contexts[0].new_page(), contexts[1].new_page()
    for context in contexts:
        context.close()


def test_progress_is_seen_and_then_the_abstracts(two_pages: tuple[Page, Page], tmp_path: Path) -> None:
    """Two visitors watch one fetch, which asks nothing twice; what came in is there when its reader asks for it."""
    reader, visitor = two_pages
    # Semantic Scholar answers once that it is asked too often, which leaves time to be seen waiting.
    plan = Plan([Rule(Fault.RATE_LIMIT, "/graph", times=1, retry_after="25")])
    with LoopbackServer(CORPUS, plan) as server, fetching_app(tmp_path, server.address) as visit:
        open_at(reader, f"{visit.address}/paper?id=arxiv:{CORPUS[3].arxiv}")
        expect(reader.get_by_text("Fetching what is missing")).to_be_visible()
        expect(reader.get_by_text("No abstract is known here yet")).to_be_visible()
        expect(reader.get_by_text(re.compile("arXiv: abstracts and authors 12 of 12"))).to_be_visible(timeout=60_000)
        open_at(visitor, f"{visit.address}/export")
        expect(visitor.get_by_text(re.compile(r"next try in \d+ s"))).to_be_visible(timeout=60_000)
        offer = reader.get_by_text("New abstracts and citations are here.")
        expect(offer).to_be_visible(timeout=60_000)
        expect(reader.get_by_text("No abstract is known here yet")).to_be_visible()  # what is being read stays
        expect(reader.get_by_text("Everything that was missing has been fetched")).to_be_visible(timeout=90_000)
        reader.get_by_role("button", name="Show them").click()
        expect(reader.get_by_text(CORPUS[3].abstract).first).to_be_visible()
        expect(reader.get_by_text("Thank you to arXiv for use of its open access interoperability.")).to_be_visible()
        expect(reader.get_by_text("Abstract from arXiv")).to_be_visible()
        expect(offer).to_have_count(0)
        reader.get_by_role("button", name="Put away").click()
        expect(reader.get_by_text("Everything that was missing has been fetched")).to_have_count(0)
        answered = Counter(request.identity for request in server.requests if request.answered)
        assert len(answered) >= 3
        assert set(answered.values()) == {1}, "each was asked once, however many looked on"


def test_without_a_network_what_is_missing_is_said_with_the_command(
    two_pages: tuple[Page, Page], tmp_path: Path
) -> None:
    page, _ = two_pages
    with socket.socket() as closed:  # bound and not listening: nothing answers there, and nobody else gets it
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with fetching_app(tmp_path, nowhere) as visit:
            open_at(page, f"{visit.address}/taxonomy")
            unreached = "arXiv and Semantic Scholar could not be reached (no network?). Search works on titles."
            expect(page.get_by_text(unreached)).to_be_visible(timeout=60_000)
            news = page.locator(".st-key-fetch-news")
            expect(news.locator("code")).to_have_text("litatlas fetch")
            expect(news).not_to_contain_text("Errno")
            box = news.bounding_box()
            assert box
            assert box["height"] < 60, "one line"
            state = json.loads((visit.directory / FETCH_STATE).read_text(encoding="utf-8"))
            assert state["phase"] == "lacking"
            assert len(state["reasons"]) >= 1
            page.get_by_text("List", exact=True).click()  # what the library has works as ever
            expect(page.get_by_role("link", name="All").first).to_be_visible()
