"""Compare: surveys side by side; what both place, what one lacks, and where they disagree."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from litatlas.app import comparing
from litatlas.app.comparing import Part
from litatlas.app.service import Atlas
from litatlas.app.web.components import address, answers, comparison_chart, comparison_tables
from litatlas.app.web.components.atlas import explain_gaps, page
from litatlas.app.web.components.texts import counted, label, one_line, quoted
from litatlas.graph.claims import PREPRINT_VENUE
from litatlas.graph.comparison import Comparison, Share
from litatlas.graph.export import FORMATS
from litatlas.graph.models import Subgraph, Survey, TaxonomyNode

_TABS = {
    "topics": "Topics",
    "papers": "Papers",
    "omissions": "Likely omissions",
    "differences": "Disagreements",
    "time": "Years and venues",
}
_MOST_SURVEYS = 12
_MOST_VENUES = 15


def show() -> None:
    """The page."""
    with page() as atlas:
        address.name_tab("Compare")
        st.title("Compare", anchor=False)
        surveys = {survey.key: survey for survey in atlas.overview().surveys}
        if len(surveys) < 2:
            _teach(atlas, tuple(surveys.values()))
            return
        chosen = _choose(surveys)
        if len(chosen) > 2:
            _matrix(atlas, chosen, surveys)
        if len(chosen) < 2:
            st.info("Choose two different surveys.")
            return
        comparison = comparing.compared(atlas, chosen[0], chosen[1])
        names = comparing.short_names(comparison.first.survey, comparison.second.survey)
        address.name_tab(f"{names[0]} and {names[1]}")
        _numbers(comparison, names)
        _tab(atlas, comparison, names)


def _teach(atlas: Atlas, surveys: Sequence[Survey]) -> None:
    """What a second survey is good for, and how it gets here."""
    st.markdown(
        "Two surveys of one field seldom list the same papers, or sort them alike. Here they stand side by side."
    )
    if surveys:
        st.info(f"This library holds one survey, {quoted(surveys[0].title)}. A comparison needs a second one.")
    else:
        st.info("This library holds no survey yet. A comparison needs two.")
        explain_gaps(atlas)
    st.markdown(
        "Bring one in: the surveys that ship with LitAtlas, a survey by its arXiv id, or a companion list of yours.\n\n"
        "- `litatlas build`\n- `litatlas ingest survey 2312.03863`\n"
        "- `litatlas ingest list README.md --survey my-field`"
    )


def _choose(surveys: dict[str, Survey]) -> list[str]:
    """The surveys that the address asks for, beginning with the two that are looked at; all where it asks for none."""
    asked = [name for name in (address.read("a"), address.read("b"), *address.read("c").split(",")) if name]
    for name in asked:
        if name not in surveys:
            st.warning(f"No survey here has the key {quoted(name)}.")
    known = list(dict.fromkeys(name for name in asked if name in surveys))
    if not asked:
        known = list(surveys)[:_MOST_SURVEYS]
    elif len(known) == 1:
        known += [next(key for key in surveys if key != known[0])] if not address.read("b") else []
    left, right = st.columns(2)
    with left:
        _survey_box("a", "First survey", known[0] if known else None, surveys)
    with right:
        _survey_box("b", "Second survey", known[1] if len(known) > 1 else None, surveys)
    if len(surveys) > 2:
        others = known[2:]
        st.multiselect(
            "Others, for the overview",
            [key for key in surveys if key not in known[:2]],
            key=address.follow("c", others),
            format_func=lambda key: label(surveys[key].title, 60),
            max_selections=_MOST_SURVEYS - 2,
            on_change=lambda: _write(known[0] if known else "", known[1] if len(known) > 1 else "", _others()),
        )
    return known


def _others() -> list[str]:
    return list(st.session_state.get("c-widget", []))


def _survey_box(name: str, title: str, value: str | None, surveys: dict[str, Survey]) -> None:
    def store() -> None:
        first, second = (st.session_state.get(f"{each}-widget") or "" for each in ("a", "b"))
        _write(first, second, [key for key in _others() if key not in {first, second}])

    st.selectbox(
        title,
        list(surveys),
        index=None,
        key=address.follow(name, value),
        format_func=lambda key: label(surveys[key].title, 80),
        on_change=store,
        placeholder="Choose a survey",
    )


def _write(first: str, second: str, others: Sequence[str]) -> None:
    changes = {"a": first, "b": second, "c": ",".join(others), "left": None, "right": None}
    address.write_all(changes)


def _matrix(atlas: Atlas, chosen: Sequence[str], surveys: dict[str, Survey]) -> None:
    """Papers that each two have in common; selecting a cell looks at those two."""
    common = {frozenset((o.first, o.second)): o for o in comparing.how_much_in_common(atlas, chosen)}
    sizes = {o.first: o.both + o.first_only for o in common.values()}
    sizes |= {o.second: o.both + o.second_only for o in common.values()}

    def cell(row: str, column: str) -> str:
        if row == column:
            return f"{sizes[row]:,}"
        found = common[frozenset((row, column))]
        return f"{found.both:,} ({found.jaccard:.0%})"

    frame = pd.DataFrame(
        {"Survey": [label(surveys[key].title, 60) for key in chosen]}
        | {f"{key} ": [cell(row, key) for row in chosen] for key in chosen}
    )
    st.caption("Papers that each two have in common, and what share of the papers of either that is. Select a cell.")

    def look() -> None:
        cells = st.session_state["overlaps"]["selection"]["cells"]
        if cells and cells[0][0] < len(chosen):
            row, column = chosen[cells[0][0]], str(cells[0][1])[:-1]
            if column in chosen and column != row:
                _write(row, column, [key for key in chosen if key not in {row, column}])

    st.dataframe(
        frame,
        key="overlaps",
        hide_index=True,
        on_select=look,
        selection_mode="single-cell",
        column_config={"Survey": st.column_config.TextColumn("Survey", width=190)},
    )


def _numbers(comparison: Comparison, names: tuple[str, str]) -> None:
    first, second = comparison.first, comparison.second
    one, both, other = st.columns(3)
    one.metric(f"Only in {one_line(label(names[0], 40))}", f"{len(first.only):,}", help=f"of {first.papers:,}")
    both.metric("In both", f"{len(comparison.both):,}", help=f"{comparison.jaccard:.0%} of the papers of either")
    other.metric(f"Only in {one_line(label(names[1], 40))}", f"{len(second.only):,}", help=f"of {second.papers:,}")
    software = first.software + second.software - comparison.shared_software
    parts = [
        f"{comparison.jaccard:.0%} of the papers of either are in both (Jaccard)",
        f"{counted(len(comparison.pairs), 'pair')} of topics correspond",
        f"papers of the first alone cite those of the second alone {counted(first.cites, 'time')},"
        f" the other way {counted(second.cites, 'time')}",
    ]
    if software:
        parts.append(f"{counted(software, 'piece')} of software counted along")
    st.caption(" · ".join(parts))


def _tab(atlas: Atlas, comparison: Comparison, names: tuple[str, str]) -> None:
    tab = address.read("tab", "topics")
    tab = tab if tab in _TABS else "topics"
    st.segmented_control(
        "Look at",
        list(_TABS),
        format_func=lambda name: _TABS[name],
        key=address.follow("tab", tab),
        on_change=address.on_change("tab", "topics"),
        label_visibility="collapsed",
        required=True,
    )
    match tab:
        case "papers":
            _papers(atlas, comparison, names)
        case "omissions":
            _omissions(atlas, comparison, names)
        case "differences":
            st.markdown("**In both, at topics that do not correspond**")
            comparison_tables.disagreements(atlas, comparison.disagreements, names)
            st.markdown("**What the two lists say differently**")
            comparison_tables.conflicts(atlas, comparison, names)
        case "time":
            _time(comparison, names)
        case _:
            _topics(atlas, comparison, names)


def _topics(atlas: Atlas, comparison: Comparison, names: tuple[str, str]) -> None:
    here = f"{comparison.first.survey.key}-{comparison.second.survey.key}"
    if comparison.flows:
        st.caption(
            f"Where the {counted(len(comparison.both), 'paper')} of both stand: at the left in"
            f" {one_line(label(names[0], 50))}, at the right in {one_line(label(names[1], 50))}. A paper at several"
            " topics counts at each. Click a band to see its papers."
        )
        dark = st.context.theme.type == "dark"
        chart = comparison_chart.flow_picture(comparison.flows, dark=dark)
        height = comparison_chart.height_of(comparison.flows)
        event = st.echarts_chart(chart.spec, height=height, key=f"flow-{here}", on_select="rerun", alt=chart.alt)
        _follow_band(comparison_chart.band_of(chart, event), here)
    else:
        st.info("No paper is in both surveys; topics are compared by their names and what their papers are about.")
    _pairs(comparison, names, here)
    if pair := _pair_of_address(comparison):
        comparison_tables.pair_detail(atlas, comparison, *pair, names)
    comparison_tables.unmatched(comparison.first, *names)
    comparison_tables.unmatched(comparison.second, *names[::-1])


def _follow_band(band: tuple[str, str] | None, here: str) -> None:
    """A band that was clicked goes to the address, once: a row that is chosen later must not be undone by it."""
    if band != st.session_state.get(f"band-{here}"):
        st.session_state[f"band-{here}"] = band
        if band:
            address.write_all({"left": band[0], "right": band[1]})


def _pairs(comparison: Comparison, names: tuple[str, str], here: str) -> None:
    doubtful = address.read("doubtful") == "yes"
    st.markdown("**Topics that correspond**")
    shown = comparison_tables.sure_enough(comparison.pairs, doubtful=doubtful)
    hidden = len(comparison.pairs) - len(comparison_tables.sure_enough(comparison.pairs, doubtful=False))
    if hidden:
        st.toggle(
            f"Show {hidden:,} that are merely possible",
            key=address.follow("doubtful", doubtful),
            on_change=address.on_change("doubtful", convert=lambda on: "yes" if on else ""),
        )
    if not comparison.meaning:
        st.caption("Meaning was not compared, as the papers have no vectors; `litatlas build` makes them.")
    if shown:
        st.caption("Select a row to see the papers of both topics.")
        comparison_tables.pair_table(shown, names, f"pairs-{here}-{doubtful}")
    else:
        st.caption("None that is sure enough.")


def _pair_of_address(comparison: Comparison) -> tuple[TaxonomyNode, TaxonomyNode] | None:
    """The two topics that the address asks for; each must be of its survey."""
    wanted = address.read("left"), address.read("right")
    if not all(wanted):
        return None
    sides = (comparison.first, comparison.second)
    found = [
        next((node for node in side.topics if node.key == key), None) for side, key in zip(sides, wanted, strict=True)
    ]
    if found[0] and found[1]:
        return found[0], found[1]
    st.warning(f"These surveys have no such topics: {quoted(wanted[0])}, {quoted(wanted[1])}.")
    return None


def _papers(atlas: Atlas, comparison: Comparison, names: tuple[str, str]) -> None:
    titles = {
        Part.BOTH: f"In both ({len(comparison.both):,})",
        Part.FIRST: f"Only in {label(names[0], 40)} ({len(comparison.first.only):,})",
        Part.SECOND: f"Only in {label(names[1], 40)} ({len(comparison.second.only):,})",
    }
    wanted = address.read("papers", Part.BOTH)
    part = Part(wanted) if wanted in set(Part) else Part.BOTH
    st.segmented_control(
        "Papers",
        list(Part),
        format_func=lambda each: one_line(titles[each]),
        key=address.follow("papers", part),
        on_change=address.on_change("papers", Part.BOTH),
        label_visibility="collapsed",
        required=True,
    )
    selection = comparing.chosen(comparison, part)
    shown = selection.papers[: comparison_tables.MOST_ROWS]
    if not shown:
        st.caption("None.")
        return
    comparison_tables.capped(len(shown), len(selection.papers), "paper")
    st.caption("Newest first. Select a row to open the paper.")
    here = f"{comparison.first.survey.key}-{comparison.second.survey.key}-{part}"
    papers = atlas.library.papers(shown)
    cited = {paper.key: atlas.library.citation_counts.get(paper.key, 0) for paper in papers}
    answers.paper_table(papers, f"papers-{here}", cited=cited)
    _export(atlas, comparison, part)


def _export(atlas: Atlas, comparison: Comparison, part: Part) -> None:
    selection = comparing.chosen(comparison, part)
    name = address.read("format", "bibtex")
    name = name if name in FORMATS else "bibtex"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Format",
            list(FORMATS),
            format_func=lambda each: FORMATS[each].title,
            key=address.follow("format", name),
            on_change=address.on_change("format", "bibtex"),
            width=240,
        )
        st.download_button(
            f"Export these {counted(len(selection.papers), 'paper')}",
            data=lambda: atlas.export(selection, name).data,
            file_name=FORMATS[name].file_name(Subgraph(selection.title)),
            mime=FORMATS[name].media_type,
            on_click="ignore",
            icon=":material/download:",
        )


def _omissions(atlas: Atlas, comparison: Comparison, names: tuple[str, str]) -> None:
    if not atlas.overview().counts.citations:
        st.info("No citations are known here yet; `litatlas fetch` brings them.")
        return
    st.caption(
        "What one survey does not list, although papers that it lists cite it; most cited first. An older paper may be"
        " left out with intent: compare the years."
    )
    comparison_tables.omissions(atlas, comparison.second, *names[::-1])
    comparison_tables.omissions(atlas, comparison.first, *names)


def _time(comparison: Comparison, names: tuple[str, str]) -> None:
    st.markdown("**Papers by year**")
    _shares(comparison.years, names, "Year")
    published = [share for share in comparison.venues if share.name != PREPRINT_VENUE]
    venues = published[:_MOST_VENUES]
    st.markdown("**Papers by venue**")
    if len(venues) < len(published):
        st.caption(f"The {len(venues)} venues with most papers, of {len(published):,}.")
    for share in comparison.venues:
        if share.name == PREPRINT_VENUE:
            apart = f"{share.first_only:,} of the first alone and {share.second_only:,} of the second"
            st.caption(f"Preprints on arXiv are left out here: {share.both:,} of both, {apart}.")
    _shares(venues, names, "Venue")


def _shares(shares: Sequence[Share], names: tuple[str, str], what: str) -> None:
    if not shares:
        st.caption(f"No {what.lower()} is known of these papers.")
        return
    dark = st.context.theme.type == "dark"
    chart = comparison_chart.share_bars(shares, names, dark=dark, upright=what == "Year")
    picture, table = st.columns([3, 2])
    with picture:
        st.echarts_chart(chart.spec, height=320, key=f"shares-{what}", alt=chart.alt)
    with table:
        comparison_tables.share_table(shares, what)


show()
