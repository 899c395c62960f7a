from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git tracks, so that leftovers of the checkout cannot hide a gap."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        original = ROOT / name
        if original.is_symlink():
            path.symlink_to(original.readlink())
        elif original.is_file():
            path.write_bytes(original.read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*command, "--wheel-dir", str(target), str(source)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return next(target.glob("litatlas-*.whl"))


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name]


def test_the_wheel_holds_every_module_and_every_fact(wheel: Path) -> None:
    """A subfolder that pyproject.toml does not list works in a checkout and is missing from the wheel."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    suffixes = (".py", ".typed", ".json", ".jsonl", ".toml", ".ttl", ".html", ".css", ".js")
    wanted = {
        f"litatlas/{name}"
        for name in tracked()
        if name.startswith(("graph/", "ingest/", "app/", "data/")) and name.endswith(suffixes)
    }
    assert wanted - packed == set()


def test_the_wheel_holds_one_package_and_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"litatlas"}


def test_the_wheel_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """The command, and the facts it ships, from the unpacked wheel alone."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import litatlas.graph.models as m; assert m.__file__.startswith(sys.argv[1]), m.__file__\n"
        "from litatlas.ingest.bundle import find_bundles, load_facts\n"
        "print(len(load_facts(find_bundles()['efficient-llms']).works))\n"
    )
    # -S leaves the editable install's import hook out; the dependencies' folder is added back by hand.
    dependencies = next(path for path in sys.path if path.endswith("site-packages"))
    command = [sys.executable, "-S", "-c", f"import sys; sys.path.append({dependencies!r})\n" + script, str(site)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "449"


def test_the_links_for_type_checkers_lead_to_the_floors() -> None:
    links = ROOT / "typings" / "litatlas"
    assert {path.name: path.readlink().as_posix() for path in links.iterdir()} == {
        name: f"../../{name}" for name in ("graph", "ingest", "app", "data")
    }
