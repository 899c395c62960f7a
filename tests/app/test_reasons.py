from __future__ import annotations

from dataclasses import replace

import pytest

from litatlas.app.reasons import in_words
from litatlas.graph.hits import Quote, Reasons
from litatlas.graph.models import TaxonomyNode
from litatlas.graph.ranking import Part

_NODE = TaxonomyNode("s/cache", "s", "Cache", None, ("Cache",), 0, 1)
_QUOTE = Quote("It keeps the cache small.", 0.613)


@pytest.mark.parametrize(
    ("part", "reasons", "detail"),
    [
        (Part.WORDS, Reasons({}, words=("kv", "cache")), "kv, cache"),
        (Part.WORDS, Reasons({}, words=tuple("abcdefg")), "a, b, c, d, e, f …"),
        (Part.MEANING, Reasons({}, similarity=0.456), "similarity 0.46"),
        (Part.MEANING, Reasons({}), ""),
        (Part.SENTENCE, Reasons({}, quote=_QUOTE), "the one shown: similarity 0.61"),
        (Part.SENTENCE, Reasons({}, quote=_QUOTE, by_title=True), "its title"),
        (Part.SENTENCE, Reasons({}), "its title"),
        (Part.PLACE, Reasons({}, place=_NODE), "Cache"),
        (Part.CITATIONS, Reasons({}, cited_by=3), "cited by 3 here"),
        (Part.CITATIONS, Reasons({}, cited_by=3, tied_to=2), "cites or is cited by 2 of those"),
        (Part.PAPERS, Reasons({}, votes=4), "4 of the best papers stand here"),
        (Part.NAME, Reasons({}), ""),
    ],
)
def test_each_part_says_what_it_stands_on(part: Part, reasons: Reasons, detail: str) -> None:
    given = replace(reasons, shares={part: 1.0})
    assert [(reason.part, reason.share, reason.detail) for reason in in_words(given)] == [(part, 1.0, detail)]


def test_parts_come_by_share_and_what_rounds_to_nothing_is_left_out() -> None:
    shares = {Part.PLACE: 0.003, Part.WORDS: 0.3, Part.MEANING: 0.692, Part.CITATIONS: 0.005}
    parts = [reason.part for reason in in_words(Reasons(shares))]
    assert parts == [Part.MEANING, Part.WORDS, Part.CITATIONS]
