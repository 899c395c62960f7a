from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litatlas.graph.editing import edit
from litatlas.graph.errors import NoPapersFound, SourceUnreadable
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import Severity, Source, SourceKind
from litatlas.ingest.bundle import from_files, to_files
from litatlas.ingest.citations import EdgeFile
from litatlas.ingest.eprint import parse_eprint
from litatlas.ingest.html import parse_html
from litatlas.ingest.paper_list import parse_paper_list
from litatlas.ingest.pipeline import apply_edges, apply_facts
from litatlas.ingest.records import PaperRecord
from litatlas.ingest.survey_text import Branch, Cite, Figure, Reference, Section, SurveyText, TextForm
from litatlas.ingest.text_facts import TextFacts, to_facts
from litatlas.ingest.text_taxonomy import TaxonomyChoice

from .. import survey_documents
from ..survey_documents import Part, Work

SOURCE = Source("survey-text:small", SourceKind.SURVEY_TEXT, "arXiv HTML of 2312.03863", "https://arxiv.org/html/x")
SURVEY_ID = PaperId(IdScheme.ARXIV, "2312.03863")

WORKS = (
    Work("gptq", "GPTQ: Accurate Quantization", ("Elias Frantar",), 2022, "ICLR", "2210.17323"),
    Work("awq", "AWQ: Activation-aware Weights", ("Ji Lin",), 2023, "MLSys", "2306.00978"),
    Work("wanda", "A Simple Pruning Approach", ("Mingjie Sun",), 2023, "ICLR"),
    Work("gpt", "Language Models are Few-Shot Learners", ("Tom Brown",), 2020, "NeurIPS"),
    Work("limits", "On the Limits of Everything", ("Ada Lovelace",), 2021, "ACL"),
)
PARTS = (
    Part("Introduction", ("gpt", "gptq")),
    Part(
        "Methods",
        ("gptq",),
        (Part("Quantization", ("gptq", "awq", "gptq")), Part("Pruning", ("wanda",)), Part("Outlook")),
    ),
    Part("Systems & Tools", ("awq",)),
    Part("Future", ()),
    Part("Conclusions", ("limits",)),
)


def facts(
    text: SurveyText, known: Sequence[PaperRecord] = (), choice: TaxonomyChoice = TaxonomyChoice.AUTO
) -> TextFacts:
    return to_facts(text, survey_key="small", survey_ids=(SURVEY_ID,), source=SOURCE, known=known, taxonomy=choice)


HTML = parse_html(survey_documents.to_html("Small Models: A Survey", PARTS, WORKS), "x")
LATEX = parse_eprint(survey_documents.to_eprint("Small Models: A Survey", PARTS, WORKS), "x")


def codes(read: TextFacts) -> list[str]:
    return [finding.code for finding in read.facts.findings]


def placed(read: TextFacts) -> set[tuple[str, str]]:
    titles = {work.key: work.title for work in read.facts.works}
    return {(titles[placement.paper], placement.node) for placement in read.facts.placements}


@pytest.mark.parametrize("text", [HTML, LATEX], ids=["html", "latex"])
def test_topical_sections_are_the_taxonomy(text: SurveyText) -> None:
    read = facts(text)
    assert [(node.key, node.name, node.parent, node.position) for node in read.facts.nodes] == [
        ("small/methods", "Methods", None, 0),
        ("small/methods/quantization", "Quantization", "small/methods", 1),
        ("small/methods/pruning", "Pruning", "small/methods", 2),
        ("small/systems-tools", "Systems & Tools", None, 3),
    ]
    assert read.facts.nodes[2].path == ("Methods", "Pruning")
    assert placed(read) == {
        ("GPTQ: Accurate Quantization", "small/methods"),
        ("GPTQ: Accurate Quantization", "small/methods/quantization"),
        ("AWQ: Activation-aware Weights", "small/methods/quantization"),
        ("AWQ: Activation-aware Weights", "small/systems-tools"),
        ("A Simple Pruning Approach", "small/methods/pruning"),
    }
    assert read.taxonomy is TaxonomyChoice.SECTIONS
    assert (read.facts.survey.title, read.facts.survey.ids) == ("Small Models: A Survey", (SURVEY_ID,))
    assert read.facts.source.digest == text.digest


