"""What a reader decides about who is who: found, decided, undone; by use case and by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from litatlas.app import reviewing
from litatlas.app.building import ingest_list
from litatlas.app.cli import cli
from litatlas.app.fetching import fetch_missing
from litatlas.app.settings import Settings
from litatlas.graph.errors import InvalidFilter, UnknownPaper
from litatlas.graph.library import Library
from litatlas.graph.models import SERVICES, Source, SourceKind
from litatlas.graph.review import Doubt
from litatlas.graph.sameness import Verdict
from litatlas.ingest.paper_list import parse_paper_list

from ..loopback.corpus import Work
from ..loopback.server import LoopbackServer

FIRST = """\
# S
## A
- LoRA: Low-Rank Adaptation of Large Language Models, <ins>ICLR, 2022</ins> [[Paper](https://openreview.net/forum?id=a)]
- QA-LoRA: Quantized Low-Rank Adaptation of Large Language Models, <ins>ICLR, 2024</ins> [[Paper](https://doi.org/10.1000/q)]
- GPTQ: Accurate Quantization, <ins>arXiv, 2022</ins> [[Paper](https://arxiv.org/abs/2210.17323)]
- Something Else Entirely, <ins>ACL, 2022</ins> [[Paper](https://arxiv.org/abs/1706.03762)]
"""
SECOND = """\
# T
## B
- OPTQ: Accurate Quantization, <ins>ICLR, 2023</ins> [[Paper](https://doi.org/10.1000/optq)]
"""
CORPUS = (
    Work("2210.17323", "GPTQ: Accurate Quantization", year=2022, doi="10.1000/optq"),
    Work("1706.03762", "Attention Is All You Need", year=2017),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two lists in one library, and what the services know of them."""
    with LoopbackServer(CORPUS) as server:
        made = Settings(
            library=tmp_path / "library",
            arxiv_api=f"{server.address}/api/query",
            arxiv_site=server.address,
            semantic_scholar=f"{server.address}/graph/v1",
            openalex=server.address,
            pace=0.0,
        )
        for key, text in (("s", FIRST), ("t", SECOND)):
            source = Source(f"paper-list:{key}", SourceKind.PAPER_LIST, key, "README.md")
            ingest_list(made, parse_paper_list(text.encode(), source, survey_key=key))
        fetch_missing(made, lambda _event: None)
    return made


def test_alike_titles_wait_for_a_reader(settings: Settings) -> None:
    (pair,) = reviewing.review(settings).pairs
    titles = {pair.first.title.split(":")[0], pair.second.title.split(":")[0]}
    assert (pair.doubt, titles) == (Doubt.ALIKE_TITLES, {"LoRA", "QA-LoRA"})
    assert 80 <= pair.likeness < 100


def test_a_link_that_leads_to_another_work_is_told(settings: Settings) -> None:
    strays = reviewing.review(settings).strays
    assert {stray.title for stray in strays} == {"Attention Is All You Need"}
    assert {stray.service for stray in strays} == SERVICES
    assert all("something-else-entirely" in stray.reason for stray in strays)


def test_the_log_says_what_was_joined_and_why(settings: Settings) -> None:
    (joined,) = reviewing.merge_log(settings).joined
    assert {title for _, title in joined.titles} == {"GPTQ: Accurate Quantization", "OPTQ: Accurate Quantization"}
    assert {(reason.rule, reason.source) for reason in joined.reasons} >= {("same-s2", "semantic-scholar")}


def test_a_merge_is_undone_and_the_undoing_too(settings: Settings) -> None:
    before = Library(settings.library)
    (joined,) = reviewing.merge_log(settings).joined
    first, second = (key for key, _ in joined.titles)
    apart = reviewing.decide(settings, second, first, Verdict.APART)
    assert (apart.papers_before, apart.papers_after) == (5 - 1, 5)
    assert reviewing.merge_log(settings).joined == ()
    assert len(reviewing.merge_log(settings).verdicts) == 1
    assert len(reviewing.review(settings).pairs) == 1, "what is decided does not wait any more"
    reviewing.decide(settings, first, second, None)
    assert Library(settings.library).manifest.content_hash == before.manifest.content_hash


def test_a_reader_joins_two_papers_by_any_of_their_names(settings: Settings) -> None:
    done = reviewing.decide(settings, "doi:10.1000/q", "LoRA", Verdict.SAME)
    assert (done.papers_before, done.papers_after) == (4, 3)
    library = Library(settings.library)
    assert library.paper("doi:10.1000/q") == library.paper("LoRA: Low-Rank Adaptation of Large Language Models")
    assert reviewing.review(settings).pairs == ()


def test_what_cannot_be_decided_is_explained(settings: Settings) -> None:
    with pytest.raises(UnknownPaper):
        reviewing.decide(settings, "no such paper", "LoRA", Verdict.SAME)
    with pytest.raises(InvalidFilter, match="one work"):
        reviewing.decide(settings, "LoRA", "openreview:a", Verdict.APART)
    with pytest.raises(InvalidFilter, match="Nothing was decided"):
        reviewing.decide(settings, "LoRA", "QA-LoRA", None)


def test_the_commands_say_it_all(settings: Settings) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(cli, ["review", *words, "--library", str(settings.library)])
        assert result.exit_code == 0, result.output
        return result.output

    assert "titles 8" in run()
    assert "arxiv knows 'Attention Is All You Need' by arxiv:1706.03762" in run()
    assert len(json.loads(run("--json"))["pairs"]) == 1
    (joined,) = json.loads(run("log", "--json"))["joined"]
    first, second = (key for key, _ in joined["titles"])
    assert "same s2" in run("log")
    assert "two papers" in run("apart", first, second)
    assert "kept apart since 2" in run("log")
    assert "left to the rules again" in run("undo", first, second)


def test_works_of_one_title_with_ids_that_differ_can_be_set_apart(tmp_path: Path) -> None:
    """By title and year they are one paper; which is logged, and a reader may know better."""
    made = Settings(library=tmp_path / "library")
    for key, year, arxiv in (("s", 2023, "2301.00001"), ("t", 2024, "2404.00002")):
        row = f"- Efficient Widgets: A Survey, <ins>ICML, {year}</ins> [[Paper](https://arxiv.org/abs/{arxiv})]"
        source = Source(f"paper-list:{key}", SourceKind.PAPER_LIST, key, "README.md")
        ingest_list(made, parse_paper_list(f"# L\n## A\n{row}\n".encode(), source, survey_key=key))
    (joined,) = reviewing.merge_log(made).joined
    first, second = (key for key, _ in joined.titles)
    assert reviewing.decide(made, first, second, Verdict.APART).papers_after == 2
    library = Library(made.library)
    assert library.paper("arxiv:2301.00001") != library.paper("arxiv:2404.00002")


def test_a_decision_that_others_contradict_is_said_not_to_hold(settings: Settings) -> None:
    library = Library(settings.library)
    keys = [library.paper(name).key for name in ("arxiv:2210.17323", "LoRA", "Something Else Entirely")]
    gptq, lora, other = keys
    assert reviewing.decide(settings, gptq, lora, Verdict.SAME).holds
    assert reviewing.decide(settings, gptq, other, Verdict.APART).holds
    assert not reviewing.decide(settings, lora, other, Verdict.SAME).holds


def test_the_library_may_stand_before_the_subcommand(settings: Settings, tmp_path: Path) -> None:
    """Were it not handed on, the command would act on another library without a word."""
    there = CliRunner().invoke(cli, ["review", "--library", str(settings.library), "log", "--json"])
    assert len(json.loads(there.stdout)["joined"]) == 1
    nowhere = CliRunner().invoke(cli, ["review", "--library", str(tmp_path / "none"), "log"])
    assert nowhere.exit_code == 1
