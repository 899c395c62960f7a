r"""A LaTeX source as a survey's text: a linear scan for headings, citations, taxonomy figures and the bibliography.

No macro is expanded but two kinds: aliases of commands that cite (`cite_commands`), and macros without arguments where
they stand in a heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from litatlas.graph.models import Finding, Severity

from .cite_commands import CiteCommands, find_cite_commands, read_arguments
from .forest import read_forest
from .latex_bibliography import read_thebibliography
from .latex_groups import read_group, read_option
from .latex_text import to_name
from .survey_text import Cite, Figure, Reference, Section

MOST_SECTIONS = 5_000
_MOST_FIGURES = 20
_LONGEST_FIGURE = 200_000  # characters
_LONGEST_HEADING = 1_000  # characters
_LONGEST_MACRO = 200
_MOST_TITLES = 20

_LEVELS: Mapping[str, int] = {
    "part": 1,
    "chapter": 2,
    "section": 3,
    "subsection": 4,
    "subsubsection": 5,
    "paragraph": 6,
    "subparagraph": 7,
}
_ENVIRONMENT = re.compile(r"\s?\{(document|forest|thebibliography|appendix|appendices|subappendices)\}")
_MACRO = re.compile(r"\\(?:(?:re)?newcommand|providecommand|g?def)\*?\s?\{?\s?\\([A-Za-z@]{1,40})\s?\}?\s?(?=\{)")
_CALL = re.compile(r"\\([A-Za-z@]{1,40})(?:\s?\{\})?")


@dataclass(frozen=True, slots=True)
class LatexReading:
    """What a scan found; `bibliographies` are the names of the databases that the source asks for."""

    title: str | None
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    references: tuple[Reference, ...]
    unsectioned: tuple[Cite, ...]
    bibliographies: tuple[str, ...]
    uncited: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Scan:
    """A scan under way."""

    text: str
    commands: CiteCommands
    macros: Mapping[str, str]
    starts: list[int]
    position: int = 0
    title: str | None = None
    sections: list[Section] = field(default_factory=list)
    cites: list[list[Cite]] = field(default_factory=list)
    unsectioned: list[Cite] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    bibliographies: list[str] = field(default_factory=list)
    uncited: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    appendix: bool = False
    figures_tried: int = 0
    unread_cites: list[int] = field(default_factory=list)
    ended: bool = False

    def line_at(self, position: int) -> int:
        return bisect_right(self.starts, position)


def scan_latex(text: str) -> LatexReading:
    """Scan a source whose files are in place and whose comments are blank (see `latex_files`)."""
    scan = _Scan(text, find_cite_commands(text), _find_macros(text), _line_starts(text))
    start = re.search(r"\\begin\s?\{document\}", text)
    body = start.end() if start else 0
    pattern = _command_pattern(scan.commands)
    _read_title(scan)
    scan.position = body
    while not scan.ended and (match := pattern.search(text, scan.position)):
        scan.position = match.end()
        if name := match[1]:
            _step(scan, name, match.start())
    if scan.unread_cites:
        scan.findings.append(_no_keys(scan.unread_cites))
    sections = (replace(section, cites=tuple(cites)) for section, cites in zip(scan.sections, scan.cites, strict=True))
    return LatexReading(
        scan.title,
        tuple(sections),
        tuple(scan.figures),
        tuple(scan.references),
        tuple(scan.unsectioned),
        tuple(dict.fromkeys(scan.bibliographies)),
        tuple(dict.fromkeys(scan.uncited)),
        tuple(scan.findings),
    )


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _command_pattern(commands: CiteCommands) -> re.Pattern[str]:
    ours = {*_LEVELS, "begin", "end", "appendix", "appendices", "bibliography", "addbibresource", "nocite"}
    names = "|".join(sorted(ours | commands.names, key=len, reverse=True))
    return re.compile(rf"\\\\|\\({names})\*?(?![A-Za-z@])")


def _step(scan: _Scan, name: str, start: int) -> None:
    if name in scan.commands.names:
        keys, scan.position = read_arguments(scan.text, scan.position, several=name.endswith("cites"))
        if not keys:
            scan.unread_cites.append(scan.line_at(start))
        cites = [Cite(key, scan.line_at(start)) for key in keys]
        (scan.cites[-1] if scan.cites else scan.unsectioned).extend(cites)
    elif name in _LEVELS:
        _begin_section(scan, _LEVELS[name], start)
    elif name in {"begin", "end"}:
        _pass_environment(scan, name, start)
    elif name.startswith("append"):
        scan.appendix = True
    else:
        names, scan.position = read_arguments(scan.text, scan.position)
        (scan.uncited if name == "nocite" else scan.bibliographies).extend(names)


def _begin_section(scan: _Scan, level: int, start: int) -> None:
    option = read_option(scan.text, scan.position, longest=_LONGEST_HEADING)
    heading = read_group(scan.text, option.end if option else scan.position, longest=_LONGEST_HEADING)
    line = scan.line_at(start)
    if heading is None or len(scan.sections) >= MOST_SECTIONS:
        scan.findings.append(_no_heading(line))
        scan.ended = len(scan.findings) > MOST_SECTIONS
        return
    name = to_name(_expand(heading.content, scan.macros))
    scan.position = heading.end
    if not name:
        scan.findings.append(_no_heading(line))
        return
    parent = _parent(scan.sections, level)
    scan.sections.append(Section(name, level, parent, line, appendix=scan.appendix))
    scan.cites.append([])
    keys = scan.commands.keys_in(heading.content)
    scan.cites[-1].extend(Cite(key, line) for key in keys)


def _parent(sections: list[Section], level: int) -> int | None:
    """The nearest section before that is shallower."""
    candidate = len(sections) - 1 if sections else None
    while candidate is not None and sections[candidate].level >= level:
        candidate = sections[candidate].parent
    return candidate


def _pass_environment(scan: _Scan, name: str, start: int) -> None:
    match = _ENVIRONMENT.match(scan.text, scan.position)
    if not match:
        return
    scan.position = match.end()
    environment = match[1]
    if environment == "document":
        scan.ended = name == "end"
    elif environment.endswith(("appendix", "appendices")):
        scan.appendix = name == "begin"
    elif name == "begin" and environment == "forest":
        _read_figure(scan, start)
    elif name == "begin" and environment == "thebibliography":
        body, scan.position = _environment_body(scan.text, environment, scan.position)
        scan.references.extend(read_thebibliography(body, scan.line_at(start)))


def _environment_body(text: str, environment: str, start: int) -> tuple[str, int]:
    """What stands up to the environment's end, or to the end of the text."""
    end = text.find(f"\\end{{{environment}}}", start)
    return (text[start:end], end) if end >= 0 else (text[start:], len(text))