def test_what_only_framing_sections_cite_is_kept_without_a_place() -> None:
    read = facts(HTML)
    titles = {work.title for work in read.facts.works}
    assert titles == {work.title for work in WORKS}
    assert titles - {title for title, _ in placed(read)} == {
        "Language Models are Few-Shot Learners",
        "On the Limits of Everything",
    }
    framing = [finding for finding in read.facts.findings if finding.code == "framing-section"]
    assert [("1 works" in finding.message) for finding in framing] == [True, True]
    left_out = [finding.message for finding in read.facts.findings if finding.code == "section-without-papers"]
    assert left_out == ["'Outlook' cites no work in or below it", "'Future' cites no work in or below it"]
    assert codes(read).count("works-without-place") == 1


def test_the_survey_cites_each_work_in_its_sections() -> None:
    edges = {str(edge.cited): edge for edge in facts(HTML).edges}
    assert edges.keys() == {
        "arxiv:2210.17323",
        "arxiv:2306.00978",
        "A Simple Pruning Approach",
        "Language Models are Few-Shot Learners",
        "On the Limits of Everything",
    }
    assert {edge.citing for edge in edges.values()} == {SURVEY_ID}
    assert edges["arxiv:2210.17323"].sections == ("Introduction", "Methods", "Methods > Quantization")
    assert edges["arxiv:2306.00978"].sections == ("Methods > Quantization", "Systems & Tools")
    assert edges["On the Limits of Everything"].sections == ("Conclusions",)
    assert all(edge.line and edge.line > 1 for edge in edges.values())


def test_an_edge_names_a_work_by_what_a_list_would_know() -> None:
    """A DOI or a service's own id may be new to the library; the title is not."""
    references = (
        Reference(
            "a", "x", "One Work", ids=(PaperId(IdScheme.DOI, "10.1000/1"), PaperId(IdScheme.ARXIV, "2301.00001"))
        ),
        Reference("b", "x", "Another Work", ids=(PaperId(IdScheme.S2, "b" * 40),)),
        Reference("c", "x", "Twice", year=2001, ids=(PaperId(IdScheme.DOI, "10.1000/3"),)),
        Reference("d", "x", "Twice", year=2020, ids=(PaperId(IdScheme.DOI, "10.1000/4"),)),
    )
    cites = tuple(Cite(reference.key, 5) for reference in references)
    read = facts(SurveyText("T", TextForm.LATEX, (Section("Methods", 3, None, 4, cites),), references))
    assert [str(edge.cited) for edge in read.edges] == [
        "arxiv:2301.00001",
        "Another Work",
        "doi:10.1000/3",
        "doi:10.1000/4",
    ]


def test_claims_say_what_the_bibliography_says() -> None:
    (work,) = (work for work in facts(HTML).facts.works if work.title.startswith("GPTQ"))
    assert {(claim.field, claim.value) for claim in work.claims} == {
        ("title", "GPTQ: Accurate Quantization"),
        ("venue", "arXiv"),
        ("year", "2022"),
        ("authors", "Elias Frantar"),
        ("id:arxiv", "2210.17323"),
        ("link:paper", "https://arxiv.org/abs/2210.17323 arXiv"),
    }
    assert {claim.source for claim in work.claims} == {SOURCE.key}
    assert work.aliases == (PaperId.parse("arxiv:2210.17323"),)


