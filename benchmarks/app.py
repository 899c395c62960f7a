"""How long a reader of the app waits, what each visitor costs the server, and whether a page asks anybody else.

    python benchmarks/app.py                        # 432 papers and 50,000, built in a temporary directory
    python benchmarks/app.py --cache DIR            # the same, built in DIR once
    python benchmarks/app.py --library DIR          # a library that is there
    python benchmarks/app.py --only Graph           # rows whose name has that word

Starts `litatlas app` on each library, drives Chromium, and prints medians beside the limits: from the navigation to the
first words of a page and to its last part being drawn, and from a press of a key or button to the answer being drawn.
Then visitors come and go, each a session of its own that reads several pages, and the server's memory is printed.
Run it on an idle machine: what others do there is in the times; those of the server alone are of the processor.

A new page is opened by itself, since pages are read from main.py; give it a line in `OPENED` where it wants parameters,
and one in `DONE` for each thing that is done there.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from crowded_library import build_crowded
from playwright.sync_api import Browser, Error, FloatRect, Page, sync_playwright
from served_app import Served, at_rest, chromium, pages, served, watch
from visitors import visit

from litatlas.app.building import build
from litatlas.app.settings import Settings
from litatlas.graph.library import Library

FIRST = 3000  # ms to the first useful paint
_SETTLED = 1500  # ms until a page that was gone back to has grown into place
_FORGOTTEN = 150  # seconds; Streamlit keeps a session that may come back for two minutes
SMALL, LARGE = 500, 1000  # ms to the answer of anything that is done, below and above 5,000 papers
QUESTION = "shrink the KV cache for long contexts"
_ASKED = "quantize weights, prune attention heads, draft tokens, route experts, pack prompts, tune adapters".split(", ")
_OF = "for large models, on small devices, without training, with long documents, for several languages".split(", ")
QUESTIONS = cycle(f"{asked} {of}" for of in _OF for asked in _ASKED)

OPENED = {
    "search": ("", f"q={QUESTION}"),
    "taxonomy": ("", "node={node}"),
    "paper": ("id={paper}",),
    "graph": ("paper={paper}",),
    "timeline": ("", "node={node}"),
    "compare": ("", "a={survey}"),
    "export": ("", "scope=node&node={node}", f"scope=search&q={QUESTION}"),
}
"""What stands in the address, by page; {paper} is the most cited paper, {node} the topic with the most papers,
{survey} the survey with the most."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a reader does on a page that is drawn."""

    name: str
    path: str
    do: Callable[[Page], object]


def press(text: str) -> Callable[[Page], object]:
    """A press on the first thing in the page's body that shows this text alone."""
    return lambda page: page.locator("[data-testid=stMain]").get_by_text(text, exact=True).first.click()


def press_picture(across: float, down: float) -> Callable[[Page], object]:
    """A press on the first picture, at these parts of its width and height."""
    where = "[data-testid=stMain] [data-testid=stEChartsChart] canvas"
    return lambda page: _press_in(page, where, lambda box: (box["width"] * across, box["height"] * down))


def press_row(page: Page) -> None:
    """A press on the first row of the first table."""
    _press_in(page, "[data-testid=stMain] [data-testid=stDataFrame] canvas", lambda box: (16, 52))


def _press_in(page: Page, where: str, spot: Callable[[FloatRect], tuple[float, float]]) -> None:
    """A press of the mouse itself, since a table lays other things over what it draws."""
    picture = page.locator(where).first
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)  # it grows into place
    if box := picture.bounding_box():
        across, down = spot(box)
        page.mouse.click(box["x"] + across, box["y"] + down)


def ask(page: Page) -> None:
    """A question that nobody asked before, while there are any."""
    box = page.get_by_role("searchbox", name="Question")
    box.fill(next(QUESTIONS))
    box.press("Enter")


DONE = (
    Deed("Search: ask", "/search", ask),
    Deed("Search: only with code", f"/search?q={QUESTION}", press("Has code")),
    Deed("Search: show more", f"/search?q={QUESTION}", press("Show more")),
    Deed("Taxonomy: into a topic by the picture", "/taxonomy", press_picture(0.15, 0.3)),
    Deed("Taxonomy: as a tree", "/taxonomy", press("Tree")),
    Deed("Taxonomy: a row of the table", "/taxonomy?node={node}", press_row),
    Deed("Graph: two hops", "/graph?paper={paper}", press("2")),
    Deed("Graph: by nearness", "/graph?paper={paper}", press("By nearness")),
    Deed("Graph: a row of the list", "/graph?paper={paper}", press_row),
    Deed("Timeline: shares", "/timeline", press("Share of each year")),
    Deed("Export: a topic and all below", "/export?node={node}", press("A topic and all below")),
    Deed("Export: GraphML", "/export?scope=node&node={node}", press("GraphML")),
)


def openings() -> Iterator[tuple[str, str]]:
    """Name and address of everything that is opened."""
    for name, path in pages().items():
        for query in OPENED.get(name, ("",)):
            yield f"{name.title()} {query.replace('&', ', ')[:28]}".strip(), f"{path}?{query}"


