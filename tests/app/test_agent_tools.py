"""The questions of agents: bounded, paged to the last entry, with sources."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litatlas.app import agent_relations as relations
from litatlas.app import agent_tools as tools
from litatlas.app.agent_advice import for_agents
from litatlas.app.agent_records import LONGEST_TEXT
from litatlas.app.service import Atlas
from litatlas.app.settings import Settings
from litatlas.graph.encoder import Encoder
from litatlas.graph.errors import ExportError, InvalidFilter, LitAtlasError, UnknownNode, UnknownPaper
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim

from ..graph import comparison_library


@pytest.fixture
def atlas(library: Path, encoder: Encoder) -> Atlas:
    return Atlas(Settings(library=library), lambda _: encoder)


def test_the_taxonomy_is_walked_from_its_surveys_to_the_last_paper(atlas: Atlas) -> None:
    tops = tools.node(atlas)
    assert [survey.key for survey in tops.surveys] == ["s"]
    assert tops.surveys[0].origin is not None
    assert tops.surveys[0].origin.source == "list"
    assert [top.key for top in tops.narrower] == ["s/model", "s/cache"]
    model = tools.node(atlas, tops.narrower[0].key)
    assert [below.key for below in model.narrower] == ["s/model/quantization", "s/model/pruning"]
    assert (model.total_papers, model.years, model.line) == (3, {"2023": 2, "2024": 1}, 1)
    leaf = tools.node(atlas, model.narrower[1].key)
    assert [above.key for above in leaf.broader] == ["s/model"]
    assert [paper.key for paper in leaf.papers] == ["wanda"]


def test_pages_of_a_node_give_each_paper_once(atlas: Atlas) -> None:
    seen: list[str] = []
    cursor = None
    for _ in range(5):
        page = tools.node(atlas, "s/model", limit=1, cursor=cursor)
        seen += [paper.key for paper in page.papers]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 3
    assert set(seen) == {"gptq", "awq", "wanda"}
    cited = atlas.library.citation_counts
    assert [cited.get(key, 0) for key in seen] == sorted((cited.get(key, 0) for key in seen), reverse=True)


def test_pages_of_a_search_are_the_search(atlas: Atlas) -> None:
    whole = [hit.paper.key for hit in atlas.search("quantization", limit=50).papers]
    first = tools.search(atlas, "quantization", limit=1)
    assert first.next_cursor is not None
    second = tools.search(atlas, "quantization", limit=1, cursor=first.next_cursor)
    assert [hit.paper.key for hit in (*first.papers, *second.papers)] == whole[:2]
    assert first.nodes
    assert not second.nodes, "nodes come once"
    assert sum(why.share for why in first.papers[0].why) == pytest.approx(1, abs=0.02)


def test_a_paper_has_the_source_and_line_of_every_fact(atlas: Atlas) -> None:
    page = tools.paper(atlas, "2306.00978")
    claims = [claim for claim in atlas.library.claims("awq") if claim.field != "abstract"]
    assert [(f.field, f.value, f.origin.source, f.origin.line) for f in page.facts] == [
        (claim.field, claim.value, claim.source, claim.line) for claim in claims
    ]
    assert page.facts_total == len(claims)
    assert [place.node.key for place in page.places] == ["s/model/quantization"]
    assert page.places[0].origin.source == "list"
    assert {edge.paper.key for edge in page.references} == {
        citation.cited for citation in atlas.library.references("awq")
    }
    assert all(edge.origins for edge in (*page.references, *page.cited_by))


def test_an_abstract_is_there_only_where_it_is_asked_for(atlas: Atlas, library: Path) -> None:
    with Library.edit(library) as draft:
        draft.put_claims("gptq", [Claim("gptq", "abstract", "Weights in four bits. " * 500, "metadata", 3)])
    without = tools.paper(atlas, "gptq")
    assert "abstract" not in {fact.field for fact in without.facts}
    asked = tools.paper(atlas, "gptq", abstract=True)
    abstract = max((fact for fact in asked.facts if fact.field == "abstract"), key=lambda fact: len(fact.value))
    assert len(abstract.value) == LONGEST_TEXT
    assert abstract.value.endswith("…")
    assert abstract.origin.source == "metadata"


def test_a_cursor_is_good_for_one_state_of_the_library(atlas: Atlas, library: Path) -> None:
    page = tools.node(atlas, "s/model", limit=1)
    with Library.edit(library) as draft:
        draft.put_claims("gptq", [Claim("gptq", "venue", "Elsewhere", "metadata", 4)])
    with pytest.raises(InvalidFilter, match="has changed"):
        tools.node(atlas, "s/model", limit=1, cursor=page.next_cursor)


def test_an_export_in_pages_is_the_file(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "MOST_EXPORTED", 100)
    text, cursor = "", None
    while True:
        page = tools.export(atlas, "bibtex", "under:Model", cursor=cursor)
        text += page.text
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(text) == page.characters_total > 100
    assert text.count("@") == page.papers == 3
    for archive in ("csv", "parquet", "obsidian"):
        with pytest.raises(ExportError, match="zip archive") as refused:
            tools.export(atlas, archive)
        assert archive not in refused.value.advice
    for name in tools.TEXT_FORMATS:
        assert tools.export(atlas, name, "under:Model").text, name
    monkeypatch.setattr(tools, "MOST_SELECTED", 2)
    with pytest.raises(ExportError, match="holds 3 papers"):
        tools.export(atlas, "bibtex", "under:Model")


@pytest.mark.parametrize(
    ("selection", "papers", "understood"),
    [
        ("under:Model and not papers:awq", {"gptq", "wanda"}, "under:Model and not papers:awq"),
        ('papers:2306.00978, "gptq"', {"awq", "gptq"}, "papers:2306.00978,gptq"),
        ("path:wanda(to=2210.17323, ties=cites, paths=1)", {"wanda", "gptq"}, None),
        ("EVERYTHING", {"gptq", "awq", "wanda", "h2o", "note"}, "everything"),
    ],
)
def test_an_export_takes_any_selection(atlas: Atlas, selection: str, papers: set[str], understood: str | None) -> None:
    page = tools.export(atlas, "node-link", selection)
    assert {node["id"] for node in json.loads(page.text)["nodes"] if node["kind"] == "paper"} == {
        f"paper:{key}" for key in papers
    }
    assert understood is None or page.selection == understood


def test_a_search_stays_within_a_selection(atlas: Atlas) -> None:
    everywhere = tools.search(atlas, "quantization pruning", limit=50)
    within = tools.search(atlas, "quantization pruning", within="under:Model and not papers:gptq", limit=50)
    assert {hit.paper.key for hit in everywhere.papers} > {hit.paper.key for hit in within.papers} == {"awq", "wanda"}
    nothing = tools.search(atlas, "quantization", within="not everything")
    assert (nothing.papers, nothing.total) == ([], 0)
    assert nothing.notes == ["No paper of the selection is left to ask."]


def test_a_path_has_the_source_of_each_citation(atlas: Atlas) -> None:
    cited = atlas.library.citations()[0]
    page = relations.path(atlas, cited.citing, cited.cited)
    (hop,) = page.paths[0]
    assert (hop.start.key, hop.how, hop.end.key) == (cited.citing, "cites", cited.cited)
    assert [origin.source for origin in hop.origins] == [cited.source]


def test_gaps_name_what_papers_of_a_node_cite_and_it_lacks(atlas: Atlas, library: Path) -> None:
    """A paper counts as missing where two papers of the node cite it."""
    with Library.edit(library) as draft:
        draft.put_citations([Citation(citing, "h2o", "edges", 9) for citing in ("awq", "wanda")])
    page = relations.gaps(atlas, "s/model/quantization")
    assert [(each.paper.key, each.cited_by) for each in page.missing] == [("h2o", 2)]
    assert page.node.papers == 3


def test_two_surveys_are_compared_in_pages(tmp_path: Path) -> None:
    comparison_library.write(tmp_path / "two")
    atlas = Atlas(Settings(library=tmp_path / "two"))
    keys = [survey.key for survey in atlas.library.surveys()][:2]
    whole = relations.compare(atlas, *keys, limit=50)
    assert whole.counterparts_total == len(whole.counterparts) > 1
    one = relations.compare(atlas, *keys, limit=1)
    two = relations.compare(atlas, *keys, limit=1, cursor=one.next_cursor)
    assert [*one.counterparts, *two.counterparts] == whole.counterparts[:2]
    assert whole.first.papers == whole.both + whole.first.only_here


def test_what_is_not_there_is_said_with_advice(atlas: Atlas) -> None:
    with pytest.raises(UnknownPaper):
        tools.paper(atlas, "../../etc/passwd")
    with pytest.raises(InvalidFilter):
        tools.search(atlas, "pruning", limit=10**9)
    with pytest.raises(InvalidFilter):
        tools.place(atlas, "pruning", limit=0)
    with pytest.raises(InvalidFilter):
        tools.node(atlas, cursor="g0-99999999999999999999")
    with pytest.raises(UnknownNode):
        tools.node(atlas, "no such node")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40), st.text(max_size=20), st.integers(-5, 80))
def test_whatever_is_asked_ends_in_an_answer_or_an_explained_error(
    atlas: Atlas, text: str, cursor: str, limit: int
) -> None:
    for ask in (
        lambda: tools.search(atlas, text, limit=limit, cursor=cursor),
        lambda: tools.node(atlas, text, limit=limit, cursor=cursor),
        lambda: tools.paper(atlas, text, cursor=cursor),
        lambda: tools.search(atlas, "pruning", within=text, limit=limit),
        lambda: tools.export(atlas, text),
        lambda: tools.export(atlas, "ris", text),
    ):
        with suppress(LitAtlasError):
            assert ask() is not None


@pytest.mark.parametrize(
    ("advice", "told"),
    [
        ("Look for it with `litatlas search`.", "Look for it with the tool `search`."),
        ("`litatlas show` lists the taxonomy.", "The tool `node` lists the taxonomy."),
        ('Give a title: `litatlas place "…"`.', 'Give a title: the tool `place` with "…".'),
        (
            "Run `litatlas build`.",
            "Run `litatlas build`. No tool does that: it is for the person who keeps this library.",
        ),
        ("Leave it out to begin anew.", "Leave it out to begin anew."),
        ("", ""),
    ],
)
def test_advice_names_tools_for_commands(advice: str, told: str) -> None:
    assert for_agents(advice) == told
