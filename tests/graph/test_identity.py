from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.identity import (
    IdScheme,
    Likeness,
    PaperId,
    compare_titles,
    paper_id_from_url,
    paper_key,
    slug,
    title_key,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2305.13245", "arxiv:2305.13245"),
        ("arXiv:2305.13245v2", "arxiv:2305.13245"),
        (" ARXIV: 2305.13245V2 ", "arxiv:2305.13245"),
        ("1412.6980", "arxiv:1412.6980"),
        ("cs/0112017", "arxiv:cs/0112017"),
        ("math.CA/0611800v1", "arxiv:math/0611800"),
        ("10.48550/arXiv.2305.13245", "arxiv:2305.13245"),
        ("doi:10.1145/3545008.3545087", "doi:10.1145/3545008.3545087"),
        ("10.1145/ABC.", "doi:10.1145/abc"),
        ("https://arxiv.org/abs/2305.13245v3", "arxiv:2305.13245"),
        ("https://arxiv.org/pdf/2305.13245v3.pdf", "arxiv:2305.13245"),
        ("https://www.arxiv.org/html/2402.07871v1", "arxiv:2402.07871"),
        ("http://export.arxiv.org/abs/quant-ph/0201082", "arxiv:quant-ph/0201082"),
        ("https://doi.org/10.48550/arXiv.2305.13245", "arxiv:2305.13245"),
        ("https://openreview.net/forum?id=tcbBPnfwxS&noteId=x", "openreview:tcbBPnfwxS"),
        ("https://aclanthology.org/2022.acl-short.8.pdf", "acl:2022.acl-short.8"),
        ("https://dl.acm.org/doi/abs/10.1145/3545008.3545087", "doi:10.1145/3545008.3545087"),
        ("https://openalex.org/w123", "openalex:W123"),
    ],
)
def test_an_id_is_read_however_it_is_written(written: str, read: str) -> None:
    assert str(PaperId.parse(written)) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GPTQ",
        "2305.1324",  # four digits were only given out until 1412
        "1412.69800",
        "2313.12345",  # there is no thirteenth month
        "https://arxiv.org/list/cs.CL/recent",
        "https://github.com/a/2305.13245",
        "https://[broken",
        "https://evil.example/arxiv.org/abs/2305.13245",
        "doi:11.1/x",
    ],
)
def test_what_is_no_id_is_not_read_as_one(text: str) -> None:
    assert PaperId.parse(text) is None


@given(st.text())
def test_any_text_is_an_id_or_none(text: str) -> None:
    found = PaperId.parse(text)
    if found:
        assert PaperId.parse(str(found)) == found


@given(st.text(max_size=40))
def test_any_address_is_read_without_failing(rest: str) -> None:
    paper_id_from_url(f"https://arxiv.org/abs/{rest}")
    paper_id_from_url(f"https://{rest}")


def test_every_scheme_has_a_landing_page() -> None:
    for scheme in IdScheme:
        assert PaperId(scheme, "x1").url.startswith("https://")


def test_title_keys_ignore_case_accents_punctuation_and_blanks() -> None:
    assert title_key("GPT3.int8(): Über–Pre-trained") == title_key("gpt3int8 uber pretrained")
    assert title_key("LoRA") != title_key("QLoRA")


@pytest.mark.parametrize(
    ("first", "second", "likeness"),
    [
        ("Pre-trained Models", "Pretrained models", Likeness.SAME),
        ("LoRA: Low-Rank Adaptation", "QLoRA: Low-Rank Adaptation", Likeness.DOUBTFUL),
        ("GPTQ: Accurate Quantization", "FlashAttention", Likeness.DIFFERENT),
        ("!!!", "!!!", Likeness.DIFFERENT),
    ],
)
def test_titles_are_compared_by_their_words(first: str, second: str, likeness: Likeness) -> None:
    assert compare_titles(first, second) is likeness
    assert compare_titles(second, first) is likeness


def test_equal_titles_years_apart_are_doubtful() -> None:
    assert compare_titles("A Survey", "A survey", years=(2015, 2024)) is Likeness.DOUBTFUL
    assert compare_titles("A Survey", "A survey", years=(2023, 2024)) is Likeness.SAME


def test_one_letter_needs_the_same_author_and_lead() -> None:
    first = "SpecInfer: Accelerating Large Language Model Serving with Tree-based Verification"
    second = "SpecInfer: Accelerating Large Language Models Serving with Tree-based Verification"
    assert compare_titles(first, second) is Likeness.DOUBTFUL
    assert compare_titles(first, second, first_authors=("Xupeng Miao", "Miao, Xupeng")) is Likeness.SAME
    assert compare_titles(first, second, first_authors=("Xupeng Miao", "Ada Other")) is Likeness.DOUBTFUL


def test_paper_keys_are_readable_stable_and_safe_in_addresses() -> None:
    assert (
        paper_key("AWQ: Activation-aware Weight Quantization")
        == "awq-activation-aware-weight-quantization-" + (paper_key("awq activation aware weight quantization")[-6:])
    )
    assert paper_key("A") != paper_key("B")


@given(st.text())
def test_slugs_hold_only_letters_digits_and_hyphens(text: str) -> None:
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 0 < len(slug(text, limit=20)) <= 20
