from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
FLOORS = ("graph", "ingest", "app")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_floors_are_imported_by_their_installed_name(path: Path) -> None:
    """In a checkout `import graph` works too, and would make a second copy of every class."""
    assert not {name for name in imported_names(path) if name.split(".")[0] in {*FLOORS, "data", "typings"}}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_settings_reads_the_environment(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() in {"app/settings.py", "app/serving.py"}:  # serving hands it to a process
        return
    source = path.read_text(encoding="utf-8")
    assert "os.environ" not in source
    assert "getenv" not in source


@pytest.mark.parametrize("path", [path for path in MODULES if "graph" in path.parts], ids=lambda path: path.name)
def test_the_ground_floor_knows_no_network_and_no_screen(path: Path) -> None:
    forbidden = {"socket", "urllib.request", "requests", "httpx", "streamlit", "rich", "typer"}
    assert not {name for name in imported_names(path) if name in forbidden or name.split(".")[0] in forbidden}


def test_imports_run_one_way() -> None:
    done = subprocess.run([LINT_IMPORTS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_import_check_sees_an_import_that_runs_back(tmp_path: Path) -> None:
    """The check is worth nothing if it reads no configuration or no code."""
    for floor in FLOORS:
        (tmp_path / "house" / floor).mkdir(parents=True)
        (tmp_path / "house" / floor / "__init__.py").touch()
    (tmp_path / "house" / "graph" / "__init__.py").write_text("import house.app\n")
    contract = (ROOT / "pyproject.toml").read_text().split("[tool.importlinter]")[1].split("\n[tool.pytest")[0]
    (tmp_path / "pyproject.toml").write_text("[tool.importlinter]" + contract.replace("litatlas.", "house."))
    done = subprocess.run([LINT_IMPORTS], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


@pytest.mark.parametrize("module", ["torch", "streamlit", "faiss", "sentence_transformers", "numpy"])
def test_help_loads_nothing_heavy(module: str) -> None:
    script = (
        "import sys, contextlib, io\n"
        "from litatlas.app.cli import cli\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    cli(['--help'])\n"
        f"sys.exit({module!r} in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_script_folder_of_the_app_shadows_nothing() -> None:
    """Streamlit puts it first on sys.path, so a file there named like a package would be imported instead of it."""
    assert {path.name for path in (ROOT / "app" / "web").iterdir() if path.name != "__pycache__"} <= {
        "__init__.py",
        ".streamlit",
        "main.py",
        "views",
        "components",
    }
