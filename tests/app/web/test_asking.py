"""What can be typed on the Search page, how it is read, and what stands there where nothing answers."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from litatlas.app.web.components.asking import CAN_BE_ASKED, EXAMPLES
from litatlas.graph.question import FILTER_NAMES, read_question

from ...graph import library_files
from .conftest import OpenPage
from .test_pages import assert_sound, links, words


def test_every_filter_and_seed_is_explained_beside_the_question(open_page: OpenPage) -> None:
    test = open_page("search")
    assert CAN_BE_ASKED in [element.value for element in test.markdown]
    assert {name for name in FILTER_NAMES if f"`{name}:" in CAN_BE_ASKED or f" {name}:" in CAN_BE_ASKED} == FILTER_NAMES


def test_what_is_explained_is_read_as_it_says() -> None:
    typed = re.findall(r"`([^`]+)`", CAN_BE_ASKED)
    assert len(typed) >= 12
    for text in typed:
        question = read_question(text)
        assert question.text == (text if ":" not in text and not text[:4].isdigit() else question.text)
        if ":" in text:
            assert not question.text, text
    assert read_question("2306.00978 2210.17323").like == ("2306.00978", "2210.17323")


def test_papers_to_be_like_and_unlike_are_named(open_page: OpenPage) -> None:
    test = open_page("search", q="like:2306.00978 unlike:2306.14048")
    assert_sound(test)
    shown = words(test)
    assert "Papers like" in shown
    assert "and unlike" in shown
    assert {("paper", "id=awq"), ("paper", "id=h2o")} <= set(links(test))
    assert "short answer" not in shown, "papers to be like ask nothing that could be answered"


def test_how_a_question_was_read_is_one_line(open_page: OpenPage) -> None:
    test = open_page("search", q="quantizatoin year:2023")
    (line,) = [element.value for element in test.caption if element.value.startswith(":material/info:")]
    assert "quantization" in line
    assert "Only papers 2023, as the question says." in line
    assert not test.info


def test_where_nothing_comes_near_topics_and_questions_are_offered(open_page: OpenPage) -> None:
    test = open_page("search", q="zebras of the savannah")
    assert_sound(test)
    shown = words(test)
    assert "Nothing here answers that" in shown
    assert ("taxonomy", "node=s%2Fmodel%2Fquantization") in links(test)
    asked = [dict(parse_qsl(query)).get("q") for page, query in links(test) if page in {"", "search"}]
    assert set(EXAMPLES) <= set(asked)


@pytest.mark.parametrize(
    ("question", "without"),
    [
        ("pruning year:1999", "pruning"),
        ('like:"2306.00978" pruning year:1999', 'pruning like:"2306.00978"'),
        ("year:1999", None),
    ],
)
def test_a_question_whose_filters_leave_nothing_can_be_asked_without_them(
    open_page: OpenPage, question: str, without: str | None
) -> None:
    test = open_page("search", q=question)
    assert_sound(test)
    assert "Nothing here answers that among papers" in words(test)
    found = [
        dict(parse_qsl(e.proto.query_string))["q"]
        for e in test.get("page_link")
        if e.proto.label == "Ask without filters"
    ]
    assert found == ([without] if without else [])
    assert ("Authors are known of those papers" in words(test)) == ("author:" in question)


def test_words_of_a_title_are_not_bold_in_the_quotes_below_it(open_page: OpenPage) -> None:
    typed, named = words(open_page("search", q="quantize weights")), words(open_page("search", q="2210.17323"))
    assert re.search(r"^> .*\*\*weights\*\*", typed, re.MULTILINE)
    assert re.search(r"^> ", named, re.MULTILINE)
    assert not re.search(r"^> .*\*\*", named, re.MULTILINE)


def test_a_topic_among_the_answers_says_in_a_line_what_speaks_for_it(open_page: OpenPage, library: Path) -> None:
    library_files.write_second_survey(library)
    test = open_page("search", library, q="accurate quantization")
    lines = [element.value for element in test.caption if "of the best papers" in element.value]
    assert any(
        re.match(r"(A|Another) survey · similarity 0.\d\d · \d of the best papers · has quantization", line)
        for line in lines
    ), lines


def test_filters_alone_list_papers_without_empty_reasons(open_page: OpenPage) -> None:
    test = open_page("search", q="venue:ICLR")
    assert_sound(test)
    assert {"**GPTQ: accurate quantization**", "**Wanda: simple pruning**"} <= set(words(test).split("\n"))
    values = [str(element.value) for element in (*test.markdown, *test.caption)]
    assert not [value for value in values if ":small[]" in value or "score 0.0" in value]
    assert "In short" not in words(test)


def test_an_author_who_is_not_here_is_told_with_where_authors_come_from(open_page: OpenPage) -> None:
    shown = words(open_page("search", q="author:Nobody"))
    assert "No author here is called 'Nobody'." in shown
    assert "litatlas fetch" in shown
