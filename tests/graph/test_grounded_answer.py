from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.grounded_answer import MOST_QUOTES, GroundedAnswer, Wording, compose
from litatlas.graph.index import Vectors
from litatlas.graph.models import Paper, Source, SourceKind, TaxonomyNode
from litatlas.graph.ranking import Part
from litatlas.graph.search import PaperHit, Reasons, SearchAnswer
from litatlas.graph.sentence_vectors import Sentences

QUESTION = np.array([1.0, 0.0, 0.0, 0.0], dtype=np.float32)
SOURCE = Source("m", SourceKind.METADATA_FILE, "Metadata", "m.jsonl", licence="CC0-1.0")


def at(cosine: float, direction: int = 1) -> Vectors:
    """A unit vector with this cosine to the question; two of one direction are near each other."""
    vector = np.zeros(4, dtype=np.float32)
    vector[0], vector[direction] = cosine, np.sqrt(1 - cosine**2)
    return vector


def node(name: str, *broader: str) -> TaxonomyNode:
    return TaxonomyNode("/".join([*broader, name]), "s", name, "/".join(broader) or None, (*broader, name), 0)


def hit(key: str, *places: TaxonomyNode, similarity: float | None = 0.6, **fields: Any) -> PaperHit:
    paper = Paper(key, f"A paper about {key}", **{"abstract": "It has one.", **fields})
    return PaperHit(paper, 1.0, Reasons({Part.MEANING: 1.0}, similarity=similarity), places)


def said(*sentences: tuple[str, Vectors]) -> Sentences:
    return Sentences(tuple(text for text, _ in sentences), np.stack([vector for _, vector in sentences]))


def answer_of(hits: Sequence[PaperHit], passages: dict[str, Sentences]) -> GroundedAnswer:
    found = SearchAnswer("how small can it be", tuple(hits), (), len(hits))
    return compose(found, QUESTION, passages, lambda _: SOURCE)


SMALL = "The method keeps the cache as small as it can be."
FAST = "A cache of that kind answers in half of the time."
KEPT = "What was seen often is kept, and all the rest is dropped."
APART = "Weather stations of the north report wind and rain daily."


def test_the_nearest_sentences_are_quoted_with_their_papers() -> None:
    given_answer = answer_of(
        [hit("a"), hit("b")],
        {"a": said((SMALL, at(0.9)), (APART, at(0.1, 2))), "b": said((FAST, at(0.7, 2)))},
    )
    assert given_answer.wording is Wording.QUOTES
    assert [(each.text, each.number) for each in given_answer.sentences] == [(SMALL, 1), (FAST, 2)]
    assert [each.similarity for each in given_answer.sentences] == pytest.approx([0.9, 0.7], abs=1e-4)
    assert [(each.number, each.paper.key, each.source) for each in given_answer.papers] == [
        (1, "a", SOURCE),
        (2, "b", SOURCE),
    ]
    assert given_answer.papers[0].evidence == (SMALL, APART)


def test_maximal_marginal_relevance_prefers_what_is_new_worked_by_hand() -> None:
    """After 0.9: one at 0.74 whose cosine to it is 0.74*0.9 + 0.436*0.673 = 0.959 is a repeat and is left out; one at
    0.6 in another direction is near by 0.54 and is taken."""
    given_answer = answer_of(
        [hit("a"), hit("b"), hit("c")],
        {"a": said((SMALL, at(0.9))), "b": said((KEPT, at(0.74))), "c": said((FAST, at(0.6, 2)))},
    )
    assert [each.text for each in given_answer.sentences] == [SMALL, FAST]


def test_nothing_is_quoted_below_the_floor() -> None:
    given_answer = answer_of([hit("a", similarity=0.3)], {"a": said((SMALL, at(0.49)))})
    assert given_answer.wording is Wording.NOTHING
    assert given_answer.sentences == ()
    assert given_answer.papers == ()
    assert "near enough" in given_answer.notes[0]


def test_a_weak_sentence_beside_a_strong_one_is_not_quoted() -> None:
    given_answer = answer_of(
        [hit("a"), hit("b")], {"a": said((SMALL, at(0.9))), "b": said((FAST, at(0.57, 2)))}
    )  # 0.65 of 0.9 is 0.585
    assert [each.text for each in given_answer.sentences] == [SMALL]


def test_titles_stand_in_where_there_is_no_abstract_and_no_sentence_is_made_up() -> None:
    given_answer = answer_of([hit("a", similarity=0.8), hit("b", similarity=0.2)], {})
    assert given_answer.wording is Wording.TITLES
    assert given_answer.sentences == ()
    assert [(each.number, each.paper.key, each.evidence) for each in given_answer.papers] == [(1, "a", ())]
    assert "titles" in given_answer.notes[0]


