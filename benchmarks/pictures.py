"""Pictures of every page of the app, wide and narrow, light and dark, to be looked at one by one.

    python benchmarks/pictures.py FOLDER --library DIRECTORY

Writes one PNG per page and look into FOLDER: the whole page, however long. `--only graph` takes those whose name has
that word. Pages that main.py lists and `_VIEWS` does not know are taken with nothing in their address.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from served_app import at_rest, chromium, pages, served, watch

_PAPER = "arxiv:2306.00978"
_VIEWS = {
    "search": (
        "",
        "q=shrink+the+KV+cache+for+long+contexts",
    ),
    "taxonomy": (
        "",
        "view=Tree",
        "node=KV-Cache+Optimization",
        "node=Model+Compression&tab=Neighbours",
        "node=Model+Compression&tab=Gaps",
    ),
    "timeline": ("survey=efficient-llms",),
    "paper": (f"id={_PAPER}", "id=nothing"),
    "graph": ("", f"paper={_PAPER}", f"from={_PAPER}&to=arxiv:2205.14135"),
    "map": ("", "under=Model+Compression"),
    "compare": ("a=efficient-llms&b=llm-compression", "a=efficient-llms&b=llm-inference&tab=omissions"),
    "add": ("", "way=survey"),
    "export": ("", "scope=node&node=KV-Cache+Optimization"),
}
_LOOKS = {
    "wide-light": (1360, "light"),
    "wide-dark": (1360, "dark"),
    "narrow-light": (390, "light"),
    "narrow-dark": (390, "dark"),
}
_TALLEST = 4000  # pixels; a taller page is cut


def views() -> Iterator[tuple[str, str]]:
    """A name and an address for each picture."""
    for name, path in pages().items():
        for number, query in enumerate(_VIEWS.get(name, ("",)), start=1):
            yield f"{name}-{number}", f"{path}?{query}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--only", default="", help="part of the names wanted, such as taxonomy or narrow-dark")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, served(arguments.library) as server:
        browser = chromium(playwright)
        for name, path in views():
            for look in _LOOKS:
                if arguments.only in f"{name}-{look}":
                    target = arguments.folder / f"{name}-{look}.png"
                    _take(browser, server.address + path, look, target)
                    print(target)
        browser.close()


def _take(browser: Browser, url: str, look: str, target: Path) -> None:
    width, scheme = _LOOKS[look]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    watch(page)
    page.goto(url)
    at_rest(page)
    # Streamlit scrolls inside the page, which itself is as high as the window.
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(int(height) + 60, 900), _TALLEST)})
    page.wait_for_timeout(1500)  # pictures grow into place
    page.screenshot(path=target)
    context.close()


if __name__ == "__main__":
    main()
