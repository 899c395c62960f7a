from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest

from litatlas.app import mapping
from litatlas.graph.draft import Draft
from litatlas.graph.embedding import update_index
from litatlas.graph.encoder import Encoder
from litatlas.graph.library import Library
from litatlas.graph.models import Claim

from ...graph import library_files
from . import hostile
from .conftest import OpenPage
from .test_pages import assert_sound, links, words

EVERYTHING = "-101,-101;101,-101;101,101;-101,101"


@pytest.fixture
def laid_out(library: Path) -> Path:
    with Library(library) as opened:
        mapping.make_map(opened)
    return library


def embed(directory: Path, encoder: Encoder) -> None:
    with Library.edit(directory) as draft:
        update_index(draft, encoder, None, lambda *_: None)


def charts(test: object) -> list[object]:
    return list(test.get("echarts_chart"))  # type: ignore[attr-defined]


def test_the_map_says_what_it_shows_and_what_can_be_done(open_page: OpenPage, laid_out: Path) -> None:
    test = open_page("map")
    assert_sound(test)
    shown = words(test)
    assert "5 papers, near each other" in shown
    assert "Draw an area, click a dot" in shown
    assert "first sketch" not in shown
    assert not test.dataframe


def test_an_area_of_the_address_is_listed_and_can_be_cleared(open_page: OpenPage, laid_out: Path) -> None:
    test = open_page("map", area=EVERYTHING)
    assert_sound(test)
    shown = words(test)
    assert "5 papers in this area" in shown
    assert "Model (3 of its 3)" in shown
    assert "of 2023 to 2024" in shown
    assert test.dataframe[0].value["title"].tolist()[0] == "GPTQ: accurate quantization"
    next(button for button in test.button if "Clear the area" in button.label).click().run()
    assert_sound(test)
    assert "area" not in test.query_params
    assert "in this area" not in words(test)


def test_words_search_within_an_area(open_page: OpenPage, laid_out: Path) -> None:
    test = open_page("map", area=EVERYTHING, words="quantization")
    assert "3 of these 5 papers have all of these words" in words(test)
    assert len(test.dataframe[0].value) == 3
    test.text_input(key="words-widget").set_value("zebra").run()
    assert_sound(test)
    assert "0 of these 5 papers" in words(test)
    assert test.query_params["words"] == "zebra"
    assert not test.dataframe


def test_a_question_shows_its_answers_and_how_many_of_them_lie_in_the_area(open_page: OpenPage, laid_out: Path) -> None:
    test = open_page("map", q="pruning")
    assert_sound(test)
    assert "best answers to “pruning”" in words(test)
    assert test.dataframe[0].value["title"].tolist()[0] == "Wanda: simple pruning"
    far = open_page("map", q="pruning", area="200,200;210,200;210,210")
    assert_sound(far)
    assert "0 of the" in words(far)


def test_a_topic_is_the_way_for_those_who_draw_nothing(open_page: OpenPage, laid_out: Path) -> None:
    test = open_page("map", q="pruning")
    test.selectbox(key="under-widget").set_value("s/cache").run()
    assert_sound(test)
    assert "2 papers at or below “Cache”" in words(test)
    assert test.query_params["under"] == "s/cache"
    assert "q" not in test.query_params  # one thing is asked for at a time
    assert len(test.dataframe[0].value) == 2


def test_one_paper_with_its_nearest(open_page: OpenPage, laid_out: Path) -> None:
    test = open_page("map", paper="arxiv:2210.17323")
    assert_sound(test)
    assert "4 papers nearest to “GPTQ: accurate quantization”" in words(test)
    assert ("paper", {"id": ["gptq"]}) in [(page, parse_qs(query)) for page, query in links(test)]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"area": "1,2;3"}, "The address names no area of the map"),
        ({"paper": "no such thing"}, "No paper here is “no such thing”"),
        ({"under": "nowhere"}, "No topic here is called “nowhere”"),
        ({"survey": "none"}, "No survey here has the key “none”"),
        ({"area": EVERYTHING, "on": "other"}, "laid out anew since this area was drawn"),
        ({"by": "nonsense", "words": "x" * 9000}, "5 papers, near each other"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_an_address_asks_in_vain_is_said(
    open_page: OpenPage, laid_out: Path, parameters: dict[str, str], said: str
) -> None:
    test = open_page("map", laid_out, **parameters)
    assert_sound(test)
    assert said in words(test)
    assert charts(test)


def test_a_sketch_is_there_while_the_map_is_laid_out(
    open_page: OpenPage, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping.MapInMaking, "_make", lambda self: self._tell(30, 60))
    test = open_page("map", library)
    assert_sound(test)
    assert charts(test)
    assert "first sketch" in test.get("progress")[0].proto.text


def test_without_vectors_the_page_says_what_brings_them(open_page: OpenPage, tmp_path: Path) -> None:
    library_files.write(tmp_path / "plain")
    test = open_page("map", tmp_path / "plain")
    assert_sound(test)
    assert "There is no map yet" in words(test)
    assert "litatlas build" in words(test)
    assert not charts(test)


def put_papers(draft: Draft, *titles: str) -> None:
    draft.put_source(library_files.LIST)
    for number, title in enumerate(titles):
        draft.put_claims(f"p{number}", [Claim(f"p{number}", "title", title, "list", number + 1)])


@pytest.mark.parametrize("titles", [("Alone",), ("Same", "Same ", "Same  "), ("One", "Another")])
def test_few_papers_and_papers_all_alike(
    open_page: OpenPage, tmp_path: Path, encoder: Encoder, titles: tuple[str, ...]
) -> None:
    with Library.edit(tmp_path / "few") as draft:
        put_papers(draft, *titles)
    embed(tmp_path / "few", encoder)
    test = open_page("map", tmp_path / "few", area=EVERYTHING)
    assert_sound(test)
    assert ("One paper has a vector" in words(test)) == (len(titles) == 1)


def test_papers_without_vectors_are_counted(open_page: OpenPage, laid_out: Path) -> None:
    with Library.edit(laid_out) as draft:
        draft.put_claims("late", [Claim("late", "title", "A late one", "list", 90)])
    test = open_page("map", laid_out, paper="late")
    assert_sound(test)
    assert "1 paper without a vector cannot be placed" in words(test)
    assert "This paper has no vector" in words(test)


def test_hostile_text_stays_text_on_the_map(open_page: OpenPage, tmp_path: Path, encoder: Encoder) -> None:
    hostile.write(tmp_path / "hostile")
    embed(tmp_path / "hostile", encoder)
    for parameters in (
        {"area": EVERYTHING},
        {"q": hostile.HOSTILE[2]},
        {"under": "s/n0"},
        {"paper": "p1"},
        {"by": "year"},
    ):
        test = open_page("map", tmp_path / "hostile", **parameters)
        assert_sound(test)
        assert charts(test)
        assert ":red[danger]" not in "".join(str(m.value) for m in test.markdown)


def test_an_area_is_taken_away_as_a_file(open_page: OpenPage, laid_out: Path) -> None:
    test = open_page("map", laid_out, area=EVERYTHING)
    query = next(parse_qs(query) for page, query in links(test) if page == "export")
    exported = open_page("export", laid_out, **{name: values[0] for name, values in query.items()})
    assert_sound(exported)
    assert "An area of the map: 5 papers" in words(exported).replace("*", "")
    empty = open_page("export", laid_out, scope="area", area="nonsense")
    assert_sound(empty)
    assert "Draw an area on the map" in words(empty)
