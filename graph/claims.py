"""From the claims about one paper to the view a reader sees: which claim is best, field by field.

The order of preference: a survey's list names papers as its field does, so it gives the title, year and venue;
arXiv gives the abstract and authors, since its metadata are the authors' own and free to use (CC0); counts come from
Semantic Scholar. "arXiv" is the weakest venue, since it only says "not published yet".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .identity import IdScheme, PaperId, surname, title_key
from .models import Claim, Link, LinkKind, Paper, SourceKind, WorkKind

PREPRINT_VENUE = "arXiv"
AUTHOR_SEPARATOR = "; "

_ORDER = (
    SourceKind.READER,
    SourceKind.PAPER_LIST,
    SourceKind.BIBLIOGRAPHY,
    SourceKind.ARXIV,
    SourceKind.METADATA_FILE,
    SourceKind.OPENALEX,
    SourceKind.SEMANTIC_SCHOLAR,
    SourceKind.SURVEY_TEXT,
    SourceKind.ONTOLOGY,
    SourceKind.EDGE_FILE,
    SourceKind.NOTES,
)
# Where a field has better witnesses than the general order, these go first.
_FIRST: Mapping[str, tuple[SourceKind, ...]] = {
    "abstract": (SourceKind.READER, SourceKind.ARXIV, SourceKind.METADATA_FILE, SourceKind.OPENALEX),
    "authors": (SourceKind.READER, SourceKind.ARXIV, SourceKind.METADATA_FILE, SourceKind.SEMANTIC_SCHOLAR),
    "venue": (
        SourceKind.READER,
        SourceKind.PAPER_LIST,
        SourceKind.BIBLIOGRAPHY,
        SourceKind.SEMANTIC_SCHOLAR,
        SourceKind.OPENALEX,
    ),
    "citation_count": (SourceKind.SEMANTIC_SCHOLAR, SourceKind.OPENALEX),
    "note": (SourceKind.READER, SourceKind.NOTES),
}

# Fields in which two different values are a disagreement and not simply two values.
SINGLE_VALUED = ("title", "year", "venue", "abstract", "authors", "kind")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field on which sources disagree: the claim that is shown, and those that differ from it."""

    field: str
    shown: Claim
    others: tuple[Claim, ...]


def rank_claims(claims: Iterable[Claim], kinds: Mapping[str, SourceKind]) -> list[Claim]:
    """Best first, in an order that does not depend on the order of arrival.

    Args:
        claims: about one field of one paper.
        kinds: kind of each source by key.
    """

    def rank(claim: Claim) -> tuple[bool, int, str, int, str]:
        weak = claim.field == "venue" and claim.value == PREPRINT_VENUE
        return weak, _preference(claim.field, kinds[claim.source]), claim.source, claim.line or 0, claim.value

    return sorted(claims, key=rank)


def _of_the_venue_first(years: Sequence[Claim], venues: Sequence[Claim]) -> list[Claim]:
    """The years, those that were stated together with the best venue first: a venue and a year of two sources may be
    those of two publications."""
    shown = next(iter(venues), None)
    if shown is None:
        return list(years)
    return sorted(years, key=lambda claim: (claim.source, claim.line) != (shown.source, shown.line))


def _preference(field: str, kind: SourceKind) -> int:
    first = _FIRST.get(field, ())
    return first.index(kind) if kind in first else len(first) + _ORDER.index(kind)


def paper_from_claims(
    key: str, claims: Sequence[Claim], ids: Sequence[PaperId], kinds: Mapping[str, SourceKind]
) -> Paper:
    """The paper as the best claims say; a paper without a title claim is shown by its key."""
    by_field: dict[str, list[Claim]] = {}
    for claim in claims:
        by_field.setdefault(claim.field, []).append(claim)
    ranked = {field: rank_claims(found, kinds) for field, found in by_field.items()}
    if "year" in ranked:
        ranked["year"] = _of_the_venue_first(ranked["year"], ranked.get("venue", ()))

    def best(field: str) -> str | None:
        return ranked[field][0].value if field in ranked else None

    def number(field: str) -> int | None:
        value = best(field)
        return int(value) if value and value.isdecimal() else None

    versions = [int(claim.value) for claim in by_field.get("version", ()) if claim.value.isdecimal()]
    return Paper(
        key=key,
        title=best("title") or key,
        kind=WorkKind(best("kind") or WorkKind.PAPER),
        year=number("year"),
        venue=best("venue"),
        abstract=best("abstract"),
        authors=tuple((best("authors") or "").split(AUTHOR_SEPARATOR)) if best("authors") else (),
        ids=tuple(sorted(ids, key=lambda paper_id: (list(IdScheme).index(paper_id.scheme), paper_id.value))),
        links=_links(claim for field in sorted(ranked) if field.startswith("link:") for claim in ranked[field]),
        withdrawn=best("withdrawn"),
        retracted=best("retracted") == "yes",
        version=max(versions, default=None),
        citation_count=number("citation_count"),
        note=best("note"),
    )


def _links(claims: Iterable[Claim]) -> tuple[Link, ...]:
    """Links in a stable order, each address once; a claim's value is ``URL`` or ``URL label``."""
    links: dict[str, Link] = {}
    for claim in claims:
        url, _, label = claim.value.partition(" ")
        kind = LinkKind(claim.field.removeprefix("link:"))
        links.setdefault(url, Link(kind, label or kind.value.capitalize(), url))
    order = list(LinkKind)
    return tuple(sorted(links.values(), key=lambda link: order.index(link.kind)))


def find_conflicts(claims: Iterable[Claim], kinds: Mapping[str, SourceKind]) -> tuple[Conflict, ...]:
    """Fields in which sources, or two lines of one source, disagree.

    Spelling is no disagreement: texts are compared by their letters and digits, authors by their surnames. Neither is
    a preprint beside its published version: arXiv as a venue, and the year of arXiv's first version.
    """
    by_field: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.field in SINGLE_VALUED and not (claim.field == "year" and kinds[claim.source] is SourceKind.ARXIV):
            by_field.setdefault(claim.field, []).append(claim)
    conflicts = []
    for field in SINGLE_VALUED:
        ranked = rank_claims(by_field.get(field, []), kinds)
        if field == "year":
            ranked = _of_the_venue_first(ranked, rank_claims(by_field.get("venue", []), kinds))
        others = tuple(claim for claim in ranked[1:] if _meaning(claim) not in {_meaning(ranked[0]), None})
        if others:
            conflicts.append(Conflict(field, ranked[0], others))
    return tuple(conflicts)


def _meaning(claim: Claim) -> object:
    """What two claims have in common that do not disagree; None for one that disagrees with nothing."""
    if claim.field == "venue" and claim.value == PREPRINT_VENUE:
        return None
    if claim.field == "authors":
        return frozenset(surname(name) for name in claim.value.split(AUTHOR_SEPARATOR))
    return title_key(claim.value) or claim.value


def warnings_about(paper: Paper) -> tuple[str, ...]:
    """What a reader must know before relying on a paper: that it was withdrawn or retracted."""
    found = []
    if paper.retracted:
        found.append("Retracted by its publisher.")
    if paper.withdrawn:
        found.append(f"Withdrawn: {paper.withdrawn}")
    return tuple(found)
