"""Notes: one sentence each, named faults, the right paper, and nothing the second time."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import LitAtlasError, SourceUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Finding, Source, SourceKind
from litatlas.graph.words import match_words, matched_words
from litatlas.ingest.annotating import apply_notes
from litatlas.ingest.bundle import find_bundles, from_files, load_facts, load_notes, to_files, write_bundle
from litatlas.ingest.metadata import read_metadata
from litatlas.ingest.notes import LONGEST, Note, Notes, parse_note, parse_notes, read_notes
from litatlas.ingest.pipeline import ApplyReport, apply_facts, apply_metadata

from ..conftest import ROOT
from .conftest import Parse

AWQ = PaperId(IdScheme.ARXIV, "2306.00978")
SENTENCE = "Scales up the channels that matter, e.g. those with large activations, before rounding."
LIST = """\
- AWQ: Of Weights, <ins>ACL, 2023</ins> [[Paper](https://arxiv.org/abs/2306.00978)]
- Of Caches, <ins>ICML, 2024</ins>
"""


def line(**fields: object) -> str:
    return json.dumps({"note": SENTENCE, "title": "Of Caches", **fields})


def test_a_line_is_a_note() -> None:
    assert parse_note(3, line(ids=["arxiv:2306.00978v2"])) == Note(3, SENTENCE, (AWQ,), "Of Caches")
    assert parse_note(1, line(note="  Shrinks\n caches by half. ")) == Note(
        1, "Shrinks caches by half.", (), "Of Caches"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not an object but list"),
        (line(note=5), "note: Input should be a valid string"),
        (json.dumps({"title": "T"}), "note: Field required"),
        (line(note=""), "has 0 characters; a note has 10 to 350"),
        (line(note="word " * 80), "399 characters"),
        (line(note="Unquestionably."), "is no sentence"),
        (line(note="It does one thing. Then it does another."), "holds 2 sentences; a note is one"),
        (line(title=" - "), "neither an id nor a title"),
        (line(ids=["colour:blue"]), "'colour:blue' is no id of a known kind"),
        (line(ids=["x" * 100_000]), "ids.0"),
        (line(abstract="We do."), "abstract: Extra inputs are not permitted"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, reason: str) -> None:
    found = parse_note(7, text)
    assert isinstance(found, Finding)
    assert (found.code, found.line) == ("note-not-understood", 7)
    assert reason in found.message
    assert len(found.message) < 250


@given(
    st.text(max_size=300) | st.dictionaries(st.sampled_from(["ids", "title", "note", "x"]), st.text()).map(json.dumps)
)
def test_any_line_is_a_note_or_a_finding(text: str) -> None:
    for found in parse_notes([(1, text)]):
        assert isinstance(found, Finding) or (found.text and len(found.text) <= LONGEST)


@pytest.fixture
def directory(tmp_path: Path, parse: Parse) -> Path:
    with Library.edit(tmp_path / "library") as draft:
        apply_facts(draft, parse(LIST))
    return tmp_path / "library"


def put(directory: Path, *lines: str, title: str = "Ours") -> ApplyReport:
    path = directory.parent / "notes.jsonl"
    path.write_text("".join(f"{each}\n" for each in lines))
    with Library.edit(directory) as draft:
        return apply_notes(draft, read_notes(path, source_title=title))


def notes_in(directory: Path) -> dict[str, str | None]:
    return {paper.title: paper.note for paper in Library(directory).iter_papers()}


def test_a_note_finds_its_paper_by_id_or_by_title(directory: Path) -> None:
    report = put(directory, line(title="", ids=["arxiv:2306.00978"]), line(), line(title="Of Nothing"), "{")
    assert (report.records, report.matched, report.added, report.unmatched_count) == (3, 2, 0, 1)
    assert (report.unmatched[0].line, report.unmatched[0].label) == (3, "Of Nothing")
    assert [finding.line for finding in report.findings] == [4]
    assert notes_in(directory) == {"AWQ: Of Weights": SENTENCE, "Of Caches": SENTENCE}


def test_an_id_under_another_title_is_not_believed(directory: Path) -> None:
    report = put(directory, line(title="A work of quite another kind", ids=["arxiv:2306.00978"]))
    assert (report.matched, report.unmatched_count) == (0, 1)
    assert "another title" in report.unmatched[0].reason


def test_of_two_notes_on_one_paper_the_first_stays(directory: Path) -> None:
    report = put(directory, line(), line(note="Says something else of it."))
    assert [(finding.code, finding.line, finding.other_lines) for finding in report.findings] == [
        ("note-repeated", 2, (1,))
    ]
    assert notes_in(directory)["Of Caches"] == SENTENCE


def test_the_second_time_changes_nothing_and_a_note_that_is_gone_goes(directory: Path) -> None:
    put(directory, line(), line(title="", ids=["arxiv:2306.00978"]))
    before = Library(directory).manifest
    assert put(directory, line(), line(title="", ids=["arxiv:2306.00978"])).unchanged == 2
    assert Library(directory).manifest == before
    put(directory, line())
    assert notes_in(directory) == {"AWQ: Of Weights": None, "Of Caches": SENTENCE}


def test_a_note_says_nothing_of_titles_and_ids(directory: Path) -> None:
    put(directory, line(title="AWQ: of weights and more", ids=["arxiv:2306.00978", "doi:10.1000/xyz"]))
    library = Library(directory)
    paper = library.paper(str(AWQ))
    assert paper.note == SENTENCE
    assert paper.ids == (AWQ,)
    (claim,) = [claim for claim in library.claims(paper.key) if claim.source.startswith("reader-notes:")]
    assert (claim.field, claim.line) == ("note", 1)
    assert library.conflicts(paper.key) == ()


def test_a_paper_that_no_list_names_any_more_is_not_kept_by_its_note(directory: Path, parse: Parse) -> None:
    put(directory, line(), line(title="", ids=["arxiv:2306.00978"]))
    with Library.edit(directory) as draft:
        apply_facts(draft, parse(LIST.splitlines()[0]))
    assert notes_in(directory) == {"AWQ: Of Weights": SENTENCE}


def test_a_readers_note_is_shown_before_one_that_ships(directory: Path) -> None:
    shipped = Notes(
        Source("notes:tiny", SourceKind.NOTES, "LitAtlas", "notes.jsonl"),
        (Note(1, "Says what ships with it.", (), "Of Caches"),),
    )
    with Library.edit(directory) as draft:
        apply_notes(draft, shipped)
    assert notes_in(directory)["Of Caches"] == "Says what ships with it."
    put(directory, line())
    assert notes_in(directory)["Of Caches"] == SENTENCE
    assert Library(directory).counts.notes == 1


def test_the_words_of_a_note_are_found(directory: Path) -> None:
    assert match_words(Library(directory), ["rounding"], 5) == ()
    put(directory, line())
    library = Library(directory)
    (match,) = match_words(library, ["rounded"], 5)  # stemmed
    assert library.paper(match.key).title == "Of Caches"
    assert matched_words(library, ["rounded"], [match.key]) == {match.key: ("rounding",)}


# -- notes that ship --------------------------------------------------------------------------------------------------


@pytest.fixture
def notes() -> Notes:
    source = Source("notes:tiny", SourceKind.NOTES, "LitAtlas", "notes.jsonl", "1", "2026-11-25", "Apache-2.0")
    return Notes(
        source, (Note(1, SENTENCE, (AWQ,), "AWQ: Of Weights"), Note(2, SENTENCE, (), "Of Caches")), made="Read."
    )


def test_notes_come_and_go_with_a_bundle(tmp_path: Path, parse: Parse, notes: Notes) -> None:
    facts = parse(LIST)
    files = to_files(facts, notes=notes)
    assert files.keys() - to_files(facts).keys() == {"notes.jsonl"}
    assert from_files(files) == facts
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert load_notes(tmp_path) == notes
    assert load_notes(find_bundles()["llm-compression"]) is None


def test_making_a_bundle_again_keeps_its_notes(tmp_path: Path) -> None:
    folder = ROOT / "data" / "efficient-llms"
    shutil.copytree(folder, tmp_path / "again")
    for name in ("papers.jsonl", "nodes.jsonl"):
        (tmp_path / "again" / name).write_bytes(b"damaged, which is why it is made again")
    write_bundle(load_facts(folder), tmp_path / "again")
    made = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert made == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_notes_that_cannot_be_read_are_not_overwritten(tmp_path: Path) -> None:
    folder = ROOT / "data" / "efficient-llms"
    shutil.copytree(folder, tmp_path / "again")
    (tmp_path / "again" / "notes.jsonl").write_bytes(b"{}\n")
    with pytest.raises(SourceUnreadable, match=r"notes\.jsonl, line 1: note: Field required"):
        write_bundle(load_facts(folder), tmp_path / "again")
    assert (tmp_path / "again" / "notes.jsonl").read_bytes() == b"{}\n"


def test_the_notes_that_ship_all_find_their_paper(tmp_path: Path) -> None:
    for key, folder in find_bundles().items():
        notes, facts = load_notes(folder), load_facts(folder)
        if notes is None:
            continue
        assert (notes.source.key, notes.source.kind, notes.source.title) == (
            f"notes:{key}",
            SourceKind.NOTES,
            "LitAtlas",
        )
        assert notes.source.licence
        assert notes.made
        with Library.edit(tmp_path / key) as draft:
            apply_facts(draft, facts)
            report = apply_notes(draft, notes)
        assert (report.matched, report.unmatched, report.findings) == (len(notes.notes), (), ())
        order = {work.title: number for number, work in enumerate(facts.works)}
        assert [order[note.title] for note in notes.notes] == sorted(order[note.title] for note in notes.notes)
        for note in notes.notes:
            assert 10 <= len(note.text.split()) <= 45, note
            assert note.text.endswith("."), note


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@pytest.mark.realdata
def test_the_notes_that_ship_are_in_words_of_their_own(tmp_path: Path, shared_data: Path) -> None:
    """No six words in a row stand in the abstract of the paper; where no abstract was at hand, there is no note."""
    folder, directory = find_bundles()["efficient-llms"], tmp_path / "library"
    notes = load_notes(folder)
    assert notes is not None
    with Library.edit(directory) as draft:
        apply_facts(draft, load_facts(folder))
        apply_notes(draft, notes)
        apply_metadata(draft, read_metadata(shared_data / "abstracts.jsonl"))
    noted = [paper for paper in Library(directory).iter_papers() if paper.note]
    assert len(noted) == len(notes.notes)
    for paper in noted:
        said, read = _words(paper.note or ""), _words(paper.abstract or "")
        assert read, f"{paper.title}: a note without an abstract"
        runs = {tuple(read[start : start + 6]) for start in range(len(read) - 5)}
        assert not runs & {tuple(said[start : start + 6]) for start in range(len(said) - 5)}, paper.title


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LitAtlasError, match="no file"):
        read_notes(tmp_path / "absent.jsonl")
