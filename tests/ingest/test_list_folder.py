"""Lists in several files: a branch per file, lines of each file, and nothing read outside of the directory."""

from __future__ import annotations

import pytest

from litatlas.graph.editing import edit
from litatlas.graph.errors import NoPapersFound, SourceMissing, SourceUnreadable
from litatlas.ingest.bundle import from_files, to_files
from litatlas.ingest.list_folder import read_paper_lists
from litatlas.ingest.pipeline import apply_facts

README = """\
# A Tiny Survey
Topics:
- [Cutting](cutting.md)
- [Rounding Numbers](topics/rounding.md)
- [Somewhere else](../outside.md), [absolute](/etc/outside.md), [web](https://example.org/web.md)
- [Nothing](nothing.md)

## Cutting
- Cutting Well, <ins>ICML, 2021</ins> [[Paper](https://arxiv.org/abs/2101.00001)]
"""
CUTTING = """\
## Cutting
- Cutting Well, <ins>ICML, 2021</ins> [[Paper](https://arxiv.org/abs/2101.00001)]
- Cutting Badly, <ins>ACL, 2022</ins> [[Paper](https://arxiv.org/abs/2101.00002)]
"""
ROUNDING = """\
# Rounding
## Up
- Rounding Up, <ins>ICLR, 2022</ins> [[Paper](https://arxiv.org/abs/2101.00003)]
## Down

- Rounding Down, <ins>ICLR, 2023</ins> [[Paper](https://arxiv.org/abs/2101.00004)]
- Cutting Badly, <ins>ACL, 2022</ins> [[Paper](https://arxiv.org/abs/2101.00002)]
"""
LATER = "## Later\n- Too Late, <ins>ACL, 2024</ins> [[Paper](https://arxiv.org/abs/2101.00005)]\n"


@pytest.fixture
def folder(tmp_path):
    """A list of three files with papers, one without, and a file beside its directory."""
    root = tmp_path / "the-list"
    (root / "topics").mkdir(parents=True)
    (tmp_path / "outside.md").write_text(LATER)
    for name, text in {
        "README.md": README,
        "cutting.md": CUTTING,
        "topics/rounding.md": ROUNDING,
        "nothing.md": "# Nothing\nNo paper.\n",
        "a-last.md": LATER,
    }.items():
        (root / name).write_text(text)
    return root


def read(folder, **options):
    return read_paper_lists([folder], survey_key="tiny", **options)


def stated(facts, field):
    return {
        (claim.value, claim.source, claim.line) for work in facts.works for claim in work.claims if claim.field == field
    }


def test_the_readme_gives_title_and_order_and_each_file_is_a_branch(folder):
    facts = read(folder)
    assert facts.survey.title == "A Tiny Survey"
    assert [node.path for node in facts.nodes] == [
        ("Cutting",),
        ("Rounding",),
        ("Rounding", "Up"),
        ("Rounding", "Down"),
        ("Later",),
    ]
    assert [node.position for node in facts.nodes] == [0, 1, 2, 3, 4]


def test_every_claim_and_placement_names_its_file_and_a_line_in_it(folder):
    facts = read(folder)
    assert stated(facts, "title") == {
        ("Cutting Well", "paper-list:tiny/cutting.md", 2),
        ("Cutting Badly", "paper-list:tiny/cutting.md", 3),
        ("Rounding Up", "paper-list:tiny/topics/rounding.md", 3),
        ("Rounding Down", "paper-list:tiny/topics/rounding.md", 6),
        ("Too Late", "paper-list:tiny/a-last.md", 2),
    }
    assert ("paper-list:tiny/topics/rounding.md", 7) in {(entry.source, entry.line) for entry in facts.placements}
    assert {source.key for source in facts.files} == {
        f"paper-list:tiny/{name}" for name in ("README.md", "cutting.md", "topics/rounding.md", "a-last.md")
    }
    assert all(source.title == f"the-list: {source.key.split('/', 1)[1]}" for source in facts.files)


def test_findings_name_their_file(folder):
    found = {(finding.code, finding.file, finding.line): finding for finding in read(folder).findings}
    assert found["file-without-papers", "nothing.md", 1].message.startswith("nothing.md lists no paper")
    several = found["several-placements", "topics/rounding.md", 7]
    assert several.other_lines == ()
    assert "cutting.md line 3" in several.message


def test_nothing_outside_the_directory_is_read(folder, tmp_path):
    (folder / "linked.md").symlink_to(tmp_path / "outside.md")
    (folder / ".hidden.md").write_text(LATER)
    names = {source.key.split("/", 1)[1] for source in read(folder).files}
    assert not {"linked.md", ".hidden.md", "outside.md"} & names


def test_several_files_are_a_list_too(folder):
    facts = read_paper_lists([folder / "cutting.md", folder / "topics" / "rounding.md"], survey_key="tiny")
    assert [node.path[0] for node in facts.nodes if node.parent is None] == ["Cutting", "Rounding"]
    assert facts.survey.title == "tiny"
    assert facts.source.title == "the-list"


def test_one_file_is_read_as_ever(folder):
    facts = read_paper_lists([folder / "cutting.md"], survey_key="tiny", title="Given")
    assert facts.files == ()
    assert (facts.survey.title, facts.source.title) == ("Given", "cutting.md")


def test_bundles_of_several_files_round_trip(folder):
    facts = read(folder)
    files = to_files(facts)
    assert from_files(files) == facts
    assert to_files(from_files(files)) == files
    damaged = dict(files)
    damaged["manifest.json"] = files["manifest.json"].replace(
        b"paper-list:tiny/cutting.md", b"paper-list:tiny/other.md"
    )
    with pytest.raises(SourceUnreadable, match="names a file"):
        from_files(damaged)


def test_a_file_that_disappears_leaves_the_library(folder, tmp_path):
    def apply():
        with edit(tmp_path / "library") as draft:
            return apply_facts(draft, read(folder))

    def column(query):
        with edit(tmp_path / "library") as draft:
            return {row[0] for row in draft.connection.execute(query)}

    first, again = apply(), apply()
    assert (first.added, again.added, again.unchanged) == (5, 0, 5)
    assert "paper-list:tiny/a-last.md" in column("SELECT key FROM sources")
    (folder / "a-last.md").unlink()
    apply()
    assert column("SELECT title FROM papers") == {"Cutting Well", "Cutting Badly", "Rounding Up", "Rounding Down"}
    assert column("SELECT DISTINCT source FROM claims") == {
        "paper-list:tiny/cutting.md",
        "paper-list:tiny/topics/rounding.md",
        "paper-list:tiny/README.md",
    } & column("SELECT DISTINCT source FROM claims")
    assert "paper-list:tiny/a-last.md" not in column("SELECT key FROM sources")
    assert column("SELECT name FROM nodes") == {"Cutting", "Rounding", "Up", "Down"}


def test_directories_without_papers_or_files_say_so(tmp_path):
    with pytest.raises(SourceMissing, match="no Markdown file"):
        read_paper_lists([tmp_path], survey_key="tiny")
    (tmp_path / "README.md").write_text("# Nothing here\n")
    with pytest.raises(NoPapersFound, match="none of its 1 files"):
        read_paper_lists([tmp_path], survey_key="tiny")
    with pytest.raises(SourceUnreadable, match="survey's key"):
        read_paper_lists([tmp_path], survey_key="No Key")
