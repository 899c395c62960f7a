"""XML of others, parsed without fetching anything and without growing. Pure."""

from __future__ import annotations

import re

from lxml import etree

from litatlas.graph.errors import SourceUnreadable

MOST_EXPANDED = 20_000_000  # characters that entities of a document may add to it

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_ENTITY = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[^\s%&;<>\"']{1,200})\s+(?P<value>\"[^\"]*\"|'[^']*'|\w+)"
)
_BEGINS_ENTITY = re.compile(r"<!ENTITY\b")


def safe_xml(text: str, name: str) -> bytes:
    """The document in UTF-8, without the declaration of another encoding.

    Protégé and others abbreviate namespaces with entities, so plain ones are let through; those that read a file, that
    hold other entities, or that blow the document up are not.

    Raises:
        SourceUnreadable: an entity is not plain.
    """
    declared = list(_ENTITY.finditer(text))
    if len(declared) != len(_BEGINS_ENTITY.findall(text)):
        raise _refused(name, "an entity that cannot be checked")
    added = 0
    for match in declared:
        value = match["value"]
        if match["parameter"] or value[:1] not in "\"'":
            raise _refused(name, f"the entity {match['name']!r}, which reads from elsewhere")
        if re.search(r"[&%]", value):
            raise _refused(name, f"the entity {match['name']!r}, which holds other entities")
        added += len(value) * text.count(f"&{match['name']};") if len(declared) <= 200 else MOST_EXPANDED + 1
    if added > MOST_EXPANDED:
        raise _refused(name, "entities that make it too large")
    if re.search(r"<!DOCTYPE[^\[>]{0,2000}\b(?:SYSTEM|PUBLIC)\b", text):
        text = re.sub(r"(<!DOCTYPE\s+\S{1,200})[^\[>]{0,2000}", r"\1 ", text, count=1)  # no outer DTD is read
    return _DECLARATION.sub("", text).encode("utf-8", "replace")


def parse_xml(text: str, name: str) -> etree._Element:
    """The root element.

    Raises:
        SourceUnreadable: it is not well-formed, too deep, or its entities are not plain.
    """
    parser = etree.XMLParser(resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(safe_xml(text, name), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceUnreadable(f"{name} is not well-formed XML: {error}", "Export it again.") from error


def _refused(name: str, what: str) -> SourceUnreadable:
    return SourceUnreadable(f"{name} declares {what}", "Write it without entities, e.g. as Turtle, and try again.")