def test_known_references_name_free_text() -> None:
    text = SurveyText(
        "T", TextForm.LATEX, (Section("Methods", 3, None, 3, (Cite("a", 4), Cite("b", 5))),),
        (Reference("a", "E. Frantar, GPTQ accurate quantization, J. of X 3, 2022"), Reference("b", "[2] see web")),
    )  # fmt: skip
    with pytest.raises(NoPapersFound, match="2 bibliography items, 0 of them with a title"):
        facts(text)
    known = PaperRecord(None, "GPTQ: Accurate Quantization", (PaperId(IdScheme.ARXIV, "2210.17323"),), year=2022)
    read = facts(text, [known])
    assert [(work.title, work.aliases) for work in read.facts.works] == [(known.title, known.ids)]
    (untitled,) = (finding for finding in read.facts.findings if finding.code == "reference-without-title")
    assert "'[2] see web'" in untitled.message
    assert untitled.severity is Severity.WARNING


def test_two_items_of_one_work_are_one_work() -> None:
    works = (*WORKS, Work("gptq2", "GPTQ — accurate quantization", ("E. F.",), 2023, "ICLR"))
    parts = (Part("Methods", ("gptq", "gptq2")),)
    read = facts(parse_html(survey_documents.to_html("T", parts, works), "x"))
    assert [placement.node for placement in read.facts.placements] == ["small/methods"]
    assert "duplicate-in-node" in codes(read)
    assert sum(edge.cited == PaperId.parse("arxiv:2210.17323") for edge in read.edges) == 1


def test_citations_without_reference_are_reported_once() -> None:
    parts = (Part("Methods", ("gptq", "nobody")), Part("More", ("nobody",)))
    read = facts(parse_eprint(survey_documents.to_eprint("T", parts, WORKS), "x"))
    (finding,) = (finding for finding in read.facts.findings if finding.code == "citation-without-reference")
    assert "'nobody'" in finding.message
    assert len(finding.other_lines) == 1


def test_the_survey_does_not_cite_itself() -> None:
    works = (*WORKS, Work("self", "Small Models: A Survey", arxiv="2312.03863"))
    read = facts(parse_html(survey_documents.to_html("T", (Part("Methods", ("gptq", "self")),), works), "x"))
    assert "Small Models: A Survey" not in {work.title for work in read.facts.works}
    assert "cites-itself" in codes(read)


@pytest.mark.parametrize(
    ("name", "frames"),
    [
        ("Introduction", True),
        ("Conclusion and Future Directions", True),
        ("Acknowledgments", True),
        ("Related Surveys", True),
        ("Appendix A: Tables", True),
        ("Introduction to Quantization", False),
        ("Background", False),
        ("Future Directions", False),
    ],
)
def test_which_sections_frame(name: str, frames: bool) -> None:
    read = facts(
        parse_html(survey_documents.to_html("T", (Part("Methods", ("awq",)), Part(name, ("gptq",))), WORKS), "x")
    )
    assert (name not in {node.name for node in read.facts.nodes}) is frames


def test_an_appendix_frames_whatever_its_name() -> None:
    tex = f"\\section{{Methods}}\\cite{{awq}}\\appendix\\section{{More}}\\cite{{gptq}}{survey_documents.to_bbl(WORKS)}"
    read = facts(parse_eprint(survey_documents.to_tex("T", (), tex).encode(), "x"))
    assert [node.name for node in read.facts.nodes] == ["Methods"]


def test_where_all_sections_frame_they_are_the_taxonomy() -> None:
    read = facts(parse_html(survey_documents.to_html("T", (Part("1 Introduction", ("gptq",)),), WORKS), "x"))
    assert [node.name for node in read.facts.nodes] == ["Introduction"]
    assert "only-framing-sections" in codes(read)


FIGURE = Figure(
    Branch("Small Models", 10, (), (
        Branch("Model-Centric", 11, (), (
            Branch("Quantization", 12, (), (
                Branch("GPTQ, AWQ", 13, (Cite("gptq", 13), Cite("awq", 13))),
                Branch("Weight-only", 14, (Cite("awq", 14), Cite("limits", 14))),
            )),
            Branch("Wanda", 15, (Cite("wanda", 15),)),
        )),
        Branch("Nothing", 16),
    )), 9,
)  # fmt: skip


