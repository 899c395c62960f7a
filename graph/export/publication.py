"""What bibliographies of every format say of a paper: how it was published, and under which topics it stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from litatlas.graph.identity import IdScheme
from litatlas.graph.models import Paper, Subgraph, WorkKind
from litatlas.graph.network import plain_text

_PREPRINT = re.compile(r"arxiv|preprint|corr", re.IGNORECASE)
_MEETING = re.compile(r"\b(?:proceedings|conference|workshop|symposium)\b", re.IGNORECASE)
_JOURNAL = re.compile(
    r"^(?:Nature|Science|PNAS)$|\b(?:TMLR|JMLR|TACL|JAIR|TPAMI|TNNLS|TKDE|CSUR|CACM|AI Open|Neurocomputing"
    r"|Neural Computation|Journal|Transactions|Trans\.|Letters|Magazine|Review|Surveys)(?!\w)",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(r"\b(?:blog|website|github|hugging ?face|report|thesis|manuscript)\b", re.IGNORECASE)
GROUP_OF_PEOPLE = re.compile(r"\b(?:team|group|consortium|collaboration|project|community|inc|labs?)\b", re.IGNORECASE)
"""What shows that an author is no person, whose name must not be split."""


class Form(StrEnum):
    """How a work was published, as far as its venue tells."""

    ARTICLE = "article"
    MEETING = "meeting"
    PREPRINT = "preprint"
    SOFTWARE = "software"
    OTHER = "other"


def published_as(paper: Paper) -> tuple[Form, str]:
    """The form, and the venue to name: empty for arXiv where the paper's arXiv id says it already."""
    venue = paper.venue or ""
    has_arxiv = any(each.scheme is IdScheme.ARXIV for each in paper.ids)
    if _PREPRINT.fullmatch(venue):
        form = Form.SOFTWARE if paper.kind is WorkKind.SOFTWARE else Form.PREPRINT
        return form, "" if has_arxiv else venue
    if paper.kind is WorkKind.SOFTWARE:
        return Form.SOFTWARE, venue
    if not venue or _NOT_PUBLISHED.search(venue):
        return Form.PREPRINT if has_arxiv and not venue else Form.OTHER, venue
    if _JOURNAL.search(venue) and not _MEETING.search(venue):
        return Form.ARTICLE, venue
    return Form.MEETING, venue


def taxonomy_paths(subgraph: Subgraph) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Paper key -> the paths of the nodes where it stands, each once, in the subgraph's order."""
    paths = {node.key: node.path for node in subgraph.nodes}
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for placement in subgraph.placements:
        found.setdefault(placement.paper, {})[paths[placement.node]] = None
    return {paper: tuple(each) for paper, each in found.items()}


def on_one_line(text: str) -> str:
    """The text without breaks and what files cannot hold."""
    return " ".join(plain_text(text).split())


def first_id(paper: Paper, scheme: IdScheme) -> str:
    """The first id in a scheme, or nothing."""
    return next((on_one_line(each.value) for each in paper.ids if each.scheme is scheme), "")


def keywords_of(paths: tuple[tuple[str, ...], ...], *, without: str) -> tuple[str, ...]:
    """Each path as ``Methods > Adapters``, with the sign that parts keywords in a format replaced by `` /``."""
    written = (" > ".join(on_one_line(name).replace(without, " /") for name in path) for path in paths)
    return tuple(dict.fromkeys(each for each in written if each.strip(" >")))


def split_name(name: str) -> tuple[str, str]:
    """Family and given name; all is the family name where the rest cannot be told, as with groups of people."""
    name = on_one_line(name)
    if GROUP_OF_PEOPLE.search(name) or name.count(",") > 1:
        return name, ""
    if "," in name:
        family, given = (part.strip() for part in name.split(","))
        return (family, given) if family else (given, "")
    given, _, family = name.rpartition(" ")
    return family, given
