"""`litatlas.graph.Library`, the library as a notebook asks it; docs/python.md is tested in test_python_tour.py."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import litatlas.graph
from litatlas.graph import Claim, Library, LitAtlasError, Whole, to_networkx
from litatlas.graph.embedding import update_index
from litatlas.graph.errors import (
    AmbiguousNode,
    ExportError,
    ExtraMissing,
    InvalidFilter,
    InvalidSelection,
    LibraryMissing,
    StorageError,
    UnknownNode,
    UnknownPaper,
    WrongUsage,
)
from litatlas.graph.export import export
from litatlas.graph.library import Library as Store
from litatlas.graph.paths import Direction
from litatlas.graph.records import Records

from ..conftest import WordEncoder
from . import library_files, placement_library
from .example import LORA, METHODS, SMALL, SURVEY


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five papers of two surveys, with the vectors of the test encoder; read by all tests of this module."""
    place = tmp_path_factory.mktemp("notebook") / "library"
    library_files.write(place)
    library_files.write_second_survey(place)
    with Store.edit(place) as draft:
        update_index(draft, WordEncoder(), None, lambda *_: None)
    return place


@pytest.fixture
def library(directory: Path, encoder: WordEncoder) -> Library:
    return Library(directory, model=encoder)


def keys(papers: object) -> list[str]:
    assert isinstance(papers, tuple)
    return [paper.key for paper in papers]


def test_the_public_surface_is_what_it_is_said_to_be() -> None:
    assert sorted(litatlas.graph.__all__) == sorted(
        "FORMATS Around Below Citation Claim Filters Library LitAtlasError Matching Paper PaperId Placement"
        " PlacementAnswer Placer SearchAnswer Searcher Source Subgraph Survey TaxonomyNode Whole load_encoder select"
        " to_networkx".split()
    )
    assert all(hasattr(litatlas.graph, name) for name in litatlas.graph.__all__)
    assert [name for name in dir(Library) if not name.startswith("_")] == (
        "broader cited_by cites close compare counts export facts narrower node nodes paper papers path place"
        " placements search select similar sources surveys to_networkx to_pandas".split()
    )


