"""Map: papers in the plane, near each other where they say similar things; an area of it is a selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from litatlas.app import mapping
from litatlas.app.service import Atlas
from litatlas.app.web.components import address, answers, collecting, filters, links, map_chart
from litatlas.app.web.components.atlas import explain_gaps, page
from litatlas.app.web.components.texts import counted, label, one_line, quoted, way_to
from litatlas.graph.errors import InvalidFilter, UnknownPaper
from litatlas.graph.map_area import Polygon, read_area, write_area
from litatlas.graph.map_field import MapField, Rows
from litatlas.graph.map_groups import GroupBy
from litatlas.graph.models import Paper, Survey
from litatlas.graph.question import MAX_QUESTION

_COLOURS = {GroupBy.BRANCH: "Branches", GroupBy.YEAR: "Years"}
_ANSWERS = 60
_NEAREST = 12
_LISTED = 200
_ALL = ""
_HEIGHT = 620


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What the address asks for besides an area: papers by key in the order to list them, and how they are called."""

    keys: Sequence[str] | None
    called: str = ""
    seed: Paper | None = None


def show() -> None:
    """The page."""
    address.name_tab("Map")
    st.title("Map", anchor=False)
    with page() as atlas:
        view = mapping.map_on_view(atlas)
        if len(view.field) < 2:
            _nothing_to_draw(atlas, view.field)
            return
        _introduce(view.field, software=atlas.library.counts.software > 0)
        survey, by = _controls(atlas)
        asked = _asked(atlas)
        area = _area()
        if view.making:
            _progress(view.making)
        _picture(atlas, view.field, survey, by, asked, area)
        _tell_moved(view.field, area)
        _found(atlas, view.field, asked, area)


def _nothing_to_draw(atlas: Atlas, field: MapField) -> None:
    one = " One paper has a vector; a map needs two." if len(field) else ""
    st.info(f"There is no map yet: it places papers by their vectors, which `litatlas build` makes.{one}")
    explain_gaps(atlas)
    with st.container(horizontal=True):
        st.page_link(links.SEARCH, label="Search", icon=":material/search:")
        st.page_link(links.TAXONOMY, label="Walk the taxonomy", icon=":material/account_tree:")


def _introduce(field: MapField, *, software: bool) -> None:
    works = f"{len(field):,} papers and software entries" if software else counted(len(field), "paper")
    without = f" {counted(field.unmapped, 'paper')} without a vector cannot be placed." if field.unmapped else ""
    sizes = " Size grows with citations." if len(field) <= map_chart.MOST_NAMED else ""
    st.caption(
        f"{works}, near each other where their titles and abstracts say similar things; left,"
        f" right, up and down mean nothing.{sizes}{without} Turn the wheel to zoom; draw an area with the tools at the"
        " upper right to see what is in it."
    )


def _controls(atlas: Atlas) -> tuple[str | None, GroupBy]:
    nodes = {node.key: node for node in atlas.library.nodes}
    surveys = {survey.key: survey for survey in atlas.overview().surveys}
    wanted = address.read("survey")
    survey = wanted if wanted in surveys else _ALL
    several = len(surveys) > 1
    asking, topic, where, how = st.columns([3, 3, 2.4 if several else 0.01, 1.7], vertical_alignment="bottom")
    asking.text_input(
        "Show the best answers to",
        key=address.follow("q", address.read("q")[:MAX_QUESTION]),
        on_change=_ask_for("q"),
        placeholder="A question in words",
        type="search",
        max_chars=MAX_QUESTION,
    )
    topic.selectbox(
        "Show a topic",
        [_ALL, *nodes],
        key=address.follow("under", filters.node_named(atlas, address.read("under")) or _ALL),
        format_func=lambda key: way_to(nodes[key], atlas.survey_of(nodes[key])) if key else "Any",
        on_change=_ask_for("under"),
    )
    if several:
        where.selectbox(
            "Taxonomy of",
            [_ALL, *surveys],
            key=address.follow("survey", survey),
            format_func=lambda key: _called(surveys.get(key)),
            on_change=address.on_change("survey"),
        )
    by = GroupBy(address.read("by")) if address.read("by") in set(GroupBy) else GroupBy.BRANCH
    how.segmented_control(
        "Colours",
        list(_COLOURS),
        format_func=lambda each: "Surveys" if several and not survey and each is GroupBy.BRANCH else _COLOURS[each],
        key=address.follow("by", by),
        on_change=address.on_change("by", GroupBy.BRANCH),
        required=True,
    )
    if wanted and wanted not in surveys:
        st.warning(f"No survey here has the key {quoted(wanted)}; all are shown.")
    return survey or None, by


