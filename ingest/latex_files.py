r"""The files of a LaTeX source as one text: comments and verbatim blanked, ``\input`` resolved inside the source. Pure.

Nothing is opened but the files handed in, and nothing is executed.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.models import Finding, Severity

from .cite_commands import find_cite_commands
from .source_text import decode_text

LARGEST_SOURCE = 10_000_000  # characters; a long survey has a twentieth of it
_DEEPEST = 15  # files within files
_MOST_INPUTS = 1_000
_MOST_CANDIDATES = 12

_VERBATIM = "verbatim|Verbatim|lstlisting|minted|comment|filecontents"
_HIDDEN = re.compile(
    r"\\(?:url|href|path)\s?\{[^{}\n]{0,2000}\}"
    rf"|\\begin\s?\{{(?P<environment>(?:{_VERBATIM})\*?)\}}"
    r"|(?P<false>\\iffalse)(?![A-Za-z@])"
    r"|(?P<verb>\\verb\*?(?P<mark>[^\sA-Za-z*])[^\n]{0,300}?(?P=mark))"
    r"|\\.|(?P<comment>%[^\n]*)",
    re.S,
)
_FALSE_END = re.compile(r"\\(?:fi|else)(?![A-Za-z@])")
_INPUT = re.compile(
    r"\\\\|\\(?:input|include|subfile)\s?\{(?P<name>[^{}\n]{1,300})\}"
    r"|\\input\s(?P<bare>[^\s{}\\]{1,300})"
    r"|\\(?:sub)?import\*?\s?\{(?P<folder>[^{}\n]{0,300})\}\s?\{(?P<file>[^{}\n]{1,300})\}"
)
_CLASS = re.compile(r"\\document(?:class|style)(?![A-Za-z@])")
_BEGIN = re.compile(r"\\begin\s?\{document\}")
_END = re.compile(r"\\end\s?\{document\}")
_TOP_LEVEL_LINE = re.compile(r"^(\S+)\s+toplevelfile\s*$", re.M)
_TOP_LEVEL_YAML = re.compile(r"filename:\s?['\"]?([^\s'\"]+)['\"]?\s{1,40}usage:\s?['\"]?toplevel")


@dataclass(frozen=True, slots=True)
class LatexSource:
    """A source in one piece.

    Attributes:
        main: name of the file it begins in.
        text: lines are counted in it, with each file in the place where it is put in.
    """

    main: str
    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Joining:
    """A source while its files are put together."""

    files: Mapping[str, str]
    main: str
    pieces: list[str] = field(default_factory=list)
    size: int = 0
    lines: int = 1
    inputs: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.size += len(piece)
        self.lines += piece.count("\n")

    @property
    def full(self) -> bool:
        return self.size > LARGEST_SOURCE or self.inputs > _MOST_INPUTS


def join_files(files: Mapping[str, bytes], name: str) -> LatexSource:
    """Find the main file and put the files that it takes in where they belong.

    Args:
        files: by their path in the source; read only, never written.
        name: what to call the source in messages.

    Raises:
        SourceUnreadable: none of the files is a LaTeX document.
    """
    findings: list[Finding] = []
    texts = {path: hide(text) for path, text in _decode(files, findings)}
    candidates = [path for path, text in texts.items() if _CLASS.search(text) and _BEGIN.search(text)]
    candidates = candidates or [path for path, text in texts.items() if "\\section" in text or "\\bibitem" in text]
    if not candidates:
        raise SourceUnreadable(
            f"{name} holds no LaTeX document", "It may be withdrawn or written in another format; use its HTML or PDF."
        )
    named = _named_as_main(files, candidates)
    sources = [_join(texts, path) for path in (named or sorted(candidates, key=_by_depth)[:_MOST_CANDIDATES])]
    best = max(sources, key=_weight)
    if len(sources) > 1:
        findings.append(_several_mains(best.main, candidates))
    return LatexSource(best.main, best.text, (*findings, *best.findings))


def hide(text: str) -> str:
    """The text without comments, verbatim environments and what ``\\iffalse`` leaves out; lines stay lines."""
    pieces, position = [], 0
    endless: set[str] = set()
    while match := _HIDDEN.search(text, position):
        end = match.end()
        hidden = match["comment"] is not None or match["verb"] is not None
        if environment := match["environment"]:
            end, hidden = _end_of(environment, text, end, endless)
        elif match["false"]:
            closing = None if "false" in endless else _FALSE_END.search(text, end)
            endless |= set() if closing else {"false"}
            end, hidden = (closing.end(), True) if closing else (end, False)
        pieces.append(text[position : match.start() if hidden else end])
        pieces.append("\n" * text.count("\n", match.start(), end) if hidden else "")
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _end_of(environment: str, text: str, start: int, endless: set[str]) -> tuple[int, bool]:
    """Where an environment ends; one that never ends is no environment, and is not looked for again."""
    mark = f"\\end{{{environment}}}"
    found = -1 if environment in endless else text.find(mark, start)
    if found < 0:
        endless.add(environment)
        return start, False
    return found + len(mark), True


def _decode(files: Mapping[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, str]]:
    for path, data in files.items():
        if path.lower().endswith((".bib", ".bbl", ".tex", ".ltx", ".latex")) or "." not in posixpath.basename(path):
            try:
                decoded = decode_text(data, path)
            except SourceUnreadable:
                findings.append(_no_text(path))
                continue
            findings.extend(decoded.findings)
            text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
            if not path.lower().endswith(".bib"):
                yield path, text


def _join(texts: Mapping[str, str], main: str) -> LatexSource:
    joining = _Joining(texts, main)
    _put(joining, main, ())
    if joining.full:
        joining.findings.append(_too_much(joining.lines))
    return LatexSource(main, "".join(joining.pieces)[:LARGEST_SOURCE], tuple(joining.findings))


def _put(joining: _Joining, path: str, within: tuple[str, ...]) -> None:
    """Put a file with all that it takes in at the end of the joined text."""
    text = joining.files[path] if not within else _body(joining.files[path])
    position = 0
    for match in _INPUT.finditer(text):
        asked = match["name"] or match["bare"] or match["file"]
        if asked is None:
            continue
        if joining.full:
            return
        joining.add(text[position : match.start()])
        position = match.end()
        joining.inputs += 1
        _take_in(joining, path, (*within, path), posixpath.join(match["folder"] or "", asked.strip()))
    joining.add(text[position:])


def _take_in(joining: _Joining, by: str, within: tuple[str, ...], asked: str) -> None:
    found = _resolve(joining, by, asked)
    if found is None:
        if not asked.lower().endswith((".sty", ".cls", ".pgf", ".tikz", ".def", ".clo", ".cfg")):
            joining.findings.append(_absent(asked, joining.lines))
    elif found in within or len(within) > _DEEPEST:
        joining.findings.append(_in_circles(asked, joining.lines))
    else:
        _put(joining, found, within)


def _resolve(joining: _Joining, by: str, asked: str) -> str | None:
    """The file that is meant: beside the main file, beside the one that asks, or from the top of the source."""
    for folder in dict.fromkeys((posixpath.dirname(joining.main), posixpath.dirname(by), "")):
        path = posixpath.normpath(posixpath.join(folder, asked))
        for candidate in (path, f"{path}.tex"):
            if candidate in joining.files:
                return candidate
    return None


def _body(text: str) -> str:
    """A file that could stand alone gives what is between its ``\\begin{document}`` and ``\\end{document}``."""
    begin = _BEGIN.search(text)
    text = text[begin.end() :] if begin else text
    end = _END.search(text)
    return text[: end.start()] if end else text


def _named_as_main(files: Mapping[str, bytes], candidates: list[str]) -> list[str]:
    """Candidates that arXiv's own 00README names as the file to start with."""
    for path, data in files.items():
        if posixpath.basename(path).lower().startswith("00readme"):
            text = data[:100_000].decode("utf-8", "replace")
            named = {*_TOP_LEVEL_LINE.findall(text), *_TOP_LEVEL_YAML.findall(text), *_named_in_json(text)}
            if found := [candidate for candidate in candidates if candidate in named]:
                return found[:1]
    return []


