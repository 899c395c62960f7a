from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from ...loopback.chat import ChatServer, Reply, always, says
from .conftest import OpenPage
from .hostile import HOSTILE

QUESTION = "quantize their weights in one shot"
QUOTE = r"We quantize their weights in one shot\."
KEY = "sk-a-key-that-must-not-be-seen"


def shown(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(each.value) for each in (*test.markdown, *test.caption, *test.warning))


def configure(monkeypatch: pytest.MonkeyPatch, server: ChatServer) -> None:
    monkeypatch.setenv("LITATLAS_WRITER_URL", server.url)
    monkeypatch.setenv("LITATLAS_WRITER_MODEL", "stand-in")
    monkeypatch.setenv("LITATLAS_WRITER_KEY", KEY)


def test_the_answer_stands_above_the_papers_with_numbers_that_lead_to_them(open_page: OpenPage) -> None:
    test = open_page("search", q=QUESTION)
    text = shown(test)
    assert f"“{QUOTE}” **\\[1\\]**" in text
    assert text.index("**In short**") < text.index("\n> ")
    assert r"\[1\] GPTQ\: accurate quantization" in [link.proto.label for link in test.get("page_link")]
    assert r"Quoted from abstracts\: Metadata\." in text
    assert "Write it out" not in [button.label for button in test.button]


def test_where_no_abstract_is_at_hand_papers_are_named_by_their_titles(open_page: OpenPage) -> None:
    test = open_page("search", q="heavy hitters keep the cache small")
    text = shown(test)
    assert "By their titles\\, these papers may be about it" in text
    assert "“" not in text
    assert r"\[1\] Heavy hitters keep the cache small" in [link.proto.label for link in test.get("page_link")]


def test_where_nothing_is_near_the_page_says_so_in_a_line(open_page: OpenPage) -> None:
    text = shown(open_page("search", q="pruning zebra"))
    assert r"No short answer\:" in text
    assert "**In short**" not in text
    assert "“" not in text


def test_nothing_is_sent_before_the_button_and_once_behind_it(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ChatServer(says("We quantize their weights in one shot [1]. Zebras sleep [1].")) as server:
        configure(monkeypatch, server)
        test = open_page("search", q=QUESTION)
        assert server.requests == []
        (button,) = [button for button in test.button if button.label == "Write it out"]
        assert "stay on this machine" in button.help
        button.click().run()
        assert f"{QUOTE} **\\[1\\]**" in shown(test)
        assert "Written by stand\\-in at" in shown(test)
        assert [each.label for each in test.expander][:1] == ["1 sentence was left out: no paper here supports it."]
        test.run()
        assert f"{QUOTE} **\\[1\\]**" in shown(test)
        assert len(server.requests) == 1
        assert KEY not in shown(test) + button.help


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_an_endpoint_writes_stays_text(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, hostile: str) -> None:
    said = f"We quantize their weights in one shot [1].\n{hostile} weights quantize one shot [1]."
    with ChatServer(says(said)) as server:
        configure(monkeypatch, server)
        test = open_page("search", q=QUESTION)
        next(button for button in test.button if button.label == "Write it out").click().run()
    text = shown(test)
    for markup in ("<script>", "](javascript:", "![x]", ":red[danger]", "**bold**", "\x1b", "\u202e", "```"):
        assert markup not in text


def test_an_endpoint_that_fails_is_told_and_can_be_asked_again(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ChatServer(always(Reply(401, KEY.encode()))) as server:
        configure(monkeypatch, server)
        test = open_page("search", q=QUESTION)
        next(button for button in test.button if button.label == "Write it out").click().run()
        assert r"answered 401\: \[key\]" in shown(test)
        assert f"“{QUOTE}” **\\[1\\]**" in shown(test)
        assert "Write it out" in [button.label for button in test.button]
        test.run()
        assert len(server.requests) == 1


def test_a_half_configured_endpoint_is_explained(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITATLAS_WRITER_URL", "http://models.example/v1")
    monkeypatch.setenv("LITATLAS_WRITER_MODEL", "m")
    text = shown(open_page("search", q=QUESTION))
    assert "without encryption" in text
    assert QUOTE in text
