"""What the readers of JSON records share, whether they come from a file or a service: types and fields. Pure.

A reader takes one JSON object and ends in a record, or in the reason why there is none, said of the record: ``has no
title``. A known field that is not of its type is such a reason, so that no value is lost without a word; an id that is
no id is left out, since records carry ids of many kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from .json_answers import LONGEST_TEXT, whole
from .record_text import tidy_title
from .source_text import clean_text

Fields = Mapping[str, object]


class RecordUnusable(ValueError):
    """A record of a known kind that says nothing about a paper; the text is the reason."""


def _storable(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    return value


Text = Annotated[str, BeforeValidator(_storable), Field(max_length=LONGEST_TEXT)]
"""A text with blanks folded and without characters that no file can hold; numbers may stand for texts."""

Whole = Annotated[int, BeforeValidator(_no_truth)]
"""A whole number; ``true`` is none."""


class JsonRecord(BaseModel):
    """A record, or a part of one: fields that nobody asks for are passed over, a null is a field that is not there."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        return {name: each for name, each in value.items() if each is not None} if isinstance(value, dict) else value


def reason_of(error: ValidationError) -> str:
    """The first of the fields that are not of their type, said of the record."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(clean_text(str(part)) for part in first["loc"])
    return f"cannot be read: {place}: {first['msg']}" if place else f"cannot be read: {first['msg']}"


def title_in(text: str | None) -> str:
    """A title; raises RecordUnusable where there is none."""
    title = tidy_title(text)
    if not any(map(str.isalnum, title)):
        raise RecordUnusable("has no title")
    return title


def count_in(number: int | None) -> str | None:
    """A count as a claim has it; None for what counts nothing."""
    return None if whole(number) is None else str(number)


def known_fields(*fields: tuple[str, str | None]) -> Iterator[tuple[str, str]]:
    """The fields that have a value, each value once."""
    for name, value in dict.fromkeys(fields):
        if text := clean_text(value or ""):
            yield name, text
