r"""The bibliography of a LaTeX source: ``\bibitem`` lists, biblatex's ``.bbl`` files, and BibTeX databases. Pure."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from itertools import islice, zip_longest

import bibtexparser
from bibtexparser.model import Entry

from litatlas.graph.identity import PaperId
from litatlas.graph.models import Finding, Severity

from .bibitems import Printed, find_ids, read_printed
from .bibtex import names_in
from .latex_groups import read_group, read_option
from .latex_text import to_text
from .record_text import venue_named
from .survey_text import Reference
from .venues import find_years

_MOST_REFERENCES = 20_000
_LONGEST_DATABASE = 10_000_000  # characters
_LONGEST_ITEM = 5_000

_BIBITEM = re.compile(r"\\bibitem(?![A-Za-z@])")
_NEWBLOCK = re.compile(r"\\newblock(?![A-Za-z@])|\\bibinfo\s?\{note\}|\\par(?![A-Za-z@])")
_TITLE = re.compile(r"\\(?:bibinfo\s?\{title\}|showarticletitle|bibtitle|BIBtitle)\s{0,9}(?=\{)")
_QUOTED_TITLE = re.compile(r"``((?:[^'`]|'(?!')){8,600}),?''")
_HREF = re.compile(r"\\(?:href|url|path)\s?\{([^{}]{1,1000})\}")
_NOISE = re.compile(
    r"\\(?:BibitemOpen|BibitemShut\s?\{[^{}]{0,40}\}|bibAnnoteFile|natexlab\s?\{[^{}]{0,20}\}|bibnamefont|bibfnamefont"
    r"|bibinfo\s?\{[^{}]{0,40}\}|bibfield\s?\{[^{}]{0,40}\}|bibstring\s?\{[^{}]{0,40}\}|BIBentryALTinterwordspacing"
    r"|BIBentrySTDinterwordspacing|BIBdecl|showarticletitle|showURL|shownote|showDOI|Eprint\s?\{[^{}]{0,300}\})"
    r"(?![A-Za-z@])"
)
_ENTRY = re.compile(r"\\entry\s?\{([^{}]{1,300})\}\s?\{([^{}]{0,60})\}")
_FIELD = re.compile(r"\\field\s?\{(\w{1,30})\}\s?(?=\{)")
_VERB = re.compile(r"\\verb\s?\{(\w{1,30})\}\s{1,9}\\verb\s([^\n]{1,1000})")
_AUTHORS = re.compile(r"\\name\s?\{author\}\s?\{\d{1,5}\}\s?\{[^{}]{0,200}\}\s?(?=\{)")
_DELIMITER = re.compile(r"\\bibnamedelim[a-z]|\\bibinitdelim|\\bibinitperiod")
_PERSON = re.compile(r"\b(family|given)=\{((?:[^{}]|\{[^{}]{0,50}\}){0,200})\}")
_BIB_KEY = re.compile(r"@(\w{1,30})\s?[{(]\s?([^\s,{}()]{1,300})\s?,")


def read_thebibliography(body: str, first_line: int) -> Iterator[Reference]:
    r"""Read the ``\bibitem`` list between ``\begin{thebibliography}`` and its end; `first_line` is where it begins."""
    line, counted = first_line, 0
    for mark, item in _items(_BIBITEM, body):
        line += body.count("\n", counted, mark.start())
        counted = mark.start()
        label = read_option(item, 0)
        key = read_group(item, label.end if label else 0, longest=500)
        if key and key.content.strip():
            name, printed = " ".join(key.content.split()), item[key.end : key.end + _LONGEST_ITEM]
            yield _read_bibitem(name, label.content if label else "", printed, line)


def _items(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each match with the text between it and the next, and no more than a long item's worth of it."""
    marks = list(islice(pattern.finditer(text), _MOST_REFERENCES))
    for mark, following in zip_longest(marks, marks[1:]):
        end = following.start() if following else len(text)
        yield mark, text[mark.end() : min(end, mark.end() + 4 * _LONGEST_ITEM)]


def _read_bibitem(key: str, label: str, item: str, line: int) -> Reference:
    links = tuple(_HREF.findall(item))
    title = _marked_title(item)
    blocks = tuple(text for block in _NEWBLOCK.split(item) if (text := to_text(_NOISE.sub("", block))))
    return read_printed(Printed(key, blocks, line, label=to_text(label), links=links, title=title))


def _marked_title(item: str) -> str | None:
    """The title where the bibliography style marks it or puts it in quotes."""
    if mark := _TITLE.search(item):
        group = read_group(item, mark.end(), longest=1_000)
        title = to_text(_NOISE.sub("", group.content)) if group else ""
    else:
        quoted = _QUOTED_TITLE.search(item)
        title = to_text(quoted[1]) if quoted else ""
    return title.strip(" .,") or None