def test_opening_and_looking_up_loads_no_model(directory: Path) -> None:
    script = (
        "import sys\n"
        "from litatlas.graph import Library\n"
        "with Library(sys.argv[1]) as library:\n"
        "    library.similar('gptq'), library.papers(), library.path('h2o', 'gptq'), library.select('under:Cache')\n"
        "print([name for name in ('torch', 'sentence_transformers', 'sklearn', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(directory)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_it_opens_with_and_without_with(directory: Path, tmp_path: Path) -> None:
    with Library(str(directory)) as library:
        assert library.counts.papers == 5
    with pytest.raises(Exception, match="closed"):
        library.paper("gptq")
    plain = Library(directory)
    assert "5 papers and 0 software entries at 5 topics of 2 surveys, 3 citations" in repr(plain)
    plain.close()
    with pytest.raises(LibraryMissing):
        Library(tmp_path / "nowhere")


# -- looking up ---------------------------------------------------------------------------------------------------


def test_a_paper_is_found_by_whatever_names_it(library: Library) -> None:
    paper = library.paper("gptq")
    hit = library.search("quantization").papers[0]
    for reference in ("2210.17323", "https://arxiv.org/abs/2210.17323", paper.title, "GPTQ", paper):
        assert library.paper(reference) == paper
    assert library.paper(hit) == hit.paper
    assert library.paper(library.similar("awq")[0]) == library.similar("awq")[0].paper


@pytest.mark.parametrize(
    ("reference", "advice"),
    [
        ("accurate quantisation of nothing", "GPTQ: accurate quantization"),  # by words
        ("Wandda", "Wanda: simple pruning"),  # by spelling
        ("2999.99999", "Check the id"),
        ("", "Library.search"),
        ("<script>=1+1", "Library.search"),
        ("x" * 100_000, "Library.search"),
    ],
)
def test_an_unknown_paper_gives_the_nearest(library: Library, reference: str, advice: str) -> None:
    with pytest.raises(UnknownPaper) as caught:
        library.paper(reference)
    assert advice in caught.value.advice
    assert caught.value.__notes__ == [caught.value.advice]  # what a traceback shows below the message


def test_topics_are_found_and_walked(library: Library) -> None:
    assert library.node("pruning").path == ("Model", "Pruning")
    assert library.node(library.node("pruning")) == library.node("s/model/pruning")
    assert keys(library.nodes) == [*(node.key for node in library_files.NODES), "t/quantization"]
    assert keys(library.narrower("Model")) == ["s/model/quantization", "s/model/pruning"]
    assert keys(library.narrower(survey="A survey")) == ["s/model", "s/cache"]
    assert keys(library.narrower()) == ["s/model", "s/cache", "t/quantization"]
    assert keys(library.broader("pruning")) == ["s/model"]
    assert keys(library.surveys) == ["s", "t"]
    assert keys(library.sources) == ["edges", "list", "list-t", "metadata"]


def test_unknown_and_ambiguous_topics_and_surveys_say_what_there_is(library: Library) -> None:
    with pytest.raises(AmbiguousNode) as several:
        library.narrower("Quantization")
    assert "s/model/quantization, t/quantization" in several.value.advice
    with pytest.raises(UnknownNode) as nearly:
        library.papers(under="prunning")
    assert "'Pruning'" in nearly.value.advice
    with pytest.raises(UnknownNode) as survey:
        library.papers(survey="x")
    assert "s, t" in survey.value.advice


def test_papers_are_filtered(library: Library) -> None:
    assert keys(library.papers()) == ["wanda", "awq", "gptq", "h2o", "note"]
    assert keys(library.papers(under="Model", year_to=2023)) == ["awq", "gptq"]
    assert keys(library.papers(under="Model", survey="t")) == ["gptq"]
    assert keys(library.papers(has_code=True)) == ["gptq"]
    assert keys(library.papers(venue="iclr", year_from=2024)) == ["wanda"]
    assert keys(library.papers(["h2o", "GPTQ", "h2o"])) == ["h2o", "gptq"]
    assert keys(library.papers(["h2o", "gptq"], survey="t", has_code=True)) == ["gptq"]
    with pytest.raises(InvalidFilter, match="No year is"):
        library.papers(year_from=2024, year_to=2023)


def test_citations_lead_both_ways(library: Library) -> None:
    assert keys(library.cites("wanda")) == ["awq", "gptq"]
    assert keys(library.cited_by("gptq")) == ["wanda", "awq"]
    assert library.cites("gptq") == ()


def test_every_fact_and_place_names_its_source(library: Library) -> None:
    facts = library.facts("gptq")
    told = {(fact.field, fact.source.key, fact.line, fact.shown) for fact in facts}
    assert {("title", "list", 10, True), ("abstract", "metadata", 1, True), ("link:code", "list", 10, None)} <= told
    assert [
        (place.node.key, place.survey.key, place.source.title, place.line) for place in library.placements("h2o")
    ] == [
        ("s/cache", "s", "A list", 13),
        ("t/quantization", "t", "Another list", 2),
    ]
    assert repr(library.placements("h2o")) == "[<Cache, by A list, line 13>,\n <Quantization, by Another list, line 2>]"


def test_a_fact_that_another_source_overrules_is_not_shown(directory: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(directory, tmp_path / "copy")
    with Store.edit(changed) as draft:
        draft.put_claims("gptq", [Claim("gptq", "year", "2022", "metadata", 9)])
    years = {(f.value, f.shown) for f in Library(changed).facts("gptq") if f.field == "year"}
    assert years == {("2023", True), ("2022", False)}


def test_similar_papers_are_those_of_the_store(library: Library) -> None:
    near = library.similar("gptq", limit=2)
    assert len(near) == 2
    assert near[0].paper.key == "awq"  # shares the word


# -- asking -------------------------------------------------------------------------------------------------------


def test_search_takes_filters_as_words_and_as_arguments(library: Library, encoder: WordEncoder) -> None:
    assert keys(tuple(hit.paper for hit in library.search("quantization", has_code=True).papers)) == ["gptq"]
    assert keys(tuple(hit.paper for hit in library.search("quantization code:yes").papers)) == ["gptq"]
    assert library.search("quantization", under="Cache", survey="s").papers[0].paper.key == "h2o"
    within = library.search("quantization pruning", within="under:Model and not papers:gptq").papers
    assert {hit.paper.key for hit in within} == {"awq", "wanda"}
    assert library.search("quantization", within="not everything").papers == ()
    assert len(library.search("quantization", limit=1).papers) == 1
    assert library.search("quantization", nodes=0).nodes == ()
    assert encoder.encoded


def test_a_question_that_no_paper_can_answer_asks_no_model(library: Library, encoder: WordEncoder) -> None:
    answer = library.search("quantization", year_from=2090)
    assert (answer.papers, encoder.encoded) == ((), [])


def test_a_path_is_told_hop_by_hop(library: Library) -> None:
    found = library.path("wanda", "gptq", by=["cites"])
    assert keys(found.paths[0].papers) == ["wanda", "gptq"]
    assert found.paths[0].hops[0].direction is Direction.CITES
    assert repr(found).startswith("<Path of cost ")
    assert "\n  -- cites --> <Paper “GPTQ: accurate quantization”, ICLR 2023, arxiv:2210.17323>" in repr(found)
    assert "no path joins" in repr(library.path("wanda", "note", by="cites"))
    with pytest.raises(InvalidFilter) as caught:
        library.path("wanda", "gptq", by=["friendship"])
    assert caught.value.advice == "Choose among: cites, similar, place."
    with pytest.raises(InvalidFilter, match="Both ends"):
        library.path("wanda", "Wanda")


def test_surveys_are_compared(library: Library) -> None:
    found = library.compare("s", "Another survey")
    assert keys(library.papers(found.both)) == ["gptq", "h2o"]
    assert "2 papers and software entries in both, of 5 and 2 (Jaccard 0.40)" in repr(found)
    with pytest.raises(WrongUsage):
        library.compare("s", library.surveys[0])


def test_a_text_is_placed(tmp_path: Path, encoder: WordEncoder) -> None:
    placement_library.write(tmp_path)
    library = Library(tmp_path, model=encoder)
    text = "Rounding to few bits\nWe choose integer scales and a codebook. Outliers keep their precision."
    found = library.place(text, survey="A Survey", limit=2)
    assert found.surveys[0].nodes[0].node.name == "Quantization"
    assert len(found.surveys[0].nodes) == 2
    assert repr(found).startswith(
        "<PlacementAnswer for “Rounding to few bits”, by title alone>\n  <SurveyPlacement in s: "
    )
    assert "\n    <0." in repr(found)
    assert library.place(library.paper("pruning-03")).paper == library.paper("pruning-03")
    with pytest.raises(UnknownNode):
        library.place(text, survey="x")


def test_a_library_without_vectors_answers_by_words(tmp_path: Path) -> None:
    library_files.write(tmp_path)
    library = Library(tmp_path)
    answer = library.search("quantization")
    assert answer.papers
    assert any("words alone" in note for note in answer.notes)
    assert library.similar("gptq") == ()


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "\u202edrow",
        "\x00\x1b[31m",
        "'; DROP TABLE papers; --",
        "../../etc/passwd",
        "[x](javascript:alert(1))",
        "%_\\",
        '"',
        "(" * 500,
        "a " * 50_000,
        "\N{GRINNING FACE}" * 40,
    ],
)
def test_whatever_is_asked_for_gives_an_answer_or_an_error_with_advice(library: Library, text: str) -> None:
    advices = []
    for ask in (
        library.paper,
        library.node,
        library.search,
        library.select,
        library.narrower,
        library.place,
        lambda it: library.papers(author=it),
        lambda it: library.papers(survey=it, venue=it),
        lambda it: library.compare(it, "s"),
        lambda it: library.path(it, "gptq"),
        lambda it: library.export("under:Cache", it),
        lambda it: library.to_pandas(table=it),
    ):
        try:
            ask(text)
        except LitAtlasError as error:
            advices.append(error.advice)
    assert advices
    assert all(advices)


