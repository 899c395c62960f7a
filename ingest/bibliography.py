"""Bibliographies of every format -> the facts of a survey: collections become nodes, entries papers placed at them.

What a file is, is told by what is in it and not by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Unpack

from litatlas.graph.errors import InvalidFilter, NoPapersFound, SourceUnreadable
from litatlas.graph.identity import title_key
from litatlas.graph.models import Finding, Severity, Source, SourceKind, Survey

from .bibtex import parse_bibtex
from .csl import parse_csl
from .described import Description, describe_source
from .entries import Bibliography, build_facts, check_survey_key, names_of
from .facts import SurveyFacts
from .file_kinds import Command, advice_for
from .json_items import OUTERMOST, read_items
from .ris import parse_ris
from .source_text import decode_text, read_source_bytes, refuse_empty
from .taxonomy_tree import Concept, build_tree
from .zotero import is_zotero, parse_zotero, parse_zotero_csv
from .zotero_rdf import NAMESPACE, parse_zotero_rdf

_RIS = re.compile(r"^\s{0,4}TY\s{0,2}-\s", re.M)
_BIBTEX = re.compile(r"^[ \t]*@[ \t]*\w+[ \t]*[{(]", re.M)
_CSV = re.compile(r"[^\n]{0,2000}\"?Item Type\"?,")
_PATH = " > "
_WHOLE = "whole"


class GroupBy(StrEnum):
    """What becomes the nodes of the taxonomy."""

    COLLECTION = "collection"
    KEYWORD = "keyword"


def read_bibliography(
    path: Path,
    *,
    survey_key: str,
    title: str | None = None,
    group_by: GroupBy = GroupBy.COLLECTION,
    under: str | None = None,
    **described: Unpack[Description],
) -> SurveyFacts:
    """Read a bibliography: BibTeX, RIS, CSL-JSON, or an export of Zotero (RDF, Better BibTeX JSON, API JSON, CSV).

    Args:
        survey_key: short name of the survey; first part of every node's key.
        title: of the survey; default the file's name without its ending.
        group_by: collections, or keywords, where ``A > B`` is a keyword under another.
        under: a collection's name, or its path joined by `` > ``: only what is in it or below is read.
        described: see `Description`.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it is of none of these formats, or damaged.
        NoPapersFound: it has no entry with a title.
        InvalidFilter: no collection, or more than one, is called what `under` says.
    """
    source = describe_source(SourceKind.BIBLIOGRAPHY, survey_key, path.name, **described)
    data = read_source_bytes(path)
    return parse_bibliography(
        data, source, survey_key=survey_key, title=title or path.stem, group_by=group_by, under=under, name=str(path)
    )


def parse_bibliography(
    data: bytes,
    source: Source,
    *,
    survey_key: str,
    title: str,
    group_by: GroupBy = GroupBy.COLLECTION,
    under: str | None = None,
    name: str = "the bibliography",
) -> SurveyFacts:
    """Read a bibliography from its bytes; arguments and errors as in `read_bibliography`.

    A file without collections gets one node with the survey's title. In a file with collections, entries that are in
    none become papers without a place, as in the program it comes from.
    """
    check_survey_key(survey_key)
    refuse_empty(data, name)
    decoded = decode_text(data, name)
    read = _parse(decoded.text, name)
    if under is not None:
        read = _only_under(read, under)
    if not read.entries:
        raise _nothing(name, read)
    if group_by is GroupBy.KEYWORD:
        read = _by_keyword(read)
    read = _place_loose(read, title)
    tree = build_tree(read.collections, survey_key)
    survey = Survey(survey_key, title, source.key)
    return build_facts(data, source, survey, tree, read.entries, (*decoded.findings, *read.findings))


def _parse(text: str, name: str) -> Bibliography:
    start = text.lstrip()[:1]
    if start == "<":
        return _parse_xml(text, name)
    if start in {"[", "{"}:
        return _parse_json(text, name)
    if _RIS.search(text[:100_000]):
        return parse_ris(text)
    if _CSV.match(text):
        return parse_zotero_csv(text, name)
    if _BIBTEX.search(text):
        return parse_bibtex(text, name)
    why = "it has neither BibTeX entries nor RIS records, nor is it JSON, XML or a table of Zotero's"
    raise _unknown(name, why, text)


def _parse_xml(text: str, name: str) -> Bibliography:
    if NAMESPACE not in text:
        raise SourceUnreadable(
            f"{name} is XML, but not an RDF export of Zotero",
            "A taxonomy in RDF is read by `litatlas ingest taxonomy`; EndNote's XML can be exported as RIS instead.",
        )
    return parse_zotero_rdf(text, name)


def _parse_json(text: str, name: str) -> Bibliography:
    members = read_items(text, name)
    if "nodes" in members and ("edges" in members or "links" in members):
        advice = "Read it with `litatlas ingest node-link`."
        raise SourceUnreadable(f"{name} is a network in node-link form, no bibliography", advice)
    items = next((members[member] for member in (OUTERMOST, "items", "references") if member in members), None)
    if items is None:
        raise _unknown(name, "its JSON is neither a list of items nor has it a list called 'items'", text)
    collections = members.get("collections", ())
    return parse_zotero(items, collections) if collections or is_zotero(items) else parse_csl(items)


def _only_under(read: Bibliography, under: str) -> Bibliography:
    """The collection of this name and what is below it; the rest is counted in a finding."""
    paths = names_of(read.collections)
    top = _find_collection(paths.items(), under)
    inside = {key for key, path in paths.items() if path[: len(paths[top])] == paths[top]} if top else set()
    collections = tuple(
        replace(each, parent=None) if each.key == top else each for each in read.collections if each.key in inside
    )
    entries = tuple(
        replace(entry, collections=tuple(key for key in entry.collections if key in inside))
        for entry in read.entries
        if inside & set(entry.collections)
    )
    message = f"{len(read.entries) - len(entries)} entries are not in {under!r} or below"
    left_out = Finding("entry-elsewhere", Severity.NOTE, 0, message, "Left out, as asked.")
    return Bibliography(entries, collections, (*read.findings, left_out))


def _find_collection(paths: Iterable[tuple[str, Sequence[str]]], under: str) -> str:
    known = list(paths)
    wanted = [title_key(part) for part in under.split(_PATH)]
    whole = [key for key, path in known if [title_key(part) for part in path] == wanted]
    found = whole or [key for key, path in known if len(wanted) == 1 and title_key(path[-1]) == wanted[0]]
    if len(found) == 1:
        return found[0]
    several = " ".join(repr(_PATH.join(path)) for key, path in known if key in found[:5])
    if found:
        raise InvalidFilter(f"Several collections are called {under!r}: {several}.", "Give the whole path of one.")
    names = ", ".join(repr(_PATH.join(path)) for _, path in known[:20])
    raise InvalidFilter(
        f"No collection of the file is called {under!r}.",
        f"There are: {names}." if names else "The file has no collections.",
    )


def _by_keyword(read: Bibliography) -> Bibliography:
    """Keywords instead of collections."""
    concepts: dict[str, Concept] = {}
    entries = tuple(
        replace(entry, collections=tuple(_add_keyword(word, entry.line, concepts) for word in entry.keywords))
        for entry in read.entries
    )
    return Bibliography(entries, tuple(concepts.values()), read.findings)


def _add_keyword(word: str, line: int, concepts: dict[str, Concept]) -> str:
    parent: str | None = None
    key = ""
    for name in word.split(_PATH)[:50]:
        key = f"{key}{_PATH}{title_key(name) or name}"
        concepts.setdefault(key, Concept(key, name, parent, line))
        parent = key
    return key


def _place_loose(read: Bibliography, title: str) -> Bibliography:
    if not read.collections:
        whole = Concept(_WHOLE, title)
        entries = tuple(replace(entry, collections=(_WHOLE,)) for entry in read.entries)
        return Bibliography(entries, (whole,), read.findings)
    loose = [entry for entry in read.entries if not entry.collections]
    if not loose:
        return read
    message = f"{len(loose)} entries are in no collection"
    decision = "Kept as papers without a place."
    return replace(read, findings=(*read.findings, Finding("in-no-collection", Severity.NOTE, 0, message, decision)))


def _nothing(name: str, read: Bibliography) -> NoPapersFound:
    why = f": {len(read.findings)} of its records were not understood" if read.findings else ""
    first = f"; the first, line {read.findings[0].line}: {read.findings[0].message}" if read.findings else ""
    return NoPapersFound(f"{name} has no entry with a title{why}{first}", "Check that it is the right file.")


def _unknown(name: str, why: str, text: str) -> SourceUnreadable:
    advice = "Give BibTeX, RIS, CSL-JSON or an export of Zotero (RDF, JSON, CSV), which reference managers can write."
    return SourceUnreadable(f"{name} is no bibliography: {why}", advice_for(text, Command.BIBLIOGRAPHY, advice))
