"""How a companion list is written so that nothing in it is lost: what the writer and the reader of one agree on. Pure.

A row is ``- Title, <ins>Venue, Year</ins> [[Paper](address)] [[Code](address)]``, as survey authors keep their lists.
Text is escaped by the rules of CommonMark (https://spec.commonmark.org/0.31.2/#backslash-escapes), so that it is shown
as it stands in the library and `restore_text` gives it back. HTML comments, which no page shows, hold what the notation
has no place for: see `Mark`.
"""

from __future__ import annotations

import html
import re
from enum import StrEnum

from litatlas.graph.identity import ID_LABELS, is_web_address
from litatlas.graph.models import LinkKind

from .publication import on_one_line

FIRST_LINE = "<!-- LitAtlas companion list, format 1 -->"
"""What a written list begins with: it is read by this notation, every other list by its looks."""

NAMELESS = "(without a name)"
UNTITLED = "(without a title)"
DEEPEST_HEADING = 6  # Markdown has no more levels; a mark says how deep a topic below is

_KINDS = {"paper": LinkKind.PAPER, "pdf": LinkKind.PAPER, "code": LinkKind.CODE} | {
    label.lower(): LinkKind.PAPER for label in ID_LABELS.values()
}
_CONTROLS = re.compile(r"[\x7f-\x84\x86-\x9f]")
_MARKUP = re.compile(r"[\\`*_\[\]<>~|$#]|&(?=[#\w])")
_BLOCK_START = re.compile(r"(?:[+=-]|\d+(?=[.)]))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|(&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,32});)")
_YEAR_LIKE = re.compile(r"(?:^|, )(?P<year>-?[0-9]{1,40})$")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f-\xa0\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class Mark(StrEnum):
    """The words of the comments at the end of a line; some are followed by a value."""

    SURVEY = "survey"
    DEPTH = "depth"
    SOFTWARE = "software"
    NO_TOPIC = "no topic"
    SOURCES = "sources"


def one_line(text: str) -> str:
    """The text as a list holds it: on one line, each character that no file should hold replaced by U+FFFD."""
    return on_one_line(_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text))


def escape_text(text: str) -> str:
    """The text on one line, with a backslash before whatever Markdown, Obsidian or GitHub would take for markup."""
    escaped = _MARKUP.sub(r"\\\g<0>", one_line(text))
    if start := _BLOCK_START.match(escaped):
        at = start.end() if start[0][:1].isdigit() else 0
        return f"{escaped[:at]}\\{escaped[at:]}"
    return escaped


def restore_text(written: str) -> str:
    """What `escape_text` was given, on one line."""
    return _ESCAPED.sub(lambda match: match[1] or html.unescape(match[2]), written)


def kind_by_label(label: str) -> LinkKind:
    """What a link leads to that has this label and says nothing else."""
    return _KINDS.get(label.lower(), LinkKind.OTHER)


def web_address(url: str) -> str | None:
    """The address as a link may hold it, or None where it is none of the web.

    Characters that no address may have are percent-encoded (https://www.rfc-editor.org/rfc/rfc3986#section-2).
    """
    if not is_web_address(url):
        return None
    return _UNSAFE_IN_ADDRESS.sub(_percent, url.strip())


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))


def write_mark(mark: Mark, value: str | int = "") -> str:
    """A comment for the end of a line; of the value what may stand in one, as all of a survey's key may."""
    said = re.sub(r"[^\w.:/-]|-(?=-)", "", str(value))
    return f" <!-- {mark.value} {said}".rstrip() + " -->"


def write_when(venue: str, year: int | None) -> str:
    """Venue and year as they stand within the tag; a venue that ends like a year has its last digit encoded."""
    written = escape_text(venue)
    if year is not None:
        return f"{written}, {year}" if written else str(year)
    return f"{written[:-1]}&#{ord(written[-1])};" if _YEAR_LIKE.search(written) else written


def read_when(written: str) -> tuple[str, int | None]:
    """Venue and year, as `write_when` was given them."""
    if match := _YEAR_LIKE.search(written):
        return restore_text(written[: match.start()]), int(match["year"])
    return restore_text(written), None
