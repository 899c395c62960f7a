"""What a notebook gets where there are several records."""

from __future__ import annotations

from typing import TypeVar

from .telling import listed

Record_co = TypeVar("Record_co", covariant=True)


class Records(tuple[Record_co, ...]):
    """A tuple of records that prints one of them a line; slices are plain tuples."""

    __slots__ = ()

    def __repr__(self) -> str:
        return listed(self)
