"""Surveys side by side in a real browser: two small ones, and hostile ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from litatlas.graph.library import Library
from litatlas.graph.models import Placement, Survey, TaxonomyNode

from ...graph import comparison_library as small
from .test_browser import browser, heading, open_at, page, ready, serving
from .test_compare import write_hostile

__all__ = ["browser", "page"]  # the fixtures
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("compare")
    small.write(directory / "library")
    with Library.edit(directory / "library") as draft:
        draft.put_survey(
            Survey("u", "A Third", small.LIST_S.key), [TaxonomyNode("u/a", "u", "Anything", None, ("Anything",), 0)]
        )
        draft.put_placements([Placement(key, "u/a", small.LIST_S.key, 1) for key in ("a1", "x1")])
    with serving(directory / "library", directory / "server.log") as served:
        yield served


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("hostile")
    write_hostile(directory / "library")
    with serving(directory / "library", directory / "server.log") as served:
        yield served


def click_cell(page: Page, table: int, x: float, y: float) -> None:
    """A place of a table, in pixels from its corner."""
    frame = page.locator("[data-testid=stDataFrame]").nth(table)
    frame.locator("canvas").first.wait_for()
    frame.scroll_into_view_if_needed()
    box = None
    while box is None or box != frame.bounding_box():  # what stands above it grows into place
        box = frame.bounding_box()
        page.wait_for_timeout(500)
    page.mouse.click(box["x"] + x, box["y"] + y)


def test_from_surveys_to_topics_to_papers_and_back(page: Page, address: str) -> None:
    open_at(page, f"{address}/compare?a=s&b=t")
    expect(page.get_by_text("45% of the papers of either")).to_be_visible()
    chart = page.locator("[data-testid=stMain] canvas").first
    expect(chart).to_be_visible()
    page.wait_for_timeout(1000)
    box = chart.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + 40)  # the band at the top
    detail = page.get_by_role("heading", name=re.compile(" and (Quantize|Pruning)"))
    expect(detail).to_be_visible()
    assert "left=s%2Fcompression%2F" in page.url
    click_cell(page, 0, 15, 38 + 35 * 1.5)  # the second row
    expect(page.get_by_role("heading", name="Quantization and Quantize")).to_be_visible()
    assert "right=t%2Fquantize" in page.url
    page.reload()
    ready(page)
    expect(page.get_by_role("heading", name="Quantization and Quantize")).to_be_visible()
    page.get_by_role("link", name="Open Quantize").click()
    expect(heading(page)).to_have_text("Quantize")
    page.go_back()
    expect(page.get_by_role("heading", name="Quantization and Quantize")).to_be_visible()
    page.get_by_text("Disagreements", exact=True).click()
    expect(page.get_by_text("What the two lists say differently")).to_be_visible()
    assert "tab=differences" in page.url
    click_cell(page, 0, 15, 38 + 17)
    expect(heading(page)).to_have_text("Paper b3 of models")


def test_papers_of_one_survey_alone_are_taken_away(page: Page, address: str) -> None:
    open_at(page, f"{address}/compare?a=s&b=t&tab=papers")
    page.get_by_text("Only in Tiny Models (3)").click()
    expect(page.get_by_role("button", name="Export these 3 papers")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export these 3 papers").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert text.count("\n@") == 3
    assert "Paper x1 of models" in text


def test_a_cell_of_the_matrix_looks_at_those_two(page: Page, address: str) -> None:
    open_at(page, f"{address}/compare")
    expect(page.get_by_text("Papers that each two have in common")).to_be_visible()
    frame = page.locator("[data-testid=stDataFrame]").first.bounding_box()
    assert frame
    click_cell(page, 0, frame["width"] - 20, 38 + 17)  # the first survey and the third
    expect(page.get_by_text("Only in A Third")).to_be_visible()
    assert "a=s&b=u&c=t" in page.url
    page.go_back()
    expect(page.get_by_text("Only in Tiny Models")).to_be_visible()


@pytest.mark.parametrize("tab", ["topics", "papers", "differences", "time"])
def test_hostile_surveys_stay_text_and_fit_a_narrow_window(page: Page, hostile_address: str, tab: str) -> None:
    page.on("dialog", lambda _: pytest.fail("a script of the library ran"))
    page.set_viewport_size({"width": 390, "height": 800})
    open_at(page, f"{hostile_address}/compare?a=s&b=z&tab={tab}&left=s/n5&right=z/n5")
    expect(page.get_by_role("combobox", name="First survey")).to_be_visible()
    page.wait_for_timeout(800)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    made = "script, img, .katex, code:not(pre code), del, h1 em, h1 strong, a[href^='javascript']"
    found: list[Any] = page.locator("[data-testid=stMarkdownContainer], h1").locator(made).all()
    assert [each.inner_text() for each in found if not each.inner_text().startswith("litatlas ")] == []
