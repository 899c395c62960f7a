"""A vault for Obsidian (https://help.obsidian.md): a page per survey, topic and paper, linked in both directions.

A paper's page links to its topics, to what it cites and to what cites it; a topic's page to what is broader and
narrower and to its papers. Properties hold what is known of a record; `litatlas` among them is its key, by which notes
of one's own can be found again. The vault comes as a zip archive, with the same bytes for the same subgraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from litatlas.graph.identity import IdScheme, PaperId, slug
from litatlas.graph.models import Paper, Subgraph, Survey, TaxonomyNode

from .formats import zip_archive
from .list_notation import web_address
from .markdown_list import in_tree_order, papers_by_node, source_line
from .vault_names import SOURCES_PAGE, START_PAGE, PageNames, name_pages
from .vault_text import front_matter, page_link, page_text


@dataclass(frozen=True, slots=True)
class _Vault:
    """A subgraph with what its pages look up: names, and what is joined to what, by key."""

    subgraph: Subgraph
    names: PageNames
    papers: Mapping[str, Paper]
    nodes: Mapping[str, TaxonomyNode]
    at_node: Mapping[str, Sequence[Paper]]
    nodes_of: Mapping[str, Sequence[str]]
    narrower: Mapping[str | None, Sequence[TaxonomyNode]]
    cites: Mapping[str, Sequence[str]]
    cited_by: Mapping[str, Sequence[str]]

    def paper_link(self, key: str) -> str:
        """A link to a paper, with venue and year behind it."""
        paper = self.papers[key]
        known = ", ".join(filter(None, (page_text(paper.venue or ""), str(paper.year) if paper.year else "")))
        return page_link(self.names.papers[key], paper.title) + (f" ({known})" if known else "")

    def node_link(self, key: str) -> str:
        """A link to a topic."""
        return page_link(self.names.nodes[key], self.nodes[key].name)


def build_vault(subgraph: Subgraph) -> bytes:
    """The vault as a zip archive."""
    return zip_archive([(path, text.encode()) for path, text in vault_pages(subgraph)])


def vault_pages(subgraph: Subgraph) -> Iterator[tuple[str, str]]:
    """Each page of the vault: its path and its text; the start page first."""
    vault = _open(subgraph)
    yield f"{START_PAGE}.md", _start_page(vault)
    yield f"{SOURCES_PAGE}.md", _sources_page(subgraph)
    for survey in subgraph.surveys:
        yield f"Surveys/{vault.names.surveys[survey.key]}.md", _survey_page(vault, survey)
    for node in subgraph.nodes:
        yield f"Topics/{vault.names.nodes[node.key]}.md", _node_page(vault, node)
    for paper in subgraph.papers:
        yield f"Papers/{vault.names.papers[paper.key]}.md", _paper_page(vault, paper)


def _open(subgraph: Subgraph) -> _Vault:
    at_node = papers_by_node(subgraph)
    nodes = {node.key: node for node in in_tree_order(subgraph.nodes)}
    narrower: dict[str | None, list[TaxonomyNode]] = {}
    for node in nodes.values():
        narrower.setdefault(node.parent, []).append(node)
    cited = [(each.citing, each.cited) for each in subgraph.citations]
    return _Vault(
        subgraph,
        name_pages(subgraph),
        {paper.key: paper for paper in subgraph.papers},
        nodes,
        at_node,
        _grouped((each.paper, each.node) for each in subgraph.placements),
        narrower,
        _grouped(cited),
        _grouped((cited, citing) for citing, cited in cited),
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for one, other in pairs:
        found.setdefault(one, {})[other] = None
    return {one: list(others) for one, others in found.items()}


def _start_page(vault: _Vault) -> str:
    subgraph = vault.subgraph
    counts = (
        (len(subgraph.surveys), "survey"),
        (len(subgraph.nodes), "topic"),
        (len(subgraph.papers), "paper"),
        (len({(each.citing, each.cited) for each in subgraph.citations}), "citation"),
    )
    said = ", ".join(f"{number:,} {what}{'' if number == 1 else 's'}" for number, what in counts)
    surveys = [page_link(vault.names.surveys[survey.key], survey.title) for survey in subgraph.surveys]
    nowhere = [paper.key for paper in subgraph.papers if paper.key not in vault.nodes_of]
    return _page(
        [("tags", ["start"])],
        subgraph.title,
        f"{said}. Made by LitAtlas; {page_link(SOURCES_PAGE)} names what it was made from.",
        _section("Surveys", surveys),
        _section("Papers without a topic", map(vault.paper_link, nowhere)),
    )


def _sources_page(subgraph: Subgraph) -> str:
    lines = [source_line(source, page_text) for source in subgraph.sources]
    return _page([("tags", ["sources"])], SOURCES_PAGE, page_link(START_PAGE), "\n".join(lines))


def _survey_page(vault: _Vault, survey: Survey) -> str:
    tree = [node for node in vault.nodes.values() if node.survey == survey.key]
    lines = [f"{'    ' * (node.depth - 1)}- {vault.node_link(node.key)}{_count(vault, node)}" for node in tree]
    properties = [("title", survey.title), ("aliases", [survey.title]), *_ids(survey.ids)]
    return _page(
        [*properties, ("tags", ["survey"]), ("litatlas", survey.key)],
        survey.title,
        page_link(START_PAGE),
        "## Topics\n\n" + "\n".join(lines) if lines else "",
    )


def _count(vault: _Vault, node: TaxonomyNode) -> str:
    number = len(vault.at_node.get(node.key, ()))
    return f" ({number:,} paper{'' if number == 1 else 's'})" if number else ""


def _node_page(vault: _Vault, node: TaxonomyNode) -> str:
    survey = next(each for each in vault.subgraph.surveys if each.key == node.survey)
    broader = vault.node_link(node.parent) if node.parent else page_link(vault.names.surveys[survey.key], survey.title)
    return _page(
        [
            ("title", node.name),
            ("aliases", [node.name]),
            ("path", " > ".join(node.path)),
            ("tags", ["topic", _survey_tag(node.survey)]),
            ("litatlas", node.key),
        ],
        node.name,
        _section("Broader", [broader]),
        _section("Narrower", (vault.node_link(each.key) for each in vault.narrower.get(node.key, ()))),
        _section("Papers", (vault.paper_link(each.key) for each in vault.at_node.get(node.key, ()))),
    )


def _paper_page(vault: _Vault, paper: Paper) -> str:
    nodes = vault.nodes_of.get(paper.key, ())
    surveys = dict.fromkeys(_survey_tag(vault.nodes[node].survey) for node in nodes)
    return _page(
        [
            ("title", paper.title),
            ("aliases", [paper.title]),
            ("authors", paper.authors),
            ("year", paper.year),
            ("venue", paper.venue),
            *_ids(paper.ids),
            ("url", web_address(paper.url or "")),
            ("code", [address for url in paper.code_urls if (address := web_address(url))]),
            ("tags", [paper.kind.value, *surveys]),
            ("litatlas", paper.key),
        ],
        paper.title,
        f"> {note}" if (note := page_text(paper.note or "")) else "",
        " · ".join(_web_links(paper)),
        page_text(paper.abstract or ""),
        _section("Topics", map(vault.node_link, nodes)),
        _section("Cites", map(vault.paper_link, vault.cites.get(paper.key, ()))),
        _section("Cited by", map(vault.paper_link, vault.cited_by.get(paper.key, ()))),
    )


def _page(properties: Sequence[tuple[str, str | int | Sequence[str] | None]], title: str, *blocks: str) -> str:
    heading = f"# {page_text(title) or page_text('(without a title)')}"
    return "\n\n".join((front_matter(properties), heading, *filter(None, blocks))) + "\n"


def _section(heading: str, links: Iterable[str]) -> str:
    lines = [f"- {link}" for link in links]
    return f"## {heading}\n\n" + "\n".join(lines) if lines else ""


def _web_links(paper: Paper) -> Iterator[str]:
    for link in paper.links:
        if address := web_address(link.url):
            label = page_text(link.label) or link.kind.value.capitalize()
            yield f"[{label}](<{address}>)"


def _ids(ids: Sequence[PaperId]) -> Iterator[tuple[str, str | list[str]]]:
    """The ids by scheme: a text where there is one, a list where there are several."""
    for scheme in IdScheme:
        if values := [each.value for each in ids if each.scheme is scheme]:
            yield scheme.value, values[0] if len(values) == 1 else values


def _survey_tag(key: str) -> str:
    return f"survey/{slug(key)}"
