from __future__ import annotations

import json
import lzma
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.identity import PaperId, title_key
from litatlas.ingest.bibitems import Printed, find_ids, find_title, read_authors, read_printed


def item(*blocks: str, label: str = "", title: str | None = None):
    return read_printed(Printed("k", blocks, 7, label=label, title=title))


def test_three_blocks_are_authors_title_and_place() -> None:
    read = item(
        "Jimmy Lei Ba, Jamie Ryan Kiros, and Geoffrey E. Hinton.",
        "Layer normalization.",
        "arXiv preprint arXiv:1607.06450, 2016.",
    )
    assert read.title == "Layer normalization"
    assert read.authors == ("Jimmy Lei Ba", "Jamie Ryan Kiros", "Geoffrey E. Hinton")
    assert (read.year, read.venue, read.line) == (2016, "arXiv", 7)
    assert read.ids == (PaperId.parse("arxiv:1607.06450"),)


@pytest.mark.parametrize(
    ("blocks", "title"),
    [
        (["D. Zhou et al. 2022.", "Least-to-most prompting.", "In ICLR."], "Least-to-most prompting"),
        (["T. Brown, B. Mann, “Few-shot learners,” in NeurIPS, 2020."], "Few-shot learners"),
        (["Zhou, X., et al. (2023). Spurious Correlations. arXiv preprint arXiv:2311.08648."], "Spurious Correlations"),
        (["J. Smith and A. B. Lee. Attention is all you need. In NeurIPS, 2017."], "Attention is all you need"),
        (["Ada Lovelace and C. Babbage. 2019. Notes on the engine. In ACL."], "Notes on the engine"),
        (["Brown, T., Mann, B.: Few-shot learners. In: NeurIPS (2020)"], "Few-shot learners"),
        (["OpenAI. GPT-4 technical report. 2023."], "GPT-4 technical report"),
        (["OpenAI.", "2023.", "GPT-4 technical report."], "GPT-4 technical report"),
        (["Hugo Touvron et al. LLaMA: Open models. ICLR, 2023."], "LLaMA: Open models"),
        (["E. Pot. Is it so? Proceedings of ACL, 2001."], "Is it so?"),
    ],
)
def test_titles_in_the_ways_of_many_styles(blocks: list[str], title: str) -> None:
    assert find_title(blocks) == title


@pytest.mark.parametrize(
    "text",
    [
        "T. Brown, B. Mann, Language models are few-shot learners, Adv. Neural Inf. Process. 33 (2020) 1877–1901.",
        "https://github.com/someone/something.",
        "OpenAI. GPT-4 technical report, 2023.",
        "",
    ],
)
def test_no_title_is_better_than_a_wrong_one(text: str) -> None:
    assert find_title([text] if text else []) is None


def test_a_marked_title_is_believed() -> None:
    assert item("Some words. Others. More.", title="The title.").title == "The title"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("arXiv preprint arXiv:2305.13245v2, 2023", ["arxiv:2305.13245"]),
        ("CoRR, abs/2106.09685", ["arxiv:2106.09685"]),
        ("arXiv:cs/0112017", ["arxiv:cs/0112017"]),
        ("https://doi.org/10.1145/3580305.3599790.", ["doi:10.1145/3580305.3599790"]),
        ("doi: 10.48550/arXiv.2302.13971", ["arxiv:2302.13971"]),
        ("URL https://openreview.net/forum?id=abcDEF.", ["openreview:abcDEF"]),
        ("https://aclanthology.org/2020.acl-main.1/", ["acl:2020.acl-main.1"]),
        ("pages 2305.13245", []),
    ],
)
def test_ids_that_are_printed(text: str, ids: list[str]) -> None:
    assert [str(paper_id) for paper_id in dict.fromkeys(find_ids(text))] == ids


@pytest.mark.parametrize(
    ("blocks", "label", "year"),
    [
        (["A. B.", "T here.", "arXiv:2005.14165, 2020."], "", 2020),
        (["A. B.", "T here.", "In ACL, pages 2010–2020, 2023."], "", 2023),
        (["A. B.", "A map of 1999 things.", "In ACL."], "Bee (2021b)", 2021),
        (["A. B.", "T here.", "J. X, 3 (2019) 2000."], "", 2019),
        (["A. B.", "T here.", "https://x.org/2018/01"], "", None),
    ],
)
def test_years_that_are_no_part_of_anything_else(blocks: list[str], label: str, year: int | None) -> None:
    assert item(*blocks, label=label).year == year


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lovelace, A., Babbage, C. K., Bee, D.", ("A. Lovelace", "C. K. Babbage", "D. Bee")),
        ("Aaron van den Oord and Li Wei.", ("Aaron van den Oord", "Li Wei")),
        ("Ada Lovelace; Charles Babbage", ("Ada Lovelace", "Charles Babbage")),
        ("B. Mann, Language models are learners", ()),
        ("The BigScience workshop of all", ()),
    ],
)
def test_authors_are_names_or_none(text: str, names: tuple[str, ...]) -> None:
    assert read_authors(text) == names


def test_venues_have_their_own_spelling() -> None:
    assert item("A. Bee.", "T here.", "In NIPS, 2017.").venue == "NeurIPS"
    assert item("A. Bee.", "T here.", "In Proceedings of the Hive, pages 1–2.").venue == "Proceedings of the Hive"


@given(st.lists(st.text(max_size=80), max_size=4), st.text(max_size=20))
def test_any_text_is_read(blocks: list[str], label: str) -> None:
    read = item(*blocks, label=label)
    assert read.title is None or read.title.strip()


Names = Sequence[str]


def in_full(names: Names) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, and {names[-1]}"


def initials(name: str) -> str:
    *first, last = name.split()
    return " ".join((*(f"{word[0].upper()}." for word in first), last))


def reversed_initials(name: str) -> str:
    *first, last = name.split()
    return f"{last}, {' '.join(f'{word[0].upper()}.' for word in first)}"


STYLES: dict[str, Callable[[str, Names], list[str]]] = {
    "plain": lambda title, names: [f"{in_full(names)}.", f"{title}.", "In ICML, 2023."],
    "ieee": lambda title, names: [f"{in_full([*map(initials, names)])}, “{title},” in ICML, 2023, pp. 1–9."],
    "apa": lambda title, names: [f"{', '.join(map(reversed_initials, names))} (2023). {title}. arXiv:2301.00001."],
    "acm": lambda title, names: [f"{in_full(names)}. 2023. {title}. In Proceedings of ICML (Honolulu). 1–9."],
    "one block": lambda title, names: [f"{in_full(names)}. {title}. arXiv preprint arXiv:2301.00001, 2023."],
    "lncs": lambda title, names: [f"{', '.join(map(reversed_initials, names))}: {title}. In: ICML, pp. 1–9 (2023)"],
}


@pytest.mark.realdata
@pytest.mark.parametrize("style", STYLES)
def test_real_titles_and_names_in_common_styles(style: str, shared_data: Path) -> None:
    """Nearly all titles are read, and hardly any is read wrongly."""
    outcomes: Counter[str] = Counter()
    with lzma.open(shared_data / "corpora" / "arxiv-recent.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 1_000):
            record = json.loads(line)
            names = record["authors"] if isinstance(record["authors"], list) else record["authors"].split(", ")
            read = item(*STYLES[style](record["title"], names[:8] or ["Ada Lovelace"]))
            same = read.title and title_key(read.title) == title_key(record["title"])
            outcomes["same" if same else "other" if read.title else "none"] += 1
    assert outcomes["same"] >= 940
    assert outcomes["other"] <= 10