def test_papers_that_cannot_be_quoted_are_counted() -> None:
    given_answer = answer_of([hit("a"), hit("b"), hit("c")], {"a": said((SMALL, at(0.9)))})
    assert given_answer.notes == ("2 of the 3 best papers cannot be quoted: their abstracts are not here.",)
    given_answer = answer_of([hit("a"), hit("b")], {"a": said((SMALL, at(0.9)))})
    assert given_answer.notes == ("1 of the 2 best papers cannot be quoted: its abstract is not here.",)


def test_a_note_speaks_for_a_paper_without_an_abstract_and_is_marked() -> None:
    given_answer = answer_of(
        [hit("a", abstract=None, note=SMALL), hit("b")], {"a": said((SMALL, at(0.9))), "b": said((FAST, at(0.7, 2)))}
    )
    assert [(each.text, each.note) for each in given_answer.sentences] == [(SMALL, True), (FAST, False)]


@pytest.mark.parametrize("fields", [{"withdrawn": "an error"}, {"retracted": True}])
def test_papers_that_were_taken_back_say_nothing(fields: dict[str, Any]) -> None:
    assert answer_of([hit("a", **fields)], {"a": said((SMALL, at(0.9)))}).wording is Wording.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "It is fast.",
        "Our code is publicly available at https://example.org/cache.",
        "The data sets are available here.",
        "x " * 400,
    ],
)
def test_what_cannot_stand_alone_is_not_quoted(text: str) -> None:
    assert answer_of([hit("a")], {"a": said((text, at(0.9)))}).wording is Wording.NOTHING


def test_a_sentence_that_says_what_its_paper_does_goes_before_one_that_leads_up_to_it() -> None:
    leads, does = (
        "However, caches of today are far too large for this.",
        "We propose a cache that is as small as it gets.",
    )
    given_answer = answer_of([hit("a"), hit("b")], {"a": said((leads, at(0.75, 2))), "b": said((does, at(0.6, 3)))})
    assert given_answer.sentences[0].text == does


def test_sentences_are_grouped_by_the_node_that_their_papers_share() -> None:
    quantization, cache, broad = node("Quantization", "Model"), node("Cache"), node("Model")
    given_answer = answer_of(
        [hit("a", broad, quantization), hit("b", cache), hit("c", broad, quantization)],
        {"a": said((SMALL, at(0.9))), "b": said((FAST, at(0.8, 2))), "c": said((KEPT, at(0.7, 3)))},
    )
    grouped = [
        (each.node.name if each.node else None, [s.text for s in each.sentences]) for each in given_answer.passages
    ]
    assert grouped == [("Quantization", [SMALL, KEPT]), ("Cache", [FAST])]
    assert [each.paper.key for each in given_answer.papers] == ["a", "c", "b"]


def test_one_paper_gives_up_to_three_sentences_in_the_order_of_its_abstract() -> None:
    passage = said((SMALL, at(0.6, 1)), (APART, at(0.7, 2)), (FAST, at(0.8, 3)), (KEPT, at(0.65, 1)))
    given_answer = answer_of([hit("a")], {"a": passage})
    assert [each.text for each in given_answer.sentences] == [APART, FAST, KEPT]
    assert len(given_answer.papers) == 1


_COSINES = st.lists(st.tuples(st.floats(-0.9, 0.95), st.integers(1, 3)), min_size=1, max_size=6)


@given(st.lists(_COSINES, min_size=1, max_size=6))
def test_whatever_was_found_every_quote_is_a_sentence_of_its_paper(papers: list[list[tuple[float, int]]]) -> None:
    passages = {
        f"p{row}": said(
            *((f"Sentence {column} of paper {row} says quite enough.", at(*each)) for column, each in enumerate(line))
        )
        for row, line in enumerate(papers)
    }
    given_answer = answer_of([hit(key) for key in passages], passages)
    best = max(cosine for line in papers for cosine, _ in line)
    assert (given_answer.wording is Wording.QUOTES) == (round(best, 6) >= 0.5) or abs(best - 0.5) < 1e-5
    by_number = {each.number: each for each in given_answer.papers}
    assert sorted(by_number) == list(range(1, len(by_number) + 1))
    assert len(given_answer.sentences) <= MOST_QUOTES
    for sentence in given_answer.sentences:
        assert sentence.text in passages[by_number[sentence.number].paper.key].texts
        assert sentence.text in by_number[sentence.number].evidence
        assert sentence.similarity >= 0.4499
    assert {each.number for each in given_answer.sentences} == set(by_number)
