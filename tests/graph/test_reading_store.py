from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from litatlas.graph import reading_file
from litatlas.graph.errors import (
    InvalidListName,
    LibraryBusy,
    LibraryDamaged,
    LibraryMissing,
    LibraryTooNew,
    StorageError,
    UnknownList,
)
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Claim, Paper
from litatlas.graph.reading_list import MOST_IN_NAME, ReadingStatus, find_papers, list_name, papers_of
from litatlas.graph.reading_store import ReadingStore
from litatlas.graph.sameness import Verdict
from litatlas.graph.search import Searcher
from litatlas.graph.selection import OnList, select
from litatlas.graph.storage import READING

from . import library_files

KEYS = tuple("abcdef")


def papers(*keys: str) -> list[Paper]:
    return [
        Paper(key, f"Title of {key}", ids=(PaperId(IdScheme.ARXIV, f"2306.0000{ord(key[0]) % 10}"),)) for key in keys
    ]


def on(store: ReadingStore, name: str = "Mine") -> list[str]:
    return [entry.paper for entry in store.read(name).entries]


@pytest.fixture
def store(tmp_path: Path) -> ReadingStore:
    return ReadingStore(tmp_path)


class Lists(RuleBasedStateMachine):
    """What is done to one list, beside a plain list of keys with notes that is treated the same."""

    @initialize()
    def begin(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.store = ReadingStore(self.directory)
        self.store.create("Mine")
        self.order: list[str] = []
        self.notes: dict[str, str] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.directory)

    @rule(keys=st.lists(st.sampled_from(KEYS)))
    def add(self, keys: list[str]) -> None:
        fresh = [key for key in dict.fromkeys(keys) if key not in self.order]
        added = self.store.add("mine ", papers(*keys))
        assert (added.name, added.new, added.known) == ("Mine", len(fresh), len(keys) - len(fresh))
        self.order += fresh

    @rule(key=st.sampled_from(KEYS))
    def remove(self, key: str) -> None:
        assert self.store.remove("Mine", [key]) == (key in self.order)
        self.order = [each for each in self.order if each != key]

    @rule(key=st.sampled_from(KEYS))
    def remove_and_put_back(self, key: str) -> None:
        there = self.store.remove("Mine", [key])
        if there:
            assert self.store.put_back("Mine", [key]) == 1

    @rule(keys=st.sets(st.sampled_from(KEYS), min_size=2))
    def remove_several_move_another_and_put_back(self, keys: set[str]) -> None:
        """However the rest is arranged meanwhile, nothing is lost."""
        gone = keys & set(self.order)
        self.store.remove("Mine", gone)
        rest = [key for key in self.order if key not in gone]
        self.store.arrange("Mine", rest[::-1])
        assert on(self.store) == rest[::-1]
        assert self.store.put_back("Mine", gone) == len(gone)
        assert sorted(on(self.store)) == sorted(self.order)
        assert [key for key in on(self.store) if key not in gone] == rest[::-1]
        self.order = on(self.store)

    @rule(key=st.sampled_from(KEYS), by=st.integers(-7, 7))
    def move(self, key: str, by: int) -> None:
        self.store.move("Mine", key, by)
        if key in self.order:
            place = self.order.index(key)
            self.order.remove(key)
            self.order.insert(max(0, place + by), key)

    @rule(keys=st.lists(st.sampled_from(KEYS)))
    def arrange(self, keys: list[str]) -> None:
        self.store.arrange("Mine", keys)
        first = [key for key in dict.fromkeys(keys) if key in self.order]
        self.order = [*first, *(key for key in self.order if key not in first)]

    @rule(key=st.sampled_from(KEYS), note=st.text(alphabet="xyz \n\ud800", max_size=4))
    def annotate(self, key: str, note: str) -> None:
        kept = self.store.annotate("Mine", key, note, seen=self.notes.get(key, ""))
        if key in self.order:
            self.notes[key] = kept

    @rule()
    def delete_and_restore(self) -> None:
        self.store.delete("Mine")
        assert self.store.lists() == ()
        assert self.store.restore("mine") == "Mine"

    @rule()
    def rename(self) -> None:
        assert self.store.rename("MINE", "  Mine ") == "Mine"

    @invariant()
    def both_agree(self) -> None:
        entries = self.store.read("Mine").entries
        assert [entry.paper for entry in entries] == self.order
        assert all(entry.note == self.notes.get(entry.paper, "") for entry in entries)
        assert [(each.name, each.papers) for each in self.store.lists()] == [("Mine", len(self.order))]


Lists.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLists = Lists.TestCase


