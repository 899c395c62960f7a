"""A paper of Semantic Scholar, from a file or from an answer of the service -> a record. Pure.

The API's objects: https://api.semanticscholar.org/api-docs/graph. The Datasets ``papers``, ``abstracts`` and ``tldrs``
are the same fields in lower case: https://api.semanticscholar.org/api-docs/datasets.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from litatlas.graph.identity import IdScheme, PaperId

from .json_answers import mapping, stated_id, year
from .record_fields import JsonRecord, RecordUnusable, Text, Whole, count_in, known_fields, reason_of, title_in
from .record_text import iso_date, ordered_ids, tidy_names, venue_named
from .records import PaperRecord

_SCHEMES: Mapping[str, IdScheme] = {
    "arxiv": IdScheme.ARXIV,
    "doi": IdScheme.DOI,
    "acl": IdScheme.ACL,
    "dblp": IdScheme.DBLP,
    "corpusid": IdScheme.CORPUS,
}


class _Author(JsonRecord):
    name: Text | None = None


class _Text(JsonRecord):
    text: Text | None = None


class _Journal(JsonRecord):
    name: Text | None = None


class _Paper(JsonRecord):
    """Field names in lower case, as the Datasets have them; ids are read by `ids_of`."""

    title: Text | None = None
    abstract: Text | None = None
    authors: tuple[_Author | None, ...] = ()
    year: Whole | None = None
    publicationdate: Text | None = None
    venue: Text | None = None
    journal: _Journal | None = None
    citationcount: Whole | None = None
    influentialcitationcount: Whole | None = None
    referencecount: Whole | None = None
    tldr: _Text | None = None
    text: Text | None = None
    model: Text | None = None


def read_paper(value: object, *, line: int | None = None, response: str | None = None) -> PaperRecord | str:
    """A paper, or the reason why it is none, said of the paper: ``has no title``.

    An abstract or a tldr may come without a title where an id says whose it is; the record's title is empty then.

    Args:
        line, response: where it stands; see `PaperRecord`.
    """
    try:
        return _record(_Paper.model_validate(_lower_case(value)), ids_of(value), line, response)
    except ValidationError as error:
        return reason_of(error)
    except RecordUnusable as error:
        return str(error)


def _record(paper: _Paper, ids: tuple[PaperId, ...], line: int | None, response: str | None) -> PaperRecord:
    tldr = paper.tldr.text if paper.tldr else paper.text if paper.model else None
    by_id_alone = paper.title is None and ids and (paper.abstract or tldr)
    return PaperRecord(
        line=line,
        title="" if by_id_alone else title_in(paper.title),
        ids=ids,
        abstract=paper.abstract or None,
        authors=tidy_names(author.name for author in paper.authors if author),
        year=year(paper.year),
        venue=venue_named(paper.venue, paper.journal.name if paper.journal else None),
        more=tuple(
            known_fields(
                ("published", iso_date(paper.publicationdate)),
                ("citation_count", count_in(paper.citationcount)),
                ("influential_citation_count", count_in(paper.influentialcitationcount)),
                ("reference_count", count_in(paper.referencecount)),
                ("tldr", tldr),
            )
        ),
        response=response,
    )


def ids_of(value: object) -> tuple[PaperId, ...]:
    """The ids of a paper in the order in which they decide; what is no id is left out."""
    paper = _lower_case(value)
    external = {
        **_lower_case(_lower_case(paper.get("openaccessinfo")).get("externalids")),
        **{name: each for name, each in _lower_case(paper.get("externalids")).items() if each is not None},
    }
    return ordered_ids(
        (
            stated_id(paper.get("paperid"), IdScheme.S2),
            stated_id(paper.get("corpusid"), IdScheme.CORPUS),
            *(stated_id(external.get(name), scheme) for name, scheme in _SCHEMES.items()),
        )
    )


def _lower_case(value: object) -> dict[str, object]:
    return {name.lower(): each for name, each in mapping(value).items()}
