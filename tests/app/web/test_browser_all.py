"""Every page that main.py lists, in a real browser: nothing breaks, nothing runs, nothing asks another machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from litatlas.app.building import build
from litatlas.app.settings import Settings

from . import hostile
from .every_page import app_pages
from .test_browser import browser, complaints_of, heading, serving

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser

LOOKS = {"wide-light": (1360, "light"), "narrow-dark": (390, "dark")}
# Further addresses of pages, by what the library holds; each page is opened without parameters as well.
PAPER, NODE = "arxiv:2306.00978", "efficient-llms/model-centric-methods/model-compression/quantization"
DEEP = {
    "bundled": (
        "/search?q=shrink+the+KV+cache+for+long+contexts",
        f"/taxonomy?node={NODE}",
        "/taxonomy?view=Tree",
        f"/paper?id={PAPER}",
        f"/graph?paper={PAPER}&hops=2",
        f"/timeline?node={NODE}",
        "/compare?a=efficient-llms&b=nothing",
        f"/export?scope=node&node={NODE}",
    ),
    "hostile": (
        "/search?q=second+sentence",
        "/taxonomy?node=s/n0",
        "/taxonomy?view=List",
        "/paper?id=p0",
        *(f"/paper?id=p2&tab={tab}" for tab in ("alike", "cites", "cited")),
        "/graph?paper=p2&hops=2",
        "/timeline?node=s/n0",
        "/export?scope=node&node=s/n1",
    ),
}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where each library is served."""
    folder = tmp_path_factory.mktemp("all")
    build(Settings(library=folder / "bundled"), lambda *_: None, surveys=("efficient-llms",))
    hostile.write(folder / "hostile")
    with (
        serving(folder / "bundled", folder / "bundled.log") as bundled,
        serving(folder / "hostile", folder / "hostile.log") as evil,
    ):
        yield {"bundled": bundled, "hostile": evil}


@contextmanager
def watched(browser: Any, width: int, scheme: str) -> Iterator[tuple[Page, list[str]]]:
    """A page, and everything about it that no page should do."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(30_000)
    context.add_init_script("window.alert = () => { throw new Error('a script of the library ran'); };")
    page = context.new_page()
    yield page, complaints_of(page)
    context.close()


def at_rest(page: Page) -> None:
    """The page's script has ended, and every part has its code."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_selector("[data-testid=stMainBlockContainer] :is(h1, [data-testid=stAlert])")
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
    page.wait_for_timeout(300)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("library", DEEP)
def test_every_page_is_sound_and_stays_on_the_machine(
    browser: Any, addresses: dict[str, str], library: str, look: str
) -> None:
    width, scheme = LOOKS[look]
    wrong = []
    for path in [*(page.path for page in app_pages()), *DEEP[library]]:
        with watched(browser, width, scheme) as (page, complaints):
            page.goto(addresses[library] + path)
            at_rest(page)
            if page.locator("[data-testid=stException]").count():
                complaints.append("a traceback")
            if (reached := page.evaluate("document.documentElement.scrollWidth")) > width:
                complaints.append(f"{reached} pixels wide in a window of {width}")
        wrong += [f"{path}: {complaint}" for complaint in complaints]
    assert wrong == []


def test_back_and_reload_find_every_page_again(browser: Any, addresses: dict[str, str]) -> None:
    """From each deep address to the next page of the menu, back, and reloaded: the same heading and address."""
    with watched(browser, 1360, "light") as (page, complaints):
        for path in DEEP["bundled"]:
            page.goto(addresses["bundled"] + path)
            at_rest(page)
            title, url = heading(page).first.inner_text(), page.url
            elsewhere = "Export" if not path.startswith("/export") else "Taxonomy"
            page.get_by_test_id("stTopNavLinkContainer").get_by_text(elsewhere, exact=True).click()
            expect(heading(page)).to_have_text(re.compile(f"^{elsewhere}"))
            page.go_back()
            expect(heading(page).first).to_have_text(title)
            assert page.url == url
            page.reload()
            at_rest(page)
            assert heading(page).first.inner_text() == title
            assert page.url == url
    assert complaints == []


def test_the_framework_sends_no_statistics(browser: Any, addresses: dict[str, str], tmp_path: Path) -> None:
    """What the server tells the browser about itself says so."""
    with watched(browser, 1360, "light") as (page, complaints):
        told: list[bytes] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(as_bytes(frame))))
        page.goto(addresses["bundled"])
        at_rest(page)
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    sessions = [message for frame in told if (message := ForwardMsg.FromString(frame)).HasField("new_session")]
    assert sessions
    assert not any(message.new_session.config.gather_usage_stats for message in sessions)
    assert complaints == []


def as_bytes(frame: str | bytes) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()
