"""A survey's HTML from arXiv as a `SurveyText`. Pure: bytes in, facts out; no address in it is followed.

arXiv makes its HTML with LaTeXML, which keeps sections, citations and bibliography as elements with classes of their
own (`ltx_section`, `ltx_cite`, `ltx_bibitem`; https://math.nist.gov/~BMiller/LaTeXML/manual/schema/).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from litatlas.graph.errors import SourceUnreadable
from litatlas.graph.models import Finding, Severity

from .bibitems import Printed, read_printed
from .html_figures import read_figures
from .html_page import Element, classes_of, elements, find, is_latexml, key_of, parse_page
from .latex_text import tidy_name, to_text
from .source_text import clean_text
from .survey_text import Cite, Reference, Section, SurveyText, TextForm

MOST_SECTIONS = 5_000
_LONGEST_HEADING = 1_000  # characters
_NOWHERE = -1

_LEVELS: Mapping[str, int] = {
    "ltx_part": 1,
    "ltx_chapter": 2,
    "ltx_section": 3,
    "ltx_appendix": 3,
    "ltx_subsection": 4,
    "ltx_subsubsection": 5,
    "ltx_paragraph": 6,
    "ltx_subparagraph": 7,
}
_UNSAID = frozenset({"ltx_tag", "ltx_note", "ltx_ERROR", "ltx_rdf", "ltx_cite"})
_NUMBER = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3})*\.?|[IVX]{1,6}\.|(?:Appendix\s)?[A-Z](?:\.\d{1,3})+\.?)\s+(?=\S)")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def parse_html(data: bytes, name: str) -> SurveyText:
    """Read an HTML page that LaTeXML made.

    Args:
        name: what to call it in messages, e.g. its address.

    Raises:
        SourceUnreadable: it is no such page, or larger or deeper than one can be.
    """
    root = parse_page(data, name)
    if not is_latexml(root):
        raise SourceUnreadable(
            f"{name} is not the HTML of a paper (there is nothing of LaTeXML in it)",
            "arXiv has no HTML of this paper; use its e-print source.",
        )
    document = _Document(root)
    sections = document.read_sections()
    references = document.read_references()
    if not sections and not references:
        raise SourceUnreadable(f"{name} has neither a section nor a bibliography", "Use the paper's e-print source.")
    return SurveyText(
        title=document.title,
        form=TextForm.HTML,
        sections=sections,
        references=references,
        figures=tuple(document.figures.values()),
        unsectioned=tuple(document.unsectioned),
        findings=tuple(document.findings),
        digest=hashlib.sha256(data).hexdigest(),
    )


class _Document:
    """A parsed page, read part by part."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.unsectioned: list[Cite] = []
        self.findings: list[Finding] = []
        self.figures = read_figures(root)

    @property
    def title(self) -> str | None:
        heading = next(find("ltx_title_document", self.root), None)
        return (self._heading_text(heading) or None) if heading is not None else None

    def read_sections(self) -> tuple[Section, ...]:
        """Sections with what they cite; a section without a heading is part of the one around it."""
        sections: list[Section] = []
        cites: list[list[Cite]] = []
        index_of: dict[Element, int | None] = {}
        for element in elements(self.root):
            classes = classes_of(element)
            if level := min((_LEVELS[each] for each in classes & _LEVELS.keys()), default=0):
                parent = self._around(element, index_of)
                section = self._read_section(element, level, parent, sections)
                index_of[element] = parent if section is None else len(sections)
                if section:
                    sections.append(section)
                    cites.append([])
            elif "ltx_cite" in classes or "ltx_missing_citation" in classes or self._is_lone_link(element):
                where = self._around(element, index_of)
                if where != _NOWHERE:
                    (self.unsectioned if where is None else cites[where]).extend(self._read_cite(element))
        self._report_errors()
        return tuple(replace(each, cites=tuple(found)) for each, found in zip(sections, cites, strict=True))

    def read_references(self) -> tuple[Reference, ...]:
        """The bibliography's items; of two with one key the first."""
        references: dict[str, Reference] = {}
        for element in find("ltx_bibitem", self.root):
            if key := element.get("id"):
                references.setdefault(key, self._read_bibitem(element, key))
        return tuple(references.values())

    def _around(self, element: Element, index_of: Mapping[Element, int | None]) -> int | None:
        """Index of the section that an element stands in; `_NOWHERE` inside a taxonomy figure."""
        for ancestor in element.iterancestors():
            if ancestor in self.figures:
                return _NOWHERE
            if ancestor in index_of:
                return index_of[ancestor]
        return None

    def _read_section(self, element: Element, level: int, parent: int | None, before: list[Section]) -> Section | None:
        heading = next((child for child in element if child.tag in _HEADINGS), None)
        name = self._heading_text(heading) if heading is not None else ""
        line = element.sourceline or 0
        if not name or len(before) >= MOST_SECTIONS:
            if heading is not None and len(self.findings) < MOST_SECTIONS:
                self.findings.append(_no_heading(line))
            return None
        appendix = "ltx_appendix" in classes_of(element) or (parent is not None and before[parent].appendix)
        return Section(name, level, parent, line, appendix=appendix)

    def _heading_text(self, heading: Element) -> str:
        """A heading without its number, footnotes and citations, with mathematics as text."""
        text = clean_text(" ".join("".join(self._visible(heading))[:_LONGEST_HEADING].split()))
        return tidy_name(_NUMBER.sub("", text))

    def _visible(self, element: Element) -> Iterator[str]:
        """What a reader sees, piece by piece; without recursion, as the page's depth is not ours."""
        pending: list[Element | str] = [element]
        while pending:
            current = pending.pop()
            if isinstance(current, str):
                yield current
            elif current.tag == "math":
                yield to_text(f"${current.get('alttext') or ''}$")
            elif current is element or not classes_of(current) & _UNSAID:
                children: list[Element | str] = [current.text or ""]
                for child in current:
                    children += [child, child.tail or ""]
                pending.extend(reversed(children))

    def _is_lone_link(self, element: Element) -> bool:
        """A link to the bibliography outside of any citation and of the bibliography itself."""
        if element.tag != "a" or not key_of(element):
            return False
        around = (classes_of(ancestor) for ancestor in element.iterancestors())
        return not any(classes & {"ltx_cite", "ltx_bibliography", "ltx_bibitem", "ltx_TOC"} for classes in around)

    def _read_cite(self, element: Element) -> Iterator[Cite]:
        """What one citation cites, each work once: author and year link there apart."""
        line = element.sourceline or 0
        if "ltx_missing_citation" in classes_of(element):
            shown = clean_text(element.text_content())[:200]
            self.findings.append(_missing_citation(shown, line))
            return
        keys = [key for link in element.iter("a") if (key := key_of(link))]
        yield from (Cite(key, line) for key in dict.fromkeys(keys))

    def _read_bibitem(self, element: Element, key: str) -> Reference:
        blocks = tuple(clean_text(block.text_content()) for block in find("ltx_bibblock", element))
        label = next((tag.text_content() for tag in find("ltx_tag_bibitem", element)), "")
        links = tuple(href for link in element.iter("a") if (href := link.get("href") or "").startswith("http"))
        marked: str | None = next((each.text_content() for each in find("ltx_bib_title", element)), None)
        blocks = tuple(block for block in blocks if block) or (clean_text(element.text_content()),)
        return read_printed(Printed(key, blocks, element.sourceline or 0, clean_text(label), links, marked))

    def _report_errors(self) -> None:
        errors = list(find("ltx_ERROR", self.root))
        if errors:
            examples = dict.fromkeys(clean_text(error.text_content())[:40] for error in errors)
            self.findings.append(_not_converted(len(errors), list(examples)[:5], errors[0].sourceline or 0))


def _no_heading(line: int) -> Finding:
    message = "A section's heading is empty or one too many"
    decision = "What stands under it belongs to the section around it."
    return Finding("heading-not-read", Severity.WARNING, line, message, decision)


def _missing_citation(key: str, line: int) -> Finding:
    message = f"The text cites {key!r}, which its bibliography lacks"
    return Finding("citation-without-reference", Severity.WARNING, line, message, "Left out.")


def _not_converted(count: int, examples: list[str], line: int) -> Finding:
    message = f"LaTeXML could not convert {count} commands, among them {', '.join(examples)}"
    decision = "Read without them; the e-print source may show more."
    return Finding("not-converted", Severity.NOTE, line, message, decision)