def test_nothing_is_written_before_there_is_a_list(store: ReadingStore, tmp_path: Path) -> None:
    assert store.lists() == ()
    with pytest.raises(UnknownList):
        store.read("Mine")
    assert list(tmp_path.iterdir()) == []
    store.create("Mine")
    assert [path.name for path in tmp_path.iterdir()] == [READING], "nothing is left over"


def test_entries_remember_what_the_paper_was(store: ReadingStore) -> None:
    store.add("Mine", papers("a"))
    (entry,) = store.read("mine").entries
    assert (entry.title, entry.ids, entry.status) == ("Title of a", ("arxiv:2306.00007",), ReadingStatus.TO_READ)
    store.mark("Mine", "a", ReadingStatus.READ)
    assert store.lists()[0].read == 1


@pytest.mark.parametrize("name", ["", " \t\n", "x" * (MOST_IN_NAME + 1)])
def test_names_that_cannot_be(store: ReadingStore, name: str) -> None:
    with pytest.raises(InvalidListName):
        store.create(name)
    with pytest.raises(InvalidListName):
        store.add(name, papers("a"))


def test_names_are_taken_without_regard_to_case(store: ReadingStore) -> None:
    store.create("Straße")
    with pytest.raises(InvalidListName, match="already"):
        store.create("STRASSE")
    store.create("Other")
    with pytest.raises(InvalidListName):
        store.rename("Other", "straße")
    assert list_name(" a\n b\ud800") == "a b\N{REPLACEMENT CHARACTER}"


def test_a_restored_list_whose_name_is_taken_gets_another(store: ReadingStore) -> None:
    store.add("Mine", papers("a"))
    store.delete("Mine")
    store.add("Mine", papers("b"))
    assert store.restore("Mine") == "Mine (2)"
    assert (on(store), on(store, "Mine (2)")) == (["b"], ["a"])
    with pytest.raises(UnknownList):
        store.restore("Mine")


def test_the_lists_deleted_last_are_kept(store: ReadingStore) -> None:
    for number in range(22):
        store.add(f"List {number}", papers("a"))
        store.delete(f"List {number}")
    with pytest.raises(UnknownList):
        store.restore("List 1")
    assert store.restore("List 2") == "List 2"


def test_merging_keeps_every_note_and_can_be_taken_back(store: ReadingStore) -> None:
    store.add("One", papers("a", "b"))
    store.annotate("One", "a", "of one", "")
    store.add("Two", papers("c", "a"))
    store.annotate("Two", "a", "of two", "")
    store.mark("One", "b", ReadingStatus.READING)
    added = store.merge("one", "two")
    assert (added.name, added.new, added.known) == ("Two", 1, 1)
    merged = store.read("Two").entries
    assert [(e.paper, e.note, e.status.value) for e in merged] == [
        ("c", "", "to read"),
        ("a", "of two\n\nof one", "to read"),
        ("b", "", "reading"),
    ]
    assert store.restore("One") == "One"
    assert on(store, "One") == ["a", "b"]
    with pytest.raises(InvalidListName):
        store.merge("Two", "TWO")


def test_a_paper_that_comes_back_has_its_note_at_the_end(store: ReadingStore) -> None:
    store.add("Mine", papers("a", "b"))
    store.annotate("Mine", "a", "kept", "")
    store.remove("Mine", ["a"])
    store.add("Mine", papers("a"))
    assert on(store) == ["b", "a"]
    assert store.read("Mine").entries[1].note == "kept"


def test_a_note_written_over_anothers_keeps_both(store: ReadingStore) -> None:
    store.add("Mine", papers("a"))
    assert store.annotate("Mine", "a", "first", seen="") == "first"
    assert store.annotate("Mine", "a", "second", seen="") == "first\n\nsecond"
    assert store.annotate("Mine", "a", "third", seen="first\n\nsecond") == "third"
    assert store.annotate("Mine", "a", "", seen="third") == ""


def test_many_visitors_lose_nothing(store: ReadingStore, tmp_path: Path) -> None:
    """Threads with stores of their own begin the same file at once."""
    keys = [f"{letter}{number}" for letter in KEYS for number in range(5)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: ReadingStore(tmp_path).add("Mine", papers(key)), keys))
        list(pool.map(lambda key: ReadingStore(tmp_path).annotate("Mine", key, key, ""), keys))
    assert {entry.paper: entry.note for entry in store.read("Mine").entries} == {key: key for key in keys}


