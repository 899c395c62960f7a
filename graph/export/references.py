"""The papers as RIS and as CSL-JSON, for reference managers and citation processors.

RIS: https://en.wikipedia.org/wiki/RIS_(file_format), written by rispy. CSL-JSON: the csl-data.json of
https://github.com/citation-style-language/schema. Taxonomy paths are keywords; a field that is not known is
not written.
"""

from __future__ import annotations

import json
from typing import Any

import rispy

from litatlas.graph.attribution import abstract_note
from litatlas.graph.identity import IdScheme
from litatlas.graph.models import Paper, Subgraph

from .citation_keys import build_citation_keys
from .publication import Form, first_id, keywords_of, on_one_line, published_as, split_name, taxonomy_paths

_RIS_TYPES = {
    Form.ARTICLE: "JOUR",
    Form.MEETING: "CPAPER",
    Form.PREPRINT: "UNPB",
    Form.SOFTWARE: "COMP",
    Form.OTHER: "GEN",
}
_CSL_TYPES = {
    Form.ARTICLE: "article-journal",
    Form.MEETING: "paper-conference",
    Form.PREPRINT: "article",
    Form.SOFTWARE: "software",
    Form.OTHER: "document",
}

Fields = dict[str, Any]


class _Writer(rispy.RisWriter):  # type: ignore[misc] # rispy ships no types
    def set_header(self, count: int) -> str:  # noqa: ARG002 - a running number, which is no part of the format
        return ""


def build_ris(subgraph: Subgraph) -> bytes:
    """One record per paper and tool, in the subgraph's order, in UTF-8; every value is on one line."""
    keys, paths = build_citation_keys(subgraph.papers), taxonomy_paths(subgraph)
    credit = abstract_note(subgraph)
    records = [_ris_record(each, keys[each.key], paths.get(each.key, ()), credit) for each in subgraph.papers]
    text: str = rispy.dumps(records, implementation=_Writer)
    return text.encode()


def build_csl(subgraph: Subgraph) -> bytes:
    """An array of items, one per paper and tool, in the subgraph's order, in UTF-8."""
    keys, paths = build_citation_keys(subgraph.papers), taxonomy_paths(subgraph)
    credit = abstract_note(subgraph)
    items = [_csl_item(each, keys[each.key], paths.get(each.key, ()), credit) for each in subgraph.papers]
    return (json.dumps(items, ensure_ascii=False, indent=1) + "\n").encode()


def _ris_record(paper: Paper, key: str, paths: tuple[tuple[str, ...], ...], credit: str) -> Fields:
    form, venue = published_as(paper)
    arxiv = first_id(paper, IdScheme.ARXIV)
    names = [split_name(name) for name in paper.authors]
    return {"type_of_reference": _RIS_TYPES[form]} | _known(
        id=key,
        title=on_one_line(paper.title),
        authors=[f"{family}, {given}" if given else family for family, given in names if family],
        year=str(paper.year) if paper.year is not None else "",
        secondary_title=on_one_line(venue),
        doi=first_id(paper, IdScheme.DOI),
        accession_number=f"arXiv:{arxiv}" if arxiv else "",
        urls=[url for url in (on_one_line(_address(paper)),) if url],
        keywords=list(keywords_of(paths, without=";")),
        abstract=on_one_line(paper.abstract or ""),
        notes=[on_one_line(credit)] if paper.abstract else [],
    )


def _csl_item(paper: Paper, key: str, paths: tuple[tuple[str, ...], ...], credit: str) -> Fields:
    form, venue = published_as(paper)
    arxiv = first_id(paper, IdScheme.ARXIV)
    return {"id": key, "type": _CSL_TYPES[form]} | _known(
        title=on_one_line(paper.title),
        author=[_csl_name(name) for name in paper.authors if on_one_line(name)],
        issued={"date-parts": [[paper.year]]} if paper.year is not None else None,
        DOI=first_id(paper, IdScheme.DOI),
        URL=on_one_line(_address(paper)),
        number=f"arXiv:{arxiv}" if arxiv else "",
        keyword=", ".join(keywords_of(paths, without=",")),
        abstract=on_one_line(paper.abstract or ""),
        note=on_one_line(credit) if paper.abstract else "",
        **{"container-title": on_one_line(venue)},
    )


def _csl_name(name: str) -> Fields:
    family, given = split_name(name)
    return {"family": family, "given": given} if given else {"literal": family}


def _address(paper: Paper) -> str:
    return paper.url or next(iter(paper.code_urls), "")


def _known(**fields: Any) -> Fields:
    return {name: value for name, value in fields.items() if value}
