"""RDF files of others as a graph, read through rdflib without fetching anything. Needs the extra ``rdf``.

rdflib follows a JSON-LD context that is an address, and expands XML entities; both are seen to before it reads.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from litatlas.graph.errors import ExtraMissing, SourceUnreadable

from .file_kinds import Command, advice_for
from .xml_text import safe_xml

if TYPE_CHECKING:
    from rdflib import Graph


class RdfFormat(StrEnum):
    """The serialisations that are read; the values are rdflib's names of its parsers."""

    TURTLE = "turtle"
    N_TRIPLES = "nt"
    RDF_XML = "xml"
    JSON_LD = "json-ld"


_CONTEXT = frozenset({"@context", "@import"})
_TRIPLE = re.compile(r"\s*(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+[^\n]+\.\s*(?:#[^\n]*)?\Z")

logging.getLogger("rdflib").addHandler(logging.NullHandler())  # it warns of odd addresses on standard error


def parse_rdf(text: str, name: str) -> Graph:
    """The triples of a file in Turtle, N-Triples, RDF/XML or JSON-LD, told apart by its text.

    Raises:
        ExtraMissing: rdflib is not installed.
        SourceUnreadable: the file is none of these, or would make rdflib fetch something or grow without end.
    """
    try:
        from rdflib import Graph  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ExtraMissing("RDF is read with rdflib, which is not installed.", "pip install 'litatlas[rdf]'") from error
    rdf_format = format_of(text)
    data = safe_xml(text, name) if rdf_format is RdfFormat.RDF_XML else text.encode("utf-8", "replace")
    if rdf_format is RdfFormat.JSON_LD:
        _refuse_fetching(text, name)
    graph = Graph(bind_namespaces="none")
    try:
        return graph.parse(data=data, format=rdf_format.value, publicID="urn:litatlas:file")
    except Exception as error:  # each of its parsers raises errors of its own, and of the libraries beneath
        message = f"{name} cannot be read as {_CALLED[rdf_format]}: {_cause(error)}"
        advice = "Check the file with an RDF validator, or export it as Turtle."
        raise SourceUnreadable(message, advice_for(text, Command.TAXONOMY, advice)) from error


def _cause(error: Exception) -> str:
    """In a few words: rdflib's own message of bad Turtle quotes the file as Python shows bytes."""
    if (line := getattr(error, "lines", None)) is not None and (why := getattr(error, "_why", None)):
        return f"line {line + 1}: {why}"
    return " ".join(str(error).split())[:300] or type(error).__name__


def format_of(text: str) -> RdfFormat:
    """What a file is written in; Turtle where nothing else fits."""
    start = text.lstrip()[:300]
    if start.startswith(("{", "[{", "[ {")) or re.match(r"\[\s*\{", start):
        return RdfFormat.JSON_LD
    if re.match(r"<(\?xml|!--|!DOCTYPE|[A-Za-z_][\w.-]*:RDF\b|RDF\b)", start):
        return RdfFormat.RDF_XML
    lines = (line for line in text[:20_000].split("\n")[:-1] or [text] if line.strip() and not line.startswith("#"))
    if all(_TRIPLE.match(line[:5_000]) for line in lines):
        return RdfFormat.N_TRIPLES
    return RdfFormat.TURTLE


_CALLED = {
    RdfFormat.TURTLE: "Turtle",
    RdfFormat.N_TRIPLES: "N-Triples",
    RdfFormat.RDF_XML: "RDF/XML",
    RdfFormat.JSON_LD: "JSON-LD",
}


def _refuse_fetching(text: str, name: str) -> None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{name} is not JSON ({type(error).__name__})"
        raise SourceUnreadable(message, advice_for(text, Command.TAXONOMY, "Export it again.")) from error
    for context in _contexts(document):
        message = f"{name} takes its context from {context[:200]!r}, which would have to be fetched"
        raise SourceUnreadable(message, "Put the context itself into the file, or convert it to Turtle.")


def _contexts(document: object) -> Iterator[str]:
    """Every context that is an address."""
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            pending.extend(value.values())
            for name in _CONTEXT & value.keys():
                contexts = value[name] if isinstance(value[name], list) else [value[name]]
                yield from (each for each in contexts if isinstance(each, str))
