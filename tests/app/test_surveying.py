"""Taking in a survey by its arXiv id, from a server on this machine: page, source, neither, and beside a list."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from litatlas.app.building import ingest_list
from litatlas.app.cli_ingest import TaxonomyFrom
from litatlas.app.fetching import fetch_missing
from litatlas.app.settings import Settings
from litatlas.app.surveying import ingest_survey
from litatlas.graph.errors import (
    FetchStopped,
    InvalidFilter,
    LibraryMissing,
    NoPapersFound,
    NotStored,
    ServiceBusy,
    SourceMissing,
)
from litatlas.graph.identity import PaperId, title_key
from litatlas.graph.library import Library
from litatlas.graph.models import Source, SourceKind
from litatlas.graph.storage import read_manifest
from litatlas.ingest.bundle import find_bundles, load_facts
from litatlas.ingest.paper_list import parse_paper_list
from litatlas.ingest.text_taxonomy import TaxonomyChoice

from .. import survey_documents as documents
from ..loopback.corpus import Work
from ..loopback.faults import Fault, Plan, Rule
from ..loopback.server import LoopbackServer
from ..loopback.survey import survey_documents

SURVEY = "2301.00042"
TITLE = "Small Things: A Survey"
CITED = [Work(f"2302.0000{n}", f"Method {n}: Learning of Thing Number {n}", f"About {n}.") for n in range(1, 6)]
CORPUS = (Work(SURVEY, TITLE, "All of them.", references=tuple(work.arxiv for work in CITED)), *CITED)
REFERENCES = [documents.Work(f"k{n}", work.title, arxiv=work.arxiv) for n, work in enumerate(CITED, start=1)]
SECTIONS = [
    documents.Part("Introduction", ("k5",)),
    documents.Part("Pruning", ("k1",), (documents.Part("Structured Pruning", ("k2", "k3")),)),
    documents.Part("Quantization", ("k3", "k4")),
]
LIST = f"""\
# {TITLE}
[arXiv](https://arxiv.org/abs/{SURVEY})
## By Hand
- {CITED[0].title}, <ins>ICML, 2023</ins> [[Paper](https://arxiv.org/abs/{CITED[0].arxiv})]
- {CITED[3].title}, <ins>ICML, 2023</ins> [[Paper](https://arxiv.org/abs/{CITED[3].arxiv})]
"""
PAGE = (200, "text/html", documents.to_html(TITLE, SECTIONS, REFERENCES))
SOURCE = (200, "application/gzip", documents.to_eprint(TITLE, SECTIONS, REFERENCES))
PDF = (200, "application/pdf", b"%PDF-1.5\n...")
NO_PAGE = (404, "text/html", b"No HTML for this paper")
PLACES = {
    "Pruning": {CITED[0].title},
    "Pruning > Structured Pruning": {CITED[1].title, CITED[2].title},
    "Quantization": {CITED[2].title, CITED[3].title},
}


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(CORPUS) as running:
        yield running


def serve(server: LoopbackServer, *, html: tuple[int, str, bytes], source: tuple[int, str, bytes]) -> None:
    server.overrides = {f"/html/{SURVEY}": html, f"/src/{SURVEY}": source}


def settings_for(server: LoopbackServer, library: Path) -> Settings:
    return Settings(
        library=library,
        arxiv_api=f"{server.address}/api/query",
        arxiv_site=server.address,
        semantic_scholar=f"{server.address}/graph/v1",
        openalex=server.address,
        pace=0.0,
        longest_wait=0.5,
    )


def silent(_event: object) -> None:
    pass


def places(library: Library) -> dict[str, set[str]]:
    papers = {paper.key: paper.title for paper in library.iter_papers()}
    paths = {node.key: " > ".join(node.path) for node in library.nodes}
    found: dict[str, set[str]] = {}
    for placement in library.placements():
        found.setdefault(paths[placement.node], set()).add(papers[placement.paper])
    return found


@pytest.mark.parametrize(
    ("html", "source"),
    [(PAGE, PDF), (NO_PAGE, SOURCE), ((200, "text/html", b"<html><body>Conversion failed</body></html>"), SOURCE)],
    ids=["page", "source", "page-that-is-none"],
)
def test_a_survey_without_a_list_gets_the_taxonomy_of_its_text(
    html: tuple[int, str, bytes], source: tuple[int, str, bytes], server: LoopbackServer, tmp_path: Path
) -> None:
    serve(server, html=html, source=source)
    settings = settings_for(server, tmp_path / "library")
    report = ingest_survey(settings, f"https://arxiv.org/abs/{SURVEY}v2", silent)
    library = Library(settings.library)
    assert (report.survey.key, report.survey.title, report.references) == ("small-things", TITLE, 5)
    assert places(library) == PLACES
    survey = library.paper(f"arxiv:{SURVEY}")
    assert survey.abstract == "All of them."
    edges = {edge.cited: edge for edge in library.references(survey.key) if edge.source == "survey-text:small-things"}
    third = edges[library.paper(CITED[2].title).key]
    assert third.sections == ("Pruning > Structured Pruning", "Quantization")
    by_service = [edge for edge in library.references(survey.key) if edge.source == "semantic-scholar"]
    assert len(by_service) == 5
    assert all(edge.contexts and edge.response for edge in by_service)


def test_taking_it_in_again_asks_nobody_and_changes_nothing(server: LoopbackServer, tmp_path: Path) -> None:
    serve(server, html=PAGE, source=PDF)
    settings = settings_for(server, tmp_path / "library")
    ingest_survey(settings, SURVEY, silent)
    asked, before = len(server.requests), read_manifest(settings.library)
    for offline in (False, True):
        ingest_survey(settings, SURVEY, silent, offline=offline)
    assert len(server.requests) == asked
    assert read_manifest(settings.library) == before


def test_a_survey_that_is_only_a_pdf_is_explained(server: LoopbackServer, tmp_path: Path) -> None:
    serve(server, html=NO_PAGE, source=PDF)
    with pytest.raises(NoPapersFound, match="PDF") as caught:
        ingest_survey(settings_for(server, tmp_path / "library"), SURVEY, silent)
    assert "litatlas ingest list" in caught.value.advice
    with pytest.raises(LibraryMissing):
        Library(tmp_path / "library")


def test_beside_a_companion_list_the_taxonomy_stays_and_the_sections_come(
    server: LoopbackServer, tmp_path: Path
) -> None:
    serve(server, html=PAGE, source=PDF)
    settings = settings_for(server, tmp_path / "library")
    source = Source("paper-list:by-hand", SourceKind.PAPER_LIST, "By hand", "README.md")
    ingest_list(settings, parse_paper_list(LIST.encode(), source, survey_key="by-hand"))
    report = ingest_survey(settings, SURVEY, silent)
    library = Library(settings.library)
    assert report.kept_taxonomy == "paper-list:by-hand"
    assert places(library) == {"By Hand": {CITED[0].title, CITED[3].title}}
    survey = library.paper(f"arxiv:{SURVEY}")
    sections = {
        library.papers([edge.cited])[0].title: edge.sections
        for edge in library.references(survey.key)
        if edge.source == "survey-text:by-hand"
    }
    assert sections == {CITED[0].title: ("Pruning",), CITED[3].title: ("Quantization",)}
    before = library.manifest.content_hash
    fetch_missing(settings, silent)
    ingest_survey(settings, SURVEY, silent)
    assert {edge.source for edge in Library(settings.library).references(survey.key)} >= {"survey-text:by-hand"}
    assert Library(settings.library).manifest.content_hash != before


def test_under_a_name_of_its_own_it_gets_both_taxonomies(server: LoopbackServer, tmp_path: Path) -> None:
    serve(server, html=PAGE, source=PDF)
    settings = settings_for(server, tmp_path / "library")
    source = Source("paper-list:by-hand", SourceKind.PAPER_LIST, "By hand", "README.md")
    ingest_list(settings, parse_paper_list(LIST.encode(), source, survey_key="by-hand"))
    ingest_survey(settings, SURVEY, silent, key="by-text")
    library = Library(settings.library)
    assert {survey.key for survey in library.surveys()} == {"by-hand", "by-text"}
    assert places(library) == {"By Hand": {CITED[0].title, CITED[3].title}, **PLACES}
    assert library.counts.papers == len(CORPUS)


def test_what_is_no_survey_on_arxiv_is_explained(server: LoopbackServer, tmp_path: Path) -> None:
    settings = settings_for(server, tmp_path / "library")
    with pytest.raises(InvalidFilter, match="no arXiv id"):
        ingest_survey(settings, "10.1000/xyz", silent)
    with pytest.raises(SourceMissing, match=r"no paper 2301\.09999"):
        ingest_survey(settings, "2301.09999", silent)
    with pytest.raises(NotStored, match="Nothing is stored"):
        ingest_survey(settings, SURVEY, silent, offline=True)


def test_the_names_for_completion_are_those_of_the_choices() -> None:
    assert [choice.value for choice in TaxonomyFrom] == [choice.value for choice in TaxonomyChoice]


@pytest.mark.parametrize("path", ["/html", "/src"])
def test_an_outage_of_arxiv_is_told_as_one(path: str, server: LoopbackServer, tmp_path: Path) -> None:
    """It proves nothing about the survey; the same command goes on."""
    serve(server, html=NO_PAGE, source=SOURCE)
    server.plan = Plan([Rule(Fault.ERROR, path, None)])
    settings = settings_for(server, tmp_path / "library")
    with pytest.raises(ServiceBusy):
        ingest_survey(settings, SURVEY, silent)
    server.plan = Plan()
    ingest_survey(settings, SURVEY, silent)
    assert places(Library(settings.library)) == PLACES


def test_stopping_is_told_as_stopping(server: LoopbackServer, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(FetchStopped):
        ingest_survey(settings_for(server, tmp_path / "library"), SURVEY, silent, stop=stop)


def test_a_list_under_the_same_name_keeps_its_taxonomy_whichever_comes_first(
    server: LoopbackServer, tmp_path: Path
) -> None:
    """The list does not say which arXiv paper it accompanies; the name does."""
    serve(server, html=PAGE, source=PDF)
    source = Source("paper-list:small-things", SourceKind.PAPER_LIST, "By hand", "README.md")
    nameless = "\n".join(line for line in LIST.splitlines() if not line.startswith("[arXiv]"))
    facts = parse_paper_list(nameless.encode(), source, survey_key="small-things")
    by_hand = {"By Hand": {CITED[0].title, CITED[3].title}}
    for name, first in (("list", True), ("text", False)):
        settings = settings_for(server, tmp_path / name)
        if first:
            ingest_list(settings, facts)
        ingest_survey(settings, SURVEY, silent, key="small-things")
        if not first:
            ingest_list(settings, facts)
        library = Library(settings.library)
        assert places(library) == by_hand
        report = ingest_survey(settings, SURVEY, silent)
        assert (report.survey.key, report.kept_taxonomy) == ("small-things", "paper-list:small-things")
        assert [survey.ids for survey in Library(settings.library).surveys()] == [(PaperId.parse(SURVEY),)]


def test_a_name_that_is_another_surveys_is_refused(server: LoopbackServer, tmp_path: Path) -> None:
    serve(server, html=PAGE, source=PDF)
    settings = settings_for(server, tmp_path / "library")
    ingest_survey(settings, SURVEY, silent, key="small")
    with pytest.raises(InvalidFilter, match="is arxiv:2301\\.00042 here"):
        ingest_survey(settings, CITED[0].arxiv, silent, key="small")


@pytest.mark.parametrize("form", ["page", "source"])
def test_the_first_survey_gets_its_own_taxonomy_from_a_text_that_cites_as_its_list_places(
    form: str, tmp_path: Path
) -> None:
    """Real names, titles and ids: what the list says is the oracle for what is read from the text."""
    survey, title = "2312.03863", "Efficient Large Language Models: A Survey"
    sections, references = survey_documents()
    corpus = [Work(each.arxiv or "", each.title) for each in references]
    corpus.append(Work(survey, title, references=tuple(each.arxiv for each in corpus)))
    pages = {
        "page": {f"/html/{survey}": (200, "text/html", documents.to_html(title, sections, references))},
        "source": {
            f"/html/{survey}": NO_PAGE,
            f"/src/{survey}": (200, "application/gzip", documents.to_eprint(title, sections, references)),
        },
    }
    with LoopbackServer(corpus, overrides=pages[form]) as server:
        settings = settings_for(server, tmp_path / "library")
        ingest_survey(settings, survey, silent)
    library, facts = Library(settings.library), load_facts(find_bundles()["efficient-llms"])
    paths = {node.key: " > ".join(node.path) for node in facts.nodes}
    placed = {(paths[each.node], each.paper) for each in facts.placements}
    keys = {title_key(work.title): work.key for work in facts.works}
    cited = {each.key for each in references}
    found = {(path, keys[title_key(name)]) for path, names in places(library).items() for name in names}
    assert found == {(path, paper) for path, paper in placed if paper in cited}
    assert len(found) > 350