def _read_figure(scan: _Scan, start: int) -> None:
    scan.figures_tried += 1
    if scan.figures_tried > _MOST_FIGURES + 1:
        return
    figure = None
    if scan.figures_tried <= _MOST_FIGURES:
        body, end = _environment_body(scan.text, "forest", scan.position)
        if len(body) <= _LONGEST_FIGURE and end < len(scan.text):
            figure = read_forest(_expand(body, scan.macros), scan.line_at(scan.position), scan.commands)
    if figure:
        scan.figures.append(figure)
        scan.position = end
    else:
        scan.findings.append(_no_tree(scan.line_at(start)))


def _read_title(scan: _Scan) -> None:
    titles = re.finditer(r"\\(?:title|icmltitle|TITLE)(?![A-Za-z@])", scan.text)
    for match in islice(titles, _MOST_TITLES):
        option = read_option(scan.text, match.end(), longest=_LONGEST_HEADING)
        group = read_group(scan.text, option.end if option else match.end(), longest=_LONGEST_HEADING)
        title = to_name(_expand(group.content, scan.macros)) if group else ""
        if any(map(str.isalpha, title)):
            scan.title = title
            return


def _find_macros(text: str) -> Mapping[str, str]:
    """Macros without arguments and what they stand for, where that is short; the last definition counts."""
    macros = {}
    for match in _MACRO.finditer(text):
        body = read_group(text, match.end(), longest=_LONGEST_MACRO)
        if body and "#" not in body.content and match[1] not in _LEVELS:
            macros[match[1]] = body.content
    return macros


def _expand(snippet: str, macros: Mapping[str, str]) -> str:
    """The snippet with the source's own macros replaced, two rounds deep."""
    if not macros:
        return snippet
    for _ in range(2):
        if len(snippet) > _LONGEST_FIGURE:
            break
        snippet = _CALL.sub(lambda match: macros.get(match[1], match[0]), snippet)
    return snippet


def _no_heading(line: int) -> Finding:
    message = "A heading is empty, does not end, or is one too many"
    decision = "What stands under it belongs to the section before."
    return Finding("heading-not-read", Severity.WARNING, line, message, decision)


def _no_keys(lines: list[int]) -> Finding:
    message = f"{len(lines)} citations name nothing that could be read"
    return Finding("citation-not-read", Severity.NOTE, lines[0], message, "Left out.", tuple(lines[1:20]))


def _no_tree(line: int) -> Finding:
    message = "The brackets of a forest figure do not form one tree, or there are too many figures"
    return Finding("figure-not-read", Severity.WARNING, line, message, "Its citations count for the section it is in.")
