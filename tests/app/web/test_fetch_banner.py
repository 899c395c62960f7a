from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from litatlas.app.fetch_state import FETCH_STATE
from litatlas.graph.library import Library
from litatlas.graph.models import Claim

from . import fetched
from .conftest import OpenPage
from .test_pages import VIEWS, assert_sound, words

Say = Callable[..., None]
PROGRESS = [
    {"source": "arxiv", "purpose": "metadata", "done": 200, "total": 354, "message": ""},
    {"source": "semantic-scholar", "purpose": "edges", "done": 0, "total": 9, "message": "it asks to *wait*"},
]


@pytest.fixture
def say(library: Path) -> Say:
    """Write what the fetch behind the app says."""

    def write(phase: str, **more: Any) -> None:
        state = {"phase": phase, "process": os.getpid(), "changed": time.time(), **more}
        (library / FETCH_STATE).write_text(json.dumps(state), encoding="utf-8")

    return write


def news(test: AppTest) -> bool:
    """Whether the page has the line about the fetch."""
    return any(button.key == "fetch-close" for button in test.button)


def put_away(test: AppTest) -> AppTest:
    return next(button for button in test.button if button.key == "fetch-close").click().run()


@pytest.mark.parametrize("view", VIEWS)
def test_without_a_fetch_nothing_is_said_of_one(open_page: OpenPage, view: str) -> None:
    test = open_page(view)
    assert_sound(test)
    assert not news(test)
    assert "Fetching" not in words(test)


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_says_how_far_a_fetch_is(open_page: OpenPage, say: Say, view: str) -> None:
    say("running", progress=PROGRESS)
    test = open_page(view)
    assert_sound(test)
    shown = words(test)
    assert "Fetching what is missing." in shown
    assert "arXiv: abstracts and authors 200 of 354 (56%)" in shown
    assert "Semantic Scholar: reference lists 0 of 9 · it asks to *wait*" in shown
    assert "next try" not in shown
    assert "Try again with" not in shown.replace("`", "")


def test_a_wait_is_counted_down(open_page: OpenPage, say: Say) -> None:
    say("running", progress=PROGRESS, next_try=time.time() + 900)
    shown = words(open_page("taxonomy"))
    assert "Fetching what is missing; next try in " in shown
    assert " 900 s." in shown or " 89" in shown


def test_a_fetch_that_is_done_says_so_in_a_line(open_page: OpenPage, say: Say) -> None:
    say("done", progress=PROGRESS)
    shown = words(open_page("taxonomy"))
    assert "Everything that was missing has been fetched, or is proven not to be there. 4 papers have no" in shown
    assert "200 of 354" not in shown


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_lacking_is_said_with_the_command_that_gets_it(open_page: OpenPage, say: Say, view: str) -> None:
    reasons = ["arXiv cannot be reached: [Errno -2] no such host", "OpenAlex asks to wait: <b>no route</b>"]
    say("lacking", lacking=12, reasons=reasons)
    test = open_page(view)
    assert_sound(test)
    shown = words(test)
    assert (
        "arXiv could not be reached (no network?). 4 papers have no abstract. Try again with `litatlas fetch`." in shown
    )
    assert "OpenAlex asks to wait: <b>no route</b>" in shown
    assert "Errno" not in shown
    raw = "\n".join(str(caption.value) for caption in test.caption)
    assert "\\<b\\>" in raw, "words of others stay text"


def test_a_fetch_that_failed_says_why(open_page: OpenPage, say: Say) -> None:
    say("failed", reasons=["The disk is full. Make room."])
    shown = words(open_page("search"))
    assert "Fetching ended early." in shown
    assert "The disk is full. Make room." in shown
    assert "`litatlas fetch`" in shown


def test_a_fetch_that_died_without_a_word_is_not_shown_as_running(open_page: OpenPage, say: Say) -> None:
    say("running", changed=time.time() - 1000, progress=PROGRESS)
    test = open_page("start")
    assert_sound(test)
    assert not news(test)
    assert "4 papers have no abstract yet; `litatlas fetch`" in words(test), "the start page names the command anyway"


