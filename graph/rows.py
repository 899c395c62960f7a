"""How records stand in the database: one function each way per record, so that no other module knows the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .identity import IdScheme, PaperId
from .models import (
    SERVICES,
    Citation,
    Claim,
    Link,
    LinkKind,
    Paper,
    Placement,
    Source,
    SourceKind,
    Survey,
    TaxonomyNode,
    WorkKind,
)

PATH_SEPARATOR = "\x1f"  # cannot occur in a name that came from a text line


def ids_to_text(ids: Iterable[PaperId]) -> str:
    """Ids as a JSON list of ``scheme:value``."""
    return json.dumps([str(paper_id) for paper_id in ids])


def ids_from_text(text: str) -> tuple[PaperId, ...]:
    """The inverse of `ids_to_text`; values are stored normalised and are not parsed again."""
    pairs = (item.split(":", 1) for item in json.loads(text))
    return tuple(PaperId(IdScheme(scheme), value) for scheme, value in pairs)


def _strings(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))  # most are empty, and there are hundreds of thousands


def paper_to_row(paper: Paper) -> tuple[Any, ...]:
    """`PAPER_COLUMNS` and has_code."""
    links = [[link.kind.value, link.label, link.url] for link in paper.links]
    return (
        paper.key,
        paper.kind.value,
        paper.title,
        paper.year,
        paper.venue,
        paper.abstract,
        json.dumps(paper.authors, ensure_ascii=False),
        ids_to_text(paper.ids),
        json.dumps(links, ensure_ascii=False),
        paper.withdrawn,
        int(paper.retracted),
        paper.version,
        paper.citation_count,
        paper.note,
        int(bool(paper.code_urls)),
    )


PAPER_COLUMNS = (
    "key, kind, title, year, venue, abstract, authors, ids, links, withdrawn, retracted, version, citation_count, note"
)


def paper_from_row(row: tuple[Any, ...]) -> Paper:
    """From `PAPER_COLUMNS`."""
    key, kind, title, year, venue, abstract, authors, ids, links, withdrawn, retracted, version, count, note = row
    return Paper(
        key=key,
        kind=WorkKind(kind),
        title=title,
        year=year,
        venue=venue,
        abstract=abstract,
        authors=tuple(json.loads(authors)),
        ids=ids_from_text(ids),
        links=tuple(Link(LinkKind(link_kind), label, url) for link_kind, label, url in json.loads(links)),
        withdrawn=withdrawn,
        retracted=bool(retracted),
        version=version,
        citation_count=count,
        note=note,
    )


# For queries that join `sources`: what a service said, rather than a list, a file or a reader.
BY_SERVICE = "kind IN (" + ", ".join(f"'{kind.value}'" for kind in sorted(SERVICES)) + ")"

# Of several sources that give an id to different works: lists and bibliographies first, services last.
OWNERS_OF_ID = (
    "SELECT subject, paper FROM paper_ids JOIN sources ON sources.key = source WHERE scheme = ? AND value = ?"
    f" ORDER BY kind NOT IN ('paper-list', 'bibliography'), {BY_SERVICE}, source, subject LIMIT 1"
)


NODE_COLUMNS = "key, survey, name, parent, path, position, line"


def node_to_row(node: TaxonomyNode) -> tuple[Any, ...]:
    """`NODE_COLUMNS`."""
    path = PATH_SEPARATOR.join(node.path)
    return node.key, node.survey, node.name, node.parent, path, node.position, node.line


def node_from_row(row: tuple[Any, ...]) -> TaxonomyNode:
    """From `NODE_COLUMNS`."""
    key, survey, name, parent, path, position, line = row
    return TaxonomyNode(key, survey, name, parent, tuple(path.split(PATH_SEPARATOR)), position, line)


SOURCE_COLUMNS = "key, kind, title, location, revision, date, licence, digest, ingested"


def source_from_row(row: tuple[Any, ...]) -> Source:
    """From `SOURCE_COLUMNS`."""
    key, kind, *rest = row
    return Source(key, SourceKind(kind), *rest)


def source_to_row(source: Source) -> tuple[Any, ...]:
    """`SOURCE_COLUMNS`."""
    return (
        source.key,
        source.kind.value,
        source.title,
        source.location,
        source.revision,
        source.date,
        source.licence,
        source.digest,
        source.ingested,
    )


def survey_from_row(row: tuple[Any, ...]) -> Survey:
    """From key, title, source, ids."""
    key, title, source, ids = row
    return Survey(key, title, source, ids_from_text(ids))


CLAIM_COLUMNS = "paper, field, value, source, line, origin, response"


def claim_to_row(claim: Claim) -> tuple[Any, ...]:
    """`CLAIM_COLUMNS`, the paper being the subject the claim is made about."""
    return claim.paper, claim.field, claim.value, claim.source, claim.line, claim.origin, claim.response


def placement_to_row(placement: Placement) -> tuple[Any, ...]:
    """Columns subject, node, source, line, position."""
    return placement.paper, placement.node, placement.source, placement.line, placement.position


CITATION_COLUMNS = "citing, cited, source, line, origin, contexts, intents, influential, sections, response"


def citation_to_row(citation: Citation) -> tuple[Any, ...]:
    """`CITATION_COLUMNS`, citing and cited being the subjects the edge is stated about."""
    return (
        citation.citing,
        citation.cited,
        citation.source,
        citation.line,
        citation.origin,
        json.dumps(citation.contexts, ensure_ascii=False),
        json.dumps(citation.intents, ensure_ascii=False),
        None if citation.influential is None else int(citation.influential),
        json.dumps(citation.sections, ensure_ascii=False),
        citation.response,
    )


def citation_from_row(row: tuple[Any, ...]) -> Citation:
    """From `CITATION_COLUMNS`."""
    citing, cited, source, line, origin, contexts, intents, influential, sections, response = row
    return Citation(
        citing,
        cited,
        source,
        line,
        origin,
        _strings(contexts),
        _strings(intents),
        None if influential is None else bool(influential),
        _strings(sections),
        response,
    )
