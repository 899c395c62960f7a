from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from litatlas.app import saving
from litatlas.app.saving import LeftOut, SavedFile, save_every_format, save_export, write_file
from litatlas.graph.errors import ExportError, ExtraMissing, StorageError, WrongUsage
from litatlas.graph.export import FORMATS
from litatlas.graph.export.formats import Part
from litatlas.graph.library import Library
from litatlas.graph.models import Subgraph
from litatlas.graph.parts import whole


@pytest.fixture
def subgraph(library: Path) -> Subgraph:
    return whole(Library(library))


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, subgraph: Subgraph) -> None:
    path = tmp_path / "out.bib"
    path.write_text("old")
    report = save_export(subgraph, "bibtex", path)
    assert report.files == (SavedFile(str(path), "bibtex", path.stat().st_size, replaced=True),)
    assert (report.papers, report.software, report.nodes) == (5, 0, 4)
    assert path.read_text().startswith("% LitAtlas library: exported by LitAtlas")
    assert list(tmp_path.glob(".*")) == []


def test_into_a_directory_each_part_becomes_a_file(tmp_path: Path, subgraph: Subgraph) -> None:
    target = tmp_path / "tables"
    target.mkdir()
    written = save_export(subgraph, "csv", target).files
    assert sorted(file.path for file in written) == sorted(str(path) for path in target.iterdir())
    assert [Path(file.path).suffix for file in written] == [".csv", ".csv", ".txt"]
    assert not any(file.replaced for file in written)


def test_without_a_name_one_is_made(tmp_path: Path, subgraph: Subgraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [file.path for file in save_export(subgraph, "graphml", None).files] == ["litatlas.graphml"]
    caches = save_export(replace(subgraph, title="Caches"), "csv", None)
    assert [file.path for file in caches.files] == ["litatlas-caches.csv.zip"]
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["litatlas-caches.csv.zip", "litatlas.graphml"]


def test_an_archive_is_not_written_to_a_terminal(
    subgraph: Subgraph, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name in ("csv", "parquet", "obsidian"):
        with pytest.raises(WrongUsage, match="several files"):
            save_export(subgraph, name, Path("-"))
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


def test_every_format_becomes_a_file_of_its_own(tmp_path: Path, subgraph: Subgraph) -> None:
    report = save_every_format(subgraph, tmp_path / "new" / "exports")
    assert [file.format for file in report.files] == list(FORMATS)
    assert len({file.path for file in report.files}) == len(FORMATS), "two formats share a file name"
    for file in report.files:
        assert Path(file.path).read_bytes() == FORMATS[file.format].write(subgraph)
        assert file.size == Path(file.path).stat().st_size > 0
    assert len(list((tmp_path / "new" / "exports").iterdir())) == len(FORMATS)
    assert all(file.replaced for file in save_every_format(subgraph, tmp_path / "new" / "exports").files)


def test_a_format_that_needs_more_is_left_out_and_told(
    tmp_path: Path, subgraph: Subgraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(_subgraph: Subgraph) -> bytes:
        raise ExtraMissing("This needs more.", "pip install more")

    broken = replace(FORMATS["ris"], parts=(Part("x", "text/plain", lacking),))
    monkeypatch.setattr(saving, "FORMATS", {**FORMATS, "ris": broken})
    report = save_every_format(subgraph, tmp_path)
    assert report.left_out == (LeftOut("ris", "This needs more.", "pip install more"),)
    assert "ris" not in [file.format for file in report.files]
    assert len(report.files) == len(FORMATS) - 1


def test_a_directory_that_cannot_be_made_is_explained(tmp_path: Path, subgraph: Subgraph) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StorageError, match="could not be made"):
            save_every_format(subgraph, place)
    assert (tmp_path / "file").read_text() == "mine"
