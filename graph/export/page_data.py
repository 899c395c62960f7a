"""What the script of a page is given: papers, topics and edges that name each other by their places in lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from litatlas.graph.claims import warnings_about
from litatlas.graph.identity import ID_LABELS, IdScheme, paper_id_from_url
from litatlas.graph.models import Citation, LinkKind, Paper, Placement, Subgraph, TaxonomyNode, WorkKind
from litatlas.graph.network import plain_text
from litatlas.graph.telling import counted

from .bibtex import build_entries

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"


def page_data(subgraph: Subgraph) -> Json:
    """All that the page shows of a subgraph.

    * ``papers``: objects with ``key``, ``title``, ``authors`` and ``links`` (label and address), and where known
      ``year``, ``venue``, ``software``, ``note``, ``abstract`` and ``warning``;
    * ``topics``: ``key``, ``name`` and ``parent``, the place of the topic above. The first is the whole, its parent -1;
      surveys are topics below it where there are several;
    * ``sources``: titles;
    * ``placed``: paper, topic, then source and line (or null) of each who says so, in the order of the subgraph;
    * ``cited``: citing, cited, then the same. That a paper cites itself is left out.
    """
    places = {paper.key: number for number, paper in enumerate(subgraph.papers)}
    topics = _topics(subgraph)
    topic_places = {key: number for number, (key, _, _) in enumerate(topics) if key.startswith("node:")}
    sources = _sources(subgraph)
    source_places = {key: number for number, key in enumerate(sources)}
    placed = ((places[each.paper], topic_places[f"node:{each.node}"], each) for each in subgraph.placements)
    cited = (
        (places[each.citing], places[each.cited], each) for each in subgraph.citations if each.citing != each.cited
    )
    return {
        "papers": [_paper(paper) for paper in subgraph.papers],
        "topics": [{"key": plain_text(key), "name": plain_text(name), "parent": up} for key, name, up in topics],
        "sources": [plain_text(title) for title in sources.values()],
        "placed": _edges(placed, source_places),
        "cited": _edges(cited, source_places),
    }


def bibtex_entries(subgraph: Subgraph) -> tuple[str, ...]:
    """The BibTeX entry of each paper, in their order; without its abstract, which the page has already."""
    papers = tuple(replace(paper, abstract=None) for paper in subgraph.papers)
    return tuple(map(plain_text, build_entries(replace(subgraph, papers=papers))))


def holdings(subgraph: Subgraph) -> str:
    """What the subgraph holds, counted: “12 papers, 1 tool, 5 topics and 20 citations among them”."""
    pairs = {(each.citing, each.cited) for each in subgraph.citations if each.citing != each.cited}
    counts = [
        counted(len(subgraph.papers) - subgraph.software, "paper"),
        *([counted(subgraph.software, "tool")] if subgraph.software else []),
        *([counted(len(subgraph.surveys), "survey")] if len(subgraph.surveys) > 1 else []),
        counted(len(subgraph.nodes), "topic"),
    ]
    return f"{', '.join(counts)} and {counted(len(pairs), 'citation')} among them"


def links_of(paper: Paper) -> tuple[tuple[str, str], ...]:
    """Label and address of each link: the paper's ids, then what sources list beyond them, each address once."""
    # A corpus id is no page that a reader knows.
    links = {each.url: ID_LABELS[each.scheme] for each in paper.ids if each.scheme is not IdScheme.CORPUS}
    for link in paper.links:
        if link.kind is LinkKind.PAPER and paper_id_from_url(link.url) in paper.ids:
            continue
        links.setdefault(link.url, link.label.strip() or link.kind.value.capitalize())
    return tuple((label, url) for url, label in links.items())


def _paper(paper: Paper) -> Json:
    told: dict[str, str | None] = {
        "venue": paper.venue,
        "note": paper.note,
        "abstract": paper.abstract,
        "warning": " ".join(warnings_about(paper)),
    }
    found: dict[str, Json] = {
        "key": plain_text(paper.key),
        "title": plain_text(paper.title),
        "authors": [plain_text(name) for name in paper.authors if name.strip()],
        "links": [[plain_text(label), plain_text(url)] for label, url in links_of(paper)],
        **{name: plain_text(value) for name, value in told.items() if value},
    }
    if paper.year is not None:
        found["year"] = paper.year
    if paper.kind is WorkKind.SOFTWARE:
        found["software"] = 1
    return found


def _topics(subgraph: Subgraph) -> list[tuple[str, str, int]]:
    """Key, name and place of the topic above of the whole, of surveys where there are several, and of nodes."""
    found = [("", subgraph.title, -1)]
    if len(subgraph.surveys) > 1:
        found += [(f"survey:{survey.key}", survey.title, 0) for survey in subgraph.surveys]
    places = {key: number for number, (key, _, _) in enumerate(found)}
    places |= {f"node:{node.key}": number for number, node in enumerate(subgraph.nodes, len(found))}
    return found + [(f"node:{node.key}", node.name, _above(node, places)) for node in subgraph.nodes]


def _above(node: TaxonomyNode, places: Mapping[str, int]) -> int:
    above = f"survey:{node.survey}" if node.parent is None else f"node:{node.parent}"
    return places.get(above, 0)


def _sources(subgraph: Subgraph) -> dict[str, str]:
    """Key -> title, also of those that edges name and the subgraph does not describe."""
    named = [each.source for each in subgraph.placements] + [each.source for each in subgraph.citations]
    return {key: key for key in named} | {each.key: each.title for each in subgraph.sources}


def _edges(edges: Iterable[tuple[int, int, Placement | Citation]], source_places: Mapping[str, int]) -> list[Json]:
    joined: dict[tuple[int, int], list[Json]] = {}
    for start, end, edge in edges:
        joined.setdefault((start, end), [start, end]).extend(_said(edge, source_places))
    return list(joined.values())


def _said(edge: Placement | Citation, source_places: Mapping[str, int]) -> Iterator[Json]:
    yield source_places[edge.source]
    yield edge.line
