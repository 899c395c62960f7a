from __future__ import annotations

from pathlib import Path

import pytest

from litatlas.graph.abbreviations import defined, long_forms
from litatlas.graph.library import Library
from litatlas.graph.models import Claim
from litatlas.graph.reading import coverage, read_words
from litatlas.graph.spelling import Speller

from . import library_files


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library_files.write(tmp_path)
    with Library.edit(tmp_path) as draft:
        for number, text in enumerate(("A mixture of adapters (MoA) is used.", "Using Mixtures of Adapters (MoA).")):
            claims = library_files.list_claims(f"p{number}", f"Optimized SmoothQuant number {number}", 2024, None, 50)
            draft.put_claims(f"p{number}", [*claims, Claim(f"p{number}", "abstract", text, claims[0].source, 50)])
    return Library(tmp_path)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("quantizatoin", "quantization"),  # two letters swapped
        ("quantizaton", "quantization"),  # one dropped
        ("qantizaation", "quantization"),  # two edits in a long word
        ("prunning", "pruning"),
        ("quantization", "quantization"),
        ("quantize", "quantize"),  # a form of a word that is here
        ("whole", "whole"),  # an English word that is in no title
        ("spot", "spot"),
        ("prn", "prn"),  # too short to say
        ("zzzzzzzz", "zzzzzzzz"),
        ("1234", "1234"),
    ],
)
def test_typos_are_read_and_words_are_left(library: Library, typed: str, read: str) -> None:
    spelling = Speller(library).read([typed])
    assert spelling.words == (read,)
    assert spelling.corrected == (((typed, read),) if typed != read else ())


def test_british_forms_and_compounds_are_further_words(library: Library) -> None:
    spelling = Speller(library).read(["optimised", "smooth", "quant"])
    assert spelling.words == ("optimised", "smooth", "quant")
    assert spelling.corrected == ()
    assert set(spelling.further) == {"optimized", "smoothquant"}


@pytest.mark.parametrize(
    ("text", "short", "forms"),
    [
        ("We use mixture of experts (MoE) here.", "MoE", ["mixture of experts"]),
        ("Parameter-Efficient Fine-Tuning (PEFT) methods", "PEFT", ["parameter-efficient fine-tuning"]),
        ("large language models (LLMs)", "LLM", ["large language model"]),
        ("a cache (KV)", "KV", []),
        ("nothing at all", "KV", []),
        ("(MoE)", "MoE", []),
    ],
)
def test_definitions_are_found_by_the_rule(text: str, short: str, forms: list[str]) -> None:
    assert list(defined(text, short)) == forms


def test_abbreviations_stand_for_what_the_library_says_and_for_what_the_field_says(library: Library) -> None:
    assert long_forms(library, "MoA") == ("mixture of adapters",)
    assert long_forms(library, "moe") == ("mixture of experts",)
    assert long_forms(library, "KV") == ("key value",)
    assert long_forms(library, "LLMs") == ()
    assert long_forms(library, "pruning") == ()


def test_a_reading_says_how_it_was_read(library: Library) -> None:
    reading = read_words(library, Speller(library), "How is MoE prunning done?")
    assert reading.text == "How is MoE pruning done? (mixture of experts)"
    assert reading.words[:2] == ("moe", "pruning")
    assert "mixture of experts" in reading.words, "the abbreviation itself is in no paper"
    assert reading.notes == (
        "“prunning” is read as “pruning”.",
        "“MoE” is also looked for as “mixture of experts”.",
    )
    assert coverage(reading, [False] * len(reading.words)) == 0.0
    assert coverage(reading, [True] * len(reading.words)) == pytest.approx(1.0)


def test_of_a_pasted_text_the_rarest_words_are_looked_up(library: Library) -> None:
    reading = read_words(library, Speller(library), "quantization " + " ".join(f"w{n}x" for n in range(80)))
    assert len(reading.words) == 25
    assert "quantization" not in reading.words


def test_no_more_unknown_words_are_read_than_anybody_mistypes(library: Library) -> None:
    """Each is compared with every word of the library; a text in another language has hundreds."""
    foreign = [f"zzzz{chr(97 + n)}zzzz" for n in range(25)]
    assert Speller(library).read([*foreign[1:], "prunning"]).corrected == (("prunning", "pruning"),)
    spelling = Speller(library).read([*foreign, "prunning"])
    assert spelling.corrected == ()
    assert spelling.words == (*foreign, "prunning")
