"""The pages of the app and what can stand in their addresses, read from the sources: a new page is covered."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from ...conftest import ROOT

_WEB = ROOT / "app" / "web"
_READ = re.compile(r"""read(?:_\w+)?\(\s*"(\w+)\"""")


@dataclass(frozen=True)
class AppPage:
    """One page: the file in views/ without its ending, and its address; that of the first thing seen is "/"."""

    view: str
    path: str


def app_pages() -> tuple[AppPage, ...]:
    """The pages that main.py lists, in its order."""
    tree = ast.parse((_WEB / "main.py").read_text(encoding="utf-8"))
    found = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "Page":
            file = ast.literal_eval(call.args[0])
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            found.append(
                AppPage(Path(file).stem, "/" if "default" in named else f"/{ast.literal_eval(named['url_path'])}")
            )
    return tuple(found)


def parameters() -> tuple[str, ...]:
    """Every parameter that some page reads from its address."""
    sources = sorted(_WEB.rglob("*.py"))
    return tuple(sorted({name for path in sources for name in _READ.findall(path.read_text(encoding="utf-8"))}))
