"""The timeline and a topic's tabs in a real browser: the address follows what is chosen, and back goes back."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from .test_browser import address, browser, directory, heading, open_at, page, ready

__all__ = ["address", "browser", "directory", "page"]  # the fixtures
pytestmark = pytest.mark.browser


def test_a_cell_shows_its_citations_and_back_leaves_it(page: Page, address: str) -> None:
    open_at(page, f"{address}/timeline")
    expect(heading(page)).to_have_text("Timeline")
    expect(page.get_by_text(re.compile("builds on .* with [0-9]+ citations")).first).to_be_visible()
    canvas = page.locator("[data-testid=stMain] canvas").nth(1)
    canvas.scroll_into_view_if_needed()
    expect(canvas).to_be_visible()
    page.wait_for_timeout(1500)  # until the picture stands still
    box = canvas.bounding_box()
    assert box is not None
    # The fourth of nine rows and the fifth of nine columns; the names take 160 px, the numbers of the columns 30.
    row, column = 30 + (box["height"] - 34) * 3.5 / 9, 160 + (box["width"] - 166) * 4.5 / 9
    page.mouse.click(box["x"] + column, box["y"] + row)
    pairs = page.get_by_role("heading", name="Efficient Inference → Efficient Architecture")
    expect(pairs).to_be_visible()
    chosen = parse_qs(urlsplit(page.url).query)
    assert chosen["citing"][0].endswith("efficient-inference")
    assert chosen["cited"][0].endswith("efficient-architecture")
    page.reload()
    ready(page)
    expect(pairs).to_be_visible()
    page.go_back()
    expect(pairs).to_have_count(0)


def test_a_topic_leads_by_its_neighbours_to_single_citations(page: Page, address: str) -> None:
    open_at(page, f"{address}/taxonomy?node=Model+Compression")
    page.get_by_text("Neighbours", exact=True).click()
    expect(page.get_by_text("Built on by")).to_be_visible()
    assert "tab=Neighbours" in page.url
    page.get_by_text("Built on by", exact=True).locator("xpath=following::a[2]").click()
    pairs = page.get_by_role("heading", name=re.compile("^Efficient Inference → Model Compression$"))
    expect(pairs).to_be_visible()
    cited = page.get_by_role("link", name=re.compile("^cites ")).first
    title = cited.inner_text().removeprefix("cites ")
    cited.click()
    expect(heading(page)).to_contain_text(title[:30])
    page.go_back()
    expect(pairs).to_be_visible()


def test_gaps_are_told_and_a_row_of_the_table_leads_down(page: Page, address: str) -> None:
    open_at(page, f"{address}/taxonomy?node=Model+Compression&view=Table&tab=Gaps")
    expect(page.get_by_text("Cited from here, but placed elsewhere or nowhere")).to_be_visible()
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    assert box is not None
    page.wait_for_timeout(1000)
    page.mouse.click(box["x"] + 18, box["y"] + 55)
    expect(heading(page)).to_have_text("Quantization")
    assert "view=Table" in page.url
    page.go_back()
    expect(heading(page)).to_have_text("Model Compression")


def test_narrow_and_dark_the_timeline_still_says_what_rows_are(browser: object, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, color_scheme="dark")  # type: ignore[attr-defined]
    narrow = context.new_page()
    open_at(narrow, f"{address}/timeline")
    expect(narrow.get_by_text("4 Efficient Inference")).to_be_visible()
    wide = narrow.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    context.close()
