from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from litatlas.app.reading import why_next
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Paper
from litatlas.graph.reading_list import ReadingStatus
from litatlas.graph.reading_next import NextPaper
from litatlas.graph.reading_store import ReadingStore
from litatlas.graph.storage import READING

from . import hostile
from .conftest import OpenPage
from .test_pages import assert_sound, links, words

GONE = Paper("gone", "A paper that left", ids=(PaperId(IdScheme.ARXIV, "1001.0001"),))


@pytest.fixture
def mine(library: Path) -> ReadingStore:
    """A list called Mine: wanda, which cites awq and gptq; gptq; and a paper that left the library."""
    store = ReadingStore(library)
    store.add("Mine", [*Library(library).papers(["wanda", "gptq"]), GONE])
    return store


def on(store: ReadingStore, name: str = "Mine") -> list[str]:
    return [entry.paper for entry in store.read(name).entries]


def press(test: AppTest, key: str) -> AppTest:
    next(button for button in test.button if button.key == key).click().run()
    assert_sound(test)
    return test


def field(test: AppTest, key: str) -> Any:
    return next(each for each in (*test.text_input, *test.text_area, *test.segmented_control) if each.key == key)


def order_shown(test: AppTest) -> list[str]:
    shown = [
        e.proto.query_string for e in test.get("page_link") if e.proto.page == "paper" and e.proto.label[0].isdigit()
    ]
    return [query.removeprefix("id=") for query in shown]


def test_without_lists_the_page_teaches_and_begins_one(open_page: OpenPage, library: Path) -> None:
    test = open_page("reading")
    assert_sound(test)
    assert "A reading list holds papers" in words(test)
    assert ("paper", "id=gptq") in links(test), "the most cited to begin with"
    assert not (library / READING).exists(), "looking writes nothing"
    field(test, "reading-new").set_value(" To read ")
    press(test, "reading-begin")
    assert test.query_params["list"] == "To read"
    assert "This list is empty" in words(test)
    press(test, "reading-begin")
    assert "needs a name" in words(test)


def test_a_list_is_shown_in_its_order_with_what_left_the_library(open_page: OpenPage, mine: ReadingStore) -> None:
    test = open_page("reading", list="mine")
    assert_sound(test)
    assert order_shown(test) == ["wanda", "gptq"]
    shown = words(test)
    assert "3. **A paper that left**" in shown
    assert "Not in this library any more" in shown
    assert "arxiv:1001.0001" in shown
    assert "add-next-awq" not in [button.key for button in test.button], "one of two cites it, which says nothing"


def test_papers_are_moved_marked_and_annotated(open_page: OpenPage, mine: ReadingStore) -> None:
    test = open_page("reading", list="Mine")
    press(test, "move-1-wanda")
    assert on(mine) == ["gptq", "wanda", "gone"]
    assert order_shown(test) == ["gptq", "wanda"]
    field(test, "status-Mine-wanda").set_value(ReadingStatus.READ).run()
    field(test, "note-Mine-gptq").set_value("Read *twice*").run()
    assert_sound(test)
    entries = {entry.paper: entry for entry in mine.read("Mine").entries}
    assert entries["wanda"].status is ReadingStatus.READ
    assert entries["gptq"].note == "Read *twice*"


def test_two_readers_of_one_list_lose_nothing(open_page: OpenPage, mine: ReadingStore) -> None:
    test = open_page("reading", list="Mine")
    mine.annotate("Mine", "gptq", "theirs", seen="")
    mine.remove("Mine", ["wanda"])
    field(test, "note-Mine-gptq").set_value("ours").run()
    assert_sound(test)
    assert mine.read("Mine").entries[0].note == "theirs\n\nours"
    assert field(test, "note-Mine-gptq").value == "theirs\n\nours"
    mine.delete("Mine")
    press(test, "move-1-gptq")
    assert "There is no reading list “Mine”" in words(test)


def test_what_is_removed_can_be_put_back(open_page: OpenPage, mine: ReadingStore) -> None:
    test = open_page("reading", list="Mine")
    press(test, "remove-wanda")
    assert on(mine) == ["gptq", "gone"]
    press(test, "reading-undo-button")
    assert on(mine) == ["wanda", "gptq", "gone"]


def test_a_list_is_deleted_and_comes_back(open_page: OpenPage, mine: ReadingStore) -> None:
    test = open_page("reading", list="Mine")
    press(test, "reading-delete")
    assert mine.lists() == ()
    press(test, "reading-undo-button")
    assert on(mine) == ["wanda", "gptq", "gone"]
    assert test.query_params["list"] == "Mine"