def with_figures(*figures: Figure) -> SurveyText:
    return SurveyText(LATEX.title, LATEX.form, LATEX.sections, LATEX.references, figures)


def test_a_drawn_taxonomy_is_taken_where_it_places_enough() -> None:
    small = Figure(Branch("R", 1, (), (Branch("Only", 1, (Cite("gptq", 1), Cite("gptq", 2))),)), 1)
    read = facts(with_figures(small, FIGURE))
    assert read.taxonomy is TaxonomyChoice.FIGURE
    assert [(node.key, node.line) for node in read.facts.nodes] == [
        ("small/model-centric", 11),
        ("small/model-centric/quantization", 12),
        ("small/model-centric/quantization/weight-only", 14),
    ]
    assert placed(read) == {
        ("A Simple Pruning Approach", "small/model-centric"),
        ("GPTQ: Accurate Quantization", "small/model-centric/quantization"),
        ("AWQ: Activation-aware Weights", "small/model-centric/quantization"),
        ("AWQ: Activation-aware Weights", "small/model-centric/quantization/weight-only"),
        ("On the Limits of Everything", "small/model-centric/quantization/weight-only"),
    }
    (chosen,) = (finding for finding in read.facts.findings if finding.code == "taxonomy-from-figure")
    assert chosen.message == "The text draws its taxonomy: a tree with 4 works, where its sections place 3"
    assert chosen.other_lines == (1,)


DRAWN = r"""\documentclass[10pt]{article}
\newcommand{\eg}{\textit{e.g.}}
\title{Small Models: A Survey}
\begin{document}
\begin{abstract} We \cite{gpt}. \end{abstract}
\section{Introduction} \citep{gpt}
\begin{figure*}[t]\centering\resizebox{\textwidth}{!}{
\begin{forest}
  forked edges, for tree={grow=east, anchor=base west, edge+={darkgray, line width=1pt}},
  where level=1{text width=5em,font=\scriptsize,}{},
  [
    Small Models, ver
      [ Model-Centric\\Methods (\S\ref{sec:model}), fill=yellow!10
        [ Quantization (\S\ref{sec:q})
          [ {\eg, GPTQ~\citep{gptq}, AWQ~\citep{awq}, \textit{etc}.}
          , leaf, text width=40em ] ] ]
      [ Data-Centric [ Selection, fill=red [ Wanda~\citep{wanda}; Limits~\citep{limits}, leaf] ] ]
  ]
\end{forest}}
\caption{The taxonomy.}
\end{figure*}
\section{Model-Centric Methods}\label{sec:model}
\subsection{Quantization}\label{sec:q} \citet{gptq} and \citep[\eg][]{awq}.
\bibliography{main}
\end{document}"""


def test_a_source_that_draws_its_taxonomy_as_surveys_do() -> None:
    files = {"x/main.tex": DRAWN.encode(), "x/main.bbl": survey_documents.to_bbl(WORKS).encode()}
    read = facts(parse_eprint(survey_documents.to_archive(files), "x"))
    assert read.taxonomy is TaxonomyChoice.FIGURE
    assert [node.path for node in read.facts.nodes] == [
        ("Model-Centric Methods",),
        ("Model-Centric Methods", "Quantization"),
        ("Data-Centric",),
        ("Data-Centric", "Selection"),
    ]
    assert placed(read) == {
        ("GPTQ: Accurate Quantization", "small/model-centric-methods/quantization"),
        ("AWQ: Activation-aware Weights", "small/model-centric-methods/quantization"),
        ("A Simple Pruning Approach", "small/data-centric/selection"),
        ("On the Limits of Everything", "small/data-centric/selection"),
    }
    (edge,) = (edge for edge in read.edges if str(edge.cited) == "arxiv:2210.17323")
    assert edge.sections == ("Model-Centric Methods > Quantization",)


