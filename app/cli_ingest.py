"""`litatlas ingest`: one command per kind of source, each reading options, calling a use case, printing the result.

Those here bring a survey with its taxonomy; what is known of papers that are there comes by cli_ingest_facts.py.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date as calendar_date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litatlas.graph.errors import WrongUsage

from .cli_ingest_facts import ingest_citations, ingest_metadata, ingest_notes
from .cli_options import JsonOption, LibraryOption, explained, settings_of
from .standard_input import readable

if TYPE_CHECKING:
    from litatlas.ingest.facts import SurveyFacts


class TaxonomyFrom(StrEnum):
    """Names of `TaxonomyChoice`, for completion without its imports; a test compares them."""

    AUTO = "auto"
    SECTIONS = "sections"
    FIGURE = "figure"


SourceOption = Annotated[
    str | None, typer.Option(help="How to name the file to a reader, e.g. the repository it is from.")
]
LocationOption = Annotated[str | None, typer.Option(help="Address of the file.")]
RevisionOption = Annotated[str | None, typer.Option(help="Commit or version the file is of.")]
DateOption = Annotated[str | None, typer.Option(help="ISO date of that revision.")]
LicenceOption = Annotated[str | None, typer.Option(help="Licence that the file states.")]
ReportOption = Annotated[Path | None, typer.Option(help="Write every finding to this file, as JSON lines.")]

ingest = typer.Typer(
    no_args_is_help=True,
    help="Take a list, a survey's text, metadata, citations, notes, a bibliography, a taxonomy or an export in.",
)


@ingest.command("list")
def ingest_list(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="A companion list in Markdown: its file, its files, or its directory; - for standard input."
        ),
    ],
    survey: Annotated[str, typer.Option(help="Short name of the survey, e.g. efficient-llms.")],
    title: Annotated[
        str | None, typer.Option(help="What the survey is called, where the list's first heading does not say it.")
    ] = None,
    source: SourceOption = None,
    location: LocationOption = None,
    revision: RevisionOption = None,
    date: DateOption = None,
    licence: LicenceOption = None,
    report: ReportOption = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Write the facts to this directory instead of into a library.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a survey's companion list: its taxonomy, papers and placements, each with its line.

    Of a list in several files the README gives title and order, and each file is a branch of the taxonomy.

    What was not understood, merged or in conflict is in the parse report: its summary is printed, --report writes all.

    Examples:

        litatlas ingest list README.md --survey my-field --report report.jsonl
        litatlas ingest list lists-by-topic/ --survey my-field
        curl -s https://example.org/list.md | litatlas ingest list - --survey my-field
    """
    with explained():
        from litatlas.graph.telling import counted
        from litatlas.ingest.list_folder import read_paper_lists

        from . import building
        from .console import print_json, say
        from .console_sources import print_list_report

        _check_date(date)
        settings = settings_of(library)
        with ExitStack() as inputs:
            facts = read_paper_lists(
                [inputs.enter_context(readable(file)) for file in files],
                survey_key=survey,
                title=title,
                source_title=source,
                location=location,
                revision=revision,
                date=date,
                licence=licence,
            )
        if report:
            building.write_report(facts, report)
        result = building.bundle_list(facts, bundle, title) if bundle else building.ingest_list(settings, facts)
        if as_json:
            print_json(result)
        else:
            print_list_report(result, report)
        if report:
            say(f"Wrote {report}: {counted(len(facts.findings), 'finding')}.")


