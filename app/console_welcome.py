"""The first screen: what `litatlas` without a command says."""

from __future__ import annotations

from pathlib import Path

from litatlas.graph.errors import LibraryError, LibraryMissing
from litatlas.graph.storage import read_manifest

from .console import out, text

_WHAT = "LitAtlas reads a field through the eyes of its surveys: papers, taxonomies and citations as one graph."
_FIRST = (("litatlas build", "make a library of the surveys that ship with it"),)
_NEXT = (
    ('litatlas search "shrink the KV cache"', "ask in words"),
    ("litatlas show", "the taxonomies, with counts"),
    ("litatlas show arxiv:2306.00978", "one paper, and where what is known of it comes from"),
    ("litatlas app", "the same in the browser"),
)
_ALWAYS = (
    ("litatlas --help", "all commands"),
    ("litatlas search --help", "one command, with examples"),
    ("litatlas --install-completion", "have your shell complete commands, topics and lists"),
)


_Lines = tuple[tuple[str, str], ...]


def print_welcome(library: Path) -> None:
    """What this is, whether there is a library, and what to type next."""
    out.folded(text(_WHAT))
    out.print()
    try:
        read_manifest(library)
    except LibraryMissing as error:
        out.folded(text(f"{error.message} Begin with:"))
        _print_lines(_FIRST)
    except LibraryError as error:
        out.folded(text(f"{error.message} {error.advice}"))
    else:
        out.folded(text(f"Your library is {library}. Some things to type:"))
        _print_lines(_NEXT)
    out.print()
    out.print("And at any time:")
    _print_lines(_ALWAYS)


def _print_lines(lines: _Lines) -> None:
    for command, what in lines:
        out.folded(text(f"  {command:40}{what}"), hang=42)
