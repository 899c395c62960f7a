from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.app.web.components.collecting import what_happened
from litatlas.graph.library import Library
from litatlas.graph.reading_store import Added, ReadingStore
from litatlas.graph.storage import READING

from .conftest import OpenPage
from .test_pages import assert_sound, links, words

OPEN = "save-wanda-collect"


def test_a_paper_among_the_answers_is_saved_to_a_new_list_and_then_to_that_one(
    open_page: OpenPage, library: Path
) -> None:
    test = open_page("search", q="simple pruning")
    assert "Begin a reading list" not in [field.label for field in test.text_input]
    test.session_state[OPEN] = True
    test.run()
    field = next(field for field in test.text_input if field.label == "Begin a reading list")
    field.set_value("To  read")
    next(button for button in test.button if button.key == "save-wanda-save-new").click().run()
    assert_sound(test)
    assert [entry.paper for entry in ReadingStore(library).read("To read").entries] == ["wanda"]
    assert "Saved to **To read**" in words(test)
    assert ("reading", "list=To+read") in links(test)
    next(button for button in test.button if button.key == "save-wanda-list-0").click().run()
    assert "It is on **To read** already" in words(test)
    assert "Saved to" not in words(test), "only what happened last is said"
    test.run()
    assert "It is on **To read** already" in words(test), "the way to the list stays when the choice is closed"


def test_a_name_that_cannot_be_is_told(open_page: OpenPage, library: Path) -> None:
    test = open_page("search", q="simple pruning")
    test.session_state[OPEN] = True
    test.run()
    next(button for button in test.button if button.key == "save-wanda-save-new").click().run()
    assert_sound(test)
    assert "A reading list needs a name." in words(test)
    assert not (library / READING).exists()


def test_a_damaged_file_of_lists_does_not_stop_the_search(open_page: OpenPage, library: Path) -> None:
    (library / READING).write_bytes(b"no database " * 50)
    test = open_page("search", q="simple pruning")
    test.session_state[OPEN] = True
    test.run()
    assert_sound(test)
    assert "cannot be read" in words(test)
    assert "Wanda" in words(test)


def test_lists_of_any_name_can_be_chosen(open_page: OpenPage, library: Path) -> None:
    hostile = "[x](javascript:1) $a$ :smile:"
    ReadingStore(library).add(hostile, Library(library).papers(["awq"]))
    test = open_page("search", q="simple pruning")
    test.session_state[OPEN] = True
    test.run()
    button = next(button for button in test.button if button.key == "save-wanda-list-0")
    assert button.label == r"\[x\]\(javascript\:1\) \$a\$ \:smile\: :gray[1]"
    button.click().run()
    assert_sound(test)
    assert len(ReadingStore(library).read(hostile).entries) == 2


@pytest.mark.parametrize(
    ("added", "asked", "said"),
    [
        (Added("Mine", 1, 0), 1, "Saved to **Mine**"),
        (Added("Mine", 0, 1), 1, "It is on **Mine** already"),
        (Added("Mine", 1200, 3), 1203, "Saved 1,200 to **Mine**, 3 there already"),
        (Added("Mine", 0, 3), 3, "All 3 are on **Mine** already"),
        (Added("[x](y)", 1, 0), 1, r"Saved to **\[x\]\(y\)**"),
    ],
)
def test_what_happened_is_said(added: Added, asked: int, said: str) -> None:
    assert what_happened(added, asked) == said
