"""JSON of others, read with suspicion: values of the promised type or nothing. Pure."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from litatlas.graph.errors import AnswerUnreadable
from litatlas.graph.identity import IdScheme, PaperId

from .record_text import id_in
from .source_text import clean_text

LONGEST_ID = 400  # characters
LONGEST_TEXT = 100_000  # characters of one value; the longest abstract is a tenth of it


def read_json(body: bytes) -> object:
    """The JSON value of a body.

    Raises:
        AnswerUnreadable: it is not UTF-8, no JSON, cut, or nested too deeply.
    """
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise AnswerUnreadable("JSON that is nested too deeply") from None
    except ValueError as error:
        start = body[:60].decode("utf-8", "replace").lstrip().lower()
        page = start.startswith(("<!doctype", "<html"))
        raise AnswerUnreadable("a web page instead of JSON" if page else f"no JSON ({error})"[:200]) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def mapping(value: object) -> dict[str, object]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """A text with something in it, white space folded and control characters gone; None else."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return None
    return clean_text(value).strip() or None


def stated_id(name: object, scheme: IdScheme | None = None) -> PaperId | None:
    """An id or an id's address as a service writes it; None for what is none, or holds characters no id has."""
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name) if 0 <= name < 10**15 else None
    if not isinstance(name, str) or len(name) > LONGEST_ID or clean_text(name) != name:
        return None
    return id_in(scheme, name) if scheme else PaperId.parse(name)


def whole(value: object, *, least: int = 0, most: int = 10**12) -> int | None:
    """A whole number within bounds; None else, also for true and false."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if least <= value <= most else None


def year(value: object) -> int | None:
    """A year of print, or None."""
    return whole(value, least=1000, most=2999)