def test_a_file_that_cannot_be_read_is_no_news(open_page: OpenPage, library: Path) -> None:
    (library / FETCH_STATE).write_bytes(b"\xff\x00{")
    test = open_page("search")
    assert_sound(test)
    assert not news(test)


def test_news_are_put_away_until_there_are_others(open_page: OpenPage, say: Say) -> None:
    say("lacking", lacking=12)
    test = open_page("taxonomy")
    assert news(test)
    put_away(test)
    assert_sound(test)
    assert not news(test)
    assert not news(test.switch_page("views/graph.py").run()), "on no page of this session"
    assert news(open_page("taxonomy")), "another session is told"
    say("failed", reasons=["other news"])
    assert news(test.run())


def test_what_was_fetched_is_shown_by_the_next_run_and_said(open_page: OpenPage, say: Say, library: Path) -> None:
    say("running", progress=PROGRESS)
    test = open_page("paper", id="awq")
    assert "It keeps salient weights." not in words(test)
    assert not test.toast
    fetched.add(library)
    test.run()
    assert_sound(test)
    assert "It keeps salient weights." in words(test)
    assert "This page has 1 new abstract, 1 new citation." in test.toast[0].value.replace("\\", "")
    assert not test.run().toast, "once"


def test_a_generation_that_brought_nothing_is_not_news(open_page: OpenPage, library: Path) -> None:
    test = open_page("taxonomy")
    with Library.edit(library) as draft:
        draft.put_claims("note", [Claim("note", "comment", "Five pages", "list", 3)])
    assert not test.run().toast


def clock() -> None:
    """A page of the line alone: drawn once by the page, then again and again as its clock does."""
    import streamlit as st

    from litatlas.app.web.components import fetch_banner

    if "fetch-seen" in st.session_state:
        fetch_banner._line(followed=True)
    else:
        fetch_banner.show()


