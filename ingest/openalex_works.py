"""A work of OpenAlex, from a file of works or from an answer of the service -> a record. Pure.

Fields: https://developers.openalex.org/api-reference/works
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import AliasChoices, Field, ValidationError

from litatlas.graph.identity import IdScheme, PaperId

from .json_answers import items, mapping, stated_id, text, whole, year
from .record_fields import JsonRecord, RecordUnusable, Text, Whole, count_in, known_fields, reason_of, title_in
from .record_text import iso_date, ordered_ids, tidy_names, venue_named
from .records import PaperRecord

LONGEST_ABSTRACT = 20_000  # words; an inverted index that names later positions is no abstract


class _Named(JsonRecord):
    display_name: Text | None = None


class _Authorship(JsonRecord):
    author: _Named | None = None
    raw_author_name: Text | None = None


class _Location(JsonRecord):
    source: _Named | None = None
    landing_page_url: object = None


class _Ids(JsonRecord):
    doi: object = None


class _Work(JsonRecord):
    id: object = None
    doi: object = None
    ids: _Ids = _Ids()
    title: Text | None = Field(None, validation_alias=AliasChoices("title", "display_name"))
    publication_year: Whole | None = None
    publication_date: Text | None = None
    authorships: tuple[_Authorship | None, ...] = ()
    primary_location: _Location | None = None
    locations: tuple[_Location | None, ...] = ()
    cited_by_count: Whole | None = None
    referenced_works_count: Whole | None = None
    is_retracted: bool | None = None
    abstract_inverted_index: dict[Text, tuple[Whole, ...]] = Field({})


def read_work(value: object, *, line: int | None = None, response: str | None = None) -> PaperRecord | str:
    """A work, or the reason why it is none, said of the work: ``has no title``.

    Args:
        line, response: where it stands; see `PaperRecord`.
    """
    try:
        return _record(_Work.model_validate(value), line, response)
    except ValidationError as error:
        return reason_of(error)
    except RecordUnusable as error:
        return str(error)


def _record(work: _Work, line: int | None, response: str | None) -> PaperRecord:
    source = work.primary_location.source if work.primary_location else None
    words, cut = _places_in(work.abstract_inverted_index)
    return PaperRecord(
        line=line,
        title=title_in(work.title),
        ids=ordered_ids(_ids(work)),
        abstract=_join(words),
        truncated=cut,
        authors=tidy_names(_author(each) for each in work.authorships if each),
        year=year(work.publication_year),
        venue=venue_named(source.display_name if source else None),
        more=tuple(
            known_fields(
                ("published", iso_date(work.publication_date)),
                ("retracted", "yes" if work.is_retracted else None),
                ("citation_count", count_in(work.cited_by_count)),
                ("reference_count", count_in(work.referenced_works_count)),
            )
        ),
        response=response,
    )


def _author(authorship: _Authorship) -> str | None:
    return (authorship.author and authorship.author.display_name) or authorship.raw_author_name


def _ids(work: _Work) -> Iterator[PaperId | None]:
    """Its own id and DOIs, and the arXiv ids of the pages where it can be had."""
    yield from (stated_id(doi, IdScheme.DOI) for doi in (work.doi, work.ids.doi))
    yield stated_id(work.id)
    for place in (work.primary_location, *work.locations):
        page = stated_id(place.landing_page_url) if place else None
        yield page if page and page.scheme is IdScheme.ARXIV else None


def works_cited_by(value: object) -> tuple[PaperId, ...]:
    """The works that a work references, each once, in order; named by OpenAlex ids."""
    cited = (stated_id(name) for name in items(mapping(value).get("referenced_works")))
    return tuple(dict.fromkeys(target for target in cited if target))


def abstract_from_index(index: object) -> str | None:
    """An abstract from OpenAlex's inverted index (word -> its places); None where it has none or is no such index."""
    words, _ = _places_in({str(word): items(places) for word, places in mapping(index).items()})
    return _join(words)


def _places_in(index: Mapping[str, Sequence[object]]) -> tuple[Mapping[int, str], bool]:
    """Which word stands where, and whether words beyond `LONGEST_ABSTRACT` were left out."""
    words: dict[int, str] = {}
    cut = False
    for word, positions in index.items():
        for position in positions:
            place = whole(position, most=LONGEST_ABSTRACT - 1)
            cut = cut or place is None
            if place is not None:
                words.setdefault(place, word)
    return words, cut


def _join(words: Mapping[int, str]) -> str | None:
    return text(" ".join(words[place] for place in sorted(words)))
