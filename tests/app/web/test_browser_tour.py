"""Tasks of docs/tour.md as a new reader does them; comparing is in test_browser_compare.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rispy
from playwright.sync_api import Page, expect

from litatlas.graph.library import Library
from litatlas.graph.reading_store import ReadingStore

from .test_browser import address, browser, directory, heading, open_at, page

__all__ = ["address", "browser", "directory", "page"]  # the fixtures
pytestmark = pytest.mark.browser

AWQ = "arxiv:2306.00978"


def test_the_main_ways_to_quantise_weights_only_are_found(page: Page, address: str) -> None:
    open_at(page, address)
    box = page.get_by_role("searchbox").first
    box.fill("quantize weights without touching activations")
    box.press("Enter")
    topic = page.get_by_role("link", name=re.compile("^Weight-Only Quantization"))
    expect(topic.first).to_be_visible(timeout=90_000)  # the first question waits for the model
    topic.first.click()
    expect(heading(page)).to_have_text("Weight-Only Quantization")
    page.get_by_role("radio", name="Most cited").first.click(force=True)
    expect(page).to_have_url(re.compile("tab=Most"))
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()
    page.go_back()
    expect(heading(page)).to_have_text("Weight-Only Quantization")


def test_what_came_after_a_paper_is_found(page: Page, address: str, directory: Path) -> None:
    with Library(directory) as library:
        later = library.papers([citation.citing for citation in library.cited_by(library.paper(AWQ).key)])
    assert later
    open_at(page, f"{address}/paper?id={AWQ}")
    page.get_by_role("tab", name="What came after").click()
    shown = page.get_by_role("tabpanel", name="What came after")
    expect(shown).to_contain_text(f"{len(later)} papers that cite it, newest first")
    told = shown.locator("canvas").first
    for paper in later:
        expect(told.locator("td", has_text=paper.title).first).to_be_attached()
    page.get_by_role("link", name="Show its neighbourhood").click()
    expect(heading(page)).to_have_text("Neighbourhood")
    expect(page.get_by_role("img", name=re.compile("papers and topics"))).to_be_visible()


def test_a_reading_list_leaves_for_zotero(page: Page, address: str, directory: Path) -> None:
    store = ReadingStore(directory)
    with Library(directory) as library:
        papers = [library.paper(key) for key in (AWQ, "arxiv:2211.10438")]
        name = store.create("For Zotero")
        store.add(name, papers)
    try:
        open_at(page, f"{address}/reading?list=For+Zotero")
        with page.expect_download() as download:
            page.get_by_role("button", name="RIS").click()
        records = rispy.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert {record["title"] for record in records} == {paper.title for paper in papers}
        assert all(record["keywords"] for record in records), "the places in the taxonomy"
    finally:
        store.delete(name)
