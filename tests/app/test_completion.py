"""Completion as shells ask for it: through `_LITATLAS_COMPLETE`, and in a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from litatlas.app import cli_values
from litatlas.graph.export import FORMATS
from litatlas.graph.library import Library
from litatlas.graph.names import list_names, node_names, survey_names
from litatlas.graph.reading_store import ReadingStore
from litatlas.ingest.bundle import find_bundles

from ..graph import library_files
from .web import hostile

PROGRAM = str(Path(sys.executable).with_name("litatlas"))
EXPANDED = "$(touch owned)`touch owned`"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("completion") / "library"
    library_files.write(directory)
    library_files.write_second_survey(directory)
    for name in ("Gone", "To read", "Tomorrow", EXPANDED, 'a "quoted" one'):
        ReadingStore(directory).add(name, Library(directory).papers(["gptq"]))
    ReadingStore(directory).delete("Gone")
    return directory


def asked(shell: str, line: str, library: Path) -> list[str]:
    """What zsh or fish is told for a line with the cursor at its end."""
    more = {"_LITATLAS_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
    if shell == "fish":
        more["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
    env = {**os.environ, "LITATLAS_LIBRARY": str(library), **more}
    done = subprocess.run([PROGRAM], env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.strip().splitlines()


def in_bash(words: list[str], library: Path, where: Path) -> list[str]:
    """What a real bash would offer for the last of the words, by the script of `--show-completion`."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    # Which shell called is not asked, as it would be that of whoever runs the tests.
    named = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    show = [PROGRAM, "--show-completion", "bash"]
    script = subprocess.run(show, env=named, capture_output=True, text=True, check=True).stdout
    ask = f'\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _litatlas_completion {PROGRAM}'
    ask += '; printf "%s\\n" "${COMPREPLY[@]}"'
    env = {**os.environ, "LITATLAS_LIBRARY": str(library)}
    done = subprocess.run(
        [bash, "-c", script + ask, "bash", *words], env=env, cwd=where, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["litatlas", "comp"], ["compare"]),
        (["litatlas", "export", "-f", "bib"], ["bibtex"]),
        (["litatlas", "list", "show", "To"], ["Tomorrow", r"To\ read"]),
        (["litatlas", "list", "show", '"To'], ["Tomorrow", "To read"]),
    ],
)
def test_a_real_bash_completes(words: list[str], offered: list[str], library: Path, tmp_path: Path) -> None:
    assert in_bash(words, library, tmp_path) == offered


def test_zsh_is_told_what_each_value_is(library: Path, tmp_path: Path) -> None:
    (told,) = asked("zsh", "litatlas compare s", library)
    assert told == """_arguments '*: :(("s":"A survey"))'"""
    assert asked("zsh", "litatlas list show ", library) == [
        """_arguments '*: :(("Tomorrow":"reading list\"""",
        """"To read":"reading list"))'""",
    ]


def test_fish_is_told_a_line_each(library: Path) -> None:
    named = asked("fish", "litatlas search x --under ", library)
    assert "Pruning\ts/model/pruning" in named
    assert not [line for line in named if line.startswith("Quantization\t")], "two nodes have this name"
    assert asked("fish", "litatlas search x --under s/model/", library) == [
        "s/model/quantization\tQuantization",
        "s/model/pruning\tPruning",
    ]


@pytest.mark.parametrize("place", ["none", "damaged"])
def test_where_there_is_nothing_nothing_is_said(place: str, tmp_path: Path) -> None:
    directory = tmp_path / place
    if place == "damaged":
        directory.mkdir()
        (directory / "manifest.json").write_text("{")
        (directory / "reading.sqlite").write_text("no database")
    assert asked("fish", "litatlas list show ", directory) == []
    assert asked("fish", "litatlas show ", directory) == []


def test_install_completion_writes_what_a_shell_reads(tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    for shell, trace in (("bash", ".bashrc"), ("zsh", ".zshrc"), ("fish", ".config/fish/completions/litatlas.fish")):
        done = subprocess.run(
            [PROGRAM, "--install-completion", shell], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "litatlas" in (tmp_path / trace).read_text() or trace == ".zshrc"
    assert "_LITATLAS_COMPLETE" in (tmp_path / ".zfunc" / "_litatlas").read_text()


# -- the values ---------------------------------------------------------------------------------------------------


def test_formats_and_bundled_surveys_are_those_there_are() -> None:
    assert [name for name, _ in cli_values.format_values("")] == list(FORMATS)
    assert [name for name, _ in cli_values.bundled_values("")] == list(find_bundles())


def test_names_are_read_from_the_library(library: Path) -> None:
    assert survey_names(library) == [("s", "A survey"), ("t", "Another survey")]
    names = node_names(library)
    assert names[:3] == [("Model", "s/model"), ("Pruning", "s/model/pruning"), ("Cache", "s/cache")]
    assert {key for key, _ in names[3:]} == {node.key for node in Library(library).nodes}
    assert ("To read", "reading list") in list_names(library)
    assert list_names(library, deleted=True) == [("Gone", "reading list")]


def test_nothing_that_a_shell_would_run_is_offered(library: Path, tmp_path: Path) -> None:
    hostile.write(tmp_path / "hostile")
    names = [*list_names(library), *node_names(tmp_path / "hostile"), ("plain", "$(x)")]
    offered = cli_values._offered(lambda: names, "")
    assert ("plain", "") in offered
    for text in (text for pair in offered for text in pair):
        assert not set(text) & set("$`\\\"'!\n\x1b\u202e")
    assert EXPANDED not in dict(offered)
    assert EXPANDED in dict(names)
