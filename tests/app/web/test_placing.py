"""Where a paper or a pasted text belongs, and what a topic might gain or lose: asked for, never in the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.app.web.components.proposals import of_topic
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import ModelError
from litatlas.graph.library import Library
from litatlas.graph.models import Placement
from litatlas.graph.placing import Proposal

from ...graph import placement_library
from ...graph.placement_library import STRAY
from . import hostile
from .conftest import OpenPage
from .test_pages import assert_sound, links, words

PASTED = " ".join(["We choose integer scales and a codebook with rounding so that outliers keep their precision."] * 4)
FOREIGN = " ".join(["Dwarf galaxies orbit remote stars whose spectra and dust were simulated on telescopes."] * 4)
QUESTIONS = {"Where does it belong?", "Where would this belong?", "Which papers might belong here, or not?"}


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    placement_library.write(tmp_path / "placed")
    return tmp_path / "placed"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the placer, in order."""
    found: list[str] = []
    for name in ("place", "misplaced", "cross_listings"):
        real = getattr(Atlas, name)

        def told(self: Atlas, *given: object, _name: str = name, _real: object = real, **more: object) -> object:
            found.append(_name)
            return _real(self, *given, **more)  # type: ignore[operator]

        monkeypatch.setattr(Atlas, name, told)
    return found


def offered(test: AppTest) -> set[str]:
    return {button.label for button in test.button} & QUESTIONS


@pytest.mark.parametrize(
    ("view", "parameters", "parameter"),
    [
        ("paper", {"id": "quantization-01"}, "place"),
        ("search", {"q": PASTED}, "place"),
        ("taxonomy", {"node": "s/model", "tab": "Gaps"}, "proposals"),
    ],
)
def test_nothing_is_computed_before_it_is_asked_for(
    open_page: OpenPage, placed: Path, asked: list[str], view: str, parameters: dict[str, str], parameter: str
) -> None:
    test = open_page(view, placed, **parameters)
    assert_sound(test)
    assert len(offered(test)) == 1
    assert asked == []
    next(button for button in test.button if button.label in QUESTIONS).click().run()
    assert_sound(test)
    assert asked
    assert test.query_params[parameter] == "1"
    assert not offered(test)
    next(button for button in test.button if button.label == "Hide this").click().run()
    assert parameter not in test.query_params
    assert "How sure" not in words(test)


def test_a_paper_is_placed_with_what_speaks_for_it(open_page: OpenPage, placed: Path) -> None:
    test = open_page("paper", placed, id="quantization-01", place="1")
    assert_sound(test)
    shown = words(test)
    assert "Quantization, " in shown
    assert re.search(r"\*\*\d+%\*\*", shown)
    assert "24 papers :green-badge[:material/check: stands there now]" in shown
    assert "words: " in shown
    assert "cited or citing:" in shown
    assert "papers of the survey's own time" in shown
    assert ("paper", "id=quantization-02") in links(test)
    assert "in another survey with papers of this topic: Another Survey › Bits" in shown


def test_percentages_are_those_of_the_placer(open_page: OpenPage, placed: Path, encoder: Encoder) -> None:
    test = open_page("paper", placed, id="pruning-03", place="1")
    shown = re.findall(r"^\*\*(\d+)%\*\*$", "\n".join(str(each.value) for each in test.markdown), re.MULTILINE)
    answer = Atlas(Settings(library=placed), lambda _: encoder).place("pruning-03")
    told = [
        node.probability
        for found in answer.surveys
        if found.fits
        for n, node in enumerate(found.nodes[:3])
        if not n or node.probability >= 0.05
    ]
    assert shown == [f"{each:.0%}".rstrip("%") for each in told]


def test_a_paper_that_would_be_put_elsewhere_is_told_where_it_stands(open_page: OpenPage, placed: Path) -> None:
    test = open_page("paper", placed, id=STRAY, place="1")
    shown = words(test)
    assert "stands there now" not in shown
    assert "Stands now at" in shown
    assert ("taxonomy", "node=s%2Fcache") in links(test)


def test_without_abstracts_titles_are_enough(open_page: OpenPage, tmp_path: Path) -> None:
    placement_library.write(tmp_path / "titles", abstracts=False)
    test = open_page("paper", tmp_path / "titles", id="pruning-01", place="1")
    assert_sound(test)
    assert "its title alone was read" in words(test)
    assert re.search(r"\*\*\d+%\*\*", words(test))


def test_a_pasted_abstract_can_be_placed(open_page: OpenPage, placed: Path) -> None:
    test = open_page("search", placed, q=PASTED, place="1")
    assert_sound(test)
    assert ("taxonomy", "node=s%2Fmodel%2Fquantization") in links(test)
    assert "stands there now" not in words(test)
    assert "**In short**" not in words(test), "a pasted text asks for no short answer"
    test.text_input[0].set_value("rounding").run()
    assert "place" not in test.query_params, "a new question begins without it"
    assert not offered(test)