@dataclass(slots=True)
class Bench:
    """A served library, and what is measured on it."""

    server: Served
    browser: Browser
    examples: dict[str, str]
    limit: int
    runs: int
    left: list[str]

    def visit(self, path: str) -> tuple[Page, float]:
        """A new visitor's page, drawn, and how long that took in ms."""
        page = self.browser.new_context(viewport={"width": 1360, "height": 1000}).new_page()
        page.set_default_timeout(60_000)
        watch(page, self.left)
        page.goto(self.server.address + path.format_map(self.examples))
        return page, at_rest(page)

    def open(self, name: str, path: str) -> None:
        words, drawn, worked = [], [], []
        for _ in range(self.runs + 1):
            before = self.server.worked
            page, took = self.visit(path)
            worked.append(self.server.worked - before)
            words.append(float(page.evaluate("window.__clock.content || window.__clock.rest")))
            drawn.append(took)
            page.context.close()
        # The first visitor of all pays for what is kept since.
        told = f"first words {statistics.median(words[1:]):6.0f}; the very first visitor {drawn[0]:6.0f}"
        self.tell(name, statistics.median(drawn[1:]), FIRST, statistics.median(worked[1:]), told)

    def act(self, deed: Deed) -> None:
        """Do it, go back, and do it again: the first time, the browser fetches the code of what it draws."""
        took, worked = [], []
        page, _ = self.visit(deed.path)
        try:
            for _ in range(self.runs + 1):
                before = self.server.worked
                deed.do(page)
                took.append(at_rest(page))
                worked.append(self.server.worked - before)
                done = page.url
                page.go_back()
                page.wait_for_url(lambda url, done=done: url != done)
                page.wait_for_timeout(_SETTLED)
                at_rest(page)
        except Error as error:
            print(f"{deed.name:42}not measured: {error.message.splitlines()[0]}")
            return
        finally:
            page.context.close()
        first = f"the first time in a new browser {took[0]:6.0f}, server {worked[0]:6.0f}"
        self.tell(deed.name, statistics.median(took[1:]), self.limit, statistics.median(worked[1:]), first)

    def tell(self, name: str, took: float, limit: int, worked: float, more: str) -> None:
        over = "  OVER" if took > limit else "      "
        print(f"{name:42}{took:7.0f} of {limit:5}{over}  server {worked:5.0f}  {more}", flush=True)

    def receive(self, visitors: int) -> None:
        """Visitors that come one after the other, read three pages each, and leave."""
        paths = [path.format_map(self.examples) for _, path in openings()]
        for path in paths:  # what is kept for all is there before anybody is counted
            visit(self.server.address, [path])
        print(f"memory of the server: {self.server.memory:.0f} MB before", flush=True)
        for number in range(1, visitors + 1):
            visit(self.server.address, [paths[(number + step) % len(paths)] for step in range(3)])
            if number % max(1, visitors // 4) == 0:
                print(f"memory of the server: {self.server.memory:.0f} MB after {number} visitors", flush=True)
        time.sleep(_FORGOTTEN)
        visit(self.server.address, paths[:1])
        print(f"memory of the server: {self.server.memory:.0f} MB when they are forgotten")


def examples_of(directory: Path) -> dict[str, str]:
    with Library(directory) as library:
        counts, cited = library.node_counts, library.citation_counts
        node = max(counts, key=lambda key: (counts[key], key))
        paper = max(cited, key=lambda key: (cited[key], key)) if cited else library.find_key("arxiv:2306.00978")
        placed = library.survey_counts
        return {"node": node, "paper": str(paper), "survey": max(placed, key=lambda key: (placed[key], key))}


def measure(directory: Path, browser: Browser, *, runs: int, only: str, visitors: int) -> None:
    with Library(directory) as library:
        papers = library.counts.papers + library.counts.software
    print(f"\n{papers:,} papers; median of {runs}, in ms")
    with served(directory) as server:
        bench = Bench(server, browser, examples_of(directory), SMALL if papers < 5000 else LARGE, runs, [])
        page, took = bench.visit(f"/search?q={QUESTION}")
        page.context.close()
        print(f"{'the first question of all, with the model':42}{took:7.0f}", flush=True)
        for name, path in openings():
            if only.casefold() in name.casefold():
                bench.open(name, path)
        for deed in DONE:
            if only.casefold() in deed.name.casefold():
                bench.act(deed)
        if visitors:
            bench.receive(visitors)
        print(f"requests to anybody else: {len(bench.left)} {sorted(set(bench.left))[:3] or ''}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=50_000, help="of the large library")
    parser.add_argument("--cache", type=Path, help="a directory that keeps the two libraries")
    parser.add_argument("--library", type=Path, help="measure this library instead")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--visitors", type=int, default=100)
    arguments = parser.parse_args()
    place = nullcontext(str(arguments.cache)) if arguments.cache else tempfile.TemporaryDirectory()
    with place as folder, sync_playwright() as playwright:
        libraries = [arguments.library] if arguments.library else made(Path(folder), arguments.papers)
        browser = chromium(playwright)
        for directory in libraries:
            measure(directory, browser, runs=arguments.runs, only=arguments.only, visitors=arguments.visitors)
        browser.close()


def made(folder: Path, papers: int) -> list[Path]:
    """One bundled survey, and all of them with the crowd, made where they are not there yet."""
    small, large = folder / "small", folder / f"crowded-{papers}"
    if not (small / "manifest.json").exists():
        build(Settings(library=small), lambda *_: None, surveys=("efficient-llms",))
    if not (large / "manifest.json").exists():
        build_crowded(large, papers, print)
    return [small, large]


if __name__ == "__main__":
    main()
