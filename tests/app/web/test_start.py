from __future__ import annotations

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from litatlas.app.web.components.asking import CAN_BE_ASKED
from litatlas.graph.library import Library
from litatlas.graph.models import Claim
from litatlas.graph.reading_list import ReadingStatus
from litatlas.graph.reading_store import ReadingStore
from litatlas.graph.storage import READING

from ...graph import library_files
from . import hostile
from .conftest import OpenPage
from .test_pages import assert_sound, links, words


def settled(test: AppTest) -> AppTest:
    """The page, once what is found behind it was found."""
    for _ in range(200):
        if "Looking for" not in words(test):
            return test
        time.sleep(0.05)
        test.run()
    raise AssertionError("nothing was found in ten seconds")


def test_an_old_address_of_a_question_leads_to_its_answers(open_page: OpenPage) -> None:
    test = open_page("start", q="simple pruning", code="", n="1")
    assert_sound(test)
    assert "**Wanda: simple pruning**" in words(test)
    assert test.query_params["q"] == "simple pruning"
    assert test.query_params["n"] == "1"


def test_a_question_asked_here_is_answered_there(open_page: OpenPage) -> None:
    test = open_page("start")
    test.text_input[0].set_value("quantization").run()
    assert_sound(test)
    assert test.query_params["q"] == "quantization"
    assert "GPTQ" in words(test)


def test_what_the_library_holds_and_what_is_new(open_page: OpenPage) -> None:
    test = open_page("start")
    assert_sound(test)
    shown = words(test)
    for held in ("Papers 5", "Topics 4", "Surveys 1", "Citations 3", "Abstracts 1"):
        assert held in shown
    papers = [query for page, query in links(test) if page == "paper"]
    assert papers[0] == "id=wanda", "the newest"
    assert "Papers and topics: A list" in shown


def test_what_needs_attention_is_found_behind_the_page(open_page: OpenPage, library: Path) -> None:
    with Library.edit(library) as draft:
        draft.put_claims("awq", [Claim("awq", "year", "2019", "metadata", 3)])
        draft.put_claims("h2o-2", [Claim("h2o-2", "title", "Heavy hitters keep the caches small", "metadata", 4)])
    test = settled(open_page("start"))
    assert_sound(test)
    assert [box.label for box in test.expander] == ["On 1 paper sources disagree", "1 pair of papers may be one paper"]
    shown = words(test)
    assert "AWQ: activation aware quantization :gray[year]" in shown
    assert "Heavy hitters keep the caches small" in shown
    assert "1 paper is not embedded yet; run `litatlas build`" in shown


def test_where_nothing_waits_it_says_so(open_page: OpenPage, library: Path) -> None:
    with Library.edit(library) as draft:
        draft.put_claims("note", [Claim("note", "year", "2023", "list", 14)])
    assert "no sources disagree" not in words(settled(open_page("start"))), "abstracts are missing"


def test_reading_goes_on_with_what_is_not_read(open_page: OpenPage, library: Path) -> None:
    store = ReadingStore(library)
    store.add("My [list]", Library(library).papers(["gptq", "awq"]))
    store.mark("My [list]", "gptq", ReadingStatus.READ)
    shown = words(open_page("start"))
    assert "**My [list]**" in shown
    assert "1 of 2 papers read · next: AWQ: activation aware quantization" in shown
    (library / READING).write_bytes(b"no database" * 100)
    broken = open_page("start")
    assert_sound(broken)
    assert "cannot be read" in words(broken)
    assert "Papers 5" in words(broken)


def test_an_empty_library_is_told_the_first_step(open_page: OpenPage, tmp_path: Path) -> None:
    with Library.edit(tmp_path / "empty") as draft:
        draft.put_source(library_files.LIST)
    test = open_page("start", tmp_path / "empty")
    assert_sound(test)
    assert "`litatlas build efficient-llms`" in words(test)
    assert "litatlas fetch" in words(test)


def test_hostile_texts_stay_texts(open_page: OpenPage, tmp_path: Path) -> None:
    hostile.write(tmp_path / "hostile")
    ReadingStore(tmp_path / "hostile").add(hostile.HOSTILE[2][:70], Library(tmp_path / "hostile").papers(["p0", "p1"]))
    test = settled(open_page("start", tmp_path / "hostile"))
    assert_sound(test)
    labels = [element.proto.label for element in test.get("page_link")]
    said = [str(each.value) for kind in (test.markdown, test.caption) for each in kind]
    shown = [text for text in said if text != CAN_BE_ASKED] + labels
    for text in shown:
        for raw in ("<script", "](javascript", "](https://evil", "$\\alpha", "`code", "**bold"):
            at = text.find(raw)
            assert at < 0 or text[at - 1] == "\\", text