def test_while_a_fetch_runs_the_page_below_is_left_alone(
    open_page: OpenPage, say: Say, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock's runs open no newer generation and count nothing again; they offer what has come in."""
    from litatlas.app.service import Atlas

    open_page("taxonomy")  # opens the library that the pages share
    say("running", progress=PROGRESS)
    test = AppTest.from_function(clock, default_timeout=30).run()
    assert "200 of 354" in words(test)
    assert "New abstracts and citations" not in words(test)
    called: list[str] = []
    monkeypatch.setattr(Atlas, "refresh", lambda _: called.append("refresh"))
    monkeypatch.setattr("litatlas.app.service.overview_of", lambda _: called.append("overview"))
    fetched.add(library)
    say("running", progress=[{**PROGRESS[0], "done": 354}], next_try=time.time() + 60)
    test.run()
    assert_sound(test)
    assert called == []
    assert "354 of 354 (100%)" in words(test)
    assert "next try in" in words(test)
    assert "New abstracts and citations are here." in words(test)
    assert [button.key for button in test.button] == ["fetch-take", "fetch-close"]
    put_away(test)
    assert "354 of 354" not in words(test)
    assert "New abstracts and citations are here." in words(test), "the offer stays"


def test_what_came_in_is_taken_when_the_reader_asks(open_page: OpenPage, say: Say, library: Path) -> None:
    from litatlas.app.service import Atlas

    say("running", progress=PROGRESS)
    test = open_page("paper", id="awq")
    with pytest.MonkeyPatch.context() as held:
        held.setattr(Atlas, "refresh", lambda _: False)  # as in a run of the line alone
        fetched.add(library)
        test.run()
        assert "It keeps salient weights." not in words(test)
    next(button for button in test.button if button.key == "fetch-take").click().run()
    assert_sound(test)
    assert "It keeps salient weights." in words(test)
    assert "New abstracts and citations are here." not in words(test)


def test_a_library_that_goes_away_meanwhile_is_told_by_the_page(open_page: OpenPage, say: Say, library: Path) -> None:
    say("running", progress=PROGRESS)
    test = open_page("taxonomy")
    (library / "manifest.json").unlink()
    test.run()
    assert_sound(test)
    assert "There is no library" in words(test)


def test_the_start_page_says_how_each_service_stands(open_page: OpenPage, library: Path) -> None:
    from litatlas.app.fetching import store_path
    from litatlas.app.settings import Settings
    from litatlas.ingest.responses import ResponseStore
    from litatlas.ingest.services import Purpose, SourceName
    from litatlas.ingest.tasks import TaskStatus, Verdict

    assert "Nothing was asked of arXiv" in words(open_page("start"))
    with ResponseStore(store_path(Settings(library=library))) as store:
        store.want(SourceName.ARXIV, Purpose.METADATA, ["arxiv:1", "arxiv:2", "arxiv:3", "arxiv:4"])
        verdicts = [
            Verdict("arxiv:1", TaskStatus.DONE),
            Verdict("arxiv:2", TaskStatus.MISSING, "not there"),
            Verdict("arxiv:3", TaskStatus.FAILED, "refused [x](https://evil.example)"),
        ]
        store.settle(SourceName.ARXIV, Purpose.METADATA, verdicts)
    test = open_page("start")
    assert_sound(test)
    table = test.dataframe[-1].value
    assert table.to_dict("records") == [
        {"Asked for": "arXiv: abstracts and authors", "Done": 1, "Pending": 1, "Missing": 1, "Failed": 1}
    ]
    shown = words(test)
    assert "1 of arXiv: abstracts and authors failed: refused [x](https://evil.example)" in shown
    assert "1 of arXiv: abstracts and authors pending" in shown
    store_path(Settings(library=library)).write_bytes(b"no store" * 1000)
    broken = open_page("start")
    assert_sound(broken)
    assert "Papers 5" in words(broken)
    assert broken.warning


# -- what services ask to be said ---------------------------------------------------------------------------------

THANKS = "Thank you to [arXiv](https://arxiv.org) for use of its open access interoperability."
PAPER_DATA = "Paper data from [Semantic Scholar](https://www.semanticscholar.org)."


@pytest.mark.parametrize("view", VIEWS)
def test_services_are_named_where_their_data_are_shown_and_nowhere_else(
    open_page: OpenPage, library: Path, view: str
) -> None:
    parameters = {"paper": {"id": "awq"}, "graph": {"paper": "awq"}}.get(view, {})
    before = words(open_page(view, **parameters))
    assert "Thank you to" not in before
    assert "Paper data from" not in before
    fetched.add(library)
    after = words(open_page(view, **parameters))
    assert THANKS in after
    assert PAPER_DATA in after
    assert "OpenAlex (" not in after


def test_a_paper_names_the_services_that_told_of_it(open_page: OpenPage, library: Path) -> None:
    fetched.add(library)
    note, h2o = words(open_page("paper", id="note")), words(open_page("paper", id="h2o"))
    assert "Paper data" not in note
    assert "Thank you" not in note
    assert PAPER_DATA in h2o, "its citation came from there"
    assert "Thank you" not in h2o
    assert PAPER_DATA in words(open_page("search", q="cache")), "answers stand on all there is"


# -- what services told of a paper --------------------------------------------------------------------------------


def test_counts_versions_and_sources_are_told_apart(open_page: OpenPage, library: Path) -> None:
    fetched.add(library)
    test = open_page("paper", id="awq")
    assert_sound(test)
    shown = words(test)
    assert ":gray-badge[version 3]" in shown
    assert ":gray-badge[cited 1,234 times (Semantic Scholar)]" in shown
    assert "cited by 1 paper here" in shown
    assert "Abstract from arXiv" in shown
    facts = {(row["Field"], row["Source"]): row for row in test.dataframe[-1].value.to_dict("records")}
    abstract = facts["abstract", "arXiv"]
    assert abstract["Where"] == "response a1b2c3d4 of 2026-11-20"
    assert abstract["Page"] == "https://arxiv.org/abs/2306.00978"
    assert abstract["Licence"] == "CC0-1.0 (metadata)"
    count = facts["citation count", "Semantic Scholar"]
    assert count["Page"] == f"https://www.semanticscholar.org/paper/{fetched.SHA}"
    assert facts["title", "A list"]["Where"] == "line 11"


def test_sources_that_disagree_are_marked(open_page: OpenPage, library: Path) -> None:
    with Library.edit(library) as draft:
        draft.put_claims("awq", [Claim("awq", "title", "Another thing altogether", "metadata", 7)])
    test = open_page("paper", id="awq")
    assert "Sources disagree on the title. Shown is “AWQ: activation aware quantization” (A list, line 11)" in words(
        test
    )
    marks = test.dataframe[-1].value
    titles = marks[marks["Field"] == "title"].set_index("Source")["Conflict"].to_dict()
    assert titles == {"A list": "shown", "Metadata": "differs"}
    assert set(marks[marks["Field"] != "title"]["Conflict"]) == {""}


def test_a_paper_that_was_taken_back_says_so(open_page: OpenPage, library: Path) -> None:
    fetched.add(library)
    fetched.retract(library)
    withdrawn = open_page("paper", id="wanda")
    assert "Withdrawn: This paper has been withdrawn by the author." in words(withdrawn)
    assert ":orange-badge[" in words(withdrawn)
    retracted = open_page("paper", id="h2o")
    assert "Retracted by its publisher." in words(retracted)
    assert ":red-badge[" in words(retracted)
    answers = words(open_page("search", q="simple pruning"))
    assert "withdrawn]" in answers
    assert "retracted]" not in words(open_page("paper", id="awq"))


def test_citations_come_with_their_words(open_page: OpenPage, library: Path) -> None:
    fetched.add(library)
    test = open_page("paper", id="gptq", tab="cited")
    assert_sound(test)
    labels = [expander.label for expander in test.expander]
    assert [label for label in labels if "cite" in label] == ["What they cite it for (1)"]
    shown = words(test)
    assert "> We build on GPTQ." in shown
    assert "> Unlike GPTQ, we look at activations." in shown
    assert "under Method > Scaling" in shown
    assert ":orange-badge[influential] :blue-badge[methodology] :blue-badge[background]" in shown
    assert "Edges, line 1; Semantic Scholar, response 0f1e2d3c of 2026-11-21" in shown
    cited_by = next(frame.value for frame in test.dataframe if "cited for" in frame.value.columns)
    assert dict(zip(cited_by["title"].str[:3], cited_by["cited for"], strict=True)) == {
        "AWQ": "influential, methodology, background",
        "Wan": "",
        "Hea": "",
    }
    assert list(cited_by["stated by"]) == [
        "Edges, line 1; Semantic Scholar, response 0f1e2d3c of 2026-11-21",
        "Edges, line 2",
        "Semantic Scholar, response 0f1e2d3c of 2026-11-21",
    ]
    assert "Cited by (3)" in [tab.label for tab in test.tabs]
    assert not open_page("paper", id="wanda").expander, "nothing is folded away where nothing is known"


def test_a_paper_cited_in_many_words_shows_some_and_counts_the_rest(open_page: OpenPage, library: Path) -> None:
    from litatlas.graph.models import Citation

    with Library.edit(library) as draft:
        draft.put_source(fetched.SEMANTIC_SCHOLAR)
        for n in range(30):
            draft.put_claims(f"x{n}", [Claim(f"x{n}", "title", f"Paper number {n}", "list", 100 + n)])
        sentences = tuple(f"Sentence {n}." for n in range(8))
        draft.put_citations(
            [
                Citation(f"x{n}", "note", "semantic-scholar", contexts=sentences if n == 7 else ("One.",))
                for n in range(30)
            ]
        )
    shown = words(open_page("paper", id="note", tab="cited"))
    assert "> Sentence 4." in shown
    assert "> Sentence 5." not in shown
    assert "and 3 further places" in shown
    assert "and 5 more; `litatlas show --json` has them all" in shown
