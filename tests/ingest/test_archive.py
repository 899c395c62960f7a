from __future__ import annotations

import gzip
import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import LitAtlasError, SourceUnreadable
from litatlas.ingest import archive
from litatlas.ingest.archive import gunzip, unpack

from .. import survey_documents

TEX = rb"\documentclass{article}\begin{document}\section{A}\end{document}"


def tar(*members: tuple[str, bytes, bytes]) -> bytes:
    """A tar of members given as name, type and content (a link's target, for a link)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as packed:
        for name, kind, data in members:
            member = tarfile.TarInfo(name)
            member.type = kind
            if kind == tarfile.REGTYPE:
                member.size = len(data)
            else:
                member.linkname = data.decode()
            packed.addfile(member, io.BytesIO(data) if kind == tarfile.REGTYPE else None)
    return stream.getvalue()


PLAIN = tar(("main.tex", tarfile.REGTYPE, TEX), ("fig.png", tarfile.REGTYPE, b"\x89PNG"), ("d/a.bib", b"0", b"@x"))


@pytest.mark.parametrize(
    "data", [PLAIN, gzip.compress(PLAIN, mtime=0), gzip.compress(gzip.compress(PLAIN, mtime=0), mtime=0)]
)
def test_a_tar_is_read_however_often_it_is_gzipped(data: bytes) -> None:
    assert unpack(data, "x").files == {"main.tex": TEX, "d/a.bib": b"@x"}


def test_a_tar_of_the_time_before_ustar_is_known_by_its_checksum() -> None:
    member = tarfile.TarInfo("main.tex")
    member.size = len(TEX)
    header = bytearray(member.tobuf(tarfile.USTAR_FORMAT))
    header[257:265] = bytes(8)
    header[148:156] = b"%06o\x00 " % (256 + sum(header[:148]) + sum(header[156:]))
    assert unpack(bytes(header) + TEX.ljust(512, b"\x00") + bytes(1024), "x").files == {"main.tex": TEX}


@pytest.mark.parametrize("data", [TEX, gzip.compress(TEX, mtime=0)])
def test_one_file_may_come_alone(data: bytes) -> None:
    assert unpack(data, "x").files == {"main.tex": TEX}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.5\n", "PDF only"),
        (gzip.compress(b"\n%PDF-1.5", mtime=0), "PDF only"),
        (b"%!PS-Adobe", "PostScript only"),
        (b"PK\x03\x04", "zip archive"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"", "empty"),
        (gzip.compress(TEX, mtime=0)[:-5], "cut short"),
        (b"\x1f\x8b\x08nonsense", "damaged"),
        (gzip.compress(PLAIN[:600], mtime=0), "damaged or cut short"),
    ],
)
def test_what_is_no_source_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(SourceUnreadable, match=words) as caught:
        unpack(data, "x")
    assert caught.value.advice


@pytest.mark.parametrize("name", ["../up.tex", "/etc/abs.tex", "a/../../up.tex", "c:/x.tex", "..\\up.tex", "."])
def test_paths_that_lead_out_are_left_out(name: str) -> None:
    unpacked = unpack(tar((name, tarfile.REGTYPE, TEX), ("ok.tex", tarfile.REGTYPE, TEX)), "x")
    assert unpacked.files == {"ok.tex": TEX}
    assert [finding.code for finding in unpacked.findings] == ["member-not-read"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_left_out(kind: bytes) -> None:
    unpacked = unpack(tar(("ok.tex", tarfile.REGTYPE, TEX), ("link.tex", kind, b"/etc/passwd")), "x")
    assert list(unpacked.files) == ["ok.tex"]
    assert [finding.code for finding in unpacked.findings] == ["member-not-read"]


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(SourceUnreadable, match="more than 1,000 bytes"):
        gunzip(gzip.compress(bytes(5_000)), "x", 1_000)
    assert gunzip(gzip.compress(bytes(1_000)), "x", 1_000) == bytes(1_000)


def test_a_file_that_is_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LARGEST_FILE", 10)
    unpacked = unpack(tar(("a.tex", tarfile.REGTYPE, b"x" * 11), ("b.tex", tarfile.REGTYPE, b"x" * 10)), "x")
    assert list(unpacked.files) == ["b.tex"]
    assert "too large" in unpacked.findings[0].message


def test_an_archive_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_MEMBERS", 3)
    with pytest.raises(SourceUnreadable, match="more than 3 files"):
        unpack(tar(*((f"{n}.tex", tarfile.REGTYPE, b"x") for n in range(4))), "x")


@given(st.data())
def test_a_damaged_archive_ends_in_files_or_an_error(data: st.DataObject) -> None:
    packed = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, 2_000))] = data.draw(st.integers(0, 255))
    try:
        files = unpack(bytes(packed), "x").files
    except LitAtlasError:
        return
    assert all(not path.startswith(("/", "..")) for path in files)


def test_what_the_documents_of_our_tests_are_made_of() -> None:
    assert unpack(survey_documents.to_archive({"a.tex": b"A"}), "x").files == {"a.tex": b"A"}
