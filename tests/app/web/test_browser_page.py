"""The page one can mail, opened from the file system in a real browser: what a reader does, and what it never does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from litatlas.app.building import build
from litatlas.app.settings import Settings
from litatlas.graph.export import export
from litatlas.graph.library import Library
from litatlas.graph.models import Paper, Placement, Subgraph, WorkKind
from litatlas.graph.parts import part_of, whole

from ...conftest import WordEncoder
from ...graph import example
from . import hostile
from .test_browser import browser

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1360, "height": 1000}, {"width": 390, "height": 844}
Mailed = Callable[[Subgraph], str]


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Subgraph:
    """The bundled survey with its citations."""
    path = tmp_path_factory.mktemp("mailed") / "library"
    settings = Settings(library=path)
    build(settings, lambda *_: None, surveys=("efficient-llms",), load=lambda _: WordEncoder(), with_map=False)
    with Library(path) as library:
        return part_of(library, library.paper_keys(survey="efficient-llms"), library.surveys()[0].title)


@pytest.fixture
def mailed(tmp_path: Path) -> Mailed:
    """Save a subgraph as a page, and give the address of the file."""

    def saved(subgraph: Subgraph) -> str:
        path = tmp_path / "mailed page.html"
        path.write_bytes(export(subgraph, "html", include_abstracts=True).data)
        return path.as_uri()

    return saved


@contextmanager
def opening(browser: Any, address: str, **options: Any) -> Iterator[Page]:
    """A page that may ask for nothing but its file, and say nothing: no request, dialog, window, error or refusal."""
    context = browser.new_context(**{"viewport": WIDE, "accept_downloads": True, **options})
    page = context.new_page()
    heard: list[str] = []
    file = address.partition("#")[0]

    def on_dialog(dialog: Dialog) -> None:
        heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.on("page", lambda other: heard.append(f"window: {other.url}"))
    page.on("request", lambda request: heard.append(request.url) if request.url.partition("#")[0] != file else None)
    page.on("dialog", on_dialog)
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))
    page.goto(address)
    yield page
    assert [each for each in heard if not each.startswith(("data:", "blob:"))] == []
    context.close()


def titles(page: Page) -> list[str]:
    return page.locator("#papers .title").all_inner_texts()


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def test_a_search_leads_to_a_paper_along_a_citation_and_back(browser: Any, mailed: Mailed, survey: Subgraph) -> None:
    awq = next(paper for paper in survey.papers if paper.title.startswith("AWQ:"))
    cited = {edge.cited for edge in survey.citations if edge.citing == awq.key}
    with opening(browser, mailed(survey)) as page:
        expect(page.locator("header p").first).to_have_text(re.compile("^432 papers, 17 tools, 74 topics and "))
        page.keyboard.press("/")
        page.keyboard.type("Activation-AWARE weight")
        told = "1 paper with “Activation-AWARE weight”, of 432 papers and 17 tools"
        expect(page.locator("#told")).to_have_text(told)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(focused(page)).to_have_text(awq.title)
        expect(page).to_have_title(f"{awq.title} · {survey.title}")
        assert page.get_by_role("link", name="arXiv").get_attribute("href") == "https://arxiv.org/abs/2306.00978"
        expect(page.get_by_text("line 127")).to_be_visible()
        cites = page.locator("#paper h3", has_text=re.compile("^Cites")).locator("xpath=following-sibling::ol[1]")
        wanted = {paper.title for paper in survey.papers if paper.key in cited}
        assert set(cites.locator(".title").all_inner_texts()) == wanted
        cites.get_by_role("link", name="SmoothQuant").click()
        expect(focused(page)).to_contain_text("SmoothQuant")
        cited_by = page.locator("#paper h3", has_text=re.compile("^Cited by"))
        expect(cited_by.locator("xpath=following-sibling::ol[1]").get_by_role("link", name=awq.title)).to_have_count(1)
        page.go_back()
        expect(page.locator("#paper h2")).to_have_text(awq.title)
        page.go_back()
        expect(page.locator("#words")).to_have_value("Activation-AWARE weight")
        assert titles(page) == [awq.title]
        expect(focused(page)).to_have_text(awq.title)
        page.keyboard.press("/")
        page.keyboard.press("Escape")
        expect(page.locator("#told")).to_have_text("432 papers and 17 tools")


def test_the_tree_is_walked_by_keys_and_a_topic_has_its_papers(browser: Any, mailed: Mailed, survey: Subgraph) -> None:
    key = next(node.key for node in survey.nodes if node.name == "Quantization")
    inside = {node.key for node in survey.nodes if f"{node.key}/".startswith(f"{key}/")}
    expected = {placement.paper for placement in survey.placements if placement.node in inside}
    with opening(browser, mailed(survey)) as page:
        page.locator("#tree [tabindex='0']").focus()
        for press in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
            page.keyboard.press(press)
        expect(focused(page)).to_have_attribute("aria-label", f"Quantization, {len(expected)} papers")
        page.keyboard.press("Enter")
        expect(page.locator("#heading")).to_have_text("Quantization")
        expect(page.get_by_role("treeitem", name="Quantization, ").first).to_have_attribute("aria-current", "true")
        assert set(titles(page)) == {paper.title for paper in survey.papers if paper.key in expected}
        expect(page.locator("#way")).to_have_text("All papers › Model-Centric Methods › Model Compression › ")
        for _ in "close", "up", "close":
            page.keyboard.press("ArrowLeft")
        expect(focused(page)).to_have_attribute("aria-expanded", "false")
        expect(page.get_by_role("treeitem", name="Quantization, ")).to_have_count(0)
        page.reload()
        expect(page.locator("#heading")).to_have_text("Quantization")
        page.keyboard.press("/")
        page.keyboard.type("speculative decoding")
        expect(page.locator("#told")).to_contain_text("No paper here has “speculative decoding”.")
        page.get_by_role("link", name="Search all papers").click()
        expect(page.locator("#told")).to_contain_text(re.compile(r"^\d+ papers with “speculative decoding”"))
        page.go_back()
        page.go_back()
        expect(page.locator("#heading")).to_have_text("All papers")


def test_orders_and_the_picture_agree_with_the_papers(browser: Any, mailed: Mailed, survey: Subgraph) -> None:
    pairs = {(edge.citing, edge.cited) for edge in survey.citations}
    counts = {paper.key: sum(cited == paper.key for _, cited in pairs) for paper in survey.papers}
    most = max(survey.papers, key=lambda paper: counts[paper.key])
    with opening(browser, mailed(survey)) as page:
        page.get_by_label("Order").select_option("most cited here")
        expect(page.locator("#papers li").first).to_contain_text(f"{most.title}")
        expect(page.locator("#papers li").first).to_contain_text(f"cited by {counts[most.key]} here")
        page.get_by_label("Order").select_option("newest first")
        years = [paper.year for paper in survey.papers if paper.year]
        expect(page.locator("#papers li").first).to_contain_text(str(max(years)))
        told = page.get_by_role("img", name="Papers per year").get_attribute("aria-label") or ""
        assert {int(year): int(count) for year, count in re.findall(r"(\d{4}): (\d+)", told)} == {
            year: years.count(year) for year in range(min(years), max(years) + 1)
        }
        undated = [paper.kind for paper in survey.papers if paper.year is None]
        kinds = [undated.count(WorkKind.PAPER), undated.count(WorkKind.SOFTWARE)]
        told = " and ".join(f"{n} {noun}{'s'[: n != 1]}" for n, noun in zip(kinds, ("paper", "tool"), strict=True) if n)
        expect(page.get_by_text(f"Not drawn: {told} without a year.")).to_be_visible()
        page.get_by_text("The numbers").click()
        cells = page.locator("table tr", has=page.get_by_role("rowheader", name="2023")).locator("td").all_inner_texts()
        assert sum(map(int, cells[:-1])) == int(cells[-1]) == years.count(2023)


def test_the_way_back_leads_to_the_row_that_was_left(browser: Any, mailed: Mailed, survey: Subgraph) -> None:
    with opening(browser, mailed(survey)) as page:
        page.locator("#more").scroll_into_view_if_needed()
        expect(page.locator("#papers li")).to_have_count(200)
        row = page.locator("#papers .title").nth(150)
        row.click()
        expect(page.locator("#paper h2")).to_be_visible()
        page.keyboard.press("Escape")
        expect(focused(page)).to_be_in_viewport()
        assert focused(page).inner_text() == titles(page)[150]
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(page.locator("#papers li")).to_have_count(len(survey.papers))
        expect(page.get_by_text("revision ef0d8ae")).to_be_visible()


def test_bibtex_is_saved_and_copied(browser: Any, mailed: Mailed, survey: Subgraph) -> None:
    with opening(browser, mailed(survey) + "#q=kv+cache", permissions=["clipboard-read", "clipboard-write"]) as page:
        shown = titles(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as BibTeX").click()
        read = bibtexparser.parse_string(Path(download.value.path()).read_text(encoding="utf-8"))
        assert (len(read.entries), read.failed_blocks) == (len(shown), [])
        page.locator("#papers .title").first.click()
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_text("Copied.")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert bibtexparser.parse_string(copied).entries[0].key == read.entries[0].key


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_screen(browser: Any, mailed: Mailed, survey: Subgraph, scheme: str) -> None:
    address = mailed(survey)
    with opening(browser, address, viewport=NARROW, color_scheme=scheme) as page:
        expect(page.get_by_role("treeitem", name="Data-Centric Methods")).to_be_hidden()
        page.locator("#fold > summary").click()
        page.get_by_role("treeitem", name="Data-Centric Methods").click()
        expect(page.locator("#heading")).to_have_text("Data-Centric Methods")
        expect(page.get_by_role("treeitem", name="Data-Centric Methods")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("#papers .title").first.click()
        expect(page.locator("#paper h2")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", ground))) > 382) is (scheme == "light")


def test_without_scripts_every_paper_is_listed(browser: Any, mailed: Mailed, survey: Subgraph) -> None:
    with opening(browser, mailed(survey), java_script_enabled=False) as page:
        expect(page.locator("noscript > p")).to_be_visible()
        expect(page.locator("noscript > ol > li")).to_have_count(len(survey.papers))
        expect(page.locator("#app")).to_be_hidden()


def test_hostile_text_stays_text(browser: Any, mailed: Mailed, tmp_path: Path) -> None:
    hostile.write(tmp_path / "library")
    with Library(tmp_path / "library") as library:
        subgraph = replace(whole(library), title=hostile.HOSTILE[0])
    with opening(browser, mailed(subgraph)) as page:
        expect(page.locator("h1")).to_have_text(hostile.HOSTILE[0])
        for number in (0, 1, 2, 5):
            expect(page.locator("#papers .title").get_by_text(hostile.HOSTILE[number], exact=True)).to_have_count(1)
        for paper in subgraph.papers:
            page.goto(f"{page.url.partition('#')[0]}#paper={paper.key}")
            expect(page.locator("#paper h2")).to_be_visible()
            schemes = page.locator("#app a").evaluate_all("links => links.map(link => link.protocol)")
            assert set(schemes) <= {"file:", "https:", "http:"}
        assert page.locator("img, iframe, #app script, b, code, del").count() == 0
        expect(page.locator(".links span").first).to_have_text("Code: javascript:alert(1)")


def test_an_address_that_names_nothing_is_told(browser: Any, mailed: Mailed, small: Subgraph) -> None:
    with opening(browser, f"{mailed(small)}#paper=%3Cb%3Enobody") as page:
        expect(page.locator("#told")).to_have_text("Nothing on this page is called “<b>nobody”. Here is everything.")
        assert len(titles(page)) == 4


def test_graphs_of_odd_shapes_are_shown(browser: Any, mailed: Mailed) -> None:
    years = (None, 0, 1, 2**53, 2**53 + 2, 10**20)
    papers = tuple(Paper(f"p{n}", "" if n == 1 else f"Paper {n}", year=year) for n, year in enumerate(years))
    placements = (Placement("p0", example.TOOLS.key, "s"),)
    for subgraph in (
        Subgraph("Nothing"),
        Subgraph("No topics", papers),
        Subgraph("One place", papers, (example.TOOLS,), (example.SURVEY,), (), placements),
    ):
        with opening(browser, mailed(subgraph)) as page:
            assert len(titles(page)) == len(subgraph.papers)
            expect(page.locator("#heading")).to_have_text("All papers")


@pytest.fixture
def small() -> Subgraph:
    return example.SMALL