def test_another_process_writes_the_same_list(store: ReadingStore, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from litatlas.graph.models import Paper\n"
        "from litatlas.graph.reading_store import ReadingStore\n"
        "for n in range(20): ReadingStore(Path(sys.argv[1])).add('Mine', [Paper(f'other{n}', 'x')])\n"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)])
    for number in range(20):
        store.add("Mine", [Paper(f"own{number}", "y")])
    assert other.wait(60) == 0
    assert len(on(store)) == 40


def test_one_who_writes_for_long_is_told(store: ReadingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.create("Mine")
    monkeypatch.setattr(reading_file, "_PATIENCE", 0.05)
    with closing(sqlite3.connect(tmp_path / READING, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryBusy):
            store.create("Another")
    store.create("Another")


@pytest.mark.parametrize("content", [b"", b"no database " * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_told_and_left_as_it_is(store: ReadingStore, tmp_path: Path, content: bytes) -> None:
    (tmp_path / READING).write_bytes(content)
    for act in (store.lists, lambda: store.add("Mine", papers("a")), lambda: store.read("Mine")):
        with pytest.raises(LibraryDamaged) as error:
            act()
        assert READING in error.value.advice
    assert (tmp_path / READING).read_bytes() == content


def test_a_file_of_a_later_release_is_left_alone(store: ReadingStore, tmp_path: Path) -> None:
    store.create("Mine")
    with closing(sqlite3.connect(tmp_path / READING)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryTooNew):
        store.lists()
    with pytest.raises(LibraryTooNew):
        store.add("Mine", papers("a"))


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LibraryMissing):
        ReadingStore(tmp_path / "nowhere").create("Mine")

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        ReadingStore(tmp_path).create("Mine")


def test_a_change_that_fails_leaves_nothing_behind(store: ReadingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add("Mine", papers("a"))

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("litatlas.graph.reading_store.delete_list", fail)
    store.add("Other", papers("b"))
    with pytest.raises(StorageError):
        store.merge("Other", "Mine")
    assert (on(store), on(store, "Other")) == (["a"], ["b"])


# -- in a library ---------------------------------------------------------------------------------------------------


def test_lists_survive_generations_and_copies(tmp_path: Path) -> None:
    directory = tmp_path / "library"
    library_files.write(directory)
    library = Library(directory)
    ReadingStore(directory).add("Mine", library.papers(["wanda", "gptq"]))
    library_files.write(directory, skip="awq")
    copy = shutil.copytree(directory, tmp_path / "copy")
    for each in (directory, copy):
        assert not any(path.name.startswith(".reading") for path in each.iterdir())
        assert on(ReadingStore(each)) == ["wanda", "gptq"]


def test_a_paper_is_found_again_by_its_ids_and_its_title(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    store = ReadingStore(tmp_path)
    moved = Paper("old-key", "Another title", ids=(PaperId(IdScheme.ARXIV, "2306.00978"),))
    renamed = Paper("older-key", "Wanda: simple pruning")
    gone = Paper("gone", "Not here any more", ids=(PaperId(IdScheme.ARXIV, "1001.0001"),))
    library = Library(tmp_path)
    store.add("Mine", [moved, renamed, gone, *library.papers(["gptq", "awq"])])
    listed = find_papers(library, store.read("Mine").entries)
    assert [each.paper.key if each.paper else None for each in listed] == ["awq", "wanda", None, "gptq", "awq"]
    assert listed[2].title == "Not here any more"
    assert [paper.key for paper in papers_of(listed)] == ["awq", "wanda", "gptq"]


def test_a_paper_that_was_joined_with_another_is_that_one(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        draft.put_claims("twin", [Claim("twin", "title", "GPTQ: accurate quantization!", "list", 90)])
        draft.put_verdict("twin", "gptq", Verdict.SAME)
    library = Library(tmp_path)
    assert library.find_key("twin") == "gptq", "the two are one paper"
    ReadingStore(tmp_path).add("Mine", [Paper("twin", "GPTQ")])
    (listed,) = find_papers(library, ReadingStore(tmp_path).read("Mine").entries)
    assert listed.paper
    assert listed.paper.key == "gptq"


def test_a_list_is_a_selection(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    library = Library(tmp_path)
    ReadingStore(tmp_path).add("My list", library.papers(["wanda", "gptq"]))

    def no_searcher() -> Searcher:
        raise AssertionError("a list asks no question")

    subgraph = select(library, OnList("my list"), no_searcher)
    assert [paper.key for paper in subgraph.papers] == ["wanda", "gptq"]
    assert subgraph.title == "My list"
    assert [(edge.citing, edge.cited) for edge in subgraph.citations] == [("wanda", "gptq")]
    with pytest.raises(UnknownList):
        select(library, OnList("nowhere"), no_searcher)
