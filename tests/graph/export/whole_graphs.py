"""Subgraphs in which every field of every record may be anything, hostile text included."""

from __future__ import annotations

from hypothesis import strategies as st

from litatlas.graph.identity import IdScheme, PaperId
from litatlas.graph.models import (
    Citation,
    Link,
    LinkKind,
    Paper,
    Placement,
    Source,
    SourceKind,
    Subgraph,
    Survey,
    TaxonomyNode,
    WorkKind,
)
from litatlas.graph.network import plain_text

from .hostile import texts

maybe = st.none() | texts
numbers = st.none() | st.integers(0, 10**6)
several = st.lists(texts, max_size=3).map(tuple)
keys = st.lists(texts, min_size=6, max_size=6, unique_by=plain_text)
ids = st.lists(st.builds(PaperId, st.sampled_from(IdScheme), texts), max_size=3).map(tuple)


def _sources(key: str) -> st.SearchStrategy[Source]:
    return st.builds(Source, st.just(key), st.sampled_from(SourceKind), texts, texts, maybe, maybe, maybe, maybe, maybe)


def _papers(key: str) -> st.SearchStrategy[Paper]:
    links = st.lists(st.builds(Link, st.sampled_from(LinkKind), texts, texts), max_size=3).map(tuple)
    return st.builds(
        Paper,
        st.just(key),
        texts,
        st.sampled_from(WorkKind),
        numbers,
        maybe,
        maybe,
        several,
        ids,
        links,
        maybe,
        st.booleans(),
        numbers,
        numbers,
        maybe,
    )


@st.composite
def whole_graphs(draw: st.DrawFn) -> Subgraph:
    """Up to three papers at up to three nodes of one survey, with placements and citations in any order."""
    named = draw(keys)
    sources = [draw(_sources(key)) for key in named[: draw(st.integers(0, 2))]]
    said_by = st.sampled_from(named)
    surveys = [Survey(named[0], draw(texts), draw(said_by), draw(ids))]
    nodes: list[TaxonomyNode] = []
    for key in draw(st.permutations(named))[: draw(st.integers(0, 3))]:
        above = draw(st.none() | st.sampled_from(nodes)) if nodes else None
        path = (*(above.path if above else ()), draw(texts))
        parent = above.key if above and above.key else None  # an empty key says that there is none
        nodes.append(
            TaxonomyNode(
                key,
                named[0],
                draw(texts),
                parent,
                path if parent else path[-1:],
                draw(st.integers(0, 99)),
                draw(numbers),
            )
        )
    papers = [draw(_papers(key)) for key in named[: draw(st.integers(0, 3))]]
    at, of = (
        st.sampled_from([each.key for each in nodes] or [""]),
        st.sampled_from([each.key for each in papers] or [""]),
    )
    placements = st.builds(Placement, of, at, said_by, numbers, st.integers(0, 99))
    citations = st.builds(
        Citation, of, of, said_by, numbers, maybe, several, several, st.none() | st.booleans(), several, maybe
    )
    return Subgraph(
        draw(texts),
        tuple(papers),
        tuple(draw(st.permutations(nodes))),
        tuple(surveys),
        tuple(sources),
        tuple(draw(st.lists(placements, max_size=4))) if papers and nodes else (),
        tuple(draw(st.lists(citations, max_size=4))) if papers else (),
    )
