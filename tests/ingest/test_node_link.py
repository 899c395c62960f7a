"""Exported networks: written, read back into an empty library and written again, they are the same network."""

import json
from contextlib import suppress

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.graph.editing import edit
from litatlas.graph.errors import LitAtlasError, SourceUnreadable
from litatlas.graph.export import export
from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Claim, Placement, Source, SourceKind, Subgraph, Survey, TaxonomyNode
from litatlas.ingest.node_link import parse_node_link
from litatlas.ingest.pipeline import apply_edges, apply_facts

from ..graph import library_files


def whole(directory):
    with Library(directory) as library:
        return Subgraph(
            "All",
            tuple(library.iter_papers()),
            library.nodes,
            library.surveys(),
            library.sources(),
            library.placements(),
            library.citations(),
        )


def exported(directory):
    return export(whole(directory), "node-link", include_abstracts=True).data


def read_back(data, directory):
    network = parse_node_link(data, "network.json")
    with edit(directory) as draft:
        for facts in network.surveys:
            apply_facts(draft, facts)
        report = apply_edges(draft, network.edges)
    assert report.unmatched_count == 0
    return network


def content(data):
    """Vertices with their readable attributes, and edges; who says so, exactly, is another source now."""
    graph = nx.node_link_graph(json.loads(data), edges="edges")
    vertices = {
        vertex: {name: said[name] for name in said if name != "details"} for vertex, said in graph.nodes.items()
    }
    return vertices, set(graph.edges)


def test_export_ingest_export_is_the_same_network(tmp_path):
    library_files.write(tmp_path / "first")
    with edit(tmp_path / "first") as draft:
        draft.put_claims("h2o", [Claim("h2o", "note", "Evicts what is rarely attended to.", "list", 1)])
    data = exported(tmp_path / "first")
    network = read_back(data, tmp_path / "second")
    again = exported(tmp_path / "second")
    assert content(again) == content(data)
    assert content(data)[0]["paper:h2o"]["note"] == "Evicts what is rarely attended to."
    assert [facts.survey.key for facts in network.surveys] == ["s"]
    (citation, *_) = (each for each in whole(tmp_path / "second").citations if each.citing == "awq")
    assert (citation.source, citation.origin) == ("node-link:network.json", "edges#L1")
    read_back(again, tmp_path / "third")
    assert content(exported(tmp_path / "third")) == content(data)


def test_reading_it_twice_changes_nothing(tmp_path):
    library_files.write(tmp_path / "first")
    data = exported(tmp_path / "first")
    read_back(data, tmp_path / "second")
    before = Library(tmp_path / "second").manifest
    read_back(data, tmp_path / "second")
    assert Library(tmp_path / "second").manifest == before


def test_several_surveys_and_papers_without_a_place(tmp_path):
    library_files.write(tmp_path / "first")
    with edit(tmp_path / "first") as draft:
        draft.put_source(Source("other", SourceKind.PAPER_LIST, "Other", "other.md"))
        draft.put_survey(Survey("t", "Another", "other"), [TaxonomyNode("t/a-b", "t", "A > B", None, ("A > B",), 0, 1)])
        draft.put_placements([Placement("gptq", "t/a-b", "other", 4)])
        draft.put_claims("loose", [Claim("loose", "title", "In no place at all", "other", 5)])
        draft.put_claims("loose", [Claim("loose", "kind", "software", "other", 5)])
        draft.put_claims("loose", [Claim("loose", "link:code", "https://github.com/a/b Code", "other", 5)])
        draft.put_claims("loose", [Claim("loose", "authors", "Ann One; Bob Two", "other", 5)])
    data = exported(tmp_path / "first")
    network = read_back(data, tmp_path / "second")
    assert {facts.survey.key: facts.counts.papers + facts.counts.software for facts in network.surveys} == {
        "s": 6,
        "t": 1,
    }
    assert content(exported(tmp_path / "second")) == content(data)


TITLES = st.lists(
    st.text('abc deäß;"<&>:{}\\', min_size=1, max_size=20)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: any(map(str.isalnum, text))),
    min_size=1,
    max_size=6,
    unique_by=lambda title: "".join(char for char in title.casefold() if char.isalnum()).replace("ß", "ss"),
)


