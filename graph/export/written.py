"""What a file can hold of a subgraph: the law of the round trip. Pure.

For every format that is read back (see `reading_back` and `rdf_back`)::

    read(export(subgraph, name, include_abstracts=asked).data) == as_written(subgraph, include_abstracts=asked)

Records, their fields and their order are those of the subgraph, except that

* abstracts, and the sentences in which citations stand, are words of others and left out unless asked for;
* a character that no XML or UTF-8 file can hold is U+FFFD (see `plain_text`);
* what means something in one library alone is left out: when it took a source in, and under which keys it stores
  the responses of services.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from litatlas.graph.models import Subgraph
from litatlas.graph.network import plain_text


def as_written(subgraph: Subgraph, *, include_abstracts: bool = False) -> Subgraph:
    """The subgraph as it comes back from a file that it was exported to."""
    return portable(subgraph if include_abstracts else without_words_of_others(subgraph))


def without_words_of_others(subgraph: Subgraph) -> Subgraph:
    """The subgraph without abstracts and without the sentences in which citations stand."""
    return replace(
        subgraph,
        papers=tuple(replace(paper, abstract=None) for paper in subgraph.papers),
        citations=tuple(replace(each, contexts=()) if each.contexts else each for each in subgraph.citations),
    )


def portable(subgraph: Subgraph) -> Subgraph:
    """The subgraph in characters that every file can hold, without what means something in one library alone."""
    found: Subgraph = _plain(subgraph)
    return replace(
        found,
        sources=tuple(replace(source, ingested=None) for source in found.sources),
        citations=tuple(replace(each, response=None) for each in found.citations),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _plain(getattr(value, field.name)) for field in fields(value)})
    return value