def read_biblatex_bbl(text: str) -> Iterator[Reference]:
    r"""Read a ``.bbl`` that biber wrote: ``\entry{key}{type}{}`` … ``\endentry`` with fields by name."""
    for mark, item in _items(_ENTRY, text):
        yield _read_entry(mark[1].strip(), item)


def _read_entry(key: str, item: str) -> Reference:
    fields: dict[str, str] = {}
    for mark in _FIELD.finditer(item):
        group = read_group(item, mark.end(), longest=2_000)
        if group:
            fields.setdefault(mark[1].lower(), to_text(group.content))
    fields |= {name.lower(): value.strip() for name, value in _VERB.findall(item)}
    return _from_fields(key, fields, _biblatex_authors(item))


def _biblatex_authors(item: str) -> tuple[str, ...]:
    mark = _AUTHORS.search(item)
    group = read_group(item, mark.end()) if mark else None
    names: list[str] = []
    family = ""
    for part, written in _PERSON.findall(group.content if group else ""):
        if part == "family":
            family = to_text(written)
            names.append(family)
        elif names:
            names[-1] = f"{to_text(_DELIMITER.sub(' ', written))} {family}"
    return tuple(names)


def read_bibtex(text: str, wanted: Collection[str], name: str) -> tuple[tuple[Reference, ...], tuple[Finding, ...]]:
    """Read the entries with these keys from a BibTeX database."""
    if len(text) > _LONGEST_DATABASE:
        return (), (_database_too_long(name),)
    references: dict[str, Reference] = {}
    findings = []
    for mark, item in _items(_BIB_KEY, text):
        key = mark[2]
        if key not in wanted or key in references:
            continue
        line = text.count("\n", 0, mark.start()) + 1
        entry = _parse_entry(mark[0] + item)
        if entry is None:
            findings.append(_bad_entry(key, name, line))
        else:
            references[key] = entry
    return tuple(references.values()), tuple(findings)


def _parse_entry(source: str) -> Reference | None:
    """One entry by bibtexparser, which is given no more than that entry, so that a broken one ends at the next."""
    logging.getLogger("bibtexparser").setLevel(logging.ERROR)
    end = source.rfind("}")
    try:
        entries: list[Entry] = bibtexparser.parse_string(source[: end + 1]).entries
    except (ValueError, IndexError, KeyError, RecursionError):
        return None
    if not entries:
        return None
    fields = {field.key.lower(): to_text(str(field.value)) for field in entries[0].fields}
    raw = {field.key.lower(): str(field.value) for field in entries[0].fields}
    fields |= {name: raw[name].strip("{} ") for name in ("doi", "url", "eprint") if name in raw}
    return _from_fields(entries[0].key, fields, tuple(names_in(raw.get("author", ""))))


def _from_fields(key: str, fields: dict[str, str], authors: tuple[str, ...]) -> Reference:
    title = fields.get("title", "").strip(" .") or None
    if title and fields.get("subtitle"):
        title = f"{title}: {fields['subtitle']}"
    venue = next((fields[name] for name in ("journal", "journaltitle", "booktitle") if fields.get(name)), None)
    years = find_years(fields.get("year", "") or fields.get("date", "")[:4])
    text = ". ".join(part for part in (", ".join(authors), title, venue, fields.get("year")) if part)
    return Reference(
        key,
        text,
        title,
        authors,
        years[0] if years else None,
        venue_named((venue or "")[:150]),
        tuple(dict.fromkeys(_ids(fields))),
    )


def _ids(fields: dict[str, str]) -> Iterator[PaperId]:
    kind = fields.get("archiveprefix", "") or fields.get("eprinttype", "")
    eprint = fields.get("eprint", "")
    if eprint and kind.lower() in {"", "arxiv"} and (paper_id := PaperId.parse(f"arxiv:{_bare(eprint)}")):
        yield paper_id
    if doi := PaperId.parse(f"doi:{re.sub(r'^https?://(dx.)?doi.org/', '', fields.get('doi', ''))}"):
        yield doi
    more = " ".join(
        fields.get(name, "") for name in ("url", "journal", "journaltitle", "note", "volume", "howpublished")
    )
    yield from find_ids(more)


def _bare(eprint: str) -> str:
    return re.sub(r"^arxiv:", "", eprint.strip(), flags=re.I)


def _bad_entry(key: str, name: str, line: int) -> Finding:
    message = f"The entry {key!r} of {name} (line {line}) cannot be read"
    return Finding("entry-not-read", Severity.WARNING, 0, message, "Left out.")


def _database_too_long(name: str) -> Finding:
    message = f"{name} is longer than {_LONGEST_DATABASE:,} characters"
    return Finding("database-too-long", Severity.WARNING, 0, message, "Not read.")
