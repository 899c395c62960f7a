"""An HTML page as elements, parsed without network and within bounds, and what LaTeXML's classes say of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias
from urllib.parse import unquote

import lxml.etree
import lxml.html

from litatlas.graph.errors import SourceUnreadable

from .archive import gunzip
from .source_text import clean_text

LARGEST_PAGE = 30_000_000  # bytes; a long survey with much mathematics has a fifth of it

Element: TypeAlias = lxml.html.HtmlElement
_with_class = lxml.etree.XPath("descendant-or-self::*[contains(concat(' ', normalize-space(@class), ' '), $name)]")


def parse_page(data: bytes, name: str) -> Element:
    """The root of a page.

    Raises:
        SourceUnreadable: it is no HTML, or larger or deeper than a paper can be.
    """
    page = gunzip(data, name, LARGEST_PAGE)
    if page.lstrip()[:4] == b"%PDF":
        raise SourceUnreadable(f"{name} is a PDF and no HTML", "Use the paper's e-print source.")
    if len(page) > LARGEST_PAGE:
        raise SourceUnreadable(
            f"{name} is too large to be a paper: {len(page):,} bytes", "Check that it is the right file."
        )
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(page.replace(b"\x00", b" "), parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise SourceUnreadable(
            f"{name} is no HTML: {clean_text(str(error))}", "Use the paper's e-print source."
        ) from error
    if any("depth" in entry.message for entry in parser.error_log):
        raise SourceUnreadable(f"{name} nests its elements too deep", "Use the paper's e-print source.")
    return root


def is_latexml(root: Element) -> bool:
    """Whether anything on the page has a class of LaTeXML's."""
    return bool(root.xpath("boolean(descendant::*[contains(concat(' ', @class), ' ltx_')])"))


def find(name: str, within: Element) -> Iterator[Element]:
    """Elements of a class, in the order of the page."""
    yield from _with_class(within, name=f" {name} ")


def classes_of(element: Element) -> frozenset[str]:
    """An element's classes."""
    return frozenset((element.get("class") or "").split())


def elements(root: Element) -> Iterator[Element]:
    """All elements, in the order of the page."""
    return (element for element in root.iter() if isinstance(element.tag, str))


def key_of(link: Element) -> str | None:
    """The bibliography item that a link leads to, on this page or by the page's whole address."""
    _, mark, fragment = (link.get("href") or "").partition("#")
    return unquote(fragment) if mark and re.match(r"bib\d*\.", fragment) else None
