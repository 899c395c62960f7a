"""The installed command as a process, on the bundled survey, with the real model."""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bibtexparser
import networkx as nx
import pandas as pd
import pytest
from typer.testing import CliRunner

from litatlas.app.cli import cli
from litatlas.graph.errors import LibraryMissing
from litatlas.graph.export import FORMATS
from litatlas.graph.library import Library
from litatlas.graph.reading_store import ReadingStore
from litatlas.graph.storage import read_manifest

from ..graph import library_files

PROGRAM = str(Path(sys.executable).with_name("litatlas"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("command") / "library"
    done = command("build", "efficient-llms", "--library", str(directory))
    assert done.returncode == 0, done.stderr
    assert "432 papers and 17 software entries at 74 taxonomy nodes" in done.stderr.decode()
    assert done.stdout == b""
    return directory


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("small") / "library"
    library_files.write(directory)
    return directory


def command(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, check=False)


def test_the_question_of_the_readme_is_answered(built: Path) -> None:
    question = ("search", "shrink the KV cache for long contexts", "--under", "Efficient Inference", "--json")
    done = command(*question, "--library", str(built))
    answer = json.loads(done.stdout)
    assert answer["nodes"][0]["node"]["name"] == "KV-Cache Optimization"
    for hit in answer["papers"][:5]:
        assert "KV-Cache Optimization" in [place["name"] for place in hit["places"]]
        assert hit["reasons"]["similarity"] > 0.4
        assert sum(hit["reasons"]["shares"].values()) == pytest.approx(1)


def test_every_export_of_the_survey_opens_in_its_reader(built: Path) -> None:
    def exported(name: str) -> bytes:
        done = command("export", "--format", name, "--output", "-", "--library", str(built))
        assert done.returncode == 0, done.stderr
        return done.stdout

    graphml = nx.read_graphml(io.BytesIO(exported("graphml")))
    gexf = nx.read_gexf(io.BytesIO(exported("gexf")))
    node_link = nx.node_link_graph(json.loads(exported("node-link")), edges="edges")
    assert len(graphml) == len(gexf) == len(node_link) == 432 + 17 + 74 + 1
    assert set(graphml.edges) == set(gexf.edges) == {edge[:2] for edge in node_link.edges}
    assert sum(edge["relation"] == "placed_at" for _, _, edge in graphml.edges(data=True)) == 453
    read = bibtexparser.parse_string(exported("bibtex").decode())
    assert (len(read.entries), read.failed_blocks) == (449, [])
    archive = zipfile.ZipFile(io.BytesIO(exported("csv")))
    tables = {name: pd.read_csv(archive.open(name)) for name in archive.namelist() if name.endswith(".csv")}
    assert {name: len(table) for name, table in tables.items()} == {"nodes.csv": 524, "edges.csv": 453 + 74 + 391}


@pytest.fixture(scope="module")
def exported(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """Every format of the bundled survey in a directory, and what the command says of it."""
    directory = tmp_path_factory.mktemp("exported") / "files"
    done = command("export", "--all", str(directory), "--json", "--library", str(built))
    assert done.returncode == 0, done.stderr
    return directory, json.loads(done.stdout)


def test_one_command_writes_every_format_of_the_bundled_survey(exported: tuple[Path, Any]) -> None:
    directory, report = exported
    assert [file["format"] for file in report["files"]] == list(FORMATS)
    assert (report["papers"], report["software"], report["nodes"], report["left_out"]) == (432, 17, 74, [])
    assert {file["path"]: file["size"] for file in report["files"]} == {
        str(path): path.stat().st_size for path in directory.iterdir()
    }


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_the_same_when_it_is_written_again(
    built: Path, exported: tuple[Path, Any], tmp_path: Path, name: str
) -> None:
    """Asks the registry, so that a format that is added is written here too."""
    done = CliRunner().invoke(cli, ["export", "-f", name, "-o", str(tmp_path / "again"), "--library", str(built)])
    assert done.exit_code == 0, done.output
    assert [path.name for path in tmp_path.iterdir()] == ["again"], "a temporary file remains"
    (first,) = (Path(file["path"]) for file in exported[1]["files"] if file["format"] == name)
    assert (tmp_path / "again").read_bytes() == first.read_bytes() != b""


def test_statuses_are_those_that_are_promised(small: Path) -> None:
    for status, words in (
        (0, ()),
        (1, ("show", "nothing like it")),
        (2, ("show", "--no-such-option")),
        (2, ("search", "x", "--year", "soon")),
        (3, ("list", "add", "Mine", "gptq", "nothing")),
    ):
        done = subprocess.run(
            [PROGRAM, *words], env={**os.environ, "LITATLAS_LIBRARY": str(small)}, capture_output=True, check=False
        )
        assert done.returncode == status, (words, done.stderr)
        assert b"Traceback" not in done.stderr
        assert (done.stdout == b"") is bool(status), "an error is no result"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "--help"),
        (0, "status"),
        (0, "schema search"),
        (1, "show --library none"),
        (1, "ingest list none.md --survey x"),
        (2, "no-such-command"),
        (2, "export"),
        (2, "export -f docx"),
        (2, "export --all here -o there"),
        (3, "fetch --offline"),
        (3, "list remove Mine awq"),
    ],
)
def test_statuses_without_a_process(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, words: str
) -> None:
    ReadingStore(small).add("Mine", Library(small).papers(["gptq"]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LITATLAS_LIBRARY", str(small))
    assert CliRunner().invoke(cli, words.split()).exit_code == status


def test_results_in_a_pipe_have_no_colours_even_where_a_terminal_is_promised(small: Path) -> None:
    terminal = {**os.environ, "TERM": "xterm-256color", "LITATLAS_LIBRARY": str(small)}
    for words, more in (
        (("show", "gptq"), {}),
        (("show", "gptq"), {"NO_COLOR": "1", "FORCE_COLOR": "1"}),
        (("show", "nothing"), {}),
    ):
        done = subprocess.run([PROGRAM, *words], env={**terminal, **more}, capture_output=True, check=False)
        assert done.stdout + done.stderr
        assert b"\x1b[3" not in done.stdout + done.stderr, "a colour"
        assert b"\r" not in done.stdout + done.stderr, "a bar"


def test_a_file_comes_through_a_pipe_into_another_library(small: Path, tmp_path: Path) -> None:
    line = (
        f"{PROGRAM} export -f node-link -o - --library {small}"
        f" | {PROGRAM} ingest node-link - --library {tmp_path / 'other'}"
    )
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ours, theirs = Library(small), Library(tmp_path / "other")
    assert {paper.title for paper in theirs.iter_papers()} == {paper.title for paper in ours.iter_papers()}
    assert [node.path for node in theirs.nodes] == [node.path for node in ours.nodes]
    nothing = subprocess.run(
        [PROGRAM, "ingest", "list", "-", "--survey", "x", "--library", str(small)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert nothing.returncode == 1
    assert "standard input" in nothing.stderr
    assert "/standard-input" not in nothing.stderr, "where the copy was is nobody's business"


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise there")
def test_a_pipe_that_closes_is_no_error(built: Path) -> None:
    for words, first in (
        ("show --json", b"["),
        ("export -f bibtex -o -", b"%"),
    ):
        line = f"LITATLAS_LIBRARY={built} {PROGRAM} {words} | head -n 1"
        done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        assert b"Broken" not in done.stderr
        assert done.stdout.startswith(first)


def test_version_and_completion_answer() -> None:
    assert command("--version").stdout.startswith(b"litatlas 0.")
    asked = {**os.environ, "_LITATLAS_COMPLETE": "complete_bash", "COMP_WORDS": "litatlas se", "COMP_CWORD": "1"}
    done = subprocess.run([PROGRAM], env=asked, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["search"]


def test_a_paper_is_shown_with_its_sources(built: Path) -> None:
    detail = json.loads(command("show", "arxiv:2306.00978", "--json", "--library", str(built)).stdout)
    assert detail["paper"]["title"].startswith("AWQ: Activation-aware Weight Quantization")
    listed = [claim for claim in detail["claims"] if claim["field"] != "note"]
    assert {claim["line"] for claim in listed} == {127}
    assert len(detail["claims"]) == len(listed) + 1, "and the note, which is ours"
    status = json.loads(command("status", "--json", "--library", str(built)).stdout)
    assert (status["overview"]["counts"]["papers"], status["overview"]["counts"]["indexed"]) == (432, 449)


@pytest.mark.parametrize("arguments", [("show",), ("show", "--json"), ("export", "-f", "graphml", "-o", "-")])
def test_output_that_cannot_be_written_is_explained(built: Path, arguments: tuple[str, ...]) -> None:
    full = Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("there is no /dev/full here")
    with full.open("wb") as output:
        done = subprocess.run(
            [PROGRAM, *arguments, "--library", str(built)],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    told = "The output could not be written: No space left on device."
    if "--json" in arguments:
        error = json.loads(done.stderr.splitlines()[-1])["error"]
        assert (error["kind"], error["message"]) == ("StorageError", told)
    else:
        assert done.stderr.startswith(f"error: {told}")
    assert "Traceback" not in done.stderr


def small_disk(size: int) -> Callable[[], None]:
    """To be called in a process before it starts: no file of it grows beyond so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [0, 30_000, 300_000, 1_000_000])
def test_a_full_disk_loses_nothing(built: Path, tmp_path: Path, size: int) -> None:
    """The limit is met while the lock is taken, while the draft is copied, or while its records are written."""
    library = tmp_path / "library"
    shutil.copytree(built, library)
    titles = [paper.title for paper in Library(library).iter_papers()]
    lines = (json.dumps({"title": title, "abstract": f"About {title}. " * 40}) for title in titles)
    (tmp_path / "metadata.jsonl").write_text("\n".join(lines))
    before = read_manifest(library)
    adding = [PROGRAM, "ingest", "metadata", str(tmp_path / "metadata.jsonl"), "--library", str(library)]
    done = subprocess.run(adding, capture_output=True, text=True, preexec_fn=small_disk(size), check=False)
    assert done.returncode == 1, done.stderr
    assert "error: " in done.stderr
    assert "The library is as it was before." in done.stderr
    assert "Traceback" not in done.stderr
    assert read_manifest(library) == before
    assert len(list(Library(library).iter_papers())) == 449
    assert subprocess.run(adding, capture_output=True, check=False).returncode == 0
    assert Library(library).counts.abstracts == 432


def test_a_first_build_on_a_full_disk_can_be_run_again(tmp_path: Path) -> None:
    """The limit is met while the first vectors are kept."""
    building = [PROGRAM, "build", "efficient-llms", "--library", str(tmp_path / "library")]
    done = subprocess.run(building, capture_output=True, text=True, preexec_fn=small_disk(200_000), check=False)
    assert done.returncode == 1, done.stderr
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr
    with pytest.raises(LibraryMissing):
        Library(tmp_path / "library")
    assert subprocess.run(building, capture_output=True, check=False).returncode == 0
    assert Library(tmp_path / "library").counts.indexed == 449


def test_a_full_disk_leaves_no_half_export(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "whole.graphml"
    path.write_text("old")
    done = subprocess.run(
        [PROGRAM, "export", "-f", "graphml", "-o", str(path), "--library", str(built)],
        capture_output=True,
        text=True,
        preexec_fn=small_disk(50_000),
        check=False,
    )
    assert done.returncode == 1
    assert "could not be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("whole.graphml", "old")]


def test_ctrl_c_says_that_nothing_is_lost(tmp_path: Path) -> None:
    building = [PROGRAM, "build", "efficient-llms", "--library", str(tmp_path / "library")]
    with subprocess.Popen(building, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Embedding: 128"):
                break
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert "Stopped; the library is as it was after its last commit." in said
    assert "Traceback" not in said


def test_a_question_with_another_model_is_explained(built: Path, tmp_path: Path) -> None:
    done = command("search", "x", "--library", str(built), "--model", "no-such-model")
    assert done.returncode == 1
    assert b"nor in the local model cache" in done.stderr
    manifest = json.loads((built / "manifest.json").read_text())
    other = tmp_path / "library"
    shutil.copytree(built, other)
    (other / "manifest.json").write_text(json.dumps(manifest | {"format": 999}))
    done = command("status", "--library", str(other))
    assert done.returncode == 1
    assert b"Upgrade LitAtlas" in done.stderr