def test_what_fits_nowhere_is_told_and_gets_no_topics(open_page: OpenPage, placed: Path) -> None:
    test = open_page("search", placed, q=FOREIGN, place="1")
    assert_sound(test)
    assert "None of these fits" in words(test)
    assert not re.search(r"\*\*\d+%\*\* ", words(test))


def test_a_short_question_is_not_offered_a_place(open_page: OpenPage, placed: Path) -> None:
    assert not offered(open_page("search", placed, q="rounding to few bits"))


def test_where_the_model_is_missing_the_rest_of_the_page_stands(
    open_page: OpenPage, placed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ModelError("The model is not at hand.", "Run `litatlas build`.")

    monkeypatch.setattr(Atlas, "place", fail)
    test = open_page("paper", placed, id="quantization-01", place="1")
    assert_sound(test)
    assert "The model is not at hand" in words(test)
    assert "Every fact and its source" in words(test)


# -- topics -------------------------------------------------------------------------------------------------------


def test_a_topic_is_told_what_it_might_gain(open_page: OpenPage, placed: Path) -> None:
    test = open_page("taxonomy", placed, node="s/model/quantization", proposals="1")
    shown = words(test)
    assert_sound(test)
    assert "**Might belong here instead** :gray[1 paper]" in shown
    assert "**Bits and integer rounding**" in shown
    assert "Stand here, but look misplaced" not in shown


def test_a_topic_is_told_what_it_might_lose(open_page: OpenPage, placed: Path) -> None:
    test = open_page("taxonomy", placed, node="s/cache", proposals="1")
    shown = words(test)
    assert "**Stand here, but look misplaced** :gray[1 paper]" in shown
    assert ("paper", f"id={STRAY}") in links(test)
    assert "Might belong here instead" not in shown


def test_a_topic_without_proposals_says_so(open_page: OpenPage, placed: Path) -> None:
    assert "Nothing to propose" in words(open_page("taxonomy", placed, node="t/bits", proposals="1"))


def test_moves_below_a_topic_are_no_news_to_it(placed: Path, encoder: Encoder) -> None:
    """A paper that might move from one topic to its neighbour belongs below their broader topic before and after."""
    with Library.edit(placed) as draft:
        draft.withdraw_source(placement_library.OTHER.key)
    with Library.edit(placed) as draft:
        draft.put_placements([Placement(STRAY, "s/model/pruning", placement_library.LIST.key, 1)])
    atlas = Atlas(Settings(library=placed), lambda _: encoder)
    strays, further = atlas.misplaced("s", limit=1000), atlas.cross_listings("s", limit=1000)
    model, quantization = atlas.library.node("s/model"), atlas.library.node("s/model/quantization")
    assert STRAY in {each.paper.key for each in of_topic(atlas.library, quantization, strays, further).astray}
    assert STRAY not in {each.paper.key for each in of_topic(atlas.library, model, strays, further).astray}


def test_every_proposal_of_a_survey_concerns_the_topic_it_names(placed: Path, encoder: Encoder) -> None:
    atlas = Atlas(Settings(library=placed), lambda _: encoder)
    strays = atlas.misplaced("s", limit=1000)
    assert {each.paper.key for each in strays} == {STRAY}
    further = [Proposal(each.paper, each.placed, each.proposed) for each in strays]  # as if it stood rightly
    for stray in strays:
        assert stray in of_topic(atlas.library, stray.proposed.node, strays, further).astray
        assert stray in of_topic(atlas.library, stray.placed[0], strays, further).misplaced
    for proposal in further:
        assert proposal in of_topic(atlas.library, proposal.proposed.node, strays, further).also


# -- hostile ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(hostile.HOSTILE)))
def test_hostile_records_stay_text_where_they_are_placed(open_page: OpenPage, tmp_path: Path, number: int) -> None:
    hostile.write(tmp_path / "hostile")
    long = f"{hostile.HOSTILE[number]} second sentence of it. " * 12
    for view, parameters in (
        ("paper", {"id": f"p{number}", "place": "1"}),
        ("search", {"q": long[:4000], "place": "1"}),
        ("taxonomy", {"node": f"s/n{number}", "proposals": "1"}),
    ):
        test = open_page(view, tmp_path / "hostile", **parameters)
        assert_sound(test)
        assert "Hide this" in {button.label for button in test.button} or view == "search"
        ours = r"-badge\[:material/\w+: |:material/(block|info|edit_note):"
        texts = [str(each.value) for each in (*test.markdown, *test.caption, *test.warning, *test.error)]
        labels = [each.proto.label for each in test.get("page_link")]
        for text in (re.sub(ours, "", text) for text in (*texts, *labels)):
            for raw in ("<script", "](javascript", "](https://evil", ":material", "$\\alpha", "`code` ", "**bold"):
                assert not re.search(r"(?<!\\)" + re.escape(raw), text), (view, text)
