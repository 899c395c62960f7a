"""Lines of OpenAlex and Semantic Scholar -> records, and what the readers of all kinds of line share. Pure.

OpenAlex works: https://developers.openalex.org/api-reference/works. Semantic Scholar's API objects and its Datasets
``papers``, ``abstracts`` and ``tldrs``, which are the same fields in lower case:
https://api.semanticscholar.org/api-docs/datasets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from litatlas.graph.identity import IdScheme, PaperId, paper_id_from_url

from .record_text import id_in, iso_date, ordered_ids, tidy_names, tidy_title, venue_named
from .records import PaperRecord
from .source_text import clean_text

LONGEST_ABSTRACT = 10_000  # words; an inverted index that names later positions is no abstract

Fields = Mapping[str, object]


class LineUnusable(ValueError):
    """A line of a known kind that says nothing about a paper; the text is the reason."""


class Line(BaseModel):
    """A line, or a part of one: fields that nobody asks for are passed over, numbers may stand for texts."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)


# -- OpenAlex ------------------------------------------------------------------------------------------------------


class _Named(Line):
    display_name: str | None = None


class _Authorship(Line):
    author: _Named | None = None
    raw_author_name: str | None = None


class _Location(Line):
    source: _Named | None = None
    landing_page_url: str | None = None


class _OpenAlexLine(Line):
    id: str
    doi: str | None = None
    title: str | None = Field(None, validation_alias=AliasChoices("title", "display_name"))
    publication_year: int | None = None
    publication_date: str | None = None
    authorships: list[_Authorship] = []
    primary_location: _Location | None = None
    locations: list[_Location] = []
    cited_by_count: int | None = None
    referenced_works_count: int | None = None
    is_retracted: bool | None = None
    abstract_inverted_index: dict[str, list[int]] | None = None


def openalex_record(fields: Fields, line: int | None) -> PaperRecord:
    """A work of OpenAlex; errors as in `metadata_shapes.record_of`."""
    read = _OpenAlexLine.model_validate(fields)
    places = [place for place in (read.primary_location, *read.locations) if place]
    pages = (paper_id_from_url(place.landing_page_url or "") for place in places)
    ids = (
        id_in(IdScheme.OPENALEX, read.id),
        id_in(IdScheme.DOI, read.doi),
        *(page for page in pages if page and page.scheme is IdScheme.ARXIV),
    )
    authors = read.authorships
    abstract, cut = _abstract_of(read.abstract_inverted_index or {})
    source = read.primary_location.source if read.primary_location else None
    return PaperRecord(
        line=line,
        title=title_in(read.title),
        ids=ordered_ids(ids),
        abstract=abstract,
        truncated=cut,
        authors=tidy_names((each.author and each.author.display_name) or each.raw_author_name for each in authors),
        year=year_in(read.publication_year),
        venue=venue_named(source.display_name if source else None),
        more=tuple(
            known_fields(
                ("published", iso_date(read.publication_date)),
                ("retracted", "yes" if read.is_retracted else None),
                ("citation_count", count_in(read.cited_by_count)),
                ("reference_count", count_in(read.referenced_works_count)),
            )
        ),
    )


def _abstract_of(index: Mapping[str, Sequence[int]]) -> tuple[str | None, bool]:
    """The text whose words stand at these positions, and whether words beyond `LONGEST_ABSTRACT` were left out."""
    words: dict[int, str] = {}
    cut = False
    for word, positions in index.items():
        for position in positions:
            if 0 <= position < LONGEST_ABSTRACT:
                words.setdefault(position, word)
            else:
                cut = True
    return clean_text(" ".join(words[position] for position in sorted(words))) or None, cut


# -- Semantic Scholar ----------------------------------------------------------------------------------------------

_S2_SCHEMES: Mapping[str, IdScheme] = {
    "arxiv": IdScheme.ARXIV,
    "doi": IdScheme.DOI,
    "acl": IdScheme.ACL,
    "dblp": IdScheme.DBLP,
    "corpusid": IdScheme.CORPUS,
}


class _S2Author(Line):
    name: str | None = None


class _S2Access(Line):
    externalids: dict[str, str | None] = Field({}, validation_alias=AliasChoices("externalids", "externalIds"))


class _S2Text(Line):
    text: str | None = None


class _S2Journal(Line):
    name: str | None = None


class _S2Line(Line):
    """Field names in lower case, as the Datasets have them."""

    paperid: str | None = None
    corpusid: str | None = None
    externalids: dict[str, str | None] = {}
    openaccessinfo: _S2Access | None = None
    title: str | None = None
    abstract: str | None = None
    authors: list[_S2Author] = []
    year: int | None = None
    publicationdate: str | None = None
    venue: str | None = None
    journal: _S2Journal | None = None
    citationcount: int | None = None
    influentialcitationcount: int | None = None
    referencecount: int | None = None
    tldr: _S2Text | None = None
    text: str | None = None
    model: str | None = None


def s2_record(fields: Fields, line: int | None) -> PaperRecord:
    """A paper of Semantic Scholar, or its abstract or tldr alone; errors as in `metadata_shapes.record_of`."""
    read = _S2Line.model_validate({name.lower(): value for name, value in fields.items()})
    tldr = read.tldr.text if read.tldr else read.text if read.model else None
    ids = _s2_ids(read)
    abstract = clean_text(read.abstract or "") or None
    by_id_alone = "title" not in fields and ids and (abstract or tldr)  # a line of `abstracts` or `tldrs`
    return PaperRecord(
        line=line,
        title="" if by_id_alone else title_in(read.title),
        ids=ids,
        abstract=abstract,
        authors=tidy_names(author.name for author in read.authors),
        year=year_in(read.year),
        venue=venue_named(read.venue, read.journal.name if read.journal else None),
        more=tuple(
            known_fields(
                ("published", iso_date(read.publicationdate)),
                ("citation_count", count_in(read.citationcount)),
                ("influential_citation_count", count_in(read.influentialcitationcount)),
                ("reference_count", count_in(read.referencecount)),
                ("tldr", tldr),
            )
        ),
    )


def _s2_ids(read: _S2Line) -> tuple[PaperId, ...]:
    external = {**(read.openaccessinfo.externalids if read.openaccessinfo else {}), **read.externalids}
    named = ((_S2_SCHEMES.get(name.lower()), value) for name, value in external.items())
    return ordered_ids(
        (
            id_in(IdScheme.S2, read.paperid),
            id_in(IdScheme.CORPUS, read.corpusid),
            *(id_in(scheme, value) for scheme, value in named if scheme),
        )
    )


# -- what all kinds share ----------------------------------------------------------------------------------------------


def title_in(text: str | None) -> str:
    """A title; raises LineUnusable where there is none."""
    title = tidy_title(text)
    if not any(map(str.isalnum, title)):
        raise LineUnusable("its title is empty")
    return title


def year_in(year: int | None) -> int | None:
    """A year of four digits; None for any other number."""
    return year if year and 1000 <= year <= 2999 else None


def count_in(number: int | None) -> str | None:
    """A count as a claim has it; None for what counts nothing."""
    return str(number) if number is not None and 0 <= number < 10**12 else None


def known_fields(*fields: tuple[str, str | None]) -> Iterator[tuple[str, str]]:
    """The fields that have a value, each value once."""
    for name, value in dict.fromkeys(fields):
        if text := clean_text(value or ""):
            yield name, text
