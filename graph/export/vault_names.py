"""What the pages of a vault are called: safe on every file system, good in links, the same whenever a part is exported.

Left out or replaced is what Obsidian cannot link to (https://help.obsidian.md/links) and what Windows, macOS or Linux
refuse in a file's name (https://learn.microsoft.com/windows/win32/fileio/naming-a-file). A name depends on the record
alone; only where two records of one export would share a name, upper and lower case being equal, each gets six hex
digits of its key behind it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from litatlas.graph.models import Subgraph

from .list_notation import one_line

START_PAGE = "Start here"
SOURCES_PAGE = "Sources"
LONGEST_NAME = 110  # bytes of UTF-8, without .md: file systems end at 255, some synchronised folders at 143

_TAKEN = (START_PAGE, SOURCES_PAGE, "Attribution")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_REPLACED = str.maketrans(
    {"/": "-", "\\": "-", "|": "-", '"': "'", "`": "'", "[": "(", "]": ")", **dict.fromkeys("#^*?<>$")}
)
_ENDING = re.compile(r"\.(?=md$)", re.IGNORECASE)  # which Obsidian would take for the file's own
_TWICE = re.compile(r"([%=~_])\1+")


@dataclass(frozen=True, slots=True)
class PageNames:
    """The names of pages without ``.md``, unlike in the whole vault, by the key of the record."""

    surveys: Mapping[str, str]
    nodes: Mapping[str, str]
    papers: Mapping[str, str]


def name_pages(subgraph: Subgraph) -> PageNames:
    """Names for all records of a subgraph; a topic's has its survey's key behind it, since surveys share topics, and a
    survey's says that it is one, since lists name each other as papers."""
    surveys = {survey.key: page_name(survey.title, survey.key, " (survey)") for survey in subgraph.surveys}
    nodes = {node.key: page_name(node.name, node.key, f" ({node.survey})") for node in subgraph.nodes}
    papers = {paper.key: page_name(paper.title, paper.key) for paper in subgraph.papers}
    names = [*surveys.values(), *nodes.values(), *papers.values(), *_TAKEN]
    shared = {name for name, number in Counter(map(_folded, names)).items() if number > 1}
    taken = {*map(_folded, _TAKEN), *(_folded(name) for name in names if _folded(name) not in shared)}
    return PageNames(*(_told_apart(each, shared, taken) for each in (surveys, nodes, papers)))


def page_name(text: str, key: str, behind: str = "") -> str:
    """The name that a record with this text would have if no other had the same."""
    name, tail = _safe(text), _safe(behind)
    tail = f" {tail}" if tail else ""
    if not any(map(str.isalnum, name)):
        name = f"{name} {_digest(key)}".strip()
    if len((name + tail).encode()) > LONGEST_NAME:
        room = LONGEST_NAME - 7
        return f"{_cut(name + tail, room)} {_digest(key)}"
    return f"_{name}{tail}" if _DEVICES.match(name + tail) else name + tail


def _safe(text: str) -> str:
    shown = "".join(sign for sign in one_line(text) if unicodedata.category(sign) not in _UNSEEN)
    shown = re.sub(r":\s", " - ", shown.translate(_REPLACED)).replace(":", "-")
    shown = unicodedata.normalize("NFC", " ".join(_TWICE.sub(r"\1", shown).split()).strip(" ."))
    return _ENDING.sub("-", shown)


def _cut(name: str, size: int) -> str:
    """The beginning of a name in at most so many bytes, cut between words where one ends in its second half."""
    start = name.encode()[:size].decode(errors="ignore")
    words = start.rpartition(" ")[0]
    return (words if 2 * len(words) > len(start) else start).rstrip(" .")


def _told_apart(names: Mapping[str, str], shared: set[str], taken: set[str]) -> dict[str, str]:
    found = {}
    for key in sorted(names):
        name = names[key]
        if _folded(name) in shared:
            name = next(each for each in _with_digits(name, key) if _folded(each) not in taken)
            taken.add(_folded(name))
        found[key] = name
    return found


def _with_digits(name: str, key: str) -> Iterable[str]:
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    yield from (f"{name} {digest[:size]}" for size in range(6, len(digest)))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:6]


def _folded(name: str) -> str:
    """Equal for names that some file system holds to be one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
