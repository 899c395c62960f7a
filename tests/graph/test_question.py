from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.errors import InvalidFilter
from litatlas.graph.filters import Filters
from litatlas.graph.question import Question, both, read_question, read_years


@pytest.mark.parametrize(
    ("typed", "text", "filters"),
    [
        ("shrink  the KV cache", "shrink the KV cache", Filters()),
        ("kv cache year:2023..", "kv cache", Filters(year_from=2023)),
        ("year:..2020 kv", "kv", Filters(year_to=2020)),
        ("kv year:2021..2023 cache", "kv cache", Filters(year_from=2021, year_to=2023)),
        ("kv year:2021-2023", "kv", Filters(year_from=2021, year_to=2023)),
        ("kv Year:2021", "kv", Filters(year_from=2021, year_to=2021)),
        ("kv year:2021.. year:..2023", "kv", Filters(year_from=2021, year_to=2023)),
        ("kv code:yes code:true", "kv", Filters(has_code=True)),
        ("kv venue:ICLR code:yes", "kv", Filters(venue="ICLR", has_code=True)),
        ("kv code:no", "kv", Filters(has_code=False)),
        ('kv under:"KV-Cache Optimization" survey:x', "kv", Filters(under="KV-Cache Optimization", survey="x")),
        ("kv under:“KV Cache”", "kv", Filters(under="KV Cache")),
        ("author:Frantar", "", Filters(author="Frantar")),
        ("AWQ: Activation-aware", "AWQ: Activation-aware", Filters()),
        ("ratio 4:1 of foo:bar", "ratio 4:1 of foo:bar", Filters()),
        ("kv year:", "kv year:", Filters()),  # without a value it is text
        ("myyear:2020 kv", "myyear:2020 kv", Filters()),
    ],
)
def test_filters_stand_in_words(typed: str, text: str, filters: Filters) -> None:
    assert read_question(typed) == Question(text, filters)


@pytest.mark.parametrize(
    ("typed", "like", "unlike", "text"),
    [
        ("like:2306.00978", ("2306.00978",), (), ""),
        ('like:"Simple Pruning" for phones', ("Simple Pruning",), (), "for phones"),
        ("like:awq unlike:gptq", ("awq",), ("gptq",), ""),
        ("2306.00978 2210.17323", ("2306.00978", "2210.17323"), (), ""),
        ("2306.00978, 2210.17323;arxiv:2211.10438", ("2306.00978", "2210.17323", "arxiv:2211.10438"), (), ""),
        ("like:awq 2210.17323", ("2210.17323", "awq"), (), ""),
        ("2306.00978", (), (), "2306.00978"),
    ],
)
def test_papers_to_be_like(typed: str, like: tuple[str, ...], unlike: tuple[str, ...], text: str) -> None:
    assert read_question(typed) == Question(text, Filters(), like, unlike)


@pytest.mark.parametrize(
    "typed",
    [
        *("", " \n", "x" * 5001, "kv year:soon", "kv year:", "kv code:perhaps", 'kv under:""', "unlike:awq", "year:.."),
        *("kv code:yes code:no", "year:2021 year:2022", "venue:ICLR venue:ACL", "author:Frantar author:Han"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(typed: str) -> None:
    if typed == "kv year:":  # without a value it is text
        assert read_question(typed).text == typed
        return
    with pytest.raises(InvalidFilter) as error:
        read_question(typed)
    assert error.value.advice


def test_a_long_text_is_taken_for_a_pasted_one() -> None:
    assert read_question("word " * 40).pasted
    assert not read_question("word " * 39).pasted


def test_what_no_file_holds_is_shown_as_such() -> None:
    """Bytes of a command line that are no text come as lone surrogates, which neither SQLite nor a model takes."""
    assert read_question("kv\x00 cache\udcff").text == "kv\ufffd cache\ufffd"


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        question = read_question(text)
    except InvalidFilter:
        return
    assert question.text or question.filters != Filters() or question.like
    assert question.text == " ".join(question.text.split())


@given(st.integers(1000, 9999), st.integers(1000, 9999))
def test_years_are_read_as_they_are_written(first: int, last: int) -> None:
    assert read_years(f"{first}..{last}") == (first, last)
    assert read_years(f"{first}..") == (first, None)
    assert read_years(f"..{last}") == (None, last)
    assert read_years(str(first)) == (first, first)


def test_words_of_the_question_hold_over_options() -> None:
    given_, words = Filters(venue="ICLR", year_from=2020), Filters(venue="ACL", has_code=True)
    assert both(given_, words) == Filters(venue="ACL", year_from=2020, has_code=True)
    years = both(Filters(year_from=2020, year_to=2022), Filters(year_from=2023))
    assert years == Filters(year_from=2023)
