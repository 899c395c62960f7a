"""A survey's e-print from arXiv, in whatever form it comes, as a `SurveyText`. Pure: bytes in, facts out."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Iterator, Mapping

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.models import Finding, Severity

from .archive import unpack
from .latex import LatexReading, scan_latex
from .latex_bibliography import read_biblatex_bbl, read_bibtex, read_thebibliography
from .latex_files import hide, join_files
from .source_text import decode_text
from .survey_text import Reference, SurveyText, TextForm

_MOST_DATABASES = 20


def parse_eprint(data: bytes, name: str) -> SurveyText:
    """Read an e-print: gzipped or plain tar, one gzipped file, or plain TeX.

    Lines are counted in the main file with every file it takes in put in its place.

    Args:
        name: what to call it in messages, e.g. its address.

    Raises:
        SourceUnreadable: it is a PDF, no source at all, damaged, or larger than a survey can be.
    """
    unpacked = unpack(data, name)
    source = join_files(unpacked.files, name)
    reading = scan_latex(source.text)
    references, findings = _find_references(reading, unpacked.files, source.main)
    if not reading.sections and not references:
        message = f"{name} has neither a section nor a bibliography"
        raise SourceUnreadable(message, "It may be withdrawn, or include its PDF; use its HTML or a companion list.")
    return SurveyText(
        title=reading.title,
        form=TextForm.LATEX,
        sections=reading.sections,
        references=tuple(references.values()),
        figures=reading.figures,
        unsectioned=reading.unsectioned,
        findings=(*unpacked.findings, *source.findings, *reading.findings, *findings),
        digest=hashlib.sha256(data).hexdigest(),
    )


def _find_references(
    reading: LatexReading, files: Mapping[str, bytes], main: str
) -> tuple[dict[str, Reference], list[Finding]]:
    """The bibliography: in the text itself, in ``.bbl`` files, and in ``.bib`` files for what else is cited."""
    findings: list[Finding] = []
    references: dict[str, Reference] = {}
    _add(references, reading.references)
    wanted = _cited_keys(reading)
    for path in _bbl_files(files, main):
        if wanted <= references.keys() and references:
            break
        _add(references, _read_bbl(files[path], path))
    for path in _databases(reading, files):
        absent = wanted - references.keys()
        if absent:
            found, doubts = read_bibtex(_text(files[path], path), absent, path)
            _add(references, found)
            findings.extend(doubts)
    if not references:
        findings.append(_no_bibliography())
    return references, findings


def _add(references: dict[str, Reference], found: Iterable[Reference]) -> None:
    for reference in found:
        references.setdefault(reference.key, reference)


def _cited_keys(reading: LatexReading) -> set[str]:
    cites = [cite for section in reading.sections for cite in section.cites]
    branches = [figure.root for figure in reading.figures]
    while branches:
        branch = branches.pop()
        cites.extend(branch.cites)
        branches.extend(branch.children)
    return {cite.key for cite in (*cites, *reading.unsectioned)} | set(reading.uncited)


def _bbl_files(files: Mapping[str, bytes], main: str) -> list[str]:
    """Bibliographies that BibTeX or biber wrote, the main file's own first."""
    own = f"{posixpath.splitext(main)[0]}.bbl"
    paths = sorted(path for path in files if path.lower().endswith(".bbl"))
    return sorted(paths, key=lambda path: path != own)[:_MOST_DATABASES]


def _read_bbl(data: bytes, path: str) -> Iterator[Reference]:
    text = hide(_text(data, path))
    if "\\entry{" in text:
        yield from read_biblatex_bbl(text)
    else:
        yield from (_without_line(reference) for reference in read_thebibliography(text, 1))


def _without_line(reference: Reference) -> Reference:
    """A line of another file says nothing beside the lines of the text."""
    return Reference(
        reference.key,
        reference.text,
        reference.title,
        reference.authors,
        reference.year,
        reference.venue,
        reference.ids,
    )


def _databases(reading: LatexReading, files: Mapping[str, bytes]) -> list[str]:
    """The ``.bib`` files that the text names, then the others."""
    named = {posixpath.splitext(posixpath.basename(name.strip()))[0] for name in reading.bibliographies}
    paths = sorted(path for path in files if path.lower().endswith(".bib"))
    return sorted(paths, key=lambda path: posixpath.splitext(posixpath.basename(path))[0] not in named)[
        :_MOST_DATABASES
    ]


def _text(data: bytes, path: str) -> str:
    try:
        return decode_text(data, path).text.replace("\r\n", "\n").replace("\r", "\n")
    except SourceUnreadable:
        return ""  # reported when the files were put together


def _no_bibliography() -> Finding:
    message = "The source has no bibliography that could be read"
    return Finding("no-bibliography", Severity.WARNING, 0, message, "Its citations have no titles.")