def test_a_small_figure_is_not_the_taxonomy_unless_asked_for() -> None:
    small = Figure(Branch("R", 1, (), (Branch("Only", 1, (Cite("gptq", 1),)),)), 1)
    read = facts(with_figures(small))
    assert read.taxonomy is TaxonomyChoice.SECTIONS
    assert "taxonomy-from-sections" in codes(read)
    asked = facts(with_figures(small), choice=TaxonomyChoice.FIGURE)
    assert [node.key for node in asked.facts.nodes] == ["small/only"]
    assert facts(with_figures(FIGURE), choice=TaxonomyChoice.SECTIONS).taxonomy is TaxonomyChoice.SECTIONS
    with pytest.raises(SourceUnreadable, match="no taxonomy figure"):
        facts(with_figures(), choice=TaxonomyChoice.FIGURE)


def test_a_key_that_can_be_none_is_refused() -> None:
    with pytest.raises(SourceUnreadable, match="cannot be a survey's key"):
        to_facts(HTML, survey_key="No Key", survey_ids=(), source=SOURCE)


def test_a_survey_without_ids_is_named_by_its_title() -> None:
    read = to_facts(HTML, survey_key="small", survey_ids=(), source=SOURCE, title="My Survey")
    assert {edge.citing for edge in read.edges} == {"My Survey"}


@given(st.permutations(range(len(WORKS))))
def test_the_order_of_the_bibliography_changes_nothing(order: list[int]) -> None:
    works = [WORKS[index] for index in order]
    read = facts(parse_html(survey_documents.to_html("Small Models: A Survey", PARTS, works), "x"))
    base = facts(HTML)
    assert placed(read) == placed(base)
    assert {(edge.cited, edge.sections) for edge in read.edges} == {(edge.cited, edge.sections) for edge in base.edges}


LIST = b"""# Small Models: A Survey [arXiv](https://arxiv.org/abs/2312.03863)
## Reviews
- Small Models: A Survey, <ins>arXiv, 2023</ins> [[Paper](https://arxiv.org/abs/2312.03863)]
- OPTQ: Accurate Quantization, <ins>ICLR, 2023</ins> [[Paper](https://arxiv.org/abs/2210.17323)]
"""


def test_a_library_joins_what_a_list_and_the_text_say(tmp_path: Path) -> None:
    listed = parse_paper_list(LIST, Source("paper-list:l", SourceKind.PAPER_LIST, "l", "README.md"), survey_key="l")
    read = facts(LATEX)
    edges = EdgeFile(SOURCE, read.edges)
    with edit(tmp_path / "library") as draft:
        apply_facts(draft, listed)
        report = apply_facts(draft, read.facts)
        assert (report.records, report.matched, report.added) == (5, 1, 4)
    with edit(tmp_path / "library") as draft:
        assert apply_facts(draft, read.facts).unchanged == 5
        cited = apply_edges(draft, EdgeFile(Source("edges:t", SourceKind.EDGE_FILE, "t", "t"), edges.edges))
        assert (cited.records, cited.added, cited.unmatched_count) == (5, 5, 0)


def test_facts_of_a_text_survive_their_form_on_disk() -> None:
    read = facts(LATEX)
    assert from_files(to_files(read.facts)) == read.facts


def test_a_work_that_no_section_cites_has_no_line() -> None:
    extra = Work("extra", "Cited by Nobody in the Text", arxiv="2401.00001")
    tex = survey_documents.to_tex("T", PARTS, "\\nocite{extra}\\bibliography{refs}")
    files = {"main.tex": tex.encode(), "refs.bib": survey_documents.to_bib([*WORKS, extra]).encode()}
    read = facts(parse_eprint(survey_documents.to_archive(files), "x"))
    (work,) = (work for work in read.facts.works if work.title == extra.title)
    assert work.lines == ()
    assert {claim.line for claim in work.claims} == {None}
    (edge,) = (edge for edge in read.edges if edge.cited == work.aliases[0])
    assert (edge.sections, edge.line) == ((), None)
    assert from_files(to_files(read.facts)) == read.facts
