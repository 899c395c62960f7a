"""One citation as all its sources together tell it: where it stands, in which words, what for, how much it matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from litatlas.graph.library import Library
from litatlas.graph.models import Citation, Paper


@dataclass(frozen=True, slots=True)
class CitationDetail:
    """A citation between a paper and another one of the library.

    Attributes:
        paper: the one at the other end.
        statements: what each source says of it, one per source.
    """

    paper: Paper
    statements: tuple[Citation, ...]

    @property
    def contexts(self) -> tuple[str, ...]:
        """The sentences in which it stands, each once."""
        return tuple(dict.fromkeys(text for said in self.statements for text in said.contexts))

    @property
    def intents(self) -> tuple[str, ...]:
        """What it is cited for, each once."""
        return tuple(dict.fromkeys(intent for said in self.statements for intent in said.intents))

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings under which it stands, each once."""
        return tuple(dict.fromkeys(section for said in self.statements for section in said.sections))

    @property
    def influential(self) -> bool:
        """Whether any source holds the cited work to be influential on the citing one."""
        return any(said.influential for said in self.statements)

    @property
    def has_words(self) -> bool:
        """Whether there is more to tell than that it exists."""
        return bool(self.contexts or self.intents or self.sections or self.influential)


def references_of(library: Library, key: str) -> tuple[CitationDetail, ...]:
    """What this paper cites here: influential ones first, then those with most words, then the newest."""
    return _details(library, library.references(key), cited=True)


def citations_of(library: Library, key: str) -> tuple[CitationDetail, ...]:
    """What cites this paper here, in the same order."""
    return _details(library, library.cited_by(key), cited=False)


def _details(library: Library, edges: Iterable[Citation], *, cited: bool) -> tuple[CitationDetail, ...]:
    statements: dict[str, list[Citation]] = {}
    for edge in edges:
        statements.setdefault(edge.cited if cited else edge.citing, []).append(edge)
    found = (CitationDetail(paper, tuple(statements[paper.key])) for paper in library.papers(statements))
    return tuple(sorted(found, key=_rank))


def _rank(detail: CitationDetail) -> tuple[bool, int, int, str]:
    return not detail.influential, -len(detail.contexts), -(detail.paper.year or 0), detail.paper.key