def test_a_list_is_renamed_and_merged(open_page: OpenPage, mine: ReadingStore, library: Path) -> None:
    mine.add("Other", Library(library).papers(["awq"]))
    test = open_page("reading", list="Mine")
    field(test, "rename-widget").set_value("other")
    press(test, "reading-rename")
    assert "already" in words(test)
    field(test, "rename-widget").set_value("Ours")
    press(test, "reading-rename")
    assert test.query_params["list"] == "Ours"
    press(test, "reading-merge")
    assert test.query_params["list"] == "Other"
    assert on(mine, "Other") == ["awq", "wanda", "gptq", "gone"]


def test_orders_are_in_the_address_and_can_be_kept(open_page: OpenPage, mine: ReadingStore) -> None:
    test = open_page("reading", list="Mine", order="foundations")
    assert order_shown(test) == ["gptq", "wanda"]
    assert not [button for button in test.button if (button.key or "").startswith("move-")]
    press(test, "reading-keep")
    assert on(mine) == ["gptq", "wanda", "gone"]
    assert "order" not in test.query_params
    assert_sound(open_page("reading", list="Mine", order="nonsense", page="999"))


def test_papers_are_added_by_what_they_are_called(open_page: OpenPage, mine: ReadingStore) -> None:
    test = open_page("reading", list="Mine")
    field(test, "reading-fill").set_value("arxiv:2306.14048\nAWQ\nnothing [x](y)\n\n")
    press(test, "reading-fill-add")
    assert on(mine) == ["wanda", "gptq", "gone", "h2o", "awq"]
    assert "Added 2 papers. Not in this library: “nothing [x](y)”." in words(test)


def test_what_comes_next_is_added_with_one_press(open_page: OpenPage, mine: ReadingStore) -> None:
    mine.remove("Mine", ["gptq"])
    test = open_page("reading", list="Mine")
    assert "2023 · cited by this paper" in words(test)
    press(test, "add-next-awq")
    assert on(mine) == ["wanda", "gone", "awq"]


def test_a_name_of_no_list_leads_to_those_there_are(open_page: OpenPage, mine: ReadingStore) -> None:
    test = open_page("reading", list="[x](https://evil.example)")
    assert_sound(test)
    assert "No reading list here is called “[x](https://evil.example)”" in words(test)
    assert ("reading", "list=Mine") in links(test)


def test_a_damaged_file_is_told_with_what_to_do(open_page: OpenPage, library: Path) -> None:
    (library / READING).write_bytes(b"no database" * 100)
    test = open_page("reading")
    assert_sound(test)
    assert "Restore reading.sqlite from a copy" in words(test)


def test_long_lists_have_pages(open_page: OpenPage, library: Path) -> None:
    ReadingStore(library).add("Long", [Paper(f"gone{n}", f"Paper {n}") for n in range(45)])
    test = open_page("reading", list="Long", page="3")
    assert_sound(test)
    shown = words(test)
    assert "45. **Paper 44**" in shown
    assert "40. **Paper 39**" not in shown


def test_hostile_texts_stay_texts(open_page: OpenPage, tmp_path: Path) -> None:
    hostile.write(tmp_path / "hostile")
    store, library = ReadingStore(tmp_path / "hostile"), Library(tmp_path / "hostile")
    for text in hostile.HOSTILE:
        store.add(text[:80], [*library.iter_papers(), Paper("gone", text)])
        store.annotate(text[:80], "p0", text, "")
    for summary in store.lists():
        test = open_page("reading", tmp_path / "hostile", list=summary.name)
        assert_sound(test)
        labels = [element.proto.label for element in test.get("page_link")]
        shown = [str(each.value) for kind in (test.markdown, test.caption) for each in kind] + labels
        for text in shown:
            for raw in ("<script", "](javascript", "](https://evil", "$\\alpha", "`code", "**bold"):
                at = text.find(raw)
                assert at < 0 or text[at - 1] == "\\", text


@pytest.mark.parametrize(
    ("suggested", "collected", "said"),
    [
        (NextPaper(GONE, 3, 0, None), 5, "cited by 3 of these 5 papers"),
        (NextPaper(GONE, 0, 2, 0.456), 2, "cites 2 of these 2 papers · similarity 0.46"),
        (NextPaper(GONE, 1, 0, None), 1, "cited by this paper"),
    ],
)
def test_why_a_paper_comes_next(suggested: NextPaper, collected: int, said: str) -> None:
    assert why_next(suggested, collected) == said
