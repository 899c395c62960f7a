"""The papers as BibTeX, written by bibtexparser (https://bibtexparser.readthedocs.io; format: https://ctan.org/pkg/bibtex).

* Entry type: ``@article`` for a journal, ``@inproceedings`` for any other publishing venue, ``@misc`` for preprints,
  blogs and software. An arXiv id is in ``eprint`` and ``archiveprefix`` whatever the type
  (https://info.arxiv.org/help/hypertex/bibstyles/index.html).
* Text fields are LaTeX (see `latex`); ``url``, ``doi`` and ``eprint`` are verbatim, made safe by percent-encoding.
* ``keywords`` holds the taxonomy paths, ``Methods > Adapters``, which JabRef shows as a tree.
* A field that is not known is not written.
* The sources are named above the first entry, in lines that start with ``%``: BibTeX ignores what stands outside of
  entries, and knows no other comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from bibtexparser import Library, write_string
from bibtexparser.middlewares.parsestack import default_unparse_stack
from bibtexparser.model import Block, Entry, Field, ImplicitComment
from bibtexparser.writer import BibtexFormat

from litatlas.graph.attribution import attribution_text
from litatlas.graph.identity import IdScheme
from litatlas.graph.models import Paper, Subgraph
from litatlas.graph.network import plain_text

from .citation_keys import build_citation_keys
from .latex import title_to_latex, to_latex
from .publication import GROUP_OF_PEOPLE, Form, published_as, taxonomy_paths

_AMBIGUOUS_NAME = re.compile(r"\band\b|^others$|^\W*,|,\W*$|,.*,", re.IGNORECASE)
_TYPES = {
    Form.ARTICLE: ("article", "journal"),
    Form.MEETING: ("inproceedings", "booktitle"),
    Form.PREPRINT: ("misc", "howpublished"),
    Form.SOFTWARE: ("misc", "howpublished"),
    Form.OTHER: ("misc", "howpublished"),
}
_URL_CHARACTERS = "-._~:/?#[]@!$&'()*+,;=%"  # RFC 3986, what an address may hold beside letters and digits


def build_bibtex(subgraph: Subgraph) -> bytes:
    """One entry per paper and tool, in the subgraph's order, in UTF-8."""
    return _written([*_preamble(subgraph), *_entries(subgraph)]).encode()


def build_entries(subgraph: Subgraph) -> tuple[str, ...]:
    """The entries of `build_bibtex` one by one, without the blank lines that part them."""
    return tuple(_written([entry]).strip("\n") for entry in _entries(subgraph))


def _entries(subgraph: Subgraph) -> list[Entry]:
    keys = build_citation_keys(subgraph.papers)
    paths = taxonomy_paths(subgraph)
    return [_build_entry(paper, keys[paper.key], _keywords(paths.get(paper.key, ()))) for paper in subgraph.papers]


def _written(blocks: list[Block]) -> str:
    enclose = default_unparse_stack(allow_inplace_modification=True)
    text: str = write_string(Library(blocks), unparse_stack=enclose, bibtex_format=_layout())
    return text


def _preamble(subgraph: Subgraph) -> list[ImplicitComment]:
    """The sources, without the characters that would begin an entry or unbalance its braces."""
    text = re.sub(r"[@{}]", " ", attribution_text(subgraph))
    return [ImplicitComment("\n".join(f"% {line}".rstrip() for line in text.split("\n")))] if text else []


def _build_entry(paper: Paper, key: str, keywords: str) -> Entry:
    form, venue = published_as(paper)
    entry_type, venue_field = _TYPES[form]
    fields = {
        "title": title_to_latex(paper.title),
        "author": _join_authors(paper.authors),
        venue_field: to_latex(venue),
        "year": str(paper.year or ""),
        **_identifier_fields(paper),
        "url": _verbatim(paper.url or next(iter(paper.code_urls), "")),
        "keywords": keywords,
        "abstract": to_latex(paper.abstract or ""),
    }
    return Entry(entry_type, key, [Field(name, value) for name, value in fields.items() if value])


def _identifier_fields(paper: Paper) -> dict[str, str]:
    first = {paper_id.scheme: paper_id.value for paper_id in reversed(paper.ids)}
    fields = {"doi": _verbatim(first.get(IdScheme.DOI, ""))}
    if arxiv := first.get(IdScheme.ARXIV):
        fields |= {"eprint": _verbatim(arxiv), "archiveprefix": "arXiv"}
    return fields


def _join_authors(authors: Iterable[str]) -> str:
    return " and ".join(_author(name) for name in authors if name.strip())


def _author(name: str) -> str:
    """A name as BibTeX splits it, ``First Last`` or ``Last, First``; in braces where it would split it wrongly."""
    latex = to_latex(name)
    # bibtexparser does not end the name before one that starts with a backslash, and drops an escape at its end
    cut = re.search(r"^\\|\\[^a-zA-Z]$", latex)
    whole = cut or _AMBIGUOUS_NAME.search(name.strip()) or GROUP_OF_PEOPLE.search(name)
    return f"{{{latex}}}" if whole else latex


def _verbatim(text: str) -> str:
    return quote(plain_text(text.strip()), safe=_URL_CHARACTERS)


def _keywords(paths: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(dict.fromkeys(" > ".join(map(_keyword, path)) for path in paths))


def _keyword(name: str) -> str:
    return to_latex(name.replace(",", " /"))  # a comma would part the keyword in two


def _layout() -> BibtexFormat:
    layout = BibtexFormat()
    layout.indent, layout.block_separator, layout.trailing_comma = "  ", "\n", True
    return layout
