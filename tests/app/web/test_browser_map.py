"""The map in a real browser: an area drawn by mouse, its list, its address, and text that stays text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from litatlas.graph.embedding import update_index
from litatlas.graph.library import Library
from litatlas.graph.map_store import FILE

from ...conftest import WordEncoder
from . import hostile
from .test_browser import address, browser, directory, open_at, page, ready, serving

__all__ = ["address", "browser", "directory", "page"]  # the fixtures
pytestmark = pytest.mark.browser

_IN_AREA = re.compile(r"^[1-9]\d* papers? in this area$")


def picture(page: Page) -> dict[str, float]:
    """Where the map is drawn, once it stands still."""
    chart = page.locator("[data-testid=stMain] canvas").first
    expect(chart).to_be_visible()
    page.wait_for_timeout(1500)
    box = chart.bounding_box()
    assert box
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def take_tool(page: Page, box: dict[str, float], from_right: int) -> None:
    page.mouse.click(box["x"] + box["width"] - from_right, box["y"] + 27)
    page.wait_for_timeout(300)


def draw_around(page: Page, box: dict[str, float], radius: float) -> None:
    """A ring around the middle of the map, with the mouse held down."""
    for step in range(33):
        turn = 2 * math.pi * step / 32
        across, down = 0.5 + radius * math.cos(turn), 0.5 + radius * math.sin(turn)
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        if step == 0:
            page.mouse.down()
    page.mouse.up()


def test_an_area_drawn_by_mouse_is_listed_shared_cleared_and_taken_away(page: Page, address: str) -> None:
    open_at(page, f"{address}/map")
    box = picture(page)
    take_tool(page, box, 93)
    draw_around(page, box, 0.2)
    found = page.get_by_text(_IN_AREA)
    expect(found).to_be_visible()
    said, drawn = found.inner_text(), page.url
    assert re.search(r"/map\?area=[-\d.%C3B2]+&on=\w+$", drawn)
    page.reload()
    ready(page)
    expect(page.get_by_text(said)).to_be_visible()
    words = page.get_by_role("textbox", name="Only those with these words")
    words.fill("attention")
    words.press("Enter")
    expect(page.get_by_text(re.compile("of these .* have all of these words"))).to_be_visible()
    page.get_by_role("link", name="Export the area").click()
    expect(page.get_by_text("An area of the map: ")).to_contain_text(said.split(" in ")[0])
    page.go_back()
    expect(page.get_by_text(said)).to_be_visible()
    page.get_by_role("button", name="Clear the area").click()
    expect(page.get_by_text("Draw an area, click a dot")).to_be_visible()
    assert "area=" not in page.url
    page.go_back()
    expect(page.get_by_text(said)).to_be_visible()


def test_a_box_and_the_wheel(page: Page, address: str) -> None:
    open_at(page, f"{address}/map?q=shrink+the+KV+cache&by=year")
    expect(page.get_by_text("best answers to")).to_be_visible()
    box = picture(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -300)  # zooms, and does not scroll the page
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    take_tool(page, box, 60)
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 60, steps=8)
    page.mouse.up()
    expect(page.get_by_text(re.compile("of the .* best answers to .* are in this area"))).to_be_visible()
    page.get_by_role("button", name="Clear the area").click()
    expect(page.get_by_text("in this area")).to_have_count(0)


@pytest.fixture
def hostile_map(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    hostile.write(tmp_path / "library")
    with Library.edit(tmp_path / "library") as draft:
        update_index(draft, WordEncoder(), None, lambda *_: None)
    with serving(tmp_path / "library", tmp_path / "server.log") as served:
        yield served, tmp_path / "library"


def test_hostile_text_stays_text_on_a_map_that_is_made_while_it_is_seen(
    hostile_map: tuple[str, Path],
    page: Page,  # closed before its server is
) -> None:
    served, directory = hostile_map
    page.on("dialog", lambda _: pytest.fail("a script of the library ran"))
    open_at(page, f"{served}/map?area=-101,-101;101,-101;101,101;-101,101")
    expect(page.get_by_text("9 papers in this area")).to_be_visible()
    for _ in range(300):  # what is seen says nothing before the part of the page that shows progress has been loaded
        if (directory / FILE).is_file():
            break
        page.wait_for_timeout(200)
    assert (directory / FILE).is_file()
    expect(page.get_by_text("first sketch")).to_have_count(0, timeout=60_000)
    box = picture(page)
    for across in range(20):
        page.mouse.move(box["x"] + box["width"] * across / 20, box["y"] + box["height"] * (0.3 + 0.02 * across))
    assert page.locator("[data-testid=stMain]").locator("script, img").count() == 0
    open_at(page, f"{served}/map?under=s/n0&by=year")
    expect(page.get_by_text("at or below")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_fits_a_narrow_window(browser: Any, address: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    opened = context.new_page()
    open_at(opened, f"{address}/map?under=efficient-llms/model-centric-methods")
    picture(opened)
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.locator("[data-testid=stException]").count() == 0
    context.close()
