"""Taxonomies in RDF -> the facts of a survey: SKOS concepts or OWL classes become nodes, papers about them are placed.

Turtle, N-Triples, RDF/XML and JSON-LD. A taxonomy without papers is one to place papers on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Unpack

from litatlas.graph.errors import NoPapersFound
from litatlas.graph.models import Finding, Source, SourceKind, Survey

from .described import Description, describe_source
from .entries import Entry, build_facts, check_survey_key
from .facts import SurveyFacts
from .rdf_files import parse_rdf
from .source_text import decode_text, read_source_bytes, refuse_empty
from .taxonomy_tree import build_tree

_TOKEN = re.compile(r"[^\s<>\"'(),;=\[\]{}]+")


def read_ontology(
    path: Path,
    *,
    survey_key: str,
    title: str | None = None,
    **described: Unpack[Description],
) -> SurveyFacts:
    """Read a taxonomy from an RDF file.

    Args:
        survey_key: short name of the survey; first part of every node's key.
        title: of the survey; default that of its one concept scheme or ontology, else the file's name.
        described: see `Description`.

    Raises:
        ExtraMissing: rdflib is not installed.
        SourceMissing: there is no such file.
        SourceUnreadable: it is no RDF, or would have something fetched.
        NoPapersFound: it has neither concepts nor classes.
    """
    source = describe_source(SourceKind.ONTOLOGY, survey_key, path.name, **described)
    return parse_ontology(read_source_bytes(path), source, survey_key=survey_key, title=title, name=str(path))


def parse_ontology(
    data: bytes, source: Source, *, survey_key: str, title: str | None = None, name: str = "the taxonomy"
) -> SurveyFacts:
    """Read a taxonomy from its bytes; arguments and errors as in `read_ontology`."""
    check_survey_key(survey_key)
    refuse_empty(data, name)
    decoded = decode_text(data, name)
    graph = parse_rdf(decoded.text, name)
    from .concepts import read_hierarchy  # noqa: PLC0415 - these need rdflib, which is there now
    from .rdf_papers import read_papers  # noqa: PLC0415

    line_of = _line_finder(decoded.text)
    hierarchy = read_hierarchy(graph, line_of)
    if not hierarchy.concepts:
        message = f"{name} has neither SKOS concepts nor classes, in {len(graph)} triples"
        raise NoPapersFound(message, "Give a SKOS taxonomy or an ontology with rdfs:subClassOf.")
    tree = build_tree(hierarchy.concepts, survey_key)
    papers = list(read_papers(graph, tree.node_of.keys(), line_of))
    entries = [each for each in papers if isinstance(each, Entry)]
    doubts = [each for each in papers if isinstance(each, Finding)]
    survey = Survey(survey_key, title or hierarchy.title or source.title, source.key)
    return build_facts(data, source, survey, tree, entries, (*decoded.findings, *hierarchy.findings, *doubts))


def _line_finder(text: str) -> Callable[[str], int | None]:
    """Where a resource stands: RDF parsers tell no lines, so its name is looked for.

    The line is the first that begins with its address, or with the last part of it as Turtle and RDF/XML shorten
    addresses; else the first line that has it anywhere.
    """
    first: dict[str, int] = {}
    subject: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for place, token in enumerate(_TOKEN.findall(line[:10_000])):
            names = {token, re.split(r"[#/:]", token)[-1]}
            for each in names:
                first.setdefault(each, number)
                if place == 0 or "about" in line[:200] or '"@id"' in line[:200]:
                    subject.setdefault(each, number)

    def line_of(address: str) -> int | None:
        names = (address, re.split(r"[#/:]", address)[-1])
        return next((found[name] for found in (subject, first) for name in names if name and name in found), None)

    return line_of