@ingest.command("survey")
def ingest_survey(
    reference: Annotated[str, typer.Argument(help="The survey's arXiv id or address, e.g. 2312.03863.")],
    survey: Annotated[
        str | None, typer.Option(help="Short name of the survey; else the one it has here, or one made from its title.")
    ] = None,
    taxonomy: Annotated[
        TaxonomyFrom, typer.Option(help="What to read the taxonomy from: its sections, or a tree that it draws.")
    ] = TaxonomyFrom.AUTO,
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing: use stored answers only.")] = False,
    report: ReportOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a survey by its arXiv id: metadata, references with contexts, and the taxonomy of its own text.

    A survey whose companion list is here keeps that taxonomy, and gains who is cited in which section.

    Examples:

        litatlas ingest survey 2312.03863
        litatlas ingest survey 2312.03863 --taxonomy figure --report report.jsonl
    """
    with explained():
        from litatlas.graph.telling import counted
        from litatlas.ingest.text_taxonomy import TaxonomyChoice

        from . import building, surveying
        from .cli_fetch import stop_on_signal
        from .console import print_json_line, say
        from .console_fetch import fetch_progress, print_survey_report
        from .fetch_lines import SurveyLine

        with stop_on_signal() as stop, fetch_progress(as_json=as_json) as notify:
            done = surveying.ingest_survey(
                settings_of(library),
                reference,
                notify,
                key=survey,
                taxonomy=TaxonomyChoice(taxonomy.value),
                offline=offline,
                stop=stop,
            )
        if report and done.text:
            building.write_report(done.text.facts, report)
            say(f"Wrote {report}: {counted(len(done.text.facts.findings), 'finding')}.")
        if as_json:
            print_json_line(SurveyLine.of(done))
        else:
            print_survey_report(done)


ingest.command("metadata")(ingest_metadata)
ingest.command("citations")(ingest_citations)
ingest.command("notes")(ingest_notes)


@ingest.command("bibliography")
def ingest_bibliography(
    file: Annotated[
        Path,
        typer.Argument(help="BibTeX, RIS, CSL-JSON, or an export of Zotero: RDF, Better BibTeX JSON, API JSON, CSV."),
    ],
    survey: Annotated[str, typer.Option(help="Short name of the survey, e.g. my-reading.")],
    title: Annotated[str | None, typer.Option(help="Title of the survey; default the file's name.")] = None,
    by: Annotated[
        str, typer.Option(help="What becomes the taxonomy: collection, or keyword (A > B is a keyword under another).")
    ] = "collection",
    under: Annotated[
        str | None, typer.Option(help="Read only this collection and those below it; a name, or a path A > B.")
    ] = None,
    source: SourceOption = None,
    location: LocationOption = None,
    revision: RevisionOption = None,
    date: DateOption = None,
    licence: LicenceOption = None,
    report: ReportOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a bibliography: its collections or groups become the taxonomy, its entries papers placed there.

    Which of the two is asked for with --by; - as a file is standard input.

    Examples:

        litatlas ingest bibliography references.bib --survey my-reading --by keyword
        litatlas ingest bibliography zotero.rdf --survey my-reading --under "Efficient Inference"
        litatlas ingest bibliography - --survey my-reading < references.bib
    """
    with explained():
        from litatlas.ingest.bibliography import GroupBy, read_bibliography

        _check_date(date)
        if by not in list(GroupBy):
            raise WrongUsage(f"{by!r} cannot be grouped by.", f"Choose one of: {', '.join(GroupBy)}.")
        with readable(file) as opened:
            facts = read_bibliography(
                opened,
                survey_key=survey,
                title=title,
                group_by=GroupBy(by),
                under=under,
                source_title=source,
                location=location,
                revision=revision,
                date=date,
                licence=licence,
            )
        _take_in(facts, report, library, as_json=as_json)


@ingest.command("taxonomy")
def ingest_taxonomy(
    file: Annotated[Path, typer.Argument(help="SKOS or OWL in Turtle, RDF/XML, JSON-LD or N-Triples.")],
    survey: Annotated[str, typer.Option(help="Short name of the survey, e.g. acm-ccs.")],
    title: Annotated[str | None, typer.Option(help="Title of the survey; default what the file calls itself.")] = None,
    source: SourceOption = None,
    location: LocationOption = None,
    revision: RevisionOption = None,
    date: DateOption = None,
    licence: LicenceOption = None,
    report: ReportOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a taxonomy in RDF: SKOS concepts or OWL classes become nodes, papers about them are placed there.

    Each concept is a node, below the concept that is broader; - as a file is standard input.

    Examples:

        litatlas ingest taxonomy topics.ttl --survey topics
        litatlas ingest taxonomy acm-ccs.rdf --survey acm-ccs --licence CC-BY-4.0
    """
    with explained():
        from litatlas.ingest.ontology import read_ontology

        _check_date(date)
        with readable(file) as opened:
            facts = read_ontology(
                opened,
                survey_key=survey,
                title=title,
                source_title=source,
                location=location,
                revision=revision,
                date=date,
                licence=licence,
            )
        _take_in(facts, report, library, as_json=as_json)


@ingest.command("node-link")
def ingest_node_link(
    file: Annotated[Path, typer.Argument(help="A file that `litatlas export --format node-link` wrote.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a network back that was exported: its surveys with their nodes, papers, placements, and the citations.

    What is here already is joined to it; - as a file is standard input.

    Examples:

        litatlas ingest node-link litatlas-my-field.json
        litatlas export -f node-link -o - --library here | litatlas ingest node-link - --library there
    """
    with explained():
        from . import building
        from .console import print_json
        from .console_sources import print_network_report

        with readable(file) as opened:
            result = building.ingest_node_link(settings_of(library), opened)
        if as_json:
            print_json(result)
        else:
            print_network_report(result)


_EVERY_ONE = "--report FILE writes every one"


def _take_in(facts: SurveyFacts, report: Path | None, library: Path | None, *, as_json: bool) -> None:
    """Take facts into the library, and print and write what was doubtful."""
    from litatlas.graph.telling import counted

    from . import building
    from .console import print_json, say
    from .console_sources import print_facts_report

    settings = settings_of(library)
    if report:
        building.write_report(facts, report)
    result = building.ingest_list(settings, facts)
    if as_json:
        print_json(result)
    else:
        print_facts_report(result, _EVERY_ONE if report is None else f"{report} has every one")
    if report:
        say(f"Wrote {report}: {counted(len(facts.findings), 'finding')}.")


def _check_date(text: str | None) -> None:
    try:
        calendar_date.fromisoformat(text or "2000-01-01")
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no date.", "Write it as 2025-06-22.") from error