@pytest.mark.parametrize("limit", [0, -1, 1001, 10**30, 2.5, True, "x", None])
def test_a_limit_out_of_range_is_refused_with_the_range(library: Library, limit: Any) -> None:
    for ask in (library.search, library.similar, library.place):
        with pytest.raises(InvalidFilter) as caught:
            ask("gptq", limit=limit)
        assert str(caught.value) == f"limit cannot be {limit!r}."
        assert caught.value.__notes__ == ["Give a whole number from 1 to 1000."]
    with pytest.raises(InvalidFilter) as caught:
        library.path("gptq", "awq", limit=limit)
    assert caught.value.advice == "Give a whole number from 1 to 3."
    with pytest.raises(InvalidFilter, match="nodes cannot be -1"):
        library.search("gptq", nodes=-1)


@pytest.mark.parametrize("year", ["x", "2023", 2025.5, -1, 10_000, True])
def test_a_year_that_is_none_is_refused_with_the_range(library: Library, year: Any) -> None:
    for name in ("year_from", "year_to"):
        for ask in (library.papers, lambda **years: library.search("quantization", **years)):
            with pytest.raises(InvalidFilter) as caught:
                ask(**{name: year})
            assert str(caught.value) == f"{name} cannot be {year!r}."
            assert caught.value.__notes__ == ["Give a whole number from 0 to 9999."]


