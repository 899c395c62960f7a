"""The expression box in a real browser: whatever is typed or stands in the address stays text, and help is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Dialog, Page, expect

from .test_browser import browser, heading, hostile_address
from .test_browser_all import at_rest, watched

__all__ = ["browser", "hostile_address"]  # the fixtures
pytestmark = pytest.mark.browser

_HTML = "<img src=x onerror=alert(1)><script>alert(2)</script>"
READ_AS_NONE = (
    _HTML,
    f'under:"{_HTML}" {_HTML}',
    "under:[x](javascript:alert(1))",
    '[click](javascript:alert(1)) ![x](https://evil.example/x.png) or "',
    "$\\alpha^2$ :material/home: :red[danger] `code` **bold**",
    "\u202egnihtyreve",
    "(" * 1000,
    "not " * 1000 + "everything",
    '"' * 9,
    "everything\x00\x07)",
)
NAMES_NOTHING = (
    f'under:"{_HTML}"',
    'under:"](javascript:alert(1)) [x](https://evil.example)"',
    'list:"../../../etc/passwd"',
    'survey:"$\\\\alpha$ :red[x] **b**"',
    'papers:"\u202etxt"',
)


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    """A page that may open no dialog, leave the machine or complain."""
    with watched(browser, 1360, "light") as (opened, complaints):

        def refuse(dialog: Dialog) -> None:
            complaints.append(f"a dialog: {dialog.message}")
            dialog.dismiss()

        opened.on("dialog", refuse)
        yield opened
        assert opened.locator("[data-testid=stException]").count() == 0
        assert complaints == []


def _whole(page: Page) -> None:
    """Nothing of what was typed became an element, and the page has all its parts."""
    at_rest(page)
    expect(heading(page)).to_have_text("Export")
    main = page.get_by_test_id("stMain")
    made = main.locator("img, script, iframe, a[href^='javascript:'], .katex")
    assert made.evaluate_all("found => found.map(each => each.outerHTML)") == []
    # Streamlit makes links of bare addresses, whatever stands around them; they lead where they say.
    for link in main.locator("a[href*='evil.example']").all():
        assert (link.get_attribute("href") or "").rstrip("/") == link.inner_text().rstrip("/")
    assert main.get_by_test_id("stAlert").locator("strong, em, h1, h2, table, ul").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1360
    expect(page.get_by_role("textbox", name="Expression")).to_be_visible()


def test_what_cannot_be_read_is_told_and_stays_text(page: Page, hostile_address: str) -> None:
    page.goto(f"{hostile_address}/export?scope=select")
    at_rest(page)
    box = page.get_by_role("textbox", name="Expression")
    for text in READ_AS_NONE:
        box.fill(text)
        box.press("Enter")
        expect(page.get_by_test_id("stAlert")).to_contain_text(re.compile("cannot be read|nested more than"))
        _whole(page)
    box.fill("everything" + " " * 7991)
    box.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("8,001 characters")
    _whole(page)


def test_names_that_are_not_here_are_told_with_help(page: Page, hostile_address: str) -> None:
    page.goto(f"{hostile_address}/export?scope=select&select={quote(NAMES_NOTHING[0])}")
    for text in NAMES_NOTHING:
        page.get_by_role("textbox", name="Expression").fill(text)
        page.keyboard.press("Enter")
        at_rest(page)
        expect(page.get_by_test_id("stAlert")).to_contain_text(re.compile(r"^(No|There is no) "))
        _whole(page)
    page.goto(f"{hostile_address}/export?scope=select&select=papers:nothing")
    at_rest(page)
    page.get_by_role("link", name="Search for it").click()
    expect(page.get_by_role("searchbox", name="Question")).to_be_visible()


def test_an_expression_of_hostile_names_is_shown_and_copied_as_it_is(page: Page, hostile_address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=hostile_address)
    for number in (0, 3):
        page.goto(f"{hostile_address}/export?scope=node&node=s/n{number}")
        at_rest(page)
        expect(page.get_by_role("button", name=re.compile("^Download"))).to_be_enabled()
        code = page.get_by_test_id("stCode")
        expect(code).to_have_text(f"under:s/n{number}")
    code.hover()
    code.get_by_role("button").click()
    assert page.evaluate("navigator.clipboard.readText()") == "under:s/n3"
    page.get_by_role("link", name="Change it as an expression").click()
    expect(page.get_by_role("textbox", name="Expression")).to_have_value("under:s/n3")
    _whole(page)
