"""The graph's page in a real browser: a paper found while typing, chosen in the picture, opened, joined to another."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .test_browser import address, browser, directory, heading, hostile_address, open_at, page

__all__ = ["address", "browser", "directory", "hostile_address", "page"]  # the fixtures
pytestmark = pytest.mark.browser


def test_a_paper_is_found_chosen_and_opened(page: Page, address: str) -> None:
    open_at(page, f"{address}/graph")
    box = page.get_by_role("textbox", name="Which paper in the middle?")
    box.press_sequentially("activation aware weight", delay=30)
    page.get_by_role("link", name=re.compile("^AWQ: Activation-aware")).first.click()
    expect(page).to_have_url(re.compile(r"paper=awq"))
    expect(page.get_by_text(re.compile(r"\d+ papers, \d topics?, \d+ ties"))).to_be_visible()
    open_at(page, f"{page.url}&ties=place&limit=20")
    canvas = page.locator("[data-testid=stMain] canvas").first
    expect(canvas).to_be_visible()
    page.wait_for_timeout(1500)
    _click_the_only_paper(page, canvas)
    expect(page).to_have_url(re.compile("chosen=paper"))
    page.wait_for_timeout(1500)
    _click_the_only_paper(page, canvas)
    expect(heading(page)).to_have_text(re.compile("^AWQ"))
    assert "/paper?" in page.url
    page.go_back()
    expect(heading(page)).to_have_text("Neighbourhood")
    page.wait_for_timeout(1500)
    expect(heading(page)).to_have_text("Neighbourhood")  # and it stays there


def _click_the_only_paper(page: Page, canvas: Locator) -> None:
    """With the topic's tie alone it stands at the left end of one line, halfway down."""
    canvas.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    spot = canvas.evaluate(_LEFTMOST)
    box = canvas.bounding_box()
    assert spot is not None
    assert box is not None
    page.mouse.click(box["x"] + spot[0] + 8, box["y"] + spot[1])


_LEFTMOST = """canvas => {
  const { width, height } = canvas, scale = width / canvas.clientWidth, top = Math.ceil(80 * scale);
  const { data } = canvas.getContext("2d").getImageData(0, top, width, height - top);
  let spot = null;
  for (let i = 0; i < data.length; i += 4) {
    const pixel = [data[i], data[i + 1], data[i + 2]], x = (i / 4) % width;
    const colourful = data[i + 3] > 200 && Math.max(...pixel) - Math.min(...pixel) > 60;
    if (colourful && (spot === null || x < spot[0])) spot = [x, top + Math.floor(i / 4 / width)];
  }
  return spot && spot.map(value => value / scale);
}"""


def test_a_path_is_found_told_and_taken_away(page: Page, address: str) -> None:
    open_at(page, f"{address}/paper?id=arxiv:2306.00978")
    page.get_by_role("link", name="Find a path to").click()
    expect(heading(page)).to_have_text("Path")
    page.get_by_role("textbox", name="To", exact=True).press_sequentially("flashattention io-awareness", delay=30)
    page.get_by_role("link", name=re.compile("^FlashAttention: Fast")).first.click()
    expect(page.get_by_text("Path 1")).to_be_visible()
    expect(page.locator("[data-testid=stMain] canvas").first).to_be_visible()
    expect(page.get_by_text("stated by:").first).to_be_visible()
    assert {"from=", "to="} <= set(re.findall(r"\b(?:from|to)=", page.url))
    page.get_by_role("button", name=re.compile(r"Take away \d+ papers")).click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^Download BibTeX")).click()
    text = download.value.path().read_text(encoding="utf-8")
    assert text.count("@") >= 3
    page.keyboard.press("Escape")
    page.get_by_role("link", name="The other way round").click()
    expect(page).to_have_url(re.compile("from=flashattention"))
    page.go_back()
    expect(page).to_have_url(re.compile("from=awq"))


def test_hostile_records_stay_text_on_paths(page: Page, hostile_address: str) -> None:
    for number in (1, 5):
        open_at(page, f"{hostile_address}/graph?from=p{number}&to=p{number + 1}")
        expect(page.get_by_text("Path 1")).to_be_visible()
        assert page.locator("[data-testid=stMain] img, [data-testid=stMain] script").count() == 0
