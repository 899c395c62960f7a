"""Sources that cannot be read: each its own error, with the file's name and what to do."""

import pytest

from litatlas.graph.errors import NoPapersFound, SourceMissing, SourceUnreadable
from litatlas.ingest.paper_list import read_paper_list

ENTRY = "- Nyströmformer, <ins>AAAI, 2021</ins> [[Paper](https://arxiv.org/abs/2102.03902)]"
TEXT = f"# S\n## A\n\n{ENTRY}\n"


def read(tmp_path, data):
    path = tmp_path / "LIST.md"
    path.write_bytes(data)
    return read_paper_list(path, survey_key="s")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# Title\n\n## Section\n\nProse with a [link](https://a.example).\n"])
def test_a_file_without_papers_says_so_and_what_it_has(tmp_path, data):
    with pytest.raises(NoPapersFound, match=r"LIST\.md") as caught:
        read(tmp_path, data)
    assert caught.value.advice


def test_a_table_of_software_alone_is_no_list_of_papers(tmp_path):
    table = b"# S\n## A\n\n| | x |\n|--|--|\n| Tool [[Code](https://github.com/a/b)] | yes |\n"
    with pytest.raises(NoPapersFound, match="1 rows name software"):
        read(tmp_path, table)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", TEXT.encode("utf-16-le"), b"%PDF-1.7\n\x00\xff"])
def test_a_binary_file_is_unreadable(tmp_path, data):
    with pytest.raises(SourceUnreadable, match=r"LIST\.md is not a text file") as caught:
        read(tmp_path, data)
    assert "file of text" in caught.value.advice


def test_a_missing_file_and_a_directory(tmp_path):
    with pytest.raises(SourceMissing, match="no file"):
        read_paper_list(tmp_path / "absent.md", survey_key="s")
    with pytest.raises(SourceUnreadable, match="is a directory"):
        read_paper_list(tmp_path, survey_key="s")
    (tmp_path / "file").write_text("x")
    with pytest.raises(SourceMissing):
        read_paper_list(tmp_path / "file" / "below.md", survey_key="s")


def test_a_key_that_would_break_node_keys_is_refused(tmp_path):
    path = tmp_path / "LIST.md"
    path.write_text(TEXT)
    with pytest.raises(SourceUnreadable) as caught:
        read_paper_list(path, survey_key="My Survey/1")
    assert "my-survey-1" in caught.value.advice


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("latin-1"),
    ],
    ids=["byte order mark", "CRLF", "CR", "UTF-16", "Latin-1"],
)
def test_encodings_and_line_ends_do_not_move_lines(tmp_path, data):
    facts = read(tmp_path, data)
    (work,) = facts.works
    assert (work.title, work.lines) == ("Nyströmformer", (4,))
    assert facts.survey.title == "S"


def test_latin_1_is_reported_with_the_line_of_the_first_byte(tmp_path):
    facts = read(tmp_path, TEXT.encode("latin-1"))
    assert [(finding.code, finding.line) for finding in facts.findings] == [("not-utf-8", 4)]
