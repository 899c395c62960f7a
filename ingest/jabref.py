r"""The groups of BibTeX files: JabRef's tree in a comment, its ``groups`` field, and Mendeley's paths. Pure.

JabRef writes ``@comment{jabref-meta: grouping: …}`` with one group per line, ``1 StaticGroup:Name\;0\;1\;…;``: the
level, the kind, and parameters that begin with the name. Older releases call it ``groupstree`` and list keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from litatlas.graph.models import Finding, Severity

from .latex_text import field_to_text
from .source_text import clean_text
from .taxonomy_tree import Concept

_META = re.compile(r"\s*jabref-meta:\s*(?:grouping|groupstree|groups)\s*:", re.I)
_GROUP = re.compile(r"\s*(?P<level>\d{1,3})\s+(?P<kind>\w+Group):(?P<rest>.*)", re.S)
_MEMBERS_KNOWN = frozenset({"StaticGroup", "ExplicitGroup", "KeywordGroup"})


@dataclass(slots=True)
class Groups:
    """The groups of one file, and who is in them."""

    _concepts: dict[str, Concept] = field(default_factory=dict)
    _by_name: dict[str, list[str]] = field(default_factory=dict)
    _by_keyword: dict[str, list[str]] = field(default_factory=dict)
    _by_entry: dict[str, list[str]] = field(default_factory=dict)

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """All groups, in the order of the tree; those that only entries name come last."""
        return tuple(self._concepts.values())

    def of_entry(self, key: str, fields: Mapping[str, str], keywords: Iterable[str]) -> tuple[str, ...]:
        """Keys of the groups that an entry is in; a group that no tree names is made."""
        found = list(self._by_entry.get(key, ()))
        for name in _split(fields.get("groups", "")):
            found += self._by_name.get(name) or [self._add(f"group:{name}", name, None)]
        for path in _split(fields.get("mendeley-groups", "")):
            found.append(self._add_path(path))
        for keyword in keywords:
            found += self._by_keyword.get(keyword.casefold(), ())
        return tuple(dict.fromkeys(found))

    def _add(self, key: str, name: str, parent: str | None, line: int | None = None) -> str:
        if key not in self._concepts:
            self._concepts[key] = Concept(key, name, parent, line)
            self._by_name.setdefault(name, []).append(key)
        return key

    def _add_path(self, path: str) -> str:
        key, parent = "mendeley:", None
        for name in (part.strip() for part in path.split("/")[:50]):
            key = f"{key}/{name}"
            parent = self._add(key, name, parent)
        return key

    def add_group(self, parent: str | None, kind: str, parameters: list[str], line: int) -> str:
        """Add a group of the tree; its key."""
        name = clean_text(parameters[0])
        key = self._add(f"jabref:{len(self._concepts)}", name, parent, line)
        if kind == "KeywordGroup" and len(parameters) > 3 and parameters[2].strip().lower() == "keywords":
            self._by_keyword.setdefault(clean_text(parameters[3]).casefold(), []).append(key)
        elif kind == "ExplicitGroup":  # its keys follow the name and one or three settings, which no key is called
            for entry in parameters[2:]:
                self._by_entry.setdefault(entry.strip(), []).append(key)
        return key


def read_groups(comments: Iterable[tuple[str, int]]) -> tuple[Groups, tuple[Finding, ...]]:
    """The groups that comments of a file (text, line) name; those whose members JabRef searches for are findings."""
    groups = Groups()
    findings: list[Finding] = []
    for comment, line in comments:
        if match := _META.match(comment):
            findings.extend(_read_tree(comment[match.end() :], line, groups))
    return groups, tuple(findings)


def _read_tree(tree: str, line: int, groups: Groups) -> Iterable[Finding]:
    above: list[tuple[int, str]] = []
    for text in _parts(tree.replace("\r", "").replace("\n", ""), ";"):
        match = _GROUP.match(text)
        if match is None or match["kind"] == "AllEntriesGroup":
            continue
        parameters = [_unescape(part) for part in _unescape(match["rest"]).split(";")]
        if not any(map(str.isalnum, parameters[0])):
            continue
        level = int(match["level"])
        while above and above[-1][0] >= level:
            above.pop()
        key = groups.add_group(above[-1][1] if above else None, match["kind"], parameters, line)
        above.append((level, key))
        if match["kind"] not in _MEMBERS_KNOWN:
            message = f"The group {parameters[0]!r} is a {match['kind']}: JabRef searches for its members"
            yield Finding("group-without-members", Severity.NOTE, line, message, "Kept as a node without papers.")


def _parts(text: str, separator: str) -> Iterable[str]:
    """Split at separators that no backslash stands before."""
    part: list[str] = []
    escaped = False
    for char in text:
        if char == separator and not escaped:
            yield "".join(part)
            part = []
        else:
            part.append(char)
        escaped = char == "\\" and not escaped
    yield "".join(part)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _split(written: str) -> list[str]:
    names = (field_to_text(part) for part in _parts(written, ","))
    return [name for name in names if name]