def _called(survey: Survey | None) -> str:
    return label(survey.title, 60) if survey else "All surveys"


def _ask_for(name: str) -> Callable[[], None]:
    """One thing is asked for at a time: a question, a topic, or what is near a paper."""

    def store() -> None:
        value = st.session_state[f"{name}-widget"]
        address.write_all({"q": None, "under": None, "paper": None, name: value})

    return store


def _asked(atlas: Atlas) -> Asked:
    if reference := address.read("paper"):
        try:
            seed = atlas.library.paper(reference)
        except UnknownPaper:
            answers.unknown_paper(reference, atlas.suggest(reference), links.MAP, "paper")
            return Asked(None)
        return Asked(mapping.nearest(atlas, seed.key, _NEAREST), f"papers nearest to {quoted(seed.title)}", seed)
    if question := address.read("q")[:MAX_QUESTION].strip():
        found = atlas.search(question, limit=_ANSWERS, nodes=0)
        keys = [hit.paper.key for hit in found.papers]
        if not keys:
            st.warning(f"Nothing here comes near {quoted(question)}; try other words.")
        return Asked(keys, f"best answers to {quoted(question)}")
    if under := address.read("under"):
        key = filters.node_named(atlas, under)
        if key is None:
            answers.unclear_node(atlas, under, links.MAP, "under")
            return Asked(None)
        node = atlas.library.node(key)
        return Asked(atlas.library.paper_keys(under=node), f"papers at or below {quoted(node.name)}")
    return Asked(None)


def _area() -> Polygon | None:
    try:
        return read_area(address.read("area")) if address.read("area") else None
    except InvalidFilter as error:
        st.warning(f"{error.message} {error.advice}")
        return None


@st.fragment(run_every=1.0)
def _progress(making: mapping.MapInMaking) -> None:
    if making.finished.is_set():
        st.rerun()
    left = making.seconds_left
    about = f", about {left:,.0f} s more" if left is not None else ""
    st.progress(
        making.done / making.total,
        f"This is a first sketch. The map itself is being laid out{about}; it is kept, so this is done once.",
    )


def _picture(
    atlas: Atlas, field: MapField, survey: str | None, by: GroupBy, asked: Asked, area: Polygon | None
) -> None:
    dark = st.context.theme.type == "dark"
    rows = None if asked.keys is None else field.rows_of(asked.keys)
    seed = None if asked.seed is None or asked.seed.key not in field.map.keys else field.rows_of([asked.seed.key])[0]
    shown = map_chart.Shown(rows, seed, area)
    groups = mapping.grouping(atlas, field, by, survey)
    pale = rows is not None
    dots = mapping.drawn_once(
        atlas,
        (survey, by, pale, dark),
        field,
        lambda: map_chart.map_dots(field, groups, by, pale=pale, dark=dark),
    )
    labels = mapping.drawn_once(atlas, ("labels", survey), field, lambda: mapping.labels(field, survey))
    chart = map_chart.map_chart(field, groups, dots, labels, shown, by, dark=dark)
    # While a brush is on it, ECharts lets names cover each other. A new area is a new picture, with its outline drawn.
    key = f"map-{field.map.frame}-{hash(area)}"

    def take() -> None:
        event = st.session_state[key]
        if drawn := map_chart.drawn_area(event):
            address.write_all({"area": write_area(drawn), "on": field.map.frame})
        elif (row := map_chart.clicked(dots, field, event)) is not None:
            address.write_all({"q": None, "under": None, "area": None, "on": None, "paper": field.map.keys[row]})

    st.echarts_chart(chart.spec, height=_HEIGHT, key=key, on_select=take, alt=chart.alt)


