"""Filters of a question as they stand in the address, the same for the page that answers and the one that exports."""

from __future__ import annotations

import re

import streamlit as st

from litatlas.app.service import Atlas
from litatlas.graph.errors import UnknownNode
from litatlas.graph.filters import Filters

from . import address, answers
from .texts import one_line, quoted, way_to

_YEAR = re.compile(r"[0-9]{1,6}")


def year_span(atlas: Atlas) -> tuple[int, int]:
    """The first and last year of any paper; the same year twice where none is known."""
    years = [year for year, _ in atlas.overview().years] or [0]
    return min(years), max(years)


def from_address(atlas: Atlas) -> Filters:
    """What the address asks for; what means nothing in this library is left out."""
    least, most = year_span(atlas)
    first, last = (least, most) if _years_outside(atlas) else _years(atlas)
    venues = {venue for venue, _ in atlas.overview().venues}
    return Filters(
        under=node_named(atlas, address.read("under")),
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
    if filters.has_code is not None:
        parts.append("with code" if filters.has_code else "without code")
    if filters.author:
        parts.append(f"by {one_line(filters.author)}")
    if filters.survey:
        parts.append(f"in the survey {one_line(filters.survey)}")
    if filters.under:
        node = atlas.library.node(filters.under)
        parts.append(f"at or below {one_line(way_to(node, atlas.survey_of(node)))}")
    return ", ".join(parts)


def tell_unusable(atlas: Atlas, page: str) -> None:
    """Say which filters of the address are not applied, and why; a topic's name that several have can be chosen.

    Args:
        page: where the choices lead.
    """
    under, venue = address.read("under"), address.read("venue")
    not_applied = "The address asks for papers at or below it; that is not applied."
    if under and node_named(atlas, under) is None:
        answers.unclear_node(atlas, under, page, "under", not_applied)
    for reason in (_years_outside(atlas), _unknown_venue(atlas, venue)):
        if reason:
            st.warning(f"{reason} The filter is not applied.")


def _unknown_venue(atlas: Atlas, venue: str) -> str:
    known = {name for name, _ in atlas.overview().venues}
    return f"The address asks for {quoted(venue)}; no venue here is called so." if venue and venue not in known else ""


def _years(atlas: Atlas) -> tuple[int, int]:
    least, most = year_span(atlas)
    first = address.read_number("from", least, least, most)
    last = address.read_number("to", most, least, most)
    return min(first, last), max(first, last)


def _years_outside(atlas: Atlas) -> str:
    """Why the years of the address cannot be used; empty where they can, or where it has none."""
    least, most = year_span(atlas)
    asked = [year for name in ("from", "to") if (year := address.read(name))]
    span = f"papers here are of {least} to {most}."
    if any(not _YEAR.fullmatch(year) for year in asked):
        return f"The address asks for {' to '.join(map(quoted, asked))}, which is no span of years; {span}"
    years = [int(year) for year in asked]
    first, last = address.read("from"), address.read("to")
    before = bool(last) and max(years) < least
    after = bool(first) and min(years) > most
    return f"The address asks for {' to '.join(asked)}; {span}" if before or after else ""


def node_named(atlas: Atlas, reference: str) -> str | None:
    """The key of the topic that a key or name means; None where there is none, or several."""
    try:
        return atlas.library.node(reference).key if reference else None
    except UnknownNode:
        return None


def chips(atlas: Atlas, chosen: Filters) -> None:
    """The filters of the address that are applied, each a button that removes it."""
    applied = _applied(atlas, chosen)
    if not applied:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="filter-chips"):
        for number, (said, names) in enumerate(applied.items()):
            st.button(
                said,
                key=f"chip-{number}",
                icon=":material/close:",
                icon_position="right",
                help="Remove this filter",
                on_click=_forget,
                args=(names,),
            )
        if len(applied) > 1:
            every = tuple(name for names in applied.values() for name in names)
            st.button("Remove all filters", key="chip-all", type="tertiary", on_click=_forget, args=(every,))


def _applied(atlas: Atlas, chosen: Filters) -> dict[str, tuple[str, ...]]:
    """What each filter asks for, in Markdown, with the parameters that it stands in."""
    parts = (
        (Filters(under=chosen.under), ("under",)),
        (Filters(year_from=chosen.year_from, year_to=chosen.year_to), ("from", "to")),
        (Filters(venue=chosen.venue), ("venue",)),
        (Filters(has_code=chosen.has_code), ("code",)),
    )
    return {said: names for part, names in parts if (said := in_words(atlas, part))}


def _forget(names: tuple[str, ...]) -> None:
    address.write_all({**dict.fromkeys(names), "n": None})
