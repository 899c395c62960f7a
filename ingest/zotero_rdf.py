"""Zotero's RDF export: items, and collections with their parts. Pure.

The file is RDF/XML of one fixed layout, so it is read as XML, which knows the lines: items with a ``z:itemType``,
journals and books they are part of, and ``z:Collection`` with ``dcterms:hasPart`` for items and narrower collections.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from litatlas.graph.models import Finding, Severity, WorkKind

from .entries import Bibliography, Entry
from .record_text import addresses_in, tidy_names, tidy_title, venue_named, year_of
from .source_text import clean_text
from .taxonomy_tree import Concept
from .xml_text import parse_xml
from .zotero import NOT_WORKS, entry_ids, not_works, untitled

NAMESPACE = "http://www.zotero.org/namespaces/export#"

_NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "z": NAMESPACE,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "bib": "http://purl.org/net/biblio#",
    "foaf": "http://xmlns.com/foaf/0.1/",
}


@dataclass(slots=True)
class _Layout:
    """The elements of a file by what they are."""

    items: list[etree._Element] = field(default_factory=list)
    collections: list[etree._Element] = field(default_factory=list)
    containers: dict[str, etree._Element] = field(default_factory=dict)
    not_works: int = 0


def parse_zotero_rdf(text: str, name: str) -> Bibliography:
    """Read a Zotero RDF export.

    Raises:
        SourceUnreadable: it is not well-formed, or its entities are not plain.
    """
    layout = _sort(parse_xml(text, name))
    sharing = Counter(_resource(part) for item in layout.items for part in _children(item, "dcterms:isPartOf"))
    placed, collections = _collections(layout)
    entries, findings = [], []
    for item in layout.items:
        entry = _entry(item, layout.containers, sharing, placed)
        if entry:
            entries.append(entry)
        else:
            findings.append(untitled(_line(item)))
    if layout.not_works:
        findings.append(not_works(layout.not_works))
    findings.extend(_unknown_parts(placed, layout))
    findings.extend(_shared_dois(layout, sharing))
    return Bibliography(tuple(entries), collections, tuple(findings))


def _sort(root: etree._Element) -> _Layout:
    layout = _Layout()
    for element in root:
        if not isinstance(element.tag, str):
            continue
        kind = _text(element, "z:itemType")
        local = etree.QName(element).localname
        if element.tag == _tag("z:Collection"):
            layout.collections.append(element)
        elif kind in NOT_WORKS or local in {"Attachment", "Memo"}:
            layout.not_works += 1
        elif kind or _find(element, "bib:authors") is not None:
            layout.items.append(element)
        else:
            layout.containers[_about(element)] = element
    return layout


def _collections(layout: _Layout) -> tuple[Mapping[str, list[str]], tuple[Concept, ...]]:
    """Which collections hold what, by its address, and the collections with their parents."""
    keys = {_about(element) for element in layout.collections}
    holders: dict[str, list[str]] = {}
    for element in layout.collections:
        for part in _children(element, "dcterms:hasPart"):
            holders.setdefault(_resource(part), []).append(_about(element))
    concepts = []
    for element in layout.collections:
        key = _about(element)
        parent = next((each for each in holders.get(key, ()) if each in keys), None)
        concepts.append(Concept(key, clean_text(_text(element, "dc:title")), parent, _line(element)))
    return {part: found for part, found in holders.items() if part not in keys}, tuple(concepts)


def _unknown_parts(placed: Mapping[str, list[str]], layout: _Layout) -> Iterator[Finding]:
    known = {_about(item) for item in layout.items}
    missing = sum(part not in known for part in placed)
    if missing:
        message = f"The collections name {missing} parts that are no works of this file"
        yield Finding("part-not-found", Severity.NOTE, 0, message, "Left out: notes, attachments, or not exported.")


def _shared_dois(layout: _Layout, sharing: Mapping[str, int]) -> Iterator[Finding]:
    """DOIs of journals that several items share: nothing says whose they are."""
    for about, container in layout.containers.items():
        dois = [text for text in _identifiers(container) if text.upper().startswith("DOI ")]
        if dois and sharing.get(about, 0) > 1:
            message = (
                f"{sharing[about]} items are in {about!r}, which lists their DOIs ({len(dois)}) and not whose they are"
            )
            yield Finding("doi-of-whom", Severity.WARNING, _line(container), message, "Left out.")


def _entry(
    item: etree._Element,
    containers: Mapping[str, etree._Element],
    sharing: Mapping[str, int],
    placed: Mapping[str, list[str]],
) -> Entry | None:
    title = tidy_title(_text(item, "dc:title"))
    if not any(map(str.isalnum, title)):
        return None
    within = list(_containers(item, containers))
    own = [place for place in within if sharing.get(_about(place), 0) < 2]
    stated = [text for element in (item, *own) for text in _identifiers(element)]
    about = _about(item)
    urls = addresses_in(" ".join((*stated, about)))
    doi = next((text[4:] for text in stated if text.upper().startswith("DOI ")), "")
    extra = _text(item, "dc:description")
    kind = _text(item, "z:itemType")
    return Entry(
        line=_line(item),
        title=title,
        kind=WorkKind.SOFTWARE if kind in {"computerProgram", "software"} else WorkKind.PAPER,
        authors=_authors(item),
        year=year_of(_text(item, "dc:date")),
        venue=venue_named(*(_text(place, "dc:title") for place in within), _presented_at(item)),
        ids=entry_ids(doi, " ".join((*stated, extra, *(_text(place, "dc:title") for place in within))), urls, extra),
        urls=urls,
        abstract=clean_text(_text(item, "dcterms:abstract")) or None,
        keywords=tuple(dict.fromkeys(_subjects(item))),
        collections=tuple(dict.fromkeys(placed.get(about, ()))),
    )


def _containers(item: etree._Element, known: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    """Journals, proceedings and books it is part of, nested or named."""
    for part in _children(item, "dcterms:isPartOf"):
        yield from (each for each in part if isinstance(each.tag, str) and each.tag != _tag("bib:Series"))
        if (found := known.get(_resource(part))) is not None:
            yield found


def _authors(item: etree._Element) -> tuple[str, ...]:
    listed = _find(item, "bib:authors")
    people = [] if listed is None else listed.iter(_tag("foaf:Person"))
    return tidy_names(
        " ".join((_text(each, "foaf:givenName") or _text(each, "foaf:givenname"), _text(each, "foaf:surname")))
        for each in people
    )


def _subjects(item: etree._Element) -> Iterator[str]:
    for subject in _children(item, "dc:subject"):
        yield from filter(None, (clean_text("".join(subject.itertext())),))


def _identifiers(element: etree._Element) -> Iterator[str]:
    """``DOI 10.1/x``, ``ISSN …`` and addresses."""
    for identifier in _children(element, "dc:identifier"):
        yield clean_text("".join(identifier.itertext()))


def _presented_at(item: etree._Element) -> str:
    place = _find(item, "bib:presentedAt")
    return clean_text("".join(place.itertext())) if place is not None else ""


def _tag(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def _find(element: etree._Element, name: str) -> etree._Element | None:
    return element.find(_tag(name))


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from element.iterchildren(_tag(name))


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(_tag(name)) or "").strip()


def _about(element: etree._Element) -> str:
    return element.get(_tag("rdf:about")) or element.get(_tag("rdf:ID")) or ""


def _resource(element: etree._Element) -> str:
    return element.get(_tag("rdf:resource")) or ""


def _line(element: etree._Element) -> int:
    return element.sourceline or 0
