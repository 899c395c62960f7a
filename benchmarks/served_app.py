"""The app as its users have it, for benchmarks: `litatlas app` on a library, read in Chromium, timed inside the page.

Times are the page's own clock, so that what the driver costs is not in them: from the navigation's start, or from the
last press of a key or button, until Streamlit's script has ended, nothing on the page changes any more, and the browser
has painted twice since.
"""

from __future__ import annotations

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Request

ROOT = Path(__file__).parent.parent
MAIN = ROOT / "app/web/main.py"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = 300  # ms without another run, after which it will not come: one page may lead to another
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

# Looks at the page after every change of it: when its heading came, and when it last changed while no script ran. A run
# may be over before the browser draws that it runs, so the state of the script alone does not tell.
_CLOCK = """
window.__clock = {acted: 0, content: null, rest: null, changes: 0};
for (const kind of ['pointerdown', 'pointerup', 'click', 'keydown'])
  addEventListener(kind, () => { window.__clock.acted = performance.now(); }, true);
const hidden = change => change.target.nodeName === 'CANVAS';  // a table's twin for screen readers, made later
new MutationObserver(changes => {
  if (changes.every(hidden)) return;
  const clock = window.__clock, app = document.querySelector('[data-testid=stApp]');
  const main = document.querySelector('[data-testid=stMainBlockContainer]');
  if (clock.content === null && main && main.querySelector('h1')) clock.content = performance.now();
  const waits = document.querySelector('[data-testid=stSkeleton]');  // a part whose code is still on its way
  const running = !app || app.dataset.testScriptState !== 'notRunning' || waits !== null;
  const change = ++clock.changes;
  clock.rest = null;
  if (!running)
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (clock.changes === change) clock.rest = performance.now();
    }));
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A server of the app, its address and its process."""

    address: str
    process: int

    @property
    def memory(self) -> float:
        """MB that the server holds in memory."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    @property
    def worked(self) -> float:
        """ms of the processor that the server has used, whatever else the machine did."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(library: Path) -> Iterator[Served]:
    """`litatlas app` on a free port of this machine, fetching nothing; ended with all it started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "litatlas.app.cli", "app", "--library", str(library), "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LITATLAS_")}
    silent = subprocess.DEVNULL
    server = subprocess.Popen(command, stdout=silent, stderr=silent, env=environment, start_new_session=True)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield Served(f"http://127.0.0.1:{port}", server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        with suppress(OSError):
            urllib.request.urlopen(url, timeout=2)
            return
        time.sleep(0.25)
    sys.exit("The server ended at once; try `litatlas app` by hand.")


def chromium(playwright: Playwright) -> Browser:
    """The machine's own browser."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        sys.exit("There is no Chromium here; install it (Debian: apt-get install chromium).")
    return playwright.chromium.launch(executable_path=path, args=_FLAGS)


def pages() -> dict[str, str]:
    """Name and address of each page that main.py lists, in its order; the app begins with the one at "/"."""
    found = {}
    for call in ast.walk(ast.parse(MAIN.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "Page":
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            name = Path(ast.literal_eval(call.args[0])).stem
            found[name] = "/" if "default" in named else f"/{ast.literal_eval(named['url_path'])}"
    return found


def watch(page: Page, left: list[str] | None = None) -> None:
    """Put the clock into a page, and every address off this machine that it asks into `left`."""

    def note(request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1" and not request.url.startswith(("data:", "blob:")):
            asked.append(request.url)

    asked = [] if left is None else left
    page.add_init_script(_CLOCK)
    page.on("request", note)


def at_rest(page: Page) -> float:
    """Wait until the page has answered its navigation, or the last press in it, and drawn; how long it took in ms."""
    took = page.wait_for_function(
        "() => { const clock = window.__clock; return clock && clock.rest !== null && clock.rest > clock.acted"
        f" && performance.now() - clock.rest > {_QUIET} && clock.rest - clock.acted }}",
        timeout=120_000,
    )
    return float(took.json_value())