def _named_in_json(text: str) -> Iterator[str]:
    try:
        readme = json.loads(text)
    except (ValueError, RecursionError):
        return
    sources = readme.get("sources") if isinstance(readme, dict) else None
    for source in sources if isinstance(sources, list) else []:
        if isinstance(source, dict) and source.get("usage") == "toplevel" and isinstance(source.get("filename"), str):
            yield source["filename"]


def _by_depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _weight(source: LatexSource) -> tuple[int, int]:
    """How much a candidate looks like the survey: by what it cites, then by its length."""
    return sum(1 for _ in find_cite_commands("").keys_in(source.text)), len(source.text)


def _several_mains(taken: str, candidates: list[str]) -> Finding:
    others = ", ".join(sorted(path for path in candidates if path != taken)[:5])
    message = f"Several files could be the survey's main file: {taken} and {others}"
    return Finding("several-main-files", Severity.NOTE, 0, message, f"{taken} is read: it cites the most.")


def _no_text(path: str) -> Finding:
    return Finding("file-not-read", Severity.WARNING, 0, f"The file {path} is no text", "Left out.")


def _absent(asked: str, line: int) -> Finding:
    message = f"The source takes in a file that it does not hold: {asked}"
    return Finding("input-missing", Severity.WARNING, line, message, "Read without it.")


def _in_circles(asked: str, line: int) -> Finding:
    message = f"The file {asked} is taken in by itself, or too deep"
    return Finding("input-in-circles", Severity.WARNING, line, message, "Not taken in again.")


def _too_much(line: int) -> Finding:
    message = f"The source is longer than {LARGEST_SOURCE:,} characters or takes in more than {_MOST_INPUTS:,} files"
    return Finding("source-too-long", Severity.WARNING, line, message, "The rest is not read.")
