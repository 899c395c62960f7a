"""A reading list with its notes as Markdown, for people and for programs that keep notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .identity import PaperId
from .models import Paper
from .network import plain_text
from .reading_list import ListedPaper, ReadingStatus

# Every ASCII punctuation mark may be escaped, these must: https://spec.commonmark.org/0.31.2/#backslash-escapes
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#|~$!])")
_TICKED = {ReadingStatus.READ: "x"}


def reading_markdown(name: str, listed: Sequence[ListedPaper]) -> str:
    """The list as a checklist: what was read is ticked, each paper with year, venue, address and note."""
    lines = [f"# {_escaped(name)}", ""]
    for each in listed:
        lines.append(f"- [{_TICKED.get(each.entry.status, ' ')}] {_title(each)}{_where(each.paper)}")
        lines += [f"  > {_escaped(line)}".rstrip() for line in each.entry.note.splitlines()]
    return "\n".join(lines) + "\n"


def _title(each: ListedPaper) -> str:
    url = _address(each)
    title = _escaped(each.title)
    return f"[{title}](<{url}>)" if url else title


def _address(each: ListedPaper) -> str | None:
    url = each.paper.url if each.paper else None
    known = next((parsed.url for text in each.entry.ids if (parsed := PaperId.parse(text))), None)
    url = url or known
    return re.sub(r"[<>\s\\]", "", url) if url and url.startswith(("https://", "http://")) else None


def _where(paper: Paper | None) -> str:
    if paper is None:
        return " (not in the library any more)"
    known = [str(paper.year) if paper.year else "", _escaped(paper.venue or "")]
    shown = ", ".join(filter(None, known))
    return f" ({shown})" if shown else ""


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(plain_text(text).split()))