def test_numbers_of_numpy_are_numbers(library: Library) -> None:
    year: Any = np.int64(2023)
    limit: Any = np.int32(1)
    assert library.papers(year_from=year) == library.papers(year_from=2023) != library.papers()
    assert len(library.similar("gptq", limit=limit)) == 1


@pytest.mark.parametrize("thing", [5, None, 2.5, object(), Whole, b"gptq"])
def test_what_is_neither_a_paper_nor_a_part_is_told_what_may_be_passed(library: Library, thing: Any) -> None:
    for name in (library.paper, library.similar, library.cites, library.place, lambda it: library.select([it])):
        with pytest.raises(UnknownPaper, match="names no paper") as caught:
            name(thing)
        assert caught.value.__notes__ == [caught.value.advice]
        assert "a key, an id, a title" in caught.value.advice
    if not isinstance(thing, bytes):  # bytes are numbers one by one, none of which names a paper
        for part in (library.select, library.to_networkx, library.to_pandas):
            with pytest.raises(InvalidSelection, match="means no part") as refused:
                part(thing)
            assert "an expression such as" in refused.value.advice


# -- taking away --------------------------------------------------------------------------------------------------


def test_a_part_is_meant_in_many_ways(library: Library) -> None:
    cache = library.select("under:Cache")
    assert keys(cache.papers) == ["h2o", "note"]
    assert library.select(library.node("Cache")) == cache
    assert library.select(cache) is cache
    assert library.select() == library.select(Whole())
    assert keys(library.select("under:Model and not survey:t").papers) == ["wanda", "awq"]
    assert keys(library.select(library.surveys[1]).papers) == ["gptq", "h2o"]
    assert keys(library.select(library.papers(has_code=True)).papers) == ["gptq"]
    assert keys(library.select(["h2o", library.paper("awq")]).papers) == ["h2o", "awq"]
    answer = library.search("quantization", limit=2)
    part = library.select(answer)
    assert keys(part.papers) == [hit.paper.key for hit in answer.papers]
    assert part.title == "Search: quantization"
    assert repr(cache) == "<Subgraph “Cache”: 2 papers, 0 software entries, 1 topic, 2 placements, 0 citations>"
    with pytest.raises(InvalidSelection, match="character 7"):
        library.select("under:")


def test_an_export_is_that_of_the_store_and_is_written_where_asked(library: Library, tmp_path: Path) -> None:
    part = library.select("under:Model")
    assert library.export(part, "bibtex") == export(part, "bibtex")
    target = tmp_path / "model.bib"
    made = library.export("under:Model", "bibtex", target)
    assert target.read_bytes() == made.data
    library.export("under:Model", "bibtex", str(tmp_path))
    assert (tmp_path / made.name).read_bytes() == made.data
    assert b"quantize their weights" not in library.export("everything", "csv").data
    assert b"quantize their weights" in library.export("everything", "node-link", include_abstracts=True).data
    assert repr(made).startswith("<ExportedFile litatlas-model.bib: application/x-bibtex, ")
    with pytest.raises(ExportError) as caught:
        library.export(part, "docx")
    assert "bibtex" in caught.value.advice
    with pytest.raises(StorageError):
        library.export(part, "bibtex", tmp_path / "nowhere" / "x.bib")


