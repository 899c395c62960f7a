"""The main paths in a real browser, on the bundled survey with the real model."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import bibtexparser
import networkx as nx
import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, TimeoutError, expect, sync_playwright

from litatlas.app.building import build
from litatlas.app.settings import Settings
from litatlas.graph.library import Library

from . import hostile

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
_FLAGS += ["--disable-component-update"]
# Streamlit looks for its server below the page's own address first; the answer "not there" is how it finds out.
_PROBE = re.compile(r"/\w+/_stcore/(health|host-config)")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browser") / "library"
    build(Settings(library=path), lambda *_: None, surveys=("efficient-llms",))
    return path


@pytest.fixture(scope="module")
def address(directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(directory, tmp_path_factory.mktemp("log") / "server.log") as served:
        yield served


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("hostile")
    hostile.write(directory / "library")
    with serving(directory / "library", directory / "server.log") as served:
        yield served


@contextmanager
def serving(directory: Path, log_file: Path, *, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """A server started by the command a user types, on a free port of this machine; ended with all it started.

    Args:
        settings: what the environment says to LitAtlas. What the caller's shell says, as `make` does, is left out: a
            fetch behind the app would move its pages.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "litatlas.app.cli", "app", "--library", str(directory), "--port", str(port)]
    others = {name: value for name, value in os.environ.items() if not name.startswith("LITATLAS_")}
    environment = {**others, **settings, "PYTHONUNBUFFERED": "1"}
    with log_file.open("w") as log:
        server = subprocess.Popen(command, stderr=log, stdout=log, env=environment, start_new_session=True)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(10)
    assert "Traceback" not in log_file.read_text(encoding="utf-8")


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(120):
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=2)
        except OSError:
            time.sleep(0.25)
        else:
            return
    pytest.fail("the server did not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium here; install it to run the browser test (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield chromium
        chromium.close()


def complaints_of(page: Page) -> list[str]:
    """Everything that no page should do, as it happens: requests that leave the machine, errors in the browser."""
    complaints: list[str] = []

    def on_request(request: Request) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", None} and not request.url.startswith(("data:", "blob:")):
            complaints.append(f"left the machine: {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        probed = _PROBE.fullmatch(urlsplit(message.location.get("url", "")).path) and "404" in message.text
        if message.type == "error" and not probed:
            complaints.append(f"console: {message.text} {message.location}")

    page.on("request", on_request)
    page.on("websocket", lambda socket: complaints.append(socket.url) if "//127.0.0.1:" not in socket.url else None)
    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    return complaints


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    """A page that fails the test for any request that leaves the machine, and for any error in the browser."""
    context = browser.new_context(viewport={"width": 1360, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(30_000)
    opened = context.new_page()
    complaints = complaints_of(opened)
    yield opened
    assert opened.locator("[data-testid=stException]").count() == 0
    context.close()
    assert complaints == []


def ready(page: Page) -> None:
    """The page has drawn what it will draw."""
    page.wait_for_selector("[data-testid=stMainBlockContainer] h1")
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0)


def open_at(page: Page, url: str) -> None:
    page.goto(url)
    ready(page)


def heading(page: Page) -> Locator:
    return page.locator("[data-testid=stMainBlockContainer] h1")


def test_a_question_leads_to_a_paper_and_back(page: Page, address: str) -> None:
    open_at(page, address)
    expect(page.get_by_text("432", exact=True)).to_be_visible()
    box = page.get_by_role("searchbox", name="Question")
    box.fill("shrink the KV cache for long contexts")
    box.press("Enter")
    first = page.locator(".st-key-answer-1")
    expect(first).to_contain_text("KV-Cache Optimization")
    expect(first).to_contain_text("meaning")
    assert "q=shrink" in page.url
    title = first.get_by_role("link").first.inner_text()
    first.get_by_role("link").first.click()
    expect(heading(page)).to_have_text(title)
    expect(page).to_have_title(re.compile(re.escape(title[:40])))
    assert "/paper?id=" in page.url
    expect(page.get_by_text("Every fact and its source")).to_be_visible()
    page.go_back()
    expect(page.locator(".st-key-answer-1")).to_contain_text(title)


def test_an_address_restores_the_view(page: Page, address: str) -> None:
    open_at(page, f"{address}/?q=quantization&under=Model+Compression&venue=ICML&code=yes")
    expect(page.locator(".st-key-answer-1")).to_contain_text("ICML")
    expect(page.get_by_role("combobox", name="At or below")).to_have_value(re.compile("Model Compression"))
    page.reload()
    ready(page)
    expect(page.locator(".st-key-answer-1")).to_contain_text("ICML")
    expect(page.get_by_role("searchbox", name="Question")).to_have_value("quantization")


def test_the_taxonomy_is_walked_by_the_picture_and_by_links(page: Page, address: str) -> None:
    open_at(page, f"{address}/taxonomy")
    chart = page.locator("[data-testid=stMain] canvas").first
    expect(chart).to_be_visible()
    page.wait_for_timeout(1500)  # the picture grows into place
    box = chart.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.3)
    expect(heading(page)).to_have_text("Efficient Architecture")
    assert "node=efficient-llms" in page.url
    page.get_by_text("List", exact=True).click()
    page.get_by_role("link", name="Mixture of Experts").first.click()
    expect(heading(page)).to_have_text("Mixture of Experts")
    page.get_by_role("link", name="All topics").click()
    expect(heading(page)).to_have_text("Taxonomy")


def test_a_paper_leads_to_its_neighbourhood(page: Page, address: str) -> None:
    open_at(page, f"{address}/paper?id=arxiv:2306.00978")
    page.get_by_role("link", name="Show its neighbourhood").click()
    expect(heading(page)).to_have_text("Neighbourhood")
    expect(page.get_by_text(re.compile(r"papers, 1 topic, \d+ ties"))).to_be_visible()
    open_at(page, f"{page.url}&ties=place")
    canvas = page.locator("[data-testid=stMain] canvas").first
    expect(canvas).to_be_visible()
    page.wait_for_timeout(1000)
    _select_the_topic(page, canvas)
    page.get_by_role("link", name="Open the topic").click()
    expect(heading(page)).to_have_text("Weight-Only Quantization")
    assert "/taxonomy?node=" in page.url


def test_a_paper_and_a_pasted_text_are_placed_when_asked(page: Page, address: str) -> None:
    open_at(page, f"{address}/paper?id=arxiv:2306.00978")
    expect(page.get_by_text("stands there now")).to_have_count(0)
    page.get_by_role("button", name="Where does it belong?").click()
    belongs = page.locator(".st-key-belongs")
    expect(belongs.get_by_text("stands there now")).to_be_visible(timeout=60_000)
    expect(belongs.get_by_text(re.compile(r"^[0-9]+%$")).first).to_be_visible()
    assert "place=1" in page.url
    belongs.get_by_role("link", name=re.compile("Weight-Only Quantization")).first.click()
    expect(heading(page)).to_have_text("Weight-Only Quantization")
    page.get_by_text("Gaps", exact=True).click()
    page.get_by_role("button", name="Which papers might belong here, or not?").click()
    expect(page.get_by_text("read as if the survey did not place it yet")).to_be_visible(timeout=60_000)
    assert "proposals=1" in page.url
    open_at(page, address)
    box = page.get_by_role("searchbox", name="Question")
    box.fill("We evict entries of the key-value cache by their attention scores. " * 5)
    box.press("Enter")
    page.get_by_role("button", name="Where would this belong?").click()
    expect(
        page.get_by_role("link", name=re.compile("Efficient Inference › KV-Cache Optimization")).first
    ).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Hide this").click()
    expect(page.get_by_role("button", name="Where would this belong?")).to_be_visible()


def test_the_page_tells_what_can_be_asked(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    open_at(page, address)
    page.get_by_role("button", name="What can I ask?").click()
    expect(page.get_by_role("cell", name="of an author").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


# The right end of what is drawn in colour below the legend, in the page's pixels from the canvas's corner.
_RIGHTMOST = """canvas => {
  const { width, height } = canvas, scale = width / canvas.clientWidth, top = Math.ceil(50 * scale);
  const { data } = canvas.getContext("2d").getImageData(0, top, width, height - top);
  let spot = null;
  for (let i = 0; i < data.length; i += 4) {
    const pixel = [data[i], data[i + 1], data[i + 2]], x = (i / 4) % width;
    const colourful = data[i + 3] > 200 && Math.max(...pixel) - Math.min(...pixel) > 60;
    if (colourful && (spot === null || x > spot[0])) spot = [x, top + Math.floor(i / 4 / width)];
  }
  return spot && spot.map(value => value / scale);
}"""


def _select_the_topic(page: Page, canvas: Locator) -> None:
    """With the topic's tie alone it stands at the right end of one line.

    A busy page may miss a click, so there are three; a second click on what is selected would let it go again, so each
    is waited for as long as a busy machine takes.
    """
    for _ in range(3):
        canvas.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
        box, spot = canvas.bounding_box(), canvas.evaluate(_RIGHTMOST)
        if box is not None and spot is not None:
            page.mouse.click(box["x"] + spot[0] - 5, box["y"] + spot[1] + 3)
        try:
            page.get_by_role("link", name="Open the topic").wait_for(timeout=20_000)
        except TimeoutError:
            continue
        return
    pytest.fail("the topic was not found in the picture")


def test_back_from_a_row_or_a_picture_finds_the_page_that_was_left(page: Page, address: str) -> None:
    open_at(page, f"{address}/taxonomy?node=Quantization&view=List")
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 16, box["y"] + 52)  # the first row, below the heading
    expect(page.get_by_text("Every fact and its source")).to_be_visible()
    page.go_back()
    expect(heading(page)).to_have_text("Quantization")
    expect(page.get_by_role("link", name="Weight-Only Quantization").first).to_be_visible()
    open_at(page, address)
    glance = page.locator("[data-testid=stMain] canvas").first
    glance.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    box = glance.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.6)
    expect(heading(page)).to_have_text("Efficient Architecture")
    page.go_back()
    expect(heading(page)).to_have_text("What do you want to find?")


def test_exports_are_downloaded_and_open_in_their_readers(page: Page, address: str, directory: Path) -> None:
    open_at(page, f"{address}/taxonomy?node=KV-Cache+Optimization")
    page.get_by_role("link", name="Export this topic and all below").click()
    expect(heading(page)).to_have_text("Export")
    library = Library(directory)
    expected = set(library.paper_keys(under=library.node("KV-Cache Optimization")))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download BibTeX").click()
    read = bibtexparser.parse_string(Path(download.value.path()).read_text(encoding="utf-8"))
    assert (len(read.entries), read.failed_blocks) == (len(expected), [])
    page.get_by_text("GraphML", exact=True).first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download GraphML").click()
    graph = nx.read_graphml(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert {name.removeprefix("paper:") for name in graph if name.startswith("paper:")} == expected


# What some hostile texts are on a page: all but what Markdown's typography and marks of direction make of it.
_SHOWN = {
    0: "<script>alert(1)</script><img src=x onerror=alert(2)>",
    1: "[click](javascript:alert(1)) ![x](https://evil.example/x.png) <https://evil.example>",
    2: "$\\alpha^2$ and $$x$$ :material/home: :red[danger] :smile: :blue-badge[b] `code` **bold** _i_ ~~s~~",
    3: "gnitirw desrever and isolated",
    5: "{{template}} {b} {c|x} %s \\ \" ' & &lt; &#60;",
}


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("/?q=second+sentence", [0, 1, 2, 3, 5]),
        ("/taxonomy?view=List", [0, 1, 2]),
        ("/taxonomy?node=s/n5", [5]),
        ("/paper?id=p0", [0]),
        ("/paper?id=p1", [1]),
        ("/paper?id=p2", [2]),
        ("/paper?id=p2&place=1", [2]),
        ("/taxonomy?node=s/n2&proposals=1", [2]),
        ("/graph?paper=p2&hops=2", [2]),
    ],
)
def test_hostile_text_stays_text(page: Page, hostile_address: str, path: str, numbers: list[int]) -> None:
    """No element comes of it, no address of it is visited, and it stands on the page as it was written."""
    page.on("dialog", lambda _: pytest.fail("a script of the library ran"))
    open_at(page, hostile_address + path)
    main = page.locator("[data-testid=stMain]")
    for number in numbers:
        expect(main.get_by_text(" ".join(_SHOWN[number].split())).first).to_be_visible()
    made = "script, img, .katex, code:not(pre code), del, h1 em, h1 strong, a[href^='javascript']"
    found = [each.inner_text() for each in main.locator("[data-testid=stMarkdownContainer], h1").locator(made).all()]
    assert [text for text in found if not text.startswith("litatlas ")] == []  # commands that we name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/", "/taxonomy", "/graph?paper=arxiv:2306.00978", "/export", "/paper?id=nothing", "/?q=zebras"]
)
def test_every_page_fits_a_narrow_window(browser: Any, address: str, path: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    opened = context.new_page()
    opened.goto(address + path)
    opened.wait_for_selector("[data-testid=stMainBlockContainer] h1, [data-testid=stAlert]")
    opened.wait_for_timeout(800)
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.locator("[data-testid=stException]").count() == 0
    context.close()


def test_on_a_narrow_screen_the_list_stands_open_and_the_picture_is_folded(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    open_at(page, f"{address}/graph?paper=arxiv:2306.00978")
    expect(page.get_by_text("The same as a list")).to_be_visible()
    picture = page.locator("[data-testid=stMain] canvas").first
    expect(picture).to_be_hidden()
    switch = page.get_by_text("Show the picture")
    switch.click()
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box
    assert box["height"] > 300
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(switch).to_be_hidden()
    expect(picture).to_be_visible()
