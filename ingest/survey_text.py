"""A survey's own text as facts: its headings, what each section cites, its bibliography, its taxonomy figures.

Both forms of a text, arXiv's HTML and the LaTeX of an e-print, are read into these records. No prose is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from litatlas.graph.identity import PaperId
from litatlas.graph.models import Finding


class TextForm(StrEnum):
    """What a survey's text was read from."""

    HTML = "html"
    LATEX = "latex"


@dataclass(frozen=True, slots=True)
class Cite:
    """One citation in the text.

    Attributes:
        key: of the `Reference`.
        line: where it stands; of an e-print, counted in the source with all its files put in place.
    """

    key: str
    line: int


@dataclass(frozen=True, slots=True)
class Reference:
    """One item of the bibliography.

    Attributes:
        key: ``bib.bib12`` in HTML, the BibTeX key in LaTeX.
        text: as printed, blanks collapsed.
        title: None where the item's parts could not be told apart.
        authors: names as printed; empty where they could not be told apart.
        ids: those it states, each once.
        line: where it stands; 0 where that is not known.
    """

    key: str
    text: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    ids: tuple[PaperId, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A section under its heading.

    Attributes:
        name: the heading without its number.
        level: 1 for a part, 2 chapter, 3 section, 4 subsection, 5 subsubsection, 6 paragraph, 7 subparagraph.
        parent: index of the section it is part of, among the text's sections.
        cites: in the section itself, not in its subsections; in the order of the text, repeats kept.
        appendix: whether it stands in an appendix.
    """

    name: str
    level: int
    parent: int | None
    line: int
    cites: tuple[Cite, ...] = ()
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of a taxonomy figure, with what its label cites."""

    name: str
    line: int
    cites: tuple[Cite, ...] = ()
    children: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A tree that is drawn in the text; its citations are not counted among those of a section."""

    root: Branch
    line: int


@dataclass(frozen=True, slots=True)
class SurveyText:
    """What was read from a survey's text.

    Attributes:
        sections: in the order of the text.
        unsectioned: citations before the first heading.
        digest: sha256 of the bytes that were read.
    """

    title: str | None
    form: TextForm
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    figures: tuple[Figure, ...] = ()
    unsectioned: tuple[Cite, ...] = ()
    findings: tuple[Finding, ...] = ()
    digest: str | None = None

    def path_of(self, index: int) -> tuple[str, ...]:
        """Names from the top down to the section with this index."""
        names: list[str] = []
        current: int | None = index
        while current is not None:
            names.append(self.sections[current].name)
            current = self.sections[current].parent
        return tuple(reversed(names))
