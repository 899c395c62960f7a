from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.identity import PaperId
from litatlas.ingest.records import PaperRecord
from litatlas.ingest.reference_names import name_references
from litatlas.ingest.survey_text import Reference


def ids(*texts: str) -> tuple[PaperId, ...]:
    return tuple(paper_id for text in texts if (paper_id := PaperId.parse(text)))


def known(title: str, year: int | None = None, *texts: str) -> PaperRecord:
    return PaperRecord(None, title, ids(*texts), year=year)


GPTQ = known("GPTQ: Accurate Post-Training Quantization", 2022, "arxiv:2210.17323", "s2:" + "a" * 40)
OPTQ = known("OPTQ: Accurate Quantization", 2023, "arxiv:2210.17323")
BERT = known("BERT", 2019)
QUANTIZATION = known("Accurate Post-Training Quantization", 2022)


def name(reference: Reference, *records: PaperRecord) -> tuple[str | None, tuple[str, ...], int | None]:
    (named,) = name_references([reference], records)
    return named.reference.title, tuple(map(str, named.reference.ids)), named.reference.year


def test_an_id_decides_whatever_the_title() -> None:
    item = Reference("k", "x", "GPTQ: Accurate Post-Training", ids=ids("arxiv:2210.17323"), year=2022)
    assert name(item, BERT, OPTQ) == ("OPTQ: Accurate Quantization", ("arxiv:2210.17323",), 2022)


def test_a_title_in_free_text_is_found_whatever_its_spelling() -> None:
    item = Reference("k", "E. Frantar, GPTQ - accurate posttraining quantization, J. of X 3, 2022", year=2022)
    assert name(item, QUANTIZATION, GPTQ) == (
        GPTQ.title,
        ("arxiv:2210.17323", "s2:" + "a" * 40),
        2022,
    )


def test_the_longest_title_is_taken() -> None:
    item = Reference("k", "E. Frantar, GPTQ: Accurate Post-Training Quantization, J. of X")
    assert name(item, QUANTIZATION, GPTQ)[0] == GPTQ.title
    assert name(item, GPTQ, QUANTIZATION)[0] == GPTQ.title


@pytest.mark.parametrize(("year", "found"), [(2022, True), (2024, True), (2020, True), (2025, False), (None, True)])
def test_years_may_be_two_apart(year: int | None, found: bool) -> None:
    item = Reference("k", f"x. {GPTQ.title}. y", GPTQ.title, year=year)
    (named,) = name_references([item], [GPTQ])
    assert (named.known is GPTQ) is found


def test_a_short_title_must_be_the_whole_title() -> None:
    assert name(Reference("k", "A. B. Bert and friends. J, 2019."), BERT)[0] is None
    assert name(Reference("k", "A. B. Bert. J, 2019.", "Bert", year=2019), BERT)[0] == "BERT"


def test_a_survey_of_a_work_is_not_that_work() -> None:
    longer = "A critical look at accurate post-training quantization"
    assert name(Reference("k", f"A. B. {longer}. J.", longer), QUANTIZATION) == (longer, (), None)


def test_a_title_without_its_lead_is_the_work() -> None:
    item = Reference("k", f"A. B. {GPTQ.title}. J.", GPTQ.title)
    assert name(item, QUANTIZATION)[0] == QUANTIZATION.title


def test_an_id_under_another_works_title_is_a_slip() -> None:
    item = Reference("k", "x", "Accurate post-training quantization", ids=ids("arxiv:2210.17323"))
    other = known("Something else", 2022, "arxiv:2210.17323")
    assert name(item, other, QUANTIZATION)[0] == QUANTIZATION.title


def test_what_is_not_known_stays_as_it_is() -> None:
    item = Reference("k", "x", "Own title", ("A. B.",), 2001, "ACL", ids("doi:10.1000/x"), 5)
    (named,) = name_references([item], [GPTQ])
    assert named.reference == item
    assert named.known is None


@given(st.lists(st.text(max_size=40), max_size=5), st.lists(st.text(min_size=1, max_size=40), max_size=5))
def test_every_item_is_named_once_and_by_a_title_it_holds(texts: list[str], titles: list[str]) -> None:
    items = [Reference(str(n), text) for n, text in enumerate(texts)]
    named = name_references(items, [known(title) for title in titles])
    assert [each.reference.key for each in named] == [item.key for item in items]
    for each in named:
        assert each.known is None or each.known.title == each.reference.title
