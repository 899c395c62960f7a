"""Collecting, ordering, annotating and taking away papers in a real browser, and the start page that leads there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
from playwright.sync_api import Page, expect

from litatlas.graph.reading_store import ReadingStore

from .test_browser import address, browser, directory, heading, open_at, page, ready

__all__ = ["address", "browser", "directory", "page"]  # the fixtures
pytestmark = pytest.mark.browser


def test_what_is_found_is_saved_annotated_ordered_and_taken_away(page: Page, address: str, directory: Path) -> None:
    open_at(page, f"{address}/?q=quantize+weights")  # an address of earlier releases
    first, second = page.locator(".st-key-answer-1"), page.locator(".st-key-answer-2")
    expect(first).to_contain_text("meaning", timeout=90_000)  # the first question waits for the model
    assert "/search?" in page.url
    titles = [each.get_by_role("link").first.inner_text() for each in (first, second)]
    first.get_by_role("button", name="Save").click()
    page.get_by_role("textbox", name="Begin a reading list").fill("To read")
    page.locator("[class*=-save-new] button").click()
    expect(first.get_by_role("link", name="Saved to To read")).to_be_visible()
    page.keyboard.press("Escape")
    second.get_by_role("button", name="Save").click()
    page.locator("[class*=-list-0] button").click()
    link = second.get_by_role("link", name="Saved to To read")
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    link.click()
    expect(heading(page)).to_have_text("Reading lists")
    entries = [page.locator(f".st-key-entry-{number}").first for number in (1, 2)]
    for entry, title in zip(entries, titles, strict=True):
        expect(entry).to_contain_text(title)
    note = entries[0].get_by_role("textbox", name="Note on")
    note.fill("Compare with May")
    note.blur()
    ready(page)
    entries[0].get_by_text("Reading", exact=True).click()
    ready(page)
    expect(page.get_by_text("0 of 2 papers read")).to_be_visible()
    entries[0].get_by_role("button", name="Move down").click()
    expect(entries[1]).to_contain_text(titles[0])
    page.reload()
    expect(entries[1].get_by_role("textbox", name="Note on")).to_have_value("Compare with May")
    kept = ReadingStore(directory).read("to read").entries
    assert [(entry.note, entry.status.value) for entry in kept] == [("", "to read"), ("Compare with May", "reading")]
    with page.expect_download() as download:
        page.get_by_role("button", name="BibTeX").click()
    file = bibtexparser.parse_string(Path(download.value.path()).read_text(encoding="utf-8"))
    assert [_letters(entry["title"]) for entry in file.entries] == [_letters(title) for title in titles[::-1]]
    entries[0].get_by_role("button", name="Remove").click()
    expect(page.get_by_text("0 of 1 paper read")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(entries[0]).to_contain_text(titles[1])
    open_at(page, address)
    expect(page.get_by_role("link", name="To read").first).to_be_visible()
    expect(page.get_by_text(f"next: {titles[0][:30]}")).to_be_visible()
    ReadingStore(directory).delete("To read")


def _letters(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", title.casefold())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lists_fit_a_narrow_window(browser: Any, address: str, directory: Path, scheme: str) -> None:
    ReadingStore(directory).create(f"{scheme} " + "longword" * 8)
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    for path in ("/reading", "/", "/search?q=pruning&view=table&code=yes"):
        opened = context.new_page()
        open_at(opened, address + path)
        expect(opened.get_by_text(re.compile("This list is empty|What needs attention|Save all")).first).to_be_visible(
            timeout=90_000
        )
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390
        assert opened.locator("[data-testid=stException]").count() == 0
    context.close()
