"""What a reader may say about a file that is read as a survey: how to name it, where it is from, under which terms."""

from __future__ import annotations

from typing import TypedDict, Unpack

from litatlas.graph.models import Source, SourceKind


class Description(TypedDict, total=False):
    """Keyword arguments that all readers of survey files share; see `models.Source`.

    Attributes:
        source_title: how to name the file to a person, e.g. its repository; default its name.
        location: its address; default its name.
        revision: commit or version it is of.
        date: ISO date of that revision.
        licence: as it states it.
    """

    source_title: str | None
    location: str | None
    revision: str | None
    date: str | None
    licence: str | None


def describe_source(kind: SourceKind, survey_key: str, name: str, **described: Unpack[Description]) -> Source:
    """The source that a file of this name is for a survey; its key is kind and survey."""
    return Source(
        key=f"{kind.value}:{survey_key}",
        kind=kind,
        title=described.get("source_title") or name,
        location=described.get("location") or name,
        revision=described.get("revision"),
        date=described.get("date"),
        licence=described.get("licence"),
    )