@settings(max_examples=25, deadline=None)
@given(TITLES, st.data())
def test_any_small_library_comes_back(tmp_path_factory, titles, data):
    directory = tmp_path_factory.mktemp("any")
    numbers = range(len(titles))
    nodes = [
        TaxonomyNode("s/a", "s", "A", None, ("A",), 0, 1),
        TaxonomyNode("s/a/b", "s", "B", "s/a", ("A", "B"), 1, 2),
    ]
    pairs = st.tuples(st.sampled_from(numbers), st.sampled_from(numbers)).filter(lambda pair: pair[0] != pair[1])
    cites = data.draw(st.sets(pairs, max_size=4)) if len(titles) > 1 else set()
    placed = data.draw(st.sets(st.tuples(st.sampled_from(numbers), st.sampled_from(["s/a", "s/a/b"])), max_size=6))
    years = data.draw(st.lists(st.none() | st.integers(1960, 2030), min_size=len(titles), max_size=len(titles)))
    with edit(directory / "first") as draft:
        draft.put_source(library_files.LIST)
        draft.put_survey(Survey("s", "A survey", "list"), nodes)
        for number, title in enumerate(titles):
            claims = [Claim(f"p{number}", "title", title, "list", number + 1)]
            claims += [Claim(f"p{number}", "year", str(years[number]), "list", number + 1)] if years[number] else []
            draft.put_claims(f"p{number}", claims)
            if number % 2:
                draft.add_alias(PaperId(IdScheme.ARXIV, f"2301.0000{number}"), f"p{number}", "list")
        draft.put_placements(Placement(f"p{paper}", node, "list", 1) for paper, node in sorted(placed))
        draft.put_citations(Citation(f"p{one}", f"p{two}", "list", 1) for one, two in sorted(cites))
    first = exported(directory / "first")
    read_back(first, directory / "second")
    assert content(exported(directory / "second")) == content(first)


def vertex(**values):
    return {"id": "paper:x", "kind": "paper", "label": "X", "title": "X", **values}


SURVEY = {"id": "survey:s", "kind": "survey", "label": "S", "title": "S"}
NODE = {"id": "node:s/a", "kind": "node", "label": "A", "position": 0, "survey": "s", "path": "A", "depth": 1}
UP = {"source": "node:s/a", "target": "survey:s", "relation": "broader"}


@pytest.mark.parametrize(
    ("nodes", "edges", "words"),
    [
        ([{"id": 1}], [], "kind"),
        ([SURVEY, vertex(title=" ")], [], "no 'title'"),
        ([vertex()], [], "no survey"),
        ([SURVEY, NODE], [], "under no survey"),
        ([SURVEY, {**NODE, "position": None}], [UP], "no 'position'"),
        ([SURVEY, NODE], [{**UP, "target": "survey:t"}], "no vertex"),
        ([SURVEY, NODE], [{**UP, "relation": "likes"}], "relation"),
        ([SURVEY, NODE, vertex()], [UP, {"source": "paper:x", "target": "survey:s", "relation": "cites"}], "cites"),
        ([{**SURVEY, "id": "survey:S S"}], [], "cannot be a survey's key"),
        ([{**SURVEY, "id": "s"}], [], "survey:"),
    ],
)
def test_networks_of_others_are_refused_with_what_is_missing(nodes, edges, words):
    with pytest.raises(SourceUnreadable) as caught:
        parse_node_link(json.dumps({"nodes": nodes, "edges": edges}).encode(), "n.json")
    assert words in caught.value.message
    assert caught.value.advice


def test_a_circle_of_nodes_is_refused():
    other = {**NODE, "id": "node:s/b", "position": 1}
    edges = [{**UP, "target": "node:s/b"}, {**UP, "source": "node:s/b", "target": "node:s/a"}]
    with pytest.raises(SourceUnreadable, match="under no survey"):
        parse_node_link(json.dumps({"nodes": [SURVEY, NODE, other], "edges": edges}).encode(), "n.json")


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=120)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["nodes", "edges", "id", "kind", "label", "source"]), inner, max_size=4)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_bytes_are_facts_or_an_explained_error(data):
    with suppress(LitAtlasError):
        assert parse_node_link(data, "n.json").surveys
