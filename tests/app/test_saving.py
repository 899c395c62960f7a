from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from litatlas.app.saving import SavedFile, save_export, write_file
from litatlas.graph.errors import ExportError, StorageError, WrongUsage
from litatlas.graph.library import Library
from litatlas.graph.models import Subgraph
from litatlas.graph.parts import whole


@pytest.fixture
def subgraph(library: Path) -> Subgraph:
    return whole(Library(library))


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, subgraph: Subgraph) -> None:
    path = tmp_path / "out.bib"
    path.write_text("old")
    assert save_export(subgraph, "bibtex", path) == (SavedFile(str(path), replaced=True),)
    assert path.read_text().startswith("% LitAtlas library: exported by LitAtlas")
    assert list(tmp_path.glob(".*")) == []


def test_into_a_directory_each_part_becomes_a_file(tmp_path: Path, subgraph: Subgraph) -> None:
    target = tmp_path / "tables"
    target.mkdir()
    written = save_export(subgraph, "csv", target)
    assert sorted(file.path for file in written) == sorted(str(path) for path in target.iterdir())
    assert [Path(file.path).suffix for file in written] == [".csv", ".csv", ".txt"]
    assert not any(file.replaced for file in written)


def test_without_a_name_one_is_made(tmp_path: Path, subgraph: Subgraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert save_export(subgraph, "graphml", None) == (SavedFile("litatlas.graphml"),)
    assert save_export(replace(subgraph, title="Caches"), "csv", None) == (SavedFile("litatlas-caches.csv.zip"),)
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["litatlas-caches.csv.zip", "litatlas.graphml"]


def test_an_archive_is_not_written_to_a_terminal(
    subgraph: Subgraph, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(WrongUsage, match="several files"):
        save_export(subgraph, "csv", Path("-"))
    assert capfdbinary.readouterr().out == b""
    save_export(subgraph, "bibtex", Path("-"))
    assert capfdbinary.readouterr().out.startswith(b"% LitAtlas library: exported by LitAtlas")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    save_export(subgraph, "csv", Path("-"))
    assert capfdbinary.readouterr().out.startswith(b"PK")


def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")

    def full(self: Path, data: bytes) -> int:
        self.open("wb").write(data[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StorageError, match="No space left on device"):
        write_file(path, b"new and longer")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, b"through")
    assert os.read(reader, 99) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_format_that_is_none_is_told(tmp_path: Path, subgraph: Subgraph) -> None:
    with pytest.raises(ExportError):
        save_export(subgraph, "docx", tmp_path / "x")
    with pytest.raises(ExportError):
        save_export(subgraph, "docx", tmp_path)