def _tell_moved(field: MapField, area: Polygon | None) -> None:
    if area and (on := address.read("on")) and on != field.map.frame:
        st.warning("The map was laid out anew since this area was drawn, so other papers may lie in it now.")


def _found(atlas: Atlas, field: MapField, asked: Asked, area: Polygon | None) -> None:
    if area is None and asked.keys is None:
        st.info("Draw an area, click a dot, ask a question or choose a topic: the papers are listed here.")
        return
    found = mapping.within(field, area, asked.keys)
    count = len(found.rows)
    if asked.keys is None:
        heading = f"{counted(count, 'paper')} in this area"
    elif area:
        heading = f"{count:,} of the {count + found.outside:,} {asked.called} are in this area"
    else:
        heading = f"{count:,} {asked.called}"
    st.subheader(heading, anchor=False)
    if asked.seed:
        with st.container(horizontal=True):
            st.page_link(links.PAPER, label="Open the paper", icon=":material/article:", query_params=_id(asked.seed))
            links.to_graph(asked.seed)
        if asked.seed.key not in field.map.keys:
            st.info("This paper has no vector, so nothing can be said to be near it; `litatlas build` makes vectors.")
    if count:
        st.markdown(_in_words(field, found.rows))
    rows = _actions(atlas, field, found.rows, asked, area)
    if len(rows) > _LISTED:
        st.caption(f"The first {_LISTED} of {len(rows):,}; export for the rest, or draw a smaller area.")
    if len(rows):
        _table(atlas, field, rows[:_LISTED])


def _id(paper: Paper) -> dict[str, str]:
    return {"id": paper.key}


def _in_words(field: MapField, rows: Rows) -> str:
    """Which topics and years they are, in Markdown."""
    topics = [
        f"{one_line(each.node.name)} ({each.within:,} of its {each.papers:,})" for each in mapping.topics(field, rows)
    ]
    years = field.years[rows][field.years[rows] > 0]
    said = f"Topics: {', '.join(topics)}." if topics else "They stand at no topic."
    if not len(years):
        return said
    first, last, middle = years.min(), years.max(), int(np.sort(years)[len(years) // 2])
    span = f"of {first}" if first == last else f"of {first} to {last}, half of them of {middle} or later"
    return f"{said} They are {span}."


def _actions(atlas: Atlas, field: MapField, rows: Rows, asked: Asked, area: Polygon | None) -> Rows:
    """Search within, clear, take away; returns the papers that are left to list."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Only those with these words",
            key=address.follow("words", address.read("words")[:MAX_QUESTION]),
            on_change=address.on_change("words"),
            max_chars=MAX_QUESTION,
            placeholder="All of them, anywhere in the paper's record",
            width=340,
        )
        if area:
            links.to_export("Export the area", scope="area", area=write_area(area))
            st.button("Clear the area", icon=":material/ink_eraser:", on_click=_clear, args=("area", "on"))
        if asked.keys is not None:
            st.button("Show all alike", icon=":material/layers_clear:", on_click=_clear, args=("q", "under", "paper"))
    if words and words.strip():
        left = mapping.with_words(atlas, field, rows, words)
        st.caption(f"{len(left):,} of these {counted(len(rows), 'paper')} have all of these words.")
        rows = left
    return rows


def _clear(*names: str) -> None:
    address.write_all(dict.fromkeys(names))


def _table(atlas: Atlas, field: MapField, rows: Rows) -> None:
    papers = mapping.papers_at(atlas, field, rows)
    cited = {field.map.keys[row]: int(field.cited[row]) for row in rows}
    collecting.collect_button(atlas, papers, "map")
    st.caption("Select a row to open the paper.")
    answers.paper_table(papers, f"map-list-{hash(tuple(rows.tolist()))}", cited=cited)


show()
