"""Naming a survey's bibliography items by the references that a service lists for it. Pure.

A printed item is free text; the same work in a service's list has a title and ids. An item is that work where they
share an id, else where the work's title, letters and digits only, occurs in the item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from litatlas.graph.identity import PaperId, title_key

from .records import PaperRecord
from .survey_text import Reference

_SHORTEST = 12  # letters and digits; shorter titles (BERT) occur in others, so they must be the item's whole title
_MOST_YEARS_APART = 2


@dataclass(frozen=True, slots=True)
class NamedReference:
    """A bibliography item, named by a known work where it is one.

    Attributes:
        reference: with the known work's title, and its ids beside those that are printed.
        known: the record it was named by.
    """

    reference: Reference
    known: PaperRecord | None = None


def name_references(references: Sequence[Reference], known: Sequence[PaperRecord]) -> tuple[NamedReference, ...]:
    """Name each bibliography item, in the order given."""
    index = _Index(known)
    return tuple(_name(reference, index.find(reference)) for reference in references)


def _name(reference: Reference, record: PaperRecord | None) -> NamedReference:
    if record is None:
        return NamedReference(reference)
    ids = tuple(dict.fromkeys((*reference.ids, *record.ids)))
    named = replace(reference, title=record.title, ids=ids, year=reference.year or record.year)
    return NamedReference(named, record)


class _Index:
    """Known works by id, by title, and by the first letters of their titles."""

    def __init__(self, known: Sequence[PaperRecord]) -> None:
        self._by_id: dict[PaperId, PaperRecord] = {}
        self._by_title: dict[str, list[PaperRecord]] = {}
        self._by_start: dict[str, list[str]] = {}
        for record in known:
            for paper_id in record.ids:
                self._by_id.setdefault(paper_id, record)
            for key in {title_key(title) for title in record.titles} - {""}:
                self._by_title.setdefault(key, []).append(record)
        for key in sorted(self._by_title, key=lambda key: (-len(key), key)):
            if len(key) >= _SHORTEST:
                self._by_start.setdefault(key[:_SHORTEST], []).append(key)

    def find(self, reference: Reference) -> PaperRecord | None:
        """The known work that an item is: by id, by its whole title, else by the longest title that occurs in it."""
        by_id = next((self._by_id[paper_id] for paper_id in reference.ids if paper_id in self._by_id), None)
        by_title = self._fitting(title_key(reference.title or ""), reference)
        if by_id and (by_id in by_title or not by_title):
            return by_id
        if by_title:  # an id under another work's title is a slip
            return by_title[0]
        keys = sorted(self._occurring(title_key(reference.text)), key=lambda key: (-len(key), key))
        return next((found[0] for key in keys if (found := self._fitting(key, reference))), None)

    def _fitting(self, key: str, reference: Reference) -> list[PaperRecord]:
        """Known works with this title that can be the item."""
        known = [record for record in self._by_title.get(key, ()) if _in_time(record, reference)]
        return known if _may_be(key, reference) else []

    def _occurring(self, text: str) -> Iterator[str]:
        """Title keys that occur in a text; each place is looked up once by the letters that begin there."""
        for start in range(len(text) - _SHORTEST + 1):
            for key in self._by_start.get(text[start : start + _SHORTEST], ()):
                if text.startswith(key, start):
                    yield key
                    break


def _in_time(record: PaperRecord, reference: Reference) -> bool:
    return not record.year or not reference.year or abs(record.year - reference.year) <= _MOST_YEARS_APART


def _may_be(key: str, reference: Reference) -> bool:
    """Whether a title that occurs in an item may be its title: the whole of the one read, or all after its colon.

    A survey of X is not X: where the item's own title is longer, the known one is another work.
    """
    title = reference.title
    if title is None:
        return True
    own = title_key(title)
    after_colon = title_key(title.split(":", 1)[1]) if ":" in title else own
    return key in {own, after_colon} or key.startswith(own) or key not in own
