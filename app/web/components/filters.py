"""Filters of a question as they stand in the address, the same for the page that answers and the one that exports."""

from __future__ import annotations

from litatlas.app.service import Atlas
from litatlas.graph.errors import UnknownNode
from litatlas.graph.search import Filters

from . import address
from .texts import one_line, way_to


def year_span(atlas: Atlas) -> tuple[int, int]:
    """The first and last year of any paper; the same year twice where none is known."""
    years = [year for year, _ in atlas.overview().years] or [0]
    return min(years), max(years)


def from_address(atlas: Atlas) -> Filters:
    """What the address asks for; what means nothing in this library is left out."""
    least, most = year_span(atlas)
    first, last = sorted(
        (address.read_number("from", least, least, most), address.read_number("to", most, least, most))
    )
    venues = {venue for venue, _ in atlas.overview().venues}
    return Filters(
        under=_node_named(atlas, address.read("under")),
        year_from=first if first > least else None,
        year_to=last if last < most else None,
        venue=address.read("venue") if address.read("venue") in venues else None,
        has_code=True if address.read("code") == "yes" else None,
    )


def to_address(filters: Filters) -> dict[str, str]:
    """The parameters that `from_address` reads these filters from."""
    return {
        "under": filters.under or "",
        "from": str(filters.year_from or ""),
        "to": str(filters.year_to or ""),
        "venue": filters.venue or "",
        "code": "yes" if filters.has_code else "",
    }


def in_words(atlas: Atlas, filters: Filters) -> str:
    """What the filters ask for, in Markdown; empty where they ask for nothing."""
    parts = []
    if filters.year_from or filters.year_to:
        least, most = year_span(atlas)
        first, last = filters.year_from or least, filters.year_to or most
        parts.append(str(first) if first == last else f"{first} to {last}")
    if filters.venue:
        parts.append(f"at {one_line(filters.venue)}")
    if filters.has_code:
        parts.append("with code")
    if filters.under:
        parts.append(f"at or below {one_line(way_to(atlas.library.node(filters.under)))}")
    return ", ".join(parts)


def _node_named(atlas: Atlas, reference: str) -> str | None:
    try:
        return atlas.library.node(reference).key if reference else None
    except UnknownNode:
        return None
