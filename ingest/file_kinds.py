"""Which command reads a file, told by its first characters; for the advice where another command was tried. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

_READ = 100_000  # characters; nothing further down is looked at
_BIBTEX = re.compile(r"^[ \t]{0,20}@[ \t]{0,20}(?!prefix\b|base\b)\w{1,40}[ \t]{0,20}[{(]", re.M | re.I)
_RIS = re.compile(r"^TY {1,3}- ", re.M)
_TURTLE = re.compile(r"^[ \t]{0,20}(?:@prefix|PREFIX|@base|BASE)[ \t]+(?:[\w.-]{0,100}:[ \t]*)?<", re.M)
_MARKDOWN = re.compile(r"^(?:#{1,6} |[-*+] )", re.M)
_ZOTERO = "http://www.zotero.org/namespaces/export#"


class Command(StrEnum):
    """The kinds of file, by the name of the command under ``litatlas ingest`` that reads them."""

    LIST = "list"
    BIBLIOGRAPHY = "bibliography"
    TAXONOMY = "taxonomy"
    NODE_LINK = "node-link"
    METADATA = "metadata"
    CITATIONS = "citations"
    NOTES = "notes"


_CALLED = {
    Command.LIST: "Markdown",
    Command.BIBLIOGRAPHY: "a bibliography",
    Command.TAXONOMY: "a taxonomy in RDF",
    Command.NODE_LINK: "an export in node-link form",
    Command.METADATA: "metadata in JSON lines",
    Command.CITATIONS: "citations in JSON lines",
    Command.NOTES: "notes in JSON lines",
}


def find_command(text: str) -> Command | None:
    """The command that reads a file with this text, or None where nothing in it says."""
    text = text[:_READ].lstrip("\ufeff \t\r\n")
    if text.startswith("<") and "<rdf:RDF" in text[:5_000]:
        return Command.BIBLIOGRAPHY if _ZOTERO in text[:5_000] else Command.TAXONOMY
    if text.startswith(("{", "[")):
        return _of_json(text)
    if _TURTLE.search(text):
        return Command.TAXONOMY
    if _BIBTEX.match(text) or _RIS.search(text[:5_000]):
        return Command.BIBLIOGRAPHY
    if _MARKDOWN.search(text):
        return Command.LIST
    return Command.BIBLIOGRAPHY if _BIBTEX.search(text) else None


def advice_for(text: str, tried: Command, otherwise: str) -> str:
    """What to do with a file that the command which was tried cannot read."""
    command = find_command(text)
    if command is None or command is tried:
        return otherwise
    return f"It looks like {_CALLED[command]}: read it with `litatlas ingest {command.value}`."


def _of_json(text: str) -> Command | None:
    first = text.partition("\n")[0]
    if '"@context"' in text or '"@graph"' in text:
        return Command.TAXONOMY
    if '"nodes"' in text and '"multigraph"' in text:
        return Command.NODE_LINK
    if first.rstrip().endswith("}") and '"citing"' in first:
        return Command.CITATIONS
    if first.rstrip().endswith("}") and '"note"' in first:
        return Command.NOTES
    if first.rstrip().endswith("}") and '"title"' in first:
        return Command.METADATA
    return Command.BIBLIOGRAPHY if '"title"' in text else None
