"""Taxonomy figures on an HTML page: LaTeXML knows no forest, and leaves its brackets and citations as text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .cite_commands import CiteCommands
from .forest import read_forest
from .html_page import Element, classes_of, find, key_of
from .source_text import clean_text
from .survey_text import Branch, Cite, Figure

_MOST_FIGURES = 10
_BLOCKS = frozenset({"ltx_figure", "ltx_para", "ltx_p", "ltx_float"})


def read_figures(root: Element) -> Mapping[Element, Figure]:
    """Trees that can be read, by the block that each stands in."""
    figures: dict[Element, Figure] = {}
    for error in find("ltx_ERROR", root):
        if clean_text(error.text_content()) == "{forest}" and len(figures) < _MOST_FIGURES:
            around = next((each for each in error.iterancestors() if classes_of(each) & _BLOCKS), None)
            if around is None or around in figures:
                continue
            figure = read_forest("".join(_source_after(error, around)), 0, CiteCommands())
            if figure:
                figures[around] = _on_line(figure, error.sourceline or 0)
    return figures


def _source_after(error: Element, around: Element) -> Iterator[str]:
    """The text of a block after an element in it, with its citations as commands."""
    pending: list[Element | str] = [around]
    passed = False
    while pending:
        current = pending.pop()
        if isinstance(current, str):
            if passed:
                yield re.sub(r"[\\\\{}]", " ", current)
        elif current is error:
            passed = True
        elif "ltx_cite" in classes_of(current):
            keys = (key for link in current.iter("a") if (key := key_of(link)))
            yield f"\\cite{{{','.join(dict.fromkeys(keys))}}}"
        elif current.tag not in {"figcaption", "math"} and not (
            current.tag == "a" and "ltx_ref" in classes_of(current)
        ):
            children: list[Element | str] = [current.text or ""]
            for child in current:
                children += [child, child.tail or ""]
            pending.extend(reversed(children))


def _on_line(figure: Figure, line: int) -> Figure:
    """The figure with every part of it on one line: the page does not say where each stands."""

    def moved(branch: Branch) -> Branch:
        cites = tuple(Cite(cite.key, line) for cite in branch.cites)
        return Branch(branch.name, line, cites, tuple(moved(child) for child in branch.children))

    return Figure(moved(figure.root), line)
