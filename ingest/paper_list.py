"""Companion lists: the Markdown file in which a survey's authors keep its papers, under its taxonomy.

`parse_paper_list` is pure: bytes to facts, each with its line. `read_paper_list` adds the few lines that open a file.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from litatlas.graph.models import Finding, Source, SourceKind, Survey

from .described import Description, describe_source
from .facts import SurveyFacts
from .listing import count_listing
from .resolve import resolve_rows
from .source_text import read_source_bytes
from .written_list import read_list_file


def read_paper_list(
    path: Path,
    *,
    survey_key: str,
    title: str | None = None,
    **described: Unpack[Description],
) -> SurveyFacts:
    """Read a companion list from a file.

    Args:
        survey_key: short name of the survey; first part of every node's key.
        title: of the survey, where the file's first heading does not say it.
        described: see `Description`.

    Raises:
        SourceMissing: there is no such file.
        SourceUnreadable: it is no text.
        NoPapersFound: it lists no paper.
    """
    source = describe_source(SourceKind.PAPER_LIST, survey_key, path.name, **described)
    return parse_paper_list(read_source_bytes(path), source, survey_key=survey_key, title=title, name=str(path))


def parse_paper_list(
    data: bytes, source: Source, *, survey_key: str, title: str | None = None, name: str = "the list"
) -> SurveyFacts:
    """Read a companion list from its bytes; arguments and errors as in `read_paper_list`."""
    listing = read_list_file(data, survey_key=survey_key, title=title, name=name)
    source = replace(source, digest=hashlib.sha256(data).hexdigest())
    survey = Survey(survey_key, listing.title, source.key, listing.ids)
    resolution = resolve_rows(listing.placed, source.key)
    findings = sorted((*listing.findings, *resolution.findings), key=_by_line)
    counts = count_listing(listing.placed, listing.nodes, resolution, len(findings))
    return SurveyFacts(survey, source, listing.nodes, resolution.works, resolution.placements, tuple(findings), counts)


def _by_line(finding: Finding) -> tuple[int, str, str]:
    return finding.line, finding.code, finding.message