def test_networkx_gets_the_part(library: Library) -> None:
    graph = library.to_networkx("under:Model")
    assert nx.utils.graphs_equal(graph, to_networkx(library.select("under:Model")))
    assert "abstract" not in graph.nodes["paper:gptq"]
    assert "abstract" in library.to_networkx(abstracts=True).nodes["paper:gptq"]


def test_the_tables_of_a_part_have_their_columns_and_types(library: Library) -> None:
    papers = library.to_pandas()
    assert sorted(papers.index) == ["awq", "gptq", "h2o", "note", "wanda"]
    assert papers.index.name == "key"
    assert str(papers.year.dtype) == "Int64"
    assert papers.year.dropna().to_dict() == {"wanda": 2024, "awq": 2023, "gptq": 2023, "h2o": 2023}
    assert papers.loc["gptq", "code"] == ("https://github.com/x/gptq",)
    topics = library.to_pandas(table="topics")
    assert topics.papers.to_dict() == library.store.node_counts
    assert topics.loc["s/model/pruning", "path"] == "Model > Pruning"
    placements = library.to_pandas("under:Cache", table="placements")
    assert placements.to_dict("records")[0] == {"paper": "h2o", "node": "s/cache", "source": "list", "line": 13}
    citations = library.to_pandas(table="citations")
    assert set(zip(citations.citing, citations.cited, strict=True)) == {
        ("awq", "gptq"),
        ("wanda", "gptq"),
        ("wanda", "awq"),
    }
    with pytest.raises(InvalidFilter, match="no table 'authors'"):
        library.to_pandas(table="authors")


def test_records_become_rows_in_their_order(library: Library) -> None:
    answer = library.search("quantization")
    table = library.to_pandas(answer)
    assert list(table.index) == [hit.paper.key for hit in answer.papers]
    assert list(table.score) == [hit.score for hit in answer.papers]
    assert list(library.to_pandas(library.search("quantization", year_from=2090))) == list(table)
    assert list(library.to_pandas(answer.nodes).papers) == [hit.papers for hit in answer.nodes]
    near = library.similar("gptq")
    assert list(library.to_pandas(near).similarity) == [each.similarity for each in near]
    facts = library.to_pandas(library.facts("gptq"))
    assert list(facts) == ["field", "value", "source", "line", "licence", "shown"]
    assert list(library.to_pandas(library.placements("h2o")).survey) == ["s", "t"]
    assert list(library.to_pandas(library.surveys).title) == ["A survey", "Another survey"]
    assert library.to_pandas(library.cites("gptq")).empty
    with pytest.raises(InvalidFilter, match="is no record"):
        library.to_pandas([1])


def test_without_pandas_the_error_names_what_to_install(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ExtraMissing) as caught:
        library.to_pandas()
    assert caught.value.advice == "pip install 'litatlas[pandas]'"


# -- how records print --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile", ["\x1b[31mred\x07", "a\u202eb", "two\nlines\r\t", "\ud800", "<script>alert(1)</script>", "x" * 500]
)
def test_records_print_on_lines_of_their_own_whatever_they_hold(hostile: str) -> None:
    for record in (
        replace(LORA, title=hostile, venue=hostile),
        replace(METHODS, path=(hostile, hostile)),
        replace(SURVEY, title=hostile),
        replace(SMALL, title=hostile),
    ):
        assert repr(record).isprintable()
        assert len(repr(record)) < 260
        assert type(record).__name__ in repr(record)


def test_long_tuples_print_their_beginning_and_count_the_rest(library: Library) -> None:
    assert repr(Records(range(22))) == "[" + ",\n ".join(map(str, range(20))) + ",\n … and 2 more]"
    assert repr(Records(())) == "[]"
    assert library.papers() == tuple(library.papers())
